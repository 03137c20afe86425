/*
 * sender.h - the process that claims, takes tokens, POSTs and records.
 *
 * What its files share. A number's tokens come before rows: round.c asks Redis, then
 * claims as many rows as it got tokens, then asks for the pairs, then starts the flights.
 * flight.c is one message from its claim to its outcome, record.c writes outcomes back in
 * batches.
 */
#ifndef SENDER_H
#define SENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "alone.h"
#include "config.h"
#include "fila.h"
#include "list.h"
#include "looks.h"
#include "loop.h"
#include "map.h"
#include "rate.h"
#include "record.h"

struct brakes;
struct bucket;
struct http;
struct pg;
struct mode;
struct redis;
struct reach;
struct round;
struct service;
struct flight;
struct schema_wait;

enum {
    NUMERO_REFRESH_MS = 30000,
    PISO_BYTES = 40,
};

/* A sending number, for as long as the process lives. */
struct numero {
    int id;
    char *identificador; /* Meta's phone_number_id */
    char *url;           /* where it POSTs */
    char *token;         /* NULL: not read yet, or refused; secret */
    char *token_arquivo;
    int64_t portfolio_id;
    int64_t conta_id;
    double taxa; /* messages per second */
    int rajada;
    struct list lanes; /* by prioridade, highest first */
    int kept;          /* tokens taken and not used, all as good as kept_token */
    struct token kept_token;
    int64_t kept_until_ms; /* and of use for a claim until then */
    int alcance_limite;    /* the portfolio's people in 24 h; 0: no limit */
    int64_t wait_until_ms; /* Redis has no token before */
    int64_t hold_until_ms; /* Meta or a missing token said stop */
    double reserved;       /* what the lowest class has saved up of its tenth */
    int flying;            /* messages in flight */
    bool is_gone;          /* the database no longer lists it */
    bool was_told;         /* it was listed before */
};

/* (numero, prioridade, faixa): what waits in order of agendar_para and ordem. */
struct lane {
    struct list node; /* in numero->lanes */
    struct numero *numero;
    int prioridade;
    int faixa;
    int peso;
    double taxa;        /* 0: only the number's */
    double deficit;     /* tokens earned and not yet asked for */
    int64_t due_at_ms;  /* INT64_MAX: nothing known to wait */
    int64_t seen_at_ms; /* last time a look found it */
    int64_t wait_until_ms;
    int64_t sweep_at_ms;   /* claim without floor from then on */
    int64_t sweep_dear_ms; /* what the last one took beyond what is cheap; 0: nothing */
    bool is_swept;         /* by the claim under way */
    bool is_swept_apart;   /* a sweep of it may be dear: no other in the same claim */
    bool is_missed;        /* the last claim from its floor gave nothing */
    bool is_guess;         /* taken for due without a look */
    char piso_em[PISO_BYTES];
    int64_t piso_ordem;
    int asked; /* in the claim under way */
    int got;
    struct token token; /* what was asked with */
};

struct sender {
    struct service *service;
    struct loop *loop;
    const struct config *config;
    const char *worker;

    struct pg *pg_claim;
    struct pg *pg_record;
    struct pg *pg_listener; /* database.listen_url; NULL: pg_claim listens, or nobody */
    bool is_listening;
    bool is_listener_told; /* what became of its first attempt was logged */
    struct schema_wait *schema;
    struct redis *redis;
    struct bucket *bucket;
    struct http *http;
    struct fila *fila;
    char *only_to; /* array literal; NULL: everybody */

    bool is_schema_there;
    char schema_reason[160]; /* for /readyz while it is not */
    bool is_draining;

    struct map numeros;    /* by id */
    struct map lanes;      /* by lane_key */
    int64_t numeros_at_ms; /* when to ask for the numbers again */
    int64_t numeros_asked_at_ms;

    struct looks looks;
    struct loop_timer round_timer;
    struct loop_hook hook;
    bool is_poked; /* something changed: run the round at the end of the turn */

    struct round *round;
    struct alone alone;
    struct mode *mode;
    struct reach *reach;

    struct flight *flights;  /* config->sender.slots of them */
    struct list in_state[4]; /* by enum flight_state; the last holds the free ones */
    int flying;

    struct brakes *brakes;
    struct recorder recorder;
    struct loop_timer drain_timer;
};

/* Something changed that may let messages start: looked at once, at the end of the turn.
 */
void sender_poke(struct sender *sender);

/* Whether new messages may be claimed. */
bool sender_may_claim(const struct sender *sender);

/* /readyz follows the connections. */
void sender_tell_ready(struct sender *sender);

#endif
