/*
 * person.h - what the service remembers of a number and a person: the 24 h window and the
 * pair limit.
 *
 * One entry of a hash table for each pair that has a window open or a limit not yet
 * repaid; others are dropped when the table is rebuilt, so that memory is bounded.
 */
#ifndef PERSON_H
#define PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "rc.h"

struct people;

struct people_opts {
    int pairs_max;
    int64_t pair_interval_ms; /* 0: no pair limit */
    int pair_burst;
};

struct people *people_new(const struct people_opts *opts) MUST_USE;
void people_free(struct people *people); /* accepts NULL */
void people_clear(struct people *people);
int people_count(const struct people *people);

/* The person wrote to the number: anything may go back for 24 h. RC_AGAIN: full. RC_OOM.
 */
enum rc people_open_window(
    struct people *people, uint32_t number, const char *wa_id, int64_t now_ms) MUST_USE;

bool people_window_is_open(
    const struct people *people, uint32_t number, const char *wa_id, int64_t now_ms);

/* Takes one message's share of the pair: RC_OK; RC_REJECTED: the limit is reached;
 * RC_AGAIN: the table is full of pairs that count. RC_OOM. */
enum rc people_take_pair(
    struct people *people, uint32_t number, const char *wa_id, int64_t now_ms) MUST_USE;

#endif
