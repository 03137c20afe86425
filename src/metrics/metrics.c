/*
 * Series hang in a list off their metric, and in chains by hash: a metric has a handful,
 * a few hundred at most, and that needs no table to grow.
 */
#include "metrics_internal.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "mem.h"

#define SERIES_MAX 200
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
    for (struct metric_value *at = metric->chains[hash % METRIC_CHAINS]; at;
         at = at->chain) {
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
    series->chain = metric->chains[hash % METRIC_CHAINS];
    metric->chains[hash % METRIC_CHAINS] = series;
    metric->n_series++;
    return series;
}

/* "outros" for each of the labels. */
static void
overflow_label(const struct metric *metric, char *ret_value, size_t bytes)
{
    size_t used = (size_t)snprintf(ret_value, bytes, OVERFLOW_LABEL);

    for (const char *at = metric->label; *at && used < bytes; at++)
        if (*at == ',')
            used += (size_t)snprintf(
                ret_value + used, bytes - used, METRIC_AND OVERFLOW_LABEL);
}

/* The series to bump, made when it is new; NULL: out of memory. */
static struct metric_value *
series_of(struct metric *metric, const char *label)
{
    uint32_t hash = label ? hash_of(label) : 0;
    int series_max = metric->series_max ? metric->series_max : SERIES_MAX;
    struct metric_value *series;
    char overflow[64];

    assert(!label == !metric->label);
    metrics_register(metric);
    series = find(metric, label, hash);
    if (!series && label && metric->n_series >= series_max) {
        overflow_label(metric, overflow, sizeof overflow);
        label = overflow;
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
    int64_t now_ms = clock_now_ms();

    for (struct metric *metric = first; metric; metric = metric->next) {
        if (metric->good_until_ms && now_ms >= metric->good_until_ms)
            metric_clear(metric);
        metrics_write_one(out, metric);
    }
    metrics_write_process(out);
}

void
metric_good_until(struct metric *metric, int64_t at_ms)
{
    metric->good_until_ms = at_ms;
}

void
metric_clear(struct metric *metric)
{
    while (metric->series) {
        struct metric_value *gone = metric->series;

        metric->series = gone->next;
        mem_free(gone->label);
        mem_free(gone);
    }
    memset(metric->chains, 0, sizeof metric->chains);
    metric->n_series = 0;
}

void
metrics_forget(void)
{
    while (first) {
        struct metric *metric = first;

        first = metric->next;
        metric->next = NULL;
        metric_clear(metric);
        metric->is_registered = false;
    }
    end = &first;
}
