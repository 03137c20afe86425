/*
 * A number may ask when it is not held back and one of its lanes is due: for its burst,
 * and for no more slots than leave some to the others. Rounds begin where the one before
 * stopped, so that each has its turn, however many there are.
 */
#include "wants.h"

#include "flight.h"

enum {
    GUESS_ASK = 4,   /* tokens for lanes that nobody saw */
    SLOT_SHARES = 8, /* a number may hold so many times the slots that stay free */
    SLOT_WAIT_MS = 20,
};

struct gathering {
    struct sender *sender;
    struct want *wants;
    int n;
};

static bool
lane_is_due(const struct lane *lane, int64_t now_ms)
{
    return lane->due_at_ms <= now_ms && lane->wait_until_ms <= now_ms;
}

static int
min_int(int a, int b)
{
    return a < b ? a : b;
}

/* Returns what is asked for. */
static int
want(struct gathering *gathering, struct numero *numero, struct lane *lane, int ask)
{
    ask = min_int(ask, numero->rajada);
    if (ask <= 0 || gathering->n == WANTS_MAX)
        return 0;
    gathering->wants[gathering->n++] =
        (struct want){.numero = numero, .lane = lane, .ask = ask};
    return ask;
}

/* Slots that the number may take of `left`. While there are others it may hold no more
 * than SLOT_SHARES times what stays free, rounded up, so that one whose answers hang
 * never has all, and one that has none yet may have the last.
 */
static int
slots_for(const struct sender *sender, const struct numero *numero, int left)
{
    if (sender->numeros.n < 2)
        return left;
    int room = SLOT_SHARES * left - numero->flying;
    return room <= 0 ? 0 : min_int(left, (room + SLOT_SHARES) / (SLOT_SHARES + 1));
}

/* What the due lanes that share the number's rate may ask for; 0: none is due. */
static int
shared_ask(const struct numero *numero, int64_t now_ms, int slots, bool *ret_is_guess)
{
    int ask = 0;

    *ret_is_guess = false;
    list_each(node, &numero->lanes)
    {
        const struct lane *lane = list_entry(node, struct lane, node);
        if (lane->taxa > 0 || !lane_is_due(lane, now_ms))
            continue;
        *ret_is_guess = lane->is_guess;
        if (!lane->is_guess)
            return slots;
        ask = min_int(slots, GUESS_ASK);
    }
    return ask;
}

/* Whether it may ask for tokens now. */
static bool
numero_is_ready(struct numero *numero, int64_t now_ms)
{
    if (numero->is_gone || !numero->token || numero->hold_until_ms > now_ms)
        return false;
    if (numero->kept_until_ms <= now_ms)
        numero->kept = 0;
    return numero->kept > 0 || numero->wait_until_ms <= now_ms;
}

/* One want for the lanes that share the number's rate, one for each with its own. Returns
 * the slots asked for. */
static int
gather_numero(struct gathering *gathering, struct numero *numero, int left)
{
    int64_t now_ms = loop_now_ms(gathering->sender->loop);
    int slots = slots_for(gathering->sender, numero, left);
    int asked = 0;

    if (!numero_is_ready(numero, now_ms))
        return 0;
    if (slots <= 0) {
        numero->kept = 0;
        numero->wait_until_ms = now_ms + SLOT_WAIT_MS;
        return 0;
    }
    list_each(node, &numero->lanes)
    {
        struct lane *lane = list_entry(node, struct lane, node);
        if (lane->taxa > 0 && lane_is_due(lane, now_ms))
            asked += want(gathering, numero, lane, slots - asked);
    }
    bool is_guess;
    int ask = shared_ask(numero, now_ms, slots - asked, &is_guess);
    ask = want(gathering, numero, NULL, ask);
    if (ask > 0)
        gathering->wants[gathering->n - 1].is_guess = is_guess;
    return asked + ask;
}

int
wants_gather(struct sender *sender, uint32_t *turn, struct want wants[WANTS_MAX])
{
    struct gathering gathering = {sender, wants, 0};
    int left = flights_free(sender);
    uint32_t room = sender->numeros.room;
    uint32_t first = room ? *turn % room : 0;

    for (uint32_t i = 0; i < room && left > 0 && gathering.n < WANTS_MAX; i++) {
        uint32_t at = (first + i) % room;
        struct numero *numero = sender->numeros.entries[at].value;
        int asked = numero ? gather_numero(&gathering, numero, left) : 0;
        left -= asked;
        if (asked > 0) /* who found no slot is the first to be asked next time */
            *turn = at + 1;
    }
    return gathering.n;
}
