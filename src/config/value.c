/*
 * A value meets its key: read by type, held against the range, stored with its origin.
 * All faults go through here, so that each names where, which key, what was expected and
 * found.
 */
#include <inttypes.h>
#include <math.h>
#include <regex.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config_internal.h"
#include "mem.h"

#define LINE_BYTES 1024

struct kept {
    struct kept *next;
    void *data;
};

/* Configuration is read at start and never freed: "strings live as long as the process".
 */
static struct kept *kept_head;

void *
keep_room(size_t count, size_t size)
{
    struct kept *kept = mem_new(struct kept);

    if (!kept)
        return NULL;
    kept->data = mem_alloc(count, size);
    if (!kept->data) {
        mem_free(kept);
        return NULL;
    }
    kept->next = kept_head;
    kept_head = kept;
    return kept->data;
}

const char *
keep(const char *text)
{
    size_t room = strlen(text) + 1;
    char *kept = keep_room(room, 1);

    if (kept)
        memcpy(kept, text, room);
    return kept;
}

void
reader_fault(struct reader *reader, const char *where, const char *format, ...)
{
    char what[LINE_BYTES];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    reader->faults++;
    (void)fprintf(reader->err, "%s: %s\n", where, what);
}

void
key_expected(const struct config_key *key, char *ret_text, size_t room)
{
    const char *unit = key->unit;

    switch (key->kind) {
    case KEY_INT:
        (void)snprintf(ret_text, room, "a whole number from %.0f to %.0f%s%s%s", key->min,
            key->max, unit ? " (" : "", unit ? unit : "", unit ? ")" : "");
        break;
    case KEY_REAL:
        (void)snprintf(ret_text, room, "a number from %.15g to %.10g%s%s%s", key->min,
            key->max, unit ? " (" : "", unit ? unit : "", unit ? ")" : "");
        break;
    case KEY_BOOL:
        (void)snprintf(ret_text, room, "true or false");
        break;
    case KEY_TEXT:
        (void)snprintf(ret_text, room, "%s", unit ? unit : "a text in quotes");
        break;
    }
}

static void
say_found(
    const struct config_key *key, const struct value *value, char *ret_text, size_t room)
{
    if (key->secrecy != KEY_OPEN && value->kind != VALUE_OTHER) {
        (void)snprintf(ret_text, room, "something else (not shown)");
        return;
    }
    switch (value->kind) {
    case VALUE_WORD:
    case VALUE_TEXT:
        (void)snprintf(ret_text, room, "\"%.80s\"", value->text);
        break;
    case VALUE_REAL:
        (void)snprintf(ret_text, room, "%.15g", value->real);
        break;
    case VALUE_BOOL:
        (void)snprintf(ret_text, room, "%s", value->is_true ? "true" : "false");
        break;
    case VALUE_OTHER:
        (void)snprintf(ret_text, room, "%s", value->text);
        break;
    }
}

/* A plain decimal: no blanks, no hexadecimal, no "inf". */
static bool
read_number(const char *text, double *ret_number)
{
    char *end = NULL;
    double number;

    if (!*text || text[strspn(text, "0123456789.+-eE")])
        return false;
    number = strtod(text, &end);
    if (*end || !isfinite(number))
        return false;
    *ret_number = number;
    return true;
}

static bool
read_bool(const char *text, bool *ret_flag)
{
    static const char *const yes[] = {"true", "1", "yes", "on", "sim"};
    static const char *const no[] = {"false", "0", "no", "off", "nao"};

    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        if (!strcasecmp(text, yes[i]) || !strcasecmp(text, no[i])) {
            *ret_flag = !strcasecmp(text, yes[i]);
            return true;
        }
    }
    return false;
}

static bool
set_number(const struct config_key *key, const struct value *value, void *field)
{
    double number = value->real;

    if (value->kind == VALUE_WORD) {
        if (!read_number(value->text, &number))
            return false;
    } else if (value->kind != VALUE_REAL) {
        return false;
    }
    if (!(number >= key->min && number <= key->max))
        return false;
    if (key->kind == KEY_REAL) {
        *(double *)field = number;
        return true;
    }
    if (number != (double)(int)number)
        return false;
    *(int *)field = (int)number;
    return true;
}

static bool
set_bool(const struct value *value, bool *field)
{
    if (value->kind == VALUE_WORD)
        return read_bool(value->text, field);
    if (value->kind != VALUE_BOOL)
        return false;
    *field = value->is_true;
    return true;
}

static bool
has_form(const char *form, const char *text)
{
    regex_t regex;
    bool fits;

    if (!form)
        return true;
    if (regcomp(&regex, form, REG_EXTENDED | REG_NOSUB))
        return false;
    fits = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return fits;
}

static bool
set_text(struct reader *reader, const struct config_key *key, const struct value *value,
    const char **field)
{
    if (value->kind != VALUE_WORD && value->kind != VALUE_TEXT)
        return false;
    if (!value->text[0]) { /* said to be empty: not set */
        *field = NULL;
        return true;
    }
    if (!has_form(key->form, value->text))
        return false;
    *field = keep(value->text);
    if (!*field)
        reader->is_oom = true;
    return true;
}

static bool
set_field(struct reader *reader, const struct config_key *key, const struct value *value)
{
    void *field = (char *)reader->config + key->offset;

    switch (key->kind) {
    case KEY_INT:
    case KEY_REAL:
        return set_number(key, value, field);
    case KEY_BOOL:
        return set_bool(value, field);
    case KEY_TEXT:
        return set_text(reader, key, value, field);
    }
    return false;
}

void
key_set(struct reader *reader, const struct config_key *key, const struct value *value,
    const char *where)
{
    char expected[160], found[128];

    if (set_field(reader, key, value)) {
        reader->origins[key - CONFIG_KEYS].where = where;
        return;
    }
    key_expected(key, expected, sizeof(expected));
    say_found(key, value, found, sizeof(found));
    reader_fault(reader, where, "%s.%s: expected %s, found %s", key->section, key->name,
        expected, found);
}

/* postgresql://user:SECRET@host and password=SECRET, without the secret. */
static const char *
masked_url(const char *url, struct buf *scratch)
{
    static const char word[] = "password=";
    const char *slashes = strstr(url, "://");
    const char *start = slashes ? slashes + 3 : url;
    const char *at = slashes ? strchr(start, '@') : NULL;
    const char *colon = at ? memchr(start, ':', (size_t)(at - start)) : NULL;
    const char *rest = url;

    if (colon) {
        buf_add(scratch, url, (size_t)(colon + 1 - url));
        buf_adds(scratch, "***");
        rest = at;
    }
    for (const char *hit; (hit = strstr(rest, word));) {
        hit += strlen(word);
        buf_add(scratch, rest, (size_t)(hit - rest));
        buf_adds(scratch, "***");
        rest = hit + strcspn(hit, " &");
    }
    buf_adds(scratch, rest);
    return buf_text(scratch);
}

const char *
key_text(const struct config_key *key, const struct config *config, struct buf *scratch)
{
    const void *field = (const char *)config + key->offset;
    const char *text;

    buf_clear(scratch);
    switch (key->kind) {
    case KEY_INT:
        buf_addf(scratch, "%d", *(const int *)field);
        break;
    case KEY_REAL:
        buf_addf(scratch, "%.15g", *(const double *)field);
        break;
    case KEY_BOOL:
        buf_adds(scratch, *(const bool *)field ? "true" : "false");
        break;
    case KEY_TEXT:
        text = *(const char *const *)field;
        if (!text)
            return NULL;
        if (key->secrecy == KEY_SECRET)
            return "***";
        if (key->secrecy == KEY_URL)
            return masked_url(text, scratch);
        buf_adds(scratch, text);
        break;
    }
    return buf_text(scratch);
}
