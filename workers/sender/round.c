/*
 * One round.
 *
 * Happy path: numbers with due lanes are gathered, starting where the last round stopped;
 * each portfolio's are asked for in one Redis call; grants are shared among lanes; one
 * claim takes as many rows as there are tokens; the rows' pairs are asked for, again one
 * call a portfolio; flights start. What a claim leaves over of a grant is
 * kept while it is good.
 *
 * Redis does not answer: no grant, the round ends, the next one is tried later. The claim
 * fails: nothing of it is ours, the tokens are lost. Redis does not answer for the pairs:
 * their rows are given back, no attempt spent. A pair has no token: its row is given back
 * until it has one, and the number's token serves another.
 */
#include "round.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "bucket.h"
#include "clock.h"
#include "flight.h"
#include "log.h"
#include "mem.h"
#include "meters.h"
#include "mode.h"
#include "numeros.h"
#include "pairs.h"
#include "share.h"
#include "sweeps.h"
#include "wants.h"

enum {
    LANES_MAX = 1024, /* lanes of one claim */
    FAILED_WAIT_MS = 200,
    TOKEN_WAIT_MS =
        20, /* not asked again sooner: a few tokens at a time are worth a call */
};

enum round_state { ROUND_IDLE, ROUND_TOKENS, ROUND_CLAIM };

/* One bucket_take under way: the wants from..from + n. */
struct taking {
    struct round *round;
    int from;
    int n;
};

struct round {
    struct sender *sender;
    enum round_state state;
    struct want wants[WANTS_MAX];
    int wants_n;
    struct taking takings[WANTS_MAX];
    int takings_open;
    uint32_t turn; /* of wants_gather */
    int64_t again_at_ms;

    struct lane *asked[LANES_MAX];
    int asked_n;
    int64_t claimed_at_ms;
};

static void claim(struct round *round);

struct round *
round_new(struct sender *sender)
{
    struct round *round = mem_new(struct round);

    if (round)
        round->sender = sender;
    return round;
}

void
round_free(struct round *round)
{
    mem_free(round);
}

bool
round_is_idle(const struct round *round)
{
    return round->state == ROUND_IDLE;
}

bool
round_holds(const struct round *round, const struct lane *lane)
{
    if (round->state == ROUND_CLAIM)
        return lane->asked > 0;
    if (round->state == ROUND_TOKENS)
        for (int i = 0; i < round->wants_n; i++)
            if (round->wants[i].lane == lane)
                return true;
    return false;
}

/* ---- tokens ---- */

static void
grant(struct round *round, struct want *w, const struct bucket_grant *g)
{
    int64_t now_ms = loop_now_ms(round->sender->loop);

    w->got += g->granted;
    if (g->granted > 0)
        w->token = rate_token(w->numero, g);
    meters_tokens(w->numero->id, g->granted, w->ask - w->got > 0 ? w->ask - w->got : 0);
    if (g->wait_us == 0)
        return;
    meters_token_wait(g->wait_us);
    int64_t wait_ms = (g->wait_us + 999) / 1000;
    if (wait_ms < TOKEN_WAIT_MS)
        wait_ms = TOKEN_WAIT_MS;
    if (w->lane)
        w->lane->wait_until_ms = now_ms + wait_ms;
    else
        w->numero->wait_until_ms = now_ms + wait_ms;
}

static void
on_tokens(void *ctx, enum rc rc, const struct bucket_grant *grants, int n)
{
    struct taking *taking = ctx;
    struct round *round = taking->round;

    for (int i = 0; rc == RC_OK && i < n; i++)
        grant(round, &round->wants[taking->from + i], &grants[i]);
    if (rc != RC_OK)
        round->again_at_ms = loop_now_ms(round->sender->loop) + FAILED_WAIT_MS;
    if (--round->takings_open == 0)
        claim(round);
}

static void
ask_of(const struct want *w, struct bucket_ask *ask)
{
    *ask = (struct bucket_ask){.ask = w->ask - w->got};
    rate_of_numero(w->numero, &ask->limits[0]);
    if (w->lane)
        rate_of_lane(w->numero, w->lane->faixa, w->lane->taxa, &ask->limits[1]);
}

/* Kept tokens first; then one call for each portfolio, whose wants are side by side. */
static int
by_portfolio(const void *a, const void *b)
{
    int64_t pa = ((const struct want *)a)->numero->portfolio_id;
    int64_t pb = ((const struct want *)b)->numero->portfolio_id;

    return (pa > pb) - (pa < pb);
}

static bool
take_portfolio(struct round *round, int from, int n)
{
    struct bucket_ask asks[WANTS_MAX];
    struct taking *taking = &round->takings[from];

    for (int i = 0; i < n; i++)
        ask_of(&round->wants[from + i], &asks[i]);
    *taking = (struct taking){round, from, n};
    const struct bucket_request request = {
        .portfolio_id = round->wants[from].numero->portfolio_id,
        .asks = asks,
        .n = n,
        .on_taken = on_tokens,
        .ctx = taking,
    };
    return bucket_take(round->sender->bucket, &request) == RC_OK;
}

static void
use_kept(struct want *w)
{
    if (w->lane)
        return;
    w->got = w->ask < w->numero->kept ? w->ask : w->numero->kept;
    w->numero->kept -= w->got;
    w->token = w->numero->kept_token;
    if (w->got > 0 && w->got < w->ask)
        w->ask = w->got; /* what is kept goes first; the rest in the next round */
}

/* Claims what is wanted; its tokens are taken later. */
static void
claim_before(struct round *round, struct token token)
{
    for (int i = 0; i < round->wants_n; i++) {
        round->wants[i].got = round->wants[i].ask;
        round->wants[i].token = token;
    }
    claim(round);
}

/* A message in a lane that was idle: most likely one, of a number that has tokens. */
static bool
are_guesses(const struct round *round)
{
    for (int i = 0; i < round->wants_n; i++)
        if (!round->wants[i].is_guess || round->wants[i].got > 0)
            return false;
    return true;
}

static void
take_tokens(struct round *round)
{
    int open = 0;

    for (int i = 0; i < round->wants_n; i++)
        use_kept(&round->wants[i]);
    qsort(round->wants, (size_t)round->wants_n, sizeof(round->wants[0]), by_portfolio);
    if (mode_is_degraded(round->sender)) {
        claim_before(round, TOKEN_ALWAYS); /* tokens of the database */
        return;
    }
    if (are_guesses(round)) {
        claim_before(round, TOKEN_NONE); /* of Redis, in the call for the pairs */
        return;
    }
    round->state = ROUND_TOKENS;
    round->takings_open = 1; /* ours, until all are asked */
    for (int from = 0, n; from < round->wants_n; from += n) {
        int64_t portfolio_id = round->wants[from].numero->portfolio_id;
        bool is_served = true;
        for (n = 0; from + n < round->wants_n &&
                    round->wants[from + n].numero->portfolio_id == portfolio_id;
             n++)
            is_served = is_served && round->wants[from + n].got > 0;
        if (!is_served && take_portfolio(round, from, n))
            open++;
    }
    round->takings_open += open;
    if (--round->takings_open == 0)
        claim(round);
}

/* ---- claim ---- */

/* A row takes a slot; the lane's floor moves to it: rows come in the lane's order. */
static struct flight *
take_row(struct round *round, const struct reserva *reserva)
{
    struct sender *sender = round->sender;
    struct lane *lane =
        lane_find(sender, reserva->numero_id, reserva->prioridade, reserva->faixa);

    assert(lane); /* only lanes that we named are claimed, and none is freed meanwhile */
    lane->got++;
    snprintf(lane->piso_em, sizeof(lane->piso_em), "%s", reserva->agendar_para);
    lane->piso_ordem = reserva->ordem;
    struct flight *flight =
        flight_claimed(lane->numero, reserva, sender, round->claimed_at_ms);
    flight->token = lane->token;
    flight->faixa_taxa = lane->taxa;
    return flight;
}

/* True when the lane gave less than was asked. */
static bool
settle_lane(struct round *round, struct lane *lane)
{
    int unused = lane->asked - lane->got;

    lane->is_missed = lane->got == 0 && !lane->is_swept;
    if (unused > 0) {
        lane_drained(lane);
        lane->deficit = 0;
        if (lane->taxa <= 0)
            numero_keep(round->sender, lane->numero, unused, lane->token);
    }
    lane->asked = lane->got = 0;
    return unused > 0;
}

static void
on_claimed(void *ctx, enum rc rc, const struct reserva *reservas, int n)
{
    struct round *round = ctx;
    struct sender *sender = round->sender;
    int64_t now_ms = loop_now_ms(sender->loop);
    CLEANUP_FREE struct flight **flights = NULL;
    int flights_n = 0;
    bool is_short = false;

    round->state = ROUND_IDLE;
    meters_claimed(n, now_ms - round->claimed_at_ms);
    if (n > 0 && !(flights = mem_alloc((size_t)n, sizeof(struct flight *)))) {
        log_error("claim.no_memory", LOG_N("n", n)); /* the rescue finds the rows */
        n = 0;
    }
    for (int i = 0; i < n; i++) {
        struct flight *flight = take_row(round, &reservas[i]);
        if (flight->state == FLIGHT_CLAIMED)
            flights[flights_n++] = flight;
    }
    if (rc == RC_OK)
        sweeps_settle(sender, round->asked, round->asked_n, round->claimed_at_ms);
    for (int i = 0; i < round->asked_n; i++)
        is_short = settle_lane(round, round->asked[i]) || is_short;
    if (rc != RC_OK)
        round->again_at_ms = now_ms + FAILED_WAIT_MS;
    if (rc == RC_RETRY)
        mode_ask(sender);
    if (is_short) /* the rest may have been diverted: look whether the lane holds more */
        looks_soon(sender);
    if (flights_n > 0)
        pairs_ask(sender, flights, flights_n);
    sender_poke(sender);
}

static void
mark(const struct want *w)
{
    if (w->lane) {
        w->lane->token = w->token;
        return;
    }
    list_each(node, &w->numero->lanes)
    {
        struct lane *lane = list_entry(node, struct lane, node);
        if (lane->taxa <= 0)
            lane->token = w->token;
    }
}

static void
share(struct round *round)
{
    int64_t now_ms = loop_now_ms(round->sender->loop);

    for (int i = 0; i < round->wants_n; i++) {
        struct want *w = &round->wants[i];
        mark(w);
        if (w->lane)
            w->lane->asked += w->got;
        else
            w->got -= share_tokens(w->numero, w->got, now_ms);
        if (!w->lane && w->got > 0) /* its lanes stopped being due meanwhile */
            numero_keep(round->sender, w->numero, w->got, w->token);
    }
}

/* The asks of every lane that has tokens; the floor is left out when a sweep is due. */
static int
write_asks(struct round *round, struct fila_ask *asks)
{
    struct sender *sender = round->sender;
    struct lane *lane;
    int n = 0;

    for (uint32_t at = 0; n < LANES_MAX && (lane = map_next(&sender->lanes, &at));)
        if (lane->asked > 0)
            round->asked[n++] = lane;
    sweeps_choose(round->asked, n, loop_now_ms(sender->loop));
    for (int i = 0; i < n; i++) {
        lane_ask(round->asked[i], &asks[i]);
        if (round->asked[i]->is_swept)
            asks[i].piso_em = NULL;
    }
    return n;
}

static void
claim(struct round *round)
{
    struct sender *sender = round->sender;
    struct fila_ask asks[LANES_MAX];

    share(round);
    round->asked_n = write_asks(round, asks);
    round->state = ROUND_IDLE;
    if (round->asked_n > 0) {
        round->claimed_at_ms = loop_now_ms(sender->loop);
        if (sender_may_claim(sender) &&
            fila_claim(sender->fila, asks, round->asked_n, on_claimed, round) == RC_OK) {
            round->state = ROUND_CLAIM;
            return;
        }
        for (int i = 0; i < round->asked_n; i++)
            round->asked[i]->asked = 0;
        round->again_at_ms = round->claimed_at_ms + FAILED_WAIT_MS;
    }
    sender_poke(sender);
}

void
round_run(struct round *round)
{
    struct sender *sender = round->sender;
    int64_t now_ms = loop_now_ms(sender->loop);

    if (round->state != ROUND_IDLE || !sender_may_claim(sender))
        return;
    if (round->again_at_ms <= now_ms) {
        round->wants_n = wants_gather(sender, &round->turn, round->wants);
        if (round->wants_n > 0) {
            take_tokens(round);
            return;
        }
    }
    int64_t next_at_ms = lanes_next_at_ms(sender);
    if (flights_free(sender) == 0 || next_at_ms == INT64_MAX)
        return; /* a record, a look or a wake-up pokes */
    if (next_at_ms < round->again_at_ms)
        next_at_ms = round->again_at_ms;
    loop_timer_in(&sender->round_timer, next_at_ms > now_ms ? next_at_ms - now_ms : 1);
}
