/*
 * map.h - from 64-bit keys to pointers; open addressing, for tables of a few thousand.
 */
#ifndef MAP_H
#define MAP_H

#include <stdint.h>

#include "rc.h"

struct map_entry {
    uint64_t key;
    void *value; /* NULL: free place */
};

struct map {
    struct map_entry *entries; /* NULL until the first key */
    uint32_t room;             /* a power of two */
    uint32_t n;
};

/* A zeroed map is empty. Frees the table, not what it points to. */
void map_done(struct map *map);

/* NULL: not there. */
void *map_get(const struct map *map, uint64_t key);

/* `value` is not NULL; replaces what was there. RC_OOM: unchanged. */
enum rc map_put(struct map *map, uint64_t key, void *value) MUST_USE;

/* What was there, or NULL. */
void *map_remove(struct map *map, uint64_t key);

/* Each value: for (uint32_t at = 0; (value = map_next(&map, &at));). No change meanwhile.
 */
void *map_next(const struct map *map, uint32_t *at);

#endif
