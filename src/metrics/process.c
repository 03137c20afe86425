/*
 * process_*, the names every Prometheus dashboard knows, read from /proc/self when asked.
 * Where /proc is missing or unreadable the lines are left out: no figure is better than a
 * wrong one.
 */
#include "metrics_internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

/* Fields of /proc/self/stat, counted from the one after the name (proc(5) counts from 1).
 */
enum {
    STAT_UTIME = 14,
    STAT_STIME = 15,
    STAT_STARTTIME = 22,
    STAT_VSIZE = 23,
    STAT_RSS = 24
};
#define STAT_FIRST 3 /* the first field after the name's closing parenthesis */

static const char *
read_stat(char *text, size_t bytes)
{
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t got;
    char *after_name;

    if (fd < 0)
        return NULL;
    got = read(fd, text, bytes - 1);
    (void)close(fd); /* only read */
    if (got <= 0)
        return NULL;
    text[got] = '\0';
    after_name = strrchr(text, ')'); /* the name may hold spaces and parentheses */
    return after_name && after_name[1] ? after_name + 2 : NULL;
}

/* The field's number; 0 when the line is shorter. */
static double
stat_field(const char *at, int field)
{
    double number = 0;

    for (int i = STAT_FIRST; at && i < field; i++) {
        at = strchr(at, ' ');
        at = at ? at + 1 : NULL;
    }
    for (; at && *at >= '0' && *at <= '9'; at++)
        number = number * 10 + (*at - '0');
    return number;
}

static int
count_fds(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int n = 0;

    if (!dir)
        return -1;
    while (readdir(dir))
        n++;
    (void)closedir(dir); /* only read */
    return n - 3;        /* ".", ".." and the directory's own */
}

static void
write_value(struct buf *out, enum metric_kind kind, const char *name, const char *help,
    double value)
{
    struct metric_value series = {.value = value};
    struct metric metric = {.kind = kind, .name = name, .help = help, .series = &series};

    metrics_write_one(out, &metric);
}

static void
write_fds(struct buf *out)
{
    struct rlimit limit;
    int fds = count_fds();

    if (fds >= 0)
        write_value(out, METRIC_GAUGE, "process_open_fds", "Open file descriptors.", fds);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        write_value(out, METRIC_GAUGE, "process_max_fds",
            "Most file descriptors that may be open.", (double)limit.rlim_cur);
}

/*
 * The kernel says when we started in ticks since boot; the wall clock says when boot was.
 * Worked out once: people count restarts by the changes of this figure.
 */
static double
start_time_s(double started_ticks, double ticks_per_s)
{
    static double known_s;
    struct timespec wall;

    if (known_s == 0 && clock_gettime(CLOCK_REALTIME, &wall) == 0)
        known_s = (double)wall.tv_sec - (double)clock_now_ms() / 1000 +
                  started_ticks / ticks_per_s;
    return known_s;
}

void
metrics_write_process(struct buf *out)
{
    char text[1024];
    const char *stat = read_stat(text, sizeof text);
    double ticks_per_s = (double)sysconf(_SC_CLK_TCK);
    double page_bytes = (double)sysconf(_SC_PAGESIZE);

    write_fds(out);
    if (!stat || ticks_per_s <= 0)
        return;
    write_value(out, METRIC_COUNTER, "process_cpu_seconds_total",
        "User and system CPU time spent in seconds.",
        (stat_field(stat, STAT_UTIME) + stat_field(stat, STAT_STIME)) / ticks_per_s);
    write_value(out, METRIC_GAUGE, "process_resident_memory_bytes",
        "Resident memory size in bytes.", stat_field(stat, STAT_RSS) * page_bytes);
    write_value(out, METRIC_GAUGE, "process_virtual_memory_bytes",
        "Virtual memory size in bytes.", stat_field(stat, STAT_VSIZE));
    write_value(out, METRIC_GAUGE, "process_start_time_seconds",
        "Start time of the process since the Unix epoch in seconds.",
        start_time_s(stat_field(stat, STAT_STARTTIME), ticks_per_s));
}
