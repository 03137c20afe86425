/*
 * test_bucket_world.h - a loop, a private Redis, a bucket, and a clock that stands still
 * until it is set: the script reads it from two keys.
 */
#ifndef TEST_BUCKET_WORLD_H
#define TEST_BUCKET_WORLD_H

#include "bucket.h"
#include "buf.h"
#include "loop.h"
#include "mem.h"
#include "redis.h"
#include "test_redis_server.h"

enum { GRANTS_MAX = 16 };

struct world {
    struct redis_server server;
    int control; /* a connection to set the clock with */
    struct loop *loop;
    struct redis *redis;
    struct bucket *bucket;
    struct loop_timer late;
    char *script; /* with a clock of ours */
    bool is_up, is_done, is_late;
    enum rc rc;
    struct bucket_grant grants[GRANTS_MAX];
    int64_t now_us;
};

static void
on_state(void *ctx, bool is_up, const struct fault *fault)
{
    struct world *world = ctx;

    (void)fault;
    world->is_up = is_up;
    loop_stop(world->loop);
}

static void
on_late(void *ctx)
{
    struct world *world = ctx;

    world->is_late = true;
    loop_stop(world->loop);
}

static void
wait_for(struct world *world, const bool *flag)
{
    loop_timer_in(&world->late, 10000);
    while (!*flag && !world->is_late)
        loop_run(world->loop);
    loop_timer_stop(&world->late);
    assert_false(world->is_late);
}

static void
world_connect(struct world *world, const char *script)
{
    world->is_up = false;
    world->redis = redis_new(world->loop,
        &(struct redis_opts){.url = world->server.url, .command_ms = 5000}, script,
        on_state, world);
    world->bucket = bucket_new(world->redis);
    assert_non_null(world->bucket);
    wait_for(world, &world->is_up);
}

static void
world_disconnect(struct world *world)
{
    bucket_free(world->bucket);
    redis_free(world->redis);
    world->bucket = NULL;
    world->redis = NULL;
}

/* A command on the control connection; its answer is thrown away. */
static void
control(struct world *world, const char *command)
{
    char answer[256];

    assert_true(dprintf(world->control, "%s\r\n", command) > 0);
    assert_true(read(world->control, answer, sizeof answer) > 0);
}

static void
set_clock(struct world *world, int64_t now_us)
{
    char command[96];

    world->now_us = now_us;
    snprintf(command, sizeof command, "MSET clock:s %lld clock:us %lld",
        (long long)(now_us / 1000000), (long long)(now_us % 1000000));
    control(world, command);
}

static void
keep_grants(void *ctx, enum rc rc, const struct bucket_grant *grants, int n)
{
    struct world *world = ctx;

    world->rc = rc;
    world->is_done = true;
    for (int i = 0; i < n && i < GRANTS_MAX; i++)
        world->grants[i] = grants[i];
    loop_stop(world->loop);
}

static void
take(struct world *world, const struct bucket_ask *asks, int n)
{
    struct bucket_request request = {
        .portfolio_id = 7, .asks = asks, .n = n, .on_taken = keep_grants, .ctx = world};

    world->is_done = false;
    assert_int_equal(bucket_take(world->bucket, &request), RC_OK);
    assert_false(world->is_done); /* never from inside the call */
    wait_for(world, &world->is_done);
    assert_int_equal(world->rc, RC_OK);
}

/* The script with its clock in two keys. */
static char *
with_our_clock(void)
{
    static const char theirs[] = "redis.call('TIME')";
    const char *at = strstr(BUCKET_TAKE_LUA, theirs);
    struct buf text;
    char *taken;

    assert_non_null(at);
    buf_init(&text, 65536);
    buf_add(&text, BUCKET_TAKE_LUA, (size_t)(at - BUCKET_TAKE_LUA));
    buf_adds(&text, "redis.call('MGET', 'clock:s', 'clock:us')");
    buf_adds(&text, at + strlen(theirs));
    taken = buf_take(&text);
    assert_non_null(taken);
    return taken;
}

#endif
