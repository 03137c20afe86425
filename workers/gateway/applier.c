/*
 * One request in flight. Happy path: poked -> webhook_apply -> a full batch: again at
 * once; else not before PACE_MS, if poked meanwhile; else idle.
 *
 * What can go wrong: no connection (the poke when it is back starts over); the statement
 * fails (logged when that begins, waited for 1 s doubling to 30 s, with half the batch).
 */
#include "applier.h"

#include <stdio.h>

#include "log.h"
#include "loop.h"
#include "mem.h"
#include "metrics.h"
#include "pg.h"
#include "statements.h"

#define BATCH_MAX 4000
#define PACE_MS                                                                          \
    75 /* sent, delivered and read of a message come close together: one update */
#define PAUSE_MIN_MS 1000
#define PAUSE_MAX_MS 30000

static struct metric aplicados = {.kind = METRIC_COUNTER,
    .name = "carteiro_webhook_aplicados_total",
    .help = "Events of webhooks that this gateway applied."};
static struct metric erros = {.kind = METRIC_COUNTER,
    .name = "carteiro_webhook_aplicar_erros_total",
    .help = "Batches of events that could not be applied."};

struct applier {
    struct pg *pg;
    struct loop_timer again;
    int batch;
    int64_t pause_ms; /* 0: the last request worked */
    bool is_asked;
    bool is_poked; /* while asked, or while the timer runs */
    bool is_draining;
    bool followup;
};

static void
failed(struct applier *applier, enum rc rc, const struct fault *fault)
{
    metric_add(&erros, NULL, 1);
    if (!applier->pause_ms)
        LOG_AT(rc == RC_REJECTED ? LOG_ERROR : LOG_WARN, "webhook.not_applied",
            LOG_FAULT(fault), LOG_END);
    applier->batch = applier->batch > 1 ? applier->batch / 2 : 1;
    applier->pause_ms = applier->pause_ms ? applier->pause_ms * 2 : PAUSE_MIN_MS;
    if (applier->pause_ms > PAUSE_MAX_MS)
        applier->pause_ms = PAUSE_MAX_MS;
    if (!applier->is_draining)
        loop_timer_in(&applier->again, applier->pause_ms);
}

static void
on_answer(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct applier *applier = ctx;
    bool is_full;

    applier->is_asked = false;
    if (rc == RC_AGAIN || rc == RC_UNKNOWN)
        return; /* the connection: poked when it is back */
    if (rc != RC_OK) {
        failed(applier, rc, fault);
        return;
    }
    metric_add(&aplicados, NULL, (double)pg_int(rows, 0, 0));
    is_full = pg_int(rows, 0, 0) >= applier->batch;
    applier->pause_ms = 0;
    applier->batch = applier->batch > BATCH_MAX / 2 ? BATCH_MAX : applier->batch * 2;
    if (is_full)
        applier_poke(applier);
    else if (!applier->is_draining)
        loop_timer_in(&applier->again, PACE_MS);
}

static void
ask(struct applier *applier)
{
    static const struct fault out_of_memory = {"pg", "memory", "out of memory"};
    char batch[16];
    const char *const values[] = {batch, applier->followup ? "true" : "false"};
    enum rc rc;

    (void)snprintf(batch, sizeof(batch), "%d", applier->batch);
    applier->is_poked = false;
    rc = pg_query(applier->pg, &SQL_WEBHOOK_APPLY, values, on_answer, applier);
    applier->is_asked = rc == RC_OK;
    if (rc == RC_OOM)
        failed(applier, rc, &out_of_memory);
}

static void
on_again(void *ctx)
{
    struct applier *applier = ctx;

    if (!applier->is_asked && !applier->is_draining &&
        (applier->is_poked || applier->pause_ms))
        ask(applier);
}

struct applier *
applier_new(struct loop *loop, struct pg *pg, bool followup)
{
    struct applier *applier = mem_new(struct applier);

    if (!applier)
        return NULL;
    applier->pg = pg;
    applier->batch = BATCH_MAX;
    applier->followup = followup;
    loop_timer_init(&applier->again, loop, on_again, applier);
    metrics_register(&aplicados);
    metrics_register(&erros);
    return applier;
}

void
applier_free(struct applier *applier)
{
    if (!applier)
        return;
    loop_timer_stop(&applier->again);
    pg_forget(applier->pg, applier);
    mem_free(applier);
}

void
applier_poke(struct applier *applier)
{
    if (applier->is_asked || loop_timer_is_armed(&applier->again))
        applier->is_poked = true;
    else if (!applier->is_draining)
        ask(applier);
}

void
applier_drain(struct applier *applier)
{
    applier->is_draining = true;
    loop_timer_stop(&applier->again);
}

bool
applier_is_idle(const struct applier *applier)
{
    return !applier->is_asked;
}
