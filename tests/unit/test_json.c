/*
 * json: what is refused before json-c sees it, what readers say of what they get, and
 * that a document which lacks a member is never written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <sys/resource.h>

#include "json.h"
#include "mem.h"

static struct json *
parse(const char *text)
{
    struct fault fault = {0};
    struct json *json = json_parse(text, strlen(text), NULL, &fault);

    if (!json)
        fail_msg("%s: %s", text, fault.text);
    return json;
}

static void
what_is_not_json_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *why, *text, *code;
    } rows[] = {
        {"nothing at all",           "",                     "syntax"  },
        {"only space",               "  \n",                 "syntax"  },
        {"NaN is not JSON",          "{\"a\":NaN}",          "syntax"  },
        {"nor is infinity",          "[-Infinity]",          "syntax"  },
        {"a word in capitals",       "TRUE",                 "syntax"  },
        {"half a word",              "[tru]",                "syntax"  },
        {"single quotes",            "{'a':1}",              "syntax"  },
        {"a comment",                "/* x */ {}",           "syntax"  },
        {"a comma too many",         "[1,]",                 "syntax"  },
        {"a comma too many, object", "{\"a\":1,}",           "syntax"  },
        {"no comma",                 "[1 2]",                "syntax"  },
        {"no colon",                 "{\"a\" 1}",            "syntax"  },
        {"a key without quotes",     "{a:1}",                "syntax"  },
        {"never closed",             "{\"a\":[1",            "syntax"  },
        {"closed by the other",      "[1}",                  "syntax"  },
        {"a second value",           "{} {}",                "trailing"},
        {"bytes after the value",    "{}x",                  "trailing"},
        {"a leading zero",           "[01]",                 "syntax"  },
        {"a bare minus",             "[-]",                  "syntax"  },
        {"a plus",                   "[+1]",                 "syntax"  },
        {"no digit after the point", "[1.]",                 "syntax"  },
        {"no digit in the exponent", "[1e+]",                "syntax"  },
        {"infinite as a double",     "[1e308]",              "number"  },
        {"a string without end",     "\"abc",                "syntax"  },
        {"a raw line break",         "\"a\nb\"",             "syntax"  },
        {"an unknown escape",        "\"\\x41\"",            "syntax"  },
        {"a short \\u",              "\"\\u12\"",            "syntax"  },
        {"a NUL would cut the key",  "{\"a\\u0000b\":1}",    "syntax"  },
        {"bytes that never occur",   "\"\xff\xfe\"",         "utf8"    },
        {"an overlong slash",        "\"\xc0\xaf\"",         "utf8"    },
        {"an overlong in three",     "\"\xe0\x80\xaf\"",     "utf8"    },
        {"half a surrogate pair",    "\"\xed\xa0\x80\"",     "utf8"    },
        {"past U+10FFFF",            "\"\xf4\x90\x80\x80\"", "utf8"    },
        {"a character cut short",    "\"\xe2\x82\"",         "utf8"    },
        {"a byte order mark",        "\xef\xbb\xbf{}",       "syntax"  },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault = {0};
        struct json *json = json_parse(rows[i].text, strlen(rows[i].text), NULL, &fault);

        if (json || strcmp(fault.code, rows[i].code) != 0)
            fail_msg("%s: %s, code %s (%s)", rows[i].why, json ? "taken" : "refused",
                fault.code, fault.text);
        assert_string_equal(fault.source, "json");
        assert_non_null(strstr(fault.text, "byte "));
    }
}

static void
a_nul_byte_inside_the_text_is_refused(void **state)
{
    struct fault fault = {0};

    (void)state;
    assert_null(json_parse("{}\0{}", 5, NULL, &fault));
    assert_null(json_parse("\"a\0b\"", 5, NULL, &fault));
}

static void
a_fault_never_quotes_the_text(void **state)
{
    struct fault fault = {0};
    const char *text = "{\"telefone\":5511987654321";

    (void)state;
    assert_null(json_parse(text, strlen(text), NULL, &fault));
    assert_null(strstr(fault.text, "5511987654321"));
}

static void
all_of_json_is_read(void **state)
{
    static const char *const texts[] = {"0", "-0.5e-3", "\"\"", "true", "null", " [ ] ",
        "{\"a\":{\"b\":[1,\"\\u00e9\\ud83d\\ude0a\\/\\n\",null,false]}}", "9e307",
        "\"\\ud800\"", "123456789012345678901234567890"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_free(parse(texts[i]));
}

static void
limits_hold_at_their_edge(void **state)
{
    struct json_limits limits = {.depth_max = 3, .tokens_max = 6};
    struct fault fault = {0};
    struct json *json;

    (void)state;
    json = json_parse("[[[]]]", 6, &limits, &fault);
    assert_non_null(json);
    json_free(json);
    assert_null(json_parse("[[[[", 4, &limits, &fault));
    assert_string_equal(fault.code, "depth");
    json = json_parse("[1,1,1,1,1]", 11, &limits, &fault);
    assert_non_null(json);
    json_free(json);
    assert_null(json_parse("[1,1,1,1,1,1]", 13, &limits, &fault));
    assert_string_equal(fault.code, "tokens");
}

static void
the_deepest_allowed_nesting_reaches_json_c(void **state)
{
    struct json_limits limits = {.depth_max = 1000};
    struct fault fault = {0};
    char text[514];
    struct json *json;

    (void)state;
    memset(text, '[', 257);
    memset(text + 257, ']', 257);
    json = json_parse(text + 1, 512, &limits, &fault);
    assert_non_null(json);
    json_free(json);
    assert_null(json_parse(text, 514, &limits, &fault));
    assert_string_equal(fault.code, "depth");
}

/* json-c alone takes 708 MiB for this body. */
static void
a_bomb_costs_no_memory(void **state)
{
    static char bomb[3 << 20];
    struct rusage before, after;
    struct fault fault = {0};

    (void)state;
    bomb[0] = '[';
    for (size_t i = 1; i + 2 < sizeof bomb; i += 3) {
        bomb[i] = '{';
        bomb[i + 1] = '}';
        bomb[i + 2] = ',';
    }
    getrusage(RUSAGE_SELF, &before);
    assert_null(json_parse(bomb, sizeof bomb, NULL, &fault));
    assert_string_equal(fault.code, "tokens");
    getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_maxrss - before.ru_maxrss < 4096);
}

static void
readers_say_absent_for_another_kind(void **state)
{
    struct json *json = parse("{\"s\":\"x\",\"n\":7,\"d\":\"42\",\"z\":null,\"b\":true,"
                              "\"nul\":\"a\\u0000b\",\"a\":[1,null]}");

    (void)state;
    assert_string_equal(json_string_of(json, "s"), "x");
    assert_null(json_string_of(json, "n"));
    assert_null(json_string_of(json, "nul"));
    assert_null(json_string_of(NULL, "s"));
    assert_null(json_get(json, "none"));
    assert_null(json_get(json_get(json, "a"), "s"));
    assert_int_equal(json_int(json_get(json, "d"), -1), 42);
    assert_int_equal(json_int(json_get(json, "s"), -1), -1);
    assert_int_equal(json_int(NULL, -1), -1);
    assert_true(json_bool(json_get(json, "b"), false));
    assert_true(json_bool(json_get(json, "n"), true));
    assert_int_equal(json_length(json_get(json, "a")), 2);
    assert_int_equal(json_length(json), 0);
    assert_null(json_at(json_get(json, "a"), 2));
    assert_null(json_at(json_get(json, "a"), -1));
    assert_true(json_is_number(json_get(json, "n")));
    json_free(json);
}

static void
a_null_differs_from_nothing(void **state)
{
    struct json *json = parse("{\"z\":null,\"a\":[null]}"), *null = parse("null");

    (void)state;
    assert_true(json_is_null(json_get(json, "z")));
    assert_false(json_is_null(json_get(json, "y")));
    assert_true(json_is_null(json_at(json_get(json, "a"), 0)));
    assert_true(json_is_null(null));
    assert_null(json_string(null));
    assert_false(json_is_object(null));
    assert_int_equal(json_int(null, 5), 5);
    json_free(null);
    json_free(json);
}

static void
numbers_are_read_whole_or_not_at_all(void **state)
{
    static const struct {
        const char *why, *text;
        int64_t number;
    } rows[] = {
        {"plain",                  "12",                       12       },
        {"negative",               "-12",                      -12      },
        {"largest",                "9223372036854775807",      INT64_MAX},
        {"one too many",           "9223372036854775808",      -7       },
        {"far too many",           "99999999999999999999",     -7       },
        {"whole, written as real", "3.0",                      3        },
        {"a fraction",             "3.5",                      -7       },
        {"too large a real",       "1e300",                    -7       },
        {"digits",                 "\"0042\"",                 42       },
        {"smallest, as digits",    "\"-9223372036854775808\"", INT64_MIN},
        {"too many digits",        "\"9223372036854775808\"",  -7       },
        {"digits and more",        "\"42x\"",                  -7       },
        {"a lone minus",           "\"-\"",                    -7       },
        {"an empty string",        "\"\"",                     -7       },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json *json = parse(rows[i].text);

        if (json_int(json, -7) != rows[i].number)
            fail_msg("%s: %lld", rows[i].why, (long long)json_int(json, -7));
        json_free(json);
    }
}

static void
expect_text(const struct json *json, const char *text)
{
    struct buf out;

    buf_init(&out, 4096);
    json_write(json, &out);
    assert_false(out.is_bad);
    assert_string_equal(buf_text(&out), text);
    buf_done(&out);
}

static void
what_was_built_is_written_compactly(void **state)
{
    struct json *json = json_new_object(), *list = json_new_array();

    (void)state;
    json_set_string(json, "nome", "Ana \"é\" /\n");
    json_set_int(json, "n", INT64_MIN);
    json_set(json, "nada", json_new_string(NULL));
    json_set(json, "vazio", json_new_object());
    json_add(list, json_new_bool(true));
    json_add(list, json_new_real(0.5));
    json_add(list, json_new_real(1.0 / 0.0));
    json_add(list, json_new_array());
    json_set(json, "lista", list);
    expect_text(json, "{\"nome\":\"Ana \\\"é\\\" /\\n\",\"n\":-9223372036854775808,"
                      "\"nada\":null,\"vazio\":{},\"lista\":[true,0.5,null,[]]}");
    json_free(json);
}

static void
what_was_read_is_written_again(void **state)
{
    struct json *json = parse("{ \"a\" : [ 0.1, 1E2, -3, null ], \"b\" : \"\\u00e9\" }");
    struct json *copy = json_copy(json);

    (void)state;
    json_free(json);
    expect_text(copy, "{\"a\":[0.1,1E2,-3,null],\"b\":\"é\"}");
    json_free(copy);
}

static void
a_nul_in_a_string_never_reaches_jsonb(void **state)
{
    struct json *json = parse("[\"\\u0000a\\u0000\\u0000b\\u0000\"]");

    (void)state;
    expect_text(json, "[\"\xef\xbf\xbd"
                      "a\xef\xbf\xbd\xef\xbf\xbd"
                      "b\xef\xbf\xbd\"]");
    json_free(json);
}

static void
bytes_that_are_no_text_are_repaired(void **state)
{
    struct json *json = json_new_string("a\xff"
                                        "é\xe2\x82");

    (void)state;
    assert_string_equal(json_string(json), "a\xef\xbf\xbd"
                                           "é\xef\xbf\xbd\xef\xbf\xbd");
    json_free(json);
}

static void
a_document_that_lacks_a_member_is_not_written(void **state)
{
    struct json *json = json_new_object(), *inner = json_new_object();
    struct buf out;

    (void)state;
    buf_init(&out, 4096);
    json_set(inner, "lost", NULL);
    json_set(json, "inner", inner);
    json_write(json, &out);
    assert_true(out.is_bad);
    buf_clear(&out);
    json_write(NULL, &out);
    assert_true(out.is_bad);
    buf_done(&out);
    assert_null(json_copy(json));
    json_free(json);
}

static void
members_come_in_order(void **state)
{
    struct json *json = parse("{\"b\":1,\"a\":2,\"c\":null}");
    const char *key;
    const struct json *value;
    char keys[8] = "";
    int n = 0;

    (void)state;
    for (int i = 0; json_member(json, i, &key, &value); i++)
        keys[n++] = key[0];
    assert_string_equal(keys, "bac");
    assert_true(json_is_null(value));
    assert_false(json_member(json, 3, &key, &value));
    assert_false(json_member(NULL, 0, &key, &value));
    json_free(json);
}

static void
a_string_that_needs_memory_and_gets_none_is_lost_openly(void **state)
{
    struct json *json = json_new_object();
    struct buf out;

    (void)state;
    mem_fail_at(0);
    json_set_string(json, "a", "\xff"); /* the repair allocates */
    mem_fail_at(-1);
    buf_init(&out, 4096);
    json_write(json, &out);
    assert_true(out.is_bad);
    buf_done(&out);
    json_free(json);
    assert_int_equal(mem_live(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_json_is_refused_with_its_place),
        cmocka_unit_test(a_nul_byte_inside_the_text_is_refused),
        cmocka_unit_test(a_fault_never_quotes_the_text),
        cmocka_unit_test(all_of_json_is_read),
        cmocka_unit_test(limits_hold_at_their_edge),
        cmocka_unit_test(the_deepest_allowed_nesting_reaches_json_c),
        cmocka_unit_test(a_bomb_costs_no_memory),
        cmocka_unit_test(readers_say_absent_for_another_kind),
        cmocka_unit_test(a_null_differs_from_nothing),
        cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
        cmocka_unit_test(what_was_built_is_written_compactly),
        cmocka_unit_test(what_was_read_is_written_again),
        cmocka_unit_test(a_nul_in_a_string_never_reaches_jsonb),
        cmocka_unit_test(bytes_that_are_no_text_are_repaired),
        cmocka_unit_test(a_document_that_lacks_a_member_is_not_written),
        cmocka_unit_test(members_come_in_order),
        cmocka_unit_test(a_string_that_needs_memory_and_gets_none_is_lost_openly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
