/*
 * One call for each portfolio of a claim.
 *
 * Granted: the flight starts. No token of the pair: its row goes back until there is one,
 * and the number's token serves another. No token of the number, whose first one came too
 * late: the row goes back. The portfolio has written to as many people as it may: the row
 * waits until the oldest leaves. Who they are is not known (an empty Redis): they are
 * counted again, and the row waits for that. No answer: the rows are given back, no
 * attempt spent.
 *
 * A row that was claimed while the mode was degradado has its pair from the claim, and
 * asks nobody; a row of the other mode is not sent in that one.
 */
#include "pairs.h"

#include <assert.h>
#include <stdlib.h>

#include "bucket.h"
#include "clock.h"
#include "flight.h"
#include "mem.h"
#include "mode.h"
#include "numeros.h"
#include "rate.h"
#include "reach.h"

enum {
    PAIR_WAIT_MS = 1000,
    COUNT_WAIT_MS = 2000,
    DEGRADED_WAIT_MS = 30000,
    CALL_US = 5000, /* a token that has less to live would be too old after the call */
    ASKED_MAX = 4,
    ASKS_MAX = 1000 /* of one bucket_take */
};

/* One bucket_take under way. */
struct taking {
    int n;
    struct flight *flights[];
};

static void
back(struct flight *flight, int64_t wait_ms, const char *reason)
{
    flight_give_back(flight, FILA_LIMITADA, wait_ms, reason);
}

static void
denied(struct flight *flight, const struct bucket_grant *grant)
{
    int64_t wait_ms = (grant->wait_us + 999) / 1000;

    if (grant->refusal != BUCKET_SECOND && grant->refusal != BUCKET_THIRD)
        numero_keep(flight->sender, flight->numero, 1, flight->token);
    switch (grant->refusal) {
    case BUCKET_GRANTED:
    case BUCKET_FIRST:
        back(flight, wait_ms, "limite de mensagens por minuto para a mesma pessoa");
        return;
    case BUCKET_SECOND:
    case BUCKET_THIRD:
        back(flight, wait_ms, NULL);
        return;
    case BUCKET_ALCANCE:
        back(flight, wait_ms, "limite de pessoas em 24 horas do portfólio");
        return;
    case BUCKET_ALCANCE_LOST:
        reach_count(flight->sender, flight->numero->portfolio_id);
        back(flight, clock_jitter_ms(COUNT_WAIT_MS),
            "contando as pessoas das últimas 24 horas do portfólio");
        return;
    }
}

static void
granted(struct flight *flight, const struct bucket_grant *grant)
{
    flight->has_pair = true;
    if (flight->is_renewing)
        flight->token = rate_token(flight->numero, grant);
    flight_start(flight);
}

static void
on_pairs(void *ctx, enum rc rc, const struct bucket_grant *grants, int n)
{
    struct taking *taking = ctx;

    assert(rc != RC_OK || n == taking->n);
    for (int i = 0; i < taking->n; i++) {
        struct flight *flight = taking->flights[i];
        if (rc != RC_OK)
            flight_give_back(flight, FILA_DEVOLVIDA, PAIR_WAIT_MS, "sem Redis");
        else if (grants[i].granted)
            granted(flight, &grants[i]);
        else
            denied(flight, &grants[i]);
    }
    mem_free(taking);
}

static void
ask_of(struct flight *flight, int64_t now_us, struct bucket_ask *ask)
{
    const struct config_sender *config = &flight->sender->config->sender;
    const struct numero *numero = flight->numero;

    *ask = (struct bucket_ask){.ask = 1};
    if (!flight->has_pair) {
        ask->limits[0] = (struct bucket_limit){
            .kind = BUCKET_PAR,
            .numero_id = numero->id,
            .destino = flight->destino,
            .interval_us = config->pair_interval_s * 1e6,
            .burst = config->pair_burst,
        };
        ask->alcance_max = flight->is_fora_da_janela ? numero->alcance_limite : 0;
        ask->alcance = flight->destino;
    }
    flight->is_renewing = flight->token.until_us < now_us + CALL_US;
    if (!flight->is_renewing)
        return;
    rate_of_numero(numero, &ask->limits[1]);
    if (flight->faixa_taxa > 0)
        rate_of_lane(numero, flight->faixa, flight->faixa_taxa, &ask->limits[2]);
}

static enum rc
take_pairs(struct sender *sender, struct taking *taking)
{
    CLEANUP_FREE struct bucket_ask *asks = mem_alloc((size_t)taking->n, sizeof(*asks));
    int64_t now_us = clock_now_us();

    if (!asks)
        return RC_OOM;
    for (int i = 0; i < taking->n; i++)
        ask_of(taking->flights[i], now_us, &asks[i]);
    const struct bucket_request request = {
        .portfolio_id = taking->flights[0]->numero->portfolio_id,
        .asks = asks,
        .n = taking->n,
        .on_taken = on_pairs,
        .ctx = taking,
    };
    return bucket_take(sender->bucket, &request);
}

/* The flights of one portfolio ask for their pairs. */
static void
start_pairs(struct sender *sender, struct flight **flights, int n)
{
    CLEANUP_FREE struct taking *taking =
        mem_alloc(1, sizeof(*taking) + (size_t)n * sizeof(void *));

    for (int i = 0; taking && i < n; i++)
        taking->flights[taking->n++] = flights[i];
    if (taking && take_pairs(sender, taking) == RC_OK) {
        (void)steal(&taking); /* on_pairs frees it */
        return;
    }
    for (int i = 0; i < n; i++)
        flight_give_back(flights[i], FILA_DEVOLVIDA, PAIR_WAIT_MS, "sem Redis");
}

static int
flight_by_portfolio(const void *a, const void *b)
{
    const struct flight *fa = *(struct flight *const *)a;
    const struct flight *fb = *(struct flight *const *)b;
    int64_t pa = fa->numero->portfolio_id;
    int64_t pb = fb->numero->portfolio_id;

    if (pa != pb)
        return pa < pb ? -1 : 1;
    return fa->order - fb->order; /* who was due first asks first */
}

/* True when the flight asks nobody: started, or given back. */
static bool
is_settled(struct flight *flight)
{
    bool is_limited = flight->is_fora_da_janela && flight->numero->alcance_limite > 0;
    bool is_of_degraded = flight->token.until_us == INT64_MAX;

    if (is_of_degraded && is_limited)
        flight_give_back(flight, FILA_DEVOLVIDA, clock_jitter_ms(DEGRADED_WAIT_MS),
            "sem Redis: as pessoas em 24 horas do portfólio não são contadas");
    else if (is_of_degraded)
        flight_start(flight);
    else if (mode_is_degraded(flight->sender) || !mode_is_current(flight->sender))
        flight_give_back(flight, FILA_DEVOLVIDA, PAIR_WAIT_MS, "sem Redis");
    else if (flight->asked++ >= ASKED_MAX)
        flight_give_back(flight, FILA_DEVOLVIDA, PAIR_WAIT_MS, NULL);
    else
        return false;
    return true;
}

void
pairs_ask(struct sender *sender, struct flight **flights, int n)
{
    int asking = 0;

    for (int i = 0; i < n; i++) {
        flights[i]->order = i;
        if (!is_settled(flights[i]))
            flights[asking++] = flights[i];
    }
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what is sorted */
    qsort(flights, (size_t)asking, sizeof(struct flight *), flight_by_portfolio);
    for (int from = 0, part; from < asking; from += part) {
        int64_t portfolio_id = flights[from]->numero->portfolio_id;
        for (part = 0; from + part < asking && part < ASKS_MAX &&
                       flights[from + part]->numero->portfolio_id == portfolio_id;
             part++)
            ;
        start_pairs(sender, flights + from, part);
    }
}
