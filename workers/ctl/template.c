/*
 * carteiro modelo publicar|sincronizar: templates to Meta and their state back.
 *
 * The database builds the request (the body with {{1}} for its first placeholder) and
 * writes down the answer; here is only the way between. One refused template does not
 * keep the others back: each gets its line, and the exit code says that something failed.
 */
#include "commands.h"

#include <string.h>

#include "command.h"
#include "graph.h"
#include "mem.h"
#include "output.h"
#include "statements.h"

#define PAGES_MAX 100

/* What both commands carry along. */
struct template_run {
    struct ctl *ctl;
    struct graph *graph;
    struct json *table; /* what is shown in the end */
    int code;
};

static struct pg_rows *
ask(struct ctl *ctl, const struct pg_statement *statement, const struct json *args,
    int *ret_code)
{
    struct pg_rows *rows = NULL;
    struct fault fault = {0};
    struct buf text = {0};
    enum rc rc;

    if (!ctl_pg(ctl)) {
        *ret_code = 69;
        return NULL;
    }
    buf_init(&text, (size_t)1 << 20);
    json_write(args, &text);
    rc = pg_sync_query(
        ctl->pg, statement, (const char *const[]){buf_text(&text)}, &rows, &fault);
    buf_done(&text);
    if (rc == RC_OK)
        return rows;
    *ret_code = ctl_fail(rc, &fault);
    return NULL;
}

/* Writes down a template's state; false when we have none of that name. */
static bool
store(struct template_run *run, const char *waba, const struct json *template)
{
    const char *values[] = {waba, json_string_of(template, "name"),
        json_string_of(template, "language"), json_string_of(template, "status"),
        json_string_of(template, "id"), json_string_of(template, "parameter_format")};
    struct pg_rows *rows = NULL;
    struct fault fault = {0};
    bool is_known = false;
    enum rc rc =
        pg_sync_query(run->ctl->pg, &SQL_CTL_MODELO_SINCRONIZAR, values, &rows, &fault);

    if (rc != RC_OK) {
        run->code = ctl_fail(rc, &fault);
        return false;
    }
    is_known = pg_bool(rows, 0, 0);
    pg_rows_free(rows);
    return is_known;
}

static void
add_line(struct template_run *run, const struct json *template)
{
    struct json *line = json_new_object();

    if (!line)
        return;
    json_set_string(line, "nome", json_string_of(template, "name"));
    json_set_string(line, "idioma", json_string_of(template, "language"));
    json_set_string(line, "estado", json_string_of(template, "status"));
    json_set_string(line, "meta_id", json_string_of(template, "id"));
    json_add(run->table, line);
}

static int
finish(struct template_run *run)
{
    int n = json_length(run->table);
    const struct json **rows = mem_alloc((size_t)n + 1, sizeof(void *));

    for (int i = 0; rows && i < n; i++)
        rows[i] = json_at(run->table, i);
    if (run->ctl->as_json)
        output_json(run->table, stdout);
    else if (rows)
        output_table(rows, n, stdout);
    mem_free(rows);
    json_free(run->table);
    graph_free(run->graph);
    return run->code;
}

static bool
begin(struct template_run *run)
{
    run->graph = graph_new(&run->ctl->config);
    run->table = json_new_array();
    return run->graph && run->table;
}

static void
publish(struct template_run *run, const struct pg_rows *rows, int row)
{
    struct json *answer = NULL;
    struct fault fault = {0};
    struct buf path = {0};
    struct graph_call call = {.method = "POST",
        .token_arquivo = pg_text(rows, row, 1),
        .body = pg_text(rows, row, 4)};
    enum rc rc;

    buf_init(&path, 256);
    buf_addf(&path, "%s/message_templates", pg_text(rows, row, 0));
    call.path = buf_text(&path);
    rc = graph_run(run->graph, &call, &answer, &fault);
    buf_done(&path);
    if (rc != RC_OK) {
        fault_wrap(&fault, "%s", pg_text(rows, row, 2));
        run->code = ctl_fail(rc, &fault);
        return;
    }
    /* the answer names neither; Meta's list does, and lines are made from either */
    json_set_string(answer, "name", pg_text(rows, row, 2));
    json_set_string(answer, "language", pg_text(rows, row, 3));
    if (!json_string_of(answer, "status"))
        json_set_string(answer, "status", "PENDING");
    (void)store(run, pg_text(rows, row, 0), answer);
    add_line(run, answer);
    json_free(answer);
}

int
template_publish_run(struct ctl *ctl, const struct json *args)
{
    struct template_run run = {.ctl = ctl};
    struct pg_rows *rows = ask(ctl, &SQL_CTL_MODELO_PEDIDOS, args, &run.code);

    if (!rows)
        return run.code;
    if (pg_count(rows) == 0 && json_get(args, "nome")) {
        (void)fprintf(stderr, "carteiro: nome: the company has no template \"%s\"\n",
            json_string_of(args, "nome"));
        pg_rows_free(rows);
        return 1;
    }
    if (begin(&run))
        for (int row = 0; row < pg_count(rows); row++)
            publish(&run, rows, row);
    else
        run.code = ctl_fail(RC_OOM, &(struct fault){0});
    pg_rows_free(rows);
    return finish(&run);
}

/* Only what may stand in a query as it is. */
static bool
is_cursor(const char *text)
{
    return text && text[0] &&
           strspn(text,
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=") ==
               strlen(text);
}

/* One page of an account's templates. `cursor` is moved on; empty after the last page. */
static enum rc
sync_page(
    struct template_run *run, const char *waba, const char *token, struct buf *cursor)
{
    struct json *answer = NULL;
    struct fault fault = {0};
    struct buf path = {0};
    struct graph_call call = {.method = "GET", .token_arquivo = token};
    const struct json *data, *paging;
    const char *after;
    enum rc rc;

    buf_init(&path, 4096);
    buf_addf(&path,
        "%s/message_templates?fields=name,language,status,id,parameter_format&limit=100",
        waba);
    if (cursor->bytes > 0)
        buf_addf(&path, "&after=%s", buf_text(cursor));
    call.path = buf_text(&path);
    rc = graph_run(run->graph, &call, &answer, &fault);
    buf_done(&path);
    buf_clear(cursor);
    if (rc != RC_OK) {
        run->code = ctl_fail(rc, &fault);
        return rc;
    }
    data = json_get(answer, "data");
    for (int i = 0; i < json_length(data); i++)
        if (store(run, waba, json_at(data, i)))
            add_line(run, json_at(data, i));
    paging = json_get(answer, "paging");
    after = json_string_of(json_get(paging, "cursors"), "after");
    if (json_get(paging, "next") && is_cursor(after))
        buf_adds(cursor, after);
    json_free(answer);
    return RC_OK;
}

int
template_sync_run(struct ctl *ctl, const struct json *args)
{
    struct template_run run = {.ctl = ctl};
    struct pg_rows *rows = ask(ctl, &SQL_CTL_MODELO_CONTAS, args, &run.code);

    if (!rows)
        return run.code;
    if (!begin(&run))
        run.code = ctl_fail(RC_OOM, &(struct fault){0});
    for (int row = 0; run.graph && run.table && row < pg_count(rows); row++) {
        struct buf cursor = {0};
        int pages = 0;

        buf_init(&cursor, 2048);
        do {
            if (sync_page(&run, pg_text(rows, row, 0), pg_text(rows, row, 1), &cursor) !=
                RC_OK)
                break;
        } while (cursor.bytes > 0 && ++pages < PAGES_MAX);
        buf_done(&cursor);
    }
    pg_rows_free(rows);
    return finish(&run);
}
