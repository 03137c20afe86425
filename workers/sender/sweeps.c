/*
 * Happy path: lanes whose time has come are swept together, the claim is cheap, and all
 * are swept again after sweep_ms. The claim was dear: had it one sweep, that one waits
 * (sweeps_pause_ms); had it several, nobody knows whose it was, so each is swept apart
 * the next time, and is blamed for itself alone.
 */
#include "sweeps.h"

#include "clock.h"
#include "sender.h"

enum {
    DEAR_MS = 5,
    DEAR_TIMES = 20,
    PAUSE_MAX_MS = 30000,
};

int64_t
sweeps_pause_ms(int64_t took_ms)
{
    if (took_ms <= DEAR_MS)
        return 0;
    if (took_ms >= PAUSE_MAX_MS / DEAR_TIMES)
        return PAUSE_MAX_MS;
    return took_ms * DEAR_TIMES;
}

void
sweeps_choose(struct lane *const *lanes, int n, int64_t now_ms)
{
    const struct lane *apart = NULL;

    for (int i = 0; i < n && !apart; i++)
        if (lanes[i]->is_swept_apart && now_ms >= lanes[i]->sweep_at_ms)
            apart = lanes[i];
    for (int i = 0; i < n; i++)
        lanes[i]->is_swept =
            now_ms >= lanes[i]->sweep_at_ms && (!apart || lanes[i] == apart);
}

void
sweeps_settle(
    const struct sender *sender, struct lane *const *lanes, int n, int64_t asked_at_ms)
{
    int64_t now_ms = loop_now_ms(sender->loop);
    int64_t dear_ms = sweeps_pause_ms(now_ms - asked_at_ms);
    int swept = 0;

    for (int i = 0; i < n; i++)
        swept += lanes[i]->is_swept;
    for (int i = 0; i < n; i++) {
        struct lane *lane = lanes[i];
        if (!lane->is_swept)
            continue;
        int64_t wait_ms = clock_jitter_ms(sender->config->sender.sweep_ms);
        lane->is_swept_apart = dear_ms > 0;
        lane->sweep_dear_ms = swept == 1 ? dear_ms : 0;
        if (wait_ms < lane->sweep_dear_ms)
            wait_ms = lane->sweep_dear_ms;
        lane->sweep_at_ms = now_ms + wait_ms;
    }
}
