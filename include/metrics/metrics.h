/*
 * metrics.h - counters, gauges and histograms, and their Prometheus text.
 *
 * A metric is declared once as a static table row and bumped on the line where the thing
 * happens. Labels are few and bounded: a label value is one of a known few, never a
 * person, a message or an error text.
 * (https://prometheus.io/docs/instrumenting/exposition_formats) A bump allocates only
 * when it sees its label value for the first time.
 *
 *     static struct metric claimed = {.kind = METRIC_COUNTER,
 *         .name = "carteiro_fila_claimed_total", .help = "Messages claimed.",
 *         .label = "tipo"};
 *     metric_add(&claimed, "campanha", 1);
 *
 * Several labels are several names with a comma between, .label = "numero,classe", and as
 * many values with METRIC_AND between: "7" METRIC_AND "ok".
 *
 * What one process says for the whole fleet (truths of the database) is good for a time
 * only: metric_clear, metric_set for each series, metric_good_until. Past that instant
 * nothing of it is written, for somebody else may be saying it.
 */
#ifndef METRICS_H
#define METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"

#define METRIC_AND "\t" /* between the values of several labels */

enum { METRIC_CHAINS = 32 };

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric_value; /* one series */

struct metric {
    enum metric_kind kind;
    const char *name;      /* with unit and, for counters, _total */
    const char *help;      /* one sentence */
    const char *label;     /* names, a comma between; NULL: one series without label */
    const double *buckets; /* histogram: upper bounds, ascending, the last one 0 = end */
    int series_max;        /* label values beyond are counted under "outros"; 0: 200 */
    bool is_sparse; /* without label: not written before it is set, not even as 0 */
    struct metric_value *series; /* from here on metrics.c's own: start zeroed */
    struct metric_value *chains[METRIC_CHAINS]; /* the same, by hash */
    int64_t good_until_ms;                      /* 0: for ever */
    struct metric *next;
    int n_series;
    bool is_registered;
};

/* Makes the metric appear in metrics_write, with 0 when it has no label and was never
 * bumped; a bump registers too. The metric must live as long as the process. Idempotent.
 */
void metrics_register(struct metric *metric);

/*
 * `value` of the label (NULL where the metric has none) is copied. A label beyond
 * series_max values of one metric is counted under "outros". Out of memory: the sample is
 * lost, nothing else.
 */

/* `by` of a counter is not negative. */
void metric_add(struct metric *metric, const char *value, double by);

/* A gauge; or a counter that somebody else counts. */
void metric_set(struct metric *metric, const char *value, double to);

void metric_observe(struct metric *metric, const char *value, double sample);

/* Forgets all series. */
void metric_clear(struct metric *metric);

/* What is set now is written until then, by clock_now_ms. */
void metric_good_until(struct metric *metric, int64_t at_ms);

/* What is written so far, for tests: the value, of a histogram its number of samples; 0
 * for a series that does not exist. */
double metric_read(const struct metric *metric, const char *value);

/* Appends the whole exposition (text format 0.0.4), with process_* of this process. */
void metrics_write(struct buf *out);

/* Tests only: frees all series and forgets all metrics. */
void metrics_forget(void);

#endif
