/*
 * The server and its clients in one loop and one thread: a client writes its request
 * whole and reads in the loop until an answer is complete or the connection ends.
 */
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "httpd.h"
#include "loop.h"
#include "mem.h"

#define BODY_MAX 1000
#define GIVE_UP_MS 10000

struct client {
    struct loop *loop;
    struct loop_watch *watch;
    int fd;
    int error; /* errno of the last recv */
    bool is_over;
    int answers;
    char text[8192];
    size_t bytes;
};

static struct loop *loop;
static struct httpd *httpd;
static struct loop_timer later;
static struct httpd_request *held;
static int handled, ended, headers_seen;
static bool is_refusing_headers;
static char seen[512];

static void
stop_loop(void *ctx)
{
    (void)ctx;
    loop_stop(loop);
}

static void
count_end(void *user)
{
    (void)user;
    ended++;
}

static void
reply_held(void *ctx)
{
    struct httpd_request *request = held;

    (void)ctx;
    held = NULL;
    httpd_reply_text(request, 200, "text/plain", "late");
}

static void
drop_held(void *ctx)
{
    struct httpd_request *request = held;

    (void)ctx;
    held = NULL;
    httpd_drop(request);
}

static void
say_request(struct httpd_request *request)
{
    const char *q = httpd_query(request, "q");
    const char *host = httpd_header(request, "HOST");
    char peer[HTTPD_PEER_BYTES];
    size_t bytes;
    const char *body = httpd_body(request, &bytes);

    httpd_peer(request, peer);
    (void)snprintf(seen, sizeof(seen), "%s %s q=%s host=%s x=%d peer=%s body=%zu:%.20s",
        httpd_method(request), httpd_path(request), q ? q : "-", host ? host : "-",
        httpd_header_count(request, "x"), peer, bytes, body);
}

static void
handle(void *ctx, struct httpd_request *request)
{
    static const char *const headers[] = {"X-One: 1", "X-Two:2", NULL};
    struct httpd_answer answer = {201, "application/json", "{}", 2, headers};
    const char *path = httpd_path(request);

    (void)ctx;
    handled++;
    httpd_set_user(request, &handled, count_end);
    assert_ptr_equal(httpd_user(request), &handled);
    say_request(request);
    if (!strcmp(path, "/now")) {
        httpd_reply(request, &answer);
    } else if (!strcmp(path, "/drop")) {
        httpd_drop(request);
    } else {
        held = request;
        loop_timer_init(
            &later, loop, strcmp(path, "/drop-later") ? reply_held : drop_held, NULL);
        if (strcmp(path, "/hold"))
            loop_timer_in(&later, 1);
        else
            loop_stop(loop);
    }
}

static bool
see_headers(void *ctx, const struct httpd_request *request)
{
    (void)ctx;
    (void)request;
    headers_seen++;
    return !is_refusing_headers;
}

/* Answers here are short and have a Content-Length. */
static int
whole_answers(const struct client *client)
{
    const char *at = client->text;
    int n = 0;

    while (*at) {
        const char *end = strstr(at, "\r\n\r\n");
        const char *length = end ? strcasestr(at, "content-length: ") : NULL;
        size_t bytes = length ? (size_t)strtoul(length + 16, NULL, 10) : 0;

        if (!end || strlen(end + 4) < bytes)
            break;
        n++;
        at = end + 4 + bytes;
    }
    return n;
}

static void
client_read(void *ctx, unsigned events)
{
    struct client *client = ctx;
    ssize_t n = recv(client->fd, client->text + client->bytes,
        sizeof(client->text) - 1 - client->bytes, MSG_DONTWAIT);

    (void)events;
    if (n > 0) {
        client->bytes += (size_t)n;
    } else if (n == 0 || errno != EAGAIN) {
        client->error = n ? errno : 0;
        client->is_over = true;
        loop_watch_free(client->watch);
        client->watch = NULL;
    }
    if (client->is_over || whole_answers(client) >= client->answers)
        loop_stop(loop);
}

static void
client_open(struct client *client)
{
    struct sockaddr_in addr = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)httpd_port(httpd)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    memset(client, 0, sizeof(*client));
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(client->fd >= 0);
    assert_int_equal(connect(client->fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
    client->watch = loop_watch_new(loop, client->fd, LOOP_READ, client_read, client);
    assert_non_null(client->watch);
}

static void
client_write(struct client *client, const char *text)
{
    assert_int_equal(
        send(client->fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static void
run_loop(void)
{
    struct loop_timer give_up;

    loop_timer_init(&give_up, loop, stop_loop, NULL);
    loop_timer_in(&give_up, GIVE_UP_MS);
    loop_run(loop);
    assert_true(loop_timer_is_armed(&give_up));
    loop_timer_stop(&give_up);
}

static void
client_await(struct client *client, int answers)
{
    client->answers = answers;
    if (!client->is_over && whole_answers(client) < answers)
        run_loop();
}

static void
client_close(struct client *client)
{
    loop_watch_free(client->watch);
    (void)close(client->fd);
}

static void
an_answer_given_at_once_has_status_headers_and_body(void **state)
{
    struct client client;

    (void)state;
    client_open(&client);
    client_write(&client, "POST /now?q=a%20b HTTP/1.1\r\nHost: h\r\nX: 1\r\nx: 2\r\n"
                          "Content-Length: 5\r\n\r\nhello");
    client_await(&client, 1);
    assert_string_equal(seen, "POST /now q=a b host=h x=2 peer=127.0.0.1 body=5:hello");
    assert_int_equal(strncmp(client.text, "HTTP/1.1 201 ", 13), 0);
    assert_non_null(strstr(client.text, "\r\nX-One: 1\r\n"));
    assert_non_null(strstr(client.text, "\r\nX-Two: 2\r\n"));
    assert_non_null(strstr(client.text, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(client.text, "\r\n\r\n{}"));
    assert_int_equal(httpd_pending(httpd), 0);
    client_close(&client);
}

static void
one_connection_serves_many_requests_in_order(void **state)
{
    struct client client;

    (void)state;
    client_open(&client);
    client_write(&client,
        "GET /late HTTP/1.1\r\nHost: h\r\n\r\nGET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    client_await(&client, 2);
    assert_int_equal(handled, 2);
    assert_int_equal(strncmp(client.text, "HTTP/1.1 200 ", 13), 0);
    assert_non_null(strstr(client.text, "lateHTTP/1.1 201 "));
    client_close(&client);
}

static void
an_answer_may_come_later(void **state)
{
    struct client client;

    (void)state;
    client_open(&client);
    client_write(&client, "GET /late HTTP/1.1\r\nHost: h\r\n\r\n");
    client_await(&client, 1);
    assert_int_equal(strncmp(client.text, "HTTP/1.1 200 ", 13), 0);
    assert_non_null(strstr(client.text, "\r\n\r\nlate"));
    assert_int_equal(httpd_pending(httpd), 0);
    client_close(&client);
}

static void
a_dropped_request_resets_its_connection_now_or_later(void **state)
{
    static const char *const paths[] = {"/drop", "/drop-later"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct client client;
        char text[64];

        client_open(&client);
        (void)snprintf(
            text, sizeof(text), "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", paths[i]);
        client_write(&client, text);
        client_await(&client, 1);
        assert_true(client.is_over);
        assert_int_equal(client.bytes, 0);
        assert_int_equal(client.error, ECONNRESET);
        assert_int_equal(httpd_pending(httpd), 0);
        client_close(&client);
    }
    assert_int_equal(handled, 2);
}

static void
headers_may_be_refused_before_the_body_is_there(void **state)
{
    struct client client;

    (void)state;
    is_refusing_headers = true;
    client_open(&client);
    client_write(&client, "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\n\r\n");
    client_await(&client, 1);
    assert_true(client.is_over);
    assert_int_equal(client.error, ECONNRESET);
    assert_int_equal(headers_seen, 1);
    assert_int_equal(handled, 0);
    client_close(&client);
}

static void
a_body_up_to_the_limit_passes_and_one_byte_more_is_413(void **state)
{
    char text[BODY_MAX + 256];

    (void)state;
    for (int more = 0; more < 2; more++) {
        struct client client;
        int bytes = snprintf(text, sizeof(text),
            "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n",
            BODY_MAX + more);

        memset(text + bytes, 'x', BODY_MAX + (size_t)more);
        text[bytes + BODY_MAX + more] = '\0';
        client_open(&client);
        client_write(&client, text);
        client_await(&client, 1);
        assert_int_equal(
            strncmp(client.text, more ? "HTTP/1.1 413 " : "HTTP/1.1 201 ", 13), 0);
        client_close(&client);
    }
    assert_int_equal(handled, 1);
}

static void
a_chunked_body_past_the_limit_is_413_too(void **state)
{
    char text[BODY_MAX * 2 + 256];
    struct client client;
    int bytes = snprintf(text, sizeof(text),
        "POST /now HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n",
        BODY_MAX + 500);

    (void)state;
    memset(text + bytes, 'x', BODY_MAX + 500);
    (void)snprintf(text + bytes + BODY_MAX + 500, 16, "\r\n0\r\n\r\n");
    client_open(&client);
    client_write(&client, text);
    client_await(&client, 1);
    assert_int_equal(strncmp(client.text, "HTTP/1.1 413 ", 13), 0);
    assert_int_equal(handled, 0);
    client_close(&client);
}

static void
a_body_announced_far_past_the_limit_is_413_at_once(void **state)
{
    struct client client;

    (void)state;
    client_open(&client);
    client_write(
        &client, "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999\r\n\r\n");
    client_await(&client, 1);
    assert_int_equal(strncmp(client.text, "HTTP/1.1 413 ", 13), 0);
    assert_int_equal(handled, 0);
    client_close(&client);
}

static void
a_client_that_left_while_its_request_waited_harms_nobody(void **state)
{
    struct client client, other;

    (void)state;
    client_open(&client);
    client_write(&client, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    run_loop();
    assert_non_null(held);
    assert_int_equal(httpd_pending(httpd), 1);
    assert_false(httpd_is_gone(held));
    client_close(&client);
    while (!httpd_is_gone(held))
        continue; /* the kernel tells in its own time */
    reply_held(NULL);
    assert_int_equal(httpd_pending(httpd), 0);

    client_open(&other);
    client_write(&other, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    client_await(&other, 1);
    assert_int_equal(strncmp(other.text, "HTTP/1.1 201 ", 13), 0);
    assert_int_equal(ended, 2);
    client_close(&other);
}

static void
a_quiet_server_closes_after_the_answer_and_takes_nobody_new(void **state)
{
    struct client client;
    struct sockaddr_in addr = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)httpd_port(httpd)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)state;
    client_open(&client);
    client_write(&client, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    run_loop();
    httpd_quiesce(httpd);
    assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), -1);
    assert_int_equal(errno, ECONNREFUSED);
    (void)close(fd);
    reply_held(NULL);
    client_await(&client, 2);
    assert_true(client.is_over);
    assert_non_null(strstr(client.text, "late"));
    assert_non_null(strcasestr(client.text, "connection: close"));
    client_close(&client);
}

static void
freeing_the_server_ends_what_waits(void **state)
{
    struct client client;

    (void)state;
    client_open(&client);
    client_write(&client, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    run_loop();
    httpd_free(httpd);
    httpd = NULL;
    assert_int_equal(ended, 1);
    client_await(&client, 1);
    assert_int_equal(client.error, ECONNRESET);
    client_close(&client);
}

static void
an_answer_given_just_before_the_end_still_leaves(void **state)
{
    struct client client;

    (void)state;
    client_open(&client);
    client_write(&client, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    run_loop();
    reply_held(NULL);
    httpd_free(httpd);
    httpd = NULL;
    client_await(&client, 1);
    assert_int_equal(whole_answers(&client), 1);
    client_close(&client);
}

static void
a_port_that_is_taken_is_said(void **state)
{
    struct httpd_opts opts = {.address = "127.0.0.1", .body_bytes_max = 1};

    (void)state;
    opts.port = httpd_port(httpd);
    assert_null(httpd_new(loop, &opts, handle, NULL));
    assert_int_equal(errno, EADDRINUSE);
    opts.address = "no.such.host.invalid";
    assert_null(httpd_new(loop, &opts, handle, NULL));
    assert_int_equal(errno, EADDRNOTAVAIL);
}

static void
every_address_serves_ipv4_clients(void **state)
{
    struct httpd_opts opts = {.body_bytes_max = BODY_MAX, .on_headers = see_headers};
    struct client client;

    (void)state;
    httpd_free(httpd);
    httpd = httpd_new(loop, &opts, handle, NULL);
    assert_non_null(httpd);
    client_open(&client);
    client_write(&client, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    client_await(&client, 1);
    assert_string_equal(seen, "GET /now q=- host=h x=0 peer=127.0.0.1 body=0:");
    client_close(&client);
}

static int
server_up(void **state)
{
    struct httpd_opts opts = {
        .address = "127.0.0.1", .body_bytes_max = BODY_MAX, .on_headers = see_headers};

    (void)state;
    handled = ended = headers_seen = 0;
    is_refusing_headers = false;
    held = NULL;
    loop = loop_new();
    httpd = loop ? httpd_new(loop, &opts, handle, NULL) : NULL;
    return httpd ? 0 : -1;
}

static int
server_down(void **state)
{
    (void)state;
    httpd_free(httpd);
    loop_free(loop);
    return mem_live() == 0 && ended == handled ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, server_up, server_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_answer_given_at_once_has_status_headers_and_body),
        TEST(one_connection_serves_many_requests_in_order),
        TEST(an_answer_may_come_later),
        TEST(a_dropped_request_resets_its_connection_now_or_later),
        TEST(headers_may_be_refused_before_the_body_is_there),
        TEST(a_body_up_to_the_limit_passes_and_one_byte_more_is_413),
        TEST(a_chunked_body_past_the_limit_is_413_too),
        TEST(a_body_announced_far_past_the_limit_is_413_at_once),
        TEST(a_client_that_left_while_its_request_waited_harms_nobody),
        TEST(a_quiet_server_closes_after_the_answer_and_takes_nobody_new),
        TEST(freeing_the_server_ends_what_waits),
        TEST(an_answer_given_just_before_the_end_still_leaves),
        TEST(a_port_that_is_taken_is_said),
        TEST(every_address_serves_ipv4_clients),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
