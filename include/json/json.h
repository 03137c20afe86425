/*
 * json.h - reading and building JSON; the only home of json-c.
 *
 * Reading checks grammar, UTF-8, tokens and depth before it parses: json-c needs 700 MiB
 * for 3 MiB of "{},", and takes NaN. A value read is borrowed from its document. JSON
 * null is a value too: present, and of no kind that a reader asks for.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "fault.h"
#include "rc.h"

struct json; /* any value: object, array, string, number, boolean, null */

struct json_limits {
    int depth_max;  /* 0: 32; never more than 256 */
    int tokens_max; /* braces, brackets and commas; 0: 100000 */
};

/* The whole of `text` as one value, the caller's to json_free. NULL with `fault` (where
 * and what, never the text itself) when it is not UTF-8, not JSON, past a limit, has
 * bytes after the value, a number of 1e308 or more, or a NUL in a key. Of equal keys the
 * last one counts. */
struct json *json_parse(const char *text, size_t bytes, const struct json_limits *limits,
    struct fault *fault) MUST_USE;
void json_free(struct json *json); /* accepts NULL */

/* Readers accept NULL and a value of another kind: they then say absent. json_get and
 * json_at give NULL for what is not there, and a value that json_is_null for a null. */
const struct json *json_get(const struct json *object, const char *key);
const struct json *json_at(const struct json *array, int index);
int json_length(const struct json *array);  /* 0 when it is not an array */
bool json_is_null(const struct json *json); /* a null that is there; false for NULL */
bool json_is_object(const struct json *json);
bool json_is_array(const struct json *json);
bool json_is_string(const struct json *json);
bool json_is_number(const struct json *json);
bool json_is_bool(const struct json *json);
const char *json_string(
    const struct json *json); /* NULL: not a string, or it holds a NUL */
/* Whole numbers and strings of digits that an int64_t holds; else `other`. */
int64_t json_int(const struct json *json, int64_t other);
double json_real(const struct json *json, double other);
bool json_bool(const struct json *json, bool other);

/* Shorthand: the string member `key` of `object`; NULL when absent. */
const char *json_string_of(const struct json *object, const char *key);

/* Each member in order: for (int i = 0; json_member(object, i, &key, &value); i++). O(i).
 */
bool json_member(const struct json *object, int index, const char **ret_key,
    const struct json **ret_value);

/* Builders. What is set or added belongs to its container afterwards, also on failure.
 * Out of memory yields NULL, which may be set like any value: writing the document, or
 * the container it was set into, then marks `out` bad. Bytes that are not UTF-8 become
 * U+FFFD. */
struct json *json_new_object(void) MUST_USE;
struct json *json_new_array(void) MUST_USE;
struct json *json_new_string(const char *text) MUST_USE; /* NULL gives JSON null */
struct json *json_new_int(int64_t number) MUST_USE;
struct json *json_new_real(double number) MUST_USE; /* NaN and infinity give null */
struct json *json_new_bool(bool flag) MUST_USE;
struct json *json_copy(const struct json *json) MUST_USE; /* deep */
void json_set(struct json *object, const char *key, struct json *value);
void json_add(struct json *array, struct json *value);
void json_set_string(struct json *object, const char *key, const char *text);
void json_set_int(struct json *object, const char *key, int64_t number);

/* Appends the compact text to `out`; NULL, and what lacks a member for want of memory,
 * make `out` bad. A NUL inside a string is written as U+FFFD: jsonb refuses it. */
void json_write(const struct json *json, struct buf *out);

#endif
