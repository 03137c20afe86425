/*
 * record.h - the recordings under way, for fila_free.
 */
#ifndef RECORD_H
#define RECORD_H

struct fila;

void fila_recordings_free(struct fila *fila);

#endif
