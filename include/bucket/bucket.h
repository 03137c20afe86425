/*
 * bucket.h - rate tokens and portfolio reach, shared by the whole fleet through Redis.
 *
 * One Lua script (take.lua, GCRA) answers arrays with arrays: all checks before any
 * write, the server's clock, one hash tag per portfolio. In any window no bucket grants
 * more than window / interval_us + burst tokens, whoever asks and however often. Tokens
 * are taken before the message is claimed (number, lane) and before it is sent (pair); a
 * token not used is lost. An empty restart of Redis, and a new epoca, count as empty
 * buckets, but for one token of each pair. Redis gone: nothing is granted. A change of
 * interval or burst holds from the next call on.
 */
#ifndef BUCKET_H
#define BUCKET_H

#include <stdbool.h>
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

/* Buckets of another epoca are other buckets; 0 until it is set. What is under way ends
 * RC_RETRY. */
void bucket_set_epoca(struct bucket *bucket, int64_t epoca);

/* `fn` hears of the end of every call, before its own callback does: RC_OK when Redis
 * answered as it should. */
typedef void bucket_watch_fn(void *ctx, enum rc rc);
void bucket_watch(struct bucket *bucket, bucket_watch_fn *fn, void *ctx);

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
    double burst;       /* >= 1 */
    int64_t lead_us; /* > 0: paced. One token at a time, granted lead to 3 × lead before
                        the instant at which it may be used; burst is not read */
};

enum { BUCKET_LIMITS = 3 };

/* Up to `ask` tokens that every used limit of the three grants. */
struct bucket_ask {
    struct bucket_limit limits[BUCKET_LIMITS];
    int ask;
    int alcance_max; /* > 0: only if alcance_destino is among, or still fits into, so */
    const char *alcance; /* many people of 24 h; only a hash of him reaches Redis */
};

/* What refused. */
enum bucket_refusal {
    BUCKET_GRANTED, /* nothing */
    BUCKET_FIRST,
    BUCKET_SECOND,
    BUCKET_THIRD,
    BUCKET_ALCANCE,      /* full until wait_us from now */
    BUCKET_ALCANCE_LOST, /* nobody knows who is in it: bucket_fill */
};

struct bucket_grant {
    int granted;     /* 0 .. ask */
    int64_t wait_us; /* until the next token; 0 when all were granted */
    /* On clock.h's stopwatch it was granted, or, if it is paced, may be used from an
     * instant between these two. */
    int64_t at_us, by_us;
    enum bucket_refusal refusal;
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

/* People whom a portfolio wrote to outside the 24 h window, and how long ago first. */
struct bucket_people {
    int64_t portfolio_id;
    const char *const *destinos;
    const int64_t *ha_ms;
    int n;        /* at most 1000 */
    bool is_last; /* the portfolio's people are known from now on */
};

/* RC_OK: they are in. */
typedef void bucket_filled_fn(void *ctx, enum rc rc);

/* Puts people in; whoever is in already keeps the earlier instant, so two may fill at
 * once. Results as bucket_take. */
enum rc bucket_fill(struct bucket *bucket, const struct bucket_people *people,
    bucket_filled_fn *on_filled, void *ctx) MUST_USE;

#endif
