/*
 * import.h - `carteiro cliente importar`: a spreadsheet's contacts into clientes.
 *
 * The file is read row by row and sent in batches to temporary tables of the connection,
 * where SQL functions judge the cells, merge the people of the whole file and bring them
 * in by lots, each a transaction. Memory stays the same however long the file is; an
 * import that was interrupted is finished by running it again.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include <stdbool.h>

struct pg_sync;

struct import_opts {
    struct pg_sync *pg;     /* a direct connection: temporary tables live in it */
    const char *path;       /* "-": standard input */
    const char *empresa;    /* name or id; NULL: the only one */
    const char *tag;        /* for everybody in the file; NULL: none */
    const char *rejeitados; /* CSV of the rejected rows; NULL: lines on stderr */
    bool is_rehearsal;      /* do everything, keep nothing */
    bool as_json;           /* the counts as one JSON object, alone on stdout */
};

/* Imports and prints what came of it. Returns the exit code: 0 also when rows were
 * rejected; 1 the file or the company is not good; 69 and 75 the database's. */
int import_run(const struct import_opts *opts);

#endif
