/*
 * command.h - the commands of `carteiro` as one table, and how their arguments are read.
 *
 * carteiro AREA VERB [ARGUMENT...] [--option value] [--json] [--config FILE]
 *
 * A command is a row: its options, and either one SQL statement (which gets all arguments
 * as one JSON object, so that "not given" and "none" stay apart) or a C function. Option
 * names are the SQL function's parameters with hyphens for underscores.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "config.h"
#include "json.h"
#include "pgsync.h"

enum command_kind {
    KIND_TEXT,
    KIND_ID,     /* a uuid */
    KIND_INT,    /* "nenhum" gives null */
    KIND_NUMBER, /* the same */
    KIND_FLAG,   /* takes no value */
    KIND_LIST,   /* words separated by commas; may be repeated */
    KIND_JSON,   /* an object or an array */
};

struct command_option {
    const char *name; /* of the SQL parameter: max_por_dia; NULL ends the list */
    enum command_kind kind;
    const char *help;
    bool is_required;
    bool is_positional; /* also taken by place, in the order of the table */
};

enum command_form {
    FORM_ROW,  /* one object, shown as aligned "field: value" */
    FORM_TABLE /* any number of objects */
};

/* What a command works with. The connection is opened at the first use. */
struct ctl {
    struct config config;
    const char *config_path; /* NULL: the default places */
    bool as_json;
    struct pg_sync *pg;
};

/* Returns the exit code. `args` holds the options that were given, by their SQL names. */
typedef int command_fn(struct ctl *ctl, const struct json *args);

struct command {
    const char *area;
    const char *verb; /* "" for a command of one word: migrar */
    const char *about;
    const struct command_option *options;
    const struct pg_statement *statement; /* (jsonb) -> (linha json); or */
    command_fn *run;
    enum command_form form;
    bool is_configless; /* works without a readable configuration */
};

extern const struct command COMMANDS[]; /* by area; ends with area NULL */

/* What the command line says. `args` is the caller's: json_free. */
struct command_line {
    const struct command *command; /* NULL: only help or version was asked for */
    struct json *args;
    const char *config_path;
    bool as_json;
};

/* Reads argv. Returns -1 to go on, else the exit code: 0 after --help or --version
 * (printed to `out`), 2 after one line on `err` that names what is wrong and what is near
 * it. */
int command_parse(
    int argc, char **argv, struct command_line *ret_line, FILE *out, FILE *err);

/* The connection, opened when needed; NULL after a line on stderr: exit 69. */
struct pg_sync *ctl_pg(struct ctl *ctl);

/* The same for what keeps something in its session between statements: past the pooler,
 * by database.listen_url. */
struct pg_sync *ctl_pg_session(struct ctl *ctl);

/* Prints a fault as one line to stderr and returns the exit code that `rc` means. */
int ctl_fail(enum rc rc, const struct fault *fault);

/* Runs a command's statement and prints what it answers. Returns the exit code. */
int ctl_run_statement(
    struct ctl *ctl, const struct command *command, const struct json *args);

#endif
