/*
 * Bodies that come in pieces: at once, later, broken, and to a client that has left.
 */
#include "httpd_fixture.h"

static struct {
    struct httpd_request *request;
    const char *pieces[4]; /* "" is: nothing yet; NULL the end */
    int at, done;
    bool is_broken;
} from;
static struct loop_timer feed;

static size_t
read_piece(void *ctx, char *to, size_t max)
{
    const char *piece = from.pieces[from.at];
    size_t bytes = piece ? strlen(piece) : 0;

    (void)ctx;
    if (!piece)
        return from.is_broken ? HTTPD_BROKEN : HTTPD_END;
    from.at++;
    assert_true(bytes <= max);
    if (bytes == 0)
        loop_timer_in(&feed, 1);
    memcpy(to, piece, bytes);
    return bytes;
}

static void
count_done(void *ctx)
{
    (void)ctx;
    from.done++;
    loop_timer_stop(&feed);
}

static void
more(void *ctx)
{
    (void)ctx;
    httpd_more(from.request);
}

static void
give_source(void *ctx)
{
    static const struct httpd_source source = {.read = read_piece, .done = count_done};
    struct httpd_answer answer = {
        .status = 200, .content_type = "text/csv", .source = &source};

    (void)ctx;
    from.request = held;
    held = NULL;
    loop_timer_init(&feed, loop, more, NULL);
    httpd_reply(from.request, &answer);
}

/* Asks, and answers with these pieces. */
static void
ask(struct client *client, const char *a, const char *b, const char *c)
{
    memset(&from, 0, sizeof(from));
    from.pieces[0] = a;
    from.pieces[1] = b;
    from.pieces[2] = c;
    client_open(client);
    client_write(client, "GET /hold HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    run_loop();
    give_source(NULL);
}

static void
pieces_arrive_in_order_and_the_end_is_an_end(void **state)
{
    struct client client;

    (void)state;
    ask(&client, "one;", "", "two;");
    assert_int_equal(httpd_pending(httpd), 1);
    client_await(&client, 99); /* until the connection ends */
    assert_non_null(strstr(client.text, "Transfer-Encoding: chunked"));
    assert_non_null(strstr(client.text, "\r\n4\r\none;\r\n4\r\ntwo;\r\n0\r\n"));
    assert_int_equal(from.done, 1);
    assert_int_equal(httpd_pending(httpd), 0);
    client_close(&client);
}

static void
a_source_that_breaks_closes_without_an_end(void **state)
{
    struct client client;

    (void)state;
    ask(&client, "one;", NULL, NULL);
    from.is_broken = true;
    client_await(&client, 99);
    assert_non_null(strstr(client.text, "one;"));
    assert_null(strstr(client.text, "\r\n0\r\n"));
    assert_int_equal(from.done, 1);
    client_close(&client);
}

static void
a_client_that_leaves_ends_the_source(void **state)
{
    struct client client;

    (void)state;
    ask(&client, "one;", "", "two;");
    client_close(&client);
    loop_timer_init(&later, loop, stop_loop, NULL);
    loop_timer_in(&later, 50);
    run_loop();
    assert_int_equal(from.done, 1);
    assert_int_equal(httpd_pending(httpd), 0);
}

static void
the_end_of_the_server_ends_a_source_that_waits(void **state)
{
    struct client client;

    (void)state;
    ask(&client, "", NULL, NULL);
    client_close(&client);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pieces_arrive_in_order_and_the_end_is_an_end),
        TEST(a_source_that_breaks_closes_without_an_end),
        TEST(a_client_that_leaves_ends_the_source),
        TEST(the_end_of_the_server_ends_a_source_that_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
