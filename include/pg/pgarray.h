/*
 * pgarray.h - parameter arrays in PostgreSQL's text form: {1,2,NULL,"it\"s"}.
 */
#ifndef PGARRAY_H
#define PGARRAY_H

#include <stdint.h>

#include "buf.h"

struct pg_array {
    struct buf buf;
    int n;
};

void pg_array_init(struct pg_array *array, size_t max_bytes);
void pg_array_done(struct pg_array *array);
void pg_array_clear(struct pg_array *array);
void pg_array_add_int(struct pg_array *array, int64_t number);

/* Quoted as needed; NULL is SQL's NULL. */
void pg_array_add(struct pg_array *array, const char *text);

/* The literal, closed; NULL when it grew past its max or memory ran out. Borrowed. */
const char *pg_array_text(struct pg_array *array);

#endif
