/*
 * service_internal.h - what the parts of the service module share.
 */
#ifndef SERVICE_INTERNAL_H
#define SERVICE_INTERNAL_H

#include "service.h"

#define SERVICE_EXTRAS_MAX 32
#define SERVICE_WORKER_BYTES 160

struct httpd;

/* The command line, split: what is common to all programs and what is this one's. */
struct options {
    const char *config_path; /* NULL: as config.h says */
    bool is_help;
    bool is_version;
    bool is_check;
    const char *extras[SERVICE_EXTRAS_MAX]; /* "--name" or "--name=value", as given */
    int n_extras;
};

struct service {
    const struct service_program *program;
    struct config config;
    struct loop *loop;
    struct httpd *metrics;
    void *self;
    char worker[SERVICE_WORKER_BYTES];
    const char *reason; /* why it is not ready */
    bool is_ready;
    bool is_draining;
    bool is_stopped;
    int code;
};

/* False after a line on stderr about what is wrong: SERVICE_USAGE. */
bool options_read(const struct service_program *program, int argc, char **argv,
    struct options *ret_options);
void options_help(const struct service_program *program);

/* "carteiro-x: unknown option --y (did you mean --z?)" on stderr. */
void options_unknown(const struct service_program *program, const char *option);

/* Serves /metrics, /healthz and /readyz; false when the port cannot be had (logged). */
bool metrics_port_open(struct service *service);

#endif
