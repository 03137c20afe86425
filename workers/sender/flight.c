/*
 * One message in the air.
 *
 * Happy path: a slot takes the claimed row and builds the request, the pair has a token,
 * POST, 200 with a wamid, JUDGED aceita, recorded. What else may happen: the body is not
 * one that Meta takes (recusada, nothing is sent); the POST would begin too late for its
 * reserva, or we are stopping (devolvida); Meta refuses for now (limitada, or repetir
 * where it costs an attempt) or for good (recusada); no whole answer (desconhecida: never
 * sent again by us; a webhook or the quarantine decides).
 */
#include "flight.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "http.h"
#include "log.h"
#include "mem.h"
#include "meters.h"
#include "numeros.h"
#include "whatsapp.h"

enum {
    CORPO_MAX_BYTES = 64 << 10,
    WAIT_NOT_SENT_MS = 5000, /* no byte left us: name, connect, TLS */
    WAIT_SENDER_MS = 1000,
    WAIT_PAIR_MS = 6000,
    WAIT_APP_MS = 60000,
    HOLD_PAUSE_MS = 60000,
};

#define BIT(state) (1u << (state))

/* From each state, the states that may follow. */
static const unsigned arrows_from[FLIGHT_STATES] = {
    [FLIGHT_FREE] = BIT(FLIGHT_CLAIMED),
    [FLIGHT_CLAIMED] = BIT(FLIGHT_POSTING) | BIT(FLIGHT_JUDGED),
    [FLIGHT_POSTING] = BIT(FLIGHT_JUDGED),
    [FLIGHT_JUDGED] = BIT(FLIGHT_FREE),
};

enum rc
flights_init(struct sender *sender, int slots)
{
    for (int state = 0; state < FLIGHT_STATES; state++)
        list_init(&sender->in_state[state]);
    sender->flights = mem_alloc((size_t)slots, sizeof(*sender->flights));
    if (!sender->flights)
        return RC_OOM;
    for (int i = 0; i < slots; i++) {
        struct flight *flight = &sender->flights[i];
        flight->sender = sender;
        flight->state = FLIGHT_FREE;
        buf_init(&flight->corpo, CORPO_MAX_BYTES);
        list_init(&flight->node);
        list_add_tail(&sender->in_state[FLIGHT_FREE], &flight->node);
    }
    return RC_OK;
}

void
flights_done(struct sender *sender)
{
    for (int i = 0; sender->flights && i < sender->config->sender.slots; i++)
        buf_done(&sender->flights[i].corpo);
    mem_free(sender->flights);
    sender->flights = NULL;
}

int
flights_free(const struct sender *sender)
{
    return sender->config->sender.slots - sender->flying;
}

void
flight_goto(struct flight *flight, enum flight_state next)
{
    struct sender *sender = flight->sender;

    assert(arrows_from[flight->state] & BIT(next));
    list_move_tail(&sender->in_state[next], &flight->node);
    flight->state = next;
    if (next == FLIGHT_CLAIMED)
        sender->flying++;
    if (next == FLIGHT_FREE)
        sender->flying--;
    if (next == FLIGHT_JUDGED) {
        flight->judged_at_ms = loop_now_ms(sender->loop);
        sender->recorder.judged_n++;
    }
    if (next == FLIGHT_CLAIMED || next == FLIGHT_FREE)
        meters_flying(sender->flying);
}

static void
judged(struct flight *flight, enum fila_desfecho desfecho, int64_t espera_ms)
{
    flight->resultado.desfecho = desfecho;
    flight->resultado.espera_ms = espera_ms;
    flight_goto(flight, FLIGHT_JUDGED);
}

void
flight_give_back(struct flight *flight, enum fila_desfecho desfecho, int64_t espera_ms,
    const char *erro)
{
    flight->resultado.erro = erro;
    judged(flight, desfecho, espera_ms);
}

static void
build(struct flight *flight, const struct reserva *reserva)
{
    struct fault fault = {0};
    const struct whatsapp_mensagem mensagem = {
        .destino = reserva->destino,
        .formato = reserva->formato,
        .conteudo = reserva->conteudo,
        .carga = reserva->carga,
        .modelo_nome = reserva->modelo_nome,
        .modelo_idioma = reserva->modelo_idioma,
        .parametros = reserva->parametros,
        .mensagem_id = reserva->mensagem_id,
        .reserva_seq = reserva->reserva_seq,
    };

    buf_clear(&flight->corpo);
    enum rc rc = whatsapp_body(&mensagem, &flight->corpo, &fault);
    if (rc == RC_OK && !flight->corpo.is_bad)
        return;
    if (rc == RC_REJECTED) {
        snprintf(
            flight->judgement.erro, sizeof(flight->judgement.erro), "%s", fault.text);
        flight->resultado.erro = flight->judgement.erro;
        flight->resultado.classe = whatsapp_class_name(WHATSAPP_BUG);
        judged(flight, FILA_RECUSADA, 0);
    } else {
        judged(flight, FILA_DEVOLVIDA, WAIT_NOT_SENT_MS); /* out of memory */
    }
}

struct flight *
flight_claimed(struct numero *numero, const struct reserva *reserva,
    struct sender *sender, int64_t claimed_at_ms)
{
    struct flight *flight =
        list_entry(sender->in_state[FLIGHT_FREE].next, struct flight, node);

    assert(!list_is_empty(&sender->in_state[FLIGHT_FREE]));
    flight_goto(flight, FLIGHT_CLAIMED);
    flight->numero = numero;
    flight->start_by_ms = claimed_at_ms + sender->config->sender.start_s * 1000LL;
    snprintf(
        flight->mensagem_id, sizeof(flight->mensagem_id), "%s", reserva->mensagem_id);
    snprintf(flight->destino, sizeof(flight->destino), "%s", reserva->destino);
    flight->resultado = (struct fila_resultado){
        .mensagem_id = flight->mensagem_id,
        .reserva_seq = reserva->reserva_seq,
    };
    meters_late(reserva->atraso_ms);
    build(flight, reserva);
    return flight;
}

/* A refusal for now: who waits, how long, and whether it costs an attempt. */
static void
judge_retry(struct flight *flight, enum whatsapp_class class_)
{
    struct sender *sender = flight->sender;

    switch (class_) {
    case WHATSAPP_NOT_SENT:
        judged(flight, FILA_LIMITADA, clock_jitter_ms(WAIT_NOT_SENT_MS));
        return;
    case WHATSAPP_SLOW_SENDER:
        numero_hold(sender, flight->numero, WAIT_SENDER_MS);
        judged(flight, FILA_LIMITADA, WAIT_SENDER_MS);
        return;
    case WHATSAPP_SLOW_PAIR:
        judged(flight, FILA_LIMITADA, WAIT_PAIR_MS);
        return;
    case WHATSAPP_SLOW_APP:
        numero_hold(sender, flight->numero, WAIT_APP_MS);
        judged(flight, FILA_LIMITADA, WAIT_APP_MS);
        return;
    case WHATSAPP_PAUSE_SENDER:
    case WHATSAPP_PAUSE_ACCOUNT:
        /* the message is not at fault: it stays waiting, and the number tries no more */
        log_error("numero.held", LOG_N("numero_id", flight->numero->id),
            LOG_S("classe", whatsapp_class_name(class_)),
            LOG_N("code", flight->resultado.codigo));
        numero_hold(sender, flight->numero, HOLD_PAUSE_MS);
        judged(flight, FILA_LIMITADA, HOLD_PAUSE_MS);
        return;
    case WHATSAPP_OK:
    case WHATSAPP_CUT:
    case WHATSAPP_MAYBE:
    case WHATSAPP_LATER:
    case WHATSAPP_PAUSE_TEMPLATE:
    case WHATSAPP_DEAD_RECIPIENT:
    case WHATSAPP_OPT_OUT:
    case WHATSAPP_NO_RETRY_24H:
    case WHATSAPP_NEEDS_TEMPLATE:
    case WHATSAPP_BUG:
    case WHATSAPP_CLASSES:
        judged(flight, FILA_REPETIR, 0);
        return;
    }
}

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

static void
judge(struct flight *flight)
{
    keep_judgement(flight);
    switch (flight->judgement.verdict) {
    case WHATSAPP_SENT:
        judged(flight, FILA_ACEITA, 0);
        return;
    case WHATSAPP_UNKNOWN:
        judged(flight, FILA_DESCONHECIDA, 0);
        return;
    case WHATSAPP_RETRY:
        judge_retry(flight, flight->judgement.class_);
        return;
    case WHATSAPP_REJECTED:
        judged(flight, FILA_RECUSADA, 0);
        return;
    }
}

static enum whatsapp_transport
transport_of(enum http_transport transport)
{
    switch (transport) {
    case HTTP_COMPLETE:
        return WHATSAPP_ANSWERED;
    case HTTP_NOT_SENT:
        return WHATSAPP_NEVER_LEFT;
    case HTTP_CUT:
        break;
    }
    return WHATSAPP_UNANSWERED;
}

static void
on_reply(void *ctx, const struct http_reply *reply, const struct fault *fault)
{
    struct flight *flight = ctx;
    struct sender *sender = flight->sender;
    struct whatsapp_judgement *judgement = &flight->judgement;
    const struct whatsapp_answer answer = {
        .transport = transport_of(reply->transport),
        .status = reply->status,
        .body = reply->body,
        .body_bytes = reply->body_bytes,
    };

    whatsapp_judge(&answer, judgement);
    if (reply->transport != HTTP_COMPLETE) {
        snprintf(judgement->erro, sizeof(judgement->erro), "%s", fault->text);
        log_warn(
            "post.failed", LOG_S("mensagem_id", flight->mensagem_id), LOG_FAULT(fault));
    }
    meters_posted(whatsapp_class_name(judgement->class_),
        loop_now_ms(sender->loop) - flight->posted_at_ms);
    judge(flight);
    sender_poke(sender);
}

void
flight_start(struct flight *flight)
{
    struct sender *sender = flight->sender;
    int64_t now_ms = loop_now_ms(sender->loop);
    const struct http_request request = {
        .method = "POST",
        .url = flight->numero->url,
        .bearer = flight->numero->token,
        .body = flight->corpo.data,
        .body_bytes = flight->corpo.bytes,
        .timeout_ms = sender->config->sender.post_s * 1000,
        .on_done = on_reply,
        .ctx = flight,
    };

    if (now_ms > flight->start_by_ms || sender->is_draining || !flight->numero->token) {
        judged(flight, FILA_DEVOLVIDA, 0);
        return;
    }
    flight->posted_at_ms = now_ms;
    enum rc rc = http_send(sender->http, &request);
    if (rc == RC_OK) {
        flight_goto(flight, FLIGHT_POSTING);
        return;
    }
    if (rc == RC_REJECTED) /* a token or URL that cannot be a header */
        numero_hold(sender, flight->numero, HOLD_PAUSE_MS);
    judged(flight, FILA_DEVOLVIDA, WAIT_NOT_SENT_MS);
}
