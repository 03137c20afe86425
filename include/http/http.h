/*
 * http.h - an HTTP client on one libcurl multi, for requests that must not be repeated.
 *
 * The reply says what the network did, so that the caller can tell "never left" from
 * "cut". libcurl repeats a POST by itself when a reused connection dies before the first
 * byte of the answer; here it cannot: a request of which a byte was written leaves once,
 * and the outcome is then HTTP_CUT. Only a GET may be repeated. No redirects, no proxy,
 * TLS 1.2 at least and verified, HTTP/2 where the server offers it, answers capped. Where
 * it is in doubt, a request was cut.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stddef.h>

#include "fault.h"
#include "rc.h"

struct loop;
struct http;

enum http_transport {
    HTTP_COMPLETE, /* an answer came whole */
    HTTP_NOT_SENT, /* certainly no byte of the request left: resolve, connect, TLS */
    HTTP_CUT,      /* it may have arrived; no whole answer */
};

struct http_opts {
    const char *ca_file;    /* NULL: the system's */
    int connections_max;    /* to all hosts together, idle ones too; 0: 256 */
    int streams_max;        /* per HTTP/2 connection, or what it allows; 0: 100 */
    int connect_ms;         /* 0: 5000 */
    size_t reply_bytes_max; /* 0: 64 KiB; a longer answer counts as cut */
};

struct http_reply {
    enum http_transport transport;
    int status;       /* 0 unless HTTP_COMPLETE */
    const char *body; /* NUL-terminated, borrowed until the callback returns */
    size_t body_bytes;
    long retry_after_s; /* -1: not said */
    const void *handle; /* http_header's */
};

/* `fault` is set unless HTTP_COMPLETE. */
typedef void http_done_fn(
    void *ctx, const struct http_reply *reply, const struct fault *fault);

struct http_request {
    const char *method; /* "POST", "GET" */
    const char *url;
    const char *bearer;       /* NULL: no Authorization; [A-Za-z0-9._-]+ or RC_REJECTED */
    const char *content_type; /* NULL: application/json */
    const char *const
        *headers;     /* further "Name: value" lines, NULL-terminated; may be NULL */
    const char *body; /* borrowed until the callback; NULL: none */
    size_t body_bytes;
    int timeout_ms; /* > 0; for the whole request, name and connect included */
    http_done_fn *on_done;
    void *ctx;
};

struct http *http_new(struct loop *loop, const struct http_opts *opts) MUST_USE;
/* Callbacks still owed are not called. Allowed in on_done; the loop must still be there.
 * Accepts NULL. */
void http_free(struct http *http);

/* Starts it; all but the body is copied. RC_OK: on_done will come, never from inside this
 * call. RC_REJECTED: bad method, url or header. RC_OOM. */
enum rc http_send(struct http *http, const struct http_request *request) MUST_USE;

/* The answer's header of that name (any case, the first of several), or NULL: in on_done
 * only, borrowed until it returns. NULL too unless HTTP_COMPLETE. */
const char *http_header(const struct http_reply *reply, const char *name);

/* Requests without an answer yet. */
int http_pending(const struct http *http);

#endif
