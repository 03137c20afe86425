/*
 * exit.h - the exit codes of `carteiro`, and which of them a failed call means.
 */
#ifndef EXIT_H
#define EXIT_H

#include "rc.h"

enum {
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_UNAVAILABLE = 69,
    EXIT_TRY_AGAIN = 75,
    EXIT_CONFIGURATION = 78,
};

/* RC_AGAIN and RC_UNKNOWN are a lost connection, RC_RETRY a passing refusal. */
static inline int
exit_of(enum rc rc)
{
    switch (rc) {
    case RC_OK:
        return 0;
    case RC_AGAIN:
    case RC_UNKNOWN:
        return EXIT_UNAVAILABLE;
    case RC_RETRY:
        return EXIT_TRY_AGAIN;
    case RC_REJECTED:
    case RC_OOM:
        break;
    }
    return EXIT_FAILED;
}

#endif
