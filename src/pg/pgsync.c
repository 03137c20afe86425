/*
 * The blocking variant: one connection of libpq without pipeline, the same faults.
 */
#include "pgsync.h"

#include <stdio.h>

#include "mem.h"
#include "pg_internal.h"

struct pg_sync {
    PGconn *conn;
    int position; /* of the last error in its text */
};

static void
print_notice(void *ctx, const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY);
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    (void)ctx;
    (void)fprintf(stderr, "%s: %s\n", severity ? severity : "NOTICE", text ? text : "");
}

static PGconn *
connect_now(const struct pg_opts *opts, struct fault *fault)
{
    struct pg_params params;
    PGconn *conn = NULL;
    char seconds[16];

    if (pg_params_init(&params, opts, fault) == RC_OK) {
        /* libpq counts in seconds and takes 1 for 2 */
        (void)snprintf(seconds, sizeof(seconds), "%d", (opts->connect_ms + 999) / 1000);
        pg_params_set(&params, "connect_timeout", seconds);
        params.keys[params.n] = NULL;
        conn = PQconnectdbParams(params.keys, params.values, 0);
        if (PQstatus(conn) != CONNECTION_OK) {
            pg_fault_conn(fault, "connect", conn);
            PQfinish(conn);
            conn = NULL;
        }
    }
    pg_params_done(&params);
    return conn;
}

struct pg_sync *
pg_sync_open(const struct pg_opts *opts, struct fault *fault)
{
    struct pg_opts full = *opts;
    struct pg_sync *pg = mem_new(struct pg_sync);

    if (full.connect_ms <= 0)
        full.connect_ms = PG_CONNECT_MS;
    if (full.statement_ms == 0)
        full.statement_ms = PG_STATEMENT_MS;
    if (!pg) {
        fault_set(fault, "pg", "memory", "out of memory");
        return NULL;
    }
    pg->conn = connect_now(&full, fault);
    if (!pg->conn) {
        mem_free(pg);
        return NULL;
    }
    (void)PQsetNoticeReceiver(
        pg->conn, print_notice, NULL); /* the former is the default */
    return pg;
}

void
pg_sync_close(struct pg_sync *pg)
{
    if (!pg)
        return;
    PQfinish(pg->conn);
    mem_free(pg);
}

/* Notes where in the text the error stands: a message without it is hard to use. */
static void
note_position(struct pg_sync *pg, const PGresult *result)
{
    const char *at = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);

    pg->position = 0;
    for (; at && *at >= '0' && *at <= '9'; at++)
        pg->position = pg->position * 10 + (*at - '0');
}

/*
 * Reads every result of what was sent; the first error counts, else the last result,
 * which is handed to `ret_last`.
 */
static enum rc
collect(struct pg_sync *pg, PGresult **ret_last, struct fault *fault)
{
    PGresult *last = NULL;
    PGresult *next;
    enum rc rc = RC_OK;

    while ((next = PQgetResult(pg->conn))) {
        if (rc != RC_OK) {
            PQclear(next);
            continue;
        }
        PQclear(last);
        last = next;
        rc = pg_judge(next);
    }
    if (rc != RC_OK && *pg_sqlstate(last)) {
        pg_fault_result(fault, last);
        note_position(pg, last);
    } else if (rc != RC_OK || !last) {
        rc = RC_UNKNOWN;
        pg_fault_conn(fault, "connection", pg->conn);
    }
    *ret_last = last;
    return rc;
}

static enum rc
not_sent(struct pg_sync *pg, struct fault *fault)
{
    pg_fault_conn(fault, "send", pg->conn);
    return RC_AGAIN;
}

enum rc
pg_sync_query(struct pg_sync *pg, const struct pg_statement *statement,
    const char *const *values, struct pg_rows **ret_rows, struct fault *fault)
{
    Oid oids[PG_PARAMS_MAX];
    PGresult *result = NULL;
    struct pg_rows *rows = ret_rows ? mem_new(struct pg_rows) : NULL;
    enum rc rc;

    if (ret_rows && !rows) {
        fault_set(fault, "pg", "memory", "out of memory");
        return RC_OOM;
    }
    pg->position = 0;
    pg_param_oids(statement, oids);
    rc = PQsendQueryParams(
             pg->conn, statement->text, statement->params, oids, values, NULL, NULL, 0)
             ? collect(pg, &result, fault)
             : not_sent(pg, fault);
    if (rc == RC_OK && rows) {
        rows->result = result;
        *ret_rows = rows;
        return RC_OK;
    }
    PQclear(result);
    mem_free(rows);
    return rc;
}

enum rc
pg_sync_script(struct pg_sync *pg, const char *text, struct fault *fault)
{
    PGresult *result = NULL;
    enum rc rc;

    pg->position = 0;
    rc = PQsendQuery(pg->conn, text) ? collect(pg, &result, fault) : not_sent(pg, fault);
    PQclear(result);
    return rc;
}

int
pg_sync_position(const struct pg_sync *pg)
{
    return pg->position;
}
