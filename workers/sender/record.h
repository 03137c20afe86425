/*
 * record.h - outcomes go back to the database in batches.
 *
 * A batch leaves as soon as the one before is acknowledged and 2 ms have passed or 300
 * wait. A slot is free again only when its record is acknowledged: a slow database slows
 * the claims, and memory never becomes the queue. A row that somebody else has locked
 * keeps nobody waiting: it is recorded by a later batch, and holds its slot until then.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "list.h"
#include "loop.h"

struct sender;
struct fila_resultado;

struct recorder {
    struct sender *sender;
    struct list batch; /* flights of the record under way */
    int batch_n;
    bool is_asked; /* a record is under way */
    int judged_n;
    struct list held; /* flights whose rows somebody else had locked */
    int held_n;
    int64_t held_at_ms; /* when they are recorded again */
    bool is_held_told;  /* that it takes long was logged */
    int limit;          /* of the next batch; less while a bad row is looked for */
    int64_t again_at_ms;
    struct loop_timer timer;
    struct fila_resultado *resultados;
};

/* RC_OOM is false. */
bool recorder_init(struct recorder *recorder, struct sender *sender);
void recorder_done(struct recorder *recorder);

/* At the end of every turn: sends a batch when it is time, else sets the timer. */
void recorder_flush(struct recorder *recorder);

#endif
