/*
 * heap.h: the order of what comes out, items that know their slot, and no memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clock.h"
#include "heap.h"
#include "mem.h"

#define THINGS 500

struct thing {
    int64_t key;
    int slot;
};

static void
thing_moved(void *item, int slot)
{
    ((struct thing *)item)->slot = slot;
}

static void
assert_slots_are_true(const struct heap *heap)
{
    for (int slot = 1; slot <= heap->n; slot++) {
        const struct thing *thing = (const struct thing *)heap->entries[slot - 1].item;

        assert_int_equal(thing->slot, slot);
        assert_int_equal(thing->key, heap->entries[slot - 1].key);
        assert_true(slot == 1 || heap->entries[slot / 2 - 1].key <= thing->key);
    }
}

static void
fill(struct heap *heap, struct thing *things)
{
    heap_init(heap, thing_moved);
    for (int i = 0; i < THINGS; i++) {
        things[i] = (struct thing){.key = (int64_t)clock_random(1000) - 500};
        assert_int_equal(heap_add(heap, things[i].key, &things[i]), RC_OK);
    }
    assert_slots_are_true(heap);
}

static void
drain_in_order(struct heap *heap)
{
    int64_t before = INT64_MIN;
    int64_t key;
    struct thing *first;

    while ((first = (struct thing *)heap_first(heap, &key))) {
        assert_true(key >= before);
        assert_int_equal(key, first->key);
        before = key;
        heap_remove(heap, first->slot);
        assert_int_equal(first->slot, 0);
    }
    heap_done(heap);
}

static void
an_empty_heap_has_no_first(void **state)
{
    struct heap heap;
    int64_t key = 7;

    (void)state;
    heap_init(&heap, thing_moved);
    assert_null(heap_first(&heap, &key));
    assert_int_equal(key, 7);
    heap_done(&heap);
    heap_done(&(struct heap){0});
}

static void
items_come_out_by_rising_key(void **state)
{
    static struct thing things[THINGS];
    struct heap heap;

    (void)state;
    fill(&heap, things);
    drain_in_order(&heap);
    assert_int_equal(mem_live(), 0);
}

static void
items_leave_from_anywhere_by_their_slot(void **state)
{
    static struct thing things[THINGS];
    struct heap heap;

    (void)state;
    fill(&heap, things);
    for (int i = 0; i < THINGS; i += 3) {
        heap_remove(&heap, things[i].slot);
        assert_int_equal(things[i].slot, 0);
        assert_slots_are_true(&heap);
    }
    drain_in_order(&heap);
}

static void
a_changed_key_finds_its_place(void **state)
{
    static struct thing things[THINGS];
    struct heap heap;

    (void)state;
    fill(&heap, things);
    for (int i = 0; i < THINGS; i++) {
        things[i].key = (int64_t)clock_random(1000) - 500;
        heap_change(&heap, things[i].slot, things[i].key);
        assert_slots_are_true(&heap);
    }
    drain_in_order(&heap);
}

static void
without_memory_the_item_is_not_in(void **state)
{
    struct thing in = {.key = 1}, out = {.key = 2};
    struct heap heap;

    (void)state;
    heap_init(&heap, thing_moved);
    mem_fail_at(0);
    assert_int_equal(heap_add(&heap, out.key, &out), RC_OOM);
    assert_int_equal(out.slot, 0);
    assert_int_equal(heap_reserve(&heap, 1), RC_OK);
    mem_fail_at(0);
    assert_int_equal(heap_add(&heap, in.key, &in), RC_OK);
    assert_int_equal(heap_add(&heap, out.key, &out), RC_OOM);
    assert_ptr_equal(heap_first(&heap, NULL), &in);
    mem_fail_at(-1);
    drain_in_order(&heap);
    assert_int_equal(mem_live(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_heap_has_no_first),
        cmocka_unit_test(items_come_out_by_rising_key),
        cmocka_unit_test(items_leave_from_anywhere_by_their_slot),
        cmocka_unit_test(a_changed_key_finds_its_place),
        cmocka_unit_test(without_memory_the_item_is_not_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
