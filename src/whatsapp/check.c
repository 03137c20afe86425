/*
 * The walk through a JSON value beside its table of rules. Pure; a path is kept as a
 * chain of frames on the stack and written out only when something is refused.
 */
#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"

enum {
    PATH_BYTES = 120,
    WHAT_BYTES = 100,
    PARAM_BLANKS_MAX = 4,
    WAMID_BYTES_MAX = 200,
    WORD_BYTES_MAX = 40
};

size_t
check_characters(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

bool
check_is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

static void
write_path(const struct place *place, struct buf *path)
{
    if (place->up)
        write_path(place->up, path);
    if (place->key)
        buf_addf(path, "%s%s", place->up ? "." : "", place->key);
    else
        buf_addf(path, "[%d]", place->index);
}

bool
check_refuse(const struct place *place, struct fault *fault, const char *what, ...)
{
    char path_text[PATH_BYTES], what_text[WHAT_BYTES];
    const struct place *column = place;
    struct buf path;
    va_list args;

    while (column->up)
        column = column->up;
    buf_over(&path, path_text, sizeof path_text);
    write_path(place, &path);
    va_start(args, what);
    (void)vsnprintf(what_text, sizeof what_text, what, args);
    va_end(args);
    fault_set(fault, "whatsapp", column->key, "%s: %s", buf_text(&path), what_text);
    return false;
}

static bool
check_length(const char *text, int max, const struct place *place, struct fault *fault)
{
    if (max && check_characters(text) > (size_t)max)
        return check_refuse(place, fault, "longer than %d characters", max);
    return true;
}

bool
check_param(const char *text, int max, const struct place *place, struct fault *fault)
{
    int blanks = 0;

    if (!text)
        return check_refuse(place, fault, "expected a text");
    if (check_is_blank(text))
        return check_refuse(place, fault, "empty");
    if (!check_length(text, max, place, fault))
        return false;
    for (; *text; text++) {
        if (strchr("\n\r\t", *text))
            return check_refuse(place, fault, "a line break or a tab");
        blanks = *text == ' ' ? blanks + 1 : 0;
        if (blanks > PARAM_BLANKS_MAX)
            return check_refuse(place, fault, "more than four blanks in a row");
    }
    return true;
}

static bool
check_id(const char *text, const struct place *place, struct fault *fault)
{
    if (strchr(" \t\r\n", text[0]) || strchr(" \t\r\n", text[strlen(text) - 1]))
        return check_refuse(place, fault, "begins or ends with a blank");
    return true;
}

bool
check_is_wamid(const char *text)
{
    size_t bytes = strlen(text);

    if (strncmp(text, "wamid.", 6) != 0 || bytes == 6 || bytes > WAMID_BYTES_MAX)
        return false;
    for (; *text; text++)
        if (*text < '!' || *text > '~')
            return false;
    return true;
}

/* Kinds that are text. */
static bool
check_text(const char *text, const struct rule *rule, const struct place *place,
    struct fault *fault)
{
    if (!text)
        return check_refuse(place, fault, "expected a text");
    if (rule->kind == RULE_PARAM)
        return check_param(text, rule->max, place, fault);
    if (rule->kind == RULE_WORD && strcmp(text, rule->word) != 0)
        return check_refuse(place, fault, "expected %s", rule->word);
    if (rule->kind != RULE_EMOJI && check_is_blank(text))
        return check_refuse(place, fault, "empty");
    if (rule->kind == RULE_LINK &&
        (strncmp(text, "https://", 8) != 0 || !text[8] || strpbrk(text, " \t\r\n")))
        return check_refuse(place, fault, "expected https://...");
    if (rule->kind == RULE_WAMID && !check_is_wamid(text))
        return check_refuse(place, fault, "expected the id of a message, wamid....");
    if (rule->kind == RULE_NAME &&
        text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")])
        return check_refuse(place, fault, "expected small letters, digits and _");
    if (rule->kind == RULE_ID && !check_id(text, place, fault))
        return false;
    return check_length(text, rule->max, place, fault);
}

static bool
check_degrees(
    const struct json *value, double most, const struct place *place, struct fault *fault)
{
    double degrees = json_real(value, 1000);

    if (degrees < -most || degrees > most)
        return check_refuse(place, fault, "expected a number from -%g to %g", most, most);
    return true;
}

static bool
check_value(const struct json *value, const struct rule *rule, const struct place *place,
    struct fault *fault)
{
    switch (rule->kind) {
    case RULE_TEXT:
    case RULE_PARAM:
    case RULE_ID:
    case RULE_EMOJI:
    case RULE_WORD:
    case RULE_LINK:
    case RULE_WAMID:
    case RULE_NAME:
        return check_text(json_string(value), rule, place, fault);
    case RULE_DIGITS:
        return json_int(value, -1) >= 0 || check_refuse(place, fault, "expected digits");
    case RULE_INDEX:
        return (json_int(value, -1) >= 0 && json_int(value, -1) < rule->max) ||
               check_refuse(place, fault, "expected 0 to %d", rule->max - 1);
    case RULE_BOOL:
        return json_is_bool(value) ||
               check_refuse(place, fault, "expected true or false");
    case RULE_LATITUDE:
        return check_degrees(value, 90, place, fault);
    case RULE_LONGITUDE:
        return check_degrees(value, 180, place, fault);
    case RULE_OBJECT:
        return check_object(value, rule->inside, place, fault);
    case RULE_ARRAY:
        return check_array(value, rule, place, fault);
    case RULE_ANY:
        return true;
    }
    return false;
}

/* A member that no row names; said by name when that is a word. */
static bool
refuse_unknown(const char *key, const struct place *place, struct fault *fault)
{
    const struct place at = {.up = place, .key = key};
    size_t bytes = strspn(key, "abcdefghijklmnopqrstuvwxyz_");

    if (bytes == 0 || bytes > WORD_BYTES_MAX || key[bytes])
        return check_refuse(place, fault, "a member that is not known here");
    return check_refuse(&at, fault, "not known here");
}

static const struct rule *
rule_of(const struct rules *rules, const char *key)
{
    for (int i = 0; i < rules->n; i++)
        if (strcmp(rules->list[i].key, key) == 0)
            return &rules->list[i];
    return NULL;
}

bool
check_object(const struct json *object, const struct rules *rules,
    const struct place *place, struct fault *fault)
{
    const struct json *value;
    const char *key;

    if (!json_is_object(object))
        return check_refuse(place, fault, "expected an object");
    for (int i = 0; i < rules->n; i++) {
        const struct place at = {.up = place, .key = rules->list[i].key};

        if (rules->list[i].is_needed && !json_get(object, rules->list[i].key))
            return check_refuse(&at, fault, "missing");
    }
    for (int i = 0; json_member(object, i, &key, &value); i++) {
        const struct rule *rule = rule_of(rules, key);
        const struct place at = {.up = place, .key = key};

        if (!rule)
            return refuse_unknown(key, place, fault);
        if (!check_value(value, rule, &at, fault))
            return false;
    }
    return !rules->also || rules->also(object, place, fault);
}

bool
check_array(const struct json *array, const struct rule *rule, const struct place *place,
    struct fault *fault)
{
    int n = json_length(array);

    if (!json_is_array(array))
        return check_refuse(place, fault, "expected an array");
    if (n == 0)
        return check_refuse(place, fault, "empty");
    if (n > rule->max)
        return check_refuse(place, fault, "more than %d", rule->max);
    for (int i = 0; i < n; i++) {
        const struct place at = {.up = place, .index = i};

        if (!check_object(json_at(array, i), rule->inside, &at, fault))
            return false;
    }
    return true;
}

bool
check_named_by_type(
    const struct json *object, const struct place *place, struct fault *fault)
{
    const char *type = json_string_of(object, "type");
    const struct place at = {.up = place, .key = "type"};
    const struct json *value;
    const char *key;

    if (!json_get(object, type))
        return check_refuse(&at, fault, "names a member that is not there");
    for (int i = 0; json_member(object, i, &key, &value); i++)
        if (strcmp(key, "type") != 0 && strcmp(key, "parameter_name") != 0 &&
            strcmp(key, type) != 0)
            return check_refuse(place, fault, "more than what type names");
    return true;
}

bool
check_source(const struct json *media, const struct place *place, struct fault *fault)
{
    if (!json_get(media, "id") == !json_get(media, "link"))
        return check_refuse(place, fault, "expected one of id and link");
    return true;
}
