/*
 * template.h - message templates of the accounts: made by Meta's call, used by sends.
 *
 * A template is found by account, name and language. Its components are kept as they were
 * given, to be listed again, and read into a form that a send is checked against.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "graph_error.h"
#include "rc.h"

struct json;
struct templates;

enum {
    TEMPLATE_NAME_BYTES = 513,
    TEMPLATE_WORD_BYTES = 33, /* language, category, ids */
    TEMPLATE_BUTTONS_MAX = 10,
    TEMPLATE_PARAMS_MAX = 64,
    TEMPLATE_PARAM_BYTES = 41,
};

enum template_status {
    TEMPLATE_APPROVED,
    TEMPLATE_PENDING,
    TEMPLATE_REJECTED,
    TEMPLATE_PAUSED,
    TEMPLATE_DISABLED,
};

/* A text with {{1}} or {{nome}} in it. */
struct template_text {
    const char *text; /* borrowed from the components; NULL: there is none */
    int params;
    char names[TEMPLATE_PARAMS_MAX][TEMPLATE_PARAM_BYTES]; /* by first appearance */
};

enum template_button { BUTTON_OTHER, BUTTON_QUICK_REPLY, BUTTON_URL, BUTTON_COPY_CODE };

struct template
{
    char waba_id[TEMPLATE_WORD_BYTES];
    char name[TEMPLATE_NAME_BYTES];
    char language[TEMPLATE_WORD_BYTES];
    char category[TEMPLATE_WORD_BYTES]; /* MARKETING, UTILITY, AUTHENTICATION */
    uint64_t id;
    enum template_status status;
    bool is_named;                    /* parameter_format NAMED */
    struct json *components;          /* a copy of what was given */
    char header[TEMPLATE_WORD_BYTES]; /* TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION; "": none
                                       */
    struct template_text header_text;
    struct template_text body;
    bool is_body_alone;
    enum template_button buttons[TEMPLATE_BUTTONS_MAX];
    bool has_url_param[TEMPLATE_BUTTONS_MAX];
    int buttons_n;
    struct template *next; /* in the order of making */
};

struct templates *templates_new(void) MUST_USE;
void templates_free(struct templates *templates); /* accepts NULL */
void templates_clear(struct templates *templates);
int templates_count(const struct templates *templates);

/* Makes one from the body of Meta's call. RC_REJECTED with `error`; RC_OOM. */
enum rc templates_create(struct templates *templates, const char *waba_id,
    const struct json *body, struct graph_error *error,
    const struct template **ret_template) MUST_USE;

/* NULL: there is none. */
struct template *templates_find(const struct templates *templates, const char *waba_id,
    const char *name, const char *language);

/* The next one of the account (`after` NULL: the first); NULL at the end. */
struct template *templates_next(
    const struct templates *templates, const char *waba_id, const struct template *after);

/* Deletes all languages of `name`, or the one with `id` (not 0); how many. */
int templates_delete(
    struct templates *templates, const char *waba_id, const char *name, uint64_t id);

/* "APPROVED" and so on. */
const char *template_status_name(enum template_status status);
bool template_status_parse(const char *name, enum template_status *ret_status);

/* What the next template of that account and name will be born as; without: approved. */
enum rc templates_script(struct templates *templates, const char *waba_id,
    const char *name, enum template_status status) MUST_USE;

/* Checks the parameters of a send (its "template" object) and appends the filled body to
 * `text`; false with `error`. */
bool template_fill(const struct template *template, const struct json *object,
    struct buf *text, struct graph_error *error);

/* Reads {{…}} out of `text`: positional ones must be 1..n. False with `error`. */
bool template_text_read(struct template_text *into, const char *text, bool is_named,
    struct graph_error *error);

#endif
