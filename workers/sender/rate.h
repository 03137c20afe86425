/*
 * rate.h - what a number or lane asks of its bucket, and when a POST may use what it got.
 * Pure.
 *
 * At the far end no window of length w may hold more than rate × w + burst messages, but
 * a token is granted before its message is sent, now a little before, now longer. So a
 * token is good for SPREAD only, and the bucket's own burst is smaller by what the rate
 * brings in that time: the messages of a window of length w were granted in one of
 * w + SPREAD, which holds rate × (w + SPREAD) + burst - rate × SPREAD.
 *
 * A burst without room for that (1 at 5/s) is paced: every token has an instant, its POST
 * arrives no sooner and no more than a slack later, and instants lie an interval and the
 * slack apart.
 */
#ifndef RATE_H
#define RATE_H

#include <stdbool.h>
#include <stdint.h>

struct bucket_grant;
struct bucket_limit;
struct numero;

/* The POST may begin from from_us to until_us, on clock.h's stopwatch. */
struct token {
    int64_t from_us;
    int64_t until_us;
};

#define TOKEN_ALWAYS ((struct token){0, INT64_MAX})
#define TOKEN_NONE ((struct token){0, 0})

void rate_of_numero(const struct numero *numero, struct bucket_limit *limit);

/* `taxa` is the lane's, more than 0. */
void rate_of_lane(
    const struct numero *numero, int faixa, double taxa, struct bucket_limit *limit);

/* What a grant of the number's limit, or of its and a lane's, is good for. */
struct token rate_token(const struct numero *numero, const struct bucket_grant *grant);

/* Good for both. */
struct token token_both(struct token a, struct token b);

#endif
