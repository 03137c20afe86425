/*
 * Claims: one call with parallel arrays, one element a lane, to fila_claim in SQL, which
 * is the last gate and chooses the body. A claim whose connection broke may have taken
 * rows; they end as incerta by the rescue, and nothing of it comes here.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fila.h"
#include "fila_internal.h"
#include "mem.h"
#include "statements.h"

#define MODE_CHANGED "CT001" /* the epoca that a claim named is over */

static const char *
text_or_null(const struct pg_rows *rows, int row, int column)
{
    return pg_is_null(rows, row, column) ? NULL : pg_text(rows, row, column);
}

static struct reserva
reserva_of(const struct pg_rows *rows, int i)
{
    return (struct reserva){
        .mensagem_id = pg_text(rows, i, 0),
        .reserva_seq = pg_int(rows, i, 1),
        .numero_id = (int)pg_int(rows, i, 2),
        .prioridade = (int)pg_int(rows, i, 3),
        .faixa = (int)pg_int(rows, i, 4),
        .agendar_para = pg_text(rows, i, 5),
        .ordem = pg_int(rows, i, 6),
        .atraso_ms = pg_int(rows, i, 7),
        .destino = pg_text(rows, i, 8),
        .tipo = pg_text(rows, i, 9),
        .formato = pg_text(rows, i, 10),
        .conteudo = text_or_null(rows, i, 11),
        .carga = text_or_null(rows, i, 12),
        .modelo_nome = text_or_null(rows, i, 13),
        .modelo_idioma = text_or_null(rows, i, 14),
        .parametros = text_or_null(rows, i, 15),
        .tentativa = (int)pg_int(rows, i, 16),
        .resposta_a = text_or_null(rows, i, 17),
        .is_digitando = pg_bool(rows, i, 18),
        .is_fora_da_janela = pg_bool(rows, i, 19),
        .is_sonda = pg_bool(rows, i, 20),
    };
}

static void
on_claim(void *ctx, enum rc rc, const struct pg_rows *rows, const struct fault *fault)
{
    struct fila *fila = ctx;
    int n = rc == RC_OK ? pg_count(rows) : 0;
    CLEANUP_FREE struct reserva *reservas = NULL;

    if (rc == RC_REJECTED && fault && strcmp(fault->code, MODE_CHANGED) == 0)
        rc = RC_RETRY;
    fila_answered(fila, "claim", &fila->claim_refused, rc, fault);
    fila->claim_call.is_pending = false;
    if (n > 0 && !(reservas = mem_alloc((size_t)n, sizeof(*reservas)))) {
        fila->on_claimed(fila->claim_call.ctx, RC_OOM, NULL, 0);
        return;
    }
    for (int i = 0; i < n; i++)
        reservas[i] = reserva_of(rows, i);
    fila->on_claimed(fila->claim_call.ctx, rc, reservas, n);
}

bool
fila_write_asks(
    struct fila *fila, const struct fila_ask *asks, int n, const char **ret_values)
{
    struct pg_array *a = fila->asks;

    for (int i = 0; i < 6; i++)
        pg_array_clear(&a[i]);
    for (int i = 0; i < n; i++) {
        pg_array_add_int(&a[0], asks[i].numero_id);
        pg_array_add_int(&a[1], asks[i].prioridade);
        pg_array_add_int(&a[2], asks[i].faixa);
        pg_array_add_int(&a[3], asks[i].k);
        pg_array_add(&a[4], asks[i].piso_em);
        pg_array_add_int(&a[5], asks[i].piso_ordem);
    }
    for (int i = 0; i < 6; i++)
        if (!(ret_values[i] = pg_array_text(&a[i])))
            return false;
    return true;
}

/* What every claim says of the claimer, as text. */
struct claimer {
    char reserva_ms[16], epoca[24], taxa[32];
};

static void
write_claimer(const struct fila *fila, struct claimer *claimer)
{
    snprintf(
        claimer->reserva_ms, sizeof(claimer->reserva_ms), "%d", fila->opts.reserva_ms);
    snprintf(claimer->epoca, sizeof(claimer->epoca), "%" PRId64, fila->epoca);
    snprintf(claimer->taxa, sizeof(claimer->taxa), "%.6f", fila->opts.taxa_padrao);
}

static enum rc
ask(struct fila *fila, const struct pg_statement *statement, const char *const *values,
    fila_claimed_fn *fn, void *ctx)
{
    enum rc rc = pg_query(fila->opts.claim, statement, values, on_claim, fila);

    if (rc == RC_OK) {
        fila->claim_call = (struct fila_call){true, ctx};
        fila->on_claimed = fn;
    }
    return rc;
}

enum rc
fila_claim(
    struct fila *fila, const struct fila_ask *asks, int n, fila_claimed_fn *fn, void *ctx)
{
    struct claimer claimer;
    const char *values[11];

    if (fila->claim_call.is_pending)
        return RC_AGAIN;
    write_claimer(fila, &claimer);
    values[0] = fila->opts.worker;
    values[1] = claimer.reserva_ms;
    values[8] = fila->opts.only_to;
    values[9] = claimer.epoca;
    values[10] = claimer.taxa;
    if (!fila_write_asks(fila, asks, n, values + 2))
        return RC_OOM;
    return ask(fila, &SQL_FILA_CLAIM, values, fn, ctx);
}

enum rc
fila_claim_alone(struct fila *fila, fila_claimed_fn *fn, void *ctx)
{
    struct claimer claimer;

    if (fila->claim_call.is_pending)
        return RC_AGAIN;
    write_claimer(fila, &claimer);
    const char *values[] = {fila->opts.worker, claimer.reserva_ms, fila->opts.only_to,
        claimer.epoca, claimer.taxa};
    return ask(fila, &SQL_FILA_CLAIM_ALONE, values, fn, ctx);
}
