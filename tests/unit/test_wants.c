#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "flight.h"
#include "sender.h"
#include "wants.h"

enum { NOW_MS = 1000, NUMEROS = 600, RAJADA = 72 };

static struct sender sender;
static struct numero numeros[NUMEROS];
static struct lane lanes[NUMEROS][2]; /* the second with a rate of its own */
static char token[] = "EAA";
static int slots;
static uint32_t turn;
static struct want wants[WANTS_MAX];

/* The clock and the slots of these tests. */
int64_t
loop_now_ms(const struct loop *loop)
{
    (void)loop;
    return NOW_MS;
}

int
flights_free(const struct sender *of)
{
    (void)of;
    return slots;
}

/* n numbers, each with a lane that is due and one that is not. */
static void
world(int n, int free_slots)
{
    map_done(&sender.numeros);
    sender = (struct sender){0};
    slots = free_slots;
    turn = 0;
    for (int i = 0; i < n; i++) {
        struct numero *numero = &numeros[i];
        *numero = (struct numero){.id = i + 1, .token = token, .rajada = RAJADA};
        list_init(&numero->lanes);
        for (int k = 0; k < 2; k++) {
            struct lane *lane = &lanes[i][k];
            *lane = (struct lane){.numero = numero, .taxa = k * 5.0};
            lane->due_at_ms = k ? INT64_MAX : NOW_MS;
            list_init(&lane->node);
            list_add_tail(&numero->lanes, &lane->node);
        }
        assert_int_equal(map_put(&sender.numeros, (uint64_t)numero->id, numero), RC_OK);
    }
}

static int
gather(void)
{
    return wants_gather(&sender, &turn, wants);
}

static void
a_number_asks_for_its_burst_and_no_more_than_the_slots(void **state)
{
    (void)state;
    world(1, 500);
    assert_int_equal(gather(), 1);
    assert_int_equal(wants[0].ask, RAJADA);
    assert_false(wants[0].is_guess);
    world(1, 30); /* the only one may have them all */
    assert_int_equal(gather(), 1);
    assert_int_equal(wants[0].ask, 30);
    world(1, 0);
    assert_int_equal(gather(), 0);
}

static void
who_may_not_send_asks_for_nothing(void **state)
{
    (void)state;
    world(6, 500);
    numeros[0].is_gone = true;
    numeros[1].token = NULL;
    numeros[2].hold_until_ms = NOW_MS + 1;
    numeros[3].wait_until_ms = NOW_MS + 1;
    lanes[4][0].due_at_ms = NOW_MS + 1;
    lanes[5][0].wait_until_ms = NOW_MS + 1;
    assert_int_equal(gather(), 0);
    numeros[3].kept = 2; /* it waits for Redis and has some still */
    numeros[3].kept_until_ms = NOW_MS + 1;
    assert_int_equal(gather(), 1);
    assert_ptr_equal(wants[0].numero, &numeros[3]);
    numeros[3].kept_until_ms = NOW_MS;
    assert_int_equal(gather(), 0);
    assert_int_equal(numeros[3].kept, 0);
}

static void
a_guess_asks_for_little(void **state)
{
    (void)state;
    world(1, 500);
    lanes[0][0].is_guess = true;
    assert_int_equal(gather(), 1);
    assert_true(wants[0].is_guess);
    assert_int_equal(wants[0].ask, 4);
}

static void
a_lane_with_a_rate_of_its_own_asks_beside_the_others(void **state)
{
    (void)state;
    world(1, 100);
    lanes[0][1].due_at_ms = NOW_MS;
    assert_int_equal(gather(), 2);
    assert_ptr_equal(wants[0].lane, &lanes[0][1]);
    assert_int_equal(wants[0].ask, RAJADA);
    assert_null(wants[1].lane);
    assert_int_equal(wants[1].ask, 100 - RAJADA);
}

static void
a_number_whose_answers_hang_leaves_a_ninth(void **state)
{
    (void)state;
    world(2, 100);
    lanes[1][0].due_at_ms = INT64_MAX;
    numeros[0].flying = 800;
    assert_int_equal(gather(), 0);
    assert_int_equal(numeros[0].wait_until_ms, NOW_MS + 20);
    world(2, 100);
    lanes[1][0].due_at_ms = INT64_MAX;
    numeros[0].flying = 799;
    assert_int_equal(gather(), 1);
    assert_int_equal(wants[0].ask, 1);
    world(2, 100);
    numeros[0].flying = numeros[1].flying =
        1000000; /* far beyond: nothing goes negative */
    assert_int_equal(gather(), 0);
}

/* Whatever the state: no more than the slots, and of no number more than its share. */
static void
no_more_is_asked_than_there_are_slots(void **state)
{
    (void)state;
    for (int round = 0; round < 2000; round++) {
        int n = 2 + (int)clock_random(40);
        int before = 1 + (int)clock_random(300);
        int left = before;
        world(n, before);
        for (int i = 0; i < n; i++) {
            numeros[i].flying = (int)clock_random(200);
            lanes[i][1].due_at_ms = clock_random(3) ? INT64_MAX : NOW_MS;
            lanes[i][0].is_guess = !clock_random(3);
        }
        int got = gather();
        for (int i = 0; i < got; i++) {
            assert_true(wants[i].ask > 0 && wants[i].ask <= RAJADA);
            left -= wants[i].ask;
            wants[i].numero->flying += wants[i].ask;
            assert_true(left >= 0);
            assert_true(wants[i].numero->flying <= 8 * (left + 1));
        }
    }
}

static void
each_has_its_turn_however_many_there_are(void **state)
{
    (void)state;
    bool was_served[NUMEROS] = {false};
    int served = 0;

    world(2, 1);
    assert_int_equal(gather(), 1); /* the last slot, for one that has none */
    const struct numero *first = wants[0].numero;
    assert_int_equal(gather(), 1);
    assert_ptr_not_equal(wants[0].numero, first);
    world(NUMEROS, 20);
    for (int round = 0; round < 2 * NUMEROS; round++) {
        int n = gather();
        assert_true(n > 0 && n <= WANTS_MAX);
        for (int i = 0; i < n; i++) {
            bool *was = &was_served[wants[i].numero->id - 1];
            served += !*was;
            *was = true;
        }
    }
    assert_int_equal(served, NUMEROS);
    slots = 1000000;
    assert_int_equal(gather(), WANTS_MAX);
}

static int
end(void **state)
{
    (void)state;
    map_done(&sender.numeros);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_asks_for_its_burst_and_no_more_than_the_slots),
        cmocka_unit_test(who_may_not_send_asks_for_nothing),
        cmocka_unit_test(a_guess_asks_for_little),
        cmocka_unit_test(a_lane_with_a_rate_of_its_own_asks_beside_the_others),
        cmocka_unit_test(a_number_whose_answers_hang_leaves_a_ninth),
        cmocka_unit_test(no_more_is_asked_than_there_are_slots),
        cmocka_unit_test(each_has_its_turn_however_many_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
