/*
 * redis://[user[:password]@]host[:port][/db] and unix://[user[:password]@]/path[?db=n].
 * User and password may be percent-encoded. Refusals never quote the url: it may hold a
 * password.
 */
#include "redis_internal.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"

enum { PASSWORD_BYTES_MAX = 4096 };

static enum rc
refuse(struct fault *fault, const char *what)
{
    fault_set(fault, "redis", "url", "%s", what);
    return RC_REJECTED;
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A copy of [from, end) with %xx resolved; NULL when out of memory. */
static char *
decode(const char *from, const char *end)
{
    char *text = mem_strndup(from, (size_t)(end - from));
    char *to = text;

    if (!text)
        return NULL;
    for (const char *at = text; *at; at++) {
        int high = *at == '%' ? hex_digit(at[1]) : -1;
        int low = high >= 0 ? hex_digit(at[2]) : -1;

        if (low >= 0 && (high || low)) {
            *to++ = (char)(high * 16 + low);
            at += 2;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
    return text;
}

/* Digits up to `max`; -1 for anything else. */
static int
number(const char *from, const char *end, int max)
{
    int value = 0;

    if (from == end)
        return -1;
    for (; from < end; from++) {
        if (*from < '0' || *from > '9')
            return -1;
        value = value * 10 + (*from - '0');
        if (value > max)
            return -1;
    }
    return value;
}

/* "user:password@" at the front, if it is there; the rest. NULL when out of memory. */
static const char *
parse_user(const char *from, struct redis_url *url)
{
    const char *end = strrchr(from, '@');
    const char *colon = end ? memchr(from, ':', (size_t)(end - from)) : NULL;
    const char *user_end = colon ? colon : end;

    if (!end)
        return from;
    if (user_end > from) {
        url->user = decode(from, user_end);
        if (!url->user)
            return NULL;
    }
    if (colon) {
        url->password = decode(colon + 1, end);
        if (!url->password)
            return NULL;
    }
    return end + 1;
}

/* Where the host ends: at its bracket or its colon; NULL when a bracket stays open. */
static const char *
host_end(const char *from, const char *end)
{
    bool is_bracketed = *from == '[';
    const char *mark = memchr(from, is_bracketed ? ']' : ':', (size_t)(end - from));

    return mark || is_bracketed ? mark : end;
}

/* ":port" up to `end`, or nothing. */
static enum rc
parse_port(const char *from, const char *end, struct redis_url *url, struct fault *fault)
{
    url->port = from == end ? 6379 : number(from + 1, end, 65535);
    if (url->port <= 0 || (from < end && *from != ':'))
        return refuse(fault, "the port is not a number from 1 to 65535");
    return RC_OK;
}

/* "host:port/db", the host in brackets when it is an IPv6 address. */
static enum rc
parse_host(const char *from, struct redis_url *url, struct fault *fault)
{
    const char *slash = strchr(from, '/'), *end = slash ? slash : from + strlen(from);
    const char *mark = host_end(from, end);
    int bracket = *from == '[';

    if (!mark)
        return refuse(fault, "the bracket of the host is not closed");
    if (mark == from + bracket)
        return refuse(fault, "the host is missing");
    if (parse_port(mark + bracket, end, url, fault) != RC_OK)
        return RC_REJECTED;
    url->db = slash && slash[1] ? number(slash + 1, slash + strlen(slash), 9999) : 0;
    if (url->db < 0)
        return refuse(fault, "the database is not a number");
    url->host = mem_strndup(from + bracket, (size_t)(mark - from - bracket));
    return url->host ? RC_OK : RC_OOM;
}

static enum rc
parse_path(const char *from, struct redis_url *url, struct fault *fault)
{
    const char *query = strchr(from, '?'), *end = query ? query : from + strlen(from);

    if (*from != '/' || end - from < 2)
        return refuse(fault, "the path of the socket is not absolute");
    if (end - from > 107)
        return refuse(fault, "the path of the socket is too long");
    if (query) {
        if (strncmp(query, "?db=", 4) != 0)
            return refuse(fault, "after the path of the socket only ?db= may follow");
        url->db = number(query + 4, query + strlen(query), 9999);
        if (url->db < 0)
            return refuse(fault, "the database is not a number");
    }
    url->path = mem_strndup(from, (size_t)(end - from));
    return url->path ? RC_OK : RC_OOM;
}

enum rc
redis_url_parse(const char *url, struct redis_url *ret_url, struct fault *fault)
{
    struct redis_url parsed = {0};
    bool is_tcp = strncmp(url, "redis://", 8) == 0;
    bool is_unix = strncmp(url, "unix://", 7) == 0;
    const char *rest;
    enum rc rc = RC_OOM;

    if (strncmp(url, "rediss://", 9) == 0)
        return refuse(fault, "no TLS to Redis in here: use stunnel and redis://");
    if (!is_tcp && !is_unix)
        return refuse(fault, "it begins with neither redis:// nor unix://");
    rest = parse_user(url + (is_tcp ? 8 : 7), &parsed);
    if (rest)
        rc = is_tcp ? parse_host(rest, &parsed, fault) : parse_path(rest, &parsed, fault);
    if (rc == RC_OK)
        *ret_url = parsed;
    else
        redis_url_done(&parsed);
    if (rc == RC_OOM)
        fault_set(fault, "redis", "memory", "out of memory");
    return rc;
}

void
redis_url_done(struct redis_url *url)
{
    mem_free(url->host);
    mem_free(url->path);
    mem_free(url->user);
    mem_free_secret(url->password);
    *url = (struct redis_url){0};
}

enum rc
redis_url_check(const char *url, struct fault *fault)
{
    struct redis_url parsed;
    enum rc rc = redis_url_parse(url, &parsed, fault);

    if (rc == RC_OK)
        redis_url_done(&parsed);
    return rc;
}

char *
redis_password_read(const char *path, struct fault *fault)
{
    char line[PASSWORD_BYTES_MAX];
    FILE *file = fopen(path, "re");
    char *password = NULL;

    if (file)
        setvbuf(file, NULL, _IONBF, 0); /* no copy left behind in a buffer */
    if (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = '\0';
        password = mem_strdup(line);
    }
    explicit_bzero(line, sizeof line);
    if (file)
        (void)fclose(file); /* it was only read */
    if (!password)
        fault_set(fault, "redis", "password", "the password file cannot be read");
    return password;
}
