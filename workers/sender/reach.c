/*
 * Counting. Happy path: fila_reach, the people of it to Redis in chunks, one after the
 * other, the mark of the whole with the last. Meanwhile rows that need the portfolio are
 * given back for seconds (pairs.c), and come again.
 *
 * Anything fails: what was put in stays, which is right by itself, but without the mark;
 * the next row begins again. Two senders count at once: they put in the same people.
 */
#include "reach.h"

#include "bucket.h"
#include "fila.h"
#include "log.h"
#include "mem.h"
#include "sender.h"

enum { CHUNK = 500 };

struct reach {
    struct sender *sender;
    bool is_busy;
    int64_t portfolio_id;
    char **destinos; /* personal data, never log it */
    int64_t *ha_ms;
    int n;
    int sent;
};

struct reach *
reach_new(struct sender *sender)
{
    struct reach *reach = mem_new(struct reach);

    if (reach)
        reach->sender = sender;
    return reach;
}

static void
forget(struct reach *reach)
{
    for (int i = 0; i < reach->n; i++)
        mem_free(reach->destinos[i]);
    mem_free(steal(&reach->destinos));
    mem_free(steal(&reach->ha_ms));
    reach->n = reach->sent = 0;
    reach->is_busy = false;
}

void
reach_free(struct reach *reach)
{
    if (!reach)
        return;
    forget(reach);
    mem_free(reach);
}

static void on_filled(void *ctx, enum rc rc);

static void
fill(struct reach *reach)
{
    int left = reach->n - reach->sent;
    const struct bucket_people people = {
        .portfolio_id = reach->portfolio_id,
        .destinos = (const char *const *)reach->destinos + reach->sent,
        .ha_ms = reach->ha_ms + reach->sent,
        .n = left < CHUNK ? left : CHUNK,
        .is_last = left <= CHUNK,
    };

    reach->sent += people.n;
    if (bucket_fill(reach->sender->bucket, &people, on_filled, reach) != RC_OK)
        forget(reach);
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
        log_info("reach.counted", LOG_N("portfolio_id", reach->portfolio_id),
            LOG_N("n", reach->n));
    forget(reach);
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
        forget(reach);
}

void
reach_count(struct sender *sender, int64_t portfolio_id)
{
    struct reach *reach = sender->reach;

    if (reach->is_busy)
        return;
    reach->is_busy = true;
    reach->portfolio_id = portfolio_id;
    if (fila_reach(sender->fila, portfolio_id, on_reach, reach) != RC_OK)
        reach->is_busy = false;
}
