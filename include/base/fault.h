/*
 * fault.h - what broke, as text, filled by whoever saw it and logged once at the top.
 *
 * Never holds a token, a phone number or the text of a message: foreign error messages
 * that may quote data (PostgreSQL's DETAIL, response bodies) are not copied into it.
 */
#ifndef FAULT_H
#define FAULT_H

#include "rc.h"

struct fault {
    const char *source; /* "pg", "http", "redis", ...: static text */
    char code[24];      /* the source's own code: SQLSTATE, CURLcode, errno name */
    char text[160];     /* one line for an engineer, without a final full stop */
};

/* Overwrites `fault`; accepts NULL. Text that does not fit is cut. */
void fault_set(struct fault *fault, const char *source, const char *code,
    const char *format, ...) PRINTF_LIKE(4, 5);

/* Puts "context: " before the text. Accepts NULL. */
void fault_wrap(struct fault *fault, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
