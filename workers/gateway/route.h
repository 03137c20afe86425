/*
 * route.h - which handler serves a method and a path: one table, ends with path NULL.
 */
#ifndef ROUTE_H
#define ROUTE_H

#include <stdbool.h>
#include <stddef.h>

struct httpd_request;

struct route {
    const char *method;
    const char *path;
    /* Must answer the request, now or later. */
    void (*handle)(void *ctx, struct httpd_request *request);
};

enum { ROUTE_ALLOW_BYTES = 64 };

/* The route; NULL when there is none, and then `ret_allow` lists the methods that the
 * path has ("GET, POST"), "" when it has none. */
const struct route *route_find(const struct route *routes, const char *method,
    const char *path, char ret_allow[ROUTE_ALLOW_BYTES]);

/* Whether the path is in the table, for whatever method. */
bool route_has_path(const struct route *routes, const char *path);

/* Hands the request to its route, or answers 404 or 405. */
void route_dispatch(const struct route *routes, void *ctx, struct httpd_request *request);

/* An error as application/problem+json. `headers` as in httpd_answer; may be NULL. */
void reply_problem(struct httpd_request *request, int status, const char *title,
    const char *const *headers);

#endif
