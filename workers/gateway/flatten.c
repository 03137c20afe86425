/*
 * From Meta's envelope to events: {entry: [{id, time, changes: [{field, value}]}]}.
 *
 * What is not where it should be is no error: a missing list holds nothing, and what held
 * nothing that we know is one event of its own, as it came. Member order, missing
 * metadata and contacts, numbers as texts and texts as numbers are all seen in the wild.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "event_internal.h"

#define FIELD_MAX 60
#define WORD_MAX                                                                         \
    255 /* what is longer is no id, and no index of the database holds it                \
         */
#define OCORRIDO_MAX                                                                     \
    253402300799 /* the year 9999: PostgreSQL refuses much later ones                    \
                  */

/* What webhook_apply acts on; any other field is kept and counted. */
static const char *const known_fields[] = {"messages", "user_preferences",
    "user_id_update", "message_template_status_update", "message_template_quality_update",
    "template_category_update", "phone_number_quality_update",
    "business_capability_update", "account_update", "account_alerts", NULL};
static const char *const known_types[] = {"text", "button", "interactive", "reaction",
    "image", "video", "audio", "document", "sticker", "location", "contacts", "order",
    "system", "unsupported", "unknown", "edit", "revoke", NULL};
static const char *const known_statuses[] = {
    "sent", "delivered", "read", "played", "failed", NULL};

/* An id: Meta writes text, and a number is taken for the same. */
struct word {
    const char *text; /* NULL: neither, or longer than any id */
    char digits[24];
};

/* The change that an event comes from. */
struct origin {
    struct word waba;
    struct word numero;
    int64_t em; /* when Meta wrote the entry; 0: it does not say */
    const struct json *value;
};

static struct word *
word_read(struct word *word, const struct json *object, const char *key)
{
    const struct json *json = json_get(object, key);

    *word = (struct word){.text = json_string(json)};
    if (word->text && strlen(word->text) > WORD_MAX)
        word->text = NULL;
    if (json_is_number(json) && json_int(json, -1) >= 0) {
        (void)snprintf(
            word->digits, sizeof(word->digits), "%lld", (long long)json_int(json, 0));
        word->text = word->digits;
    }
    return word;
}

static size_t
put_word(struct events *events, const struct json *object, const char *key)
{
    struct word word;

    return event_put(events, word_read(&word, object, key)->text);
}

static bool
is_one_of(const char *const *known, const char *text)
{
    for (; text && *known; known++)
        if (strcmp(*known, text) == 0)
            return true;
    return false;
}

static int64_t
moment_of(const struct json *json)
{
    int64_t seconds = json_int(json, 0);

    return seconds > 0 && seconds <= OCORRIDO_MAX ? seconds : 0;
}

static int64_t
code_of(const struct json *error)
{
    int64_t code = json_int(json_get(error, "code"), 0);

    return code >= INT32_MIN && code <= INT32_MAX ? code : 0;
}

static struct event *
add_from(struct events *events, enum event_kind kind, const char *tipo,
    const struct origin *origin)
{
    struct event *event = event_add(events, kind, tipo);

    if (event) {
        event->waba = event_put(events, origin->waba.text);
        event->numero = event_put(events, origin->numero.text);
    }
    return event;
}

static void
add_other(struct events *events, const char *tipo, const struct origin *origin,
    const struct json *what)
{
    struct event *event = add_from(events, EVENT_OUTRO, tipo, origin);

    if (!event)
        return;
    event->unknown = UNKNOWN_CAMPO;
    event->corpo = event_put_json(events, what);
}

static void
add_status(struct events *events, const struct origin *origin, const struct json *status)
{
    struct event *event = add_from(events, EVENT_STATUS, "status", origin);

    if (!event)
        return;
    if (!is_one_of(known_statuses, json_string_of(status, "status")))
        event->unknown = UNKNOWN_STATUS;
    event->wamid = put_word(events, status, "id");
    event->situacao = event_put(events, json_string_of(status, "status"));
    event->chave = event_put(events, json_string_of(status, "biz_opaque_callback_data"));
    event->codigo = code_of(json_at(json_get(status, "errors"), 0));
    event->ocorrido = moment_of(json_get(status, "timestamp"));
    event->corpo = event_put_json(events, status);
}

static bool
is_same(const char *one, const char *other)
{
    return one && other && strcmp(one, other) == 0;
}

/* Whose profile goes with a message: by wa_id, by user id (which may stand in the place
 * of the other), or the only one there is (for a Brazilian number `from` and `wa_id` may
 * differ by the ninth digit). */
static const struct json *
contact_of(const struct json *value, const struct json *message)
{
    const struct json *contacts = json_get(value, "contacts");
    struct word from, user, wa_id, user_id;

    (void)word_read(&from, message, "from");
    (void)word_read(&user, message, "from_user_id");
    for (int i = 0; i < json_length(contacts); i++) {
        const struct json *contact = json_at(contacts, i);

        (void)word_read(&wa_id, contact, "wa_id");
        (void)word_read(&user_id, contact, "user_id");
        if (is_same(wa_id.text, from.text) || is_same(user_id.text, user.text) ||
            is_same(user_id.text, from.text) || is_same(wa_id.text, user.text))
            return contact;
    }
    return json_length(contacts) == 1 ? json_at(contacts, 0) : NULL;
}

static void
add_message(
    struct events *events, const struct origin *origin, const struct json *message)
{
    const struct json *contact = contact_of(origin->value, message);
    struct event *event = add_from(events, EVENT_MENSAGEM, "mensagem", origin);

    if (!event)
        return;
    if (!is_one_of(known_types, json_string_of(message, "type")))
        event->unknown = UNKNOWN_TIPO;
    event->wamid = put_word(events, message, "id");
    event->ocorrido = moment_of(json_get(message, "timestamp"));
    event->corpo = events->text.bytes;
    buf_adds(&events->text, "{\"message\":");
    json_write(message, &events->text);
    if (contact) {
        buf_adds(&events->text, ",\"contact\":");
        json_write(contact, &events->text);
    }
    buf_add(&events->text, "}", sizeof("}"));
}

static void
add_error(struct events *events, const struct origin *origin, const struct json *error)
{
    struct event *event = add_from(events, EVENT_ERRO, "erro", origin);

    if (!event)
        return;
    event->codigo = code_of(error);
    event->ocorrido = origin->em;
    event->corpo = event_put_json(events, error);
}

/* Every element of value[list]; one that is no object is kept as it is. Returns how many.
 */
static int
add_each(struct events *events, const struct origin *origin, const char *list,
    void (*add)(struct events *, const struct origin *, const struct json *))
{
    const struct json *array = json_get(origin->value, list);
    int n = json_length(array);

    for (int i = 0; i < n; i++) {
        const struct json *element = json_at(array, i);

        if (json_is_object(element))
            add(events, origin, element);
        else
            add_other(events, "desconhecido", origin, element);
    }
    return n;
}

/* A field's name as tipo, if it is a plain one and not one of our own words. */
static const char *
tipo_of(const char *field, char room[FIELD_MAX + 1])
{
    size_t bytes = field ? strspn(field, "abcdefghijklmnopqrstuvwxyz_") : 0;

    if (bytes == 0 || (field[bytes] && bytes < FIELD_MAX))
        return "desconhecido";
    for (enum event_kind kind = 0; kind < EVENT_KINDS; kind++)
        if (strcmp(field, event_kind_name(kind)) == 0)
            return "desconhecido";
    bytes = bytes < FIELD_MAX ? bytes : FIELD_MAX;
    memcpy(room, field, bytes);
    room[bytes] = '\0';
    return room;
}

static void
add_change(struct events *events, const struct json *entry, const struct json *change)
{
    const char *field = json_string_of(change, "field");
    const struct json *value = json_get(change, "value");
    struct origin origin = {.em = moment_of(json_get(entry, "time")), .value = value};
    char tipo[FIELD_MAX + 1];
    struct event *event;
    int known = 0;

    (void)word_read(&origin.waba, entry, "id");
    (void)word_read(&origin.numero, json_get(value, "metadata"), "phone_number_id");
    if (is_same(field, "messages")) {
        known += add_each(events, &origin, "statuses", add_status);
        known += add_each(events, &origin, "messages", add_message);
        known += add_each(events, &origin, "errors", add_error);
    }
    if (known > 0)
        return;
    event = add_from(events, EVENT_OUTRO, tipo_of(field, tipo), &origin);
    if (!event)
        return;
    if (!is_one_of(known_fields, field))
        event->unknown = UNKNOWN_CAMPO;
    event->ocorrido = origin.em;
    event->corpo = event_put_json(events, value ? value : change);
}

static void
add_entry(struct events *events, const struct json *entry)
{
    const struct json *changes = json_get(entry, "changes");
    struct origin origin = {0};

    (void)word_read(&origin.waba, entry, "id");
    for (int i = 0; i < json_length(changes); i++)
        add_change(events, entry, json_at(changes, i));
    if (json_length(changes) == 0)
        add_other(events, "desconhecido", &origin, entry);
}

void
events_flatten(struct events *events, const struct json *root)
{
    const struct json *entries = json_get(root, "entry");
    struct origin nowhere = {0};

    for (int i = 0; i < json_length(entries); i++)
        add_entry(events, json_at(entries, i));
    if (json_length(entries) == 0)
        add_other(events, "desconhecido", &nowhere, root);
}
