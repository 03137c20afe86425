/*
 * What gzip_* writes is what zlib reads back, in pieces of any size.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "buf.h"
#include "gzip.h"
#include "mem.h"

#define TEXT_BYTES 300000

static char text[TEXT_BYTES];
static char back[TEXT_BYTES + 1];

static size_t
inflate_all(const char *data, size_t bytes)
{
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)data,
        .avail_in = (unsigned)bytes,
        .next_out = (unsigned char *)back,
        .avail_out = sizeof(back)};

    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.avail_in, 0);
    assert_int_equal(inflateEnd(&stream), Z_OK);
    return stream.total_out;
}

static int
fill(void **state)
{
    size_t at = 0;

    (void)state;
    for (unsigned n = 0; at + 40 < TEXT_BYTES; n++)
        at += (size_t)snprintf(
            text + at, 40, "Pessoa %u;+55119%08u;Enviada\n", n, n * 2654435761u);
    memset(text + at, 'x', TEXT_BYTES - at);
    return 0;
}

static void
in_pieces(size_t give, size_t take)
{
    struct gzip *gzip = gzip_new();
    struct buf out;
    char room[5000];
    size_t n;

    assert_non_null(gzip);
    buf_init(&out, TEXT_BYTES);
    for (size_t at = 0; at < TEXT_BYTES; at += give) {
        size_t bytes = TEXT_BYTES - at < give ? TEXT_BYTES - at : give;

        gzip_give(gzip, text + at, bytes, at + bytes == TEXT_BYTES);
        while ((n = gzip_take(gzip, room, take)) > 0)
            buf_add(&out, room, n);
    }
    assert_int_equal(gzip_take(gzip, room, take), 0);
    gzip_free(gzip);
    assert_false(out.is_bad);
    assert_true(out.bytes < TEXT_BYTES / 2);
    assert_int_equal(inflate_all(out.data, out.bytes), TEXT_BYTES);
    assert_memory_equal(back, text, TEXT_BYTES);
    buf_done(&out);
}

static void
what_comes_out_in_pieces_is_what_went_in(void **state)
{
    static const size_t sizes[] = {1000, 4999, 32768, TEXT_BYTES};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (size_t take = 1; take <= 5000; take = take * 17 + 1)
            in_pieces(sizes[i], take);
}

static void
an_end_may_come_alone(void **state)
{
    struct gzip *gzip = gzip_new();
    char room[200];
    size_t n;

    (void)state;
    assert_non_null(gzip);
    gzip_give(gzip, "abc", 3, false);
    n = gzip_take(gzip, room, sizeof(room));
    gzip_give(gzip, NULL, 0, true);
    n += gzip_take(gzip, room + n, sizeof(room) - n);
    assert_int_equal(inflate_all(room, n), 3);
    assert_memory_equal(back, "abc", 3);
    gzip_free(gzip);
}

static void
all_at_once_or_not_at_all(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, TEXT_BYTES);
    assert_int_equal(gzip_all(text, TEXT_BYTES, &out), RC_OK);
    assert_int_equal(inflate_all(out.data, out.bytes), TEXT_BYTES);
    buf_done(&out);
    buf_init(&out, 100);
    assert_int_equal(gzip_all(text, TEXT_BYTES, &out), RC_REJECTED);
    buf_done(&out);
}

static void
without_memory_nothing_is_left(void **state)
{
    struct gzip *gzip = NULL;
    int failures = 0;

    (void)state;
    for (long nth = 0; !gzip; nth++) {
        mem_fail_at(nth);
        gzip = gzip_new();
        mem_fail_at(-1);
        failures += !gzip;
        if (!gzip)
            assert_int_equal(mem_live(), 0);
    }
    assert_true(failures > 1);
    gzip_free(gzip);
    assert_int_equal(mem_live(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_out_in_pieces_is_what_went_in),
        cmocka_unit_test(an_end_may_come_alone),
        cmocka_unit_test(all_at_once_or_not_at_all),
        cmocka_unit_test(without_memory_nothing_is_left),
    };

    return cmocka_run_group_tests(tests, fill, NULL);
}
