/*
 * The socket and what goes through it. hiredis makes the commands into bytes and the
 * bytes into replies; its asynchronous part is not used, because it aborts the process
 * when a server answers what was not asked, and has no deadlines.
 */
#include "redis_internal.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 16384, READS_PER_TURN = 16 };

static void
lose_errno(struct redis *redis, int error)
{
    redis_lose(redis, "io", strerror(error));
}

/* True once it is connected. */
static bool
finish_connect(struct redis *redis)
{
    int error = 0;
    socklen_t bytes = sizeof error;

    if (redis->is_connected)
        return true;
    if (getsockopt(redis->fd, SOL_SOCKET, SO_ERROR, &error, &bytes) < 0)
        error = errno;
    if (error) {
        lose_errno(redis, error);
        return false;
    }
    redis->is_connected = true;
    redis_on_connected(redis);
    return true;
}

static void
watch_writing(struct redis *redis, bool is_wanted)
{
    if (is_wanted == redis->is_writing_watched)
        return;
    redis->is_writing_watched = is_wanted;
    loop_watch_set(redis->watch, LOOP_READ | (is_wanted ? LOOP_WRITE : 0));
}

static void
on_ready(void *ctx, unsigned events)
{
    struct redis *redis = ctx;

    redis_enter(redis);
    if (redis->state != REDIS_LOST && finish_connect(redis)) {
        if (events & LOOP_WRITE)
            wire_write(redis);
        if (events & LOOP_READ)
            wire_read(redis);
    }
    redis_leave(redis);
}

void
wire_open(struct redis *redis, const struct redis_address *address)
{
    int on = 1;

    redis->fd =
        socket(address->name.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (redis->fd < 0) {
        lose_errno(redis, errno);
        return;
    }
    if (address->name.ss_family != AF_UNIX)
        (void)setsockopt(
            redis->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* slower */
    redis->is_connected = false;
    redis->is_writing_watched = true;
    redis->reader = redisReaderCreate();
    redis->watch =
        loop_watch_new(redis->loop, redis->fd, LOOP_READ | LOOP_WRITE, on_ready, redis);
    if (!redis->reader || !redis->watch)
        redis_lose(redis, "memory", "out of memory");
    else if (connect(redis->fd, (const struct sockaddr *)&address->name, address->bytes) <
                 0 &&
             errno != EINPROGRESS)
        lose_errno(redis, errno);
}

void
wire_close(struct redis *redis)
{
    loop_watch_free(redis->watch);
    redis->watch = NULL;
    if (redis->reader)
        redisReaderFree(redis->reader);
    redis->reader = NULL;
    if (redis->fd >= 0)
        close(redis->fd);
    redis->fd = -1;
    if (redis->out.data)
        explicit_bzero(redis->out.data, redis->out.room); /* a password may be left */
    buf_done(&redis->out);
    buf_init(&redis->out, redis->out.max_bytes);
}

bool
wire_add(struct redis *redis, const char *const *words, int n)
{
    char *text = NULL;
    int bytes = redisFormatCommandArgv(&text, n, (const char **)(uintptr_t)words, NULL);
    bool is_added = bytes > 0;
    size_t before = redis->out.bytes;

    if (is_added) {
        buf_add(&redis->out, text, (size_t)bytes);
        explicit_bzero(text, (size_t)bytes);
    }
    if (text)
        redisFreeCommand(text);
    if (redis->out.is_bad) {
        /* what stands before it is whole and stays */
        redis->out.is_bad = false;
        redis->out.bytes = before;
        is_added = false;
    }
    return is_added;
}

void
wire_write(struct redis *redis)
{
    while (redis->out.bytes && redis->fd >= 0) {
        ssize_t n = send(redis->fd, redis->out.data, redis->out.bytes, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN)
            lose_errno(redis, errno);
        if (n < 0)
            break;
        buf_shift(&redis->out, (size_t)n);
    }
    if (redis->watch)
        watch_writing(redis, redis->out.bytes > 0);
}

/* Hands the whole replies on, while they are of use. */
static void
hand_on(struct redis *redis)
{
    void *reply = NULL;

    while (!redis->is_freed &&
           (redis->state == REDIS_UP || redis->state == REDIS_CONNECTING)) {
        if (redisReaderGetReply(redis->reader, &reply) != REDIS_OK) {
            redis_lose(redis, "protocol", "the server does not speak Redis's language");
            return;
        }
        if (!reply)
            return;
        if (redis->state == REDIS_UP)
            redis_on_reply(redis, reply);
        else
            redis_on_greeting(redis, reply);
        freeReplyObject(reply);
        reply = NULL;
    }
}

void
wire_read(struct redis *redis)
{
    char bytes[READ_BYTES];

    for (int i = 0; i < READS_PER_TURN && redis->is_connected && redis->fd >= 0; i++) {
        ssize_t n = read(redis->fd, bytes, sizeof bytes);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            redis_lose(
                redis, "io", n ? strerror(errno) : "the server closed the connection");
            return;
        }
        if (redisReaderFeed(redis->reader, bytes, (size_t)n) != REDIS_OK) {
            redis_lose(redis, "memory", "out of memory");
            return;
        }
        hand_on(redis);
        if (redis->is_freed || redis->state == REDIS_LOST || (size_t)n < sizeof bytes)
            return;
    }
}
