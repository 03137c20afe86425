/*
 * A line is built in place and leaves with one write, so lines of several processes on
 * one stderr never mix. Nothing here allocates: what must be said when memory is out can
 * be said. A line that does not fit loses its last fields and says "cut".
 *
 * Repeats are counted per event name in a table of the names seen last; a name pushed out
 * of it starts to count again, which errs towards writing.
 */
#include "log.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"

#define LINE_MAX_BYTES 4096
#define TAIL_BYTES 16 /* for ,"cut":1} and the new line */
#define EVENTS_MAX 64
#define PER_SECOND_MAX 20

struct seen {
    char event[48];
    int64_t since_ms; /* start of the second that `lines` counts */
    int lines;
    long repeated; /* left out since the last line written */
};

static const char *worker_name = "";
static enum log_level least = LOG_INFO;
static long lost;
static struct seen seen[EVENTS_MAX];

static const char *const level_names[] = {"debug", "info", "warn", "error"};

void
log_init(const char *worker, enum log_level level)
{
    worker_name = worker;
    least = level;
}

int
log_level_parse(const char *name)
{
    for (int level = LOG_DEBUG; level <= LOG_ERROR; level++) {
        if (strcmp(name, level_names[level]) == 0)
            return level;
    }
    return -1;
}

long
log_lost(void)
{
    return lost;
}

/* The event's own entry, else the one that was quiet for longest, taken over. */
static struct seen *
seen_find(const char *event, int64_t now_ms)
{
    struct seen *oldest = &seen[0];

    for (int i = 0; i < EVENTS_MAX; i++) {
        if (strncmp(seen[i].event, event, sizeof seen[i].event - 1) == 0)
            return &seen[i];
        if (seen[i].since_ms < oldest->since_ms)
            oldest = &seen[i];
    }
    *oldest = (struct seen){.since_ms = now_ms};
    (void)snprintf(
        oldest->event, sizeof oldest->event, "%s", event); /* long names share */
    return oldest;
}

/* How many lines of this event were left out before this one; -1: leave this one out too.
 */
static long
count_repeats(const char *event)
{
    int64_t now_ms = clock_now_ms();
    struct seen *entry = seen_find(event, now_ms);
    long repeated = entry->repeated;

    if (now_ms - entry->since_ms >= 1000) {
        entry->since_ms = now_ms;
        entry->lines = 0;
    }
    if (entry->lines == PER_SECOND_MAX) {
        entry->repeated++;
        return -1;
    }
    entry->lines++;
    entry->repeated = 0;
    return repeated;
}

/* The one place where a process looks at the wall clock: for the reader of its log. */
static void
add_ts(struct buf *line)
{
    struct timespec now;
    struct tm utc;
    char day[sizeof "2026-11-20T20:08:00"] = "";

    if (clock_gettime(CLOCK_REALTIME, &now) == 0 && gmtime_r(&now.tv_sec, &utc))
        (void)strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    else
        now.tv_nsec = 0;
    buf_addf(line, "{\"ts\":\"%s.%03ldZ\"", day, now.tv_nsec / 1000000);
}

static void
add_field(struct buf *line, const struct log_field *field)
{
    buf_addc(line, ',');
    buf_add_json(line, field->key);
    buf_addc(line, ':');
    if (field->text)
        buf_add_json(line, field->text);
    else
        buf_addf(line, "%lld", (long long)field->number);
}

/* False when the field did not fit: the line is then as it was. */
static bool
try_field(struct buf *line, const struct log_field *field)
{
    size_t before = line->bytes;

    add_field(line, field);
    if (!line->is_bad)
        return true;
    line->is_bad = false;
    line->bytes = before;
    line->data[before] = '\0';
    return false;
}

static void
write_line(const char *data, size_t bytes)
{
    while (bytes) {
        ssize_t wrote = write(STDERR_FILENO, data, bytes);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0) {
            lost++;
            return;
        }
        data += wrote;
        bytes -= (size_t)wrote;
    }
}

void
log_write(enum log_level level, const char *event, const struct log_field *fields, int n)
{
    char memory[LINE_MAX_BYTES];
    struct buf line;
    bool fits = true;
    long repeated;

    if (level < least)
        return;
    repeated = count_repeats(event);
    if (repeated < 0)
        return;
    buf_over(&line, memory, sizeof memory - TAIL_BYTES);
    add_ts(&line);
    (void)try_field(&line, &LOG_S("level", level_names[level])); /* these three fit */
    (void)try_field(&line, &LOG_S("event", event));
    (void)try_field(&line, &LOG_S("worker", worker_name));
    if (repeated)
        (void)try_field(&line, &LOG_N("repeated", repeated));
    for (int i = 0; i < n && fits; i++)
        fits = try_field(&line, &fields[i]);
    line.max_bytes += TAIL_BYTES;
    line.room += TAIL_BYTES;
    buf_adds(&line, fits ? "}\n" : ",\"cut\":1}\n");
    write_line(line.data, line.bytes);
}
