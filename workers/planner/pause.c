/*
 * When a chore runs again: pure decisions.
 */
#include "chore.h"

#define FAILED_MIN_MS 500
#define FAILED_MAX_MS 30000
#define HALVINGS_MAX 16 /* of a refused batch, without a pause: 20 rows need five */
#define FLOOR_SLACK_MS 5000

static int64_t
backoff_ms(int64_t idle_ms, int failures)
{
    int64_t pause_ms = idle_ms > FAILED_MIN_MS ? idle_ms : FAILED_MIN_MS;

    for (int i = 1; i < failures && pause_ms < FAILED_MAX_MS; i++)
        pause_ms *= 2;
    return pause_ms < FAILED_MAX_MS ? pause_ms : FAILED_MAX_MS;
}

static bool
has_more(const struct chore_kind *kind, const struct chore_outcome *outcome)
{
    switch (kind->again) {
    case CHORE_NEVER:
        return false;
    case CHORE_WHILE_ANY:
        return outcome->done > 0;
    case CHORE_WHILE_FULL:
        return outcome->done >= outcome->batch;
    }
    return false;
}

/* A refusal is about the batch, not about the moment: the next one is smaller, or sets
 * the bad row aside. */
static bool
is_halving(const struct chore_kind *kind, const struct chore_outcome *outcome)
{
    return kind->aside && outcome->rc == RC_REJECTED && outcome->failures <= HALVINGS_MAX;
}

static int64_t
idle_pause_ms(struct chore_idle idle, int idles)
{
    int64_t pause_ms = idle.min_ms;

    for (int i = 1; i < idles && pause_ms < idle.max_ms; i++)
        pause_ms *= 2;
    return pause_ms < idle.max_ms ? pause_ms : idle.max_ms;
}

int64_t
chore_pause_ms(const struct chore_kind *kind, struct chore_idle idle,
    const struct chore_outcome *outcome)
{
    if (outcome->failures > 0)
        return is_halving(kind, outcome) ? 0 : backoff_ms(idle.min_ms, outcome->failures);
    if (outcome->is_woken)
        return 0;
    if (outcome->rc == RC_OK && has_more(kind, outcome))
        return 0;
    return idle_pause_ms(idle, outcome->idles);
}

int64_t
chore_since_ms(const struct chore_floor *floor, int64_t now_ms, int64_t sweep_ms)
{
    if (!floor->is_known || now_ms - floor->swept_at_ms >= sweep_ms)
        return -1;
    return now_ms - floor->scanned_at_ms + FLOOR_SLACK_MS;
}

int
chore_next_batch(int batch, int batch_max, bool is_ok)
{
    if (!is_ok)
        return batch > 1 ? batch / 2 : batch;
    return batch > batch_max / 2 ? batch_max : batch * 2;
}
