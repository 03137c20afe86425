/*
 * numeros.h - the numbers and lanes that this process knows.
 */
#ifndef NUMEROS_H
#define NUMEROS_H

#include "sender.h"

struct lane *lane_find(
    const struct sender *sender, int numero_id, int prioridade, int faixa);

/* The answer of a look: the lanes that wait. `is_scan`: it saw all, not only those that
 * we know, and from their beginning, not from their floors. */
void lanes_told(
    struct sender *sender, const struct fila_lane *lanes, int n, bool is_scan);

/* Takes lanes that were served lately for due, unless there are more than n_max; true
 * when there was one. */
bool lanes_guess(struct sender *sender, uint32_t n_max);

/* What a claim or look of the lane names. */
void lane_ask(const struct lane *lane, struct fila_ask *ret_ask);

/* Asks who the numbers are when it is time for that; the answer pokes the sender. */
void numeros_look(struct sender *sender);

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
