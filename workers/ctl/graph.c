/*
 * A call blocks: it runs a loop of its own until the answer is there. Meta's refusals
 * come as {"error":{"code","message","error_user_msg"}}; what the user message says is
 * better than the message, where there is one.
 */
#include "graph.h"

#include <errno.h>
#include <string.h>

#include "http.h"
#include "loop.h"
#include "mem.h"

#define CALL_MS 30000

struct graph {
    const struct config *config;
    struct loop *loop;
    struct http *http;

    enum http_transport transport; /* of the answer in hand */
    int status;
    struct json *answer;
    struct fault *fault;
};

struct graph *
graph_new(const struct config *config)
{
    const struct http_opts opts = {
        .ca_file = config->whatsapp.ca_file,
        .connections_max = 1,
        .reply_bytes_max = (size_t)4 << 20,
    };
    struct graph *graph = mem_new(struct graph);

    if (!graph)
        return NULL;
    graph->config = config;
    graph->loop = loop_new();
    graph->http = graph->loop ? http_new(graph->loop, &opts) : NULL;
    if (!graph->http) {
        graph_free(graph);
        return NULL;
    }
    return graph;
}

void
graph_free(struct graph *graph)
{
    if (!graph)
        return;
    http_free(graph->http);
    loop_free(graph->loop);
    mem_free(graph);
}

static void
on_done(void *ctx, const struct http_reply *reply, const struct fault *fault)
{
    struct graph *graph = ctx;

    graph->transport = reply->transport;
    graph->status = reply->status;
    if (reply->transport == HTTP_COMPLETE)
        graph->answer = json_parse(reply->body, reply->body_bytes, NULL, NULL);
    else
        *graph->fault = *fault;
    loop_stop(graph->loop);
}

/* The account's token: a file in secrets.dir, else META_ACCESS_TOKEN of a first try. */
static char *
read_token(const struct config *config, const char *name, struct fault *fault)
{
    struct buf path = {0};
    char *token = NULL;

    if (!strchr(name, '/') && name[0] != '.' && config->secrets.dir) {
        buf_init(&path, 4096);
        buf_addf(&path, "%s/%s", config->secrets.dir, name);
        token = config_secret(buf_text(&path));
        buf_done(&path);
    }
    if (!token && config->whatsapp.access_token)
        token = mem_strdup(config->whatsapp.access_token);
    if (!token)
        fault_set(fault, "config", "secret",
            "the token file %s is not readable in secrets.dir: %s", name,
            strerror(errno));
    return token;
}

static enum rc
send(struct graph *graph, const struct graph_call *call, struct fault *fault)
{
    const struct config_whatsapp *far_end = &graph->config->whatsapp;
    char *token = read_token(graph->config, call->token_arquivo, fault);
    struct buf url = {0};
    struct http_request request = {
        .method = call->method,
        .bearer = token,
        .body = call->body,
        .body_bytes = call->body ? strlen(call->body) : 0,
        .timeout_ms = CALL_MS,
        .on_done = on_done,
        .ctx = graph,
    };
    enum rc rc;

    if (!token)
        return RC_REJECTED;
    buf_init(&url, 8192);
    buf_addf(&url, "%s/%s/%s", far_end->base_url, far_end->version, call->path);
    request.url = buf_text(&url);
    rc = http_send(graph->http, &request);
    if (rc != RC_OK)
        fault_set(fault, "http", rc_name(rc), "the request could not be made");
    buf_done(&url);
    mem_free_secret(token);
    return rc;
}

/* What a complete answer means. */
static enum rc
judge(struct graph *graph, struct fault *fault)
{
    const struct json *error = json_get(graph->answer, "error");
    const char *said = json_string_of(error, "error_user_msg");

    if (graph->status / 100 == 2 && json_is_object(graph->answer))
        return RC_OK;
    if (!said)
        said = json_string_of(error, "message");
    fault_set(fault, "graph", "", "Meta answered %d%s%s", graph->status, said ? ": " : "",
        said ? said : "");
    (void)snprintf(fault->code, sizeof(fault->code), "%lld",
        (long long)json_int(json_get(error, "code"), 0));
    return graph->status / 100 == 5 && !error ? RC_UNKNOWN : RC_REJECTED;
}

enum rc
graph_run(struct graph *graph, const struct graph_call *call, struct json **ret_answer,
    struct fault *fault)
{
    enum rc rc;

    graph->answer = NULL;
    graph->fault = fault;
    rc = send(graph, call, fault);
    if (rc != RC_OK)
        return rc;
    loop_run(graph->loop);
    if (graph->transport != HTTP_COMPLETE)
        return graph->transport == HTTP_NOT_SENT ? RC_RETRY : RC_UNKNOWN;
    rc = judge(graph, fault);
    if (rc == RC_OK)
        *ret_answer = steal(&graph->answer);
    json_free(graph->answer);
    return rc;
}
