/*
 * The mode, as sender_seen in SQL tells it.
 *
 * Happy path: Redis answers; every 5 s we say so and hear that the mode is normal. Redis
 * is lost: nothing is claimed; after a second we say so, the answer is degradado, and
 * claims go on without Redis. It is back: said at once, and again a second later, when
 * the fleet may be normal. Another sender has lost it: our next claim is refused, we ask,
 * and drop what tokens we have.
 *
 * Lost means: no connection, or three calls in a row without a proper answer (the breaker
 * opens), be the socket up or not. It closes with the first trial that is answered. While
 * nothing else calls Redis, a trial goes out with every report: a Redis that hangs is
 * noticed by an idle sender too.
 *
 * PostgreSQL gone: nothing is heard, and nothing can be claimed either. Redis lost by us
 * alone: after 60 s in SQL we no longer count, the mode is normal for the others, and we
 * stand still, unready.
 */
#include "mode.h"

#include <stdio.h>

#include "bucket.h"
#include "clock.h"
#include "fila.h"
#include "log.h"
#include "mem.h"
#include "metrics.h"
#include "numeros.h"
#include "redis.h"
#include "sender.h"

enum {
    SEEN_MS = 5000,
    SEEN_SOON_MS = 1000,  /* while anything is wrong */
    LOST_MS = 1000,       /* so long is waited before it is said */
    CURRENT_MS = 12000,   /* two reports and their jitter */
    BACK_AGAIN_MS = 1050, /* SQL wants Redis to have been there for a second */
    FAILURES_MAX = 3,
};

static struct metric degraded = {
    .kind = METRIC_GAUGE,
    .name = "carteiro_modo_degradado",
    .help = "1 while the mode is degradado: a sender has no Redis",
};
static struct metric degraded_seconds = {
    .kind = METRIC_COUNTER,
    .name = "carteiro_modo_degradado_seconds_total",
    .help = "Time spent in mode degradado",
};
static struct metric breaker = {
    .kind = METRIC_GAUGE,
    .name = "carteiro_disjuntor_aberto",
    .help = "1 while Redis answers nothing and is not asked",
};
static struct metric losses = {
    .kind = METRIC_COUNTER,
    .name = "carteiro_redis_perdas_total",
    .help = "How often Redis was lost: no connection, or calls without an answer",
};

struct mode {
    struct sender *sender;
    bool is_degraded;
    int64_t epoca; /* 0: nothing was heard yet */
    int64_t heard_at_ms;
    bool has_suspeitas;

    bool is_open; /* the breaker */
    int failures; /* calls in a row */
    bool is_well; /* connection and breaker, as last looked at */
    int64_t lost_at_ms;
    bool is_trying;
    bool was_called; /* Redis, since the last tick */

    bool is_asking;
    bool is_leaving;
    bool is_again; /* ask once more when the answer is there */
    int64_t ticked_at_ms;
    struct loop_timer tick;
    struct loop_timer lost; /* a second after the loss */
};

bool
mode_is_degraded(const struct sender *sender)
{
    return sender->mode->is_degraded;
}

bool
mode_may_claim(const struct sender *sender)
{
    return !mode_trouble(sender);
}

bool
mode_is_current(const struct sender *sender)
{
    return clock_now_ms() - sender->mode->heard_at_ms <= CURRENT_MS;
}

bool
mode_has_suspeitas(const struct sender *sender)
{
    return sender->mode->has_suspeitas;
}

const char *
mode_trouble(const struct sender *sender)
{
    const struct mode *mode = sender->mode;

    if (!mode->is_well && !mode->is_degraded)
        return "Redis is not reached: nothing is claimed";
    if (!mode->epoca)
        return "the mode (normal, degradado) was not heard yet";
    return NULL;
}

/* Until we know: neither that Redis is there, nor that it is not. */
static bool
can_say(const struct mode *mode)
{
    return mode->is_well || loop_now_ms(mode->sender->loop) - mode->lost_at_ms >= LOST_MS;
}

static void
set_mode(struct mode *mode, const struct fila_modo *said)
{
    struct sender *sender = mode->sender;

    mode->heard_at_ms = clock_now_ms();
    mode->has_suspeitas = said->has_suspeitas;
    if (said->epoca == mode->epoca)
        return;
    if (mode->epoca || said->is_degradado)
        log_warn("modo.changed",
            LOG_S("modo", said->is_degradado ? "degradado" : "normal"),
            LOG_N("epoca", said->epoca), LOG_N("senders", said->vivos));
    mode->epoca = said->epoca;
    mode->is_degraded = said->is_degradado;
    metric_set(&degraded, NULL, said->is_degradado);
    fila_set_epoca(sender->fila, said->epoca);
    bucket_set_epoca(sender->bucket, said->epoca);
    numeros_new_epoca(sender);
    looks_wake(sender);
}

static void
on_seen(void *ctx, enum rc rc, const struct fila_modo *modo)
{
    struct mode *mode = ctx;

    mode->is_asking = false;
    if (rc == RC_OK)
        set_mode(mode, modo);
    sender_tell_ready(mode->sender);
    if (mode->is_again)
        mode_ask(mode->sender);
}

void
mode_ask(struct sender *sender)
{
    struct mode *mode = sender->mode;

    mode->is_again = mode->is_asking;
    if (mode->is_asking || !sender->is_schema_there || sender->is_draining ||
        !can_say(mode))
        return;
    /* not connected: the next tick asks */
    if (fila_seen(sender->fila, mode->is_well, on_seen, mode) == RC_OK)
        mode->is_asking = true;
}

static void
on_trial(void *ctx, enum rc rc, const struct bucket_grant *grants, int n)
{
    struct mode *mode = ctx;

    (void)rc; /* on_call has heard it */
    (void)grants;
    (void)n;
    mode->is_trying = false;
}

static void
try_redis(struct mode *mode)
{
    const struct bucket_request nothing = {.on_taken = on_trial, .ctx = mode};

    if (!mode->is_trying && bucket_take(mode->sender->bucket, &nothing) == RC_OK)
        mode->is_trying = true;
}

/* Connection or breaker may have changed. */
static void
look(struct mode *mode)
{
    struct sender *sender = mode->sender;
    bool is_well = redis_is_up(sender->redis) && !mode->is_open;

    metric_set(&breaker, NULL, mode->is_open);
    if (is_well == mode->is_well)
        return;
    mode->is_well = is_well;
    if (is_well) {
        loop_timer_stop(&mode->lost);
        loop_timer_in(&mode->tick, BACK_AGAIN_MS);
        mode_ask(sender);
        looks_wake(sender);
    } else {
        metric_add(&losses, NULL, 1);
        mode->lost_at_ms = loop_now_ms(sender->loop);
        loop_timer_in(&mode->lost, LOST_MS);
    }
    sender_tell_ready(sender);
}

/* The end of every call to Redis. */
static void
on_call(void *ctx, enum rc rc)
{
    struct mode *mode = ctx;

    mode->was_called = true;
    mode->failures = rc == RC_OK ? 0 : mode->failures + 1;
    if (rc == RC_OK)
        mode->is_open = false;
    else if (mode->failures >= FAILURES_MAX)
        mode->is_open = true;
    look(mode);
}

void
mode_redis(struct sender *sender, bool is_up)
{
    if (is_up && sender->mode->is_open)
        try_redis(sender->mode);
    look(sender->mode);
}

static void
on_lost(void *ctx)
{
    struct mode *mode = ctx;

    log_warn("redis.lost", LOG_N("failures", mode->failures));
    mode_ask(mode->sender);
}

static void
on_tick(void *ctx)
{
    struct mode *mode = ctx;
    struct sender *sender = mode->sender;
    int64_t now_ms = loop_now_ms(sender->loop);
    bool is_calm =
        mode->epoca && mode->is_well && !mode->is_degraded && !fila_trouble(sender->fila);

    if (mode->is_degraded)
        metric_add(&degraded_seconds, NULL, (double)(now_ms - mode->ticked_at_ms) / 1000);
    mode->ticked_at_ms = now_ms;
    loop_timer_in(&mode->tick, is_calm ? clock_jitter_ms(SEEN_MS) : SEEN_SOON_MS);
    if (!mode->was_called || mode->is_open)
        try_redis(mode);
    mode->was_called = false;
    mode_ask(sender);
    sender_tell_ready(sender);
}

struct mode *
mode_new(struct sender *sender)
{
    struct mode *mode = mem_new(struct mode);

    if (!mode)
        return NULL;
    metrics_register(&degraded);
    metrics_register(&degraded_seconds);
    metrics_register(&losses);
    metrics_register(&breaker);
    mode->sender = sender;
    mode->lost_at_ms = mode->ticked_at_ms = loop_now_ms(sender->loop);
    bucket_watch(sender->bucket, on_call, mode);
    loop_timer_init(&mode->tick, sender->loop, on_tick, mode);
    loop_timer_init(&mode->lost, sender->loop, on_lost, mode);
    loop_timer_in(&mode->lost, LOST_MS);
    loop_timer_in(&mode->tick, SEEN_SOON_MS);
    return mode;
}

void
mode_free(struct mode *mode)
{
    if (!mode)
        return;
    loop_timer_stop(&mode->tick);
    loop_timer_stop(&mode->lost);
    mem_free(mode);
}

static void
on_left(void *ctx)
{
    struct mode *mode = ctx;

    mode->is_leaving = false;
    sender_poke(mode->sender);
}

bool
mode_is_leaving(const struct sender *sender)
{
    return sender->mode->is_leaving;
}

void
mode_leave(struct sender *sender)
{
    loop_timer_stop(&sender->mode->tick);
    loop_timer_stop(&sender->mode->lost);
    /* not connected: it is noticed in 15 s */
    sender->mode->is_leaving = fila_gone(sender->fila, on_left, sender->mode) == RC_OK;
}
