/*
 * The buffer doubles, so appending is cheap on average, and stops at max_bytes. JSON text
 * is validated on the way: one byte that is not UTF-8 in a foreign error message must not
 * make a whole log line or request unreadable.
 */
#include "buf.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"

#define FIRST_ROOM_BYTES 256

void
buf_init(struct buf *buf, size_t max_bytes)
{
    *buf = (struct buf){.max_bytes = max_bytes};
}

void
buf_over(struct buf *buf, char *memory, size_t bytes)
{
    assert(bytes > 0);
    *buf = (struct buf){.data = memory, .room = bytes, .max_bytes = bytes - 1};
    memory[0] = '\0';
}

void
buf_done(struct buf *buf)
{
    mem_free(buf->data);
    *buf = (struct buf){.max_bytes = buf->max_bytes};
}

/* Room for `more` bytes and the NUL; false when the buffer is or becomes bad. */
static bool
make_room(struct buf *buf, size_t more)
{
    size_t room = buf->room ? buf->room : FIRST_ROOM_BYTES;
    char *moved;

    if (buf->is_bad)
        return false;
    if (more > buf->max_bytes || buf->bytes > buf->max_bytes - more) {
        buf->is_bad = true;
        return false;
    }
    if (buf->bytes + more < buf->room)
        return true;
    while (room <= buf->bytes + more)
        room *= 2;
    moved = (char *)mem_resize(buf->data, room, 1);
    if (!moved) {
        buf->is_bad = true;
        return false;
    }
    buf->data = moved;
    buf->room = room;
    return true;
}

void
buf_add(struct buf *buf, const void *data, size_t bytes)
{
    if (!make_room(buf, bytes))
        return;
    if (bytes)
        memcpy(buf->data + buf->bytes, data, bytes);
    buf->bytes += bytes;
    buf->data[buf->bytes] = '\0';
}

void
buf_adds(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void
buf_addc(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void
buf_addf(struct buf *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buf_addv(buf, format, args);
    va_end(args);
}

void
buf_addv(struct buf *buf, const char *format, va_list args)
{
    va_list again;
    int bytes;

    va_copy(again, args);
    bytes = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (bytes < 0) {
        buf->is_bad = true;
        return;
    }
    if (!make_room(buf, (size_t)bytes))
        return;
    (void)vsnprintf(buf->data + buf->bytes, (size_t)bytes + 1, format, args);
    buf->bytes += (size_t)bytes;
}

/* The least code point that a sequence of this length may hold: shorter ones are
 * forgeries. */
static bool
is_canonical(unsigned long point, size_t length)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};

    return point >= least[length] && point <= 0x10ffff &&
           !(point >= 0xd800 && point <= 0xdfff);
}

/* The length of the UTF-8 character at `at` (not NUL), 0 when it is none. */
static size_t
utf8_length(const unsigned char *at)
{
    size_t length = at[0] < 0x80             ? 1
                    : (at[0] & 0xe0) == 0xc0 ? 2
                    : (at[0] & 0xf0) == 0xe0 ? 3
                    : (at[0] & 0xf8) == 0xf0 ? 4
                                             : 0;
    unsigned long point;

    if (length < 2)
        return length;
    point = at[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) /* the NUL ends here too */
            return 0;
        point = point << 6 | (at[i] & 0x3fu);
    }
    return is_canonical(point, length) ? length : 0;
}

static void
add_escaped(struct buf *buf, unsigned char c)
{
    static const char named[] = {['\b'] = 'b',
        ['\t'] = 't',
        ['\n'] = 'n',
        ['\f'] = 'f',
        ['\r'] = 'r',
        ['"'] = '"',
        ['\\'] = '\\'};

    if (c < sizeof named && named[c])
        buf_addf(buf, "\\%c", named[c]);
    else
        buf_addf(buf, "\\u%04x", c);
}

static bool
is_plain(unsigned char c)
{
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

void
buf_add_json(struct buf *buf, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    buf_addc(buf, '"');
    while (*at) {
        size_t plain = 0;
        size_t length;

        while (is_plain(at[plain]))
            plain++;
        buf_add(buf, at, plain);
        at += plain;
        if (!*at)
            break;
        length = utf8_length(at);
        if (!length)
            buf_adds(buf, "\xef\xbf\xbd");
        else if (length > 1)
            buf_add(buf, at, length);
        else
            add_escaped(buf, *at);
        at += length ? length : 1;
    }
    buf_addc(buf, '"');
}

void
buf_clear(struct buf *buf)
{
    buf->bytes = 0;
    buf->is_bad = false;
    if (buf->data)
        buf->data[0] = '\0';
}

void
buf_shift(struct buf *buf, size_t bytes)
{
    assert(bytes <= buf->bytes);
    if (!bytes)
        return;
    buf->bytes -= bytes;
    memmove(buf->data, buf->data + bytes, buf->bytes + 1);
}

const char *
buf_text(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}

char *
buf_take(struct buf *buf)
{
    char *text;

    buf_add(buf, "", 0); /* an empty text is memory too */
    if (buf->is_bad) {
        buf_done(buf);
        return NULL;
    }
    text = buf->data;
    *buf = (struct buf){.max_bytes = buf->max_bytes};
    return text;
}
