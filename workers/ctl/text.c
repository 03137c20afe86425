/*
 * Two passes. The census counts what is valid UTF-8 beyond ASCII and what is not; a file
 * of mostly valid UTF-8 with some broken bytes stays UTF-8, for one bad cell must not
 * turn the accents of all others into noise. The second pass converts, in chunks; the
 * bytes of a sequence cut by a chunk's end wait for the next one. iconv knows the other
 * encodings.
 */
#include "text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"

enum { CHUNK_BYTES = 65536, CARRY_BYTES_MAX = 4, UNIT_BYTES_MAX = 4 };

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

struct census {
    int64_t bytes;
    int64_t sequences; /* valid, of more than one byte */
    int64_t strays;    /* bytes that are part of none */
};

struct text_file {
    int fd;
    enum text_encoding encoding;
    int64_t bytes;
    int64_t bytes_read;
    iconv_t foreign; /* from anything but UTF-8 to UTF-8 */
    size_t carry;    /* bytes of `chunk` left over from the last one */
    unsigned char chunk[CARRY_BYTES_MAX + CHUNK_BYTES];
};

static const iconv_t NO_ICONV = (iconv_t)-1;

int
text_sequence(const unsigned char *bytes, size_t left)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned long point = bytes[0];
    int length = 1;

    if (point < 0x80)
        return 1;
    if (point < 0xC2 || point > 0xF4)
        return 0;
    length = point < 0xE0 ? 2 : point < 0xF0 ? 3 : 4;
    point &= 0x7FUL >> length;
    for (int i = 1; i < length; i++) {
        if ((size_t)i >= left)
            return -1;
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        point = point << 6 | (bytes[i] & 0x3F);
    }
    if (point < least[length] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        return 0;
    return length;
}

/* Reads until the chunk is full or the file at its end. Returns the bytes that are in the
 * chunk now; -1 when it cannot be read. */
static ssize_t
fill(struct text_file *file)
{
    size_t have = file->carry;
    size_t before = have;

    while (have < sizeof(file->chunk)) {
        ssize_t n = read(file->fd, file->chunk + have, sizeof(file->chunk) - have);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        have += (size_t)n;
    }
    file->bytes_read += (int64_t)(have - before);
    file->carry = 0;
    return (ssize_t)have;
}

/* Keeps the last bytes of the chunk for the next one. */
static void
keep(struct text_file *file, size_t from, size_t have)
{
    assert(have - from <= CARRY_BYTES_MAX);
    memmove(file->chunk, file->chunk + from, have - from);
    file->carry = have - from;
}

/* Returns how many bytes of the chunk were counted: all, or up to a cut sequence. */
static size_t
count_chunk(struct census *census, const unsigned char *chunk, size_t have)
{
    size_t at = 0;

    while (at < have) {
        int length = text_sequence(chunk + at, have - at);

        if (length < 0)
            return at;
        census->strays += length == 0;
        census->sequences += length > 1;
        at += length > 0 ? (size_t)length : 1;
    }
    return at;
}

static enum rc
take_census(struct text_file *file, struct census *census, struct fault *fault)
{
    ssize_t have;

    while ((have = fill(file)) > 0) {
        size_t counted = count_chunk(census, file->chunk, (size_t)have);

        if (counted == 0 && (size_t)have <= CARRY_BYTES_MAX) {
            census->strays++; /* the file ends inside a sequence */
            break;
        }
        keep(file, counted, (size_t)have);
    }
    if (have < 0) {
        fault_set(
            fault, "file", strerrorname_np(errno), "cannot be read: %s", strerror(errno));
        return RC_REJECTED;
    }
    census->bytes = file->bytes_read;
    return RC_OK;
}

/* The encoding that the first bytes name; -1: they name none. */
static int
named_encoding(const unsigned char *start, ssize_t n, size_t *ret_bom_bytes)
{
    static const struct {
        const char *bom;
        size_t bytes;
        enum text_encoding encoding;
    } named[] = {
        {"\xEF\xBB\xBF", 3, TEXT_UTF8   },
        {"\xFF\xFE",     2, TEXT_UTF16LE},
        {"\xFE\xFF",     2, TEXT_UTF16BE},
    };

    *ret_bom_bytes = 0;
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
        if (n < (ssize_t)named[i].bytes ||
            memcmp(start, named[i].bom, named[i].bytes) != 0)
            continue;
        *ret_bom_bytes = named[i].bytes;
        return (int)named[i].encoding;
    }
    return -1;
}

static enum rc
rewind_to(struct text_file *file, size_t offset, struct fault *fault)
{
    if (lseek(file->fd, (off_t)offset, SEEK_SET) >= 0)
        return RC_OK;
    fault_set(fault, "file", strerrorname_np(errno), "cannot be read twice: %s",
        strerror(errno));
    return RC_REJECTED;
}

static enum rc
decide(struct text_file *file, struct fault *fault)
{
    struct census census = {0};
    size_t bom_bytes;
    unsigned char start[3];
    ssize_t n = pread(file->fd, start, sizeof(start), 0);
    int named = named_encoding(start, n, &bom_bytes);
    enum rc rc = rewind_to(file, 0, fault);

    if (rc == RC_OK)
        rc = take_census(file, &census, fault);
    if (rc != RC_OK)
        return rc;
    file->bytes = census.bytes;
    file->bytes_read = (int64_t)bom_bytes;
    file->carry = 0;
    if (named >= 0)
        file->encoding = (enum text_encoding)named;
    else
        file->encoding = census.strays > 0 && census.strays >= census.sequences
                             ? TEXT_WINDOWS_1252
                             : TEXT_UTF8;
    return rewind_to(file, bom_bytes, fault);
}

static enum rc
open_iconv(struct text_file *file, struct fault *fault)
{
    const char *from = file->encoding == TEXT_UTF16LE   ? "UTF-16LE"
                       : file->encoding == TEXT_UTF16BE ? "UTF-16BE"
                                                        : "WINDOWS-1252";

    file->foreign = iconv_open("UTF-8", from);
    if (file->foreign != NO_ICONV)
        return RC_OK;
    fault_set(fault, "iconv", strerrorname_np(errno), "this system cannot read %s", from);
    return RC_REJECTED;
}

/* A nameless file in the system's temporary folder; -1 with errno. */
static int
open_nameless(void)
{
    FILE *stream = tmpfile();
    int fd = stream ? dup(fileno(stream)) : -1;

    if (stream)
        (void)fclose(stream); /* nothing was written through it */
    return fd;
}

/* A pipe as a file that can be read twice. Returns its descriptor, -1 with errno. */
static int
spool(int from)
{
    char chunk[4096];
    int to = open_nameless();
    ssize_t n = 1;

    while (to >= 0 && n != 0) {
        n = read(from, chunk, sizeof(chunk));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || write(to, chunk, (size_t)n) != n) {
            int kept = errno;

            (void)close(to); /* nameless: nothing is left of it */
            errno = kept ? kept : EIO;
            return -1;
        }
    }
    return to;
}

static int
open_twice_readable(const char *path, struct fault *fault)
{
    int fd =
        strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    struct stat stat = {0};
    int spooled;

    if (fd >= 0 && fstat(fd, &stat) == 0 && S_ISDIR(stat.st_mode)) {
        (void)close(fd); /* read only */
        fault_set(fault, "file", "EISDIR", "is a directory");
        return -1;
    }
    if (fd >= 0 && !S_ISREG(stat.st_mode)) {
        spooled = spool(fd);
        (void)close(fd); /* read only */
        fd = spooled;
    }
    if (fd < 0)
        fault_set(fault, "file", strerrorname_np(errno), "cannot be opened: %s",
            strerror(errno));
    return fd;
}

struct text_file *
text_open(const char *path, struct fault *fault)
{
    struct text_file *file = mem_new(struct text_file);

    if (!file) {
        fault_set(fault, "file", "memory", "out of memory");
        return NULL;
    }
    file->foreign = NO_ICONV;
    file->fd = open_twice_readable(path, fault);
    if (file->fd < 0 || decide(file, fault) != RC_OK ||
        open_iconv(file, fault) != RC_OK) {
        text_close(file);
        return NULL;
    }
    return file;
}

void
text_close(struct text_file *file)
{
    if (!file)
        return;
    if (file->foreign != NO_ICONV)
        (void)iconv_close(file->foreign); /* fails for a bad descriptor only */
    if (file->fd >= 0)
        (void)close(file->fd); /* read only */
    mem_free(file);
}

enum text_encoding
text_encoding(const struct text_file *file)
{
    return file->encoding;
}

const char *
text_encoding_name(enum text_encoding encoding)
{
    switch (encoding) {
    case TEXT_UTF8:
        return "UTF-8";
    case TEXT_WINDOWS_1252:
        return "Windows-1252";
    case TEXT_UTF16LE:
    case TEXT_UTF16BE:
        return "UTF-16";
    }
    return "?";
}

int64_t
text_bytes(const struct text_file *file)
{
    return file->bytes;
}

int64_t
text_bytes_read(const struct text_file *file)
{
    return file->bytes_read;
}

/* Converts `bytes` of another encoding. Returns how many were taken: fewer when the last
 * unit is cut. */
static size_t
add_foreign(struct text_file *file, unsigned char *bytes, size_t n, struct buf *out)
{
    char room[4096];
    char *from = (char *)bytes;
    size_t left = n;
    size_t unit =
        file->encoding == TEXT_WINDOWS_1252 || file->encoding == TEXT_UTF8 ? 1 : 2;

    while (left > 0) {
        char *to = room;
        size_t free_bytes = sizeof(room);
        size_t rc = iconv(file->foreign, &from, &left, &to, &free_bytes);

        buf_add(out, room, sizeof(room) - free_bytes);
        if (rc != (size_t)-1 || errno == E2BIG)
            continue;
        if (errno == EINVAL || left < unit)
            break; /* the rest of this unit is in the next chunk */
        buf_adds(out, REPLACEMENT);
        from += unit;
        left -= unit;
    }
    return n - left;
}

/* Copies UTF-8 in runs; a stray byte is read as Windows-1252. */
static size_t
add_utf8(struct text_file *file, unsigned char *bytes, size_t n, struct buf *out)
{
    size_t run = 0;
    size_t at = 0;

    while (at < n) {
        int length = text_sequence(bytes + at, n - at);

        if (length < 0)
            break;
        if (length == 0) {
            buf_add(out, bytes + run, at - run);
            (void)add_foreign(file, bytes + at, 1, out); /* one byte is never cut */
            run = at + 1;
        }
        at += length > 0 ? (size_t)length : 1;
    }
    buf_add(out, bytes + run, at - run);
    return at;
}

/* PostgreSQL's text holds no NUL. */
static void
drop_nuls(struct buf *out, size_t from)
{
    char *hole = memchr(buf_text(out) + from, '\0', out->bytes - from);
    size_t to = hole ? (size_t)(hole - out->data) : out->bytes;

    for (size_t at = to; at < out->bytes; at++)
        if (out->data[at])
            out->data[to++] = out->data[at];
    if (hole) {
        out->bytes = to;
        out->data[to] = '\0';
    }
}

enum rc
text_read(struct text_file *file, struct buf *out, struct fault *fault)
{
    ssize_t have = fill(file);
    size_t before = out->bytes;
    size_t taken;

    if (have < 0) {
        fault_set(
            fault, "file", strerrorname_np(errno), "cannot be read: %s", strerror(errno));
        return RC_REJECTED;
    }
    if (have == 0)
        return RC_REJECTED;
    if (file->encoding == TEXT_UTF8)
        taken = add_utf8(file, file->chunk, (size_t)have, out);
    else
        taken = add_foreign(file, file->chunk, (size_t)have, out);
    if (taken == 0) { /* the file ends inside a sequence */
        buf_adds(out, REPLACEMENT);
        taken = (size_t)have;
    }
    keep(file, taken, (size_t)have);
    drop_nuls(out, before);
    return out->is_bad ? RC_OOM : RC_OK;
}

/* The ASCII letter under the accent; '_' for what is none; 0 for a combining mark. */
static char
fold_point(unsigned long point)
{
    /* U+00C0 to U+00FF */
    static const char latin[] =
        "aaaaaaaceeeeiiiidnooooo_ouuuuypsaaaaaaaceeeeiiiidnooooo_ouuuuypy";

    if (point < 0x80) {
        char c = (char)point;

        if (c >= 'A' && c <= 'Z')
            return (char)(c - 'A' + 'a');
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
    }
    if (point >= 0xC0 && point <= 0xFF)
        return latin[point - 0xC0];
    return point >= 0x300 && point <= 0x36F ? 0 : '_';
}

void
text_fold(const char *text, struct buf *out)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t left = strlen(text);
    bool is_gap = false;
    bool is_begun = false;

    while (left > 0) {
        int length = text_sequence(at, left);
        unsigned long point = at[0];
        char c;

        if (length <= 0)
            length = 1;
        if (length == 2)
            point = (point & 0x1F) << 6 | (at[1] & 0x3F);
        c = fold_point(length > 2 ? 0xFFFD : point);
        is_gap = is_gap || c == '_';
        if (c && c != '_') {
            if (is_gap && is_begun)
                buf_addc(out, '_');
            buf_addc(out, c);
            is_gap = false;
            is_begun = true;
        }
        at += length;
        left -= (size_t)length;
    }
}
