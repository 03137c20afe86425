/*
 * meters.h - the sender's metrics, each bumped where the thing happens.
 */
#ifndef METERS_H
#define METERS_H

#include <stdbool.h>
#include <stdint.h>

struct fila_contas;

void meters_register(void);

void meters_claimed(int n, int64_t took_ms);
void meters_late(int64_t atraso_ms);
void meters_posted(const char *classe, int64_t took_ms);
void meters_recorded(const struct fila_contas *contas);
void meters_flying(int n);
void meters_paused(const char *classe);
void meters_typing(bool is_shown);
void meters_fator(int numero_id, double fator);
void meters_tokens(int granted, int denied);

#endif
