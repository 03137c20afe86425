/*
 * flight.h - one message, from its claim to its recorded outcome.
 *
 *     CLAIMED ---> POSTING ---> JUDGED ---> recorded: FREE
 *        |                        ^
 *        +--- pair refused, ------+
 *             bad body, too late
 *
 * Tokens of the number were taken before the claim; in CLAIMED it waits for its pair's,
 * and for the instant from which its number's is good.
 * So does "digitando…": an API call of its own, whose outcome is nobody's concern.
 * Beside each state: what a crash there means to sql/functions/fila_rescue.sql. The two
 * files change together.
 */
#ifndef FLIGHT_H
#define FLIGHT_H

#include "buf.h"
#include "fila.h"
#include "list.h"
#include "sender.h"
#include "whatsapp.h"

enum flight_state {
    FLIGHT_CLAIMED, /* row processando, nothing left this host; the row cannot tell:
                       incerta */
    FLIGHT_POSTING, /* bytes may have left; incerta */
    FLIGHT_JUDGED,  /* the verdict is only here; incerta */
    FLIGHT_FREE,    /* no row */
    FLIGHT_STATES,
};

/* How much of the outcome is recorded: less after the database refused it for good. */
enum record_step { RECORD_WHOLE, RECORD_OUTCOME, RECORD_LEAST };

enum {
    FLIGHT_ID_BYTES = 37,
    FLIGHT_DESTINO_BYTES = 144, /* a user id has up to 135 */
};

struct flight {
    struct list node; /* in sender->in_state[state] */
    struct sender *sender;
    enum flight_state state;
    int64_t start_by_ms; /* no POST begins later */
    int order;           /* place in its claim */

    struct token token; /* the number's; TOKEN_ALWAYS: of a claim in mode degradado */
    struct loop_timer token_timer;
    int faixa;
    double faixa_taxa; /* a rate of the lane's own, which was paid too; 0: none */
    int asked;         /* how often pairs.c asked for it */
    bool has_pair;     /* and a place in the portfolio's reach */
    bool is_renewing;  /* what it asks for brings a token of the number */
    bool is_fora_da_janela;

    int64_t due_at_ms; /* on the stopwatch */
    const char *tipo;  /* of a fixed list, for metrics */
    int tentativa;
    int64_t posted_at_ms;
    int64_t judged_at_ms;
    struct numero *numero;
    bool is_sonda;
    bool is_digitando;    /* "digitando…" is to be shown first */
    uint64_t modelo_hash; /* names the template */
    char mensagem_id[FLIGHT_ID_BYTES];
    char destino[FLIGHT_DESTINO_BYTES]; /* personal data, never log it */
    struct buf corpo;                   /* the request's JSON; personal data */
    size_t corpo_bytes; /* of it; what shows "digitando…" stands behind */
    struct whatsapp_judgement judgement; /* what Meta said; resultado points into it */
    enum record_step record_step;
    struct fila_resultado resultado; /* filled by FLIGHT_JUDGED */
};

/* All slots, free; RC_OOM. */
enum rc flights_init(struct sender *sender, int slots) MUST_USE;
void flights_done(struct sender *sender);

int flights_free(const struct sender *sender);

/* A free slot takes the claimed row; its claim was sent at `claimed_at_ms`. The caller
 * has made sure of a free slot. A row whose body cannot be built is JUDGED at once. */
struct flight *flight_claimed(struct numero *numero, const struct reserva *reserva,
    struct sender *sender, int64_t claimed_at_ms);

/* Sends the POST when its token is good for that, and asks for another where it no longer
 * is; when it is too late for its reserva, gives the row back. */
void flight_start(struct flight *flight);

/* Gives back a CLAIMED row that was not sent; `erro` is its waiting reason, in Portuguese
 * (NULL: none). FILA_LIMITADA or FILA_DEVOLVIDA. */
void flight_give_back(struct flight *flight, enum fila_desfecho desfecho,
    int64_t espera_ms, const char *erro);

/* Its outcome is known. */
void flight_judged(struct flight *flight, enum fila_desfecho desfecho, int64_t espera_ms);

/* The only writer of flight->state, but for flights_init. */
void flight_goto(struct flight *flight, enum flight_state next);

#endif
