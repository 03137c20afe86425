/*
 * A letter is one request with its events. Happy path: WAITING -> (end of the turn,
 * nothing in flight) SENT as part of one webhook_store -> commit -> answered 200 and
 * freed.
 *
 * What can go wrong:
 *   no connection            503 at once: Meta repeats
 *   the statement fails      503 to all of its letters; stored or not does not matter,
 * what comes twice is applied once one event is refused     (SQLSTATE of data) the
 * letters of the batch go again one by one, so that only the bad one is refused, and that
 * is logged 5 s without a commit     503; the letter is forgotten, its batch may still be
 * stored the client has left      noticed by httpd when it is answered too much waits 503
 * before anything is read
 */
#include "inbox.h"

#include <time.h>

#include "clock.h"
#include "httpd.h"
#include "list.h"
#include "log.h"
#include "loop.h"
#include "mem.h"
#include "meters.h"
#include "metrics.h"
#include "pg.h"
#include "route.h"
#include "statements.h"
#include "store.h"

#define BATCH_EVENTS_MAX 5000
#define WAITING_BYTES_MAX ((size_t)64 << 20)

static const double seconds[] = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 0};
static const double late_seconds[] = {
    1, 2, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600, 0};

static struct metric eventos = {.kind = METRIC_COUNTER,
    .name = "carteiro_webhook_eventos_total",
    .help = "Events of webhooks that were stored.",
    .label = "tipo"};
static struct metric desconhecidos = {.kind = METRIC_COUNTER,
    .name = "carteiro_webhook_desconhecidos_total",
    .help = "Events of webhooks of which nobody here knows the field, type or status.",
    .label = "onde"};
static struct metric recusados = {.kind = METRIC_COUNTER,
    .name = "carteiro_webhook_recusados_total",
    .help = "Webhook requests that were not answered with 200.",
    .label = "motivo"};
static struct metric duracao = {.kind = METRIC_HISTOGRAM,
    .name = "carteiro_webhook_seconds",
    .help = "From a webhook's last byte to its answer.",
    .buckets = seconds};
static struct metric atraso = {.kind = METRIC_HISTOGRAM,
    .name = "carteiro_webhook_atraso_seconds",
    .help = "From what a webhook tells to its arrival; whole seconds.",
    .buckets = late_seconds};

struct letter {
    struct list node;
    struct httpd_request *request;
    struct events events;
    int64_t arrived_at_us;
    bool is_alone; /* its batch was refused: it goes by itself */
};

struct inbox {
    struct loop *loop;
    struct pg *pg;
    void (*on_stored)(void *ctx);
    void *ctx;
    struct loop_hook flush;
    struct loop_timer deadline;
    struct list waiting, sent; /* letters, oldest first */
    size_t waiting_bytes;
    struct store store;
    int64_t kinds[EVENT_KINDS]; /* of the batch in flight */
    int64_t unknowns[EVENT_UNKNOWNS];
    bool is_open;
    bool is_storing;
};

void
inbox_count_refused(const char *motivo)
{
    metric_add(&recusados, motivo, 1);
}

void
inbox_refuse(struct httpd_request *request, const char *motivo)
{
    static const char *const headers[] = {"Retry-After: 5", NULL};

    inbox_count_refused(motivo);
    reply_problem(request, 503, "cannot be stored now", headers);
}

static size_t
letter_bytes(const struct letter *letter)
{
    return letter->events.text.bytes;
}

static void
letter_free(struct inbox *inbox, struct letter *letter)
{
    list_remove(&letter->node);
    inbox->waiting_bytes -= letter_bytes(letter);
    events_done(&letter->events);
    mem_free(letter);
}

static void
letter_answer(struct inbox *inbox, struct letter *letter, const char *refused_for)
{
    metric_observe(
        &duracao, NULL, (double)(clock_now_us() - letter->arrived_at_us) / 1e6);
    if (refused_for)
        inbox_refuse(letter->request, refused_for);
    else
        httpd_reply_text(letter->request, 200, "text/plain", "");
    letter_free(inbox, letter);
}

static void
answer_all(struct inbox *inbox, struct list *letters, const char *refused_for)
{
    list_each(node, letters)
        letter_answer(inbox, list_entry(node, struct letter, node), refused_for);
}

static void
count_stored(struct inbox *inbox)
{
    for (enum event_kind kind = 0; kind < EVENT_KINDS; kind++)
        if (inbox->kinds[kind] > 0)
            metric_add(&eventos, event_kind_name(kind), (double)inbox->kinds[kind]);
    for (enum event_unknown what = UNKNOWN_CAMPO; what < EVENT_UNKNOWNS; what++)
        if (inbox->unknowns[what] > 0)
            metric_add(
                &desconhecidos, event_unknown_name(what), (double)inbox->unknowns[what]);
}

/* The letters of a refused batch, in front of those that came later. */
static void
go_alone(struct inbox *inbox)
{
    list_each(node, &inbox->sent) list_entry(node, struct letter, node)->is_alone = true;
    list_each(node, &inbox->waiting) list_move_tail(&inbox->sent, node);
    list_each(node, &inbox->sent) list_move_tail(&inbox->waiting, node);
}

static bool
has_several(const struct list *letters)
{
    return letters->next != letters->prev;
}

static void
on_answer(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct inbox *inbox = ctx;

    (void)rows;
    inbox->is_storing = false;
    if (rc == RC_OK) {
        count_stored(inbox);
        answer_all(inbox, &inbox->sent, NULL);
        inbox->on_stored(inbox->ctx);
    } else if (rc == RC_REJECTED && has_several(&inbox->sent)) {
        go_alone(inbox);
    } else {
        LOG_AT(rc == RC_REJECTED ? LOG_ERROR : LOG_WARN, "webhook.not_stored",
            LOG_S("rc", rc_name(rc)), LOG_FAULT(fault), LOG_END);
        answer_all(inbox, &inbox->sent, "banco");
    }
}

/* Only arrays leave; the letters stay for their answer, and to go again alone. */
static void
fill_batch(struct inbox *inbox)
{
    store_clear(&inbox->store);
    for (int i = 0; i < EVENT_KINDS; i++)
        inbox->kinds[i] = 0;
    for (int i = 0; i < EVENT_UNKNOWNS; i++)
        inbox->unknowns[i] = 0;
    list_each(node, &inbox->waiting)
    {
        struct letter *letter = list_entry(node, struct letter, node);

        if (inbox->store.n > 0 &&
            (letter->is_alone || inbox->store.n + letter->events.n > BATCH_EVENTS_MAX))
            break;
        store_add(&inbox->store, &letter->events);
        for (int i = 0; i < letter->events.n; i++) {
            inbox->kinds[letter->events.list[i].kind]++;
            inbox->unknowns[letter->events.list[i].unknown]++;
        }
        list_move_tail(&inbox->sent, node);
        if (letter->is_alone)
            break;
    }
}

static void
flush(void *ctx)
{
    struct inbox *inbox = ctx;
    const char *values[STORE_COLUMNS];

    if (inbox->is_storing || list_is_empty(&inbox->waiting))
        return;
    fill_batch(inbox);
    if (store_values(&inbox->store, values) &&
        pg_query(inbox->pg, &SQL_WEBHOOK_STORE, values, on_answer, inbox) == RC_OK)
        inbox->is_storing = true;
    else
        answer_all(inbox, &inbox->sent, "banco");
    store_clear(&inbox->store);
}

/* Lists are in order of arrival, but for letters that go again; those are older. */
static void
refuse_late(struct inbox *inbox, struct list *letters)
{
    int64_t oldest_us = clock_now_us() - (int64_t)INBOX_DEADLINE_MS * 1000;

    list_each(node, letters)
    {
        struct letter *letter = list_entry(node, struct letter, node);

        if (letter->arrived_at_us > oldest_us)
            return;
        letter_answer(inbox, letter, "prazo");
    }
}

static void
on_deadline(void *ctx)
{
    struct inbox *inbox = ctx;

    refuse_late(inbox, &inbox->sent);
    refuse_late(inbox, &inbox->waiting);
    if (!list_is_empty(&inbox->sent) || !list_is_empty(&inbox->waiting))
        loop_timer_in(&inbox->deadline, INBOX_DEADLINE_MS / 20);
}

/* When Meta says it happened: to the second, and by Meta's clock. */
static void
observe(const struct events *events)
{
    int64_t now_s = time(NULL);

    for (int i = 0; i < events->n; i++) {
        int64_t late_s = now_s - events->list[i].ocorrido;

        if (events->list[i].ocorrido)
            metric_observe(&atraso, NULL, late_s > 0 ? (double)late_s : 0);
        if (events->list[i].kind == EVENT_STATUS)
            meters_status(events, &events->list[i]);
    }
}

struct inbox *
inbox_new(struct loop *loop, struct pg *pg, void (*on_stored)(void *ctx), void *ctx)
{
    struct inbox *inbox = mem_new(struct inbox);

    if (!inbox)
        return NULL;
    inbox->loop = loop;
    inbox->pg = pg;
    inbox->on_stored = on_stored;
    inbox->ctx = ctx;
    inbox->flush = (struct loop_hook){.fn = flush, .ctx = inbox};
    list_init(&inbox->waiting);
    list_init(&inbox->sent);
    store_init(&inbox->store);
    loop_timer_init(&inbox->deadline, loop, on_deadline, inbox);
    loop_before_sleep(loop, &inbox->flush);
    for (enum event_kind kind = 0; kind < EVENT_KINDS; kind++)
        metric_add(&eventos, event_kind_name(kind), 0);
    for (enum event_unknown what = UNKNOWN_CAMPO; what < EVENT_UNKNOWNS; what++)
        metric_add(&desconhecidos, event_unknown_name(what), 0);
    meters_register();
    metrics_register(&recusados);
    metrics_register(&duracao);
    metrics_register(&atraso);
    return inbox;
}

void
inbox_free(struct inbox *inbox)
{
    if (!inbox)
        return;
    loop_before_sleep_remove(inbox->loop, &inbox->flush);
    loop_timer_stop(&inbox->deadline);
    pg_forget(inbox->pg, inbox);
    answer_all(inbox, &inbox->sent, "fim");
    answer_all(inbox, &inbox->waiting, "fim");
    store_done(&inbox->store);
    mem_free(inbox);
}

void
inbox_open(struct inbox *inbox)
{
    inbox->is_open = true;
}

bool
inbox_can_take(const struct inbox *inbox)
{
    return inbox->is_open && pg_is_up(inbox->pg) &&
           inbox->waiting_bytes < WAITING_BYTES_MAX;
}

void
inbox_take(struct inbox *inbox, struct httpd_request *request, struct events *events,
    int64_t arrived_at_us)
{
    struct letter *letter = mem_new(struct letter);

    if (!letter) {
        inbox_refuse(request, "memoria");
        return;
    }
    observe(events);
    letter->request = request;
    letter->events = *events;
    *events = (struct events){0};
    letter->arrived_at_us = arrived_at_us;
    list_add_tail(&inbox->waiting, &letter->node);
    inbox->waiting_bytes += letter_bytes(letter);
    if (!loop_timer_is_armed(&inbox->deadline))
        loop_timer_in(&inbox->deadline, INBOX_DEADLINE_MS);
}

bool
inbox_is_idle(const struct inbox *inbox)
{
    return !inbox->is_storing && list_is_empty(&inbox->waiting);
}
