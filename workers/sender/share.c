/*
 * Deficits: each lane earns its weight's part of what is split and pays for what it gets.
 * What rounding leaves goes to whoever has earned most. A lane that had less than it was
 * given is drained and leaves; its deficit is then forgotten, so that it cannot save up.
 */
#include "share.h"

#include "list.h"
#include "sender.h"

#define LOWEST_SHARE 0.1

static bool
is_open(const struct lane *lane, int prioridade, int64_t now_ms)
{
    return lane->prioridade == prioridade && lane->taxa <= 0 &&
           lane->due_at_ms <= now_ms && lane->wait_until_ms <= now_ms;
}

/* The class to serve first, or last; 0: no lane is due. */
static int
edge_class(struct numero *numero, int64_t now_ms, bool lowest)
{
    int found = 0;

    list_each(node, &numero->lanes)
    {
        const struct lane *lane = list_entry(node, struct lane, node);
        if (is_open(lane, lane->prioridade, now_ms) && (lowest || !found))
            found = lane->prioridade;
    }
    return found;
}

static struct lane *
richest(struct numero *numero, int prioridade, int64_t now_ms)
{
    struct lane *best = NULL;

    list_each(node, &numero->lanes)
    {
        struct lane *lane = list_entry(node, struct lane, node);
        if (is_open(lane, prioridade, now_ms) && (!best || lane->deficit > best->deficit))
            best = lane;
    }
    return best;
}

static void
give_class(struct numero *numero, int prioridade, int tokens, int64_t now_ms)
{
    int weights = 0;
    int left = tokens;

    list_each(node, &numero->lanes)
    {
        const struct lane *lane = list_entry(node, struct lane, node);
        if (is_open(lane, prioridade, now_ms))
            weights += lane->peso;
    }
    list_each(node, &numero->lanes)
    {
        struct lane *lane = list_entry(node, struct lane, node);
        if (!is_open(lane, prioridade, now_ms))
            continue;
        lane->deficit += (double)tokens * lane->peso / weights;
        int k = lane->deficit > 0 ? (int)lane->deficit : 0;
        if (k > left)
            k = left;
        lane->asked += k;
        lane->deficit -= k;
        left -= k;
    }
    while (left > 0) {
        struct lane *lane = richest(numero, prioridade, now_ms);
        lane->asked++;
        lane->deficit--;
        left--;
    }
}

int
share_tokens(struct numero *numero, int tokens, int64_t now_ms)
{
    int highest = edge_class(numero, now_ms, false);
    int lowest = edge_class(numero, now_ms, true);
    int kept = 0;

    if (highest == 0 || tokens <= 0)
        return 0;
    if (lowest != highest) {
        numero->reserved += tokens * LOWEST_SHARE;
        kept = (int)numero->reserved;
        if (kept > tokens)
            kept = tokens;
        numero->reserved -= kept;
    } else {
        numero->reserved = 0;
    }
    if (kept > 0)
        give_class(numero, lowest, kept, now_ms);
    if (tokens > kept)
        give_class(numero, highest, tokens - kept, now_ms);
    return tokens;
}
