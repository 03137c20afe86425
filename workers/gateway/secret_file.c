/*
 * A secret mounted by an orchestrator is replaced by renaming a link, so the file is
 * looked at by its path each time: one stat a request, and a read when device, inode,
 * size or time differ. All lines are tried always: which one matched must not show in the
 * time.
 */
#include "secret_file.h"

#include <errno.h>
#include <string.h>

#include "config.h"
#include "hmac.h"
#include "log.h"
#include "mem.h"

#define PREFIX "sha256="

static bool
is_same_file(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino &&
           one->st_size == other->st_size &&
           one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
           one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

static void
free_lines(char **lines, int n)
{
    for (int i = 0; i < n; i++)
        mem_free_secret(lines[i]);
}

static bool
read_again(struct secret_file *file)
{
    char *lines[SECRET_LINES_MAX];
    struct stat now;
    int n = 0;

    if (stat(file->path, &now))
        return false;
    if (file->n > 0 && is_same_file(&now, &file->read_of))
        return true;
    while (n < SECRET_LINES_MAX && (lines[n] = config_secret_line(file->path, n)))
        n++;
    if (n == 0)
        return false;
    free_lines(file->lines, file->n);
    memcpy(file->lines, lines, sizeof(lines[0]) * (size_t)n);
    file->n = n;
    file->read_of = now; /* taken before the read: a change meanwhile is seen next time */
    return true;
}

bool
secret_file_refresh(struct secret_file *file)
{
    bool is_read = false;

    if (file->path)
        is_read = read_again(file);
    else
        errno = ENOENT;
    if (!is_read && file->path && !file->is_stale)
        log_error("secret.unreadable", LOG_S("path", file->path),
            LOG_S("error", strerrorname_np(errno)));
    file->is_stale = !is_read;
    return is_read;
}

void
secret_file_done(struct secret_file *file)
{
    free_lines(file->lines, file->n);
    file->n = 0;
}

bool
secret_file_holds(const struct secret_file *file, const char *text)
{
    bool is_one = false;

    for (int i = 0; i < file->n; i++)
        is_one |= hmac_text_equal(file->lines[i], text);
    return is_one;
}

bool
secret_file_signed(
    const struct secret_file *file, const char *header, const void *data, size_t bytes)
{
    bool is_one = false;

    if (!header || strncmp(header, PREFIX, strlen(PREFIX)) != 0)
        return false;
    for (int i = 0; i < file->n; i++)
        is_one |=
            hmac_sha256_matches(file->lines[i], data, bytes, header + strlen(PREFIX));
    return is_one;
}
