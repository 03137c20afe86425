/*
 * links.h - the connections of a sender.
 */
#ifndef LINKS_H
#define LINKS_H

#include "sender.h"

/* Begins to connect; false: out of memory. */
bool links_open(struct sender *sender);

/* What is owed is forgotten. */
void links_close(struct sender *sender);

#endif
