/*
 * loop_internal.h - what the files of src/loop share.
 *
 * Nothing that a callback may free is touched after the callback: a watch freed in a turn
 * is parked, and given back when the turn has no event left that may point at it.
 */
#ifndef LOOP_INTERNAL_H
#define LOOP_INTERNAL_H

#include <signal.h>
#include <sys/epoll.h>

#include "heap.h"
#include "list.h"
#include "loop.h"

#define EVENTS_MAX 128

struct loop_watch {
    struct list
        node; /* in loop->watches, or parked, or in itself when the loop is gone */
    struct loop *loop;    /* NULL: the loop was freed first */
    loop_fd_fn *on_ready; /* NULL: freed, waiting for the end of the turn */
    void *ctx;
    int fd;
    unsigned events; /* asked for; 0: the kernel does not know the fd */
};

struct signal_handler {
    loop_fn *fn; /* NULL: not ours */
    void *ctx;
};

struct loop {
    int epoll_fd;
    int signal_fd; /* -1 until the first loop_on_signal */
    struct loop_watch *signal_watch;
    sigset_t signals;
    struct signal_handler handlers[NSIG];
    struct heap timers;
    struct list crowded; /* armed timers that found no memory in the heap */
    struct list due;     /* timers of this turn that have not run yet */
    struct list watches;
    struct list parked; /* watches freed while events may point at them */
    struct loop_hook *hooks;
    struct loop_hook *hook_next; /* the hook after the one that runs */
    int64_t now_ms;
    bool is_running;
    bool is_stopped;
    bool is_dispatching; /* events are in hand */
    struct epoll_event events[EVENTS_MAX];
};

enum rc loop_timers_init(struct loop *loop) MUST_USE;
void loop_timers_done(struct loop *loop);
void loop_timers_run(struct loop *loop);

/* When the next timer is due, INT64_MAX when none is. */
int64_t loop_timers_next_ms(const struct loop *loop);

void loop_signals_done(struct loop *loop);

#endif
