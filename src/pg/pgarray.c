/*
 * PostgreSQL's array literals. Every text is quoted: it costs two bytes and spares the
 * list of words and characters that need it (NULL, braces, commas, blanks, the empty
 * one).
 */
#include "pgarray.h"

#include <string.h>

void
pg_array_init(struct pg_array *array, size_t max_bytes)
{
    *array = (struct pg_array){0};
    buf_init(&array->buf, max_bytes);
}

void
pg_array_done(struct pg_array *array)
{
    buf_done(&array->buf);
    array->n = 0;
}

void
pg_array_clear(struct pg_array *array)
{
    buf_clear(&array->buf);
    array->n = 0;
}

static void
begin(struct pg_array *array)
{
    buf_addc(&array->buf, array->n++ ? ',' : '{');
}

void
pg_array_add(struct pg_array *array, const char *text)
{
    begin(array);
    if (!text) {
        buf_adds(&array->buf, "NULL");
        return;
    }
    buf_addc(&array->buf, '"');
    for (size_t plain; *text; text += plain) {
        if (*text == '"' || *text == '\\')
            buf_addc(&array->buf, '\\');
        plain = 1 + strcspn(text + 1, "\"\\");
        buf_add(&array->buf, text, plain);
    }
    buf_addc(&array->buf, '"');
}

void
pg_array_add_int(struct pg_array *array, int64_t number)
{
    char digits[20]; /* of 2^63 there are 19 */
    size_t at = sizeof(digits);
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    begin(array);
    if (number < 0)
        buf_addc(&array->buf, '-');
    do { /* by hand: printf took five times as long */
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    buf_add(&array->buf, digits + at, sizeof(digits) - at);
}

/*
 * Closing must not keep later elements out: the brace is written behind the content and
 * taken back at once, so the next element overwrites it.
 */
const char *
pg_array_text(struct pg_array *array)
{
    size_t open_bytes;

    if (array->buf.is_bad)
        return NULL;
    if (!array->n)
        return "{}";
    open_bytes = array->buf.bytes;
    buf_addc(&array->buf, '}');
    if (array->buf.is_bad)
        return NULL;
    array->buf.bytes = open_bytes;
    return array->buf.data;
}
