/*
 * What the database knows of the whole fleet, as metrics. One planner shows it at a time:
 * the answer of resumo_publish is good for the turn it was asked for, and a planner that
 * loses its connection forgets it at the turn's end, before another may take over.
 */
#include <string.h>

#include "chore.h"
#include "metrics.h"
#include "pg.h"

/* 100 companies and "outros", each with a few states. */
#define SERIES_MAX 4000

/* A row of resumo_publish is a series of the metric of that name. */
struct truth {
    const char *metrica;
    struct metric metric;
};

/* clang-format off */
static struct truth truths[] = {
    {"fila_mensagens", {.kind = METRIC_GAUGE, .name = "carteiro_fila_mensagens",
        .help = "Live messages of the queue.", .label = "empresa,estado"}},
    {"vencida_mais_antiga", {.kind = METRIC_GAUGE, .name = "carteiro_fila_vencida_mais_antiga_seconds",
        .help = "Age of the oldest message that is due and free to go.", .label = "empresa,numero"}},
    {"encerradas", {.kind = METRIC_COUNTER, .name = "carteiro_fila_encerradas_total",
        .help = "Endings of messages.", .label = "empresa,status"}},
    {"veneno", {.kind = METRIC_COUNTER, .name = "carteiro_fila_veneno_total",
        .help = "Messages that ended because they cost three senders.", .label = "empresa"}},
    {"ultimo_envio", {.kind = METRIC_GAUGE, .name = "carteiro_fila_ultimo_envio_timestamp_seconds",
        .help = "When a message was last accepted.", .label = "empresa"}},
    {"idade", {.kind = METRIC_GAUGE, .name = "carteiro_fila_idade_seconds",
        .help = "Age of the counts of the queue.", .is_sparse = true}},
    {"pausas", {.kind = METRIC_GAUGE, .name = "carteiro_pausas",
        .help = "Pauses in force.", .label = "empresa,escopo,motivo"}},
    {"modelos", {.kind = METRIC_GAUGE, .name = "carteiro_modelos",
        .help = "Templates.", .label = "empresa,situacao"}},
    {"numero_info", {.kind = METRIC_GAUGE, .name = "carteiro_numero_info",
        .help = "1, with what a number is as labels.", .label = "numero,empresa,identificador"}},
    {"qualidade", {.kind = METRIC_GAUGE, .name = "carteiro_numero_qualidade",
        .help = "What Meta last said of a number: 1 good, 3 flagged.", .label = "numero"}},
    {"atraso", {.kind = METRIC_GAUGE, .name = "carteiro_planejador_atraso_seconds",
        .help = "How long the oldest thing of a chore has been due.", .label = "tarefa"}},
    {"efeitos", {.kind = METRIC_GAUGE, .name = "carteiro_efeitos_pendentes",
        .help = "Rows of efeitos to apply.", .is_sparse = true}},
    {"efeitos_idade", {.kind = METRIC_GAUGE, .name = "carteiro_efeitos_mais_antigo_seconds",
        .help = "Age of the oldest row of efeitos.", .is_sparse = true}},
    {"efeitos_retidos", {.kind = METRIC_GAUGE, .name = "carteiro_efeitos_retidos",
        .help = "Rows of efeitos that could not be applied.", .is_sparse = true}},
    {"webhooks", {.kind = METRIC_GAUGE, .name = "carteiro_webhooks_pendentes",
        .help = "Events of webhooks to apply.", .is_sparse = true}},
    {"webhooks_idade", {.kind = METRIC_GAUGE, .name = "carteiro_webhooks_mais_antigo_seconds",
        .help = "Age of the oldest event to apply.", .is_sparse = true}},
    {"webhook_ultimo", {.kind = METRIC_GAUGE, .name = "carteiro_webhook_ultimo_timestamp_seconds",
        .help = "When a webhook of the number last came.", .label = "numero"}},
    {"trabalhadores", {.kind = METRIC_GAUGE, .name = "carteiro_trabalhadores",
        .help = "Processes seen in the last 30 s.", .label = "processo"}},
    {"followups_sent", {.kind = METRIC_COUNTER, .name = "secretaria_appointment_followups_sent_total",
        .help = "Messages after the visit that were sent.", .label = "company"}},
    {"followups_positive", {.kind = METRIC_COUNTER, .name = "secretaria_appointment_followups_positive_total",
        .help = "Messages after the visit that were answered with yes.", .label = "company"}},
    {"followups_negative", {.kind = METRIC_COUNTER, .name = "secretaria_appointment_followups_negative_total",
        .help = "Messages after the visit that were answered with no.", .label = "company"}},
};
/* clang-format on */

static struct metric lider = {.kind = METRIC_GAUGE,
    .name = "carteiro_lider",
    .help = "1 at the planner that publishes the truths of the queue."};

static struct metric partes = {.kind = METRIC_GAUGE,
    .name = "carteiro_partes_adiante",
    .help = "Parts ready after the one of now: months of the queue, days of webhooks and "
            "attempts. Past the last one nothing can be recorded.",
    .label = "tabela"};

/* What has parts; one without a part ahead has no row in the answer. */
static const char *const parted[] = {"fila_mensagens", "tentativas", "webhook_eventos"};

enum publish_column { PUBLISH_METRICA, PUBLISH_ROTULOS, PUBLISH_VALOR };
enum partes_column { PARTES_TABELA, PARTES_ADIANTE };

#define TRUTHS_N (sizeof(truths) / sizeof(truths[0]))

static void
set_truth(const struct pg_rows *rows, int row)
{
    const char *rotulos = pg_text(rows, row, PUBLISH_ROTULOS);

    for (size_t i = 0; i < TRUTHS_N; i++) {
        struct metric *metric = &truths[i].metric;

        if (strcmp(truths[i].metrica, pg_text(rows, row, PUBLISH_METRICA)) == 0)
            metric_set(metric, metric->label ? rotulos : NULL,
                pg_real(rows, row, PUBLISH_VALOR));
    }
}

void
gauges_set(const struct pg_rows *rows, int64_t asked_at_ms)
{
    for (size_t i = 0; i < TRUTHS_N; i++) {
        truths[i].metric.series_max = SERIES_MAX;
        metrics_register(&truths[i].metric);
        metric_clear(&truths[i].metric);
        metric_good_until(&truths[i].metric, asked_at_ms + GAUGES_TURN_MS);
    }
    for (int row = 0; row < pg_count(rows); row++)
        set_truth(rows, row);
    metric_set(&lider, NULL, pg_count(rows) > 0);
    metric_good_until(&lider, asked_at_ms + GAUGES_TURN_MS);
}

void
gauges_set_parts(const struct pg_rows *rows, int64_t asked_at_ms)
{
    (void)asked_at_ms; /* it changes by the day, and all planners say the same */
    for (size_t i = 0; i < sizeof(parted) / sizeof(parted[0]); i++) {
        int64_t ahead = 0;

        for (int row = 0; row < pg_count(rows); row++)
            if (strcmp(pg_text(rows, row, PARTES_TABELA), parted[i]) == 0)
                ahead = pg_int(rows, row, PARTES_ADIANTE);
        metric_set(&partes, parted[i], (double)ahead);
    }
}
