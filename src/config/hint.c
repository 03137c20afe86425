/*
 * Finding a key by its name, and the nearest known one for a name that is none: by edit
 * distance, a letter swapped with its neighbour counting once.
 */
#include <string.h>

#include "config_internal.h"

#define NAME_MAX_BYTES 48
#define DISTANCE_MAX 3

const struct config_key *
key_find(const char *section, const char *name)
{
    for (int i = 0; i < CONFIG_KEYS_N; i++)
        if (!strcmp(CONFIG_KEYS[i].section, section) &&
            !strcmp(CONFIG_KEYS[i].name, name))
            return &CONFIG_KEYS[i];
    return NULL;
}

bool
section_exists(const char *section)
{
    for (int i = 0; i < CONFIG_KEYS_N; i++)
        if (!strcmp(CONFIG_KEYS[i].section, section))
            return true;
    return false;
}

static int
least(int a, int b, int c)
{
    int ab = a < b ? a : b;

    return ab < c ? ab : c;
}

static int
distance(const char *a, const char *b)
{
    int cost[NAME_MAX_BYTES + 1][NAME_MAX_BYTES + 1];
    int a_n = (int)strnlen(a, NAME_MAX_BYTES + 1);
    int b_n = (int)strnlen(b, NAME_MAX_BYTES + 1);

    if (a_n > NAME_MAX_BYTES || b_n > NAME_MAX_BYTES)
        return NAME_MAX_BYTES;
    for (int i = 0; i <= a_n; i++)
        cost[i][0] = i;
    for (int j = 0; j <= b_n; j++)
        cost[0][j] = j;
    for (int i = 1; i <= a_n; i++) {
        for (int j = 1; j <= b_n; j++) {
            cost[i][j] = least(cost[i - 1][j] + 1, cost[i][j - 1] + 1,
                cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i][j] = least(cost[i][j], cost[i - 2][j - 2] + 1, cost[i][j]);
        }
    }
    return cost[a_n][b_n];
}

/* A key of the same name in another section is near, whatever the section's name. */
static int
key_distance(const struct config_key *key, const char *section, const char *name)
{
    int by_name = distance(key->name, name);

    if (!section)
        return by_name;
    return by_name + (strcmp(key->section, section) != 0);
}

void
key_hint(const char *section, const char *name, char *ret_text, size_t room)
{
    const struct config_key *best = NULL;
    int best_distance = DISTANCE_MAX + 1;
    bool is_section = false;

    ret_text[0] = '\0';
    for (int i = 0; i < CONFIG_KEYS_N; i++) {
        int by_key = key_distance(&CONFIG_KEYS[i], section, name);
        int by_section = section ? best_distance : distance(CONFIG_KEYS[i].section, name);

        if (by_section < best_distance || by_key < best_distance) {
            is_section = by_section <= by_key;
            best_distance = is_section ? by_section : by_key;
            best = &CONFIG_KEYS[i];
        }
    }
    if (!best || (size_t)best_distance >= strlen(name))
        return;
    (void)snprintf(ret_text, room, " (did you mean %s%s%s?)", best->section,
        is_section ? "" : ".", is_section ? "" : best->name);
}
