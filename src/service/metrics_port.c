/*
 * The port for Prometheus and Kubernetes. /healthz asks nobody: that the loop answers is
 * all it says, for a restart mends a stuck loop and never a lost database.
 */
#include <errno.h>
#include <string.h>

#include "buf.h"
#include "httpd.h"
#include "log.h"
#include "metrics.h"
#include "service_internal.h"

#define METRICS_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define BODY_BYTES_MAX 1024
#define CONNECTIONS_MAX 64

static struct metric build_info = {
    .kind = METRIC_GAUGE,
    .name = "carteiro_build_info",
    .help = "1, with the version of this process as label.",
    .label = "version",
};
static struct metric ready = {
    .kind = METRIC_GAUGE,
    .name = "carteiro_ready",
    .help = "1 while /readyz answers 200.",
};

static void
answer_metrics(const struct service *service, struct httpd_request *request)
{
    struct httpd_answer answer = {
        .status = 200, .content_type = "text/plain; version=0.0.4; charset=utf-8"};
    struct buf text;

    buf_init(&text, METRICS_BYTES_MAX);
    metric_set(&ready, NULL, service->is_ready && !service->is_draining);
    metrics_write(&text);
    if (text.is_bad)
        httpd_reply_text(request, 500, "text/plain", "out of memory\n");
    else {
        answer.body = buf_text(&text);
        answer.body_bytes = text.bytes;
        httpd_reply(request, &answer);
    }
    buf_done(&text);
}

static void
answer_ready(const struct service *service, struct httpd_request *request)
{
    struct httpd_answer answer = {.status = 503, .content_type = "text/plain"};
    const char *reason = service->reason;

    if (service->is_draining)
        reason = "draining";
    else if (service->is_ready) {
        answer.status = 200;
        reason = "ready";
    }
    answer.body = reason ? reason : "starting";
    answer.body_bytes = strlen(answer.body);
    httpd_reply(request, &answer);
}

static void
handle(void *ctx, struct httpd_request *request)
{
    struct service *service = ctx;
    const char *method = httpd_method(request);
    const char *path = httpd_path(request);

    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        httpd_reply_text(request, 405, "text/plain", "GET only\n");
    else if (!strcmp(path, "/metrics"))
        answer_metrics(service, request);
    else if (!strcmp(path, "/healthz"))
        httpd_reply_text(request, 200, "text/plain", "ok");
    else if (!strcmp(path, "/readyz"))
        answer_ready(service, request);
    else
        httpd_reply_text(
            request, 404, "text/plain", "/metrics, /healthz and /readyz are here\n");
}

bool
metrics_port_open(struct service *service)
{
    const struct config_metrics *config = &service->config.metrics;
    struct httpd_opts opts = {.address = config->address,
        .port = config->port,
        .body_bytes_max = BODY_BYTES_MAX,
        .connections_max = CONNECTIONS_MAX};

    metrics_register(&build_info);
    metrics_register(&ready);
    metric_set(&build_info, CARTEIRO_VERSION, 1);
    service->metrics = httpd_new(service->loop, &opts, handle, service);
    if (service->metrics)
        return true;
    log_error("service.port_unavailable", LOG_S("key", "metrics.port"),
        LOG_N("port", config->port), LOG_S("error", strerror(errno)));
    return false;
}
