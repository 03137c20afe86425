/*
 * What an answer of the server means to the caller, and how it is told. Only the primary
 * message is copied: DETAIL, HINT and CONTEXT may quote a row or a parameter.
 */
#include "pg_internal.h"

#include <string.h>

const char *
pg_sqlstate(const PGresult *result)
{
    const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    return code ? code : "";
}

bool
pg_is_fatal(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

    return severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

/*
 * Classes of SQLSTATE after which the same request may succeed; the server has undone
 * what it did. 25006 is a primary that became a standby, 57014 a statement_timeout, 0A000
 * a prepared statement whose function a migration has changed.
 */
static bool
is_passing(const char *code)
{
    static const char *const prefixes[] = {"0A000", "40001", "40P01", "25006", "53",
        "55P03", "57014", "57P01", "57P03", "57P05", "58"};

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (strncmp(code, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

enum rc
pg_judge(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ||
        status == PGRES_EMPTY_QUERY)
        return RC_OK;
    const char *code = pg_sqlstate(result);

    /* Without a code it is libpq that speaks: the connection broke. */
    if (!*code || strncmp(code, "08", 2) == 0 || strcmp(code, "40003") == 0 ||
        strcmp(code, "57P02") == 0)
        return RC_UNKNOWN;
    return is_passing(code) ? RC_RETRY : RC_REJECTED;
}

void
pg_fault_result(struct fault *fault, const PGresult *result)
{
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    fault_set(
        fault, "pg", pg_sqlstate(result), "%s", text ? text : "the connection broke");
}

void
pg_fault_conn(struct fault *fault, const char *code, const PGconn *conn)
{
    const char *text = conn ? PQerrorMessage(conn) : "";
    int bytes = (int)strcspn(text, "\n");

    fault_set(fault, "pg", code, "%.*s", bytes ? bytes : 20,
        bytes ? text : "the connection broke");
}
