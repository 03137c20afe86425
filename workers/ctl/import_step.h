/*
 * import_step.h - what imports of every kind do alike: one statement a transaction, which
 * a rehearsal throws away and a lost deadlock repeats; the words at the end.
 */
#ifndef IMPORT_STEP_H
#define IMPORT_STEP_H

#include "import.h"
#include "import_report.h"
#include "pgsync.h"
#include "rc.h"

struct import_step {
    const struct import_opts *opts;
    const struct pg_statement *statement;
    const char *const *values;
    void (*on_rows)(void *ctx, const struct pg_rows *rows); /* of the try that worked */
    void *ctx;
};

enum rc import_step_run(const struct import_step *step, struct fault *fault) MUST_USE;

/* The report is closed: `rc`, or RC_REJECTED where the file of rejected rows is not
 * whole.
 */
enum rc import_step_end(const struct import_opts *opts, struct import_report *report,
    enum rc rc, struct fault *fault) MUST_USE;

/* One line on stderr: the file, and what was wrong. */
void import_step_complain(
    const struct import_opts *opts, enum rc rc, const struct fault *fault);

/* The name of a file without its folders; points into `path`. */
const char *import_base_name(const char *path);

#endif
