/*
 * webhook_body.h - the JSON of webhooks, shaped as the service's.
 */
#ifndef WEBHOOK_BODY_H
#define WEBHOOK_BODY_H

#include "webhook.h"

struct json;

/* One status to be written. */
struct body_status {
    const struct number *number;
    const char *wamid;
    const char *recipient;
    const char *key; /* NULL: none */
    const char *category;
    enum webhook_status status;
    int code; /* of a failed one */
};

const char *webhook_status_name(enum webhook_status status);

/* {"object":...,"entry":[ and its end. */
void body_begin(struct buf *out);
void body_end(struct buf *out);

/* One entry with the statuses of one number: begin, statuses, end. */
void body_statuses_begin(struct buf *out, const struct number *number, bool is_first);
void body_status(struct buf *out, const struct body_status *status, bool is_first);
void body_statuses_end(struct buf *out);

/* A whole body with one inbound message: `members` are those of the message beside from,
 * id and timestamp, taken over as they are. */
struct body_inbound {
    const struct number *number;
    const char *from; /* wa_id, or the user id of who shows no phone */
    const char *name; /* profile.name */
    const char *wamid;
    const struct json *members;
};
void body_inbound(struct buf *out, const struct body_inbound *inbound);

/* A whole body with one message_template_status_update. */
struct template;
void body_template_status(struct buf *out, const struct template *template);

#endif
