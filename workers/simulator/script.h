/*
 * script.h - faults that tests ask for, by recipient or by share of the requests.
 *
 * A request has two faults at most: the first script that matches of those about the
 * request, and the first of those about its webhooks. One with `times` is spent when it
 * was applied so often.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdbool.h>

#include "rc.h"

struct scripts;

enum fault_kind {
    FAULT_NONE,
    FAULT_RESET_BEFORE_READ,  /* not accepted; the connection is reset */
    FAULT_RESET_AFTER_ACCEPT, /* accepted, then reset without an answer */
    FAULT_NO_ANSWER,          /* accepted, never answered */
    FAULT_SLOW,               /* accepted, answered slow_ms later */
    FAULT_HTTP_500,           /* not accepted; an answer without a Graph error */
    FAULT_CODE,               /* not accepted; code_<n> */
    FAULT_WEBHOOK_LATE,
    FAULT_WEBHOOK_TWICE,
    FAULT_WEBHOOK_NEVER,
    FAULT_WEBHOOK_CODE, /* accepted, then failed by webhook: webhook_code_<n> */
};

enum { SCRIPT_NAME_BYTES = 32, SCRIPT_TO_BYTES = 140 };

struct script {
    enum fault_kind kind;
    int code;
    char name[SCRIPT_NAME_BYTES];
    char to[SCRIPT_TO_BYTES]; /* wa_id; "": by share */
    double share;
    long times; /* still to come; -1: without end */
    struct script *next;
};

struct scripts *scripts_new(void) MUST_USE;
void scripts_free(struct scripts *scripts); /* accepts NULL */
void scripts_clear(struct scripts *scripts);

/* Fills kind, code and name from "code_131056" and the like; false: no such fault. */
bool script_parse(const char *name, struct script *ret_script);

/* Copies `script` to the end of the list. */
enum rc scripts_add(struct scripts *scripts, const struct script *script) MUST_USE;

/* Of a request whose headers only are known: true when it is to be reset now (spent). */
bool scripts_reset_at_headers(struct scripts *scripts);

/* webhook_...: about what is told of an accepted message, not about its request. */
bool script_is_webhook(const struct script *script);

/* The fault of a request to `wa_id`, or of its webhooks; NULL: none. Borrowed until
 * scripts_spend. */
struct script *scripts_match(struct scripts *scripts, const char *wa_id, bool is_webhook);

/* It was applied: one time less. Frees it with the last. */
void scripts_spend(struct scripts *scripts, struct script *script);

#endif
