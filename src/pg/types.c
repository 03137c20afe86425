/*
 * Names of parameter types to oids. Declaring them keeps a parameter that the statement
 * uses in two ways from being inferred differently with and without preparation. Types of
 * the database's own (domains, enums) have no fixed oid and are left to the server.
 */
#include "pg_internal.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name;
    Oid oid, array_oid;
} types[] = {
    {"text",             25,   1009},
    {"int",              23,   1007},
    {"integer",          23,   1007},
    {"int4",             23,   1007},
    {"bigint",           20,   1016},
    {"int8",             20,   1016},
    {"uuid",             2950, 2951},
    {"boolean",          16,   1000},
    {"bool",             16,   1000},
    {"timestamptz",      1184, 1185},
    {"jsonb",            3802, 3807},
    {"json",             114,  199 },
    {"numeric",          1700, 1231},
    {"double precision", 701,  1022},
    {"float8",           701,  1022},
    {"real",             700,  1021},
    {"float4",           700,  1021},
    {"smallint",         21,   1005},
    {"int2",             21,   1005},
    {"date",             1082, 1182},
    {"time",             1083, 1183},
    {"timestamp",        1114, 1115},
    {"interval",         1186, 1187},
    {"bytea",            17,   1001},
    {"varchar",          1043, 1015},
    {"inet",             869,  1041},
};

static Oid
find(const char *name)
{
    size_t bytes = strlen(name);
    bool is_array = bytes > 2 && strcmp(name + bytes - 2, "[]") == 0;

    if (is_array)
        bytes -= 2;
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (strlen(types[i].name) == bytes && memcmp(types[i].name, name, bytes) == 0)
            return is_array ? types[i].array_oid : types[i].oid;
    return 0;
}

void
pg_param_oids(const struct pg_statement *statement, Oid oids[static PG_PARAMS_MAX])
{
    assert(statement->params <= PG_PARAMS_MAX);
    for (int i = 0; i < statement->params; i++)
        oids[i] = find(statement->param_types[i]);
}
