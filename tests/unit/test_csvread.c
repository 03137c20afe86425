/*
 * csvread.h: rows and their lines, and that one damaged row costs nobody else's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "csvread.h"
#include "mem.h"

static const char *
a_file(const char *bytes, size_t n)
{
    static char path[] = "/tmp/test_csvread_XXXXXX";
    int fd;

    snprintf(path, sizeof(path), "/tmp/test_csvread_XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), (ssize_t)n);
    close(fd);
    return path;
}

/* The file as "1[a|b] 2! 3[c|d]": line and fields of each row, ! for a damaged one, ~ for
 * cut fields. */
static void
describe(const char *bytes, size_t n, struct buf *out)
{
    const char *path = a_file(bytes, n);
    struct fault fault = {0};
    struct text_file *file = text_open(path, &fault);
    struct csvread *reader = csvread_new(file);
    enum csvread_result result = CSVREAD_ROW;

    assert_non_null(reader);
    while (result == CSVREAD_ROW || result == CSVREAD_DAMAGED) {
        struct csvread_row row;

        result = csvread_next(reader, &row, &fault);
        if (result == CSVREAD_DAMAGED)
            buf_addf(out, "%ld! ", (long)row.line);
        if (result != CSVREAD_ROW)
            continue;
        buf_addf(out, "%ld[", (long)row.line);
        for (int i = 0; i < row.n; i++)
            buf_addf(out, "%s%.100s", i ? "|" : "", row.fields[i]);
        buf_addf(out, "]%s ", row.cut ? "~" : "");
    }
    assert_int_equal(result, CSVREAD_END);
    csvread_free(reader);
    text_close(file);
    unlink(path);
}

static void
rows_keep_their_lines(void **state)
{
    static const struct {
        const char *why;
        const char *file;
        const char *rows;
    } rows[] = {
        {"semicolons",            "a;b\n1;2\n",                       "1[a|b] 2[1|2] "           },
        {"commas",                "a,b\n1,2\n",                       "1[a|b] 2[1|2] "           },
        {"tabs",                  "a\tb\n1\t2\n",                     "1[a|b] 2[1|2] "           },
        {"the most frequent",     "a,b;c,d\n1,2;3,4\n",               "1[a|b;c|d] 2[1|2;3|4] "   },
        {"not those in quotes",   "\"a,b,c\";d\n1;2\n",               "1[a,b,c|d] 2[1|2] "       },
        {"Excel says which",      "sep=|\na|b;c\n1|2\n",              "2[a|b;c] 3[1|2] "         },
        {"CRLF",                  "a;b\r\n1;2\r\n",                   "1[a|b] 2[1|2] "           },
        {"CR only",               "a;b\r1;2\r3;4",                    "1[a|b] 2[1|2] 3[3|4] "    },
        {"mixed",                 "a;b\r1;2\n\n3;4\r\n",              "1[a|b] 2[1|2] 4[3|4] "    },
        {"no end of line",        "a;b\n1;2",                         "1[a|b] 2[1|2] "           },
        {"blank lines",           "\n  \na;b\n\n\n1;2\n",             "3[a|b] 6[1|2] "           },
        {"blanks around",         " a ; b\n 1 ;\" 2 \"\n",            "1[a|b] 2[1|2] "           },
        {"empty fields",          "a;b;c\n;;\n1;;\n",                 "1[a|b|c] 2[||] 3[1||] "   },
        {"short and long rows",   "a;b\n1\n1;2;3\n",                  "1[a|b] 2[1] 3[1|2|3] "    },
        {"one column",            "a\n1\n2\n",                        "1[a] 2[1] 3[2] "          },
        {"header only",           "a;b\n",                            "1[a|b] "                  },
        {"nothing",               "",                                 ""                         },
        {"only line ends",        "\r\n\r\n",                         ""                         },
        {"quotes",                "a;b\n\"1;x\";\"say \"\"y\"\"\"\n", "1[a|b] 2[1;x|say \"y\"] " },
        {"line breaks in quotes", "a;b\n\"1\r\n2\";3\n4;5\n",         "1[a|b] 2[1\n2|3] 4[4|5] " },
        {"CR in quotes",          "a;b\r\"1\r2\";3\r4;5\r",           "1[a|b] 2[1\n2|3] 4[4|5] " },
        {"text like a row",       "a;b;c\n\"x;y;z\nw\";2;3\n",        "1[a|b|c] 2[x;y;z\nw|2|3] "},
        {"quotes inside",         "a;b\nJo \"Z\" Sá;2\n",            "1[a|b] 2[Jo \"Z\" Sá|2] "},
        {"sloppy quotes",         "a;b\n\"Jo \"Z\" Sá\";2\n",        "1[a|b] 2[Jo \"Z\" Sá|2] "},
        {"a tail of separators",  "a;b;c\n\"x\ny\";2;3\n",            "1[a|b|c] 2[x\ny|2|3] "    },
    };
    struct buf out;

    (void)state;
    buf_init(&out, 10000);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        buf_clear(&out);
        describe(rows[i].file, strlen(rows[i].file), &out);
        if (strcmp(buf_text(&out), rows[i].rows) != 0)
            fail_msg("%s: %s", rows[i].why, buf_text(&out));
    }
    buf_done(&out);
    assert_int_equal(mem_live(), 0);
}

static void
an_open_quote_costs_its_own_line(void **state)
{
    static const struct {
        const char *why;
        const char *file;
        const char *rows;
    } rows[] = {
        {"in the last row",        "a;b\n1;2\n\"3;4\n",                  "1[a|b] 2[1|2] 3! "       },
        {"without end of line",    "a;b\n1;2\n\"3;4",                    "1[a|b] 2[1|2] 3! "       },
        {"to the end of the file", "a;b\n\"1;2\n3;4\n5;6\n",             "1[a|b] 2! 3[3|4] 4[5|6] "},
        {"closed by the next row", "a;b\n\"1;2\n\"3\";4\n5;6\n",
         "1[a|b] 2! 3[3|4] 4[5|6] "                                                                },
        {"closed two rows later",  "a;b\n\"1;2\n3;4\n\"5\";6\n",
         "1[a|b] 2! 3[3|4] 4[5|6] "                                                                },
        {"in the last column",     "a;b\n1;\"2\n3;\"4\"\n5;6\n",         "1[a|b] 2! 3[3|4] 4[5|6] "},
        {"twice",                  "a;b\n\"1;2\n\"3;4\n5;6\n",           "1[a|b] 2! 3! 4[5|6] "    },
        {"after a good long row",  "a;b\n\"1\nx\";2\n\"3;4\n5;6\n",
         "1[a|b] 2[1\nx|2] 4! 5[5|6] "                                                             },
        {"lines counted on",       "a;b\n\"1;2\n3;4\n\"5\n6\";7\n8;9\n",
         "1[a|b] 2! 3[3|4] 4[5\n6|7] 6[8|9] "                                                      },
    };
    struct buf out;

    (void)state;
    buf_init(&out, 10000);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        buf_clear(&out);
        describe(rows[i].file, strlen(rows[i].file), &out);
        if (strcmp(buf_text(&out), rows[i].rows) != 0)
            fail_msg("%s: %s", rows[i].why, buf_text(&out));
    }
    buf_done(&out);
    assert_int_equal(mem_live(), 0);
}

static void
many_open_quotes_are_found_in_bounded_time(void **state)
{
    struct buf file;
    struct buf out;
    int damaged = 0;

    (void)state;
    buf_init(&file, SIZE_MAX);
    buf_init(&out, SIZE_MAX);
    buf_adds(&file, "nome;telefone;tag\n");
    for (int i = 0; i < 50000; i++)
        buf_addf(&file, "%sx%d;11987654321;y\n", i % 100 == 0 ? "\"" : "", i);
    describe(buf_text(&file), file.bytes, &out);
    for (const char *at = buf_text(&out); (at = strchr(at, '!')); at++)
        damaged++;
    assert_int_equal(damaged, 500);
    assert_non_null(strstr(buf_text(&out), "50001[x49999|11987654321|y]"));
    buf_done(&file);
    buf_done(&out);
}

/* `head`, then `n` times `c`, then `tail`. */
static void
fill_file(struct buf *file, const char *head, char c, int n)
{
    buf_clear(file);
    buf_adds(file, head);
    for (int i = 0; i < n; i++)
        buf_addc(file, c);
}

static void
huge_fields_and_lines_do_not_stop_it(void **state)
{
    struct buf file;
    struct buf out;

    (void)state;
    buf_init(&file, SIZE_MAX);
    buf_init(&out, SIZE_MAX);

    fill_file(&file, "a;b\n1;", 'x', 2 << 20);
    buf_adds(&file, "\n3;4\n");
    describe(buf_text(&file), file.bytes, &out);
    assert_non_null(strstr(buf_text(&out), "1[a|b] 2[1|xxx"));
    assert_non_null(strstr(buf_text(&out), "xxx]~ 3[3|4] "));

    buf_clear(&out);
    fill_file(&file, "a;b\n1;\"", '\n', 1000);
    buf_adds(&file, "x\"\n3;4\n");
    describe(buf_text(&file), file.bytes, &out);
    assert_string_equal(buf_text(&out), "1[a|b] 2[1|x] 1003[3|4] ");

    buf_clear(&out);
    fill_file(&file, "a;b\r\n1;", 'x', 20 << 20);
    buf_adds(&file, "\r\n3;4\r\n");
    describe(buf_text(&file), file.bytes, &out);
    assert_string_equal(buf_text(&out), "1[a|b] 2! 3[3|4] ");

    buf_clear(&out);
    fill_file(&file, "a;b\n1;", ';', 5000);
    buf_adds(&file, "\n3;4\n");
    describe(buf_text(&file), file.bytes, &out);
    assert_string_equal(buf_text(&out), "1[a|b] 2! 3[3|4] ");
    buf_done(&file);
    buf_done(&out);
    assert_int_equal(mem_live(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_keep_their_lines),
        cmocka_unit_test(an_open_quote_costs_its_own_line),
        cmocka_unit_test(many_open_quotes_are_found_in_bounded_time),
        cmocka_unit_test(huge_fields_and_lines_do_not_stop_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
