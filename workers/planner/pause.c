/*
 * When a chore runs again: pure decisions.
 */
#include "chore.h"

#define FAILED_MIN_MS 500
#define FAILED_MAX_MS 30000

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

int64_t
chore_pause_ms(
    const struct chore_kind *kind, int64_t idle_ms, const struct chore_outcome *outcome)
{
    if (outcome->failures > 0)
        return backoff_ms(idle_ms, outcome->failures);
    if (outcome->is_woken)
        return 0;
    return outcome->rc == RC_OK && has_more(kind, outcome) ? 0 : idle_ms;
}

int
chore_next_batch(int batch, int batch_max, bool is_ok)
{
    if (!is_ok)
        return batch > 1 ? batch / 2 : batch;
    return batch > batch_max / 2 ? batch_max : batch * 2;
}
