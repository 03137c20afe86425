/*
 * Looks at the queue: which lanes wait and since when, and where each number sends.
 */
#include "fila.h"
#include "fila_internal.h"
#include "mem.h"
#include "statements.h"

static void
on_lanes(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct fila *fila = ctx;
    int n = rc == RC_OK ? pg_count(rows) : 0;
    CLEANUP_FREE struct fila_lane *lanes = NULL;

    fila_answered(fila, "lanes", &fila->lanes_refused, rc, fault);
    fila->lanes_call.is_pending = false;
    if (n > 0 && !(lanes = mem_alloc((size_t)n, sizeof(*lanes)))) {
        fila->on_lanes(fila->lanes_call.ctx, RC_OOM, NULL, 0);
        return;
    }
    for (int i = 0; i < n; i++)
        lanes[i] = (struct fila_lane){
            .numero_id = (int)pg_int(rows, i, 0),
            .prioridade = (int)pg_int(rows, i, 1),
            .faixa = (int)pg_int(rows, i, 2),
            .peso = (int)pg_int(rows, i, 3),
            .taxa = pg_real(rows, i, 4),
            .espera_ms = pg_int(rows, i, 5),
            .numero_taxa = pg_real(rows, i, 6),
            .numero_rajada = (int)pg_int(rows, i, 7),
            .fator = pg_real(rows, i, 8),
        };
    fila->on_lanes(fila->lanes_call.ctx, rc, lanes, n);
}

static enum rc
look(struct fila *fila, const struct pg_statement *statement, const char *const *values,
    fila_lanes_fn *fn, void *ctx)
{
    enum rc rc = pg_query(fila->opts.claim, statement, values, on_lanes, fila);

    if (rc == RC_OK) {
        fila->lanes_call = (struct fila_call){true, ctx};
        fila->on_lanes = fn;
    }
    return rc;
}

enum rc
fila_lanes(struct fila *fila, fila_lanes_fn *fn, void *ctx)
{
    if (fila->lanes_call.is_pending)
        return RC_AGAIN;
    return look(fila, &SQL_FILA_LANES, NULL, fn, ctx);
}

enum rc
fila_lanes_known(
    struct fila *fila, const struct fila_ask *asks, int n, fila_lanes_fn *fn, void *ctx)
{
    const char *all[6];

    if (fila->lanes_call.is_pending)
        return RC_AGAIN;
    if (!fila_write_asks(fila, asks, n, all))
        return RC_OOM;
    const char *values[] = {all[0], all[1], all[2], all[4], all[5]};
    return look(fila, &SQL_FILA_LANES_KNOWN, values, fn, ctx);
}

static void
on_numeros(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct fila *fila = ctx;
    int n = rc == RC_OK ? pg_count(rows) : 0;
    CLEANUP_FREE struct fila_numero *numeros = NULL;

    fila_answered(fila, "numeros", &fila->numeros_refused, rc, fault);
    fila->numeros_call.is_pending = false;
    if (n > 0 && !(numeros = mem_alloc((size_t)n, sizeof(*numeros)))) {
        fila->on_numeros(fila->numeros_call.ctx, RC_OOM, NULL, 0);
        return;
    }
    for (int i = 0; i < n; i++)
        numeros[i] = (struct fila_numero){
            .id = (int)pg_int(rows, i, 0),
            .identificador = pg_text(rows, i, 1),
            .portfolio_id = pg_int(rows, i, 2),
            .token_arquivo = pg_text(rows, i, 3),
            .conta_id = pg_int(rows, i, 4),
            .alcance_limite = (int)pg_int(rows, i, 5),
        };
    fila->on_numeros(fila->numeros_call.ctx, rc, numeros, n);
}

enum rc
fila_numeros(struct fila *fila, fila_numeros_fn *fn, void *ctx)
{
    if (fila->numeros_call.is_pending)
        return RC_AGAIN;
    enum rc rc = pg_query(fila->opts.claim, &SQL_FILA_NUMEROS, NULL, on_numeros, fila);
    if (rc == RC_OK) {
        fila->numeros_call = (struct fila_call){true, ctx};
        fila->on_numeros = fn;
    }
    return rc;
}
