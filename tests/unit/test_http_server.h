/*
 * test_http_server.h - a server that answers, lies, hangs up and keeps silent as told,
 * and counts the requests that reached it whole; and a client that waits for the end of
 * one.
 */
#ifndef TEST_HTTP_SERVER_H
#define TEST_HTTP_SERVER_H

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http.h"
#include "loop.h"
#include "mem.h"

/* --- the server --- */

enum action {
    ANSWER,
    ANSWER_SLOWLY_IN_PARTS,
    HINT_THEN_ANSWER,
    HINT_THEN_HANG_UP,
    HANG_UP,
    RESET,
    KEEP_SILENT,
    CUT_THE_BODY,
    CUT_THE_CHUNKS,
    TALK_TOO_LONG,
    ENDLESS_HEADERS,
    NO_HTTP,
    REDIRECT,
    REFUSE,
};

struct server {
    int listen_fd, stop_fds[2];
    int port, redirect_port;
    enum action
        actions[4]; /* of the 1st, 2nd ... request; the last one for all after it */
    int n_actions;
    atomic_int connections, requests;
    char last[8192]; /* the text of the last whole request */
    pthread_t thread, serving[32];
    int n_serving;
};

/* One connection, served by a thread of its own. */
struct visit {
    struct server *server;
    int fd;
};

static void
say(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left) {
        ssize_t n = send(fd, text, left, MSG_NOSIGNAL);

        if (n <= 0)
            return;
        text += n;
        left -= (size_t)n;
    }
}

static void
say_much(int fd, const char *head, const char *part)
{
    say(fd, head);
    for (int i = 0; i < 20000; i++)
        if (send(fd, part, strlen(part), MSG_NOSIGNAL) <= 0)
            return;
}

static void
hang_up_hard(int fd)
{
    struct linger linger = {1, 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

/* Waits for bytes; false when the server is to stop. */
static bool
wait_for(struct server *server, int fd)
{
    struct pollfd fds[2] = {
        {fd,                  POLLIN, 0},
        {server->stop_fds[0], POLLIN, 0}
    };

    return poll(fds, 2, -1) > 0 && !fds[1].revents;
}

/* Reads one whole request into server->last; false when the peer left or all stops. */
static bool
read_request(struct server *server, int fd)
{
    char text[sizeof server->last];
    size_t bytes = 0;

    for (;;) {
        ssize_t n;
        char *end, *length;

        if (!wait_for(server, fd))
            return false;
        n = recv(fd, text + bytes, sizeof text - 1 - bytes, 0);
        if (n <= 0)
            return false;
        bytes += (size_t)n;
        text[bytes] = '\0';
        end = strstr(text, "\r\n\r\n");
        if (!end)
            continue;
        length = strstr(text, "Content-Length: ");
        if (bytes - (size_t)(end + 4 - text) >=
            (length ? strtoul(length + 16, NULL, 10) : 0))
            break;
    }
    memcpy(server->last, text, bytes + 1);
    return true;
}

/* True when the connection stays. */
static bool
act(struct server *server, int fd, enum action action)
{
    char head[200];

    switch (action) {
    case ANSWER:
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}");
        return true;
    case ANSWER_SLOWLY_IN_PARTS:
        say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ok\"\r\n");
        say(fd, "6\r\n:true}\r\n0\r\n\r\n");
        return true;
    case HINT_THEN_ANSWER:
        say(fd, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: "
                "</a>\r\n\r\n");
        return act(server, fd, ANSWER);
    case HINT_THEN_HANG_UP:
        say(fd, "HTTP/1.1 103 Early Hints\r\n\r\n");
        return false;
    case RESET:
        hang_up_hard(fd);
        return false;
    case HANG_UP:
        return false;
    case KEEP_SILENT:
        wait_for(server, fd);
        return false;
    case CUT_THE_BODY:
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"messages\":[");
        return false;
    case CUT_THE_CHUNKS:
        say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ok\"\r\n");
        return false;
    case TALK_TOO_LONG:
        say_much(fd, "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n", "aaaaaaaaaa");
        return false;
    case ENDLESS_HEADERS:
        say_much(fd, "HTTP/1.1 200 OK\r\n", "X-A: aaaaaaaaaaaaaaaa\r\n");
        return false;
    case NO_HTTP:
        say(fd, "220 smtp.example ESMTP\r\n");
        return false;
    case REDIRECT:
        snprintf(head, sizeof head,
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: "
            "0\r\n\r\n",
            server->redirect_port);
        say(fd, head);
        return true;
    case REFUSE:
        say(fd, "HTTP/1.1 503 No\r\nRetry-After: 7\r\n"
                "X-App-Usage: {\"call_count\":100}\r\nContent-Length: 4\r\n\r\nbusy");
        return true;
    }
    return false;
}

static void *
serve(void *ctx)
{
    struct visit *visit = ctx;
    struct server *server = visit->server;
    bool stays = true;

    while (stays && read_request(server, visit->fd)) {
        int nth = atomic_fetch_add(&server->requests, 1);

        stays = act(server, visit->fd,
            server->actions[nth < server->n_actions ? nth : server->n_actions - 1]);
    }
    close(visit->fd);
    free(visit);
    return NULL;
}

static void *
server_main(void *ctx)
{
    struct server *server = ctx;

    while (wait_for(server, server->listen_fd) && server->n_serving < 32) {
        struct visit *visit = calloc(1, sizeof *visit);

        visit->server = server;
        visit->fd = accept(server->listen_fd, NULL, NULL);
        atomic_fetch_add(&server->connections, 1);
        pthread_create(&server->serving[server->n_serving++], NULL, serve, visit);
    }
    for (int i = 0; i < server->n_serving; i++)
        pthread_join(server->serving[i], NULL);
    return NULL;
}

static int
listen_somewhere(int *ret_port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(fd, 16), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static void
server_start(struct server *server, enum action first, enum action then)
{
    memset(server, 0, sizeof *server);
    server->actions[0] = first;
    server->actions[1] = then;
    server->n_actions = 2;
    server->listen_fd = listen_somewhere(&server->port);
    assert_int_equal(pipe(server->stop_fds), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, server_main, server), 0);
}

static void
server_stop(struct server *server)
{
    assert_int_equal(write(server->stop_fds[1], "", 1), 1);
    pthread_join(server->thread, NULL);
    close(server->stop_fds[0]);
    close(server->stop_fds[1]);
    close(server->listen_fd);
}

/* --- the client --- */

struct client {
    struct loop *loop;
    struct http *http;
    int n_left; /* answers to wait for */
    int n_done;
    struct http_reply reply;   /* the last one; its body is in `body` */
    char body[256], usage[64]; /* the answer's X-App-Usage */
    struct fault fault;
    long live; /* allocations before it */
};

static void
on_done(void *ctx, const struct http_reply *reply, const struct fault *fault)
{
    struct client *client = ctx;

    client->reply = *reply;
    client->fault = *fault;
    snprintf(client->body, sizeof client->body, "%s", reply->body);
    snprintf(client->usage, sizeof client->usage, "%s",
        http_header(reply, "x-app-usage") ? http_header(reply, "x-app-usage") : "none");
    client->reply.handle = NULL; /* good in here only */
    client->n_done++;
    if (--client->n_left == 0)
        loop_stop(client->loop);
}

static void
client_start(struct client *client, const struct http_opts *opts)
{
    memset(client, 0, sizeof *client);
    client->live = mem_live();
    client->loop = loop_new();
    client->http = http_new(client->loop, opts);
    assert_non_null(client->http);
}

static void
client_stop(struct client *client)
{
    http_free(client->http);
    loop_free(client->loop);
    assert_int_equal(mem_live(), client->live);
}

static const char message[] = "{\"to\":\"x\",\"text\":\"oi\"}";

static struct http_request
request_to(struct client *client, const char *url)
{
    return (struct http_request){
        .method = "POST",
        .url = url,
        .bearer = "EAAG.secret-token_1",
        .body = message,
        .body_bytes = strlen(message),
        .timeout_ms = 5000,
        .on_done = on_done,
        .ctx = client,
    };
}

static void
send_and_wait(struct client *client, const struct http_request *request)
{
    client->n_left++;
    assert_int_equal(http_send(client->http, request), RC_OK);
    assert_int_equal(http_pending(client->http), 1);
    loop_run(client->loop);
    assert_int_equal(http_pending(client->http), 0);
}

static const char *
url_of(int port)
{
    static char url[64];

    snprintf(url, sizeof url, "http://127.0.0.1:%d/v24.0/1/messages", port);
    return url;
}

#endif
