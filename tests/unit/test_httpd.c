/*
 * Requests and their answers: at once, later, never.
 */
#include "httpd_fixture.h"

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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_answer_given_at_once_has_status_headers_and_body),
        TEST(one_connection_serves_many_requests_in_order),
        TEST(an_answer_may_come_later),
        TEST(a_dropped_request_resets_its_connection_now_or_later),
        TEST(a_client_that_left_while_its_request_waited_harms_nobody),
        TEST(a_quiet_server_closes_after_the_answer_and_takes_nobody_new),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
