/*
 * event_internal.h - adding events, between event.c and flatten.c.
 */
#ifndef EVENT_INTERNAL_H
#define EVENT_INTERNAL_H

#include "event.h"
#include "json.h"

/* A new event with its tipo; NULL (and is_bad) when out of memory. Valid until the next.
 */
struct event *event_add(struct events *events, enum event_kind kind, const char *tipo);

/* The place of a copy of `text`; 0 for NULL. */
size_t event_put(struct events *events, const char *text);

/* The place of the value written as JSON. */
size_t event_put_json(struct events *events, const struct json *json);

/* Everything in a parsed body. */
void events_flatten(struct events *events, const struct json *root);

#endif
