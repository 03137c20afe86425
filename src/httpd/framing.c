/*
 * Whether a request can be read in one way only. Whoever stands before us (an Ingress)
 * may read two lengths, or a line that is no header, otherwise than we do, and would take
 * the end of one body for the next request of somebody else: such a request is not read.
 *
 * libmicrohttpd refuses lengths that are no numbers and lines without a colon, and
 * unfolds folded lines. It takes a bare line feed for the end of a line, unseen by us.
 */
#include <string.h>
#include <strings.h>

#include "httpd_internal.h"

struct framing {
    int lengths;
    int codings;
    int hosts;
    bool is_chunked; /* the last coding named */
    bool is_bad;     /* a header that is none */
};

/* A name of RFC 9110 is a token. */
static bool
is_token(const char *name, size_t bytes)
{
    static const char others[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < bytes; i++) {
        char c = name[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                (c >= '0' && c <= '9') || (c && strchr(others, c))))
            return false;
    }
    return bytes > 0;
}

static bool
is_value(const char *value, size_t bytes)
{
    return bytes == 0 || (!memchr(value, '\0', bytes) && !memchr(value, '\r', bytes) &&
                             !memchr(value, '\n', bytes));
}

static bool
is_named(const char *name, size_t bytes, const char *what)
{
    return bytes == strlen(what) && strncasecmp(name, what, bytes) == 0;
}

static enum MHD_Result
see_header(/* NOLINT(readability-function-size): libmicrohttpd's type */
    void *ctx, enum MHD_ValueKind kind, const char *name, size_t name_bytes,
    const char *value, size_t value_bytes)
{
    struct framing *framing = ctx;

    (void)kind;
    framing->is_bad =
        framing->is_bad || !is_token(name, name_bytes) || !is_value(value, value_bytes);
    if (is_named(name, name_bytes, MHD_HTTP_HEADER_TRANSFER_ENCODING)) {
        framing->codings++;
        framing->is_chunked = is_named(value, value_bytes, "chunked");
    }
    framing->lengths += is_named(name, name_bytes, MHD_HTTP_HEADER_CONTENT_LENGTH);
    framing->hosts += is_named(name, name_bytes, MHD_HTTP_HEADER_HOST);
    return MHD_YES;
}

bool
framing_is_sound(struct MHD_Connection *connection, const char *version)
{
    struct framing seen = {0};

    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, see_header, &seen);
    if (seen.is_bad || seen.hosts > 1 || seen.lengths > 1 || seen.codings > 1)
        return false;
    return !seen.codings || (seen.is_chunked && !seen.lengths &&
                                strcmp(version, MHD_HTTP_VERSION_1_1) == 0);
}

/* The value of a hexadecimal digit; -1 for anything else. */
static int
digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c | 0x20) : NULL;

    return at ? (int)(at - digits) : -1;
}

size_t
framing_unescape(void *ctx, struct MHD_Connection *connection, char *text)
{
    char *to = text;

    (void)ctx;
    (void)connection;
    for (const char *from = text; *from; to++) {
        int high = *from == '%' ? digit(from[1]) : -1;
        int low = high < 0 ? -1 : digit(from[2]);
        bool is_byte = low >= 0 && high + low > 0;

        *to = is_byte ? (char)(high * 16 + low) : *from;
        from += is_byte ? 3 : 1;
    }
    *to = '\0';
    return (size_t)(to - text);
}
