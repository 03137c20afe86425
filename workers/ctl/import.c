/*
 * Happy path: the header names the columns; rows go out in batches and rejected ones come
 * back; when the file is at its end the database numbers its people, and brings them in
 * by lots, each a transaction of its own. A rehearsal runs every lot and rolls it back.
 *
 * Failures: a damaged row is reported and left out. What the database refuses ends the
 * import with its message; lots that were done stay, and running it again finishes it,
 * because everything is found again by its number. A lot that lost a deadlock is
 * repeated.
 */
#include "import.h"

#include <stdio.h>

#include "exit.h"
#include "import_batch.h"
#include "import_step.h"
#include "mem.h"
#include "statements.h"

enum { PEOPLE_PER_LOT = 2000 };

struct import {
    const struct import_opts *opts;
    struct text_file *file;
    struct csvread *reader;
    struct import_columns columns;
    struct import_batch batch;
    struct import_report report;
    char *empresa_nome;
};

/* Opens the file and reads its header. */
static enum rc
open_file(struct import *import, struct fault *fault)
{
    struct csvread_row header;
    enum csvread_result result;

    import->file = text_open(import->opts->path, fault);
    if (!import->file)
        return RC_REJECTED;
    import->reader = csvread_new(import->file);
    if (!import->reader) {
        fault_set(fault, "csv", "memory", "out of memory");
        return RC_OOM;
    }
    result = csvread_next(import->reader, &header, fault);
    if (result == CSVREAD_FAILED)
        return RC_REJECTED;
    if (result == CSVREAD_ROW)
        return import_columns_init(&import->columns, &header, fault);
    fault_set(fault, "csv", "no_header",
        result == CSVREAD_END
            ? "the file is empty; expected a header with a column telefone"
            : "the header has a quote that is never closed");
    return RC_REJECTED;
}

static enum rc
open_import(struct import *import, struct fault *fault)
{
    const struct import_opts *opts = import->opts;
    const char *values[] = {opts->empresa, import_base_name(opts->path), opts->tag};
    struct pg_rows *rows = NULL;
    enum rc rc = pg_sync_query(opts->pg, &SQL_CLIENTE_IMPORT_ABRIR, values, &rows, fault);

    if (rc == RC_OK) {
        import->empresa_nome = mem_strdup(pg_text(rows, 0, 1));
        rc = import->empresa_nome ? RC_OK : RC_OOM;
    }
    pg_rows_free(rows);
    return rc;
}

static enum rc
read_rows(struct import *import, struct fault *fault)
{
    struct import_counts *counts = &import->report.counts;
    enum csvread_result result = CSVREAD_ROW;
    enum rc rc = RC_OK;

    while (rc == RC_OK) {
        struct csvread_row row;

        result = csvread_next(import->reader, &row, fault);
        if (result == CSVREAD_END || result == CSVREAD_FAILED)
            break;
        if (result == CSVREAD_ROW && import_is_empty(&row))
            continue; /* spreadsheets export the empty rows below the table too */
        counts->rows++;
        counts->cut += row.cut;
        if (result == CSVREAD_DAMAGED)
            import_report_reject(&import->report, row.line, "damaged_row", "");
        else
            rc = import_batch_add(&import->batch, &import->columns, &row, fault);
        import_report_progress(&import->report, "lendo: linhas", counts->rows,
            text_bytes_read(import->file), text_bytes(import->file));
    }
    if (result == CSVREAD_FAILED)
        return RC_REJECTED;
    return rc == RC_OK ? import_batch_flush(&import->batch, fault) : rc;
}

static void
add_lot(void *ctx, const struct pg_rows *rows)
{
    struct import_counts *counts = ctx;

    counts->contacts += pg_int(rows, 0, 0);
    counts->created += pg_int(rows, 0, 1);
    counts->updated += pg_int(rows, 0, 2);
    counts->optout += pg_int(rows, 0, 3);
    counts->without_consent += pg_int(rows, 0, 4);
    counts->refusals_kept += pg_int(rows, 0, 5);
}

/* People `from` to `to`. */
static enum rc
run_lot(struct import *import, int64_t from, int64_t to, struct fault *fault)
{
    char numbers[2][24];
    const char *values[] = {numbers[0], numbers[1]};
    struct import_step step = {.opts = import->opts,
        .statement = &SQL_CLIENTE_IMPORT_LOTE,
        .values = values,
        .on_rows = add_lot,
        .ctx = &import->report.counts};

    (void)snprintf(numbers[0], sizeof(numbers[0]), "%lld", (long long)from);
    (void)snprintf(numbers[1], sizeof(numbers[1]), "%lld", (long long)to);
    return import_step_run(&step, fault);
}

static enum rc
run_lots(struct import *import, int64_t people, struct fault *fault)
{
    struct import_report *report = &import->report;
    enum rc rc = RC_OK;

    for (int64_t from = 1; rc == RC_OK && from <= people; from += PEOPLE_PER_LOT) {
        rc = run_lot(import, from, from + PEOPLE_PER_LOT - 1, fault);
        import_report_progress(
            report, "gravando: contatos", report->counts.contacts, from, people);
    }
    return rc;
}

/* Merges the people of the whole file and brings them in. */
static enum rc
apply(struct import *import, struct fault *fault)
{
    struct import_counts *counts = &import->report.counts;
    struct pg_rows *rows = NULL;
    int64_t people = 0;
    enum rc rc =
        pg_sync_query(import->opts->pg, &SQL_CLIENTE_IMPORT_JUNTAR, NULL, &rows, fault);

    if (rc == RC_OK) {
        people = pg_int(rows, 0, 0);
        counts->merged = pg_int(rows, 0, 1) - people;
        counts->birth_ignored = pg_int(rows, 0, 2);
    }
    pg_rows_free(rows);
    import_report_restart(&import->report);
    return rc == RC_OK ? run_lots(import, people, fault) : rc;
}

/* Leaves the counts in auditoria. */
static enum rc
close_import(struct import *import, struct fault *fault)
{
    struct buf json;
    const char *values[1];
    enum rc rc;

    if (import->opts->is_rehearsal)
        return RC_OK;
    buf_init(&json, 16384);
    import_report_json(&import->report.counts, &json);
    values[0] = buf_text(&json);
    rc = pg_sync_query(
        import->opts->pg, &SQL_CLIENTE_IMPORT_ENCERRAR, values, NULL, fault);
    buf_done(&json);
    return rc;
}

/* What was read and as what, so that a wrong guess is seen at once. */
static void
print_columns(const struct import *import)
{
    const struct import_columns *columns = &import->columns;
    char separator = csvread_separator(import->reader);

    (void)printf("%s para %s: %s, separador %s\n", import_base_name(import->opts->path),
        import->empresa_nome, text_encoding_name(text_encoding(import->file)),
        separator == '\t' ? "tab" : (const char[]){separator, '\0'});
    for (int i = 0; i < columns->n; i++)
        (void)printf("  %s → %s%s\n", columns->keys[i],
            columns->roles[i] == IMPORT_EXTRA ? "metadata." : "",
            columns->roles[i] == IMPORT_EXTRA ? columns->keys[i]
                                              : import_role_name(columns->roles[i]));
}

static void
print_result(const struct import *import)
{
    struct buf text;

    buf_init(&text, 65536);
    if (import->opts->as_json) {
        import_report_json(&import->report.counts, &text);
        buf_addc(&text, '\n');
    } else {
        print_columns(import);
        import_report_text(&import->report.counts, &text);
        if (import->opts->is_rehearsal)
            buf_adds(&text, "ensaio: nada foi gravado\n");
    }
    (void)fputs(buf_text(&text), stdout);
    buf_done(&text);
}

static enum rc
run(struct import *import, struct fault *fault)
{
    enum rc rc = import_report_init(&import->report, import->opts->rejeitados, fault);

    if (rc == RC_OK)
        rc = open_file(import, fault);
    if (rc == RC_OK)
        rc = open_import(import, fault);
    if (rc == RC_OK)
        rc = read_rows(import, fault);
    if (rc == RC_OK)
        rc = apply(import, fault);
    if (rc == RC_OK)
        rc = close_import(import, fault);
    return import_step_end(import->opts, &import->report, rc, fault);
}

int
import_run(const struct import_opts *opts)
{
    struct import import = {.opts = opts};
    struct fault fault = {0};
    enum rc rc;

    import_batch_init(&import.batch, opts->pg, &import.report);
    rc = run(&import, &fault);
    if (rc == RC_OK)
        print_result(&import);
    else
        import_step_complain(opts, rc, &fault);
    import_batch_done(&import.batch);
    import_columns_done(&import.columns);
    csvread_free(import.reader);
    text_close(import.file);
    mem_free(import.empresa_nome);
    return exit_of(rc);
}
