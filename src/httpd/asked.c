/*
 * What was asked: method, path, query, headers, body, and by whom.
 */
#include <strings.h>

#include "httpd_internal.h"

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
    ret_text[0] = '\0';
    if (request->is_ip_known)
        ip_text(&request->ip, ret_text);
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
