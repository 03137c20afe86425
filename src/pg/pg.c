/*
 * A connection that is up. Happy path: pg_query copies the request and gives it to libpq
 * at once -> the socket becomes readable -> results are taken in order -> at its sync the
 * oldest request is over and its callback runs.
 *
 * What can go wrong:
 *   the socket is full        requests wait here, not in libpq, until it takes more: what
 *                             waits when the connection breaks has certainly not left
 *   40001, 40P01              the unit is undone as a whole: sent again, at once
 *   a prepared one is stale   (26000, or 0A000: its result type changed) prepared again
 *   no answer in time         the connection is closed: whether it committed is not known
 *   the connection breaks     what was answered before is delivered, the rest is unknown;
 *                             if the server ended it with 57P01 the oldest request, whose
 *                             answer that is, is certainly undone
 *   a callback frees the pg   marked, and freed when the last frame of ours returns
 */
#include "pg_internal.h"

#include <assert.h>
#include <string.h>

#include "clock.h"
#include "mem.h"

#define PENDING_MAX 16384

static void
destroy(struct pg *pg)
{
    struct list *node;

    while ((node = list_pop(&pg->sent)) || (node = list_pop(&pg->waiting)))
        pg_request_free(list_entry(node, struct request, node));
    pg_disconnect(pg);
    mem_free(pg->prepared);
    mem_free(pg->listen_text);
    mem_free(pg);
}

void
pg_enter(struct pg *pg)
{
    pg->depth++;
}

void
pg_leave(struct pg *pg)
{
    pg->depth--;
    if (pg->depth == 0 && pg->is_freed)
        destroy(pg);
}

struct pg *
pg_new(struct loop *loop, const struct pg_opts *opts, pg_state_fn *on_state,
    pg_notify_fn *on_notify, void *ctx)
{
    struct pg *pg = mem_new(struct pg);

    if (!pg)
        return NULL;
    assert(opts->url);
    pg->loop = loop;
    pg->opts = *opts;
    if (pg->opts.connect_ms <= 0)
        pg->opts.connect_ms = PG_CONNECT_MS;
    if (pg->opts.statement_ms <= 0)
        pg->opts.statement_ms = PG_STATEMENT_MS;
    pg->on_state = on_state;
    pg->on_notify = on_notify;
    pg->ctx = ctx;
    pg->pause_ms = PG_PAUSE_MIN_MS;
    list_init(&pg->waiting);
    list_init(&pg->sent);
    loop_timer_init(&pg->timer, loop, pg_on_timer, pg);
    loop_timer_init(&pg->poke, loop, pg_on_poke, pg);
    pg_connect_in(pg, 0);
    return pg;
}

void
pg_free(struct pg *pg)
{
    if (!pg)
        return;
    pg->is_freed = true;
    if (pg->depth == 0)
        destroy(pg);
}

bool
pg_is_up(const struct pg *pg)
{
    return pg->state == PG_UP && !pg->is_broken && !pg->is_freed;
}

int
pg_pending(const struct pg *pg)
{
    return pg->pending;
}

void
pg_break(struct pg *pg, const char *code, const char *why)
{
    pg->is_broken = true;
    if (!pg->lost.source)
        fault_set(&pg->lost, "pg", code, "%s", why);
    loop_timer_in(&pg->poke, 0);
}

enum rc
pg_query(struct pg *pg, const struct pg_statement *statement, const char *const *values,
    pg_done_fn *on_done, void *ctx)
{
    struct request *request;

    if (!pg_is_up(pg) || pg->pending >= PENDING_MAX)
        return RC_AGAIN;
    request = pg_request_new(statement, values);
    if (!request)
        return RC_OOM;
    request->on_done = on_done;
    request->ctx = ctx;
    request->asked_at_us = clock_now_us();
    list_add_tail(&pg->waiting, &request->node);
    pg->pending++;
    pg_pump(pg);
    return RC_OK;
}

static void
forget(struct list *requests, const void *ctx)
{
    list_each(node, requests)
    {
        struct request *request = list_entry(node, struct request, node);

        if (request->ctx == ctx)
            request->on_done = NULL;
    }
}

void
pg_forget(struct pg *pg, const void *ctx)
{
    forget(&pg->sent, ctx);
    forget(&pg->waiting, ctx);
}

/* The end of a request, taken out of its list. */
static void
answer(struct pg *pg, struct request *request, enum rc rc, const struct fault *fault)
{
    struct pg_rows rows = {request->result};

    if (!request->is_internal) {
        pg->pending--;
        pg_meter_answer(request, rc, fault);
        if (!pg->is_freed && request->on_done)
            request->on_done(request->ctx, rc, rc == RC_OK ? &rows : NULL, fault);
    } else if (rc == RC_REJECTED || rc == RC_RETRY) {
        pg_break(pg, "listen", fault->text);
    }
    pg_request_free(request);
}

static bool
is_code(const struct request *request, const char *code)
{
    return strcmp(pg_sqlstate(request->result), code) == 0;
}

/* The unit was undone as a whole and may work if it is sent again now. */
static bool
is_worth_repeating(struct pg *pg, struct request *request)
{
    bool is_named = pg_is_named(pg, request);

    if (is_code(request, "40001") || is_code(request, "40P01"))
        return ++request->tries <= PG_TRIES_MAX;
    if (is_named && request->is_preparing) /* Prepare itself failed */
        pg_forget_prepared(pg, request);
    if (!is_named || !(is_code(request, "26000") || is_code(request, "0A000")))
        return false;
    pg_forget_prepared(pg, request);
    request->is_reprepared = true;
    return true;
}

/* Its sync has come: what the oldest request's result says is final. */
static void
finish_head(struct pg *pg)
{
    struct request *request = list_entry(list_pop(&pg->sent), struct request, node);
    enum rc rc = pg_judge(request->result);
    struct fault fault = {0};

    pg->head_at_ms = loop_now_ms(pg->loop);
    pg->pause_ms = PG_PAUSE_MIN_MS;
    if (rc == RC_OK) {
        answer(pg, request, RC_OK, NULL);
        return;
    }
    if (is_worth_repeating(pg, request)) {
        PQclear(request->result);
        request->result = NULL;
        request->was_ok = false;
        list_add_tail(&pg->waiting, &request->node);
        return;
    }
    if (is_code(request, "25006")) /* no primary any more: look for it again */
        pg_break(pg, "25006", "the server has become read-only");
    if (is_code(request, "0A000")) /* prepared before a migration: prepare it again */
        pg_break(pg, "0A000", "a statement is no longer what it was prepared as");
    pg_fault_result(&fault, request->result);
    answer(pg, request, rc, &fault);
}

/*
 * Results of the oldest request before its sync: [of Prepare], of the statement, perhaps
 * an error of the commit. The last one counts; an error is not replaced by what follows.
 */
static void
keep_result(struct pg *pg, struct request *request, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    bool is_error = pg_judge(result) != RC_OK;

    if (status == PGRES_PIPELINE_ABORTED) {
        PQclear(result);
        return;
    }
    if (is_error && !*pg_sqlstate(result)) { /* libpq's own: the connection broke */
        pg_break(pg, "connection", "the server closed the connection");
        PQclear(result);
        return;
    }
    if (!is_error && request->is_preparing) {
        request->is_preparing = false;
        PQclear(result);
        return;
    }
    if (is_error && pg_is_fatal(result) && !pg->lost.source)
        pg_fault_result(&pg->lost, result);
    request->was_ok = request->result && pg_judge(request->result) == RC_OK;
    PQclear(request->result);
    request->result = result;
}

/* Takes what has arrived. NULL separates the results of two commands; more than two in a
 * row while requests are open means that libpq has nothing to say any more. */
static void
drain(struct pg *pg)
{
    int nulls = 0;

    while (
        !pg->is_freed && !list_is_empty(&pg->sent) && nulls < 3 && !PQisBusy(pg->conn)) {
        PGresult *result = PQgetResult(pg->conn);

        if (!result) {
            nulls++;
        } else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            nulls = 0;
            PQclear(result);
            finish_head(pg);
        } else {
            nulls = 0;
            keep_result(pg, list_entry(pg->sent.next, struct request, node), result);
        }
    }
    if (nulls == 3)
        pg_break(pg, "connection", "the server closed the connection");
}

static void
tell_notifications(struct pg *pg)
{
    PGnotify *notify;

    while (!pg->is_freed && (notify = PQnotifies(pg->conn))) {
        if (pg->on_notify)
            pg->on_notify(pg->ctx, notify->relname, notify->extra);
        PQfreemem(notify);
    }
}

/*
 * A primary set read-only by whoever fails over. A connection that only looks would never
 * meet 25006 and would go on looking at the wrong server; the server tells with its next
 * answer.
 */
static bool
has_turned_read_only(const struct pg *pg)
{
    const char *value = PQparameterStatus(pg->conn, "default_transaction_read_only");

    return pg->wants_primary && value && strcmp(value, "on") == 0;
}

static void
on_io(void *ctx, unsigned events)
{
    struct pg *pg = (struct pg *)ctx;
    bool is_lost = false;

    pg_enter(pg);
    if (events & LOOP_READ)
        is_lost = !PQconsumeInput(pg->conn); /* what came before the end is still there */
    drain(pg);
    tell_notifications(pg);
    if (is_lost || PQstatus(pg->conn) == CONNECTION_BAD)
        pg_break(pg, "connection", "the server closed the connection");
    else if (has_turned_read_only(pg))
        pg_break(pg, "25006", "the server has become read-only");
    if (!pg->is_freed && pg->is_broken) {
        pg_lose(pg);
    } else if (!pg->is_freed) {
        pg->is_blocked = PQflush(pg->conn) == 1;
        pg_pump(pg);
    }
    pg_leave(pg);
}

static enum rc
ask_to_listen(struct pg *pg)
{
    char *channel =
        PQescapeIdentifier(pg->conn, pg->opts.listen, strlen(pg->opts.listen));
    size_t bytes = (channel ? strlen(channel) : 0) + sizeof("listen ");
    struct request *request;

    mem_free(pg->listen_text);
    pg->listen_text = channel ? (char *)mem_alloc(bytes, 1) : NULL;
    if (pg->listen_text) {
        memcpy(pg->listen_text, "listen ", sizeof("listen "));
        memcpy(pg->listen_text + sizeof("listen ") - 1, channel, strlen(channel) + 1);
    }
    PQfreemem(channel);
    if (!pg->listen_text)
        return RC_OOM;
    pg->listen = (struct pg_statement){.name = "listen", .text = pg->listen_text};
    request = pg_request_new(&pg->listen, NULL);
    if (!request)
        return RC_OOM;
    request->is_internal = true;
    list_add_tail(&pg->waiting, &request->node);
    return RC_OK;
}

/* The watch of the connecting phase has another callback. */
void
pg_up(struct pg *pg)
{
    loop_watch_free(pg->watch);
    pg->watch = loop_watch_new(pg->loop, PQsocket(pg->conn), LOOP_READ, on_io, pg);
    pg->state = PG_UP;
    pg_meter_up(pg, true);
    pg->is_broken = false;
    pg->up_at_ms = loop_now_ms(pg->loop);
    pg->prepared_n = 0;
    pg->lost = (struct fault){0};
    if (!pg->watch ||
        (pg->opts.listen && !pg->opts.is_pooled && ask_to_listen(pg) != RC_OK)) {
        pg_break(pg, "memory", "out of memory");
        return;
    }
    pg_pump(pg);
    if (pg->on_state)
        pg->on_state(pg->ctx, true, NULL);
}

/*
 * What became of a request that was sent and has no sync. Only the server's own word that
 * it was undone counts; a pooler's FATAL says nothing about the server behind it, and
 * after the statement's own end the commit may have happened.
 */
static enum rc
judge_lost(const struct pg *pg, const struct request *request)
{
    if (!request->result || request->was_ok || pg->opts.is_pooled)
        return RC_UNKNOWN;
    return pg_judge(request->result) == RC_RETRY ? RC_RETRY : RC_UNKNOWN;
}

/* Nothing can be added to the lists meanwhile: the connection is down. */
static void
answer_lost(struct pg *pg, struct list *requests, bool was_sent)
{
    struct list *node;

    while ((node = list_pop(requests))) {
        struct request *request = list_entry(node, struct request, node);
        struct fault fault = pg->lost;

        if (request->is_internal)
            pg_request_free(request);
        else
            answer(pg, request, was_sent ? judge_lost(pg, request) : RC_AGAIN, &fault);
    }
}

void
pg_lose(struct pg *pg)
{
    struct fault fault;

    if (loop_now_ms(pg->loop) - pg->up_at_ms >= PG_PAUSE_MAX_MS)
        pg->pause_ms = PG_PAUSE_MIN_MS; /* it stood long enough to count as sound */
    pg_disconnect(pg);
    pg_connect_in(pg, clock_jitter_ms(pg->pause_ms));
    pg->pause_ms =
        pg->pause_ms * 2 < PG_PAUSE_MAX_MS ? pg->pause_ms * 2 : PG_PAUSE_MAX_MS;
    answer_lost(pg, &pg->sent, true);
    answer_lost(pg, &pg->waiting, false);
    fault = pg->lost;
    if (pg->on_state && !pg->is_freed)
        pg->on_state(pg->ctx, false, &fault);
}

/* The timer is not moved for each request: it looks, and looks again when it was early.
 */
void
pg_on_deadline(struct pg *pg)
{
    int64_t left_ms = pg->head_at_ms + pg->opts.statement_ms - loop_now_ms(pg->loop);

    if (list_is_empty(&pg->sent))
        return;
    if (left_ms > 0) {
        loop_timer_in(&pg->timer, left_ms);
        return;
    }
    pg_break(pg, "timeout", "a statement was not answered in time");
    pg_lose(pg);
}
