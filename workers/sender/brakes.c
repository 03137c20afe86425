/*
 * Brakes.
 *
 * Happy path: said once, told to the database at once, in front of the record of the
 * message that it is about; kept a second, so that what the messages in the air say too
 * is not told again. Not connected, or the connection breaks before the answer: told
 * again every AGAIN_MS until it is known; each of them may be told twice. Refused by the
 * database for good: logged there, and forgotten. More than BRAKES_MAX wait: logged and
 * dropped; whatever is still the case is said by the next answer too.
 */
#include "brakes.h"

#include <stdio.h>

#include "fila.h"
#include "flight.h"
#include "list.h"
#include "log.h"
#include "mem.h"
#include "meters.h"
#include "numeros.h"
#include "sender.h"
#include "whatsapp.h"

enum {
    BRAKES_MAX = 1024,
    QUIET_MS = 1000, /* of one target */
    AGAIN_MS = 200,
    HOLD_MS = 2000, /* until a look has seen the pause */
    PAIRS_MAX = 1024,
    PAIR_WAIT_MS = 6000, /* Meta gives a pair one message in 6 s */
    PAIR_WAIT_MAX_MS = 256000,
    PAIR_FORGET_MS = 600000,
};

enum brake_kind { BRAKE_THROTTLED, BRAKE_PAUSE, BRAKE_PROBE, BRAKE_WINDOW };
enum brake_state { BRAKE_WAITING, BRAKE_ASKED, BRAKE_TOLD };

struct brake {
    struct list node;
    struct brakes *brakes;
    enum brake_kind kind;
    enum fila_escopo escopo;
    uint64_t target;
    enum brake_state state;
    int64_t told_at_ms;
    int numero_id;
    int codigo;
    char mensagem_id[FLIGHT_ID_BYTES];
};

/* Pairs refused of late; two of one place: the later one counts. */
struct slow_pair {
    uint64_t hash;
    int64_t refused_at_ms;
    int64_t wait_ms;
};

struct brakes {
    struct sender *sender;
    struct list all;
    int n;
    struct loop_timer timer;
    struct slow_pair pairs[PAIRS_MAX];
};

static void on_told(void *ctx, enum rc rc);

/* FNV-1a; not a secret. */
static uint64_t
hash_of(uint64_t hash, const char *text)
{
    hash ^= 0xcbf29ce484222325u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash;
}

static void
brake_free(struct brake *brake)
{
    list_remove(&brake->node);
    brake->brakes->n--;
    mem_free(brake);
}

static enum rc
send(struct brake *brake)
{
    struct fila *fila = brake->brakes->sender->fila;
    const struct fila_pausa pausa = {
        .mensagem_id = brake->mensagem_id,
        .escopo = brake->escopo,
        .codigo = brake->codigo,
    };

    switch (brake->kind) {
    case BRAKE_THROTTLED:
        return fila_throttled(fila, brake->numero_id, brake->escopo, on_told, brake);
    case BRAKE_PAUSE:
        return fila_pause(fila, &pausa, on_told, brake);
    case BRAKE_PROBE:
        return fila_probe_passed(fila, brake->mensagem_id, on_told, brake);
    case BRAKE_WINDOW:
        break;
    }
    return fila_window_closed(fila, brake->mensagem_id, on_told, brake);
}

static void
look_again(struct brakes *brakes)
{
    if (!loop_timer_is_armed(&brakes->timer))
        loop_timer_in(&brakes->timer, AGAIN_MS);
}

static void
tell(struct brake *brake)
{
    if (send(brake) == RC_OK)
        brake->state = BRAKE_ASKED;
    look_again(brake->brakes);
}

static void
on_told(void *ctx, enum rc rc)
{
    struct brake *brake = ctx;
    bool is_over = rc == RC_OK || rc == RC_REJECTED;

    brake->state = is_over ? BRAKE_TOLD : BRAKE_WAITING;
    brake->told_at_ms = loop_now_ms(brake->brakes->sender->loop);
    look_again(brake->brakes);
}

static void
on_timer(void *ctx)
{
    struct brakes *brakes = ctx;
    int64_t now_ms = loop_now_ms(brakes->sender->loop);

    list_each(node, &brakes->all)
    {
        struct brake *brake = list_entry(node, struct brake, node);

        if (brake->state == BRAKE_WAITING)
            tell(brake);
        else if (brake->state == BRAKE_TOLD && now_ms - brake->told_at_ms >= QUIET_MS)
            brake_free(brake);
    }
    if (brakes->n > 0)
        look_again(brakes);
}

/* False: it was said already, or there is no room. */
static bool
say(struct flight *flight, enum brake_kind kind, enum fila_escopo escopo, uint64_t target)
{
    struct brakes *brakes = flight->sender->brakes;
    struct brake *brake;

    list_each(node, &brakes->all)
    {
        brake = list_entry(node, struct brake, node);
        if (brake->kind == kind && brake->escopo == escopo && brake->target == target)
            return false;
    }
    brake = brakes->n < BRAKES_MAX ? mem_new(struct brake) : NULL;
    if (!brake) {
        log_error("brake.lost", LOG_S("mensagem_id", flight->mensagem_id));
        return false;
    }
    *brake = (struct brake){
        .brakes = brakes,
        .kind = kind,
        .escopo = escopo,
        .target = target,
        .numero_id = flight->numero->id,
        .codigo = flight->judgement.code,
    };
    snprintf(brake->mensagem_id, sizeof(brake->mensagem_id), "%s", flight->mensagem_id);
    list_init(&brake->node);
    list_add_tail(&brakes->all, &brake->node);
    brakes->n++;
    tell(brake);
    return true;
}

static void
hold_conta(struct sender *sender, int64_t conta_id, int64_t ms)
{
    struct numero *numero;

    for (uint32_t at = 0; (numero = map_next(&sender->numeros, &at));)
        if (numero->conta_id == conta_id)
            numero_hold(sender, numero, ms);
}

void
brakes_slow_numero(struct flight *flight)
{
    if (say(flight, BRAKE_THROTTLED, FILA_NUMERO, (uint64_t)flight->numero->id))
        numero_throttled(flight->numero);
}

void
brakes_slow_conta(struct flight *flight, int64_t ms)
{
    hold_conta(flight->sender, flight->numero->conta_id, ms);
    (void)say(flight, BRAKE_THROTTLED, FILA_CONTA, (uint64_t)flight->numero->conta_id);
}

int64_t
brakes_slow_par(struct flight *flight)
{
    uint64_t hash = hash_of((uint64_t)flight->numero->id, flight->destino);
    struct slow_pair *pair = &flight->sender->brakes->pairs[hash % PAIRS_MAX];
    int64_t now_ms = loop_now_ms(flight->sender->loop);

    if (pair->hash != hash || now_ms - pair->refused_at_ms > PAIR_FORGET_MS)
        *pair = (struct slow_pair){.hash = hash, .wait_ms = 1000};
    pair->refused_at_ms = now_ms;
    if (pair->wait_ms < PAIR_WAIT_MAX_MS)
        pair->wait_ms *= 4;
    return pair->wait_ms > PAIR_WAIT_MS ? pair->wait_ms : PAIR_WAIT_MS;
}

static void
say_pause(struct flight *flight, enum fila_escopo escopo, uint64_t target)
{
    const char *classe = whatsapp_class_name(flight->judgement.class_);

    if (!say(flight, BRAKE_PAUSE, escopo, target))
        return;
    meters_paused(classe);
    log_error("envio.pausado", LOG_S("classe", classe),
        LOG_N("code", flight->judgement.code), LOG_N("numero_id", flight->numero->id),
        LOG_S("mensagem_id", flight->mensagem_id));
}

void
brakes_pause_numero(struct flight *flight)
{
    numero_hold(flight->sender, flight->numero, HOLD_MS);
    say_pause(flight, FILA_NUMERO, (uint64_t)flight->numero->id);
}

void
brakes_pause_conta(struct flight *flight)
{
    hold_conta(flight->sender, flight->numero->conta_id, HOLD_MS);
    say_pause(flight, FILA_CONTA, (uint64_t)flight->numero->conta_id);
}

void
brakes_pause_modelo(struct flight *flight)
{
    say_pause(flight, FILA_MODELO, flight->modelo_hash);
}

void
brakes_probe_passed(struct flight *flight)
{
    (void)say(flight, BRAKE_PROBE, FILA_NUMERO, hash_of(0, flight->mensagem_id));
}

void
brakes_window_closed(struct flight *flight)
{
    (void)say(flight, BRAKE_WINDOW, FILA_NUMERO, hash_of(0, flight->mensagem_id));
}

struct brakes *
brakes_new(struct sender *sender)
{
    struct brakes *brakes = mem_new(struct brakes);

    if (!brakes)
        return NULL;
    brakes->sender = sender;
    list_init(&brakes->all);
    loop_timer_init(&brakes->timer, sender->loop, on_timer, brakes);
    return brakes;
}

void
brakes_free(struct brakes *brakes)
{
    if (!brakes)
        return;
    loop_timer_stop(&brakes->timer);
    list_each(node, &brakes->all) brake_free(list_entry(node, struct brake, node));
    mem_free(brakes);
}
