/*
 * resolve.h - one host name to its addresses, without holding the loop.
 *
 * The C library asks in a thread of its own; whoever waits looks again with a timer.
 * libpq and hiredis would look the name up themselves, and a resolver that does not
 * answer would hold the loop for ten and twenty seconds (measured).
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "fault.h"
#include "rc.h"

struct addrinfo;
struct resolve;

/* Begins to ask for stream addresses of `host` (copied). NULL: out of memory. */
struct resolve *resolve_new(const char *host) MUST_USE;

/* Allowed while it is under way. Accepts NULL. */
void resolve_free(struct resolve *resolve);

/* RC_AGAIN: under way. RC_OK: `*ret_first` is a list of one address at least, borrowed
 * until resolve_free. RC_RETRY: the name has none; `fault`'s text says why. */
enum rc resolve_poll(struct resolve *resolve, const struct addrinfo **ret_first,
    struct fault *fault) MUST_USE;

#endif
