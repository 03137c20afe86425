/*
 * One parallel array for each parameter of cliente_importar_ler. Sent by number or by
 * size: a thousand rows with long notes would else be one parameter of many megabytes.
 */
#include "import_batch.h"

#include "statements.h"

enum {
    ROWS_MAX = 1000,
    SENT_AT_BYTES = 1024 * 1024,
    /* what one more row may add, every byte of it escaped */
    ARRAY_BYTES_MAX = SENT_AT_BYTES + 8 * CSVREAD_RECORD_BYTES_MAX,
};

enum array {
    LINHAS,
    NOMES,
    TELEFONES,
    ESPECIALIDADES,
    REGIOES,
    TAGS,
    ACEITES,
    SITUACOES,
    NASCIMENTOS,
    METADATAS,
};

void
import_batch_init(
    struct import_batch *batch, struct pg_sync *pg, struct import_report *report)
{
    *batch = (struct import_batch){.pg = pg, .report = report};
    for (int i = 0; i < IMPORT_BATCH_ARRAYS; i++)
        pg_array_init(&batch->arrays[i], ARRAY_BYTES_MAX);
    buf_init(&batch->scratch, ARRAY_BYTES_MAX);
}

void
import_batch_done(struct import_batch *batch)
{
    for (int i = 0; i < IMPORT_BATCH_ARRAYS; i++)
        pg_array_done(&batch->arrays[i]);
    buf_done(&batch->scratch);
}

static void
add(struct import_batch *batch, enum array array, const char *text)
{
    pg_array_add(&batch->arrays[array], text);
}

/* The cell that says it first. */
static void
add_cell(struct import_batch *batch, enum array array,
    const struct import_columns *columns, enum import_role role,
    const struct csvread_row *row)
{
    add(batch, array, import_cell(columns, role, row));
}

/* What stands in `scratch`, which is empty afterwards. */
static void
add_scratch(struct import_batch *batch, enum array array)
{
    batch->is_bad = batch->is_bad || batch->scratch.is_bad;
    add(batch, array, buf_text(&batch->scratch));
    buf_clear(&batch->scratch);
}

/* All cells that say something. */
static void
add_cells(struct import_batch *batch, enum array array,
    const struct import_columns *columns, enum import_role role,
    const struct csvread_row *row)
{
    import_cells(columns, role, row, &batch->scratch);
    add_scratch(batch, array);
}

/* The status, and a yes in a column of its own for opting out. */
static void
add_situacao(struct import_batch *batch, const struct import_columns *columns,
    const struct csvread_row *row)
{
    import_cells(columns, IMPORT_STATUS, row, &batch->scratch);
    for (int i = 0; i < columns->n_of[IMPORT_DESCADASTRO]; i++) {
        int column = columns->of[IMPORT_DESCADASTRO][i];

        if (column < row->n && import_says_yes(row->fields[column]))
            buf_adds(&batch->scratch, "|optout");
    }
    add_scratch(batch, SITUACOES);
}

static size_t
batch_bytes(const struct import_batch *batch)
{
    size_t bytes = 0;

    for (int i = 0; i < IMPORT_BATCH_ARRAYS; i++)
        bytes += batch->arrays[i].buf.bytes;
    return bytes;
}

enum rc
import_batch_add(struct import_batch *batch, const struct import_columns *columns,
    const struct csvread_row *row, struct fault *fault)
{
    pg_array_add_int(&batch->arrays[LINHAS], row->line);
    add_cell(batch, NOMES, columns, IMPORT_NOME, row);
    add_cell(batch, TELEFONES, columns, IMPORT_TELEFONE, row);
    add_cell(batch, ESPECIALIDADES, columns, IMPORT_ESPECIALIDADE, row);
    add_cell(batch, REGIOES, columns, IMPORT_REGIAO, row);
    add_cells(batch, TAGS, columns, IMPORT_TAGS, row);
    add_cells(batch, ACEITES, columns, IMPORT_ACEITA, row);
    add_situacao(batch, columns, row);
    add_cell(batch, NASCIMENTOS, columns, IMPORT_NASCIMENTO, row);
    import_metadata(columns, row, &batch->scratch);
    add_scratch(batch, METADATAS);

    if (batch->arrays[LINHAS].n < ROWS_MAX && batch_bytes(batch) < SENT_AT_BYTES)
        return RC_OK;
    return import_batch_flush(batch, fault);
}

enum rc
import_batch_flush(struct import_batch *batch, struct fault *fault)
{
    const char *values[IMPORT_BATCH_ARRAYS];
    struct pg_rows *rows = NULL;
    enum rc rc;

    if (batch->arrays[LINHAS].n == 0)
        return RC_OK;
    for (int i = 0; i < IMPORT_BATCH_ARRAYS; i++) {
        values[i] = pg_array_text(&batch->arrays[i]);
        if (values[i] && !batch->is_bad)
            continue;
        fault_set(fault, "csv", "memory", "out of memory");
        return RC_OOM;
    }
    rc = pg_sync_query(batch->pg, &SQL_CLIENTE_IMPORT_LER, values, &rows, fault);
    for (int i = 0; rc == RC_OK && i < pg_count(rows); i++)
        import_report_reject(
            batch->report, pg_int(rows, i, 0), pg_text(rows, i, 1), pg_text(rows, i, 2));
    pg_rows_free(rows);
    for (int i = 0; i < IMPORT_BATCH_ARRAYS; i++)
        pg_array_clear(&batch->arrays[i]);
    return rc;
}
