/*
 * Bodies are written text by text: the order of their members is part of what receivers
 * have to cope with, and building a tree of each status would cost most of the time.
 */
#include "webhook_body.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "hash.h"
#include "json.h"
#include "number.h"
#include "template.h"
#include "wamid.h"

#define DAY_S 86400

static const char *const status_names[] = {
    [WEBHOOK_SENT] = "sent",
    [WEBHOOK_DELIVERED] = "delivered",
    [WEBHOOK_READ] = "read",
    [WEBHOOK_FAILED] = "failed",
    [WEBHOOK_OTHER] = "other",
};

const char *
webhook_status_name(enum webhook_status status)
{
    return status_names[status];
}

void
body_begin(struct buf *out)
{
    buf_adds(out, "{\"object\":\"whatsapp_business_account\",\"entry\":[");
}

void
body_end(struct buf *out)
{
    buf_adds(out, "]}");
}

static void
add_member(struct buf *out, const char *before, const char *text)
{
    buf_adds(out, before);
    buf_add_json(out, text);
}

static void
entry_begin(struct buf *out, const struct number *number)
{
    add_member(out, "{\"id\":", number->waba_id);
    buf_adds(out,
        ",\"changes\":[{\"value\":{\"messaging_product\":\"whatsapp\",\"metadata\":");
    add_member(out, "{\"display_phone_number\":", number->display);
    add_member(out, ",\"phone_number_id\":", number->id);
    buf_addc(out, '}');
}

static void
entry_end(struct buf *out)
{
    buf_adds(out, "},\"field\":\"messages\"}]}");
}

void
body_statuses_begin(struct buf *out, const struct number *number, bool is_first)
{
    if (!is_first)
        buf_addc(out, ',');
    entry_begin(out, number);
    buf_adds(out, ",\"statuses\":[");
}

void
body_statuses_end(struct buf *out)
{
    buf_addc(out, ']');
    entry_end(out);
}

/* Conversation and price come with sent and delivered, the end of the window with sent.
 */
static void
add_conversation(struct buf *out, const struct body_status *status, time_t now)
{
    bool is_service = !strcmp(status->category, "service");
    uint64_t hash = hash_more(hash_text(status->number->id), status->recipient);

    buf_addf(out, ",\"conversation\":{\"id\":\"%016" PRIx64 "%016" PRIx64 "\"", hash,
        hash_more(hash, status->category));
    if (status->status == WEBHOOK_SENT)
        buf_addf(out, ",\"expiration_timestamp\":\"%lld\"", (long long)now + DAY_S);
    buf_addf(out, ",\"origin\":{\"type\":\"%s\"}},\"pricing\":{\"billable\":%s,",
        status->category, is_service ? "false" : "true");
    buf_addf(out, "\"pricing_model\":\"PMP\",\"type\":\"%s\",\"category\":\"%s\"}",
        is_service ? "free_customer_service" : "regular", status->category);
}

void
body_status(struct buf *out, const struct body_status *status, bool is_first)
{
    time_t now = time(NULL);

    add_member(out, is_first ? "{\"id\":" : ",{\"id\":", status->wamid);
    buf_addf(out, ",\"status\":\"%s\",\"timestamp\":\"%lld\"",
        status_names[status->status], (long long)now);
    add_member(out,
        is_user_id(status->recipient) ? ",\"recipient_user_id\":" : ",\"recipient_id\":",
        status->recipient);
    if (status->key)
        add_member(out, ",\"biz_opaque_callback_data\":", status->key);
    if (status->status == WEBHOOK_SENT || status->status == WEBHOOK_DELIVERED)
        add_conversation(out, status, now);
    if (status->status == WEBHOOK_FAILED) {
        buf_adds(out, ",\"errors\":[");
        graph_error_write_status(status->code, out);
        buf_addc(out, ']');
    }
    buf_addc(out, '}');
}

void
body_inbound(struct buf *out, const struct body_inbound *inbound)
{
    const struct json *value;
    const char *key;

    body_begin(out);
    entry_begin(out, inbound->number);
    add_member(out, ",\"contacts\":[{\"profile\":{\"name\":", inbound->name);
    if (is_user_id(inbound->from)) {
        add_member(out, "},\"user_id\":", inbound->from);
        add_member(out, "}],\"messages\":[{\"from_user_id\":", inbound->from);
    } else {
        add_member(out, "},\"wa_id\":", inbound->from);
        add_member(out, "}],\"messages\":[{\"from\":", inbound->from);
    }
    add_member(out, ",\"id\":", inbound->wamid);
    buf_addf(out, ",\"timestamp\":\"%lld\"", (long long)time(NULL));
    for (int i = 0; json_member(inbound->members, i, &key, &value); i++) {
        buf_addc(out, ',');
        buf_add_json(out, key);
        buf_addc(out, ':');
        json_write(value, out);
    }
    buf_adds(out, "}]");
    entry_end(out);
    body_end(out);
}

void
body_template_status(struct buf *out, const struct template *template)
{
    body_begin(out);
    add_member(out, "{\"id\":", template->waba_id);
    buf_addf(out, ",\"time\":%lld,\"changes\":[{\"value\":{\"event\":\"%s\"",
        (long long)time(NULL), template_status_name(template->status));
    buf_addf(out, ",\"message_template_id\":%" PRIu64, template->id);
    add_member(out, ",\"message_template_name\":", template->name);
    add_member(out, ",\"message_template_language\":", template->language);
    add_member(
        out, ",\"reason\":\"NONE\",\"message_template_category\":", template->category);
    buf_adds(out, "},\"field\":\"message_template_status_update\"}]}");
    body_end(out);
}
