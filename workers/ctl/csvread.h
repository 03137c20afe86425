/*
 * csvread.h - a CSV file row by row, whatever its separator and line ends; the only home
 * of libcsv.
 *
 * A row has the number of the physical line on which it starts. A quote that is opened
 * and never closed would swallow the rest of the file: the line where it was opened is
 * given back as damaged, and reading goes on with the next line.
 */
#ifndef CSVREAD_H
#define CSVREAD_H

#include <stdint.h>

#include "fault.h"
#include "text.h"

struct csvread; /* opaque */

enum csvread_result {
    CSVREAD_ROW,
    CSVREAD_DAMAGED, /* only `line` says something */
    CSVREAD_END,
    CSVREAD_FAILED, /* `fault` says why */
};

struct csvread_row {
    int64_t line; /* the file's first line is 1 */
    int n;
    const char *const *fields; /* without blanks around; line breaks inside are \n */
    int cut;                   /* fields that were longer than CSVREAD_FIELD_BYTES_MAX */
};

enum {
    CSVREAD_FIELD_BYTES_MAX = 64 * 1024,
    CSVREAD_FIELDS_MAX = 1000,
    CSVREAD_RECORD_BYTES_MAX = 8 * 1024 * 1024,
    CSVREAD_RECORD_LINES_MAX = 2000,
};

/* Borrows `file`. NULL when out of memory. */
struct csvread *csvread_new(struct text_file *file) MUST_USE;
void csvread_free(struct csvread *reader); /* accepts NULL */

/* The next row that is not blank; its strings are borrowed until the next call. The first
 * row decides the separator (; , tab or the one of Excel's "sep=" line) and how many
 * columns a row has. */
enum csvread_result csvread_next(
    struct csvread *reader, struct csvread_row *ret_row, struct fault *fault) MUST_USE;

/* The separator in use; 0 before the first row. */
char csvread_separator(const struct csvread *reader);

#endif
