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
};

/* Where a number sends. Strings are borrowed until the callback returns. */
struct fila_numero {
    int id;
    const char *identificador; /* Meta's phone_number_id */
    int64_t portfolio_id;
    const char *token_arquivo; /* bare name inside secrets.dir */
};

/* `lanes` and `numeros` are borrowed until the callback returns; on a failure n is 0. */
typedef void fila_lanes_fn(void *ctx, enum rc rc, const struct fila_lane *lanes, int n);
typedef void fila_numeros_fn(
    void *ctx, enum rc rc, const struct fila_numero *numeros, int n);

/* RC_AGAIN: not connected, or one is under way: no callback. */
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
};

/* `reservas`, in the order in which they were due, and all they point to are borrowed
 * until the callback returns. */
typedef void fila_claimed_fn(
    void *ctx, enum rc rc, const struct reserva *reservas, int n);

/* Claims due messages of the lanes asked for. RC_AGAIN: not connected, or the last claim
 * is not back yet. A claim that ends RC_UNKNOWN may have taken rows: the rescue finds
 * them. */
enum rc fila_claim(struct fila *fila, const struct fila_ask *asks, int n,
    fila_claimed_fn *fn, void *ctx) MUST_USE;

/* What became of a reserva; the names are those of fila_record in SQL. */
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
    int gravadas;   /* live rows that changed */
    int liquidadas; /* ended by a webhook or a person before us */
    int zumbis;     /* overtaken by a newer reserva: nothing changed */
};

typedef void fila_recorded_fn(
    void *ctx, enum rc rc, const struct fila_contas *contas, const struct fault *fault);

/* Records a batch; `resultados` is copied. RC_AGAIN: not connected, no callback.
 * Recording is idempotent, so RC_UNKNOWN and RC_RETRY are answered by recording the batch
 * again; RC_REJECTED: one row of it cannot be stored, find it by halving. */
enum rc fila_record(struct fila *fila, const struct fila_resultado *resultados, int n,
    fila_recorded_fn *fn, void *ctx) MUST_USE;

#endif
