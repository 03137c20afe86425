/*
 * Sockets of the server: the listening one, and the end of one that is to be reset.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "httpd_internal.h"

#define BACKLOG 4096

static int
real_port(int fd)
{
    /* the port lies at the same place in both families */
    union {
        struct sockaddr any;
        struct sockaddr_in6 v6;
    } addr = {.v6 = {0}};
    socklen_t bytes = sizeof(addr);

    return getsockname(fd, &addr.any, &bytes) ? -1 : ntohs(addr.v6.sin6_port);
}

static int
listen_at(const struct addrinfo *at, int *ret_port)
{
    const int on = 1, off = 0;
    int fd = socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int port, error;

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)); /* a convenience */
    if (at->ai_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    if (!bind(fd, at->ai_addr, at->ai_addrlen) && !listen(fd, BACKLOG)) {
        port = real_port(fd);
        if (port > 0) {
            *ret_port = port;
            return fd;
        }
    }
    error = errno;
    (void)close(fd);
    errno = error;
    return -1;
}

/* Of the families that "every address" may mean, IPv6 serves IPv4 too: it is tried first.
 */
static int
listen_first(const struct addrinfo *list, int family, int *ret_port)
{
    int fd = -1;

    for (const struct addrinfo *at = list; at && fd < 0; at = at->ai_next)
        if (at->ai_family == family)
            fd = listen_at(at, ret_port);
    return fd;
}

int
listen_on(const char *address, int port, int *ret_port)
{
    struct addrinfo hints = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    char service[16];
    int fd;

    (void)snprintf(service, sizeof(service), "%d", port);
    if (getaddrinfo(address, service, &hints, &list)) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    errno = EAFNOSUPPORT;
    fd = listen_first(list, AF_INET6, ret_port);
    if (fd < 0 && errno != EADDRINUSE)
        fd = listen_first(list, AF_INET, ret_port);
    freeaddrinfo(list);
    return fd;
}

/*
 * SO_LINGER alone is not enough: libmicrohttpd shuts the socket down before it closes it,
 * and the client would see an orderly end first. Dissolving the association resets at
 * once.
 */
void
connection_reset(struct MHD_Connection *connection)
{
    const struct linger linger = {.l_onoff = 1, .l_linger = 0};
    const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (!info)
        return;
    /* either may fail because the client was faster; then there is nothing to reset */
    (void)setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    (void)connect(info->connect_fd, &nowhere, sizeof(nowhere));
}

void
connection_end(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    /* libmicrohttpd reads an end, and closes its own side */
    if (info)
        (void)shutdown(info->connect_fd, SHUT_RD);
}

bool
connection_is_over(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    char byte;
    ssize_t n;

    if (!info)
        return true;
    n = recv(info->connect_fd, &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}
