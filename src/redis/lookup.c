/*
 * One host name by getaddrinfo_a, asked about with a timer: redisAsyncConnect would look
 * it up itself, and a resolver that does not answer holds the loop for 20 s (measured).
 *
 * A look-up that is given up may still be written by its thread: it is put aside then,
 * and freed when a later one finds it done.
 */
#include "redis_internal.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"

struct lookup {
    struct list node; /* among the abandoned */
    char *host;
    char port[8];
    struct gaicb ask;
    struct addrinfo hints;
    bool is_asked;
};

static struct list abandoned = {&abandoned, &abandoned};

static bool
is_under_way(struct lookup *lookup)
{
    return lookup->is_asked && gai_error(&lookup->ask) == EAI_INPROGRESS;
}

static void
destroy(struct lookup *lookup)
{
    if (lookup->ask.ar_result)
        freeaddrinfo(lookup->ask.ar_result);
    mem_free(lookup->host);
    mem_free(lookup);
}

static void
reap(void)
{
    list_each(node, &abandoned)
    {
        struct lookup *lookup = list_entry(node, struct lookup, node);

        if (is_under_way(lookup))
            continue;
        list_remove(node);
        destroy(lookup);
    }
}

struct lookup *
lookup_new(const char *host, int port)
{
    struct lookup *lookup = mem_new(struct lookup);
    struct gaicb *asked[1];

    reap();
    if (!lookup)
        return NULL;
    list_init(&lookup->node);
    lookup->host = mem_strdup(host);
    lookup->hints.ai_socktype = SOCK_STREAM;
    (void)snprintf(lookup->port, sizeof lookup->port, "%d", port);
    lookup->ask.ar_name = lookup->host;
    lookup->ask.ar_service = lookup->port;
    lookup->ask.ar_request = &lookup->hints;
    asked[0] = &lookup->ask;
    lookup->is_asked = lookup->host && getaddrinfo_a(GAI_NOWAIT, asked, 1, NULL) == 0;
    if (!lookup->is_asked) {
        destroy(lookup);
        return NULL;
    }
    return lookup;
}

void
lookup_free(struct lookup *lookup)
{
    if (!lookup)
        return;
    (void)gai_cancel(&lookup->ask); /* too late for one already being asked */
    if (is_under_way(lookup))
        list_add_tail(&abandoned, &lookup->node);
    else
        destroy(lookup);
}

enum rc
lookup_poll(struct lookup *lookup, unsigned nth, struct redis_address *ret_address,
    struct fault *fault)
{
    const struct addrinfo *at;
    unsigned n = 0;
    int error = gai_error(&lookup->ask);

    if (error == EAI_INPROGRESS)
        return RC_AGAIN;
    for (at = lookup->ask.ar_result; !error && at; at = at->ai_next)
        n++;
    if (n == 0) {
        fault_set(fault, "redis", "lookup", "the host name has no address: %s",
            error ? gai_strerror(error) : "empty answer");
        return RC_RETRY;
    }
    at = lookup->ask.ar_result;
    for (nth %= n; nth > 0; nth--)
        at = at->ai_next;
    memcpy(&ret_address->name, at->ai_addr, at->ai_addrlen);
    ret_address->bytes = at->ai_addrlen;
    return RC_OK;
}
