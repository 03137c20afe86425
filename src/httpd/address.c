/*
 * Addresses: what counts as one client, which ones are our own proxies, and whom a proxy
 * names. An IPv4 address is one client; of IPv6 a /64 is, for whoever has one address of
 * it has all of them.
 *
 * A proxy appends to X-Forwarded-For whom it was called by, so the list is read from its
 * end: what stands before the first address that is no proxy of ours was written by
 * anybody.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "httpd_internal.h"
#include "mem.h"

#define MAPPED_BITS 96 /* an IPv4 address is the rest of an IPv6 one */
#define LIST_SEPARATORS ", \t"

/* 16 bytes that both families fit in. */
static void
ip_from_v4(const void *bytes, struct ip *ret_ip)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

    memcpy(ret_ip->bytes, mapped, sizeof(mapped));
    memcpy(ret_ip->bytes + sizeof(mapped), bytes, 4);
}

bool
ip_of(const struct sockaddr *addr, struct ip *ret_ip)
{
    const void *any = addr;

    if (addr && addr->sa_family == AF_INET)
        ip_from_v4(&((const struct sockaddr_in *)any)->sin_addr, ret_ip);
    else if (addr && addr->sa_family == AF_INET6)
        memcpy(ret_ip->bytes, &((const struct sockaddr_in6 *)any)->sin6_addr,
            sizeof(ret_ip->bytes));
    else
        return false;
    return true;
}

static bool
is_mapped(const struct ip *ip)
{
    static const struct ip v4 = {
        {[10] = 0xff, [11] = 0xff}
    };

    return memcmp(ip->bytes, v4.bytes, MAPPED_BITS / 8) == 0;
}

void
ip_text(const struct ip *ip, char ret_text[HTTPD_PEER_BYTES])
{
    bool is_v4 = is_mapped(ip);

    if (!inet_ntop(is_v4 ? AF_INET : AF_INET6, ip->bytes + (is_v4 ? MAPPED_BITS / 8 : 0),
            ret_text, HTTPD_PEER_BYTES))
        ret_text[0] = '\0';
}

uint64_t
ip_key(const struct ip *ip)
{
    uint64_t key = 0;
    int from = is_mapped(ip) ? 8 : 0;

    for (int i = from; i < from + 8; i++)
        key = key << 8 | ip->bytes[i];
    return key;
}

/* "1.2.3.4", "::1", "1.2.3.4:567", "[::1]:567", "[::1]". */
static bool
ip_parse(const char *text, size_t bytes, struct ip *ret_ip)
{
    char room[HTTPD_PEER_BYTES];
    unsigned char v4[4];
    const char *end;

    if (bytes > 0 && *text == '[') {
        end = memchr(text, ']', bytes);
        if (!end)
            return false;
        text++;
        bytes = (size_t)(end - text);
    } else {
        end = memchr(text, ':', bytes);
        if (end && !memchr(end + 1, ':', bytes - (size_t)(end + 1 - text)))
            bytes = (size_t)(end - text);
    }
    if (bytes == 0 || bytes >= sizeof(room))
        return false;
    memcpy(room, text, bytes);
    room[bytes] = '\0';
    if (inet_pton(AF_INET, room, v4) != 1)
        return inet_pton(AF_INET6, room, ret_ip->bytes) == 1;
    ip_from_v4(v4, ret_ip);
    return true;
}

static bool
network_parse(const char *text, size_t bytes, struct network *ret_network)
{
    const char *slash = memchr(text, '/', bytes);
    long bits = 8 * (long)sizeof(ret_network->ip.bytes);

    if (!ip_parse(text, slash ? (size_t)(slash - text) : bytes, &ret_network->ip))
        return false;
    if (slash) {
        char *end = NULL;
        unsigned long long said = strtoull(slash + 1, &end, 10);

        if (end == slash + 1 || end != text + bytes || said > 128)
            return false;
        bits = (long)said + (is_mapped(&ret_network->ip) ? MAPPED_BITS : 0);
    }
    ret_network->bits = (int)bits;
    return bits <= 128;
}

enum rc
networks_parse(const char *text, struct networks *ret_networks)
{
    struct networks networks = {0};

    for (text += strspn(text, LIST_SEPARATORS); *text;
         text += strspn(text, LIST_SEPARATORS)) {
        size_t bytes = strcspn(text, LIST_SEPARATORS);

        if (networks.n == NETWORKS_MAX ||
            !network_parse(text, bytes, &networks.list[networks.n]))
            return RC_REJECTED;
        networks.n++;
        text += bytes;
    }
    *ret_networks = networks;
    return RC_OK;
}

static bool
network_has(const struct network *network, const struct ip *ip)
{
    size_t whole = (size_t)network->bits / 8;
    int rest = network->bits % 8;

    if (memcmp(network->ip.bytes, ip->bytes, whole) != 0)
        return false;
    return rest == 0 || (network->ip.bytes[whole] ^ ip->bytes[whole]) >> (8 - rest) == 0;
}

bool
networks_have(const struct networks *networks, const struct ip *ip)
{
    for (int i = 0; i < networks->n; i++)
        if (network_has(&networks->list[i], ip))
            return true;
    return false;
}

bool
forwarded_ip(const struct networks *proxies, const char *list, struct ip *ret_ip)
{
    bool is_found = false;
    size_t end = list ? strlen(list) : 0;

    while (end > 0) {
        size_t from = end;
        struct ip ip;

        while (from > 0 && !strchr(LIST_SEPARATORS, list[from - 1]))
            from--;
        if (from < end) {
            if (!ip_parse(list + from, end - from, &ip))
                return is_found; /* what stands before it cannot be believed either */
            *ret_ip = ip;
            is_found = true;
            if (!networks_have(proxies, &ip))
                return true;
        }
        end = from > 0 ? from - 1 : 0;
    }
    return is_found;
}
