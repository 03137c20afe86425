/*
 * migrate_internal.h - what applying (migrate.c) and telling (migrate_tell.c) share.
 */
#ifndef MIGRATE_INTERNAL_H
#define MIGRATE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "fault.h"

struct pg_sync;
struct pg_rows;
struct schema_file;

struct migrate {
    struct pg_sync *pg;
    struct pg_rows *applied;   /* as of the last look; NULL: nothing is */
    struct pg_rows *functions; /* applied since the newest migration */
    struct fault fault;
    struct buf json; /* elements of "applied", while they happen */
    int64_t took_ms; /* the last step */
    int functions_n; /* stale at the last look of a step */
    int functions_applied;
    int64_t functions_ms;
    bool is_done;       /* the last step was ours, not another migrar's */
    bool is_entered;    /* what follows is known, and every transaction has it: */
    bool becomes_owner; /* the login role is a member of carteiro_owner, not it */
    bool has_books;
    bool as_json;
};

/* When it was applied; NULL: it was not. Borrowed until the next look. */
const char *migrate_applied_at(
    const struct migrate *migrate, const struct schema_file *file);
int migrate_version(const struct migrate *migrate);

/* Applied with another text. */
bool migrate_is_altered(const struct migrate *migrate, const struct schema_file *file);

/* To be applied, or applied again. */
bool migrate_is_stale(const struct migrate *migrate, const struct schema_file *function);

void migrate_tell_migration(struct migrate *migrate, const struct schema_file *file);
void migrate_tell_functions(struct migrate *migrate);
void migrate_tell_end(struct migrate *migrate);
void migrate_tell_state(struct migrate *migrate);

#endif
