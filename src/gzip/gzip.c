/*
 * The one home of zlib. Its memory comes from mem.h: 264 KiB a stream. Level 4 is where
 * the smaller output stops paying for the time: JSON and CSV shrink to a tenth at 1 and
 * by a seventh more at 4, and at 6 take twice as long for a twentieth.
 */
#include "gzip.h"

#include <assert.h>
#include <stdint.h>
#include <zlib.h>

#include "buf.h"
#include "mem.h"

#define LEVEL 4
#define GZIP_WINDOW (15 + 16) /* zlib's way to say: gzip's header and trailer */
#define MEMORY_LEVEL 8
#define PIECE_BYTES 16384

struct gzip {
    z_stream stream;
    bool is_last;
};

static void *
from_mem(void *opaque, unsigned count, unsigned size)
{
    (void)opaque;
    return mem_alloc(count, size);
}

static void
to_mem(void *opaque, void *what)
{
    (void)opaque;
    mem_free(what);
}

struct gzip *
gzip_new(void)
{
    struct gzip *gzip = mem_new(struct gzip);

    if (!gzip)
        return NULL;
    gzip->stream.zalloc = from_mem;
    gzip->stream.zfree = to_mem;
    if (deflateInit2(&gzip->stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL,
            Z_DEFAULT_STRATEGY) == Z_OK)
        return gzip;
    mem_free(gzip);
    return NULL;
}

void
gzip_free(struct gzip *gzip)
{
    if (!gzip)
        return;
    (void)deflateEnd(&gzip->stream); /* says only whether something was left */
    mem_free(gzip);
}

void
gzip_give(struct gzip *gzip, const void *data, size_t bytes, bool is_last)
{
    assert(gzip->stream.avail_in == 0 && !gzip->is_last && bytes <= UINT32_MAX);
    /* zlib's pointer lacks the const only for very old callers */
    gzip->stream.next_in = (unsigned char *)(uintptr_t)data;
    gzip->stream.avail_in = (unsigned)bytes;
    gzip->is_last = is_last;
}

size_t
gzip_take(struct gzip *gzip, char *to, size_t max)
{
    unsigned room = max < UINT32_MAX ? (unsigned)max : UINT32_MAX;

    gzip->stream.next_out = (unsigned char *)to;
    gzip->stream.avail_out = room;
    /* without room or input it does nothing, and says so; there is no other failure */
    (void)deflate(&gzip->stream, gzip->is_last ? Z_FINISH : Z_NO_FLUSH);
    return room - gzip->stream.avail_out;
}

enum rc
gzip_all(const void *data, size_t bytes, struct buf *out)
{
    struct gzip *gzip = gzip_new();
    char piece[PIECE_BYTES];
    size_t n;

    if (!gzip)
        return RC_OOM;
    gzip_give(gzip, data, bytes, true);
    while ((n = gzip_take(gzip, piece, sizeof(piece))) > 0 && !out->is_bad)
        buf_add(out, piece, n);
    gzip_free(gzip);
    return out->is_bad ? RC_REJECTED : RC_OK;
}
