/*
 * check.h - JSON against a table of rules: which member, of what kind, how long.
 *
 * A table says what Meta's reference says of an object, one row a member; what a row
 * cannot say (two that exclude each other, ids that repeat) is the table's `also`. What
 * is refused is named by its path in the row, never by its content:
 * "carga.interactive.action.buttons[1].reply.title: longer than 20 characters".
 */
#ifndef WHATSAPP_CHECK_H
#define WHATSAPP_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "fault.h"
#include "json.h"

/* Where a value stands: a member `key` of what is `up`, or its element `index`. */
struct place {
    const struct place *up; /* NULL: a column of the queue */
    const char *key;        /* NULL: an element */
    int index;
};

enum rule_kind {
    RULE_TEXT,   /* not blank */
    RULE_PARAM,  /* a text that a template takes: no line break, tab, five blanks */
    RULE_ID,     /* a text without blanks at its ends */
    RULE_EMOJI,  /* may be empty */
    RULE_WORD,   /* exactly `word` */
    RULE_DIGITS, /* as text or number */
    RULE_INDEX,  /* 0 to max - 1, as text or number */
    RULE_NAME,   /* small letters, digits, _ */
    RULE_LINK,   /* https:// */
    RULE_WAMID,  /* wamid. and more, printable */
    RULE_BOOL,
    RULE_LATITUDE, /* a number, or a text of one */
    RULE_LONGITUDE,
    RULE_OBJECT, /* that follows `inside` */
    RULE_ARRAY,  /* 1 to max of objects that follow `inside` */
    RULE_ANY,    /* another table's matter */
};

struct rules;

struct rule {
    const char *key;
    enum rule_kind kind;
    int max; /* characters, or elements; 0: no limit */
    bool is_needed;
    const char *word;
    const struct rules *inside;
};

/* False with `fault` set. */
typedef bool rules_also_fn(
    const struct json *object, const struct place *place, struct fault *fault);

struct rules {
    const struct rule *list;
    int n;
    rules_also_fn *also; /* NULL: nothing more */
};

/* Rows of a table. */
#define NEEDED(key, kind, max)                                                           \
    {                                                                                    \
        key, kind, max, true, NULL, NULL                                                 \
    }
#define MAY(key, kind, max)                                                              \
    {                                                                                    \
        key, kind, max, false, NULL, NULL                                                \
    }
#define WORD(key, word)                                                                  \
    {                                                                                    \
        key, RULE_WORD, 0, true, word, NULL                                              \
    }
#define OBJECT(key, is_needed, rules)                                                    \
    {                                                                                    \
        key, RULE_OBJECT, 0, is_needed, NULL, &(rules)                                   \
    }
#define ARRAY(key, is_needed, max, rules)                                                \
    {                                                                                    \
        key, RULE_ARRAY, max, is_needed, NULL, &(rules)                                  \
    }

#define RULES(name, also, ...)                                                           \
    static const struct rule name##_rows[] = {__VA_ARGS__};                              \
    static const struct rules name = {                                                   \
        name##_rows, (int)(sizeof name##_rows / sizeof *name##_rows), also}

/* All return false with `fault` set, when `fault` is not NULL. */
bool check_object(const struct json *object, const struct rules *rules,
    const struct place *place, struct fault *fault);
bool check_array(const struct json *array, const struct rule *rule,
    const struct place *place, struct fault *fault);
bool check_refuse(const struct place *place, struct fault *fault, const char *what, ...)
    PRINTF_LIKE(3, 4);

/* A text parameter of a template, at most `max` characters. */
bool check_param(
    const char *text, int max, const struct place *place, struct fault *fault);

/* `type` names the one member of the object beside `type` and parameter_name. */
bool check_named_by_type(
    const struct json *object, const struct place *place, struct fault *fault);

/* Exactly one of id and link. */
bool check_source(
    const struct json *media, const struct place *place, struct fault *fault);

/* Characters of a UTF-8 text, not bytes. */
size_t check_characters(const char *text);
bool check_is_blank(const char *text);
bool check_is_wamid(const char *text);

#endif
