/*
 * Array literals as PostgreSQL reads them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these before it */
#include <cmocka.h>
#include <limits.h>

#include "mem.h"
#include "pgarray.h"

static void
writes_what_postgresql_reads(void **state)
{
    static const struct {
        const char *why;
        const char *text;
        const char *literal;
    } rows[] = {
        {"plain",                     "abc",         "{\"abc\"}"        },
        {"empty is not nothing",      "",            "{\"\"}"           },
        {"the word NULL is a text",   "NULL",        "{\"NULL\"}"       },
        {"no text is NULL",           NULL,          "{NULL}"           },
        {"a quote is escaped",        "a\"b",        "{\"a\\\"b\"}"     },
        {"a quote first",             "\"b",         "{\"\\\"b\"}"      },
        {"a backslash is escaped",    "a\\b",        "{\"a\\\\b\"}"     },
        {"only backslashes",          "\\\\",        "{\"\\\\\\\\\"}"   },
        {"braces, commas and blanks", "{a, b}",      "{\"{a, b}\"}"     },
        {"line breaks stay",          "a\nb",        "{\"a\nb\"}"       },
        {"UTF-8 stays",               "ação 😊", "{\"ação 😊\"}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct pg_array array;

        pg_array_init(&array, 1000);
        pg_array_add(&array, rows[i].text);
        assert_string_equal(pg_array_text(&array), rows[i].literal);
        pg_array_done(&array);
    }
    assert_int_equal(mem_live(), 0);
}

static void
an_empty_array_is_braces(void **state)
{
    struct pg_array array;

    (void)state;
    pg_array_init(&array, 10);
    assert_string_equal(pg_array_text(&array), "{}");
    pg_array_done(&array);
}

static void
grows_after_it_was_read_and_empties(void **state)
{
    struct pg_array array;

    (void)state;
    pg_array_init(&array, 1000);
    pg_array_add_int(&array, INT64_MIN);
    pg_array_add_int(&array, 0);
    assert_string_equal(pg_array_text(&array), "{-9223372036854775808,0}");
    assert_string_equal(pg_array_text(&array), "{-9223372036854775808,0}");
    pg_array_add(&array, "x");
    assert_string_equal(pg_array_text(&array), "{-9223372036854775808,0,\"x\"}");
    assert_int_equal(array.n, 3);
    pg_array_clear(&array);
    assert_string_equal(pg_array_text(&array), "{}");
    pg_array_done(&array);
    assert_int_equal(mem_live(), 0);
}

static void
says_when_it_grew_too_long_or_memory_ran_out(void **state)
{
    struct pg_array array;

    (void)state;
    pg_array_init(&array, 16);
    pg_array_add(&array, "1234567890123");
    assert_null(pg_array_text(&array)); /* the closing brace would be the 17th */
    pg_array_clear(&array);
    pg_array_add(&array, "123");
    assert_string_equal(pg_array_text(&array), "{\"123\"}");
    pg_array_done(&array);

    pg_array_init(&array, 1000);
    mem_fail_at(0);
    pg_array_add_int(&array, 1);
    mem_fail_at(-1);
    assert_null(pg_array_text(&array));
    pg_array_done(&array);
    assert_int_equal(mem_live(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_postgresql_reads),
        cmocka_unit_test(an_empty_array_is_braces),
        cmocka_unit_test(grows_after_it_was_read_and_empties),
        cmocka_unit_test(says_when_it_grew_too_long_or_memory_ran_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
