/*
 * Events and their texts. The texts of all events of a body lie in one buffer, each with
 * its NUL, so that a body of a thousand statuses costs two allocations and not nine
 * thousand.
 */
#include "event.h"

#include <string.h>

#include "event_internal.h"
#include "gzip.h"
#include "mem.h"

/* Contacts are written again with each message of theirs, hence the room. */
#define TEXT_BYTES_MAX(body_bytes) (((size_t)16 << 20) + 4 * (body_bytes))

/* A thousand updates, the most that Meta puts into a body, are 30,000 to 60,000 tokens.
 */
#define TOKENS_MAX 200000
#define GZIP_BYTES_MIN 4096

static const char *const kind_names[EVENT_KINDS] = {
    [EVENT_STATUS] = "status",
    [EVENT_MENSAGEM] = "mensagem",
    [EVENT_ERRO] = "erro",
    [EVENT_OUTRO] = "outro",
    [EVENT_ILEGIVEL] = "ilegivel",
};

const char *
event_kind_name(enum event_kind kind)
{
    return kind_names[kind];
}

const char *
event_unknown_name(enum event_unknown unknown)
{
    static const char *const names[EVENT_UNKNOWNS] = {
        NULL,
        [UNKNOWN_CAMPO] = "campo",
        [UNKNOWN_TIPO] = "tipo",
        [UNKNOWN_STATUS] = "status",
    };

    return names[unknown];
}

struct event *
event_add(struct events *events, enum event_kind kind, const char *tipo)
{
    struct event *event;

    if (events->n == events->room) {
        int room = events->room ? events->room * 2 : 16;
        void *moved = mem_resize(events->list, (size_t)room, sizeof(*events->list));

        if (!moved) {
            events->is_bad = true;
            return NULL;
        }
        events->list = moved;
        events->room = room;
    }
    event = &events->list[events->n++];
    *event = (struct event){.kind = kind};
    event->tipo = event_put(events, tipo);
    return event;
}

size_t
event_put(struct events *events, const char *text)
{
    size_t place = events->text.bytes;

    if (!text)
        return 0;
    buf_add(&events->text, text, strlen(text) + 1);
    return place;
}

size_t
event_put_json(struct events *events, const struct json *json)
{
    size_t place = events->text.bytes;

    json_write(json, &events->text);
    buf_addc(&events->text, '\0');
    return place;
}

const char *
event_text(const struct events *events, size_t place)
{
    return place ? events->text.data + place : NULL;
}

static void
add_base64(struct buf *buf, const unsigned char *data, size_t bytes)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < bytes; i += 3) {
        size_t left = bytes - i;
        unsigned group = (unsigned)data[i] << 16 |
                         (left > 1 ? (unsigned)data[i + 1] << 8 : 0) |
                         (left > 2 ? (unsigned)data[i + 2] : 0);

        buf_addc(buf, digits[group >> 18 & 63]);
        buf_addc(buf, digits[group >> 12 & 63]);
        buf_addc(buf, left > 1 ? digits[group >> 6 & 63] : '=');
        buf_addc(buf, left > 2 ? digits[group & 63] : '=');
    }
}

/* A large one is a bomb more often than not, and a bomb is one thing many times over:
 * kept as it came it would hold up whoever is stored beside it. */
static void
add_bytes(struct buf *buf, const char *body, size_t bytes)
{
    struct buf small;

    buf_init(&small, bytes);
    if (bytes >= GZIP_BYTES_MIN && gzip_all(body, bytes, &small) == RC_OK) {
        buf_adds(buf, "\"gzip_base64\":\"");
        add_base64(buf, (const unsigned char *)small.data, small.bytes);
    } else {
        buf_adds(buf, "\"base64\":\"");
        add_base64(buf, (const unsigned char *)body, bytes);
    }
    buf_done(&small);
}

static void
add_illegible(struct events *events, const char *body, size_t bytes, const char *code)
{
    struct event *event = event_add(events, EVENT_ILEGIVEL, "ilegivel");
    size_t place = events->text.bytes;

    if (!event)
        return;
    buf_addf(&events->text, "{\"erro\":\"%s\",\"bytes\":%zu,", code, bytes);
    add_bytes(&events->text, body, bytes);
    buf_adds(&events->text, "\"}");
    buf_addc(&events->text, '\0');
    event->corpo = place;
}

static bool
is_whole(const struct events *events)
{
    return !events->is_bad && !events->text.is_bad;
}

static void
events_clear(struct events *events)
{
    events->n = 0;
    events->is_bad = false;
    buf_clear(&events->text);
    buf_addc(&events->text, '\0'); /* place 0 is nobody's */
}

enum rc
events_read(struct events *ret_events, const char *body, size_t bytes)
{
    static const struct json_limits limits = {.tokens_max = TOKENS_MAX};
    struct fault fault = {0};
    struct json *root;

    *ret_events = (struct events){0};
    buf_init(&ret_events->text, TEXT_BYTES_MAX(bytes));
    events_clear(ret_events);
    root = json_parse(body, bytes, &limits, &fault);
    if (!root && strcmp(fault.code, "memory") == 0)
        return RC_OOM;
    if (root)
        events_flatten(ret_events, root);
    json_free(root);
    if (root && is_whole(ret_events))
        return RC_OK;
    /* not JSON, or so large when flattened that it is kept as it came */
    events_clear(ret_events);
    add_illegible(ret_events, body, bytes, root ? "size" : fault.code);
    return is_whole(ret_events) ? RC_OK : RC_OOM;
}

void
events_done(struct events *events)
{
    mem_free(events->list);
    buf_done(&events->text);
    *events = (struct events){0};
}
