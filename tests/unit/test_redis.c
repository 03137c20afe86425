/*
 * redis: urls, and the connection against a real server that is stopped, killed, flushed,
 * locked and started again, and against one that talks nonsense.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"
#include "mem.h"
#include "metrics.h"
#include "test_redis_client.h"
#include "test_redis_server.h"

static void
urls_are_taken_or_refused(void **state)
{
    static const struct {
        const char *why, *url;
        enum rc rc;
    } rows[] = {
        {"plain",                 "redis://redis",                    RC_OK      },
        {"all of it",             "redis://user:p%40ss@redis:6380/3", RC_OK      },
        {"password alone",        "redis://:segredo@127.0.0.1:6379",  RC_OK      },
        {"IPv6",                  "redis://[::1]:6379/0",             RC_OK      },
        {"a socket",              "unix:///run/redis.sock",           RC_OK      },
        {"a socket, database",    "unix:///run/redis.sock?db=2",      RC_OK      },
        {"a socket, password",    "unix://u:p@/run/redis.sock",       RC_OK      },
        {"TLS is not ours",       "rediss://redis",                   RC_REJECTED},
        {"another protocol",      "http://redis",                     RC_REJECTED},
        {"empty",                 "",                                 RC_REJECTED},
        {"no host",               "redis://:6379",                    RC_REJECTED},
        {"port zero",             "redis://redis:0",                  RC_REJECTED},
        {"port too large",        "redis://redis:65536",              RC_REJECTED},
        {"port of letters",       "redis://redis:a",                  RC_REJECTED},
        {"port missing",          "redis://redis:",                   RC_REJECTED},
        {"database of letters",   "redis://redis/a",                  RC_REJECTED},
        {"bracket left open",     "redis://[::1:6379",                RC_REJECTED},
        {"words after a bracket", "redis://[::1]x:1",                 RC_REJECTED},
        {"relative path",         "unix://run/redis.sock",            RC_REJECTED},
        {"no path",               "unix:///",                         RC_REJECTED},
        {"another query",         "unix:///run/redis.sock?x=2",       RC_REJECTED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault = {0};

        if (redis_url_check(rows[i].url, &fault) != rows[i].rc)
            fail_msg("%s: %s", rows[i].why, fault.text);
        assert_true((rows[i].rc == RC_OK) == (fault.text[0] == '\0'));
    }
}

static void
a_refused_url_is_not_quoted(void **state)
{
    struct fault fault = {0};

    (void)state;
    assert_int_equal(redis_url_check("redis://u:segredo@h:x", &fault), RC_REJECTED);
    assert_null(strstr(fault.text, "segredo"));
}

static void
the_script_is_called(void **state)
{
    struct redis_server *server = *state;
    struct client client;

    client_start(&client, &(struct redis_opts){.url = server->url});
    assert_int_equal(call(&client, "1", "2"), RC_AGAIN); /* not connected yet */
    run_until(&client, &client.n_up, 1);
    assert_true(redis_is_up(client.redis));
    call_and_wait(&client, "3", "4");
    assert_int_equal(client.rc, RC_OK);
    assert_int_equal(client.n, 3);
    assert_int_equal(client.numbers[0], 2);
    assert_int_equal(client.numbers[1], 9);
    assert_int_equal(client.numbers[2], 16);
    client_stop(&client);
}

static void
a_host_name_is_looked_up(void **state)
{
    struct redis_server *server = *state;
    struct client client;
    char url[64];

    snprintf(url, sizeof url, "redis://localhost:%s", server->port);
    client_start(&client, &(struct redis_opts){.url = url});
    run_until(
        &client, &client.n_up, 1); /* where ::1 comes first, at the second attempt */
    call_and_wait(&client, "3", "4");
    assert_int_equal(client.rc, RC_OK);
    client_stop(&client);
}

static void
a_forgotten_script_is_sent_again(void **state)
{
    struct redis_server *server = *state;
    struct client client;

    client_start(&client, &(struct redis_opts){.url = server->url});
    run_until(&client, &client.n_up, 1);
    server_tell(server, "SCRIPT FLUSH");
    call_and_wait(&client, "3", "4");
    assert_int_equal(client.rc, RC_OK);
    assert_int_equal(client.numbers[2], 16);
    assert_int_equal(client.n_down, 0);
    client_stop(&client);
}

static void
the_scripts_own_error_keeps_the_connection(void **state)
{
    struct redis_server *server = *state;
    struct client client;

    client_start(&client, &(struct redis_opts){.url = server->url});
    run_until(&client, &client.n_up, 1);
    call_and_wait(&client, "fail", "");
    assert_int_equal(client.rc, RC_UNKNOWN);
    assert_string_equal(client.fault.source, "redis");
    assert_non_null(strstr(client.fault.text, "told to fail"));
    call_and_wait(&client, "text", "");
    assert_int_equal(client.rc, RC_UNKNOWN);
    assert_string_equal(client.fault.code, "reply");
    call_and_wait(&client, "1", "2");
    assert_int_equal(client.rc, RC_OK);
    assert_int_equal(client.n_down, 0);
    client_stop(&client);
}

static void
no_answer_in_time_is_unknown_and_reconnects(void **state)
{
    struct redis_server *server = *state;
    struct client client;
    int64_t asked_at_ms;

    client_start(&client, &(struct redis_opts){.url = server->url, .command_ms = 100});
    run_until(&client, &client.n_up, 1);
    kill(server->pid, SIGSTOP);
    asked_at_ms = clock_now_ms();
    assert_int_equal(call(&client, "1", "1"), RC_OK);
    assert_int_equal(call(&client, "2", "2"), RC_OK);
    run_until(&client, &client.n_done, 2);
    assert_int_equal(client.rc, RC_UNKNOWN);
    assert_true(clock_now_ms() - asked_at_ms >= 100);
    run_until(&client, &client.n_down, 1);
    assert_false(redis_is_up(client.redis));
    kill(server->pid, SIGCONT);
    run_until(&client, &client.n_up, 2);
    /* the late answers of the old connection are nobody's */
    call_and_wait(&client, "5", "6");
    assert_int_equal(client.rc, RC_OK);
    assert_int_equal(client.numbers[1], 25);
    assert_int_equal(client.n_done, 3);
    client_stop(&client);
}

static void
an_answer_that_waited_for_us_is_not_late(void **state)
{
    struct redis_server *server = *state;
    struct client client;

    client_start(&client, &(struct redis_opts){.url = server->url, .command_ms = 50});
    run_until(&client, &client.n_up, 1);
    assert_int_equal(call(&client, "7", "1"), RC_OK);
    poll(NULL, 0, 120); /* it is we who are slow */
    run_until(&client, &client.n_done, 1);
    assert_int_equal(client.rc, RC_OK);
    assert_int_equal(client.numbers[1], 49);
    client_stop(&client);
}

static void
a_killed_server_fails_what_was_asked(void **state)
{
    struct redis_server *server = *state;
    struct client client;

    client_start(&client, &(struct redis_opts){.url = server->url});
    run_until(&client, &client.n_up, 1);
    kill(server->pid, SIGSTOP);
    assert_int_equal(call(&client, "1", "1"), RC_OK);
    server_stop(server);
    run_until(&client, &client.n_down, 1);
    assert_int_equal(client.n_done, 1);
    assert_int_equal(client.rc, RC_UNKNOWN);
    assert_int_equal(call(&client, "1", "1"), RC_AGAIN);
    server_start(server);
    run_until(&client, &client.n_up, 2);
    call_and_wait(&client, "3", "1"); /* a new server knows no script */
    assert_int_equal(client.rc, RC_OK);
    assert_int_equal(client.n_down, 1);
    client_stop(&client);
}

static void
a_server_that_is_not_there_is_said_once(void **state)
{
    struct client client;

    (void)state;
    client_start(&client, &(struct redis_opts){.url = "unix:///nonexistent/redis.sock"});
    run_until(&client, &client.n_down, 1);
    assert_true(client.fault.text[0]);
    loop_timer_in(&client.timer, 400); /* several attempts long */
    loop_run(client.loop);
    assert_true(client.is_late);
    assert_int_equal(client.n_down, 1);
    client_stop(&client);
}

static void
a_name_that_is_none_is_a_fault(void **state)
{
    struct client client;

    (void)state;
    client_start(
        &client, &(struct redis_opts){.url = "redis://nome.invalid", .connect_ms = 1000});
    run_until(&client, &client.n_down, 1);
    assert_true(strcmp(client.fault.code, "lookup") == 0 ||
                strcmp(client.fault.code, "timeout") == 0);
    client_stop(&client);
}

static void
write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void
passwords_come_from_the_url_or_a_file(void **state)
{
    struct redis_server *server = *state;
    struct client client;
    char url[160], file[96];

    server_tell(server, "ACL SETUSER zap on >se:gredo ~cb:* -@all +auth +ping +select "
                        "+eval +evalsha +script|load");
    server_tell(server, "ACL SETUSER default >abre");
    snprintf(url, sizeof url, "unix://zap:se%%3Agredo@%s?db=2", server->path);
    client_start(&client, &(struct redis_opts){.url = url});
    run_until(&client, &client.n_up, 1);
    call_and_wait(&client, "3", "4");
    assert_int_equal(client.rc, RC_OK);
    client_stop(&client);

    snprintf(file, sizeof file, "%s/password", server->dir);
    write_file(file, "errada\n");
    client_start(
        &client, &(struct redis_opts){.url = server->url, .password_file = file});
    run_until(&client, &client.n_down, 1);
    assert_string_equal(client.fault.code, "WRONGPASS");
    assert_null(strstr(client.fault.text, "errada"));
    write_file(file, "abre\n"); /* read again at the next attempt */
    run_until(&client, &client.n_up, 1);
    client_stop(&client);
    unlink(file);

    client_start(&client, &(struct redis_opts){.url = server->url});
    run_until(&client, &client.n_down, 1);
    assert_string_equal(client.fault.code, "NOAUTH");
    client_stop(&client);
    server_stop(server); /* forgets the passwords */
    server_start(server);
}

static void
it_may_be_freed_by_a_callback_and_with_calls_under_way(void **state)
{
    struct redis_server *server = *state;
    struct client client;

    client_start(&client, &(struct redis_opts){.url = server->url});
    run_until(&client, &client.n_up, 1);
    client.frees_itself = true;
    assert_int_equal(call(&client, "1", "1"), RC_OK);
    assert_int_equal(call(&client, "2", "1"), RC_OK);
    run_until(&client, &client.n_done, 1);
    assert_null(client.redis);
    client_stop(&client);

    client_start(&client, &(struct redis_opts){.url = server->url});
    run_until(&client, &client.n_up, 1);
    assert_int_equal(call(&client, "1", "1"), RC_OK);
    client_stop(&client);
    assert_int_equal(client.n_done, 0);
    metrics_forget();
    assert_int_equal(mem_live(), 0);
}

/* Reads what comes on one connection at a time and answers it all with `answer`. */
static pid_t
babble(const char *path, const char *answer)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    pid_t pid;

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    unlink(path);
    assert_int_equal(bind(listen_fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listen_fd, 4), 0);
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) {
            char heard[4096];
            int fd = accept(listen_fd, NULL, NULL);

            while (read(fd, heard, sizeof heard) > 0)
                if (write(fd, answer, strlen(answer)) < 0)
                    break;
            close(fd);
        }
    }
    close(listen_fd);
    return pid;
}

static void
nonsense_is_never_taken_for_an_answer(void **state)
{
    static const char *const answers[] = {"HTTP/1.1 400 Bad Request\r\n\r\n",
        "$40\r\n0123456789012345678901234567890123456789\r\n:5\r\n", "*-7\r\n", "$-5\r\n",
        "$40\r\n0123456789012345678901234567890123456789\r\n*2\r\n:1\r\n*1\r\n:2\r\n",
        "-LOADING Redis is loading the dataset in memory\r\n",
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "\r\n\r\n"};
    struct redis_server *server = *state;

    server_stop(server);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct client client;
        pid_t pid = babble(server->path, answers[i]);

        client_start(
            &client, &(struct redis_opts){.url = server->url, .connect_ms = 300});
        loop_timer_in(&client.timer, 10000);
        while (!client.n_down && !client.n_done && !client.is_late) {
            loop_run(client.loop);
            if (redis_is_up(client.redis))
                (void)call(&client, "1", "1"); /* again and again: it may be down */
        }
        assert_false(client.is_late);
        assert_true(client.n_done == 0 || client.rc == RC_UNKNOWN);
        client_stop(&client);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    unlink(server->path);
    server_start(server);
}

static void
each_failed_allocation_comes_down_clean(void **state)
{
    struct loop *loop = loop_new();
    struct redis *redis = NULL;
    struct redis_opts opts = {.url = "redis://u:p@h", .password_file = "/x"};
    long before = mem_live();

    (void)state;
    for (int nth = 0; !redis; nth++) {
        mem_fail_at(nth);
        redis = redis_new(loop, &opts, script, on_state, NULL);
        mem_fail_at(-1);
        if (!redis)
            assert_int_equal(mem_live(), before);
    }
    redis_free(redis);
    assert_int_equal(mem_live(), before);
    loop_free(loop);
}

static struct redis_server the_server;

static int
set_up(void **state)
{
    server_init(&the_server);
    *state = &the_server;
    return 0;
}

static int
tear_down(void **state)
{
    server_done(*state);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest alone[] = {
        cmocka_unit_test(urls_are_taken_or_refused),
        cmocka_unit_test(a_refused_url_is_not_quoted),
        cmocka_unit_test(a_server_that_is_not_there_is_said_once),
        cmocka_unit_test(a_name_that_is_none_is_a_fault),
        cmocka_unit_test(each_failed_allocation_comes_down_clean),
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_script_is_called),
        cmocka_unit_test(a_host_name_is_looked_up),
        cmocka_unit_test(a_forgotten_script_is_sent_again),
        cmocka_unit_test(the_scripts_own_error_keeps_the_connection),
        cmocka_unit_test(no_answer_in_time_is_unknown_and_reconnects),
        cmocka_unit_test(an_answer_that_waited_for_us_is_not_late),
        cmocka_unit_test(a_killed_server_fails_what_was_asked),
        cmocka_unit_test(passwords_come_from_the_url_or_a_file),
        cmocka_unit_test(it_may_be_freed_by_a_callback_and_with_calls_under_way),
        cmocka_unit_test(nonsense_is_never_taken_for_an_answer),
    };
    int failed = cmocka_run_group_tests(alone, NULL, NULL);

    return failed + cmocka_run_group_tests(tests, set_up, tear_down);
}
