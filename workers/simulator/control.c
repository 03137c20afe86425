/*
 * Control calls, JSON in and out. Whatever is wrong is answered 400 with the field and
 * what was expected, for a test that scripts a fault wrongly must not pass.
 */
#include "control.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "buf.h"
#include "httpd.h"
#include "inbound.h"
#include "json.h"
#include "number.h"
#include "person.h"
#include "script.h"
#include "simulator.h"
#include "template.h"
#include "webhook.h"
#include "webhook_body.h"

#define ANSWER_BYTES_MAX ((size_t)64 * 1024)
#define TOKEN_MAX 1024
#define PER_S_MIN 0.001
#define PER_S_MAX 1000000

struct control_call {
    struct sim *sim;
    struct httpd_request *request;
    const struct json *json; /* the body, an object */
};

static void
reply(const struct control_call *call, int status, const struct buf *body)
{
    struct httpd_answer answer = {.status = status,
        .content_type = "application/json",
        .body = buf_text(body),
        .body_bytes = body->bytes};

    httpd_reply(call->request, &answer);
}

static void
reply_ok(const struct control_call *call)
{
    httpd_reply_text(call->request, 200, "application/json", "{\"ok\":true}\n");
}

static void
refuse(
    const struct control_call *call, int status, const char *field, const char *message)
{
    struct buf body;

    buf_init(&body, ANSWER_BYTES_MAX);
    buf_adds(&body, "{\"error\":{\"field\":");
    if (field)
        buf_add_json(&body, field);
    else
        buf_adds(&body, "null");
    buf_adds(&body, ",\"message\":");
    buf_add_json(&body, message);
    buf_adds(&body, "}}\n");
    reply(call, status, &body);
    buf_done(&body);
}

/* A member of digits only, of up to `max`; NULL after a refusal. */
static const char *
digits_of(const struct control_call *call, const char *key, size_t max)
{
    const char *text = json_string_of(call->json, key);

    if (text && *text && strlen(text) <= max && !text[strspn(text, "0123456789")])
        return text;
    refuse(call, 400, key, "expected a text of digits");
    return NULL;
}

static bool
read_fault_name(const struct control_call *call, struct script *script)
{
    const char *name = json_string_of(call->json, "fault");

    if (name && strlen(name) < SCRIPT_NAME_BYTES && script_parse(name, script))
        return true;
    refuse(call, 400, "fault",
        "expected reset_before_read, reset_after_accept, no_answer, slow, http_500, "
        "code_<n>, webhook_late, webhook_twice, webhook_never or webhook_code_<n>");
    return false;
}

static bool
read_fault_target(const struct control_call *call, struct script *script)
{
    const char *to = json_string_of(call->json, "to");
    const struct json *share = json_get(call->json, "share");

    if (!json_get(call->json, "to") == !share) {
        refuse(call, 400, "to", "expected either to or share");
        return false;
    }
    if (share) {
        script->share = json_is_number(share) ? json_real(share, -1) : -1;
        if (script->share > 0 && script->share <= 1)
            return true;
        refuse(call, 400, "share", "expected a number over 0 and up to 1");
        return false;
    }
    if (to && (wa_id_of(to, script->to) || is_user_id(to))) {
        if (!script->to[0])
            (void)snprintf(script->to, sizeof(script->to), "%s", to);
        return true;
    }
    refuse(call, 400, "to", "expected a phone number with country code, as text");
    return false;
}

static void
post_faults(const struct control_call *call)
{
    const struct json *times = json_get(call->json, "times");
    struct script script = {.times = -1};

    if (!read_fault_name(call, &script) || !read_fault_target(call, &script))
        return;
    if (times && !json_is_null(times)) {
        script.times = json_is_number(times) ? (long)json_int(times, 0) : 0;
        if (script.times < 1) {
            refuse(call, 400, "times", "expected a whole number from 1 on, or nothing");
            return;
        }
    }
    if (scripts_add(call->sim->scripts, &script) == RC_OK)
        reply_ok(call);
    else
        refuse(call, 500, NULL, "out of memory");
}

static bool
read_per_s(const struct control_call *call, double *ret_per_s)
{
    const struct json *json = json_get(call->json, "per_s");
    double per_s = json_is_number(json) ? json_real(json, -1) : -1;

    if (!json || json_is_null(json))
        return true; /* the configured one stays */
    if (!(per_s >= PER_S_MIN && per_s <= PER_S_MAX)) {
        refuse(call, 400, "per_s", "expected a number from 0.001 to 1000000");
        return false;
    }
    *ret_per_s = per_s;
    return true;
}

static void
post_numbers(const struct control_call *call)
{
    struct number_spec spec = {
        .per_s = call->sim->config->per_s, .token = json_string_of(call->json, "token")};

    spec.id = digits_of(call, "phone_number_id", NUMBER_ID_BYTES - 1);
    if (!spec.id)
        return;
    spec.waba_id = digits_of(call, "waba_id", NUMBER_ID_BYTES - 1);
    if (!spec.waba_id)
        return;
    if (!spec.token || !*spec.token || strlen(spec.token) > TOKEN_MAX) {
        refuse(call, 400, "token", "expected a text that is not empty");
        return;
    }
    if (json_get(call->json, "display_phone_number")) {
        spec.display = digits_of(call, "display_phone_number", NUMBER_DISPLAY_BYTES - 1);
        if (!spec.display)
            return;
    }
    if (!read_per_s(call, &spec.per_s))
        return;
    if (numbers_put(call->sim->numbers, &spec))
        reply_ok(call);
    else
        refuse(call, 500, NULL, "out of memory");
}

static void
post_inbound(const struct control_call *call)
{
    char wamid[WAMID_BYTES];
    struct inbound_fault fault = {0};
    struct buf body;

    switch (inbound_post(call->sim, call->json, wamid, &fault)) {
    case RC_OK:
        buf_init(&body, ANSWER_BYTES_MAX);
        buf_adds(&body, "{\"id\":");
        buf_add_json(&body, wamid);
        buf_adds(&body, "}\n");
        reply(call, 200, &body);
        buf_done(&body);
        break;
    case RC_REJECTED:
        refuse(call, 400, fault.field, fault.message);
        break;
    case RC_AGAIN:
    case RC_RETRY:
    case RC_UNKNOWN:
    case RC_OOM:
        refuse(call, 500, NULL, "out of memory or out of places for people");
        break;
    }
}

static void
tell_template_status(const struct control_call *call, const struct template *template)
{
    struct buf body;

    buf_init(&body, ANSWER_BYTES_MAX);
    body_template_status(&body, template);
    if (body.is_bad || webhooks_post(call->sim->webhooks, &body, NULL,
                           "message_template_status_update") != RC_OK)
        refuse(call, 500, NULL, "out of memory");
    else
        reply_ok(call);
    buf_done(&body);
}

/* {waba_id, name, status[, language]}: a template that is there changes and its owner is
 * told; one that is not there will be born so. */
static void
post_templates(const struct control_call *call)
{
    const char *name = json_string_of(call->json, "name");
    const char *language = json_string_of(call->json, "language");
    const char *text = json_string_of(call->json, "status");
    const char *waba_id = digits_of(call, "waba_id", NUMBER_ID_BYTES - 1);
    struct template *template;
    enum template_status status;

    if (!waba_id)
        return;
    if (!name || !*name) {
        refuse(call, 400, "name", "expected the name of a template");
        return;
    }
    if (!text || !template_status_parse(text, &status)) {
        refuse(call, 400, "status",
            "expected APPROVED, PENDING, REJECTED, PAUSED or DISABLED");
        return;
    }
    template = templates_find(
        call->sim->templates, waba_id, name, language ? language : "pt_BR");
    if (template) {
        template->status = status;
        tell_template_status(call, template);
    } else if (templates_script(call->sim->templates, waba_id, name, status) == RC_OK) {
        reply_ok(call);
    } else {
        refuse(call, 500, NULL, "out of memory");
    }
}

static void
add_webhooks(struct buf *out, const struct sim *sim)
{
    struct webhooks_counts counts;

    webhooks_count(sim->webhooks, &counts);
    buf_addf(out,
        "\"webhooks\":{\"tried\":%ld,\"acknowledged\":%ld,\"pending_messages\":%d,"
        "\"pending_posts\":%d},",
        counts.tried, counts.acknowledged, counts.messages, counts.posts);
    buf_addf(out,
        "\"statuses\":{\"sent\":%ld,\"delivered\":%ld,\"read\":%ld,\"failed\":%ld},",
        counts.statuses[WEBHOOK_SENT], counts.statuses[WEBHOOK_DELIVERED],
        counts.statuses[WEBHOOK_READ], counts.statuses[WEBHOOK_FAILED]);
}

static void
get_counts(const struct control_call *call)
{
    const struct sim *sim = call->sim;
    const struct tally *tally = &sim->tally;
    const struct answers_counts *ended = answers_counted(sim->answers);
    struct buf body;

    buf_init(&body, ANSWER_BYTES_MAX);
    buf_addf(&body,
        "{\"requests\":%ld,\"accepted\":%ld,\"refused\":%ld,\"answered\":%ld,\"cut\":%"
        "ld,",
        tally->requests, tally->accepted, tally->refused, ended->answered,
        ended->cut + tally->resets_at_headers);
    buf_addf(&body, "\"pending\":%d,\"faults\":%ld,\"inbound\":%ld,",
        answers_pending(sim->answers), tally->faults, tally->inbound);
    add_webhooks(&body, sim);
    buf_adds(&body, "\"codes\":{");
    for (int i = 0; i < TALLY_CODES_MAX && tally->codes[i].n; i++)
        buf_addf(
            &body, "%s\"%d\":%ld", i ? "," : "", tally->codes[i].code, tally->codes[i].n);
    buf_addf(&body, "},\"numbers\":%d,\"templates\":%d,\"people\":%d}\n",
        numbers_count(sim->numbers), templates_count(sim->templates),
        people_count(sim->people));
    reply(call, 200, &body);
    buf_done(&body);
}

static void
post_reset(const struct control_call *call)
{
    if (sim_reset(call->sim))
        reply_ok(call);
    else
        refuse(call, 500, NULL, "out of memory");
}

static const struct {
    const char *method;
    const char *path;
    bool takes_json;
    void (*call)(const struct control_call *call);
} routes[] = {
    {"POST", "/faults",    true,  post_faults   },
    {"POST", "/inbound",   true,  post_inbound  },
    {"POST", "/numbers",   true,  post_numbers  },
    {"POST", "/templates", true,  post_templates},
    {"GET",  "/counts",    false, get_counts    },
    {"POST", "/reset",     false, post_reset    },
};

static void
call_with_json(const struct control_call *call, void (*fn)(const struct control_call *))
{
    struct control_call with = *call;
    struct fault fault = {.text = "expected a JSON object"};
    size_t bytes;
    const char *text = httpd_body(call->request, &bytes);
    struct json *json = json_parse(text, bytes, NULL, &fault);

    with.json = json;
    if (json_is_object(json))
        fn(&with);
    else
        refuse(call, 400, NULL, json ? "expected a JSON object" : fault.text);
    json_free(json);
}

void
control_handle(void *ctx, struct httpd_request *request)
{
    struct control_call call = {.sim = ctx, .request = request};

    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        if (strcmp(routes[i].method, httpd_method(request)) != 0 ||
            strcmp(routes[i].path, httpd_path(request)) != 0)
            continue;
        if (routes[i].takes_json)
            call_with_json(&call, routes[i].call);
        else
            routes[i].call(&call);
        return;
    }
    refuse(&call, 404, NULL,
        "POST /faults, /inbound, /numbers, /templates, /reset and GET /counts are here");
}
