/*
 * metrics.h - counters, gauges and histograms, and their Prometheus text.
 *
 * A metric is declared once as a static table row and bumped on the line where the thing
 * happens. Labels are few and bounded: a label value is a static string, never a person,
 * a message or an error text. (https://prometheus.io/docs/instrumenting/exposition_formats)
 */
#ifndef METRICS_H
#define METRICS_H

#include <stdint.h>

#include "buf.h"

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric_value; /* one series */

struct metric {
    enum metric_kind kind;
    const char *name; /* with unit and, for counters, _total */
    const char *help;
    const char *label;     /* NULL: one series without label */
    const double *buckets; /* histogram: upper bounds, ascending, the last one 0 = end */
    struct metric_value *series;
    struct metric *next; /* linked at first use of metrics_register */
};

/* Makes the metric appear in metrics_write. Idempotent. */
void metrics_register(struct metric *metric);

/* `value` of the label (NULL where the metric has none). A label beyond 200 values of one
 * metric is counted under "outros". Out of memory: the sample is lost, nothing else. */
void metric_add(struct metric *metric, const char *value, double by);
void metric_set(struct metric *metric, const char *value, double to);
void metric_observe(struct metric *metric, const char *value, double sample);

/* What is written so far, for tests. */
double metric_read(const struct metric *metric, const char *value);

/* Appends the whole exposition, with process_* of this process. */
void metrics_write(struct buf *out);

#endif
