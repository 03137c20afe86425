/*
 * map.h: beside a plain array, and when it cannot grow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "map.h"
#include "mem.h"

#define KEYS 5000

/* Beside a plain array, through many puts and removals: both always agree. */
static void
map_agrees_with_an_array(void **state)
{
    (void)state;
    static int values[KEYS];
    static int is_in[KEYS];
    struct map map = {0};
    uint32_t dice = 1;

    for (int turn = 0; turn < 100000; turn++) {
        dice = dice * 1664525u + 1013904223u;
        uint64_t key = (dice >> 8) % KEYS;
        if (dice & 0x80000000u) {
            assert_int_equal(map_put(&map, key, &values[key]), RC_OK);
            is_in[key] = 1;
        } else {
            assert_ptr_equal(map_remove(&map, key), is_in[key] ? &values[key] : NULL);
            is_in[key] = 0;
        }
    }
    uint32_t n = 0;
    for (uint64_t key = 0; key < KEYS; key++) {
        assert_ptr_equal(map_get(&map, key), is_in[key] ? &values[key] : NULL);
        n += (uint32_t)is_in[key];
    }
    assert_int_equal(map.n, n);
    uint32_t walked = 0;
    for (uint32_t at = 0; map_next(&map, &at);)
        walked++;
    assert_int_equal(walked, n);
    map_done(&map);
    assert_int_equal(mem_live(), 0);
}

static void
map_stays_whole_when_it_cannot_grow(void **state)
{
    (void)state;
    struct map map = {0};
    int value;
    uint64_t key = 0;

    while (map_put(&map, key, &value) == RC_OK) {
        key++;
        mem_fail_at(key < 40 ? -1 : 0); /* the next growth fails */
    }
    mem_fail_at(-1);
    for (uint64_t k = 0; k < key; k++)
        assert_ptr_equal(map_get(&map, k), &value);
    assert_null(map_get(&map, key));
    map_done(&map);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_agrees_with_an_array),
        cmocka_unit_test(map_stays_whole_when_it_cannot_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
