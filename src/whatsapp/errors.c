/*
 * Meta's codes, as its table of December 2025 has them, with the later ones that client
 * libraries have met since. The class is our judgement: who must wait or stop. The
 * verdict is about a synchronous answer only: RETRY where the code says that the message
 * was refused before it was processed, or that something other than the message is at
 * fault; UNKNOWN where it does not say. The third column is how long whoever it is about
 * waits: the message (LATER, SLOW_PAIR), its number (SLOW_SENDER, MAYBE: an outage must
 * not turn the whole queue into messages of unknown outcome), its account (SLOW_APP).
 *
 * 132000 and 132012 are a template that is not the one we know: what it is sent to would
 * all fail, so it is paused, though the message itself is over.
 */
#include "whatsapp.h"

#include <assert.h>
#include <stdlib.h>

#define RETRY WHATSAPP_RETRY
#define UNKNOWN WHATSAPP_UNKNOWN
#define REJECTED WHATSAPP_REJECTED

/* In ascending order of code. */
static const struct whatsapp_error errors[] = {
    {0,       RETRY,    WHATSAPP_PAUSE_ACCOUNT,  0,   "the token cannot be verified"             },
    {1,       UNKNOWN,  WHATSAPP_MAYBE,          0,   "bad request or server error"              },
    {2,       UNKNOWN,  WHATSAPP_MAYBE,          5,   "service down or overloaded"               },
    {3,       RETRY,    WHATSAPP_PAUSE_ACCOUNT,  0,   "capability or permission missing"         },
    {4,       RETRY,    WHATSAPP_SLOW_APP,       60,  "call limit of the app"                    },
    {10,      RETRY,    WHATSAPP_PAUSE_ACCOUNT,  0,   "permission missing or removed"            },
    {33,      RETRY,    WHATSAPP_PAUSE_SENDER,   0,   "no such number, or no access to it"       },
    {100,     REJECTED, WHATSAPP_BUG,            0,   "unknown or misspelt parameter"            },
    {190,     RETRY,    WHATSAPP_PAUSE_ACCOUNT,  0,   "token expired or invalid"                 },
    {200,     RETRY,    WHATSAPP_PAUSE_ACCOUNT,  0,   "permission missing"                       }, /* to 299 */
    {368,     RETRY,    WHATSAPP_PAUSE_ACCOUNT,  0,   "account restricted for policy"            },
    {613,     RETRY,    WHATSAPP_SLOW_APP,       60,  "rate limit of the Graph API"              },
    {80007,   RETRY,    WHATSAPP_SLOW_APP,       60,  "call limit of the account"                },
    {80008,   RETRY,    WHATSAPP_SLOW_APP,       60,  "limit of management calls of the account" },
    {130403,  REJECTED, WHATSAPP_BUG,            0,   "the business has blocked this person"     },
    {130429,  RETRY,    WHATSAPP_SLOW_SENDER,    1,   "throughput of the number reached"         },
    {130472,  REJECTED, WHATSAPP_NO_RETRY_24H,   0,
     "the person is in a marketing experiment"                                                   },
    {130497,  REJECTED, WHATSAPP_DEAD_RECIPIENT, 0,
     "not allowed to write to this country"                                                      },
    {131000,  UNKNOWN,  WHATSAPP_MAYBE,          0,   "something went wrong"                     },
    {131005,  RETRY,    WHATSAPP_PAUSE_ACCOUNT,  0,   "access denied"                            },
    {131008,  REJECTED, WHATSAPP_BUG,            0,   "required parameter missing"               },
    {131009,  REJECTED, WHATSAPP_BUG,            0,   "parameter value invalid"                  },
    {131014,  REJECTED, WHATSAPP_BUG,            0,   "the media link was not found"             },
    {131016,  UNKNOWN,  WHATSAPP_MAYBE,          5,   "service unavailable"                      },
    {131021,  REJECTED, WHATSAPP_BUG,            0,   "recipient and sender are the same"        },
    {131026,  REJECTED, WHATSAPP_DEAD_RECIPIENT, 0,   "undeliverable"                            },
    {131030,  REJECTED, WHATSAPP_BUG,            0,   "recipient not in the test number's list"  },
    {131031,  RETRY,    WHATSAPP_PAUSE_ACCOUNT,  0,   "account locked"                           },
    {131037,  RETRY,    WHATSAPP_PAUSE_SENDER,   0,   "display name not approved"                },
    {131042,  RETRY,    WHATSAPP_PAUSE_ACCOUNT,  0,   "payment problem"                          },
    {131045,  RETRY,    WHATSAPP_PAUSE_SENDER,   0,   "registration of the number at fault"      },
    {131047,  RETRY,    WHATSAPP_NEEDS_TEMPLATE, 0,   "more than 24 h since the last message"    },
    {131048,  RETRY,    WHATSAPP_PAUSE_SENDER,   0,   "spam limit of the number"                 },
    {131049,  REJECTED, WHATSAPP_NO_RETRY_24H,   0,   "not delivered: cap on marketing"          },
    {131050,  REJECTED, WHATSAPP_OPT_OUT,        0,   "the person stopped marketing messages"    },
    {131051,  REJECTED, WHATSAPP_BUG,            0,   "message type unsupported"                 },
    {131052,  REJECTED, WHATSAPP_BUG,            0,   "the person's media cannot be downloaded"  },
    {131053,  REJECTED, WHATSAPP_BUG,            0,   "our media cannot be fetched"              },
    {131055,  REJECTED, WHATSAPP_BUG,            0,   "method not allowed for this template"     },
    {131056,  RETRY,    WHATSAPP_SLOW_PAIR,      6,   "too many messages to this person"         },
    {131057,  UNKNOWN,  WHATSAPP_MAYBE,          60,  "the number is in maintenance"             },
    {131059,  REJECTED, WHATSAPP_BUG,            0,   "invalid paging cursor"                    },
    {131060,  REJECTED, WHATSAPP_BUG,            0,   "inbound from an unsupported linked device"},
    {131062,  REJECTED, WHATSAPP_BUG,            0,   "this kind cannot go to a user id"         },
    {131063,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, 0,   "marketing is disabled on this path"       },
    {131064,  RETRY,    WHATSAPP_PAUSE_ACCOUNT,  0,   "limit after wrong template categories"    },
    {132000,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, 0,   "wrong number of template parameters"      },
    {132001,  RETRY,    WHATSAPP_PAUSE_TEMPLATE, 0,   "template missing or not approved"         },
    {132005,  REJECTED, WHATSAPP_BUG,            0,   "the filled text is too long"              },
    {132007,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, 0,   "the template violates policy"             },
    {132008,  REJECTED, WHATSAPP_BUG,            0,   "template parameter value invalid"         },
    {132012,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, 0,
     "template parameter of the wrong format"                                                    },
    {132015,  RETRY,    WHATSAPP_PAUSE_TEMPLATE, 0,   "the template is paused"                   },
    {132016,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, 0,   "the template is disabled for good"        },
    {132018,  REJECTED, WHATSAPP_BUG,            0,   "template parameter at fault"              },
    {132068,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, 0,   "the flow is blocked"                      },
    {132069,  RETRY,    WHATSAPP_LATER,          360, "the flow is throttled"                    },
    {133000,  RETRY,    WHATSAPP_PAUSE_SENDER,   0,   "incomplete deregistration"                },
    {133004,  UNKNOWN,  WHATSAPP_MAYBE,          5,   "server temporarily unavailable"           },
    {133005,  RETRY,    WHATSAPP_PAUSE_SENDER,   0,   "two-step PIN wrong"                       },
    {133006,  RETRY,    WHATSAPP_PAUSE_SENDER,   0,   "the number must be verified again"        },
    {133008,  RETRY,    WHATSAPP_PAUSE_SENDER,   0,   "too many guesses of the PIN"              },
    {133009,  RETRY,    WHATSAPP_PAUSE_SENDER,   0,   "the PIN was guessed too fast"             },
    {133010,  RETRY,    WHATSAPP_PAUSE_SENDER,   0,   "the number is not registered"             },
    {133015,  RETRY,    WHATSAPP_PAUSE_SENDER,   0,   "the number was deleted just now"          },
    {133016,  RETRY,    WHATSAPP_PAUSE_SENDER,   0,   "too many registrations"                   },
    {134011,  REJECTED, WHATSAPP_BUG,            0,   "terms of payments not accepted"           },
    {134100,  REJECTED, WHATSAPP_BUG,            0,   "not a marketing template"                 },
    {134101,  RETRY,    WHATSAPP_LATER,          600, "the template is still being prepared"     },
    {134102,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, 0,   "the template cannot be used here"         },
    {135000,  REJECTED, WHATSAPP_BUG,            0,   "fault in the parameters"                  },
    {136024,  REJECTED, WHATSAPP_BUG,            0,   "code request at fault"                    },
    {136025,  REJECTED, WHATSAPP_BUG,            0,   "code verification at fault"               },
    {137000,  REJECTED, WHATSAPP_BUG,            0,   "the person's identity key has changed"    },
    {139200,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, 0,   "direct sending is blocked"                },
    {2494100, UNKNOWN,  WHATSAPP_MAYBE,          60,  "the number is in maintenance"             },
};

static int
compare(const void *key, const void *row)
{
    int code = *(const int *)key, other = ((const struct whatsapp_error *)row)->code;

    return (code > other) - (code < other);
}

const struct whatsapp_error *
whatsapp_error_find(int code)
{
    if (code > 200 && code <= 299)
        code = 200;
    return bsearch(
        &code, errors, sizeof errors / sizeof *errors, sizeof *errors, compare);
}

const char *
whatsapp_class_name(enum whatsapp_class class_)
{
    static const char *const names[WHATSAPP_CLASSES] = {
        [WHATSAPP_OK] = "ok",
        [WHATSAPP_NOT_SENT] = "not_sent",
        [WHATSAPP_CUT] = "cut",
        [WHATSAPP_SLOW_SENDER] = "slow_sender",
        [WHATSAPP_SLOW_PAIR] = "slow_pair",
        [WHATSAPP_SLOW_APP] = "slow_app",
        [WHATSAPP_MAYBE] = "maybe",
        [WHATSAPP_LATER] = "later",
        [WHATSAPP_PAUSE_SENDER] = "pause_sender",
        [WHATSAPP_PAUSE_ACCOUNT] = "pause_account",
        [WHATSAPP_PAUSE_TEMPLATE] = "pause_template",
        [WHATSAPP_DEAD_RECIPIENT] = "dead_recipient",
        [WHATSAPP_OPT_OUT] = "opt_out",
        [WHATSAPP_NO_RETRY_24H] = "no_retry_24h",
        [WHATSAPP_NEEDS_TEMPLATE] = "needs_template",
        [WHATSAPP_BUG] = "bug",
    };

    assert(class_ < WHATSAPP_CLASSES);
    return names[class_];
}
