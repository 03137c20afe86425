#include "import_step.h"

#include <stdio.h>
#include <string.h>

enum { TRIES_MAX = 10 };

static enum rc
try_once(const struct import_step *step, struct fault *fault)
{
    struct pg_sync *pg = step->opts->pg;
    bool is_rehearsal = step->opts->is_rehearsal;
    struct pg_rows *rows = NULL;
    enum rc rc = is_rehearsal ? pg_sync_script(pg, "begin", fault) : RC_OK;

    if (rc == RC_OK)
        rc = pg_sync_query(pg, step->statement, step->values, &rows, fault);
    if (is_rehearsal) {
        struct fault second;
        enum rc undone = pg_sync_script(pg, "rollback", rc == RC_OK ? fault : &second);

        rc = rc == RC_OK ? undone : rc;
    }
    if (rc == RC_OK)
        step->on_rows(step->ctx, rows);
    pg_rows_free(rows);
    return rc;
}

enum rc
import_step_run(const struct import_step *step, struct fault *fault)
{
    int tries = 0;
    enum rc rc;

    do
        rc = try_once(step, fault);
    while (rc == RC_RETRY && ++tries < TRIES_MAX);
    return rc;
}

enum rc
import_step_end(const struct import_opts *opts, struct import_report *report, enum rc rc,
    struct fault *fault)
{
    import_report_progress_end(report);
    if (import_report_done(report) || rc != RC_OK)
        return rc;
    fault_set(fault, "file", "write", "%s could not be written whole; the import is done",
        opts->rejeitados);
    return RC_REJECTED;
}

void
import_step_complain(
    const struct import_opts *opts, enum rc rc, const struct fault *fault)
{
    (void)fprintf(stderr, "carteiro: %s: %s\n", import_base_name(opts->path),
        fault->text[0] ? fault->text : rc_name(rc));
}

const char *
import_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}
