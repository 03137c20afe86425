/*
 * chore.h - the planner's recurring statements: one table, and what runs it.
 *
 * A chore is one statement that takes a batch of work and says how much it did. Each has
 * one request in flight at most, so in the connection's pipeline a busy chore stands
 * behind every other that is due: that is the whole of fairness. A chore that fails backs
 * off by itself and never stops the others. Nothing here knows what a chore means.
 */
#ifndef CHORE_H
#define CHORE_H

#include <stdbool.h>
#include <stdint.h>

#include "rc.h"

struct chores; /* all of them, running */
struct config_planner;
struct loop;
struct pg;
struct pg_rows;
struct pg_statement;

enum { CHORE_VALUES_MAX = 4 };

/* The parameters of one request. */
struct chore_values {
    const char *values[CHORE_VALUES_MAX];
    char numbers[CHORE_VALUES_MAX][24]; /* room for those that are numbers */
};

/* What a chore may ask about when it fills its values. */
struct chore_view {
    const struct config_planner *config;
    const char *worker;
    int batch;        /* rows to take now */
    int64_t since_ms; /* how far back to look; -1: everything */
    bool followup;    /* ENABLE_FOLLOWUP */
};

/* When a chore that did something comes again without its pause. */
enum chore_again {
    CHORE_NEVER,      /* it has no backlog */
    CHORE_WHILE_ANY,  /* as long as it did anything */
    CHORE_WHILE_FULL, /* as long as its batch was full */
};

struct chore_kind {
    const char *name; /* in logs and as label */
    const struct pg_statement *statement;
    enum chore_again again;
    bool is_woken;  /* by NOTIFY carteiro_planner */
    bool is_looked; /* by the look: idle_ms is only for when that fails */
    bool is_look;   /* its rows are the names of chores that have something to do */
    int batch_max;  /* 0: it takes no batch, or chunk_is_batch */
    bool chunk_is_batch;
    int64_t (*idle_ms)(const struct config_planner *config);
    /* Doubled from idle_ms to this while it finds nothing; NULL: idle_ms always. */
    int64_t (*idle_max_ms)(const struct config_planner *config);
    /* How often it looks at everything, in between only at what is new since its last
     * answer; NULL: it has no such choice. */
    int64_t (*sweep_ms)(const struct config_planner *config);
    /* When a batch of one is refused: sets what is wrong with it aside; or NULL. */
    const struct pg_statement *aside;
    void (*fill)(
        const struct chore_view *view, struct chore_values *ret_values); /* or NULL */
    /* Reads an answer that is not one number; NULL: row 0, column 0 is how much was done.
     * `asked_at_ms`: when it was asked for, by clock_now_ms. */
    void (*on_rows)(const struct pg_rows *rows, int64_t asked_at_ms);
};

extern const struct chore_kind CHORES[];
extern const int CHORES_N;

/* What became of one request, for the decision when the next one leaves. */
struct chore_outcome {
    enum rc rc;
    int64_t done;  /* RC_OK: how much */
    int batch;     /* how much it was asked to do at most */
    int failures;  /* in a row, this one included */
    bool is_woken; /* somebody asked for it while it was in flight */
    int idles;     /* answers in a row that found nothing, this one included */
};

struct chore_idle {
    int64_t min_ms, max_ms;
};

/* Milliseconds until the chore's next request: 0 after work or a wake-up, its idle pause
 * (doubled from min to max by answers that found nothing), or after failures a pause that
 * doubles up to 30 s. A refused batch that can be set aside is halved without a pause. */
int64_t chore_pause_ms(const struct chore_kind *kind, struct chore_idle idle,
    const struct chore_outcome *outcome);

/* What a chore with a floor has seen, by the stopwatch. */
struct chore_floor {
    bool is_known;
    int64_t scanned_at_ms; /* when the last look left that took all it found */
    int64_t swept_at_ms;   /* the last one of them that looked at everything */
};

/* How far back a look that leaves now must reach, five seconds more than the last one,
 * for commits that were slow and rows that were locked; -1: everything. */
int64_t chore_since_ms(const struct chore_floor *floor, int64_t now_ms, int64_t sweep_ms);

/* The next batch: halved by a failure (down to 1), so that a batch that takes too long or
 * holds a bad row gets through in parts; doubled by a success up to `batch_max`. */
int chore_next_batch(int batch, int batch_max, bool is_ok);

enum { GAUGES_TURN_MS = 15000 };

/* The truths of the queue, from the rows of resumo_publish, which was asked for a turn of
 * GAUGES_TURN_MS: no rows, another planner shows them. They are forgotten at its end. */
void gauges_set(const struct pg_rows *rows, int64_t asked_at_ms);

/* The gauge carteiro_partes_adiante, from the rows of fila_parts_make. */
void gauges_set_parts(const struct pg_rows *rows, int64_t asked_at_ms);

struct chores_opts {
    struct loop *loop;
    struct pg *pg;
    const struct config_planner *config;
    const char *worker;
    bool followup; /* ENABLE_FOLLOWUP, for messages that a dead gateway left */
};

/* Asks nothing before chores_start. Borrows all that `opts` points to. NULL when out of
 * memory. */
struct chores *chores_new(const struct chores_opts *opts) MUST_USE;
void chores_free(struct chores *chores); /* accepts NULL */

/* The connection is there (again): all chores are due, but for those that back off. */
void chores_start(struct chores *chores);

/* NOTIFY: the chores that can be woken are due. */
void chores_wake(struct chores *chores);

/* Asks nothing any more; calls `on_drained` from the loop when the last answer is there.
 */
void chores_drain(struct chores *chores, void (*on_drained)(void *ctx), void *ctx);

#endif
