/*
 * pairs.h - what a message needs of Redis once its person is known: a token of the pair
 * (number, person), a place in the portfolio's reach, and, where the number's token has
 * grown too old meanwhile, another one.
 */
#ifndef PAIRS_H
#define PAIRS_H

struct flight;
struct sender;

/* Asks for CLAIMED flights and starts those that get it all; the others are given back.
 * Reorders `flights`. */
void pairs_ask(struct sender *sender, struct flight **flights, int n);

#endif
