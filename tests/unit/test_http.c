/*
 * http against a server of our own. What is at stake in each row is one number: how many
 * requests arrived, beside what the client believes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "test_http_server.h"

static void
an_answer_comes_whole(void **state)
{
    struct server server;
    struct client client;
    struct http_request request;

    (void)state;
    server_start(&server, ANSWER, ANSWER);
    client_start(&client, &(struct http_opts){0});
    request = request_to(&client, url_of(server.port));
    request.headers = (const char *const[]){"X-Chave: a b", NULL};
    send_and_wait(&client, &request);
    assert_int_equal(client.reply.transport, HTTP_COMPLETE);
    assert_int_equal(client.reply.status, 200);
    assert_int_equal(client.reply.body_bytes, 11);
    assert_string_equal(client.body, "{\"ok\":true}");
    assert_int_equal(client.reply.retry_after_s, -1);
    send_and_wait(&client, &request);
    assert_int_equal(atomic_load(&server.requests), 2);
    assert_int_equal(atomic_load(&server.connections), 1); /* kept alive */
    assert_non_null(strstr(server.last, "POST /v24.0/1/messages HTTP/1.1\r\n"));
    assert_non_null(
        strstr(server.last, "\r\nAuthorization: Bearer EAAG.secret-token_1\r\n"));
    assert_non_null(strstr(server.last, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(server.last, "\r\nX-Chave: a b\r\n"));
    assert_null(strstr(server.last, "Expect"));
    assert_null(strstr(server.last, "Accept-Encoding"));
    assert_non_null(strstr(server.last, message));
    client_stop(&client);
    server_stop(&server);
}

/* libcurl's own second try would make it two requests and one success. */
static void
a_reused_connection_that_dies_leaves_one_request_and_says_cut(void **state)
{
    static const enum action ends[] = {HANG_UP, RESET};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct server server;
        struct client client;
        struct http_request request;

        server_start(&server, ANSWER, ends[i]);
        client_start(&client, &(struct http_opts){0});
        request = request_to(&client, url_of(server.port));
        send_and_wait(&client, &request);
        assert_int_equal(client.reply.transport, HTTP_COMPLETE);
        send_and_wait(&client, &request);
        assert_int_equal(client.reply.transport, HTTP_CUT);
        assert_int_equal(client.reply.status, 0);
        server_stop(&server); /* it has accepted what there was to accept */
        assert_int_equal(atomic_load(&server.requests), 2);
        client_stop(&client);
    }
}

/* libcurl could repeat it without asking for anything again. */
static void
a_post_without_body_is_not_repeated_either(void **state)
{
    struct server server;
    struct client client;
    struct http_request request;

    (void)state;
    server_start(&server, ANSWER, HANG_UP);
    client_start(&client, &(struct http_opts){0});
    request = request_to(&client, url_of(server.port));
    send_and_wait(&client, &request);
    request.body = NULL;
    send_and_wait(&client, &request);
    assert_int_equal(client.reply.transport, HTTP_CUT);
    assert_int_equal(atomic_load(&server.requests), 2);
    client_stop(&client);
    server_stop(&server);
}

static void
what_is_not_a_whole_answer_was_cut(void **state)
{
    static const struct {
        const char *why;
        enum action action;
    } rows[] = {
        {"it hung up without a word",       HANG_UP          },
        {"it reset the connection",         RESET            },
        {"it never answered",               KEEP_SILENT      },
        {"the body is shorter than said",   CUT_THE_BODY     },
        {"the last chunk is missing",       CUT_THE_CHUNKS   },
        {"the body is longer than we take", TALK_TOO_LONG    },
        {"the headers never end",           ENDLESS_HEADERS  },
        {"it does not speak HTTP",          NO_HTTP          },
        {"a hint is no answer",             HINT_THEN_HANG_UP},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct server server;
        struct client client;
        struct http_request request;

        server_start(&server, rows[i].action, ANSWER);
        client_start(&client, &(struct http_opts){.reply_bytes_max = 10000});
        request = request_to(&client, url_of(server.port));
        request.timeout_ms = rows[i].action == KEEP_SILENT ? 200 : 5000;
        send_and_wait(&client, &request);
        if (client.reply.transport != HTTP_CUT || client.reply.status != 0 ||
            !client.fault.text[0] || strcmp(client.fault.source, "http") != 0)
            fail_msg(
                "%s: %d, %s", rows[i].why, client.reply.transport, client.fault.text);
        if (atomic_load(&server.requests) != 1)
            fail_msg("%s: %d requests", rows[i].why, atomic_load(&server.requests));
        assert_null(strstr(client.fault.text, "secret-token"));
        client_stop(&client);
        server_stop(&server);
    }
}

static void
odd_answers_are_answers(void **state)
{
    static const struct {
        const char *why;
        enum action action;
        int status;
        long retry_after_s;
        const char *body, *usage;
    } rows[] = {
        {"chunks",             ANSWER_SLOWLY_IN_PARTS, 200, -1, "{\"ok\":true}", "none"                },
        {"hints come first",   HINT_THEN_ANSWER,       200, -1, "{\"ok\":true}", "none"                },
        {"a status of theirs", REFUSE,                 503, 7,  "busy",          "{\"call_count\":100}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct server server;
        struct client client;
        struct http_request request;

        server_start(&server, rows[i].action, rows[i].action);
        client_start(&client, &(struct http_opts){0});
        request = request_to(&client, url_of(server.port));
        send_and_wait(&client, &request);
        if (client.reply.transport != HTTP_COMPLETE ||
            client.reply.status != rows[i].status ||
            client.reply.retry_after_s != rows[i].retry_after_s ||
            strcmp(client.body, rows[i].body) != 0 ||
            strcmp(client.usage, rows[i].usage) != 0)
            fail_msg("%s: %d %d %s %s", rows[i].why, client.reply.transport,
                client.reply.status, client.body, client.usage);
        client_stop(&client);
        server_stop(&server);
    }
}

static void
a_redirect_is_not_followed(void **state)
{
    struct server server, elsewhere;
    struct client client;
    struct http_request request;

    (void)state;
    server_start(&elsewhere, ANSWER, ANSWER);
    server_start(&server, REDIRECT, REDIRECT);
    server.redirect_port = elsewhere.port;
    client_start(&client, &(struct http_opts){0});
    request = request_to(&client, url_of(server.port));
    send_and_wait(&client, &request);
    assert_int_equal(client.reply.transport, HTTP_COMPLETE);
    assert_int_equal(client.reply.status, 302);
    assert_int_equal(atomic_load(&elsewhere.connections), 0);
    client_stop(&client);
    server_stop(&server);
    server_stop(&elsewhere);
}

static void
a_proxy_of_the_environment_is_not_used(void **state)
{
    struct server server, proxy;
    struct client client;
    struct http_request request;
    char url[64];

    (void)state;
    server_start(&proxy, ANSWER, ANSWER);
    server_start(&server, ANSWER, ANSWER);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", proxy.port);
    setenv("http_proxy", url, 1);
    setenv("ALL_PROXY", url, 1);
    client_start(&client, &(struct http_opts){0});
    request = request_to(&client, url_of(server.port));
    send_and_wait(&client, &request);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    assert_int_equal(client.reply.transport, HTTP_COMPLETE);
    assert_int_equal(atomic_load(&proxy.connections), 0);
    client_stop(&client);
    server_stop(&server);
    server_stop(&proxy);
}

static void
what_never_left_is_not_sent(void **state)
{
    struct client client;
    struct http_request request;
    struct server server;
    int port;
    char url[80];

    (void)state;
    client_start(&client, &(struct http_opts){0});

    close(listen_somewhere(&port)); /* nobody listens there now */
    request = request_to(&client, url_of(port));
    send_and_wait(&client, &request);
    assert_int_equal(client.reply.transport, HTTP_NOT_SENT);
    assert_string_equal(client.fault.code, "7");

    request = request_to(&client, "http://nome.invalid/messages");
    request.timeout_ms = 2000;
    send_and_wait(&client, &request);
    assert_int_equal(client.reply.transport, HTTP_NOT_SENT);

    /* it takes the greeting of TLS for a request that never ends, and so never answers */
    server_start(&server, HANG_UP, HANG_UP);
    snprintf(url, sizeof url, "https://127.0.0.1:%d/messages", server.port);
    request = request_to(&client, url);
    request.timeout_ms = 300;
    send_and_wait(&client, &request);
    assert_int_equal(client.reply.transport, HTTP_NOT_SENT);
    assert_string_equal(client.fault.code, "28");
    server_stop(&server);
    client_stop(&client);
}

/* One connection, and the first request is known to hold it. */
struct queue {
    struct client client;
    struct server server;
    struct loop_timer timer;
    struct http_request second;
};

static void
send_second(void *ctx)
{
    struct queue *queue = ctx;

    if (atomic_load(&queue->server.requests) < 1)
        loop_timer_in(&queue->timer, 5);
    else
        assert_int_equal(http_send(queue->client.http, &queue->second), RC_OK);
}

static void
what_waits_for_a_connection_until_its_deadline_is_not_sent(void **state)
{
    static struct queue queue;
    struct http_request first;

    (void)state;
    server_start(&queue.server, KEEP_SILENT, KEEP_SILENT);
    client_start(&queue.client, &(struct http_opts){.connections_max = 1});
    first = queue.second = request_to(&queue.client, url_of(queue.server.port));
    queue.second.timeout_ms = 100;
    queue.client.n_left = 1;
    assert_int_equal(http_send(queue.client.http, &first), RC_OK);
    loop_timer_init(&queue.timer, queue.client.loop, send_second, &queue);
    loop_timer_in(&queue.timer, 5);
    loop_run(queue.client.loop);
    if (queue.client.reply.transport != HTTP_NOT_SENT)
        fail_msg("%d: %s", queue.client.reply.transport, queue.client.fault.text);
    assert_int_equal(http_pending(queue.client.http), 1);
    assert_int_equal(atomic_load(&queue.server.requests), 1);
    client_stop(&queue.client); /* with the first still under way */
    assert_int_equal(queue.client.n_done, 1);
    server_stop(&queue.server);
}

static void
nothing_that_ends_a_header_gets_into_one(void **state)
{
    static const struct {
        const char *why, *method, *url, *bearer, *type, *header;
    } rows[] = {
        {"a line break",         "POST",      "http://h/",          "abc\r\nX: y", NULL,      NULL          },
        {"a lone line feed",     "POST",      "http://h/",          "abc\n",       NULL,      NULL          },
        {"a blank",              "POST",      "http://h/",          "a b",         NULL,      NULL          },
        {"an empty bearer",      "POST",      "http://h/",          "",            NULL,      NULL          },
        {"not a letter of ours", "POST",      "http://h/",          "tök",        NULL,      NULL          },
        {"a break in the type",  "POST",      "http://h/",          "a",           "t\r\nX:", NULL          },
        {"a break in a header",  "POST",      "http://h/",          "a",           NULL,      "X: a\r\nY: b"},
        {"a header of no name",  "POST",      "http://h/",          "a",           NULL,      ": a"         },
        {"not a header",         "POST",      "http://h/",          "a",           NULL,      "X"           },
        {"a blank in the name",  "POST",      "http://h/",          "a",           NULL,      "X Y: a"      },
        {"a break in the url",   "POST",      "http://h/\r\nX: y",  "a",           NULL,      NULL          },
        {"a blank in the url",   "POST",      "http://h/ x",        "a",           NULL,      NULL          },
        {"another protocol",     "POST",      "ftp://h/",           "a",           NULL,      NULL          },
        {"a file",               "POST",      "file:///etc/passwd", "a",           NULL,      NULL          },
        {"no protocol",          "POST",      "h/",                 "a",           NULL,      NULL          },
        {"two methods",          "GET /\r\n", "http://h/",          "a",           NULL,      NULL          },
        {"no method",            "",          "http://h/",          "a",           NULL,      NULL          },
    };
    struct client client;

    (void)state;
    client_start(&client, &(struct http_opts){0});
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct http_request request = request_to(&client, rows[i].url);
        const char *const headers[] = {rows[i].header, NULL};

        request.method = rows[i].method;
        request.bearer = rows[i].bearer;
        request.content_type = rows[i].type;
        request.headers = headers;
        if (http_send(client.http, &request) != RC_REJECTED)
            fail_msg("%s", rows[i].why);
    }
    assert_int_equal(http_pending(client.http), 0);
    client_stop(&client);
}

static void
methods_go_as_they_are_named(void **state)
{
    static const char *const methods[] = {"GET", "DELETE", "PUT", "POST"};
    struct server server;
    struct client client;

    (void)state;
    server_start(&server, ANSWER, ANSWER);
    client_start(&client, &(struct http_opts){0});
    for (size_t i = 0; i < 4; i++) {
        struct http_request request = request_to(&client, url_of(server.port));

        request.method = methods[i];
        if (i < 2)
            request.body = NULL;
        send_and_wait(&client, &request);
        assert_int_equal(client.reply.transport, HTTP_COMPLETE);
        assert_memory_equal(server.last, methods[i], strlen(methods[i]));
        assert_int_equal(server.last[strlen(methods[i])], ' ');
        assert_true(!strstr(server.last, message) == (i < 2));
    }
    client_stop(&client);
    server_stop(&server);
}

static void
free_and_stop(void *ctx, const struct http_reply *reply, const struct fault *fault)
{
    struct client *client = ctx;

    on_done(ctx, reply, fault);
    http_free(client->http);
    client->http = NULL;
}

static void
the_client_may_be_freed_by_its_own_callback(void **state)
{
    struct server server;
    struct client client;
    struct http_request request;

    (void)state;
    server_start(&server, ANSWER, KEEP_SILENT);
    client_start(&client, &(struct http_opts){0});
    request = request_to(&client, url_of(server.port));
    request.on_done = free_and_stop;
    client.n_left = 1;
    assert_int_equal(http_send(client.http, &request), RC_OK);
    assert_int_equal(http_send(client.http, &request), RC_OK);
    loop_run(client.loop);
    assert_int_equal(client.n_done, 1);
    client_stop(&client);
    server_stop(&server);
}

static void
send_again(void *ctx, const struct http_reply *reply, const struct fault *fault)
{
    struct client *client = ctx;
    struct http_request request = request_to(client, client->body);

    (void)reply;
    (void)fault;
    assert_int_equal(http_send(client->http, &request), RC_OK);
}

static void
a_callback_may_send_the_next_request(void **state)
{
    struct server server;
    struct client client;
    struct http_request request;

    (void)state;
    server_start(&server, ANSWER, ANSWER);
    client_start(&client, &(struct http_opts){0});
    request = request_to(&client, url_of(server.port));
    snprintf(client.body, sizeof client.body, "%s", request.url);
    request.on_done = send_again;
    client.n_left = 1;
    assert_int_equal(http_send(client.http, &request), RC_OK);
    loop_run(client.loop);
    assert_int_equal(client.reply.transport, HTTP_COMPLETE);
    assert_int_equal(atomic_load(&server.requests), 2);
    client_stop(&client);
    server_stop(&server);
}

static void
each_failed_allocation_comes_down_clean(void **state)
{
    struct loop *loop = loop_new();
    struct http *http = NULL;
    long before = mem_live();

    (void)state;
    for (int nth = 0; !http; nth++) {
        mem_fail_at(nth);
        http = http_new(loop, &(struct http_opts){.ca_file = "/etc/ssl/cert.pem"});
        mem_fail_at(-1);
        if (!http)
            assert_int_equal(mem_live(), before);
    }
    http_free(http);
    assert_int_equal(mem_live(), before);
    loop_free(loop);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_comes_whole),
        cmocka_unit_test(a_reused_connection_that_dies_leaves_one_request_and_says_cut),
        cmocka_unit_test(a_post_without_body_is_not_repeated_either),
        cmocka_unit_test(what_is_not_a_whole_answer_was_cut),
        cmocka_unit_test(odd_answers_are_answers),
        cmocka_unit_test(a_redirect_is_not_followed),
        cmocka_unit_test(a_proxy_of_the_environment_is_not_used),
        cmocka_unit_test(what_never_left_is_not_sent),
        cmocka_unit_test(what_waits_for_a_connection_until_its_deadline_is_not_sent),
        cmocka_unit_test(nothing_that_ends_a_header_gets_into_one),
        cmocka_unit_test(methods_go_as_they_are_named),
        cmocka_unit_test(the_client_may_be_freed_by_its_own_callback),
        cmocka_unit_test(a_callback_may_send_the_next_request),
        cmocka_unit_test(each_failed_allocation_comes_down_clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
