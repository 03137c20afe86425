/*
 * chore.h: when a chore runs again, and how much it then takes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chore.h"

#define IDLE_MS 1000

static void
the_next_request_leaves_when_the_last_one_says(void **state)
{
    static const struct {
        const char *why;
        enum chore_again again;
        struct chore_outcome outcome; /* rc, done, batch, failures, is_woken, idles */
        int64_t pause_ms;
    } rows[] = {
        {"nothing to do",              CHORE_WHILE_ANY,  {RC_OK, 0, 20, 0, false, 0},       1000 },
        {"did something",              CHORE_WHILE_ANY,  {RC_OK, 1, 20, 0, false, 0},       0    },
        {"there may be a little left", CHORE_WHILE_FULL, {RC_OK, 19, 20, 0, false, 0},
         1000                                                                                    },
        {"a full batch",               CHORE_WHILE_FULL, {RC_OK, 20, 20, 0, false, 0},      0    },
        {"has no backlog",             CHORE_NEVER,      {RC_OK, 3, 0, 0, false, 0},        1000 },
        {"woken while in flight",      CHORE_WHILE_ANY,  {RC_OK, 0, 20, 0, true, 0},        0    },
        {"the connection was lost",    CHORE_WHILE_ANY,  {RC_AGAIN, 0, 20, 0, false, 0},
         1000                                                                                    },
        {"lost on the way",            CHORE_WHILE_ANY,  {RC_UNKNOWN, 0, 20, 0, false, 0},  1000 },
        {"failed once",                CHORE_WHILE_ANY,  {RC_REJECTED, 0, 20, 1, false, 0}, 1000 },
        {"failed three times",         CHORE_WHILE_ANY,  {RC_REJECTED, 0, 20, 3, false, 0}, 4000 },
        {"failed for an hour",         CHORE_WHILE_ANY,  {RC_RETRY, 0, 1, 999, false, 0},   30000},
        {"a wake-up mends nothing",    CHORE_WHILE_ANY,  {RC_RETRY, 0, 20, 2, true, 0},     2000 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct chore_kind kind = {.again = rows[i].again};
        int64_t pause_ms = chore_pause_ms(
            &kind, (struct chore_idle){IDLE_MS, IDLE_MS}, &rows[i].outcome);

        if (pause_ms != rows[i].pause_ms)
            print_error("%s:\n", rows[i].why);
        assert_int_equal(pause_ms, rows[i].pause_ms);
    }
}

static void
a_quick_chore_that_fails_waits_half_a_second(void **state)
{
    struct chore_kind kind = {.again = CHORE_WHILE_ANY};
    struct chore_outcome outcome = {.rc = RC_RETRY, .failures = 1};

    (void)state;
    assert_int_equal(chore_pause_ms(&kind, (struct chore_idle){20, 20}, &outcome), 500);
}

static void
a_rare_chore_that_fails_does_not_wait_for_its_hour(void **state)
{
    struct chore_kind kind = {.again = CHORE_NEVER};
    struct chore_outcome outcome = {.rc = RC_RETRY, .failures = 1};

    (void)state;
    assert_int_equal(
        chore_pause_ms(&kind, (struct chore_idle){3600000, 3600000}, &outcome), 30000);
}

static void
a_batch_is_halved_down_to_one_and_grows_back(void **state)
{
    int batch = 20;

    (void)state;
    for (int i = 0; i < 10; i++)
        batch = chore_next_batch(batch, 20, false);
    assert_int_equal(batch, 1);
    batch = chore_next_batch(batch, 20, true);
    assert_int_equal(batch, 2);
    for (int i = 0; i < 10; i++)
        batch = chore_next_batch(batch, 20, true);
    assert_int_equal(batch, 20);
    assert_int_equal(chore_next_batch(0, 0, true), 0);
    assert_int_equal(chore_next_batch(0, 0, false), 0);
}

static void
a_look_that_finds_nothing_comes_less_often(void **state)
{
    struct chore_kind kind = {.again = CHORE_NEVER};
    struct chore_outcome outcome = {.rc = RC_OK};
    static const int64_t pauses_ms[] = {200, 200, 400, 750, 750};

    (void)state;
    for (outcome.idles = 0; outcome.idles < 5; outcome.idles++)
        assert_int_equal(chore_pause_ms(&kind, (struct chore_idle){200, 750}, &outcome),
            pauses_ms[outcome.idles]);
}

static const struct pg_statement *const SOME_STATEMENT = (const void *)"";

static void
a_refused_batch_that_can_be_set_aside_is_halved_at_once(void **state)
{
    struct chore_kind kind = {.again = CHORE_WHILE_ANY, .aside = SOME_STATEMENT};
    struct chore_outcome outcome = {.rc = RC_REJECTED, .batch = 20, .failures = 5};

    (void)state;
    assert_int_equal(chore_pause_ms(&kind, (struct chore_idle){200, 200}, &outcome), 0);
    outcome.failures = 17; /* nothing helps: it is not one row */
    assert_int_equal(
        chore_pause_ms(&kind, (struct chore_idle){200, 200}, &outcome), 30000);
    outcome.failures = 1;
    outcome.rc = RC_RETRY; /* the moment's fault */
    assert_int_equal(chore_pause_ms(&kind, (struct chore_idle){200, 200}, &outcome), 500);
}

static void
a_floor_reaches_five_seconds_beyond_the_last_look(void **state)
{
    struct chore_floor floor = {
        .is_known = true, .scanned_at_ms = 100000, .swept_at_ms = 60000};

    (void)state;
    assert_int_equal(chore_since_ms(&floor, 105000, 60000), 10000);
    assert_int_equal(chore_since_ms(&floor, 120000, 60000), -1);
    floor.is_known = false;
    assert_int_equal(chore_since_ms(&floor, 105000, 60000), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_request_leaves_when_the_last_one_says),
        cmocka_unit_test(a_quick_chore_that_fails_waits_half_a_second),
        cmocka_unit_test(a_rare_chore_that_fails_does_not_wait_for_its_hour),
        cmocka_unit_test(a_batch_is_halved_down_to_one_and_grows_back),
        cmocka_unit_test(a_look_that_finds_nothing_comes_less_often),
        cmocka_unit_test(a_refused_batch_that_can_be_set_aside_is_halved_at_once),
        cmocka_unit_test(a_floor_reaches_five_seconds_beyond_the_last_look),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
