/*
 * carteiro - the operations CLI. Reads the command line, then the configuration, then
 * runs one command: a statement of the table, or a function of its own file. Whatever
 * fails is one line on stderr and an exit code (0, 1, 2, 69, 75, 78).
 */
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "exit.h"
#include "mem.h"
#include "output.h"

static struct pg_sync *
open_pg(struct ctl *ctl, const char *url, bool is_pooled)
{
    struct fault fault = {0};
    struct pg_opts opts = {
        .url = url,
        .password_file = ctl->config.database.password_file,
        .application_name = "carteiro",
        .is_pooled = is_pooled,
        .statement_ms = 600000, /* a person waits, and may press Ctrl-C */
    };

    if (ctl->pg)
        return ctl->pg;
    ctl->pg = pg_sync_open(&opts, &fault);
    if (!ctl->pg)
        (void)fprintf(stderr, "carteiro: PostgreSQL cannot be reached: %s\n", fault.text);
    return ctl->pg;
}

struct pg_sync *
ctl_pg(struct ctl *ctl)
{
    return open_pg(ctl, ctl->config.database.url, ctl->config.database.is_pooled);
}

struct pg_sync *
ctl_pg_session(struct ctl *ctl)
{
    const struct config_database *database = &ctl->config.database;

    if (!database->is_pooled)
        return ctl_pg(ctl);
    if (database->listen_url)
        return open_pg(ctl, database->listen_url, false);
    (void)fprintf(stderr,
        "carteiro: this needs one session from beginning to end, which a pooler does not "
        "give: say database.listen_url, a direct connection\n");
    return NULL;
}

int
ctl_fail(enum rc rc, const struct fault *fault)
{
    (void)fprintf(stderr, "carteiro: %s\n", fault->text[0] ? fault->text : rc_name(rc));
    return exit_of(rc);
}

/* The rows' JSON, parsed; the caller frees each and the array. NULL when one cannot be
 * read. */
static struct json **
parse_rows(const struct pg_rows *rows)
{
    const struct json_limits limits = {.depth_max = 64, .tokens_max = 10000000};
    int n = pg_count(rows);
    struct json **parsed = mem_alloc((size_t)n + 1, sizeof(void *));

    for (int i = 0; parsed && i < n; i++) {
        const char *text = pg_text(rows, i, 0);

        parsed[i] = json_parse(text, strlen(text), &limits, NULL);
    }
    return parsed;
}

static void
print_list(struct json **parsed, int n)
{
    struct json *list = json_new_array();

    for (int i = 0; i < n; i++)
        json_add(list, steal(&parsed[i]));
    output_json(list, stdout);
    json_free(list);
}

static void
print_rows(
    const struct ctl *ctl, const struct command *command, struct json **parsed, int n)
{
    if (ctl->as_json && command->form == FORM_TABLE) {
        print_list(parsed, n);
        return;
    }
    if (command->form == FORM_TABLE) {
        output_table((const struct json *const *)parsed, n, stdout);
        return;
    }
    for (int i = 0; i < n; i++) {
        if (ctl->as_json)
            output_json(parsed[i], stdout);
        else
            output_row(parsed[i], stdout);
    }
}

int
ctl_run_statement(struct ctl *ctl, const struct command *command, const struct json *args)
{
    struct pg_rows *rows = NULL;
    struct json **parsed = NULL;
    struct fault fault = {0};
    struct buf text = {0};
    enum rc rc;

    if (!ctl_pg(ctl))
        return EXIT_UNAVAILABLE;
    buf_init(&text, (size_t)1 << 24);
    json_write(args, &text);
    rc = text.is_bad ? RC_OOM
                     : pg_sync_query(ctl->pg, command->statement,
                           (const char *const[]){buf_text(&text)}, &rows, &fault);
    buf_done(&text);
    if (rc != RC_OK)
        return ctl_fail(rc, &fault);
    parsed = parse_rows(rows);
    if (!parsed) {
        pg_rows_free(rows);
        return ctl_fail(RC_OOM, &fault);
    }
    print_rows(ctl, command, parsed, pg_count(rows));
    for (int i = 0; i < pg_count(rows); i++)
        json_free(parsed[i]);
    mem_free(parsed);
    pg_rows_free(rows);
    return 0;
}

static int
run(struct ctl *ctl, const struct command_line *line)
{
    if (!line->command->is_configless &&
        config_load(line->config_path, &ctl->config, stderr) != RC_OK)
        return EXIT_CONFIGURATION;
    if (line->command->run)
        return line->command->run(ctl, line->args);
    json_set_string(line->args, "fuso_padrao", ctl->config.fuso); /* empresa salvar */
    return ctl_run_statement(ctl, line->command, line->args);
}

int
main(int argc, char **argv)
{
    struct command_line line;
    struct ctl ctl = {0};
    int code = command_parse(argc, argv, &line, stdout, stderr);

    if (code < 0) {
        ctl.as_json = line.as_json;
        ctl.config_path = line.config_path;
        code = run(&ctl, &line);
        pg_sync_close(ctl.pg);
    }
    json_free(line.args);
    /* a full disk or a closed pipe must not look like success */
    if (fflush(stdout) != 0 && code == 0)
        code = 1;
    return code;
}
