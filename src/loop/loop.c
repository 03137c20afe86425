/*
 * The turn, and the watches. Happy path of a turn: due timers run, hooks flush what the
 * callbacks of this turn recorded, epoll sleeps until the next timer at most, the
 * callbacks of what is ready run, parked watches are freed.
 *
 * What can go wrong: a watch is freed while an event in hand points at it (parked, and
 * the event passed over); a descriptor is closed and its number used again behind our
 * back (epoll answers ENOENT or EEXIST to the change: the other operation is then the
 * right one); a peer hangs up on a descriptor watched for nothing (not registered, or
 * epoll would report it in every turn).
 */
#include "loop_internal.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"

struct loop *
loop_new(void)
{
    struct loop *loop = mem_new(struct loop);

    if (!loop)
        return NULL;
    list_init(&loop->watches);
    list_init(&loop->parked);
    (void)sigemptyset(&loop->signals); /* cannot fail */
    loop->signal_fd = -1;
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop_timers_init(loop) != RC_OK || loop->epoll_fd < 0) {
        loop_free(loop);
        return NULL;
    }
    (void)signal(SIGPIPE, SIG_IGN); /* cannot fail for this signal */
    return loop;
}

static void
free_parked(struct loop *loop)
{
    struct list *node;

    while ((node = list_pop(&loop->parked)))
        mem_free(list_entry(node, struct loop_watch, node));
}

void
loop_free(struct loop *loop)
{
    struct list *node;

    if (!loop)
        return;
    assert(!loop->is_running);
    loop_timers_done(loop);
    loop_signals_done(loop);
    while ((node = list_pop(&loop->watches)))
        list_entry(node, struct loop_watch, node)->loop = NULL;
    if (loop->epoll_fd >= 0)
        (void)close(loop->epoll_fd);
    mem_free(loop);
}

int64_t
loop_now_ms(const struct loop *loop)
{
    return loop->is_running ? loop->now_ms : clock_now_ms();
}

static bool
watch_ctl(struct loop_watch *watch, int op)
{
    struct epoll_event event = {.data.ptr = watch};

    if (watch->events & LOOP_READ)
        event.events |= EPOLLIN;
    if (watch->events & LOOP_WRITE)
        event.events |= EPOLLOUT;
    return epoll_ctl(watch->loop->epoll_fd, op, watch->fd, &event) == 0;
}

static bool
watch_add(struct loop_watch *watch)
{
    return watch_ctl(watch, EPOLL_CTL_ADD) ||
           (errno == EEXIST && watch_ctl(watch, EPOLL_CTL_MOD));
}

static bool
watch_change(struct loop_watch *watch)
{
    return watch_ctl(watch, EPOLL_CTL_MOD) ||
           (errno == ENOENT && watch_ctl(watch, EPOLL_CTL_ADD));
}

struct loop_watch *
loop_watch_new(
    struct loop *loop, int fd, unsigned events, loop_fd_fn *on_ready, void *ctx)
{
    struct loop_watch *watch = mem_new(struct loop_watch);

    if (!watch)
        return NULL;
    *watch = (struct loop_watch){
        .loop = loop, .on_ready = on_ready, .ctx = ctx, .fd = fd, .events = events};
    if (events && !watch_add(watch)) {
        mem_free(watch);
        return NULL;
    }
    list_add_tail(&loop->watches, &watch->node);
    return watch;
}

void
loop_watch_set(struct loop_watch *watch, unsigned events)
{
    unsigned before = watch->events;
    bool is_done = true;

    if (before == events || !watch->loop)
        return;
    watch->events = events;
    if (!events)
        (void)watch_ctl(watch, EPOLL_CTL_DEL); /* a closed fd has left by itself */
    else if (!before)
        is_done = watch_add(watch);
    else
        is_done = watch_change(watch);
    assert(is_done); /* the fd is not open: our bug */
    (void)is_done;
}

void
loop_watch_free(struct loop_watch *watch)
{
    if (!watch)
        return;
    list_remove(&watch->node);
    if (watch->loop && watch->events)
        (void)watch_ctl(watch, EPOLL_CTL_DEL); /* a closed fd has left by itself */
    watch->on_ready = NULL;
    if (watch->loop && watch->loop->is_dispatching)
        list_add_tail(&watch->loop->parked, &watch->node);
    else
        mem_free(watch);
}

void
loop_before_sleep(struct loop *loop, struct loop_hook *hook)
{
    struct loop_hook **at = &loop->hooks;

    while (*at) {
        assert(*at != hook);
        at = &(*at)->next;
    }
    hook->next = NULL;
    *at = hook;
}

void
loop_before_sleep_remove(struct loop *loop, struct loop_hook *hook)
{
    struct loop_hook **at = &loop->hooks;

    while (*at && *at != hook)
        at = &(*at)->next;
    if (!*at)
        return;
    *at = hook->next;
    if (loop->hook_next == hook)
        loop->hook_next = hook->next;
    hook->next = NULL;
}

static void
run_hooks(struct loop *loop)
{
    struct loop_hook *hook = loop->hooks;

    while (hook) {
        loop->hook_next = hook->next;
        hook->fn(hook->ctx); /* may remove itself or the next one */
        hook = loop->hook_next;
    }
}

static int
sleep_ms(const struct loop *loop)
{
    int64_t next_ms = loop_timers_next_ms(loop);
    int64_t wait_ms;

    if (loop->is_stopped)
        return 0;
    if (next_ms == INT64_MAX)
        return -1;
    wait_ms = next_ms - clock_now_ms(); /* the hooks took their time too */
    if (wait_ms < 0)
        return 0;
    return wait_ms < INT_MAX ? (int)wait_ms : INT_MAX;
}

static unsigned
ready_events(const struct loop_watch *watch, uint32_t kernel_events)
{
    unsigned ready = 0;

    if (kernel_events & (EPOLLERR | EPOLLHUP))
        return LOOP_READ | LOOP_WRITE;
    if (kernel_events & EPOLLIN)
        ready |= LOOP_READ;
    if (kernel_events & EPOLLOUT)
        ready |= LOOP_WRITE;
    return ready & watch->events; /* an earlier callback may have asked for less */
}

static void
dispatch(struct loop *loop, int n)
{
    loop->is_dispatching = true;
    for (int i = 0; i < n; i++) {
        struct loop_watch *watch = (struct loop_watch *)loop->events[i].data.ptr;
        unsigned ready = ready_events(watch, loop->events[i].events);

        if (watch->on_ready && watch->events && ready)
            watch->on_ready(watch->ctx, ready);
    }
    loop->is_dispatching = false;
    free_parked(loop);
}

void
loop_run(struct loop *loop)
{
    assert(!loop->is_running);
    loop->is_running = true;
    while (!loop->is_stopped) {
        int n;

        loop_timers_run(loop);
        run_hooks(loop);
        n = epoll_wait(loop->epoll_fd, loop->events, EVENTS_MAX, sleep_ms(loop));
        assert(n >= 0 || errno == EINTR);
        loop->now_ms = clock_now_ms();
        dispatch(loop, n);
    }
    loop->is_running = false;
    loop->is_stopped = false;
}

void
loop_stop(struct loop *loop)
{
    loop->is_stopped = true;
}
