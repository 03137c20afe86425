/*
 * graph.h - one call of Meta's Graph API after another, for commands that may wait.
 *
 * The token is read from the account's file for each call and forgotten after it.
 */
#ifndef GRAPH_H
#define GRAPH_H

#include "config.h"
#include "json.h"

struct graph;

/* NULL when out of memory. Borrows `config`. */
struct graph *graph_new(const struct config *config) MUST_USE;
void graph_free(struct graph *graph); /* accepts NULL */

struct graph_call {
    const char *method;        /* "GET", "POST" */
    const char *path;          /* after the version: "1043/message_templates?limit=100" */
    const char *token_arquivo; /* bare name of the token's file in secrets.dir */
    const char *body;          /* JSON; NULL: none */
};

/*
 * RC_OK        `ret_answer` is the decoded answer, the caller's to json_free
 * RC_RETRY     it did not leave: the far end was not reached
 * RC_UNKNOWN   it may have arrived
 * RC_REJECTED  Meta refused; fault->code is its error code and fault->text what it said
 */
enum rc graph_run(struct graph *graph, const struct graph_call *call,
    struct json **ret_answer, struct fault *fault) MUST_USE;

#endif
