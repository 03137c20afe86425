/*
 * What Meta's answers say of more than their own message, one SQL function each: a rate
 * falls, a pause begins or ends, a window is closed. They go the way of the records, in
 * whose pipeline they come before the record of the message that they are about.
 */
#include "pause.h"

#include <stdio.h>

#include "fila.h"
#include "fila_internal.h"
#include "log.h"
#include "mem.h"
#include "statements.h"

struct fila_telling {
    struct fila *fila;
    const char *call; /* static text */
    fila_told_fn *fn;
    void *ctx;
    struct fila_telling *next;
};

static const char *const escopo_names[] = {
    [FILA_NUMERO] = "numero",
    [FILA_CONTA] = "conta",
    [FILA_MODELO] = "modelo",
};

void
fila_tellings_free(struct fila *fila)
{
    while (fila->tellings) {
        struct fila_telling *next = fila->tellings->next;
        mem_free(fila->tellings);
        fila->tellings = next;
    }
}

static void
forget(struct fila_telling *telling)
{
    struct fila_telling **at = &telling->fila->tellings;

    while (*at != telling)
        at = &(*at)->next;
    *at = telling->next;
    mem_free(telling);
}

static void
on_told(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct fila_telling told = *(struct fila_telling *)ctx;

    (void)rows;
    forget(ctx);
    if (rc == RC_REJECTED)
        log_error("fila.refused", LOG_S("call", told.call), LOG_FAULT(fault));
    told.fn(told.ctx, rc);
}

static enum rc
tell(const struct fila_telling *said, const struct pg_statement *statement,
    const char *const *values)
{
    struct fila *fila = said->fila;
    CLEANUP_FREE struct fila_telling *telling = mem_new(struct fila_telling);

    if (!telling)
        return RC_OOM;
    enum rc rc = pg_query(fila->opts.record, statement, values, on_told, telling);
    if (rc != RC_OK)
        return rc;
    *telling = *said;
    telling->next = fila->tellings;
    fila->tellings = steal(&telling);
    return RC_OK;
}

enum rc
fila_throttled(struct fila *fila, int numero_id, enum fila_escopo escopo,
    fila_told_fn *fn, void *ctx)
{
    const struct fila_telling said = {fila, "throttled", fn, ctx, NULL};
    char numero[16];
    const char *values[] = {numero, escopo_names[escopo]};

    snprintf(numero, sizeof(numero), "%d", numero_id);
    return tell(&said, &SQL_FILA_THROTTLED, values);
}

enum rc
fila_pause(struct fila *fila, const struct fila_pausa *pausa, fila_told_fn *fn, void *ctx)
{
    const struct fila_telling said = {fila, "pause_auto", fn, ctx, NULL};
    char codigo[16];
    const char *values[] = {
        pausa->mensagem_id, escopo_names[pausa->escopo], codigo, pausa->motivo};

    snprintf(codigo, sizeof(codigo), "%d", pausa->codigo);
    return tell(&said, &SQL_FILA_PAUSE_AUTO, values);
}

enum rc
fila_probe_passed(struct fila *fila, const char *mensagem_id, fila_told_fn *fn, void *ctx)
{
    const struct fila_telling said = {fila, "probe_passed", fn, ctx, NULL};

    return tell(&said, &SQL_FILA_PROBE_PASSED, &mensagem_id);
}

enum rc
fila_window_closed(
    struct fila *fila, const char *mensagem_id, fila_told_fn *fn, void *ctx)
{
    const struct fila_telling said = {fila, "window_closed", fn, ctx, NULL};

    return tell(&said, &SQL_FILA_WINDOW_CLOSED, &mensagem_id);
}
