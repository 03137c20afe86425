/*
 * From nothing to a connection. Happy path: PG_PAUSED (timer) -> read the url and the
 * password file -> PG_RESOLVING (polled) -> PG_CONNECTING (PQconnectPoll from the loop)
 * -> PG_UP, with LISTEN as its first request.
 *
 * What can go wrong: any step fails or the deadline for all of them passes; the attempt
 * is then told to on_state and made again after a pause that doubles to 5 s. libpq may
 * change its socket between two polls (several addresses, TLS refused), so the watch is
 * made anew for each.
 */
#include "pg_internal.h"

#include <assert.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "mem.h"

#define POLL_MAX_MS 32

void
pg_connect_in(struct pg *pg, int64_t ms)
{
    pg->state = PG_PAUSED;
    loop_timer_in(&pg->timer, ms);
}

void
pg_disconnect(struct pg *pg)
{
    pg_meter_up(pg, false);
    loop_watch_free(pg->watch);
    pg->watch = NULL;
    if (pg->conn)
        PQfinish(pg->conn);
    pg->conn = NULL;
    pg_hosts_free(pg->hosts);
    pg->hosts = NULL;
    pg_params_done(&pg->params);
    loop_timer_stop(&pg->timer);
    loop_timer_stop(&pg->poke);
    pg->is_blocked = false;
    pg->is_broken = false;
}

static void
fail(struct pg *pg, const struct fault *fault)
{
    pg_disconnect(pg);
    pg_connect_in(pg, clock_jitter_ms(pg->pause_ms));
    pg->pause_ms =
        pg->pause_ms * 2 < PG_PAUSE_MAX_MS ? pg->pause_ms * 2 : PG_PAUSE_MAX_MS;
    if (pg->on_state)
        pg->on_state(pg->ctx, false, fault);
}

static void
fail_conn(struct pg *pg)
{
    struct fault fault = {0};

    pg_fault_conn(&fault, "connect", pg->conn);
    fail(pg, &fault);
}

/*
 * A notice may quote data, so only its code is told. What the server says while it ends
 * an idle connection comes this way too and is kept as the reason of the loss.
 */
static void
on_notice(void *ctx, const PGresult *result)
{
    struct pg *pg = (struct pg *)ctx;

    log_debug("pg.notice", LOG_S("code", pg_sqlstate(result)));
    if (pg_is_fatal(result) && !pg->lost.source)
        pg_fault_result(&pg->lost, result);
}

static void
connected(struct pg *pg)
{
    loop_timer_stop(&pg->timer);
    (void)PQsetNoticeReceiver(pg->conn, on_notice, pg); /* the former one is not needed */
    if (PQsetnonblocking(pg->conn, 1) != 0 || PQenterPipelineMode(pg->conn) != 1) {
        fail_conn(pg);
        return;
    }
    pg_up(pg);
}

static void on_connecting(void *ctx, unsigned events);

static void
watch(struct pg *pg, unsigned events)
{
    struct fault fault = {0};

    pg->watch = loop_watch_new(pg->loop, PQsocket(pg->conn), events, on_connecting, pg);
    if (pg->watch)
        return;
    fault_set(&fault, "pg", "memory", "cannot watch the socket");
    fail(pg, &fault);
}

static void
on_connecting(void *ctx, unsigned events)
{
    struct pg *pg = (struct pg *)ctx;
    PostgresPollingStatusType next;

    (void)events; /* libpq looks itself */
    pg_enter(pg);
    loop_watch_free(pg->watch); /* before libpq closes the socket under it */
    pg->watch = NULL;
    next = PQconnectPoll(pg->conn);
    if (next == PGRES_POLLING_OK)
        connected(pg);
    else if (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING)
        watch(pg, next == PGRES_POLLING_WRITING ? LOOP_WRITE : LOOP_READ);
    else
        fail_conn(pg);
    pg_leave(pg);
}

static void
start(struct pg *pg)
{
    pg->state = PG_CONNECTING;
    pg->params.keys[pg->params.n] = NULL;
    pg->conn = PQconnectStartParams(pg->params.keys, pg->params.values, 0);
    pg_params_done(&pg->params); /* libpq has its copies; the password goes */
    pg_hosts_free(pg->hosts);
    pg->hosts = NULL;
    if (!pg->conn || PQstatus(pg->conn) == CONNECTION_BAD || PQsocket(pg->conn) < 0)
        fail_conn(pg);
    else
        watch(pg, LOOP_WRITE);
}

/* The look-up's answer, or a later look. */
static void
resolve(struct pg *pg)
{
    struct fault fault = {0};
    enum rc rc = pg_hosts_poll(pg->hosts, &pg->params, &fault);

    if (rc == RC_AGAIN) {
        loop_timer_in(&pg->poke, pg->poll_ms);
        pg->poll_ms = pg->poll_ms * 2 < POLL_MAX_MS ? pg->poll_ms * 2 : POLL_MAX_MS;
    } else if (rc == RC_OK) {
        start(pg);
    } else {
        fail(pg, &fault);
    }
}

static void
begin(struct pg *pg)
{
    struct fault fault = {0};

    if (pg_params_init(&pg->params, &pg->opts, &fault) != RC_OK) {
        fail(pg, &fault);
        return;
    }
    const char *wanted = pg_params_get(&pg->params, "target_session_attrs");

    pg->wants_primary =
        wanted && (strcmp(wanted, "read-write") == 0 || strcmp(wanted, "primary") == 0);
    loop_timer_in(&pg->timer, pg->opts.connect_ms);
    pg->hosts = pg_hosts_new(&pg->params, &fault);
    if (pg->hosts) {
        pg->state = PG_RESOLVING;
        pg->poll_ms = 1;
        resolve(pg);
    } else if (fault.source) {
        fail(pg, &fault);
    } else {
        start(pg);
    }
}

static void
too_late(struct pg *pg)
{
    struct fault fault = {0};

    fault_set(&fault, "pg", "timeout", "no connection within %d ms: %s",
        pg->opts.connect_ms,
        pg->state == PG_RESOLVING ? "the host name is not answered"
                                  : "the server does not answer");
    fail(pg, &fault);
}

void
pg_on_timer(void *ctx)
{
    struct pg *pg = (struct pg *)ctx;

    pg_enter(pg);
    switch (pg->state) {
    case PG_PAUSED:
        begin(pg);
        break;
    case PG_RESOLVING:
    case PG_CONNECTING:
        too_late(pg);
        break;
    case PG_UP:
        pg_on_deadline(pg);
        break;
    }
    pg_leave(pg);
}

void
pg_on_poke(void *ctx)
{
    struct pg *pg = (struct pg *)ctx;

    pg_enter(pg);
    if (pg->state == PG_RESOLVING)
        resolve(pg);
    else if (pg->state == PG_UP && pg->is_broken)
        pg_lose(pg);
    pg_leave(pg);
}
