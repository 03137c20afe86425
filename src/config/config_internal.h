/*
 * config_internal.h - the table of keys and what the parts of the config module share.
 *
 * A value, wherever it comes from, is set by one function, key_set, which knows the key's
 * type and range and prints the fault.
 */
#ifndef CONFIG_INTERNAL_H
#define CONFIG_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "buf.h"
#include "config.h"

enum key_kind { KEY_INT, KEY_REAL, KEY_BOOL, KEY_TEXT };

enum key_secrecy {
    KEY_OPEN,
    KEY_URL,    /* may hold a password, which is masked when shown */
    KEY_SECRET, /* is_secret: never shown, never quoted in a fault */
};

struct config_key {
    const char *section;
    const char *name;
    enum key_kind kind;
    enum key_secrecy secrecy;
    size_t offset;        /* in struct config */
    const char *standard; /* the default as text; NULL: none, the text is NULL */
    double min, max;      /* numbers */
    const char *unit;     /* numbers: of what; texts: what is expected, in words */
    const char *form;     /* texts: extended regular expression; NULL: any text */
    const char *alias;    /* the documents' own environment name; NULL: none */
    const char *help;
};

extern const struct config_key CONFIG_KEYS[];
extern const int CONFIG_KEYS_N;

struct config_origin {
    const char *where; /* "default", "carteiro.cfg:12", "CARTEIRO_SENDER_SLOTS" */
};

/* One reading of the configuration, in progress. */
struct reader {
    struct config *config;
    struct config_origin *origins; /* one per key */
    FILE *err;
    int faults;
    bool is_oom;
};

enum value_kind {
    VALUE_WORD,  /* text to be read by the key's type: default, environment */
    VALUE_TEXT,  /* a quoted string of the file */
    VALUE_REAL,  /* a number of the file */
    VALUE_BOOL,  /* true or false of the file */
    VALUE_OTHER, /* a group, list or array of the file; `text` names it */
};

struct value {
    enum value_kind kind;
    const char *text;
    double real;
    bool is_true;
};

/* Memory, or a copy of `text`, for as long as the process lives; NULL when out of memory.
 */
void *keep_room(size_t count, size_t size);
const char *keep(const char *text);

/* Prints "where: what" and counts it. */
void reader_fault(struct reader *reader, const char *where, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Checks `value` and stores it with its origin `where` (kept by the caller), or faults.
 */
void key_set(struct reader *reader, const struct config_key *key,
    const struct value *value, const char *where);

/* "a whole number from 1 to 16384 (messages)", into `ret_text`. */
void key_expected(const struct config_key *key, char *ret_text, size_t room);

/* The value as text: numbers as written, masked where it is secret. NULL: not set. */
const char *key_text(
    const struct config_key *key, const struct config *config, struct buf *scratch);

/* The key, or NULL. */
const struct config_key *key_find(const char *section, const char *name);
bool section_exists(const char *section);

/* " (did you mean sender.slots?)", or "" when nothing is near. `section` may be NULL. */
void key_hint(const char *section, const char *name, char *ret_text, size_t room);

/* Reads carteiro.cfg into the reader. */
void file_read(struct reader *reader, const char *path);

/* Reads the environment into the reader. */
void environment_read(struct reader *reader);

#endif
