/*
 * The table of metrics. Labels are classes of outcomes, from a fixed list.
 */
#include "meters.h"

#include <stdio.h>

#include "fila.h"
#include "metrics.h"

static const double seconds[] = {
    0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 0};
static const double sizes[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 0};

static struct metric claims = {
    .kind = METRIC_HISTOGRAM,
    .name = "carteiro_reserva_seconds",
    .help = "Time of one claim",
    .buckets = seconds,
};
static struct metric claim_sizes = {
    .kind = METRIC_HISTOGRAM,
    .name = "carteiro_reserva_mensagens",
    .help = "Messages of one claim",
    .buckets = sizes,
};
static struct metric lateness = {
    .kind = METRIC_HISTOGRAM,
    .name = "carteiro_atraso_envio_seconds",
    .help = "From the instant a message was due to its claim",
    .buckets = seconds,
};
static struct metric posts = {
    .kind = METRIC_COUNTER,
    .name = "carteiro_envios_total",
    .help = "POSTs by class of outcome",
    .label = "classe",
};
static struct metric post_times = {
    .kind = METRIC_HISTOGRAM,
    .name = "carteiro_envio_seconds",
    .help = "Time of one POST",
    .buckets = seconds,
};
static struct metric recorded = {
    .kind = METRIC_COUNTER,
    .name = "carteiro_gravadas_total",
    .help =
        "Outcomes recorded: gravada, liquidada (ended before us by webhook or person), "
        "zumbi (overtaken by a newer reserva)",
    .label = "resultado",
};
static struct metric flying = {
    .kind = METRIC_GAUGE,
    .name = "carteiro_em_voo",
    .help = "Messages claimed and not yet recorded",
};
static struct metric tokens = {
    .kind = METRIC_COUNTER,
    .name = "carteiro_fichas_total",
    .help = "Rate tokens asked for, by answer",
    .label = "resposta",
};

static struct metric pauses = {
    .kind = METRIC_COUNTER,
    .name = "carteiro_pausas_total",
    .help = "Automatic pauses asked for, by class of Meta's answer",
    .label = "classe",
};
static struct metric typings = {
    .kind = METRIC_COUNTER,
    .name = "carteiro_digitando_total",
    .help = "Requests that show digitando, by outcome",
    .label = "resultado",
};
static struct metric fatores = {
    .kind = METRIC_GAUGE,
    .name = "carteiro_numero_fator",
    .help =
        "What throttling left of a number's rate; only of numbers that were throttled",
    .label = "numero",
};

void
meters_register(void)
{
    struct metric *all[] = {&claims, &claim_sizes, &lateness, &posts, &post_times,
        &recorded, &flying, &tokens, &pauses, &typings, &fatores};

    for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        metrics_register(all[i]);
}

void
meters_claimed(int n, int64_t took_ms)
{
    metric_observe(&claims, NULL, (double)took_ms / 1000);
    metric_observe(&claim_sizes, NULL, n);
}

void
meters_late(int64_t atraso_ms)
{
    metric_observe(&lateness, NULL, (double)atraso_ms / 1000);
}

void
meters_posted(const char *classe, int64_t took_ms)
{
    metric_add(&posts, classe, 1);
    metric_observe(&post_times, NULL, (double)took_ms / 1000);
}

void
meters_recorded(const struct fila_contas *contas)
{
    metric_add(&recorded, "gravada", contas->gravadas);
    metric_add(&recorded, "liquidada", contas->liquidadas);
    metric_add(&recorded, "zumbi", contas->zumbis);
}

void
meters_flying(int n)
{
    metric_set(&flying, NULL, n);
}

void
meters_tokens(int granted, int denied)
{
    metric_add(&tokens, "concedida", granted);
    metric_add(&tokens, "negada", denied);
}

void
meters_paused(const char *classe)
{
    metric_add(&pauses, classe, 1);
}

void
meters_typing(bool is_shown)
{
    metric_add(&typings, is_shown ? "mostrado" : "falhou", 1);
}

/* A number gets a series when it is first throttled, so that they stay few. */
void
meters_fator(int numero_id, double fator)
{
    char numero[16];

    if (fator >= 1 && fatores.n_series == 0)
        return;
    (void)snprintf(numero, sizeof numero, "%d", numero_id);
    if (fator < 1 || metric_read(&fatores, numero) > 0)
        metric_set(&fatores, numero, fator);
}
