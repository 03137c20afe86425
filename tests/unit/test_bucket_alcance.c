/*
 * bucket: people of a portfolio in 24 hours, epochs, and paced limits, on a clock of
 * ours.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "test_bucket_world.h"

static const int64_t START_US = 1795000000000000; /* November 2026 */
static const int64_t HOUR_US = 3600000000;

/* A fresh Redis on our clock, whose epoch is an hour old: full buckets. */
static void
begin(struct world *world)
{
    control(world, "FLUSHALL");
    bucket_set_epoca(world->bucket, 0);
    set_clock(world, START_US - HOUR_US);
    take(world, NULL, 0);
    set_clock(world, START_US);
}

static void
keep_rc(void *ctx, enum rc rc)
{
    struct world *world = ctx;

    world->rc = rc;
    world->is_done = true;
    loop_stop(world->loop);
}

static void
fill(struct world *world, const char *const *destinos, const int64_t *ha_ms, int n,
    bool is_last)
{
    const struct bucket_people people = {.portfolio_id = 7,
        .destinos = destinos,
        .ha_ms = ha_ms,
        .n = n,
        .is_last = is_last};

    world->is_done = false;
    assert_int_equal(bucket_fill(world->bucket, &people, keep_rc, world), RC_OK);
    wait_for(world, &world->is_done);
    assert_int_equal(world->rc, RC_OK);
}

static struct bucket_ask
ask_for(const char *destino, int max)
{
    return (struct bucket_ask){.ask = 1, .alcance_max = max, .alcance = destino};
}

static const struct bucket_grant *
write_to(struct world *world, const char *destino, int max)
{
    const struct bucket_ask asked = ask_for(destino, max);

    take(world, &asked, 1);
    return &world->grants[0];
}

static void
so_many_people_and_no_more_in_a_rolling_day(void **state)
{
    struct world *world = *state;

    begin(world);
    fill(world, NULL, NULL, 0, true);
    assert_int_equal(write_to(world, "+551", 2)->granted, 1);
    set_clock(world, START_US + HOUR_US);
    assert_int_equal(write_to(world, "+552", 2)->granted, 1);
    assert_int_equal(write_to(world, "+553", 2)->granted, 0);
    assert_int_equal(world->grants[0].refusal, BUCKET_ALCANCE);
    assert_true(world->grants[0].wait_us == 23 * HOUR_US);    /* until the first leaves */
    assert_int_equal(write_to(world, "+551", 2)->granted, 1); /* is in: free */
    /* a second message does not make the day of the first longer */
    set_clock(world, START_US + 24 * HOUR_US);
    assert_int_equal(write_to(world, "+553", 2)->granted, 1);
    assert_int_equal(write_to(world, "+551", 2)->granted, 0);
    assert_true(world->grants[0].wait_us == HOUR_US);
}

static void
a_lower_limit_waits_for_as_many_to_leave_as_are_too_many(void **state)
{
    static const char *const people[] = {"+551", "+552", "+553"};
    static const int64_t ha_ms[] = {20 * 3600000, 10 * 3600000, 5 * 3600000};
    struct world *world = *state;

    begin(world);
    fill(world, people, ha_ms, 3, true);
    assert_int_equal(write_to(world, "+554", 2)->granted, 0);
    assert_true(world->grants[0].wait_us == 14 * HOUR_US); /* the second's leaving */
    assert_int_equal(write_to(world, "+554", 4)->granted, 1);
}

static void
one_call_counts_its_own_and_refuses_without_paying(void **state)
{
    struct world *world = *state;
    struct bucket_ask asks[4] = {
        ask_for("+551", 2), ask_for("+551", 2), ask_for("+552", 2), ask_for("+553", 2)};

    begin(world);
    fill(world, NULL, NULL, 0, true);
    for (int i = 0; i < 4; i++)
        asks[i].limits[0] = (struct bucket_limit){.kind = BUCKET_PAR,
            .numero_id = 1,
            .destino = i == 3 ? "+553" : "+55x",
            .interval_us = 6e6,
            .burst = 10};
    take(world, asks, 4);
    assert_int_equal(world->grants[0].granted, 1);
    assert_int_equal(world->grants[1].granted, 1);
    assert_int_equal(world->grants[2].granted, 1);
    assert_int_equal(world->grants[3].granted, 0);
    assert_string_equal(
        server_tell(&world->server, "ZCARD cb:{p7}:r"), ":3\r\n"); /* and ! */
    assert_null(strstr(server_tell(&world->server, "KEYS *"), "+55"));
    assert_null(strstr(server_tell(&world->server, "ZRANGE cb:{p7}:r 0 -1"), "+55"));
    /* whom a pair refuses is not counted */
    for (int i = 0; i < 10; i++)
        take(world, asks, 1);
    asks[0].alcance = "+559";
    asks[0].alcance_max = 9;
    take(world, asks, 1);
    assert_int_equal(world->grants[0].refusal, BUCKET_FIRST);
    assert_string_equal(server_tell(&world->server, "ZCARD cb:{p7}:r"), ":3\r\n");
}

/* Without the mark nobody knows whether the set is whole; it leaves with the set. */
static void
nobody_is_written_to_until_the_set_is_whole(void **state)
{
    static const char *const first[] = {"+551"}, *const second[] = {"+552"};
    static const int64_t ha_ms[] = {1000};
    struct world *world = *state;

    begin(world);
    assert_int_equal(write_to(world, "+559", 3)->granted, 0);
    assert_int_equal(world->grants[0].refusal, BUCKET_ALCANCE_LOST);
    fill(world, first, ha_ms, 1, false);
    assert_int_equal(write_to(world, "+551", 3)->refusal, BUCKET_ALCANCE_LOST);
    fill(world, second, ha_ms, 1, true);
    fill(world, first, ha_ms, 1, false); /* another sender, a little later */
    fill(world, second, ha_ms, 1, true);
    assert_int_equal(write_to(world, "+559", 3)->granted, 1);
    assert_int_equal(write_to(world, "+558", 3)->refusal, BUCKET_ALCANCE);
    control(world, "FLUSHALL");
    set_clock(world, START_US + 1);
    assert_int_equal(write_to(world, "+551", 3)->refusal, BUCKET_ALCANCE_LOST);
}

/* Filling again does not make anybody younger. */
static void
the_earlier_instant_is_kept(void **state)
{
    static const char *const people[] = {"+551"};
    static const int64_t old[] = {23 * 3600000}, young[] = {1000};
    struct world *world = *state;

    begin(world);
    fill(world, people, old, 1, true);
    fill(world, people, young, 1, true);
    assert_int_equal(write_to(world, "+552", 1)->granted, 0);
    assert_true(world->grants[0].wait_us == HOUR_US);
}

static void
another_mode_begins_with_empty_buckets_and_the_same_people(void **state)
{
    struct world *world = *state;
    struct bucket_ask asked = {.ask = 8};

    begin(world);
    fill(world, NULL, NULL, 0, true);
    assert_int_equal(write_to(world, "+551", 1)->granted, 1);
    asked.limits[0] = (struct bucket_limit){
        .kind = BUCKET_NUMERO, .id = 1, .interval_us = 12500, .burst = 8};
    bucket_set_epoca(world->bucket, 2);
    take(world, &asked, 1);
    assert_int_equal(world->grants[0].granted, 0);
    set_clock(world, START_US + 25000);
    take(world, &asked, 1);
    assert_int_equal(world->grants[0].granted, 2);
    assert_int_equal(write_to(world, "+552", 1)->refusal, BUCKET_ALCANCE);
    bucket_set_epoca(world->bucket, 0); /* the old ones are untouched */
    take(world, &asked, 1);
    assert_int_equal(world->grants[0].granted, 8);
}

static void
what_is_under_way_when_the_mode_changes_grants_nothing(void **state)
{
    struct world *world = *state;
    struct bucket_ask asked = {.ask = 1};
    struct bucket_request request = {
        .portfolio_id = 7, .asks = &asked, .n = 1, .on_taken = keep_grants, .ctx = world};

    begin(world);
    world->is_done = false;
    assert_int_equal(bucket_take(world->bucket, &request), RC_OK);
    bucket_set_epoca(world->bucket, 5);
    wait_for(world, &world->is_done);
    assert_int_equal(world->rc, RC_RETRY);
}

static void
no_key_stays_for_ever(void **state)
{
    static const char *const keys[] = {"cb:{p7}:0:epoch", "cb:{p7}:r", "cb:{p7}:0:n:1"};
    struct world *world = *state;
    struct bucket_ask asked = {.ask = 1};
    char command[64];

    begin(world);
    fill(world, NULL, NULL, 0, true);
    write_to(world, "+551", 1);
    asked.limits[0] = (struct bucket_limit){
        .kind = BUCKET_NUMERO, .id = 1, .interval_us = 3e6, .lead_us = 50000};
    take(world, &asked, 1);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        snprintf(command, sizeof command, "PTTL %s", keys[i]);
        assert_true(strtoll(server_tell(&world->server, command) + 1, NULL, 10) > 0);
    }
    assert_string_equal(
        server_tell(&world->server, "DBSIZE"), ":5\r\n"); /* and our clock */
}

static void
a_paced_bucket_gives_every_token_an_instant_of_its_own(void **state)
{
    struct world *world = *state;
    struct bucket_ask asked = {.ask = 3};
    const struct bucket_grant *grant = &world->grants[0];

    begin(world);
    asked.limits[0] = (struct bucket_limit){
        .kind = BUCKET_NUMERO, .id = 1, .interval_us = 3e6, .lead_us = 50000};
    take(world, &asked, 1);
    assert_int_equal(grant->granted, 1);
    assert_true(grant->at_us <= grant->by_us);
    assert_true(grant->by_us - clock_now_us() <= 50000); /* at the end of the lead */
    take(world, &asked, 1);
    assert_int_equal(grant->granted, 0);
    assert_int_equal(grant->wait_us, 3050000 - 100000); /* asked two leads ahead */
    set_clock(world, START_US + 3050000 - 150000);
    take(world, &asked, 1);
    assert_int_equal(grant->granted, 1);
    assert_true(grant->by_us - clock_now_us() > 50000);
    /* the next interval counts from the instant, not from the asking */
    set_clock(world, START_US + 6050000 - 150001);
    take(world, &asked, 1);
    assert_int_equal(grant->granted, 0);
    set_clock(world, START_US + 6050000 - 150000);
    take(world, &asked, 1);
    assert_int_equal(grant->granted, 1);
}

/* On Redis's own clock: what we say of the instant of a grant holds it. */
static void
our_idea_of_an_instant_lies_between_asking_and_hearing(void **state)
{
    struct world *world = *state;
    struct bucket_ask asked = {.ask = 1};

    world_disconnect(world);
    world_connect(world, BUCKET_TAKE_LUA);
    asked.limits[0] = (struct bucket_limit){
        .kind = BUCKET_NUMERO, .id = 1, .interval_us = 1000, .burst = 8};
    for (int i = 0; i < 200; i++) {
        int64_t asked_us = clock_now_us();
        take(world, &asked, 1);
        assert_true(asked_us <= world->grants[0].at_us);
        assert_true(world->grants[0].at_us <= world->grants[0].by_us);
        assert_true(world->grants[0].by_us <= clock_now_us());
    }
    world_disconnect(world);
    world_connect(world, world->script);
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
        cmocka_unit_test(so_many_people_and_no_more_in_a_rolling_day),
        cmocka_unit_test(a_lower_limit_waits_for_as_many_to_leave_as_are_too_many),
        cmocka_unit_test(one_call_counts_its_own_and_refuses_without_paying),
        cmocka_unit_test(nobody_is_written_to_until_the_set_is_whole),
        cmocka_unit_test(the_earlier_instant_is_kept),
        cmocka_unit_test(another_mode_begins_with_empty_buckets_and_the_same_people),
        cmocka_unit_test(what_is_under_way_when_the_mode_changes_grants_nothing),
        cmocka_unit_test(no_key_stays_for_ever),
        cmocka_unit_test(a_paced_bucket_gives_every_token_an_instant_of_its_own),
        cmocka_unit_test(our_idea_of_an_instant_lies_between_asking_and_hearing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
