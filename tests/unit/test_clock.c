/*
 * clock.h: the stopwatch only goes forward, and the dice stay on the table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"

static void
the_stopwatch_never_goes_back_and_both_units_agree(void **state)
{
    int64_t before_us = clock_now_us();

    (void)state;
    for (int i = 0; i < 1000; i++) {
        int64_t us = clock_now_us();
        int64_t ms = clock_now_ms();

        assert_true(us >= before_us);
        assert_true(ms >= us / 1000);
        assert_true(ms <= clock_now_us() / 1000);
        before_us = us;
    }
}

static void
dice_show_every_side_and_no_other(void **state)
{
    int shown[6] = {0};

    (void)state;
    for (int i = 0; i < 6000; i++) {
        uint32_t side = clock_random(6);

        assert_in_range(side, 0, 5);
        shown[side]++;
    }
    /* 1000 each; a fair die is 150 off about once in a million runs of this test */
    for (int side = 0; side < 6; side++)
        assert_in_range(shown[side], 850, 1150);
    assert_int_equal(clock_random(1), 0);
}

static void
jitter_stays_within_a_fifth_and_moves(void **state)
{
    int64_t least = INT64_MAX, most = 0;

    (void)state;
    for (int i = 0; i < 1000; i++) {
        int64_t ms = clock_jitter_ms(1000);

        assert_in_range(ms, 800, 1200);
        least = ms < least ? ms : least;
        most = ms > most ? ms : most;
    }
    assert_true(least < 850);
    assert_true(most > 1150);
}

static void
jitter_of_nothing_is_nothing_and_of_years_does_not_overflow(void **state)
{
    static const int64_t years_ms = INT64_MAX / 4;

    (void)state;
    assert_int_equal(clock_jitter_ms(0), 0);
    assert_int_equal(clock_jitter_ms(4), 4);
    assert_true(clock_jitter_ms(years_ms) > years_ms / 5 * 4);
    assert_true(clock_jitter_ms(years_ms) < years_ms / 5 * 6);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stopwatch_never_goes_back_and_both_units_agree),
        cmocka_unit_test(dice_show_every_side_and_no_other),
        cmocka_unit_test(jitter_stays_within_a_fifth_and_moves),
        cmocka_unit_test(jitter_of_nothing_is_nothing_and_of_years_does_not_overflow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
