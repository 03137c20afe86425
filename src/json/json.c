/*
 * Reading: scan.c first, then json-c, which then can only run out of memory. Building: a
 * value that could not be made is NULL; setting it leaves a mark on its container, so
 * that a document with a member missing is never written as if it were whole.
 *
 * json-c shows null as NULL; here it is a value of its own, `null_place`, so that a null
 * differs from nothing.
 */
#include "json_internal.h"

#include <limits.h>
#include <math.h>
#include <string.h>

/* json-c has a type of this name, we a function */
#define json_bool json_c_bool
#include <json-c/json.h>
#undef json_bool

static char null_place;     /* its address is JSON null */
static char lacking_member; /* its address marks a container that lost a value */

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

enum { DEPTH_MAX = 32, DEPTH_LIMIT = 256, TOKENS_MAX = 100000 };

/* json-c reads through pointers that are not const. */
static struct json_object *
object_of(const struct json *json)
{
    if ((const void *)json == &null_place)
        return NULL;
    return (struct json_object *)(uintptr_t)json;
}

static struct json *
json_of(struct json_object *object)
{
    return (struct json *)(void *)object;
}

/* A value that stands in a container: there NULL means null. */
static struct json *
member_of(struct json_object *object)
{
    return object ? json_of(object) : (struct json *)(void *)&null_place;
}

static bool
is_kind(const struct json *json, enum json_type type)
{
    struct json_object *object = object_of(json);

    return object && json_object_get_type(object) == type;
}

struct json *
json_parse(
    const char *text, size_t bytes, const struct json_limits *limits, struct fault *fault)
{
    struct json_limits used = {DEPTH_MAX, TOKENS_MAX};
    struct json_tokener *tokener;
    struct json_object *object;
    bool is_whole;

    if (limits && limits->depth_max > 0)
        used.depth_max =
            limits->depth_max < DEPTH_LIMIT ? limits->depth_max : DEPTH_LIMIT;
    if (limits && limits->tokens_max > 0)
        used.tokens_max = limits->tokens_max;
    if (bytes >= INT_MAX) {
        fault_set(fault, "json", "bytes", "longer than 2 GiB");
        return NULL;
    }
    if (!json_scan(text, bytes, &used, fault))
        return NULL;
    tokener = json_tokener_new_ex(used.depth_max + 2);
    if (!tokener) {
        fault_set(fault, "json", "memory", "out of memory");
        return NULL;
    }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
    object = json_tokener_parse_ex(tokener, text, (int)bytes);
    /* a bare number ends only where something else begins */
    if (json_tokener_get_error(tokener) == json_tokener_continue)
        object = json_tokener_parse_ex(tokener, "", 1);
    is_whole = json_tokener_get_error(tokener) == json_tokener_success;
    json_tokener_free(tokener);
    if (!is_whole) {
        fault_set(fault, "json", "memory", "out of memory");
        return NULL;
    }
    return member_of(object);
}

void
json_free(struct json *json)
{
    json_object_put(object_of(json));
}

const struct json *
json_get(const struct json *object, const char *key)
{
    struct json_object *value;

    if (!json_is_object(object) ||
        !json_object_object_get_ex(object_of(object), key, &value))
        return NULL;
    return member_of(value);
}

const struct json *
json_at(const struct json *array, int index)
{
    if (index < 0 || index >= json_length(array))
        return NULL;
    return member_of(json_object_array_get_idx(object_of(array), (size_t)index));
}

int
json_length(const struct json *array)
{
    return json_is_array(array) ? (int)json_object_array_length(object_of(array)) : 0;
}

bool
json_is_null(const struct json *json)
{
    return (const void *)json == &null_place;
}

bool
json_is_object(const struct json *json)
{
    return is_kind(json, json_type_object);
}

bool
json_is_array(const struct json *json)
{
    return is_kind(json, json_type_array);
}

bool
json_is_string(const struct json *json)
{
    return is_kind(json, json_type_string);
}

bool
json_is_number(const struct json *json)
{
    return is_kind(json, json_type_int) || is_kind(json, json_type_double);
}

bool
json_is_bool(const struct json *json)
{
    return is_kind(json, json_type_boolean);
}

const char *
json_string(const struct json *json)
{
    const char *text;

    if (!json_is_string(json))
        return NULL;
    text = json_object_get_string(object_of(json));
    if (strlen(text) != (size_t)json_object_get_string_len(object_of(json)))
        return NULL;
    return text;
}

/* "-" and digits into a number; `other` when there is anything else, or too much. */
static int64_t
digits_to_int(const char *text, int64_t other)
{
    bool is_negative = text[0] == '-';
    int64_t number = 0;
    const char *at = text + is_negative;

    if (!*at)
        return other;
    for (; *at; at++) {
        if (*at < '0' || *at > '9')
            return other;
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, *at - '0', &number))
            return other;
    }
    if (is_negative)
        return number;
    return number == INT64_MIN ? other : -number;
}

int64_t
json_int(const struct json *json, int64_t other)
{
    struct json_object *object = object_of(json);
    const char *text = json_string(json);

    if (text)
        return digits_to_int(text, other);
    if (is_kind(json, json_type_int)) {
        /* json-c cuts what is too large down to its ends: only the unsigned end shows it
         */
        if (json_object_get_int64(object) == INT64_MAX &&
            json_object_get_uint64(object) > INT64_MAX)
            return other;
        return json_object_get_int64(object);
    }
    if (is_kind(json, json_type_double)) {
        double number = json_object_get_double(object);

        if (number >= -9.2e18 && number <= 9.2e18 && floor(number) >= number)
            return (int64_t)number;
    }
    return other;
}

double
json_real(const struct json *json, double other)
{
    return json_is_number(json) ? json_object_get_double(object_of(json)) : other;
}

bool
json_bool(const struct json *json, bool other)
{
    return json_is_bool(json) ? json_object_get_boolean(object_of(json)) : other;
}

const char *
json_string_of(const struct json *object, const char *key)
{
    return json_string(json_get(object, key));
}

bool
json_member(const struct json *object, int index, const char **ret_key,
    const struct json **ret_value)
{
    const struct lh_entry *entry;

    if (!json_is_object(object) || index < 0)
        return false;
    entry = json_object_get_object(object_of(object))->head;
    while (entry && index-- > 0)
        entry = entry->next;
    if (!entry)
        return false;
    *ret_key = lh_entry_k(entry);
    *ret_value = member_of(lh_entry_v(entry));
    return true;
}

struct json *
json_new_object(void)
{
    return json_of(json_object_new_object());
}

struct json *
json_new_array(void)
{
    return json_of(json_object_new_array());
}

/* The text with each byte that is no part of a character replaced by U+FFFD. */
static struct json *
new_repaired(const char *text)
{
    struct buf whole;
    const unsigned char *at = (const unsigned char *)text, *end = at + strlen(text);
    struct json_object *object = NULL;

    buf_init(&whole, (size_t)(end - at) * 3);
    while (at < end) {
        size_t length = json_utf8_length(at, end);

        if (length)
            buf_add(&whole, at, length);
        else
            buf_adds(&whole, REPLACEMENT);
        at += length ? length : 1;
    }
    if (!whole.is_bad)
        object = json_object_new_string_len(buf_text(&whole), (int)whole.bytes);
    buf_done(&whole);
    return json_of(object);
}

struct json *
json_new_string(const char *text)
{
    const unsigned char *at = (const unsigned char *)text, *end;

    if (!text)
        return (struct json *)(void *)&null_place;
    end = at + strlen(text);
    if (end - at > INT_MAX / 4)
        return NULL;
    while (at < end) {
        size_t length = json_utf8_length(at, end);

        if (!length)
            return new_repaired(text);
        at += length;
    }
    return json_of(json_object_new_string(text));
}

struct json *
json_new_int(int64_t number)
{
    return json_of(json_object_new_int64(number));
}

struct json *
json_new_real(double number)
{
    if (!isfinite(number))
        return (struct json *)(void *)&null_place;
    return json_of(json_object_new_double(number));
}

struct json *
json_new_bool(bool flag)
{
    return json_of(json_object_new_boolean(flag));
}

struct json *
json_copy(const struct json *json)
{
    struct json_object *copy = NULL;

    if (json_is_null(json))
        return (struct json *)(void *)&null_place;
    if (!json || json_object_deep_copy(object_of(json), &copy, NULL) < 0)
        return NULL;
    return json_of(copy);
}

static void
mark_lacking(struct json *container)
{
    if (container)
        json_object_set_userdata(object_of(container), &lacking_member, NULL);
}

void
json_set(struct json *object, const char *key, struct json *value)
{
    if (value && json_is_object(object) &&
        json_object_object_add(object_of(object), key, object_of(value)) == 0)
        return;
    mark_lacking(object);
    json_free(value);
}

void
json_add(struct json *array, struct json *value)
{
    if (value && json_is_array(array) &&
        json_object_array_add(object_of(array), object_of(value)) == 0)
        return;
    mark_lacking(array);
    json_free(value);
}

void
json_set_string(struct json *object, const char *key, const char *text)
{
    json_set(object, key, json_new_string(text));
}

void
json_set_int(struct json *object, const char *key, int64_t number)
{
    json_set(object, key, json_new_int(number));
}

static void
write_string(struct json_object *object, struct buf *out)
{
    const char *text = json_object_get_string(object);
    size_t bytes = (size_t)json_object_get_string_len(object);
    struct buf whole;

    if (strlen(text) == bytes) {
        buf_add_json(out, text);
        return;
    }
    buf_init(&whole, bytes * 3);
    for (size_t i = 0; i < bytes; i++)
        if (text[i])
            buf_addc(&whole, text[i]);
        else
            buf_adds(&whole, REPLACEMENT);
    if (whole.is_bad)
        out->is_bad = true;
    buf_add_json(out, buf_text(&whole));
    buf_done(&whole);
}

static void write_value(struct json_object *object, struct buf *out);

static void
write_object(struct json_object *object, struct buf *out)
{
    char before = '{';

    for (const struct lh_entry *entry = json_object_get_object(object)->head; entry;
         entry = entry->next) {
        buf_addc(out, before);
        buf_add_json(out, lh_entry_k(entry));
        buf_addc(out, ':');
        write_value(lh_entry_v(entry), out);
        before = ',';
    }
    buf_adds(out, before == '{' ? "{}" : "}");
}

static void
write_array(struct json_object *object, struct buf *out)
{
    size_t n = json_object_array_length(object);

    buf_addc(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(out, ',');
        write_value(json_object_array_get_idx(object, i), out);
    }
    buf_addc(out, ']');
}

/* As json-c keeps them: a parsed fraction as it was written, a built one in 17 digits. */
static void
write_number(struct json_object *object, struct buf *out)
{
    const char *text = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN);

    if (text)
        buf_adds(out, text);
    else
        out->is_bad = true;
}

static void
write_value(struct json_object *object, struct buf *out)
{
    switch (json_object_get_type(object)) {
    case json_type_null:
        buf_adds(out, "null");
        return;
    case json_type_boolean:
        buf_adds(out, json_object_get_boolean(object) ? "true" : "false");
        return;
    case json_type_int:
    case json_type_double:
        write_number(object, out);
        return;
    case json_type_string:
        write_string(object, out);
        return;
    case json_type_object:
    case json_type_array:
        if (json_object_get_userdata(object) == &lacking_member)
            out->is_bad = true;
        else if (json_object_get_type(object) == json_type_object)
            write_object(object, out);
        else
            write_array(object, out);
        return;
    }
}

void
json_write(const struct json *json, struct buf *out)
{
    if (json)
        write_value(object_of(json), out);
    else
        out->is_bad = true;
}
