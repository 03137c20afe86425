/*
 * test_redis_client.h - a redis on a loop that keeps what it was told, for tests that
 * wait for one thing after the other.
 */
#ifndef TEST_REDIS_CLIENT_H
#define TEST_REDIS_CLIENT_H

#include "loop.h"
#include "redis.h"

/* Answers its numbers back, and the square of each argument; fails when told to. */
static const char script[] =
    "if ARGV[1] == 'fail' then return redis.error_reply('ERR told to fail') end\n"
    "if ARGV[1] == 'text' then return {'a', 'b'} end\n"
    "local answer = {#KEYS}\n"
    "for i, text in ipairs(ARGV) do answer[i + 1] = text * text end\n"
    "return answer\n";

struct client {
    struct loop *loop;
    struct redis *redis;
    struct loop_timer timer; /* against waiting for ever */
    bool is_late;
    int n_up, n_down, n_done;
    bool frees_itself;
    enum rc rc;
    int64_t numbers[8];
    int n;
    struct fault fault;
};

static void
on_state(void *ctx, bool is_up, const struct fault *fault)
{
    struct client *client = ctx;

    if (is_up)
        client->n_up++;
    else
        client->n_down++;
    if (fault)
        client->fault = *fault;
    loop_stop(client->loop);
}

static void
on_done(void *ctx, enum rc rc, const int64_t *numbers, int n, const struct fault *fault)
{
    struct client *client = ctx;

    client->rc = rc;
    client->n = n;
    client->n_done++;
    if (fault)
        client->fault = *fault;
    for (int i = 0; i < n && i < 8; i++)
        client->numbers[i] = numbers[i];
    if (client->frees_itself) {
        redis_free(client->redis);
        client->redis = NULL;
    }
    loop_stop(client->loop);
}

static void
on_late(void *ctx)
{
    struct client *client = ctx;

    client->is_late = true;
    loop_stop(client->loop);
}

static void
client_start(struct client *client, const struct redis_opts *opts)
{
    memset(client, 0, sizeof *client);
    client->loop = loop_new();
    loop_timer_init(&client->timer, client->loop, on_late, client);
    client->redis = redis_new(client->loop, opts, script, on_state, client);
    assert_non_null(client->redis);
}

static void
client_stop(struct client *client)
{
    redis_free(client->redis);
    loop_timer_stop(&client->timer);
    loop_free(client->loop);
}

/* Runs until *count reaches n. */
static void
run_until(struct client *client, const int *count, int n)
{
    loop_timer_in(&client->timer, 10000);
    while (*count < n && !client->is_late)
        loop_run(client->loop);
    loop_timer_stop(&client->timer);
    if (client->is_late)
        fail_msg("waited too long; the last fault: %s", client->fault.text);
}

static enum rc
call(struct client *client, const char *one, const char *two)
{
    const char *const keys[] = {"cb:{p1}:a", "cb:{p1}:b"}, *const args[] = {one, two};
    struct redis_call asked = {.keys = keys,
        .n_keys = 2,
        .args = args,
        .n_args = 2,
        .on_done = on_done,
        .ctx = client};

    return redis_script(client->redis, &asked);
}

static void
call_and_wait(struct client *client, const char *one, const char *two)
{
    int n = client->n_done + 1;

    assert_int_equal(call(client, one, two), RC_OK);
    assert_int_equal(client->n_done, n - 1); /* never from inside the call */
    run_until(client, &client->n_done, n);
}

#endif
