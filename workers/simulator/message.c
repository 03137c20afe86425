/*
 * POST /<number>/messages. The request is read first as far as it can be, for the ledger
 * tells of refused ones too; then a scripted fault, access, content and limits decide, in
 * this order; what is accepted gets its wamid and its webhooks.
 *
 * Happy path: read, fill the template, authorize, check, take the number's and the pair's
 * share, accept, answer. Failure modes: each step may refuse with a Graph error; a fault
 * of the script may refuse, cut, hold or delay instead.
 */
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "check.h"
#include "clock.h"
#include "graph.h"
#include "httpd.h"
#include "json.h"
#include "ledger.h"
#include "metrics.h"
#include "number.h"
#include "person.h"
#include "script.h"
#include "simulator.h"
#include "template.h"
#include "webhook.h"

#define TEXT_BYTES_MAX ((size_t)256 * 1024)
#define KEY_MAX 512
#define REENGAGEMENT 131047
#define ANSWER_500 "<html><body><h1>500 Internal Server Error</h1></body></html>"

/* What a request says, and what was found out about it. */
struct asked {
    const struct graph_call *call;
    const struct json *json;
    const char *to;     /* as given; NULL: not given */
    const char *type;   /* NULL: not given, or mark-as-read */
    const char *status; /* "read": a mark, no message */
    const char *key;
    const char *template_name;
    char person[WA_ID_BYTES]; /* wa_id or user id; "": not a person */
    struct number *number;    /* NULL until authorized */
    const struct template *template;
    bool is_filled;
    struct graph_error fill_error; /* why the template could not be filled */
    struct buf text;               /* for the ledger */
};

static struct metric messages_total = {.kind = METRIC_COUNTER,
    .name = "carteiro_simulator_messages_total",
    .help = "POSTs of messages by outcome.",
    .label = "outcome"};

static const struct json *
content_of(const struct asked *asked)
{
    return asked->type ? json_get(asked->json, asked->type) : NULL;
}

/* The text a person would see first, whatever the kind of message. */
static void
read_text(struct asked *asked)
{
    const struct json *content = content_of(asked);
    const char *text = json_string_of(content, "body");

    if (!text)
        text = json_string_of(json_get(content, "body"), "text");
    if (!text)
        text = json_string_of(content, "caption");
    if (text)
        buf_adds(&asked->text, text);
}

static void
read_template(struct asked *asked)
{
    const struct json *object = content_of(asked);
    const struct number *number =
        numbers_find(asked->call->sim->numbers, asked->call->id);
    const char *language = json_string_of(json_get(object, "language"), "code");

    asked->template_name = json_string_of(object, "name");
    if (!number || !asked->template_name || !language)
        return;
    asked->template = templates_find(
        asked->call->sim->templates, number->waba_id, asked->template_name, language);
    if (!asked->template)
        return;
    asked->is_filled =
        template_fill(asked->template, object, &asked->text, &asked->fill_error);
    if (!asked->is_filled)
        buf_clear(&asked->text);
}

static void
read_asked(struct asked *asked)
{
    const char *type = json_string_of(asked->json, "type");

    asked->status = json_string_of(asked->json, "status");
    asked->to = json_string_of(asked->json, "to");
    if (!asked->to)
        asked->to = json_string_of(asked->json, "recipient");
    asked->key = json_string_of(asked->json, "biz_opaque_callback_data");
    if (asked->to && !wa_id_of(asked->to, asked->person) && is_user_id(asked->to))
        (void)snprintf(asked->person, sizeof(asked->person), "%s", asked->to);
    if (!asked->status && json_is_object(asked->json))
        asked->type = type ? type : "text"; /* the service's default */
    if (asked->type && !strcmp(asked->type, "template"))
        read_template(asked);
    else
        read_text(asked);
}

static void
write_line(const struct asked *asked, struct buf *line)
{
    char at[LEDGER_AT_BYTES];

    ledger_now(at);
    buf_addf(line, "{\"at\":\"%s\"", at);
    ledger_add_text(line, "phone_number_id", asked->call->id);
    ledger_add_text(line, "to", asked->to);
    ledger_add_text(line, "type", asked->type ? asked->type : asked->status);
    ledger_add_text(line, "text", asked->text.bytes ? buf_text(&asked->text) : NULL);
    ledger_add_text(line, "template", asked->template_name);
    ledger_add_text(line, "key", asked->key);
}

static bool
check_common(const struct asked *asked, struct graph_error *error)
{
    const char *product = json_string_of(asked->json, "messaging_product");
    const struct json *key = json_get(asked->json, "biz_opaque_callback_data");

    if (!json_is_object(asked->json))
        return graph_error_set(error, 100, "The body is not a JSON object.");
    if (!product || strcmp(product, "whatsapp") != 0)
        return graph_error_say(
            error, 100, "(#100) The parameter messaging_product is required.");
    if (key && (!asked->key || check_characters(asked->key) > KEY_MAX))
        return graph_error_say(error, 100,
            "(#100) Param biz_opaque_callback_data must be at most %d characters long.",
            KEY_MAX);
    return true;
}

/* The reply context: any message but a reaction may quote one. */
static bool
check_context(const struct asked *asked, struct graph_error *error)
{
    static const char *const keys[] = {"message_id", NULL};
    const struct json *context = json_get(asked->json, "context");
    const char *id = json_string_of(context, "message_id");

    if (!context)
        return true;
    if (!id)
        return graph_error_say(
            error, 100, "(#100) The parameter context['message_id'] is required.");
    if (!check_keys(context, keys, "context", error))
        return false;
    if (!check_message_id(id))
        return graph_error_set(error, 131009, "context message_id is not a message id");
    if (!strcmp(asked->type, "reaction"))
        return graph_error_set(error, 131009, "A reaction takes no context");
    return true;
}

/* What may stand in a message: the envelope and the member that its type names. */
static bool
check_envelope(const struct asked *asked, struct graph_error *error)
{
    const char *keys[] = {"messaging_product", "recipient_type", "to", "recipient",
        "type", "context", "biz_opaque_callback_data", asked->type, NULL};

    return check_keys(asked->json, keys, "messages", error);
}

static bool
check_recipient(const struct asked *asked, struct graph_error *error)
{
    const char *kind = json_string_of(asked->json, "recipient_type");

    if (!asked->to || !*asked->to)
        return graph_error_say(error, 100, "(#100) The parameter to is required.");
    if (kind && strcmp(kind, "individual") != 0)
        return graph_error_set(error, 131009, "recipient_type must be individual");
    if (!asked->person[0])
        return graph_error_set(error, 131009, "to is not a phone number");
    if (!strcmp(asked->person, asked->number->display))
        return graph_error_set(error, 131021, NULL);
    return true;
}

static bool
check_template_status(const struct template *template, struct graph_error *error)
{
    switch (template->status) {
    case TEMPLATE_APPROVED:
        return true;
    case TEMPLATE_PAUSED:
        return graph_error_set(error, 132015, NULL);
    case TEMPLATE_DISABLED:
        return graph_error_set(error, 132016, NULL);
    case TEMPLATE_PENDING:
    case TEMPLATE_REJECTED:
        break;
    }
    return graph_error_set(error, 132001, "template name (%.100s) is not approved in %s",
        template->name, template->language);
}

static bool
check_template(const struct asked *asked, struct graph_error *error)
{
    const struct json *object = content_of(asked);
    const char *language = json_string_of(json_get(object, "language"), "code");

    if (!asked->template_name)
        return graph_error_say(
            error, 100, "(#100) The parameter template['name'] is required.");
    if (!language)
        return graph_error_say(
            error, 100, "(#100) The parameter template['language']['code'] is required.");
    if (!asked->template)
        return graph_error_set(error, 132001,
            "template name (%.100s) does not exist in %.20s", asked->template_name,
            language);
    if (!check_template_status(asked->template, error))
        return false;
    if (asked->is_filled)
        return true;
    *error = asked->fill_error;
    return false;
}

static bool
check_limits(const struct asked *asked, struct graph_error *error)
{
    struct sim *sim = asked->call->sim;
    enum rc rc;

    if (!number_take(asked->number, clock_now_us()))
        return graph_error_set(error, 130429, NULL);
    rc = people_take_pair(
        sim->people, asked->number->index, asked->person, loop_now_ms(sim->loop));
    if (rc == RC_REJECTED)
        return graph_error_set(error, 131056, NULL);
    return rc == RC_OK || graph_error_set(error, 131016, NULL);
}

static const char *
category_of(const struct template *template)
{
    if (!template)
        return "service";
    if (!strcmp(template->category, "MARKETING"))
        return "marketing";
    return strcmp(template->category, "UTILITY") == 0 ? "utility" : "authentication";
}

/* Free text outside a window is taken and fails by webhook, as the service does it. */
static int
fail_code_of(const struct asked *asked, const struct script *script)
{
    struct sim *sim = asked->call->sim;

    if (script && script->kind == FAULT_WEBHOOK_CODE)
        return script->code;
    if (asked->template || people_window_is_open(sim->people, asked->number->index,
                               asked->person, loop_now_ms(sim->loop)))
        return 0;
    return REENGAGEMENT;
}

static bool
track(const struct asked *asked, const struct script *script, const char *wamid,
    struct graph_error *error)
{
    struct webhook_message message = {.number = asked->number,
        .wamid = wamid,
        .recipient = asked->person,
        .key = asked->key,
        .category = category_of(asked->template),
        .fail_code = fail_code_of(asked, script),
        .is_sent_only = !strcmp(asked->type, "reaction"),
        .fault = script ? script->kind : FAULT_NONE};

    return webhooks_track(asked->call->sim->webhooks, &message) == RC_OK ||
           graph_error_set(error, 131016, NULL);
}

static void
write_accepted(const struct asked *asked, const char *wamid, struct buf *body)
{
    buf_adds(body, "{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"input\":");
    buf_add_json(body, asked->to);
    buf_adds(body, is_user_id(asked->person) ? ",\"user_id\":" : ",\"wa_id\":");
    buf_add_json(body, asked->person);
    buf_adds(body, "}],\"messages\":[{\"id\":");
    buf_add_json(body, wamid);
    if (asked->template)
        buf_adds(body, ",\"message_status\":\"accepted\"");
    buf_adds(body, "}]}");
}

/* {"status":"read","message_id":...[,"typing_indicator":{"type":"text"}]}: an API call,
 * not a message. */
static bool
mark_read(const struct asked *asked, struct exchange *exchange, struct graph_error *error)
{
    static const char *const keys[] = {
        "messaging_product", "status", "message_id", "typing_indicator", "to", NULL};
    const char *id = json_string_of(asked->json, "message_id");
    const struct json *typing = json_get(asked->json, "typing_indicator");
    const char *kind = json_string_of(typing, "type");

    if (strcmp(asked->status, "read") != 0)
        return graph_error_say(error, 100, "(#100) Param status must be one of {READ}.");
    if (!check_keys(asked->json, keys, "messages", error))
        return false;
    if (!check_message_id(id))
        return graph_error_set(error, 131009, "message_id is not a message id");
    if (typing && (!kind || strcmp(kind, "text") != 0))
        return graph_error_say(
            error, 100, "(#100) Param typing_indicator['type'] must be one of {TEXT}.");
    buf_adds(&exchange->body, "{\"success\":true}");
    return true;
}

static bool
accept(struct asked *asked, const struct script *script, struct exchange *exchange,
    struct graph_error *error)
{
    bool is_template = asked->type && !strcmp(asked->type, "template");

    if (!graph_authorize_number(asked->call, &asked->number, error) ||
        !check_common(asked, error))
        return false;
    if (!asked->type)
        return mark_read(asked, exchange, error);
    if (!check_recipient(asked, error) || !check_context(asked, error))
        return false;
    if (is_template ? !check_template(asked, error)
                    : !check_content(asked->type, content_of(asked), error))
        return false;
    if (!check_envelope(asked, error) || !check_limits(asked, error))
        return false;
    wamid_make(asked->person, false, exchange->wamid);
    if (!track(asked, script, exchange->wamid, error)) {
        exchange->wamid[0] = '\0';
        return false;
    }
    write_accepted(asked, exchange->wamid, &exchange->body);
    return true;
}

static void
refuse(struct sim *sim, struct exchange *exchange, const struct graph_error *error)
{
    exchange->code = error->code;
    exchange->status = graph_error_http(error->code);
    graph_error_write(error, &exchange->body);
    sim->tally.refused++;
    sim_count_code(sim, error->code);
    metric_add(&messages_total, "refused", 1);
}

static void
note_fault(struct sim *sim, struct exchange *exchange, struct script *script)
{
    if (!exchange
             ->fault[0]) /* the ledger names one: the request's before the webhooks' */
        (void)snprintf(exchange->fault, sizeof(exchange->fault), "%s", script->name);
    sim->tally.faults++;
    scripts_spend(sim->scripts, script);
}

/* Faults that stand before all processing; false: this one does not. */
static bool
fail_first(struct sim *sim, struct exchange *exchange, struct script *script)
{
    struct graph_error error;

    if (!script)
        return false;
    switch (script->kind) {
    case FAULT_RESET_BEFORE_READ:
        exchange->ending = ENDING_RESET;
        break;
    case FAULT_HTTP_500:
        exchange->status = 500;
        buf_adds(&exchange->body, ANSWER_500);
        break;
    case FAULT_CODE:
        (void)graph_error_set(&error, script->code, NULL);
        refuse(sim, exchange, &error);
        break;
    case FAULT_NONE:
    case FAULT_RESET_AFTER_ACCEPT:
    case FAULT_NO_ANSWER:
    case FAULT_SLOW:
    case FAULT_WEBHOOK_LATE:
    case FAULT_WEBHOOK_TWICE:
    case FAULT_WEBHOOK_NEVER:
    case FAULT_WEBHOOK_CODE:
        return false;
    }
    note_fault(sim, exchange, script);
    return true;
}

/* What faults do to the answer of an accepted message, and to its webhooks; the extra
 * delay. Either may be NULL. */
static int64_t
fail_after(struct sim *sim, struct exchange *exchange, struct script *script,
    struct script *webhook)
{
    enum fault_kind kind = script ? script->kind : FAULT_NONE;

    if (script)
        note_fault(sim, exchange, script);
    if (webhook)
        note_fault(sim, exchange, webhook);
    if (kind == FAULT_RESET_AFTER_ACCEPT)
        exchange->ending = ENDING_RESET;
    if (kind == FAULT_NO_ANSWER)
        exchange->ending = ENDING_HELD;
    return kind == FAULT_SLOW ? sim->config->slow_ms : 0;
}

static void
decide(struct asked *asked, struct exchange *exchange)
{
    struct sim *sim = asked->call->sim;
    struct script *script = scripts_match(sim->scripts, asked->person, false);
    int64_t delay_ms = sim->config->latency_ms;
    struct graph_error error;

    sim->tally.requests++;
    if (fail_first(sim, exchange, script)) {
        exchange_finish(exchange, delay_ms);
        return;
    }
    struct script *webhook = scripts_match(sim->scripts, asked->person, true);
    if (accept(asked, webhook, exchange, &error)) {
        exchange->status = 200;
        sim->tally.accepted += exchange->wamid[0] != '\0';
        metric_add(&messages_total, "accepted", 1);
        delay_ms += fail_after(sim, exchange, script, webhook);
    } else {
        refuse(sim, exchange, &error);
    }
    exchange_finish(exchange, delay_ms);
}

void
message_post(const struct graph_call *call)
{
    struct exchange *exchange = exchange_begin(call->sim->answers, call->request);
    struct asked asked = {.call = call};
    struct fault fault;
    struct json *json;
    size_t bytes;
    const char *body = httpd_body(call->request, &bytes);

    if (!exchange) {
        httpd_drop(call->request);
        return;
    }
    buf_init(&asked.text, TEXT_BYTES_MAX);
    json = json_parse(body, bytes, NULL, &fault);
    asked.json = json;
    read_asked(&asked);
    write_line(&asked, &exchange->line);
    decide(&asked, exchange);
    buf_done(&asked.text);
    json_free(json);
}
