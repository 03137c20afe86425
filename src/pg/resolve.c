/*
 * Host names by getaddrinfo_a: libpq would resolve them inside PQconnectStart, and a
 * resolver that does not answer would hold the loop for ten seconds. Every address of
 * every host of the url becomes an entry of its own in host, hostaddr and port (the name
 * stays beside the address: certificates are checked against it).
 *
 * A look-up that is given up may still be written by its thread: it is then left to
 * itself, and freed by a later look-up that finds it done.
 */
#include "pg_internal.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>

#include "buf.h"
#include "mem.h"

#define HOSTS_MAX 8
#define ADDRESSES_MAX 4 /* of one host */
#define LIST_BYTES_MAX 8192

struct pg_resolve {
    struct list node;    /* among the abandoned */
    char *hosts, *ports; /* the url's lists, cut at their commas */
    const char *host[HOSTS_MAX];
    const char *port[HOSTS_MAX];
    struct gaicb cb[HOSTS_MAX];
    struct addrinfo hints;
    bool is_asked[HOSTS_MAX];
    int n;
    struct buf host_list, address_list, port_list;
};

static struct list abandoned = {&abandoned, &abandoned};

static bool
is_under_way(struct pg_resolve *resolve)
{
    for (int i = 0; i < resolve->n; i++)
        if (resolve->is_asked[i] && gai_error(&resolve->cb[i]) == EAI_INPROGRESS)
            return true;
    return false;
}

static void
destroy(struct pg_resolve *resolve)
{
    for (int i = 0; i < resolve->n; i++)
        if (resolve->is_asked[i] && resolve->cb[i].ar_result)
            freeaddrinfo(resolve->cb[i].ar_result);
    buf_done(&resolve->host_list);
    buf_done(&resolve->address_list);
    buf_done(&resolve->port_list);
    mem_free(resolve->hosts);
    mem_free(resolve->ports);
    mem_free(resolve);
}

static void
reap(void)
{
    list_each(node, &abandoned)
    {
        struct pg_resolve *resolve = list_entry(node, struct pg_resolve, node);

        if (is_under_way(resolve))
            continue;
        list_remove(node);
        destroy(resolve);
    }
}

void
pg_resolve_free(struct pg_resolve *resolve)
{
    if (!resolve)
        return;
    for (int i = 0; i < resolve->n; i++)
        if (resolve->is_asked[i])
            (void)gai_cancel(&resolve->cb[i]); /* too late for one already being asked */
    if (is_under_way(resolve))
        list_add_tail(&abandoned, &resolve->node);
    else
        destroy(resolve);
}

/* Cuts `list` at its commas; the number of items, at most HOSTS_MAX. */
static int
cut(char *list, const char **ret_items)
{
    int n = 0;

    for (char *next = list; next && n < HOSTS_MAX;) {
        ret_items[n++] = next;
        next = strchr(next, ',');
        if (next)
            *next++ = '\0';
    }
    return n;
}

/* A folder of sockets, an address or nothing needs no look-up. */
static bool
is_name(const char *host)
{
    struct in6_addr address;

    return *host && *host != '/' && *host != '@' &&
           inet_pton(AF_INET, host, &address) != 1 &&
           inet_pton(AF_INET6, host, &address) != 1;
}

static bool
has_name(const struct pg_resolve *resolve)
{
    for (int i = 0; i < resolve->n; i++)
        if (is_name(resolve->host[i]))
            return true;
    return false;
}

/* False when the url's lists cannot be copied. */
static bool
read_lists(struct pg_resolve *resolve, const struct pg_params *params)
{
    const char *ports = pg_params_get(params, "port");
    int ports_n;

    resolve->hosts = mem_strdup(pg_params_get(params, "host"));
    resolve->ports = mem_strdup(ports ? ports : "");
    if (!resolve->hosts || !resolve->ports)
        return false;
    resolve->n = cut(resolve->hosts, resolve->host);
    ports_n = cut(resolve->ports, resolve->port);
    for (int i = ports_n; i < resolve->n; i++) /* one port serves all hosts */
        resolve->port[i] = ports_n == 1 ? resolve->port[0] : "";
    return true;
}

static bool
ask(struct pg_resolve *resolve)
{
    struct gaicb *asked[HOSTS_MAX];
    int n = 0;

    resolve->hints.ai_socktype = SOCK_STREAM;
    for (int i = 0; i < resolve->n; i++) {
        if (!is_name(resolve->host[i]))
            continue;
        resolve->cb[i].ar_name = resolve->host[i];
        resolve->cb[i].ar_request = &resolve->hints;
        resolve->is_asked[i] = true;
        asked[n++] = &resolve->cb[i];
    }
    return getaddrinfo_a(GAI_NOWAIT, asked, n, NULL) == 0;
}

struct pg_resolve *
pg_resolve_new(const struct pg_params *params, struct fault *fault)
{
    struct pg_resolve *resolve;
    bool is_ready;

    reap();
    if (!pg_params_get(params, "host") || pg_params_get(params, "hostaddr"))
        return NULL;
    resolve = mem_new(struct pg_resolve);
    is_ready = resolve && read_lists(resolve, params);
    if (is_ready && !has_name(resolve)) {
        destroy(resolve);
        return NULL;
    }
    if (is_ready) {
        list_init(&resolve->node);
        buf_init(&resolve->host_list, LIST_BYTES_MAX);
        buf_init(&resolve->address_list, LIST_BYTES_MAX);
        buf_init(&resolve->port_list, LIST_BYTES_MAX);
        if (ask(resolve))
            return resolve;
    }
    fault_set(fault, "pg", "resolve", "cannot look the host name up: out of memory");
    if (resolve) {
        resolve->n = 0; /* nothing was asked */
        destroy(resolve);
    }
    return NULL;
}

static void
add_entry(struct pg_resolve *resolve, int i, const char *address)
{
    const char *comma =
        resolve->host_list.bytes || resolve->address_list.bytes ? "," : "";

    buf_addf(&resolve->host_list, "%s%s", comma, resolve->host[i]);
    buf_addf(&resolve->address_list, "%s%s", comma, address);
    buf_addf(&resolve->port_list, "%s%s", comma, resolve->port[i]);
}

static void
add_addresses(struct pg_resolve *resolve, int i)
{
    int n = 0;

    for (struct addrinfo *at = resolve->cb[i].ar_result; at && n < ADDRESSES_MAX;
         at = at->ai_next) {
        char text[NI_MAXHOST];

        if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof(text), NULL, 0,
                NI_NUMERICHOST) != 0)
            continue;
        add_entry(resolve, i, text);
        n++;
    }
}

enum rc
pg_resolve_poll(struct pg_resolve *resolve, struct pg_params *params, struct fault *fault)
{
    int failed = 0;

    if (is_under_way(resolve))
        return RC_AGAIN;
    for (int i = 0; i < resolve->n; i++) {
        int error = resolve->is_asked[i] ? gai_error(&resolve->cb[i]) : 0;

        if (error)
            failed = error;
        else if (resolve->is_asked[i])
            add_addresses(resolve, i);
        else
            add_entry(resolve, i, "");
    }
    if (!resolve->address_list.bytes && !resolve->host_list.bytes) {
        fault_set(fault, "pg", "resolve", "cannot look the host name up: %s",
            gai_strerror(failed));
        return RC_RETRY;
    }
    if (resolve->host_list.is_bad || resolve->address_list.is_bad ||
        resolve->port_list.is_bad) {
        fault_set(fault, "pg", "resolve", "cannot look the host name up: out of memory");
        return RC_RETRY;
    }
    pg_params_set(params, "host", buf_text(&resolve->host_list));
    pg_params_set(params, "hostaddr", buf_text(&resolve->address_list));
    pg_params_set(params, "port", buf_text(&resolve->port_list));
    return RC_OK;
}
