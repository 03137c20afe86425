/*
 * One request: its options, its body on the way out, the answer on the way in, and what
 * its end means.
 *
 * A request leaves once. libcurl would send it again by itself when a connection used
 * again dies before the first byte of the answer, when a stream is refused, when the
 * server asks for HTTP/1.1; but before each try, over HTTP/1.1 and HTTP/2 alike, it asks
 * on_try. The second is refused there, unless it is a GET or nothing of the first was
 * written. With that the body can be given at once, which leaves with the header lines in
 * one write; a read callback costs a second write (a fifth of the client's time).
 *
 * "Not sent" means that no try began, or none wrote a byte. What is in doubt was cut: a
 * stream that the server says it refused too, since libcurl does not tell.
 */
#include "http_internal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"

enum {
    HEAD_BYTES_MAX = 65536,
    NAME_KEPT_S = 5,
    KEEP_BYTES_MAX = 4096,  /* of an answer's memory, between two requests */
    RECEIVE_BYTES = 8192,   /* libcurl's buffers, per handle */
    UPLOAD_BYTES = 16384,   /* the least it takes; its own choice is 64 KiB */
    VALUE_BYTES_MAX = 4096, /* of the bearer, of a header line */
};

/* What libcurl has written of the request: over HTTP/2 also what it holds to be written.
 */
static long
written_bytes(const struct flight *flight)
{
    long bytes = 1;

    if (curl_easy_getinfo(flight->easy, CURLINFO_REQUEST_SIZE, &bytes) != CURLE_OK)
        return 1;
    return bytes;
}

/* Connected, and about to write the request. */
static int
on_try(void *ctx, char *to_ip, char *from_ip, int to_port, int from_port)
{
    struct flight *flight = ctx;

    (void)to_ip;
    (void)from_ip;
    (void)to_port;
    (void)from_port;
    if (flight->n_tries > 0 && !flight->is_repeatable && written_bytes(flight) > 0)
        return CURL_PREREQFUNC_ABORT;
    flight->n_tries++;
    flight->try_at_ms = loop_now_ms(flight->http->loop);
    return CURL_PREREQFUNC_OK;
}

static size_t
on_body_come(char *data, size_t size, size_t n, void *ctx)
{
    struct flight *flight = ctx;

    if (flight->reply.bytes + size * n > flight->http->reply_bytes_max) {
        flight->is_too_long = true;
        return 0;
    }
    buf_add(&flight->reply, data, size * n);
    return flight->reply.is_bad ? 0 : size * n;
}

/* libcurl keeps the header lines: they are only counted here. */
static size_t
on_head_come(char *data, size_t size, size_t n, void *ctx)
{
    struct flight *flight = ctx;

    (void)data;
    flight->head_bytes += size * n;
    if (flight->head_bytes <= HEAD_BYTES_MAX)
        return size * n;
    flight->is_too_long = true;
    return 0;
}

static bool
set_up_callbacks(CURL *easy, struct flight *flight)
{
    return !curl_easy_setopt(easy, CURLOPT_PRIVATE, flight) &&
           !curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_try) &&
           !curl_easy_setopt(easy, CURLOPT_PREREQDATA, flight) &&
           !curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, http_on_socket_closed) &&
           !curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, flight->http) &&
           !curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body_come) &&
           !curl_easy_setopt(easy, CURLOPT_WRITEDATA, flight) &&
           !curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head_come) &&
           !curl_easy_setopt(easy, CURLOPT_HEADERDATA, flight);
}

/* Where it may go: there, directly, nowhere else. */
static bool
set_up_reach(CURL *easy)
{
    return !curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") &&
           !curl_easy_setopt(
               easy, CURLOPT_PROXY, "") && /* not from the environment either */
           !curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) &&
           !curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) &&
           !curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) &&
           !curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

/* A file of one's own takes the place of the system's: its folder would still be trusted
 * beside the file. */
static bool
set_up_trust(CURL *easy, const char *ca_file)
{
    return !ca_file || (!curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file) &&
                           !curl_easy_setopt(easy, CURLOPT_CAPATH, NULL));
}

static bool
set_up_manners(CURL *easy, int connect_ms)
{
    return !curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) &&
           /* else a silent resolver holds the loop past every deadline (6 s measured) */
           !curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) &&
           /* a name that moved is followed, a burst asks once */
           !curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, (long)NAME_KEPT_S) &&
           !curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms) &&
           !curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS) &&
           !curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L) &&
           !curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L) &&
           !curl_easy_setopt(easy, CURLOPT_USERAGENT, "carteiro/" CARTEIRO_VERSION) &&
           !curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)RECEIVE_BYTES) &&
           !curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)UPLOAD_BYTES);
}

struct flight *
flight_new(struct http *http)
{
    struct flight *flight = mem_new(struct flight);

    if (!flight)
        return NULL;
    list_init(&flight->node);
    flight->http = http;
    buf_init(&flight->reply, http->reply_bytes_max);
    flight->easy = curl_easy_init();
    if (!flight->easy || !set_up_callbacks(flight->easy, flight) ||
        !set_up_reach(flight->easy) || !set_up_manners(flight->easy, http->connect_ms) ||
        curl_easy_setopt(flight->easy, CURLOPT_SHARE, http->share) ||
        !set_up_trust(flight->easy, http->ca_file)) {
        flight_free(flight);
        return NULL;
    }
    return flight;
}

void
flight_free(struct flight *flight)
{
    if (!flight)
        return;
    loop_timer_stop(&flight->deadline);
    flight_unload(flight);
    if (flight->easy)
        curl_easy_cleanup(flight->easy);
    buf_done(&flight->reply);
    mem_free(flight);
}

void
flight_unload(struct flight *flight)
{
    for (struct curl_slist *line = flight->headers; line; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    if (flight->easy)
        curl_easy_setopt(flight->easy, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(flight->headers);
    flight->headers = NULL;
    if (flight->reply.room > KEEP_BYTES_MAX) {
        buf_done(&flight->reply);
        buf_init(&flight->reply, flight->http->reply_bytes_max);
    }
    flight->on_done = NULL;
}

/* What may stand in a header line or a URL: nothing that ends it. */
static bool
is_printable(const char *text, char from)
{
    for (; *text; text++)
        if (*text < from || *text > '~')
            return false;
    return true;
}

static bool
is_bearer(const char *text)
{
    size_t bytes =
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    return bytes > 0 && bytes <= VALUE_BYTES_MAX && !text[bytes];
}

/* "Name: value" with a name of token characters. */
static bool
is_header(const char *line)
{
    size_t name = strspn(line,
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~");

    return name > 0 && line[name] == ':' && is_printable(line, ' ') &&
           strlen(line) <= VALUE_BYTES_MAX;
}

static bool
is_sendable(const struct http_request *request)
{
    if (!is_printable(request->url, '!') ||
        (strncmp(request->url, "http://", 7) != 0 &&
            strncmp(request->url, "https://", 8) != 0))
        return false;
    if (!*request->method ||
        strspn(request->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(request->method))
        return false;
    if (request->bearer && !is_bearer(request->bearer))
        return false;
    if (request->content_type && (!is_printable(request->content_type, ' ') ||
                                     strlen(request->content_type) > VALUE_BYTES_MAX))
        return false;
    for (const char *const *line = request->headers; line && *line; line++)
        if (!is_header(*line))
            return false;
    return true;
}

/* "name: value" at the end of the list; false when out of memory. */
static bool
add_header(struct flight *flight, const char *name, const char *value)
{
    char line[VALUE_BYTES_MAX + 64];
    struct curl_slist *longer = NULL;
    int bytes = snprintf(line, sizeof line, "%s%s", name, value);

    if (bytes > 0 && (size_t)bytes < sizeof line)
        longer = curl_slist_append(flight->headers, line);
    explicit_bzero(
        line, bytes > 0 && (size_t)bytes < sizeof line ? (size_t)bytes : sizeof line);
    if (longer)
        flight->headers = longer;
    return longer;
}

static bool
load_headers(struct flight *flight, const struct http_request *request)
{
    const char *type = request->content_type ? request->content_type : "application/json";

    if (request->bearer && !add_header(flight, "Authorization: Bearer ", request->bearer))
        return false;
    if (strcmp(request->method, "GET") != 0 &&
        !add_header(flight, "Content-Type: ", type))
        return false;
    if (!add_header(flight, "Expect:", ""))
        return false;
    for (const char *const *line = request->headers; line && *line; line++)
        if (!add_header(flight, *line, ""))
            return false;
    return !curl_easy_setopt(flight->easy, CURLOPT_HTTPHEADER, flight->headers);
}

static bool
load_method(struct flight *flight, const struct http_request *request)
{
    CURL *easy = flight->easy;
    bool is_get = strcmp(request->method, "GET") == 0;
    bool is_post = strcmp(request->method, "POST") == 0;
    bool has_body = request->body != NULL;
    bool is_plain = has_body || is_post ? is_post : is_get;

    /* a POST, with its length, whenever there is a body; the name is only what is written
     */
    if (has_body || is_post) {
        if (curl_easy_setopt(easy, CURLOPT_POST, 1L) ||
            curl_easy_setopt(easy, CURLOPT_POSTFIELDS, has_body ? request->body : "") ||
            curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                (curl_off_t)(has_body ? request->body_bytes : 0)))
            return false;
    } else if (curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L)) {
        return false;
    }
    return !curl_easy_setopt(
        easy, CURLOPT_CUSTOMREQUEST, is_plain ? NULL : request->method);
}

enum rc
flight_load(struct flight *flight, const struct http_request *request)
{
    assert(request->timeout_ms > 0 && request->on_done);
    if (!is_sendable(request))
        return RC_REJECTED;
    flight->n_tries = 0;
    flight->begun_at_ms = loop_now_ms(flight->http->loop);
    flight->is_tls = strncmp(request->url, "https:", 6) == 0;
    flight->is_repeatable = strcmp(request->method, "GET") == 0;
    flight->head_bytes = 0;
    flight->is_too_long = false;
    buf_clear(&flight->reply);
    flight->on_done = request->on_done;
    flight->ctx = request->ctx;
    if (curl_easy_setopt(flight->easy, CURLOPT_URL, request->url) ||
        curl_easy_setopt(flight->easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms) ||
        /* a stream on a connection being made, rather than a connection for each */
        curl_easy_setopt(flight->easy, CURLOPT_PIPEWAIT, flight->is_tls ? 1L : 0L) ||
        !load_method(flight, request) || !load_headers(flight, request))
        return RC_OOM;
    return RC_OK;
}

enum http_transport
flight_outcome(const struct flight *flight, CURLcode result, struct fault *fault)
{
    char code[16];

    if (result == CURLE_OK)
        return HTTP_COMPLETE;
    snprintf(code, sizeof code, "%d", (int)result);
    fault_set(fault, "http", code, "%s",
        flight->is_too_long ? "the answer is longer than allowed"
                            : curl_easy_strerror(result));
    if (flight->n_tries == 0 || written_bytes(flight) == 0)
        return HTTP_NOT_SENT;
    return HTTP_CUT;
}
