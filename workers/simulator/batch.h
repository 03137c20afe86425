/*
 * batch.h - one signed POST to the subscriber, tried until it is answered 200.
 *
 *     new --body, notes--> send --> UNDER WAY --200--> freed
 *                           ^          +--anything else--> PAUSED --timer--+
 *                           +---- room for one more POST <---- READY <-----+
 *
 * Its bytes and their signature stay the same in every try.
 */
#ifndef BATCH_H
#define BATCH_H

#include "buf.h"
#include "webhook.h"

struct batch;
struct batches;

struct batches *batches_new(const struct webhooks_opts *opts) MUST_USE;
void batches_free(struct batches *batches); /* accepts NULL */
void batches_clear(struct batches *batches);

/* One more POST may start. */
bool batches_have_room(const struct batches *batches);

/* Starts what is READY, as far as there is room. */
void batches_resend(struct batches *batches);

/* Fills all but `messages`. */
void batches_count(const struct batches *batches, struct webhooks_counts *ret_counts);

struct batch *batch_new(struct batches *batches) MUST_USE;
struct buf *batch_body(struct batch *batch);

/* What the ledger will say of each try: a status, or another event. */
void batch_note(
    struct batch *batch, const char *wamid, enum webhook_status status, int code);
void batch_note_other(struct batch *batch, const char *wamid, const char *status);

/* It is whole: off it goes, or it waits READY. */
void batch_send(struct batch *batch);
void batch_wait(struct batch *batch);

#endif
