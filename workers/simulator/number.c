/*
 * Numbers in a map by the hash of their id, and in a list for the few calls that need to
 * search by account or token. The bucket is kept as one instant (GCRA): when it would be
 * full again if nothing more came.
 */
#include "number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "map.h"
#include "mem.h"

#define US_PER_S 1000000.0
#define SPEC_BYTES 512

struct numbers {
    struct map by_id; /* by hash of the id */
    struct number *all;
    uint32_t made;
    int n;
};

struct numbers *
numbers_new(void)
{
    return mem_new(struct numbers);
}

static void
number_free(struct number *number)
{
    mem_free_secret(number->token);
    mem_free(number);
}

void
numbers_clear(struct numbers *numbers)
{
    while (numbers->all) {
        struct number *number = numbers->all;

        numbers->all = number->next;
        number_free(number);
    }
    map_done(&numbers->by_id);
    memset(&numbers->by_id, 0, sizeof(numbers->by_id));
    numbers->n = 0;
}

void
numbers_free(struct numbers *numbers)
{
    if (!numbers)
        return;
    numbers_clear(numbers);
    mem_free(numbers);
}

struct number *
numbers_find(const struct numbers *numbers, const char *id)
{
    struct number *number = map_get(&numbers->by_id, hash_text(id));

    return number && !strcmp(number->id, id) ? number : NULL;
}

static struct number *
number_add(struct numbers *numbers, const char *id)
{
    struct number *number = mem_new(struct number);

    if (!number)
        return NULL;
    (void)snprintf(number->id, sizeof(number->id), "%s", id);
    if (map_put(&numbers->by_id, hash_text(id), number) != RC_OK) {
        mem_free(number);
        return NULL;
    }
    number->index = ++numbers->made;
    number->next = numbers->all;
    numbers->all = number;
    numbers->n++;
    return number;
}

static void
make_up_display(struct number *number)
{
    size_t bytes = strlen(number->id);

    (void)snprintf(number->display, sizeof(number->display), "55119%08lu",
        strtoul(number->id + (bytes > 8 ? bytes - 8 : 0), NULL, 10) % 100000000);
}

struct number *
numbers_put(struct numbers *numbers, const struct number_spec *spec)
{
    struct number *number = numbers_find(numbers, spec->id);
    char *token = mem_strdup(spec->token);

    if (token && !number)
        number = number_add(numbers, spec->id);
    if (!token || !number) {
        mem_free_secret(token);
        return NULL;
    }
    (void)snprintf(number->waba_id, sizeof(number->waba_id), "%s", spec->waba_id);
    mem_free_secret(number->token);
    number->token = token;
    number->per_s = spec->per_s;
    number->full_at_us = 0;
    if (spec->display)
        (void)snprintf(number->display, sizeof(number->display), "%s", spec->display);
    else if (!number->display[0])
        make_up_display(number);
    return number;
}

/* The next field up to one of `ends`, copied; returns what follows it. */
static const char *
field(const char *text, char *ret_field, size_t room)
{
    size_t bytes = strcspn(text, ":,");

    (void)snprintf(ret_field, room, "%.*s", (int)bytes, text);
    return text + bytes;
}

enum rc
numbers_put_list(struct numbers *numbers, const char *list, double per_s)
{
    char id[NUMBER_ID_BYTES], waba_id[NUMBER_ID_BYTES], token[SPEC_BYTES], rate[32];

    while (list && *list) {
        struct number_spec spec = {
            .id = id, .waba_id = waba_id, .token = token, .per_s = per_s};

        list = field(list, id, sizeof(id));
        list = field(list + (*list == ':'), waba_id, sizeof(waba_id));
        list = field(list + (*list == ':'), token, sizeof(token));
        if (*list == ':') {
            list = field(list + 1, rate, sizeof(rate));
            spec.per_s = strtod(rate, NULL);
        }
        list += *list == ',';
        if (!numbers_put(numbers, &spec))
            return RC_OOM;
    }
    return RC_OK;
}

int
numbers_count(const struct numbers *numbers)
{
    return numbers->n;
}

struct number *
numbers_of_waba(
    const struct numbers *numbers, const char *waba_id, const struct number *after)
{
    struct number *number = after ? after->next : numbers->all;

    while (number && strcmp(number->waba_id, waba_id) != 0)
        number = number->next;
    return number;
}

bool
numbers_have_token(const struct numbers *numbers, const char *token)
{
    for (const struct number *number = numbers->all; number; number = number->next)
        if (!strcmp(number->token, token))
            return true;
    return false;
}

/* One second's allowance may come at once; a number slower than that may send one. */
static int64_t
burst_us(const struct number *number)
{
    double one_us = US_PER_S / number->per_s;

    return (int64_t)(one_us < US_PER_S ? US_PER_S - one_us : 0);
}

static int64_t
full_after_one_us(const struct number *number, int64_t now_us)
{
    int64_t from_us = number->full_at_us > now_us ? number->full_at_us : now_us;

    return from_us + (int64_t)(US_PER_S / number->per_s);
}

bool
number_take(struct number *number, int64_t now_us)
{
    if (number->full_at_us - now_us > burst_us(number))
        return false;
    number->full_at_us = full_after_one_us(number, now_us);
    return true;
}

void
number_count_inbound(struct number *number, int64_t now_us)
{
    if (number->full_at_us - now_us <= burst_us(number))
        number->full_at_us = full_after_one_us(number, now_us);
}
