/*
 * What the database says of each row is counted here: made, changed, the same, rejected.
 * A rehearsal runs every batch and rolls it back, so two rows of one appointment in
 * different batches both count as made.
 */
#include "import_agendamentos.h"

#include <stdio.h>
#include <string.h>

#include "csvread.h"
#include "exit.h"
#include "import_columns.h"
#include "import_step.h"
#include "mem.h"
#include "pgarray.h"
#include "statements.h"

enum {
    ROWS_MAX = 200,
    SENT_AT_BYTES = 1024 * 1024,
    ARRAY_BYTES_MAX = SENT_AT_BYTES + 8 * CSVREAD_RECORD_BYTES_MAX,
};

struct visits {
    const struct import_opts *opts;
    struct text_file *file;
    struct csvread *reader;
    char *keys[CSVREAD_FIELDS_MAX]; /* folded headers */
    int n_keys;
    struct pg_array lines;
    struct pg_array cells; /* a JSON object for each line */
    struct buf scratch;
    struct import_report report; /* of its counts: rows, created, updated, rejected */
    int64_t same;
};

static enum rc
out_of_memory(struct fault *fault)
{
    fault_set(fault, "csv", "memory", "out of memory");
    return RC_OOM;
}

static enum rc
read_header(struct visits *visits, struct fault *fault)
{
    struct csvread_row header;
    enum csvread_result result = csvread_next(visits->reader, &header, fault);

    if (result == CSVREAD_FAILED)
        return RC_REJECTED;
    if (result != CSVREAD_ROW) {
        fault_set(fault, "csv", "no_header",
            "no header; expected columns such as data, hora, telefone, nome");
        return RC_REJECTED;
    }
    for (int i = 0; i < header.n; i++) {
        buf_clear(&visits->scratch);
        text_fold(header.fields[i], &visits->scratch);
        visits->keys[i] = mem_strdup(buf_text(&visits->scratch));
        if (!visits->keys[i])
            return out_of_memory(fault);
        visits->n_keys++;
    }
    return RC_OK;
}

static enum rc
open_file(struct visits *visits, struct fault *fault)
{
    visits->file = text_open(visits->opts->path, fault);
    if (!visits->file)
        return RC_REJECTED;
    visits->reader = csvread_new(visits->file);
    return visits->reader ? read_header(visits, fault) : out_of_memory(fault);
}

/* The row as an object; of columns with one name the first that says something counts. */
static void
write_cells(struct visits *visits, const struct csvread_row *row)
{
    struct buf *out = &visits->scratch;
    int n = row->n < visits->n_keys ? row->n : visits->n_keys;
    bool is_first = true;

    buf_clear(out);
    buf_addc(out, '{');
    for (int i = n - 1; i >= 0; i--) { /* jsonb keeps the last of equal keys */
        if (!row->fields[i][0] || !visits->keys[i][0])
            continue;
        if (!is_first)
            buf_addc(out, ',');
        buf_add_json(out, visits->keys[i]);
        buf_addc(out, ':');
        buf_add_json(out, row->fields[i]);
        is_first = false;
    }
    buf_addc(out, '}');
}

static void
count_rows(void *ctx, const struct pg_rows *rows)
{
    struct visits *visits = ctx;

    for (int i = 0; i < pg_count(rows); i++) {
        const char *outcome = pg_text(rows, i, 1);

        if (strcmp(outcome, "rejeitado") == 0)
            import_report_reject(&visits->report, pg_int(rows, i, 0), pg_text(rows, i, 2),
                pg_text(rows, i, 3));
        visits->report.counts.created += strcmp(outcome, "novo") == 0;
        visits->report.counts.updated += strcmp(outcome, "mudado") == 0;
        visits->same += strcmp(outcome, "igual") == 0;
    }
}

static enum rc
flush(struct visits *visits, struct fault *fault)
{
    const char *values[] = {visits->opts->empresa, pg_array_text(&visits->lines),
        pg_array_text(&visits->cells)};
    struct import_step step = {.opts = visits->opts,
        .statement = &SQL_AGENDAMENTO_IMPORTAR,
        .values = values,
        .on_rows = count_rows,
        .ctx = visits};
    enum rc rc;

    if (visits->lines.n == 0)
        return RC_OK;
    if (!values[1] || !values[2] || visits->scratch.is_bad)
        return out_of_memory(fault);
    rc = import_step_run(&step, fault);
    pg_array_clear(&visits->lines);
    pg_array_clear(&visits->cells);
    return rc;
}

static enum rc
add_row(struct visits *visits, const struct csvread_row *row, struct fault *fault)
{
    write_cells(visits, row);
    pg_array_add_int(&visits->lines, row->line);
    pg_array_add(&visits->cells, buf_text(&visits->scratch));
    if (visits->lines.n < ROWS_MAX && visits->cells.buf.bytes < SENT_AT_BYTES)
        return RC_OK;
    return flush(visits, fault);
}

static enum rc
read_rows(struct visits *visits, struct fault *fault)
{
    struct import_counts *counts = &visits->report.counts;
    enum rc rc = RC_OK;

    while (rc == RC_OK) {
        struct csvread_row row;
        enum csvread_result result = csvread_next(visits->reader, &row, fault);

        if (result == CSVREAD_FAILED)
            return RC_REJECTED;
        if (result == CSVREAD_END)
            break;
        if (result == CSVREAD_ROW && import_is_empty(&row))
            continue;
        counts->rows++;
        if (result == CSVREAD_DAMAGED)
            import_report_reject(&visits->report, row.line, "damaged_row", "");
        else
            rc = add_row(visits, &row, fault);
        import_report_progress(&visits->report, "gravando: linhas", counts->rows,
            text_bytes_read(visits->file), text_bytes(visits->file));
    }
    return rc == RC_OK ? flush(visits, fault) : rc;
}

static void
print_result(const struct visits *visits)
{
    const struct import_counts *counts = &visits->report.counts;
    bool as_json = visits->opts->as_json;

    (void)printf(as_json ? "{\"linhas\":%lld,\"novos\":%lld,\"mudados\":%lld,"
                           "\"iguais\":%lld,\"rejeitados\":%lld}\n"
                         : "linhas      %lld\nnovos       %lld\nmudados     %lld\n"
                           "iguais      %lld\nrejeitados  %lld\n",
        (long long)counts->rows, (long long)counts->created, (long long)counts->updated,
        (long long)visits->same, (long long)counts->rejected);
    if (visits->opts->is_rehearsal && !as_json)
        (void)puts("ensaio: nada foi gravado");
}

static enum rc
run(struct visits *visits, struct fault *fault)
{
    enum rc rc = import_report_init(&visits->report, visits->opts->rejeitados, fault);

    if (rc == RC_OK)
        rc = open_file(visits, fault);
    if (rc == RC_OK)
        rc = read_rows(visits, fault);
    return import_step_end(visits->opts, &visits->report, rc, fault);
}

int
import_agendamentos_run(const struct import_opts *opts)
{
    struct visits *visits = mem_new(struct visits);
    struct fault fault = {0};
    enum rc rc;

    if (!visits)
        return EXIT_FAILED;
    visits->opts = opts;
    pg_array_init(&visits->lines, ARRAY_BYTES_MAX);
    pg_array_init(&visits->cells, ARRAY_BYTES_MAX);
    buf_init(&visits->scratch, ARRAY_BYTES_MAX);
    rc = run(visits, &fault);
    if (rc == RC_OK)
        print_result(visits);
    else
        import_step_complain(opts, rc, &fault);
    for (int i = 0; i < visits->n_keys; i++)
        mem_free(visits->keys[i]);
    csvread_free(visits->reader);
    text_close(visits->file);
    pg_array_done(&visits->lines);
    pg_array_done(&visits->cells);
    buf_done(&visits->scratch);
    mem_free(visits);
    return exit_of(rc);
}
