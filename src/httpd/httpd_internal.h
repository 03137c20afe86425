/*
 * httpd_internal.h - one request from its headers to its end, and the server it lives in.
 *
 *     READING ---> HANDLING ---> WAITING ---> ANSWERED ---> SENDING ---> freed
 *        |             |            +-------> DROPPED ----------------> freed
 *        |             +--(at once)---------> ANSWERED or DROPPED
 *        +--(too large)---------------------> ANSWERED
 *
 * libmicrohttpd frees a request through one callback, on_completed, whatever ended it.
 */
#ifndef HTTPD_INTERNAL_H
#define HTTPD_INTERNAL_H

#include <microhttpd.h>

#include "buf.h"
#include "httpd.h"
#include "list.h"
#include "loop.h"

enum request_state {
    REQUEST_READING,  /* its body is arriving */
    REQUEST_HANDLING, /* the handler is on the stack */
    REQUEST_WAITING,  /* the connection is suspended until an answer comes */
    REQUEST_ANSWERED, /* `response` is there, libmicrohttpd does not have it yet */
    REQUEST_DROPPED,  /* the socket is reset, the connection not yet closed */
    REQUEST_SENDING,  /* libmicrohttpd has the response */
};

struct httpd {
    struct loop *loop;
    struct MHD_Daemon *daemon;
    struct loop_watch *watch;
    struct loop_timer timer;
    struct list waiting; /* requests in REQUEST_WAITING, and starved ones */
    httpd_fn *handler;
    httpd_headers_fn *on_headers;
    void *ctx;
    size_t body_bytes_max;
    int port;
    int pending; /* in HANDLING or WAITING */
    int resumed; /* settled while they waited, and libmicrohttpd has not looked yet */
    bool is_quiet;
    bool is_running; /* libmicrohttpd is on the stack */
};

struct httpd_request {
    struct list node; /* in httpd->waiting */
    struct httpd *httpd;
    struct MHD_Connection *connection;
    const char *method; /* libmicrohttpd's, valid until on_completed */
    const char *path;
    enum request_state state;
    struct buf body;
    size_t swallowed_bytes; /* of a body past the limit */
    bool is_too_large;
    bool is_resumed;
    int status;
    struct MHD_Response *response;
    struct httpd_source source; /* `read` is NULL: the answer is a body */
    bool is_starved;            /* suspended until httpd_more */
    void *user;
    void (*done)(void *user);
};

/* libmicrohttpd's callbacks; `ctx` is the httpd. */
enum MHD_Result request_access(void *ctx, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version, const char *upload,
    size_t *upload_bytes, void **con_cls);
void request_completed(void *ctx, struct MHD_Connection *connection, void **con_cls,
    enum MHD_RequestTerminationCode code);

/* A bound, listening, non-blocking socket; -1 with errno. `ret_port` is the real one. */
int listen_on(const char *address, int port, int *ret_port);

/* Closes the connection by RST: what was sent and not yet read is gone. */
void connection_reset(struct MHD_Connection *connection);

/* True when the other side has closed or reset it. */
bool connection_is_over(struct MHD_Connection *connection);

#endif
