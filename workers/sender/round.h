/*
 * round.h - tokens, then rows, then pairs: how messages come into the air.
 *
 *     IDLE ---> TOKENS ---> CLAIM ---> IDLE      (and for each portfolio of the claim:
 * PAIRS)
 *
 * One round at a time; while its claim is on the way the flights before it POST and are
 * recorded. Redis gone: no tokens, no claim.
 */
#ifndef ROUND_H
#define ROUND_H

#include "sender.h"

struct round *round_new(struct sender *sender) MUST_USE;
void round_free(struct round *round); /* accepts NULL */

/* Starts a round if there is something to claim and room for it; else sets the timer for
 * when there may be. */
void round_run(struct round *round);

/* No tokens, rows or pairs are on their way. */
bool round_is_idle(const struct round *round);

/* The round under way names the lane: it must not be freed. */
bool round_holds(const struct round *round, const struct lane *lane);

#endif
