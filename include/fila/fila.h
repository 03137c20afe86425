/*
 * fila.h - claim messages from fila_mensagens and record what became of them.
 *
 * A reserva is the right to send one message until it expires. Recording names the
 * reserva, so a worker that outlived it changes nothing: the database skips the row and
 * counts it. Calls return at once; callbacks run from the loop, never from inside the
 * call that asked for them.
 */
#ifndef FILA_H
#define FILA_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "rc.h"

struct fila; /* opaque */
struct pg;

struct fila_opts {
    struct pg *claim;  /* borrowed; freed before the fila or when nothing is pending */
    struct pg *record; /* borrowed likewise; may be the same */
    const char *worker;
    int reserva_ms;
    int64_t quarentena_ms;
    const char *only_to; /* PostgreSQL array literal of recipients; NULL: everybody */
    double taxa_padrao;  /* messages per second of a number without its own rate */
};

/* NULL when out of memory. */
struct fila *fila_new(const struct fila_opts *opts) MUST_USE;

/* Forgets the callbacks still owed. Accepts NULL. */
void fila_free(struct fila *fila);

/* A lane that holds waiting messages: (numero_id, prioridade, faixa). */
struct fila_lane {
    int numero_id;
    int prioridade;
    int faixa;
    int peso;
    double taxa;        /* messages per second of the lane; 0: only the number's */
    int64_t espera_ms;  /* until its first message is due; <= 0: now */
    double numero_taxa; /* 0: the default */
    int numero_rajada;  /* 0: the default */
    double fator;       /* what throttling left of the number's rate: 0.1 .. 1 */
};

/* Where a number sends. Strings are borrowed until the callback returns. */
struct fila_numero {
    int id;
    const char *identificador; /* Meta's phone_number_id */
    int64_t portfolio_id;
    const char *token_arquivo; /* bare name inside secrets.dir */
    int64_t conta_id;
    int alcance_limite; /* of the portfolio, people in 24 h; 0: no limit */
};

/* `lanes` and `numeros` are borrowed until the callback returns; on a failure n is 0. */
typedef void fila_lanes_fn(void *ctx, enum rc rc, const struct fila_lane *lanes, int n);
typedef void fila_numeros_fn(
    void *ctx, enum rc rc, const struct fila_numero *numeros, int n);

/* fila_lanes scans for all lanes that wait. RC_AGAIN: not connected, or one is under way:
 * no callback. */
enum rc fila_lanes(struct fila *fila, fila_lanes_fn *fn, void *ctx) MUST_USE;
enum rc fila_numeros(struct fila *fila, fila_numeros_fn *fn, void *ctx) MUST_USE;

/* Up to `k` messages of a lane, from its floor on: what the sender has claimed from it up
 * to (piso_em, piso_ordem) it need not look at again; piso_em NULL: no floor. */
struct fila_ask {
    int numero_id;
    int prioridade;
    int faixa;
    int k;
    const char *piso_em; /* timestamptz as the database wrote it */
    int64_t piso_ordem;
};

/* One claimed row of fila_mensagens. */
struct reserva {
    const char *mensagem_id; /* uuid, as text */
    int64_t reserva_seq;     /* with mensagem_id, names this reserva and no other */
    int numero_id;
    int prioridade;
    int faixa;
    const char *agendar_para; /* with ordem, its place in the lane */
    int64_t ordem;
    int64_t atraso_ms;   /* how long it has been due */
    const char *destino; /* personal data, never log it */
    const char *tipo;
    const char *formato;  /* what goes: the window decided between text and template */
    const char *conteudo; /* NULL: none; personal data, never log it */
    const char *carga;    /* JSON; NULL: none */
    const char *modelo_nome;
    const char *modelo_idioma;
    const char *parametros; /* JSON array; NULL: none */
    int tentativa;          /* 1 for the first */
    const char *resposta_a; /* the wamid it quotes; NULL: none */
    bool is_digitando;      /* show "digitando…" first; needs resposta_a */
    bool is_fora_da_janela; /* the person counts for the portfolio's reach */
    bool is_sonda;          /* its outcome tells whether an automatic pause is over */
};

/* Looks only at the lanes named, each from its floor on (`k` is not read): cheap while
 * dead index entries lie below the floors, blind for new lanes. A lane that is not
 * answered has nothing to give. RC_AGAIN as fila_lanes. */
enum rc fila_lanes_known(struct fila *fila, const struct fila_ask *asks, int n,
    fila_lanes_fn *fn, void *ctx) MUST_USE;

/* `reservas`, in the order in which they were due, and all they point to are borrowed
 * until the callback returns. */
typedef void fila_claimed_fn(
    void *ctx, enum rc rc, const struct reserva *reservas, int n);

/* The mode's epoca that claims name from now on (fila_seen tells it); 0: claims end
 * RC_RETRY without rows. */
void fila_set_epoca(struct fila *fila, int64_t epoca);

/* Claims due messages of the lanes asked for. The callback's RC_RETRY: the mode has
 * changed, nothing was claimed; ask fila_seen. RC_AGAIN: not connected, or the last claim
 * is not back yet. A claim that ends RC_UNKNOWN may have taken rows: the rescue finds
 * them. */
enum rc fila_claim(struct fila *fila, const struct fila_ask *asks, int n,
    fila_claimed_fn *fn, void *ctx) MUST_USE;

/* Claims one message whose sender vanished twice while holding it, if there is any:
 * nothing else is to be in flight in this process meanwhile. No token was taken for it.
 */
enum rc fila_claim_alone(struct fila *fila, fila_claimed_fn *fn, void *ctx) MUST_USE;

/* What became of a reserva; the names are those of fila_record_now in SQL. */
enum fila_desfecho {
    FILA_ACEITA,       /* Meta has it */
    FILA_RECUSADA,     /* refused for good */
    FILA_REPETIR,      /* refused, to be tried again */
    FILA_LIMITADA,     /* throttled: back after espera_ms, no attempt spent */
    FILA_DEVOLVIDA,    /* never sent: back after espera_ms, no attempt spent */
    FILA_DESCONHECIDA, /* may have arrived */
};

struct fila_resultado {
    const char *mensagem_id;
    int64_t reserva_seq;
    enum fila_desfecho desfecho;
    const char *classe;  /* class of the refusal; NULL: none */
    int codigo;          /* Graph error; 0: none */
    const char *erro;    /* one line without personal data; NULL: none */
    const char *wamid;   /* NULL: none */
    const char *wa_id;   /* where it differs from destino; NULL */
    const char *entrega; /* "aceita", "retida"; NULL */
    int64_t espera_ms;
};

struct fila_contas {
    int gravadas;        /* live rows that changed */
    int liquidadas;      /* ended by a webhook or a person before us */
    int zumbis;          /* overtaken by a newer reserva: nothing changed */
    const int *ocupadas; /* places in the batch, rising, of what is not recorded: somebody
                            else holds the row; borrowed until the callback returns */
    int ocupadas_n;
};

typedef void fila_recorded_fn(
    void *ctx, enum rc rc, const struct fila_contas *contas, const struct fault *fault);

/* Records a batch; `resultados` is copied. RC_AGAIN: not connected, no callback. Nobody
 * is waited for: what is `ocupadas` is to be recorded again. Recording is idempotent, so
 * RC_UNKNOWN and RC_RETRY are answered by recording the batch again; RC_REJECTED: one row
 * of it cannot be stored, find it by halving. */
enum rc fila_record_now(struct fila *fila, const struct fila_resultado *resultados, int n,
    fila_recorded_fn *fn, void *ctx) MUST_USE;

/* The mode that binds all senders, one row of the database. */
struct fila_modo {
    bool is_degradado;  /* no tokens of Redis: fila_claim takes them from the database */
    int64_t epoca;      /* grows at every change */
    int vivos;          /* senders that count */
    bool has_suspeitas; /* fila_claim_alone would find something */
};

typedef void fila_seen_fn(void *ctx, enum rc rc, const struct fila_modo *modo);

/* Says that this sender lives and whether it reaches Redis; the answer is the mode, which
 * that may have changed. RC_AGAIN: not connected, or one is under way: no callback. */
enum rc fila_seen(
    struct fila *fila, bool has_redis, fila_seen_fn *fn, void *ctx) MUST_USE;

/* This sender ends and counts no more. RC_AGAIN: not connected, no callback. */
typedef void fila_gone_fn(void *ctx);
enum rc fila_gone(struct fila *fila, fila_gone_fn *fn, void *ctx) MUST_USE;

/* What the server refuses of looks, claims and fila_seen, in one line; NULL: nothing. */
const char *fila_trouble(const struct fila *fila);

/* Whom an answer of Meta stops or slows. */
enum fila_escopo { FILA_NUMERO, FILA_CONTA, FILA_MODELO };

/* RC_OK: it is known to the fleet. RC_REJECTED: refused for good. Anything else: say it
 * again, each of them may be said twice. */
typedef void fila_told_fn(void *ctx, enum rc rc);

/* Meta throttled the number (130429) or its account or app: its learnt rate falls to 0.7
 * of itself, at most once a second whoever says so. RC_AGAIN: not connected, no callback;
 * so with the three that follow. */
enum rc fila_throttled(struct fila *fila, int numero_id, enum fila_escopo escopo,
    fila_told_fn *fn, void *ctx) MUST_USE;

/* Meta stopped the number, account or template of a message. */
struct fila_pausa {
    const char *mensagem_id;
    enum fila_escopo escopo;
    int codigo;         /* Graph error; the reason that people read follows from it */
    const char *motivo; /* where the code says too little; NULL */
};

/* An automatic pause of the whole fleet, twice as long as the one before it. */
enum rc fila_pause(struct fila *fila, const struct fila_pausa *pausa, fila_told_fn *fn,
    void *ctx) MUST_USE;

/* A message that was a probe (reserva.is_sonda) was accepted: its pause is over. */
enum rc fila_probe_passed(
    struct fila *fila, const char *mensagem_id, fila_told_fn *fn, void *ctx) MUST_USE;

/* Meta says that the 24 h window of this message's person is closed, whatever we thought:
 * the next claim of it sends its template. */
enum rc fila_window_closed(
    struct fila *fila, const char *mensagem_id, fila_told_fn *fn, void *ctx) MUST_USE;

/* Who was written to outside the 24 h window from a portfolio in the last 24 h, and how
 * long ago first: `destinos` and `ha_ms` are borrowed until the callback returns. */
typedef void fila_reach_fn(
    void *ctx, enum rc rc, const char *const *destinos, const int64_t *ha_ms, int n);
enum rc fila_reach(
    struct fila *fila, int64_t portfolio_id, fila_reach_fn *fn, void *ctx) MUST_USE;

#endif
