/*
 * Timers stand in a heap by their instant. Arming must not fail, since no caller could do
 * anything about it: when the heap cannot grow, a timer goes to the list `crowded`, which
 * is walked every turn.
 *
 * The timers that are due are first taken out and then run, so one that arms itself for
 * "now" runs in the next turn and cannot starve the descriptors.
 */
#include "loop_internal.h"

#include "clock.h"

#define ROOM_AT_START 256
#define IN_LIST (-1)

static void
timer_moved(void *item, int slot)
{
    ((struct loop_timer *)item)->slot = slot;
}

enum rc
loop_timers_init(struct loop *loop)
{
    heap_init(&loop->timers, timer_moved);
    list_init(&loop->crowded);
    list_init(&loop->due);
    return heap_reserve(&loop->timers, ROOM_AT_START);
}

static void
stop_all(struct list *list)
{
    list_each(node, list) loop_timer_stop(list_entry(node, struct loop_timer, node));
}

void
loop_timers_done(struct loop *loop)
{
    struct loop_timer *timer;

    while ((timer = (struct loop_timer *)heap_first(&loop->timers, NULL)))
        loop_timer_stop(timer);
    stop_all(&loop->crowded);
    stop_all(&loop->due);
    heap_done(&loop->timers);
}

static void
list_timer(struct list *list, struct loop_timer *timer)
{
    list_add_tail(list, &timer->node);
    timer->slot = IN_LIST;
}

static void
collect_due(struct loop *loop)
{
    int64_t at_ms;
    struct loop_timer *timer;

    while ((timer = (struct loop_timer *)heap_first(&loop->timers, &at_ms)) &&
           at_ms <= loop->now_ms) {
        heap_remove(&loop->timers, timer->slot);
        list_timer(&loop->due, timer);
    }
    list_each(node, &loop->crowded)
    {
        if (list_entry(node, struct loop_timer, node)->at_ms <= loop->now_ms)
            list_move_tail(&loop->due, node);
    }
}

void
loop_timers_run(struct loop *loop)
{
    struct list *node;

    loop->now_ms = clock_now_ms();
    collect_due(loop);
    while ((node = list_pop(&loop->due))) {
        struct loop_timer *timer = list_entry(node, struct loop_timer, node);

        timer->slot = 0;
        timer->fn(timer->ctx); /* may free the timer */
    }
}

int64_t
loop_timers_next_ms(const struct loop *loop)
{
    int64_t next_ms = INT64_MAX;

    (void)heap_first(&loop->timers, &next_ms); /* none: stays as it is */
    list_each(node, &loop->crowded)
    {
        int64_t at_ms = list_entry(node, struct loop_timer, node)->at_ms;

        if (at_ms < next_ms)
            next_ms = at_ms;
    }
    return next_ms;
}

void
loop_timer_init(struct loop_timer *timer, struct loop *loop, loop_fn *fn, void *ctx)
{
    *timer = (struct loop_timer){.fn = fn, .ctx = ctx, .loop = loop};
}

void
loop_timer_in(struct loop_timer *timer, int64_t ms)
{
    struct loop *loop = timer->loop;

    timer->at_ms = loop_now_ms(loop) + (ms > 0 ? ms : 0);
    if (timer->slot > 0) {
        heap_change(&loop->timers, timer->slot, timer->at_ms);
        return;
    }
    loop_timer_stop(timer);
    if (heap_add(&loop->timers, timer->at_ms, timer) != RC_OK)
        list_timer(&loop->crowded, timer);
}

void
loop_timer_stop(struct loop_timer *timer)
{
    if (timer->slot > 0)
        heap_remove(&timer->loop->timers, timer->slot);
    else if (timer->slot == IN_LIST)
        list_remove(&timer->node);
    timer->slot = 0;
}

bool
loop_timer_is_armed(const struct loop_timer *timer)
{
    return timer->slot != 0;
}
