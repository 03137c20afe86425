/*
 * The connections of a sender: two to PostgreSQL, one to Redis, the HTTP client; a third
 * to PostgreSQL that only listens, where database.listen_url names a direct way.
 *
 * A PostgreSQL connection that comes back forgets all floors: rows may have been given
 * back meanwhile. PostgreSQL gone: nothing is claimed; what is in the air ends and waits
 * in memory to be recorded. The listener gone: messages are found by polling, nothing
 * else changes.
 */
#include "links.h"

#include <stdio.h>

#include "bucket.h"
#include "http.h"
#include "log.h"
#include "map.h"
#include "mode.h"
#include "pg.h"
#include "redis.h"
#include "schema.h"

#define WAKE_CHANNEL "carteiro_fila"

static void
on_notify(void *ctx, const char *channel, const char *payload)
{
    (void)channel;
    (void)payload;
    looks_wake(ctx);
}

static void
on_pg(void *ctx, bool is_up, const struct fault *fault)
{
    struct sender *sender = ctx;
    struct lane *lane;

    if (is_up) {
        log_info("pg.up", LOG_S("connection", "sender"));
        for (uint32_t at = 0; (lane = map_next(&sender->lanes, &at));)
            lane->piso_em[0] = '\0';
        looks_wake(sender);
    } else {
        log_warn("pg.down", LOG_FAULT(fault));
    }
    sender_tell_ready(sender);
}

/* Told when it changes, not at each attempt. What was notified meanwhile is looked for.
 */
static void
on_listener(void *ctx, bool is_up, const struct fault *fault)
{
    struct sender *sender = ctx;

    if (is_up)
        log_info("listen.up");
    else if (sender->is_listening || !sender->is_listener_told)
        log_warn("listen.down", LOG_FAULT(fault));
    sender->is_listener_told = true;
    sender->is_listening = is_up;
    if (is_up)
        looks_wake(sender);
}

static void
on_redis(void *ctx, bool is_up, const struct fault *fault)
{
    struct sender *sender = ctx;

    if (is_up)
        log_info("redis.up", LOG_S("connection", "sender"));
    else
        log_warn("redis.down", LOG_FAULT(fault));
    mode_redis(sender, is_up);
}

static void
on_schema(void *ctx, const char *missing)
{
    struct sender *sender = ctx;

    sender->is_schema_there = missing == NULL;
    if (missing) {
        snprintf(sender->schema_reason, sizeof(sender->schema_reason),
            "migration %s is missing: run carteiro migrar", missing);
        log_warn("schema.missing", LOG_S("migration", missing));
    } else {
        log_info("schema.there", LOG_N("newest", schema_newest()));
    }
    sender_tell_ready(sender);
    looks_wake(sender);
}

/* LISTEN needs a connection of its own: behind a pooler in transaction mode there is
 * none, unless listen_url leads past it. */
static bool
open_postgres(struct sender *sender)
{
    const struct config *config = sender->config;
    const char *listen_url = config->database.listen_url;
    bool is_pooled = config->database.is_pooled;
    const struct pg_opts record = {
        .url = config->database.url,
        .password_file = config->database.password_file,
        .application_name = sender->worker,
        .is_pooled = is_pooled,
        .connect_ms = config->database.connect_ms,
        .statement_ms = config->database.statement_ms,
    };
    struct pg_opts claim = record;
    struct pg_opts listener = record;

    claim.listen = is_pooled || listen_url ? NULL : WAKE_CHANNEL;
    sender->pg_claim = pg_new(sender->loop, &claim, on_pg, on_notify, sender);
    sender->pg_record = pg_new(sender->loop, &record, on_pg, NULL, sender);
    if (!listen_url)
        return sender->pg_claim && sender->pg_record;
    listener.url = listen_url;
    listener.listen = WAKE_CHANNEL;
    listener.is_pooled = false;
    sender->pg_listener = pg_new(sender->loop, &listener, on_listener, on_notify, sender);
    return sender->pg_claim && sender->pg_record && sender->pg_listener;
}

bool
links_open(struct sender *sender)
{
    const struct config *config = sender->config;
    const struct redis_opts redis = {
        .url = config->redis.url,
        .password_file = config->redis.password_file,
        .connect_ms = config->redis.connect_ms,
        .command_ms = config->redis.command_ms,
    };
    const struct http_opts http = {
        .ca_file = config->whatsapp.ca_file,
        .connections_max = config->whatsapp.connections_max
                               ? config->whatsapp.connections_max
                               : config->sender.slots,
        .streams_max = config->whatsapp.streams_max,
        .connect_ms = config->whatsapp.connect_ms,
    };

    if (!open_postgres(sender))
        return false;
    sender->redis = redis_new(sender->loop, &redis, BUCKET_TAKE_LUA, on_redis, sender);
    sender->http = http_new(sender->loop, &http);
    if (!sender->redis || !sender->http)
        return false;
    sender->bucket = bucket_new(sender->redis);
    sender->schema = schema_wait_new(sender->loop, sender->pg_record, on_schema, sender);
    return sender->bucket && sender->schema;
}

void
links_close(struct sender *sender)
{
    schema_wait_free(sender->schema);
    http_free(sender->http);
    bucket_free(sender->bucket);
    redis_free(sender->redis);
    pg_free(sender->pg_listener);
    pg_free(sender->pg_claim);
    pg_free(sender->pg_record);
}
