/*
 * Repetitions are known by a table of hashes in which a new one takes the place of an old
 * one: it forgets, so it counts too few, and none that is none.
 */
#include "meters.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "event.h"
#include "metrics.h"

#define SEEN 4096

static struct metric statuses = {.kind = METRIC_COUNTER,
    .name = "carteiro_webhook_status_total",
    .help = "Statuses that arrived, by what they say.",
    .label = "status"};
static struct metric repeated = {.kind = METRIC_COUNTER,
    .name = "carteiro_webhook_repetidos_total",
    .help = "Statuses that this process had seen already, of the last few thousand."};
static struct metric calls = {.kind = METRIC_COUNTER,
    .name = "carteiro_api_pedidos_total",
    .help = "Requests of the API, by class of their answer.",
    .label = "status"};

static const char *const words[] = {"sent", "delivered", "read", "failed"};
static const char *const classes[] = {"2xx", "3xx", "4xx", "5xx"};

void
meters_register(void)
{
    metrics_register(&repeated);
    metric_add(&statuses, "outro", 0);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        metric_add(&statuses, words[i], 0);
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        metric_add(&calls, classes[i], 0);
}

/* FNV-1a, going on from `hash`. */
static uint64_t
spread(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211U;
    return hash;
}

static void
look_for(const char *wamid, const char *word)
{
    static uint64_t seen[SEEN];
    uint64_t hash = spread(spread(14695981039346656037U, wamid), word);

    if (seen[hash % SEEN] == hash)
        metric_add(&repeated, NULL, 1);
    seen[hash % SEEN] = hash;
}

void
meters_status(const struct events *events, const struct event *event)
{
    const char *word = event_text(events, event->situacao);
    const char *wamid = event_text(events, event->wamid);
    const char *known = "outro";

    for (size_t i = 0; word && i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(words[i], word) == 0)
            known = words[i];
    metric_add(&statuses, known, 1);
    if (word && wamid)
        look_for(wamid, word);
}

void
meters_api(int status)
{
    int class_ = status / 100 - 2;

    if (class_ >= 0 && class_ < (int)(sizeof(classes) / sizeof(classes[0])))
        metric_add(&calls, classes[class_], 1);
}
