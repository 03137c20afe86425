/*
 * What binds the fleet beside the queue itself: the mode, who lives, and whom a portfolio
 * has written to.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fila.h"
#include "fila_internal.h"
#include "mem.h"
#include "statements.h"

void
fila_set_epoca(struct fila *fila, int64_t epoca)
{
    fila->epoca = epoca;
}

static void
on_seen(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct fila *fila = ctx;
    struct fila_modo modo = {0};

    fila_answered(fila, "seen", &fila->seen_refused, rc, fault);
    fila->seen_call.is_pending = false;
    if (rc == RC_OK && pg_count(rows) != 1)
        rc = RC_RETRY;
    if (rc == RC_OK)
        modo = (struct fila_modo){
            .is_degradado = strcmp(pg_text(rows, 0, 0), "degradado") == 0,
            .epoca = pg_int(rows, 0, 1),
            .vivos = (int)pg_int(rows, 0, 2),
            .has_suspeitas = pg_bool(rows, 0, 3),
        };
    fila->on_seen(fila->seen_call.ctx, rc, &modo);
}

enum rc
fila_seen(struct fila *fila, bool has_redis, fila_seen_fn *fn, void *ctx)
{
    const char *values[] = {
        fila->opts.worker, CARTEIRO_VERSION, has_redis ? "true" : "false"};

    if (fila->seen_call.is_pending)
        return RC_AGAIN;
    enum rc rc = pg_query(fila->opts.record, &SQL_SENDER_SEEN, values, on_seen, fila);
    if (rc == RC_OK) {
        fila->seen_call = (struct fila_call){true, ctx};
        fila->on_seen = fn;
    }
    return rc;
}

static void
on_gone(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct fila *fila = ctx;

    (void)rc; /* whether it was heard or not, it ends */
    (void)rows;
    (void)fault;
    fila->on_gone(fila->on_gone_ctx);
}

enum rc
fila_gone(struct fila *fila, fila_gone_fn *fn, void *ctx)
{
    const char *values[] = {fila->opts.worker};

    fila->on_gone = fn;
    fila->on_gone_ctx = ctx;
    return pg_query(fila->opts.record, &SQL_SENDER_GONE, values, on_gone, fila);
}

static void
on_reach(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct fila *fila = ctx;
    int n = rc == RC_OK ? pg_count(rows) : 0;
    CLEANUP_FREE const char **destinos = mem_alloc((size_t)n + 1, sizeof(*destinos));
    CLEANUP_FREE int64_t *ha_ms = mem_alloc((size_t)n + 1, sizeof(*ha_ms));

    fila_answered(fila, "reach", &fila->reach_refused, rc, fault);
    fila->reach_call.is_pending = false;
    if (!destinos || !ha_ms) {
        fila->on_reach(fila->reach_call.ctx, RC_OOM, NULL, NULL, 0);
        return;
    }
    for (int i = 0; i < n; i++) {
        destinos[i] = pg_text(rows, i, 0);
        ha_ms[i] = pg_int(rows, i, 1);
    }
    fila->on_reach(fila->reach_call.ctx, rc, destinos, ha_ms, n);
}

enum rc
fila_reach(struct fila *fila, int64_t portfolio_id, fila_reach_fn *fn, void *ctx)
{
    char portfolio[24];
    const char *values[] = {portfolio};

    if (fila->reach_call.is_pending)
        return RC_AGAIN;
    snprintf(portfolio, sizeof(portfolio), "%" PRId64, portfolio_id);
    enum rc rc = pg_query(fila->opts.claim, &SQL_FILA_REACH, values, on_reach, fila);
    if (rc == RC_OK) {
        fila->reach_call = (struct fila_call){true, ctx};
        fila->on_reach = fn;
    }
    return rc;
}

const char *
fila_trouble(const struct fila *fila)
{
    bool is_refused = fila->lanes_refused || fila->numeros_refused ||
                      fila->claim_refused || fila->seen_refused;

    return is_refused ? fila->refusal : NULL;
}
