/*
 * graph_error.h - the errors of the Cloud API: code, HTTP status, title and shape.
 *
 * Whoever refuses something fills a struct graph_error; it becomes the answer's body, or
 * the errors of a failed status.
 */
#ifndef GRAPH_ERROR_H
#define GRAPH_ERROR_H

#include <stdbool.h>

#include "buf.h"

struct graph_error {
    int code;
    int subcode;       /* 0: the catalogue's */
    char message[320]; /* "": "(#code) title" */
    char details[320]; /* "": the catalogue's */
};

/* Fills `error`; returns false, so that a check can end with it. `details` NULL or a
 * format. */
bool graph_error_set(struct graph_error *error, int code, const char *details, ...)
    PRINTF_LIKE(3, 4);

/* The same with a message of its own and no details: "(#100) The parameter to is
 * required." */
bool graph_error_say(struct graph_error *error, int code, const char *message, ...)
    PRINTF_LIKE(3, 4);

int graph_error_http(int code);

/* {"error":{...}}, as the answer to a call. */
void graph_error_write(const struct graph_error *error, struct buf *out);

/* {"code":...,"title":...}, as one of a status' errors. */
void graph_error_write_status(int code, struct buf *out);

#endif
