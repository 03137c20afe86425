/*
 * The textbook array heap. Key and pointer stand side by side in the array, so sifting
 * reads no item's memory until it moves one.
 */
#include "heap.h"

#include <assert.h>
#include <stddef.h>

#include "mem.h"

#define FIRST_ROOM 64

static void
place(struct heap *heap, int slot, struct heap_entry entry)
{
    heap->entries[slot - 1] = entry;
    heap->on_moved(entry.item, slot);
}

static int64_t
key_at(const struct heap *heap, int slot)
{
    return heap->entries[slot - 1].key;
}

static void
sift_up(struct heap *heap, int slot, struct heap_entry entry)
{
    while (slot > 1 && key_at(heap, slot / 2) > entry.key) {
        place(heap, slot, heap->entries[slot / 2 - 1]);
        slot /= 2;
    }
    place(heap, slot, entry);
}

static void
sift_down(struct heap *heap, int slot, struct heap_entry entry)
{
    for (int child = 2 * slot; child <= heap->n; child = 2 * slot) {
        if (child < heap->n && key_at(heap, child + 1) < key_at(heap, child))
            child++;
        if (key_at(heap, child) >= entry.key)
            break;
        place(heap, slot, heap->entries[child - 1]);
        slot = child;
    }
    place(heap, slot, entry);
}

static void
settle(struct heap *heap, int slot, struct heap_entry entry)
{
    if (slot > 1 && key_at(heap, slot / 2) > entry.key)
        sift_up(heap, slot, entry);
    else
        sift_down(heap, slot, entry);
}

void
heap_init(struct heap *heap, heap_moved_fn *on_moved)
{
    *heap = (struct heap){.on_moved = on_moved};
}

void
heap_done(struct heap *heap)
{
    mem_free(heap->entries);
    heap->entries = NULL;
    heap->n = heap->room = 0;
}

enum rc
heap_reserve(struct heap *heap, int room)
{
    struct heap_entry *moved;

    if (room <= heap->room)
        return RC_OK;
    moved = (struct heap_entry *)mem_resize(
        heap->entries, (size_t)room, sizeof *heap->entries);
    if (!moved)
        return RC_OOM;
    heap->entries = moved;
    heap->room = room;
    return RC_OK;
}

enum rc
heap_add(struct heap *heap, int64_t key, void *item)
{
    enum rc rc = RC_OK;

    if (heap->n == heap->room)
        rc = heap_reserve(heap, heap->room ? 2 * heap->room : FIRST_ROOM);
    if (rc != RC_OK)
        return rc;
    heap->n++;
    sift_up(heap, heap->n, (struct heap_entry){key, item});
    return RC_OK;
}

void
heap_change(struct heap *heap, int slot, int64_t key)
{
    assert(slot >= 1 && slot <= heap->n);
    settle(heap, slot, (struct heap_entry){key, heap->entries[slot - 1].item});
}

void
heap_remove(struct heap *heap, int slot)
{
    void *gone;

    assert(slot >= 1 && slot <= heap->n);
    gone = heap->entries[slot - 1].item;
    heap->n--;
    if (slot <= heap->n)
        settle(heap, slot, heap->entries[heap->n]);
    heap->on_moved(gone, 0);
}

void *
heap_first(const struct heap *heap, int64_t *ret_key)
{
    if (!heap->n)
        return NULL;
    if (ret_key)
        *ret_key = heap->entries[0].key;
    return heap->entries[0].item;
}
