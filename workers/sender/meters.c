/*
 * The table of metrics. Labels are classes of outcomes, from a fixed list, and numbers:
 * the first NUMEROS_MAX that were met have a name, all others are "outros".
 */
#include "meters.h"

#include <stdio.h>
#include <string.h>

#include "fila.h"
#include "metrics.h"
#include "whatsapp.h"

enum { NUMEROS_MAX = 100, NUMERO_BYTES = 16, LABELS_BYTES = 64 };

static const double seconds[] = {
    0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 0};
static const double tries[] = {1, 2, 3, 4, 5, 7, 10, 0};
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
    .name = "carteiro_atraso_reserva_seconds",
    .help = "From the instant a message was due to its claim",
    .buckets = seconds,
};
static struct metric accepted_late = {
    .kind = METRIC_HISTOGRAM,
    .name = "carteiro_atraso_envio_seconds",
    .help = "From the instant a message was due to its acceptance by Meta",
    .label = "tipo",
    .buckets = seconds,
};
static struct metric attempts = {
    .kind = METRIC_HISTOGRAM,
    .name = "carteiro_tentativas_por_mensagem",
    .help = "Attempts of an accepted message",
    .buckets = tries,
};
static struct metric posts = {
    .kind = METRIC_COUNTER,
    .name = "carteiro_envios_total",
    .help = "POSTs by class of outcome",
    .label = "numero,classe",
    .series_max = (NUMEROS_MAX + 1) * WHATSAPP_CLASSES,
};
static struct metric post_times = {
    .kind = METRIC_HISTOGRAM,
    .name = "carteiro_envio_seconds",
    .help = "Time of one POST",
    .label = "resultado",
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
static struct metric flying_max = {
    .kind = METRIC_GAUGE,
    .name = "carteiro_em_voo_max",
    .help = "Messages that may be claimed and not yet recorded: sender.slots",
};
static struct metric limites = {
    .kind = METRIC_GAUGE,
    .name = "carteiro_numero_limite_por_segundo",
    .help = "What a number may send a second now",
    .label = "numero",
};
static struct metric tokens = {
    .kind = METRIC_COUNTER,
    .name = "carteiro_fichas_total",
    .help = "Rate tokens asked for, by answer",
    .label = "numero,resposta",
    .series_max = (NUMEROS_MAX + 1) * 2,
};
static struct metric token_waits = {
    .kind = METRIC_HISTOGRAM,
    .name = "carteiro_espera_ficha_seconds",
    .help = "How long Redis said to wait for the next token",
    .buckets = seconds,
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

/* The number as a label; borrowed until the next call. */
static const char *
numero_label(int numero_id)
{
    static int known[NUMEROS_MAX];
    static int known_n;
    static char label[NUMERO_BYTES];
    int at = 0;

    while (at < known_n && known[at] != numero_id)
        at++;
    if (at == NUMEROS_MAX)
        return "outros";
    if (at == known_n)
        known[known_n++] = numero_id;
    (void)snprintf(label, sizeof label, "%d", numero_id);
    return label;
}

static const char *
with_numero(char *labels, size_t bytes, int numero_id, const char *value)
{
    (void)snprintf(labels, bytes, "%s" METRIC_AND "%s", numero_label(numero_id), value);
    return labels;
}

void
meters_register(int slots)
{
    struct metric *all[] = {&claims, &claim_sizes, &lateness, &accepted_late, &attempts,
        &posts, &post_times, &recorded, &flying, &flying_max, &tokens, &token_waits,
        &limites, &pauses, &typings, &fatores};

    for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        metrics_register(all[i]);
    metric_set(&flying_max, NULL, slots);
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

const char *
meters_tipo(const char *tipo)
{
    static const char *const tipos[] = {"primeiro_contato", "resposta", "followup",
        "campanha", "promocional", "lembrete", "proativa"};

    for (unsigned i = 0; i < sizeof(tipos) / sizeof(tipos[0]); i++)
        if (strcmp(tipos[i], tipo) == 0)
            return tipos[i];
    return "outros";
}

static const char *
resultado_of(enum whatsapp_verdict verdict)
{
    switch (verdict) {
    case WHATSAPP_SENT:
        return "aceita";
    case WHATSAPP_UNKNOWN:
        return "incerta";
    case WHATSAPP_RETRY:
        return "repetir";
    case WHATSAPP_REJECTED:
        return "recusada";
    }
    return "incerta";
}

void
meters_posted(int numero_id, const struct whatsapp_judgement *judgement, int64_t took_ms)
{
    char labels[LABELS_BYTES];

    metric_add(&posts,
        with_numero(
            labels, sizeof labels, numero_id, whatsapp_class_name(judgement->class_)),
        1);
    metric_observe(&post_times, resultado_of(judgement->verdict), (double)took_ms / 1000);
}

void
meters_accepted(const char *tipo, int64_t atraso_ms, int tentativa)
{
    metric_observe(&accepted_late, tipo, atraso_ms > 0 ? (double)atraso_ms / 1000 : 0);
    metric_observe(&attempts, NULL, tentativa);
}

void
meters_limite(int numero_id, double por_s)
{
    metric_set(&limites, numero_label(numero_id), por_s);
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
meters_tokens(int numero_id, int granted, int denied)
{
    char labels[LABELS_BYTES];

    metric_add(
        &tokens, with_numero(labels, sizeof labels, numero_id, "concedida"), granted);
    metric_add(&tokens, with_numero(labels, sizeof labels, numero_id, "negada"), denied);
}

void
meters_token_wait(int64_t wait_us)
{
    metric_observe(&token_waits, NULL, (double)wait_us / 1e6);
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
