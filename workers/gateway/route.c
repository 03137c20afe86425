/*
 * Finding the handler, and the answers for whoever has none.
 */
#include "route.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "httpd.h"

const struct route *
route_find(const struct route *routes, const char *method, const char *path,
    char ret_allow[ROUTE_ALLOW_BYTES])
{
    struct buf allow;

    buf_over(&allow, ret_allow, ROUTE_ALLOW_BYTES);
    ret_allow[0] = '\0';
    for (const struct route *route = routes; route->path; route++) {
        if (strcmp(route->path, path) != 0)
            continue;
        if (strcmp(route->method, method) == 0)
            return route;
        buf_addf(&allow, "%s%s", allow.bytes ? ", " : "", route->method);
    }
    return NULL;
}

bool
route_has_path(const struct route *routes, const char *path)
{
    for (const struct route *route = routes; route->path; route++)
        if (strcmp(route->path, path) == 0)
            return true;
    return false;
}

void
reply_problem(struct httpd_request *request, int status, const char *title,
    const char *const *headers)
{
    char body[160];
    struct httpd_answer answer = {.status = status,
        .content_type = "application/problem+json",
        .body = body,
        .headers = headers};

    (void)snprintf(
        body, sizeof(body), "{\"title\":\"%s\",\"status\":%d}\n", title, status);
    answer.body_bytes = strlen(body);
    httpd_reply(request, &answer);
}

void
route_dispatch(const struct route *routes, void *ctx, struct httpd_request *request)
{
    char allow[ROUTE_ALLOW_BYTES], header[ROUTE_ALLOW_BYTES + 8];
    const char *const headers[] = {header, NULL};
    const struct route *route =
        route_find(routes, httpd_method(request), httpd_path(request), allow);

    if (route) {
        route->handle(ctx, request);
        return;
    }
    if (!allow[0]) {
        reply_problem(request, 404, "not found", NULL);
        return;
    }
    (void)snprintf(header, sizeof(header), "Allow: %s", allow);
    reply_problem(request, 405, "method not allowed", headers);
}
