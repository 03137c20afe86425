/*
 * The url's hosts, looked up before libpq sees them. Every address of every host becomes
 * an entry of its own in host, hostaddr and port (the name stays beside the address:
 * certificates are checked against it).
 */
#include "pg_internal.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>

#include "buf.h"
#include "mem.h"
#include "resolve.h"

#define HOSTS_MAX 8
#define ADDRESSES_MAX 4 /* of one host */
#define LIST_BYTES_MAX 8192

struct pg_hosts {
    char *hosts, *ports; /* the url's lists, cut at their commas */
    const char *host[HOSTS_MAX];
    const char *port[HOSTS_MAX];
    struct resolve *asked[HOSTS_MAX]; /* NULL: no name, or answered with nothing */
    int n;
    struct buf host_list, address_list, port_list;
};

void
pg_hosts_free(struct pg_hosts *hosts)
{
    if (!hosts)
        return;
    for (int i = 0; i < hosts->n; i++)
        resolve_free(hosts->asked[i]);
    buf_done(&hosts->host_list);
    buf_done(&hosts->address_list);
    buf_done(&hosts->port_list);
    mem_free(hosts->hosts);
    mem_free(hosts->ports);
    mem_free(hosts);
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
has_name(const struct pg_hosts *hosts)
{
    for (int i = 0; i < hosts->n; i++)
        if (is_name(hosts->host[i]))
            return true;
    return false;
}

/* False when the url's lists cannot be copied. */
static bool
read_lists(struct pg_hosts *hosts, const struct pg_params *params)
{
    const char *ports = pg_params_get(params, "port");
    int ports_n;

    hosts->hosts = mem_strdup(pg_params_get(params, "host"));
    hosts->ports = mem_strdup(ports ? ports : "");
    if (!hosts->hosts || !hosts->ports)
        return false;
    hosts->n = cut(hosts->hosts, hosts->host);
    ports_n = cut(hosts->ports, hosts->port);
    for (int i = ports_n; i < hosts->n; i++) /* one port serves all hosts */
        hosts->port[i] = ports_n == 1 ? hosts->port[0] : "";
    return true;
}

static bool
ask(struct pg_hosts *hosts)
{
    for (int i = 0; i < hosts->n; i++)
        if (is_name(hosts->host[i]) && !(hosts->asked[i] = resolve_new(hosts->host[i])))
            return false;
    return true;
}

struct pg_hosts *
pg_hosts_new(const struct pg_params *params, struct fault *fault)
{
    struct pg_hosts *hosts;
    bool is_read;

    if (!pg_params_get(params, "host") || pg_params_get(params, "hostaddr"))
        return NULL;
    hosts = mem_new(struct pg_hosts);
    is_read = hosts && read_lists(hosts, params);
    if (is_read && !has_name(hosts)) {
        pg_hosts_free(hosts);
        return NULL;
    }
    if (is_read) {
        buf_init(&hosts->host_list, LIST_BYTES_MAX);
        buf_init(&hosts->address_list, LIST_BYTES_MAX);
        buf_init(&hosts->port_list, LIST_BYTES_MAX);
        if (ask(hosts))
            return hosts;
    }
    fault_set(fault, "pg", "resolve", "cannot look the host name up: out of memory");
    pg_hosts_free(hosts);
    return NULL;
}

static void
add_entry(struct pg_hosts *hosts, int i, const char *address)
{
    const char *comma = hosts->host_list.bytes || hosts->address_list.bytes ? "," : "";

    buf_addf(&hosts->host_list, "%s%s", comma, hosts->host[i]);
    buf_addf(&hosts->address_list, "%s%s", comma, address);
    buf_addf(&hosts->port_list, "%s%s", comma, hosts->port[i]);
}

static void
add_addresses(struct pg_hosts *hosts, int i, const struct addrinfo *first)
{
    int n = 0;

    for (const struct addrinfo *at = first; at && n < ADDRESSES_MAX; at = at->ai_next) {
        char text[NI_MAXHOST];

        if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof(text), NULL, 0,
                NI_NUMERICHOST) != 0)
            continue;
        add_entry(hosts, i, text);
        n++;
    }
}

/* RC_AGAIN while any is under way; the lists are written when none is. */
static enum rc
read_answers(struct pg_hosts *hosts, struct fault *fault)
{
    const struct addrinfo *first[HOSTS_MAX] = {NULL};

    for (int i = 0; i < hosts->n; i++)
        if (hosts->asked[i] &&
            resolve_poll(hosts->asked[i], &first[i], fault) == RC_AGAIN)
            return RC_AGAIN;
    for (int i = 0; i < hosts->n; i++)
        if (!hosts->asked[i])
            add_entry(hosts, i, "");
        else
            add_addresses(hosts, i, first[i]);
    return RC_OK;
}

enum rc
pg_hosts_poll(struct pg_hosts *hosts, struct pg_params *params, struct fault *fault)
{
    if (read_answers(hosts, fault) == RC_AGAIN)
        return RC_AGAIN;
    if (!hosts->host_list.bytes) {
        fault->source = "pg";
        return RC_RETRY; /* no name has an address: the last one's fault says why */
    }
    if (hosts->host_list.is_bad || hosts->address_list.is_bad ||
        hosts->port_list.is_bad) {
        fault_set(fault, "pg", "resolve", "cannot look the host name up: out of memory");
        return RC_RETRY;
    }
    pg_params_set(params, "host", buf_text(&hosts->host_list));
    pg_params_set(params, "hostaddr", buf_text(&hosts->address_list));
    pg_params_set(params, "port", buf_text(&hosts->port_list));
    return RC_OK;
}
