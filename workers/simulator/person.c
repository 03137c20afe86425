/*
 * Open addressing with linear probing; nothing is ever removed from a table, but a
 * rebuild leaves out who has no open window and no debt. A rebuild comes when seven
 * tenths are used: in place of equal size when that frees enough, else in one twice as
 * large.
 */
#include "person.h"

#include <assert.h>

#include "hash.h"
#include "mem.h"

#define ROOM_FIRST 4096u
#define FULL_PAUSE_MS 1000
#define WINDOW_MS ((int64_t)24 * 3600 * 1000)

struct pair {
    uint64_t key; /* 0: free */
    int64_t window_until_ms;
    int64_t repaid_at_ms; /* when the pair's bucket would be full again */
};

struct people {
    struct people_opts opts;
    struct pair *pairs; /* NULL until the first one */
    uint32_t room;      /* a power of two */
    uint32_t used;
    int64_t full_until_ms; /* it was full: looking again costs a walk */
};

struct people *
people_new(const struct people_opts *opts)
{
    struct people *people = mem_new(struct people);

    if (people)
        people->opts = *opts;
    return people;
}

void
people_clear(struct people *people)
{
    mem_free(people->pairs);
    people->pairs = NULL;
    people->room = people->used = 0;
    people->full_until_ms = 0;
}

void
people_free(struct people *people)
{
    if (!people)
        return;
    people_clear(people);
    mem_free(people);
}

int
people_count(const struct people *people)
{
    return (int)people->used;
}

static uint64_t
key_of(uint32_t number, const char *wa_id)
{
    uint64_t key =
        hash_more(HASH_START ^ ((uint64_t)number * 0x9e3779b97f4a7c15u), wa_id);

    return key ? key : 1;
}

/* Its place, or the free one where it belongs. */
static struct pair *
place_of(struct pair *pairs, uint32_t room, uint64_t key)
{
    /* the high bits too: FNV's low ones alone cluster for numbers that differ at the end
     */
    uint32_t at = (uint32_t)(key ^ key >> 32) & (room - 1);

    while (pairs[at].key && pairs[at].key != key)
        at = (at + 1) & (room - 1);
    return &pairs[at];
}

static bool
still_counts(const struct pair *pair, int64_t now_ms)
{
    return pair->key && (pair->window_until_ms > now_ms || pair->repaid_at_ms > now_ms);
}

static uint32_t
count_alive(const struct people *people, int64_t now_ms)
{
    uint32_t alive = 0;

    assert(people->pairs || people->room == 0);
    for (uint32_t i = 0; i < people->room; i++)
        alive += still_counts(&people->pairs[i], now_ms);
    return alive;
}

static enum rc
rebuild(struct people *people, int64_t now_ms)
{
    uint32_t room = ROOM_FIRST;
    struct pair *pairs;
    uint32_t alive;

    if (now_ms < people->full_until_ms)
        return RC_AGAIN;
    alive = count_alive(people, now_ms);
    if (alive >= (uint32_t)people->opts.pairs_max) {
        people->full_until_ms = now_ms + FULL_PAUSE_MS;
        return RC_AGAIN;
    }
    while (room / 2 < alive + 1)
        room *= 2;
    pairs = mem_alloc(room, sizeof(struct pair));
    if (!pairs)
        return RC_OOM;
    for (uint32_t i = 0; i < people->room; i++)
        if (still_counts(&people->pairs[i], now_ms))
            *place_of(pairs, room, people->pairs[i].key) = people->pairs[i];
    mem_free(people->pairs);
    people->pairs = pairs;
    people->room = room;
    people->used = alive;
    return RC_OK;
}

static enum rc
find_or_add(struct people *people, uint64_t key, int64_t now_ms, struct pair **ret_pair)
{
    struct pair *pair = people->pairs ? place_of(people->pairs, people->room, key) : NULL;
    enum rc rc;

    if (!pair || (!pair->key && people->used >= people->room / 10 * 7)) {
        rc = rebuild(people, now_ms);
        if (rc != RC_OK)
            return rc;
        pair = place_of(people->pairs, people->room, key);
    }
    if (!pair->key) {
        pair->key = key;
        people->used++;
    }
    *ret_pair = pair;
    return RC_OK;
}

enum rc
people_open_window(
    struct people *people, uint32_t number, const char *wa_id, int64_t now_ms)
{
    struct pair *pair;
    enum rc rc = find_or_add(people, key_of(number, wa_id), now_ms, &pair);

    if (rc == RC_OK)
        pair->window_until_ms = now_ms + WINDOW_MS;
    return rc;
}

bool
people_window_is_open(
    const struct people *people, uint32_t number, const char *wa_id, int64_t now_ms)
{
    const struct pair *pair;

    if (!people->pairs)
        return false;
    pair = place_of(people->pairs, people->room, key_of(number, wa_id));
    return pair->key && pair->window_until_ms > now_ms;
}

enum rc
people_take_pair(
    struct people *people, uint32_t number, const char *wa_id, int64_t now_ms)
{
    const struct people_opts *opts = &people->opts;
    struct pair *pair;
    enum rc rc;

    if (opts->pair_interval_ms == 0)
        return RC_OK;
    rc = find_or_add(people, key_of(number, wa_id), now_ms, &pair);
    if (rc != RC_OK)
        return rc;
    if (pair->repaid_at_ms - now_ms > (opts->pair_burst - 1) * opts->pair_interval_ms)
        return RC_REJECTED;
    if (pair->repaid_at_ms < now_ms)
        pair->repaid_at_ms = now_ms;
    pair->repaid_at_ms += opts->pair_interval_ms;
    return RC_OK;
}
