/*
 * Help comes from the table of commands and from nowhere else, so it cannot forget an
 * option. The nearest word is the one of the least edit distance, if it is near at all.
 */
#include "help.h"

#include <string.h>

#include "command.h"

#define WORD_MAX 40

static int
least(int a, int b, int c)
{
    int least = a < b ? a : b;

    return least < c ? least : c;
}

/* Edit distance of two words; words past WORD_MAX are compared up to there. */
static int
distance(const char *a, const char *b)
{
    int row[WORD_MAX + 1];
    int columns = (int)strnlen(b, WORD_MAX);

    for (int j = 0; j <= columns; j++)
        row[j] = j;
    for (int i = 0; a[i] && i < WORD_MAX; i++) {
        int diagonal = row[0];

        row[0] = i + 1;
        for (int j = 1; j <= columns; j++) {
            int above = row[j];

            row[j] = least(row[j - 1] + 1, above + 1, diagonal + (a[i] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[columns];
}

/* Remembers the nearer of two words. */
struct nearest {
    const char *to;
    const char *word;
    int distance;
};

static void
offer(struct nearest *nearest, const char *word)
{
    int d = distance(nearest->to, word);

    if (d <= (int)strlen(word) / 2 && (!nearest->word || d < nearest->distance)) {
        nearest->word = word;
        nearest->distance = d;
    }
}

void
help_option_name(const char *name, struct buf *out)
{
    buf_adds(out, "--");
    for (; *name; name++)
        buf_addc(out, *name == '_' ? '-' : *name);
}

static const char *
value_hint(enum command_kind kind)
{
    switch (kind) {
    case KIND_TEXT:
        return " TEXT";
    case KIND_ID:
        return " ID";
    case KIND_INT:
    case KIND_NUMBER:
        return " NUMBER";
    case KIND_FLAG:
        return "";
    case KIND_LIST:
        return " WORD,WORD";
    case KIND_JSON:
        return " JSON";
    }
    return "";
}

static void
put_option(const char *text, const char *help, bool is_required, FILE *out)
{
    (void)fprintf(
        out, "  %-34s %s%s\n", text, help ? help : "", is_required ? " (required)" : "");
}

static void
put_usage(const struct command *command, FILE *out)
{
    (void)fprintf(out, "usage: carteiro %s%s%s", command->area,
        command->verb[0] ? " " : "", command->verb);
    for (const struct command_option *o = command->options; o && o->name; o++) {
        if (!o->is_positional)
            continue;
        (void)fputs(o->is_required ? " " : " [", out);
        for (const char *c = o->name; *c; c++)
            (void)fputc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, out);
        (void)fputs(o->is_required ? "" : "]", out);
    }
    (void)fputs(" [--option value...]\n", out);
}

void
help_command(const struct command *command, FILE *out)
{
    put_usage(command, out);
    (void)fprintf(out, "\n%s\n\noptions:\n", command->about);
    for (const struct command_option *o = command->options; o && o->name; o++) {
        struct buf text = {0};

        buf_init(&text, 256);
        help_option_name(o->name, &text);
        buf_adds(&text, value_hint(o->kind));
        put_option(buf_text(&text), o->help, o->is_required, out);
        buf_done(&text);
    }
    put_option("--json", "print JSON on one line", false, out);
    put_option("--config FILE", "configuration (default: CARTEIRO_CONFIG)", false, out);
    put_option("--help", "this text", false, out);
}

static void
put_verb(const struct command *command, FILE *out)
{
    const char *end = strchr(command->about, '.');
    size_t bytes = end ? (size_t)(end - command->about) : strlen(command->about);

    (void)fprintf(out, "  %-15s %-12s %.*s\n", command->area, command->verb, (int)bytes,
        command->about);
}

void
help_program(FILE *out)
{
    (void)fputs(
        "usage: carteiro AREA VERB [ARGUMENT...] [--option value...] [--json]\n"
        "       carteiro AREA VERB --help\n"
        "       carteiro --version\n\n"
        "Operates Carteiro: migrations, companies and numbers, templates, people,\n"
        "campaigns and the queue. It connects to database.url of the configuration\n"
        "(or CARTEIRO_DATABASE_URL). A text value may be quoted; numbers that can be\n"
        "absent take the word nenhum.\n\n"
        "commands:\n",
        out);
    for (const struct command *c = COMMANDS; c->area; c++)
        put_verb(c, out);
    (void)fputs(
        "\nexit codes: 0 done, 1 refused or failed, 2 usage, 69 server not reachable,\n"
        "            75 try again, 78 configuration\n",
        out);
}

int
help_unknown_command(const char *area, const char *verb, FILE *out, FILE *err)
{
    struct nearest nearest = {area, NULL, 0};
    struct nearest nearest_verb = {verb, NULL, 0};
    bool is_area = false;

    for (const struct command *c = COMMANDS; c->area; c++) {
        is_area = is_area || strcmp(c->area, area) == 0;
        offer(&nearest, c->area);
        if (strcmp(c->area, area) == 0)
            offer(&nearest_verb, c->verb);
    }
    if (!is_area) {
        (void)fprintf(err, "carteiro: unknown area \"%s\"%s%s%s; see carteiro --help\n",
            area, nearest.word ? "; did you mean \"" : "",
            nearest.word ? nearest.word : "", nearest.word ? "\"?" : "");
        return 2;
    }
    if (verb[0] != '\0' && strcmp(verb, "--help") != 0 && strcmp(verb, "-h") != 0) {
        (void)fprintf(err,
            "carteiro %s: unknown verb \"%s\"%s%s%s; see carteiro %s --help\n", area,
            verb, nearest_verb.word ? "; did you mean \"" : "",
            nearest_verb.word ? nearest_verb.word : "", nearest_verb.word ? "\"?" : "",
            area);
        return 2;
    }
    (void)fprintf(verb[0] ? out : err, "usage: carteiro %s VERB [ARGUMENT...]\n\n", area);
    for (const struct command *c = COMMANDS; c->area; c++)
        if (strcmp(c->area, area) == 0)
            put_verb(c, verb[0] ? out : err);
    return verb[0] ? 0 : 2;
}

void
help_unknown_option(
    const struct command *command, const char *word, size_t bytes, FILE *err)
{
    char given[WORD_MAX + 1] = "";
    struct nearest nearest = {given, NULL, 0};
    struct buf name = {0};

    /* as the table writes it: max_por_dia */
    for (size_t i = 2; i < bytes && i - 2 < WORD_MAX; i++)
        given[i - 2] = word[i] == '-' ? '_' : word[i];
    for (const struct command_option *o = command->options; o && o->name; o++)
        offer(&nearest, o->name);
    offer(&nearest, "json");
    offer(&nearest, "config");
    buf_init(&name, 256);
    if (nearest.word)
        help_option_name(nearest.word, &name);
    (void)fprintf(err, "carteiro %s%s%s: unknown option %.*s%s%s%s\n", command->area,
        command->verb[0] ? " " : "", command->verb, (int)bytes, word,
        nearest.word ? "; did you mean " : "; see --help", buf_text(&name),
        nearest.word ? "?" : "");
    buf_done(&name);
}
