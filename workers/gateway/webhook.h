/*
 * webhook.h - Meta's two calls: the subscription's verification, and the webhooks.
 */
#ifndef WEBHOOK_H
#define WEBHOOK_H

#include <stdbool.h>

struct httpd_request;
struct inbox;
struct secret_file;

struct webhook {
    struct secret_file *app_secret;
    struct secret_file *verify_token;
    struct inbox *inbox;
};

/* GET: echoes hub.challenge to whoever knows the token; else 403. */
void webhook_verify(const struct webhook *webhook, struct httpd_request *request);

/* POST: 401 without a good signature; else the inbox answers. */
void webhook_receive(const struct webhook *webhook, struct httpd_request *request);

/* True for ^[0-9A-Za-z_-]{1,128}$: what may be echoed. */
bool webhook_is_challenge(const char *text);

#endif
