/*
 * What may be asked of a number and of an account: their fields, their health, and the
 * subscription of the app.
 */
#include <string.h>

#include "buf.h"
#include "graph.h"
#include "httpd.h"
#include "simulator.h"

#define ANSWER_BYTES_MAX ((size_t)1024 * 1024)
#define FIELD_BYTES 64
#define UPGRADED_PER_S 1000

static const char number_fields[] =
    "verified_name,code_verification_status,display_phone_number,quality_rating,"
    "platform_type,throughput,id";
static const char waba_fields[] =
    "id,name,currency,timezone_id,message_template_namespace";

static void
add_text(struct buf *out, const char *key, const char *text)
{
    buf_addf(out, "\"%s\":", key);
    buf_add_json(out, text);
}

static void
add_health(struct buf *out, const struct number *number, bool is_waba)
{
    buf_adds(out, "\"health_status\":{\"can_send_message\":\"AVAILABLE\",\"entities\":[");
    if (!is_waba)
        buf_addf(out,
            "{\"entity_type\":\"PHONE_NUMBER\",\"id\":\"%s\",\"can_send_message\":"
            "\"AVAILABLE\"},",
            number->id);
    buf_addf(out,
        "{\"entity_type\":\"WABA\",\"id\":\"%s\",\"can_send_message\":\"AVAILABLE\"}]}",
        number->waba_id);
}

struct fixed_field {
    const char *name;
    const char *text;
};

static const struct fixed_field number_fixed[] = {
    {"verified_name",                             "Carteiro Simulado"},
    {"code_verification_status",                  "VERIFIED"         },
    {"quality_rating",                            "GREEN"            },
    {"platform_type",                             "CLOUD_API"        },
    {"name_status",                               "APPROVED"         },
    {"status",                                    "CONNECTED"        },
    {"whatsapp_business_manager_messaging_limit", "TIER_UNLIMITED"   },
    {NULL,                                        NULL               },
};

static const struct fixed_field waba_fixed[] = {
    {"name",                       "Carteiro Simulado"},
    {"currency",                   "BRL"              },
    {"timezone_id",                "25"               },
    {"message_template_namespace", "carteiro_simulado"},
    {NULL,                         NULL               },
};

static bool
add_fixed(struct buf *out, const struct fixed_field *fixed, const char *field)
{
    for (; fixed->name; fixed++) {
        if (!strcmp(field, fixed->name)) {
            add_text(out, field, fixed->text);
            return true;
        }
    }
    return false;
}

static bool
add_number_field(struct buf *out, const struct number *number, const char *field)
{
    bool is_id = !strcmp(field, "id");

    if (is_id || !strcmp(field, "display_phone_number")) {
        add_text(out, field, is_id ? number->id : number->display);
        return true;
    }
    if (!strcmp(field, "throughput")) {
        buf_addf(out, "\"throughput\":{\"level\":\"%s\"}",
            number->per_s >= UPGRADED_PER_S ? "HIGH" : "STANDARD");
        return true;
    }
    if (!strcmp(field, "health_status")) {
        add_health(out, number, false);
        return true;
    }
    return add_fixed(out, number_fixed, field);
}

static bool
add_waba_field(struct buf *out, const struct number *number, const char *field)
{
    if (!strcmp(field, "id")) {
        add_text(out, field, number->waba_id);
        return true;
    }
    if (!strcmp(field, "health_status")) {
        add_health(out, number, true);
        return true;
    }
    return add_fixed(out, waba_fixed, field);
}

typedef bool add_field_fn(
    struct buf *out, const struct number *number, const char *field);

/* {"field":…} for each of the comma-separated `fields`. */
static bool
add_object(struct buf *out, const struct number *number, const char *fields,
    add_field_fn *add_field, struct graph_error *error)
{
    char field[FIELD_BYTES];
    bool is_first = true;

    buf_addc(out, '{');
    while (*fields) {
        size_t bytes = strcspn(fields, ",");

        (void)snprintf(
            field, sizeof(field), "%.*s", (int)(bytes < 60 ? bytes : 60), fields);
        fields += bytes + (fields[bytes] == ',');
        if (!is_first)
            buf_addc(out, ',');
        is_first = false;
        if (!add_field(out, number, field))
            return graph_error_say(
                error, 100, "(#100) Tried accessing nonexisting field (%s)", field);
    }
    buf_addc(out, '}');
    return true;
}

void
account_api_object(const struct graph_call *call)
{
    const char *fields = httpd_query(call->request, "fields");
    const struct number *waba = NULL;
    struct number *number = NULL;
    struct graph_error error;
    struct buf body;
    bool is_good;

    buf_init(&body, ANSWER_BYTES_MAX);
    if (numbers_find(call->sim->numbers, call->id))
        is_good = graph_authorize_number(call, &number, &error) &&
                  add_object(&body, number, fields ? fields : number_fields,
                      add_number_field, &error);
    else
        is_good = graph_authorize_waba(call, &waba, &error) &&
                  add_object(
                      &body, waba, fields ? fields : waba_fields, add_waba_field, &error);
    if (is_good)
        graph_reply(call->request, 200, &body);
    else
        graph_reply_error(call->request, &error);
    buf_done(&body);
}

void
account_api_phone_numbers(const struct graph_call *call)
{
    const char *fields = httpd_query(call->request, "fields");
    const struct number *number = NULL;
    struct graph_error error;
    struct buf body;
    bool is_good;

    buf_init(&body, ANSWER_BYTES_MAX);
    is_good = graph_authorize_waba(call, &number, &error);
    number = NULL;
    buf_adds(&body, "{\"data\":[");
    for (int n = 0;
         is_good && (number = numbers_of_waba(call->sim->numbers, call->id, number));
         n++) {
        if (n)
            buf_addc(&body, ',');
        is_good = add_object(
            &body, number, fields ? fields : number_fields, add_number_field, &error);
    }
    buf_adds(&body, "]}");
    if (is_good)
        graph_reply(call->request, 200, &body);
    else
        graph_reply_error(call->request, &error);
    buf_done(&body);
}

void
account_api_subscribe(const struct graph_call *call)
{
    const struct number *number;
    struct graph_error error;

    if (graph_authorize_waba(call, &number, &error))
        graph_reply_success(call->request);
    else
        graph_reply_error(call->request, &error);
}

void
account_api_subscribed(const struct graph_call *call)
{
    const struct number *number;
    struct graph_error error;

    if (graph_authorize_waba(call, &number, &error))
        httpd_reply_text(call->request, 200, "application/json; charset=UTF-8",
            "{\"data\":[{\"whatsapp_business_api_data\":{\"name\":\"Carteiro\",\"id\":"
            "\"1\"}}]}");
    else
        graph_reply_error(call->request, &error);
}
