/*
 * Connections: what each may still take, and who goes when there are too many.
 *
 *     accepted -> HEAD -> BODY -> OURS -> SEND -> HEAD (kept alive) ... -> closed
 *
 * Each phase in which the client owes us something has a deadline that no byte moves:
 * with a limit of silence only, one byte now and then would keep a connection for ever.
 * (libmicrohttpd 0.9.75's own limit counts from the last answer, whatever arrives, and so
 * cuts long bodies too: it is not used where ours are.) A kept connection that asks
 * nothing more is closed in order, all others are reset. In HEAD and BODY a connection is
 * in the lists of those that owe, oldest first. When an address, or all together, have
 * more connections than they may, the one that has owed for longest is cut and the new
 * one stays: whoever does their part at once gets in beside any number of those who do
 * not.
 *
 * To be cut is to be reset; libmicrohttpd sees that in its next turn, and only then the
 * record goes.
 */
#include <assert.h>

#include "httpd_internal.h"
#include "mem.h"
#include "metrics.h"

#define SEND_BYTES_PER_MS 16 /* whoever reads slower than 16 kB/s is cut in the end */
#define S_MS ((int64_t)1000)

static struct metric cortadas = {.kind = METRIC_COUNTER,
    .name = "carteiro_http_cortadas_total",
    .help = "Connections cut: too slow, or too many.",
    .label = "motivo"};

static const char *const too_slow_for[] = {
    [PHASE_HEAD] = "cabecalho", [PHASE_BODY] = "corpo", [PHASE_SEND] = "resposta"};

void
connections_register(void)
{
    metrics_register(&cortadas);
}

static struct address *
address_take(struct httpd *httpd, const struct ip *ip)
{
    uint64_t key = ip_key(ip);
    struct address *address = map_get(&httpd->addresses, key);

    if (!address) {
        address = mem_new(struct address);
        if (!address)
            return NULL;
        address->key = key;
        list_init(&address->owing);
        if (map_put(&httpd->addresses, key, address) != RC_OK) {
            mem_free(address);
            return NULL;
        }
    }
    address->users++;
    return address;
}

static void
address_drop(struct httpd *httpd, struct address *address)
{
    if (!address || --address->users > 0)
        return;
    assert(list_is_empty(&address->owing));
    (void)map_remove(&httpd->addresses, address->key);
    mem_free(address);
}

static void
owes_nothing(struct connection *connection)
{
    list_remove(&connection->owing);
    list_remove(&connection->owing_here);
}

/* It counts no more, and nobody waits for it. */
static void
leave(struct connection *connection)
{
    connection->is_cut = true;
    connection->httpd->connections--;
    connection->address->connections--;
    owes_nothing(connection);
    loop_timer_stop(&connection->deadline);
}

void
connection_cut(struct connection *connection, const char *motivo)
{
    if (connection->is_cut)
        return;
    metric_add(&cortadas, motivo, 1);
    leave(connection);
    connection_reset(connection->mhd);
}

static void
on_deadline(void *ctx)
{
    struct connection *connection = ctx;

    if (connection->phase != PHASE_HEAD || !connection->was_served) {
        connection_cut(connection, too_slow_for[connection->phase]);
        return;
    }
    leave(connection);
    connection_end(connection->mhd);
}

static int64_t
phase_ms(const struct connection *connection, size_t bytes)
{
    const struct httpd *httpd = connection->httpd;

    if (!httpd->head_s)
        return 0;
    switch (connection->phase) {
    case PHASE_HEAD:
        return (connection->was_served ? httpd->idle_s : httpd->head_s) * S_MS;
    case PHASE_BODY:
        return httpd->body_s * S_MS;
    case PHASE_SEND:
        return httpd->idle_s * S_MS + (int64_t)(bytes / SEND_BYTES_PER_MS);
    case PHASE_OURS:
        break;
    }
    return 0;
}

void
connection_enter(struct connection *connection, enum connection_phase phase, size_t bytes)
{
    int64_t ms;

    if (connection->is_cut)
        return;
    owes_nothing(connection);
    connection->phase = phase;
    connection->was_served = connection->was_served || phase == PHASE_SEND;
    if (phase == PHASE_HEAD || phase == PHASE_BODY) {
        list_add_tail(&connection->httpd->owing, &connection->owing);
        list_add_tail(&connection->address->owing, &connection->owing_here);
    }
    ms = phase_ms(connection, bytes);
    if (ms > 0)
        loop_timer_in(&connection->deadline, ms);
    else
        loop_timer_stop(&connection->deadline);
}

/* The one that has owed for longest goes; the newest itself when nobody owes. */
static void
make_room(struct connection *newest)
{
    struct httpd *httpd = newest->httpd;
    struct address *address = newest->address;
    bool is_proxy = newest->is_proxy;

    if (httpd->per_address_max && !is_proxy &&
        address->connections > httpd->per_address_max)
        connection_cut(
            list_entry(address->owing.next, struct connection, owing_here), "endereco");
    if (httpd->connections > httpd->connections_max && !list_is_empty(&httpd->owing))
        connection_cut(
            list_entry(httpd->owing.next, struct connection, owing), "lotacao");
}

static struct connection *
connection_new(struct httpd *httpd, struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct connection *connection = mem_new(struct connection);

    if (!connection || !info || !ip_of(info->client_addr, &connection->ip)) {
        mem_free(connection);
        return NULL;
    }
    connection->address = address_take(httpd, &connection->ip);
    if (!connection->address) {
        mem_free(connection);
        return NULL;
    }
    connection->httpd = httpd;
    connection->mhd = mhd;
    connection->is_proxy = networks_have(&httpd->proxies, &connection->ip);
    list_init(&connection->owing);
    list_init(&connection->owing_here);
    loop_timer_init(&connection->deadline, httpd->loop, on_deadline, connection);
    return connection;
}

static void
connection_opened(struct httpd *httpd, struct MHD_Connection *mhd, void **ret_connection)
{
    struct connection *connection = connection_new(httpd, mhd);

    if (!connection) {
        connection_reset(mhd);
        return;
    }
    *ret_connection = connection;
    httpd->connections++;
    connection->address->connections++;
    connection_enter(connection, PHASE_HEAD, 0);
    make_room(connection);
}

static void
connection_closed(struct connection *connection)
{
    struct httpd *httpd = connection->httpd;

    if (!connection->is_cut) {
        httpd->connections--;
        connection->address->connections--;
    }
    owes_nothing(connection);
    loop_timer_stop(&connection->deadline);
    address_drop(httpd, connection->address);
    mem_free(connection);
}

void
connection_notified(void *ctx, struct MHD_Connection *mhd, void **socket_context,
    enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        connection_opened(ctx, mhd, socket_context);
    else if (*socket_context)
        connection_closed(*socket_context);
}

struct connection *
connection_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

bool
forwarded_take(
    struct connection *connection, const struct ip *ip, struct address **ret_address)
{
    struct httpd *httpd = connection->httpd;
    struct address *address = address_take(httpd, ip);

    if (!address)
        return false;
    if (httpd->per_address_max && address->requests >= httpd->per_address_max) {
        address_drop(httpd, address);
        return false;
    }
    address->requests++;
    *ret_address = address;
    return true;
}

void
forwarded_drop(struct httpd *httpd, struct address *address)
{
    if (!address)
        return;
    address->requests--;
    address_drop(httpd, address);
}
