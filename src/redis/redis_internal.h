/*
 * redis_internal.h - what redis.c (states of the connection), script.c (the calls), url.c
 * and wire.c share.
 */
#ifndef REDIS_INTERNAL_H
#define REDIS_INTERNAL_H

#include "redis.h"

#include <sys/socket.h>

#include <hiredis/hiredis.h>

#include "buf.h"
#include "list.h"
#include "loop.h"

/* ---- url.c */

struct redis_url {
    char *host; /* NULL: a unix socket */
    char *path;
    char *user, *password; /* NULL: none */
    int port, db;
};

/* RC_OK: the caller frees it; RC_REJECTED, RC_OOM: nothing to free, `fault` says what. */
enum rc redis_url_parse(const char *url, struct redis_url *ret_url, struct fault *fault);
void redis_url_done(struct redis_url *url);

/* The first line of a file, for mem_free_secret; NULL with `fault`. */
char *redis_password_read(const char *path, struct fault *fault);

struct redis_address {
    struct sockaddr_storage name;
    socklen_t bytes;
};

/* ---- redis.c */

/*
 *     DOWN --pause over--> LOOKUP --address--> CONNECTING --greeted--> UP
 *      ^                      |                    |                   |
 *      +--------- LOST <------+--------------------+-------------------+
 *
 * LOST lasts until the end of whatever is on the stack: there the calls fail and the
 * pause begins.
 */
enum redis_state {
    REDIS_DOWN,
    REDIS_LOOKUP,
    REDIS_CONNECTING, /* from the socket to the last answer of the greeting */
    REDIS_UP,
    REDIS_LOST,
};

struct redis {
    struct loop *loop;
    struct redis_url url;
    char *password_file;
    const char *script;
    char script_sha[41]; /* as SCRIPT LOAD answered */
    int connect_ms, command_ms;
    redis_state_fn *on_state;
    void *ctx;

    enum redis_state state;
    bool was_reported; /* on_state knows that it is not up */
    struct fault fault;
    unsigned attempts; /* since it was last up */
    int fd;            /* -1: none */
    bool is_connected;
    bool is_writing_watched;
    struct loop_watch *watch;
    redisReader *reader;
    struct buf out;  /* formatted, not yet written */
    int n_greetings; /* answers to the greeting still to come */
    struct resolve *resolve;
    int resolve_wait_ms;
    struct loop_timer timer;    /* the next step: pause, look-up */
    struct loop_timer give_up;  /* of the way to UP */
    struct loop_timer deadline; /* of the oldest call */
    struct list calls;          /* in the order of asking */
    struct list failing;        /* being told that their connection is gone */
    int n_calls;
    int depth;     /* something that may call back is on the stack */
    bool is_freed; /* by one of them */
};

/* The connection is of no more use; what follows happens when the stack is empty. The
 * first cause is kept. */
void redis_lose(struct redis *redis, const char *code, const char *text);

/* Brackets around everything that may call back. After redis_leave `redis` may be gone.
 */
void redis_enter(struct redis *redis);
void redis_leave(struct redis *redis);

/* The socket is connected; then each answer, in the order of asking, while it is of use.
 */
void redis_on_connected(struct redis *redis);
void redis_on_greeting(struct redis *redis, const redisReply *reply);

/* ---- wire.c */

void wire_open(struct redis *redis, const struct redis_address *address);
void wire_close(struct redis *redis); /* also half open, and twice */

/* Formats a command behind what waits to be written; false when out of memory. */
bool wire_add(struct redis *redis, const char *const *words, int n) MUST_USE;
void wire_write(struct redis *redis);
void wire_read(struct redis *redis); /* and hands the answers on */

/* ---- script.c */

void redis_on_reply(struct redis *redis, const redisReply *reply);

/* Fails all calls under way with RC_UNKNOWN; silently when the redis is freed. */
void redis_fail_calls(struct redis *redis, const struct fault *fault);
void redis_on_deadline(void *ctx);

#endif
