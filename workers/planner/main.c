/*
 * carteiro-planner: everything that happens to the queue without a message being sent.
 * Happy path: connect, wait for the schema, run the chores, be woken by NOTIFY.
 *
 * What can go wrong: the database is away (unready; chores start again when it is back;
 * it is logged once for each loss, not for each attempt); the schema is older than this
 * build (unready, with the missing migration in /readyz); a second planner does the same
 * work (SQL: locks and keys, nothing here); killed half-way (transactions: nothing is
 * half done).
 */
#include <stdio.h>

#include "chore.h"
#include "config.h"
#include "log.h"
#include "loop.h"
#include "mem.h"
#include "pg.h"
#include "schema.h"
#include "service.h"

#define WAKE_CHANNEL "carteiro_planner"
#define GRACE_LEFT_S                                                                     \
    5 /* the process is gone so long before the orchestrator kills it                    \
       */

enum link { LINK_NEW, LINK_UP, LINK_DOWN };

struct planner {
    struct service *service;
    struct pg *pg;
    struct pg *listener; /* database.listen_url; NULL: pg listens, or nobody does */
    struct schema_wait *wait;
    struct chores *chores;
    struct loop_timer deadline;
    bool has_schema;
    enum link link; /* as last logged */
    char missing[96];
};

static void
planner_tell(struct planner *planner)
{
    bool is_up = pg_is_up(planner->pg);

    if (is_up && planner->has_schema)
        service_ready(planner->service, true, NULL);
    else if (!is_up)
        service_ready(planner->service, false, "no connection to the database");
    else
        service_ready(planner->service, false,
            planner->missing[0] ? planner->missing : "looking for the schema");
}

/* Changes only: while it is away each attempt to connect ends here. */
static void
log_link(struct planner *planner, bool is_up, const struct fault *fault)
{
    enum link now = is_up ? LINK_UP : LINK_DOWN;

    if (planner->link == now)
        return;
    planner->link = now;
    if (is_up)
        log_info("pg.up");
    else
        log_warn("pg.down", LOG_FAULT(fault));
}

static void
on_state(void *ctx, bool is_up, const struct fault *fault)
{
    struct planner *planner = ctx;

    log_link(planner, is_up, fault);
    if (is_up && planner->has_schema)
        chores_start(planner->chores);
    planner_tell(planner);
}

static void
on_notify(void *ctx, const char *channel, const char *payload)
{
    struct planner *planner = ctx;

    (void)channel;
    (void)payload;
    if (planner->has_schema)
        chores_wake(planner->chores);
}

static void
on_schema(void *ctx, const char *missing)
{
    struct planner *planner = ctx;

    if (missing) {
        log_warn("schema.missing", LOG_S("migration", missing));
        (void)snprintf(planner->missing, sizeof(planner->missing),
            "migration %s is missing: run carteiro migrar", missing);
    } else {
        schema_wait_free(steal(&planner->wait));
        planner->has_schema = true;
        chores_start(planner->chores);
    }
    planner_tell(planner);
}

static void
on_drained(void *ctx)
{
    struct planner *planner = ctx;

    service_stop(planner->service, SERVICE_OK);
}

/* What is still in flight commits or does not; another planner, or the next start, goes
 * on from there. */
static void
on_deadline(void *ctx)
{
    struct planner *planner = ctx;

    log_warn("planner.drain_cut", LOG_N("in_flight", pg_pending(planner->pg)));
    service_stop(planner->service, SERVICE_OK);
}

static void
planner_drain(void *self)
{
    struct planner *planner = self;
    int grace_s = service_config(planner->service)->planner.grace_s;

    service_ready(planner->service, false, "draining");
    schema_wait_free(steal(&planner->wait));
    loop_timer_in(&planner->deadline, (int64_t)(grace_s - GRACE_LEFT_S) * 1000);
    chores_drain(planner->chores, on_drained, planner);
}

static void
planner_done(void *self)
{
    struct planner *planner = self;

    if (!planner)
        return;
    loop_timer_stop(&planner->deadline);
    schema_wait_free(planner->wait);
    chores_free(planner->chores);
    pg_free(planner->listener);
    pg_free(planner->pg);
    mem_free(planner);
}

static bool
planner_connect(struct planner *planner, struct loop *loop)
{
    const struct config_database *database = &service_config(planner->service)->database;
    bool is_listening = !database->is_pooled && !database->listen_url;
    struct pg_opts opts = {.url = database->url,
        .password_file = database->password_file,
        .application_name = service_worker(planner->service),
        .listen = is_listening ? WAKE_CHANNEL : NULL,
        .is_pooled = database->is_pooled,
        .connect_ms = database->connect_ms,
        .statement_ms = database->statement_ms};

    planner->pg = pg_new(loop, &opts, on_state, on_notify, planner);
    if (!database->listen_url)
        return planner->pg != NULL;
    opts.url = database->listen_url;
    opts.listen = WAKE_CHANNEL;
    opts.is_pooled = false;
    planner->listener = pg_new(loop, &opts, NULL, on_notify, planner);
    return planner->pg && planner->listener;
}

static int
planner_start(struct service *service)
{
    struct loop *loop = service_loop(service);
    struct planner *planner = mem_new(struct planner);
    struct chores_opts opts = {.loop = loop,
        .config = &service_config(service)->planner,
        .worker = service_worker(service),
        .followup = service_config(service)->gateway.followup};

    if (!planner)
        return SERVICE_UNAVAILABLE;
    service_set_self(service, planner);
    planner->service = service;
    loop_timer_init(&planner->deadline, loop, on_deadline, planner);
    if (!planner_connect(planner, loop))
        return SERVICE_UNAVAILABLE;
    opts.pg = planner->pg;
    planner->chores = chores_new(&opts);
    planner->wait = schema_wait_new(loop, planner->pg, on_schema, planner);
    if (!planner->chores || !planner->wait)
        return SERVICE_UNAVAILABLE;
    planner_tell(planner);
    return SERVICE_OK;
}

int
main(int argc, char **argv)
{
    static const struct service_program program = {
        .name = "carteiro-planner",
        .about = "Turns campaigns into rows of the queue, applies what finished messages "
                 "change\n"
                 "elsewhere, rescues, expires and keeps the months. Talks to PostgreSQL "
                 "only; any\n"
                 "number of planners may run at once.",
        .start = planner_start,
        .drain = planner_drain,
        .done = planner_done,
    };

    return service_main(&program, argc, argv);
}
