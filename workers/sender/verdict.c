/*
 * The class of an answer decides: what becomes of the message (sent; over; again, with an
 * attempt spent or not, after which wait), and what its number, account, template or
 * person has to do with it (brakes.c). A message is never at fault for a limit or a
 * pause: it goes back with no attempt spent. Whatever may have gone out is DESCONHECIDA.
 */
#include "verdict.h"

#include <string.h>

#include "brakes.h"
#include "clock.h"
#include "flight.h"
#include "numeros.h"

enum {
    WAIT_NOT_SENT_MS = 5000, /* no byte left us: name, connect, TLS */
    WAIT_PAUSE_MS = 2000,    /* the pause itself is the claim's matter */
    WAIT_SENDER_MS = 1000,
    WAIT_APP_MS = 60000,
    RETRY_AFTER_MAX_S = 3600,
};

static void
keep_judgement(struct flight *flight)
{
    struct fila_resultado *r = &flight->resultado;
    const struct whatsapp_judgement *judgement = &flight->judgement;
    const char *digits = flight->destino + (flight->destino[0] == '+');

    r->codigo = judgement->code;
    r->classe = whatsapp_class_name(judgement->class_);
    if (judgement->erro[0])
        r->erro = judgement->erro;
    if (judgement->wamid[0]) {
        r->wamid = judgement->wamid;
        r->entrega = judgement->is_held ? "retida" : "aceita";
    }
    if (judgement->wa_id[0] && strcmp(judgement->wa_id, digits) != 0)
        r->wa_id = judgement->wa_id;
}

/* The longest of what the header asked for, the code's own wait, and ours. */
static int64_t
wait_of(const struct flight *flight, long retry_after_s, int64_t ours_ms)
{
    int64_t wait_ms = flight->judgement.wait_s * 1000LL;

    if (retry_after_s > RETRY_AFTER_MAX_S)
        retry_after_s = RETRY_AFTER_MAX_S;
    if (retry_after_s * 1000LL > wait_ms)
        wait_ms = retry_after_s * 1000LL;
    return wait_ms > ours_ms ? wait_ms : ours_ms;
}

/* Who else is told, whatever becomes of the message. */
static void
brake(struct flight *flight, int64_t wait_ms)
{
    switch (flight->judgement.class_) {
    case WHATSAPP_OK:
        if (flight->is_sonda)
            brakes_probe_passed(flight);
        return;
    case WHATSAPP_SLOW_SENDER:
        brakes_slow_numero(flight);
        return;
    case WHATSAPP_SLOW_APP:
        brakes_slow_conta(flight, wait_ms);
        return;
    case WHATSAPP_CUT:
    case WHATSAPP_MAYBE: /* an outage: the less is sent into it, the less is in doubt */
        if (wait_ms > 0)
            numero_hold(flight->sender, flight->numero, wait_ms);
        return;
    case WHATSAPP_PAUSE_SENDER:
        brakes_pause_numero(flight);
        return;
    case WHATSAPP_PAUSE_ACCOUNT:
        brakes_pause_conta(flight);
        return;
    case WHATSAPP_PAUSE_TEMPLATE:
        brakes_pause_modelo(flight);
        return;
    case WHATSAPP_NEEDS_TEMPLATE:
        brakes_window_closed(flight);
        return;
    case WHATSAPP_NOT_SENT:
    case WHATSAPP_SLOW_PAIR:
    case WHATSAPP_LATER:
    case WHATSAPP_DEAD_RECIPIENT:
    case WHATSAPP_OPT_OUT:
    case WHATSAPP_NO_RETRY_24H:
    case WHATSAPP_BUG:
    case WHATSAPP_CLASSES:
        return;
    }
}

/* Not now: with no attempt spent where the message is not at fault. */
static void
again(struct flight *flight, long retry_after_s, int64_t wait_ms)
{
    switch (flight->judgement.class_) {
    case WHATSAPP_NOT_SENT:
        flight_judged(flight, FILA_LIMITADA, clock_jitter_ms(WAIT_NOT_SENT_MS));
        return;
    case WHATSAPP_SLOW_SENDER:
        flight_judged(
            flight, FILA_LIMITADA, wait_of(flight, retry_after_s, WAIT_SENDER_MS));
        return;
    case WHATSAPP_SLOW_PAIR:
        flight_judged(flight, FILA_LIMITADA,
            wait_of(flight, retry_after_s, brakes_slow_par(flight)));
        return;
    case WHATSAPP_SLOW_APP:
        flight_judged(flight, FILA_LIMITADA, wait_ms);
        return;
    case WHATSAPP_PAUSE_SENDER:
    case WHATSAPP_PAUSE_ACCOUNT:
    case WHATSAPP_PAUSE_TEMPLATE:
        flight_judged(flight, FILA_LIMITADA, WAIT_PAUSE_MS);
        return;
    case WHATSAPP_OK:
    case WHATSAPP_CUT:
    case WHATSAPP_MAYBE:
    case WHATSAPP_LATER:
    case WHATSAPP_DEAD_RECIPIENT:
    case WHATSAPP_OPT_OUT:
    case WHATSAPP_NO_RETRY_24H:
    case WHATSAPP_NEEDS_TEMPLATE:
    case WHATSAPP_BUG:
    case WHATSAPP_CLASSES:
        flight_judged(flight, FILA_REPETIR, wait_ms);
        return;
    }
}

void
verdict_apply(struct flight *flight, long retry_after_s)
{
    bool is_app = flight->judgement.class_ == WHATSAPP_SLOW_APP;
    int64_t wait_ms = wait_of(flight, retry_after_s, is_app ? WAIT_APP_MS : 0);

    keep_judgement(flight);
    brake(flight, wait_ms);
    switch (flight->judgement.verdict) {
    case WHATSAPP_SENT:
        flight_judged(flight, FILA_ACEITA, 0);
        return;
    case WHATSAPP_UNKNOWN:
        flight_judged(flight, FILA_DESCONHECIDA, 0);
        return;
    case WHATSAPP_RETRY:
        again(flight, retry_after_s, wait_ms);
        return;
    case WHATSAPP_REJECTED:
        flight_judged(flight, FILA_RECUSADA, 0);
        return;
    }
}
