/*
 * mode.h - the mode that binds all senders: whether tokens come from Redis or, while a
 * sender has none, from the database; and what this sender knows of its own Redis.
 */
#ifndef MODE_H
#define MODE_H

#include <stdbool.h>

struct mode;
struct sender;

/* Asks for the mode as soon as it knows something of Redis, then from time to time. Once
 * bucket and fila are there. NULL: out of memory. */
struct mode *mode_new(struct sender *sender);
void mode_free(struct mode *mode); /* accepts NULL */

/* Redis takes no tokens: claim without. */
bool mode_is_degraded(const struct sender *sender);

/* It was heard lately. A sender that was stopped may have slept through two changes, and
 * knows buckets that are no longer anybody's. */
bool mode_is_current(const struct sender *sender);

/* The mode is known, and there is something to take tokens from. */
bool mode_may_claim(const struct sender *sender);

/* Why not, for /readyz; NULL: it may. */
const char *mode_trouble(const struct sender *sender);

/* A row is due whose sender vanished twice (fila_claim_alone). */
bool mode_has_suspeitas(const struct sender *sender);

/* Asks now: a claim was told that the mode has changed. */
void mode_ask(struct sender *sender);

/* The connection to Redis came up or was lost. */
void mode_redis(struct sender *sender, bool is_up);

/* This sender ends: it counts no more. */
void mode_leave(struct sender *sender);

/* That is being said. */
bool mode_is_leaving(const struct sender *sender);

#endif
