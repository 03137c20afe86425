/*
 * The message's own members are taken over as the caller gave them, so that every shape
 * of the service's can be sent; only what everybody needs is made here.
 */
#include "inbound.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "check.h"
#include "clock.h"
#include "json.h"
#include "number.h"
#include "person.h"
#include "simulator.h"
#include "webhook.h"
#include "webhook_body.h"

#define BODY_BYTES_MAX ((size_t)1024 * 1024)

static enum rc
reject(struct inbound_fault *fault, const char *field, const char *message)
{
    fault->field = field;
    fault->message = message;
    return RC_REJECTED;
}

static bool
is_ours(const char *key)
{
    static const char *const ours[] = {
        "phone_number_id", "from", "name", "type", "id", "timestamp"};

    return check_one_of(key, ours, 6);
}

/* {"type":…, …}: everything of `json` that belongs into the message. */
static struct json *
members_of(const struct json *json, const char *type)
{
    struct json *members = json_new_object();
    const struct json *value;
    const char *key;

    for (int i = 0; json_member(json, i, &key, &value); i++) {
        if (is_ours(key))
            continue;
        if (!strcmp(key, "text") && json_is_string(value)) {
            struct json *text = json_new_object();

            json_set_string(text, "body", json_string(value));
            json_set(members, "text", text);
        } else {
            json_set(members, key, json_copy(value));
        }
    }
    json_set_string(members, "type", type);
    return members;
}

/* Whom the service names: a wa_id, or the user id of who shows no phone. */
static bool
person_of(const char *from, char ret_person[WA_ID_BYTES])
{
    if (wa_id_of(from, ret_person))
        return true;
    if (!is_user_id(from))
        return false;
    (void)snprintf(ret_person, WA_ID_BYTES, "%s", from);
    return true;
}

static enum rc
post(struct sim *sim, const struct body_inbound *inbound)
{
    struct buf body;
    enum rc rc = RC_OOM;

    buf_init(&body, BODY_BYTES_MAX);
    body_inbound(&body, inbound);
    if (!body.is_bad)
        rc = webhooks_post(sim->webhooks, &body, inbound->wamid, "inbound");
    buf_done(&body);
    return rc;
}

static enum rc
check(const struct json *json, const char *type, struct inbound_fault *fault)
{
    const struct json *content = json_get(json, type);

    if (json_get(json, "type") && !json_string_of(json, "type"))
        return reject(fault, "type", "expected a text");
    if (!strcmp(type, "text") && !json_string(content) &&
        !json_string_of(content, "body"))
        return reject(fault, "text", "expected a text or {\"body\": text}");
    if (!content && strcmp(type, "unsupported") != 0 && strcmp(type, "unknown") != 0)
        return reject(fault, "type", "expected a member with the name of the type");
    return RC_OK;
}

enum rc
inbound_post(struct sim *sim, const struct json *json, char ret_wamid[WAMID_BYTES],
    struct inbound_fault *fault)
{
    const char *id = json_string_of(json, "phone_number_id");
    const char *from = json_string_of(json, "from");
    const char *type = json_string_of(json, "type");
    const char *name = json_string_of(json, "name");
    struct number *number = id ? numbers_find(sim->numbers, id) : NULL;
    char wa_id[WA_ID_BYTES];
    struct body_inbound inbound = {.number = number,
        .from = wa_id,
        .name = name ? name : "Pessoa Simulada",
        .wamid = ret_wamid};
    struct json *members;
    enum rc rc;

    type = type ? type : "text";
    if (!number)
        return reject(
            fault, "phone_number_id", "expected a number made by POST /numbers");
    if (!from || !person_of(from, wa_id))
        return reject(fault, "from",
            "expected a phone number with country code, or a user id, as text");
    rc = check(json, type, fault);
    if (rc != RC_OK)
        return rc;
    rc = people_open_window(sim->people, number->index, wa_id, loop_now_ms(sim->loop));
    if (rc != RC_OK)
        return rc;
    number_count_inbound(number, clock_now_us());
    wamid_make(wa_id, true, ret_wamid);
    members = members_of(json, type);
    inbound.members = members;
    rc = post(sim, &inbound);
    json_free(members);
    sim->tally.inbound += rc == RC_OK;
    return rc;
}
