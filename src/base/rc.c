/*
 * The names of enum rc, as logs and tests print them.
 */
#include "rc.h"

const char *
rc_name(enum rc rc)
{
    switch (rc) {
    case RC_OK:
        return "ok";
    case RC_AGAIN:
        return "again";
    case RC_RETRY:
        return "retry";
    case RC_UNKNOWN:
        return "unknown";
    case RC_REJECTED:
        return "rejected";
    case RC_OOM:
        return "oom";
    }
    return "?";
}
