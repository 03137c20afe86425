/*
 * loop.h - one thread, one epoll loop: descriptors, timers, signals.
 *
 * A turn = run the timers that are due, run the hooks that flush batches, sleep until a
 * descriptor, a timer or a signal, run its callback. Callbacks run from loop_run only and
 * may add, change and remove anything, themselves included; what is removed is never
 * called again.
 */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "rc.h"

struct loop;
struct loop_watch; /* one watched descriptor */

#define LOOP_READ 1u
#define LOOP_WRITE 2u /* errors and hang-ups arrive as both */

typedef void loop_fd_fn(void *ctx, unsigned events);
typedef void loop_fn(void *ctx);

struct loop *loop_new(void) MUST_USE; /* NULL: no memory or no epoll */
void loop_free(struct loop *loop);    /* accepts NULL; forgets watches and timers */

/* Runs until loop_stop. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Milliseconds on clock.h's stopwatch, read once per turn. */
int64_t loop_now_ms(const struct loop *loop);

/* Watches `fd` for `events`; NULL when out of memory. The fd stays the caller's. */
struct loop_watch *loop_watch_new(struct loop *loop, int fd, unsigned events,
    loop_fd_fn *on_ready, void *ctx) MUST_USE;
void loop_watch_set(struct loop_watch *watch, unsigned events);
void loop_watch_free(struct loop_watch *watch); /* before the fd is closed; accepts NULL */

/* A timer lives inside its owner's struct. Zeroed = not armed. */
struct loop_timer {
    int64_t at_ms;
    loop_fn *fn;
    void *ctx;
    struct loop *loop;
    int slot; /* place in the heap + 1; 0: not armed */
};

void loop_timer_init(struct loop_timer *timer, struct loop *loop, loop_fn *fn, void *ctx);
void loop_timer_in(struct loop_timer *timer, int64_t ms); /* arms, or moves; 0: next turn */
void loop_timer_stop(struct loop_timer *timer);
bool loop_timer_is_armed(const struct loop_timer *timer);

/* Runs `fn` at the end of every turn, just before sleeping; for batches. */
struct loop_hook {
    loop_fn *fn;
    void *ctx;
    struct loop_hook *next;
};
void loop_before_sleep(struct loop *loop, struct loop_hook *hook);

/* Calls `fn` from the loop when `signo` arrives (blocked and read by signalfd). */
enum rc loop_on_signal(struct loop *loop, int signo, loop_fn *fn, void *ctx) MUST_USE;

#endif
