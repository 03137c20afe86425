/*
 * rc.h - what a call's caller may do next.
 *
 * The one result type of this code. It is named for the next step and not for what
 * broke; what broke is text in a struct fault.
 */
#ifndef RC_H
#define RC_H

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

enum rc {
    RC_OK,
    RC_AGAIN,    /* not now: nothing was done, ask later */
    RC_RETRY,    /* failed, certainly without effect */
    RC_UNKNOWN,  /* may have had its effect: never repeat blindly */
    RC_REJECTED, /* will always fail */
    RC_OOM,
};

/* For a result that says nothing the caller could act on; with the reason beside it. (gcc
 * does not take a cast to void for an answer.) */
static inline void
rc_ignored(enum rc rc)
{
    (void)rc;
}

/* "ok", "again", ...; static text. */
const char *rc_name(enum rc rc);

#endif
