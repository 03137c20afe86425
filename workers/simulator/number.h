/*
 * number.h - the sending numbers that exist, their accounts, tokens and throughput.
 *
 * A number lives until numbers_clear; its throughput is a bucket of one second's
 * allowance (at least one message), which inbound messages fill too.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "rc.h"

struct numbers;

enum { NUMBER_ID_BYTES = 33, NUMBER_DISPLAY_BYTES = 24 };

struct number {
    char id[NUMBER_ID_BYTES]; /* phone_number_id */
    char waba_id[NUMBER_ID_BYTES];
    char display[NUMBER_DISPLAY_BYTES]; /* display_phone_number, digits */
    char *token;
    double per_s;
    int64_t full_at_us; /* when the bucket would be full again */
    uint32_t index;     /* small, unique, for person.h */
    struct number *next;
};

struct number_spec {
    const char *id;
    const char *waba_id;
    const char *token;
    const char *display; /* NULL: made up from the id */
    double per_s;
};

struct numbers *numbers_new(void) MUST_USE;
void numbers_free(struct numbers *numbers); /* accepts NULL */
void numbers_clear(struct numbers *numbers);

/* Adds a number, or changes it: its bucket starts full. NULL when out of memory. */
struct number *numbers_put(
    struct numbers *numbers, const struct number_spec *spec) MUST_USE;

/* Adds those of "phone_number_id:waba_id:token[:per_s],..." (config's form, already
 * checked); `per_s` is for those without. */
enum rc numbers_put_list(
    struct numbers *numbers, const char *list, double per_s) MUST_USE;

struct number *numbers_find(const struct numbers *numbers, const char *id);
int numbers_count(const struct numbers *numbers);

/* Any number of the account; NULL: no such account. The next one: number_of_waba_after.
 */
struct number *numbers_of_waba(
    const struct numbers *numbers, const char *waba_id, const struct number *after);

/* True when any number has this token. */
bool numbers_have_token(const struct numbers *numbers, const char *token);

/* Takes one message's share; false: the throughput is reached. */
bool number_take(struct number *number, int64_t now_us);

/* Inbound counts too, but is never refused. */
void number_count_inbound(struct number *number, int64_t now_us);

#endif
