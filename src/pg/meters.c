/*
 * What a connection measures of itself. Statements are the program's own, so their names
 * are few.
 */
#include "pg_internal.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "metrics.h"

#define CLASS_BYTES 3 /* of an SQLSTATE, with the NUL */
#define LOST_CLASS "conexao"

static const double bounds_s[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
    0.25, 0.5, 1, 2.5, 5, 10, 30, 0};

static struct metric seconds = {.kind = METRIC_HISTOGRAM,
    .name = "carteiro_pg_seconds",
    .help = "From a statement's request to its answer.",
    .label = "operacao",
    .buckets = bounds_s};
static struct metric errors = {.kind = METRIC_COUNTER,
    .name = "carteiro_pg_erros_total",
    .help = "Statements that failed, by class of SQLSTATE; conexao: the connection broke "
            "with the request under way.",
    .label = "classe"};
static struct metric connections = {.kind = METRIC_GAUGE,
    .name = "carteiro_pg_conexoes",
    .help = "Connections to PostgreSQL that are up."};

void
pg_meter_up(struct pg *pg, bool is_up)
{
    metrics_register(&seconds);
    metrics_register(&errors);
    if (pg->is_counted == is_up)
        return;
    pg->is_counted = is_up;
    metric_add(&connections, NULL, is_up ? 1 : -1);
}

/* A class is two characters; what libpq or we say ourselves is about the connection. */
static void
count_error(enum rc rc, const struct fault *fault)
{
    char class_[CLASS_BYTES];

    if (rc == RC_AGAIN) /* never left */
        return;
    (void)snprintf(class_, sizeof class_, "%.2s", fault->code);
    metric_add(
        &errors, rc == RC_UNKNOWN || strlen(fault->code) != 5 ? LOST_CLASS : class_, 1);
}

void
pg_meter_answer(const struct request *request, enum rc rc, const struct fault *fault)
{
    if (rc != RC_OK)
        count_error(rc, fault);
    if (rc != RC_AGAIN)
        metric_observe(&seconds, request->statement->name,
            (double)(clock_now_us() - request->asked_at_us) / 1e6);
}
