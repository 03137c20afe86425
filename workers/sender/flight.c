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

#include "brakes.h"
#include "clock.h"
#include "http.h"
#include "log.h"
#include "mem.h"
#include "meters.h"
#include "numeros.h"
#include "pairs.h"
#include "verdict.h"
#include "whatsapp.h"

enum {
    CORPO_MAX_BYTES = 64 << 10,
    WAIT_NOT_SENT_MS = 5000,
    HOLD_BAD_TOKEN_MS = 60000,
    TYPING_MS = 2000, /* the message waits for it no longer */
};

#define BIT(state) (1u << (state))

/* From each state, the states that may follow. */
static const unsigned arrows_from[FLIGHT_STATES] = {
    [FLIGHT_FREE] = BIT(FLIGHT_CLAIMED),
    [FLIGHT_CLAIMED] = BIT(FLIGHT_POSTING) | BIT(FLIGHT_JUDGED),
    [FLIGHT_POSTING] = BIT(FLIGHT_JUDGED),
    [FLIGHT_JUDGED] = BIT(FLIGHT_FREE),
};

static void
on_token_timer(void *ctx)
{
    flight_start(ctx);
}

enum rc
flights_init(struct sender *sender, int slots)
{
    for (int state = 0; state < FLIGHT_STATES; state++)
        list_init(&sender->in_state[state]);
    sender->brakes = brakes_new(sender);
    sender->flights = mem_alloc((size_t)slots, sizeof(*sender->flights));
    if (!sender->flights || !sender->brakes)
        return RC_OOM;
    for (int i = 0; i < slots; i++) {
        struct flight *flight = &sender->flights[i];
        flight->sender = sender;
        flight->state = FLIGHT_FREE;
        buf_init(&flight->corpo, CORPO_MAX_BYTES);
        loop_timer_init(&flight->token_timer, sender->loop, on_token_timer, flight);
        list_init(&flight->node);
        list_add_tail(&sender->in_state[FLIGHT_FREE], &flight->node);
    }
    return RC_OK;
}

void
flights_done(struct sender *sender)
{
    for (int i = 0; sender->flights && i < sender->config->sender.slots; i++) {
        loop_timer_stop(&sender->flights[i].token_timer);
        buf_done(&sender->flights[i].corpo);
    }
    mem_free(sender->flights);
    sender->flights = NULL;
    brakes_free(steal(&sender->brakes));
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
    if (next == FLIGHT_FREE) {
        sender->flying--;
        flight->numero->flying--;
    }
    if (next == FLIGHT_JUDGED) {
        flight->judged_at_ms = loop_now_ms(sender->loop);
        sender->recorder.judged_n++;
    }
    if (next == FLIGHT_CLAIMED || next == FLIGHT_FREE)
        meters_flying(sender->flying);
}

void
flight_judged(struct flight *flight, enum fila_desfecho desfecho, int64_t espera_ms)
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
    flight_judged(flight, desfecho, espera_ms);
}

/* The request that shows "digitando…" stands behind the message's own. */
static bool
build_typing(struct flight *flight, const struct reserva *reserva)
{
    buf_addc(&flight->corpo, '\0');
    flight->is_digitando = whatsapp_typing(reserva->resposta_a, &flight->corpo) == RC_OK;
    return !flight->corpo.is_bad;
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
        .resposta_a = reserva->resposta_a,
        .mensagem_id = reserva->mensagem_id,
        .reserva_seq = reserva->reserva_seq,
    };

    buf_clear(&flight->corpo);
    enum rc rc = whatsapp_body(&mensagem, &flight->corpo, &fault);
    flight->corpo_bytes = flight->corpo.bytes;
    if (rc == RC_OK && reserva->is_digitando && build_typing(flight, reserva))
        return;
    if (rc == RC_OK && !reserva->is_digitando)
        return;
    if (rc == RC_REJECTED) {
        snprintf(
            flight->judgement.erro, sizeof(flight->judgement.erro), "%s", fault.text);
        flight->resultado.erro = flight->judgement.erro;
        flight->resultado.classe = whatsapp_class_name(WHATSAPP_BUG);
        flight_judged(flight, FILA_RECUSADA, 0);
    } else {
        flight_judged(flight, FILA_DEVOLVIDA, WAIT_NOT_SENT_MS); /* out of memory */
    }
}

/* Names the template among those of all accounts; FNV-1a. */
static uint64_t
modelo_hash(const struct numero *numero, const struct reserva *reserva)
{
    uint64_t hash = 0xcbf29ce484222325u ^ (uint64_t)numero->conta_id;

    for (const char *at = reserva->modelo_nome; at && *at; at++)
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
    return hash;
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
    numero->flying++;
    flight->token = TOKEN_NONE;
    flight->faixa = reserva->faixa;
    flight->faixa_taxa = 0;
    flight->asked = 0;
    flight->has_pair = false;
    flight->is_fora_da_janela = reserva->is_fora_da_janela;
    flight->is_sonda = reserva->is_sonda;
    flight->is_digitando = false;
    flight->record_step = RECORD_WHOLE;
    flight->modelo_hash = modelo_hash(numero, reserva);
    flight->judgement = (struct whatsapp_judgement){0};
    flight->start_by_ms = claimed_at_ms + sender->config->sender.start_s * 1000LL;
    snprintf(
        flight->mensagem_id, sizeof(flight->mensagem_id), "%s", reserva->mensagem_id);
    snprintf(flight->destino, sizeof(flight->destino), "%s", reserva->destino);
    flight->resultado = (struct fila_resultado){
        .mensagem_id = flight->mensagem_id,
        .reserva_seq = reserva->reserva_seq,
    };
    flight->due_at_ms = loop_now_ms(sender->loop) - reserva->atraso_ms;
    flight->tipo = meters_tipo(reserva->tipo);
    flight->tentativa = reserva->tentativa;
    meters_late(reserva->atraso_ms);
    build(flight, reserva);
    return flight;
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

/* How long the answer's headers ask for; negative: they do not. */
static long
rest_of(const struct whatsapp_judgement *judgement, const struct http_reply *reply)
{
    long regain_s = 0;

    if (judgement->class_ == WHATSAPP_SLOW_APP)
        regain_s = whatsapp_regain_s(http_header(reply, "X-Business-Use-Case-Usage"));
    return regain_s > reply->retry_after_s ? regain_s : reply->retry_after_s;
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
    meters_posted(
        flight->numero->id, judgement, loop_now_ms(sender->loop) - flight->posted_at_ms);
    if (judgement->verdict == WHATSAPP_SENT)
        meters_accepted(flight->tipo, loop_now_ms(sender->loop) - flight->due_at_ms,
            flight->tentativa);
    verdict_apply(flight, rest_of(judgement, reply));
    sender_poke(sender);
}

/* False: the token is not good yet, or no longer; what follows is seen to. */
static bool
is_token_good(struct flight *flight)
{
    int64_t now_us = clock_now_us();

    if (now_us < flight->token.from_us)
        loop_timer_in(&flight->token_timer,
            (flight->token.from_us + 999) / 1000 - loop_now_ms(flight->sender->loop));
    else if (now_us > flight->token.until_us)
        pairs_ask(flight->sender, &flight, 1);
    else
        return true;
    return false;
}

static void
on_typing(void *ctx, const struct http_reply *reply, const struct fault *fault)
{
    struct flight *flight = ctx;

    (void)fault;
    meters_typing(reply->transport == HTTP_COMPLETE && reply->status == 200);
    flight_start(flight);
}

/* True: the message waits for it. What becomes of it is counted and nothing else. */
static bool
show_typing(struct flight *flight)
{
    const struct http_request request = {
        .method = "POST",
        .url = flight->numero->url,
        .bearer = flight->numero->token,
        .body = flight->corpo.data + flight->corpo_bytes + 1,
        .body_bytes = flight->corpo.bytes - flight->corpo_bytes - 1,
        .timeout_ms = TYPING_MS,
        .on_done = on_typing,
        .ctx = flight,
    };

    if (!flight->is_digitando)
        return false;
    flight->is_digitando = false;
    return http_send(flight->sender->http, &request) == RC_OK;
}

static void
post(struct flight *flight)
{
    struct sender *sender = flight->sender;
    const struct http_request request = {
        .method = "POST",
        .url = flight->numero->url,
        .bearer = flight->numero->token,
        .body = flight->corpo.data,
        .body_bytes = flight->corpo_bytes,
        .timeout_ms = sender->config->sender.post_s * 1000,
        .on_done = on_reply,
        .ctx = flight,
    };

    flight->posted_at_ms = loop_now_ms(sender->loop);
    enum rc rc = http_send(sender->http, &request);
    if (rc == RC_OK) {
        flight_goto(flight, FLIGHT_POSTING);
        return;
    }
    if (rc == RC_REJECTED) /* a token or URL that cannot be a header */
        numero_hold(sender, flight->numero, HOLD_BAD_TOKEN_MS);
    flight_judged(flight, FILA_DEVOLVIDA, WAIT_NOT_SENT_MS);
}

void
flight_start(struct flight *flight)
{
    struct sender *sender = flight->sender;

    /* not the turn's clock: the process may have been stopped since the turn began */
    if (clock_now_ms() > flight->start_by_ms || sender->is_draining ||
        !flight->numero->token) {
        flight_judged(flight, FILA_DEVOLVIDA, 0);
        return;
    }
    if (show_typing(flight) || !is_token_good(flight))
        return;
    post(flight);
}
