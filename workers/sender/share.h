/*
 * share.h - how a number's tokens are split among its lanes. Pure.
 *
 * Strict priority, with a tenth kept for the lowest class that waits; among the lanes of
 * one class by weighted deficit round robin. So a campaign of a million cannot bury one
 * of a hundred, and nothing starves.
 */
#ifndef SHARE_H
#define SHARE_H

#include <stdint.h>

struct numero;

/* Sets `asked` of the number's lanes that are due at `now_ms`; a lane with a rate of its
 * own is left out (it gets its own tokens). Returns how many tokens found a lane. */
int share_tokens(struct numero *numero, int tokens, int64_t now_ms);

#endif
