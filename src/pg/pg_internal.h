/*
 * pg_internal.h - what the files of src/pg share: the connection, its requests, and the
 * parts of libpq that both the asynchronous and the blocking variant need.
 */
#ifndef PG_INTERNAL_H
#define PG_INTERNAL_H

#include <libpq-fe.h>
#include <stddef.h>

#include "list.h"
#include "loop.h"
#include "pg.h"

#define PG_PARAMS_MAX 64
#define PG_TRIES_MAX 10 /* of a request that met 40001 or 40P01 */
#define PG_PAUSE_MIN_MS 50
#define PG_PAUSE_MAX_MS 5000
#define PG_CONNECT_MS 5000
#define PG_STATEMENT_MS 30000

struct pg_rows {
    PGresult *result;
};

/* ---- errors.c: what a result means to the caller */

/* SQLSTATE of a result, "" when the server did not send one. */
const char *pg_sqlstate(const PGresult *result);
bool pg_is_fatal(const PGresult *result); /* the server ends the connection with it */

/* RC_OK for a result that is none of an error. */
enum rc pg_judge(const PGresult *result);
void pg_fault_result(struct fault *fault, const PGresult *result);

/* The first line of libpq's own message. */
void pg_fault_conn(struct fault *fault, const char *code, const PGconn *conn);

/* ---- types.c */

/* The oids of a statement's parameters; 0 (the server infers) for a type not known here.
 */
void pg_param_oids(const struct pg_statement *statement, Oid oids[static PG_PARAMS_MAX]);

/* ---- params.c: connection parameters */

struct pg_hosts;

/* What PQconnectStartParams takes, made of the url and the options. */
struct pg_params {
    PQconninfoOption *parsed;
    const char *keys[64];
    const char *values[64];
    int n;
    char *password;
    char *options;
};

/* RC_REJECTED: the url or the password file cannot be read; RC_OOM. */
enum rc pg_params_init(
    struct pg_params *params, const struct pg_opts *opts, struct fault *fault);
void pg_params_done(struct pg_params *params); /* accepts a zeroed one */

/* NULL when the parameter is not there. */
const char *pg_params_get(const struct pg_params *params, const char *key);

/* Replaces or adds; `value` is borrowed. */
void pg_params_set(struct pg_params *params, const char *key, const char *value);

/* ---- hosts.c: host names, without holding the loop */

/* NULL without fault when there is nothing to resolve; with `fault` (source set) on
 * failure. */
struct pg_hosts *pg_hosts_new(const struct pg_params *params, struct fault *fault);

/* RC_AGAIN: not yet. RC_OK: host, hostaddr and port are set in `params`, borrowed from
 * the resolve. RC_RETRY: no name was found, `fault` says why. */
enum rc pg_hosts_poll(
    struct pg_hosts *hosts, struct pg_params *params, struct fault *fault);
void pg_hosts_free(struct pg_hosts *hosts); /* accepts NULL; may be still under way */

/* ---- meters.c */

struct request;

void pg_meter_up(struct pg *pg, bool is_up);
void pg_meter_answer(
    const struct request *request, enum rc rc, const struct fault *fault);

/* ---- pg.c, connect.c, request.c */

enum pg_state {
    PG_PAUSED,     /* waiting for the next attempt to connect */
    PG_RESOLVING,  /* the host name is being looked up */
    PG_CONNECTING, /* PQconnectPoll has the word */
    PG_UP,
};

/* A statement that this connection has prepared, or will with the next request for it. */
struct prepared {
    const struct pg_statement *statement;
    int generation; /* grows when the server's copy is of no use any more */
    bool is_sent;
};

struct request {
    struct list node; /* in pg->waiting or pg->sent */
    const struct pg_statement *statement;
    const char *const *values; /* into this block */
    pg_done_fn *on_done;
    void *ctx;
    PGresult *result; /* what came before the sync; owned */
    int64_t asked_at_us;
    int tries;
    int generation;
    bool is_internal;  /* LISTEN: nobody outside waits for it */
    bool is_preparing; /* the answer to Prepare comes first */
    bool is_reprepared;
    bool was_ok; /* the statement ended well; its commit was still to come */
};

struct pg {
    struct loop *loop;
    struct pg_opts opts;
    pg_state_fn *on_state;
    pg_notify_fn *on_notify;
    void *ctx;

    enum pg_state state;
    PGconn *conn;
    struct loop_watch *watch;
    struct loop_timer
        timer; /* the pause, the deadline to connect, the deadline of a request */
    struct loop_timer poke; /* look again: the resolver, or a loss seen inside a call */
    struct pg_params params;
    struct pg_hosts *hosts;
    int64_t pause_ms;
    int64_t poll_ms;
    int64_t up_at_ms;
    int64_t head_at_ms; /* since when the oldest request is the server's to answer */

    struct list waiting; /* not given to libpq: the socket is full */
    struct list sent;
    int pending;
    bool is_blocked;
    bool wants_primary; /* the url's target_session_attrs */
    bool is_counted;    /* among the connections that are up */
    bool is_broken;     /* to be closed at the next chance; `lost` says why */
    struct fault lost;

    struct prepared *prepared;
    int prepared_n, prepared_room;
    struct pg_statement listen;
    char *listen_text;

    int depth; /* callbacks on the stack: a pg_free is put off until they return */
    bool is_freed;
};

/* Begins with a pause of `ms`. */
void pg_connect_in(struct pg *pg, int64_t ms);

/* Starts what follows an established connection. */
void pg_up(struct pg *pg);

/* Closes the socket and what belongs to one connection. */
void pg_disconnect(struct pg *pg);

/* Every frame that may call back is between these two; pg may be gone after the second.
 */
void pg_enter(struct pg *pg);
void pg_leave(struct pg *pg);

/* The timers' callbacks. */
void pg_on_timer(void *ctx);
void pg_on_poke(void *ctx);

/* A connection that was up is lost: every request is answered, then it is made again. */
void pg_lose(struct pg *pg);
void pg_on_deadline(struct pg *pg);

/* Gives waiting requests to libpq as long as the socket takes them. */
void pg_pump(struct pg *pg);

/* Marks the connection as broken; it is closed from the loop. The first reason stays. */
void pg_break(struct pg *pg, const char *code, const char *why);

/* Goes by a prepared statement. */
bool pg_is_named(const struct pg *pg, const struct request *request);
void pg_forget_prepared(struct pg *pg, const struct request *request);

struct request *pg_request_new(
    const struct pg_statement *statement, const char *const *values);
void pg_request_free(struct request *request);

#endif
