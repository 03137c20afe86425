/*
 * Bodies that are too large, headers that are refused, a server that ends or cannot
 * begin.
 */
#include "httpd_fixture.h"

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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(headers_may_be_refused_before_the_body_is_there),
        TEST(a_body_up_to_the_limit_passes_and_one_byte_more_is_413),
        TEST(a_chunked_body_past_the_limit_is_413_too),
        TEST(a_body_announced_far_past_the_limit_is_413_at_once),
        TEST(freeing_the_server_ends_what_waits),
        TEST(an_answer_given_just_before_the_end_still_leaves),
        TEST(a_port_that_is_taken_is_said),
        TEST(every_address_serves_ipv4_clients),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
