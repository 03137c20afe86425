/*
 * Running the table. Happy path: a chore's timer fires, its request leaves, the answer
 * says how much was done, and the timer is armed again: at once after work, else after
 * the chore's pause (give or take a fifth, so that two planners do not beat in step).
 *
 * What can go wrong:
 *   the connection is down    nothing leaves; chores_start makes all due when it is back
 *   it breaks on the way      whether the batch was committed is not known and does not
 *                             matter: every chore takes what is there, by locks and keys
 *   a chore is refused        logged when it begins to fail and again each time its
 *                             pauses have filled some minutes; it waits, others go on
 *   one row is refused        where the chore can set it aside: the batch is halved at
 *                             once until the row is alone, and then it is kept apart
 *   a NOTIFY while in flight  remembered: the request may have looked before the commit
 */
#include "chore.h"

#include <string.h>

#include "clock.h"
#include "config.h"
#include "log.h"
#include "loop.h"
#include "mem.h"
#include "metrics.h"
#include "pg.h"

#define LOG_EVERY 20 /* failures: at pauses of 30 s, every ten minutes */

static struct metric retidos = {.kind = METRIC_COUNTER,
    .name = "carteiro_planejador_retidos_total",
    .help = "Things that a chore could not do and set aside.",
    .label = "tarefa"};

static const double seconds[] = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 0};

static struct metric feitos = {.kind = METRIC_COUNTER,
    .name = "carteiro_planejador_feitos_total",
    .help = "Things that a chore of the planner did.",
    .label = "tarefa"};
static struct metric erros = {.kind = METRIC_COUNTER,
    .name = "carteiro_planejador_erros_total",
    .help = "Requests of a chore that failed.",
    .label = "tarefa"};
static struct metric duracao = {.kind = METRIC_HISTOGRAM,
    .name = "carteiro_planejador_duracao_seconds",
    .help = "From a chore's request to its answer.",
    .label = "tarefa",
    .buckets = seconds};

struct chore {
    const struct chore_kind *kind;
    struct chores *chores;
    struct loop_timer timer;
    int batch, batch_max;
    int failures;
    int idles; /* answers in a row that found nothing */
    int64_t asked_at_us;
    bool is_asked;
    bool is_woken; /* while asked */
    bool is_aside; /* the next request sets a bad row aside */
    struct chore_floor floor;
    int64_t scan_at_ms; /* of the request in flight */
    bool is_sweep;      /* it looks at everything */
};

struct chores {
    struct loop *loop;
    struct pg *pg;
    const struct config_planner *config;
    const char *worker;
    bool followup;
    struct chore *list;
    int asked;
    bool is_draining;
    struct loop_timer drained; /* armed when the last answer is there */
};

static void
is_drained_perhaps(struct chores *chores)
{
    if (chores->is_draining && chores->asked == 0)
        loop_timer_in(&chores->drained, 0);
}

static void
chore_log_failure(const struct chore *chore, enum rc rc, const struct fault *fault)
{
    if (chore->failures % LOG_EVERY != 1)
        return;
    LOG_AT(rc == RC_REJECTED ? LOG_ERROR : LOG_WARN, "planner.chore_failed",
        LOG_S("chore", chore->kind->name), LOG_N("failures", chore->failures),
        LOG_FAULT(fault), LOG_END);
}

/* A lost connection is nobody's failure: it is logged, and waited for, in one place. (A
 * server that shuts down says so to the oldest request, hence the second look.) */
static bool
is_failure(const struct chore *chore, enum rc rc)
{
    return (rc == RC_RETRY || rc == RC_REJECTED || rc == RC_OOM) &&
           pg_is_up(chore->chores->pg);
}

static void
chore_judge(struct chore *chore, enum rc rc, int64_t done, const struct fault *fault)
{
    if (is_failure(chore, rc)) {
        chore->failures++;
        metric_add(&erros, chore->kind->name, 1);
        chore_log_failure(chore, rc, fault);
    } else if (rc == RC_OK) {
        if (chore->failures > 0)
            log_info("planner.chore_recovered", LOG_S("chore", chore->kind->name),
                LOG_N("failures", chore->failures));
        chore->failures = 0;
        metric_add(&feitos, chore->kind->name, (double)done);
    }
}

static struct chore_idle
idle_of(const struct chore *chore)
{
    const struct chore_kind *kind = chore->kind;
    const struct config_planner *config = chore->chores->config;
    int64_t min_ms = kind->idle_ms(config);
    struct chore_idle idle = {
        min_ms, kind->idle_max_ms ? kind->idle_max_ms(config) : min_ms};

    return idle;
}

static void
chore_again(struct chore *chore, enum rc rc, int64_t done)
{
    struct chore_outcome outcome = {.rc = rc,
        .done = done,
        .batch = chore->batch,
        .failures = chore->failures,
        .is_woken = chore->is_woken};
    int64_t pause_ms;

    if (rc == RC_OK)
        chore->idles = done > 0 ? 0 : chore->idles + 1;
    outcome.idles = chore->idles;
    pause_ms = chore_pause_ms(chore->kind, idle_of(chore), &outcome);
    chore->is_woken = false;
    if (rc != RC_AGAIN)
        chore->batch = chore_next_batch(chore->batch, chore->batch_max, rc == RC_OK);
    if (!chore->chores->is_draining)
        loop_timer_in(&chore->timer, pause_ms ? clock_jitter_ms(pause_ms) : 0);
}

static void
chore_due(struct chore *chore)
{
    if (chore->is_asked)
        chore->is_woken = true;
    else if (chore->failures == 0 && !chore->chores->is_draining)
        loop_timer_in(&chore->timer, 0);
}

/* The look's rows are names. */
static void
chores_due_by_name(struct chores *chores, const struct pg_rows *rows)
{
    for (int row = 0; row < pg_count(rows); row++)
        for (int i = 0; i < CHORES_N; i++)
            if (strcmp(chores->list[i].kind->name, pg_text(rows, row, 0)) == 0)
                chore_due(&chores->list[i]);
}

/* All that the request could see was taken: the next one need not look there again. */
static void
floor_move(struct chore *chore, int64_t done)
{
    if (!chore->kind->sweep_ms || done >= chore->batch)
        return;
    if (chore->is_sweep)
        chore->floor.swept_at_ms = chore->scan_at_ms;
    chore->floor.scanned_at_ms = chore->scan_at_ms;
    chore->floor.is_known = true;
}

/* How much it did. */
static int64_t
chore_read(struct chore *chore, const struct pg_rows *rows)
{
    int64_t done = 0;

    if (chore->kind->is_look) {
        chores_due_by_name(chore->chores, rows);
        done = pg_count(rows);
    } else if (chore->kind->on_rows) {
        chore->kind->on_rows(rows, chore->asked_at_us / 1000);
    } else {
        done = pg_int(rows, 0, 0);
        floor_move(chore, done);
    }
    return done;
}

static void
set_aside(struct chore *chore, enum rc rc, int64_t done)
{
    if (rc == RC_OK && done > 0) {
        metric_add(&retidos, chore->kind->name, 1);
        log_error("planner.set_aside", LOG_S("chore", chore->kind->name));
    }
    chore->is_aside = false;
}

static void
on_answer(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct chore *chore = ctx;
    struct chores *chores = chore->chores;
    int64_t done = 0;

    chore->is_asked = false;
    chores->asked--;
    metric_observe(
        &duracao, chore->kind->name, (double)(clock_now_us() - chore->asked_at_us) / 1e6);
    if (rc == RC_OK)
        done = chore_read(chore, rows);
    if (chore->is_aside)
        set_aside(chore, rc, done);
    else if (rc == RC_REJECTED && chore->kind->aside && chore->batch == 1)
        chore->is_aside = true;
    chore_judge(chore, rc, done, fault);
    chore_again(chore, rc, done);
    is_drained_perhaps(chores);
}

static void
chore_fill(struct chore *chore, struct chore_values *values)
{
    struct chores *chores = chore->chores;
    struct chore_view view = {.config = chores->config,
        .worker = chores->worker,
        .batch = chore->batch,
        .since_ms = -1,
        .followup = chores->followup};

    if (chore->kind->sweep_ms) {
        chore->scan_at_ms = loop_now_ms(chores->loop);
        view.since_ms = chore_since_ms(
            &chore->floor, chore->scan_at_ms, chore->kind->sweep_ms(chores->config));
        chore->is_sweep = view.since_ms < 0;
    }
    if (chore->kind->fill && !chore->is_aside)
        chore->kind->fill(&view, values);
}

static void
chore_ask(void *ctx)
{
    struct chore *chore = ctx;
    struct chores *chores = chore->chores;
    struct chore_values values = {0};
    enum rc rc;

    if (chore->is_asked || chores->is_draining)
        return;
    chore_fill(chore, &values);
    rc = pg_query(chores->pg,
        chore->is_aside ? chore->kind->aside : chore->kind->statement, values.values,
        on_answer, chore);
    if (rc == RC_OK) {
        chore->is_asked = true;
        chore->asked_at_us = clock_now_us();
        chores->asked++;
    } else {
        static const struct fault out_of_memory = {"pg", "memory", "out of memory"};

        chore_judge(chore, rc, 0, &out_of_memory);
        chore_again(chore, rc, 0);
    }
}

static void
on_drained_nobody(void *ctx)
{
    (void)ctx;
}

struct chores *
chores_new(const struct chores_opts *opts)
{
    struct chores *chores = mem_new(struct chores);

    if (!chores)
        return NULL;
    chores->loop = opts->loop;
    chores->pg = opts->pg;
    chores->config = opts->config;
    chores->worker = opts->worker;
    chores->followup = opts->followup;
    loop_timer_init(&chores->drained, opts->loop, on_drained_nobody, NULL);
    chores->list = mem_alloc((size_t)CHORES_N, sizeof(*chores->list));
    if (!chores->list) {
        chores_free(chores);
        return NULL;
    }
    for (int i = 0; i < CHORES_N; i++) {
        struct chore *chore = &chores->list[i];

        chore->kind = &CHORES[i];
        chore->chores = chores;
        chore->batch_max =
            chore->kind->chunk_is_batch ? opts->config->chunk : chore->kind->batch_max;
        chore->batch = chore->batch_max;
        loop_timer_init(&chore->timer, opts->loop, chore_ask, chore);
        metric_add(&feitos, chore->kind->name, 0);
        metric_add(&erros, chore->kind->name, 0);
        if (chore->kind->aside)
            metric_add(&retidos, chore->kind->name, 0);
    }
    return chores;
}

void
chores_free(struct chores *chores)
{
    if (!chores)
        return;
    for (int i = 0; chores->list && i < CHORES_N; i++) {
        loop_timer_stop(&chores->list[i].timer);
        pg_forget(chores->pg, &chores->list[i]);
    }
    loop_timer_stop(&chores->drained);
    mem_free(chores->list);
    mem_free(chores);
}

void
chores_start(struct chores *chores)
{
    for (int i = 0; i < CHORES_N; i++) {
        chores->list[i].floor.is_known = false; /* it may be another server */
        chore_due(&chores->list[i]);
    }
}

void
chores_wake(struct chores *chores)
{
    for (int i = 0; i < CHORES_N; i++)
        if (chores->list[i].kind->is_woken)
            chore_due(&chores->list[i]);
}

void
chores_drain(struct chores *chores, void (*on_drained)(void *ctx), void *ctx)
{
    chores->is_draining = true;
    for (int i = 0; i < CHORES_N; i++)
        loop_timer_stop(&chores->list[i].timer);
    loop_timer_init(&chores->drained, chores->loop, on_drained, ctx);
    is_drained_perhaps(chores);
}
