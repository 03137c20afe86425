/*
 * Looks at the queue.
 *
 * Waking up: a NOTIFY on carteiro_fila, where there is a direct connection, or the poll.
 * After a wake-up the queue is looked at again 5, 20, 50 and 200 ms later, because
 * whoever notified may not have been alone and others do not notify while it commits.
 *
 * A scan (fila_lanes) finds every lane; while a snapshot is held it walks the dead
 * entries of all that was claimed, so one that took long is not repeated for twenty times
 * that long, 30 s at most. In between the lanes we know are probed from their floors
 * (fila_lanes_known).
 *
 * A wake-up while little is known to wait most often means a message in a lane that was
 * served a moment ago: those lanes are claimed from without a look, which comes 2 ms
 * later for all others.
 */
#include "looks.h"

#include "clock.h"
#include "fila.h"
#include "mem.h"
#include "numeros.h"
#include "sender.h"
#include "sweeps.h"

enum {
    GUESSED_LOOK_MS = 2,
    GUESSES_MAX = 16, /* lanes */
};

static const int steps_ms[] = {5, 20, 50, 200};
enum { STEPS = sizeof(steps_ms) / sizeof(steps_ms[0]) };

static void
on_lanes(void *ctx, enum rc rc, const struct fila_lane *lanes, int n)
{
    struct sender *sender = ctx;
    struct looks *looks = &sender->looks;
    int64_t now_ms = loop_now_ms(sender->loop);

    if (rc != RC_OK)
        return;
    if (looks->is_scan)
        looks->scan_at_ms = now_ms + sweeps_pause_ms(now_ms - looks->asked_at_ms);
    lanes_told(sender, lanes, n, looks->is_scan);
    if (now_ms >= sender->numeros_at_ms) /* a lane of a number that we do not know */
        looks_soon(sender);
    sender_poke(sender);
}

/* The lanes we know, from their floors. */
static enum rc
look_known(struct sender *sender)
{
    CLEANUP_FREE struct fila_ask *asks = mem_alloc(sender->lanes.n + 1, sizeof(*asks));
    struct lane *lane;
    int n = 0;

    if (!asks)
        return RC_OOM;
    for (uint32_t at = 0; (lane = map_next(&sender->lanes, &at));)
        lane_ask(lane, &asks[n++]);
    return fila_lanes_known(sender->fila, asks, n, on_lanes, sender);
}

static void
look_now(struct sender *sender)
{
    struct looks *looks = &sender->looks;
    int64_t now_ms = loop_now_ms(sender->loop);
    bool is_scan = now_ms >= looks->scan_at_ms;

    numeros_look(sender);
    if (!is_scan && sender->lanes.n == 0)
        return;
    enum rc rc =
        is_scan ? fila_lanes(sender->fila, on_lanes, sender) : look_known(sender);
    if (rc != RC_OK)
        return; /* not connected, or one is under way: the next look asks again */
    looks->is_scan = is_scan;
    looks->asked_at_ms = now_ms;
}

static void
on_timer(void *ctx)
{
    struct sender *sender = ctx;
    struct looks *looks = &sender->looks;
    int wait_ms = sender->config->sender.poll_ms;

    if (looks->step < STEPS)
        wait_ms = steps_ms[looks->step++];
    loop_timer_in(&looks->timer, clock_jitter_ms(wait_ms));
    if (sender_may_claim(sender))
        look_now(sender);
}

void
looks_soon(struct sender *sender)
{
    if (sender->looks.step < STEPS || sender->is_draining)
        return;
    sender->looks.step = 1;
    loop_timer_in(&sender->looks.timer, steps_ms[0]);
}

void
looks_wake(struct sender *sender)
{
    if (sender->is_draining)
        return;
    sender->looks.step = 0;
    if (sender_may_claim(sender) && lanes_guess(sender, GUESSES_MAX)) {
        loop_timer_in(&sender->looks.timer, GUESSED_LOOK_MS);
        sender_poke(sender);
    } else {
        on_timer(sender);
    }
}

void
looks_init(struct sender *sender)
{
    sender->looks.step = STEPS;
    loop_timer_init(&sender->looks.timer, sender->loop, on_timer, sender);
}

void
looks_stop(struct sender *sender)
{
    loop_timer_stop(&sender->looks.timer);
}
