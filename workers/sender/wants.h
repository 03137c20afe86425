/*
 * wants.h - what numbers and lanes ask tokens for in one round.
 */
#ifndef WANTS_H
#define WANTS_H

#include "sender.h"

enum { WANTS_MAX = 256 /* numbers and lanes asked for in one round */ };

/* What a number, or a lane with a rate of its own, wants and got. */
struct want {
    struct numero *numero;
    struct lane *lane; /* NULL: the number's other lanes */
    int ask;
    int got;
    bool is_guess;      /* nobody saw that its lanes are due */
    struct token token; /* what they are good for */
};

/* The wants of the numbers that may send and have lanes due, no more than there are free
 * slots; returns how many. The walk begins at place *turn of the table of numbers and
 * leaves there where it stopped. */
int wants_gather(struct sender *sender, uint32_t *turn, struct want wants[WANTS_MAX]);

#endif
