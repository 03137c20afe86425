/*
 * From argv to one JSON object, by the table in commands.c. Nothing here touches a file
 * or the network: whatever is wrong with a command line is said before anything is
 * opened.
 */
#include "command.h"

#include <ctype.h>
#include <string.h>

#include "help.h"
#include "mem.h"

/* Reading state: what is left of argv, and where a complaint goes. */
struct reader {
    int argc;
    char **argv;
    int at;
    int places; /* positional arguments read so far */
    struct command_line *line;
    FILE *err;
};

/* Does `word` (max-por-dia) name the option `name` (max_por_dia)? */
static bool
is_named(const char *name, const char *word, size_t bytes)
{
    if (strlen(name) != bytes)
        return false;
    for (size_t i = 0; i < bytes; i++)
        if (name[i] != (word[i] == '-' ? '_' : word[i]))
            return false;
    return true;
}

static const struct command_option *
find_option(const struct command *command, const char *word, size_t bytes)
{
    for (const struct command_option *o = command->options; o && o->name; o++)
        if (is_named(o->name, word, bytes))
            return o;
    return NULL;
}

static bool
is_number(const char *text, bool may_have_fraction)
{
    const char *digits = text + (*text == '-');
    size_t whole = strspn(digits, "0123456789");

    if (whole == 0)
        return false;
    digits += whole;
    if (may_have_fraction && *digits == '.')
        digits += 1 + strspn(digits + 1, "0123456789");
    return *digits == '\0';
}

/* As PostgreSQL reads a uuid: 32 hexadecimal digits, hyphens between them. */
static bool
is_id(const char *text)
{
    size_t digits = 0;

    for (; *text; text++) {
        if (isxdigit((unsigned char)*text))
            digits++;
        else if (*text != '-')
            return false;
    }
    return digits == 32;
}

static int
complain(struct reader *reader, const struct command_option *option, const char *expected)
{
    struct buf name = {0};

    buf_init(&name, 256);
    help_option_name(option->name, &name);
    (void)fprintf(reader->err, "carteiro: %s: expected %s\n", buf_text(&name), expected);
    buf_done(&name);
    return 2;
}

static void
add_words(struct json *list, const char *words)
{
    while (*words) {
        size_t bytes = strcspn(words, ",");
        char *word CLEANUP_FREE = mem_strndup(words, bytes);

        if (bytes > 0)
            json_add(list, json_new_string(word));
        words += bytes + (words[bytes] == ',');
    }
}

/* A list may be given several times: its words so far stay. */
static void
set_list(struct json *args, const char *name, const char *words)
{
    const struct json *known = json_get(args, name);
    struct json *list = known ? json_copy(known) : json_new_array();

    if (list)
        add_words(list, words);
    json_set(args, name, list);
}

static int
set_json(struct reader *reader, const struct command_option *option, const char *text)
{
    struct fault fault = {0};
    struct json *value = json_parse(text, strlen(text), NULL, &fault);

    if (!value || !(json_is_object(value) || json_is_array(value))) {
        json_free(value);
        return complain(reader, option, "JSON: an object or an array");
    }
    json_set(reader->line->args, option->name, value);
    return -1;
}

static int
set_option(struct reader *reader, const struct command_option *option, const char *text)
{
    struct json *args = reader->line->args;

    switch (option->kind) {
    case KIND_INT:
    case KIND_NUMBER:
        if (strcmp(text, "nenhum") == 0) {
            json_set(args, option->name, json_new_string(NULL));
            return -1;
        }
        if (!is_number(text, option->kind == KIND_NUMBER))
            return complain(reader, option,
                option->kind == KIND_INT ? "a whole number, or nenhum for none"
                                         : "a number such as 0.5, or nenhum for none");
        json_set_string(args, option->name, text);
        return -1;
    case KIND_ID:
        if (!is_id(text))
            return complain(
                reader, option, "an id such as 019356c7-0b1e-7000-8000-5f0c9a3d2e41");
        json_set_string(args, option->name, text);
        return -1;
    case KIND_TEXT:
        json_set_string(args, option->name, text);
        return -1;
    case KIND_FLAG:
        json_set(args, option->name, json_new_bool(true));
        return -1;
    case KIND_LIST:
        set_list(args, option->name, text);
        return -1;
    case KIND_JSON:
        return set_json(reader, option, text);
    }
    return 2;
}

/* The value of --name value or --name=value; NULL after a complaint. */
static const char *
take_value(struct reader *reader, const char *equals)
{
    const char *word = reader->argv[reader->at];

    if (equals)
        return equals + 1;
    if (reader->at + 1 >= reader->argc) {
        (void)fprintf(reader->err, "carteiro: %s: expected a value after it\n", word);
        return NULL;
    }
    return reader->argv[++reader->at];
}

static int
read_option(struct reader *reader)
{
    const struct command *command = reader->line->command;
    const char *word = reader->argv[reader->at];
    const char *equals = strchr(word, '=');
    size_t bytes = equals ? (size_t)(equals - word) : strlen(word);
    const struct command_option *option = find_option(command, word + 2, bytes - 2);
    const char *value;

    if (!equals && strcmp(word, "--json") == 0) {
        reader->line->as_json = true;
        return -1;
    }
    if (is_named("config", word + 2, bytes - 2)) {
        reader->line->config_path = take_value(reader, equals);
        return reader->line->config_path ? -1 : 2;
    }
    if (!option) {
        help_unknown_option(command, word, bytes, reader->err);
        return 2;
    }
    if (option->kind == KIND_FLAG) {
        if (equals)
            return complain(reader, option, "no value");
        return set_option(reader, option, "");
    }
    value = take_value(reader, equals);
    return value ? set_option(reader, option, value) : 2;
}

static int
read_place(struct reader *reader)
{
    const struct command *command = reader->line->command;
    int place = 0;

    for (const struct command_option *o = command->options; o && o->name; o++)
        if (o->is_positional && place++ == reader->places) {
            reader->places++;
            return set_option(reader, o, reader->argv[reader->at]);
        }
    (void)fprintf(reader->err, "carteiro %s %s: \"%s\" is one argument too many\n",
        command->area, command->verb, reader->argv[reader->at]);
    return 2;
}

static int
check_required(struct reader *reader)
{
    const struct command *command = reader->line->command;

    for (const struct command_option *o = command->options; o && o->name; o++)
        if (o->is_required && !json_get(reader->line->args, o->name)) {
            struct buf name = {0};

            buf_init(&name, 256);
            help_option_name(o->name, &name);
            (void)fprintf(reader->err, "carteiro %s%s%s: %s is required (%s)\n",
                command->area, command->verb[0] ? " " : "", command->verb,
                buf_text(&name), o->help);
            buf_done(&name);
            return 2;
        }
    return -1;
}

static bool
asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int
read_arguments(struct reader *reader, FILE *out)
{
    bool only_places = false;

    for (; reader->at < reader->argc; reader->at++) {
        const char *word = reader->argv[reader->at];
        int code;

        if (!only_places && asks_for_help(word)) {
            help_command(reader->line->command, out);
            return 0;
        }
        if (!only_places && strcmp(word, "--") == 0) {
            only_places = true;
            continue;
        }
        if (!only_places && strncmp(word, "--", 2) == 0)
            code = read_option(reader);
        else
            code = read_place(reader);
        if (code >= 0)
            return code;
    }
    return check_required(reader);
}

/* Finds the command that the first words name; prints help or a complaint otherwise. */
static int
read_command(struct reader *reader, FILE *out)
{
    const char *area = reader->argc > 1 ? reader->argv[1] : "--help";
    const char *verb = reader->argc > 2 ? reader->argv[2] : "";

    if (asks_for_help(area)) {
        help_program(out);
        return reader->argc > 1 ? 0 : 2;
    }
    if (strcmp(area, "--version") == 0) {
        (void)fprintf(out, "carteiro %s\n", CARTEIRO_VERSION);
        return 0;
    }
    for (const struct command *c = COMMANDS; c->area; c++) {
        if (strcmp(c->area, area) != 0)
            continue;
        if (c->verb[0] == '\0' || strcmp(c->verb, verb) == 0) {
            reader->line->command = c;
            reader->at = c->verb[0] ? 3 : 2;
            return -1;
        }
    }
    return help_unknown_command(area, verb, out, reader->err);
}

int
command_parse(int argc, char **argv, struct command_line *ret_line, FILE *out, FILE *err)
{
    struct reader reader = {argc, argv, 1, 0, ret_line, err};
    int code;

    *ret_line = (struct command_line){0};
    code = read_command(&reader, out);
    if (code >= 0)
        return code;
    ret_line->args = json_new_object();
    if (!ret_line->args) {
        (void)fprintf(err, "carteiro: out of memory\n");
        return 1;
    }
    return read_arguments(&reader, out);
}
