/*
 * Reasons keep the order in which the file met them. Masked text is the only part of a
 * cell that is ever shown, without control characters: a cell must not move the cursor.
 */
#include "import_report.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

enum { TERMINAL_MS = 1000, LOG_MS = 10000, NUMBER_BYTES_MAX = 32 };

static const struct {
    const char *reason;
    const char *text;
} REASONS[] = {
    {"no_phone",           "sem telefone"                              },
    {"two_numbers",        "dois números na mesma célula"            },
    {"bad_ddd",            "DDD que não existe"                       },
    {"bad_number",         "número inválido ou sem DDD"              },
    {"not_a_person",       "número de serviço (0800, 4004…)"       },
    {"spreadsheet_damage", "estragado pela planilha (5,51E+12)"        },
    {"damaged_row",        "linha estragada (aspas sem par ou sem fim)"},
};

static const char *
reason_text(const char *reason)
{
    for (size_t i = 0; i < sizeof(REASONS) / sizeof(REASONS[0]); i++)
        if (strcmp(REASONS[i].reason, reason) == 0)
            return REASONS[i].text;
    return reason;
}

/* 1234567 as 1.234.567, in `room`. */
static const char *
thousands(int64_t number, char room[NUMBER_BYTES_MAX])
{
    char digits[NUMBER_BYTES_MAX];
    int n = snprintf(digits, sizeof(digits), "%lld", (long long)number);
    char *to = room;

    for (int i = 0; i < n; i++) {
        *to++ = digits[i];
        if (digits[i] != '-' && i + 1 < n && (n - i - 1) % 3 == 0)
            *to++ = '.';
    }
    *to = '\0';
    return room;
}

enum rc
import_report_init(struct import_report *report, const char *path, struct fault *fault)
{
    *report = (struct import_report){0};
    report->is_terminal = isatty(STDERR_FILENO);
    report->begun_at_ms = report->told_at_ms = clock_now_ms();
    if (!path)
        return RC_OK;
    report->rejected = fopen(path, "we");
    if (!report->rejected) {
        fault_set(fault, "file", strerrorname_np(errno), "%s cannot be written: %s", path,
            strerror(errno));
        return RC_REJECTED;
    }
    /* with its BOM, or Excel shows accents as noise; a failure is seen at fclose */
    (void)fputs("\xEF\xBB\xBFlinha;motivo;texto\r\n", report->rejected);
    return RC_OK;
}

bool
import_report_done(struct import_report *report)
{
    bool is_whole = true;

    if (report->rejected)
        is_whole = !ferror(report->rejected) && fclose(report->rejected) == 0;
    report->rejected = NULL;
    return is_whole;
}

static void
count_reason(struct import_counts *counts, const char *reason)
{
    int i = 0;

    counts->rejected++;
    while (i < counts->reasons && strcmp(counts->by_reason[i].name, reason) != 0)
        i++;
    if (i == IMPORT_REASONS_MAX)
        return;
    if (i == counts->reasons) {
        counts->reasons++;
        (void)snprintf(counts->by_reason[i].name, IMPORT_REASON_BYTES_MAX, "%s", reason);
    }
    counts->by_reason[i].n++;
}

static void
print_shown(const char *text, bool is_doubling_quotes, FILE *out)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' && is_doubling_quotes)
            (void)fputc('"', out);
        (void)fputc(c < 0x20 || c == 0x7F ? ' ' : c, out);
    }
}

void
import_report_reject(
    struct import_report *report, int64_t line, const char *reason, const char *masked)
{
    count_reason(&report->counts, reason);
    if (report->rejected) {
        /* the masked text of "=cmd" must not be a formula when the file is opened again
         */
        bool is_formula = masked[0] && strchr("=+-@", masked[0]);

        (void)fprintf(report->rejected, "%lld;%s;\"%s", (long long)line, reason,
            is_formula ? "'" : "");
        print_shown(masked, true, report->rejected);
        (void)fputs("\"\r\n", report->rejected);
        return;
    }
    import_report_progress_end(report);
    (void)fprintf(
        stderr, "linha %lld: %s (%s)", (long long)line, reason_text(reason), reason);
    if (masked[0]) {
        (void)fputs(": ", stderr);
        print_shown(masked, false, stderr);
    }
    (void)fputc('\n', stderr);
}

void
import_report_progress(struct import_report *report, const char *doing, int64_t n,
    int64_t part, int64_t whole)
{
    char done[NUMBER_BYTES_MAX];
    char rate[NUMBER_BYTES_MAX];
    int64_t now = clock_now_ms();
    int64_t took = now - report->begun_at_ms;

    if (now - report->told_at_ms < (report->is_terminal ? TERMINAL_MS : LOG_MS))
        return;
    report->told_at_ms = now;
    (void)fprintf(stderr, "%s%s %s, %d %%, %s/s%s", report->is_terminal ? "\r\033[K" : "",
        doing, thousands(n, done), whole > 0 ? (int)(100 * part / whole) : 0,
        thousands(took > 0 ? n * 1000 / took : 0, rate), report->is_terminal ? "" : "\n");
}

void
import_report_progress_end(struct import_report *report)
{
    if (report->is_terminal)
        (void)fputs("\r\033[K", stderr);
}

void
import_report_restart(struct import_report *report)
{
    report->begun_at_ms = clock_now_ms();
}

void
import_report_json(const struct import_counts *counts, struct buf *out)
{
    buf_addf(out,
        "{\"rows\": %lld, \"contacts\": %lld, \"merged\": %lld, \"rejected\": {",
        (long long)counts->rows, (long long)counts->contacts, (long long)counts->merged);
    for (int i = 0; i < counts->reasons; i++)
        buf_addf(out, "%s\"%s\": %lld", i ? ", " : "", counts->by_reason[i].name,
            (long long)counts->by_reason[i].n);
    buf_addf(out,
        "}, \"optout\": %lld, \"without_consent\": %lld, \"birth_ignored\": %lld}",
        (long long)counts->optout, (long long)counts->without_consent,
        (long long)counts->birth_ignored);
}

void
import_report_text(const struct import_counts *counts, struct buf *out)
{
    const struct {
        const char *label;
        int64_t n;
        bool is_always;
    } lines[] = {
        {"linhas lidas",                                  counts->rows,            true },
        {"contatos",                                      counts->contacts,        true },
        {"  novos",                                       counts->created,         true },
        {"  já conhecidos, completados",                 counts->updated,         true },
        {"linhas repetidas de uma mesma pessoa",          counts->merged,          true },
        {"não querem mensagens (optout)",                counts->optout,          true },
        {"sem consentimento",                             counts->without_consent, true },
        {"  recusaram antes: o sim do arquivo não vale", counts->refusals_kept,   false},
        {"datas de nascimento ignoradas",                 counts->birth_ignored,   false},
        {"textos longos demais, cortados",                counts->cut,             false},
        {"linhas recusadas",                              counts->rejected,        true },
    };
    char number[NUMBER_BYTES_MAX];

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        if (lines[i].is_always || lines[i].n)
            buf_addf(out, "%10s  %s\n", thousands(lines[i].n, number), lines[i].label);
    for (int i = 0; i < counts->reasons; i++)
        buf_addf(out, "%10s    %s\n", thousands(counts->by_reason[i].n, number),
            reason_text(counts->by_reason[i].name));
}
