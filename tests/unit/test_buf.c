/*
 * buf.h: growing, the limit, JSON text, and what happens when memory runs out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "mem.h"

static void
an_untouched_buf_is_an_empty_text_without_memory(void **state)
{
    struct buf zeroed = {0};
    struct buf buf;

    (void)state;
    buf_init(&buf, 10);
    assert_string_equal(buf_text(&buf), "");
    assert_string_equal(buf_text(&zeroed), "");
    buf_shift(&buf, 0);
    buf_clear(&buf);
    assert_int_equal(mem_live(), 0);
    buf_done(&buf);
    buf_done(&zeroed);
}

static void
what_is_added_stands_in_order_and_terminated(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 1000);
    buf_adds(&buf, "one");
    buf_addc(&buf, ' ');
    buf_add(&buf, "two!", 3);
    buf_addf(&buf, " %d %s", 3, "four");
    assert_string_equal(buf_text(&buf), "one two 3 four");
    assert_int_equal(buf.bytes, strlen("one two 3 four"));
    assert_false(buf.is_bad);
    buf_done(&buf);
    assert_int_equal(mem_live(), 0);
}

static void
it_grows_past_every_first_guess(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, SIZE_MAX);
    for (int i = 0; i < 10000; i++)
        buf_addf(&buf, "%05d,", i);
    assert_int_equal(buf.bytes, 60000);
    assert_memory_equal(buf.data + 6 * 1234, "01234,", 6);
    buf_done(&buf);
}

static void
the_last_byte_fits_and_the_next_one_makes_it_bad(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 4);
    buf_adds(&buf, "abcd");
    assert_false(buf.is_bad);
    buf_addc(&buf, 'e');
    assert_true(buf.is_bad);
    assert_string_equal(buf_text(&buf), "abcd");
    buf_adds(&buf, "");
    assert_true(buf.is_bad);
    buf_clear(&buf);
    assert_false(buf.is_bad);
    buf_addf(&buf, "%s", "wxyz");
    assert_string_equal(buf_text(&buf), "wxyz");
    buf_done(&buf);
}

static void
a_bad_buf_ignores_what_follows_and_gives_nothing(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 100);
    mem_fail_at(0);
    buf_adds(&buf, "lost");
    assert_true(buf.is_bad);
    buf_adds(&buf, "ignored");
    assert_string_equal(buf_text(&buf), "");
    assert_null(buf_take(&buf));
    assert_int_equal(mem_live(), 0);
}

static void
what_was_there_survives_a_failed_growth(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 10000);
    buf_adds(&buf, "kept");
    mem_fail_at(0);
    for (int i = 0; i < 1000; i++)
        buf_adds(&buf, "more");
    assert_true(buf.is_bad);
    assert_memory_equal(buf.data, "keptmore", 8);
    buf_done(&buf);
    assert_int_equal(mem_live(), 0);
}

static void
shifting_drops_the_front_only(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 100);
    buf_adds(&buf, "headtail");
    buf_shift(&buf, 4);
    assert_string_equal(buf_text(&buf), "tail");
    buf_shift(&buf, 4);
    assert_string_equal(buf_text(&buf), "");
    buf_adds(&buf, "again");
    assert_string_equal(buf_text(&buf), "again");
    buf_done(&buf);
}

static void
taking_hands_over_the_memory_even_of_an_empty_text(void **state)
{
    struct buf buf;
    char *text;

    (void)state;
    buf_init(&buf, 100);
    text = buf_take(&buf);
    assert_string_equal(text, "");
    mem_free(text);
    buf_adds(&buf, "mine");
    text = buf_take(&buf);
    assert_string_equal(text, "mine");
    assert_string_equal(buf_text(&buf), "");
    buf_done(&buf);
    mem_free(text);
    assert_int_equal(mem_live(), 0);
}

static void
a_buf_over_borrowed_memory_never_allocates(void **state)
{
    char memory[8];
    struct buf buf;

    (void)state;
    buf_over(&buf, memory, sizeof memory);
    mem_fail_at(0);
    buf_adds(&buf, "1234567");
    assert_false(buf.is_bad);
    assert_string_equal(memory, "1234567");
    buf_addc(&buf, '8');
    assert_true(buf.is_bad);
    mem_fail_at(-1);
}

static void
json_text_is_escaped_and_always_utf8(void **state)
{
    static const struct {
        const char *why;
        const char *text;
        const char *json;
    } rows[] = {
        {"empty",                      "",                 "\"\""                                    },
        {"plain",                      "abc",              "\"abc\""                                 },
        {"quotes and backslash",       "a\"b\\c",          "\"a\\\"b\\\\c\""                         },
        {"short escapes",              "\b\t\n\f\r",       "\"\\b\\t\\n\\f\\r\""                     },
        {"other control characters",   "\x01\x1f\x7f",     "\"\\u0001\\u001f\\u007f\""               },
        {"two, three and four bytes",  "é€😀",        "\"é€😀\""                           },
        {"Latin-1 by mistake",         "S\xe3o",           "\"S\xef\xbf\xbdo\""                      },
        {"cut in the middle",          "a\xe2\x82",        "\"a\xef\xbf\xbd\xef\xbf\xbd\""           },
        {"continuation without start", "\x80z",            "\"\xef\xbf\xbdz\""                       },
        {"overlong slash",             "\xc0\xaf",         "\"\xef\xbf\xbd\xef\xbf\xbd\""            },
        {"a surrogate",                "\xed\xa0\x80",     "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"past the last code point",   "\xf4\x90\x80\x80",
         "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""                                      },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf buf;

        buf_init(&buf, 200);
        buf_add_json(&buf, rows[i].text);
        if (strcmp(buf_text(&buf), rows[i].json) != 0)
            print_error("row: %s\n", rows[i].why);
        assert_string_equal(buf_text(&buf), rows[i].json);
        buf_done(&buf);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_untouched_buf_is_an_empty_text_without_memory),
        cmocka_unit_test(what_is_added_stands_in_order_and_terminated),
        cmocka_unit_test(it_grows_past_every_first_guess),
        cmocka_unit_test(the_last_byte_fits_and_the_next_one_makes_it_bad),
        cmocka_unit_test(a_bad_buf_ignores_what_follows_and_gives_nothing),
        cmocka_unit_test(what_was_there_survives_a_failed_growth),
        cmocka_unit_test(shifting_drops_the_front_only),
        cmocka_unit_test(taking_hands_over_the_memory_even_of_an_empty_text),
        cmocka_unit_test(a_buf_over_borrowed_memory_never_allocates),
        cmocka_unit_test(json_text_is_escaped_and_always_utf8),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
