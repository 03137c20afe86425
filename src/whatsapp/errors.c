/*
 * Meta's codes, as its table of December 2025 has them, with the later ones that client
 * libraries have met since. The class is our judgement: who must wait or stop. The
 * verdict is about a synchronous answer only: RETRY where the code says that the message
 * was refused before it was processed, or that something other than the message is at
 * fault; UNKNOWN where it does not say.
 */
#include "whatsapp.h"

#include <assert.h>
#include <stdlib.h>

#define RETRY WHATSAPP_RETRY
#define UNKNOWN WHATSAPP_UNKNOWN
#define REJECTED WHATSAPP_REJECTED

/* In ascending order of code. */
static const struct whatsapp_error errors[] = {
    {0,       RETRY,    WHATSAPP_PAUSE_ACCOUNT,  "the token cannot be verified"             },
    {1,       UNKNOWN,  WHATSAPP_MAYBE,          "bad request or server error"              },
    {2,       UNKNOWN,  WHATSAPP_MAYBE,          "service down or overloaded"               },
    {3,       RETRY,    WHATSAPP_PAUSE_ACCOUNT,  "capability or permission missing"         },
    {4,       RETRY,    WHATSAPP_SLOW_APP,       "call limit of the app"                    },
    {10,      RETRY,    WHATSAPP_PAUSE_ACCOUNT,  "permission missing or removed"            },
    {33,      RETRY,    WHATSAPP_PAUSE_SENDER,   "no such number, or no access to it"       },
    {100,     REJECTED, WHATSAPP_BUG,            "unknown or misspelt parameter"            },
    {190,     RETRY,    WHATSAPP_PAUSE_ACCOUNT,  "token expired or invalid"                 },
    {200,     RETRY,    WHATSAPP_PAUSE_ACCOUNT,  "permission missing"                       }, /* to 299 */
    {368,     RETRY,    WHATSAPP_PAUSE_ACCOUNT,  "account restricted for policy"            },
    {613,     RETRY,    WHATSAPP_SLOW_APP,       "rate limit of the Graph API"              },
    {80007,   RETRY,    WHATSAPP_SLOW_APP,       "call limit of the account"                },
    {80008,   RETRY,    WHATSAPP_SLOW_APP,       "limit of management calls of the account" },
    {130403,  REJECTED, WHATSAPP_BUG,            "the business has blocked this person"     },
    {130429,  RETRY,    WHATSAPP_SLOW_SENDER,    "throughput of the number reached"         },
    {130472,  REJECTED, WHATSAPP_NO_RETRY_24H,   "the person is in a marketing experiment"  },
    {130497,  REJECTED, WHATSAPP_DEAD_RECIPIENT, "not allowed to write to this country"     },
    {131000,  UNKNOWN,  WHATSAPP_MAYBE,          "something went wrong"                     },
    {131005,  RETRY,    WHATSAPP_PAUSE_ACCOUNT,  "access denied"                            },
    {131008,  REJECTED, WHATSAPP_BUG,            "required parameter missing"               },
    {131009,  REJECTED, WHATSAPP_BUG,            "parameter value invalid"                  },
    {131014,  REJECTED, WHATSAPP_BUG,            "the media link was not found"             },
    {131016,  UNKNOWN,  WHATSAPP_MAYBE,          "service unavailable"                      },
    {131021,  REJECTED, WHATSAPP_BUG,            "recipient and sender are the same"        },
    {131026,  REJECTED, WHATSAPP_DEAD_RECIPIENT, "undeliverable"                            },
    {131030,  REJECTED, WHATSAPP_BUG,            "recipient not in the test number's list"  },
    {131031,  RETRY,    WHATSAPP_PAUSE_ACCOUNT,  "account locked"                           },
    {131037,  RETRY,    WHATSAPP_PAUSE_SENDER,   "display name not approved"                },
    {131042,  RETRY,    WHATSAPP_PAUSE_ACCOUNT,  "payment problem"                          },
    {131045,  RETRY,    WHATSAPP_PAUSE_SENDER,   "registration of the number at fault"      },
    {131047,  REJECTED, WHATSAPP_NEEDS_TEMPLATE, "more than 24 h since the last message"    },
    {131048,  RETRY,    WHATSAPP_PAUSE_SENDER,   "spam limit of the number"                 },
    {131049,  REJECTED, WHATSAPP_NO_RETRY_24H,   "not delivered: cap on marketing"          },
    {131050,  REJECTED, WHATSAPP_OPT_OUT,        "the person stopped marketing messages"    },
    {131051,  REJECTED, WHATSAPP_BUG,            "message type unsupported"                 },
    {131052,  REJECTED, WHATSAPP_BUG,            "the person's media cannot be downloaded"  },
    {131053,  REJECTED, WHATSAPP_BUG,            "our media cannot be fetched"              },
    {131055,  REJECTED, WHATSAPP_BUG,            "method not allowed for this template"     },
    {131056,  RETRY,    WHATSAPP_SLOW_PAIR,      "too many messages to this person"         },
    {131057,  UNKNOWN,  WHATSAPP_MAYBE,          "the number is in maintenance"             },
    {131059,  REJECTED, WHATSAPP_BUG,            "invalid paging cursor"                    },
    {131060,  REJECTED, WHATSAPP_BUG,            "inbound from an unsupported linked device"},
    {131062,  REJECTED, WHATSAPP_BUG,            "this kind cannot go to a user id"         },
    {131063,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, "marketing is disabled on this path"       },
    {131064,  RETRY,    WHATSAPP_PAUSE_ACCOUNT,  "limit after wrong template categories"    },
    {132000,  REJECTED, WHATSAPP_BUG,            "wrong number of template parameters"      },
    {132001,  RETRY,    WHATSAPP_PAUSE_TEMPLATE, "template missing or not approved"         },
    {132005,  REJECTED, WHATSAPP_BUG,            "the filled text is too long"              },
    {132007,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, "the template violates policy"             },
    {132008,  REJECTED, WHATSAPP_BUG,            "template parameter value invalid"         },
    {132012,  REJECTED, WHATSAPP_BUG,            "template parameter of the wrong format"   },
    {132015,  RETRY,    WHATSAPP_PAUSE_TEMPLATE, "the template is paused"                   },
    {132016,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, "the template is disabled for good"        },
    {132018,  REJECTED, WHATSAPP_BUG,            "template parameter at fault"              },
    {132068,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, "the flow is blocked"                      },
    {132069,  RETRY,    WHATSAPP_LATER,          "the flow is throttled"                    },
    {133000,  RETRY,    WHATSAPP_PAUSE_SENDER,   "incomplete deregistration"                },
    {133004,  UNKNOWN,  WHATSAPP_MAYBE,          "server temporarily unavailable"           },
    {133005,  RETRY,    WHATSAPP_PAUSE_SENDER,   "two-step PIN wrong"                       },
    {133006,  RETRY,    WHATSAPP_PAUSE_SENDER,   "the number must be verified again"        },
    {133008,  RETRY,    WHATSAPP_PAUSE_SENDER,   "too many guesses of the PIN"              },
    {133009,  RETRY,    WHATSAPP_PAUSE_SENDER,   "the PIN was guessed too fast"             },
    {133010,  RETRY,    WHATSAPP_PAUSE_SENDER,   "the number is not registered"             },
    {133015,  RETRY,    WHATSAPP_PAUSE_SENDER,   "the number was deleted just now"          },
    {133016,  RETRY,    WHATSAPP_PAUSE_SENDER,   "too many registrations"                   },
    {134011,  REJECTED, WHATSAPP_BUG,            "terms of payments not accepted"           },
    {134100,  REJECTED, WHATSAPP_BUG,            "not a marketing template"                 },
    {134101,  RETRY,    WHATSAPP_LATER,          "the template is still being prepared"     },
    {134102,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, "the template cannot be used here"         },
    {135000,  REJECTED, WHATSAPP_BUG,            "fault in the parameters"                  },
    {136024,  REJECTED, WHATSAPP_BUG,            "code request at fault"                    },
    {136025,  REJECTED, WHATSAPP_BUG,            "code verification at fault"               },
    {137000,  REJECTED, WHATSAPP_BUG,            "the person's identity key has changed"    },
    {139200,  REJECTED, WHATSAPP_PAUSE_TEMPLATE, "direct sending is blocked"                },
    {2494100, UNKNOWN,  WHATSAPP_MAYBE,          "the number is in maintenance"             },
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
