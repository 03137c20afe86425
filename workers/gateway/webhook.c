/*
 * The edge of trust. Nothing of a body is looked at before its signature is good, and the
 * signature is over the bytes as they came. What is echoed at verification is a plain
 * word only, as text that no browser may take for anything else.
 */
#include "webhook.h"

#include <string.h>

#include "clock.h"
#include "event.h"
#include "httpd.h"
#include "inbox.h"
#include "log.h"
#include "route.h"
#include "secret_file.h"

#define SIGNATURE "X-Hub-Signature-256"
#define CHALLENGE_MAX 128

bool
webhook_is_challenge(const char *text)
{
    size_t bytes =
        strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-");

    return bytes > 0 && bytes <= CHALLENGE_MAX && !text[bytes];
}

static void
refuse(struct httpd_request *request, int status, const char *title, const char *motivo)
{
    inbox_count_refused(motivo);
    log_warn("webhook.refused", LOG_S("reason", motivo));
    reply_problem(request, status, title, NULL);
}

void
webhook_verify(const struct webhook *webhook, struct httpd_request *request)
{
    static const char *const headers[] = {"X-Content-Type-Options: nosniff", NULL};
    const char *mode = httpd_query(request, "hub.mode");
    const char *token = httpd_query(request, "hub.verify_token");
    const char *challenge = httpd_query(request, "hub.challenge");
    struct httpd_answer answer = {
        .status = 200, .content_type = "text/plain; charset=utf-8", .headers = headers};

    (void)secret_file_refresh(webhook->verify_token); /* else what it was */
    if (!mode || strcmp(mode, "subscribe") != 0 || !token ||
        !secret_file_holds(webhook->verify_token, token) || !challenge ||
        !webhook_is_challenge(challenge)) {
        refuse(request, 403, "verification refused", "verificacao");
        return;
    }
    log_info("webhook.verified");
    answer.body = challenge;
    answer.body_bytes = strlen(challenge);
    httpd_reply(request, &answer);
}

void
webhook_receive(const struct webhook *webhook, struct httpd_request *request)
{
    int64_t arrived_at_us = clock_now_us();
    struct events events;
    size_t bytes;
    const char *body = httpd_body(request, &bytes);

    (void)secret_file_refresh(webhook->app_secret); /* else what it was */
    if (httpd_header_count(request, SIGNATURE) != 1 ||
        !secret_file_signed(
            webhook->app_secret, httpd_header(request, SIGNATURE), body, bytes)) {
        refuse(request, 401, "signature missing or wrong", "assinatura");
        return;
    }
    if (!inbox_can_take(webhook->inbox)) {
        inbox_refuse(request, "banco");
        return;
    }
    if (events_read(&events, body, bytes) == RC_OK)
        inbox_take(webhook->inbox, request, &events, arrived_at_us);
    else
        inbox_refuse(request, "memoria");
    events_done(&events);
}
