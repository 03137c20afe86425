/*
 * help.h - what `carteiro --help` says at each level, and what it says to a wrong word.
 */
#ifndef HELP_H
#define HELP_H

#include <stdio.h>

#include "buf.h"

struct command;

void help_program(FILE *out);
void help_command(const struct command *command, FILE *out);

/* An area alone (with or without --help): its verbs, exit code 0 or 2. Else one line on
 * `err` with the nearest word. Returns the exit code. */
int help_unknown_command(const char *area, const char *verb, FILE *out, FILE *err);

/* One line on `err`: the option and the one nearest to it. `bytes`: its length without
 * "=value". */
void help_unknown_option(
    const struct command *command, const char *word, size_t bytes, FILE *err);

/* "max_por_dia" as "--max-por-dia". */
void help_option_name(const char *name, struct buf *out);

#endif
