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
#include <sys/socket.h>

#include "buf.h"
#include "httpd.h"
#include "list.h"
#include "loop.h"
#include "map.h"

#define NETWORKS_MAX 32

struct ip {
    unsigned char bytes[16]; /* IPv4 as ::ffff:a.b.c.d */
};

struct network {
    struct ip ip;
    int bits;
};

struct networks {
    struct network list[NETWORKS_MAX];
    int n;
};

/* What one client has open; lives while anything names it. */
struct address {
    uint64_t key;
    struct list owing; /* connections in HEAD and BODY, the longest first */
    int users;
    int connections; /* not cut */
    int requests;    /* by our proxies, not yet answered */
};

/* Whose turn it is. */
enum connection_phase {
    PHASE_HEAD, /* the client's: a request's head, the first or the next one */
    PHASE_BODY, /* the client's: the rest of it */
    PHASE_OURS, /* the handler's, or a source's that has nothing */
    PHASE_SEND, /* the client's: to read its answer */
};

struct connection {
    struct list owing;      /* in httpd->owing, in HEAD and BODY */
    struct list owing_here; /* in address->owing, likewise */
    struct httpd *httpd;
    struct MHD_Connection *mhd;
    struct address *address;
    struct loop_timer deadline;
    struct ip ip;
    enum connection_phase phase;
    bool is_proxy;
    bool was_served; /* it had an answer */
    bool is_cut;     /* reset, not yet closed; counted nowhere */
};

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
    struct list reading; /* requests whose body is arriving, the oldest first */
    struct list owing;   /* connections in HEAD and BODY, the longest first */
    struct map addresses;
    struct networks proxies;
    httpd_fn *handler;
    httpd_headers_fn *on_headers;
    void *ctx;
    size_t body_bytes_max;
    size_t bodies_bytes_max; /* 0: none */
    size_t bodies_bytes;     /* held now */
    size_t gzip_bytes_min;   /* 0: never */
    int connections_max;
    int per_address_max; /* 0: none */
    int connections;     /* not cut */
    int idle_s;
    int head_s; /* 0: none */
    int body_s;
    int port;
    int pending; /* in HANDLING or WAITING */
    int resumed; /* settled while they waited, and libmicrohttpd has not looked yet */
    bool is_quiet;
    bool is_running; /* libmicrohttpd is on the stack */
};

struct httpd_request {
    struct list node; /* in httpd->reading or ->waiting */
    struct httpd *httpd;
    struct MHD_Connection *connection;
    const char *method; /* libmicrohttpd's, valid until on_completed */
    const char *path;
    enum request_state state;
    struct buf body;
    size_t swallowed_bytes; /* of a body past the limit */
    struct ip ip; /* of the client, by our proxies' word where one stands between */
    struct address *forwarded; /* NULL: not by a proxy */
    size_t answer_bytes;
    bool is_ip_known;
    bool is_too_large;
    bool is_without_room;
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

/* Of a request that was suspended: libmicrohttpd has looked. */
void request_unmark(struct httpd_request *request);

/* False for a family that is none of the internet's. */
bool ip_of(const struct sockaddr *addr, struct ip *ret_ip);
void ip_text(const struct ip *ip, char ret_text[HTTPD_PEER_BYTES]);
uint64_t ip_key(const struct ip *ip); /* an IPv4 address, an IPv6 /64 */

/* "10.0.0.0/8, fd00::/8 192.0.2.7". RC_REJECTED: not such a list, or too long a one. */
enum rc networks_parse(const char *text, struct networks *ret_networks) MUST_USE;
bool networks_have(const struct networks *networks, const struct ip *ip);

/* The last address of `list` that is none of ours, or its first; false: it names none. */
bool forwarded_ip(const struct networks *proxies, const char *list, struct ip *ret_ip);

/* libmicrohttpd's callback; `ctx` is the httpd. */
void connection_notified(void *ctx, struct MHD_Connection *mhd, void **socket_context,
    enum MHD_ConnectionNotificationCode code);

/* NULL: there was no memory for it, and it is reset. */
struct connection *connection_of(struct MHD_Connection *mhd);
void connections_register(void);

/* A phase begins, with its time; `bytes` of an answer. Nothing for one that is cut. */
void connection_enter(
    struct connection *connection, enum connection_phase phase, size_t bytes);

/* Resets it and counts why; its request ends in libmicrohttpd's next turn. */
void connection_cut(struct connection *connection, const char *motivo);

/* One more request of `ip`, by this proxy; false: it has too many, or memory is out. */
bool forwarded_take(
    struct connection *connection, const struct ip *ip, struct address **ret_address);
void forwarded_drop(struct httpd *httpd, struct address *address); /* accepts NULL */

/* False: its head could be read in another way than ours. */
bool framing_is_sound(struct MHD_Connection *connection, const char *version);

/* libmicrohttpd's unescape callback: decodes %xx in place. "%00" stays three characters:
 * as a byte it would end the text, and the path would be that of somewhere else. */
size_t framing_unescape(void *ctx, struct MHD_Connection *connection, char *text);

/* "gzip, br;q=0.5"; NULL: nothing was said. */
bool coding_is_gzip_welcome(const char *accept);
bool coding_shrinks(const char *content_type);

/* Puts gzip between; false: out of memory, and `source` is as it was. */
bool coding_wrap(struct httpd_source *source);

/* A bound, listening, non-blocking socket; -1 with errno. `ret_port` is the real one. */
int listen_on(const char *address, int port, int *ret_port);

/* Closes the connection by RST: what was sent and not yet read is gone. */
void connection_reset(struct MHD_Connection *connection);

/* Closes it in order. */
void connection_end(struct MHD_Connection *connection);

/* True when the other side has closed or reset it. */
bool connection_is_over(struct MHD_Connection *connection);

#endif
