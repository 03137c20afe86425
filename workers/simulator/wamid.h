/*
 * wamid.h - the names WhatsApp gives: message ids and the person behind a phone number.
 *
 * A wamid is "wamid." and the base64 of 1c 18 <length> <person> 15 02 00 <11 out, 12 in>
 * 18 <length> <hex id> 00; it holds the person's number and is no less personal than
 * that.
 */
#ifndef WAMID_H
#define WAMID_H

#include <stdbool.h>

enum {
    WA_ID_BYTES = 140, /* digits of a number, or a business-scoped user id */
    WAMID_BYTES = 288,
};

/* A new id, unlike any other of this machine's life; `person` is a wa_id or user id. */
void wamid_make(const char *person, bool is_inbound, char ret_wamid[WAMID_BYTES]);

/* The digits of a phone number written with + - ( ) and blanks, from 7 to 15 of them,
 * with the prefix rewritten as the service does: Brazilian mobiles lose their ninth digit
 * outside the area codes 11-19, 21, 22, 24, 27 and 28. False: not a phone number. */
bool wa_id_of(const char *phone, char ret_wa_id[WA_ID_BYTES]);

/* "CC.letters-and-digits": a business-scoped user id. */
bool is_user_id(const char *text);

#endif
