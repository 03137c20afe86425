/*
 * Records: one call with parallel arrays, one element a message, to fila_record_now in
 * SQL. Each element names its reserva, so a repeated or late batch changes nothing twice.
 */
#include "record.h"

#include <inttypes.h>
#include <stdio.h>

#include "fila.h"
#include "fila_internal.h"
#include "mem.h"
#include "statements.h"

#define ARRAYS 10

/* Who asked; several records may be in the pipeline. */
struct fila_recording {
    struct fila *fila;
    fila_recorded_fn *fn;
    void *ctx;
    struct fila_recording *next;
};

void
fila_recordings_free(struct fila *fila)
{
    while (fila->recordings) {
        struct fila_recording *next = fila->recordings->next;
        mem_free(fila->recordings);
        fila->recordings = next;
    }
}

static void
forget(struct fila_recording *recording)
{
    struct fila_recording **at = &recording->fila->recordings;

    while (*at != recording)
        at = &(*at)->next;
    *at = recording->next;
    mem_free(recording);
}

/* One row, or one for each that is held; the counts are the same on all. NULL when out of
 * memory; to be freed. */
static int *
read_contas(const struct pg_rows *rows, struct fila_contas *ret_contas)
{
    int n = 0;
    int *ocupadas = mem_alloc((size_t)pg_count(rows) + 1, sizeof(*ocupadas));

    if (!ocupadas)
        return NULL;
    for (int i = 0; i < pg_count(rows); i++)
        if (!pg_is_null(rows, i, 3))
            ocupadas[n++] = (int)pg_int(rows, i, 3) - 1;
    *ret_contas = (struct fila_contas){
        .gravadas = (int)pg_int(rows, 0, 0),
        .liquidadas = (int)pg_int(rows, 0, 1),
        .zumbis = (int)pg_int(rows, 0, 2),
        .ocupadas = ocupadas,
        .ocupadas_n = n,
    };
    return ocupadas;
}

static void
on_record(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    static const struct fault no_memory = {.source = "fila", .text = "out of memory"};
    struct fila_recording asked = *(struct fila_recording *)ctx;
    struct fila_contas contas = {0};
    CLEANUP_FREE int *ocupadas = rc == RC_OK ? read_contas(rows, &contas) : NULL;

    forget(ctx);
    if (rc == RC_OK && !ocupadas)
        asked.fn(asked.ctx, RC_UNKNOWN, &contas, &no_memory); /* say all of it again */
    else
        asked.fn(asked.ctx, rc, &contas, fault);
}

/* The names that fila_record_now in SQL knows. */
static const char *const desfecho_names[] = {
    [FILA_ACEITA] = "aceita",
    [FILA_RECUSADA] = "recusada",
    [FILA_REPETIR] = "repetir",
    [FILA_LIMITADA] = "limitada",
    [FILA_DEVOLVIDA] = "devolvida",
    [FILA_DESCONHECIDA] = "desconhecida",
};

static void
add_codigo(struct pg_array *array, int codigo)
{
    if (codigo)
        pg_array_add_int(array, codigo);
    else
        pg_array_add(array, NULL);
}

/* The ten arrays of the results; false when out of memory. */
static bool
write_results(struct fila *fila, const struct fila_resultado *resultados, int n,
    const char **ret_values)
{
    struct pg_array *a = fila->results;

    for (int i = 0; i < ARRAYS; i++)
        pg_array_clear(&a[i]);
    for (int i = 0; i < n; i++) {
        const struct fila_resultado *r = &resultados[i];
        pg_array_add(&a[0], r->mensagem_id);
        pg_array_add_int(&a[1], r->reserva_seq);
        pg_array_add(&a[2], desfecho_names[r->desfecho]);
        pg_array_add(&a[3], r->classe);
        add_codigo(&a[4], r->codigo);
        pg_array_add(&a[5], r->erro);
        pg_array_add(&a[6], r->wamid);
        pg_array_add(&a[7], r->wa_id);
        pg_array_add(&a[8], r->entrega);
        pg_array_add_int(&a[9], r->espera_ms);
    }
    for (int i = 0; i < ARRAYS; i++)
        if (!(ret_values[i] = pg_array_text(&a[i])))
            return false;
    return true;
}

enum rc
fila_record_now(struct fila *fila, const struct fila_resultado *resultados, int n,
    fila_recorded_fn *fn, void *ctx)
{
    char quarentena_ms[24];
    const char *values[2 + ARRAYS];
    CLEANUP_FREE struct fila_recording *recording = mem_new(struct fila_recording);

    if (!recording)
        return RC_OOM;
    snprintf(quarentena_ms, sizeof(quarentena_ms), "%" PRId64, fila->opts.quarentena_ms);
    values[0] = fila->opts.worker;
    values[1] = quarentena_ms;
    if (!write_results(fila, resultados, n, values + 2))
        return RC_OOM;

    enum rc rc =
        pg_query(fila->opts.record, &SQL_FILA_RECORD_NOW, values, on_record, recording);
    if (rc != RC_OK)
        return rc;
    *recording = (struct fila_recording){fila, fn, ctx, fila->recordings};
    fila->recordings = steal(&recording);
    return RC_OK;
}
