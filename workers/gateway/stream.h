/*
 * stream.h - an answer of many pages, each asked for when the one before it has left:
 * a report of a million rows needs the memory of one page.
 */
#ifndef STREAM_H
#define STREAM_H

#include <stdbool.h>

#include "rc.h"

struct httpd_request;
struct pg;
struct pg_rows;

/* What asks for a page; copied. */
struct stream_ask {
    const char *key; /* of the API; may be NULL */
    const char *path;
    const char *query; /* JSON object */
};

/* Whether this first page of api_call() has another after it. */
bool stream_has_more(const struct pg_rows *rows);

/* Answers with `rows` and all pages after them. Borrows `pg`. RC_OOM: nothing was
 * answered. */
enum rc stream_begin(struct pg *pg, struct httpd_request *request,
    const struct stream_ask *ask, const struct pg_rows *rows,
    const char *const *headers) MUST_USE;

#endif
