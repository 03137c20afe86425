/*
 * bucket: take.lua in a real Redis. Where time matters the script reads its clock from
 * two keys, so that an hour passes in a second and every grant has an exact instant; one
 * test runs on the server's own clock.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "test_bucket_world.h"

static struct bucket_ask
ask_numero(int id, int ask, double per_s, int burst)
{
    struct bucket_ask asked = {.ask = ask};

    asked.limits[0] = (struct bucket_limit){
        .kind = BUCKET_NUMERO, .id = id, .interval_us = 1e6 / per_s, .burst = burst};
    return asked;
}

static struct bucket_ask
with_faixa(struct bucket_ask asked, int faixa, double per_s, int burst)
{
    asked.limits[1] = (struct bucket_limit){.kind = BUCKET_FAIXA,
        .id = faixa,
        .numero_id = (int)asked.limits[0].id,
        .interval_us = 1e6 / per_s,
        .burst = burst};
    return asked;
}

static struct bucket_ask
ask_par(int numero_id, const char *destino)
{
    struct bucket_ask asked = {.ask = 1};

    asked.limits[0] = (struct bucket_limit){.kind = BUCKET_PAR,
        .numero_id = numero_id,
        .destino = destino,
        .interval_us = 6e6,
        .burst = 10};
    return asked;
}

static int
take_one(struct world *world, struct bucket_ask asked)
{
    take(world, &asked, 1);
    return world->grants[0].granted;
}

static const int64_t START_US = 1795000000000000; /* November 2026 */

/* A fresh Redis on our clock, whose epoch is an hour old: full buckets. */
static void
begin(struct world *world)
{
    control(world, "FLUSHALL");
    set_clock(world, START_US - 3600000000);
    take(world, NULL, 0);
    set_clock(world, START_US);
}

static void
a_full_bucket_gives_its_burst_and_then_its_rate(void **state)
{
    struct world *world = *state;

    begin(world);
    assert_int_equal(take_one(world, ask_numero(1, 100, 80, 8)), 8);
    assert_int_equal(world->grants[0].wait_us, 12500);
    assert_int_equal(take_one(world, ask_numero(1, 1, 80, 8)), 0);
    assert_int_equal(world->grants[0].wait_us, 12500);
    set_clock(world, START_US + 12499);
    assert_int_equal(take_one(world, ask_numero(1, 1, 80, 8)), 0);
    assert_int_equal(world->grants[0].wait_us, 1);
    set_clock(world, START_US + 12500);
    assert_int_equal(take_one(world, ask_numero(1, 1, 80, 8)), 1);
    assert_int_equal(world->grants[0].wait_us, 0);
    set_clock(world, START_US + 1000000);
    assert_int_equal(take_one(world, ask_numero(1, 5, 80, 8)), 5);
    assert_int_equal(take_one(world, ask_numero(1, 5, 80, 8)), 3);
}

/* The wait that was answered is exact: at its end there is a token, and not before. */
static void
the_answered_wait_ends_with_a_token(void **state)
{
    struct world *world = *state;

    begin(world);
    for (int i = 0; i < 200; i++) {
        int64_t wait_us;

        take_one(world, ask_numero(1, 30, 7.3, 2));
        wait_us = world->grants[0].wait_us;
        assert_true(wait_us > 0);
        if (wait_us > 2) {
            set_clock(world, world->now_us + wait_us - 2);
            assert_int_equal(take_one(world, ask_numero(1, 1, 7.3, 2)), 0);
            set_clock(world, world->now_us + 2);
        } else {
            set_clock(world, world->now_us + wait_us);
        }
        assert_int_equal(take_one(world, ask_numero(1, 1, 7.3, 2)), 1);
    }
}

/* Asks at random instants; every window from grant to grant is looked at. */
static void
no_window_holds_more_than_its_rate(void **state)
{
    static const struct {
        double per_s;
        int burst;
        int step_us, n;
    } rows[] = {
        {80,        8,   9000,    1500},
        {20 / 60.0, 2,   2000000, 800 },
        {1000,      100, 3000,    800 }
    };
    static int64_t at_us[1500];
    static int granted[1500];
    struct world *world = *state;

    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        int64_t total = 0;
        double elapsed_us, ideal;

        begin(world);
        for (int i = 0; i < rows[r].n; i++) {
            set_clock(world, world->now_us + clock_random((uint32_t)rows[r].step_us));
            at_us[i] = world->now_us;
            granted[i] = take_one(world,
                ask_numero(1, 1 + (int)clock_random(20), rows[r].per_s, rows[r].burst));
            total += granted[i];
        }
        for (int from = 0; from < rows[r].n; from++) {
            int64_t sum = 0;

            for (int to = from; to < rows[r].n; to++) {
                double window_s = (double)(at_us[to] - at_us[from]) / 1e6;

                sum += granted[to];
                if ((double)sum > window_s * rows[r].per_s + rows[r].burst + 1e-3)
                    fail_msg(
                        "%g/s: %lld in %f s", rows[r].per_s, (long long)sum, window_s);
            }
        }
        elapsed_us = (double)(at_us[rows[r].n - 1] - START_US);
        ideal = elapsed_us / 1e6 * rows[r].per_s;
        if ((double)total < 0.9 * ideal)
            fail_msg("%g/s: only %lld of %f", rows[r].per_s, (long long)total, ideal);
    }
}

static void
a_rate_per_minute_is_kept_over_ten_minutes(void **state)
{
    struct world *world = *state;
    int total = 0;

    begin(world);
    for (int s = 0; s < 600; s++) {
        set_clock(world, START_US + s * 1000000LL);
        total += take_one(world, ask_numero(1, 10, 20 / 60.0, 2));
    }
    /* two at once, then one every three seconds, the last at second 597 */
    assert_int_equal(total, 2 + 199);
}

static void
a_flush_or_an_empty_restart_bursts_nothing(void **state)
{
    struct world *world = *state;

    begin(world);
    assert_int_equal(take_one(world, ask_numero(1, 8, 80, 8)), 8);
    for (int i = 0; i < 20; i++) {
        control(world, "FLUSHALL");
        set_clock(world, world->now_us + 1);
        assert_int_equal(take_one(world, ask_numero(1, 8, 80, 8)), 0);
        assert_int_equal(world->grants[0].wait_us, 12500);
    }
    /* it fills at its rate from the moment of the flush */
    set_clock(world, world->now_us + 25000);
    assert_int_equal(take_one(world, ask_numero(1, 8, 80, 8)), 2);
    set_clock(world, world->now_us + 100000);
    assert_int_equal(take_one(world, ask_numero(2, 9, 80, 8)), 8);
}

static void
a_new_or_emptied_redis_lets_each_pair_have_one_message(void **state)
{
    struct world *world = *state;

    begin(world);
    control(world, "FLUSHALL");
    set_clock(world, world->now_us + 1);
    assert_int_equal(take_one(world, ask_par(1, "+5511987654321")), 1);
    assert_int_equal(take_one(world, ask_par(1, "+5511987654321")), 0);
    assert_int_equal(world->grants[0].wait_us, 6000000);
}

static void
the_lesser_of_two_limits_wins_and_both_pay(void **state)
{
    struct world *world = *state;
    struct bucket_ask asks[3];

    begin(world);
    asks[0] = with_faixa(ask_numero(1, 10, 80, 8), 5, 10, 3);
    asks[1] = with_faixa(ask_numero(1, 10, 80, 8), 6, 10, 9);
    asks[2] = ask_numero(2, 10, 80, 8);
    take(world, asks, 3);
    assert_int_equal(world->grants[0].granted, 3); /* the lane's */
    assert_int_equal(world->grants[0].wait_us, 100000);
    assert_int_equal(world->grants[1].granted, 5); /* what the first left of the number */
    assert_int_equal(world->grants[1].wait_us, 12500);
    assert_int_equal(world->grants[2].granted, 8); /* another number */
    /* the number paid for both, and the refused part of an ask cost nobody */
    set_clock(world, START_US + 12500);
    assert_int_equal(take_one(world, ask_numero(1, 10, 80, 8)), 1);
    assert_int_equal(take_one(world, with_faixa(ask_numero(3, 10, 80, 80), 6, 10, 9)), 9);
    set_clock(world, START_US + 100000);
    assert_int_equal(take_one(world, with_faixa(ask_numero(1, 10, 80, 8), 6, 10, 9)), 5);
}

static void
pairs_wait_alone_and_no_phone_reaches_redis(void **state)
{
    struct world *world = *state;
    struct bucket_ask asks[3] = {ask_par(1, "+5511987654321"),
        ask_par(1, "+5511987654322"), ask_par(2, "+5511987654321")};

    begin(world);
    for (int i = 0; i < 10; i++) {
        take(world, asks, 3);
        for (int j = 0; j < 3; j++)
            assert_int_equal(world->grants[j].granted, 1);
    }
    take(world, asks, 3);
    for (int j = 0; j < 3; j++) {
        assert_int_equal(world->grants[j].granted, 0);
        assert_int_equal(world->grants[j].wait_us, 6000000);
    }
    assert_non_null(strstr(server_tell(&world->server, "KEYS *"), "cb:{p7}:0:d:"));
    assert_null(strstr(server_tell(&world->server, "KEYS *"), "98765432"));
}

static void
keys_leave_when_their_bucket_is_full_again(void **state)
{
    struct world *world = *state;
    const char *ttl;

    begin(world);
    take_one(world, ask_numero(1, 8, 80, 8)); /* full again in 100 ms */
    ttl = server_tell(&world->server, "PTTL cb:{p7}:0:n:1");
    assert_true(strtoul(ttl + 1, NULL, 10) > 900 && strtoul(ttl + 1, NULL, 10) <= 1100);
    ttl = server_tell(&world->server, "PTTL cb:{p7}:0:epoch");
    assert_true(strtoul(ttl + 1, NULL, 10) > 604000000);
}

static void
a_clock_that_jumps_neither_mints_nor_freezes(void **state)
{
    struct world *world = *state;

    begin(world);
    assert_int_equal(take_one(world, ask_numero(1, 8, 80, 8)), 8);
    set_clock(world, START_US + 86400000000); /* a day ahead: one burst, no more */
    assert_int_equal(take_one(world, ask_numero(1, 100, 80, 8)), 8);
    set_clock(world, START_US); /* and back: a burst's time to wait, not a day */
    assert_int_equal(take_one(world, ask_numero(1, 8, 80, 8)), 0);
    assert_true(world->grants[0].wait_us <= 12500);
    /* before the epoch too: a bucket that nobody knows is empty then, not frozen */
    set_clock(world, START_US - 86400000000);
    assert_int_equal(take_one(world, ask_numero(2, 8, 80, 8)), 0);
    set_clock(world, START_US - 86400000000 + 50000);
    assert_int_equal(take_one(world, ask_numero(2, 8, 80, 8)), 4);
}

static void
a_new_limit_holds_from_the_next_call(void **state)
{
    struct world *world = *state;

    begin(world);
    assert_int_equal(take_one(world, ask_numero(1, 100, 1000, 100)), 100);
    set_clock(world, START_US + 1000);
    /* 99 ms of debt of the old rate are 99 ms of the new one, where a token takes 100 */
    assert_int_equal(take_one(world, ask_numero(1, 100, 10, 1)), 0);
    assert_int_equal(world->grants[0].wait_us, 99000);
    set_clock(world, START_US + 100000);
    assert_int_equal(take_one(world, ask_numero(1, 100, 10, 1)), 1);
    /* a debt is never longer than the new burst */
    set_clock(world, START_US + 10000000);
    assert_int_equal(take_one(world, ask_numero(1, 100, 10, 100)), 100);
    assert_int_equal(take_one(world, ask_numero(1, 100, 1000, 1)), 0);
    assert_int_equal(world->grants[0].wait_us, 1000);
}

static void
keep_rc(void *ctx, enum rc rc, const int64_t *numbers, int n, const struct fault *fault)
{
    struct world *world = ctx;

    (void)numbers;
    (void)n;
    (void)fault;
    world->rc = rc;
    world->is_done = true;
    loop_stop(world->loop);
}

/* The second ask is nonsense: the first must not have paid. */
static void
an_error_in_the_middle_writes_nothing(void **state)
{
    static const char *const keys[] = {"cb:{p9}:epoch", "cb:{p9}:n:1", "cb:{p9}:n:2"};
    static const char *const args[] = {
        "take", "5", "1", "12500", "8", "0", "0", "5", "1", "nonsense", "8", "0", "0"};
    struct world *world = *state;
    struct redis_call call = {.keys = keys,
        .args = args,
        .n_keys = 3,
        .n_args = 13,
        .on_done = keep_rc,
        .ctx = world};

    begin(world);
    world->is_done = false;
    assert_int_equal(redis_script(world->redis, &call), RC_OK);
    wait_for(world, &world->is_done);
    assert_int_equal(world->rc, RC_UNKNOWN);
    assert_string_equal(server_tell(&world->server, "KEYS cb:{p9}*"), "*0\r\n");
}

static void
what_asks_for_nothing_gets_it(void **state)
{
    struct world *world = *state;

    begin(world);
    assert_int_equal(take_one(world, ask_numero(1, 0, 80, 8)), 0);
    assert_int_equal(world->grants[0].wait_us, 0);
    assert_int_equal(take_one(world, ask_numero(1, -3, 80, 8)), 0);
    assert_int_equal(take_one(world, ask_numero(1, 8, 80, 8)), 8);
}

static void
must_not_be_called(void *ctx, enum rc rc, const struct bucket_grant *grants, int n)
{
    (void)ctx;
    (void)rc;
    (void)grants;
    (void)n;
    fail_msg("called after bucket_free");
}

static void
a_freed_bucket_hears_nothing_more(void **state)
{
    struct world *world = *state;
    struct bucket *other = bucket_new(world->redis);
    struct bucket_ask asked = ask_numero(1, 1, 80, 8);
    struct bucket_request request = {
        .portfolio_id = 7, .asks = &asked, .n = 1, .on_taken = must_not_be_called};

    begin(world);
    assert_int_equal(bucket_take(other, &request), RC_OK);
    bucket_free(other);
    assert_int_equal(take_one(world, ask_numero(2, 1, 80, 8)), 1);
}

static void
take_survives_every_failed_allocation(void **state)
{
    struct world *world = *state;
    struct bucket_ask asked = ask_numero(1, 1, 80, 8);
    struct bucket_request request = {
        .portfolio_id = 7, .asks = &asked, .n = 1, .on_taken = keep_grants, .ctx = world};
    enum rc rc = RC_OOM;
    long before = mem_live();

    begin(world);
    for (int nth = 0; rc == RC_OOM; nth++) {
        world->is_done = false;
        mem_fail_at(nth);
        rc = bucket_take(world->bucket, &request);
        mem_fail_at(-1);
        if (rc == RC_OOM)
            assert_int_equal(mem_live(), before);
    }
    assert_int_equal(rc, RC_OK);
    wait_for(world, &world->is_done);
    assert_int_equal(world->grants[0].granted, 1);
}

/* On Redis's own clock, as the user that production has. */
static void
eighty_a_second_come_out_of_two_senders_on_the_real_clock(void **state)
{
    struct world *world = *state;
    int64_t begun_us, gap_us, elapsed_us = 0, missed_us = 0;
    int total = 0;
    char url[160];

    world_disconnect(world);
    control(world, "FLUSHALL");
    control(world,
        "ACL SETUSER carteiro on >segredo ~cb:* resetchannels -@all +auth +hello "
        "+ping +select +eval +evalsha +script|load +get +set +mget +time "
        "+pexpire");
    snprintf(url, sizeof url, "unix://carteiro:segredo@%s", world->server.path);
    world->is_up = false;
    world->redis =
        redis_new(world->loop, &(struct redis_opts){.url = url, .command_ms = 5000},
            BUCKET_TAKE_LUA, on_state, world);
    world->bucket = bucket_new(world->redis);
    wait_for(world, &world->is_up);
    begun_us = clock_now_us();
    do {
        struct bucket_ask asks[2] = {ask_numero(1, 3, 80, 8), ask_numero(1, 40, 80, 8)};

        take(world, asks, 2);
        total += world->grants[0].granted + world->grants[1].granted;
        gap_us = clock_now_us() - begun_us - elapsed_us;
        /* a busy machine kept us away for longer than the burst holds */
        missed_us += gap_us > 100000 ? gap_us - 100000 : 0;
        elapsed_us += gap_us;
    } while (elapsed_us < 1500000);
    assert_true((double)total <= (double)elapsed_us * 80e-6 + 8);
    /* it began empty */
    assert_true((double)total >= (double)(elapsed_us - missed_us) * 80e-6 - 2);
}

static struct world the_world;

static int
set_up(void **state)
{
    server_init(&the_world.server);
    the_world.control = server_dial(&the_world.server);
    the_world.loop = loop_new();
    loop_timer_init(&the_world.late, the_world.loop, on_late, &the_world);
    the_world.script = with_our_clock();
    world_connect(&the_world, the_world.script);
    *state = &the_world;
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    world_disconnect(&the_world);
    loop_free(the_world.loop);
    close(the_world.control);
    mem_free(the_world.script);
    server_done(&the_world.server);
    return mem_live() == 0 ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_bucket_gives_its_burst_and_then_its_rate),
        cmocka_unit_test(the_answered_wait_ends_with_a_token),
        cmocka_unit_test(no_window_holds_more_than_its_rate),
        cmocka_unit_test(a_rate_per_minute_is_kept_over_ten_minutes),
        cmocka_unit_test(a_flush_or_an_empty_restart_bursts_nothing),
        cmocka_unit_test(a_new_or_emptied_redis_lets_each_pair_have_one_message),
        cmocka_unit_test(the_lesser_of_two_limits_wins_and_both_pay),
        cmocka_unit_test(pairs_wait_alone_and_no_phone_reaches_redis),
        cmocka_unit_test(keys_leave_when_their_bucket_is_full_again),
        cmocka_unit_test(a_clock_that_jumps_neither_mints_nor_freezes),
        cmocka_unit_test(a_new_limit_holds_from_the_next_call),
        cmocka_unit_test(an_error_in_the_middle_writes_nothing),
        cmocka_unit_test(what_asks_for_nothing_gets_it),
        cmocka_unit_test(a_freed_bucket_hears_nothing_more),
        cmocka_unit_test(take_survives_every_failed_allocation),
        cmocka_unit_test(eighty_a_second_come_out_of_two_senders_on_the_real_clock),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
