/*
 * Asks become keys and arguments of take.lua, its numbers become grants. Happy path: one
 * call, one answer, one callback. A lost connection, a late answer or one of another
 * shape grants nothing: tokens that the script may have taken all the same are lost,
 * which is slow for an interval and never too fast. So are those of an epoca that ended
 * meanwhile.
 *
 * When a token was granted is said on our own stopwatch. Each answer carries Redis's
 * clock, which was read between our asking and our hearing; all answers together leave
 * the difference of the two clocks less than the quickest of them took.
 */
#include "bucket.h"

#include <assert.h>
#include <stddef.h>

#include "clock.h"
#include "list.h"
#include "mem.h"
#include "redis.h"
#include "words.h"

enum {
    ASKS_MAX = 1000,
    NUMBERS_PER_ASK = 4,
    DRIFT_PER = 5000, /* two clocks drift apart by no more than 200 ppm */
};

struct bucket {
    struct redis *redis;
    struct list takings; /* asked, not answered */
    int64_t epoca;
    bucket_watch_fn *on_end;
    void *on_end_ctx;

    /* Redis's clock minus ours, as of at_us; 0: nothing is known */
    int64_t least_us, most_us, at_us;
};

struct asked {
    int tokens;
    enum bucket_refusal limits[BUCKET_LIMITS]; /* the used ones' places */
};

struct taking {
    struct list node;
    struct bucket *bucket;
    bucket_fn *on_taken;
    bucket_filled_fn *on_filled; /* instead, of people */
    void *ctx;
    int64_t epoca;
    int64_t asked_at_us;
    int n;
    struct asked asked[];
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

void
bucket_set_epoca(struct bucket *bucket, int64_t epoca)
{
    bucket->epoca = epoca;
}

void
bucket_watch(struct bucket *bucket, bucket_watch_fn *fn, void *ctx)
{
    bucket->on_end = fn;
    bucket->on_end_ctx = ctx;
}

/* The script read `clock_us` after asked_at_us and before now. */
static void
learn_clock(struct bucket *bucket, int64_t clock_us, int64_t asked_at_us)
{
    int64_t now_us = clock_now_us();
    int64_t drift_us = 1 + (now_us - bucket->at_us) / DRIFT_PER;
    int64_t least_us = clock_us - now_us, most_us = clock_us - asked_at_us;

    if (bucket->at_us && bucket->least_us - drift_us > least_us)
        least_us = bucket->least_us - drift_us;
    if (bucket->at_us && bucket->most_us + drift_us < most_us)
        most_us = bucket->most_us + drift_us;
    if (least_us > most_us) { /* somebody set the clock */
        least_us = clock_us - now_us;
        most_us = clock_us - asked_at_us;
    }
    bucket->least_us = least_us;
    bucket->most_us = most_us;
    bucket->at_us = now_us;
}

static bool
read_grant(const struct bucket *bucket, const struct asked *asked, const int64_t *numbers,
    int64_t clock_us, struct bucket_grant *grant)
{
    int64_t granted = numbers[0], wait_us = numbers[1], after_us = numbers[2];
    int64_t refusal = numbers[3];

    if (granted < 0 || granted > asked->tokens || wait_us < 0 || after_us < 0 ||
        refusal < BUCKET_GRANTED || refusal > BUCKET_ALCANCE_LOST)
        return false;
    if (refusal >= BUCKET_FIRST && refusal <= BUCKET_THIRD)
        refusal = asked->limits[refusal - BUCKET_FIRST];
    *grant = (struct bucket_grant){
        .granted = (int)granted,
        .wait_us = wait_us,
        .at_us = clock_us + after_us - bucket->most_us,
        .by_us = clock_us + after_us - bucket->least_us,
        .refusal = (enum bucket_refusal)refusal,
    };
    return true;
}

/* NULL when the script's numbers are not those of our asks, or out of memory. */
static struct bucket_grant *
read_grants(const struct taking *taking, const int64_t *numbers, int n)
{
    CLEANUP_FREE struct bucket_grant *grants =
        mem_alloc((size_t)taking->n + 1, sizeof *grants);

    if (!grants || n != 1 + NUMBERS_PER_ASK * taking->n)
        return NULL;
    learn_clock(taking->bucket, numbers[0], taking->asked_at_us);
    for (int i = 0; i < taking->n; i++)
        if (!read_grant(taking->bucket, &taking->asked[i],
                numbers + 1 + (ptrdiff_t)i * NUMBERS_PER_ASK, numbers[0], &grants[i]))
            return NULL;
    return steal(&grants);
}

static void
taking_end(struct taking *taking, enum rc rc, const struct bucket_grant *grants)
{
    struct bucket *bucket = taking->bucket;

    if (bucket->on_end)
        bucket->on_end(bucket->on_end_ctx, rc);
    if (rc == RC_OK && taking->epoca != bucket->epoca)
        rc = RC_RETRY;
    if (taking->on_filled)
        taking->on_filled(taking->ctx, rc);
    else
        taking->on_taken(
            taking->ctx, rc, rc == RC_OK ? grants : NULL, rc == RC_OK ? taking->n : 0);
}

static void
on_answer(void *ctx, enum rc rc, const int64_t *numbers, int n, const struct fault *fault)
{
    struct taking *taking = ctx;
    CLEANUP_FREE struct bucket_grant *grants = NULL;

    (void)fault; /* redis tells its state by itself */
    list_remove(&taking->node);
    if (rc == RC_OK && !(grants = read_grants(taking, numbers, n)))
        rc = RC_UNKNOWN;
    taking_end(taking, rc, grants);
    mem_free(taking);
}

static struct taking *
taking_new(struct bucket *bucket, int n, void *ctx)
{
    struct taking *taking =
        mem_alloc(1, sizeof(struct taking) + (size_t)n * sizeof(struct asked));

    if (!taking)
        return NULL;
    list_init(&taking->node);
    taking->bucket = bucket;
    taking->epoca = bucket->epoca;
    taking->ctx = ctx;
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
    enum rc rc;

    taking->asked_at_us = clock_now_us();
    rc = redis_script(bucket->redis, &asked);
    if (rc == RC_OK)
        list_add_tail(&bucket->takings, &taking->node);
    else
        mem_free(taking);
    return rc;
}

static void
keep_asked(struct asked *asked, const struct bucket_ask *ask)
{
    int used = 0;

    asked->tokens = ask->ask > 0 ? ask->ask : 0;
    for (int i = 0; i < BUCKET_LIMITS; i++)
        if (ask->limits[i].interval_us > 0)
            asked->limits[used++] = (enum bucket_refusal)(BUCKET_FIRST + i);
}

enum rc
bucket_take(struct bucket *bucket, const struct bucket_request *request)
{
    CLEANUP(words_done) struct words words = {0};
    struct taking *taking;

    assert(request->n >= 0 && request->n <= ASKS_MAX);
    if (!redis_is_up(bucket->redis))
        return RC_AGAIN;
    taking = taking_new(bucket, request->n, request->ctx);
    if (!taking)
        return RC_OOM;
    if (!words_init(&words, request->n)) {
        mem_free(taking);
        return RC_OOM;
    }
    taking->on_taken = request->on_taken;
    taking->n = request->n;
    for (int i = 0; i < request->n; i++)
        keep_asked(&taking->asked[i], &request->asks[i]);
    words_of_take(&words, request, bucket->epoca);
    return call(bucket, &words, taking);
}

enum rc
bucket_fill(struct bucket *bucket, const struct bucket_people *people,
    bucket_filled_fn *on_filled, void *ctx)
{
    CLEANUP(words_done) struct words words = {0};
    struct taking *taking;

    assert(people->n >= 0 && people->n <= ASKS_MAX);
    if (!redis_is_up(bucket->redis))
        return RC_AGAIN;
    taking = taking_new(bucket, 0, ctx);
    if (!taking)
        return RC_OOM;
    if (!words_init(&words, people->n)) {
        mem_free(taking);
        return RC_OOM;
    }
    taking->on_filled = on_filled;
    words_of_fill(&words, people);
    return call(bucket, &words, taking);
}
