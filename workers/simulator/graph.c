/*
 * Routing and access. The path is taken apart here and nowhere else.
 */
#include "graph.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "httpd.h"
#include "script.h"
#include "simulator.h"

#define BEARER "Bearer "
#define ERROR_BYTES_MAX 4096
#define UNKNOWN_PATH 2500
#define SUBCODE_NO_OBJECT 33

struct path {
    char version[16];
    char id[NUMBER_ID_BYTES];
    char edge[32]; /* "": the object itself */
};

static const struct {
    const char *method;
    const char *edge;
    void (*call)(const struct graph_call *call);
} routes[] = {
    {"POST",   "messages",          message_post             },
    {"POST",   "message_templates", template_api_create      },
    {"GET",    "message_templates", template_api_list        },
    {"DELETE", "message_templates", template_api_delete      },
    {"GET",    "phone_numbers",     account_api_phone_numbers},
    {"POST",   "subscribed_apps",   account_api_subscribe    },
    {"GET",    "subscribed_apps",   account_api_subscribed   },
    {"GET",    "",                  account_api_object       },
};

void
graph_reply(struct httpd_request *request, int status, const struct buf *body)
{
    struct httpd_answer answer = {.status = status,
        .content_type = "application/json; charset=UTF-8",
        .body = buf_text(body),
        .body_bytes = body->bytes};

    if (body->is_bad)
        httpd_drop(request);
    else
        httpd_reply(request, &answer);
}

void
graph_reply_error(struct httpd_request *request, const struct graph_error *error)
{
    struct buf body;

    buf_init(&body, ERROR_BYTES_MAX);
    graph_error_write(error, &body);
    graph_reply(request, graph_error_http(error->code), &body);
    buf_done(&body);
}

void
graph_reply_success(struct httpd_request *request)
{
    httpd_reply_text(
        request, 200, "application/json; charset=UTF-8", "{\"success\":true}");
}

/* The next part of a path, up to the slash; what follows it. */
static const char *
part(const char *path, char *ret_part, size_t room)
{
    size_t bytes = strcspn(path, "/");

    (void)snprintf(ret_part, room, "%.*s", bytes < room ? (int)bytes : 0, path);
    return path + bytes + (path[bytes] == '/');
}

static bool
is_version(const char *text)
{
    size_t digits = *text == 'v' ? strspn(text + 1, "0123456789") : 0;
    const char *dot = text + 1 + digits;

    return digits > 0 && digits <= 3 && *dot == '.' && dot[1] &&
           !dot[1 + strspn(dot + 1, "0123456789")];
}

static bool
read_path(const char *text, struct path *ret_path)
{
    if (*text != '/')
        return false;
    text = part(text + 1, ret_path->version, sizeof(ret_path->version));
    text = part(text, ret_path->id, sizeof(ret_path->id));
    text = part(text, ret_path->edge, sizeof(ret_path->edge));
    return !*text && is_version(ret_path->version) && ret_path->id[0] &&
           !ret_path->id[strspn(ret_path->id, "0123456789")];
}

static const char *
bearer_token(const struct httpd_request *request)
{
    const char *header = httpd_header(request, "Authorization");

    if (!header || strncmp(header, BEARER, strlen(BEARER)) != 0)
        return NULL;
    return header + strlen(BEARER);
}

bool
graph_no_object(const struct graph_call *call, struct graph_error *error)
{
    const char *method = httpd_method(call->request);

    (void)graph_error_say(error, 100,
        "Unsupported %s request. Object with ID '%s' does not exist, cannot be loaded "
        "due to missing permissions, or does not support this operation. Please read "
        "the Graph API documentation at https://developers.facebook.com/docs/graph-api",
        strcmp(method, "GET") == 0 ? "get" : "post", call->id);
    error->subcode = SUBCODE_NO_OBJECT;
    return false;
}

/* The call's token, if anybody has it; NULL with `error`. */
static const char *
known_token(const struct graph_call *call, struct graph_error *error)
{
    const char *token = bearer_token(call->request);

    if (!token)
        (void)graph_error_say(
            error, 190, "An access token is required to request this resource.");
    else if (!numbers_have_token(call->sim->numbers, token))
        (void)graph_error_set(error, 190, NULL);
    else
        return token;
    return NULL;
}

/* A token stands for its account: any number of it may have brought it. */
static const struct number *
number_of_token(const struct graph_call *call, const char *waba_id, const char *token)
{
    const struct number *number = NULL;

    while ((number = numbers_of_waba(call->sim->numbers, waba_id, number)))
        if (!strcmp(number->token, token))
            return number;
    return NULL;
}

bool
graph_authorize_number(
    const struct graph_call *call, struct number **ret_number, struct graph_error *error)
{
    struct number *number = numbers_find(call->sim->numbers, call->id);
    const char *token = bearer_token(call->request);

    if (!number || !token || strcmp(number->token, token) != 0) {
        token = known_token(call, error);
        if (!token)
            return false;
        if (!number || !number_of_token(call, number->waba_id, token))
            return graph_no_object(call, error);
    }
    *ret_number = number;
    return true;
}

bool
graph_authorize_waba(const struct graph_call *call, const struct number **ret_number,
    struct graph_error *error)
{
    const char *token = known_token(call, error);
    const struct number *number;

    if (!token)
        return false;
    number = number_of_token(call, call->id, token);
    if (!number)
        return graph_no_object(call, error);
    *ret_number = number;
    return true;
}

bool
graph_see_headers(void *ctx, const struct httpd_request *request)
{
    struct sim *sim = ctx;
    struct path path = {.edge = ""};

    if (strcmp(httpd_method(request), "POST") != 0 ||
        !read_path(httpd_path(request), &path) || strcmp(path.edge, "messages") != 0 ||
        !scripts_reset_at_headers(sim->scripts))
        return true;
    sim->tally.resets_at_headers++;
    sim->tally.faults++;
    return false;
}

static void
reply_unknown_path(struct httpd_request *request)
{
    struct graph_error error;

    (void)graph_error_say(
        &error, UNKNOWN_PATH, "Unknown path components: %.100s", httpd_path(request));
    graph_reply_error(request, &error);
}

void
graph_handle(void *ctx, struct httpd_request *request)
{
    const char *method = httpd_method(request);
    struct path path = {.edge = ""};
    struct graph_call call = {ctx, request, path.version, path.id};

    if (!read_path(httpd_path(request), &path)) {
        reply_unknown_path(request);
        return;
    }
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (!strcmp(routes[i].method, method) && !strcmp(routes[i].edge, path.edge)) {
            routes[i].call(&call);
            return;
        }
    }
    reply_unknown_path(request);
}
