/*
 * meters.h - the sender's metrics, each bumped where the thing happens.
 */
#ifndef METERS_H
#define METERS_H

#include <stdbool.h>
#include <stdint.h>

struct fila_contas;
struct whatsapp_judgement;

void meters_register(int slots);

void meters_claimed(int n, int64_t took_ms);
void meters_late(int64_t atraso_ms);

/* `tipo` as the fixed text that meters_accepted takes. */
const char *meters_tipo(const char *tipo);

void meters_posted(
    int numero_id, const struct whatsapp_judgement *judgement, int64_t took_ms);
void meters_accepted(const char *tipo, int64_t atraso_ms, int tentativa);
void meters_recorded(const struct fila_contas *contas);
void meters_flying(int n);
void meters_paused(const char *classe);
void meters_typing(bool is_shown);
void meters_fator(int numero_id, double fator);
void meters_limite(int numero_id, double por_s);
void meters_tokens(int numero_id, int granted, int denied);
void meters_token_wait(int64_t wait_us);

#endif
