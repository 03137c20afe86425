/*
 * bucket.h - rate tokens, shared by the whole fleet through Redis.
 *
 * One Lua script (take.lua, GCRA) answers arrays with arrays: all checks before any
 * write, the server's clock, one hash tag per portfolio. In any window no bucket grants
 * more than window / interval_us + burst tokens, whoever asks and however often. Tokens
 * are taken before the message is claimed (number, lane) and before it is sent (pair); a
 * token not used is lost. An empty restart of Redis counts as empty buckets, but for one
 * token of each pair. Redis gone: nothing is granted. A change of interval or burst holds
 * from the next call on.
 */
#ifndef BUCKET_H
#define BUCKET_H

#include <stdint.h>

#include "rc.h"

struct bucket;
struct redis;

/* The script, for redis_new. */
extern const char BUCKET_TAKE_LUA[];

/* Borrows `redis`, which must have been made with BUCKET_TAKE_LUA. NULL: out of memory.
 */
struct bucket *bucket_new(struct redis *redis) MUST_USE;
void bucket_free(struct bucket *bucket); /* callbacks owed are not called; accepts NULL */

enum bucket_kind {
    BUCKET_NUMERO, /* `id`: numeros.id */
    BUCKET_FAIXA,  /* `id`: faixas.id, `numero_id`: the number it sends from */
    BUCKET_PAR,    /* `numero_id` and `destino`; only a hash of them reaches Redis */
};

struct bucket_limit {
    enum bucket_kind kind;
    int64_t id;
    int numero_id;
    const char *destino;
    double interval_us; /* one token per so many microseconds; 0: this limit is unused */
    int burst;          /* >= 1 */
};

/* Up to `ask` tokens that every used limit of the two grants. */
struct bucket_ask {
    struct bucket_limit limits[2];
    int ask;
};

struct bucket_grant {
    int granted;     /* 0 .. ask */
    int64_t wait_us; /* until the next token; 0 when all were granted */
};

/* RC_OK: `grants[i]` answers ask i. Else `grants` is NULL and nothing may be used. */
typedef void bucket_fn(void *ctx, enum rc rc, const struct bucket_grant *grants, int n);

/* Asks for tokens of one portfolio. */
struct bucket_request {
    int64_t portfolio_id;
    const struct bucket_ask *asks; /* with what they point to: copied */
    int n;                         /* 0: only the epoch key is made; at most 1000 */
    bucket_fn *on_taken;
    void *ctx;
};

/* Within one request the asks are served in order, each from what the ones before it
 * left. RC_OK: on_taken will come, never from inside this call. RC_AGAIN: no Redis, no
 * callback. RC_OOM. */
enum rc bucket_take(struct bucket *bucket, const struct bucket_request *request) MUST_USE;

#endif
