/*
 * log.h - one JSON object per line on stderr: ts, level, event, worker and fields.
 *
 * `event` is a fixed dotted name ("fila.claimed"), never a sentence built at run time;
 * values are fields with their unit in the name. Never a token, a phone number, the text
 * of a message: log mensagem_id. An event of the same name is written at most 20 times a
 * second; what was left out is said in the next line's field "repeated".
 *
 *     log_info("fila.claimed", LOG_N("n", 200), LOG_N("took_ms", 4));
 */
#ifndef LOG_H
#define LOG_H

#include <stddef.h>
#include <stdint.h>

#include "fault.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *key;
    const char *text; /* NULL: the field is `number` */
    int64_t number;
};

#define LOG_S(key_, text_) ((struct log_field){(key_), (text_), 0})
#define LOG_N(key_, number_) ((struct log_field){(key_), NULL, (int64_t)(number_)})
/* A fault's source, code and text as three fields; use inside a log_* call. */
#define LOG_FAULT(fault_)                                                                \
    LOG_S("source", (fault_)->source ? (fault_)->source : ""),                           \
        LOG_S("code", (fault_)->code), LOG_S("error", (fault_)->text)

/* `worker` is borrowed for ever ("sender-3"). Below `level` nothing is written. */
void log_init(const char *worker, enum log_level level);

/* "debug", "info", "warn", "error" to a level; -1 when it is none of them. */
int log_level_parse(const char *name);

void log_write(
    enum log_level level, const char *event, const struct log_field *fields, int n);

/* Lines that could not be written (stderr closed or full). */
long log_lost(void);

/* The last element is not counted: it is there so that an event may come without fields.
 */
#define LOG_END ((struct log_field){NULL, NULL, 0})
#define LOG_AT(level, event, ...)                                                        \
    log_write((level), (event), (const struct log_field[]){__VA_ARGS__},                 \
        (int)(sizeof((const struct log_field[]){__VA_ARGS__}) /                          \
              sizeof(struct log_field)) -                                                \
            1)

/* error: a human must act; warn: it healed itself; info: edges and totals; debug: each
 * message */
#define log_error(...) LOG_AT(LOG_ERROR, __VA_ARGS__, LOG_END)
#define log_warn(...) LOG_AT(LOG_WARN, __VA_ARGS__, LOG_END)
#define log_info(...) LOG_AT(LOG_INFO, __VA_ARGS__, LOG_END)
#define log_debug(...) LOG_AT(LOG_DEBUG, __VA_ARGS__, LOG_END)

#endif
