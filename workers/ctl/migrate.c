/*
 * Happy path: connect -> one transaction that enters as carteiro_owner and makes schema
 * and books if they are missing -> one transaction for each pending migration -> one for
 * the functions. Every transaction begins with the advisory lock and looks again what is
 * done.
 *
 * What can go wrong: a role is missing (named, with the script that makes it); an applied
 * migration's text has changed (named; nothing is done); a lock is not had within 5 s
 * (the transaction is undone, others get their turn, tried again a few times, then exit
 * 75); a script fails (named, with its line); the database is newer than this build.
 */
#include "migrate.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "config.h"
#include "exit.h"
#include "mem.h"
#include "migrate_internal.h"
#include "pgarray.h"
#include "pgsync.h"
#include "schema.h"
#include "statements.h"

#define LOCK_TRIES 6
#define LOCK_PAUSE_MS 1000
#define STATEMENT_MS 3600000 /* an index over a big table takes its time */
#define ROLES                                                                            \
    "{carteiro_owner,carteiro_sender,carteiro_planner,carteiro_gateway,carteiro_api,"    \
    "carteiro_ops_leitura,carteiro_ops_escrita,carteiro_grafana,carteiro_keda}"

static void
complain(const struct migrate *migrate, const char *what)
{
    (void)fprintf(stderr, "carteiro migrar: %s%s%s\n", what ? what : "", what ? ": " : "",
        migrate->fault.text);
}

static enum rc
script(struct migrate *migrate, const char *text)
{
    return pg_sync_script(migrate->pg, text, &migrate->fault);
}

static enum rc
query(struct migrate *migrate, const struct pg_statement *statement,
    const char *const *values, struct pg_rows **ret_rows)
{
    return pg_sync_query(migrate->pg, statement, values, ret_rows, &migrate->fault);
}

/* The line of a script on which the last error stands; 0 when the server did not say. */
static int
line_of_error(const struct migrate *migrate, const char *text)
{
    int position = pg_sync_position(migrate->pg);
    int line = 1;

    for (int at = 1; *text && at < position; text++) {
        line += *text == '\n';
        at += (text[1] & 0xC0) != 0x80; /* the server counts characters, not bytes */
    }
    return position ? line : 0;
}

static enum rc
run_file(struct migrate *migrate, const char *folder, const struct schema_file *file)
{
    enum rc rc = script(migrate, file->text);
    int line = rc == RC_OK ? 0 : line_of_error(migrate, file->text);

    if (rc != RC_OK && line)
        fault_wrap(&migrate->fault, "%s/%s.sql line %d", folder, file->name, line);
    else if (rc != RC_OK)
        fault_wrap(&migrate->fault, "%s/%s.sql", folder, file->name);
    return rc;
}

/* ---- transactions under the lock */

typedef enum rc step_fn(struct migrate *migrate, const struct schema_file *file);

/* What is made belongs to carteiro_owner, whoever logged in. For this transaction only:
 * behind a pooler the session is everybody's. */
static enum rc
become_owner(struct migrate *migrate)
{
    enum rc rc =
        migrate->becomes_owner ? script(migrate, "set local role carteiro_owner") : RC_OK;

    if (rc == RC_OK)
        rc = script(migrate, "set local search_path = carteiro, public; "
                             "set local client_min_messages = warning");
    return rc;
}

static enum rc
begin_work(struct migrate *migrate)
{
    enum rc rc = script(migrate, "begin; set local lock_timeout = '5s'");

    return rc == RC_OK && migrate->is_entered ? become_owner(migrate) : rc;
}

/* Commits, or undoes for the sake of `rc`. */
static enum rc
end_work(struct migrate *migrate, enum rc rc)
{
    struct fault unused; /* the first fault is the one to tell */

    if (rc == RC_OK)
        return script(migrate, "commit");
    return pg_sync_script(migrate->pg, "rollback", &unused) == RC_OK ? rc : RC_UNKNOWN;
}

static enum rc
try_step(struct migrate *migrate, step_fn *step, const struct schema_file *file)
{
    enum rc rc = begin_work(migrate);

    if (rc == RC_OK)
        rc = query(migrate, &SQL_MIGRATE_LOCK, NULL, NULL);
    if (rc == RC_OK)
        rc = step(migrate, file);
    return end_work(migrate, rc);
}

static bool
is_lock_fault(const struct fault *fault)
{
    return strcmp(fault->code, "55P03") == 0 || strcmp(fault->code, "40P01") == 0;
}

/*
 * A lock that is waited for makes everybody after it wait too, so each try is short and a
 * pause lets them pass.
 */
static enum rc
locked(struct migrate *migrate, const char *what, step_fn *step,
    const struct schema_file *file)
{
    for (int nth = 1;; nth++) {
        enum rc rc = try_step(migrate, step, file);

        if (rc == RC_OK || !is_lock_fault(&migrate->fault) || nth == LOCK_TRIES)
            return rc;
        (void)fprintf(stderr, "carteiro migrar: %s: waiting for a lock (try %d of %d)\n",
            what, nth, LOCK_TRIES);
        (void)poll(NULL, 0, LOCK_PAUSE_MS); /* cut short by a signal: no harm */
    }
}

/* ---- entering */

/* RC_REJECTED with the missing roles in the fault. */
static enum rc
check_roles(struct migrate *migrate)
{
    struct pg_rows *rows = NULL;
    struct buf names = {0};
    enum rc rc = query(migrate, &SQL_MIGRATE_ROLES, (const char *const[]){ROLES}, &rows);

    if (rc != RC_OK)
        return rc;
    buf_init(&names, 1024);
    for (int i = 0; i < pg_count(rows); i++)
        buf_addf(&names, "%s%s", i ? ", " : "", pg_text(rows, i, 0));
    if (pg_count(rows)) {
        rc = RC_REJECTED;
        fault_set(&migrate->fault, "migrate", "roles",
            "run psql -f deploy/roles.sql, missing: %s", buf_text(&names));
    }
    buf_done(&names);
    pg_rows_free(rows);
    return rc;
}

static enum rc
enter(struct migrate *migrate, const struct schema_file *unused)
{
    struct pg_rows *rows = NULL;
    enum rc rc = check_roles(migrate);

    (void)unused; /* a step's type */
    if (rc == RC_OK)
        rc = query(migrate, &SQL_MIGRATE_LOGIN, NULL, &rows);
    if (rc != RC_OK)
        return rc;
    /* The login role may make a schema where carteiro_owner, not owning the database, may
     * not. */
    if (!pg_bool(rows, 0, 1))
        rc = query(migrate, &SQL_MIGRATE_SCHEMA, NULL, NULL);
    migrate->becomes_owner = pg_bool(rows, 0, 0);
    if (rc == RC_OK)
        rc = become_owner(migrate);
    if (rc == RC_OK && !pg_bool(rows, 0, 2))
        rc = script(migrate, SCHEMA_BOOTSTRAP);
    pg_rows_free(rows);
    return rc;
}

/* As far as one may look without changing anything. */
static enum rc
enter_to_look(struct migrate *migrate)
{
    struct pg_rows *rows = NULL;
    enum rc rc = check_roles(migrate);

    if (rc == RC_REJECTED) /* no roles: nobody's database yet, and nothing in it */
        return RC_OK;
    if (rc == RC_OK)
        rc = query(migrate, &SQL_MIGRATE_LOGIN, NULL, &rows);
    migrate->becomes_owner = rc == RC_OK && pg_bool(rows, 0, 0);
    migrate->has_books = rc == RC_OK && pg_bool(rows, 0, 2);
    migrate->is_entered = true;
    pg_rows_free(rows);
    return rc;
}

/* ---- what is there */

static int
row_of_migration(const struct migrate *migrate, int number)
{
    for (int i = 0; migrate->applied && i < pg_count(migrate->applied); i++)
        if (pg_int(migrate->applied, i, 0) == number)
            return i;
    return -1;
}

const char *
migrate_applied_at(const struct migrate *migrate, const struct schema_file *file)
{
    int row = row_of_migration(migrate, file->number);

    return row < 0 ? NULL : pg_text(migrate->applied, row, 2);
}

int
migrate_version(const struct migrate *migrate)
{
    int n = migrate->applied ? pg_count(migrate->applied) : 0;

    return n ? (int)pg_int(migrate->applied, n - 1, 0) : 0;
}

bool
migrate_is_altered(const struct migrate *migrate, const struct schema_file *file)
{
    int row = row_of_migration(migrate, file->number);

    return row >= 0 && strcmp(pg_text(migrate->applied, row, 1), file->checksum) != 0;
}

bool
migrate_is_stale(const struct migrate *migrate, const struct schema_file *function)
{
    for (int i = 0; migrate->functions && i < pg_count(migrate->functions); i++)
        if (strcmp(pg_text(migrate->functions, i, 0), function->name) == 0)
            return strcmp(pg_text(migrate->functions, i, 1), function->checksum) != 0;
    return true;
}

static enum rc
look(struct migrate *migrate)
{
    enum rc rc;

    pg_rows_free(migrate->applied);
    pg_rows_free(migrate->functions);
    migrate->applied = migrate->functions = NULL;
    rc = query(migrate, &SQL_MIGRATE_APPLIED, NULL, &migrate->applied);
    if (rc == RC_OK)
        rc = query(migrate, &SQL_MIGRATE_FUNCTIONS, NULL, &migrate->functions);
    return rc;
}

/* The same outside of a step, and without the lock. */
static enum rc
look_alone(struct migrate *migrate)
{
    enum rc rc = begin_work(migrate);

    return end_work(migrate, rc == RC_OK ? look(migrate) : rc);
}

static enum rc
check_unaltered(struct migrate *migrate)
{
    for (const struct schema_file *file = SCHEMA_MIGRATIONS; file->name; file++) {
        if (!migrate_is_altered(migrate, file))
            continue;
        fault_set(&migrate->fault, "migrate", "checksum",
            "migrations/%s.sql is not the text that was applied; write a new migration",
            file->name);
        return RC_REJECTED;
    }
    return RC_OK;
}

/* ---- steps */

/* Another migrar may have been here before us: looked at under the lock. */
static enum rc
apply_migration(struct migrate *migrate, const struct schema_file *file)
{
    int64_t begun_at_ms = clock_now_ms();
    char number[16];
    enum rc rc = look(migrate);

    migrate->is_done = false;
    if (rc != RC_OK || migrate_applied_at(migrate, file))
        return rc;
    (void)snprintf(number, sizeof(number), "%d", file->number); /* an int fits */
    rc = run_file(migrate, "migrations", file);
    if (rc == RC_OK)
        rc = query(migrate, &SQL_MIGRATE_DONE,
            (const char *const[]){number, file->name, file->checksum}, NULL);
    migrate->is_done = rc == RC_OK;
    migrate->took_ms = clock_now_ms() - begun_at_ms;
    return rc;
}

/*
 * Twice: functions name each other in any order, so the first pass takes bodies unread;
 * the second, with all of them there, finds what would fail in production.
 */
static enum rc
run_functions(struct migrate *migrate)
{
    static const char *const passes[] = {
        "set local check_function_bodies = off", "set local check_function_bodies = on"};

    for (int pass = 0; pass < 2; pass++) {
        enum rc rc = script(migrate, passes[pass]);

        for (const struct schema_file *file = SCHEMA_FUNCTIONS; rc == RC_OK && file->name;
             file++)
            if (migrate_is_stale(migrate, file))
                rc = run_file(migrate, "functions", file);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static enum rc
write_functions(struct migrate *migrate)
{
    struct pg_array names, checksums, all;
    enum rc rc = RC_OK;

    pg_array_init(&names, 1 << 20);
    pg_array_init(&checksums, 1 << 20);
    pg_array_init(&all, 1 << 20);
    for (const struct schema_file *file = SCHEMA_FUNCTIONS; file->name; file++) {
        pg_array_add(&all, file->name);
        if (!migrate_is_stale(migrate, file))
            continue;
        pg_array_add(&names, file->name);
        pg_array_add(&checksums, file->checksum);
    }
    const char *const values[] = {pg_array_text(&names), pg_array_text(&checksums)};
    const char *const kept[] = {pg_array_text(&all)};

    if (!values[0] || !values[1] || !kept[0])
        rc = RC_OOM;
    if (rc == RC_OK)
        rc = query(migrate, &SQL_MIGRATE_FUNCTIONS_DONE, values, NULL);
    if (rc == RC_OK)
        rc = query(migrate, &SQL_MIGRATE_FUNCTIONS_GONE, kept, NULL);
    pg_array_done(&names);
    pg_array_done(&checksums);
    pg_array_done(&all);
    return rc;
}

static int
count_stale(const struct migrate *migrate)
{
    int n = 0;

    for (const struct schema_file *file = SCHEMA_FUNCTIONS; file->name; file++)
        n += migrate_is_stale(migrate, file);
    return n;
}

static enum rc
apply_functions(struct migrate *migrate, const struct schema_file *unused)
{
    int64_t begun_at_ms = clock_now_ms();
    enum rc rc = look(migrate);

    (void)unused; /* a step's type */
    migrate->is_done = false;
    migrate->functions_n = rc == RC_OK ? count_stale(migrate) : 0;
    if (rc != RC_OK || !migrate->functions_n)
        return rc;
    rc = run_functions(migrate);
    if (rc == RC_OK)
        rc = write_functions(migrate);
    if (rc == RC_OK) {
        rc = query(migrate, &SQL_SCHEMA_PREPARE, NULL, NULL);
        if (rc != RC_OK)
            fault_wrap(&migrate->fault, "schema_prepare()");
    }
    migrate->is_done = rc == RC_OK;
    migrate->took_ms = clock_now_ms() - begun_at_ms;
    return rc;
}

/* ---- the command */

static enum rc
apply_all(struct migrate *migrate, int to)
{
    enum rc rc = RC_OK;

    for (const struct schema_file *file = SCHEMA_MIGRATIONS;
         rc == RC_OK && file->name && file->number <= to; file++) {
        if (migrate_applied_at(migrate, file))
            continue;
        rc = locked(migrate, file->name, apply_migration, file);
        if (rc == RC_OK && migrate->is_done)
            migrate_tell_migration(migrate, file);
    }
    if (rc != RC_OK || to < schema_newest() || !count_stale(migrate))
        return rc;
    rc = locked(migrate, "functions", apply_functions, NULL);
    if (rc == RC_OK && migrate->is_done)
        migrate_tell_functions(migrate);
    return rc;
}

static enum rc
bring(struct migrate *migrate, int to)
{
    enum rc rc = locked(migrate, "schema", enter, NULL);

    migrate->is_entered = rc == RC_OK;
    if (rc == RC_OK)
        rc = look_alone(migrate);
    if (rc == RC_OK)
        rc = check_unaltered(migrate);
    if (rc == RC_OK && migrate_version(migrate) <= schema_newest())
        rc = apply_all(migrate, to);
    if (rc == RC_OK)
        rc = look_alone(migrate);
    if (rc == RC_OK)
        migrate_tell_end(migrate);
    return rc;
}

static enum rc
show_all(struct migrate *migrate)
{
    enum rc rc = enter_to_look(migrate);

    if (rc == RC_OK && migrate->has_books)
        rc = look_alone(migrate);
    if (rc == RC_OK)
        migrate_tell_state(migrate);
    return rc;
}

int
migrate_run(const struct config_database *database, bool show, int to, bool as_json)
{
    struct migrate migrate = {.as_json = as_json};
    const struct pg_opts opts = {.url = database->url,
        .password_file = database->password_file,
        .application_name = "carteiro migrar",
        .is_pooled = database->is_pooled,
        .statement_ms = STATEMENT_MS};
    enum rc rc;

    if (to > schema_newest()) {
        (void)fprintf(stderr, "carteiro migrar: --to %d: the newest migration is %d\n",
            to, schema_newest());
        return EXIT_USAGE;
    }
    migrate.pg = pg_sync_open(&opts, &migrate.fault);
    if (!migrate.pg) {
        complain(&migrate, "PostgreSQL cannot be reached");
        return EXIT_UNAVAILABLE;
    }
    buf_init(&migrate.json, 1 << 20);
    rc = show ? show_all(&migrate) : bring(&migrate, to < 0 ? schema_newest() : to);
    if (rc != RC_OK)
        complain(&migrate, NULL);
    buf_done(&migrate.json);
    pg_rows_free(migrate.applied);
    pg_rows_free(migrate.functions);
    pg_sync_close(migrate.pg);
    return exit_of(rc);
}
