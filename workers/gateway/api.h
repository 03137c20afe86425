/*
 * api.h - the HTTP API: one request is one call of api_call() in the database.
 *
 * Routes, keys, rights, fields and errors are SQL (api_rotas.sql); here are limits, the
 * way there and back.
 */
#ifndef API_H
#define API_H

#include <stdint.h>

#include "rc.h"

struct api;
struct httpd_request;
struct pg;

/* Borrows `pg`, a connection of its own: a slow report must not hold up webhooks. A key
 * may ask `per_s` times a second, with a burst of as many. NULL when out of memory. */
struct api *api_new(struct pg *pg, int per_s) MUST_USE;
void api_free(struct api *api); /* accepts NULL */

/* Answers now or later: 400 for a body that is no JSON, 429 for a key that asks too
 * often, 503 without a database, 500 for what is our own fault, else what SQL says. */
void api_handle(struct api *api, struct httpd_request *request);

/* ---- for tests */

/* When a key's next request is allowed: 0 now, else milliseconds; counts it when it is.
 */
int64_t api_wait_ms(struct api *api, const char *authorization, int64_t now_ms);

#endif
