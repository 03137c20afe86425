/*
 * POSTs to the subscriber. Happy path: signed, sent, answered 200, noted, freed.
 *
 * Failure modes: no answer in time, a cut connection, any other status: noted with what
 * there was, and again after a pause. A body that could not be built for want of memory
 * is dropped with its statuses and logged. After batches_clear a POST under way still is
 * noted, for it did happen, but not tried again.
 */
#include "batch.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "hmac.h"
#include "http.h"
#include "ledger.h"
#include "list.h"
#include "log.h"
#include "loop.h"
#include "mem.h"
#include "metrics.h"
#include "webhook_body.h"

#define BODY_BYTES_MAX ((size_t)3 * 1024 * 1024)
#define PAUSE_MAX_MS 60000
#define DOUBLINGS_MAX 16

enum batch_state { BATCH_FILLING, BATCH_READY, BATCH_UNDER_WAY, BATCH_PAUSED };

struct batch {
    struct list node; /* in the list of its state */
    struct batches *batches;
    enum batch_state state;
    struct buf body;
    struct buf notes; /* for each status the middle of its ledger line, ended by \n */
    struct loop_timer timer;
    long statuses[WEBHOOK_STATUSES];
    int tries;
    bool is_orphan;
};

struct batches {
    struct webhooks_opts opts;
    struct http *http; /* NULL: no subscriber */
    struct list ready;
    struct list under_way;
    struct list paused;
    int under_way_n;
    int posts;
    struct webhooks_counts counts;
};

static struct metric tried_total = {.kind = METRIC_COUNTER,
    .name = "carteiro_simulator_webhooks_total",
    .help = "Webhook POSTs tried, by outcome.",
    .label = "outcome"};

static void
batch_free(struct batch *batch)
{
    loop_timer_stop(&batch->timer);
    list_remove(&batch->node);
    batch->batches->under_way_n -= batch->state == BATCH_UNDER_WAY;
    batch->batches->posts--;
    buf_done(&batch->body);
    buf_done(&batch->notes);
    mem_free(batch);
}

/* The only writer of a batch's state: list and count go with it. */
static void
batch_goto(struct batch *batch, enum batch_state next)
{
    struct batches *batches = batch->batches;

    batches->under_way_n -= batch->state == BATCH_UNDER_WAY;
    batches->under_way_n += next == BATCH_UNDER_WAY;
    batch->state = next;
    switch (next) {
    case BATCH_FILLING:
        break;
    case BATCH_READY:
        list_move_tail(&batches->ready, &batch->node);
        break;
    case BATCH_UNDER_WAY:
        list_move_tail(&batches->under_way, &batch->node);
        break;
    case BATCH_PAUSED:
        list_move_tail(&batches->paused, &batch->node);
        break;
    }
}

static void
on_pause_over(void *ctx)
{
    batch_goto(ctx, BATCH_READY);
}

static void
batch_pause(struct batch *batch)
{
    int doublings = batch->tries - 1 < DOUBLINGS_MAX ? batch->tries - 1 : DOUBLINGS_MAX;
    int64_t pause_ms = (int64_t)batch->batches->opts.config->retry_ms << doublings;

    batch_goto(batch, BATCH_PAUSED);
    loop_timer_init(&batch->timer, batch->batches->opts.loop, on_pause_over, batch);
    loop_timer_in(&batch->timer,
        clock_jitter_ms(pause_ms < PAUSE_MAX_MS ? pause_ms : PAUSE_MAX_MS));
}

/* A line for each status of the batch: what happened to this try. */
static void
note_try(struct batch *batch, int status)
{
    struct buf *lines = ledger_lines(batch->batches->opts.ledger);
    char at[LEDGER_AT_BYTES];
    const char *note = buf_text(&batch->notes);

    ledger_now(at);
    while (*note) {
        const char *end = strchr(note, '\n');

        buf_addf(lines, "{\"at\":\"%s\"", at);
        buf_add(lines, note, (size_t)(end - note));
        if (status)
            buf_addf(lines, ",\"http\":%d,\"try\":%d}\n", status, batch->tries);
        else
            buf_addf(lines, ",\"http\":null,\"try\":%d}\n", batch->tries);
        note = end + 1;
    }
    if (ledger_flush(batch->batches->opts.ledger) != RC_OK)
        log_error("simulator.ledger_webhooks_lost", LOG_N("tries", batch->tries));
}

static void
batch_acknowledged(struct batch *batch)
{
    struct webhooks_counts *counts = &batch->batches->counts;

    metric_add(&tried_total, "ok", 1);
    if (!batch->is_orphan) {
        counts->acknowledged++;
        for (int i = 0; i < WEBHOOK_STATUSES; i++)
            counts->statuses[i] += batch->statuses[i];
    }
    batch_free(batch);
}

static void
on_done(void *ctx, const struct http_reply *reply, const struct fault *fault)
{
    struct batch *batch = ctx;
    int status = reply->transport == HTTP_COMPLETE ? reply->status : 0;

    note_try(batch, status);
    if (status == 200) {
        batch_acknowledged(batch);
        return;
    }
    metric_add(&tried_total, "failed", 1);
    log_debug("simulator.webhook_failed", LOG_N("status", status),
        LOG_N("try", batch->tries), LOG_S("error", fault ? fault->text : ""));
    if (batch->is_orphan)
        batch_free(batch);
    else
        batch_pause(batch);
}

static void
batch_start(struct batch *batch)
{
    static const char prefix[] = "X-Hub-Signature-256: sha256=";
    const struct webhooks_opts *opts = &batch->batches->opts;
    char signature[sizeof(prefix) + HMAC_HEX_BYTES];
    const char *const headers[] = {signature, NULL};
    struct http_request request = {.method = "POST",
        .url = opts->config->webhook_url,
        .headers = headers,
        .body = buf_text(&batch->body),
        .body_bytes = batch->body.bytes,
        .timeout_ms = opts->config->webhook_timeout_ms,
        .on_done = on_done,
        .ctx = batch};

    memcpy(signature, prefix, sizeof(prefix));
    hmac_sha256_hex(
        opts->secret, request.body, request.body_bytes, signature + sizeof(prefix) - 1);
    batch->tries++;
    batch->batches->counts.tried++;
    if (http_send(batch->batches->http, &request) == RC_OK)
        batch_goto(batch, BATCH_UNDER_WAY);
    else
        batch_pause(batch); /* out of memory: nothing was tried, so nothing is noted */
}

bool
batches_have_room(const struct batches *batches)
{
    return batches->http && batches->under_way_n < batches->opts.config->webhook_conns;
}

void
batches_resend(struct batches *batches)
{
    while (batches_have_room(batches)) {
        struct list *node = list_pop(&batches->ready);

        if (!node)
            return;
        batch_start(list_entry(node, struct batch, node));
    }
}

struct buf *
batch_body(struct batch *batch)
{
    return &batch->body;
}

void
batch_note(struct batch *batch, const char *wamid, enum webhook_status status, int code)
{
    ledger_add_text(&batch->notes, "wamid", wamid);
    ledger_add_text(&batch->notes, "status", webhook_status_name(status));
    if (status == WEBHOOK_FAILED)
        buf_addf(&batch->notes, ",\"code\":%d\n", code);
    else
        buf_adds(&batch->notes, ",\"code\":null\n");
    batch->statuses[status]++;
}

void
batch_note_other(struct batch *batch, const char *wamid, const char *status)
{
    ledger_add_text(&batch->notes, "wamid", wamid);
    ledger_add_text(&batch->notes, "status", status);
    buf_adds(&batch->notes, ",\"code\":null\n");
    batch->statuses[WEBHOOK_OTHER]++;
}

static bool
is_whole(struct batch *batch)
{
    if (!batch->body.is_bad && !batch->notes.is_bad)
        return true;
    log_error("simulator.webhook_lost", LOG_N("bytes", batch->body.bytes));
    batch_free(batch);
    return false;
}

void
batch_send(struct batch *batch)
{
    if (is_whole(batch))
        batch_start(batch);
}

void
batch_wait(struct batch *batch)
{
    if (is_whole(batch))
        batch_goto(batch, BATCH_READY);
}

struct batch *
batch_new(struct batches *batches)
{
    struct batch *batch = mem_new(struct batch);

    if (!batch)
        return NULL;
    list_init(&batch->node);
    batch->batches = batches;
    batch->state = BATCH_FILLING;
    buf_init(&batch->body, BODY_BYTES_MAX);
    buf_init(&batch->notes, BODY_BYTES_MAX);
    batches->posts++;
    return batch;
}

struct batches *
batches_new(const struct webhooks_opts *opts)
{
    struct http_opts http = {.connections_max = opts->config->webhook_conns};
    struct batches *batches = mem_new(struct batches);

    if (!batches)
        return NULL;
    batches->opts = *opts;
    list_init(&batches->ready);
    list_init(&batches->under_way);
    list_init(&batches->paused);
    metrics_register(&tried_total);
    if (!opts->config->webhook_url)
        return batches;
    batches->http = http_new(opts->loop, &http);
    if (!batches->http) {
        mem_free(batches);
        return NULL;
    }
    return batches;
}

static void
free_all(struct list *list)
{
    list_each(node, list)
    {
        batch_free(list_entry(node, struct batch, node));
    }
}

void
batches_clear(struct batches *batches)
{
    free_all(&batches->ready);
    free_all(&batches->paused);
    list_each(node, &batches->under_way)
    {
        list_entry(node, struct batch, node)->is_orphan = true;
    }
    batches->counts = (struct webhooks_counts){0};
}

void
batches_free(struct batches *batches)
{
    if (!batches)
        return;
    http_free(batches->http);
    batches_clear(batches);
    free_all(&batches->under_way);
    mem_free(batches);
}

void
batches_count(const struct batches *batches, struct webhooks_counts *ret_counts)
{
    *ret_counts = batches->counts;
    ret_counts->posts = batches->posts;
    ret_counts->under_way = batches->under_way_n;
}
