/*
 * Asks become keys and arguments of take.lua, its numbers become grants. Happy path: one
 * call, one answer, one callback. A lost connection, a late answer or one of another
 * shape grants nothing: tokens that the script may have taken all the same are lost,
 * which is slow for an interval and never too fast.
 */
#include "bucket.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hmac.h"
#include "list.h"
#include "mem.h"
#include "redis.h"

enum {
    ASKS_MAX = 1000,
    LIMITS = 2,
    KEY_BYTES = 64,
    WORD_BYTES = 32,
    WORDS_PER_ASK = 1 + 3 * LIMITS,
    HASH_DIGITS = 16,
};

struct bucket {
    struct redis *redis;
    struct list takings; /* asked, not answered */
};

struct taking {
    struct list node;
    struct bucket *bucket;
    bucket_fn *on_taken;
    void *ctx;
    int n;
    int asked[]; /* tokens, of each ask */
};

/* The words of one call, and their addresses as redis.h wants them. */
struct words {
    char (*key_text)[KEY_BYTES];
    char (*arg_text)[WORD_BYTES];
    const char **keys, **args;
    int n_keys, n_args;
};

struct bucket *
bucket_new(struct redis *redis)
{
    struct bucket *bucket = mem_new(struct bucket);

    if (!bucket)
        return NULL;
    bucket->redis = redis;
    list_init(&bucket->takings);
    return bucket;
}

void
bucket_free(struct bucket *bucket)
{
    struct list *node;

    if (!bucket)
        return;
    while ((node = list_pop(&bucket->takings))) {
        struct taking *taking = list_entry(node, struct taking, node);

        redis_forget(bucket->redis, taking);
        mem_free(taking);
    }
    mem_free(bucket);
}

static void
words_done(struct words *words)
{
    mem_free(words->key_text);
    mem_free(words->arg_text);
    mem_free(words->keys);
    mem_free(words->args);
}

static bool
words_init(struct words *words, int n_asks)
{
    size_t keys_max = 1 + (size_t)n_asks * LIMITS;
    size_t args_max = 1 + (size_t)n_asks * WORDS_PER_ASK;

    words->key_text = mem_alloc(keys_max, KEY_BYTES);
    words->arg_text = mem_alloc(args_max, WORD_BYTES);
    words->keys = mem_alloc(keys_max, sizeof(char *));
    words->args = mem_alloc(args_max, sizeof(char *));
    return words->key_text && words->arg_text && words->keys && words->args;
}

static char *
next_key(struct words *words)
{
    char *text = words->key_text[words->n_keys];

    words->keys[words->n_keys++] = text;
    return text;
}

static char *
next_arg(struct words *words)
{
    char *text = words->arg_text[words->n_args];

    words->args[words->n_args++] = text;
    return text;
}

/* A phone number is personal data: Redis gets a digest, which is the same at every ask.
 */
static void
write_pair_key(char *key, int64_t portfolio_id, const struct bucket_limit *limit)
{
    char hex[HMAC_HEX_BYTES], pair[128];
    int bytes = snprintf(pair, sizeof pair, "%d %s", limit->numero_id, limit->destino);

    assert(bytes > 0 && (size_t)bytes < sizeof pair);
    sha256_hex(pair, (size_t)bytes, hex);
    (void)snprintf(
        key, KEY_BYTES, "cb:{p%" PRId64 "}:d:%.*s", portfolio_id, HASH_DIGITS, hex);
}

static void
write_key(char *key, int64_t portfolio_id, const struct bucket_limit *limit)
{
    switch (limit->kind) {
    case BUCKET_NUMERO:
        (void)snprintf(
            key, KEY_BYTES, "cb:{p%" PRId64 "}:n:%" PRId64, portfolio_id, limit->id);
        return;
    case BUCKET_FAIXA:
        (void)snprintf(key, KEY_BYTES, "cb:{p%" PRId64 "}:f:%" PRId64 ":%d", portfolio_id,
            limit->id, limit->numero_id);
        return;
    case BUCKET_PAR:
        write_pair_key(key, portfolio_id, limit);
        return;
    }
}

static void
add_limit(struct words *words, int64_t portfolio_id, const struct bucket_limit *limit)
{
    bool is_used = limit->interval_us > 0;

    (void)snprintf(next_arg(words), WORD_BYTES, "%.6f", is_used ? limit->interval_us : 0);
    (void)snprintf(next_arg(words), WORD_BYTES, "%d",
        !is_used           ? 0
        : limit->burst > 0 ? limit->burst
                           : 1);
    /* Nobody waits for an empty Redis to fill before the first message to a person: one
     * more than the pair's burst is far below what Meta takes. A number gets nothing. */
    (void)snprintf(next_arg(words), WORD_BYTES, "%d", limit->kind == BUCKET_PAR ? 1 : 0);
    if (is_used)
        write_key(next_key(words), portfolio_id, limit);
}

static void
add_ask(struct words *words, int64_t portfolio_id, const struct bucket_ask *ask)
{
    (void)snprintf(next_arg(words), WORD_BYTES, "%d", ask->ask > 0 ? ask->ask : 0);
    for (int i = 0; i < LIMITS; i++)
        add_limit(words, portfolio_id, &ask->limits[i]);
}

/* False when the script's numbers are not those of our asks. */
static bool
read_grants(const struct taking *taking, const int64_t *numbers, int n,
    struct bucket_grant *grants)
{
    if (n != 1 + 2 * taking->n)
        return false;
    for (int i = 0; i < taking->n; i++) {
        int64_t granted = numbers[1 + 2 * i], wait_us = numbers[2 + 2 * i];

        if (granted < 0 || granted > taking->asked[i] || wait_us < 0)
            return false;
        grants[i] = (struct bucket_grant){(int)granted, wait_us};
    }
    return true;
}

static void
on_answer(void *ctx, enum rc rc, const int64_t *numbers, int n, const struct fault *fault)
{
    struct taking *taking = ctx;
    CLEANUP_FREE struct bucket_grant *grants = NULL;

    (void)fault; /* redis tells its state by itself */
    list_remove(&taking->node);
    if (rc == RC_OK) {
        grants = mem_alloc((size_t)taking->n + 1, sizeof *grants);
        if (!grants)
            rc = RC_OOM;
        else if (!read_grants(taking, numbers, n, grants))
            rc = RC_UNKNOWN;
    }
    if (rc == RC_OK)
        taking->on_taken(taking->ctx, RC_OK, grants, taking->n);
    else
        taking->on_taken(taking->ctx, rc, NULL, 0);
    mem_free(taking);
}

static struct taking *
taking_new(struct bucket *bucket, const struct bucket_request *request)
{
    struct taking *taking =
        mem_alloc(1, sizeof(struct taking) + (size_t)request->n * sizeof(int));

    if (!taking)
        return NULL;
    list_init(&taking->node);
    taking->bucket = bucket;
    taking->on_taken = request->on_taken;
    taking->ctx = request->ctx;
    taking->n = request->n;
    for (int i = 0; i < request->n; i++)
        taking->asked[i] = request->asks[i].ask > 0 ? request->asks[i].ask : 0;
    return taking;
}

static enum rc
call(struct bucket *bucket, const struct words *words, struct taking *taking)
{
    struct redis_call asked = {.keys = words->keys,
        .args = words->args,
        .n_keys = words->n_keys,
        .n_args = words->n_args,
        .on_done = on_answer,
        .ctx = taking};

    return redis_script(bucket->redis, &asked);
}

enum rc
bucket_take(struct bucket *bucket, const struct bucket_request *request)
{
    CLEANUP(words_done) struct words words = {0};
    struct taking *taking;
    enum rc rc;

    assert(request->n >= 0 && request->n <= ASKS_MAX);
    if (!redis_is_up(bucket->redis))
        return RC_AGAIN;
    taking = taking_new(bucket, request);
    if (!taking)
        return RC_OOM;
    if (!words_init(&words, request->n)) {
        mem_free(taking);
        return RC_OOM;
    }
    (void)snprintf(
        next_key(&words), KEY_BYTES, "cb:{p%" PRId64 "}:epoch", request->portfolio_id);
    for (int i = 0; i < request->n; i++)
        add_ask(&words, request->portfolio_id, &request->asks[i]);
    rc = call(bucket, &words, taking);
    if (rc == RC_OK)
        list_add_tail(&bucket->takings, &taking->node);
    else
        mem_free(taking);
    return rc;
}
