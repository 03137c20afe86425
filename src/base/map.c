/*
 * Linear probing with back-shifting removal, so that no place is ever left as a
 * tombstone. The table doubles when it is two thirds full.
 */
#include "map.h"

#include <assert.h>
#include <stddef.h>

#include "mem.h"

#define ROOM_FIRST 16u

/* The finalizer of splitmix64: neighbouring keys land far apart. */
static uint32_t
place_of(const struct map *map, uint64_t key)
{
    key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9u;
    key = (key ^ (key >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)(key ^ (key >> 31)) & (map->room - 1);
}

/* Where `key` is, or the free place where it would go. */
static struct map_entry *
find(const struct map *map, uint64_t key)
{
    uint32_t at = place_of(map, key);

    while (map->entries[at].value && map->entries[at].key != key)
        at = (at + 1) & (map->room - 1);
    return &map->entries[at];
}

void
map_done(struct map *map)
{
    mem_free(map->entries);
    *map = (struct map){0};
}

void *
map_get(const struct map *map, uint64_t key)
{
    return map->entries ? find(map, key)->value : NULL;
}

static enum rc
grow(struct map *map)
{
    struct map larger = {.room = map->room ? map->room * 2 : ROOM_FIRST, .n = map->n};

    larger.entries = mem_alloc(larger.room, sizeof(*larger.entries));
    if (!larger.entries)
        return RC_OOM;
    for (uint32_t at = 0; at < map->room; at++)
        if (map->entries[at].value)
            *find(&larger, map->entries[at].key) = map->entries[at];
    mem_free(map->entries);
    *map = larger;
    return RC_OK;
}

enum rc
map_put(struct map *map, uint64_t key, void *value)
{
    assert(value);
    if ((map->n + 1) * 3 > map->room * 2 && grow(map) != RC_OK)
        return RC_OOM;
    struct map_entry *entry = find(map, key);
    if (!entry->value)
        map->n++;
    *entry = (struct map_entry){key, value};
    return RC_OK;
}

/* Moves into the hole what would no longer be found across it, until a free place. */
static void
close_hole(struct map *map, uint32_t hole)
{
    uint32_t mask = map->room - 1;

    for (uint32_t at = (hole + 1) & mask; map->entries[at].value; at = (at + 1) & mask) {
        uint32_t home = place_of(map, map->entries[at].key);
        if (((at - home) & mask) < ((at - hole) & mask))
            continue;
        map->entries[hole] = map->entries[at];
        hole = at;
    }
    map->entries[hole] = (struct map_entry){0};
}

void *
map_remove(struct map *map, uint64_t key)
{
    if (!map->entries)
        return NULL;
    struct map_entry *entry = find(map, key);
    void *value = entry->value;
    if (value) {
        close_hole(map, (uint32_t)(entry - map->entries));
        map->n--;
    }
    return value;
}

void *
map_next(const struct map *map, uint32_t *at)
{
    while (*at < map->room) {
        void *value = map->entries[(*at)++].value;
        if (value)
            return value;
    }
    return NULL;
}
