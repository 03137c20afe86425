/*
 * text.h - a file of unknown encoding, read as UTF-8.
 *
 * The encoding is decided by a look at the whole file before anything is read: a BOM,
 * else whether its bytes are UTF-8, else Windows-1252. What comes out is always valid
 * UTF-8 without NUL. A file that cannot be read twice (a pipe) is spooled to a nameless
 * one.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdint.h>

#include "buf.h"
#include "fault.h"
#include "rc.h"

enum text_encoding {
    TEXT_UTF8, /* stray bytes are read as Windows-1252 */
    TEXT_WINDOWS_1252,
    TEXT_UTF16LE,
    TEXT_UTF16BE,
};

struct text_file;

/* Opens `path` ("-": standard input) and decides its encoding. NULL with `fault`. */
struct text_file *text_open(const char *path, struct fault *fault) MUST_USE;
void text_close(struct text_file *file); /* accepts NULL */

enum text_encoding text_encoding(const struct text_file *file);
const char *text_encoding_name(enum text_encoding encoding); /* static text */

int64_t text_bytes(const struct text_file *file);      /* of the whole file */
int64_t text_bytes_read(const struct text_file *file); /* so far */

/* Appends some more text to `out`. RC_OK: there was some; RC_REJECTED: with an empty
 * fault the file is at its end, else it cannot be read; RC_OOM. */
enum rc text_read(struct text_file *file, struct buf *out, struct fault *fault) MUST_USE;

/* The length of the valid UTF-8 sequence at `bytes`; 0: there is none; -1: it goes on
 * behind `left`. */
int text_sequence(const unsigned char *bytes, size_t left);

/* Appends `text` (UTF-8) as a key: lower case without accents, every run of other
 * characters one underscore, none at the ends. "Região (SP)" becomes "regiao_sp". */
void text_fold(const char *text, struct buf *out);

#endif
