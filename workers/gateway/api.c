/*
 * Happy path: the body is checked as JSON -> the key has room -> api_call() -> its
 * status, headers and body go back, page by page where there are more (stream.c).
 *
 * What can go wrong: the body is no JSON or passes a limit (400, never sent on); the key
 * asks too often (429 with Retry-After); no connection, or too many requests wait (503);
 * the statement fails for a reason that api_call does not know (500, logged by its
 * SQLSTATE only); the client leaves (the answer is dropped). A request whose connection
 * breaks is answered 503 and may have been carried out: whoever must not do it twice
 * sends an Idempotency-Key.
 */
#include "api.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "clock.h"
#include "fault.h"
#include "httpd.h"
#include "json.h"
#include "log.h"
#include "mem.h"
#include "meters.h"
#include "pg.h"
#include "route.h"
#include "statements.h"
#include "stream.h"

#define PENDING_MAX 256
#define HEADERS_MAX 8
#define KEYS 1024 /* buckets; keys that fall into one share it */
#define QUERY_BYTES_MAX 16384
#define NOT_UTF8 "22021" /* SQLSTATE */

struct api {
    struct pg *pg;
    int per_s;
    int64_t full_at_us[KEYS]; /* GCRA: when the bucket will be full again */
};

struct api *
api_new(struct pg *pg, int per_s)
{
    struct api *api = mem_new(struct api);

    if (!api)
        return NULL;
    api->pg = pg;
    api->per_s = per_s;
    return api;
}

void
api_free(struct api *api)
{
    mem_free(api);
}

/* ---- the rate of a key */

/* FNV-1a: spreads keys over buckets, hides nothing. */
static uint64_t
spread(const char *text)
{
    uint64_t hash = 14695981039346656037U;

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211U;
    return hash;
}

int64_t
api_wait_ms(struct api *api, const char *authorization, int64_t now_ms)
{
    int64_t *full_at_us = &api->full_at_us[spread(authorization) % KEYS];
    int64_t now_us = now_ms * 1000;
    int64_t each_us = 1000000 / api->per_s;
    int64_t from_us = *full_at_us > now_us ? *full_at_us : now_us;
    int64_t over_us = from_us + each_us - now_us - 1000000;

    if (over_us > 0)
        return (over_us + 999) / 1000;
    *full_at_us = from_us + each_us;
    return 0;
}

static void
refuse(struct httpd_request *request, int status, const char *title,
    const char *const *headers)
{
    meters_api(status);
    reply_problem(request, status, title, headers);
}

/* ---- the way there */

/* The key of "Bearer <key>"; NULL without one. */
static const char *
bearer(const char *authorization)
{
    static const char scheme[] = "Bearer ";

    if (!authorization || strncasecmp(authorization, scheme, sizeof(scheme) - 1) != 0)
        return NULL;
    return authorization + sizeof(scheme) - 1;
}

static void
add_parameter(void *ctx, const char *name, const char *value)
{
    json_set_string((struct json *)ctx, name, value);
}

/* The query as an object of texts; false when it is too long or memory ran out. */
static bool
write_query(const struct httpd_request *request, struct buf *out)
{
    struct json *query = json_new_object();

    buf_init(out, QUERY_BYTES_MAX);
    if (!query)
        return false;
    httpd_each_query(request, add_parameter, query);
    json_write(query, out);
    json_free(query);
    return !out->is_bad;
}

/* A body is JSON or nothing; `fault` says where it is not. */
static bool
is_json(const struct httpd_request *request, struct fault *fault)
{
    size_t bytes = 0;
    const char *body = httpd_body(request, &bytes);
    struct json *json;

    if (bytes == 0)
        return true;
    json = json_parse(body, bytes, NULL, fault);
    json_free(json);
    return json != NULL;
}

/* ---- and back */

/* Splits `lines` at each line feed; at most HEADERS_MAX of them. */
static void
split_headers(char *lines, const char *ret_headers[HEADERS_MAX + 1])
{
    int n = 0;

    for (char *line = lines; *line && n < HEADERS_MAX;) {
        char *end = strchr(line, '\n');

        ret_headers[n++] = line;
        if (!end)
            break;
        *end = '\0';
        line = end + 1;
    }
    ret_headers[n] = NULL;
}

/* False when memory ran out. */
static bool
give_pages(
    struct httpd_request *request, const struct pg_rows *rows, const char *const *headers)
{
    const struct api *api = httpd_user(request);
    struct buf query;
    enum rc rc = RC_OOM;

    if (write_query(request, &query)) {
        const struct stream_ask ask = {
            .key = bearer(httpd_header(request, "Authorization")),
            .path = httpd_path(request),
            .query = buf_text(&query)};

        rc = stream_begin(api->pg, request, &ask, rows, headers);
    }
    buf_done(&query);
    return rc == RC_OK;
}

static void
give_rows(struct httpd_request *request, const struct pg_rows *rows)
{
    char lines[1024];
    const char *headers[HEADERS_MAX + 1];
    const char *body = pg_text(rows, 0, 3);
    struct httpd_answer answer = {.status = (int)pg_int(rows, 0, 0),
        .content_type = pg_text(rows, 0, 1),
        .body = body,
        .body_bytes = strlen(body),
        .headers = headers};

    (void)snprintf(lines, sizeof(lines), "%s", pg_text(rows, 0, 2));
    split_headers(lines, headers);
    meters_api(answer.status);
    if (!stream_has_more(rows))
        httpd_reply(request, &answer);
    else if (!give_pages(request, rows, headers))
        refuse(request, 503, "Service Unavailable", NULL);
}

static void
on_answer(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    static const char *const again[] = {"Retry-After: 2", NULL};
    struct httpd_request *request = ctx;

    if (rc == RC_OK && pg_count(rows) == 1) {
        give_rows(request, rows);
        return;
    }
    if (rc == RC_REJECTED && strcmp(fault->code, NOT_UTF8) == 0) {
        refuse(request, 400, "Bad Request: not UTF-8", NULL);
        return;
    }
    if (rc == RC_REJECTED) {
        log_warn("api.failed", LOG_S("sqlstate", fault->code));
        refuse(request, 500, "Internal Server Error", NULL);
        return;
    }
    refuse(request, 503, "Service Unavailable", again);
}

static void
ask(struct api *api, struct httpd_request *request, const char *query)
{
    static const char *const again[] = {"Retry-After: 2", NULL};
    size_t bytes = 0;
    const char *body = httpd_body(request, &bytes);
    const char *const values[] = {bearer(httpd_header(request, "Authorization")),
        httpd_method(request), httpd_path(request), query, bytes ? body : NULL,
        httpd_header(request, "Idempotency-Key"), httpd_header(request, "If-None-Match")};
    enum rc rc = pg_pending(api->pg) < PENDING_MAX
                     ? pg_query(api->pg, &SQL_API_CALL, values, on_answer, request)
                     : RC_AGAIN;

    if (rc != RC_OK)
        refuse(request, 503, "Service Unavailable", again);
}

void
api_handle(struct api *api, struct httpd_request *request)
{
    const char *authorization = httpd_header(request, "Authorization");
    struct fault fault = {0};
    struct buf query;
    char retry[48];
    const char *const headers[] = {retry, NULL};
    int64_t wait_ms = authorization ? api_wait_ms(api, authorization, clock_now_ms()) : 0;

    if (wait_ms > 0) {
        (void)snprintf(
            retry, sizeof(retry), "Retry-After: %" PRId64, (wait_ms + 999) / 1000);
        refuse(request, 429, "Too Many Requests", headers);
        return;
    }
    if (!is_json(request, &fault)) {
        refuse(request, 400, "Bad Request: the body is not JSON", NULL);
        return;
    }
    httpd_set_user(request, api, NULL);
    if (write_query(request, &query))
        ask(api, request, buf_text(&query));
    else
        refuse(request, 400, "Bad Request: the query is too long", NULL);
    buf_done(&query);
}
