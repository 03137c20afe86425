/*
 * log.h: one JSON object per line, whole lines only, repeats counted. The tests read the
 * lines back from a pipe that stands in for stderr.
 */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "log.h"
#include "mem.h"

struct captured {
    int real_stderr;
    int from;
    char text[65536];
};

static struct captured captured;

static void
capture_start(void)
{
    int ends[2];

    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    captured.real_stderr = dup(STDERR_FILENO);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    (void)close(ends[1]);
    captured.from = ends[0];
}

static const char *
capture_end(void)
{
    ssize_t got = read(captured.from, captured.text, sizeof captured.text - 1);

    captured.text[got > 0 ? got : 0] = '\0';
    (void)dup2(captured.real_stderr, STDERR_FILENO);
    (void)close(captured.real_stderr);
    (void)close(captured.from);
    return captured.text;
}

static int
lines_of(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void
a_line_is_one_json_object_with_its_fields(void **state)
{
    const char *line;

    (void)state;
    log_init("sender-3", LOG_INFO);
    capture_start();
    log_info("fila.claimed", LOG_N("n", 200), LOG_N("took_ms", -4), LOG_S("q", "a\"b\n"));
    line = capture_end();
    assert_int_equal(strspn(line + strlen("{\"ts\":\""), "0123456789-T:."),
        strlen("2026-11-20T20:08:00.155"));
    assert_string_equal(strchr(line, 'Z'),
        "Z\",\"level\":\"info\",\"event\":\"fila.claimed\",\"worker\":\"sender-3\","
        "\"n\":200,\"took_ms\":-4,\"q\":\"a\\\"b\\n\"}\n");
}

static void
an_event_without_fields_is_a_line_too(void **state)
{
    (void)state;
    log_init("w", LOG_DEBUG);
    capture_start();
    log_debug("test.bare");
    assert_string_equal(strchr(capture_end(), 'Z'),
        "Z\",\"level\":\"debug\",\"event\":\"test.bare\",\"worker\":\"w\"}\n");
}

static void
a_fault_is_three_fields(void **state)
{
    struct fault fault;

    (void)state;
    log_init("w", LOG_INFO);
    fault_set(&fault, "pg", "08006", "refused");
    capture_start();
    log_warn("test.fault", LOG_FAULT(&fault), LOG_N("n", 1));
    assert_non_null(strstr(capture_end(),
        ",\"source\":\"pg\",\"code\":\"08006\",\"error\":\"refused\",\"n\":1}\n"));
}

static void
below_the_level_nothing_is_written(void **state)
{
    (void)state;
    log_init("w", LOG_WARN);
    capture_start();
    log_debug("test.level", LOG_N("n", 1));
    log_info("test.level", LOG_N("n", 2));
    log_warn("test.level", LOG_N("n", 3));
    log_error("test.level", LOG_N("n", 4));
    assert_int_equal(lines_of(capture_end()), 2);
}

static void
a_line_that_is_too_long_loses_fields_and_says_so(void **state)
{
    static char filler[5000];
    const char *line;

    (void)state;
    log_init("w", LOG_INFO);
    memset(filler, 'x', sizeof filler - 1);
    capture_start();
    log_info("test.long", LOG_N("kept", 1), LOG_S("filler", filler), LOG_N("lost", 2));
    line = capture_end();
    assert_non_null(strstr(line, "\"kept\":1,\"cut\":1}\n"));
    assert_int_equal(lines_of(line), 1);
}

static void
repeats_are_counted_and_told_in_a_later_line(void **state)
{
    int64_t start_ms = clock_now_ms();
    const char *text;

    (void)state;
    log_init("w", LOG_INFO);
    capture_start();
    for (int i = 0; i < 50; i++)
        log_info("test.repeated", LOG_N("i", i));
    log_info("test.other");
    text = capture_end();
    assert_int_equal(lines_of(text), 21);
    assert_non_null(strstr(text, "test.other"));
    while (clock_now_ms() - start_ms <= 1000)
        (void)poll(NULL, 0, 20);
    capture_start();
    log_info("test.repeated");
    log_info("test.repeated");
    text = capture_end();
    assert_non_null(strstr(text, ",\"repeated\":30}\n"));
    assert_int_equal(lines_of(text), 2);
    assert_null(strstr(strchr(text, '\n'), "repeated\":"));
}

static void
more_names_than_the_table_holds_are_all_written(void **state)
{
    char names[200][24];

    (void)state;
    log_init("w", LOG_INFO);
    capture_start();
    for (int i = 0; i < 200; i++) {
        (void)snprintf(names[i], sizeof names[i], "test.name.%d", i);
        log_info(names[i]);
    }
    assert_int_equal(lines_of(capture_end()), 200);
}

static void
lines_that_nobody_takes_are_counted(void **state)
{
    long before = log_lost();

    (void)state;
    log_init("w", LOG_INFO);
    capture_start();
    (void)close(STDERR_FILENO);
    log_error("test.lost");
    assert_int_equal(log_lost(), before + 1);
    assert_string_equal(capture_end(), "");
}

static void
logging_needs_no_memory(void **state)
{
    (void)state;
    log_init("w", LOG_INFO);
    capture_start();
    mem_fail_at(0);
    log_error("test.oom", LOG_S("what", "everything"));
    mem_fail_at(-1);
    assert_int_equal(lines_of(capture_end()), 1);
    assert_int_equal(mem_live(), 0);
}

static void
levels_have_names(void **state)
{
    (void)state;
    assert_int_equal(log_level_parse("debug"), LOG_DEBUG);
    assert_int_equal(log_level_parse("error"), LOG_ERROR);
    assert_int_equal(log_level_parse("loud"), -1);
    assert_int_equal(log_level_parse(""), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_one_json_object_with_its_fields),
        cmocka_unit_test(an_event_without_fields_is_a_line_too),
        cmocka_unit_test(a_fault_is_three_fields),
        cmocka_unit_test(below_the_level_nothing_is_written),
        cmocka_unit_test(a_line_that_is_too_long_loses_fields_and_says_so),
        cmocka_unit_test(repeats_are_counted_and_told_in_a_later_line),
        cmocka_unit_test(more_names_than_the_table_holds_are_all_written),
        cmocka_unit_test(lines_that_nobody_takes_are_counted),
        cmocka_unit_test(logging_needs_no_memory),
        cmocka_unit_test(levels_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
