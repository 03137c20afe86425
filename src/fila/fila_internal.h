/*
 * fila_internal.h - what the files of src/fila share.
 */
#ifndef FILA_INTERNAL_H
#define FILA_INTERNAL_H

#include "fila.h"
#include "pg.h"
#include "pgarray.h"

/* One call under way; `pending` keeps a second one out. */
struct fila_call {
    bool is_pending;
    void *ctx;
};

struct fila {
    struct fila_opts opts;
    int64_t epoca;
    char refusal[256]; /* the last, see fila_trouble */

    struct fila_call lanes_call;
    int lanes_refused; /* by the server, one after the other */
    fila_lanes_fn *on_lanes;
    struct fila_call numeros_call;
    int numeros_refused; /* by the server, one after the other */
    fila_numeros_fn *on_numeros;

    struct fila_call claim_call;
    int claim_refused; /* by the server, one after the other */
    fila_claimed_fn *on_claimed;
    struct pg_array asks[6];

    struct fila_call seen_call;
    int seen_refused; /* by the server, one after the other */
    fila_seen_fn *on_seen;
    fila_gone_fn *on_gone;
    void *on_gone_ctx;
    struct fila_call reach_call;
    int reach_refused;
    fila_reach_fn *on_reach;

    struct fila_recording *recordings;
    struct fila_telling *tellings;
    struct pg_array results[10];
};

/* The arrays numeros, prioridades, faixas, quantas, pisos_em, pisos_ordem of the asks, in
 * the fila's own memory until the next such call; false when out of memory. */
bool fila_write_asks(
    struct fila *fila, const struct fila_ask *asks, int n, const char **ret_values);

/*
 * After each look and claim: writes down that the server refused it, the first time and
 * then ever less often. What fails for another reason is the connection's, whose owner
 * logs it.
 */
void fila_answered(struct fila *fila, const char *call, int *refused, enum rc rc,
    const struct fault *fault);

#define FILA_ARRAY_MAX_BYTES (8u << 20)

#endif
