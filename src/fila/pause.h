/*
 * pause.h - what the rest of src/fila needs of pause.c.
 */
#ifndef FILA_PAUSE_H
#define FILA_PAUSE_H

struct fila;

/* Forgets whose callbacks are owed. */
void fila_tellings_free(struct fila *fila);

#endif
