/*
 * json_internal.h - the scan that a text must pass before json-c sees it.
 */
#ifndef JSON_INTERNAL_H
#define JSON_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "json.h"

/* True when `text` is one JSON value within `limits` (both set) and nothing else. */
bool json_scan(const char *text, size_t bytes, const struct json_limits *limits,
    struct fault *fault);

/* Length of the UTF-8 character at `at`, 1 to 4; 0 when the bytes are not one. */
size_t json_utf8_length(const unsigned char *at, const unsigned char *end);

#endif
