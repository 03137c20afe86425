/*
 * httpd.h - an HTTP server on libmicrohttpd, run by the loop.
 *
 * The handler is called once per request, when its body has arrived whole, and answers
 * now or later (httpd_reply, httpd_drop). Bodies, headers, connections and the time that
 * a client may take for each are limited; what passes a limit is answered here or cut and
 * never reaches the handler. When there are too many connections, of one address or in
 * all, the one that has kept us waiting for longest is cut, and the new one stays.
 */
#ifndef HTTPD_H
#define HTTPD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rc.h"

struct loop;
struct httpd;
struct httpd_request;

typedef void httpd_fn(void *ctx, struct httpd_request *request);

/* Called when the headers are there and the body is not read yet; false: dropped by RST.
 * It must not answer and not set a user. */
typedef bool httpd_headers_fn(void *ctx, const struct httpd_request *request);

struct httpd_opts {
    const char *address; /* NULL: every address */
    int port;            /* 0: any free one, see httpd_port */
    size_t body_bytes_max;
    size_t bodies_bytes_max; /* all bodies together; 0: no limit */
    size_t gzip_bytes_min;   /* texts from here on are compressed when asked; 0: never */
    int connections_max;     /* 0: 4096 */
    int per_address_max;     /* of one IPv4 address or IPv6 /64; 0: no limit */
    int idle_s; /* a connection that asks nothing for so long, and an answer that is read
                   so slowly, is closed; 0: 30 */
    int head_s; /* the first request's head must be there within; 0: silence of idle_s is
                   the only limit of time */
    int body_s; /* with head_s: a body must be there within, from its head on; 0: idle_s
                 */
    const char *proxies; /* networks whose connections are not counted by address, and
                            whose X-Forwarded-For is believed; NULL: none */
    httpd_headers_fn *on_headers; /* NULL: none */
};

/* NULL with errno set when the port cannot be had; EINVAL: `proxies` is no list of
 * networks. */
struct httpd *httpd_new(struct loop *loop, const struct httpd_opts *opts,
    httpd_fn *handler, void *ctx) MUST_USE;

/* Stops accepting, and closes each connection after its next answer; httpd_free closes
 * what is left. */
void httpd_quiesce(struct httpd *httpd);
int httpd_pending(const struct httpd *httpd); /* not yet answered, sources not at end */
void httpd_free(struct httpd *httpd);         /* not from a handler; accepts NULL */
int httpd_port(const struct httpd *httpd);

const char *httpd_method(const struct httpd_request *request);
const char *httpd_path(const struct httpd_request *request);
const char *httpd_query(
    const struct httpd_request *request, const char *name); /* NULL: absent */
/* Each parameter of the query, decoded; `value` is "" where it has none. */
typedef void httpd_pair_fn(void *ctx, const char *name, const char *value);
void httpd_each_query(
    const struct httpd_request *request, httpd_pair_fn *each, void *ctx);
const char *httpd_header(
    const struct httpd_request *request, const char *name); /* NULL: absent */
int httpd_header_count(const struct httpd_request *request, const char *name);
const char *httpd_body(const struct httpd_request *request, size_t *ret_bytes);

/* The client's address as text ("127.0.0.1", "::1"), by the word of a proxy of ours where
 * one stands between; "" when unknown. */
#define HTTPD_PEER_BYTES 46
void httpd_peer(const struct httpd_request *request, char ret_text[HTTPD_PEER_BYTES]);

/* What the handler keeps with the request; `done` is called when the request ends,
 * whatever ends it (answer sent, client gone, server freed). */
void httpd_set_user(struct httpd_request *request, void *user, void (*done)(void *user));
void *httpd_user(const struct httpd_request *request);

/*
 * A body that comes in pieces (chunked). `read` writes up to `max` bytes and returns how
 * many; 0: none are there yet, httpd_more says when; or one of the two below. `done` is
 * called once, whatever ends the request; afterwards neither the source nor the request
 * may be named.
 */
#define HTTPD_END ((size_t)-1)
#define HTTPD_BROKEN ((size_t)-2) /* the connection is closed, so the client sees it */

struct httpd_source {
    size_t (*read)(void *ctx, char *to, size_t max);
    void (*done)(void *ctx);
    void *ctx;
};

struct httpd_answer {
    int status;
    const char *content_type; /* NULL: none */
    const void *body;         /* copied */
    size_t body_bytes;
    const char *const *headers;        /* "Name: value", NULL-terminated; may be NULL */
    const struct httpd_source *source; /* instead of a body; NULL: none; copied */
};

/* True when the client of a waiting request has closed its side meanwhile. One system
 * call. */
bool httpd_is_gone(const struct httpd_request *request);

/* Exactly one of these two per request, from the handler or later; afterwards the request
 * is gone. If the client has left meanwhile the request stays valid until one of them is
 * called. Later answers leave in the loop's next turn. */
void httpd_reply(struct httpd_request *request, const struct httpd_answer *answer);
void httpd_drop(
    struct httpd_request *request); /* close at once, by RST, without an answer */

/* A source that had nothing has something, or its end, now. */
void httpd_more(struct httpd_request *request);

/* A short JSON or text answer. */
void httpd_reply_text(struct httpd_request *request, int status, const char *content_type,
    const char *text);

#endif
