/*
 * Making and freeing a fila. Its calls are in lanes.c, claim.c and record.c, one SQL
 * function each; the work is done in the database.
 */
#include "fila.h"

#include <stdio.h>

#include "fila_internal.h"
#include "log.h"
#include "mem.h"
#include "pause.h"
#include "record.h"

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))

struct fila *
fila_new(const struct fila_opts *opts)
{
    struct fila *fila = mem_new(struct fila);

    if (!fila)
        return NULL;
    fila->opts = *opts;
    for (int i = 0; i < COUNT(fila->asks); i++)
        pg_array_init(&fila->asks[i], FILA_ARRAY_MAX_BYTES);
    for (int i = 0; i < COUNT(fila->results); i++)
        pg_array_init(&fila->results[i], FILA_ARRAY_MAX_BYTES);
    return fila;
}

void
fila_free(struct fila *fila)
{
    if (!fila)
        return;
    for (int i = 0; i < COUNT(fila->asks); i++)
        pg_array_done(&fila->asks[i]);
    for (int i = 0; i < COUNT(fila->results); i++)
        pg_array_done(&fila->results[i]);
    fila_recordings_free(fila);
    fila_tellings_free(fila);
    mem_free(fila);
}

void
fila_answered(struct fila *fila, const char *call, int *refused, enum rc rc,
    const struct fault *fault)
{
    if (rc == RC_OK)
        *refused = 0;
    if (rc != RC_REJECTED || !fault)
        return;
    (*refused)++;
    snprintf(fila->refusal, sizeof(fila->refusal), "PostgreSQL refuses fila_%s: %s %s",
        call, fault->code, fault->text);
    if ((*refused & (*refused - 1)) == 0) /* 1, 2, 4, 8, ... */
        log_error("fila.refused", LOG_S("call", call), LOG_N("refused", *refused),
            LOG_FAULT(fault));
}
