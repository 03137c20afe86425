/*
 * The table of chores: each row agrees with the statement it names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "chore.h"
#include "config.h"
#include "pg.h"

static const struct config_planner config = {.rescue_s = 15,
    .quarentena_s = 600,
    .incerta_dias = 8,
    .fila_teto = 10000,
    .chunk = 5000,
    .poll_ms = 1000,
    .grace_s = 30};

static const struct chore_kind *
chore_called(const char *name)
{
    for (int i = 0; i < CHORES_N; i++)
        if (strcmp(CHORES[i].name, name) == 0)
            return &CHORES[i];
    fail_msg("no chore is called %s", name);
    return NULL;
}

static void
every_chore_fills_the_parameters_of_its_statement(void **state)
{
    (void)state;
    for (int i = 0; i < CHORES_N; i++) {
        const struct chore_kind *kind = &CHORES[i];
        struct chore_view view = {.config = &config, .worker = "planner-1", .batch = 7};
        struct chore_values values = {0};

        if (kind->fill)
            kind->fill(&view, &values);
        for (int at = 0; at < CHORE_VALUES_MAX; at++)
            assert_int_equal(values.values[at] != NULL, at < kind->statement->params);
    }
}

static void
an_answer_is_a_number_or_the_chore_reads_it(void **state)
{
    (void)state;
    for (int i = 0; i < CHORES_N; i++)
        if (!CHORES[i].on_rows && !CHORES[i].is_look)
            assert_string_equal(CHORES[i].statement->column_types[0], "integer");
}

static void
a_chore_comes_again_only_when_it_knows_its_batch(void **state)
{
    (void)state;
    for (int i = 0; i < CHORES_N; i++)
        if (CHORES[i].again == CHORE_WHILE_FULL)
            assert_true(CHORES[i].batch_max > 0);
}

static void
names_are_told_apart(void **state)
{
    (void)state;
    for (int i = 0; i < CHORES_N; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(CHORES[i].name, CHORES[j].name);
}

static void
a_reserva_is_looked_for_three_times_in_its_rescue_time(void **state)
{
    (void)state;
    assert_int_equal(chore_called("resgate")->idle_ms(&config), 5000);
}

static void
times_and_limits_come_from_the_configuration(void **state)
{
    struct chore_view view = {
        .config = &config, .worker = "planner-1", .batch = 5000, .since_ms = -1};
    struct chore_values values = {0};

    (void)state;
    chore_called("resgate")->fill(&view, &values);
    assert_string_equal(values.values[1], "600000");
    assert_null(values.values[2]); /* no floor: everything */
    chore_called("quarentena")->fill(&view, &values);
    assert_string_equal(values.values[1], "8");
    assert_string_equal(values.values[2], "3600000"); /* silence: an hour */
    chore_called("campanhas")->fill(&view, &values);
    assert_string_equal(values.values[0], "5000");
    assert_string_equal(values.values[1], "10000");
    assert_int_equal(chore_called("olhada")->idle_ms(&config), 200);
}

/* Effects at most a second late, and campaigns too: whoever waits for the look waits for
 * its longest pause and its jitter. */
static void
the_look_comes_within_a_second(void **state)
{
    (void)state;
    assert_in_range(chore_called("olhada")->idle_max_ms(&config) * 12 / 10, 1, 950);
    assert_true(chore_called("efeitos")->is_looked);
    assert_true(chore_called("campanhas")->is_looked);
    assert_true(chore_called("campanhas_agendadas")->is_looked);
    assert_true(chore_called("agendas")->is_looked);
}

/* Idle it asks little: what asks by itself, statements a second. */
static void
idle_it_asks_three_times_a_second(void **state)
{
    double per_s = 0;

    (void)state;
    for (int i = 0; i < CHORES_N; i++) {
        const struct chore_kind *kind = &CHORES[i];

        per_s += 1000.0 / (double)(kind->idle_max_ms ? kind->idle_max_ms(&config)
                                                     : kind->idle_ms(&config));
    }
    assert_true(per_s < 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_chore_fills_the_parameters_of_its_statement),
        cmocka_unit_test(an_answer_is_a_number_or_the_chore_reads_it),
        cmocka_unit_test(a_chore_comes_again_only_when_it_knows_its_batch),
        cmocka_unit_test(names_are_told_apart),
        cmocka_unit_test(a_reserva_is_looked_for_three_times_in_its_rescue_time),
        cmocka_unit_test(times_and_limits_come_from_the_configuration),
        cmocka_unit_test(the_look_comes_within_a_second),
        cmocka_unit_test(idle_it_asks_three_times_a_second),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
