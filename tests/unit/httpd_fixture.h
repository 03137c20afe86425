/*
 * httpd_fixture.h - a server and its clients in one loop and one thread.
 *
 * A client writes its request whole and reads in the loop until an answer is complete or
 * the connection ends.
 */
#ifndef HTTPD_FIXTURE_H
#define HTTPD_FIXTURE_H

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

static inline void
stop_loop(void *ctx)
{
    (void)ctx;
    loop_stop(loop);
}

static inline void
count_end(void *user)
{
    (void)user;
    ended++;
}

static inline void
reply_held(void *ctx)
{
    struct httpd_request *request = held;

    (void)ctx;
    held = NULL;
    httpd_reply_text(request, 200, "text/plain", "late");
}

static inline void
drop_held(void *ctx)
{
    struct httpd_request *request = held;

    (void)ctx;
    held = NULL;
    httpd_drop(request);
}

static inline void
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

static inline void
handle(void *ctx, struct httpd_request *request)
{
    static const char *const headers[] = {"X-One: 1", "X-Two:2", NULL};
    struct httpd_answer answer = {201, "application/json", "{}", 2, headers, NULL};
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

static inline bool
see_headers(void *ctx, const struct httpd_request *request)
{
    (void)ctx;
    (void)request;
    headers_seen++;
    return !is_refusing_headers;
}

/* Answers here are short and have a Content-Length. */
static inline int
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

static inline void
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

static inline void
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

static inline void
client_write(struct client *client, const char *text)
{
    assert_int_equal(
        send(client->fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static inline void
run_loop(void)
{
    struct loop_timer give_up;

    loop_timer_init(&give_up, loop, stop_loop, NULL);
    loop_timer_in(&give_up, GIVE_UP_MS);
    loop_run(loop);
    assert_true(loop_timer_is_armed(&give_up));
    loop_timer_stop(&give_up);
}

static inline void
client_await(struct client *client, int answers)
{
    client->answers = answers;
    if (!client->is_over && whole_answers(client) < answers)
        run_loop();
}

static inline void
client_close(struct client *client)
{
    loop_watch_free(client->watch);
    (void)close(client->fd);
}

static inline int
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

static inline int
server_down(void **state)
{
    (void)state;
    httpd_free(httpd);
    loop_free(loop);
    return mem_live() == 0 && ended == handled ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, server_up, server_down)

#endif
