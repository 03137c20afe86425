/*
 * store.h - events as the parallel arrays of webhook_store.
 */
#ifndef STORE_H
#define STORE_H

#include "event.h"
#include "pgarray.h"

enum { STORE_COLUMNS = 11 };

struct store {
    struct pg_array columns[STORE_COLUMNS];
    int n;
};

void store_init(struct store *store);
void store_done(struct store *store);
void store_clear(struct store *store);
void store_add(struct store *store, const struct events *events);

/* The parameters, borrowed until the next change; false when memory ran out on the way.
 */
bool store_values(struct store *store, const char *ret_values[STORE_COLUMNS]);

#endif
