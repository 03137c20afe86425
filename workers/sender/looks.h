/*
 * looks.h - when the queue is looked at, and how far.
 */
#ifndef LOOKS_H
#define LOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "loop.h"

struct sender;

struct looks {
    struct loop_timer timer;
    int step;     /* place in the quick looks after a wake-up; past the last: idle */
    bool is_scan; /* the look under way sees all lanes */
    int64_t asked_at_ms;
    int64_t scan_at_ms; /* no scan before: the last one was dear */
};

void looks_init(struct sender *sender);
void looks_stop(struct sender *sender);

/* Something may have come into the queue: it is looked at now, and a few times soon. */
void looks_wake(struct sender *sender);

/* Looks in a few milliseconds. */
void looks_soon(struct sender *sender);

#endif
