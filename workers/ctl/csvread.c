/*
 * libcsv is fed one physical line at a time, so that the line of each row is known and a
 * row can be taken back: all lines of the row in hand stay in `raw`. When a quoted field
 * does not end - at the end of the file, past the limits, or when whole rows are seen
 * inside it - the first line of `raw` is dropped as damaged, and the rest is fed again.
 *
 *     raw:  |  fed lines of the row in hand  |  not fed yet  |
 *           start                            fed             bytes
 */
#include "csvread.h"

#include <assert.h>
#include <csv.h>
#include <stdbool.h>
#include <string.h>

#include "mem.h"

/* So many lines in a row with just the separators of a row, inside one open quote, are
 * rows and not what somebody wrote into a cell. */
enum { ROWS_INSIDE_MAX = 20 };

struct csvread {
    struct text_file *file;
    struct csv_parser parser;
    struct buf raw;
    size_t start;
    size_t fed;
    size_t seen;    /* no line ends between `fed` and here */
    bool is_at_end; /* of the file */
    int64_t line;   /* of `start` */
    int64_t lines_fed;
    char separator; /* 0: not decided */
    int columns;    /* of the first row; 0: not read */

    struct buf cells; /* the fields of the row in hand, each with its NUL */
    size_t ends[CSVREAD_FIELDS_MAX];
    const char *fields[CSVREAD_FIELDS_MAX];
    int n;
    int cut;
    bool is_row_done;
    bool has_too_many;
    bool is_skipping; /* the rest of a line that was too long */
    int rows_inside;  /* lines that may be rows, inside the open quote */
    int rows_running; /* lines that look just like rows, the last ones fed */
};

static void
add_text(struct csvread *reader, const char *text, size_t bytes)
{
    while (bytes > 0) {
        const char *cr = memchr(text, '\r', bytes);
        size_t run = cr ? (size_t)(cr - text) : bytes;

        buf_add(&reader->cells, text, run);
        text += run;
        bytes -= run;
        if (cr) {
            bool is_pair = bytes > 1 && text[1] == '\n';

            buf_addc(&reader->cells, '\n');
            text += is_pair ? 2 : 1;
            bytes -= is_pair ? 2 : 1;
        }
    }
}

/* libcsv's: one field. */
static void
on_field(void *data, size_t bytes, void *ctx)
{
    struct csvread *reader = ctx;
    const char *text = data;

    if (reader->n == CSVREAD_FIELDS_MAX) {
        reader->has_too_many = true;
        return;
    }
    while (bytes > 0 && strchr(" \t\r\n", text[0]) && text[0])
        text++, bytes--;
    while (bytes > 0 && strchr(" \t\r\n", text[bytes - 1]) && text[bytes - 1])
        bytes--;
    if (bytes > CSVREAD_FIELD_BYTES_MAX) {
        bytes = CSVREAD_FIELD_BYTES_MAX;
        while (((unsigned char)text[bytes] & 0xC0) == 0x80)
            bytes--; /* not in the middle of a character */
        reader->cut++;
    }
    add_text(reader, text, bytes);
    buf_addc(&reader->cells, '\0');
    reader->ends[reader->n++] = reader->cells.bytes;
}

/* libcsv's: the row is complete. */
static void
on_row(int terminator, void *ctx)
{
    struct csvread *reader = ctx;

    (void)terminator;
    reader->is_row_done = true;
}

static void
init_parser(struct csv_parser *parser)
{
    (void)csv_init(parser, CSV_APPEND_NULL); /* fails for a null parser only */
    /* its buffer grows by 128 bytes at a time if left alone */
    csv_set_blk_size(parser, CSVREAD_FIELD_BYTES_MAX);
}

struct csvread *
csvread_new(struct text_file *file)
{
    struct csvread *reader = mem_new(struct csvread);

    if (!reader)
        return NULL;
    reader->file = file;
    reader->line = 1;
    /* a row may pass its limit by what one more read brings */
    buf_init(&reader->raw, 2 * (size_t)CSVREAD_RECORD_BYTES_MAX);
    buf_init(&reader->cells, 2 * (size_t)CSVREAD_RECORD_BYTES_MAX);
    init_parser(&reader->parser);
    return reader;
}

void
csvread_free(struct csvread *reader)
{
    if (!reader)
        return;
    csv_free(&reader->parser);
    buf_done(&reader->raw);
    buf_done(&reader->cells);
    mem_free(reader);
}

char
csvread_separator(const struct csvread *reader)
{
    return reader->separator;
}

static void
begin_row(struct csvread *reader)
{
    buf_clear(&reader->cells);
    reader->n = 0;
    reader->cut = 0;
    reader->lines_fed = 0;
    reader->is_row_done = false;
    reader->has_too_many = false;
    reader->rows_inside = 0;
    reader->rows_running = 0;
}

/* Where in `raw` the first \n or \r at or after `from` stands; its end when there is
 * none. */
static size_t
line_end(const struct csvread *reader, size_t from)
{
    const char *text = reader->raw.data + from;
    size_t left = reader->raw.bytes - from;
    const char *lf = memchr(text, '\n', left);
    const char *cr = memchr(text, '\r', lf ? (size_t)(lf - text) : left);

    if (cr)
        return from + (size_t)(cr - text);
    return lf ? from + (size_t)(lf - text) : reader->raw.bytes;
}

/* The length of the line at `from` with its end (\n, \r\n or \r), which is not before
 * `seen`; 0: not all of it is here. */
static size_t
line_bytes(const struct csvread *reader, size_t from, size_t seen)
{
    size_t end = line_end(reader, seen > from ? seen : from);
    const char *text = reader->raw.data;

    if (end == reader->raw.bytes)
        return reader->is_at_end ? end - from : 0;
    if (text[end] == '\n')
        return end + 1 - from;
    if (end + 1 == reader->raw.bytes) /* its \n may be in the next chunk */
        return reader->is_at_end ? end + 1 - from : 0;
    return (text[end + 1] == '\n' ? end + 2 : end + 1) - from;
}

/* Drops what is here of a line that was too long, with its end when that is here. */
static void
skip(struct csvread *reader)
{
    size_t n = line_bytes(reader, reader->fed, reader->seen);
    bool is_end_cut = n == 0 && reader->raw.data[reader->raw.bytes - 1] == '\r';

    reader->is_skipping = n == 0;
    reader->fed = n > 0 ? reader->fed + n : reader->raw.bytes - is_end_cut;
    reader->start = reader->fed;
}

static void
compact(struct csvread *reader)
{
    buf_shift(&reader->raw, reader->start);
    reader->fed -= reader->start;
    reader->seen -= reader->seen < reader->start ? reader->seen : reader->start;
    reader->start = 0;
}

static enum rc
read_more(struct csvread *reader, struct fault *fault)
{
    enum rc rc;

    /* what is here holds no end, but its last byte may be the \r of one */
    reader->seen = reader->raw.bytes > 0 ? reader->raw.bytes - 1 : 0;
    compact(reader);
    fault->text[0] = '\0';
    rc = text_read(reader->file, &reader->raw, fault);
    if (rc != RC_REJECTED || fault->text[0])
        return rc;
    reader->is_at_end = true;
    return RC_OK;
}

/* The length of the next line; 0: not all of it is here. */
static size_t
line_here(struct csvread *reader)
{
    if (reader->is_skipping && reader->fed < reader->raw.bytes)
        skip(reader);
    if (reader->is_skipping || reader->fed == reader->raw.bytes)
        return 0;
    return line_bytes(reader, reader->fed, reader->seen);
}

/* Brings one more line into `raw`. Returns its length; 0: the file is at its end, or
 * *ret_rc says what went wrong. A line without end is cut at the limit of a row. */
static size_t
next_line(struct csvread *reader, enum rc *ret_rc, struct fault *fault)
{
    size_t n = line_here(reader);

    *ret_rc = RC_OK;
    while (n == 0 && !reader->is_at_end && *ret_rc == RC_OK) {
        if (reader->raw.bytes - reader->fed > CSVREAD_RECORD_BYTES_MAX)
            return reader->raw.bytes - reader->fed;
        *ret_rc = read_more(reader, fault);
        n = line_here(reader);
    }
    return n;
}

/* How often the separator stands in a line, outside quotes. */
static int
count_outside(const char *text, size_t bytes, char separator)
{
    bool is_quoted = false;
    int n = 0;

    for (size_t i = 0; i < bytes; i++) {
        is_quoted ^= text[i] == '"';
        n += !is_quoted && text[i] == separator;
    }
    return n;
}

/* Excel's first line "sep=;" decides; else what stands most often in the header. Returns
 * whether the line is to be skipped. */
static bool
decide_separator(struct csvread *reader, const char *text, size_t bytes)
{
    static const char candidates[] = {';', ',', '\t'};
    int most = -1;

    if (bytes >= 5 && memcmp(text, "sep=", 4) == 0 &&
        (bytes == 5 || strchr("\r\n", text[5]))) {
        reader->separator = text[4];
        csv_set_delim(&reader->parser, (unsigned char)text[4]);
        return true;
    }
    for (size_t i = 0; i < sizeof(candidates); i++) {
        int n = count_outside(text, bytes, candidates[i]);

        if (n > most) {
            most = n;
            reader->separator = candidates[i];
        }
    }
    csv_set_delim(&reader->parser, (unsigned char)reader->separator);
    return false;
}

static int
count_separators(const struct csvread *reader, const char *text, size_t bytes)
{
    int n = 0;

    for (size_t i = 0; i < bytes; i++)
        n += text[i] == reader->separator;
    return n;
}

/* Whether the lines of `raw` hold a quote inside a quoted field that is neither doubled
 * nor at an end of the field: the mark of a quote that was never closed. */
static bool
has_lone_quote(const struct csvread *reader)
{
    const char *text = reader->raw.data + reader->start;
    size_t bytes = reader->fed - reader->start;
    bool is_quoted = false;

    for (size_t i = 0; i < bytes; i++) {
        char next = i + 1 < bytes ? text[i + 1] : '\n';

        if (text[i] != '"')
            continue;
        if (!is_quoted)
            is_quoted = i == 0 || strchr("\r\n ", text[i - 1]) ||
                        text[i - 1] == reader->separator;
        else if (next == '"')
            i++;
        else if (next == reader->separator || strchr("\r\n ", next))
            is_quoted = false;
        else
            return true;
    }
    return false;
}

/* A complete row of several lines that is really a damaged one and its neighbours. */
static bool
is_swallowed(const struct csvread *reader)
{
    if (reader->lines_fed < 2 || reader->columns < 2)
        return false;
    if (reader->rows_inside > 0 &&
        (reader->n != reader->columns || has_lone_quote(reader)))
        return true;
    /* the quote was closed by the next line's first: no whole row stands inside, but the
     * first line had all its separators */
    return has_lone_quote(reader) &&
           count_separators(reader, reader->raw.data + reader->start,
               line_bytes(reader, reader->start, 0)) >= reader->columns - 1;
}

/* Takes the row back and drops its first line. */
static enum csvread_result
damaged(struct csvread *reader, struct csvread_row *ret_row)
{
    char separator = reader->separator;
    size_t first = line_bytes(reader, reader->start, 0);

    *ret_row = (struct csvread_row){.line = reader->line};
    csv_free(&reader->parser);
    init_parser(&reader->parser);
    csv_set_delim(&reader->parser, (unsigned char)separator);
    reader->is_skipping = first == 0;
    reader->start += first;
    reader->fed = reader->start;
    reader->seen = reader->start;
    reader->line++;
    begin_row(reader);
    return CSVREAD_DAMAGED;
}

static enum csvread_result
complete(struct csvread *reader, struct csvread_row *ret_row)
{
    size_t at = 0;

    if (reader->has_too_many || is_swallowed(reader))
        return damaged(reader, ret_row);
    for (int i = 0; i < reader->n; i++) {
        reader->fields[i] = buf_text(&reader->cells) + at;
        at = reader->ends[i];
    }
    *ret_row = (struct csvread_row){
        .line = reader->line,
        .n = reader->n,
        .fields = reader->fields,
        .cut = reader->cut,
    };
    if (reader->columns == 0)
        reader->columns = reader->n;
    reader->start = reader->fed;
    reader->line += reader->lines_fed;
    return CSVREAD_ROW;
}

/* Feeds the line at `fed`. Whether it continues a quoted field that another line opened
 * is known by the lines fed before it. */
static enum rc
feed(struct csvread *reader, size_t bytes)
{
    const char *text = reader->raw.data + reader->fed;

    if (reader->lines_fed > 0 && reader->columns > 1) {
        int n = count_separators(reader, text, bytes);

        reader->rows_inside += n >= reader->columns - 1;
        reader->rows_running = n == reader->columns - 1 ? reader->rows_running + 1 : 0;
    }
    reader->fed += bytes;
    reader->lines_fed++;
    if (csv_parse(&reader->parser, text, bytes, on_field, on_row, reader) != bytes)
        return RC_OOM;
    return reader->cells.is_bad ? RC_OOM : RC_OK;
}

static bool
is_blank(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (!strchr(" \t\r\n", text[i]) || !text[i])
            return false;
    return true;
}

/* The last line may lack its end: tell libcsv that there is no more. */
static enum csvread_result
finish(struct csvread *reader, struct csvread_row *ret_row)
{
    if (reader->lines_fed == 0)
        return CSVREAD_END;
    /* libcsv says only when it is strict that a quote is still open */
    (void)csv_set_opts(&reader->parser, CSV_APPEND_NULL | CSV_STRICT | CSV_STRICT_FINI);
    if (csv_fini(&reader->parser, on_field, on_row, reader) != 0 || !reader->is_row_done)
        return damaged(reader, ret_row);
    (void)csv_set_opts(
        &reader->parser, CSV_APPEND_NULL); /* a damaged end may be fed again */
    return complete(reader, ret_row);
}

static enum csvread_result
failed(enum rc rc, struct fault *fault)
{
    if (rc == RC_OOM)
        fault_set(fault, "csv", "memory", "out of memory");
    return CSVREAD_FAILED;
}

/* Whether this line, met between rows, is none. */
static bool
is_skipped(struct csvread *reader, size_t bytes)
{
    const char *text = reader->raw.data + reader->fed;

    if (reader->lines_fed > 0)
        return false;
    if (is_blank(text, bytes))
        return true;
    return reader->separator == 0 && decide_separator(reader, text, bytes);
}

/* Whether the row in hand has passed a limit without an end. */
static bool
is_endless(const struct csvread *reader)
{
    return reader->rows_running >= ROWS_INSIDE_MAX ||
           reader->lines_fed > CSVREAD_RECORD_LINES_MAX ||
           reader->fed - reader->start > CSVREAD_RECORD_BYTES_MAX;
}

enum csvread_result
csvread_next(struct csvread *reader, struct csvread_row *ret_row, struct fault *fault)
{
    enum rc rc = RC_OK;

    begin_row(reader);
    while (rc == RC_OK) {
        size_t bytes = next_line(reader, &rc, fault);

        if (rc != RC_OK)
            break;
        if (bytes == 0)
            return finish(reader, ret_row);
        if (bytes > CSVREAD_RECORD_BYTES_MAX)
            return damaged(reader, ret_row);
        if (is_skipped(reader, bytes)) {
            reader->start = reader->fed += bytes;
            reader->line++;
            continue;
        }
        rc = feed(reader, bytes);
        if (reader->is_row_done && rc == RC_OK)
            return complete(reader, ret_row);
        if (rc == RC_OK && is_endless(reader))
            return damaged(reader, ret_row);
    }
    return failed(rc, fault);
}
