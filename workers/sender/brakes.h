/*
 * brakes.h - what one answer of Meta means for more than its message.
 *
 * Here at once (the number's rate falls, a number or account rests), and for the fleet
 * through the database: at most one of a kind, about the same target, a second. What the
 * database cannot be told now is told when it is there again.
 */
#ifndef BRAKES_H
#define BRAKES_H

#include <stdint.h>

#include "rc.h"

struct brakes;
struct flight;
struct sender;

struct brakes *brakes_new(struct sender *sender) MUST_USE;
void brakes_free(struct brakes *brakes); /* after the fila; accepts NULL */

/* The number is too fast, as Meta sees it. */
void brakes_slow_numero(struct flight *flight);

/* So is the account or the app: all its numbers rest here for `ms`. */
void brakes_slow_conta(struct flight *flight, int64_t ms);

/* The pair is; how long the message waits: each refusal makes it four times as long. */
int64_t brakes_slow_par(struct flight *flight);

/* Meta stopped the number, the account, the template. */
void brakes_pause_numero(struct flight *flight);
void brakes_pause_conta(struct flight *flight);
void brakes_pause_modelo(struct flight *flight);

/* The flight was a probe, and was accepted. */
void brakes_probe_passed(struct flight *flight);

/* The 24 h window was closed after all. */
void brakes_window_closed(struct flight *flight);

#endif
