/*
 * schema.h - which migrations this build knows, and waiting for them.
 *
 * Migrations and functions are embedded at build time by sql/embed.py; `carteiro migrar`
 * applies them. A process of the fleet asks before its first statement and, when the
 * database is older, asks again every second until it is not.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include "rc.h"

struct pg;
struct loop;
struct schema_wait;

struct schema_file {
    int number;       /* of a migration; 0 for a function */
    const char *name; /* "0001_fila" or "fila_claim" */
    const char *text;
    const char *checksum; /* hex SHA-256 of the text */
};

extern const struct schema_file SCHEMA_MIGRATIONS[]; /* ascending, ends with name NULL */
extern const struct schema_file SCHEMA_FUNCTIONS[];  /* by name, ends with name NULL */

/* Repeatable script that makes the tables in which `carteiro migrar` keeps its books. */
extern const char SCHEMA_BOOTSTRAP[];

/* Number of the newest migration of this build; 0 when it has none. */
int schema_newest(void);

/* `missing` is NULL when the schema is there, else "0003_campanhas", or "functions" while
 * only those of the newest migration are not there yet (static text). */
typedef void schema_fn(void *ctx, const char *missing);

/*
 * Calls `on_change` when the answer changes, from the loop, and stops asking when nothing
 * is missing; `on_change` may free the wait. Borrows `pg`, which must outlive it. NULL
 * when out of memory.
 */
struct schema_wait *schema_wait_new(
    struct loop *loop, struct pg *pg, schema_fn *on_change, void *ctx) MUST_USE;
void schema_wait_free(struct schema_wait *wait); /* accepts NULL */

#endif
