/*
 * mem.h: what is allocated is zeroed and counted, and fails when a test asks for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mem.h"

static void
memory_comes_zeroed_and_is_counted_until_freed(void **state)
{
    static const char zeroes[300];
    char *memory = (char *)mem_alloc(3, 100);

    (void)state;
    assert_non_null(memory);
    assert_memory_equal(memory, zeroes, sizeof zeroes);
    assert_int_equal(mem_live(), 1);
    mem_free(memory);
    assert_int_equal(mem_live(), 0);
}

static void
a_size_that_overflows_is_out_of_memory(void **state)
{
    (void)state;
    assert_null(mem_alloc(SIZE_MAX / 2, 3));
    assert_null(mem_resize(NULL, SIZE_MAX / 2, 3));
    assert_int_equal(mem_live(), 0);
}

static void
resizing_keeps_the_content_and_counts_once(void **state)
{
    char *memory = (char *)mem_resize(NULL, 4, 1);

    (void)state;
    assert_non_null(memory);
    memcpy(memory, "abc", 4);
    memory = (char *)mem_resize(memory, 100000, 1);
    assert_non_null(memory);
    assert_string_equal(memory, "abc");
    assert_int_equal(mem_live(), 1);
    mem_free(memory);
    assert_int_equal(mem_live(), 0);
}

static void
resizing_to_nothing_still_gives_memory_to_free(void **state)
{
    char *memory = (char *)mem_resize(NULL, 4, 1);

    (void)state;
    memory = (char *)mem_resize(memory, 0, 1);
    assert_non_null(memory);
    assert_int_equal(mem_live(), 1);
    mem_free(memory);
    assert_int_equal(mem_live(), 0);
}

static void
a_failed_resize_leaves_the_old_memory(void **state)
{
    char *memory = mem_strdup("kept");

    (void)state;
    assert_non_null(memory);
    mem_fail_at(0);
    assert_null(mem_resize(memory, 10, 1));
    assert_string_equal(memory, "kept");
    mem_free(memory);
}

static void
strings_are_copied_whole_or_up_to_a_limit(void **state)
{
    static const char unterminated[3] = {'a', 'b', 'c'};
    char *whole = mem_strdup("bom dia");
    char *part = mem_strndup(unterminated, sizeof unterminated);
    char *none = mem_strndup("abc", 0);

    (void)state;
    assert_string_equal(whole, "bom dia");
    assert_string_equal(part, "abc");
    assert_string_equal(none, "");
    mem_free(whole);
    mem_free(part);
    mem_free_secret(none);
    mem_free_secret(NULL);
    mem_free(NULL);
    assert_int_equal(mem_live(), 0);
}

static void
only_the_nth_allocation_fails(void **state)
{
    void *kept[3];

    (void)state;
    mem_fail_at(1);
    kept[0] = mem_alloc(1, 1);
    kept[1] = mem_alloc(1, 1);
    kept[2] = mem_alloc(1, 1);
    assert_non_null(kept[0]);
    assert_null(kept[1]);
    assert_non_null(kept[2]);
    mem_free(kept[0]);
    mem_free(kept[2]);
    assert_int_equal(mem_live(), 0);
}

/* Returns what a caller would keep; the rest goes with the scope. */
static char *
keep_one_of_two(void)
{
    CLEANUP_FREE char *dropped = mem_strdup("dropped");
    CLEANUP_FREE char *kept = mem_strdup("kept");

    assert_non_null(dropped);
    return steal(&kept);
}

static void
a_scope_frees_what_was_not_stolen(void **state)
{
    char *kept = keep_one_of_two();

    (void)state;
    assert_string_equal(kept, "kept");
    assert_int_equal(mem_live(), 1);
    mem_free(kept);
    assert_int_equal(mem_live(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_comes_zeroed_and_is_counted_until_freed),
        cmocka_unit_test(a_size_that_overflows_is_out_of_memory),
        cmocka_unit_test(resizing_keeps_the_content_and_counts_once),
        cmocka_unit_test(resizing_to_nothing_still_gives_memory_to_free),
        cmocka_unit_test(a_failed_resize_leaves_the_old_memory),
        cmocka_unit_test(strings_are_copied_whole_or_up_to_a_limit),
        cmocka_unit_test(only_the_nth_allocation_fails),
        cmocka_unit_test(a_scope_frees_what_was_not_stolen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
