/*
 * Sends POSTs by src/http and prints what it believes of each: one JSON object a line, as
 * it comes. test_tls.py and test_http2.py compare it with what the far end saw.
 *
 *     http_probe URL [n=1] [at_once=n] [batch=n] [first=0] [ca=FILE] [connections=0]
 * [streams=0] [timeout_ms=10000] [connect_ms=0] [tick_ms=0]
 *
 * Each body is its number. `at_once` limits those in flight; after the first `first`
 * answers and then after each `batch` it reads a line from stdin before it goes on, so
 * that something may happen between two.
 * With tick_ms a timer counts how late the loop ever was (last line: {"late_ms": n}).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "http.h"
#include "loop.h"
#include "mem.h"

enum { N_MAX = 100000, BODY_BYTES = 32 };

struct probe {
    struct loop *loop;
    struct http *http;
    struct http_request request;
    struct loop_timer tick, go_on;
    long n, at_once, first, batch, tick_ms;
    long n_sent, n_done, until; /* the next word */
    int64_t due_at_ms, late_ms;
};

struct one {
    struct probe *probe;
    long nth;
    int64_t from_ms;
    char body[BODY_BYTES];
};

static void send_more(void *ctx);

static const char *
name_of(enum http_transport transport)
{
    switch (transport) {
    case HTTP_COMPLETE:
        return "complete";
    case HTTP_NOT_SENT:
        return "not sent";
    case HTTP_CUT:
        break;
    }
    return "cut";
}

/* Between two batches the test does what it wants to do. */
static void
await_word(struct probe *probe)
{
    if (probe->n_done == probe->until && probe->n_done < probe->n) {
        probe->until += probe->batch;
        while (getchar() > '\n')
            ;
    }
}

static void
on_done(void *ctx, const struct http_reply *reply, const struct fault *fault)
{
    struct one *one = ctx;
    struct probe *probe = one->probe;
    const char *usage = http_header(reply, "X-Business-Use-Case-Usage");

    (void)printf("{\"n\": %ld, \"is\": \"%s\", \"status\": %d, \"bytes\": %zu, "
                 "\"retry_after_s\": %ld, \"code\": \"%s\", \"ms\": %lld, "
                 "\"usage\": %s, \"text\": \"%s\"}\n",
        one->nth, name_of(reply->transport), reply->status, reply->body_bytes,
        reply->retry_after_s, fault->code, (long long)(clock_now_ms() - one->from_ms),
        usage ? usage : "null", fault->text);
    (void)fflush(stdout);
    mem_free(one);
    if (++probe->n_done == probe->n) {
        loop_stop(probe->loop);
        return;
    }
    await_word(probe);
    loop_timer_in(&probe->go_on, 0);
}

static void
send_more(void *ctx)
{
    struct probe *probe = ctx;

    while (probe->n_sent < probe->n && probe->n_sent < probe->until &&
           probe->n_sent - probe->n_done < probe->at_once) {
        struct one *one = mem_new(struct one);

        one->probe = probe;
        one->nth = ++probe->n_sent;
        one->from_ms = clock_now_ms();
        (void)snprintf(one->body, sizeof one->body, "{\"m\": %ld}", one->nth);
        probe->request.body = one->body;
        probe->request.body_bytes = strlen(one->body);
        probe->request.ctx = one;
        if (http_send(probe->http, &probe->request) != RC_OK)
            abort();
    }
}

static void
on_tick(void *ctx)
{
    struct probe *probe = ctx;
    int64_t late_ms = clock_now_ms() - probe->due_at_ms;

    if (late_ms > probe->late_ms)
        probe->late_ms = late_ms;
    probe->due_at_ms = clock_now_ms() + probe->tick_ms;
    loop_timer_in(&probe->tick, probe->tick_ms);
}

static const char *
option(char **args, const char *name)
{
    size_t bytes = strlen(name);

    for (; *args; args++)
        if (strncmp(*args, name, bytes) == 0 && (*args)[bytes] == '=')
            return *args + bytes + 1;
    return NULL;
}

static long
number(char **args, const char *name, long otherwise)
{
    const char *text = option(args, name);

    return text ? (long)strtoll(text, NULL, 10) : otherwise;
}

static void
run(struct probe *probe)
{
    loop_timer_init(&probe->go_on, probe->loop, send_more, probe);
    loop_timer_in(&probe->go_on, 0);
    loop_timer_init(&probe->tick, probe->loop, on_tick, probe);
    if (probe->tick_ms) {
        probe->due_at_ms = clock_now_ms() + probe->tick_ms;
        loop_timer_in(&probe->tick, probe->tick_ms);
    }
    loop_run(probe->loop);
    loop_timer_stop(&probe->go_on);
    loop_timer_stop(&probe->tick);
    if (probe->tick_ms)
        (void)printf("{\"late_ms\": %lld}\n", (long long)probe->late_ms);
}

int
main(int argc, char **argv)
{
    struct probe probe = {.loop = loop_new()};
    const struct http_opts opts = {
        .ca_file = option(argv, "ca"),
        .connections_max = (int)number(argv, "connections", 0),
        .streams_max = (int)number(argv, "streams", 0),
        .connect_ms = (int)number(argv, "connect_ms", 0),
    };

    if (argc < 2)
        return 2;
    probe.http = http_new(probe.loop, &opts);
    probe.n = number(argv, "n", 1);
    probe.at_once = number(argv, "at_once", probe.n);
    probe.batch = number(argv, "batch", probe.n);
    probe.first = number(argv, "first", 0);
    probe.until = probe.first ? probe.first : probe.batch;
    probe.tick_ms = number(argv, "tick_ms", 0);
    if (!probe.http || probe.n < 1 || probe.n > N_MAX || probe.batch < 1)
        return 2;
    probe.request = (struct http_request){
        .method = "POST",
        .url = argv[1],
        .bearer = "EAAG.secret",
        .timeout_ms = (int)number(argv, "timeout_ms", 10000),
        .on_done = on_done,
    };
    run(&probe);
    http_free(probe.http);
    loop_free(probe.loop);
    return mem_live() == 0 ? 0 : 1;
}
