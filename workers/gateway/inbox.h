/*
 * inbox.h - webhooks that wait for their commit, stored together.
 *
 * Each turn, all that waits goes to the database in one statement, and while that is on
 * its way the next ones gather: the busier, the larger the batch. 200 only after the
 * commit; a request that cannot be committed within 5 s is told to come again (503),
 * which Meta does for days. Storing twice what was stored is harmless: applying is
 * idempotent.
 */
#ifndef INBOX_H
#define INBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"

struct httpd_request;
struct inbox;
struct loop;
struct pg;

enum { INBOX_DEADLINE_MS = 5000 };

/* `on_stored` is called after each commit. Borrows `pg`. NULL when out of memory. */
struct inbox *inbox_new(
    struct loop *loop, struct pg *pg, void (*on_stored)(void *ctx), void *ctx) MUST_USE;
void inbox_free(struct inbox *inbox); /* before the httpd; accepts NULL */

/* From now on the database can take events: the schema is there. */
void inbox_open(struct inbox *inbox);

/* False: a request would be refused now, do not even read it. */
bool inbox_can_take(const struct inbox *inbox);

/* Takes the events out of `events` and owes the request its answer. `arrived_at_us` is
 * when it came, on clock.h's stopwatch. */
void inbox_take(struct inbox *inbox, struct httpd_request *request, struct events *events,
    int64_t arrived_at_us);

/* Counts a request that was not answered with 200. `motivo` is one of a few words. */
void inbox_count_refused(const char *motivo);

/* Answers 503 and counts. */
void inbox_refuse(struct httpd_request *request, const char *motivo);

/* Nothing waits and nothing is in flight. */
bool inbox_is_idle(const struct inbox *inbox);

#endif
