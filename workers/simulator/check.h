/*
 * check.h - what the Cloud API refuses in a message's content, with its limits and words.
 *
 * Each check is true, or false with the error filled. Lengths are characters, not bytes.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>

#include "graph_error.h"

struct json;

/* The content of a message of `type`, the member of that name (NULL: missing). Templates
 * are template.h's. */
bool check_content(
    const char *type, const struct json *content, struct graph_error *error);

bool check_interactive(const struct json *interactive, struct graph_error *error);

/* "wamid." and base64; NULL is none. */
bool check_message_id(const char *id);

/* Characters of a UTF-8 text. */
int check_characters(const char *text);

bool check_one_of(const char *word, const char *const *words, int n);

/* Only keys of the NULL-terminated list stand in `object`. */
bool check_keys(const struct json *object, const char *const *keys, const char *param,
    struct graph_error *error);

struct check_length {
    const char *key;
    int min;
    int max;
    const char *what; /* "Button title" */
};

/* A string member of that length; min 0: may be missing. */
bool check_string(const struct json *object, const struct check_length *length,
    struct graph_error *error);

#endif
