/*
 * carteiro-gateway: what Meta tells us, stored before Meta is answered. Happy path: read
 * the secrets, connect twice (storing must not wait for applying), open the port, wait
 * for the schema, take webhooks.
 *
 * What can go wrong: no app secret (nothing could be believed: exit 78); the port is
 * taken (exit 69); the schema is older than this build (unready, 503); the database goes
 * away later (503 and still ready: Meta repeats, and another replica would fare no
 * better).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "applier.h"
#include "config.h"
#include "httpd.h"
#include "inbox.h"
#include "log.h"
#include "loop.h"
#include "mem.h"
#include "pg.h"
#include "route.h"
#include "schema.h"
#include "secret_file.h"
#include "service.h"
#include "statements.h"
#include "webhook.h"

#define GRACE_LEFT_S                                                                     \
    5 /* the process is gone so long before the orchestrator kills it                    \
       */
#define SEEN_MS 5000

enum link { LINK_NEW, LINK_UP, LINK_DOWN };

struct gateway {
    struct service *service;
    struct httpd *httpd;
    struct pg *store_pg;
    struct pg *apply_pg;
    struct pg *api_pg;
    enum link store_link, apply_link, api_link; /* as last logged */
    struct schema_wait *wait;
    struct inbox *inbox;
    struct applier *applier;
    struct api *api;
    struct secret_file app_secret;
    struct secret_file verify_token;
    struct webhook webhook;
    struct loop_timer seen;
    struct loop_timer deadline;
    struct loop_hook leave; /* while draining: is everything answered? */
    bool has_schema;
    bool was_ready;
    char missing[96];
};

static void
on_verify(void *ctx, struct httpd_request *request)
{
    const struct gateway *gateway = ctx;

    webhook_verify(&gateway->webhook, request);
}

static void
on_webhook(void *ctx, struct httpd_request *request)
{
    const struct gateway *gateway = ctx;

    webhook_receive(&gateway->webhook, request);
}

static const struct route routes[] = {
    {"GET",  "/webhook", on_verify },
    {"POST", "/webhook", on_webhook},
    {NULL,   NULL,       NULL      },
};

static void
on_request(void *ctx, struct httpd_request *request)
{
    struct gateway *gateway = ctx;

    if (route_has_path(routes, httpd_path(request)))
        route_dispatch(routes, ctx, request);
    else
        api_handle(gateway->api, request);
}

static void
on_seen(void *ctx)
{
    struct gateway *gateway = ctx;
    const char *const values[] = {
        service_worker(gateway->service), "carteiro-gateway", CARTEIRO_VERSION};

    loop_timer_in(&gateway->seen, SEEN_MS);
    if (pg_query(gateway->apply_pg, &SQL_WORKER_SEEN, values, NULL, NULL) != RC_OK)
        log_debug("worker.not_seen"); /* the next try is 5 s away */
}

/* Changes only: while it is away each attempt to connect ends here. */
static void
log_state(enum link *link, bool is_up, const char *connection, const struct fault *fault)
{
    enum link now = is_up ? LINK_UP : LINK_DOWN;

    if (*link == now)
        return;
    *link = now;
    if (is_up)
        log_info("pg.up", LOG_S("connection", connection));
    else
        log_warn("pg.down", LOG_S("connection", connection), LOG_FAULT(fault));
}

/* Once all that it takes was there; without the database later it is still ready. */
static void
ready_at_first(struct gateway *gateway)
{
    if (gateway->was_ready || !gateway->has_schema || gateway->store_link != LINK_UP ||
        gateway->api_link != LINK_UP)
        return;
    gateway->was_ready = true;
    service_ready(gateway->service, true, NULL);
}

static void
on_store_state(void *ctx, bool is_up, const struct fault *fault)
{
    struct gateway *gateway = ctx;

    log_state(&gateway->store_link, is_up, "store", fault);
    ready_at_first(gateway);
}

static void
on_apply_state(void *ctx, bool is_up, const struct fault *fault)
{
    struct gateway *gateway = ctx;

    log_state(&gateway->apply_link, is_up, "apply", fault);
    if (is_up && gateway->has_schema)
        applier_poke(gateway->applier);
}

static void
on_api_state(void *ctx, bool is_up, const struct fault *fault)
{
    struct gateway *gateway = ctx;

    log_state(&gateway->api_link, is_up, "api", fault);
    ready_at_first(gateway);
}

static void
on_stored(void *ctx)
{
    struct gateway *gateway = ctx;

    applier_poke(gateway->applier);
}

static void
on_schema(void *ctx, const char *missing)
{
    struct gateway *gateway = ctx;

    if (missing) {
        log_warn("schema.missing", LOG_S("migration", missing));
        (void)snprintf(gateway->missing, sizeof(gateway->missing),
            "migration %s is missing: run carteiro migrar", missing);
        service_ready(gateway->service, false, gateway->missing);
        return;
    }
    schema_wait_free(steal(&gateway->wait));
    gateway->has_schema = true;
    inbox_open(gateway->inbox);
    applier_poke(gateway->applier);
    on_seen(gateway);
    ready_at_first(gateway);
}

static void
leave_when_answered(void *ctx)
{
    struct gateway *gateway = ctx;

    if (httpd_pending(gateway->httpd) == 0 && inbox_is_idle(gateway->inbox) &&
        applier_is_idle(gateway->applier))
        service_stop(gateway->service, SERVICE_OK);
}

/* Whoever is not answered by now is not answered at all, and Meta asks again. */
static void
on_deadline(void *ctx)
{
    struct gateway *gateway = ctx;

    log_warn("gateway.drain_cut", LOG_N("requests", httpd_pending(gateway->httpd)));
    service_stop(gateway->service, SERVICE_OK);
}

static void
gateway_drain(void *self)
{
    struct gateway *gateway = self;
    int grace_s = service_config(gateway->service)->gateway.grace_s;

    gateway->was_ready = true; /* and not again */
    service_ready(gateway->service, false, "draining");
    schema_wait_free(steal(&gateway->wait));
    loop_timer_stop(&gateway->seen);
    httpd_quiesce(gateway->httpd);
    applier_drain(gateway->applier);
    loop_timer_in(&gateway->deadline, (int64_t)(grace_s - GRACE_LEFT_S) * 1000);
    gateway->leave = (struct loop_hook){.fn = leave_when_answered, .ctx = gateway};
    loop_before_sleep(service_loop(gateway->service), &gateway->leave);
}

static void
gateway_done(void *self)
{
    struct gateway *gateway = self;

    if (!gateway)
        return;
    if (gateway->leave.fn)
        loop_before_sleep_remove(service_loop(gateway->service), &gateway->leave);
    loop_timer_stop(&gateway->seen);
    loop_timer_stop(&gateway->deadline);
    schema_wait_free(gateway->wait);
    inbox_free(gateway->inbox);
    applier_free(gateway->applier);
    httpd_free(gateway->httpd);
    api_free(gateway->api);
    pg_free(gateway->api_pg);
    pg_free(gateway->store_pg);
    pg_free(gateway->apply_pg);
    secret_file_done(&gateway->app_secret);
    secret_file_done(&gateway->verify_token);
    mem_free(gateway);
}

static bool
gateway_read_secrets(struct gateway *gateway)
{
    const struct config_gateway *config = &service_config(gateway->service)->gateway;

    gateway->app_secret.path = config->app_secret_file;
    gateway->verify_token.path = config->verify_token_file;
    if (!config->app_secret_file) {
        log_error("gateway.no_app_secret",
            LOG_S("error", "gateway.app_secret_file is not set: no webhook could be "
                           "believed"));
        return false;
    }
    if (!secret_file_refresh(&gateway->app_secret))
        return false;
    /* without a token only new subscriptions are refused */
    (void)secret_file_refresh(&gateway->verify_token);
    return true;
}

static bool
gateway_connect(struct gateway *gateway)
{
    struct loop *loop = service_loop(gateway->service);
    const struct config_database *database = &service_config(gateway->service)->database;
    struct pg_opts opts = {.url = database->url,
        .password_file = database->password_file,
        .application_name = service_worker(gateway->service),
        .is_pooled = database->is_pooled,
        .connect_ms = database->connect_ms,
        .statement_ms = database->statement_ms};

    gateway->apply_pg = pg_new(loop, &opts, on_apply_state, NULL, gateway);
    if (opts.statement_ms > INBOX_DEADLINE_MS)
        opts.statement_ms = INBOX_DEADLINE_MS; /* nobody waits longer for it */
    gateway->store_pg = pg_new(loop, &opts, on_store_state, NULL, gateway);
    opts.statement_ms = database->statement_ms;
    gateway->api_pg = pg_new(loop, &opts, on_api_state, NULL, gateway);
    return gateway->apply_pg && gateway->store_pg && gateway->api_pg;
}

static int
gateway_listen(struct gateway *gateway)
{
    const struct config_gateway *config = &service_config(gateway->service)->gateway;
    struct httpd_opts opts = {.address = config->address,
        .port = config->port,
        .body_bytes_max = (size_t)config->body_bytes_max,
        .bodies_bytes_max = (size_t)config->bodies_bytes_max,
        .gzip_bytes_min = (size_t)config->gzip_bytes_min,
        .connections_max = config->connections_max,
        .per_address_max = config->connections_per_address,
        .idle_s = config->idle_s,
        .head_s = config->head_s,
        .body_s = config->body_s,
        .proxies = config->proxies};

    gateway->httpd =
        httpd_new(service_loop(gateway->service), &opts, on_request, gateway);
    if (!gateway->httpd && errno == EINVAL) {
        log_error("gateway.no_proxies",
            LOG_S("error", "gateway.proxies: expected networks, as 10.0.0.0/8"));
        return SERVICE_CONFIG;
    }
    if (!gateway->httpd) {
        log_error("gateway.no_port", LOG_S("address", config->address),
            LOG_N("port", config->port), LOG_S("error", strerrorname_np(errno)));
        return SERVICE_UNAVAILABLE;
    }
    log_info("gateway.listening", LOG_S("address", config->address),
        LOG_N("port", httpd_port(gateway->httpd)));
    return SERVICE_OK;
}

static int
gateway_start(struct service *service)
{
    struct loop *loop = service_loop(service);
    struct gateway *gateway = mem_new(struct gateway);

    if (!gateway)
        return SERVICE_UNAVAILABLE;
    service_set_self(service, gateway);
    gateway->service = service;
    loop_timer_init(&gateway->seen, loop, on_seen, gateway);
    loop_timer_init(&gateway->deadline, loop, on_deadline, gateway);
    if (!gateway_read_secrets(gateway))
        return SERVICE_CONFIG;
    if (!gateway_connect(gateway))
        return SERVICE_UNAVAILABLE;
    gateway->inbox = inbox_new(loop, gateway->store_pg, on_stored, gateway);
    gateway->applier =
        applier_new(loop, gateway->apply_pg, service_config(service)->gateway.followup);
    gateway->wait = schema_wait_new(loop, gateway->apply_pg, on_schema, gateway);
    gateway->api = api_new(gateway->api_pg, service_config(service)->gateway.api_por_s);
    if (!gateway->inbox || !gateway->applier || !gateway->wait || !gateway->api)
        return SERVICE_UNAVAILABLE;
    gateway->webhook = (struct webhook){.app_secret = &gateway->app_secret,
        .verify_token = &gateway->verify_token,
        .inbox = gateway->inbox};
    service_ready(service, false, "looking for the schema: is the database there?");
    return gateway_listen(gateway);
}

static bool
gateway_option(struct service *service, const char *name, const char *value)
{
    if (strcmp(name, "--followup") != 0 || value)
        return false;
    service_config(service)->gateway.followup = true;
    return true;
}

int
main(int argc, char **argv)
{
    static const struct service_program program = {
        .name = "carteiro-gateway",
        .about =
            "Receives Meta's webhooks: verifies, stores, answers and then applies them;\n"
            "serves the HTTP API.\n"
            "Talks to PostgreSQL only; any number of gateways may run at once.",
        .extra_options =
            "  --followup       an inbound message plans a follow-up a day later",
        .option = gateway_option,
        .start = gateway_start,
        .drain = gateway_drain,
        .done = gateway_done,
    };

    return service_main(&program, argc, argv);
}
