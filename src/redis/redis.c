/*
 * The connection. Happy path: pause over, name looked up, socket connected, greeted with
 * AUTH, SELECT and SCRIPT LOAD in one go, up. Whatever goes wrong on the way or later
 * calls redis_lose; the loop then closes, fails the calls with RC_UNKNOWN, reports, and
 * begins the next pause. Nothing of a connection is used again.
 */
#include "redis_internal.h"

#include <assert.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "clock.h"
#include "mem.h"
#include "resolve.h"

enum {
    PAUSE_MIN_MS = 50,
    PAUSE_MAX_MS = 500, /* a fleet is to be back two seconds after its Redis */
    RESOLVE_WAIT_MAX_MS = 50,
    SHA_DIGITS = 40
};
enum { OUT_BYTES_MAX = 16 << 20 };

static void
destroy(struct redis *redis)
{
    assert(list_is_empty(&redis->calls));
    wire_close(redis);
    loop_timer_stop(&redis->timer);
    loop_timer_stop(&redis->give_up);
    loop_timer_stop(&redis->deadline);
    resolve_free(redis->resolve);
    redis_url_done(&redis->url);
    mem_free(redis->password_file);
    mem_free(redis);
}

void
redis_enter(struct redis *redis)
{
    redis->depth++;
}

void
redis_leave(struct redis *redis)
{
    assert(redis->depth > 0);
    if (--redis->depth > 0 || !redis->is_freed)
        return;
    redis_fail_calls(redis, NULL);
    destroy(redis);
}

void
redis_lose(struct redis *redis, const char *code, const char *text)
{
    if (redis->state == REDIS_LOST || redis->state == REDIS_DOWN)
        return;
    fault_set(&redis->fault, "redis", code, "%s", text);
    redis->state = REDIS_LOST;
    loop_timer_stop(&redis->give_up);
    loop_timer_in(&redis->timer, 0);
}

/* --- the way up --- */

static void
go_up(struct redis *redis)
{
    redis->state = REDIS_UP;
    redis->attempts = 0;
    redis->was_reported = false;
    loop_timer_stop(&redis->give_up);
    redis->on_state(redis->ctx, true, NULL);
}

/* An error's text may repeat what was sent, the password too: only its code is kept. */
static void
lose_refused(struct redis *redis, const char *error)
{
    char code[24];

    (void)snprintf(code, sizeof code, "%.*s", (int)strcspn(error, " "), error);
    redis_lose(redis, code, "the server refused the greeting");
}

/* The last answer is that of SCRIPT LOAD: the script's name. */
void
redis_on_greeting(struct redis *redis, const redisReply *reply)
{
    redis->n_greetings--;
    if (reply->type == REDIS_REPLY_ERROR) {
        lose_refused(redis, reply->str);
        return;
    }
    if (redis->n_greetings > 0)
        return;
    if (reply->type != REDIS_REPLY_STRING || (size_t)reply->len != SHA_DIGITS) {
        redis_lose(redis, "protocol", "the server did not name the script");
        return;
    }
    memcpy(redis->script_sha, reply->str, sizeof redis->script_sha);
    go_up(redis);
}

static void
say(struct redis *redis, const char *const *words, int n)
{
    if (wire_add(redis, words, n))
        redis->n_greetings++;
    else
        redis_lose(redis, "memory", "out of memory");
}

static void
say_password(struct redis *redis)
{
    struct fault fault = {0};
    char *read =
        redis->password_file ? redis_password_read(redis->password_file, &fault) : NULL;
    const char *password = read ? read : redis->url.password;

    if (redis->password_file && !read)
        redis_lose(redis, fault.code, fault.text);
    else if (password && redis->url.user)
        say(redis, (const char *const[]){"AUTH", redis->url.user, password}, 3);
    else if (password)
        say(redis, (const char *const[]){"AUTH", password}, 2);
    mem_free_secret(read);
}

void
redis_on_connected(struct redis *redis)
{
    char db[12];

    redis->n_greetings = 0;
    say_password(redis);
    (void)snprintf(db, sizeof db, "%d", redis->url.db);
    if (redis->url.db)
        say(redis, (const char *const[]){"SELECT", db}, 2);
    say(redis, (const char *const[]){"SCRIPT", "LOAD", redis->script}, 3);
    if (redis->state == REDIS_CONNECTING)
        wire_write(redis);
}

static void
connect_to(struct redis *redis, const struct redis_address *address)
{
    redis->state = REDIS_CONNECTING;
    wire_open(redis, address);
}

static void
connect_to_path(struct redis *redis)
{
    struct redis_address address = {.bytes = sizeof(struct sockaddr_un)};
    struct sockaddr_un name = {.sun_family = AF_UNIX};

    (void)snprintf(name.sun_path, sizeof name.sun_path, "%s", redis->url.path);
    memcpy(&address.name, &name, sizeof name);
    connect_to(redis, &address);
}

/* The `nth` of the name's addresses, from the first again after the last. */
static void
connect_to_nth(struct redis *redis, const struct addrinfo *first, unsigned nth)
{
    struct redis_address address = {0};
    const struct addrinfo *at = first;

    while (nth-- > 0)
        at = at->ai_next ? at->ai_next : first;
    memcpy(&address.name, at->ai_addr, at->ai_addrlen);
    address.bytes = at->ai_addrlen;
    /* the port lies at the same place of an IPv4 and an IPv6 address */
    ((struct sockaddr_in *)(void *)&address.name)->sin_port =
        htons((uint16_t)redis->url.port);
    connect_to(redis, &address);
}

static void
look_up(struct redis *redis)
{
    const struct addrinfo *first = NULL;
    struct fault fault = {0};
    enum rc rc;

    if (!redis->resolve)
        redis->resolve = resolve_new(redis->url.host);
    if (!redis->resolve) {
        redis_lose(redis, "memory", "out of memory");
        return;
    }
    rc = resolve_poll(redis->resolve, &first, &fault);
    if (rc == RC_AGAIN) {
        loop_timer_in(&redis->timer, redis->resolve_wait_ms);
        if (redis->resolve_wait_ms < RESOLVE_WAIT_MAX_MS)
            redis->resolve_wait_ms *= 2;
        return;
    }
    if (rc == RC_OK)
        connect_to_nth(redis, first, redis->attempts);
    else
        redis_lose(redis, fault.code, fault.text);
    resolve_free(redis->resolve);
    redis->resolve = NULL;
}

/* The end of an attempt or of a connection. */
static void
settle(struct redis *redis)
{
    int64_t pause_ms = PAUSE_MIN_MS;

    wire_close(redis);
    resolve_free(redis->resolve);
    redis->resolve = NULL;
    redis->state = REDIS_DOWN;
    for (unsigned i = 0; i < redis->attempts && pause_ms < PAUSE_MAX_MS; i++)
        pause_ms *= 2;
    redis->attempts++;
    loop_timer_in(&redis->timer,
        clock_jitter_ms(pause_ms < PAUSE_MAX_MS ? pause_ms : PAUSE_MAX_MS));
    redis_fail_calls(redis, &redis->fault);
    if (redis->is_freed || redis->was_reported)
        return;
    redis->was_reported = true;
    redis->on_state(redis->ctx, false, &redis->fault);
}

static void
on_timer(void *ctx)
{
    struct redis *redis = ctx;

    redis_enter(redis);
    switch (redis->state) {
    case REDIS_DOWN:
        redis->state = REDIS_LOOKUP;
        redis->resolve_wait_ms = 1;
        loop_timer_in(&redis->give_up, redis->connect_ms);
        if (redis->url.path)
            connect_to_path(redis);
        else
            look_up(redis);
        break;
    case REDIS_LOOKUP:
        look_up(redis);
        break;
    case REDIS_LOST:
        settle(redis);
        break;
    case REDIS_CONNECTING:
    case REDIS_UP:
        break; /* nothing is timed by this timer there */
    }
    redis_leave(redis);
}

static void
on_give_up(void *ctx)
{
    struct redis *redis = ctx;

    redis_lose(redis, "timeout",
        redis->state == REDIS_LOOKUP ? "the host name was not found in time"
                                     : "not connected in time");
}

/* --- the face --- */

struct redis *
redis_new(struct loop *loop, const struct redis_opts *opts, const char *script,
    redis_state_fn *on_state, void *ctx)
{
    struct redis *redis = mem_new(struct redis);

    if (!redis)
        return NULL;
    redis->loop = loop;
    redis->script = script;
    redis->connect_ms = opts->connect_ms > 0 ? opts->connect_ms : 2000;
    redis->command_ms = opts->command_ms > 0 ? opts->command_ms : 250;
    redis->on_state = on_state;
    redis->ctx = ctx;
    redis->fd = -1;
    buf_init(&redis->out, OUT_BYTES_MAX);
    list_init(&redis->calls);
    list_init(&redis->failing);
    loop_timer_init(&redis->timer, loop, on_timer, redis);
    loop_timer_init(&redis->give_up, loop, on_give_up, redis);
    loop_timer_init(&redis->deadline, loop, redis_on_deadline, redis);
    if (opts->password_file)
        redis->password_file = mem_strdup(opts->password_file);
    if ((opts->password_file && !redis->password_file) ||
        redis_url_parse(opts->url, &redis->url, NULL) != RC_OK) {
        destroy(redis);
        return NULL;
    }
    loop_timer_in(&redis->timer, 0);
    return redis;
}

void
redis_free(struct redis *redis)
{
    if (!redis)
        return;
    redis_enter(redis);
    redis->is_freed = true;
    redis_leave(redis);
}

bool
redis_is_up(const struct redis *redis)
{
    return redis->state == REDIS_UP;
}
