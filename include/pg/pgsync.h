/*
 * pgsync.h - PostgreSQL for programs that may wait: the operations CLI.
 *
 * One connection, one statement at a time, answered before the call returns. Notices of
 * the server (RAISE NOTICE) are printed to stderr. Same results and faults as pg.h.
 */
#ifndef PGSYNC_H
#define PGSYNC_H

#include "pg.h"

struct pg_sync;

/* NULL with `fault` filled when it cannot connect. `opts` as in pg.h (listen unused;
 * statement_ms -1: no deadline). */
struct pg_sync *pg_sync_open(const struct pg_opts *opts, struct fault *fault) MUST_USE;
void pg_sync_close(struct pg_sync *pg);

/* Runs a statement; `ret_rows` (may be NULL) is the caller's: pg_rows_free. */
enum rc pg_sync_query(struct pg_sync *pg, const struct pg_statement *statement,
    const char *const *values, struct pg_rows **ret_rows, struct fault *fault) MUST_USE;

/* Where in its text the last error of a query or script stands, in characters from 1;
 * 0 when the server did not say. */
int pg_sync_position(const struct pg_sync *pg);

/* Runs a script of several statements without parameters: begin, a migration. */
enum rc pg_sync_script(
    struct pg_sync *pg, const char *text, struct fault *fault) MUST_USE;

void pg_rows_free(struct pg_rows *rows);
int pg_columns(const struct pg_rows *rows);
const char *pg_column_name(const struct pg_rows *rows, int column);

#endif
