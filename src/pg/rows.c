/*
 * Reading a result: everything is in text format and read here. An integer that is none
 * is 0 like NULL: statements declare their columns, and a test compares the types.
 */
#include "pg_internal.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "pgsync.h"

int
pg_count(const struct pg_rows *rows)
{
    return PQntuples(rows->result);
}

int
pg_columns(const struct pg_rows *rows)
{
    return PQnfields(rows->result);
}

const char *
pg_column_name(const struct pg_rows *rows, int column)
{
    const char *name = PQfname(rows->result, column);

    return name ? name : "";
}

bool
pg_is_null(const struct pg_rows *rows, int row, int column)
{
    return PQgetisnull(rows->result, row, column);
}

const char *
pg_text(const struct pg_rows *rows, int row, int column)
{
    const char *text = PQgetvalue(rows->result, row, column);

    return text ? text : "";
}

int64_t
pg_int(const struct pg_rows *rows, int row, int column)
{
    const char *text = pg_text(rows, row, column);
    bool is_negative = *text == '-';
    uint64_t number = 0;

    for (text += is_negative; *text >= '0' && *text <= '9'; text++)
        number = number * 10 + (uint64_t)(*text - '0');
    return is_negative ? (int64_t)(0 - number) : (int64_t)number;
}

bool
pg_bool(const struct pg_rows *rows, int row, int column)
{
    return *pg_text(rows, row, column) == 't';
}

double
pg_real(const struct pg_rows *rows, int row, int column)
{
    return strtod(pg_text(rows, row, column), NULL);
}

void
pg_rows_free(struct pg_rows *rows)
{
    if (!rows)
        return;
    PQclear(rows->result);
    mem_free(rows);
}
