/*
 * The end of each exchange. Happy path: finish puts it into `ending`; the hook at the end
 * of the turn writes all their lines, flushes once and answers them.
 *
 * Failure modes: a client that left while its answer was delayed is noted as cut, like
 * one that was reset on purpose. A ledger that cannot be written cuts all exchanges of
 * the turn and tells the owner, once.
 */
#include "answer.h"

#include <errno.h>

#include "httpd.h"
#include "ledger.h"
#include "mem.h"

#define LINE_BYTES_MAX ((size_t)256 * 1024)
#define BODY_BYTES_MAX ((size_t)16 * 1024)
#define SPARE_MAX 1024
#define HELD_LOOK_MS 500
#define HELD_MAX_MS ((int64_t)10 * 60 * 1000)

struct answers {
    struct loop *loop;
    struct loop_hook hook;
    struct ledger *ledger;
    struct list ending;
    struct list delayed;
    struct list held;
    struct list spare; /* ended ones, whose buffers are used again */
    int spare_n;
    int pending;
    struct answers_counts counts;
    answers_broken_fn *on_broken;
    void *ctx;
};

static void
exchange_free(struct exchange *exchange)
{
    loop_timer_stop(&exchange->timer);
    list_remove(&exchange->node);
    buf_done(&exchange->line);
    buf_done(&exchange->body);
    mem_free(exchange);
}

static struct exchange *
exchange_new(struct answers *answers)
{
    struct exchange *exchange = mem_new(struct exchange);

    if (!exchange)
        return NULL;
    list_init(&exchange->node);
    exchange->answers = answers;
    buf_init(&exchange->line, LINE_BYTES_MAX);
    buf_init(&exchange->body, BODY_BYTES_MAX);
    return exchange;
}

struct exchange *
exchange_begin(struct answers *answers, struct httpd_request *request)
{
    struct list *node = list_pop(&answers->spare);
    struct exchange *exchange =
        node ? list_entry(node, struct exchange, node) : exchange_new(answers);

    if (!exchange)
        return NULL;
    answers->spare_n -= node != NULL;
    answers->pending++;
    exchange->request = request;
    exchange->ending = ENDING_ANSWER;
    exchange->status = 0;
    exchange->code = 0;
    exchange->wamid[0] = '\0';
    exchange->fault[0] = '\0';
    buf_clear(&exchange->line);
    buf_clear(&exchange->body);
    return exchange;
}

/* The request is gone; so is the exchange, or it waits to be used again. */
static void
exchange_end(struct exchange *exchange)
{
    struct answers *answers = exchange->answers;

    answers->pending--;
    loop_timer_stop(&exchange->timer); /* a held one is looked at again and again */
    list_remove(&exchange->node);
    exchange->request = NULL;
    if (answers->spare_n < SPARE_MAX) {
        list_add_tail(&answers->spare, &exchange->node);
        answers->spare_n++;
    } else {
        exchange_free(exchange);
    }
}

static void
exchange_cut(struct exchange *exchange)
{
    httpd_drop(exchange->request);
    exchange_end(exchange);
}

static void
exchange_answer(struct exchange *exchange)
{
    struct httpd_answer answer = {.status = exchange->status,
        .content_type = exchange->code || exchange->status < 300
                            ? "application/json; charset=UTF-8"
                            : "text/html",
        .body = buf_text(&exchange->body),
        .body_bytes = exchange->body.bytes};

    httpd_reply(exchange->request, &answer);
    exchange_end(exchange);
}

static void
write_line(struct exchange *exchange)
{
    struct buf *lines = ledger_lines(exchange->answers->ledger);

    buf_add(lines, buf_text(&exchange->line), exchange->line.bytes);
    if (exchange->ending == ENDING_ANSWER)
        buf_addf(lines, ",\"http\":%d", exchange->status);
    else
        buf_adds(lines, ",\"http\":null");
    if (exchange->code && exchange->ending == ENDING_ANSWER)
        buf_addf(lines, ",\"code\":%d", exchange->code);
    else
        buf_adds(lines, ",\"code\":null");
    ledger_add_text(lines, "wamid", exchange->wamid[0] ? exchange->wamid : NULL);
    ledger_add_text(lines, "fault", exchange->fault[0] ? exchange->fault : NULL);
    buf_adds(lines, "}\n");
}

/* Held ones have had their line; they stay until their client has gone. */
static void
on_held_timer(void *ctx)
{
    struct exchange *exchange = ctx;
    int64_t now_ms = loop_now_ms(exchange->answers->loop);

    if (now_ms >= exchange->give_up_at_ms || httpd_is_gone(exchange->request))
        exchange_cut(exchange);
    else
        loop_timer_in(&exchange->timer, HELD_LOOK_MS);
}

static void
exchange_leave(struct exchange *exchange)
{
    struct answers *answers = exchange->answers;

    if (exchange->ending == ENDING_ANSWER)
        answers->counts.answered++;
    else
        answers->counts.cut++;
    switch (exchange->ending) {
    case ENDING_ANSWER:
        exchange_answer(exchange);
        break;
    case ENDING_RESET:
        exchange_cut(exchange);
        break;
    case ENDING_HELD:
        list_move_tail(&answers->held, &exchange->node);
        exchange->give_up_at_ms = loop_now_ms(answers->loop) + HELD_MAX_MS;
        loop_timer_init(&exchange->timer, answers->loop, on_held_timer, exchange);
        loop_timer_in(&exchange->timer, HELD_LOOK_MS);
        break;
    }
}

static void
cut_all(struct list *list)
{
    list_each(node, list)
    {
        exchange_cut(list_entry(node, struct exchange, node));
    }
}

static void
on_turn_end(void *ctx)
{
    struct answers *answers = ctx;

    if (list_is_empty(&answers->ending))
        return;
    list_each(node, &answers->ending)
    {
        write_line(list_entry(node, struct exchange, node));
    }
    if (ledger_flush(answers->ledger) != RC_OK) {
        int error = errno;

        cut_all(&answers->ending);
        answers->on_broken(answers->ctx, error);
        return;
    }
    list_each(leaving, &answers->ending)
        exchange_leave(list_entry(leaving, struct exchange, node));
}

static void
on_delay_over(void *ctx)
{
    struct exchange *exchange = ctx;

    if (exchange->ending == ENDING_ANSWER && httpd_is_gone(exchange->request))
        exchange->ending = ENDING_RESET;
    list_move_tail(&exchange->answers->ending, &exchange->node);
}

void
exchange_finish(struct exchange *exchange, int64_t delay_ms)
{
    struct answers *answers = exchange->answers;

    if (exchange->line.is_bad || exchange->body.is_bad)
        exchange->ending = ENDING_RESET; /* no memory left to say more */
    if (delay_ms == 0) {
        list_add_tail(&answers->ending, &exchange->node);
        return;
    }
    list_add_tail(&answers->delayed, &exchange->node);
    loop_timer_init(&exchange->timer, answers->loop, on_delay_over, exchange);
    loop_timer_in(&exchange->timer, delay_ms);
}

struct answers *
answers_new(
    struct loop *loop, struct ledger *ledger, answers_broken_fn *on_broken, void *ctx)
{
    struct answers *answers = mem_new(struct answers);

    if (!answers)
        return NULL;
    answers->loop = loop;
    answers->ledger = ledger;
    answers->on_broken = on_broken;
    answers->ctx = ctx;
    list_init(&answers->ending);
    list_init(&answers->delayed);
    list_init(&answers->held);
    list_init(&answers->spare);
    answers->hook.fn = on_turn_end;
    answers->hook.ctx = answers;
    loop_before_sleep(loop, &answers->hook);
    return answers;
}

void
answers_release(struct answers *answers)
{
    cut_all(&answers->held);
}

void
answers_free(struct answers *answers)
{
    if (!answers)
        return;
    loop_before_sleep_remove(answers->loop, &answers->hook);
    list_each(node, &answers->delayed)
    {
        list_move_tail(&answers->ending, node);
    }
    on_turn_end(answers);
    answers_release(answers);
    list_each(spare, &answers->spare)
        exchange_free(list_entry(spare, struct exchange, node));
    mem_free(answers);
}

int
answers_pending(const struct answers *answers)
{
    return answers->pending;
}

const struct answers_counts *
answers_counted(const struct answers *answers)
{
    return &answers->counts;
}

void
answers_forget_counts(struct answers *answers)
{
    answers->counts = (struct answers_counts){0};
}
