/*
 * What pg does without a server: it cannot be reached, its name is not known, it does not
 * answer, the memory is out. tests/integration/pg_probe.c does the rest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants these before it */
#include <arpa/inet.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "loop.h"
#include "mem.h"
#include "pg.h"
#include "pgsync.h"

struct seen {
    struct loop *loop;
    struct pg *pg;
    int ups, downs, stop_after;
    bool frees;
    struct fault fault;
};

static const struct pg_statement ONE = {"one", "select 1 as n", 0, NULL, 0, NULL, NULL};

static void
on_state(void *ctx, bool is_up, const struct fault *fault)
{
    struct seen *seen = ctx;

    seen->ups += is_up;
    seen->downs += !is_up;
    if (fault)
        seen->fault = *fault;
    assert_int_equal(pg_query(seen->pg, &ONE, NULL, NULL, NULL), RC_AGAIN);
    if (seen->frees) {
        pg_free(seen->pg);
        seen->pg = NULL;
    }
    if (seen->downs >= seen->stop_after)
        loop_stop(seen->loop);
}

static void
give_up(void *ctx)
{
    (void)ctx;
    fail_msg("nothing happened within 20 s");
}

/* Runs until `downs` attempts failed; the time that it took. */
static int64_t
fail_to_connect(struct seen *seen, const char *url, int connect_ms, int downs)
{
    const struct pg_opts opts = {.url = url, .connect_ms = connect_ms};
    int64_t begun_at_ms = clock_now_ms();
    struct loop_timer limit = {0};

    seen->loop = loop_new();
    seen->stop_after = downs;
    assert_non_null(seen->loop);
    seen->pg = pg_new(seen->loop, &opts, on_state, NULL, seen);
    assert_non_null(seen->pg);
    assert_false(pg_is_up(seen->pg));
    loop_timer_init(&limit, seen->loop, give_up, NULL);
    loop_timer_in(&limit, 20000);
    loop_run(seen->loop);
    loop_timer_stop(&limit);
    pg_free(seen->pg);
    loop_free(seen->loop);
    assert_int_equal(seen->ups, 0);
    assert_int_equal(mem_live(), 0);
    return clock_now_ms() - begun_at_ms;
}

/* A loopback port on which nobody listens, or a listener that never says a word. */
static int
bind_loopback(bool is_listening, int *ret_port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t bytes = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, bytes), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &bytes), 0);
    if (is_listening)
        assert_int_equal(listen(fd, 5), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static void
a_refused_connection_is_tried_again_with_growing_pauses(void **state)
{
    struct seen seen = {0};
    char url[80];
    int port;
    int fd = bind_loopback(false, &port);
    int64_t took_ms;

    (void)state;
    (void)snprintf(url, sizeof(url), "postgresql://u:geheim@127.0.0.1:%d/d", port);
    took_ms = fail_to_connect(&seen, url, 0, 4);
    assert_int_equal(seen.downs, 4);
    assert_true(took_ms >= 250); /* 50 + 100 + 200, each less a fifth */
    assert_string_equal(seen.fault.source, "pg");
    assert_string_equal(seen.fault.code, "connect");
    assert_non_null(strstr(seen.fault.text, "refused"));
    assert_null(strstr(seen.fault.text, "geheim"));
    (void)close(fd);
}

static void
a_silent_server_is_given_up_at_the_deadline(void **state)
{
    struct seen seen = {0};
    char url[80];
    int port;
    int fd = bind_loopback(true, &port);
    int64_t took_ms;

    (void)state;
    (void)snprintf(url, sizeof(url), "host=127.0.0.1 port=%d", port);
    took_ms = fail_to_connect(&seen, url, 200, 1);
    assert_in_range(took_ms, 190, 5000);
    assert_string_equal(seen.fault.code, "timeout");
    (void)close(fd);
}

static void
names_are_looked_up_and_one_that_is_none_is_said(void **state)
{
    struct seen seen = {0};
    struct seen unknown = {0};
    char url[80];
    int port;
    int fd = bind_loopback(false, &port);

    (void)state;
    (void)snprintf(
        url, sizeof(url), "postgresql://localhost:%d,127.0.0.1:%d/d", port, port);
    (void)fail_to_connect(&seen, url, 0, 1);
    assert_string_equal(seen.fault.code, "connect");
    if (!strstr(seen.fault.text, "refused"))
        fail_msg("%s", seen.fault.text);
    (void)close(fd);

    /* a label of more than 63 letters is refused without asking any server */
    (void)fail_to_connect(&unknown,
        "host=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
        "invalid",
        10000, 1);
    assert_string_equal(unknown.fault.code, "lookup");
}

static void
a_bad_url_is_said_without_quoting_it(void **state)
{
    struct seen seen = {0};

    (void)state;
    (void)fail_to_connect(&seen, "postgresql://u:geheim@h/%zz", 0, 1);
    assert_string_equal(seen.fault.code, "url");
    assert_null(strstr(seen.fault.text, "geheim"));
}

static void
a_missing_or_empty_password_file_is_said(void **state)
{
    const char *const paths[] = {"/nonexistent/password", "/dev/null"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct fault fault = {0};
        const struct pg_opts opts = {.url = "host=127.0.0.1", .password_file = paths[i]};

        assert_null(pg_sync_open(&opts, &fault));
        assert_string_equal(fault.code, "password");
    }
    assert_int_equal(mem_live(), 0);
}

static void
may_be_freed_from_its_own_callback_and_before_it_began(void **state)
{
    struct seen seen = {.frees = true};
    struct loop *loop = loop_new();
    const struct pg_opts opts = {.url = "host=no-such-host.invalid"};

    (void)state;
    pg_free(NULL);
    pg_free(pg_new(loop, &opts, NULL, NULL, NULL));
    loop_free(loop);
    (void)fail_to_connect(&seen, "host=/nonexistent", 0, 1);
}

static void
every_failed_allocation_of_an_attempt_is_survived(void **state)
{
    (void)state;
    for (int nth = 0; nth < 12; nth++) {
        struct seen seen = {0};
        const struct pg_opts opts = {.url = "host=localhost port=1"};
        struct loop_timer limit = {0};

        seen.loop = loop_new();
        seen.stop_after = 1;
        loop_timer_init(&limit, seen.loop, give_up, NULL);
        loop_timer_in(&limit, 20000);
        mem_fail_at(nth);
        seen.pg = pg_new(seen.loop, &opts, on_state, NULL, &seen);
        if (seen.pg)
            loop_run(seen.loop);
        mem_fail_at(-1);
        pg_free(seen.pg);
        loop_timer_stop(&limit);
        loop_free(seen.loop);
        assert_int_equal(mem_live(), 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_connection_is_tried_again_with_growing_pauses),
        cmocka_unit_test(a_silent_server_is_given_up_at_the_deadline),
        cmocka_unit_test(names_are_looked_up_and_one_that_is_none_is_said),
        cmocka_unit_test(a_bad_url_is_said_without_quoting_it),
        cmocka_unit_test(a_missing_or_empty_password_file_is_said),
        cmocka_unit_test(may_be_freed_from_its_own_callback_and_before_it_began),
        cmocka_unit_test(every_failed_allocation_of_an_attempt_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
