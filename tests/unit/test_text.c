/*
 * text.h: which encoding a file is taken for, and that whatever comes out is UTF-8.
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

#include "mem.h"
#include "text.h"

/* A file with these bytes; its path is good until the next call. */
static const char *
a_file(const void *bytes, size_t n)
{
    static char path[] = "/tmp/test_text_XXXXXX";
    int fd;

    snprintf(path, sizeof(path), "/tmp/test_text_XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), (ssize_t)n);
    close(fd);
    return path;
}

/* All of the file as text; the caller's. */
static char *
read_all(const char *path, enum text_encoding *ret_encoding)
{
    struct fault fault = {0};
    struct buf out;
    struct text_file *file = text_open(path, &fault);
    enum rc rc = RC_OK;

    assert_non_null(file);
    buf_init(&out, SIZE_MAX);
    while (rc == RC_OK)
        rc = text_read(file, &out, &fault);
    assert_int_equal(rc, RC_REJECTED);
    assert_string_equal(fault.text, "");
    assert_int_equal(text_bytes_read(file), text_bytes(file));
    *ret_encoding = text_encoding(file);
    text_close(file);
    unlink(path);
    buf_adds(&out, "");
    return buf_take(&out);
}

static void
the_bytes_of_a_file_decide_its_encoding(void **state)
{
    static const struct {
        const char *why;
        const char *bytes;
        size_t n;
        enum text_encoding encoding;
        const char *text;
    } rows[] = {
        {"ASCII is UTF-8",               "a;b\n",                    4, TEXT_UTF8,         "a;b\n"                  },
        {"UTF-8",                        "S\xC3\xA3o",               4, TEXT_UTF8,         "S\xC3\xA3o"             },
        {"its BOM is no text",           "\xEF\xBB\xBFS\xC3\xA3o",   7, TEXT_UTF8,         "S\xC3\xA3o"             },
        {"BOM and nothing",              "\xEF\xBB\xBF",             3, TEXT_UTF8,         ""                       },
        {"empty",                        "",                         0, TEXT_UTF8,         ""                       },
        {"Windows-1252",                 "S\xE3o \x80",              5, TEXT_WINDOWS_1252, "S\xC3\xA3o \xE2\x82\xAC"},
        {"a hole of Windows-1252",       "\xE3\x81\xE3",             3, TEXT_WINDOWS_1252,
         "\xC3\xA3\xEF\xBF\xBD\xC3\xA3"                                                                             },
        {"one stray byte in much UTF-8", "\xC3\xA3\xC3\xA3 S\xE3o",  8, TEXT_UTF8,
         "\xC3\xA3\xC3\xA3 S\xC3\xA3o"                                                                              },
        {"BOM decides over stray bytes", "\xEF\xBB\xBF\xE3o",        5, TEXT_UTF8,         "\xC3\xA3o"              },
        {"forged slash",                 "\xC0\xAF",                 2, TEXT_WINDOWS_1252, "\xC3\x80\xC2\xAF"       },
        {"half a surrogate",             "\xEF\xBB\xBF\xED\xA0\x80", 6, TEXT_UTF8,
         "\xC3\xAD\xC2\xA0\xE2\x82\xAC"                                                                             },
        {"cut at the end",
         "\xEF\xBB\xBF"
            "a\xE2\x82",                                             6, TEXT_UTF8,         "a\xEF\xBF\xBD"          },
        {"UTF-16, little",
         "\xFF\xFE"
            "a\0\xE3\0",                                             6, TEXT_UTF16LE,      "a\xC3\xA3"              },
        {"UTF-16, big",                  "\xFE\xFF\0a\0\xE3",        6, TEXT_UTF16BE,      "a\xC3\xA3"              },
        {"UTF-16, cut",
         "\xFF\xFE"
            "a\0\xE3",                                               5, TEXT_UTF16LE,      "a\xEF\xBF\xBD"          },
        {"NULs are left out",            "a\0b\0\0",                 5, TEXT_UTF8,         "ab"                     },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum text_encoding encoding;
        char *text = read_all(a_file(rows[i].bytes, rows[i].n), &encoding);

        if (strcmp(text, rows[i].text) != 0 || encoding != rows[i].encoding)
            fail_msg("%s: \"%s\", %s", rows[i].why, text, text_encoding_name(encoding));
        mem_free(text);
    }
    assert_int_equal(mem_live(), 0);
}

static void
a_character_cut_by_a_chunk_stays_whole(void **state)
{
    size_t n = 300001;
    char *bytes = malloc(n);
    enum text_encoding encoding;
    char *text;

    (void)state;
    bytes[0] = 'x'; /* so that no chunk ends between characters */
    for (size_t i = 1; i < n; i += 3)
        memcpy(bytes + i, "\xE2\x82\xAC", i + 3 <= n ? 3 : n - i);
    n = 1 + (n - 1) / 3 * 3;
    text = read_all(a_file(bytes, n), &encoding);
    assert_int_equal(encoding, TEXT_UTF8);
    assert_int_equal(strlen(text), n);
    assert_memory_equal(text, bytes, n);
    mem_free(text);
    free(bytes);
}

static void
a_pipe_is_read_like_a_file(void **state)
{
    int ends[2];
    int kept = dup(STDIN_FILENO);
    enum text_encoding encoding;
    char *text;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "S\xE3o", 3), 3);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    text = read_all("-", &encoding);
    assert_string_equal(text, "S\xC3\xA3o");
    assert_int_equal(encoding, TEXT_WINDOWS_1252);
    mem_free(text);
    dup2(kept, STDIN_FILENO);
    close(kept);
}

static void
what_cannot_be_opened_says_why(void **state)
{
    struct fault fault = {0};

    (void)state;
    assert_null(text_open("/nonexistent", &fault));
    assert_string_equal(fault.code, "ENOENT");
    assert_null(text_open("/tmp", &fault));
    assert_string_equal(fault.code, "EISDIR");
    assert_int_equal(mem_live(), 0);
}

static void
headers_fold_to_keys(void **state)
{
    static const struct {
        const char *text;
        const char *key;
    } rows[] = {
        {"Regi\xC3\xA3o",        "regiao"            },
        {" Data de Nascimento ", "data_de_nascimento"},
        {"OBSERVA\xC3\x87\xC3\x95"
         "ES (2)",      "observacoes_2"     },
        {"regia\xCC\x83o",       "regiao"            },
        {"E-mail / site",        "e_mail_site"       },
        {"--",                   ""                  },
        {"\xE2\x82\xAC",         ""                  },
        {"",                     ""                  },
    };
    struct buf out;

    (void)state;
    buf_init(&out, 100);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        buf_clear(&out);
        text_fold(rows[i].text, &out);
        assert_string_equal(buf_text(&out), rows[i].key);
    }
    buf_done(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_of_a_file_decide_its_encoding),
        cmocka_unit_test(a_character_cut_by_a_chunk_stays_whole),
        cmocka_unit_test(a_pipe_is_read_like_a_file),
        cmocka_unit_test(what_cannot_be_opened_says_why),
        cmocka_unit_test(headers_fold_to_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
