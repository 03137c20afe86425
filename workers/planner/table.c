/*
 * The one table of chores. A new one is one row here and one file in sql/statements;
 * order means nothing.
 */
#include <inttypes.h>
#include <stdio.h>

#include "chore.h"
#include "config.h"
#include "statements.h"

#define ROWS_MAX 1000 /* of one transaction, where rows move one place */

/* A number whose webhooks are silent holds its unknown outcomes for so long at most: an
 * hour by default. */
#define SILENT_QUARANTINES 6

#define SECOND_MS ((int64_t)1000)
#define HOUR_MS (3600 * SECOND_MS)

/* Times scale with planner.poll_ms, 1 s by default. */

/* The look: effects are at most a second late, and campaigns are seen within a second,
 * also when no NOTIFY arrives and all was quiet before (three quarters, jitter on top).
 */
static int64_t
fifth_ms(const struct config_planner *config)
{
    return config->poll_ms / 5;
}

static int64_t
three_quarters_ms(const struct config_planner *config)
{
    return config->poll_ms * 3 / 4;
}

/* Of what a dead gateway left. */
static int64_t
twice_ms(const struct config_planner *config)
{
    return config->poll_ms * 2;
}

/* Of chores that the look wakes: only for when it cannot. */
static int64_t
rare_ms(const struct config_planner *config)
{
    return config->poll_ms * 30;
}

/* A reserva is rescued at most rescue_s after its end, also when one look in three fails
 * or meets a row that is locked. */
static int64_t
rescue_ms(const struct config_planner *config)
{
    return config->rescue_s * SECOND_MS / 3;
}

/* A minute by default. */
static int64_t
sweep_ms(const struct config_planner *config)
{
    return config->rescue_s * SECOND_MS * 4;
}

static int64_t
hour_ms(const struct config_planner *config)
{
    (void)config;
    return HOUR_MS;
}

static int64_t
report_ms(const struct config_planner *config)
{
    (void)config;
    return 5 * SECOND_MS;
}

static void
put(struct chore_values *values, int at, int64_t number)
{
    (void)snprintf(values->numbers[at], sizeof(values->numbers[at]), "%" PRId64, number);
    values->values[at] = values->numbers[at];
}

/* The floor: null for everything. */
static void
put_since(struct chore_values *values, int at, int64_t since_ms)
{
    if (since_ms >= 0)
        put(values, at, since_ms);
}

static void
fill_batch(const struct chore_view *view, struct chore_values *ret_values)
{
    put(ret_values, 0, view->batch);
}

static void
fill_left(const struct chore_view *view, struct chore_values *ret_values)
{
    put(ret_values, 0, view->batch);
    ret_values->values[1] = view->followup ? "true" : "false";
}

static void
fill_advance(const struct chore_view *view, struct chore_values *ret_values)
{
    put(ret_values, 0, view->batch);
    put(ret_values, 1, view->config->fila_teto);
}

static void
fill_rescue(const struct chore_view *view, struct chore_values *ret_values)
{
    put(ret_values, 0, view->batch);
    put(ret_values, 1, view->config->quarentena_s * SECOND_MS);
    put_since(ret_values, 2, view->since_ms);
}

static void
fill_release(const struct chore_view *view, struct chore_values *ret_values)
{
    put(ret_values, 0, view->batch);
    put(ret_values, 1, view->config->incerta_dias);
    put(ret_values, 2, view->config->quarentena_s * SECOND_MS * SILENT_QUARANTINES);
    put_since(ret_values, 3, view->since_ms);
}

static void
fill_seen(const struct chore_view *view, struct chore_values *ret_values)
{
    ret_values->values[0] = view->worker;
    ret_values->values[1] = "carteiro-planner";
    ret_values->values[2] = CARTEIRO_VERSION;
}

static void
fill_publish(const struct chore_view *view, struct chore_values *ret_values)
{
    ret_values->values[0] = view->worker;
    put(ret_values, 1, GAUGES_TURN_MS);
}

static void
nothing_to_read(const struct pg_rows *rows, int64_t asked_at_ms)
{
    (void)rows;
    (void)asked_at_ms;
}

/* clang-format off */
const struct chore_kind CHORES[] = {
    {.name = "olhada", .statement = &SQL_FILA_CHORES, .again = CHORE_NEVER, .is_look = true,
        .idle_ms = fifth_ms, .idle_max_ms = three_quarters_ms},
    {.name = "efeitos", .statement = &SQL_EFEITOS_APPLY, .again = CHORE_WHILE_ANY,
        .is_looked = true, .batch_max = 20, .idle_ms = rare_ms, .fill = fill_batch,
        .aside = &SQL_EFEITOS_SET_ASIDE},
    {.name = "campanhas_agendadas", .statement = &SQL_CAMPANHA_DUE, .again = CHORE_WHILE_ANY,
        .is_woken = true, .is_looked = true, .idle_ms = rare_ms},
    {.name = "campanhas", .statement = &SQL_CAMPANHA_ADVANCE, .again = CHORE_WHILE_ANY,
        .is_woken = true, .is_looked = true, .chunk_is_batch = true, .idle_ms = rare_ms,
        .fill = fill_advance},
    {.name = "canceladas", .statement = &SQL_CAMPANHA_CLEAR, .again = CHORE_WHILE_ANY,
        .is_woken = true, .is_looked = true, .batch_max = ROWS_MAX, .idle_ms = rare_ms,
        .fill = fill_batch},
    {.name = "disparos", .statement = &SQL_DISPAROS_ENQUEUE, .again = CHORE_WHILE_ANY,
        .is_woken = true, .is_looked = true, .batch_max = ROWS_MAX, .idle_ms = rare_ms,
        .fill = fill_batch},
    /* one at a time: each answer has a transaction of its own */
    {.name = "respostas", .statement = &SQL_RESPOSTA_APPLY, .again = CHORE_WHILE_ANY,
        .is_woken = true, .is_looked = true, .idle_ms = rare_ms},
    /* one at a time: each schedule has a transaction of its own */
    {.name = "agendas", .statement = &SQL_AGENDA_RUN_DUE, .again = CHORE_WHILE_ANY,
        .is_woken = true, .is_looked = true, .batch_max = 1, .idle_ms = rare_ms,
        .fill = fill_batch},
    {.name = "expiradas", .statement = &SQL_FILA_EXPIRE, .again = CHORE_WHILE_ANY,
        .is_looked = true, .batch_max = ROWS_MAX, .idle_ms = rare_ms, .fill = fill_batch},
    {.name = "resgate", .statement = &SQL_FILA_RESCUE, .again = CHORE_WHILE_ANY,
        .batch_max = ROWS_MAX, .idle_ms = rescue_ms, .sweep_ms = sweep_ms, .fill = fill_rescue},
    {.name = "quarentena", .statement = &SQL_FILA_RELEASE, .again = CHORE_WHILE_ANY,
        .batch_max = ROWS_MAX, .idle_ms = rescue_ms, .sweep_ms = sweep_ms, .fill = fill_release},
    /* the gateways apply what they stored; this is what a dead one left */
    {.name = "webhooks", .statement = &SQL_WEBHOOK_APPLY_LEFT, .again = CHORE_WHILE_FULL,
        .batch_max = ROWS_MAX, .idle_ms = twice_ms, .fill = fill_left},
    {.name = "partes", .statement = &SQL_FILA_PARTS_MAKE, .again = CHORE_NEVER,
        .idle_ms = hour_ms, .on_rows = gauges_set_parts},
    {.name = "retencao", .statement = &SQL_FILA_RETAIN, .again = CHORE_WHILE_ANY,
        .idle_ms = hour_ms},
    {.name = "presenca", .statement = &SQL_WORKER_SEEN, .again = CHORE_NEVER,
        .idle_ms = report_ms, .fill = fill_seen, .on_rows = nothing_to_read},
    {.name = "resumo", .statement = &SQL_RESUMO_PUBLISH, .again = CHORE_NEVER,
        .idle_ms = report_ms, .fill = fill_publish, .on_rows = gauges_set},
};
/* clang-format on */

const int CHORES_N = (int)(sizeof(CHORES) / sizeof(CHORES[0]));
