/*
 * The calls. Each keeps its words until its end, for EVAL after NOSCRIPT. hiredis answers
 * in order, so the oldest call is the first to run out of time; one that does takes the
 * connection with it, because its answer, should it come, would be taken for the next
 * one's.
 */
#include "redis_internal.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "metrics.h"

enum { CALLS_MAX = 1000 };

static const double bounds_s[] = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 0};
static struct metric seconds = {.kind = METRIC_HISTOGRAM,
    .name = "carteiro_redis_seconds",
    .help = "One call of Redis that was answered.",
    .buckets = bounds_s};

struct call {
    struct list node;
    struct redis *redis;
    redis_done_fn *on_done;
    void *ctx;
    int64_t until_ms;
    int64_t asked_at_us;
    bool is_eval; /* the text of the script was sent, not its name */
    int n_words;
    char n_keys[12];
    const char **words; /* EVALSHA, sha, number of keys, keys, args */
};

static size_t
text_bytes(const char *const *texts, int n)
{
    size_t bytes = 0;

    for (int i = 0; i < n; i++)
        bytes += strlen(texts[i]) + 1;
    return bytes;
}

/* Copies `n` texts to `*place` and their addresses to `to`. */
static void
copy_texts(const char *const *texts, int n, const char **to, char **place)
{
    for (int i = 0; i < n; i++) {
        size_t bytes = strlen(texts[i]) + 1;

        memcpy(*place, texts[i], bytes);
        to[i] = *place;
        *place += bytes;
    }
}

/* One piece of memory: the call, its words, their text. */
static struct call *
call_new(struct redis *redis, const struct redis_call *asked)
{
    size_t n_words = 3 + (size_t)asked->n_keys + (size_t)asked->n_args;
    size_t bytes =
        text_bytes(asked->keys, asked->n_keys) + text_bytes(asked->args, asked->n_args);
    struct call *call =
        mem_alloc(1, sizeof(struct call) + n_words * sizeof(char *) + bytes);
    char *place;

    if (!call)
        return NULL;
    call->words = (const char **)(void *)(call + 1);
    place = (char *)(void *)(call->words + n_words);
    call->redis = redis;
    call->on_done = asked->on_done;
    call->ctx = asked->ctx;
    call->asked_at_us = clock_now_us();
    call->n_words = (int)n_words;
    (void)snprintf(call->n_keys, sizeof call->n_keys, "%d", asked->n_keys);
    call->words[0] = "EVALSHA";
    call->words[1] = redis->script_sha;
    call->words[2] = call->n_keys;
    copy_texts(asked->keys, asked->n_keys, call->words + 3, &place);
    copy_texts(asked->args, asked->n_args, call->words + 3 + asked->n_keys, &place);
    list_init(&call->node);
    return call;
}

static void
watch_oldest(struct redis *redis)
{
    int64_t left_ms;

    if (list_is_empty(&redis->calls)) {
        loop_timer_stop(&redis->deadline);
        return;
    }
    left_ms = list_entry(redis->calls.next, struct call, node)->until_ms -
              loop_now_ms(redis->loop);
    loop_timer_in(&redis->deadline, left_ms > 0 ? left_ms : 0);
}

/* The call is out of the line. */
static void
call_end(struct call *call, enum rc rc, const struct fault *fault)
{
    if (call->on_done)
        call->on_done(call->ctx, rc, NULL, 0, fault);
    mem_free(call);
}

static void
forget(struct list *calls, const void *ctx)
{
    list_each(node, calls)
    {
        struct call *call = list_entry(node, struct call, node);

        if (call->ctx == ctx)
            call->on_done = NULL;
    }
}

void
redis_forget(struct redis *redis, const void *ctx)
{
    forget(&redis->calls, ctx);
    forget(&redis->failing, ctx);
}

void
redis_fail_calls(struct redis *redis, const struct fault *fault)
{
    struct list *node;

    /* a callback may ask again: that call is not one of these */
    while ((node = list_pop(&redis->calls)))
        list_add_tail(&redis->failing, node);
    redis->n_calls = 0;
    loop_timer_stop(&redis->deadline);
    while ((node = list_pop(&redis->failing))) {
        struct call *call = list_entry(node, struct call, node);

        if (redis->is_freed)
            mem_free(call);
        else
            call_end(call, RC_UNKNOWN, fault);
    }
}

void
redis_on_deadline(void *ctx)
{
    struct redis *redis = ctx;

    redis_enter(redis);
    /* after a pause of our own the answer may be waiting in the socket */
    wire_read(redis);
    if (!redis->is_freed && !list_is_empty(&redis->calls)) {
        const struct call *oldest = list_entry(redis->calls.next, struct call, node);

        if (oldest->until_ms <= loop_now_ms(redis->loop))
            redis_lose(redis, "timeout", "no answer in time");
        else
            watch_oldest(redis);
    }
    redis_leave(redis);
}

/* Errors with which the server refuses before the script runs. */
static bool
is_refusal(const char *text)
{
    static const char *const codes[] = {
        "LOADING ", "BUSY ", "NOAUTH ", "MASTERDOWN ", "CLUSTERDOWN ", "MOVED "};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strncmp(text, codes[i], strlen(codes[i])) == 0)
            return true;
    return false;
}

/* Into the line, with a deadline; false when it cannot be sent. */
static bool
enqueue(struct redis *redis, struct call *call)
{
    if (!wire_add(redis, call->words, call->n_words))
        return false;
    call->until_ms = clock_now_ms() + redis->command_ms;
    list_add_tail(&redis->calls, &call->node);
    redis->n_calls++;
    return true;
}

static void
end_with_error(struct redis *redis, struct call *call, const char *text)
{
    struct fault fault = {0};
    char code[24] = "";

    if (strncmp(text, "NOSCRIPT", 8) == 0 && !call->is_eval) {
        call->is_eval = true;
        call->words[0] = "EVAL";
        call->words[1] = redis->script;
        if (enqueue(redis, call)) {
            wire_write(redis);
            return;
        }
    }
    (void)snprintf(code, sizeof code, "%.*s", (int)strcspn(text, " "), text);
    fault_set(&fault, "redis", code, "%s", text);
    /* the script's own errors say nothing about the connection */
    if (strncmp(text, "ERR", 3) != 0)
        redis_lose(redis, code, "refused");
    call_end(call, is_refusal(text) ? RC_RETRY : RC_UNKNOWN, &fault);
}

/* The reply's integers, to be freed; NULL when it is not an array of integers only. */
static int64_t *
read_numbers(const redisReply *reply)
{
    int64_t *numbers;

    if (reply->type != REDIS_REPLY_ARRAY || reply->elements > 1000000)
        return NULL;
    numbers = mem_alloc(reply->elements ? reply->elements : 1, sizeof(int64_t));
    for (size_t i = 0; numbers && i < reply->elements; i++) {
        if (reply->element[i]->type != REDIS_REPLY_INTEGER) {
            mem_free(numbers);
            return NULL;
        }
        numbers[i] = reply->element[i]->integer;
    }
    return numbers;
}

static void
end_with_numbers(struct call *call, const redisReply *reply)
{
    struct fault fault = {0};
    int64_t *numbers = read_numbers(reply);

    if (!numbers) {
        fault_set(&fault, "redis", "reply", "the answer is not an array of integers");
        call_end(call, RC_UNKNOWN, &fault);
        return;
    }
    metric_observe(&seconds, NULL, (double)(clock_now_us() - call->asked_at_us) / 1e6);
    if (call->on_done)
        call->on_done(call->ctx, RC_OK, numbers, (int)reply->elements, NULL);
    mem_free(numbers);
    mem_free(call);
}

void
redis_on_reply(struct redis *redis, const redisReply *reply)
{
    struct list *node = list_pop(&redis->calls);
    struct call *call;

    if (!node) {
        redis_lose(redis, "protocol", "an answer to nothing");
        return;
    }
    redis->n_calls--;
    call = list_entry(node, struct call, node);
    if (reply->type == REDIS_REPLY_ERROR)
        end_with_error(redis, call, reply->str);
    else
        end_with_numbers(call, reply);
    if (!redis->is_freed)
        watch_oldest(redis);
}

enum rc
redis_script(struct redis *redis, const struct redis_call *call)
{
    struct call *new;

    if (redis->state != REDIS_UP || redis->n_calls >= CALLS_MAX)
        return RC_AGAIN;
    new = call_new(redis, call);
    if (!new)
        return RC_OOM;
    if (!enqueue(redis, new)) {
        mem_free(new);
        return RC_OOM;
    }
    if (redis->n_calls == 1)
        watch_oldest(redis);
    wire_write(redis); /* now rather than a turn later */
    return RC_OK;
}
