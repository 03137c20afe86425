/*
 * Append-only lines. Calendar time is made here and nowhere else in the simulator: what
 * it writes is evidence for people and checkers, not an input.
 */
#include "ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "mem.h"

#define LINES_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define FILE_MODE 0640

struct ledger {
    int fd; /* -1: keeps nothing */
    struct buf lines;
};

struct ledger *
ledger_open(const char *path)
{
    struct ledger *ledger = mem_new(struct ledger);

    if (!ledger) {
        errno = ENOMEM;
        return NULL;
    }
    buf_init(&ledger->lines, LINES_BYTES_MAX);
    ledger->fd =
        path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, FILE_MODE) : -1;
    if (path && ledger->fd < 0) {
        int error = errno;

        mem_free(ledger);
        errno = error;
        return NULL;
    }
    return ledger;
}

void
ledger_close(struct ledger *ledger)
{
    if (!ledger)
        return;
    if (ledger_flush(ledger) != RC_OK)
        log_error("simulator.ledger_lost", LOG_S("error", strerror(errno)));
    if (ledger->fd >= 0)
        (void)close(ledger->fd);
    buf_done(&ledger->lines);
    mem_free(ledger);
}

struct buf *
ledger_lines(struct ledger *ledger)
{
    return &ledger->lines;
}

static enum rc
write_all(int fd, const char *data, size_t bytes)
{
    while (bytes > 0) {
        ssize_t n = write(fd, data, bytes);

        if (n < 0 && errno != EINTR)
            return RC_RETRY;
        if (n > 0) {
            data += n;
            bytes -= (size_t)n;
        }
    }
    return RC_OK;
}

enum rc
ledger_flush(struct ledger *ledger)
{
    enum rc rc = RC_OK;

    if (ledger->lines.is_bad) {
        errno = ENOMEM;
        rc = RC_RETRY;
    } else if (ledger->fd >= 0 && ledger->lines.bytes > 0) {
        rc = write_all(ledger->fd, buf_text(&ledger->lines), ledger->lines.bytes);
    }
    buf_clear(&ledger->lines);
    return rc;
}

void
ledger_now(char ret_at[LEDGER_AT_BYTES])
{
    static time_t second; /* of `text`: most calls fall into the second of the last one */
    static char text[24];
    struct timespec now;
    struct tm parts;

    (void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail for this clock */
    if (now.tv_sec != second || !text[0]) {
        second = now.tv_sec;
        (void)gmtime_r(&second, &parts);
        (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
    }
    (void)snprintf(
        ret_at, LEDGER_AT_BYTES, "%s.%06uZ", text, (unsigned)now.tv_nsec / 1000);
}

void
ledger_add_text(struct buf *line, const char *key, const char *text)
{
    buf_addf(line, ",\"%s\":", key);
    if (text)
        buf_add_json(line, text);
    else
        buf_adds(line, "null");
}
