/*
 * getaddrinfo_a. A look-up that is given up may still be written by its thread: it is
 * then put aside, and freed when a later one finds it done.
 */
#include "resolve.h"

#include <netdb.h>
#include <stdbool.h>

#include "list.h"
#include "mem.h"

struct resolve {
    struct list node; /* among the abandoned */
    char *host;
    struct gaicb ask;
    struct addrinfo hints;
};

static struct list abandoned = {&abandoned, &abandoned};

static bool
is_under_way(struct resolve *resolve)
{
    return gai_error(&resolve->ask) == EAI_INPROGRESS;
}

static void
destroy(struct resolve *resolve)
{
    if (resolve->ask.ar_result)
        freeaddrinfo(resolve->ask.ar_result);
    mem_free(resolve->host);
    mem_free(resolve);
}

static void
reap(void)
{
    list_each(node, &abandoned)
    {
        struct resolve *resolve = list_entry(node, struct resolve, node);

        if (is_under_way(resolve))
            continue;
        list_remove(node);
        destroy(resolve);
    }
}

struct resolve *
resolve_new(const char *host)
{
    struct resolve *resolve = mem_new(struct resolve);

    reap();
    if (!resolve)
        return NULL;
    list_init(&resolve->node);
    resolve->host = mem_strdup(host);
    resolve->hints.ai_socktype = SOCK_STREAM;
    resolve->ask.ar_name = resolve->host;
    resolve->ask.ar_request = &resolve->hints;
    if (!resolve->host ||
        getaddrinfo_a(GAI_NOWAIT, (struct gaicb *[]){&resolve->ask}, 1, NULL) != 0) {
        destroy(resolve);
        return NULL;
    }
    return resolve;
}

void
resolve_free(struct resolve *resolve)
{
    if (!resolve)
        return;
    /* One taken off the queue goes on saying that it is in progress, so its own answer
     * counts; too late for one already being asked. */
    if (gai_cancel(&resolve->ask) == EAI_NOTCANCELED && is_under_way(resolve))
        list_add_tail(&abandoned, &resolve->node);
    else
        destroy(resolve);
}

enum rc
resolve_poll(
    struct resolve *resolve, const struct addrinfo **ret_first, struct fault *fault)
{
    int error = gai_error(&resolve->ask);

    if (error == EAI_INPROGRESS)
        return RC_AGAIN;
    if (error || !resolve->ask.ar_result) {
        fault_set(fault, "resolve", "lookup", "the host name has no address: %s",
            error ? gai_strerror(error) : "empty answer");
        return RC_RETRY;
    }
    *ret_first = resolve->ask.ar_result;
    return RC_OK;
}
