/*
 * The catalogue. Titles and details are Meta's own words where they were seen; a code
 * that is not in it is answered 400, for tests may script any number.
 */
#include "graph_error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"

#define HREF                                                                             \
    "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"
#define TRACE_BYTES 23

struct row {
    int code;
    int http;
    int subcode;
    const char *title;
    const char *details;
};

static const struct row unknown = {0, 400, 0, "Unknown error", "Unknown error."};

static const struct row rows[] = {
    {1,      400, 0,       "An unknown error occurred",                                         "Possibly invalid request or server error."},
    {2,      503, 0,       "Service temporarily unavailable",                                   "Downtime or overload."                    },
    {3,      500, 0,       "Capability or permissions issue",                                   "Application lacks the capability."        },
    {4,      400, 2446079, "Application request limit reached",                                 "Too many calls of the app."               },
    {10,     403, 0,       "Application does not have permission for this action",              NULL                                       },
    {33,     400, 0,       "Parameter value is not valid",
     "The business phone number was deleted."                                                                                              },
    {100,    400, 0,       "Invalid parameter",                                                 NULL                                       },
    {190,    401, 0,       "Invalid OAuth access token",                                        NULL                                       },
    {200,    403, 0,       "Permission denied",                                                 NULL                                       },
    {368,    403, 0,       "Temporarily blocked for policies violations",                       NULL                                       },
    {613,    400, 0,       "Calls to this api have exceeded the rate limit",                    NULL                                       },
    {80007,  400, 0,       "Rate limit issues",
     "The WhatsApp Business Account reached its limit."                                                                                    },
    {130403, 400, 0,       "User has blocked the business",                                     NULL                                       },
    {130429, 400, 2494055, "Rate limit hit",
     "Cloud API message throughput has been reached."                                                                                      },
    {130472, 400, 0,       "User's number is part of an experiment",
     "Failed to send message because this user's phone number is part of an "
        "experiment"                                                                                                                       },
    {130497, 403, 0,
     "Business account is restricted from messaging users in this country",                     NULL                                       },
    {131000, 500, 2494002, "Something went wrong",                                              "Something went wrong"                     },
    {131005, 403, 0,       "Access denied",                                                     NULL                                       },
    {131008, 400, 0,       "Required parameter is missing",                                     NULL                                       },
    {131009, 400, 0,       "Parameter value is not valid",                                      NULL                                       },
    {131016, 500, 0,       "Service unavailable",                                               "A service is temporarily unavailable."    },
    {131021, 400, 0,       "Recipient cannot be sender",                                        "Sender and recipient are the same."       },
    {131026, 400, 0,       "Receiver is incapable of receiving this message",
     "Message Undeliverable."                                                                                                              },
    {131030, 400, 2655007, "Recipient phone number not in allowed list",
     "Recipient phone number not in allowed list: Add recipient phone number to "
        "recipient list and try again."                                                                                                    },
    {131031, 403, 0,       "Business Account locked",                                           NULL                                       },
    {131037, 400, 0,       "Display name approval is required",                                 NULL                                       },
    {131042, 400, 0,       "Business eligibility payment issue",                                NULL                                       },
    {131045, 500, 0,       "Incorrect certificate",                                             NULL                                       },
    {131047, 400, 0,       "Re-engagement message",
     "Message failed to send because more than 24 hours have passed since the "
        "customer "
        "last replied to this number."                                                                                                     },
    {131048, 400, 0,       "Spam rate limit hit",
     "Message failed to send because there are restrictions on how many messages can "
        "be "
        "sent from this phone number."                                                                                                     },
    {131049, 400, 0,
     "This message was not delivered to maintain healthy ecosystem engagement.",                "In order to maintain a healthy ecosystem engagement, the message failed to be "
        "delivered."                                       },
    {131050, 400, 0,       "User has stopped marketing messages",
     "Recipient stopped marketing from this business"                                                                                      },
    {131051, 400, 0,       "Unsupported message type",                                          NULL                                       },
    {131052, 400, 0,       "Media download error",                                              NULL                                       },
    {131053, 400, 0,       "Media upload error",                                                NULL                                       },
    {131056, 400, 0,       "(Business Account, Consumer Account) pair rate limit hit",
     "Message failed to send because there were too many messages sent from this "
        "phone "
        "number to the same phone number in a short period of time."                                                                       },
    {131057, 500, 0,       "Account in maintenance mode",                                       NULL                                       },
    {131062, 400, 0,       "Message type not supported for this recipient",                     NULL                                       },
    {131063, 400, 0,       "Marketing messages are disabled on Cloud API",                      NULL                                       },
    {131064, 400, 0,       "Messaging limit reached for template classification",               NULL                                       },
    {132000, 400, 0,       "Number of parameters does not match the expected number of params",
     NULL                                                                                                                                  },
    {132001, 404, 0,       "Template name does not exist in the translation",                   NULL                                       },
    {132005, 400, 0,       "Translated text too long",                                          NULL                                       },
    {132007, 400, 0,       "Template format character policy violated",                         NULL                                       },
    {132008, 400, 0,       "Template parameter value is invalid",                               NULL                                       },
    {132012, 400, 0,       "Parameter format does not match format in the created template",
     NULL                                                                                                                                  },
    {132015, 400, 0,       "Template is paused",                                                "Template is paused due to low quality."   },
    {132016, 400, 0,       "Template is disabled",                                              "Template is permanently disabled."        },
    {132018, 400, 0,       "There was an issue with the parameters in your template",           NULL                                       },
    {132068, 400, 0,       "Flow is blocked",                                                   NULL                                       },
    {132069, 400, 0,       "Flow is throttled",                                                 NULL                                       },
    {133000, 500, 0,       "Incomplete deregistration",                                         NULL                                       },
    {133004, 503, 0,       "Server temporarily unavailable",                                    NULL                                       },
    {133010, 400, 0,       "Phone number not registered",                                       NULL                                       },
    {134011, 400, 0,       "Payments terms not accepted",                                       NULL                                       },
    {134100, 400, 0,       "Only marketing messages are supported",                             NULL                                       },
    {134101, 400, 0,       "Template is syncing",                                               NULL                                       },
    {134102, 500, 0,       "Template is unavailable",                                           NULL                                       },
    {135000, 400, 0,       "Generic user error",                                                NULL                                       },
    {137000, 400, 0,       "Recipient identity key hash mismatch",                              NULL                                       },
    {139200, 400, 0,       "Direct send is blocked",                                            NULL                                       },
};

static const struct row *
find(int code)
{
    if (code > 200 && code < 300) /* all of them: permission missing */
        code = 200;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].code == code)
            return &rows[i];
    return &unknown;
}

bool
graph_error_set(struct graph_error *error, int code, const char *details, ...)
{
    va_list args;

    memset(error, 0, sizeof(*error));
    error->code = code;
    if (details) {
        va_start(args, details);
        (void)vsnprintf(error->details, sizeof(error->details), details, args);
        va_end(args);
    }
    return false;
}

bool
graph_error_say(struct graph_error *error, int code, const char *message, ...)
{
    va_list args;

    memset(error, 0, sizeof(*error));
    error->code = code;
    va_start(args, message);
    (void)vsnprintf(error->message, sizeof(error->message), message, args);
    va_end(args);
    return false;
}

int
graph_error_http(int code)
{
    return code == 0 ? 401 : find(code)->http;
}

static void
add_trace(struct buf *out)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    char trace[TRACE_BYTES + 1] = "A";

    for (int i = 1; i < TRACE_BYTES; i++)
        trace[i] = letters[clock_random(sizeof(letters) - 1)];
    buf_addf(out, ",\"fbtrace_id\":\"%s\"}}", trace);
}

/* 190 has no "(#190)" in its message, and an object that is not there is another type. */
static void
add_message(const struct graph_error *error, const struct row *row, struct buf *out)
{
    char text[256];

    if (error->message[0])
        buf_add_json(out, error->message);
    else if (error->code == 190)
        buf_add_json(out, "Invalid OAuth access token - Cannot parse access token");
    else {
        (void)snprintf(text, sizeof(text), "(#%d) %s", error->code, row->title);
        buf_add_json(out, text);
    }
}

void
graph_error_write(const struct graph_error *error, struct buf *out)
{
    const struct row *row = find(error->code);
    int subcode = error->subcode ? error->subcode : row->subcode;
    const char *details = error->details[0] ? error->details : row->details;
    bool is_object_error = error->code == 100 && subcode == 33;

    buf_adds(out, "{\"error\":{\"message\":");
    add_message(error, row, out);
    buf_addf(out, ",\"type\":\"%s\",\"code\":%d",
        is_object_error ? "GraphMethodException" : "OAuthException", error->code);
    if (details && !error->message[0]) {
        buf_adds(out, ",\"error_data\":{\"messaging_product\":\"whatsapp\",\"details\":");
        buf_add_json(out, details);
        buf_addc(out, '}');
    }
    if (subcode)
        buf_addf(out, ",\"error_subcode\":%d", subcode);
    add_trace(out);
}

void
graph_error_write_status(int code, struct buf *out)
{
    const struct row *row = find(code);

    buf_addf(out, "{\"code\":%d,\"title\":", code);
    buf_add_json(out, row->title);
    buf_adds(out, ",\"message\":");
    buf_add_json(out, row->title);
    buf_adds(out, ",\"error_data\":{\"details\":");
    buf_add_json(out, row->details ? row->details : row->title);
    buf_adds(out, "},\"href\":\"" HREF "\"}");
}
