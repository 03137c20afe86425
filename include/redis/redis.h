/*
 * redis.h - one asynchronous connection to Redis that calls one script.
 *
 * EVALSHA, with EVAL once when the server does not know the script (restart, flush).
 * hiredis only makes words and replies; socket and deadlines are ours. A reply that does
 * not come in time, or any error that is not the script's own, drops the connection,
 * fails what was asked and connects again with growing, jittered pauses (50 ms to 0.5 s).
 * Host names are looked up beside the loop. No TLS: hiredis 0.14 has none; stunnel stands
 * in between.
 *
 * The user needs: auth ping select evalsha eval script|load, and what the script calls.
 */
#ifndef REDIS_H
#define REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "rc.h"

struct loop;
struct redis;

struct redis_opts {
    const char
        *url; /* redis://[user[:password]@]host[:port][/db] or unix:///path[?db=n] */
    const char *password_file; /* read at every connect; wins over the url; NULL: none */
    int connect_ms;            /* name, connection and greeting together; 0: 2000 */
    int command_ms;            /* 0: 250 */
};

/* Called when it comes up (`fault` is NULL), when it is lost, and once when the first
 * attempt fails; not at each attempt after that. Never from inside a call. */
typedef void redis_state_fn(void *ctx, bool is_up, const struct fault *fault);

/* The reply is an array of integers. RC_OK; else `numbers` is NULL: RC_RETRY (not asked,
 * or refused), RC_UNKNOWN (asked, no usable reply: tokens may have been taken). */
typedef void redis_done_fn(
    void *ctx, enum rc rc, const int64_t *numbers, int n, const struct fault *fault);

/* Everything is copied; `script` is borrowed for ever (static text). Connects from the
 * loop. NULL: out of memory, or a url that redis_url_check refuses. */
struct redis *redis_new(struct loop *loop, const struct redis_opts *opts,
    const char *script, redis_state_fn *on_state, void *ctx) MUST_USE;

/* Callbacks still owed are not called. Allowed in a callback. Accepts NULL. */
void redis_free(struct redis *redis);

bool redis_is_up(const struct redis *redis);

struct redis_call {
    const char *const *keys;
    const char *const *args;
    int n_keys, n_args;
    redis_done_fn *on_done;
    void *ctx;
};

/* Calls the script; `call` is copied with its strings. RC_OK: on_done will come, never
 * from inside this call. RC_AGAIN: not connected, or 1000 calls are under way. RC_OOM. */
enum rc redis_script(struct redis *redis, const struct redis_call *call) MUST_USE;

/* The calls made with this `ctx` end without their callback. */
void redis_forget(struct redis *redis, const void *ctx);

/* RC_OK; RC_REJECTED with `fault` (never quoting the url, which may hold a password). */
enum rc redis_url_check(const char *url, struct fault *fault) MUST_USE;

#endif
