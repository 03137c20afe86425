/*
 * words.h - the keys and arguments of one call of take.lua.
 */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "bucket.h"

enum { KEY_BYTES = 96, WORD_BYTES = 32 };

/* The words, and their addresses as redis.h wants them. */
struct words {
    char (*key_text)[KEY_BYTES];
    char (*arg_text)[WORD_BYTES];
    const char **keys, **args;
    int n_keys, n_args;
};

/* Room for a call of `n_asks`, or of so many people; false when out of memory. */
bool words_init(struct words *words, int n_asks) MUST_USE;
void words_done(struct words *words);

/* Both write into words_init's room. */
void words_of_take(
    struct words *words, const struct bucket_request *request, int64_t epoca);
void words_of_fill(struct words *words, const struct bucket_people *people);

#endif
