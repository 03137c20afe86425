/*
 * What this build knows of the schema, and waiting without a database.
 * tests/integration/schema_probe.c waits with one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these before it */
#include <cmocka.h>
#include <string.h>

#include "loop.h"
#include "mem.h"
#include "pg.h"
#include "schema.h"

static void
migrations_are_numbered_without_gaps(void **state)
{
    int n = 0;

    (void)state;
    for (const struct schema_file *file = SCHEMA_MIGRATIONS; file->name; file++) {
        assert_int_equal(file->number, ++n);
        assert_int_equal(strlen(file->checksum), 64);
        assert_true(file->text[0] != '\0');
    }
    assert_int_equal(schema_newest(), n);
    assert_true(n > 0);
}

static void
functions_are_one_a_file_and_in_order(void **state)
{
    const char *former = "";

    (void)state;
    for (const struct schema_file *file = SCHEMA_FUNCTIONS; file->name; file++) {
        assert_int_equal(file->number, 0);
        assert_true(strcmp(former, file->name) < 0);
        assert_non_null(strstr(file->text, file->name));
        former = file->name;
    }
}

static void
never(void *ctx, const char *missing)
{
    (void)ctx;
    fail_msg("an answer without a database: %s", missing ? missing : "there");
}

static void
stop(void *ctx)
{
    loop_stop(ctx);
}

static void
without_a_database_nothing_is_said_and_all_comes_down(void **state)
{
    const struct pg_opts opts = {.url = "host=/nonexistent"};
    struct loop *loop = loop_new();
    struct pg *pg = pg_new(loop, &opts, NULL, NULL, NULL);
    struct schema_wait *wait = schema_wait_new(loop, pg, never, NULL);
    struct loop_timer timer = {0};

    (void)state;
    schema_wait_free(NULL);
    mem_fail_at(0);
    assert_null(schema_wait_new(loop, pg, never, NULL));
    mem_fail_at(-1);
    loop_timer_init(&timer, loop, stop, loop);
    loop_timer_in(&timer, 150);
    loop_run(loop);
    schema_wait_free(wait);
    pg_free(pg);
    loop_free(loop);
    assert_int_equal(mem_live(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(migrations_are_numbered_without_gaps),
        cmocka_unit_test(functions_are_one_a_file_and_in_order),
        cmocka_unit_test(without_a_database_nothing_is_said_and_all_comes_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
