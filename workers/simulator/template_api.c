/*
 * Meta's calls around templates: make, list with a filter and pages, delete by name.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "graph.h"
#include "httpd.h"
#include "json.h"
#include "simulator.h"
#include "template.h"

#define ANSWER_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define PAGE_STANDARD 25
#define PAGE_MAX 1000
#define SUBCODE_NOT_FOUND 2593002

static void
create(const struct graph_call *call, const struct json *json)
{
    const struct template *template = NULL;
    struct graph_error error;
    struct buf body;
    enum rc rc =
        templates_create(call->sim->templates, call->id, json, &error, &template);

    if (rc == RC_OOM)
        (void)graph_error_set(&error, 131016, NULL);
    if (rc != RC_OK) {
        graph_reply_error(call->request, &error);
        return;
    }
    buf_init(&body, ANSWER_BYTES_MAX);
    buf_addf(&body, "{\"id\":\"%" PRIu64 "\",\"status\":\"%s\",\"category\":\"%s\"}",
        template->id, template_status_name(template->status), template->category);
    graph_reply(call->request, 200, &body);
    buf_done(&body);
}

void
template_api_create(const struct graph_call *call)
{
    const struct number *number;
    struct graph_error error;
    struct fault fault;
    size_t bytes;
    const char *text = httpd_body(call->request, &bytes);
    struct json *json;

    if (!graph_authorize_waba(call, &number, &error)) {
        graph_reply_error(call->request, &error);
        return;
    }
    json = json_parse(text, bytes, NULL, &fault);
    if (json_is_object(json)) {
        create(call, json);
    } else {
        (void)graph_error_set(&error, 100, "The body is not a JSON object.");
        graph_reply_error(call->request, &error);
    }
    json_free(json);
}

static void
add_template(struct buf *out, const struct template *template)
{
    buf_adds(out, "{\"name\":");
    buf_add_json(out, template->name);
    buf_addf(out, ",\"parameter_format\":\"%s\",\"components\":",
        template->is_named ? "NAMED" : "POSITIONAL");
    json_write(template->components, out);
    buf_adds(out, ",\"language\":");
    buf_add_json(out, template->language);
    buf_addf(out, ",\"status\":\"%s\",\"category\":\"%s\",\"id\":\"%" PRIu64 "\"}",
        template_status_name(template->status), template->category, template->id);
}

/* What a listing asks for. */
struct filter {
    const char *name;
    const char *language;
    const char *status;
    uint64_t after;
    int limit;
};

static uint64_t
number_of(const char *text, uint64_t other)
{
    return text && *text && !text[strspn(text, "0123456789")] ? strtoull(text, NULL, 10)
                                                              : other;
}

static void
read_filter(const struct graph_call *call, struct filter *ret_filter)
{
    uint64_t limit = number_of(httpd_query(call->request, "limit"), PAGE_STANDARD);

    ret_filter->name = httpd_query(call->request, "name");
    ret_filter->language = httpd_query(call->request, "language");
    ret_filter->status = httpd_query(call->request, "status");
    ret_filter->after = number_of(httpd_query(call->request, "after"), 0);
    ret_filter->limit = limit < 1 || limit > PAGE_MAX ? PAGE_MAX : (int)limit;
}

static bool
passes(const struct template *template, const struct filter *filter)
{
    const char *status = template_status_name(template->status);

    return template->id > filter->after &&
           (!filter->name || !strcmp(filter->name, template->name)) &&
           (!filter->language || !strcmp(filter->language, template->language)) &&
           (!filter->status || !strcmp(filter->status, status));
}

/* Ids grow with time, so that the last one of a page is its cursor. */
static void
add_paging(struct buf *out, const struct graph_call *call, const struct template *first,
    const struct template *last, bool is_more)
{
    const char *host = httpd_header(call->request, "Host");
    const char *limit = httpd_query(call->request, "limit");

    if (!first || !last)
        return;
    buf_addf(out,
        ",\"paging\":{\"cursors\":{\"before\":\"%" PRIu64 "\",\"after\":\"%" PRIu64 "\"}",
        first->id, last->id);
    if (is_more) {
        buf_adds(out, ",\"next\":\"http://");
        buf_addf(out, "%.200s/%s/%s/message_templates?after=%" PRIu64,
            host && !strpbrk(host, "\"\\") ? host : "localhost", call->version, call->id,
            last->id);
        if (limit)
            buf_addf(out, "&limit=%" PRIu64, number_of(limit, PAGE_STANDARD));
        buf_addc(out, '"');
    }
    buf_addc(out, '}');
}

void
template_api_list(const struct graph_call *call)
{
    const struct template *template = NULL, *first = NULL, *last = NULL;
    const struct number *number;
    struct graph_error error;
    struct filter filter;
    struct buf body;
    bool is_more = false;
    int n = 0;

    if (!graph_authorize_waba(call, &number, &error)) {
        graph_reply_error(call->request, &error);
        return;
    }
    read_filter(call, &filter);
    buf_init(&body, ANSWER_BYTES_MAX);
    buf_adds(&body, "{\"data\":[");
    while ((template = templates_next(call->sim->templates, call->id, template))) {
        if (!passes(template, &filter))
            continue;
        is_more = n == filter.limit;
        if (is_more)
            break;
        if (n++)
            buf_addc(&body, ',');
        add_template(&body, template);
        first = first ? first : template;
        last = template;
    }
    buf_addc(&body, ']');
    add_paging(&body, call, first, last, is_more);
    buf_addc(&body, '}');
    graph_reply(call->request, 200, &body);
    buf_done(&body);
}

void
template_api_delete(const struct graph_call *call)
{
    const char *name = httpd_query(call->request, "name");
    uint64_t id = number_of(httpd_query(call->request, "hsm_id"), 0);
    const struct number *number;
    struct graph_error error;

    if (!graph_authorize_waba(call, &number, &error)) {
        graph_reply_error(call->request, &error);
        return;
    }
    if (!name) {
        (void)graph_error_say(&error, 100, "(#100) The parameter name is required.");
        graph_reply_error(call->request, &error);
        return;
    }
    if (templates_delete(call->sim->templates, call->id, name, id)) {
        graph_reply_success(call->request);
        return;
    }
    (void)graph_error_set(&error, 100, "Message Template Not Found");
    error.subcode = SUBCODE_NOT_FOUND;
    graph_reply_error(call->request, &error);
}
