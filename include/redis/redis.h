/*
 * redis.h - one asynchronous connection to Redis that calls one script.
 *
 * EVALSHA, with EVAL once when the server does not know the script (restart, flush).
 * hiredis 0.14 has no timeouts: deadlines are ours. A reply that does not come in time, or
 * any error that is not the script's own, drops the connection, fails what was asked and
 * connects again with growing, jittered pauses.
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
    const char *url; /* redis://[user[:password]@]host[:port][/db] or unix:///path */
    const char *password_file; /* NULL: none */
    int connect_ms;  /* 0: 2000 */
    int command_ms;  /* 0: 250 */
};

typedef void redis_state_fn(void *ctx, bool is_up, const struct fault *fault);

/* The reply is an array of integers. RC_OK; else `numbers` is NULL: RC_RETRY (not asked, or
 * refused), RC_UNKNOWN (asked, no reply: tokens may have been taken). */
typedef void redis_done_fn(
    void *ctx, enum rc rc, const int64_t *numbers, int n, const struct fault *fault);

struct redis *redis_new(struct loop *loop, const struct redis_opts *opts,
    const char *script, redis_state_fn *on_state, void *ctx) MUST_USE;
void redis_free(struct redis *redis); /* callbacks still owed are not called; accepts NULL */
bool redis_is_up(const struct redis *redis);

/* Calls the script with `keys` and `args` (strings, copied). RC_AGAIN: not connected. */
enum rc redis_script(struct redis *redis, const char *const *keys, int n_keys,
    const char *const *args, int n_args, redis_done_fn *on_done, void *ctx) MUST_USE;

#endif
