/*
 * gzip.h - a stream of bytes made smaller (RFC 1952), in the memory of one window.
 *
 * Give a piece, take until nothing comes, give the next; the last piece is said to be so.
 */
#ifndef GZIP_H
#define GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "rc.h"

struct buf;
struct gzip;

/* NULL when out of memory. */
struct gzip *gzip_new(void) MUST_USE;
void gzip_free(struct gzip *gzip); /* accepts NULL */

/* `data` is borrowed until gzip_take returned 0; before that nothing more may be given.
 */
void gzip_give(struct gzip *gzip, const void *data, size_t bytes, bool is_last);

/* Up to `max` bytes, and how many; 0: all of what was given is taken, or kept for the
 * piece that follows. */
size_t gzip_take(struct gzip *gzip, char *to, size_t max);

/* All at once, appended to `out`. RC_REJECTED: it would pass the limit of `out`. */
enum rc gzip_all(const void *data, size_t bytes, struct buf *out) MUST_USE;

#endif
