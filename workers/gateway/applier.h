/*
 * applier.h - applies stored events, right after they were stored.
 *
 * Has its own connection, so that storing never waits for applying. What it leaves
 * undone, killed or without connection, a planner or its next start picks up.
 */
#ifndef APPLIER_H
#define APPLIER_H

#include <stdbool.h>

#include "rc.h"

struct applier;
struct loop;
struct pg;

/* Borrows `pg`. `followup`: whoever writes gets a follow-up (ENABLE_FOLLOWUP). NULL when
 * out of memory. */
struct applier *applier_new(struct loop *loop, struct pg *pg, bool followup) MUST_USE;
void applier_free(struct applier *applier); /* accepts NULL */

/* There may be something to apply. */
void applier_poke(struct applier *applier);

/* Asks nothing any more. */
void applier_drain(struct applier *applier);
bool applier_is_idle(const struct applier *applier); /* nothing in flight */

#endif
