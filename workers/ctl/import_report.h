/*
 * import_report.h - what an import counts and says: each rejected row, progress on
 * stderr, the result on stdout.
 */
#ifndef IMPORT_REPORT_H
#define IMPORT_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "buf.h"
#include "fault.h"
#include "rc.h"

enum { IMPORT_REASONS_MAX = 16, IMPORT_REASON_BYTES_MAX = 32 };

struct import_counts {
    int64_t rows; /* of data, rejected ones too */
    int64_t contacts;
    int64_t merged;
    int64_t optout;
    int64_t without_consent;
    int64_t birth_ignored;
    int64_t created;
    int64_t updated;
    int64_t refusals_kept; /* yes in the file, but a no in the ledger */
    int64_t cut;           /* fields longer than the limit */
    int64_t rejected;
    int reasons;
    struct {
        char name[IMPORT_REASON_BYTES_MAX];
        int64_t n;
    } by_reason[IMPORT_REASONS_MAX];
};

struct import_report {
    struct import_counts counts;
    FILE *rejected; /* CSV; NULL: lines on stderr */
    bool is_terminal;
    int64_t begun_at_ms;
    int64_t told_at_ms; /* the last progress line */
};

/* `path` for the rejected rows (NULL: stderr) is overwritten. RC_REJECTED with `fault`.
 */
enum rc import_report_init(
    struct import_report *report, const char *path, struct fault *fault) MUST_USE;

/* False when the file of rejected rows could not be written whole. */
bool import_report_done(struct import_report *report) MUST_USE;

void import_report_reject(
    struct import_report *report, int64_t line, const char *reason, const char *masked);

/* Every second on a terminal, else every ten: "lendo: linhas 12.000, 45 %, 23.000/s",
 * where `part` of `whole` gives the share. */
void import_report_progress(struct import_report *report, const char *doing, int64_t n,
    int64_t part, int64_t whole);
void import_report_progress_end(struct import_report *report);

/* Another kind of work begins: its rate is counted from now. */
void import_report_restart(struct import_report *report);

/* The counts as one JSON object. */
void import_report_json(const struct import_counts *counts, struct buf *out);

/* The counts and reasons on lines of their own, in pt-BR. */
void import_report_text(const struct import_counts *counts, struct buf *out);

#endif
