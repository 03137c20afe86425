/*
 * Clients that keep us waiting, and too many of them: who is cut, and who stays.
 */
#include "httpd_fixture.h"
#include "metrics.h"

static void
serve_with(const struct httpd_opts *opts)
{
    httpd_free(httpd);
    httpd = httpd_new(loop, opts, handle, NULL);
    assert_non_null(httpd);
}

static struct httpd_opts
standard(void)
{
    return (struct httpd_opts){
        .address = "127.0.0.1", .body_bytes_max = BODY_MAX, .on_headers = see_headers};
}

/* Another client's end stops the loop too. */
static void
await_answer(struct client *client)
{
    while (!client->is_over && whole_answers(client) < 1)
        client_await(client, 1);
}

/* Waits until the far end has ended it. */
static void
await_end(struct client *client)
{
    while (!client->is_over)
        client_await(client, 100);
}

/* The series that count what was cut outlive a server. */
static int
slow_down(void **state)
{
    httpd_free(httpd);
    httpd = NULL;
    metrics_forget();
    return server_down(state);
}

static void
a_head_that_does_not_end_is_cut(void **state)
{
    struct httpd_opts opts = standard();
    struct client client;

    (void)state;
    opts.head_s = 1;
    serve_with(&opts);
    client_open(&client);
    client_write(&client, "GET /now HTTP/1.1\r\nHost: h\r\nX: ");
    await_end(&client);
    assert_int_equal(client.error, ECONNRESET);
    client_close(&client);
}

static void
a_body_that_does_not_end_is_cut(void **state)
{
    struct httpd_opts opts = standard();
    struct client client;

    (void)state;
    opts.head_s = 9;
    opts.body_s = 1;
    serve_with(&opts);
    client_open(&client);
    client_write(
        &client, "POST /now HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\n\r\nabc");
    await_end(&client);
    assert_int_equal(client.error, ECONNRESET);
    assert_int_equal(headers_seen, 1);
    assert_int_equal(handled, 0);
    client_close(&client);
}

static void
a_kept_connection_without_a_next_request_is_closed_in_order(void **state)
{
    struct httpd_opts opts = standard();
    struct client client;

    (void)state;
    opts.head_s = 9;
    opts.idle_s = 1;
    serve_with(&opts);
    client_open(&client);
    client_write(&client, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    await_end(&client);
    assert_int_equal(client.error, 0);
    assert_int_equal(whole_answers(&client), 1);
    client_close(&client);
}

/* Three of an address that may have two: the first goes, though the second may be as
 * silent, and the third is served. */
static void
the_one_that_owes_for_longest_makes_room(void **state)
{
    struct httpd_opts opts = standard();
    struct client clients[3];

    (void)state;
    opts.per_address_max = 2;
    serve_with(&opts);
    for (int i = 0; i < 3; i++)
        client_open(&clients[i]);
    client_write(&clients[2], "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    await_answer(&clients[2]);
    assert_int_equal(whole_answers(&clients[2]), 1);
    await_end(&clients[0]);
    assert_int_equal(clients[0].error, ECONNRESET);
    assert_false(clients[1].is_over);
    for (int i = 0; i < 3; i++)
        client_close(&clients[i]);
}

/* Whoever waits for us owes nothing: it is not cut for those that come after it. */
static void
a_request_that_we_work_on_is_not_cut(void **state)
{
    struct httpd_opts opts = standard();
    struct client waiting, next;

    (void)state;
    opts.connections_max = 1;
    serve_with(&opts);
    client_open(&waiting);
    client_write(&waiting, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
    run_loop();
    client_open(&next);
    await_end(&next);
    reply_held(NULL);
    await_answer(&waiting);
    assert_int_equal(whole_answers(&waiting), 1);
    client_close(&waiting);
    client_close(&next);
}

static void
only_a_proxy_of_ours_says_who_asks(void **state)
{
    static const struct {
        const char *proxies, *forwarded, *peer;
    } rows[] = {
        {NULL,                    "203.0.113.9",              "127.0.0.1"  },
        {"10.0.0.0/8",            "203.0.113.9",              "127.0.0.1"  },
        {"127.0.0.0/8",           "203.0.113.9",              "203.0.113.9"},
        {"::1 127.0.0.1",         "1.1.1.1, 203.0.113.9",     "203.0.113.9"},
        {"127.0.0.1,203.0.113.9", "1.1.1.1, 203.0.113.9",     "1.1.1.1"    },
        {"127.0.0.1/32",          "1.1.1.1, [2001:db8::1]:5", "2001:db8::1"},
        {"127.0.0.1",             "1.1.1.1, rubbish",         "127.0.0.1"  },
        {"0.0.0.0/0",             "203.0.113.9",              "203.0.113.9"},
        {"127.0.0.1",             "",                         "127.0.0.1"  },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct httpd_opts opts = standard();
        struct client client;
        char text[200], peer[80];

        opts.proxies = rows[i].proxies;
        serve_with(&opts);
        (void)snprintf(text, sizeof(text),
            "GET /now HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: %s\r\n\r\n",
            rows[i].forwarded);
        client_open(&client);
        client_write(&client, text);
        client_await(&client, 1);
        (void)snprintf(peer, sizeof(peer), " peer=%s body", rows[i].peer);
        assert_non_null(strstr(seen, peer));
        client_close(&client);
    }
}

static void
what_is_no_list_of_networks_is_refused(void **state)
{
    static const char *const wrong[] = {"10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "name",
        "fd00::/129", "10.0.0.0/8x", "10.0.0.0/-1"};

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct httpd_opts opts = standard();

        opts.proxies = wrong[i];
        assert_null(httpd_new(loop, &opts, handle, NULL));
        assert_int_equal(errno, EINVAL);
    }
}

#define SLOW(name) cmocka_unit_test_setup_teardown(name, server_up, slow_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        SLOW(a_head_that_does_not_end_is_cut),
        SLOW(a_body_that_does_not_end_is_cut),
        SLOW(a_kept_connection_without_a_next_request_is_closed_in_order),
        SLOW(the_one_that_owes_for_longest_makes_room),
        SLOW(a_request_that_we_work_on_is_not_cut),
        SLOW(only_a_proxy_of_ours_says_who_asks),
        SLOW(what_is_no_list_of_networks_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
