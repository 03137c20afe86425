/*
 * reach.h - whom a portfolio wrote to outside the 24 h window, counted again from the
 * database when Redis has lost it.
 */
#ifndef REACH_H
#define REACH_H

#include <stdint.h>

struct reach;
struct sender;

struct reach *reach_new(struct sender *sender); /* NULL: out of memory */
void reach_free(struct reach *reach);           /* accepts NULL */

/* In a few seconds, unless it is to be anyhow; whoever needs the portfolio asks again. */
void reach_count(struct sender *sender, int64_t portfolio_id);

#endif
