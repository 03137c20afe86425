/*
 * The network's part of SPREAD is what lies between our last look at the clock and the
 * far end's: the request is written at the end of the turn.
 */
#include "rate.h"

#include "bucket.h"
#include "sender.h"

enum {
    SPREAD_US = 50000, /* a claim takes 2 to 30 ms beside seven other senders */
    SPREAD_MAX_US = 250000,
    NETWORK_US = 8000,
    LEAD_US = 50000, /* of a paced number: time to claim its row and ask for the pair */
    SLACK_SHARE = 200,
    SLACK_MIN_US = 4000,
    SLACK_MAX_US = 15000,
};

static bool
is_paced(const struct numero *numero)
{
    return numero->rajada < 1 + numero->taxa * SPREAD_US / 1e6;
}

/* How long a token is good: half of what the burst has room for, where that is more. */
static int64_t
spread_us(const struct numero *numero)
{
    double us = (numero->rajada - 1) / numero->taxa * 1e6 / 2;

    return us < SPREAD_US ? SPREAD_US : us > SPREAD_MAX_US ? SPREAD_MAX_US : (int64_t)us;
}

/* What is lost of a paced rate is SLACK ÷ interval: a two hundredth where that is enough
 * for a timer. Half of it is the timer's, half the network's. */
static int64_t
slack_us(const struct numero *numero)
{
    int64_t us = (int64_t)(1e6 / numero->taxa / SLACK_SHARE);

    return us < SLACK_MIN_US ? SLACK_MIN_US : us > SLACK_MAX_US ? SLACK_MAX_US : us;
}

void
rate_of_numero(const struct numero *numero, struct bucket_limit *limit)
{
    *limit = (struct bucket_limit){
        .kind = BUCKET_NUMERO,
        .id = numero->id,
        .numero_id = numero->id,
        .interval_us = 1e6 / numero->taxa,
        .burst = numero->rajada - numero->taxa * (double)spread_us(numero) / 1e6,
    };
    if (is_paced(numero)) {
        limit->interval_us += (double)slack_us(numero);
        limit->burst = 1;
        limit->lead_us = LEAD_US;
    }
}

/* A lane's burst is ours to choose: two messages, and a tenth of a second's. */
void
rate_of_lane(
    const struct numero *numero, int faixa, double taxa, struct bucket_limit *limit)
{
    double wait_us =
        is_paced(numero) ? 3.0 * LEAD_US + SLACK_MAX_US : (double)spread_us(numero);
    double burst = 2 + taxa / 10 - taxa * wait_us / 1e6;

    *limit = (struct bucket_limit){
        .kind = BUCKET_FAIXA,
        .id = faixa,
        .numero_id = numero->id,
        .interval_us = 1e6 / taxa,
        .burst = burst > 1 ? burst : 1,
    };
}

struct token
rate_token(const struct numero *numero, const struct bucket_grant *grant)
{
    if (is_paced(numero))
        return (struct token){grant->by_us, grant->at_us + slack_us(numero) / 2};
    return (struct token){0, grant->at_us + spread_us(numero) - NETWORK_US};
}

struct token
token_both(struct token a, struct token b)
{
    return (struct token){
        a.from_us > b.from_us ? a.from_us : b.from_us,
        a.until_us < b.until_us ? a.until_us : b.until_us,
    };
}
