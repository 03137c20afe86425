/*
 * migrate.h - `carteiro migrar`: brings the database to this build's schema.
 *
 * Each migration is one transaction; functions whose text changed, or that a migration
 * came after, are applied in one more. All of them take one advisory lock, so any number
 * of migrar may run at once: each finds done what another did.
 */
#ifndef MIGRATE_H
#define MIGRATE_H

#include <stdbool.h>

struct config_database;

/*
 * Applies what is pending up to migration `to` (negative: the newest; functions only
 * then), or with `show` lists it and changes nothing. Prints to stdout (one JSON object
 * when `as_json`), faults and waits to stderr. The exit code: 0, 1 failed, 2 no such
 * migration, 69 PostgreSQL cannot be reached, 75 a lock could not be had.
 */
int migrate_run(const struct config_database *database, bool show, int to, bool as_json);

#endif
