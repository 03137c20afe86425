/*
 * event.h - the body of a webhook, flattened: one event for each status, message and
 * error, and one for each change that is none of these.
 *
 * Nothing that was signed is lost: what cannot be read as a webhook is one event of kind
 * EVENT_ILEGIVEL with the bytes in base64 (a large one's through gzip), what nobody knows
 * one of kind EVENT_OUTRO. Pure: no clock, no connection.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "rc.h"

enum event_kind {
    EVENT_STATUS,   /* what became of a message of ours */
    EVENT_MENSAGEM, /* a person wrote */
    EVENT_ERRO,     /* Meta reports an error of a number */
    EVENT_OUTRO,    /* any other field; its tipo is the field's name */
    EVENT_ILEGIVEL, /* not JSON, or past a limit */
    EVENT_KINDS,
};

/* What of an event nobody knows; it is kept, and applied as far as it is understood. */
enum event_unknown {
    UNKNOWN_NOTHING,
    UNKNOWN_CAMPO,  /* the field of a change */
    UNKNOWN_TIPO,   /* the type of a message */
    UNKNOWN_STATUS, /* the word of a status */
    EVENT_UNKNOWNS,
};

/* Texts are places in the events' own buffer: event_text. 0: absent. */
struct event {
    enum event_kind kind;
    enum event_unknown unknown;
    size_t
        tipo; /* never absent; of EVENT_OUTRO [a-z_]{1,60} and none of the other tipos */
    size_t waba;
    size_t numero; /* phone_number_id */
    size_t wamid;
    size_t situacao;  /* a status' own word: sent, delivered, ... */
    size_t chave;     /* biz_opaque_callback_data */
    size_t corpo;     /* never absent */
    int64_t ocorrido; /* Unix seconds as Meta wrote them; 0: unknown */
    int64_t codigo;   /* of the (first) error, fits an int32_t; 0: none */
};

struct events {
    struct event *list;
    int n;
    int room;
    struct buf text;
    bool is_bad; /* no memory for an event */
};

/* The events of `body` into `ret_events`, which the caller frees with events_done also
 * when this fails. RC_OOM is the only failure. */
enum rc events_read(struct events *ret_events, const char *body, size_t bytes) MUST_USE;
void events_done(struct events *events); /* accepts a zeroed one */

/* NULL for 0. Borrowed from `events`. */
const char *event_text(const struct events *events, size_t place);

/* "status", "mensagem", "erro", "outro", "ilegivel": the label of metrics. */
const char *event_kind_name(enum event_kind kind);

/* "campo", "tipo", "status"; NULL for UNKNOWN_NOTHING. */
const char *event_unknown_name(enum event_unknown unknown);

#endif
