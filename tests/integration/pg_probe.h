/*
 * pg_probe.h - a pg under test against a real server, and what it was seen to do.
 *
 * The database is CARTEIRO_TEST_DATABASE_URL; its login may terminate its own backends
 * and make tables. test_pg.py provides it.
 */
#ifndef PG_PROBE_H
#define PG_PROBE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these before it */
#include <cmocka.h>
#include <stdbool.h>

#include "loop.h"
#include "pg.h"
#include "pgsync.h"

#define ANSWERS_MAX 2000

struct probe;

struct answer {
    struct probe *probe;
    int times; /* each must be answered once */
    int nth;   /* in which order */
    enum rc rc;
    char code[24];
    char text[160];
    char value[64]; /* first column of the first row */
};

struct probe {
    struct loop *loop;
    struct pg *pg;
    struct pg_sync *other; /* a second session, to do things behind its back */
    int ups, downs, notified;
    int asked, answered;
    struct fault lost;
    char payload[64];
    struct answer answers[ANSWERS_MAX];
    void (*on_answer)(
        struct probe *probe, struct answer *answer); /* NULL: nothing more */
};

const char *probe_url(void);

/* Opens the second session, makes the tables, connects and waits until it is up. */
void probe_open(struct probe *probe, const struct pg_opts *opts);
void probe_close(struct probe *probe); /* and sees that no memory is left */

/* Asks; must be accepted. The answer's place in probe->answers. */
int probe_ask(struct probe *probe, const struct pg_statement *statement, const char *a,
    const char *b);

/* Runs the loop until the condition holds; fails after 20 s. */
void probe_until(struct probe *probe, bool (*is_met)(const struct probe *probe));
bool probe_is_answered(const struct probe *probe); /* all of them */
bool probe_is_up(const struct probe *probe);
bool probe_is_down(const struct probe *probe);

/* Every request was answered once. */
void probe_check_once(const struct probe *probe);

/* By the second session: a statement that must work; its first value as a number. */
int64_t probe_other(struct probe *probe, const char *sql);

extern const struct CMUnitTest PROBE_REQUESTS[];
extern const struct CMUnitTest PROBE_FAULTS[];
extern const size_t PROBE_REQUESTS_N, PROBE_FAULTS_N;

#endif
