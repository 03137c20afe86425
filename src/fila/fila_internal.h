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

    struct fila_call lanes_call;
    fila_lanes_fn *on_lanes;
    struct fila_call numeros_call;
    fila_numeros_fn *on_numeros;

    struct fila_call claim_call;
    fila_claimed_fn *on_claimed;
    struct pg_array asks[6];

    struct fila_recording *recordings;
    struct pg_array results[10];
};

#define FILA_ARRAY_MAX_BYTES (8u << 20)

#endif
