/*
 * The exposition of one metric. Numbers are written with the fewest digits that read back
 * the same, so that 0.1 is a bound of "0.1" in every scrape and every query.
 */
#include "metrics_internal.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {
    [METRIC_COUNTER] = "counter",
    [METRIC_GAUGE] = "gauge",
    [METRIC_HISTOGRAM] = "histogram",
};

static void
add_number(struct buf *out, double number)
{
    char text[32];

    if (isnan(number)) {
        buf_adds(out, "NaN");
        return;
    }
    if (isinf(number)) {
        buf_adds(out, number < 0 ? "-Inf" : "+Inf");
        return;
    }
    (void)snprintf(text, sizeof text, "%.15g", number); /* always fits */
    if (strtod(text, NULL) != number)
        (void)snprintf(text, sizeof text, "%.17g", number);
    buf_adds(out, text);
}

/* Up to `end`; `also`: one more character to put a backslash before, or '\0'. */
static void
add_escaped(struct buf *out, const char *text, const char *end, char also)
{
    for (; text < end; text++) {
        if (*text == '\n') {
            buf_adds(out, "\\n");
            continue;
        }
        if (*text == '\\' || *text == also)
            buf_addc(out, '\\');
        buf_addc(out, *text);
    }
}

static const char *
end_of(const char *text, char separator)
{
    const char *end = strchr(text, separator);

    return end ? end : text + strlen(text);
}

/* label="value",label="value" */
static void
add_labels(struct buf *out, const char *label, const char *value)
{
    for (;;) {
        const char *label_end = end_of(label, ',');
        const char *value_end = end_of(value, METRIC_AND[0]);

        buf_add(out, label, (size_t)(label_end - label));
        buf_adds(out, "=\"");
        add_escaped(out, value, value_end, '"');
        buf_addc(out, '"');
        if (!*label_end)
            return;
        buf_addc(out, ',');
        label = label_end + 1;
        value = *value_end ? value_end + 1 : value_end;
    }
}

/* name<suffix>{label="value",le="bound"}, with what there is of labels. */
static void
add_name(struct buf *out, const struct metric *metric, const char *suffix,
    const char *value, const double *le)
{
    buf_addf(out, "%s%s", metric->name, suffix);
    if (!value && !le) {
        buf_addc(out, ' ');
        return;
    }
    buf_addc(out, '{');
    if (value)
        add_labels(out, metric->label, value);
    if (le) {
        buf_adds(out, value ? ",le=\"" : "le=\"");
        add_number(out, *le);
        buf_addc(out, '"');
    }
    buf_adds(out, "} ");
}

static void
add_histogram(
    struct buf *out, const struct metric *metric, const struct metric_value *series)
{
    static const double infinite = INFINITY;
    int bounds = metrics_bounds(metric);
    uint64_t below = 0;

    for (int i = 0; i < bounds; i++) {
        below += series->in_bucket[i];
        add_name(out, metric, "_bucket", series->label, &metric->buckets[i]);
        buf_addf(out, "%llu\n", (unsigned long long)below);
    }
    add_name(out, metric, "_bucket", series->label, &infinite);
    buf_addf(out, "%llu\n", (unsigned long long)series->samples);
    add_name(out, metric, "_sum", series->label, NULL);
    add_number(out, series->value);
    buf_addc(out, '\n');
    add_name(out, metric, "_count", series->label, NULL);
    buf_addf(out, "%llu\n", (unsigned long long)series->samples);
}

static void
add_series(
    struct buf *out, const struct metric *metric, const struct metric_value *series)
{
    if (metric->kind == METRIC_HISTOGRAM) {
        add_histogram(out, metric, series);
        return;
    }
    add_name(out, metric, "", series->label, NULL);
    add_number(out, series->value);
    buf_addc(out, '\n');
}

void
metrics_write_one(struct buf *out, const struct metric *metric)
{
    buf_addf(out, "# HELP %s ", metric->name);
    add_escaped(out, metric->help, end_of(metric->help, '\0'), '\0');
    buf_addf(out, "\n# TYPE %s %s\n", metric->name, kind_names[metric->kind]);
    for (const struct metric_value *at = metric->series; at; at = at->next)
        add_series(out, metric, at);
    /* An alert on a counter that never moved needs its 0. */
    if (!metric->series && !metric->label && !metric->is_sparse &&
        metric->kind != METRIC_HISTOGRAM)
        buf_addf(out, "%s 0\n", metric->name);
}
