/*
 * pairs.h - a message to a person needs a token of the pair (number, person).
 */
#ifndef PAIRS_H
#define PAIRS_H

struct flight;
struct sender;

/* Asks for the pairs of CLAIMED flights and starts those that get one; the others are
 * given back. Reorders `flights`. */
void pairs_ask(struct sender *sender, struct flight **flights, int n);

#endif
