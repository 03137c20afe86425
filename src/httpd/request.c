/*
 * One request. libmicrohttpd calls request_access with the headers, with each piece of
 * the body, when the body is whole, and again after a suspended connection was resumed;
 * the request's state says which of these it is.
 *
 * Failure modes: a body past its limit is read on and thrown away up to four times the
 * limit, so that a client that writes before it reads still sees the 413; past that, and
 * when memory is out, the connection is reset. Bodies in all have a limit too: past it
 * the one that has been arriving for longest goes, connection and all, and when none is
 * arriving the new one is thrown away and answered 503. A client that leaves while its
 * request waits is noticed only when the answer is written: a suspended connection is not
 * watched. One that has closed its side only is answered.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "httpd_internal.h"
#include "mem.h"

#define SWALLOW_FACTOR 4

static size_t
said_length(struct MHD_Connection *connection)
{
    const char *text = MHD_lookup_connection_value(
        connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

    /* libmicrohttpd has already refused what is not a number */
    return text ? (size_t)strtoull(text, NULL, 10) : 0;
}

static struct httpd_request *
request_new(struct httpd *httpd, struct MHD_Connection *connection)
{
    struct httpd_request *request = mem_new(struct httpd_request);

    if (!request)
        return NULL;
    list_init(&request->node);
    request->httpd = httpd;
    request->connection = connection;
    request->state = REQUEST_READING;
    buf_init(&request->body, httpd->body_bytes_max);
    return request;
}

static enum MHD_Result
request_send(struct httpd_request *request)
{
    struct connection *connection = connection_of(request->connection);
    enum MHD_Result result;

    if (request->httpd->is_quiet)
        (void)MHD_add_response_header(
            request->response, MHD_HTTP_HEADER_CONNECTION, "close"); /* a courtesy */
    result = MHD_queue_response(
        request->connection, (unsigned)request->status, request->response);
    MHD_destroy_response(request->response); /* the connection holds it now */
    request->response = NULL;
    request->state = REQUEST_SENDING;
    connection_enter(connection, PHASE_SEND, request->answer_bytes);
    return result;
}

static enum MHD_Result
refuse(struct httpd_request *request, int status, const char *text)
{
    request->response = MHD_create_response_from_buffer(
        strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
    if (!request->response)
        return MHD_NO;
    request->status = status;
    (void)MHD_add_response_header(
        request->response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/problem+json");
    if (status == MHD_HTTP_SERVICE_UNAVAILABLE || status == MHD_HTTP_TOO_MANY_REQUESTS)
        (void)MHD_add_response_header(
            request->response, MHD_HTTP_HEADER_RETRY_AFTER, "5");
    (void)MHD_add_response_header(request->response, MHD_HTTP_HEADER_CONNECTION, "close");
    return request_send(request);
}

static enum MHD_Result
refuse_as_too_large(struct httpd_request *request)
{
    return refuse(request, MHD_HTTP_CONTENT_TOO_LARGE,
        "{\"title\":\"body too large\",\"status\":413}\n");
}

static enum MHD_Result
keep_last(void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
    const char **last = ctx;

    (void)kind;
    if (strcasecmp(name, "X-Forwarded-For") == 0)
        *last = value;
    return MHD_YES;
}

/* Who asks, and whether one more request of theirs may come in by a proxy of ours. */
static bool
know_client(struct httpd_request *request, struct connection *connection)
{
    const char *list = NULL;

    request->is_ip_known = true;
    request->ip = connection->ip;
    if (!connection->is_proxy)
        return true;
    /* a proxy may add a line of its own below one that the client wrote */
    (void)MHD_get_connection_values(
        request->connection, MHD_HEADER_KIND, keep_last, &list);
    return !forwarded_ip(&request->httpd->proxies, list, &request->ip) ||
           forwarded_take(connection, &request->ip, &request->forwarded);
}

static enum MHD_Result
request_begin(struct httpd *httpd, struct httpd_request *request, const char *version)
{
    struct connection *connection = connection_of(request->connection);
    size_t length = said_length(request->connection);

    if (!connection || connection->is_cut)
        return MHD_NO;
    connection_enter(connection, PHASE_BODY, 0);
    list_add_tail(&httpd->reading, &request->node);
    if (!know_client(request, connection))
        return refuse(request, MHD_HTTP_TOO_MANY_REQUESTS,
            "{\"title\":\"too many requests at once\",\"status\":429}\n");
    if (!framing_is_sound(request->connection, version))
        return refuse(request, MHD_HTTP_BAD_REQUEST,
            "{\"title\":\"malformed head\",\"status\":400}\n");
    if (httpd->on_headers && !httpd->on_headers(httpd->ctx, request)) {
        connection_reset(request->connection);
        return MHD_NO;
    }
    request->is_too_large = length > httpd->body_bytes_max;
    if (length / SWALLOW_FACTOR > httpd->body_bytes_max)
        return refuse_as_too_large(request);
    return MHD_YES;
}

static void
forget_body(struct httpd_request *request)
{
    request->httpd->bodies_bytes -= request->body.room;
    buf_done(&request->body);
}

/* Cuts those that have been arriving for longest; false when there is none but this one.
 */
static bool
make_room_for(struct httpd_request *request, size_t bytes)
{
    struct httpd *httpd = request->httpd;

    if (!httpd->bodies_bytes_max)
        return true;
    list_each(node, &httpd->reading)
    {
        struct httpd_request *other = list_entry(node, struct httpd_request, node);

        if (httpd->bodies_bytes + bytes <= httpd->bodies_bytes_max)
            break;
        if (other == request || other->body.room == 0)
            continue;
        forget_body(other);
        connection_cut(connection_of(other->connection), "memoria");
    }
    return httpd->bodies_bytes + bytes <= httpd->bodies_bytes_max;
}

static bool
keep_body(struct httpd_request *request, const char *data, size_t bytes)
{
    size_t room = request->body.room;

    buf_add(&request->body, data, bytes);
    request->httpd->bodies_bytes += request->body.room - room;
    return !request->body.is_bad;
}

static enum MHD_Result
request_take_body(struct httpd_request *request, const char *data, size_t *bytes)
{
    struct httpd *httpd = request->httpd;
    size_t taken = *bytes;

    *bytes = 0;
    if (request->state != REQUEST_READING)
        return MHD_YES; /* already refused: the rest goes nowhere */
    if (connection_of(request->connection)->is_cut)
        return MHD_NO;
    if (!request->is_too_large && !request->is_without_room) {
        size_t whole = request->body.bytes + taken;

        request->is_too_large = whole > httpd->body_bytes_max;
        /* it may double its room */
        request->is_without_room =
            whole > request->body.room && !make_room_for(request, whole);
        if (!request->is_too_large && !request->is_without_room)
            return keep_body(request, data, taken) ? MHD_YES : MHD_NO;
        request->swallowed_bytes = request->body.bytes;
        forget_body(request);
    }
    request->swallowed_bytes += taken;
    if (request->swallowed_bytes / SWALLOW_FACTOR > httpd->body_bytes_max) {
        connection_reset(request->connection);
        return MHD_NO;
    }
    return MHD_YES;
}

/* The handler may answer before it returns; else the connection sleeps until it does. */
static enum MHD_Result
request_handle(struct httpd_request *request)
{
    struct httpd *httpd = request->httpd;
    struct connection *connection = connection_of(request->connection);

    if (connection->is_cut)
        return MHD_NO; /* its body may be gone with it */
    if (request->is_too_large)
        return refuse_as_too_large(request);
    if (request->is_without_room)
        return refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE,
            "{\"title\":\"too much is being received\",\"status\":503}\n");
    list_remove(&request->node);
    connection_enter(connection, PHASE_OURS, 0);
    request->state = REQUEST_HANDLING;
    httpd->pending++;
    httpd->handler(httpd->ctx, request);
    if (request->state == REQUEST_ANSWERED)
        return request_send(request);
    if (request->state == REQUEST_DROPPED)
        return MHD_NO;
    request->state = REQUEST_WAITING;
    list_add_tail(&httpd->waiting, &request->node);
    MHD_suspend_connection(request->connection);
    return MHD_YES;
}

void
request_unmark(struct httpd_request *request)
{
    request->httpd->resumed -= request->is_resumed;
    request->is_resumed = false;
}

static enum MHD_Result
request_go_on(struct httpd_request *request)
{
    switch (request->state) {
    case REQUEST_READING:
        return request_handle(request);
    case REQUEST_ANSWERED:
        request_unmark(request);
        return request_send(request);
    case REQUEST_DROPPED:
        request_unmark(request);
        return MHD_NO;
    case REQUEST_HANDLING:
    case REQUEST_WAITING:
    case REQUEST_SENDING:
        break;
    }
    return MHD_YES;
}

enum MHD_Result
request_access(/* NOLINT(readability-function-size): libmicrohttpd's type */
    void *ctx, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_bytes, void **con_cls)
{
    struct httpd_request *request = *con_cls;

    if (!request) {
        request = request_new(ctx, connection);
        if (!request)
            return MHD_NO;
        request->method = method;
        request->path = url;
        *con_cls = request;
        return request_begin(ctx, request, version);
    }
    if (*upload_bytes)
        return request_take_body(request, upload, upload_bytes);
    return request_go_on(request);
}

void
request_completed(void *ctx, struct MHD_Connection *connection, void **con_cls,
    enum MHD_RequestTerminationCode code)
{
    struct httpd_request *request = *con_cls;

    if (!request)
        return;
    *con_cls = NULL;
    if (code == MHD_REQUEST_TERMINATED_COMPLETED_OK && connection_of(connection))
        connection_enter(connection_of(connection), PHASE_HEAD, 0);
    list_remove(&request->node);
    forwarded_drop(ctx, request->forwarded);
    request_unmark(request);
    if (request->response)
        MHD_destroy_response(request->response);
    if (request->source.read) {
        request->httpd->pending--;
        request->source.done(request->source.ctx);
    }
    if (request->done)
        request->done(request->user);
    forget_body(request);
    mem_free(request);
}
