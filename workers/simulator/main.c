/*
 * carteiro-simulator: the Cloud API for demos and tests. This file builds the parts,
 * wires them and takes them down: ledgers and numbers first, the ports last, back in
 * reverse.
 *
 * At SIGTERM both ports take nobody new, what is held without an answer is cut, answers
 * that are due leave and POSTs under way end; after three seconds it ends whatever is
 * left. Webhooks still to come are lost, as they would be with the machine.
 */
#include <errno.h>
#include <string.h>

#include "answer.h"
#include "control.h"
#include "graph.h"
#include "httpd.h"
#include "ledger.h"
#include "log.h"
#include "mem.h"
#include "number.h"
#include "person.h"
#include "script.h"
#include "service.h"
#include "simulator.h"
#include "template.h"
#include "webhook.h"

#define GRAPH_BODY_BYTES_MAX ((size_t)1024 * 1024)
#define CONNECTIONS_MAX 4096
#define IDLE_S 75
#define CONTROL_CONNECTIONS_MAX 64
#define MS_PER_S 1000
#define DRAIN_LOOK_MS 20
#define DRAIN_MAX_MS 3000

static struct sim simulator; /* one per process; empty until start */

void
sim_count_code(struct sim *sim, int code)
{
    for (int i = 0; i < TALLY_CODES_MAX; i++) {
        if (sim->tally.codes[i].n && sim->tally.codes[i].code != code)
            continue;
        sim->tally.codes[i].code = code;
        sim->tally.codes[i].n++;
        return;
    }
}

bool
sim_reset(struct sim *sim)
{
    webhooks_clear(sim->webhooks); /* first: it borrows numbers */
    answers_release(sim->answers);
    answers_forget_counts(sim->answers);
    scripts_clear(sim->scripts);
    people_clear(sim->people);
    templates_clear(sim->templates);
    numbers_clear(sim->numbers);
    memset(&sim->tally, 0, sizeof(sim->tally));
    return numbers_put_list(sim->numbers, sim->config->numbers, sim->config->per_s) ==
           RC_OK;
}

static void
on_ledger_broken(void *ctx, int error)
{
    struct sim *sim = ctx;

    log_error("simulator.ledger_broken", LOG_S("key", "simulator.ledger"),
        LOG_S("error", strerror(error)));
    service_stop(sim->service, SERVICE_FAILED);
}

static struct ledger *
open_ledger(const char *key, const char *path)
{
    struct ledger *ledger = ledger_open(path);

    if (!ledger)
        log_error("simulator.ledger_unavailable", LOG_S("key", key),
            LOG_S("path", path ? path : ""), LOG_S("error", strerror(errno)));
    return ledger;
}

static bool
read_secret(struct sim *sim)
{
    const char *path = sim->config->app_secret_file;

    if (!sim->config->webhook_url)
        return true;
    if (path)
        sim->secret = config_secret(path);
    if (sim->secret)
        return true;
    log_error("simulator.no_secret", LOG_S("key", "simulator.app_secret_file"),
        LOG_S("needed_by", "simulator.webhook_url"),
        LOG_S("error", path ? strerror(errno) : "not set"));
    return false;
}

static bool
make_parts(struct sim *sim)
{
    const struct config_simulator *config = sim->config;
    struct people_opts people = {.pairs_max = config->people_max,
        .pair_interval_ms = (int64_t)config->pair_interval_s * MS_PER_S,
        .pair_burst = config->pair_burst};
    struct webhooks_opts webhooks = {.loop = sim->loop,
        .config = config,
        .secret = sim->secret,
        .ledger = sim->ledger_webhooks};

    sim->numbers = numbers_new();
    sim->templates = templates_new();
    sim->people = people_new(&people);
    sim->scripts = scripts_new();
    sim->answers = answers_new(sim->loop, sim->ledger, on_ledger_broken, sim);
    sim->webhooks = webhooks_new(&webhooks);
    return sim->numbers && sim->templates && sim->people && sim->scripts &&
           sim->answers && sim->webhooks &&
           numbers_put_list(sim->numbers, config->numbers, config->per_s) == RC_OK;
}

static struct httpd *
open_port(
    struct sim *sim, const struct httpd_opts *opts, httpd_fn *handler, const char *key)
{
    struct httpd *httpd = httpd_new(sim->loop, opts, handler, sim);

    if (!httpd)
        log_error("simulator.port_unavailable", LOG_S("key", key),
            LOG_N("port", opts->port), LOG_S("error", strerror(errno)));
    return httpd;
}

static bool
open_ports(struct sim *sim)
{
    struct httpd_opts graph = {.address = sim->config->address,
        .port = sim->config->port,
        .body_bytes_max = GRAPH_BODY_BYTES_MAX,
        .connections_max = CONNECTIONS_MAX,
        .idle_s = IDLE_S,
        .on_headers = graph_see_headers};
    struct httpd_opts control = {.address = sim->config->address,
        .port = sim->config->control_port,
        .body_bytes_max = GRAPH_BODY_BYTES_MAX,
        .connections_max = CONTROL_CONNECTIONS_MAX,
        .idle_s = IDLE_S};

    sim->graph = open_port(sim, &graph, graph_handle, "simulator.port");
    if (sim->graph)
        sim->control = open_port(sim, &control, control_handle, "simulator.control_port");
    return sim->control != NULL;
}

static int
start(struct service *service)
{
    struct sim *sim = &simulator;

    sim->service = service;
    sim->loop = service_loop(service);
    sim->config = &service_config(service)->simulator;
    service_set_self(service, sim);
    if (!read_secret(sim))
        return SERVICE_CONFIG;
    sim->ledger = open_ledger("simulator.ledger", sim->config->ledger);
    sim->ledger_webhooks =
        open_ledger("simulator.ledger_webhooks", sim->config->ledger_webhooks);
    if (!sim->ledger || !sim->ledger_webhooks)
        return SERVICE_UNAVAILABLE;
    if (!make_parts(sim)) {
        log_error("simulator.no_memory", LOG_S("error", "out of memory"));
        return SERVICE_UNAVAILABLE;
    }
    if (!open_ports(sim))
        return SERVICE_UNAVAILABLE;
    log_info("simulator.listening", LOG_N("port", httpd_port(sim->graph)),
        LOG_N("control_port", httpd_port(sim->control)),
        LOG_N("numbers", numbers_count(sim->numbers)));
    service_ready(service, true, NULL);
    return 0;
}

static void
on_drain_timer(void *ctx)
{
    struct sim *sim = ctx;
    struct webhooks_counts counts;

    webhooks_count(sim->webhooks, &counts);
    if ((answers_pending(sim->answers) == 0 && counts.under_way == 0) ||
        loop_now_ms(sim->loop) >= sim->drain_until_ms)
        service_stop(sim->service, SERVICE_OK);
    else
        loop_timer_in(&sim->drain_timer, DRAIN_LOOK_MS);
}

static void
drain(void *self)
{
    struct sim *sim = self;

    httpd_quiesce(sim->graph);
    httpd_quiesce(sim->control);
    answers_release(sim->answers);
    sim->drain_until_ms = loop_now_ms(sim->loop) + DRAIN_MAX_MS;
    loop_timer_init(&sim->drain_timer, sim->loop, on_drain_timer, sim);
    loop_timer_in(&sim->drain_timer, 0);
}

static void
done(void *self)
{
    struct sim *sim = self;

    if (!sim)
        return;
    loop_timer_stop(&sim->drain_timer);
    answers_free(sim->answers);
    httpd_free(sim->graph);
    httpd_free(sim->control);
    webhooks_free(sim->webhooks);
    scripts_free(sim->scripts);
    people_free(sim->people);
    templates_free(sim->templates);
    numbers_free(sim->numbers);
    ledger_close(sim->ledger);
    ledger_close(sim->ledger_webhooks);
    mem_free_secret(sim->secret);
}

int
main(int argc, char **argv)
{
    static const struct service_program program = {
        .name = "carteiro-simulator",
        .about =
            "Speaks the WhatsApp Cloud API for demos and tests: checks what Meta "
            "checks,\n"
            "keeps Meta's limits, calls the webhooks, makes faults on demand and writes\n"
            "every message and every webhook into a ledger. Nothing reaches a person.",
        .start = start,
        .drain = drain,
        .done = done,
    };

    return service_main(&program, argc, argv);
}
