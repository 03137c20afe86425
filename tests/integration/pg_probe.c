/*
 * The program: helpers of the tests and main. Ends with the number of failed tests.
 */
#include "pg_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "metrics.h"

const char *
probe_url(void)
{
    const char *url = getenv("CARTEIRO_TEST_DATABASE_URL");

    if (!url)
        fail_msg("CARTEIRO_TEST_DATABASE_URL is not set");
    return url;
}

static void
on_state(void *ctx, bool is_up, const struct fault *fault)
{
    struct probe *probe = ctx;

    probe->ups += is_up;
    probe->downs += !is_up;
    if (fault)
        probe->lost = *fault;
    assert_int_equal(is_up, fault == NULL);
    assert_int_equal(is_up, pg_is_up(probe->pg));
}

static void
on_notify(void *ctx, const char *channel, const char *payload)
{
    struct probe *probe = ctx;

    assert_string_equal(channel, "Canal de teste");
    probe->notified++;
    (void)snprintf(probe->payload, sizeof(probe->payload), "%s", payload);
}

static void
on_done(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct answer *answer = ctx;
    struct probe *probe = answer->probe;

    assert_int_equal(rc == RC_OK, rows != NULL);
    assert_int_equal(rc == RC_OK, fault == NULL);
    answer->times++;
    answer->nth = probe->answered++;
    answer->rc = rc;
    if (rows && pg_count(rows) > 0)
        (void)snprintf(
            answer->value, sizeof(answer->value), "%.60s", pg_text(rows, 0, 0));
    if (fault) {
        (void)snprintf(answer->code, sizeof(answer->code), "%s", fault->code);
        (void)snprintf(answer->text, sizeof(answer->text), "%s", fault->text);
    }
    if (probe->on_answer)
        probe->on_answer(probe, answer);
}

int64_t
probe_other(struct probe *probe, const char *sql)
{
    const struct pg_statement statement = {.name = "other", .text = sql};
    struct pg_rows *rows = NULL;
    struct fault fault = {0};
    int64_t value;

    if (pg_sync_query(probe->other, &statement, NULL, &rows, &fault) != RC_OK)
        fail_msg("%s: %s", sql, fault.text);
    value = pg_count(rows) ? pg_int(rows, 0, 0) : 0;
    pg_rows_free(rows);
    return value;
}

static const char SETUP[] =
    "set client_min_messages = warning;"
    "drop schema if exists probe cascade; create schema probe;"
    "create table probe.rows (id int primary key, parent int"
    "   references probe.rows deferrable initially deferred, t text);"
    "create sequence probe.calls;"
    /* fails with the code until it was called so often: a sequence is not rolled back */
    "create function probe.fail(code text, times int) returns bigint language plpgsql as "
    "$$"
    "   declare n bigint := nextval('probe.calls'); begin"
    "   if n <= times then raise exception 'call %', n using errcode = code; end if;"
    "   return n; end $$;"
    "create function probe.fail_late() returns trigger language plpgsql as $$"
    "   begin perform probe.fail('40001', 2); return null; end $$;"
    "create table probe.late (id int);"
    "create constraint trigger late after insert on probe.late deferrable initially "
    "deferred"
    "   for each row execute function probe.fail_late();";

void
probe_open(struct probe *probe, const struct pg_opts *opts)
{
    struct pg_opts full = *opts;
    struct fault fault = {0};

    *probe = (struct probe){0};
    full.url = probe_url();
    full.application_name = "pg_probe";
    probe->other = pg_sync_open(&full, &fault);
    if (!probe->other)
        fail_msg("%s", fault.text);
    if (pg_sync_script(probe->other, SETUP, &fault) != RC_OK)
        fail_msg("%s", fault.text);
    probe->loop = loop_new();
    probe->pg = pg_new(probe->loop, &full, on_state, on_notify, probe);
    assert_non_null(probe->pg);
    probe_until(probe, probe_is_up);
}

void
probe_close(struct probe *probe)
{
    pg_free(probe->pg);
    loop_free(probe->loop);
    pg_sync_close(probe->other);
    metrics_forget(); /* what was timed lives as long as the process */
    assert_int_equal(mem_live(), 0);
}

int
probe_ask(struct probe *probe, const struct pg_statement *statement, const char *a,
    const char *b)
{
    struct answer *answer = &probe->answers[probe->asked];
    char first[128] = "";
    const char *values[] = {a ? strncpy(first, a, sizeof(first) - 1) : NULL, b};

    assert_true(probe->asked < ANSWERS_MAX);
    answer->probe = probe;
    assert_int_equal(pg_query(probe->pg, statement, values, on_done, answer), RC_OK);
    memset(first, '#', sizeof(first)); /* it must have been copied */
    return probe->asked++;
}

struct until {
    struct probe *probe;
    bool (*is_met)(const struct probe *probe);
    struct loop_timer timer;
    int left;
};

static void
look(void *ctx)
{
    struct until *until = ctx;

    if (until->is_met(until->probe) || until->left-- == 0)
        loop_stop(until->probe->loop);
    else
        loop_timer_in(&until->timer, 1);
}

void
probe_until(struct probe *probe, bool (*is_met)(const struct probe *probe))
{
    struct until until = {.probe = probe, .is_met = is_met, .left = 20000};

    loop_timer_init(&until.timer, probe->loop, look, &until);
    loop_timer_in(&until.timer, 0);
    loop_run(probe->loop);
    loop_timer_stop(&until.timer);
    if (!is_met(probe))
        fail_msg("not within 20 s: %d asked, %d answered, %d ups, %d downs, lost: %s",
            probe->asked, probe->answered, probe->ups, probe->downs, probe->lost.text);
}

bool
probe_is_answered(const struct probe *probe)
{
    return probe->answered >= probe->asked;
}

bool
probe_is_up(const struct probe *probe)
{
    return pg_is_up(probe->pg);
}

bool
probe_is_down(const struct probe *probe)
{
    return probe->downs > 0;
}

void
probe_check_once(const struct probe *probe)
{
    for (int i = 0; i < probe->asked; i++)
        if (probe->answers[i].times != 1)
            fail_msg("request %d answered %d times", i, probe->answers[i].times);
    assert_int_equal(probe->answered, probe->asked);
    assert_int_equal(pg_pending(probe->pg), 0);
}

int
main(void)
{
    int failed = 0;

    failed +=
        _cmocka_run_group_tests("requests", PROBE_REQUESTS, PROBE_REQUESTS_N, NULL, NULL);
    failed += _cmocka_run_group_tests("faults", PROBE_FAULTS, PROBE_FAULTS_N, NULL, NULL);
    return failed;
}
