/*
 * numeros.h - the numbers and lanes that this process knows.
 */
#ifndef NUMEROS_H
#define NUMEROS_H

#include "sender.h"

struct lane *lane_find(
    const struct sender *sender, int numero_id, int prioridade, int faixa);

/* Asks the database which lanes wait (and, from time to time, for the numbers); the
 * answer pokes the sender. A second ask while one is under way is the same ask. */
void lanes_look(struct sender *sender);

/* The earliest instant at which a lane may be claimed; INT64_MAX: none known. */
int64_t lanes_next_at_ms(const struct sender *sender);

/* The lane gives nothing more until a look finds it again. */
void lane_drained(struct lane *lane);

/* Reads the number's token again: it may have been rotated. */
void numero_read_token(struct sender *sender, struct numero *numero);

/* No message of the number starts for `ms`. */
void numero_hold(struct sender *sender, struct numero *numero, int64_t ms);

/* Meta throttled it: slower at once; the next look tells what the fleet has learnt. */
void numero_throttled(struct numero *numero);

/* Tokens taken and not used: while they are good they serve the number's next claim. */
void numero_keep(
    struct sender *sender, struct numero *numero, int tokens, struct token token);

/* Tokens and waits of an epoca that ended are forgotten. */
void numeros_new_epoca(struct sender *sender);

void numeros_done(struct sender *sender);

#endif
