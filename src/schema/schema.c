/*
 * Waiting for the schema. Happy path: the first look finds the newest migration applied,
 * the callback says so, and nobody asks again.
 *
 * What can go wrong: there is no connection, or it breaks (asked again a second later);
 * the database is empty, or its tables are not ours to read yet (version 0); the
 * functions of the newest migration are not there yet; it is newer than this build
 * (nothing is missing: functions change additively for a release).
 */
#include "schema.h"

#include <string.h>

#include "loop.h"
#include "mem.h"
#include "pg.h"
#include "statements.h"

#define LOOK_MS 1000
#define FIRST_LOOK_MS 20 /* a connection takes a few milliseconds */

enum answer { ANSWER_NONE, ANSWER_MISSING, ANSWER_THERE };

struct schema_wait {
    struct pg *pg;
    schema_fn *on_change;
    void *ctx;
    struct loop_timer timer;
    enum answer answer;
    const char *missing;
};

int
schema_newest(void)
{
    int newest = 0;

    for (const struct schema_file *file = SCHEMA_MIGRATIONS; file->name; file++)
        newest = file->number;
    return newest;
}

static const char *
first_missing(int64_t version, bool has_functions)
{
    for (const struct schema_file *file = SCHEMA_MIGRATIONS; file->name; file++)
        if (file->number > version)
            return file->name;
    return has_functions ? NULL : "functions";
}

/* No table, no schema, or no right to it yet: all mean that nothing was applied. */
static bool
is_empty_database(enum rc rc, const struct fault *fault)
{
    return rc == RC_REJECTED &&
           (strcmp(fault->code, "42P01") == 0 || strcmp(fault->code, "3F000") == 0 ||
               strcmp(fault->code, "42501") == 0);
}

static void
tell(struct schema_wait *wait, int64_t version, bool has_functions)
{
    const char *missing = first_missing(version, has_functions);
    enum answer answer = missing ? ANSWER_MISSING : ANSWER_THERE;

    if (missing)
        loop_timer_in(&wait->timer, LOOK_MS);
    if (wait->answer == answer && wait->missing == missing)
        return;
    wait->answer = answer;
    wait->missing = missing;
    wait->on_change(wait->ctx, missing);
}

static void
on_version(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct schema_wait *wait = (struct schema_wait *)ctx;

    if (rc == RC_OK)
        tell(wait, pg_int(rows, 0, 0), pg_bool(rows, 0, 1));
    else if (is_empty_database(rc, fault))
        tell(wait, 0, false);
    else
        loop_timer_in(&wait->timer, LOOK_MS);
}

static void
look(void *ctx)
{
    struct schema_wait *wait = (struct schema_wait *)ctx;

    if (pg_query(wait->pg, &SQL_SCHEMA_VERSION, NULL, on_version, wait) != RC_OK)
        loop_timer_in(
            &wait->timer, wait->answer == ANSWER_NONE ? FIRST_LOOK_MS : LOOK_MS);
}

struct schema_wait *
schema_wait_new(struct loop *loop, struct pg *pg, schema_fn *on_change, void *ctx)
{
    struct schema_wait *wait = mem_new(struct schema_wait);

    if (!wait)
        return NULL;
    wait->pg = pg;
    wait->on_change = on_change;
    wait->ctx = ctx;
    loop_timer_init(&wait->timer, loop, look, wait);
    loop_timer_in(&wait->timer, 0);
    return wait;
}

void
schema_wait_free(struct schema_wait *wait)
{
    if (!wait)
        return;
    loop_timer_stop(&wait->timer);
    pg_forget(wait->pg, wait);
    mem_free(wait);
}
