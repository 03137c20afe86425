#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sender.h"
#include "share.h"

#define NOW_MS 1000

static struct numero numero;
static struct lane lanes[4];

/* Lanes in the order of their class, as numeros.c keeps them; peso 1, due, unless
 * changed. */
static void
set_lanes(int n, const int *prioridades)
{
    numero = (struct numero){.id = 1};
    list_init(&numero.lanes);
    for (int i = 0; i < n; i++) {
        lanes[i] = (struct lane){
            .numero = &numero, .prioridade = prioridades[i], .faixa = i, .peso = 1};
        list_init(&lanes[i].node);
        list_add_tail(&numero.lanes, &lanes[i].node);
    }
}

/* What each lane got of `turns` grants of `tokens`. */
static void
share_turns(int turns, int tokens, int n, int *ret_got)
{
    for (int i = 0; i < n; i++)
        ret_got[i] = 0;
    while (turns-- > 0) {
        assert_int_equal(share_tokens(&numero, tokens, NOW_MS), tokens);
        for (int i = 0; i < n; i++) {
            assert_true(lanes[i].asked >= 0);
            ret_got[i] += lanes[i].asked;
            lanes[i].asked = 0;
        }
    }
}

static void
the_highest_class_goes_first_and_the_lowest_keeps_a_tenth(void **state)
{
    (void)state;
    int got[3];

    set_lanes(3, (const int[]){8, 5, 3});
    share_turns(10, 10, 3, got);
    assert_int_equal(got[0], 90);
    assert_int_equal(got[1], 0);
    assert_int_equal(got[2], 10);
}

static void
a_tenth_is_saved_up_when_tokens_come_one_by_one(void **state)
{
    (void)state;
    int got[2];

    set_lanes(2, (const int[]){8, 3});
    share_turns(100, 1, 2, got);
    assert_in_range(got[1], 9, 10);
}

static void
lanes_of_one_class_share_by_weight_however_small_the_grants(void **state)
{
    (void)state;
    int got[2];

    for (int tokens = 1; tokens <= 7; tokens++) {
        set_lanes(2, (const int[]){3, 3});
        lanes[0].peso = 3;
        share_turns(400, tokens, 2, got);
        assert_in_range(got[0], 300 * tokens - 2, 300 * tokens + 2);
    }
}

static void
a_large_campaign_does_not_bury_a_small_one(void **state)
{
    (void)state;
    int got[4];

    set_lanes(4, (const int[]){3, 3, 3, 3});
    share_turns(25, 8, 4, got);
    for (int i = 0; i < 4; i++)
        assert_int_equal(got[i], 50);
}

static void
lanes_not_due_waiting_or_with_a_rate_of_their_own_get_nothing(void **state)
{
    (void)state;
    int got[4];

    set_lanes(4, (const int[]){5, 5, 5, 5});
    lanes[0].due_at_ms = NOW_MS + 1;
    lanes[1].wait_until_ms = NOW_MS + 1;
    lanes[2].taxa = 0.3;
    share_turns(1, 9, 4, got);
    assert_int_equal(got[0] + got[1] + got[2], 0);
    assert_int_equal(got[3], 9);
}

static void
without_a_due_lane_no_token_is_used(void **state)
{
    (void)state;
    set_lanes(1, (const int[]){5});
    lanes[0].due_at_ms = INT64_MAX;
    assert_int_equal(share_tokens(&numero, 5, NOW_MS), 0);
    assert_int_equal(lanes[0].asked, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_highest_class_goes_first_and_the_lowest_keeps_a_tenth),
        cmocka_unit_test(a_tenth_is_saved_up_when_tokens_come_one_by_one),
        cmocka_unit_test(lanes_of_one_class_share_by_weight_however_small_the_grants),
        cmocka_unit_test(a_large_campaign_does_not_bury_a_small_one),
        cmocka_unit_test(lanes_not_due_waiting_or_with_a_rate_of_their_own_get_nothing),
        cmocka_unit_test(without_a_due_lane_no_token_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
