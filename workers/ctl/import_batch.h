/*
 * import_batch.h - rows of the file on their way to the database, a thousand at a time.
 */
#ifndef IMPORT_BATCH_H
#define IMPORT_BATCH_H

#include "import_columns.h"
#include "import_report.h"
#include "pgarray.h"
#include "pgsync.h"

enum { IMPORT_BATCH_ARRAYS = 10 };

struct import_batch {
    struct pg_sync *pg;           /* borrowed */
    struct import_report *report; /* borrowed */
    struct pg_array arrays[IMPORT_BATCH_ARRAYS];
    struct buf scratch;
    bool is_bad; /* out of memory */
};

void import_batch_init(
    struct import_batch *batch, struct pg_sync *pg, struct import_report *report);
void import_batch_done(struct import_batch *batch);

/* Adds one row, and sends all when there are enough. */
enum rc import_batch_add(struct import_batch *batch, const struct import_columns *columns,
    const struct csvread_row *row, struct fault *fault) MUST_USE;

/* Sends what there is; rejected rows go to the report. */
enum rc import_batch_flush(struct import_batch *batch, struct fault *fault) MUST_USE;

#endif
