/*
 * http_internal.h - one request in flight, shared by http.c (multi, loop), sockets.c
 * (its sockets) and flight.c (the options of a request and what its end means).
 */
#ifndef HTTP_INTERNAL_H
#define HTTP_INTERNAL_H

#include "http.h"

#include <stdbool.h>

#include <curl/curl.h>

#include "buf.h"
#include "list.h"
#include "loop.h"
#include "map.h"

struct http {
    struct loop *loop;
    CURLM *multi;
    CURLSH *share; /* TLS sessions, for all handles */
    struct loop_timer timer;
    struct map watched;  /* by file descriptor */
    struct list pending; /* flights on the multi */
    struct list idle;    /* flights whose handle waits for the next request */
    int n_pending, n_idle;
    bool is_finishing; /* on_done callbacks are on the stack */
    bool is_freed;     /* by one of them: the last one out frees */
    char *ca_file;
    int connections_max, streams_max;
    int connections_now;   /* what libcurl may open as yet */
    int64_t widened_at_ms; /* when a late start last allowed one more */
    bool is_multiplexed;   /* requests share connections, as far as known */
    int connect_ms;
    size_t reply_bytes_max;
};

struct flight {
    struct list node;
    struct http *http;
    CURL *easy;
    struct loop_timer deadline;
    struct curl_slist *headers; /* holds the bearer */
    int64_t begun_at_ms;        /* http_send */
    int64_t try_at_ms;          /* the last try */
    int n_tries;                /* that libcurl began */
    bool is_tls;
    bool is_repeatable; /* it may arrive twice */
    size_t head_bytes;  /* of the answer's header lines */
    bool is_too_long;
    struct buf reply;
    http_done_fn *on_done;
    void *ctx;
};

/* A handle with everything set that no request changes; NULL when out of memory. */
struct flight *flight_new(struct http *http) MUST_USE;
void flight_free(struct flight *flight); /* accepts NULL */

/* Sets everything that a request changes. Results as http_send. */
enum rc flight_load(struct flight *flight, const struct http_request *request) MUST_USE;

/* Forgets the request: the bearer is overwritten, a large answer's memory given back. */
void flight_unload(struct flight *flight);

/* What the end of a transfer means; `fault` is set unless HTTP_COMPLETE. */
enum http_transport flight_outcome(
    const struct flight *flight, CURLcode result, struct fault *fault);

/* libcurl's callbacks about sockets. */
int http_on_socket_wanted(CURL *easy, curl_socket_t fd, int what, void *ctx, void *place);
int http_on_socket_closed(void *ctx, curl_socket_t fd);

/* Tells libcurl what happened on a socket, and reports what that finished. */
void http_act(struct http *http, curl_socket_t fd, int events);

#endif
