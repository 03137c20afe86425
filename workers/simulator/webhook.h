/*
 * webhook.h - telling the subscriber what became of each message, until it says 200.
 *
 *     tracked --sent_ms--> sent --delivered_ms--> delivered --read_ms--> read and
 * forgotten
 *                  +-----> failed and forgotten
 *
 * Statuses that are due leave together, up to batch_max in one signed POST; a POST that
 * was not answered 200 is tried again, the same bytes, after a pause that doubles up to a
 * minute. Every try of every status is a line of the webhooks' ledger.
 */
#ifndef WEBHOOK_H
#define WEBHOOK_H

#include <stdbool.h>

#include "config.h"
#include "rc.h"
#include "script.h"

struct buf;
struct http;
struct ledger;
struct loop;
struct number;
struct webhooks;

struct webhooks_opts {
    struct loop *loop;
    const struct config_simulator *config;
    const char *secret; /* NULL when webhook_url is */
    struct ledger *ledger;
};

/* Borrows what `opts` points to. NULL when out of memory. */
struct webhooks *webhooks_new(const struct webhooks_opts *opts) MUST_USE;
void webhooks_free(struct webhooks *webhooks); /* accepts NULL */

/* Forgets all that is pending; POSTs under way end without a second try. */
void webhooks_clear(struct webhooks *webhooks);

/* An accepted message. Strings are copied; the number is borrowed until webhooks_clear.
 */
struct webhook_message {
    const struct number *number;
    const char *wamid;
    const char *recipient; /* wa_id or user id */
    const char *key;       /* biz_opaque_callback_data; NULL: none */
    const char *category;  /* "marketing", "utility", "service", ...: static text */
    int fail_code;         /* fails with this code; 0: by failed_share */
    bool is_sent_only;     /* a reaction: there is nothing to deliver or read */
    enum fault_kind fault; /* FAULT_WEBHOOK_* count */
};

/* RC_AGAIN: too many are pending. RC_OOM. */
enum rc webhooks_track(
    struct webhooks *webhooks, const struct webhook_message *message) MUST_USE;

/* Any other event: `body` is the whole JSON; for the ledger `wamid` (NULL: none) and
 * `status`. Nothing happens without a subscriber. RC_OOM. */
enum rc webhooks_post(struct webhooks *webhooks, const struct buf *body,
    const char *wamid, const char *status) MUST_USE;

enum webhook_status {
    WEBHOOK_SENT,
    WEBHOOK_DELIVERED,
    WEBHOOK_READ,
    WEBHOOK_FAILED,
    WEBHOOK_OTHER,
    WEBHOOK_STATUSES,
};

struct webhooks_counts {
    long tried;                      /* POSTs */
    long acknowledged;               /* POSTs answered 200 */
    long statuses[WEBHOOK_STATUSES]; /* acknowledged */
    int messages;                    /* with webhooks still to come */
    int posts;                       /* not yet acknowledged */
    int under_way;                   /* of these, waiting for their answer */
};

void webhooks_count(const struct webhooks *webhooks, struct webhooks_counts *ret_counts);

#endif
