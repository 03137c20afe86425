/*
 * output.h - rows of JSON for a person's eyes, or as one line for a program.
 *
 * Text is shown without control characters: a name from a spreadsheet must not move the
 * cursor of whoever looks at it.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdio.h>

#include "json.h"

/* One object as "field: value" lines, aligned; members of inner objects as outer.inner.
 */
void output_row(const struct json *row, FILE *out);

/* Objects as a table; the columns are the members of the first. */
void output_table(const struct json *const *rows, int n, FILE *out);

/* Any value as one line of JSON. */
void output_json(const struct json *value, FILE *out);

#endif
