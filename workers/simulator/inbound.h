/*
 * inbound.h - a person writes to a number.
 *
 * Opens the 24 h window, counts against the number's throughput and posts the webhook.
 */
#ifndef INBOUND_H
#define INBOUND_H

#include "rc.h"
#include "wamid.h"

struct json;
struct sim;

struct inbound_fault {
    const char *field;   /* static text */
    const char *message; /* static text */
};

/*
 * `json`: phone_number_id, from, type ("text" when left out) and the member of that name
 * as the service sends it ("text" may also be just the words), context, name (the
 * profile's). RC_REJECTED with `fault`; RC_AGAIN, RC_OOM: no place or memory left.
 */
enum rc inbound_post(struct sim *sim, const struct json *json,
    char ret_wamid[WAMID_BYTES], struct inbound_fault *fault) MUST_USE;

#endif
