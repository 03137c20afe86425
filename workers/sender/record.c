/*
 * Batches of outcomes.
 *
 * Happy path: JUDGED flights move to the batch, one fila_record_now, acknowledged, slots
 * free. Somebody else's transaction holds a row: its flight is recorded again by a later
 * batch, after a quarter of the time for which it has waited. The connection broke, or
 * PostgreSQL refused for a passing reason, or for one that is no row's (a right that was
 * taken away): the batch goes back and is recorded again; each element names its reserva,
 * so what was stored already changes nothing. Refused for
 * good (a value that cannot be stored): the next batch is half as large, until the bad
 * row stands alone; the rest of its batch is recorded. The bad one is tried with its
 * outcome and wamid alone, then as unknown with the reason: it is reported and kept as
 * incerta, with its evidence in tentativas. Refused even so, it is let go, and the rescue
 * makes it incerta.
 */
#include "record.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "fila.h"
#include "flight.h"
#include "log.h"
#include "mem.h"
#include "meters.h"
#include "sender.h"

enum {
    RECORD_AGAIN_MS = 100,
    REFUSED_AGAIN_MS = 1000,
    HELD_MIN_MS = 5,
    HELD_MAX_MS = 250,
    HELD_SHARE = 4,
};

static void on_recorded(
    void *ctx, enum rc rc, const struct fila_contas *contas, const struct fault *fault);

static void
on_timer(void *ctx)
{
    (void)ctx; /* it is enough to have a turn: the hook flushes */
}

bool
recorder_init(struct recorder *recorder, struct sender *sender)
{
    const struct config_sender *config = &sender->config->sender;

    recorder->sender = sender;
    list_init(&recorder->batch);
    list_init(&recorder->held);
    recorder->limit = config->slots;
    loop_timer_init(&recorder->timer, sender->loop, on_timer, NULL);
    recorder->resultados =
        mem_alloc((size_t)config->slots, sizeof(*recorder->resultados));
    return recorder->resultados != NULL;
}

void
recorder_done(struct recorder *recorder)
{
    loop_timer_stop(&recorder->timer);
    mem_free(recorder->resultados);
}

static void
batch_free(struct recorder *recorder)
{
    list_each(node, &recorder->batch)
        flight_goto(list_entry(node, struct flight, node), FLIGHT_FREE);
    recorder->batch_n = 0;
}

/* Recorded, but for what is held: `ocupadas` are places in the batch. */
static void
batch_recorded(struct recorder *recorder, const int *ocupadas, int n)
{
    for (int at = 0; n > 0 && at < recorder->batch_n; at++) {
        struct list *node = list_pop(&recorder->batch);
        if (at != *ocupadas) {
            flight_goto(list_entry(node, struct flight, node), FLIGHT_FREE);
            continue;
        }
        list_add_tail(&recorder->held, node);
        recorder->held_n++;
        ocupadas++;
        n--;
    }
    batch_free(recorder);
}

/* Those that came last waited least: by them the others are tried too often, not too
 * rarely. */
static void
held_later(struct recorder *recorder)
{
    int64_t now_ms = loop_now_ms(recorder->sender->loop);

    if (recorder->held_n == 0) {
        recorder->is_held_told = false;
        return;
    }
    struct flight *last = list_entry(recorder->held.prev, struct flight, node);
    int64_t wait_ms = (now_ms - last->judged_at_ms) / HELD_SHARE;
    if (wait_ms < HELD_MIN_MS)
        wait_ms = HELD_MIN_MS;
    if (wait_ms > HELD_MAX_MS)
        wait_ms = HELD_MAX_MS;
    recorder->held_at_ms = now_ms + clock_jitter_ms((int)wait_ms);
    if (wait_ms == HELD_MAX_MS && !recorder->is_held_told) {
        recorder->is_held_told = true;
        log_warn("record.held", LOG_N("n", recorder->held_n));
    }
}

/* To be recorded again. */
static void
batch_back(struct recorder *recorder, int64_t wait_ms)
{
    struct sender *sender = recorder->sender;

    list_each(node, &recorder->batch)
        list_move_tail(&sender->in_state[FLIGHT_JUDGED], node);
    recorder->judged_n += recorder->batch_n;
    recorder->batch_n = 0;
    recorder->again_at_ms = loop_now_ms(sender->loop) + wait_ms;
}

/* Leaves out what may be the reason; false: nothing more can be left out. */
static bool
simplify(struct flight *flight, const struct fault *fault)
{
    struct fila_resultado *r = &flight->resultado;
    struct fila_resultado less = {
        .mensagem_id = r->mensagem_id,
        .reserva_seq = r->reserva_seq,
        .desfecho = r->desfecho,
        .wamid = r->wamid,
        .espera_ms = r->espera_ms,
    };

    if (flight->record_step == RECORD_LEAST)
        return false;
    if (++flight->record_step == RECORD_LEAST) {
        char *erro = flight->judgement.erro;

        snprintf(erro, sizeof(flight->judgement.erro), "%s cannot be recorded: %s",
            r->wamid ? "accepted, which" : "its outcome", fault->code);
        less.desfecho = FILA_DESCONHECIDA;
        less.classe = "record";
        less.erro = erro;
        less.wamid = NULL;
    }
    *r = less;
    return true;
}

/* A function that is not there, a right that was taken away: no row's fault, and over
 * when somebody has seen to it. To let rows go meanwhile would put what was sent in
 * doubt. */
static bool
is_everybodys(const struct fault *fault)
{
    static const char *const prefixes[] = {"28", "3D", "3F", "42", "55"};

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (strncmp(fault->code, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static void
batch_refused(struct recorder *recorder, const struct fault *fault)
{
    struct flight *flight = list_entry(recorder->batch.next, struct flight, node);

    if (recorder->batch_n > 1) {
        recorder->limit = recorder->batch_n / 2;
        batch_back(recorder, 0);
        return;
    }
    log_error("record.bad_row", LOG_S("mensagem_id", flight->mensagem_id),
        LOG_N("step", flight->record_step), LOG_FAULT(fault));
    if (simplify(flight, fault)) {
        batch_back(recorder, 0);
        recorder->limit = 1;
        list_remove(&flight->node);
        list_add_tail(
            recorder->sender->in_state[FLIGHT_JUDGED].next, &flight->node); /* first */
        return;
    }
    batch_free(recorder);
    recorder->limit = recorder->sender->config->sender.slots;
}

static void
on_recorded(
    void *ctx, enum rc rc, const struct fila_contas *contas, const struct fault *fault)
{
    struct recorder *recorder = ctx;

    recorder->is_asked = false;
    if (rc == RC_OK) {
        meters_recorded(contas);
        batch_recorded(recorder, contas->ocupadas, contas->ocupadas_n);
        held_later(recorder);
        if (recorder->limit < recorder->sender->config->sender.slots)
            recorder->limit *= 2;
    } else if (rc == RC_REJECTED && !is_everybodys(fault)) {
        batch_refused(recorder, fault);
    } else {
        int wait_ms = rc == RC_REJECTED ? REFUSED_AGAIN_MS : RECORD_AGAIN_MS;
        log_warn("record.again", LOG_N("n", recorder->batch_n), LOG_FAULT(fault));
        batch_back(recorder, clock_jitter_ms(wait_ms));
    }
    sender_poke(recorder->sender);
}

/* Returns how many flights of `list` are in the batch now. */
static int
batch_take(struct recorder *recorder, struct list *list)
{
    int taken = 0;

    while (recorder->batch_n < recorder->limit) {
        struct list *node = list_pop(list);
        if (!node)
            break;
        list_add_tail(&recorder->batch, node);
        recorder->resultados[recorder->batch_n++] =
            list_entry(node, struct flight, node)->resultado;
        taken++;
    }
    return taken;
}

static void
batch_send(struct recorder *recorder)
{
    struct sender *sender = recorder->sender;

    if (loop_now_ms(sender->loop) >= recorder->held_at_ms)
        recorder->held_n -= batch_take(recorder, &recorder->held);
    recorder->judged_n -= batch_take(recorder, &sender->in_state[FLIGHT_JUDGED]);
    if (fila_record_now(sender->fila, recorder->resultados, recorder->batch_n,
            on_recorded, recorder) == RC_OK)
        recorder->is_asked = true;
    else
        batch_back(recorder, clock_jitter_ms(RECORD_AGAIN_MS));
}

/* When the next batch leaves; INT64_MAX: there is none. */
static int64_t
due_at_ms(const struct recorder *recorder, int64_t now_ms)
{
    const struct sender *sender = recorder->sender;
    const struct config_sender *config = &sender->config->sender;
    int64_t at_ms = recorder->held_n > 0 ? recorder->held_at_ms : INT64_MAX;

    if (recorder->judged_n == 0)
        return at_ms;
    if (recorder->judged_n >= config->record_max)
        return now_ms;
    const struct flight *oldest =
        list_entry(sender->in_state[FLIGHT_JUDGED].next, struct flight, node);
    int64_t judged_ms = oldest->judged_at_ms + config->record_ms;
    return judged_ms < at_ms ? judged_ms : at_ms;
}

void
recorder_flush(struct recorder *recorder)
{
    int64_t now_ms = loop_now_ms(recorder->sender->loop);
    int64_t at_ms = due_at_ms(recorder, now_ms);

    if (recorder->is_asked || at_ms == INT64_MAX)
        return;
    if (at_ms < recorder->again_at_ms)
        at_ms = recorder->again_at_ms;
    if (at_ms <= now_ms)
        batch_send(recorder);
    else
        loop_timer_in(&recorder->timer, at_ms - now_ms);
}
