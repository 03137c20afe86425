/*
 * metrics.h: what is counted, what is written, and what happens at the limits.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "mem.h"
#include "metrics.h"

static const double bounds_s[] = {0.1, 0.5, 1, 0};

static struct metric sent = {
    .kind = METRIC_COUNTER, .name = "test_sent_total", .help = "Sent."};
static struct metric by_tipo = {.kind = METRIC_COUNTER,
    .name = "test_by_tipo_total",
    .help = "Sent by tipo.",
    .label = "tipo"};
static struct metric by_two = {.kind = METRIC_COUNTER,
    .name = "test_by_two_total",
    .help = "Sent by numero and classe.",
    .label = "numero,classe",
    .series_max = 3};
static struct metric truth = {.kind = METRIC_GAUGE,
    .name = "test_truth",
    .help = "What one says for all.",
    .is_sparse = true};
static struct metric waiting = {
    .kind = METRIC_GAUGE, .name = "test_waiting", .help = "Rows that wait."};
static struct metric took = {.kind = METRIC_HISTOGRAM,
    .name = "test_took_seconds",
    .help = "Time taken.",
    .buckets = bounds_s};

static int
forget(void **state)
{
    (void)state;
    metrics_forget();
    assert_int_equal(mem_live(), 0);
    return 0;
}

static void
assert_text_has(const char *expected)
{
    struct buf out;

    buf_init(&out, 1 << 20);
    metrics_write(&out);
    assert_false(out.is_bad);
    if (!strstr(buf_text(&out), expected))
        print_error("wanted:\n%s\nin:\n%s\n", expected, buf_text(&out));
    assert_non_null(strstr(buf_text(&out), expected));
    buf_done(&out);
}

static void
a_registered_counter_shows_its_zero(void **state)
{
    (void)state;
    metrics_register(&sent);
    metrics_register(&sent);
    assert_text_has("# HELP test_sent_total Sent.\n# TYPE test_sent_total counter\n"
                    "test_sent_total 0\n# HELP process_");
}

static void
a_bump_counts_and_registers(void **state)
{
    (void)state;
    metric_add(&sent, NULL, 1);
    metric_add(&sent, NULL, 2.5);
    assert_true(metric_read(&sent, NULL) == 3.5);
    assert_text_has("\ntest_sent_total 3.5\n");
}

static void
label_values_are_counted_apart_and_copied(void **state)
{
    char tipo[] = "campanha";

    (void)state;
    metric_add(&by_tipo, tipo, 1);
    memcpy(tipo, "CAMPANHA", sizeof tipo);
    metric_add(&by_tipo, "campanha", 1);
    metric_add(&by_tipo, "resposta", 7);
    assert_true(metric_read(&by_tipo, "campanha") == 2);
    assert_true(metric_read(&by_tipo, "resposta") == 7);
    assert_true(metric_read(&by_tipo, "lembrete") == 0);
    assert_text_has("\ntest_by_tipo_total{tipo=\"campanha\"} 2\n");
}

static void
label_values_are_escaped(void **state)
{
    (void)state;
    metric_add(&by_tipo, "a\"b\\c\nd", 1);
    assert_text_has("\ntest_by_tipo_total{tipo=\"a\\\"b\\\\c\\nd\"} 1\n");
}

static void
the_two_hundred_and_first_value_and_all_after_it_are_outros(void **state)
{
    (void)state;
    for (int i = 0; i < 250; i++) {
        char tipo[16];

        (void)snprintf(tipo, sizeof tipo, "t%d", i);
        metric_add(&by_tipo, tipo, 1);
    }
    assert_true(metric_read(&by_tipo, "t199") == 1);
    assert_true(metric_read(&by_tipo, "t200") == 0);
    assert_true(metric_read(&by_tipo, "outros") == 50);
    metric_add(&by_tipo, "t0", 1);
    assert_true(metric_read(&by_tipo, "t0") == 2);
}

static void
two_labels_are_written_as_two_each_escaped(void **state)
{
    (void)state;
    metric_add(&by_two, "7" METRIC_AND "o\"k", 2);
    assert_text_has("\ntest_by_two_total{numero=\"7\",classe=\"o\\\"k\"} 2\n");
}

static void
beyond_its_own_limit_both_labels_are_outros(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        char values[32];

        (void)snprintf(values, sizeof values, "%d" METRIC_AND "ok", i);
        metric_add(&by_two, values, 1);
    }
    assert_true(metric_read(&by_two, "2" METRIC_AND "ok") == 1);
    assert_text_has("\ntest_by_two_total{numero=\"outros\",classe=\"outros\"} 2\n");
}

static void
assert_text_lacks(const char *unexpected)
{
    struct buf out;

    buf_init(&out, 1 << 20);
    metrics_write(&out);
    assert_false(out.is_bad);
    assert_null(strstr(buf_text(&out), unexpected));
    buf_done(&out);
}

static void
a_truth_is_not_there_before_it_is_said_nor_when_it_is_old(void **state)
{
    (void)state;
    metrics_register(&truth);
    assert_text_lacks("\ntest_truth ");
    metric_set(&truth, NULL, 5);
    metric_good_until(&truth, clock_now_ms() + 60000);
    assert_text_has("\ntest_truth 5\n");
    metric_good_until(&truth, clock_now_ms());
    assert_text_lacks("\ntest_truth ");
}

static void
a_cleared_metric_begins_anew(void **state)
{
    (void)state;
    metric_add(&by_two, "1" METRIC_AND "ok", 4);
    metric_clear(&by_two);
    assert_text_lacks("\ntest_by_two_total{");
    metric_add(&by_two, "1" METRIC_AND "ok", 1);
    assert_true(metric_read(&by_two, "1" METRIC_AND "ok") == 1);
}

static void
a_gauge_goes_where_it_is_set(void **state)
{
    (void)state;
    metric_set(&waiting, NULL, 12);
    metric_add(&waiting, NULL, -2);
    assert_true(metric_read(&waiting, NULL) == 10);
    assert_text_has("# TYPE test_waiting gauge\ntest_waiting 10\n");
}

static void
numbers_read_back_the_same_with_few_digits(void **state)
{
    static const struct {
        const char *why;
        double number;
        const char *text;
    } rows[] = {
        {"a bound as people write it", 0.1,        "0.1"                },
        {"a whole number",             1234567,    "1234567"            },
        {"bytes past 32 bits",         5000000000, "5000000000"         },
        {"needs all digits",           0.1 + 0.2,  "0.30000000000000004"},
        {"negative",                   -1.5,       "-1.5"               },
        {"infinite",                   INFINITY,   "+Inf"               },
        {"minus infinite",             -INFINITY,  "-Inf"               },
        {"not a number",               NAN,        "NaN"                },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[64];

        metric_set(&waiting, NULL, rows[i].number);
        (void)snprintf(line, sizeof line, "\ntest_waiting %s\n", rows[i].text);
        assert_text_has(line);
    }
}

static void
a_histogram_counts_upwards_and_ends_with_everything(void **state)
{
    (void)state;
    metric_observe(&took, NULL, 0.05);
    metric_observe(&took, NULL, 0.1); /* a bound belongs to its bucket */
    metric_observe(&took, NULL, 0.25);
    metric_observe(&took, NULL, 7);
    assert_true(metric_read(&took, NULL) == 4);
    assert_text_has("# TYPE test_took_seconds histogram\n"
                    "test_took_seconds_bucket{le=\"0.1\"} 2\n"
                    "test_took_seconds_bucket{le=\"0.5\"} 3\n"
                    "test_took_seconds_bucket{le=\"1\"} 3\n"
                    "test_took_seconds_bucket{le=\"+Inf\"} 4\n"
                    "test_took_seconds_sum 7.4\n"
                    "test_took_seconds_count 4\n");
}

static void
a_histogram_with_a_label_has_it_on_every_line(void **state)
{
    static struct metric labelled = {.kind = METRIC_HISTOGRAM,
        .name = "test_labelled_seconds",
        .help = "Took.",
        .label = "step",
        .buckets = bounds_s};

    (void)state;
    metric_observe(&labelled, "claim", 0.5);
    assert_text_has("test_labelled_seconds_bucket{step=\"claim\",le=\"0.5\"} 1\n");
    assert_text_has("test_labelled_seconds_sum{step=\"claim\"} 0.5\n"
                    "test_labelled_seconds_count{step=\"claim\"} 1\n");
}

static void
without_memory_only_the_sample_is_lost(void **state)
{
    (void)state;
    for (int nth = 0; nth < 2; nth++) {
        mem_fail_at(nth);
        metric_add(&by_tipo, "campanha", 1);
        mem_fail_at(-1);
        assert_true(metric_read(&by_tipo, "campanha") == 0);
        assert_int_equal(mem_live(), 0);
    }
    metric_add(&by_tipo, "campanha", 1);
    mem_fail_at(0);
    metric_add(&by_tipo, "campanha", 1); /* known values need none */
    mem_fail_at(-1);
    assert_true(metric_read(&by_tipo, "campanha") == 2);
}

/* The value on the line that starts with `name` and a space; -1: no such line. */
static double
value_of(const char *text, const char *name)
{
    const char *at = text;

    while ((at = strstr(at, name)) &&
           !((at == text || at[-1] == '\n') && at[strlen(name)] == ' '))
        at++;
    return at ? strtod(at + strlen(name), NULL) : -1;
}

static void
the_process_tells_about_itself(void **state)
{
    struct buf out;
    const char *text;

    (void)state;
    buf_init(&out, 1 << 20);
    metrics_write(&out);
    text = buf_text(&out);
    assert_true(value_of(text, "process_open_fds") >= 3);
    assert_true(value_of(text, "process_max_fds") >= 3);
    assert_true(value_of(text, "process_cpu_seconds_total") >= 0);
    assert_true(value_of(text, "process_resident_memory_bytes") > 100000);
    assert_true(value_of(text, "process_virtual_memory_bytes") >
                value_of(text, "process_resident_memory_bytes"));
    assert_true(value_of(text, "process_start_time_seconds") > 1577836800); /* 2020 */
    buf_done(&out);
}

#define FORGETTING(test) cmocka_unit_test_teardown(test, forget)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        FORGETTING(a_registered_counter_shows_its_zero),
        FORGETTING(a_bump_counts_and_registers),
        FORGETTING(label_values_are_counted_apart_and_copied),
        FORGETTING(label_values_are_escaped),
        FORGETTING(the_two_hundred_and_first_value_and_all_after_it_are_outros),
        FORGETTING(two_labels_are_written_as_two_each_escaped),
        FORGETTING(beyond_its_own_limit_both_labels_are_outros),
        FORGETTING(a_truth_is_not_there_before_it_is_said_nor_when_it_is_old),
        FORGETTING(a_cleared_metric_begins_anew),
        FORGETTING(a_gauge_goes_where_it_is_set),
        FORGETTING(numbers_read_back_the_same_with_few_digits),
        FORGETTING(a_histogram_counts_upwards_and_ends_with_everything),
        FORGETTING(a_histogram_with_a_label_has_it_on_every_line),
        FORGETTING(without_memory_only_the_sample_is_lost),
        FORGETTING(the_process_tells_about_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
