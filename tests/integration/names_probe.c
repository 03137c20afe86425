/*
 * Connects PostgreSQL and Redis to names, and prints how it went: {"pg": "down", "redis":
 * "down", "late_ms": n}. test_tls.py runs it where the only name server keeps silent: the
 * loop must turn meanwhile, both must learn of it in time, and the end must not wait for
 * a look-up under way.
 *
 *     names_probe PG_URL REDIS_URL CONNECT_MS
 */
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "loop.h"
#include "mem.h"
#include "pg.h"
#include "redis.h"

enum { TICK_MS = 5 };

struct probe {
    struct loop *loop;
    struct loop_timer tick;
    const char *pg, *redis; /* what is known of them */
    int64_t due_at_ms, late_ms;
};

static void
on_pg(void *ctx, bool is_up, const struct fault *fault)
{
    struct probe *probe = ctx;

    (void)fault;
    probe->pg = is_up ? "up" : "down";
    if (probe->redis)
        loop_stop(probe->loop);
}

static void
on_redis(void *ctx, bool is_up, const struct fault *fault)
{
    struct probe *probe = ctx;

    (void)fault;
    probe->redis = is_up ? "up" : "down";
    if (probe->pg)
        loop_stop(probe->loop);
}

static void
on_tick(void *ctx)
{
    struct probe *probe = ctx;
    int64_t late_ms = clock_now_ms() - probe->due_at_ms;

    if (late_ms > probe->late_ms)
        probe->late_ms = late_ms;
    probe->due_at_ms = clock_now_ms() + TICK_MS;
    loop_timer_in(&probe->tick, TICK_MS);
}

int
main(int argc, char **argv)
{
    int connect_ms = argc == 4 ? (int)strtoll(argv[3], NULL, 10) : 0;
    struct probe probe = {.loop = loop_new()};
    const struct pg_opts pg_opts = {.url = argv[1], .connect_ms = connect_ms};
    const struct redis_opts redis_opts = {
        .url = argc == 4 ? argv[2] : NULL, .connect_ms = connect_ms};
    struct redis *redis;
    struct pg *pg;

    if (argc != 4)
        return 2;
    loop_timer_init(&probe.tick, probe.loop, on_tick, &probe);
    probe.due_at_ms = clock_now_ms();
    loop_timer_in(&probe.tick, 0);
    pg = pg_new(probe.loop, &pg_opts, on_pg, NULL, &probe);
    redis = redis_new(probe.loop, &redis_opts, "return {}", on_redis, &probe);
    loop_run(probe.loop);
    (void)printf("{\"pg\": \"%s\", \"redis\": \"%s\", \"late_ms\": %lld}\n", probe.pg,
        probe.redis, (long long)probe.late_ms);
    loop_timer_stop(&probe.tick);
    pg_free(pg);
    redis_free(redis);
    loop_free(probe.loop);
    return 0; /* the look-up given up is not freed: nobody asks again */
}
