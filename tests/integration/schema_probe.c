/*
 * Waits for the schema of CARTEIRO_TEST_DATABASE_URL, prints each answer, and ends when
 * nothing is missing. test_migrar.py reads it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "loop.h"
#include "mem.h"
#include "metrics.h"
#include "pg.h"
#include "schema.h"

static void
on_change(void *ctx, const char *missing)
{
    (void)printf("%s\n", missing ? missing : "there");
    (void)fflush(stdout);
    if (!missing)
        loop_stop(ctx);
}

int
main(void)
{
    const struct pg_opts opts = {.url = getenv("CARTEIRO_TEST_DATABASE_URL")};
    struct loop *loop = loop_new();
    struct pg *pg = pg_new(loop, &opts, NULL, NULL, NULL);
    struct schema_wait *wait = schema_wait_new(loop, pg, on_change, loop);

    loop_run(loop);
    /* freed while its question may be under way: nobody may be called */
    schema_wait_free(wait);
    wait = schema_wait_new(loop, pg, on_change, loop);
    schema_wait_free(wait);
    pg_free(pg);
    loop_free(loop);
    metrics_forget(); /* what was timed lives as long as the process */
    return mem_live() == 0 ? 0 : 1;
}
