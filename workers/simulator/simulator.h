/*
 * simulator.h - the parts of the simulator, and what it counts.
 */
#ifndef SIMULATOR_H
#define SIMULATOR_H

#include <stdbool.h>

#include "config.h"
#include "loop.h"

struct answers;
struct httpd;
struct ledger;
struct numbers;
struct people;
struct scripts;
struct service;
struct templates;
struct webhooks;

enum { TALLY_CODES_MAX = 64 };

/* What GET /counts tells, beside what the parts know. */
struct tally {
    long requests; /* POST .../messages whose body arrived whole */
    long resets_at_headers;
    long accepted;
    long refused;
    long faults; /* scripted ones that were applied */
    long inbound;
    struct {
        int code;
        long n;
    } codes[TALLY_CODES_MAX];
};

struct sim {
    struct service *service;
    struct loop *loop;
    const struct config_simulator *config;
    char *secret; /* signs the webhooks; NULL when there is no subscriber */
    struct numbers *numbers;
    struct templates *templates;
    struct people *people;
    struct scripts *scripts;
    struct ledger *ledger;
    struct ledger *ledger_webhooks;
    struct answers *answers;
    struct webhooks *webhooks;
    struct httpd *graph;
    struct httpd *control;
    struct tally tally;
    struct loop_timer drain_timer;
    int64_t drain_until_ms;
};

/* Forgets everything but the configured numbers. False: out of memory. */
bool sim_reset(struct sim *sim);

/* A refusal with `code`, for GET /counts. */
void sim_count_code(struct sim *sim, int code);

#endif
