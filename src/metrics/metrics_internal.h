/*
 * metrics_internal.h - a series in memory, and the parts of its text.
 */
#ifndef METRICS_INTERNAL_H
#define METRICS_INTERNAL_H

#include "metrics.h"

struct metric_value {
    struct metric_value *next;
    struct metric_value *chain; /* of the same METRIC_CHAINS'th of hashes */
    uint32_t hash;
    char *label;  /* values, METRIC_AND between; NULL where the metric has no label */
    double value; /* of a histogram: the sum of its samples */
    uint64_t samples;
    uint64_t in_bucket[]; /* as many as the metric has bounds; not cumulative */
};

int metrics_bounds(const struct metric *metric);

/* A metric's HELP, TYPE and series. */
void metrics_write_one(struct buf *out, const struct metric *metric);

/* process_* of this process; what /proc does not tell is left out. */
void metrics_write_process(struct buf *out);

#endif
