/*
 * The grammar of RFC 8259, checked before anything is allocated. json-c alone would
 * accept NaN, cut keys at a NUL and spend 240 bytes of memory for each two bytes of
 * "{},"; what passes here it can only parse. Recursion is bounded by the depth limit.
 */
#include "json_internal.h"

#include <string.h>

struct scan {
    const unsigned char *start, *at, *end;
    int depth, tokens;
    const struct json_limits *limits;
    const char *code, *why; /* of the first thing that is wrong */
};

static bool scan_value(struct scan *scan);

static bool
refuse(struct scan *scan, const char *code, const char *why)
{
    scan->code = code;
    scan->why = why;
    return false;
}

/* The byte in hand; 0, which no grammar rule accepts, at the end. */
static unsigned char
peek(const struct scan *scan)
{
    return scan->at < scan->end ? *scan->at : 0;
}

static void
skip_space(struct scan *scan)
{
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\n' ||
                                       *scan->at == '\t' || *scan->at == '\r'))
        scan->at++;
}

/* Counts a brace, bracket or comma, and takes it. */
static bool
take_token(struct scan *scan)
{
    if (++scan->tokens > scan->limits->tokens_max)
        return refuse(scan, "tokens", "too many values");
    scan->at++;
    return true;
}

/* The well-formed sequences of more than one byte (Unicode 15, table 3-7): what is
 * missing is overlong, half a surrogate pair, or past the last character. */
static const struct utf8_form {
    unsigned char first_min, first_max, second_min, second_max, length;
} utf8_forms[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2},
    {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4},
};

static size_t
utf8_tail_length(
    const unsigned char *at, const unsigned char *end, const struct utf8_form *form)
{
    if (end - at < form->length || at[1] < form->second_min || at[1] > form->second_max)
        return 0;
    for (int i = 2; i < form->length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return form->length;
}

size_t
json_utf8_length(const unsigned char *at, const unsigned char *end)
{
    if (at == end)
        return 0;
    if (*at < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof utf8_forms / sizeof *utf8_forms; i++)
        if (*at >= utf8_forms[i].first_min && *at <= utf8_forms[i].first_max)
            return utf8_tail_length(at, end, &utf8_forms[i]);
    return 0;
}

static int
hex_digit(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What follows a backslash. A NUL in a key would be cut off, and two keys become one. */
static bool
scan_escape(struct scan *scan, bool is_key)
{
    int code = 0;
    unsigned char c = peek(scan);

    if (c != 'u') {
        if (!c || !strchr("\"\\/bfnrt", c))
            return refuse(scan, "syntax", "unknown escape");
        scan->at++;
        return true;
    }
    scan->at++;
    for (int i = 0; i < 4; i++, scan->at++) {
        int digit = hex_digit(peek(scan));

        if (digit < 0)
            return refuse(scan, "syntax", "bad \\u escape");
        code = code * 16 + digit;
    }
    return code || !is_key || refuse(scan, "syntax", "a NUL in a key");
}

/* One character of a string, or an escape. */
static bool
scan_character(struct scan *scan, bool is_key)
{
    size_t length;

    if (*scan->at < 0x20)
        return refuse(scan, "syntax", "a control character in a string");
    if (*scan->at == '\\') {
        scan->at++;
        return scan_escape(scan, is_key);
    }
    length = json_utf8_length(scan->at, scan->end);
    if (!length)
        return refuse(scan, "utf8", "not UTF-8");
    scan->at += length;
    return true;
}

static bool
scan_string(struct scan *scan, bool is_key)
{
    if (peek(scan) != '"')
        return refuse(scan, "syntax", "a string expected");
    scan->at++;
    while (scan->at < scan->end && *scan->at != '"')
        if (!scan_character(scan, is_key))
            return false;
    if (scan->at == scan->end)
        return refuse(scan, "syntax", "a string without end");
    scan->at++;
    return true;
}

/* Takes digits, at least one; their number, or -1. */
static int
scan_digits(struct scan *scan)
{
    const unsigned char *from = scan->at;

    while (peek(scan) >= '0' && peek(scan) <= '9')
        scan->at++;
    if (scan->at - from > 4096)
        return -1; /* nobody's number */
    return scan->at > from ? (int)(scan->at - from) : -1;
}

/* "e+12"; its value, at most 9999, into `ret_exponent`. */
static bool
scan_exponent(struct scan *scan, int *ret_exponent)
{
    bool is_negative;
    int exponent = 0;

    scan->at++;
    is_negative = peek(scan) == '-';
    if (peek(scan) == '-' || peek(scan) == '+')
        scan->at++;
    if (peek(scan) < '0' || peek(scan) > '9')
        return false;
    for (; peek(scan) >= '0' && peek(scan) <= '9'; scan->at++)
        if (exponent < 1000)
            exponent = exponent * 10 + (peek(scan) - '0');
    *ret_exponent = is_negative ? -exponent : exponent;
    return true;
}

static bool
scan_number(struct scan *scan)
{
    int whole, exponent = 0;

    if (peek(scan) == '-')
        scan->at++;
    if (peek(scan) == '0') {
        whole = 1; /* no digit may follow a leading zero */
        scan->at++;
    } else {
        whole = scan_digits(scan);
    }
    if (whole < 0)
        return refuse(scan, "syntax", "a value expected");
    if (peek(scan) == '.') {
        scan->at++;
        if (scan_digits(scan) < 0)
            return refuse(scan, "syntax", "a digit expected");
    }
    if ((peek(scan) | 0x20) == 'e' && !scan_exponent(scan, &exponent))
        return refuse(scan, "syntax", "a digit expected");
    /* not far beyond it a double is infinite, which could not be written again */
    if (whole + exponent > 308)
        return refuse(scan, "number", "a number too large");
    return true;
}

static bool
scan_word(struct scan *scan, const char *word)
{
    size_t length = strlen(word);

    if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
        return refuse(scan, "syntax", "a value expected");
    scan->at += length;
    return true;
}

/* One element of an array, or one member of an object. */
static bool
scan_item(struct scan *scan, bool is_object)
{
    skip_space(scan);
    if (!is_object)
        return scan_value(scan);
    if (!scan_string(scan, true))
        return false;
    skip_space(scan);
    if (peek(scan) != ':')
        return refuse(scan, "syntax", "a colon expected");
    scan->at++;
    return scan_value(scan);
}

static bool
scan_container(struct scan *scan, bool is_object)
{
    unsigned char close = is_object ? '}' : ']';

    if (++scan->depth > scan->limits->depth_max)
        return refuse(scan, "depth", "nested too deep");
    if (!take_token(scan))
        return false;
    skip_space(scan);
    if (peek(scan) != close)
        for (;;) {
            if (!scan_item(scan, is_object))
                return false;
            skip_space(scan);
            if (peek(scan) != ',')
                break;
            if (!take_token(scan))
                return false;
        }
    if (peek(scan) != close)
        return refuse(scan, "syntax", "a comma or an end expected");
    scan->depth--;
    return take_token(scan);
}

static bool
scan_value(struct scan *scan)
{
    skip_space(scan);
    switch (peek(scan)) {
    case '{':
        return scan_container(scan, true);
    case '[':
        return scan_container(scan, false);
    case '"':
        return scan_string(scan, false);
    case 't':
        return scan_word(scan, "true");
    case 'f':
        return scan_word(scan, "false");
    case 'n':
        return scan_word(scan, "null");
    default:
        return scan_number(scan);
    }
}

bool
json_scan(
    const char *text, size_t bytes, const struct json_limits *limits, struct fault *fault)
{
    const unsigned char *start = (const unsigned char *)text;
    struct scan scan = {
        .start = start, .at = start, .end = start + bytes, .limits = limits};
    bool is_good = scan_value(&scan);

    if (is_good) {
        skip_space(&scan);
        if (scan.at < scan.end)
            is_good = refuse(&scan, "trailing", "bytes after the value");
    }
    if (!is_good)
        fault_set(fault, "json", scan.code, "byte %zu: %s",
            (size_t)(scan.at - scan.start), scan.why);
    return is_good;
}
