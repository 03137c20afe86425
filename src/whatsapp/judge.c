/*
 * What an answer means, in order of certainty: what the network did, what Meta named, and
 * only then the status. Whoever is in doubt says UNKNOWN: a second message to a customer
 * is worse than a look at the webhooks.
 */
#include "whatsapp.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "mem.h"

enum {
    ANSWER_TOKENS_MAX = 2000,
    NOT_FOUND_SUBCODE = 33,
    MEDIA_CODE = 131053,
    OUTAGE_WAIT_S = 1,
    MINUTES_MAX = 1440,
};

static void
json_free_at(struct json **json)
{
    json_free(*json);
}

static void
decide(struct whatsapp_judgement *judgement, enum whatsapp_verdict verdict,
    enum whatsapp_class class_, const char *erro)
{
    judgement->verdict = verdict;
    judgement->class_ = class_;
    (void)snprintf(judgement->erro, sizeof judgement->erro, "%s", erro);
}

/* Copies a text of printable characters that fits; false, and nothing copied, otherwise.
 */
static bool
keep(const char *text, char *to, size_t to_bytes)
{
    size_t bytes = text ? strlen(text) : 0;

    if (bytes == 0 || bytes >= to_bytes)
        return false;
    for (size_t i = 0; i < bytes; i++)
        if (text[i] < '!' || text[i] > '~')
            return false;
    memcpy(to, text, bytes + 1);
    return true;
}

/* Meta's support asks for the trace id: " [trace]" behind what stands in erro. */
static void
add_trace(struct whatsapp_judgement *judgement, const struct json *error)
{
    char trace[64];
    size_t bytes = strlen(judgement->erro);

    if (keep(json_string_of(error, "fbtrace_id"), trace, sizeof trace))
        (void)snprintf(
            judgement->erro + bytes, sizeof judgement->erro - bytes, " [%s]", trace);
}

/* No code that we know: the status is the last and weakest witness. */
static void
judge_status(struct whatsapp_judgement *judgement, int status, bool is_meta)
{
    char erro[64];

    (void)snprintf(erro, sizeof erro, "HTTP %d%s", status,
        is_meta ? " with an unknown code" : " without a code");
    if (status == 429)
        decide(judgement, WHATSAPP_RETRY, WHATSAPP_SLOW_SENDER, erro);
    else if ((status / 100 == 4 && status != 408) || status / 100 == 3)
        /* a code of tomorrow, or not Meta: a proxy, a wrong address; each try costs an
         * attempt, so it ends, but it does not cost the queue its messages at once */
        decide(judgement, WHATSAPP_RETRY, WHATSAPP_LATER, erro);
    else
        decide(judgement, WHATSAPP_UNKNOWN, WHATSAPP_CUT, erro);
    if (status / 100 == 5)
        judgement->wait_s = OUTAGE_WAIT_S;
}

/* 131053 "our media cannot be fetched" may be our host's passing trouble: its 429 or 5xx
 * stands in the details. */
static bool
is_host_busy(const struct json *error)
{
    const char *at = json_string_of(json_get(error, "error_data"), "details");

    for (; at && *at; at++) {
        size_t digits = strspn(at, "0123456789");

        if (digits == 3 && (strncmp(at, "429", 3) == 0 || *at == '5'))
            return true;
        at += digits ? digits - 1 : 0;
    }
    return false;
}

static void
judge_error(struct whatsapp_judgement *judgement, const struct json *error, int status)
{
    int64_t code = json_int(json_get(error, "code"), -1);
    const struct whatsapp_error *known = NULL;

    if (code == 100 && json_int(json_get(error, "error_subcode"), 0) == NOT_FOUND_SUBCODE)
        known = whatsapp_error_find(NOT_FOUND_SUBCODE);
    else if (code >= 0 && code <= INT32_MAX)
        known = whatsapp_error_find((int)code);
    judgement->wait_s = known ? known->wait_s : 0;
    judgement->code = code > 0 && code <= INT32_MAX ? (int)code : 0;
    if (known && known->code == MEDIA_CODE && is_host_busy(error))
        decide(judgement, WHATSAPP_RETRY, WHATSAPP_LATER, known->meaning);
    else if (known)
        decide(judgement, known->verdict, known->class_, known->meaning);
    else
        judge_status(judgement, status, code > 0);
    add_trace(judgement, error);
}

static void
judge_accepted(struct whatsapp_judgement *judgement, const struct json *answer)
{
    const struct json *message = json_at(json_get(answer, "messages"), 0);
    const struct json *contact = json_at(json_get(answer, "contacts"), 0);
    const char *status = json_string_of(message, "message_status");

    if (!keep(json_string_of(message, "id"), judgement->wamid, sizeof judgement->wamid)) {
        decide(
            judgement, WHATSAPP_UNKNOWN, WHATSAPP_CUT, "accepted without a message id");
        return;
    }
    decide(judgement, WHATSAPP_SENT, WHATSAPP_OK, "");
    (void)keep(json_string_of(contact, "wa_id"), judgement->wa_id,
        sizeof judgement->wa_id); /* absent for a user id */
    judgement->is_held = status && (strcmp(status, "held_for_quality_assessment") == 0 ||
                                       strcmp(status, "paused") == 0);
}

/* Behind `literal`, which stands at `at`; NULL: it does not. */
static const char *
after(const char *at, const char *literal)
{
    size_t bytes = strlen(literal);

    return at && strncmp(at, literal, bytes) == 0 ? at + bytes : NULL;
}

/* The printable text up to a quote, copied when `to` is not NULL; behind it, or NULL: it
 * has an escape, does not fit, or is empty. */
static const char *
after_text(const char *at, char *to, size_t to_bytes)
{
    size_t bytes = 0;

    while (at && at[bytes] >= '!' && at[bytes] <= '~' && at[bytes] != '"' &&
           at[bytes] != '\\')
        bytes++;
    if (bytes == 0 || at[bytes] != '"' || bytes >= to_bytes)
        return NULL;
    memcpy(to, at, bytes);
    to[bytes] = '\0';
    return at + bytes;
}

/* The answer that nearly all have, letter for letter; a parser takes a tenth of the
 * sender's time for it. False: the parser shall see. */
static bool
judge_usual(const struct whatsapp_answer *answer, struct whatsapp_judgement *judgement)
{
    char input[WHATSAPP_WA_ID_BYTES];
    const char *at = answer->status == 200 ? answer->body : NULL;

    at = after(at, "{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"input\":\"");
    at = after(after_text(at, input, sizeof input), "\",\"wa_id\":\"");
    at = after_text(at, judgement->wa_id, sizeof judgement->wa_id);
    at = after(at, "\"}],\"messages\":[{\"id\":\"");
    at = after(after_text(at, judgement->wamid, sizeof judgement->wamid), "\"");
    if (after(at, ",\"message_status\":\"accepted\""))
        at = after(at, ",\"message_status\":\"accepted\"");
    at = after(at, "}]}");
    if (at && at == answer->body + answer->body_bytes) {
        judgement->verdict = WHATSAPP_SENT;
        judgement->class_ = WHATSAPP_OK;
        return true;
    }
    *judgement = (struct whatsapp_judgement){0};
    return false;
}

void
whatsapp_judge(
    const struct whatsapp_answer *answer, struct whatsapp_judgement *ret_judgement)
{
    struct json_limits limits = {.tokens_max = ANSWER_TOKENS_MAX};
    CLEANUP(json_free_at) struct json *json = NULL;
    const struct json *error;

    *ret_judgement = (struct whatsapp_judgement){0};
    if (answer->transport == WHATSAPP_NEVER_LEFT) {
        decide(ret_judgement, WHATSAPP_RETRY, WHATSAPP_NOT_SENT, "never left");
        return;
    }
    if (answer->transport == WHATSAPP_UNANSWERED) {
        decide(ret_judgement, WHATSAPP_UNKNOWN, WHATSAPP_CUT, "no whole answer");
        return;
    }
    if (judge_usual(answer, ret_judgement))
        return;
    json = json_parse(answer->body, answer->body_bytes, &limits, NULL);
    error = json_get(json, "error");
    if (json_is_object(error))
        judge_error(ret_judgement, error, answer->status);
    else if (answer->status / 100 == 2)
        judge_accepted(ret_judgement, json);
    else
        judge_status(ret_judgement, answer->status, false);
}

/* {"<account>": [{"type": ..., "estimated_time_to_regain_access": minutes}, ...], ...} */
long
whatsapp_regain_s(const char *usage)
{
    struct json_limits limits = {.tokens_max = ANSWER_TOKENS_MAX};
    CLEANUP(json_free_at) struct json *json = NULL;
    const struct json *uses;
    const char *account;
    int64_t most = 0;

    if (usage)
        json = json_parse(usage, strlen(usage), &limits, NULL);
    for (int i = 0; json_member(json, i, &account, &uses); i++)
        for (int j = 0; j < json_length(uses); j++) {
            const struct json *minutes =
                json_get(json_at(uses, j), "estimated_time_to_regain_access");

            if (json_int(minutes, 0) > most)
                most = json_int(minutes, 0);
        }
    return (long)(most > MINUTES_MAX ? MINUTES_MAX : most) * 60;
}
