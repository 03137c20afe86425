/*
 * Suspects: messages that were in flight twice when their sender vanished. Perhaps one of
 * them brings it down, so it flies with nobody else.
 *
 * Happy path: the mode says that there are suspects; no other claim begins; when nothing
 * is in flight any more, one is claimed, asks for its tokens with its pair, is sent,
 * recorded, and work goes on for a second at least. What is in flight does not end within
 * DRAIN_MS (a far end that hangs): work goes on, and it is tried again later. If it does
 * bring us down, only this message was in flight, and the third rescue ends it.
 */
#include "alone.h"

#include "clock.h"
#include "fila.h"
#include "flight.h"
#include "log.h"
#include "mode.h"
#include "numeros.h"
#include "pairs.h"
#include "round.h"
#include "sender.h"

enum {
    DRAIN_MS = 2000,
    BETWEEN_MS = 1000,
    NONE_MS = 5000, /* the mode is heard again by then */
    LATER_MS = 10000,
};

static void
over(struct sender *sender, int64_t wait_ms)
{
    sender->alone.state = ALONE_IDLE;
    sender->alone.next_at_ms = loop_now_ms(sender->loop) + clock_jitter_ms((int)wait_ms);
    sender_poke(sender);
}

static void
fly(struct sender *sender, const struct reserva *reserva)
{
    struct numero *numero = map_get(&sender->numeros, (uint64_t)reserva->numero_id);

    if (!numero) { /* it is listed for minutes when this happens: the rescue finds it */
        log_error("alone.unknown_numero", LOG_N("numero_id", reserva->numero_id));
        over(sender, LATER_MS);
        return;
    }
    log_warn("alone.claimed", LOG_S("mensagem_id", reserva->mensagem_id));
    struct flight *flight =
        flight_claimed(numero, reserva, sender, sender->alone.since_ms);
    flight->token = mode_is_degraded(sender) ? TOKEN_ALWAYS : TOKEN_NONE;
    sender->alone.state = ALONE_FLYING;
    if (flight->state == FLIGHT_CLAIMED)
        pairs_ask(sender, &flight, 1);
}

static void
on_claimed(void *ctx, enum rc rc, const struct reserva *reservas, int n)
{
    struct sender *sender = ctx;

    if (rc == RC_RETRY)
        mode_ask(sender);
    if (rc == RC_OK && n > 0)
        fly(sender, &reservas[0]);
    else
        over(sender, NONE_MS);
}

static void
claim(struct sender *sender)
{
    struct alone *alone = &sender->alone;

    alone->since_ms = loop_now_ms(sender->loop);
    if (fila_claim_alone(sender->fila, on_claimed, sender) == RC_OK)
        alone->state = ALONE_CLAIMING;
    else
        over(sender, BETWEEN_MS);
}

static bool
is_quiet(const struct sender *sender)
{
    return sender->flying == 0 && round_is_idle(sender->round);
}

static void
begin(struct sender *sender)
{
    sender->alone.state = ALONE_WAITING;
    sender->alone.since_ms = loop_now_ms(sender->loop);
    loop_timer_in(&sender->round_timer, DRAIN_MS + 1);
}

bool
alone_turn(struct sender *sender)
{
    struct alone *alone = &sender->alone;
    int64_t now_ms = loop_now_ms(sender->loop);

    switch (alone->state) {
    case ALONE_IDLE:
        if (!mode_has_suspeitas(sender) || now_ms < alone->next_at_ms ||
            !sender_may_claim(sender))
            return false;
        begin(sender);
        break;
    case ALONE_WAITING:
        break;
    case ALONE_CLAIMING:
        return true;
    case ALONE_FLYING:
        if (sender->flying == 0)
            over(sender, BETWEEN_MS);
        return sender->flying > 0;
    }
    if (!sender_may_claim(sender))
        over(sender, BETWEEN_MS);
    else if (is_quiet(sender))
        claim(sender);
    else if (now_ms - alone->since_ms > DRAIN_MS)
        over(sender, LATER_MS);
    return alone->state != ALONE_IDLE;
}
