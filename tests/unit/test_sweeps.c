#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config.h"
#include "sender.h"
#include "sweeps.h"

enum { LANES = 3, SWEEP_MS = 1000, DEAR_MS = 100 };

static int64_t now_ms;
static struct config config;
static struct sender sender = {.config = &config};
static struct lane lanes[LANES];
static struct lane *all[LANES] = {&lanes[0], &lanes[1], &lanes[2]};

/* The clock of these tests. */
int64_t
loop_now_ms(const struct loop *loop)
{
    (void)loop;
    return now_ms;
}

static int
begin(void **state)
{
    (void)state;
    now_ms = 1000000;
    config.sender.sweep_ms = SWEEP_MS;
    for (int i = 0; i < LANES; i++)
        lanes[i] = (struct lane){0};
    return 0;
}

/* One claim of all lanes that takes so long; returns how many it swept. */
static int
claim(int64_t took_ms)
{
    int swept = 0;
    int64_t asked_at_ms = now_ms;

    sweeps_choose(all, LANES, now_ms);
    for (int i = 0; i < LANES; i++)
        swept += lanes[i].is_swept;
    now_ms += took_ms;
    sweeps_settle(&sender, all, LANES, asked_at_ms);
    return swept;
}

static void
a_pause_is_twenty_times_what_was_dear(void **state)
{
    (void)state;
    assert_int_equal(sweeps_pause_ms(-1), 0);
    assert_int_equal(sweeps_pause_ms(0), 0);
    assert_int_equal(sweeps_pause_ms(5), 0);
    assert_int_equal(sweeps_pause_ms(6), 120);
    assert_int_equal(sweeps_pause_ms(1499), 29980);
    assert_int_equal(sweeps_pause_ms(1500), 30000);
    assert_int_equal(sweeps_pause_ms(1501), 30000);
    assert_int_equal(sweeps_pause_ms(INT64_MAX), 30000); /* nothing overflows */
}

static void
cheap_sweeps_go_together_once_in_a_while(void **state)
{
    (void)state;
    assert_int_equal(claim(1), LANES);
    assert_int_equal(claim(1), 0);
    now_ms += 2 * SWEEP_MS;
    assert_int_equal(claim(1), LANES);
}

static void
only_the_lane_that_is_dear_waits(void **state)
{
    (void)state;
    assert_int_equal(claim(DEAR_MS), LANES);
    for (int i = 0; i < LANES; i++) /* nobody knows whose it was */
        assert_true(lanes[i].sweep_at_ms <= now_ms + SWEEP_MS * 6 / 5);
    now_ms += 2 * SWEEP_MS;
    for (int i = 0; i < LANES; i++) { /* one after the other; the second is dear */
        sweeps_choose(all, LANES, now_ms);
        bool is_guilty = lanes[1].is_swept;
        assert_int_equal(claim(is_guilty ? DEAR_MS : 1), 1);
    }
    assert_int_equal(claim(1), 0);
    assert_int_equal(lanes[0].sweep_dear_ms, 0);
    assert_int_equal(lanes[1].sweep_dear_ms, 20 * DEAR_MS);
    assert_int_equal(lanes[2].sweep_dear_ms, 0);
    assert_true(lanes[1].sweep_at_ms > now_ms + 20 * DEAR_MS - 10);
    now_ms += SWEEP_MS * 6 / 5;
    assert_int_equal(claim(1), 2);
    assert_false(lanes[1].is_swept);
    now_ms += 20 * DEAR_MS;
    assert_int_equal(claim(1), 1); /* alone, though the others are due too */
    assert_true(lanes[1].is_swept);
    assert_int_equal(claim(1), 2);
    now_ms += 2 * SWEEP_MS;
    assert_int_equal(claim(1), LANES); /* it was cheap: one among others again */
}

static void
a_claim_without_a_sweep_blames_nobody(void **state)
{
    (void)state;
    assert_int_equal(claim(1), LANES);
    assert_int_equal(claim(DEAR_MS), 0);
    for (int i = 0; i < LANES; i++)
        assert_int_equal(lanes[i].sweep_dear_ms, 0);
    now_ms += 2 * SWEEP_MS;
    assert_int_equal(claim(1), LANES);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_pause_is_twenty_times_what_was_dear, begin),
        cmocka_unit_test_setup(cheap_sweeps_go_together_once_in_a_while, begin),
        cmocka_unit_test_setup(only_the_lane_that_is_dear_waits, begin),
        cmocka_unit_test_setup(a_claim_without_a_sweep_blames_nobody, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
