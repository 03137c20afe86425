/*
 * sweeps.h - which lanes of a claim are claimed from their very beginning, and when
 * again.
 *
 * A floor hides rows that came back below it; without one a claim walks the dead entries
 * of all that was claimed. What a claim took is known for all its lanes together, so one
 * that may be dear is swept apart from others.
 */
#ifndef SWEEPS_H
#define SWEEPS_H

#include <stdint.h>

struct lane;
struct sender;

/* How long after something that took so long it may be done again: dear ones are rare.
 * Pure. */
int64_t sweeps_pause_ms(int64_t took_ms);

/* Sets is_swept of the lanes that the next claim asks. Pure. */
void sweeps_choose(struct lane *const *lanes, int n, int64_t now_ms);

/* Their claim, sent at `asked_at_ms`, is answered: when each may be swept again. */
void sweeps_settle(
    const struct sender *sender, struct lane *const *lanes, int n, int64_t asked_at_ms);

#endif
