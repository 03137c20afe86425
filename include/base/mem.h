/*
 * mem.h - allocation that zeroes, counts and can be made to fail, and scope cleanup.
 *
 * All memory of this code comes from here (foreign libraries keep their own), so that a
 * test can fail each allocation in turn and see that nothing is left.
 */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

#include "rc.h"

/* Zeroed memory for `count` things of `size` bytes; NULL when out of memory. */
void *mem_alloc(size_t count, size_t size) MUST_USE;

/* Grows `ptr` (NULL: none yet) to `count` things of `size`; the new part is NOT zeroed.
 * NULL when out of memory, and then `ptr` is untouched. */
void *mem_resize(void *ptr, size_t count, size_t size) MUST_USE;

/* A copy of a string, of at most `bytes` bytes of it; NULL when out of memory. */
char *mem_strdup(const char *text) MUST_USE;
char *mem_strndup(const char *text, size_t bytes) MUST_USE;

/* Accepts NULL. */
void mem_free(void *ptr);

/* Overwrites a secret before freeing it. Accepts NULL. */
void mem_free_secret(char *text);

/* Tests only: the nth allocation from now fails (0: the next; -1: none does). */
void mem_fail_at(long nth);

/* Allocations not yet freed. */
long mem_live(void);

#define mem_new(type) ((type *)mem_alloc(1, sizeof(type)))

/* CLEANUP(fn): calls fn(&variable) when the variable leaves its scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define CLEANUP_FREE CLEANUP(mem_free_at)

static inline void
mem_free_at(void *where)
{
    mem_free(*(void **)where);
}

/* Takes the pointer out of a CLEANUP variable, which then has nothing to free. */
#define steal(where)                                                                     \
    (__extension__({                                                                     \
        __typeof__(*(where)) kept_ = *(where);                                           \
        *(where) = NULL;                                                                 \
        kept_;                                                                           \
    }))

#endif
