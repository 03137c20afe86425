/*
 * Messages wait in queues, one for each next step, in the order in which they are due:
 * the delay of a step is the same for all, so that a queue is sorted by itself. The hook
 * at the end of a turn takes what is due, gives it to batches (batch.c) as long as POSTs
 * are free, and arms the timer for what comes next. While all POSTs are taken due
 * statuses gather, and the next batch is fuller: that is how it keeps up.
 */
#include "webhook.h"

#include <stddef.h>
#include <string.h>

#include "batch.h"
#include "clock.h"
#include "list.h"
#include "loop.h"
#include "mem.h"
#include "number.h"
#include "webhook_body.h"

#define DRAW 1000000u
#define AGAIN_MS 100
#define UNDELIVERABLE 131026

enum queue {
    QUEUE_SENT, /* the first three in the order of enum webhook_status */
    QUEUE_DELIVERED,
    QUEUE_READ,
    QUEUE_LATE,                   /* the same three again, late_ms later each */
    QUEUE_AGAIN = QUEUE_LATE + 3, /* the second copy of webhook_twice */
    QUEUES,
};

/* A message with webhooks to come. Its strings stand behind it. */
struct tracked {
    struct list node;
    int64_t accepted_at_ms;
    int64_t due_at_ms;
    const struct number *number;
    const char *wamid;
    const char *recipient;
    const char *key;
    const char *category;
    int fail_code;
    enum webhook_status next;
    bool is_late;
    bool is_twice;
    bool is_second; /* the copy of a status already told */
    bool will_deliver;
    bool will_read;
};

struct webhooks {
    struct webhooks_opts opts;
    struct loop_hook hook;
    struct loop_timer timer;
    struct list queues[QUEUES];
    struct batches *batches;
    int messages;
};

static bool
is_drawn(double share)
{
    return clock_random(DRAW) < share * DRAW;
}

static int64_t
delay_ms(const struct webhooks *webhooks, enum webhook_status status)
{
    const struct config_simulator *config = webhooks->opts.config;

    if (status == WEBHOOK_DELIVERED)
        return config->delivered_ms;
    return status == WEBHOOK_READ ? config->read_ms : config->sent_ms;
}

/* Into the queue of its next step. */
static void
enqueue(struct webhooks *webhooks, struct tracked *tracked)
{
    enum webhook_status step =
        tracked->next == WEBHOOK_FAILED ? WEBHOOK_SENT : tracked->next;
    int queue = (int)step;

    if (tracked->is_second) {
        queue = QUEUE_AGAIN;
        tracked->due_at_ms = loop_now_ms(webhooks->opts.loop) + AGAIN_MS;
    } else {
        tracked->due_at_ms = tracked->accepted_at_ms + delay_ms(webhooks, step);
        if (tracked->is_late) {
            queue += QUEUE_LATE;
            tracked->due_at_ms += webhooks->opts.config->late_ms;
        }
    }
    list_add_tail(&webhooks->queues[queue], &tracked->node);
}

static void
forget(struct webhooks *webhooks, struct tracked *tracked)
{
    webhooks->messages--;
    list_remove(&tracked->node);
    mem_free(tracked);
}

/* After a status was told: the same again, the next one, or nothing more. */
static void
step_on(struct webhooks *webhooks, struct tracked *tracked)
{
    bool is_over = tracked->next == WEBHOOK_FAILED || tracked->next == WEBHOOK_READ ||
                   (tracked->next == WEBHOOK_SENT && !tracked->will_deliver) ||
                   (tracked->next == WEBHOOK_DELIVERED && !tracked->will_read);

    list_remove(&tracked->node);
    if (tracked->is_twice && !tracked->is_second) {
        tracked->is_second = true;
        enqueue(webhooks, tracked);
        return;
    }
    tracked->is_second = false;
    if (is_over) {
        forget(webhooks, tracked);
        return;
    }
    tracked->next = tracked->next == WEBHOOK_SENT ? WEBHOOK_DELIVERED : WEBHOOK_READ;
    enqueue(webhooks, tracked);
}

/* Moves up to `max` that are due from all queues into `taken`; how many. */
static int
take_due(struct webhooks *webhooks, struct list *taken, int max)
{
    int64_t now_ms = loop_now_ms(webhooks->opts.loop);
    int n = 0;

    for (int i = 0; i < QUEUES; i++) {
        list_each(node, &webhooks->queues[i])
        {
            if (n == max || list_entry(node, struct tracked, node)->due_at_ms > now_ms)
                break;
            list_move_tail(taken, node);
            n++;
        }
    }
    return n;
}

static void
tell(struct batch *batch, const struct tracked *tracked, bool is_first)
{
    struct body_status status = {.number = tracked->number,
        .wamid = tracked->wamid,
        .recipient = tracked->recipient,
        .key = tracked->key,
        .category = tracked->category,
        .status = tracked->next,
        .code = tracked->fail_code};

    body_status(batch_body(batch), &status, is_first);
    batch_note(batch, tracked->wamid, tracked->next, tracked->fail_code);
}

/* All statuses of the number of the first one, as one entry. */
static void
tell_number(struct batch *batch, struct list *taken, struct list *told, bool is_first)
{
    const struct number *number = list_entry(taken->next, struct tracked, node)->number;
    bool is_first_status = true;

    body_statuses_begin(batch_body(batch), number, is_first);
    list_each(node, taken)
    {
        struct tracked *tracked = list_entry(node, struct tracked, node);

        if (tracked->number != number)
            continue;
        tell(batch, tracked, is_first_status);
        is_first_status = false;
        list_move_tail(told, node);
    }
    body_statuses_end(batch_body(batch));
}

static void
fill(struct batch *batch, struct list *taken, struct list *told)
{
    bool is_first = true;

    body_begin(batch_body(batch));
    while (!list_is_empty(taken)) {
        tell_number(batch, taken, told, is_first);
        is_first = false;
    }
    body_end(batch_body(batch));
}

/* One POST of what is due; false: nothing is, or no memory (tried again next turn). */
static bool
post_due(struct webhooks *webhooks)
{
    struct list taken, told;
    struct batch *batch;

    list_init(&taken);
    list_init(&told);
    if (!take_due(webhooks, &taken, webhooks->opts.config->batch_max))
        return false;
    batch = batch_new(webhooks->batches);
    if (batch) {
        fill(batch, &taken, &told);
        batch_send(batch);
    }
    list_each(node, &told)
    {
        step_on(webhooks, list_entry(node, struct tracked, node));
    }
    list_each(untold, &taken)
    {
        list_remove(untold);
        enqueue(webhooks, list_entry(untold, struct tracked, node));
    }
    return batch != NULL;
}

static void
arm(struct webhooks *webhooks)
{
    int64_t now_ms = loop_now_ms(webhooks->opts.loop);
    int64_t due_at_ms = INT64_MAX;

    for (int i = 0; i < QUEUES; i++) {
        const struct list *queue = &webhooks->queues[i];

        if (!list_is_empty(queue)) {
            int64_t at_ms = list_entry(queue->next, struct tracked, node)->due_at_ms;

            due_at_ms = at_ms < due_at_ms ? at_ms : due_at_ms;
        }
    }
    if (due_at_ms == INT64_MAX)
        loop_timer_stop(&webhooks->timer);
    else if (due_at_ms > now_ms)
        loop_timer_in(&webhooks->timer, due_at_ms - now_ms);
    else if (batches_have_room(webhooks->batches))
        loop_timer_in(&webhooks->timer, AGAIN_MS); /* memory was out: later */
}

static void
on_turn_end(void *ctx)
{
    struct webhooks *webhooks = ctx;

    batches_resend(webhooks->batches);
    while (batches_have_room(webhooks->batches) && post_due(webhooks))
        continue;
    arm(webhooks);
}

/* The hook does the work; the timer only makes the turn happen. */
static void
on_timer(void *ctx)
{
    (void)ctx;
}

struct webhooks *
webhooks_new(const struct webhooks_opts *opts)
{
    struct webhooks *webhooks = mem_new(struct webhooks);

    if (!webhooks)
        return NULL;
    webhooks->opts = *opts;
    for (int i = 0; i < QUEUES; i++)
        list_init(&webhooks->queues[i]);
    loop_timer_init(&webhooks->timer, opts->loop, on_timer, webhooks);
    webhooks->batches = batches_new(opts);
    if (!webhooks->batches) {
        mem_free(webhooks);
        return NULL;
    }
    webhooks->hook.fn = on_turn_end;
    webhooks->hook.ctx = webhooks;
    loop_before_sleep(opts->loop, &webhooks->hook);
    return webhooks;
}

void
webhooks_clear(struct webhooks *webhooks)
{
    for (int i = 0; i < QUEUES; i++)
        list_each(node, &webhooks->queues[i])
            forget(webhooks, list_entry(node, struct tracked, node));
    batches_clear(webhooks->batches);
}

void
webhooks_free(struct webhooks *webhooks)
{
    if (!webhooks)
        return;
    loop_before_sleep_remove(webhooks->opts.loop, &webhooks->hook);
    loop_timer_stop(&webhooks->timer);
    webhooks_clear(webhooks);
    batches_free(webhooks->batches);
    mem_free(webhooks);
}

/* Copies `text` to `at` and moves it on; NULL stays NULL. */
static const char *
put(char **at, const char *text)
{
    char *start = *at;
    size_t bytes;

    if (!text)
        return NULL;
    bytes = strlen(text) + 1;
    memcpy(start, text, bytes);
    *at += bytes;
    return start;
}

static struct tracked *
tracked_new(const struct webhook_message *message)
{
    size_t strings = strlen(message->wamid) + strlen(message->recipient) + 2 +
                     (message->key ? strlen(message->key) + 1 : 0);
    struct tracked *tracked = mem_alloc(1, sizeof(struct tracked) + strings);
    char *at;

    if (!tracked)
        return NULL;
    at = (char *)(tracked + 1);
    list_init(&tracked->node);
    tracked->wamid = put(&at, message->wamid);
    tracked->recipient = put(&at, message->recipient);
    tracked->key = put(&at, message->key);
    tracked->number = message->number;
    tracked->category = message->category;
    tracked->fail_code = message->fail_code;
    tracked->is_late = message->fault == FAULT_WEBHOOK_LATE;
    tracked->is_twice = message->fault == FAULT_WEBHOOK_TWICE;
    return tracked;
}

enum rc
webhooks_track(struct webhooks *webhooks, const struct webhook_message *message)
{
    const struct config_simulator *config = webhooks->opts.config;
    struct tracked *tracked;

    if (!config->webhook_url || message->fault == FAULT_WEBHOOK_NEVER)
        return RC_OK;
    if (webhooks->messages >= config->messages_max)
        return RC_AGAIN;
    tracked = tracked_new(message);
    if (!tracked)
        return RC_OOM;
    tracked->accepted_at_ms = loop_now_ms(webhooks->opts.loop);
    tracked->will_deliver = !message->is_sent_only && is_drawn(config->delivered_share);
    tracked->will_read = is_drawn(config->read_share);
    if (!tracked->fail_code && is_drawn(config->failed_share))
        tracked->fail_code = UNDELIVERABLE;
    tracked->next = tracked->fail_code ? WEBHOOK_FAILED : WEBHOOK_SENT;
    webhooks->messages++;
    enqueue(webhooks, tracked);
    return RC_OK;
}

enum rc
webhooks_post(struct webhooks *webhooks, const struct buf *body, const char *wamid,
    const char *status)
{
    struct batch *batch;

    if (!webhooks->opts.config->webhook_url)
        return RC_OK;
    batch = batch_new(webhooks->batches);
    if (!batch)
        return RC_OOM;
    buf_add(batch_body(batch), buf_text(body), body->bytes);
    batch_note_other(batch, wamid, status);
    batch_wait(batch);
    return RC_OK;
}

void
webhooks_count(const struct webhooks *webhooks, struct webhooks_counts *ret_counts)
{
    batches_count(webhooks->batches, ret_counts);
    ret_counts->messages = webhooks->messages;
}
