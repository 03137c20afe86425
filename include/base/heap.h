/*
 * heap.h - a binary min-heap of pointers, ordered by a 64-bit key.
 *
 * Items know their place: on_moved tells each item its slot whenever that changes (from 1
 * on; 0: it left), so that changing a key or leaving costs no search. Items of equal keys
 * come out in no particular order.
 */
#ifndef HEAP_H
#define HEAP_H

#include <stdint.h>

#include "rc.h"

/* `item` now stands in `slot`; 0: it is out of the heap. */
typedef void heap_moved_fn(void *item, int slot);

struct heap_entry {
    int64_t key;
    void *item;
};

struct heap {
    struct heap_entry *entries; /* the first one is slot 1 */
    int n;
    int room;
    heap_moved_fn *on_moved;
};

void heap_init(struct heap *heap, heap_moved_fn *on_moved);

/* Forgets all items without telling them; accepts a zeroed heap. */
void heap_done(struct heap *heap);

/* Makes room for `room` items in all, so that adding up to there cannot fail. */
enum rc heap_reserve(struct heap *heap, int room) MUST_USE;

/* RC_OOM: the item is not in. */
enum rc heap_add(struct heap *heap, int64_t key, void *item) MUST_USE;

void heap_change(struct heap *heap, int slot, int64_t key);
void heap_remove(struct heap *heap, int slot);

/* The item of the least key, which stays in; NULL when empty. `ret_key` may be NULL. */
void *heap_first(const struct heap *heap, int64_t *ret_key);

#endif
