/*
 * The queue as gauges, summed over companies. A state that no row is in has no row in the
 * answer either, and must still fall to 0; nor has a table without a part ahead.
 */
#include <string.h>

#include "chore.h"
#include "metrics.h"
#include "pg.h"

static struct metric mensagens = {.kind = METRIC_GAUGE,
    .name = "carteiro_fila_mensagens",
    .help = "Live messages of the queue.",
    .label = "status"};
static struct metric mais_antiga = {.kind = METRIC_GAUGE,
    .name = "carteiro_fila_vencida_mais_antiga_seconds",
    .help = "Age of the oldest message that is due and waits."};

static struct metric partes = {.kind = METRIC_GAUGE,
    .name = "carteiro_partes_adiante",
    .help = "Parts ready after the one of now: months of the queue, days of webhooks and "
            "attempts. Past the last one nothing can be recorded.",
    .label = "tabela"};

/* What has parts. */
static const char *const parted[] = {"fila_mensagens", "tentativas", "webhook_eventos"};

/* What can be in fila_ativa. */
static const char *const live[] = {"pendente", "processando", "incerta"};

enum resumo_column {
    RESUMO_EMPRESA,
    RESUMO_STATUS,
    RESUMO_MENSAGENS,
    RESUMO_MAIS_ANTIGA_S
};

enum partes_column { PARTES_TABELA, PARTES_ADIANTE };

void
gauges_set(const struct pg_rows *rows)
{
    double oldest_s = 0;

    for (size_t i = 0; i < sizeof(live) / sizeof(live[0]); i++) {
        int64_t sum = 0;

        for (int row = 0; row < pg_count(rows); row++)
            if (strcmp(pg_text(rows, row, RESUMO_STATUS), live[i]) == 0)
                sum += pg_int(rows, row, RESUMO_MENSAGENS);
        metric_set(&mensagens, live[i], (double)sum);
    }
    for (int row = 0; row < pg_count(rows); row++) {
        double age_s = pg_real(rows, row, RESUMO_MAIS_ANTIGA_S);

        if (strcmp(pg_text(rows, row, RESUMO_STATUS), "pendente") == 0 &&
            age_s > oldest_s)
            oldest_s = age_s;
    }
    metric_set(&mais_antiga, NULL, oldest_s);
}

void
gauges_set_parts(const struct pg_rows *rows)
{
    for (size_t i = 0; i < sizeof(parted) / sizeof(parted[0]); i++) {
        int64_t ahead = 0;

        for (int row = 0; row < pg_count(rows); row++)
            if (strcmp(pg_text(rows, row, PARTES_TABELA), parted[i]) == 0)
                ahead = pg_int(rows, row, PARTES_ADIANTE);
        metric_set(&partes, parted[i], (double)ahead);
    }
}
