/*
 * start.h - what service_main calls of the sender.
 */
#ifndef START_H
#define START_H

struct service;

enum { START_FAILED = 75 }; /* out of memory: try again */

int sender_start(struct service *service);
void sender_drain(void *self);
void sender_done(void *self);

#endif
