/*
 * One array for each column, in the order of the statement.
 */
#include "store.h"

#include <string.h>

#define COLUMN_BYTES_MAX ((size_t)512 << 20) /* a parameter may have 1 GiB */

enum column {
    TIPO,
    WABA,
    NUMERO,
    WAMID,
    SITUACAO,
    CHAVE,
    CODIGO,
    OCORRIDO,
    CORPO,
    MENSAGEM,
    SEQ
};

void
store_init(struct store *store)
{
    for (int i = 0; i < STORE_COLUMNS; i++)
        pg_array_init(&store->columns[i], COLUMN_BYTES_MAX);
    store->n = 0;
}

void
store_done(struct store *store)
{
    for (int i = 0; i < STORE_COLUMNS; i++)
        pg_array_done(&store->columns[i]);
}

void
store_clear(struct store *store)
{
    for (int i = 0; i < STORE_COLUMNS; i++)
        pg_array_clear(&store->columns[i]);
    store->n = 0;
}

/* Where the parts of our key `<id>:<reserva_seq>` are. */
enum { ID_LENGTH = 36, SEQ_AT = ID_LENGTH + 1, SEQ_DIGITS_MAX = 18 };

static bool
is_id(const char *text)
{
    for (int i = 0; i < ID_LENGTH; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (is_dash ? text[i] != '-' : !text[i] || !strchr("0123456789abcdef", text[i]))
            return false;
    }
    return true;
}

/* What our key names; nulls for another's: to webhook_chave_mensagem, its twin in SQL, it
 * is none either. */
static void
add_key(struct pg_array *columns, const char *key)
{
    char id[ID_LENGTH + 1] = "";
    const char *seq = NULL;
    size_t digits;

    if (key && is_id(key) && key[ID_LENGTH] == ':')
        seq = key + SEQ_AT;
    digits = seq ? strspn(seq, "0123456789") : 0;
    if (!digits || digits > SEQ_DIGITS_MAX || seq[digits]) {
        pg_array_add(&columns[MENSAGEM], NULL);
        pg_array_add(&columns[SEQ], NULL);
        return;
    }
    memcpy(id, key, ID_LENGTH);
    pg_array_add(&columns[MENSAGEM], id);
    pg_array_add(&columns[SEQ], seq);
}

static void
add_number(struct pg_array *column, int64_t number)
{
    if (number)
        pg_array_add_int(column, number);
    else
        pg_array_add(column, NULL);
}

void
store_add(struct store *store, const struct events *events)
{
    struct pg_array *columns = store->columns;

    for (int i = 0; i < events->n; i++) {
        const struct event *event = &events->list[i];

        pg_array_add(&columns[TIPO], event_text(events, event->tipo));
        pg_array_add(&columns[WABA], event_text(events, event->waba));
        pg_array_add(&columns[NUMERO], event_text(events, event->numero));
        pg_array_add(&columns[WAMID], event_text(events, event->wamid));
        pg_array_add(&columns[SITUACAO], event_text(events, event->situacao));
        pg_array_add(&columns[CHAVE], event_text(events, event->chave));
        add_number(&columns[CODIGO], event->codigo);
        add_number(&columns[OCORRIDO], event->ocorrido);
        pg_array_add(&columns[CORPO], event_text(events, event->corpo));
        add_key(columns, event_text(events, event->chave));
    }
    store->n += events->n;
}

bool
store_values(struct store *store, const char *ret_values[STORE_COLUMNS])
{
    bool is_whole = true;

    for (int i = 0; i < STORE_COLUMNS; i++) {
        ret_values[i] = pg_array_text(&store->columns[i]);
        is_whole = is_whole && ret_values[i];
    }
    return is_whole;
}
