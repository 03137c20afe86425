/*
 * rate and take.lua together: eight senders with random delays between a token and its
 * POST, on a clock of ours, and every window of what the far end then sees.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "rate.h"
#include "sender.h"
#include "test_bucket_world.h"

enum { SENDERS = 8, WAITING_MAX = 400, POSTS_MAX = 4000, YEAR_2020 = 1577836800 };

static const int64_t START_US = 1795000000000000; /* November 2026 */

/* A token on its way to its POST; or, without, a sender that will ask. */
struct event {
    int64_t at_us;
    bool is_ask;
    struct token token;
};

static struct event events[WAITING_MAX];
static int events_n;
static int64_t posts_us[POSTS_MAX];
static int posts_n;

static struct event
next_event(void)
{
    int first = 0;

    for (int i = 1; i < events_n; i++)
        if (events[i].at_us < events[first].at_us)
            first = i;
    struct event event = events[first];
    events[first] = events[--events_n];
    return event;
}

static void
add_event(int64_t at_us, bool is_ask, struct token token)
{
    assert_true(events_n < WAITING_MAX);
    events[events_n++] = (struct event){at_us, is_ask, token};
}

/* The instant of a paced grant, exactly: the bucket's, less the interval it moved. */
static int64_t
slot_of(const struct world *world, const struct bucket_limit *limit)
{
    const char *at = strchr(server_tell(&world->server, "GET cb:{p7}:0:n:1"), '\n');

    assert_non_null(at);
    return (int64_t)(strtod(at + 1, NULL) - limit->interval_us + 0.5) +
           YEAR_2020 * 1000000LL;
}

/* Asks for tokens; what was granted goes to its POST after a claim. */
static const struct bucket_grant *
ask(struct world *world, const struct numero *numero, int n, int claim_us)
{
    struct bucket_ask asked = {.ask = n};
    struct bucket_grant *grant = &world->grants[0];

    rate_of_numero(numero, &asked.limits[0]);
    take(world, &asked, 1);
    grant->at_us = grant->by_us = world->now_us;
    if (grant->granted && asked.limits[0].lead_us)
        grant->at_us = grant->by_us = slot_of(world, &asked.limits[0]);
    for (int i = 0; i < grant->granted; i++)
        add_event(world->now_us + claim_us, false, rate_token(numero, grant));
    return grant;
}

/* Mostly what a claim takes, now and then far more than a token is good for. */
static int
claim_us(void)
{
    return 1000 + (int)clock_random(clock_random(20) ? 29000 : 90000);
}

static void
use(struct world *world, const struct numero *numero, struct token token)
{
    if (world->now_us < token.from_us)
        add_event(token.from_us + clock_random(1000), false, token);
    else if (world->now_us > token.until_us)
        ask(world, numero, 1, 500);
    else
        posts_us[posts_n++] = world->now_us + 100 + clock_random(1900);
}

static int
by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void
check_windows(const struct numero *numero, int burst)
{
    double least = 0, rate = numero->taxa / 1e6;

    qsort(posts_us, (size_t)posts_n, sizeof posts_us[0], by_time);
    for (int i = 0; i < posts_n; i++) {
        double at = rate * (double)(posts_us[i] - START_US);

        if (i == 0 || i - at < least)
            least = i - at;
        if (i + 1 - at - least > burst + 1e-3)
            fail_msg("%g/s: a window holds %f more than its burst", numero->taxa,
                i + 1 - at - least - burst);
    }
}

static void
run(struct world *world, const struct numero *numero, int64_t until_us)
{
    events_n = posts_n = 0;
    control(world, "FLUSHALL");
    set_clock(world, START_US);
    for (int i = 0; i < SENDERS; i++)
        add_event(START_US + clock_random(20000), true, TOKEN_NONE);
    while (posts_n < POSTS_MAX - 200) {
        struct event event = next_event();
        if (event.at_us > until_us)
            return;
        set_clock(world, event.at_us);
        if (!event.is_ask) {
            use(world, numero, event.token);
            continue;
        }
        int64_t wait_us = ask(world, numero, numero->rajada, claim_us())->wait_us;
        if (wait_us < 20000)
            wait_us = 20000;
        add_event(event.at_us + wait_us + clock_random(2000), true, TOKEN_NONE);
    }
}

static void
no_window_at_the_far_end_holds_more_than_its_rate(void **state)
{
    static const struct {
        double taxa;
        int rajada, seconds;
        double used; /* of the allowance, at least; claims this late cost the rest */
    } rows[] = {
        {80,        8,  20,  0.95},
        {72,        8,  20,  0.95},
        {250,       25, 8,   0.95},
        {20,        2,  30,  0.85},
        {10,        1,  60,  0.85},
        {5,         1,  60,  0.93},
        {20 / 60.0, 1,  600, 0.98},
        {20 / 60.0, 2,  600, 0.98},
        {80,        40, 20,  0.98},
    };
    struct world *world = *state;

    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        const struct numero numero = {
            .id = 1, .taxa = rows[r].taxa, .rajada = rows[r].rajada};
        double ideal;

        run(world, &numero, START_US + rows[r].seconds * 1000000LL);
        check_windows(&numero, rows[r].rajada);
        ideal = rows[r].taxa * (double)(posts_us[posts_n - 1] - START_US) / 1e6 - 1;
        if (posts_n < rows[r].used * ideal)
            fail_msg(
                "%g/s, %d: only %d of %f", rows[r].taxa, rows[r].rajada, posts_n, ideal);
    }
}

static void
an_idle_fast_number_sends_at_once_and_a_slow_one_after_its_lead(void **state)
{
    const struct numero fast = {.id = 1, .taxa = 80, .rajada = 8};
    const struct numero slow = {.id = 1, .taxa = 5, .rajada = 1};
    const struct bucket_grant grant = {.at_us = 1000, .by_us = 1200};
    struct bucket_limit limit;

    (void)state;
    rate_of_numero(&fast, &limit);
    assert_int_equal(limit.lead_us, 0);
    assert_true(limit.burst == 4);
    assert_int_equal(rate_token(&fast, &grant).from_us, 0);
    rate_of_numero(&slow, &limit);
    assert_true(limit.lead_us > 0 && limit.interval_us > 200000);
    /* not before anybody's idea of the instant, not later than the slack after it */
    assert_int_equal(rate_token(&slow, &grant).from_us, 1200);
    assert_int_equal(rate_token(&slow, &grant).until_us, 3000);
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
        cmocka_unit_test(no_window_at_the_far_end_holds_more_than_its_rate),
        cmocka_unit_test(an_idle_fast_number_sends_at_once_and_a_slow_one_after_its_lead),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
