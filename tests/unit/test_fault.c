/*
 * fault.h and rc.h: what broke is one line that fits, whatever is put into it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fault.h"
#include "rc.h"

static void
a_fault_says_source_code_and_text(void **state)
{
    struct fault fault;

    (void)state;
    fault_set(&fault, "pg", "40001", "could not serialize %s", "access");
    assert_string_equal(fault.source, "pg");
    assert_string_equal(fault.code, "40001");
    assert_string_equal(fault.text, "could not serialize access");
    fault_set(&fault, "http", NULL, "no code");
    assert_string_equal(fault.code, "");
}

static void
foreign_line_breaks_become_spaces_and_the_last_one_goes(void **state)
{
    struct fault fault;

    (void)state;
    fault_set(&fault, "pg", "08006", "connection refused\n\tIs the server running?\n");
    assert_string_equal(fault.text, "connection refused  Is the server running?");
}

static void
text_that_does_not_fit_is_cut(void **state)
{
    struct fault fault;
    char filler[1001];

    (void)state;
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    fault_set(&fault, "pg", filler, "%s", filler);
    assert_int_equal(strlen(fault.code), sizeof fault.code - 1);
    assert_int_equal(strlen(fault.text), sizeof fault.text - 1);
    fault_wrap(&fault, "%s", filler);
    assert_int_equal(strlen(fault.text), sizeof fault.text - 1);
}

static void
wrapping_puts_the_context_in_front(void **state)
{
    struct fault fault;

    (void)state;
    fault_set(&fault, "redis", "ECONNRESET", "the server hung up");
    fault_wrap(&fault, "taking tokens of %d numbers", 3);
    assert_string_equal(fault.text, "taking tokens of 3 numbers: the server hung up");
    assert_string_equal(fault.code, "ECONNRESET");
}

static void
a_fault_may_be_told_again_from_its_own_text(void **state)
{
    struct fault fault;

    (void)state;
    fault_set(&fault, "http", "7", "refused");
    fault_set(&fault, "whatsapp", fault.code, "call failed: %s", fault.text);
    assert_string_equal(fault.text, "call failed: refused");
    assert_string_equal(fault.code, "7");
}

static void
nobody_has_to_listen(void **state)
{
    (void)state;
    fault_set(NULL, "pg", "0", "unheard");
    fault_wrap(NULL, "unheard");
}

static void
every_result_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = RC_OK; a <= RC_OOM; a++) {
        assert_string_not_equal(rc_name((enum rc)a), "?");
        for (int b = RC_OK; b < a; b++)
            assert_string_not_equal(rc_name((enum rc)a), rc_name((enum rc)b));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_says_source_code_and_text),
        cmocka_unit_test(foreign_line_breaks_become_spaces_and_the_last_one_goes),
        cmocka_unit_test(text_that_does_not_fit_is_cut),
        cmocka_unit_test(wrapping_puts_the_context_in_front),
        cmocka_unit_test(a_fault_may_be_told_again_from_its_own_text),
        cmocka_unit_test(nobody_has_to_listen),
        cmocka_unit_test(every_result_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
