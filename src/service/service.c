/*
 * The skeleton of a process: options, configuration, log, loop, metrics port, the
 * program, the loop's run, and the way back down in reverse order. The program's own
 * start may fail with a code of its choice; everything that was built is taken down on
 * one path.
 *
 * Signals: the first SIGTERM or SIGINT asks the program to drain, the second ends at
 * once, for a person who presses Ctrl-C twice means it.
 */
#include "service.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "httpd.h"
#include "log.h"
#include "loop.h"
#include "service_internal.h"

#define PROGRAM_PREFIX "carteiro-"
#define FILES_WANTED 65536

struct loop *
service_loop(struct service *service)
{
    return service->loop;
}

struct config *
service_config(struct service *service)
{
    return &service->config;
}

const char *
service_worker(const struct service *service)
{
    return service->worker;
}

void
service_set_self(struct service *service, void *self)
{
    service->self = self;
}

void
service_ready(struct service *service, bool is_ready, const char *reason)
{
    service->is_ready = is_ready;
    service->reason = reason;
}

bool
service_is_draining(const struct service *service)
{
    return service->is_draining;
}

void
service_stop(struct service *service, int code)
{
    if (!service->is_stopped) /* the first reason is the one that counts */
        service->code = code;
    service->is_stopped = true;
    loop_stop(service->loop);
}

static void
on_end_signal(void *ctx)
{
    struct service *service = ctx;

    if (service->is_draining) {
        log_warn("service.killed", LOG_S("reason", "second signal while draining"));
        _exit(SERVICE_FAILED);
    }
    service->is_draining = true;
    log_info("service.draining", LOG_S("version", CARTEIRO_VERSION));
    if (service->program->drain)
        service->program->drain(service->self);
    else
        service_stop(service, SERVICE_OK);
}

/* Thousands of connections need as many descriptors; the soft limit is often 1,024. */
static void
raise_files_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= FILES_WANTED)
        return;
    limit.rlim_cur = limit.rlim_max < FILES_WANTED ? limit.rlim_max : FILES_WANTED;
    (void)setrlimit(RLIMIT_NOFILE, &limit); /* then fewer connections are accepted */
}

static void
name_worker(struct service *service)
{
    const char *name = service->program->name;
    char host[64] = "";

    if (service->config.sender.name) {
        (void)snprintf(
            service->worker, sizeof(service->worker), "%s", service->config.sender.name);
        return;
    }
    if (!strncmp(name, PROGRAM_PREFIX, strlen(PROGRAM_PREFIX)))
        name += strlen(PROGRAM_PREFIX);
    if (gethostname(host, sizeof(host) - 1))
        (void)snprintf(host, sizeof(host), "localhost");
    (void)snprintf(service->worker, sizeof(service->worker), "%s-%s-%ld", name, host,
        (long)getpid());
}

static bool
take_extras(struct service *service, const struct options *options)
{
    for (int i = 0; i < options->n_extras; i++) {
        const char *option = options->extras[i];
        const char *equals = strchr(option, '=');
        char name[64];

        (void)snprintf(name, sizeof(name), "%.*s",
            equals ? (int)(equals - option) : (int)strlen(option), option);
        if (!service->program->option(service, name, equals ? equals + 1 : NULL)) {
            options_unknown(service->program, option);
            return false;
        }
    }
    return true;
}

static bool
listen_to_signals(struct service *service)
{
    return loop_on_signal(service->loop, SIGTERM, on_end_signal, service) == RC_OK &&
           loop_on_signal(service->loop, SIGINT, on_end_signal, service) == RC_OK;
}

/* 0, or the exit code. What it built stays for service_down. */
static int
service_up(struct service *service)
{
    int code;

    service->loop = loop_new();
    if (!service->loop || !listen_to_signals(service)) {
        log_error("service.no_loop", LOG_S("error", "out of memory or descriptors"));
        return SERVICE_UNAVAILABLE;
    }
    if (!metrics_port_open(service))
        return SERVICE_UNAVAILABLE;
    code = service->program->start(service);
    if (code)
        return code;
    log_info("service.up", LOG_S("program", service->program->name),
        LOG_S("version", CARTEIRO_VERSION), LOG_N("pid", getpid()),
        LOG_N("metrics_port", httpd_port(service->metrics)));
    return 0;
}

static void
service_down(struct service *service)
{
    if (service->program->done)
        service->program->done(service->self);
    httpd_free(service->metrics);
    loop_free(service->loop);
    log_info("service.down", LOG_N("code", service->code));
}

static int
service_live(struct service *service)
{
    raise_files_limit();
    service->code = service_up(service);
    if (service->code == 0)
        loop_run(service->loop);
    service_down(service);
    return service->code;
}

int
service_main(const struct service_program *program, int argc, char **argv)
{
    static struct service service; /* one per process, and it outlives every callback */
    struct options options;

    service.program = program;
    if (!options_read(program, argc, argv, &options))
        return SERVICE_USAGE;
    if (options.is_help) {
        options_help(program);
        return SERVICE_OK;
    }
    if (options.is_version) {
        (void)printf("%s %s\n", program->name, CARTEIRO_VERSION);
        return SERVICE_OK;
    }
    if (config_load(options.config_path, &service.config, stderr) != RC_OK)
        return SERVICE_CONFIG;
    if (!take_extras(&service, &options))
        return SERVICE_USAGE;
    if (options.is_check) {
        (void)puts("ok");
        return SERVICE_OK;
    }
    name_worker(&service);
    log_init(service.worker, (enum log_level)log_level_parse(service.config.log_level));
    if (service.config.plain_secret)
        log_warn("config.plain_secret", LOG_S("variable", service.config.plain_secret),
            LOG_S(
                "better", "put it into a file and name that in the variable with _FILE"));
    return service_live(&service);
}
