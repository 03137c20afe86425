/*
 * service_main in child processes of this test: what they print, what they serve and how
 * they end. The child's program is a tiny one that drains after 50 ms.
 */
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop.h"
#include "service.h"

#define ARGS_MAX 8

struct tiny {
    struct service *service;
    struct loop_timer drained;
    bool is_open;
};

static struct tiny tiny;
static bool is_failing, is_never_draining;

static void
on_drained(void *ctx)
{
    struct tiny *self = ctx;

    service_stop(self->service, SERVICE_OK);
}

static bool
tiny_option(struct service *service, const char *name, const char *value)
{
    if (!strcmp(name, "--taxa") && value)
        service_config(service)->sender.taxa_padrao = 7;
    else if (!strcmp(name, "--open") && !value)
        tiny.is_open = true;
    else
        return false;
    return true;
}

static int
tiny_start(struct service *service)
{
    if (is_failing)
        return SERVICE_TRY_AGAIN;
    tiny.service = service;
    loop_timer_init(&tiny.drained, service_loop(service), on_drained, &tiny);
    service_set_self(service, &tiny);
    service_ready(service, tiny.is_open, "waiting for 0001_fila");
    return 0;
}

static void
tiny_drain(void *self)
{
    struct tiny *owned = self;

    if (!is_never_draining)
        loop_timer_in(&owned->drained, 50);
}

static void
tiny_done(void *self)
{
    (void)self;
    (void)fputs("done called\n", stdout);
    (void)fflush(stdout);
}

static const struct service_program program = {
    .name = "carteiro-tiny",
    .about = "A tiny program.",
    .extra_options = "  --open           be ready at once\n",
    .option = tiny_option,
    .start = tiny_start,
    .drain = tiny_drain,
    .done = tiny_done,
};

struct child {
    pid_t pid;
    int out; /* its stdout and stderr */
    char text[16384];
    size_t bytes;
};

static void
child_start(struct child *child, const char *const *args)
{
    char *argv[ARGS_MAX + 2] = {(char *)(uintptr_t) "carteiro-tiny"};
    int pipes[2];
    int n = 1;

    memset(child, 0, sizeof(*child));
    for (; *args; args++)
        argv[n++] = (char *)(uintptr_t)*args;
    assert_int_equal(pipe(pipes), 0);
    (void)fflush(NULL);
    child->pid = fork();
    assert_true(child->pid >= 0);
    if (child->pid == 0) {
        (void)dup2(pipes[1], 1);
        (void)dup2(pipes[1], 2);
        (void)close(pipes[0]);
        (void)close(pipes[1]);
        n = service_main(&program, n, argv);
        (void)fflush(NULL);
        _exit(n);
    }
    (void)close(pipes[1]);
    child->out = pipes[0];
}

/* Reads until `text` was printed or the child closed its output. */
static bool
child_says(struct child *child, const char *text)
{
    while (!strstr(child->text, text)) {
        ssize_t n = read(child->out, child->text + child->bytes,
            sizeof(child->text) - 1 - child->bytes);

        if (n <= 0)
            return false;
        child->bytes += (size_t)n;
    }
    return true;
}

static int
child_end(struct child *child)
{
    int status = 0;

    (void)child_says(child, "\001 never printed: reads to the end");
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    (void)close(child->out);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void
expect_text(const struct child *child, const char *text)
{
    if (strstr(child->text, text))
        return;
    print_error("expected: %s\nsaid: %s\n", text, child->text);
    fail();
}

static int
run(struct child *child, const char *first, const char *second)
{
    const char *const args[] = {first, second, NULL};

    child_start(child, args);
    return child_end(child);
}

static int
metrics_port(struct child *child)
{
    const char *at;

    assert_true(child_says(child, "\"service.up\""));
    assert_true(child_says(child, "\"metrics_port\":"));
    at = strstr(child->text, "\"metrics_port\":");
    return (int)strtoul(at + strlen("\"metrics_port\":"), NULL, 10);
}

/* A whole answer, read to the end of the connection. */
static const char *
get(int port, const char *path)
{
    static char text[65536];
    struct sockaddr_in addr = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t bytes = 0;
    ssize_t n;

    assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    (void)snprintf(text, sizeof(text),
        "GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", path);
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
    while ((n = recv(fd, text + bytes, sizeof(text) - 1 - bytes, 0)) > 0)
        bytes += (size_t)n;
    text[bytes] = '\0';
    (void)close(fd);
    return text;
}

static void
help_names_options_configuration_and_exit_codes(void **state)
{
    struct child child;

    (void)state;
    assert_int_equal(run(&child, "--help", NULL), 0);
    expect_text(&child, "Usage: carteiro-tiny [OPTION]");
    expect_text(&child, "--check-config");
    expect_text(&child, "--open           be ready at once\n");
    expect_text(&child, "CARTEIRO_SECTION_KEY");
    expect_text(&child, "78 configuration");
}

static void
version_is_name_and_version(void **state)
{
    struct child child;

    (void)state;
    assert_int_equal(run(&child, "--version", NULL), 0);
    assert_string_equal(child.text, "carteiro-tiny " CARTEIRO_VERSION "\n");
}

static void
what_it_does_not_know_is_usage_with_a_hint(void **state)
{
    struct child child;

    (void)state;
    assert_int_equal(run(&child, "--chek-config", NULL), 2);
    expect_text(&child,
        "carteiro-tiny: unknown option --chek-config (did you mean --check-config?)");
    assert_int_equal(run(&child, "--zz", NULL), 2);
    expect_text(&child, "carteiro-tiny: unknown option --zz; carteiro-tiny --help lists");
    assert_int_equal(run(&child, "--open=1", NULL), 2);
    assert_int_equal(run(&child, "now", NULL), 2);
    expect_text(&child, "unexpected argument now");
    assert_int_equal(run(&child, "--config", NULL), 2);
    expect_text(&child, "a file name is missing after --config");
}

static void
check_config_says_ok_or_the_faults(void **state)
{
    struct child child;

    (void)state;
    assert_int_equal(run(&child, "--check-config", "--taxa=7"), 0);
    assert_string_equal(child.text, "ok\n");
    setenv("CARTEIRO_SENDER_TAXA_PADRAO", "abc", 1);
    assert_int_equal(run(&child, "--check-config", NULL), 78);
    assert_string_equal(child.text, "CARTEIRO_SENDER_TAXA_PADRAO: sender.taxa_padrao: "
                                    "expected a number from 0.001 to "
                                    "1000 (messages per second), found \"abc\"\n");
    assert_int_equal(run(&child, "--open", NULL), 78);
    unsetenv("CARTEIRO_SENDER_TAXA_PADRAO");
}

static void
it_serves_metrics_and_health_and_drains_on_sigterm(void **state)
{
    const char *const args[] = {"--open", NULL};
    struct child child;
    int port;

    (void)state;
    child_start(&child, args);
    port = metrics_port(&child);
    expect_text(&child, "\"worker\":\"tiny-");
    assert_non_null(strstr(get(port, "/healthz"), " 200 "));
    assert_non_null(strstr(get(port, "/readyz"), " 200 "));
    assert_non_null(
        strstr(get(port, "/metrics"), "Content-Type: text/plain; version=0.0.4"));
    assert_non_null(strstr(get(port, "/metrics"),
        "\ncarteiro_build_info{version=\"" CARTEIRO_VERSION "\"} 1\n"));
    assert_non_null(strstr(get(port, "/metrics"), "\ncarteiro_ready 1\n"));
    assert_non_null(strstr(get(port, "/metrics"), "\nprocess_"));
    assert_non_null(strstr(get(port, "/nowhere"), " 404 "));

    assert_int_equal(kill(child.pid, SIGTERM), 0);
    assert_int_equal(child_end(&child), 0);
    expect_text(&child, "\"service.draining\"");
    expect_text(&child, "done called");
    expect_text(&child, "\"service.down\"");
}

static void
not_ready_says_why(void **state)
{
    const char *const args[] = {NULL};
    struct child child;
    const char *answer;
    int port;

    (void)state;
    setenv("CARTEIRO_SENDER_NAME", "sender-seven", 1);
    child_start(&child, args);
    unsetenv("CARTEIRO_SENDER_NAME");
    port = metrics_port(&child);
    expect_text(&child, "\"worker\":\"sender-seven\"");
    answer = get(port, "/readyz");
    assert_non_null(strstr(answer, " 503 "));
    assert_non_null(strstr(answer, "waiting for 0001_fila"));
    assert_non_null(strstr(get(port, "/healthz"), " 200 "));
    assert_int_equal(kill(child.pid, SIGINT), 0);
    assert_int_equal(child_end(&child), 0);
}

static void
a_second_signal_ends_it_at_once(void **state)
{
    const char *const args[] = {"--open", NULL};
    struct child child;
    int port;

    (void)state;
    is_never_draining = true;
    child_start(&child, args);
    is_never_draining = false;
    port = metrics_port(&child);
    assert_int_equal(kill(child.pid, SIGTERM), 0);
    assert_true(child_says(&child, "\"service.draining\""));
    assert_non_null(strstr(get(port, "/readyz"), "draining"));
    assert_int_equal(kill(child.pid, SIGTERM), 0);
    assert_int_equal(child_end(&child), 1);
    expect_text(&child, "\"service.killed\"");
}

static void
the_programs_own_code_is_the_exit_code(void **state)
{
    struct child child;

    (void)state;
    is_failing = true;
    assert_int_equal(run(&child, "--open", NULL), 75);
    is_failing = false;
    expect_text(&child, "done called");
    assert_null(strstr(child.text, "service.up"));
}

static void
a_metrics_port_that_is_taken_is_unavailable(void **state)
{
    struct sockaddr_in addr = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof(addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct child child;
    char port[16];

    (void)state;
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &bytes), 0);
    (void)snprintf(port, sizeof(port), "%d", ntohs(addr.sin_port));
    setenv("CARTEIRO_METRICS_PORT", port, 1);
    assert_int_equal(run(&child, "--open", NULL), 69);
    setenv("CARTEIRO_METRICS_PORT", "0", 1);
    expect_text(&child, "service.port_unavailable");
    (void)close(fd);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_names_options_configuration_and_exit_codes),
        cmocka_unit_test(version_is_name_and_version),
        cmocka_unit_test(what_it_does_not_know_is_usage_with_a_hint),
        cmocka_unit_test(check_config_says_ok_or_the_faults),
        cmocka_unit_test(it_serves_metrics_and_health_and_drains_on_sigterm),
        cmocka_unit_test(not_ready_says_why),
        cmocka_unit_test(a_second_signal_ends_it_at_once),
        cmocka_unit_test(the_programs_own_code_is_the_exit_code),
        cmocka_unit_test(a_metrics_port_that_is_taken_is_unavailable),
    };

    if (clearenv() || setenv("CARTEIRO_METRICS_PORT", "0", 1))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
