/*
 * Series hang in a list off their metric. A metric has a handful, at most 201: comparing
 * hashes along the list is a few nanoseconds, and needs no table to grow.
 */
#include "metrics_internal.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "mem.h"

#define LABELS_MAX 200
#define OVERFLOW_LABEL "outros"

static struct metric *first;
static struct metric **end = &first; /* so that the text keeps the order of registering */

void
metrics_register(struct metric *metric)
{
    if (metric->is_registered)
        return;
    metric->is_registered = true;
    metric->next = NULL;
    *end = metric;
    end = &metric->next;
}

int
metrics_bounds(const struct metric *metric)
{
    int n = 0;

    if (metric->kind != METRIC_HISTOGRAM)
        return 0;
    while (metric->buckets[n] != 0)
        n++;
    return n;
}

/* FNV-1a */
static uint32_t
hash_of(const char *text)
{
    uint32_t hash = 2166136261u;

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static struct metric_value *
find(const struct metric *metric, const char *label, uint32_t hash)
{
    for (struct metric_value *at = metric->series; at; at = at->next) {
        if (at->hash == hash && (!label || strcmp(at->label, label) == 0))
            return at;
    }
    return NULL;
}

static struct metric_value *
series_new(struct metric *metric, const char *label, uint32_t hash)
{
    size_t bounds = (size_t)metrics_bounds(metric);
    struct metric_value *series = (struct metric_value *)mem_alloc(
        1, sizeof *series + bounds * sizeof series->in_bucket[0]);

    if (!series)
        return NULL;
    series->hash = hash;
    if (label) {
        series->label = mem_strdup(label);
        if (!series->label) {
            mem_free(series);
            return NULL;
        }
    }
    series->next = metric->series;
    metric->series = series;
    metric->n_series++;
    return series;
}

/* The series to bump, made when it is new; NULL: out of memory. */
static struct metric_value *
series_of(struct metric *metric, const char *label)
{
    uint32_t hash = label ? hash_of(label) : 0;
    struct metric_value *series;

    assert(!label == !metric->label);
    metrics_register(metric);
    series = find(metric, label, hash);
    if (!series && label && metric->n_series >= LABELS_MAX) {
        label = OVERFLOW_LABEL;
        hash = hash_of(label);
        series = find(metric, label, hash);
    }
    return series ? series : series_new(metric, label, hash);
}

void
metric_add(struct metric *metric, const char *value, double by)
{
    struct metric_value *series;

    assert(metric->kind == METRIC_GAUGE || (metric->kind == METRIC_COUNTER && by >= 0));
    series = series_of(metric, value);
    if (series)
        series->value += by;
}

void
metric_set(struct metric *metric, const char *value, double to)
{
    struct metric_value *series;

    assert(metric->kind != METRIC_HISTOGRAM);
    series = series_of(metric, value);
    if (series)
        series->value = to;
}

void
metric_observe(struct metric *metric, const char *value, double sample)
{
    struct metric_value *series;
    int bucket = 0;

    assert(metric->kind == METRIC_HISTOGRAM);
    series = series_of(metric, value);
    if (!series)
        return;
    series->value += sample;
    series->samples++;
    while (metric->buckets[bucket] != 0 && sample > metric->buckets[bucket])
        bucket++;
    if (metric->buckets[bucket] != 0)
        series->in_bucket[bucket]++;
}

double
metric_read(const struct metric *metric, const char *value)
{
    const struct metric_value *series = find(metric, value, value ? hash_of(value) : 0);

    if (!series)
        return 0;
    return metric->kind == METRIC_HISTOGRAM ? (double)series->samples : series->value;
}

void
metrics_write(struct buf *out)
{
    for (const struct metric *metric = first; metric; metric = metric->next)
        metrics_write_one(out, metric);
    metrics_write_process(out);
}

static void
forget_series(struct metric *metric)
{
    while (metric->series) {
        struct metric_value *gone = metric->series;

        metric->series = gone->next;
        mem_free(gone->label);
        mem_free(gone);
    }
    metric->n_series = 0;
    metric->is_registered = false;
}

void
metrics_forget(void)
{
    while (first) {
        struct metric *metric = first;

        first = metric->next;
        metric->next = NULL;
        forget_series(metric);
    }
    end = &first;
}
