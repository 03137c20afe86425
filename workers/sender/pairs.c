/*
 * Pair tokens, once the person is known: one call for each portfolio of a claim.
 *
 * Granted: the flight starts. Not granted: its row goes back until the pair has a token,
 * and the number's token serves another. No answer: the rows are given back, no attempt
 * spent.
 */
#include "pairs.h"

#include <assert.h>
#include <stdlib.h>

#include "bucket.h"
#include "flight.h"
#include "mem.h"
#include "numeros.h"

enum { PAIR_WAIT_MS = 1000, ASKS_MAX = 1000 /* of one bucket_take */ };

/* One bucket_take under way. */
struct taking {
    int n;
    struct flight *flights[];
};

static void
pairs_denied(struct flight *flight, int64_t wait_us)
{
    numero_keep(flight->sender, flight->numero, 1);
    flight_give_back(flight, FILA_LIMITADA, (wait_us + 999) / 1000,
        "limite de mensagens por minuto para a mesma pessoa");
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
            flight_start(flight);
        else
            pairs_denied(flight, grants[i].wait_us);
    }
    mem_free(taking);
}

static enum rc
take_pairs(struct sender *sender, struct taking *taking)
{
    const struct config_sender *config = &sender->config->sender;
    CLEANUP_FREE struct bucket_ask *asks = mem_alloc((size_t)taking->n, sizeof(*asks));

    if (!asks)
        return RC_OOM;
    for (int i = 0; i < taking->n; i++) {
        asks[i].ask = 1;
        asks[i].limits[0] = (struct bucket_limit){
            .kind = BUCKET_PAR,
            .numero_id = taking->flights[i]->numero->id,
            .destino = taking->flights[i]->destino,
            .interval_us = config->pair_interval_s * 1e6,
            .burst = config->pair_burst,
        };
    }
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

void
pairs_ask(struct sender *sender, struct flight **flights, int n)
{
    for (int i = 0; i < n; i++)
        flights[i]->order = i;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what is sorted */
    qsort(flights, (size_t)n, sizeof(struct flight *), flight_by_portfolio);
    for (int from = 0, part; from < n; from += part) {
        int64_t portfolio_id = flights[from]->numero->portfolio_id;
        for (part = 0; from + part < n && part < ASKS_MAX &&
                       flights[from + part]->numero->portfolio_id == portfolio_id;
             part++)
            ;
        start_pairs(sender, flights + from, part);
    }
}
