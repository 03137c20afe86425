/*
 * Answers: given at once or later, whole or in pieces, made smaller where the client asks
 * for it.
 *
 * Of what is sent in pieces, the time that the client takes to read is limited piece by
 * piece; while a source has nothing the connection sleeps and no time runs.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "gzip.h"
#include "httpd_internal.h"
#include "mem.h"

#define SOURCE_BYTES 65536

/* What was compressed is another sequence of bytes: a strong tag would claim that it is
 * the same. */
static void
add_etag(struct MHD_Response *response, const char *value, bool is_coded)
{
    char weak[80];

    if (!is_coded || *value != '"' || strlen(value) + sizeof("W/") > sizeof(weak)) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, value);
        return;
    }
    (void)snprintf(weak, sizeof(weak), "W/%s", value);
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, weak);
}

static void
add_header(struct MHD_Response *response, const char *line, bool is_coded)
{
    const char *colon = strchr(line, ':');
    char *name = colon ? mem_strndup(line, (size_t)(colon - line)) : NULL;
    const char *value;

    assert(colon); /* "Name: value" */
    value = colon + 1 + strspn(colon + 1, " ");
    if (name && strcasecmp(name, MHD_HTTP_HEADER_ETAG) == 0)
        add_etag(response, value, is_coded);
    else if (name)
        (void)MHD_add_response_header(response, name, value);
    mem_free(name);
}

static void
add_headers(
    const struct httpd_request *request, const struct httpd_answer *answer, bool is_coded)
{
    struct MHD_Response *response = request->response;
    bool has_body = answer->source || answer->body_bytes || answer->status == 304;

    if (answer->content_type)
        (void)MHD_add_response_header(
            response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->content_type);
    if (is_coded)
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    if (request->httpd->gzip_bytes_min && has_body &&
        coding_shrinks(answer->content_type))
        (void)MHD_add_response_header(
            response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    for (const char *const *at = answer->headers; at && *at; at++)
        add_header(response, *at, is_coded);
}

static void
request_resume(struct httpd_request *request)
{
    request->is_resumed = true;
    request->httpd->resumed++;
    MHD_resume_connection(request->connection);
    loop_timer_in(&request->httpd->timer, 0); /* without threads nothing else wakes it */
}

/* Leaves HANDLING or WAITING; a second answer to one request is a bug of the caller. */
static void
request_settle(struct httpd_request *request, enum request_state next)
{
    bool was_waiting = request->state == REQUEST_WAITING;

    assert(was_waiting || request->state == REQUEST_HANDLING);
    request->httpd->pending -= !request->source.read;
    request->state = next;
    if (!was_waiting)
        return;
    list_remove(&request->node);
    request_resume(request);
}

/* libmicrohttpd asks for more of the body. */
static ssize_t
read_source(void *cls, uint64_t at, char *to, size_t max)
{
    struct httpd_request *request = cls;
    struct connection *connection = connection_of(request->connection);
    size_t bytes = request->source.read(request->source.ctx, to, max);

    (void)at;
    request_unmark(request);
    if (bytes == HTTPD_END)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (bytes == HTTPD_BROKEN)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (bytes == 0) {
        request->is_starved = true;
        list_add_tail(&request->httpd->waiting, &request->node);
        MHD_suspend_connection(request->connection);
    }
    connection_enter(connection, bytes ? PHASE_SEND : PHASE_OURS, bytes);
    return (ssize_t)bytes;
}

void
httpd_more(struct httpd_request *request)
{
    if (!request->is_starved)
        return;
    request->is_starved = false;
    list_remove(&request->node);
    request_resume(request);
}

static bool
wants_gzip(const struct httpd_request *request, const struct httpd_answer *answer)
{
    size_t bytes_min = request->httpd->gzip_bytes_min;

    return bytes_min && (answer->source || answer->body_bytes >= bytes_min) &&
           coding_shrinks(answer->content_type) &&
           coding_is_gzip_welcome(httpd_header(request, MHD_HTTP_HEADER_ACCEPT_ENCODING));
}

static struct MHD_Response *
response_of_body(struct httpd_request *request, const void *body, size_t bytes)
{
    request->answer_bytes = bytes;
    /* libmicrohttpd copies; its parameter lacks the const only for its other modes */
    return MHD_create_response_from_buffer(
        bytes, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
}

/* Without memory to make it smaller it leaves as it is. */
static struct MHD_Response *
response_of(
    struct httpd_request *request, const struct httpd_answer *answer, bool *ret_is_coded)
{
    bool is_wanted = wants_gzip(request, answer);
    struct MHD_Response *response;
    struct buf small;

    *ret_is_coded = false;
    if (answer->source) {
        request->source = *answer->source;
        *ret_is_coded = is_wanted && coding_wrap(&request->source);
        return MHD_create_response_from_callback(
            MHD_SIZE_UNKNOWN, SOURCE_BYTES, read_source, request, NULL);
    }
    if (!is_wanted)
        return response_of_body(request, answer->body, answer->body_bytes);
    buf_init(&small, answer->body_bytes);
    *ret_is_coded = gzip_all(answer->body, answer->body_bytes, &small) == RC_OK;
    response = *ret_is_coded
                   ? response_of_body(request, small.data, small.bytes)
                   : response_of_body(request, answer->body, answer->body_bytes);
    buf_done(&small);
    return response;
}

void
httpd_reply(struct httpd_request *request, const struct httpd_answer *answer)
{
    bool is_coded;

    request->response = response_of(request, answer, &is_coded);
    if (!request->response) {
        httpd_drop(request);
        return;
    }
    request->status = answer->status;
    add_headers(request, answer, is_coded);
    request_settle(request, REQUEST_ANSWERED);
}

void
httpd_drop(struct httpd_request *request)
{
    connection_reset(request->connection);
    request_settle(request, REQUEST_DROPPED);
}

void
httpd_reply_text(
    struct httpd_request *request, int status, const char *content_type, const char *text)
{
    struct httpd_answer answer = {.status = status,
        .content_type = content_type,
        .body = text,
        .body_bytes = strlen(text)};

    httpd_reply(request, &answer);
}
