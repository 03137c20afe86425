/*
 * meters.h - what the gateway counts of statuses and calls of its API.
 */
#ifndef METERS_H
#define METERS_H

struct event;
struct events;

void meters_register(void);

/* A status that arrived: its word, and whether this process has seen it before. */
void meters_status(const struct events *events, const struct event *event);

/* A call of the API was answered. */
void meters_api(int status);

#endif
