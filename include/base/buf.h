/*
 * buf.h - a growing byte buffer that knows the size it may never pass.
 *
 * Writers need not check each call: after the first failure the buffer is `is_bad` and
 * ignores what follows; the caller looks once, at the end. Always NUL-terminated.
 */
#ifndef BUF_H
#define BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "rc.h"

struct buf {
    char *data;   /* NULL until the first byte */
    size_t bytes; /* used, without the NUL */
    size_t room;
    size_t max_bytes;
    bool is_bad; /* out of memory, or past max_bytes */
};

void buf_init(struct buf *buf, size_t max_bytes);
void buf_done(struct buf *buf); /* accepts an untouched, zeroed buf */

/* A buf inside `bytes` bytes of the caller's memory: never allocates, is bad when they
 * are full, and neither buf_done nor buf_take may be called on it. */
void buf_over(struct buf *buf, char *memory, size_t bytes);

void buf_add(struct buf *buf, const void *data, size_t bytes);
void buf_adds(struct buf *buf, const char *text);
void buf_addc(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_addv(struct buf *buf, const char *format, va_list args) PRINTF_LIKE(2, 0);

/* The text as a JSON string with its quotes (RFC 8259); bytes that are not UTF-8 become
 * U+FFFD. */
void buf_add_json(struct buf *buf, const char *text);

/* Forgets the content, keeps the room and clears is_bad. */
void buf_clear(struct buf *buf);

/* Drops `bytes` from the front. */
void buf_shift(struct buf *buf, size_t bytes);

/* The text, never NULL ("" when empty); borrowed until the next write. */
const char *buf_text(const struct buf *buf);

/* Hands the memory to the caller (mem_free), "" included, and leaves the buf empty; NULL
 * when bad or out of memory. */
char *buf_take(struct buf *buf) MUST_USE;

#endif
