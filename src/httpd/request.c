/*
 * One request. libmicrohttpd calls request_access with the headers, with each piece of
 * the body, when the body is whole, and again after a suspended connection was resumed;
 * the request's state says which of these it is.
 *
 * Failure modes: a body past its limit is read on and thrown away up to four times the
 * limit, so that a client that writes before it reads still sees the 413; past that, and
 * when memory is out, the connection is reset. A client that leaves while its request
 * waits is noticed only when the answer is written: a suspended connection is not
 * watched.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "httpd_internal.h"
#include "mem.h"

#define SWALLOW_FACTOR 4
#define SOURCE_BYTES 65536

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
    enum MHD_Result result;

    if (request->httpd->is_quiet)
        (void)MHD_add_response_header(
            request->response, MHD_HTTP_HEADER_CONNECTION, "close"); /* a courtesy */
    result = MHD_queue_response(
        request->connection, (unsigned)request->status, request->response);
    MHD_destroy_response(request->response); /* the connection holds it now */
    request->response = NULL;
    request->state = REQUEST_SENDING;
    return result;
}

static enum MHD_Result
refuse_as_too_large(struct httpd_request *request)
{
    static char text[] = "{\"error\":\"body too large\"}\n";

    request->response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_PERSISTENT);
    if (!request->response)
        return MHD_NO;
    request->status = MHD_HTTP_CONTENT_TOO_LARGE;
    (void)MHD_add_response_header(
        request->response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    (void)MHD_add_response_header(request->response, MHD_HTTP_HEADER_CONNECTION, "close");
    return request_send(request);
}

static enum MHD_Result
request_begin(struct httpd *httpd, struct httpd_request *request)
{
    size_t length = said_length(request->connection);

    if (httpd->on_headers && !httpd->on_headers(httpd->ctx, request)) {
        connection_reset(request->connection);
        return MHD_NO;
    }
    request->is_too_large = length > httpd->body_bytes_max;
    if (length / SWALLOW_FACTOR > httpd->body_bytes_max)
        return refuse_as_too_large(request);
    return MHD_YES;
}

static enum MHD_Result
request_take_body(struct httpd_request *request, const char *data, size_t *bytes)
{
    size_t taken = *bytes;

    *bytes = 0;
    if (request->state != REQUEST_READING)
        return MHD_YES; /* already refused: the rest goes nowhere */
    if (!request->is_too_large) {
        if (request->body.bytes + taken <= request->httpd->body_bytes_max) {
            buf_add(&request->body, data, taken);
            return request->body.is_bad ? MHD_NO : MHD_YES;
        }
        request->is_too_large = true;
        request->swallowed_bytes = request->body.bytes;
        buf_done(&request->body);
    }
    request->swallowed_bytes += taken;
    if (request->swallowed_bytes / SWALLOW_FACTOR > request->httpd->body_bytes_max) {
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

    if (request->is_too_large)
        return refuse_as_too_large(request);
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

static void
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

    (void)version;
    if (!request) {
        request = request_new(ctx, connection);
        if (!request)
            return MHD_NO;
        request->method = method;
        request->path = url;
        *con_cls = request;
        return request_begin(ctx, request);
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

    (void)ctx;
    (void)connection;
    (void)code;
    if (!request)
        return;
    *con_cls = NULL;
    list_remove(&request->node);
    request_unmark(request);
    if (request->response)
        MHD_destroy_response(request->response);
    if (request->source.read) {
        request->httpd->pending--;
        request->source.done(request->source.ctx);
    }
    if (request->done)
        request->done(request->user);
    buf_done(&request->body);
    mem_free(request);
}

static void
add_headers(struct MHD_Response *response, const struct httpd_answer *answer)
{
    if (answer->content_type)
        (void)MHD_add_response_header(
            response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->content_type);
    for (const char *const *at = answer->headers; at && *at; at++) {
        const char *colon = strchr(*at, ':');
        char *name = colon ? mem_strndup(*at, (size_t)(colon - *at)) : NULL;

        assert(colon); /* "Name: value" */
        if (name)
            (void)MHD_add_response_header(
                response, name, colon + 1 + strspn(colon + 1, " "));
        mem_free(name);
    }
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

static struct MHD_Response *
response_of(struct httpd_request *request, const struct httpd_answer *answer)
{
    if (!answer->source)
        /* libmicrohttpd copies; its parameter lacks the const only for its other modes */
        return MHD_create_response_from_buffer(
            answer->body_bytes, (void *)(uintptr_t)answer->body, MHD_RESPMEM_MUST_COPY);
    request->source = *answer->source;
    return MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, SOURCE_BYTES, read_source, request, NULL);
}

void
httpd_reply(struct httpd_request *request, const struct httpd_answer *answer)
{
    request->response = response_of(request, answer);
    if (!request->response) {
        httpd_drop(request);
        return;
    }
    request->status = answer->status;
    add_headers(request->response, answer);
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

const char *
httpd_method(const struct httpd_request *request)
{
    return request->method;
}

const char *
httpd_path(const struct httpd_request *request)
{
    return request->path;
}

const char *
httpd_query(const struct httpd_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

struct each_pair {
    httpd_pair_fn *each;
    void *ctx;
};

static enum MHD_Result
tell_pair(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    const struct each_pair *pair = cls;

    (void)kind; /* only those asked for come */
    pair->each(pair->ctx, name, value ? value : "");
    return MHD_YES;
}

void
httpd_each_query(const struct httpd_request *request, httpd_pair_fn *each, void *ctx)
{
    struct each_pair pair = {.each = each, .ctx = ctx};

    (void)MHD_get_connection_values(
        request->connection, MHD_GET_ARGUMENT_KIND, tell_pair, &pair);
}

const char *
httpd_header(const struct httpd_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

struct counting {
    const char *name;
    int n;
};

static enum MHD_Result
count_header(void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct counting *counting = ctx;

    (void)kind;
    (void)value;
    counting->n += strcasecmp(name, counting->name) == 0;
    return MHD_YES;
}

int
httpd_header_count(const struct httpd_request *request, const char *name)
{
    struct counting counting = {.name = name};

    (void)MHD_get_connection_values(
        request->connection, MHD_HEADER_KIND, count_header, &counting);
    return counting.n;
}

const char *
httpd_body(const struct httpd_request *request, size_t *ret_bytes)
{
    *ret_bytes = request->body.bytes;
    return buf_text(&request->body);
}

void
httpd_peer(const struct httpd_request *request, char ret_text[HTTPD_PEER_BYTES])
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const void *addr = info ? info->client_addr : NULL;
    int family = addr ? info->client_addr->sa_family : AF_UNSPEC;
    const struct in6_addr *v6 =
        family == AF_INET6 ? &((const struct sockaddr_in6 *)addr)->sin6_addr : NULL;
    const void *bytes = v6;

    if (family == AF_INET)
        bytes = &((const struct sockaddr_in *)addr)->sin_addr;
    if (v6 && IN6_IS_ADDR_V4MAPPED(v6)) {
        family = AF_INET;
        bytes = v6->s6_addr + 12;
    }
    if (!bytes || !inet_ntop(family, bytes, ret_text, HTTPD_PEER_BYTES))
        ret_text[0] = '\0';
}

bool
httpd_is_gone(const struct httpd_request *request)
{
    return connection_is_over(request->connection);
}

void
httpd_set_user(struct httpd_request *request, void *user, void (*done)(void *user))
{
    request->user = user;
    request->done = done;
}

void *
httpd_user(const struct httpd_request *request)
{
    return request->user;
}
