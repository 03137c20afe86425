/*
 * The sockets of the multi on the loop. A kept HTTP/1.x connection stays watched while no
 * request uses it: that saves two epoll_ctl a request (and their memory), and tells when
 * the server closes it. libcurl looks only when it wants to use it again, and takes the
 * farewell of TLS, still unread, for life: the next request would go into a connection
 * that is dead, and be uncertain. So whatever comes on an idle connection ends it here;
 * the next request finds it closed and makes another.
 *
 * Over HTTP/2 a server may speak while no request is there, and libcurl reads that before
 * it uses the connection: those are not watched meanwhile.
 */
#include "http_internal.h"

#include <sys/socket.h>
#include <unistd.h>

#include "mem.h"

enum { DRAIN_BYTES = 4096, DRAINS_MAX = 16 };

/* One socket that libcurl wants watched, or did. */
struct watched {
    struct http *http;
    curl_socket_t fd;
    struct loop_watch *watch;
    bool is_idle; /* kept, without a request */
};

static void
unwatch(struct http *http, curl_socket_t fd)
{
    struct watched *watched = map_remove(&http->watched, (uint64_t)fd);

    if (!watched)
        return;
    loop_watch_free(watched->watch);
    mem_free(watched);
}

/* The socket remains libcurl's, which finds its end there. */
static void
end_idle(struct http *http, curl_socket_t fd)
{
    char drain[DRAIN_BYTES];

    for (int i = 0; i < DRAINS_MAX; i++)
        if (recv(fd, drain, sizeof drain, MSG_DONTWAIT) <= 0)
            break;
    (void)shutdown(fd, SHUT_RDWR); /* it may be gone already */
    unwatch(http, fd);
}

static void
on_ready(void *ctx, unsigned events)
{
    const struct watched *watched = ctx; /* gone when libcurl closes the socket in here */

    if (watched->is_idle)
        end_idle(watched->http, watched->fd);
    else
        http_act(watched->http, watched->fd,
            (events & LOOP_READ ? CURL_CSELECT_IN : 0) |
                (events & LOOP_WRITE ? CURL_CSELECT_OUT : 0));
}

/* Without memory for a watch the transfer ends at its deadline; an error returned to
 * libcurl would end all transfers. */
static void
watch(struct http *http, curl_socket_t fd, unsigned events)
{
    struct watched *watched = map_get(&http->watched, (uint64_t)fd);

    if (watched) {
        watched->is_idle = false;
        loop_watch_set(watched->watch, events);
        return;
    }
    watched = mem_new(struct watched);
    if (!watched)
        return;
    watched->http = http;
    watched->fd = fd;
    watched->watch = loop_watch_new(http->loop, fd, events, on_ready, watched);
    if (!watched->watch || map_put(&http->watched, (uint64_t)fd, watched) != RC_OK) {
        loop_watch_free(watched->watch);
        mem_free(watched);
    }
}

/* No more wanted: kept for the next request, or of no use. */
static void
leave(struct http *http, CURL *easy, curl_socket_t fd)
{
    struct watched *watched = map_get(&http->watched, (uint64_t)fd);
    long version = CURL_HTTP_VERSION_NONE;

    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    if (!watched || version == CURL_HTTP_VERSION_NONE ||
        version >= CURL_HTTP_VERSION_2_0) {
        unwatch(http, fd);
        return;
    }
    watched->is_idle = true;
    loop_watch_set(watched->watch, LOOP_READ);
}

int
http_on_socket_wanted(CURL *easy, curl_socket_t fd, int what, void *ctx, void *place)
{
    struct http *http = ctx;

    (void)place;
    if (what == CURL_POLL_REMOVE)
        leave(http, easy, fd);
    else
        watch(http, fd,
            (what & CURL_POLL_IN ? LOOP_READ : 0) |
                (what & CURL_POLL_OUT ? LOOP_WRITE : 0));
    return 0;
}

int
http_on_socket_closed(void *ctx, curl_socket_t fd)
{
    unwatch(ctx, fd);
    return close(fd);
}
