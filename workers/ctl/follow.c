/*
 * carteiro campanha acompanhar: campanha_progresso once a second. On a terminal one line
 * that changes, elsewhere a line for each change; with --json an object a line.
 */
#include "commands.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "mem.h"
#include "output.h"
#include "statements.h"

#define EACH_MS 1000

/* NULL, and the exit code, when the database does not answer or knows no such one. */
static struct json *
look(struct ctl *ctl, const char *args, int *ret_code)
{
    struct pg_rows *rows = NULL;
    struct fault fault = {0};
    struct json *progress;
    enum rc rc = pg_sync_query(
        ctl->pg, &SQL_CTL_CAMPANHA_PROGRESSO, (const char *const[]){args}, &rows, &fault);

    if (rc != RC_OK) {
        *ret_code = ctl_fail(rc, &fault);
        return NULL;
    }
    progress = json_parse(pg_text(rows, 0, 0), strlen(pg_text(rows, 0, 0)), NULL, &fault);
    pg_rows_free(rows);
    if (!progress)
        *ret_code = ctl_fail(RC_REJECTED, &fault);
    return progress;
}

static int64_t
count_of(const struct json *progress, const char *name)
{
    return json_int(json_get(progress, name), 0);
}

static void
write_line(const struct json *progress, struct buf *line)
{
    int64_t eta_s = json_int(json_get(progress, "eta_s"), -1);

    buf_clear(line);
    buf_addf(line,
        "%s  preparadas %" PRId64 "  na fila %" PRId64 "  enviadas %" PRId64
        "  entregues %" PRId64 "  lidas %" PRId64 "  erros %" PRId64 "  %.1f/s",
        json_string_of(progress, "status"), count_of(progress, "preparados"),
        count_of(progress, "na_fila"), count_of(progress, "enviadas"),
        count_of(progress, "entregues"), count_of(progress, "lidas"),
        count_of(progress, "erros") + count_of(progress, "falhas"),
        json_real(json_get(progress, "ritmo"), 0));
    if (eta_s >= 0)
        buf_addf(line, "  faltam %" PRId64 ":%02" PRId64 ":%02" PRId64, eta_s / 3600,
            eta_s / 60 % 60, eta_s % 60);
}

static bool
is_over(const struct json *progress)
{
    const char *status = json_string_of(progress, "status");

    return strcmp(status, "ativa") != 0 && strcmp(status, "agendada") != 0;
}

static void
show(const struct ctl *ctl, const struct json *progress, struct buf *line,
    struct buf *before)
{
    if (ctl->as_json) {
        output_json(progress, stdout);
    } else {
        write_line(progress, line);
        if (isatty(STDOUT_FILENO))
            (void)printf("\r\033[K%s%s", buf_text(line), is_over(progress) ? "\n" : "");
        else if (strcmp(buf_text(line), buf_text(before)) != 0)
            (void)printf("%s\n", buf_text(line));
        buf_clear(before);
        buf_adds(before, buf_text(line));
    }
    (void)fflush(stdout);
}

int
campaign_follow_run(struct ctl *ctl, const struct json *args)
{
    struct buf text = {0}, line = {0}, before = {0};
    int code = 0;

    if (!ctl_pg(ctl))
        return 69;
    buf_init(&text, 4096);
    buf_init(&line, 4096);
    buf_init(&before, 4096);
    json_write(args, &text);
    for (bool is_done = false; !is_done && code == 0;) {
        struct json *progress = look(ctl, buf_text(&text), &code);

        if (!progress)
            break;
        show(ctl, progress, &line, &before);
        is_done = is_over(progress);
        json_free(progress);
        if (!is_done)
            (void)poll(NULL, 0, EACH_MS); /* cut short by a signal: no harm */
    }
    buf_done(&text);
    buf_done(&line);
    buf_done(&before);
    return code;
}
