/*
 * Keys name what they limit by id; of a person only a digest, the same at every ask: a
 * phone number is personal data. Buckets carry the epoca, people do not: they stay known
 * when the mode changes.
 */
#include "words.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hmac.h"
#include "mem.h"

enum {
    KEYS_PER_ASK = BUCKET_LIMITS + 1,
    WORDS_PER_ASK = 2 + 4 * BUCKET_LIMITS + 2,
    HASH_DIGITS = 16,
    WITH_SET = 10,
};

void
words_done(struct words *words)
{
    mem_free(words->key_text);
    mem_free(words->arg_text);
    mem_free(words->keys);
    mem_free(words->args);
}

bool
words_init(struct words *words, int n_asks)
{
    size_t keys_max = 1 + (size_t)n_asks * KEYS_PER_ASK;
    size_t args_max = 2 + (size_t)n_asks * WORDS_PER_ASK;

    words->key_text = mem_alloc(keys_max, KEY_BYTES);
    words->arg_text = mem_alloc(args_max, WORD_BYTES);
    words->keys = mem_alloc(keys_max, sizeof(char *));
    words->args = mem_alloc(args_max, sizeof(char *));
    return words->key_text && words->arg_text && words->keys && words->args;
}

static char *
next_key(struct words *words)
{
    char *text = words->key_text[words->n_keys];

    words->keys[words->n_keys++] = text;
    return text;
}

static char *
next_arg(struct words *words)
{
    char *text = words->arg_text[words->n_args];

    words->args[words->n_args++] = text;
    return text;
}

static void
add_int(struct words *words, int64_t value)
{
    (void)snprintf(next_arg(words), WORD_BYTES, "%" PRId64, value);
}

static void
add_real(struct words *words, double value)
{
    (void)snprintf(next_arg(words), WORD_BYTES, "%.6f", value);
}

static void
write_digest(char *to, size_t room, const char *text)
{
    char hex[HMAC_HEX_BYTES];

    sha256_hex(text, strlen(text), hex);
    (void)snprintf(to, room, "%.*s", HASH_DIGITS, hex);
}

static void
add_set(struct words *words, int64_t portfolio_id)
{
    (void)snprintf(next_key(words), KEY_BYTES, "cb:{p%" PRId64 "}:r", portfolio_id);
}

static void
write_key(struct words *words, int64_t portfolio_id, int64_t epoca,
    const struct bucket_limit *limit)
{
    char *key = next_key(words);
    char pair[192]; /* a user id has up to 135 */
    int bytes =
        snprintf(key, KEY_BYTES, "cb:{p%" PRId64 "}:%" PRId64 ":", portfolio_id, epoca);
    size_t room = KEY_BYTES - (size_t)bytes;

    key += bytes;
    switch (limit->kind) {
    case BUCKET_NUMERO:
        (void)snprintf(key, room, "n:%" PRId64, limit->id);
        return;
    case BUCKET_FAIXA:
        (void)snprintf(key, room, "f:%" PRId64 ":%d", limit->id, limit->numero_id);
        return;
    case BUCKET_PAR:
        bytes = snprintf(pair, sizeof pair, "%d %s", limit->numero_id, limit->destino);
        assert(bytes > 0 && (size_t)bytes < sizeof pair);
        (void)snprintf(key, room, "d:");
        write_digest(key + 2, room - 2, pair);
        return;
    }
}

static void
add_limit(struct words *words, const struct bucket_limit *limit)
{
    bool is_paced = limit->lead_us > 0;

    add_real(words, limit->interval_us);
    add_real(words, is_paced || limit->burst < 1 ? 1 : limit->burst);
    /* Nobody waits for an empty Redis to fill before the first message to a person: one
     * more than the pair's burst is far below what Meta takes. A number gets nothing. */
    add_int(words, limit->kind == BUCKET_PAR ? 1 : 0);
    add_int(words, is_paced ? limit->lead_us : 0);
}

static void
add_ask(struct words *words, const struct bucket_request *request, int64_t epoca,
    const struct bucket_ask *ask)
{
    int used = 0;

    for (int i = 0; i < BUCKET_LIMITS; i++)
        used += ask->limits[i].interval_us > 0;
    add_int(words, ask->ask > 0 ? ask->ask : 0);
    add_int(words, used + (ask->alcance_max > 0 ? WITH_SET : 0));
    for (int i = 0; i < BUCKET_LIMITS; i++)
        if (ask->limits[i].interval_us > 0) {
            write_key(words, request->portfolio_id, epoca, &ask->limits[i]);
            add_limit(words, &ask->limits[i]);
        }
    if (ask->alcance_max > 0) {
        add_set(words, request->portfolio_id);
        add_int(words, ask->alcance_max);
        write_digest(next_arg(words), WORD_BYTES, ask->alcance);
    }
}

void
words_of_take(struct words *words, const struct bucket_request *request, int64_t epoca)
{
    (void)snprintf(next_key(words), KEY_BYTES, "cb:{p%" PRId64 "}:%" PRId64 ":epoch",
        request->portfolio_id, epoca);
    (void)snprintf(next_arg(words), WORD_BYTES, "take");
    for (int i = 0; i < request->n; i++)
        add_ask(words, request, epoca, &request->asks[i]);
}

void
words_of_fill(struct words *words, const struct bucket_people *people)
{
    add_set(words, people->portfolio_id);
    (void)snprintf(next_arg(words), WORD_BYTES, "fill");
    add_int(words, people->is_last ? 1 : 0);
    for (int i = 0; i < people->n; i++) {
        write_digest(next_arg(words), WORD_BYTES, people->destinos[i]);
        add_int(words, people->ha_ms[i] * 1000);
    }
}
