/*
 * The server in the loop. libmicrohttpd runs on an epoll descriptor of its own, which our
 * loop watches: readable means MHD_run. What it wants to do without a descriptor (idle
 * connections, data it has read and not yet looked at) it says by MHD_get_timeout, which
 * becomes a timer. Answers given outside a handler resume their connection and set that
 * timer to now, so that all answers of one turn leave in one run.
 */
#include "httpd.h"

#include <assert.h>
#include <errno.h>
#include <unistd.h>

#include "httpd_internal.h"
#include "mem.h"

/* Room for the headers of one request and of its answer. */
#define CONNECTION_BYTES ((size_t)16 * 1024)
#define CONNECTIONS_STANDARD 4096
#define IDLE_STANDARD_S 30
#define CUT_ROOM 64
#define LAST_RUNS 16

static void
httpd_run(struct httpd *httpd)
{
    MHD_UNSIGNED_LONG_LONG wait_ms = 0;

    httpd->is_running = true;
    (void)MHD_run(httpd->daemon); /* no only for a daemon with threads */
    httpd->is_running = false;
    if (httpd->resumed > 0)
        loop_timer_in(&httpd->timer, 0);
    else if (MHD_get_timeout(httpd->daemon, &wait_ms) == MHD_YES)
        loop_timer_in(&httpd->timer, (int64_t)wait_ms);
    else
        loop_timer_stop(&httpd->timer);
}

static void
on_timer(void *ctx)
{
    httpd_run(ctx);
}

static void
on_readable(void *ctx, unsigned events)
{
    (void)events;
    httpd_run(ctx);
}

static struct MHD_Daemon *
daemon_start(struct httpd *httpd, int fd)
{
    /* those cut and not yet closed are still there for libmicrohttpd */
    unsigned connections =
        (unsigned)(httpd->connections_max + httpd->connections_max / 4) + CUT_ROOM;

    unsigned silence_s = httpd->head_s ? 0 : (unsigned)httpd->idle_s;

    return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
        request_access, httpd, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
        connections, MHD_OPTION_CONNECTION_TIMEOUT, silence_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES, MHD_OPTION_NOTIFY_COMPLETED,
        request_completed, httpd, MHD_OPTION_NOTIFY_CONNECTION, connection_notified,
        httpd, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
        framing_unescape, NULL, MHD_OPTION_END);
}

static bool
httpd_watch(struct httpd *httpd)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(httpd->daemon, MHD_DAEMON_INFO_EPOLL_FD);

    if (!info)
        return false;
    httpd->watch =
        loop_watch_new(httpd->loop, info->epoll_fd, LOOP_READ, on_readable, httpd);
    return httpd->watch != NULL;
}

static bool
httpd_set(struct httpd *httpd, const struct httpd_opts *opts)
{
    httpd->on_headers = opts->on_headers;
    httpd->body_bytes_max = opts->body_bytes_max;
    httpd->bodies_bytes_max = opts->bodies_bytes_max;
    httpd->gzip_bytes_min = opts->gzip_bytes_min;
    httpd->connections_max =
        opts->connections_max ? opts->connections_max : CONNECTIONS_STANDARD;
    httpd->per_address_max = opts->per_address_max;
    httpd->idle_s = opts->idle_s ? opts->idle_s : IDLE_STANDARD_S;
    httpd->head_s = opts->head_s;
    httpd->body_s = opts->body_s ? opts->body_s : httpd->idle_s;
    return !opts->proxies || networks_parse(opts->proxies, &httpd->proxies) == RC_OK;
}

struct httpd *
httpd_new(struct loop *loop, const struct httpd_opts *opts, httpd_fn *handler, void *ctx)
{
    struct httpd *httpd = mem_new(struct httpd);
    int fd, error;

    if (!httpd) {
        errno = ENOMEM;
        return NULL;
    }
    httpd->loop = loop;
    httpd->handler = handler;
    httpd->ctx = ctx;
    list_init(&httpd->waiting);
    list_init(&httpd->reading);
    list_init(&httpd->owing);
    connections_register();
    loop_timer_init(&httpd->timer, loop, on_timer, httpd);
    if (!httpd_set(httpd, opts)) {
        httpd_free(httpd);
        errno = EINVAL;
        return NULL;
    }
    fd = listen_on(opts->address, opts->port, &httpd->port);
    if (fd >= 0) {
        httpd->daemon = daemon_start(httpd, fd);
        if (httpd->daemon && httpd_watch(httpd))
            return httpd;
        errno = ENOMEM;
        if (!httpd->daemon)
            (void)close(fd);
    }
    error = errno;
    httpd_free(httpd);
    errno = error;
    return NULL;
}

void
httpd_quiesce(struct httpd *httpd)
{
    int fd;

    if (httpd->is_quiet)
        return;
    httpd->is_quiet = true;
    fd = MHD_quiesce_daemon(httpd->daemon);
    if (fd >= 0)
        (void)close(fd);
}

int
httpd_pending(const struct httpd *httpd)
{
    return httpd->pending;
}

int
httpd_port(const struct httpd *httpd)
{
    return httpd->port;
}

/* libmicrohttpd must not be stopped while it holds suspended connections. */
static void
drop_waiting(struct httpd *httpd)
{
    list_each(node, &httpd->waiting)
    {
        struct httpd_request *request = list_entry(node, struct httpd_request, node);

        if (!request->is_starved) {
            httpd_drop(request);
            continue;
        }
        connection_reset(request->connection);
        httpd_more(request);
    }
}

void
httpd_free(struct httpd *httpd)
{
    if (!httpd)
        return;
    assert(!httpd->is_running);
    loop_watch_free(httpd->watch);
    if (httpd->daemon) {
        /* answers already given leave, as far as the sockets take them now */
        for (int i = 0; i < LAST_RUNS && httpd->resumed > 0; i++)
            (void)MHD_run(httpd->daemon);
        drop_waiting(httpd);
        MHD_stop_daemon(httpd->daemon);
    }
    loop_timer_stop(&httpd->timer);
    map_done(&httpd->addresses);
    mem_free(httpd);
}
