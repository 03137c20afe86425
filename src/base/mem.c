/*
 * The C library's allocator behind a count of what is live and a countdown to a failure
 * that a test asked for. Processes have one thread, so neither is atomic.
 */
#include "mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static long live;
static long fail_in = -1; /* allocations that still succeed; -1: all of them */

/* A size that overflows is refused here: the sanitizers' allocators would abort on it. */
static bool
must_fail(size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX)
        return true;
    if (fail_in < 0)
        return false;
    return fail_in-- == 0;
}

void *
mem_alloc(size_t count, size_t size)
{
    void *ptr;

    if (must_fail(count, size))
        return NULL;
    ptr = calloc(count, size);
    if (ptr)
        live++;
    return ptr;
}

void *
mem_resize(void *ptr, size_t count, size_t size)
{
    void *moved;

    if (must_fail(count, size))
        return NULL;
    /* realloc to nothing is a free: the caller would still hold the pointer. */
    moved = count && size ? reallocarray(ptr, count, size) : realloc(ptr, 1);
    if (moved && !ptr)
        live++;
    return moved;
}

char *
mem_strdup(const char *text)
{
    return mem_strndup(text, SIZE_MAX);
}

char *
mem_strndup(const char *text, size_t bytes)
{
    size_t used = strnlen(text, bytes);
    char *copy = (char *)mem_alloc(used + 1, 1);

    if (copy)
        memcpy(copy, text, used);
    return copy;
}

void
mem_free(void *ptr)
{
    if (!ptr)
        return;
    live--;
    free(ptr);
}

void
mem_free_secret(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    mem_free(text);
}

void
mem_fail_at(long nth)
{
    fail_in = nth;
}

long
mem_live(void)
{
    return live;
}
