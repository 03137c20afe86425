/*
 * clock.h - the stopwatch. Calendar time belongs to the database and never comes here.
 *
 * CLOCK_BOOTTIME: it goes on while the machine sleeps, so a deadline taken before a pause
 * is past after it. Instants end in _at_ms or _at_us and compare only with each other.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

int64_t clock_now_ms(void);
int64_t clock_now_us(void);

/* A random number in [0, below); below > 0. Not for secrets: for jitter. */
uint32_t clock_random(uint32_t below);

/* `ms` give or take a fifth, so that a fleet does not beat in step. */
int64_t clock_jitter_ms(int64_t ms);

#endif
