/*
 * Requests that are answered: in order, once, with what the server said.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "pg_internal.h"
#include "pg_probe.h"

static struct probe probe;
static const char *const INT_TEXT[] = {"int", "text"};

static const struct pg_statement ECHO_INT = {
    "echo_int", "select $1 as n, $2 as t", 2, INT_TEXT, 0, NULL, NULL};
static const struct pg_statement ECHO_TEXT = {
    "echo_text", "select $2 as t, $1 as n", 2, INT_TEXT, 0, NULL, NULL};
static const struct pg_statement DIVIDE = {
    "divide", "select 1 / $1, $2", 2, INT_TEXT, 0, NULL, NULL};
static const struct pg_statement INSERT = {"insert_row",
    "insert into probe.rows (id, t) values ($1, $2)", 2, INT_TEXT, 0, NULL, NULL};
static const struct pg_statement ORPHAN = {"orphan",
    "insert into probe.rows (id, parent, t) values ($1, 999, $2) returning id", 2,
    INT_TEXT, 0, NULL, NULL};
static const struct pg_statement FAIL = {
    "fail", "select probe.fail($2, $1)", 2, INT_TEXT, 0, NULL, NULL};
static const struct pg_statement LATE = {"late",
    "insert into probe.late values ($1 + length($2)) returning id", 2, INT_TEXT, 0, NULL,
    NULL};
static const struct pg_statement ALL_ROWS = {"all_rows",
    "select * from probe.rows where id = $1 and t = $2", 2, INT_TEXT, 0, NULL, NULL};
static const struct pg_statement NO_TABLE = {
    "no_table", "select $1, $2 from probe.later", 2, INT_TEXT, 0, NULL, NULL};
static const struct pg_statement FORGET = {
    "forget", "deallocate all", 0, NULL, 0, NULL, NULL};

static void
ask_a_thousand(bool is_pooled)
{
    char number[16];

    probe_open(&probe, &(struct pg_opts){.is_pooled = is_pooled});
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(number, sizeof(number), "%d", i);
        assert_int_equal(probe_ask(&probe, &ECHO_INT, number, "x"), i);
    }
    assert_int_equal(pg_pending(probe.pg), 1000);
    assert_int_equal(probe.answered, 0); /* never from inside the call */
    probe_until(&probe, probe_is_answered);
    probe_check_once(&probe);
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(number, sizeof(number), "%d", i);
        assert_int_equal(probe.answers[i].rc, RC_OK);
        assert_int_equal(probe.answers[i].nth, i);
        assert_string_equal(probe.answers[i].value, number);
    }
    assert_int_equal(probe_other(&probe, "select count(*) from pg_stat_activity"
                                         " where application_name = 'pg_probe'"),
        2);
    probe_close(&probe);
}

static void
a_thousand_requests_are_answered_in_order(void **state)
{
    (void)state;
    ask_a_thousand(false);
}

static void
behind_a_pooler_nothing_is_prepared(void **state)
{
    static const struct pg_statement COUNT = {"count",
        "select count(*) + $1 - length($2) from pg_prepared_statements", 2, INT_TEXT, 0,
        NULL, NULL};

    (void)state;
    ask_a_thousand(true);
    probe_open(&probe, &(struct pg_opts){.is_pooled = true});
    (void)probe_ask(&probe, &ECHO_INT, "0", "x");
    (void)probe_ask(&probe, &COUNT, "0", "");
    probe_until(&probe, probe_is_answered);
    assert_string_equal(probe.answers[1].value, "0");
    probe_close(&probe);
    probe_open(&probe, &(struct pg_opts){0});
    (void)probe_ask(&probe, &ECHO_INT, "0", "x");
    (void)probe_ask(&probe, &ECHO_INT, "0", "x");
    (void)probe_ask(&probe, &COUNT, "0", "");
    probe_until(&probe, probe_is_answered);
    assert_string_equal(probe.answers[2].value, "2"); /* itself and the other */
    probe_close(&probe);
}

static void
values_go_and_come_unchanged(void **state)
{
    static const char *const texts[] = {
        "", "it's \"quoted\" \\ {a,b}", "ação 😊", "a\nb\tc", "NULL", NULL};

    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    for (size_t i = 0; i < 6; i++)
        (void)probe_ask(&probe, &ECHO_TEXT, "-2147483648", texts[i]);
    probe_until(&probe, probe_is_answered);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(probe.answers[i].value, texts[i] ? texts[i] : "");
    probe_close(&probe);
}

static void
an_error_is_its_own_requests_only(void **state)
{
    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    (void)probe_ask(&probe, &INSERT, "1", "segredo");
    (void)probe_ask(&probe, &DIVIDE, "0", "segredo");
    (void)probe_ask(&probe, &INSERT, "1", "segredo");
    (void)probe_ask(&probe, &INSERT, "2", "segredo");
    probe_until(&probe, probe_is_answered);
    probe_check_once(&probe);
    assert_int_equal(probe.answers[0].rc, RC_OK);
    assert_int_equal(probe.answers[1].rc, RC_REJECTED);
    assert_string_equal(probe.answers[1].code, "22012");
    assert_int_equal(probe.answers[2].rc, RC_REJECTED);
    assert_string_equal(probe.answers[2].code, "23505");
    assert_string_equal(probe.answers[2].text,
        "duplicate key value violates unique constraint \"rows_pkey\"");
    assert_int_equal(probe.answers[3].rc, RC_OK);
    assert_int_equal(probe_other(&probe, "select count(*) from probe.rows"), 2);
    assert_int_equal(probe.ups, 1);
    assert_int_equal(probe.downs, 0);
    probe_close(&probe);
}

static void
an_error_of_the_commit_is_an_error(void **state)
{
    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    (void)probe_ask(&probe, &ORPHAN, "1", "x");
    (void)probe_ask(&probe, &ECHO_INT, "7", "x");
    probe_until(&probe, probe_is_answered);
    assert_int_equal(probe.answers[0].rc, RC_REJECTED);
    assert_string_equal(probe.answers[0].code, "23503");
    assert_string_equal(probe.answers[1].value, "7");
    probe_close(&probe);
}

static void
a_serialization_failure_is_repeated_ten_times(void **state)
{
    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    (void)probe_ask(&probe, &FAIL, "10", "40001");
    probe_until(&probe, probe_is_answered);
    assert_int_equal(probe.answers[0].rc, RC_OK);
    assert_string_equal(probe.answers[0].value, "11");

    (void)probe_other(&probe, "select setval('probe.calls', 1, false)");
    (void)probe_ask(&probe, &FAIL, "11", "40P01");
    probe_until(&probe, probe_is_answered);
    assert_int_equal(probe.answers[1].rc, RC_RETRY);
    assert_string_equal(probe.answers[1].code, "40P01");
    assert_int_equal(probe_other(&probe, "select last_value from probe.calls"), 11);

    (void)probe_other(&probe, "select setval('probe.calls', 1, false)");
    (void)probe_ask(&probe, &LATE, "1", "x");
    probe_until(&probe, probe_is_answered);
    assert_int_equal(probe.answers[2].rc, RC_OK);
    assert_int_equal(probe_other(&probe, "select count(*) from probe.late"), 1);
    probe_check_once(&probe);
    probe_close(&probe);
}

static void
passing_faults_are_told_from_final_ones(void **state)
{
    static const struct {
        const char *code;
        enum rc rc;
    } rows[] = {
        {"53200", RC_RETRY   },
        {"55P03", RC_RETRY   },
        {"57014", RC_RETRY   },
        {"58030", RC_RETRY   },
        {"40003", RC_UNKNOWN },
        {"08006", RC_UNKNOWN },
        {"P0001", RC_REJECTED},
        {"23514", RC_REJECTED},
        {"42501", RC_REJECTED},
    };

    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        (void)probe_ask(&probe, &FAIL, "1000", rows[i].code);
    probe_until(&probe, probe_is_answered);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        assert_string_equal(probe.answers[i].code, rows[i].code);
        assert_int_equal(probe.answers[i].rc, rows[i].rc);
    }
    assert_int_equal(probe.ups, 1);
    probe_close(&probe);
}

static void
a_stale_prepared_statement_is_prepared_again(void **state)
{
    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    (void)probe_other(&probe, "insert into probe.rows values (5, null, 'x')");
    (void)probe_ask(&probe, &ALL_ROWS, "5", "x");
    probe_until(&probe, probe_is_answered);
    (void)probe_other(&probe, "alter table probe.rows add column more int");
    for (int i = 0; i < 5;
         i++) /* all of them are on their way when the first one fails */
        (void)probe_ask(&probe, &ALL_ROWS, "5", "x");
    probe_until(&probe, probe_is_answered);
    (void)probe_ask(&probe, &FORGET, NULL, NULL);
    for (int i = 0; i < 5; i++)
        (void)probe_ask(&probe, &ALL_ROWS, "5", "x");
    probe_until(&probe, probe_is_answered);
    probe_check_once(&probe);
    for (int i = 0; i < probe.asked; i++)
        assert_int_equal(probe.answers[i].rc, RC_OK);
    assert_string_equal(probe.answers[probe.asked - 1].value, "5");
    probe_close(&probe);
}

static void
a_statement_that_cannot_be_prepared_works_once_it_can(void **state)
{
    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    for (int i = 0; i < 3; i++)
        (void)probe_ask(&probe, &NO_TABLE, "1", "x");
    probe_until(&probe, probe_is_answered);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(probe.answers[i].rc, RC_REJECTED);
        assert_string_equal(probe.answers[i].code, "42P01");
    }
    (void)probe_other(&probe, "create table probe.later as select");
    (void)probe_ask(&probe, &NO_TABLE, "1", "x");
    probe_until(&probe, probe_is_answered);
    assert_int_equal(probe.answers[3].rc, RC_OK);
    probe_check_once(&probe);
    probe_close(&probe);
}

static void
more_than_the_socket_takes_waits_and_is_answered(void **state)
{
    size_t bytes = 1 << 20;
    char *big = mem_alloc(bytes + 1, 1);

    (void)state;
    memset(big, 'x', bytes);
    probe_open(&probe, &(struct pg_opts){0});
    for (int i = 0; i < 64; i++)
        (void)probe_ask(&probe, &ECHO_TEXT, "1", big);
    mem_free(big);
    probe_until(&probe, probe_is_answered);
    probe_check_once(&probe);
    for (int i = 0; i < 64; i++)
        assert_int_equal(probe.answers[i].rc, RC_OK);
    probe_close(&probe);
}

static void
ask_again(struct probe *asking, struct answer *answer)
{
    (void)answer;
    if (asking->asked < 500)
        (void)probe_ask(asking, &ECHO_INT, "1", "x");
}

static void
a_callback_may_ask(void **state)
{
    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    probe.on_answer = ask_again;
    (void)probe_ask(&probe, &ECHO_INT, "1", "x");
    probe_until(&probe, probe_is_answered);
    probe_check_once(&probe);
    assert_int_equal(probe.asked, 500);
    probe_close(&probe);
}

static bool
is_notified(const struct probe *seen)
{
    return seen->notified == 2;
}

static void
notifications_arrive_and_survive_a_reconnect(void **state)
{
    (void)state;
    probe_open(&probe, &(struct pg_opts){.listen = "Canal de teste"});
    (void)probe_ask(&probe, &ECHO_INT, "1", "x"); /* LISTEN went before it */
    probe_until(&probe, probe_is_answered);
    (void)probe_other(&probe, "select pg_notify('Canal de teste', 'um')");
    (void)probe_other(&probe, "select pg_notify('Outro canal', 'nada')");
    (void)probe_other(&probe, "select pg_notify('Canal de teste', 'dois')");
    probe_until(&probe, is_notified);
    assert_string_equal(probe.payload, "dois");

    (void)probe_other(&probe,
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where application_name = 'pg_probe' and pid <> pg_backend_pid()");
    probe_until(&probe, probe_is_down);
    probe_until(&probe, probe_is_up);
    (void)probe_ask(&probe, &ECHO_INT, "1", "x");
    probe_until(&probe, probe_is_answered);
    probe.notified = 1;
    (void)probe_other(&probe, "select pg_notify('Canal de teste', 'três')");
    probe_until(&probe, is_notified);
    assert_string_equal(probe.payload, "três");
    probe_close(&probe);
}

/* What C declares by name must be what the server calls so. */
static void
type_names_have_the_servers_oids(void **state)
{
    static const char *const names[] = {"text", "int", "integer", "int4", "bigint",
        "int8", "uuid", "boolean", "bool", "timestamptz", "jsonb", "json", "numeric",
        "double precision", "float8", "real", "float4", "smallint", "int2", "date",
        "time", "timestamp", "interval", "bytea", "varchar", "inet", "a_type_of_our_own"};
    struct pg_statement statement = {.params = 1};
    Oid oids[PG_PARAMS_MAX];
    char name[40];
    char sql[120];

    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    statement.param_types = (const char *const[]){name};
    for (size_t i = 0; i < 2 * sizeof(names) / sizeof(*names); i++) {
        (void)snprintf(name, sizeof(name), "%s%s", names[i / 2], i % 2 ? "[]" : "");
        (void)snprintf(
            sql, sizeof(sql), "select coalesce(to_regtype('%s')::oid, 0)", name);
        pg_param_oids(&statement, oids);
        assert_int_equal(oids[0], probe_other(&probe, sql));
    }
    probe_close(&probe);
}

static void
the_blocking_variant_says_what_and_where(void **state)
{
    struct fault fault = {0};
    struct pg_rows *rows = NULL;

    (void)state;
    probe_open(&probe, &(struct pg_opts){0});
    assert_int_equal(pg_sync_query(probe.other, &ECHO_TEXT,
                         (const char *const[]){"5", NULL}, &rows, &fault),
        RC_OK);
    assert_int_equal(pg_count(rows), 1);
    assert_int_equal(pg_columns(rows), 2);
    assert_string_equal(pg_column_name(rows, 1), "n");
    assert_true(pg_is_null(rows, 0, 0));
    assert_int_equal(pg_int(rows, 0, 1), 5);
    pg_rows_free(rows);
    assert_int_equal(
        pg_sync_script(probe.other, "create table probe.a (x int);\nselect ção;", &fault),
        RC_REJECTED);
    assert_string_equal(fault.code, "42703");
    assert_int_equal(pg_sync_position(probe.other), 38);
    assert_int_equal(probe_other(&probe, "select 1"), 1); /* it goes on */
    assert_int_equal(pg_sync_script(probe.other,
                         "select pg_terminate_backend(pg_backend_pid())", &fault),
        RC_RETRY);
    assert_string_equal(fault.code, "57P01");
    assert_int_equal(pg_sync_script(probe.other, "select 1", &fault), RC_AGAIN);
    probe_close(&probe);
}

const struct CMUnitTest PROBE_REQUESTS[] = {
    cmocka_unit_test(a_thousand_requests_are_answered_in_order),
    cmocka_unit_test(behind_a_pooler_nothing_is_prepared),
    cmocka_unit_test(values_go_and_come_unchanged),
    cmocka_unit_test(an_error_is_its_own_requests_only),
    cmocka_unit_test(an_error_of_the_commit_is_an_error),
    cmocka_unit_test(a_serialization_failure_is_repeated_ten_times),
    cmocka_unit_test(passing_faults_are_told_from_final_ones),
    cmocka_unit_test(a_stale_prepared_statement_is_prepared_again),
    cmocka_unit_test(a_statement_that_cannot_be_prepared_works_once_it_can),
    cmocka_unit_test(more_than_the_socket_takes_waits_and_is_answered),
    cmocka_unit_test(a_callback_may_ask),
    cmocka_unit_test(notifications_arrive_and_survive_a_reconnect),
    cmocka_unit_test(type_names_have_the_servers_oids),
    cmocka_unit_test(the_blocking_variant_says_what_and_where),
};
const size_t PROBE_REQUESTS_N = sizeof(PROBE_REQUESTS) / sizeof(*PROBE_REQUESTS);
