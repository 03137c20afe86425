/*
 * One request and its way through libpq: a unit of [Prepare] + Query + Sync, which the
 * server treats as one transaction. It is over at the sync and not before: the commit,
 * and with it a serialization failure or a deferred constraint, comes after the
 * statement's own result.
 */
#include "pg_internal.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"

#define NAME_BYTES 80

/* One block: the request, the pointers, the texts. */
struct request *
pg_request_new(const struct pg_statement *statement, const char *const *values)
{
    size_t n = (size_t)statement->params;
    size_t bytes = sizeof(struct request) + n * sizeof(char *);
    struct request *request;
    const char **copies;
    char *text;

    for (size_t i = 0; i < n; i++)
        bytes += values[i] ? strlen(values[i]) + 1 : 0;
    request = (struct request *)mem_alloc(bytes, 1);
    if (!request)
        return NULL;
    list_init(&request->node);
    copies = (const char **)(void *)(request + 1);
    text = (char *)(copies + n);
    for (size_t i = 0; i < n; i++) {
        size_t size = values[i] ? strlen(values[i]) + 1 : 0;

        copies[i] = values[i] ? (const char *)memcpy(text, values[i], size) : NULL;
        text += size;
    }
    request->statement = statement;
    request->values = copies;
    return request;
}

void
pg_request_free(struct request *request)
{
    PQclear(request->result);
    mem_free(request);
}

/*
 * A repetition goes unnamed: by name it could meet the failed Prepare of another request
 * that was repeated just before it.
 */
bool
pg_is_named(const struct pg *pg, const struct request *request)
{
    return !pg->opts.is_pooled && !request->is_internal && !request->is_reprepared;
}

static struct prepared *
find_prepared(struct pg *pg, const struct pg_statement *statement)
{
    for (int i = 0; i < pg->prepared_n; i++)
        if (pg->prepared[i].statement == statement)
            return &pg->prepared[i];
    if (pg->prepared_n == pg->prepared_room) {
        int room = pg->prepared_room ? pg->prepared_room * 2 : 32;
        void *moved = mem_resize(pg->prepared, (size_t)room, sizeof(*pg->prepared));

        if (!moved)
            return NULL;
        pg->prepared = (struct prepared *)moved;
        pg->prepared_room = room;
    }
    pg->prepared[pg->prepared_n] = (struct prepared){.statement = statement};
    return &pg->prepared[pg->prepared_n++];
}

/* The server's copy is of no use: the next request for it prepares again, by another name
 * (libpq 15 cannot close one inside a pipeline). */
void
pg_forget_prepared(struct pg *pg, const struct request *request)
{
    struct prepared *prepared = find_prepared(pg, request->statement);

    if (!prepared || prepared->generation != request->generation)
        return;
    prepared->generation++;
    prepared->is_sent = false;
}

static bool
send_prepared(struct pg *pg, struct request *request)
{
    const struct pg_statement *statement = request->statement;
    struct prepared *prepared = find_prepared(pg, statement);
    char name[NAME_BYTES];

    if (!prepared)
        return false;
    (void)snprintf(name, sizeof(name), "%s_%d", statement->name,
        prepared->generation); /* names are file names: they fit */
    request->generation = prepared->generation;
    request->is_preparing = !prepared->is_sent;
    if (request->is_preparing) {
        Oid oids[PG_PARAMS_MAX];

        pg_param_oids(statement, oids);
        if (!PQsendPrepare(pg->conn, name, statement->text, statement->params, oids))
            return false;
        prepared->is_sent = true;
    }
    return PQsendQueryPrepared(
        pg->conn, name, statement->params, request->values, NULL, NULL, 0);
}

static bool
send_unnamed(struct pg *pg, struct request *request)
{
    Oid oids[PG_PARAMS_MAX];

    pg_param_oids(request->statement, oids);
    request->is_preparing = false;
    return PQsendQueryParams(pg->conn, request->statement->text,
        request->statement->params, oids, request->values, NULL, NULL, 0);
}

/*
 * False: nothing of it can take effect (without its sync the server commits nothing). A
 * sync that fails may have left, so from there on the request counts as sent.
 */
static bool
send_unit(struct pg *pg, struct request *request)
{
    if (!(pg_is_named(pg, request) ? send_prepared(pg, request)
                                   : send_unnamed(pg, request))) {
        pg_break(pg, "send", "the request could not be given to libpq");
        return false;
    }
    if (!PQpipelineSync(pg->conn))
        pg_break(pg, "send", "the connection broke");
    return true;
}

void
pg_pump(struct pg *pg)
{
    while (!pg->is_blocked && !pg->is_broken && !list_is_empty(&pg->waiting)) {
        struct list *node = pg->waiting.next;

        if (!send_unit(pg, list_entry(node, struct request, node)))
            return;
        if (list_is_empty(&pg->sent)) {
            pg->head_at_ms = loop_now_ms(pg->loop);
            if (!loop_timer_is_armed(&pg->timer))
                loop_timer_in(&pg->timer, pg->opts.statement_ms);
        }
        list_move_tail(&pg->sent, node);
        pg->is_blocked = PQflush(pg->conn) == 1;
    }
    if (pg->watch)
        loop_watch_set(pg->watch, pg->is_blocked ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}
