/*
 * Content codings: whether an answer is made smaller, and the source that does it piece
 * by piece. What is small or already small stays as it is; `identity` is never refused.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gzip.h"
#include "httpd_internal.h"
#include "mem.h"

#define PIECE_BYTES 32768

struct coded {
    struct httpd_source source;
    struct gzip *gzip;
    bool is_last;
    char piece[PIECE_BYTES];
};

/* The quality of one element of the list, "gzip;q=0.5", behind its name; 1 without one.
 */
static double
quality_of(const char *rest)
{
    const char *q;

    rest += strspn(rest, " \t");
    if (*rest != ';')
        return 1;
    q = rest + 1 + strspn(rest + 1, " \t");
    if ((*q != 'q' && *q != 'Q') || q[1] != '=')
        return 1;
    return strtod(q + 2, NULL);
}

bool
coding_is_gzip_welcome(const char *accept)
{
    double named = -1, any = 0;

    for (const char *at = accept; at && *at;) {
        size_t bytes;

        at += strspn(at, " \t,");
        bytes = strcspn(at, " \t;,");
        if ((bytes == 4 && strncasecmp(at, "gzip", 4) == 0) ||
            (bytes == 6 && strncasecmp(at, "x-gzip", 6) == 0))
            named = quality_of(at + bytes);
        else if (bytes == 1 && *at == '*')
            any = quality_of(at + bytes);
        at += bytes;
        at += strcspn(at, ",");
    }
    return (named >= 0 ? named : any) > 0;
}

bool
coding_shrinks(const char *content_type)
{
    static const char *const types[] = {
        "text/", "application/json", "application/problem+json"};

    for (size_t i = 0; content_type && i < sizeof(types) / sizeof(types[0]); i++)
        if (strncasecmp(content_type, types[i], strlen(types[i])) == 0)
            return true;
    return false;
}

static size_t
read_coded(void *ctx, char *to, size_t max)
{
    struct coded *coded = ctx;

    for (;;) {
        size_t bytes = gzip_take(coded->gzip, to, max);

        if (bytes > 0)
            return bytes;
        if (coded->is_last)
            return HTTPD_END;
        bytes = coded->source.read(coded->source.ctx, coded->piece, PIECE_BYTES);
        if (bytes == 0 || bytes == HTTPD_BROKEN)
            return bytes;
        coded->is_last = bytes == HTTPD_END;
        gzip_give(coded->gzip, coded->piece, coded->is_last ? 0 : bytes, coded->is_last);
    }
}

static void
coded_done(void *ctx)
{
    struct coded *coded = ctx;

    coded->source.done(coded->source.ctx);
    gzip_free(coded->gzip);
    mem_free(coded);
}

bool
coding_wrap(struct httpd_source *source)
{
    struct coded *coded = mem_new(struct coded);

    if (coded)
        coded->gzip = gzip_new();
    if (!coded || !coded->gzip) {
        mem_free(coded);
        return false;
    }
    coded->source = *source;
    *source = (struct httpd_source){.read = read_coded, .done = coded_done, .ctx = coded};
    return true;
}
