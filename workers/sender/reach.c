/*
 * Counting. Happy path: a portfolio's set is not whole; three seconds later, when what
 * was in the air at the loss is recorded, fila_reach, the people of it to Redis in
 * chunks, one after the other, the mark of the whole with the last. Meanwhile rows that
 * need the portfolio are given back for seconds (pairs.c), and come again. A minute later
 * the same once more: a limit that is set late is seen by other senders later still.
 *
 * Rows claimed in the last 2.5 s are not among the people: they wait for this very count.
 *
 * Anything fails: what was put in stays, which is right by itself, but without the mark;
 * the next row begins again. Two senders count at once: they put in the same people. One
 * portfolio is counted at a time.
 */
#include "reach.h"

#include "bucket.h"
#include "clock.h"
#include "fila.h"
#include "list.h"
#include "log.h"
#include "loop.h"
#include "mem.h"
#include "sender.h"

enum { CHUNK = 500, FIRST_MS = 3000, AGAIN_MS = 60000 };

/* A portfolio to be counted. */
struct count {
    struct list node; /* in reach->counts */
    int64_t portfolio_id;
    int64_t due_at_ms;
    bool is_again;
};

struct reach {
    struct sender *sender;
    struct list counts;
    struct loop_timer timer;
    struct count *busy;
    char **destinos; /* personal data, never log it */
    int64_t *ha_ms;
    int n;
    int sent;
};

static void on_timer(void *ctx);

struct reach *
reach_new(struct sender *sender)
{
    struct reach *reach = mem_new(struct reach);

    if (!reach)
        return NULL;
    reach->sender = sender;
    list_init(&reach->counts);
    loop_timer_init(&reach->timer, sender->loop, on_timer, reach);
    return reach;
}

static void
forget_people(struct reach *reach)
{
    for (int i = 0; i < reach->n; i++)
        mem_free(reach->destinos[i]);
    mem_free(steal(&reach->destinos));
    mem_free(steal(&reach->ha_ms));
    reach->n = reach->sent = 0;
}

void
reach_free(struct reach *reach)
{
    struct list *node;

    if (!reach)
        return;
    forget_people(reach);
    loop_timer_stop(&reach->timer);
    while ((node = list_pop(&reach->counts)))
        mem_free(list_entry(node, struct count, node));
    mem_free(reach);
}

static struct count *
first_due(struct reach *reach)
{
    struct count *first = NULL;

    list_each(node, &reach->counts)
    {
        struct count *count = list_entry(node, struct count, node);
        if (!first || count->due_at_ms < first->due_at_ms)
            first = count;
    }
    return first;
}

static void
set_timer(struct reach *reach)
{
    const struct count *first = first_due(reach);
    int64_t now_ms = loop_now_ms(reach->sender->loop);

    if (first && !reach->busy)
        loop_timer_in(
            &reach->timer, first->due_at_ms > now_ms ? first->due_at_ms - now_ms : 0);
}

/* The count under way is over. */
static void
over(struct reach *reach, bool is_done)
{
    struct count *count = steal(&reach->busy);

    forget_people(reach);
    if (is_done && !count->is_again) {
        count->is_again = true;
        count->due_at_ms = loop_now_ms(reach->sender->loop) + AGAIN_MS;
    } else {
        list_remove(&count->node);
        mem_free(count);
    }
    set_timer(reach);
}

static void on_filled(void *ctx, enum rc rc);

static void
fill(struct reach *reach)
{
    int left = reach->n - reach->sent;
    const struct bucket_people people = {
        .portfolio_id = reach->busy->portfolio_id,
        .destinos = (const char *const *)reach->destinos + reach->sent,
        .ha_ms = reach->ha_ms + reach->sent,
        .n = left < CHUNK ? left : CHUNK,
        .is_last = left <= CHUNK,
    };

    reach->sent += people.n;
    if (bucket_fill(reach->sender->bucket, &people, on_filled, reach) != RC_OK)
        over(reach, false);
}

static void
on_filled(void *ctx, enum rc rc)
{
    struct reach *reach = ctx;

    if (rc == RC_OK && reach->sent < reach->n) {
        fill(reach);
        return;
    }
    if (rc == RC_OK)
        log_info("reach.counted", LOG_N("portfolio_id", reach->busy->portfolio_id),
            LOG_N("n", reach->n));
    over(reach, rc == RC_OK);
}

static bool
copy(struct reach *reach, const char *const *destinos, const int64_t *ha_ms, int n)
{
    reach->destinos = mem_alloc((size_t)n + 1, sizeof(char *));
    reach->ha_ms = mem_alloc((size_t)n + 1, sizeof(int64_t));
    if (!reach->destinos || !reach->ha_ms)
        return false;
    for (; reach->n < n; reach->n++) {
        if (!(reach->destinos[reach->n] = mem_strdup(destinos[reach->n])))
            return false;
        reach->ha_ms[reach->n] = ha_ms[reach->n] > 0 ? ha_ms[reach->n] : 0;
    }
    return true;
}

static void
on_reach(void *ctx, enum rc rc, const char *const *destinos, const int64_t *ha_ms, int n)
{
    struct reach *reach = ctx;

    if (rc == RC_OK && copy(reach, destinos, ha_ms, n))
        fill(reach);
    else
        over(reach, false);
}

static void
on_timer(void *ctx)
{
    struct reach *reach = ctx;
    struct count *first = first_due(reach);

    if (!first || reach->busy)
        return;
    reach->busy = first;
    if (fila_reach(reach->sender->fila, first->portfolio_id, on_reach, reach) != RC_OK)
        over(reach, false);
}

void
reach_count(struct sender *sender, int64_t portfolio_id)
{
    struct reach *reach = sender->reach;
    struct count *count = NULL;

    list_each(node, &reach->counts)
    {
        struct count *known = list_entry(node, struct count, node);
        if (known->portfolio_id == portfolio_id)
            count = known;
    }
    if (count && (!count->is_again || count == reach->busy))
        return;
    if (!count) {
        if (!(count = mem_new(struct count)))
            return;
        list_init(&count->node);
        count->portfolio_id = portfolio_id;
        list_add_tail(&reach->counts, &count->node);
    }
    count->is_again = false;
    count->due_at_ms = loop_now_ms(sender->loop) + FIRST_MS;
    set_timer(reach);
}
