/*
 * Two passes over what is printed: widths first, then text. Widths are counted in
 * characters of UTF-8, so that a column with accents stays straight.
 */
#include "output.h"

#include <string.h>

#define CELL_MAX 48 /* characters of a table's cell; a longer one ends in "..." */
#define COLUMNS_MAX 40
#define LIST_MAX 100 /* objects of a list inside a row */

/* Is it the first byte of a character, and not one that moves the cursor? */
static bool
is_start(unsigned char c)
{
    return (c & 0xc0) != 0x80;
}

static int
width_of(const char *text)
{
    int width = 0;

    for (; *text; text++)
        width += is_start((unsigned char)*text);
    return width;
}

/* At most `max` characters; control characters (C1 included) as a space. */
static void
put_text(const char *text, int max, FILE *out)
{
    for (int shown = 0; *text; text++) {
        unsigned char c = (unsigned char)*text;

        shown += is_start(c);
        if (shown > max)
            return;
        if (c == 0xc2 && (unsigned char)text[1] >= 0x80 &&
            (unsigned char)text[1] < 0xa0) {
            (void)fputc(' ', out);
            text++;
        } else {
            (void)fputc(c < 0x20 || c == 0x7f ? ' ' : c, out);
        }
    }
}

static void
put_padding(int from, int to, FILE *out)
{
    for (; from < to; from++)
        (void)fputc(' ', out);
}

static void
write_list(const struct json *list, struct buf *out)
{
    int n = json_length(list);

    for (int i = 0; i < n; i++) {
        const char *text = json_string(json_at(list, i));

        buf_adds(out, i > 0 ? ", " : "");
        if (text)
            buf_adds(out, text);
        else
            json_write(json_at(list, i), out);
    }
    if (n == 0)
        buf_addc(out, '-');
}

/* The value as a person reads it: text bare, null as "-", lists with commas. */
static void
write_value(const struct json *value, struct buf *out)
{
    if (json_is_string(value))
        buf_adds(out, json_string(value) ? json_string(value) : "?");
    else if (json_is_bool(value))
        buf_adds(out, json_bool(value, false) ? "sim" : "não");
    else if (json_is_array(value))
        write_list(value, out);
    else if (json_is_object(value) || json_is_number(value))
        json_write(value, out);
    else
        buf_addc(out, '-');
}

static int
row_width(const struct json *row, int prefix)
{
    const char *key;
    const struct json *value;
    int width = 0;

    for (int i = 0; json_member(row, i, &key, &value); i++) {
        int own = prefix + width_of(key);

        if (json_is_object(value))
            own = row_width(value, own + 1);
        if (own > width)
            width = own;
    }
    return width;
}

/* What a person will read as a message keeps its lines: below its name, each a little to
 * the right, so that none passes for a field. */
static void
put_lines(const char *text, FILE *out)
{
    while (text) {
        const char *end = strchr(text, '\n');
        struct buf line = {0};

        buf_init(&line, (size_t)1 << 24);
        buf_add(&line, text, end ? (size_t)(end - text) : strlen(text));
        (void)fputs(end == text || !*text ? "\n" : "\n    ", out);
        put_text(buf_text(&line), 1 << 24, out);
        buf_done(&line);
        text = end ? end + 1 : NULL;
    }
}

/* One member that is a plain value. */
static void
put_field(const char *name, const struct json *value, int width, FILE *out)
{
    struct buf text = {0};

    buf_init(&text, (size_t)1 << 24);
    write_value(value, &text);
    put_text(name, 1000, out);
    (void)fputc(':', out);
    if (strcmp(name, "conteudo") == 0 && strchr(buf_text(&text), '\n')) {
        put_lines(buf_text(&text), out);
    } else {
        put_padding(width_of(name), width + 1, out);
        put_text(buf_text(&text), 1 << 24, out);
    }
    (void)fputc('\n', out);
    buf_done(&text);
}

/* A list of objects, as a table below its name. */
static void
put_list(const char *name, const struct json *list, FILE *out)
{
    const struct json *rows[LIST_MAX];
    int n = 0;

    while (n < LIST_MAX && n < json_length(list)) {
        rows[n] = json_at(list, n);
        n++;
    }
    put_text(name, 1000, out);
    (void)fputs(":\n", out);
    output_table(rows, n, out);
}

static void
put_row(const struct json *row, const char *prefix, int width, FILE *out)
{
    const char *key;
    const struct json *value;

    for (int i = 0; json_member(row, i, &key, &value); i++) {
        struct buf name = {0};

        buf_init(&name, 1024);
        buf_addf(&name, "%s%s", prefix, key);
        if (json_is_object(value)) {
            buf_addc(&name, '.');
            put_row(value, buf_text(&name), width, out);
        } else if (json_is_object(json_at(value, 0))) {
            put_list(buf_text(&name), value, out);
        } else {
            put_field(buf_text(&name), value, width, out);
        }
        buf_done(&name);
    }
}

void
output_row(const struct json *row, FILE *out)
{
    put_row(row, "", row_width(row, 0), out);
}

static void
put_cell(const char *text, int width, bool is_last, FILE *out)
{
    int shown = width_of(text);

    if (shown > CELL_MAX) {
        put_text(text, CELL_MAX - 3, out);
        (void)fputs("...", out);
        shown = CELL_MAX;
    } else {
        put_text(text, CELL_MAX, out);
    }
    if (is_last)
        (void)fputc('\n', out);
    else
        put_padding(shown, width + 2, out);
}

static int
cell_width(const struct json *value)
{
    struct buf text = {0};
    int width;

    buf_init(&text, (size_t)1 << 20);
    write_value(value, &text);
    width = width_of(buf_text(&text));
    buf_done(&text);
    return width > CELL_MAX ? CELL_MAX : width;
}

void
output_table(const struct json *const *rows, int n, FILE *out)
{
    const char *names[COLUMNS_MAX];
    int widths[COLUMNS_MAX];
    int columns = 0;
    const struct json *value;

    if (n == 0)
        return;
    while (
        columns < COLUMNS_MAX && json_member(rows[0], columns, &names[columns], &value)) {
        widths[columns] = width_of(names[columns]);
        for (int row = 0; row < n; row++) {
            int width = cell_width(json_get(rows[row], names[columns]));

            if (width > widths[columns])
                widths[columns] = width;
        }
        columns++;
    }
    for (int c = 0; c < columns; c++)
        put_cell(names[c], widths[c], c + 1 == columns, out);
    for (int row = 0; row < n; row++) {
        for (int c = 0; c < columns; c++) {
            struct buf text = {0};

            buf_init(&text, (size_t)1 << 20);
            write_value(json_get(rows[row], names[c]), &text);
            put_cell(buf_text(&text), widths[c], c + 1 == columns, out);
            buf_done(&text);
        }
    }
}

void
output_json(const struct json *value, FILE *out)
{
    struct buf text = {0};

    buf_init(&text, (size_t)1 << 28);
    json_write(value, &text);
    (void)fprintf(out, "%s\n", buf_text(&text));
    buf_done(&text);
}
