/*
 * A connection that is slow, ended or broken: each request is answered once, and what is
 * said of it is true in the database.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "clock.h"
#include "mem.h"
#include "pg_probe.h"

static struct probe probe;
static const char *const INT_TEXT[] = {"int", "text"};

static const struct pg_statement PID = {
    "pid", "select pg_backend_pid() + $1 - length($2)", 2, INT_TEXT, 0, NULL, NULL};
static const struct pg_statement NAP = {
    "nap", "select pg_sleep($1 / 1000.0), $2", 2, INT_TEXT, 0, NULL, NULL};
static const struct pg_statement INSERT = {"insert_slowly",
    "insert into probe.rows (id, t) select $1, $2 from pg_sleep(0.001)", 2, INT_TEXT, 0,
    NULL, NULL};

static pid_t
backend(void)
{
    int at = probe_ask(&probe, &PID, "0", "");
    pid_t pid = 0;

    probe_until(&probe, probe_is_answered);
    for (const char *digit = probe.answers[at].value; *digit; digit++)
        pid = pid * 10 + (*digit - '0');
    return pid;
}

static void
terminate_it(void)
{
    (void)probe_other(&probe,
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where application_name = 'pg_probe' and pid <> pg_backend_pid()");
}

static void
the_server_gives_up_first(void **state)
{
    int64_t begun_at_ms = clock_now_ms();

    (void)state;
    probe_open(&probe, &(struct pg_opts){.statement_ms = 500});
    (void)probe_ask(&probe, &NAP, "10000", "x");
    (void)probe_ask(&probe, &NAP, "0", "x");
    probe_until(&probe, probe_is_answered);
    assert_int_equal(probe.answers[0].rc, RC_RETRY);
    assert_string_equal(probe.answers[0].code, "57014");
    assert_int_equal(probe.answers[1].rc, RC_OK);
    assert_int_equal(probe.ups, 1);
    assert_int_equal(probe.downs, 0);
    assert_true(clock_now_ms() - begun_at_ms < 5000);
    probe_close(&probe);
}

static void
no_answer_in_time_breaks_the_connection(void **state)
{
    (void)state;
    probe_open(&probe, &(struct pg_opts){.statement_ms = 300, .is_pooled = true});
    /* each has its own time, counted from when the server could begin with it */
    for (int i = 0; i < 6; i++)
        (void)probe_ask(&probe, &NAP, "100", "x");
    (void)probe_ask(&probe, &NAP, "10000", "x");
    (void)probe_ask(&probe, &NAP, "0", "x");
    probe_until(&probe, probe_is_answered);
    probe_check_once(&probe);
    for (int i = 0; i < 6; i++)
        assert_int_equal(probe.answers[i].rc, RC_OK);
    assert_int_equal(probe.answers[6].rc, RC_UNKNOWN);
    assert_string_equal(probe.answers[6].code, "timeout");
    assert_int_equal(probe.answers[7].rc, RC_UNKNOWN);
    assert_int_equal(probe.downs, 1);
    probe_until(&probe, probe_is_up);
    (void)probe_ask(&probe, &NAP, "0", "x");
    probe_until(&probe, probe_is_answered);
    assert_int_equal(probe.answers[8].rc, RC_OK);
    probe_close(&probe);
}

/* In NAP itself: INSERT sleeps too, for a moment. */
static bool
is_napping(const struct probe *seen)
{
    return probe_other((struct probe *)seen,
               "select count(*) from pg_stat_activity where application_name = 'pg_probe'"
               " and wait_event = 'PgSleep' and query like 'select pg_sleep(%'") > 0;
}

static void
a_terminated_request_is_undone_and_the_next_are_unknown(void **state)
{
    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    (void)probe_ask(&probe, &NAP, "0", "x");
    (void)probe_ask(&probe, &NAP, "10000", "x");
    (void)probe_ask(&probe, &NAP, "0", "x");
    probe_until(&probe, is_napping);
    terminate_it();
    probe_until(&probe, probe_is_answered);
    probe_check_once(&probe);
    assert_int_equal(probe.answers[0].rc, RC_OK);
    assert_int_equal(probe.answers[1].rc, RC_RETRY);
    assert_string_equal(probe.answers[1].code, "57P01");
    assert_int_equal(probe.answers[2].rc, RC_UNKNOWN);
    assert_int_equal(probe.downs, 1);
    assert_string_equal(probe.lost.code, "57P01");
    probe_until(&probe, probe_is_up);
    (void)probe_ask(&probe, &NAP, "0", "x");
    probe_until(&probe, probe_is_answered);
    assert_int_equal(probe.answers[3].rc, RC_OK);
    probe_close(&probe);
}

static void
an_idle_connection_that_ends_is_made_again(void **state)
{
    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    terminate_it();
    probe_until(&probe, probe_is_down);
    assert_string_equal(probe.lost.source, "pg");
    probe_until(&probe, probe_is_up);
    assert_int_equal(probe.ups, 2);
    (void)probe_ask(&probe, &NAP, "0", "x");
    probe_until(&probe, probe_is_answered);
    terminate_it(); /* and after it was used */
    probe.downs = 0;
    probe_until(&probe, probe_is_down);
    probe_until(&probe, probe_is_up);
    assert_int_equal(probe.ups, 3);
    probe_close(&probe);
}

static bool
is_half_way(const struct probe *seen)
{
    return seen->answered > 100;
}

static bool
is_there(int id)
{
    char sql[80];

    (void)snprintf(sql, sizeof(sql), "select count(*) from probe.rows where id = %d", id);
    return probe_other(&probe, sql) == 1;
}

/* Whatever was said of each request holds in the database. */
static void
check_rows(int first)
{
    int seen[RC_OOM + 1] = {0};

    for (int i = first; i < probe.asked; i++) {
        enum rc rc = probe.answers[i].rc;

        seen[rc]++;
        if (rc == RC_OK)
            assert_true(is_there(i));
        else if (rc == RC_UNKNOWN)
            (void)is_there(i); /* either */
        else
            assert_false(is_there(i));
    }
    assert_true(seen[RC_OK] > 0);
    assert_true(seen[RC_UNKNOWN] > 0);
    print_message("ok %d, again %d, retry %d, unknown %d\n", seen[RC_OK], seen[RC_AGAIN],
        seen[RC_RETRY], seen[RC_UNKNOWN]);
}

static void
ask_rows(int n, const char *text)
{
    char id[16];

    for (int i = 0; i < n; i++) {
        (void)snprintf(id, sizeof(id), "%d", probe.asked);
        (void)probe_ask(&probe, &INSERT, id, text);
    }
}

/* kill -9 of a backend makes the whole server restart. */
static void
a_crash_in_mid_pipeline_answers_each_request_once(void **state)
{
    struct fault fault = {0};
    const struct pg_opts opts = {.url = probe_url()};
    pid_t pid;

    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    pid = backend();
    ask_rows(1000, "x");
    probe_until(&probe, is_half_way);
    assert_int_equal(kill(pid, SIGKILL), 0);
    probe_until(&probe, probe_is_answered);
    probe_check_once(&probe);
    probe_until(&probe, probe_is_up); /* through "the database system is starting up" */
    pg_sync_close(probe.other);
    probe.other = pg_sync_open(&opts, &fault);
    assert_non_null(probe.other);
    check_rows(1);
    probe_close(&probe);
}

static void
what_never_left_is_told_from_what_did(void **state)
{
    size_t bytes = 1 << 20;
    char *big = mem_alloc(bytes + 1, 1);
    int again = 0;

    (void)state;
    memset(big, 'x', bytes);
    probe_open(&probe, &(struct pg_opts){0});
    ask_rows(50, "x");
    (void)probe_ask(&probe, &NAP, "10000", "x");
    ask_rows(64, big);
    mem_free(big);
    probe_until(&probe, is_napping);
    terminate_it();
    probe_until(&probe, probe_is_answered);
    probe_check_once(&probe);
    for (int i = 0; i < probe.asked; i++)
        again += probe.answers[i].rc == RC_AGAIN;
    assert_true(again > 30); /* they waited here, not in libpq */
    check_rows(0);
    probe_close(&probe);
}

static void
free_it(struct probe *seen, struct answer *answer)
{
    if (answer->nth != 5)
        return;
    pg_free(seen->pg);
    seen->pg = NULL;
}

static bool
is_freed(const struct probe *seen)
{
    return !seen->pg;
}

static void
a_callback_may_free_and_nobody_is_called_after_it(void **state)
{
    (void)state;
    for (int is_terminated = 0; is_terminated < 2; is_terminated++) {
        probe_open(&probe, &(struct pg_opts){0});
        probe.on_answer = free_it;
        for (int i = 0; i < 20; i++)
            (void)probe_ask(&probe, &NAP, is_terminated ? "10000" : "0", "x");
        if (is_terminated) {
            probe_until(&probe, is_napping);
            terminate_it();
        }
        probe_until(&probe, is_freed);
        assert_int_equal(probe.answered, 6);
        assert_int_equal(probe.downs, 0);
        probe_close(&probe);
    }
}

static bool
is_idle(const struct probe *seen)
{
    return pg_pending(seen->pg) == 0;
}

static void
who_goes_away_is_forgotten(void **state)
{
    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    (void)probe_ask(&probe, &NAP, "0", "x");
    (void)probe_ask(&probe, &NAP, "0", "x");
    pg_forget(probe.pg, &probe.answers[0]);
    probe_until(&probe, is_idle);
    assert_int_equal(probe.answers[0].times, 0);
    assert_int_equal(probe.answers[1].times, 1);
    probe_close(&probe);
}

static void
on_any(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    (void)rc;
    (void)rows;
    (void)fault;
    (*(int *)ctx)--;
}

/* Fail each allocation in turn: what was accepted is answered, and all comes down clean.
 */
static void
every_failed_allocation_is_survived(void **state)
{
    static const char *const values[] = {"0", "x"};

    (void)state;
    for (int nth = 0; nth < 30; nth++) {
        int owed = 0;

        probe_open(&probe, &(struct pg_opts){.listen = "Canal de teste"});
        mem_fail_at(nth);
        for (int i = 0; i < 8; i++) {
            enum rc rc = pg_query(probe.pg, i % 2 ? &NAP : &PID, values, on_any, &owed);

            assert_true(rc == RC_OK || rc == RC_OOM || rc == RC_AGAIN);
            owed += rc == RC_OK;
        }
        mem_fail_at(-1);
        terminate_it();
        mem_fail_at(nth);
        probe_until(&probe, probe_is_down);
        probe_until(&probe, probe_is_up);
        mem_fail_at(-1);
        assert_int_equal(owed, 0);
        probe_close(&probe);
    }
}

const struct CMUnitTest PROBE_FAULTS[] = {
    cmocka_unit_test(the_server_gives_up_first),
    cmocka_unit_test(no_answer_in_time_breaks_the_connection),
    cmocka_unit_test(a_terminated_request_is_undone_and_the_next_are_unknown),
    cmocka_unit_test(an_idle_connection_that_ends_is_made_again),
    cmocka_unit_test(a_crash_in_mid_pipeline_answers_each_request_once),
    cmocka_unit_test(what_never_left_is_told_from_what_did),
    cmocka_unit_test(a_callback_may_free_and_nobody_is_called_after_it),
    cmocka_unit_test(who_goes_away_is_forgotten),
    cmocka_unit_test(every_failed_allocation_is_survived),
};
const size_t PROBE_FAULTS_N = sizeof(PROBE_FAULTS) / sizeof(*PROBE_FAULTS);
