/*
 * Happy path: the first page is there -> it leaves -> the next is asked for with the
 * query's `seguinte` -> until a page names no next one.
 *
 * What can go wrong: the client leaves (done is called, the answer still owed is
 * forgotten); a page is refused or the database goes away (the connection is closed
 * without an end, so that nobody takes half a file for a whole one).
 */
#include "stream.h"

#include <string.h>

#include "buf.h"
#include "fault.h"
#include "httpd.h"
#include "json.h"
#include "log.h"
#include "mem.h"
#include "pg.h"
#include "statements.h"

#define QUERY_BYTES_MAX 16384
#define PAGE_BYTES_MAX ((size_t)16 * 1024 * 1024)

enum { STATUS, TYPE, HEADERS, BODY, NEXT }; /* columns of api_call */

struct stream {
    struct pg *pg;
    struct httpd_request *request;
    char *key;
    char *path;
    struct json *query;
    struct buf page; /* what is still to leave */
    bool is_asking;
    bool is_last;
    bool is_broken;
};

bool
stream_has_more(const struct pg_rows *rows)
{
    return !pg_is_null(rows, 0, NEXT);
}

static void
stream_free(void *ctx)
{
    struct stream *stream = ctx;

    pg_forget(stream->pg, stream);
    buf_done(&stream->page);
    json_free(stream->query);
    mem_free(stream->key);
    mem_free(stream->path);
    mem_free(stream);
}

static void
take_page(struct stream *stream, const struct pg_rows *rows)
{
    buf_adds(&stream->page, pg_text(rows, 0, BODY));
    stream->is_last = pg_is_null(rows, 0, NEXT);
    if (!stream->is_last)
        json_set_string(stream->query, "seguinte", pg_text(rows, 0, NEXT));
    stream->is_broken = stream->page.is_bad;
}

static void
on_page(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct stream *stream = ctx;

    stream->is_asking = false;
    if (rc == RC_OK && pg_count(rows) == 1 && pg_int(rows, 0, STATUS) == 200) {
        take_page(stream, rows);
    } else {
        log_warn("api.stream_cut", LOG_S("sqlstate", rc == RC_OK ? "" : fault->code));
        stream->is_broken = true;
    }
    httpd_more(stream->request);
}

static void
ask_next(struct stream *stream)
{
    struct buf query;

    buf_init(&query, QUERY_BYTES_MAX);
    json_write(stream->query, &query);
    const char *const values[] = {stream->key, "GET", stream->path,
        query.is_bad ? NULL : buf_text(&query), NULL, NULL, NULL};

    stream->is_asking = true;
    if (query.is_bad ||
        pg_query(stream->pg, &SQL_API_CALL, values, on_page, stream) != RC_OK) {
        stream->is_asking = false;
        stream->is_broken = true;
    }
    buf_done(&query);
}

static size_t
stream_read(void *ctx, char *to, size_t max)
{
    struct stream *stream = ctx;
    size_t bytes = stream->page.bytes < max ? stream->page.bytes : max;

    if (bytes > 0) {
        memcpy(to, stream->page.data, bytes);
        buf_shift(&stream->page, bytes);
        return bytes;
    }
    if (stream->is_broken)
        return HTTPD_BROKEN;
    if (stream->is_last)
        return HTTPD_END;
    if (!stream->is_asking)
        ask_next(stream);
    return stream->is_broken ? HTTPD_BROKEN : 0;
}

enum rc
stream_begin(struct pg *pg, struct httpd_request *request, const struct stream_ask *ask,
    const struct pg_rows *rows, const char *const *headers)
{
    struct stream *stream = mem_new(struct stream);
    struct fault fault = {0};
    struct httpd_source source = {
        .read = stream_read, .done = stream_free, .ctx = stream};
    struct httpd_answer answer = {.status = (int)pg_int(rows, 0, STATUS),
        .content_type = pg_text(rows, 0, TYPE),
        .headers = headers,
        .source = &source};

    if (!stream)
        return RC_OOM;
    stream->pg = pg;
    stream->request = request;
    stream->key = ask->key ? mem_strdup(ask->key) : NULL;
    stream->path = mem_strdup(ask->path);
    stream->query = json_parse(ask->query, strlen(ask->query), NULL, &fault);
    buf_init(&stream->page, PAGE_BYTES_MAX);
    if (!stream->path || !stream->query || (ask->key && !stream->key)) {
        stream_free(stream);
        return RC_OOM;
    }
    take_page(stream, rows);
    httpd_reply(request, &answer);
    return RC_OK;
}
