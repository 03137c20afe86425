/*
 * The sender put together: connections, timers, and the end of each turn.
 *
 * PostgreSQL gone, or Redis (mode.c): nothing is claimed; what is in the air ends and
 * waits in memory to be recorded.
 */
#include "sender.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "flight.h"
#include "links.h"
#include "log.h"
#include "mem.h"
#include "meters.h"
#include "mode.h"
#include "numeros.h"
#include "pg.h"
#include "pgarray.h"
#include "reach.h"
#include "round.h"
#include "service.h"
#include "start.h"

enum { DRAIN_SPARE_MS = 5000, ONLY_TO_MAX_BYTES = 1 << 20 };

void
sender_poke(struct sender *sender)
{
    sender->is_poked = true;
}

bool
sender_may_claim(const struct sender *sender)
{
    return !sender->is_draining && sender->is_schema_there &&
           pg_is_up(sender->pg_claim) && pg_is_up(sender->pg_record) &&
           mode_may_claim(sender);
}

void
sender_tell_ready(struct sender *sender)
{
    if (!pg_is_up(sender->pg_claim) || !pg_is_up(sender->pg_record))
        service_ready(sender->service, false, "PostgreSQL is not reached");
    else if (!sender->is_schema_there)
        service_ready(sender->service, false, sender->schema_reason);
    else if (mode_trouble(sender))
        service_ready(sender->service, false, mode_trouble(sender));
    else
        service_ready(
            sender->service, !fila_trouble(sender->fila), fila_trouble(sender->fila));
}

static void
on_round_timer(void *ctx)
{
    sender_poke(ctx);
}

static void
on_drain_over(void *ctx)
{
    struct sender *sender = ctx;

    log_warn("drain.over", LOG_N("in_flight", sender->flying));
    service_stop(sender->service, 0);
}

/* No claim under way, nothing in flight, and the goodbye heard. */
static bool
is_still(const struct sender *sender)
{
    return sender->flying == 0 && round_is_idle(sender->round) &&
           sender->alone.state != ALONE_CLAIMING && !mode_is_leaving(sender);
}

/* The end of every turn: start what may start, record what has ended. */
static void
before_sleep(void *ctx)
{
    struct sender *sender = ctx;

    if (!alone_turn(sender) && sender->is_poked) {
        sender->is_poked = false;
        round_run(sender->round);
    }
    recorder_flush(&sender->recorder);
    if (sender->is_draining && is_still(sender))
        service_stop(sender->service, 0);
    else if (sender->is_poked && sender->alone.state == ALONE_IDLE)
        loop_timer_in(&sender->round_timer, 0);
}

/* "a,b" from the configuration as PostgreSQL's {a,b}. */
static bool
read_only_to(struct sender *sender)
{
    const char *at = sender->config->sender.only_to;
    struct pg_array array;

    if (!at || !*at)
        return true;
    pg_array_init(&array, ONLY_TO_MAX_BYTES);
    while (*at) {
        size_t bytes = strcspn(at, ", ");
        CLEANUP_FREE char *one = mem_strndup(at, bytes);
        if (one && bytes > 0)
            pg_array_add(&array, one);
        at += bytes;
        at += strspn(at, ", ");
    }
    const char *text = pg_array_text(&array);
    sender->only_to = text ? mem_strdup(text) : NULL;
    pg_array_done(&array);
    return sender->only_to != NULL;
}

static bool
build(struct sender *sender)
{
    const struct config *config = sender->config;

    if (flights_init(sender, config->sender.slots) != RC_OK ||
        !recorder_init(&sender->recorder, sender) || !read_only_to(sender) ||
        !(sender->round = round_new(sender)) || !links_open(sender))
        return false;

    const struct fila_opts fila = {
        .claim = sender->pg_claim,
        .record = sender->pg_record,
        .worker = sender->worker,
        .reserva_ms = config->sender.reserva_s * 1000,
        .quarentena_ms = config->planner.quarentena_s * 1000LL,
        .only_to = sender->only_to,
        .taxa_padrao = config->sender.taxa_padrao,
    };
    return (sender->fila = fila_new(&fila)) && (sender->mode = mode_new(sender)) &&
           (sender->reach = reach_new(sender));
}

int
sender_start(struct service *service)
{
    struct sender *sender = mem_new(struct sender);

    if (!sender)
        return START_FAILED;
    service_set_self(service, sender);
    sender->service = service;
    sender->loop = service_loop(service);
    sender->config = service_config(service);
    sender->worker = service_worker(service);
    snprintf(sender->schema_reason, sizeof(sender->schema_reason),
        "the schema was not looked at yet");
    meters_register(sender->config->sender.slots);
    looks_init(sender);
    loop_timer_init(&sender->round_timer, sender->loop, on_round_timer, sender);
    loop_timer_init(&sender->drain_timer, sender->loop, on_drain_over, sender);
    if (!build(sender)) {
        log_error("start.no_memory");
        return START_FAILED;
    }
    sender->hook = (struct loop_hook){.fn = before_sleep, .ctx = sender};
    loop_before_sleep(sender->loop, &sender->hook);
    sender_tell_ready(sender);
    looks_wake(sender);
    return 0;
}

void
sender_drain(void *self)
{
    struct sender *sender = self;

    sender->is_draining = true;
    looks_stop(sender);
    mode_leave(sender);
    loop_timer_in(
        &sender->drain_timer, sender->config->sender.grace_s * 1000LL - DRAIN_SPARE_MS);
    sender_poke(sender);
}

void
sender_done(void *self)
{
    struct sender *sender = self;

    if (!sender)
        return;
    loop_before_sleep_remove(sender->loop, &sender->hook);
    looks_stop(sender);
    loop_timer_stop(&sender->round_timer);
    loop_timer_stop(&sender->drain_timer);
    mode_free(sender->mode);
    reach_free(sender->reach);
    links_close(sender);
    fila_free(sender->fila);
    round_free(sender->round);
    recorder_done(&sender->recorder);
    flights_done(sender);
    numeros_done(sender);
    mem_free(sender->only_to);
    mem_free(sender);
}
