/*
 * ledger.h - a file of JSON lines that is always ahead of what it tells of.
 *
 * Lines gather in memory and leave in one write; whoever makes something visible that a
 * line speaks of (an answer) flushes first. The file is opened for appending, so that it
 * may be read, copied or truncated meanwhile.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include "buf.h"
#include "rc.h"

struct ledger;

enum { LEDGER_AT_BYTES = 40 };

/* `path` NULL: a ledger that keeps nothing. NULL with errno when it cannot be opened. */
struct ledger *ledger_open(const char *path) MUST_USE;
void ledger_close(struct ledger *ledger); /* flushes; accepts NULL */

/* Where the next line is to be written, ended with a line feed by the writer. */
struct buf *ledger_lines(struct ledger *ledger);

/* RC_RETRY with errno: the disk refused; the lines are lost. */
enum rc ledger_flush(struct ledger *ledger) MUST_USE;

/* This instant as RFC 3339 in UTC with microseconds. */
void ledger_now(char ret_at[LEDGER_AT_BYTES]);

/* Appends ,"key":"text" or ,"key":null. */
void ledger_add_text(struct buf *line, const char *key, const char *text);

#endif
