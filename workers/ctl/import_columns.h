/*
 * import_columns.h - which column of a contact file means what.
 *
 * Headers are matched without accents, case and punctuation, in any order. Of several
 * columns for one meaning the preferred one comes first; a column without a known meaning
 * becomes a key of the person's metadata.
 */
#ifndef IMPORT_COLUMNS_H
#define IMPORT_COLUMNS_H

#include <stdbool.h>

#include "buf.h"
#include "csvread.h"

enum import_role {
    IMPORT_NOME,
    IMPORT_TELEFONE,
    IMPORT_ESPECIALIDADE,
    IMPORT_REGIAO,
    IMPORT_TAGS,
    IMPORT_ACEITA,
    IMPORT_STATUS,
    IMPORT_DESCADASTRO, /* yes or no: opted out */
    IMPORT_NASCIMENTO,
    IMPORT_ROLES,
    IMPORT_EXTRA = IMPORT_ROLES, /* a key of metadata */
};

enum { IMPORT_SAME_ROLE_MAX = 8 };

struct import_columns {
    int n;
    char *keys[CSVREAD_FIELDS_MAX]; /* the folded headers, made unique */
    enum import_role roles[CSVREAD_FIELDS_MAX];
    int ranks[CSVREAD_FIELDS_MAX]; /* among the columns of one role, lower is preferred */
    int of[IMPORT_ROLES][IMPORT_SAME_ROLE_MAX]; /* columns, preferred first */
    int n_of[IMPORT_ROLES];
};

/* Reads the header. RC_REJECTED: no column holds phones; `fault` says what was looked for
 * and found. RC_OOM. Done with import_columns_done in any case. */
enum rc import_columns_init(struct import_columns *columns,
    const struct csvread_row *header, struct fault *fault) MUST_USE;
void import_columns_done(struct import_columns *columns);

/* "nome" and so on, as the table of clientes says; static text. */
const char *import_role_name(enum import_role role);

/* The cell of this meaning in a row: the first that is not empty; "" when all are.
 * Borrowed from the row. */
const char *import_cell(const struct import_columns *columns, enum import_role role,
    const struct csvread_row *row);

/* All cells of this meaning that are not empty, separated by |. */
void import_cells(const struct import_columns *columns, enum import_role role,
    const struct csvread_row *row, struct buf *out);

/* What the row says beyond that, as a JSON object. */
void import_metadata(
    const struct import_columns *columns, const struct csvread_row *row, struct buf *out);

/* Whether every cell of the row is empty. */
bool import_is_empty(const struct csvread_row *row);

/* Whether a cell says yes. */
bool import_says_yes(const char *cell);

#endif
