/*
 * pg.h - one asynchronous connection to PostgreSQL, in pipeline mode.
 *
 * A request is one prepared statement and its parameters, and one transaction of its own.
 * Requests are answered in the order they were made, each exactly once, from the loop and
 * never from inside the call that asked. 40001 and 40P01 are repeated here, at once, up
 * to ten times (behind the requests made meanwhile: these may then be answered first). A
 * broken connection fails every request after it back to its callback and is made again
 * with growing, jittered pauses; statements are prepared again by themselves. Any
 * callback may call pg_query and pg_free.
 */
#ifndef PG_H
#define PG_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "rc.h"

struct loop;
struct pg;
struct pg_rows; /* a result, borrowed until the callback returns */

/* Made from sql/statements/<name>.sql by embed.py. Types are PostgreSQL's own names. */
struct pg_statement {
    const char *name;
    const char *text;
    int params;
    const char *const *param_types;
    int columns;
    const char *const *column_names;
    const char *const *column_types;
};

struct pg_opts {
    const char *url;           /* conninfo or postgresql:// URL */
    const char *password_file; /* read again at every connect; NULL: none */
    const char *application_name;
    const char *listen; /* channel to LISTEN on at every connect; NULL: none */
    bool is_pooled;     /* behind a transaction pooler: unnamed statements, no LISTEN */
    int connect_ms;     /* 0: 5000 */

    /* The oldest request without answer for so long breaks the connection; a server that
     * is not behind a pooler gives up a tenth earlier (RC_RETRY, 57014). 0: 30000 */
    int statement_ms;
};

/* After every connect, every loss and every attempt that failed; when not up, `fault`
 * says why. The requests of a lost connection have been answered before. */
typedef void pg_state_fn(void *ctx, bool is_up, const struct fault *fault);
typedef void pg_notify_fn(void *ctx, const char *channel, const char *payload);

/*
 * RC_OK: rows are there.
 *
 * RC_AGAIN: never sent; the connection broke before it left.
 *
 * RC_RETRY: refused by the server without effect, for a passing reason (40001 ten times,
 * 57P01, 57014, 25006, 53xxx, 55P03, 58xxx): ask again later.
 *
 * RC_UNKNOWN: the connection broke after it left; it may have committed.
 *
 * RC_REJECTED: refused for good. fault->code is the SQLSTATE and fault->text the server's
 * primary message (never its DETAIL: that may quote a row).
 */
typedef void pg_done_fn(
    void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault);

/* Strings in `opts` are borrowed for the life of the pg. NULL when out of memory. */
struct pg *pg_new(struct loop *loop, const struct pg_opts *opts, pg_state_fn *on_state,
    pg_notify_fn *on_notify, void *ctx) MUST_USE;

/* Closes; callbacks still owed are not called. Accepts NULL. */
void pg_free(struct pg *pg);

bool pg_is_up(const struct pg *pg);

/* Requests without an answer yet. */
int pg_pending(const struct pg *pg);

/*
 * Sends `statement` with `values` (text format, NULL = SQL NULL; copied). RC_OK: the
 * callback will come. RC_AGAIN: not connected or 16384 pending, no callback. RC_OOM.
 */
enum rc pg_query(struct pg *pg, const struct pg_statement *statement,
    const char *const *values, pg_done_fn *on_done, void *ctx) MUST_USE;

/* Whoever is `ctx` goes away: the answers still owed to it are not delivered. */
void pg_forget(struct pg *pg, const void *ctx);

int pg_count(const struct pg_rows *rows);
bool pg_is_null(const struct pg_rows *rows, int row, int column);
const char *pg_text(const struct pg_rows *rows, int row, int column); /* "" for NULL */
int64_t pg_int(const struct pg_rows *rows, int row, int column);      /* 0 for NULL */
bool pg_bool(const struct pg_rows *rows, int row, int column);
double pg_real(const struct pg_rows *rows, int row, int column);

#endif
