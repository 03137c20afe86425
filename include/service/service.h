/*
 * service.h - what every process of the fleet does the same way.
 *
 * Options (--help, --version, --check-config, --config FILE), configuration, logging, the
 * loop, SIGTERM and SIGINT, and the metrics port with /metrics, /healthz (answered by the
 * loop itself, so that a stuck one does not answer; never a dependency) and /readyz (200,
 * or 503 with the reason). A second signal while draining ends the process at once.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include <stdbool.h>

#include "config.h"
#include "rc.h"

struct loop;
struct service;

enum service_exit {
    SERVICE_OK = 0,
    SERVICE_FAILED = 1,
    SERVICE_USAGE = 2,
    SERVICE_UNAVAILABLE = 69, /* a dependency is missing, a port is taken */
    SERVICE_TRY_AGAIN = 75,
    SERVICE_CONFIG = 78,
};

struct service_program {
    const char *name;          /* "carteiro-sender" */
    const char *about;         /* one paragraph for --help */
    const char *extra_options; /* lines for --help; NULL: none */
    /* An option that is not common: "--name" (value NULL) or "--name=value"; false:
     * unknown. NULL: none. Called after the configuration was read, which it may change.
     */
    bool (*option)(struct service *service, const char *name, const char *value);
    /* Builds the process; may fail (exit 69 or 78 by its own choice of code). */
    int (*start)(struct service *service); /* 0, or the exit code */
    /* SIGTERM: stop taking work; call service_stop when what is in flight has ended.
     * NULL: nothing to wait for. */
    void (*drain)(void *self);
    void (*done)(void *self); /* frees what start built; `self` may be NULL */
};

/* The whole of a main(). Returns the exit code (enum service_exit, or start's own). */
int service_main(const struct service_program *program, int argc, char **argv);

struct loop *service_loop(struct service *service);
struct config *service_config(struct service *service);
const char *service_worker(
    const struct service *service); /* "sender-7f3a": name in logs and rows */
void service_set_self(struct service *service, void *self);

/* /readyz. `reason` (borrowed; static text or the program's) is shown while not ready. */
void service_ready(struct service *service, bool is_ready, const char *reason);

/* Leaves the loop; the process ends with `code`. */
void service_stop(struct service *service, int code);
bool service_is_draining(const struct service *service);

#endif
