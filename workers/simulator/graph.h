/*
 * graph.h - Meta's paths: who may call what, and to whom the call goes.
 *
 * /v<NN>.<N>/<id> and /v<NN>.<N>/<id>/<edge>, with a bearer token of the account that
 * owns the object.
 */
#ifndef GRAPH_H
#define GRAPH_H

#include <stdbool.h>

#include "graph_error.h"
#include "number.h"

struct buf;
struct httpd_request;
struct sim;

/* One call; `id` and `version` live in the caller's frame. */
struct graph_call {
    struct sim *sim;
    struct httpd_request *request;
    const char *version;
    const char *id;
};

/* httpd's handler and headers hook; `ctx` is the sim. */
void graph_handle(void *ctx, struct httpd_request *request);
bool graph_see_headers(void *ctx, const struct httpd_request *request);

/* The token may use this number, or this account (any number of it is returned). */
bool graph_authorize_number(
    const struct graph_call *call, struct number **ret_number, struct graph_error *error);
bool graph_authorize_waba(const struct graph_call *call, const struct number **ret_number,
    struct graph_error *error);

/* The object is not there, or not for this token. */
bool graph_no_object(const struct graph_call *call, struct graph_error *error);

void graph_reply(struct httpd_request *request, int status, const struct buf *body);
void graph_reply_error(struct httpd_request *request, const struct graph_error *error);
void graph_reply_success(struct httpd_request *request);

/* message.c */
void message_post(const struct graph_call *call);

/* template_api.c */
void template_api_create(const struct graph_call *call);
void template_api_list(const struct graph_call *call);
void template_api_delete(const struct graph_call *call);

/* account_api.c */
void account_api_object(const struct graph_call *call);
void account_api_phone_numbers(const struct graph_call *call);
void account_api_subscribe(const struct graph_call *call);
void account_api_subscribed(const struct graph_call *call);

#endif
