/*
 * The multi on the loop. libcurl tells which sockets to watch (sockets.c) and when to
 * wake it; after each call into it the finished transfers are taken out, judged
 * (flight.c) and reported.
 *
 * libcurl keeps the deadlines, except of a request that waits for one of connections_max
 * connections: there it looks at no clock, so each flight has a timer of its own, a
 * little later.
 *
 * Handles are kept and used again, connections too. http_send only queues: libcurl asks
 * for a timer at once, and the whole turn's requests start together in the next one.
 * on_done may send again, and may free the client: what is on the stack is then freed by
 * the last frame.
 */
#include "http_internal.h"

#include <assert.h>
#include <stdint.h>

#include "mem.h"

enum { IDLE_MAX = 1024, DEADLINE_GRACE_MS = 50, LATE_MS = 250 };

static int clients; /* libcurl's global state lives while there is one */

static void
take_apart(struct http *http)
{
    struct list *node;

    while ((node = list_pop(&http->pending))) {
        struct flight *flight = list_entry(node, struct flight, node);

        curl_multi_remove_handle(http->multi, flight->easy);
        flight_free(flight);
    }
    while ((node = list_pop(&http->idle)))
        flight_free(list_entry(node, struct flight, node));
    /* closes the connections, and so takes their watches away */
    if (http->multi)
        curl_multi_cleanup(http->multi);
    if (http->share)
        curl_share_cleanup(http->share);
    map_done(&http->watched);
    loop_timer_stop(&http->timer);
    mem_free(http->ca_file);
    mem_free(http);
    if (--clients == 0)
        curl_global_cleanup();
}

/* Keeps the handle for the next request. */
static void
park(struct http *http, struct flight *flight)
{
    flight_unload(flight);
    if (http->n_idle >= IDLE_MAX) {
        flight_free(flight);
        return;
    }
    list_add_tail(&http->idle, &flight->node);
    http->n_idle++;
}

static void
allow_connections(struct http *http, int n)
{
    if (n > http->connections_max)
        n = http->connections_max;
    if (n <= http->connections_now ||
        curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)n))
        return;
    http->connections_now = n;
}

/* Beyond the first connection CURLOPT_PIPEWAIT holds nobody back: of a burst whatever
 * finds no stream free would open a connection of its own (41 for 50 requests, 10 streams
 * each). So libcurl gets no more of them than the pending requests need when they share;
 * all, once an answer came over HTTP/1.1. */
static void
widen_for_pending(struct http *http)
{
    allow_connections(
        http, http->is_multiplexed
                  ? (http->n_pending + http->streams_max - 1) / http->streams_max
                  : http->connections_max);
}

/* The server may allow fewer streams than we do: then requests start late. */
static void
learn_from(struct http *http, const struct flight *flight)
{
    int64_t now_ms = loop_now_ms(http->loop);
    long version = CURL_HTTP_VERSION_NONE;

    curl_easy_getinfo(flight->easy, CURLINFO_HTTP_VERSION, &version);
    if (version != CURL_HTTP_VERSION_NONE)
        http->is_multiplexed = version >= CURL_HTTP_VERSION_2_0;
    widen_for_pending(http);
    if (flight->n_tries > 0 && flight->try_at_ms - flight->begun_at_ms > LATE_MS &&
        now_ms - http->widened_at_ms > LATE_MS) {
        http->widened_at_ms = now_ms;
        allow_connections(http, http->connections_now + 1);
    }
}

/* A finished flight leaves the multi before its callback, so that it may be used again
 * there. */
static void
finish(struct http *http, struct flight *flight, CURLcode result)
{
    struct fault fault = {0};
    struct http_reply reply = {.retry_after_s = -1};
    long status = 0;
    curl_off_t retry_after_s = 0;

    reply.transport = flight_outcome(flight, result, &fault);
    reply.body = "";
    if (reply.transport == HTTP_COMPLETE) {
        curl_easy_getinfo(flight->easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(flight->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
        reply.status = (int)status;
        reply.body = buf_text(&flight->reply);
        reply.body_bytes = flight->reply.bytes;
        if (retry_after_s > 0)
            reply.retry_after_s = (long)retry_after_s;
        reply.handle = flight->easy;
    }
    learn_from(http, flight);
    curl_multi_remove_handle(http->multi, flight->easy);
    loop_timer_stop(&flight->deadline);
    list_remove(&flight->node);
    http->n_pending--;
    flight->on_done(flight->ctx, &reply, &fault);
    park(http, flight);
}

/* Around on_done, which may free the client. */
static void
finish_begin(struct http *http)
{
    assert(!http->is_finishing);
    http->is_finishing = true;
}

static void
finish_end(struct http *http)
{
    http->is_finishing = false;
    if (http->is_freed)
        take_apart(http);
}

static void
finish_all(struct http *http)
{
    CURLMsg *message;
    int left;

    finish_begin(http);
    while (!http->is_freed && (message = curl_multi_info_read(http->multi, &left))) {
        struct flight *flight = NULL;
        CURLcode result = message->data.result;

        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&flight);
        finish(http, flight, result);
    }
    finish_end(http);
}

static void
on_deadline(void *ctx)
{
    struct flight *flight = ctx;
    struct http *http = flight->http;

    finish_begin(http);
    finish(http, flight, CURLE_OPERATION_TIMEDOUT);
    finish_end(http);
}

void
http_act(struct http *http, curl_socket_t fd, int events)
{
    int running;

    if (curl_multi_socket_action(http->multi, fd, events, &running) == CURLM_OK)
        finish_all(http);
}

static int
on_timer_wanted(CURLM *multi, long in_ms, void *ctx)
{
    struct http *http = ctx;

    (void)multi;
    if (in_ms < 0)
        loop_timer_stop(&http->timer);
    else
        loop_timer_in(&http->timer, in_ms);
    return 0;
}

static void
on_timer(void *ctx)
{
    struct http *http = ctx;
    long in_ms = -1;
    int running = 0;

    if (curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running) !=
        CURLM_OK)
        return;
    /* libcurl names a time once: had it been woken a rounding too early, it would not
     * again */
    if (running && !loop_timer_is_armed(&http->timer) &&
        curl_multi_timeout(http->multi, &in_ms) == CURLM_OK && in_ms >= 0)
        loop_timer_in(&http->timer, in_ms ? in_ms : 1);
    finish_all(http);
}

static bool
set_up_multi(struct http *http, const struct http_opts *opts)
{
    CURLM *multi = http->multi = curl_multi_init();
    CURLSH *share = http->share = curl_share_init();

    http->connections_max = opts->connections_max > 0 ? opts->connections_max : 256;
    http->streams_max = opts->streams_max > 0 ? opts->streams_max : 100;
    http->connections_now = 1;
    http->is_multiplexed = true;
    return multi && share &&
           !curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) &&
           !curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, http_on_socket_wanted) &&
           !curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, http) &&
           !curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer_wanted) &&
           !curl_multi_setopt(multi, CURLMOPT_TIMERDATA, http) &&
           !curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L) &&
           !curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)http->connections_max) &&
           !curl_multi_setopt(
               multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)http->streams_max);
}

struct http *
http_new(struct loop *loop, const struct http_opts *opts)
{
    struct http *http;

    if (clients == 0 && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NULL;
    clients++;
    http = mem_new(struct http);
    if (!http) {
        if (--clients == 0)
            curl_global_cleanup();
        return NULL;
    }
    http->loop = loop;
    list_init(&http->pending);
    list_init(&http->idle);
    loop_timer_init(&http->timer, loop, on_timer, http);
    http->connect_ms = opts->connect_ms > 0 ? opts->connect_ms : 5000;
    http->reply_bytes_max = opts->reply_bytes_max ? opts->reply_bytes_max : 65536;
    if (opts->ca_file)
        http->ca_file = mem_strdup(opts->ca_file);
    if ((opts->ca_file && !http->ca_file) || !set_up_multi(http, opts)) {
        take_apart(http);
        return NULL;
    }
    return http;
}

void
http_free(struct http *http)
{
    if (!http)
        return;
    if (http->is_finishing)
        http->is_freed = true;
    else
        take_apart(http);
}

enum rc
http_send(struct http *http, const struct http_request *request)
{
    struct list *node = list_pop(&http->idle);
    struct flight *flight =
        node ? list_entry(node, struct flight, node) : flight_new(http);
    enum rc rc;

    assert(!http->is_freed);
    if (!flight)
        return RC_OOM;
    if (node)
        http->n_idle--;
    rc = flight_load(flight, request);
    if (rc == RC_OK && curl_multi_add_handle(http->multi, flight->easy) != CURLM_OK)
        rc = RC_OOM;
    if (rc == RC_OK) {
        list_add_tail(&http->pending, &flight->node);
        http->n_pending++;
        if (!flight->is_tls)
            http->is_multiplexed = false;
        widen_for_pending(http);
        loop_timer_init(&flight->deadline, http->loop, on_deadline, flight);
        loop_timer_in(&flight->deadline, request->timeout_ms + DEADLINE_GRACE_MS);
    } else {
        park(http, flight);
    }
    return rc;
}

const char *
http_header(const struct http_reply *reply, const char *name)
{
    struct curl_header *header = NULL;

    if (!reply->handle || curl_easy_header((CURL *)(uintptr_t)reply->handle, name, 0,
                              CURLH_HEADER, -1, &header) != CURLHE_OK)
        return NULL;
    return header->value;
}

int
http_pending(const struct http *http)
{
    return http->n_pending;
}
