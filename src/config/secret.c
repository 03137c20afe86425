/*
 * Secrets come from files, read by us each time they are needed. Anything but the line
 * that was asked for is overwritten before the memory goes back.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "mem.h"

#define LINE_BYTES 4096

static size_t
trimmed(const char *line)
{
    size_t bytes = strlen(line);

    while (bytes > 0 && strchr(" \t\r\n", line[bytes - 1]))
        bytes--;
    return bytes;
}

static char *
nth_line(FILE *file, int index)
{
    char line[LINE_BYTES];
    char *found = NULL;
    int seen = 0;
    bool is_found = false;

    while (!is_found && fgets(line, sizeof(line), file)) {
        size_t bytes = trimmed(line);

        if (!bytes || seen++ < index)
            continue;
        is_found = true;
        found = mem_strndup(line, bytes);
    }
    explicit_bzero(line, sizeof(line));
    if (!is_found)
        errno = ferror(file) ? EIO : ENOENT;
    else if (!found)
        errno = ENOMEM;
    return found;
}

char *
config_secret_line(const char *path, int index)
{
    FILE *file = fopen(path, "re");
    char *line;
    int error;

    if (!file)
        return NULL;
    /* no stdio buffer of ours: the line buffer below is the only copy, and it is wiped */
    (void)setvbuf(file, NULL, _IONBF, 0);
    line = nth_line(file, index);
    error = errno;
    (void)fclose(file); /* read only: nothing to lose */
    errno = error;
    return line;
}

char *
config_secret(const char *path)
{
    char *line = config_secret_line(path, 0);

    if (!line && errno == ENOENT) {
        FILE *file = fopen(path, "re");

        if (file) { /* it is there, so what is missing is the line */
            (void)fclose(file);
            errno = EINVAL;
        }
    }
    return line;
}
