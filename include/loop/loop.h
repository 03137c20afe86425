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

#include "list.h"
#include "rc.h"

struct loop;
struct loop_watch; /* one watched descriptor */

#define LOOP_READ 1u
#define LOOP_WRITE 2u /* errors and hang-ups arrive as both */

typedef void loop_fd_fn(void *ctx, unsigned events);
typedef void loop_fn(void *ctx);

/* NULL: no memory or no epoll. The process ignores SIGPIPE from then on: a peer that hung
 * up is the result of a write, not the end of the process. */
struct loop *loop_new(void) MUST_USE;

/* Stops all timers and forgets watches and hooks; a watch that is left must still be
 * freed by its owner, which then is safe. Not from a callback. Accepts NULL. */
void loop_free(struct loop *loop);

/* Runs until loop_stop; at once back when that was called before. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Milliseconds on clock.h's stopwatch, read when a turn wakes and before its timers run.
 */
int64_t loop_now_ms(const struct loop *loop);

/*
 * Watches `fd` for `events` (0: for nothing, not even its errors); NULL when out of
 * memory or when the kernel cannot watch it (a regular file). The fd stays the caller's.
 */
struct loop_watch *loop_watch_new(
    struct loop *loop, int fd, unsigned events, loop_fd_fn *on_ready, void *ctx) MUST_USE;
void loop_watch_set(struct loop_watch *watch, unsigned events);
void loop_watch_free(
    struct loop_watch *watch); /* before the fd is closed; accepts NULL */

/* A timer lives inside its owner's struct. Zeroed = not armed. */
struct loop_timer {
    int64_t at_ms;
    loop_fn *fn;
    void *ctx;
    struct loop *loop;
    struct list node; /* while slot is -1 */
    int slot;         /* place in the heap; 0: not armed; -1: in a list of the loop's */
};

void loop_timer_init(struct loop_timer *timer, struct loop *loop, loop_fn *fn, void *ctx);

/* Arms, or moves, counting from loop_now_ms; 0: next turn. Never fails: without memory
 * for the heap it is only slower. */
void loop_timer_in(struct loop_timer *timer, int64_t ms);
void loop_timer_stop(struct loop_timer *timer); /* accepts a zeroed timer */
bool loop_timer_is_armed(const struct loop_timer *timer);

/* Runs `fn` at the end of every turn, just before sleeping, in the order of adding; for
 * batches. The hook is the caller's and stays in place until it is removed. */
struct loop_hook {
    loop_fn *fn;
    void *ctx;
    struct loop_hook *next;
};
void loop_before_sleep(struct loop *loop, struct loop_hook *hook);
void loop_before_sleep_remove(struct loop *loop, struct loop_hook *hook);

/*
 * Calls `fn` from the loop when `signo` arrives (blocked, also after loop_free, and read
 * by signalfd); called again for the same signal it replaces `fn`. RC_REJECTED: not a
 * signal that can be caught. RC_OOM: no descriptor or memory left.
 */
enum rc loop_on_signal(struct loop *loop, int signo, loop_fn *fn, void *ctx) MUST_USE;

#endif
