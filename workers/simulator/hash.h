/*
 * hash.h - FNV-1a, for tables of names. Not for secrets.
 *
 * Two names of one 64-bit hash are taken for a fault of the test data and the later one
 * is not found: with a million names that happens once in 37 million runs.
 */
#ifndef HASH_H
#define HASH_H

#include <stdint.h>

#define HASH_START 0xcbf29ce484222325u

static inline uint64_t
hash_more(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash;
}

static inline uint64_t
hash_text(const char *text)
{
    return hash_more(HASH_START, text);
}

#endif
