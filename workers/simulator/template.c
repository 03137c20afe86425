/*
 * The store of templates: a list in the order of making and a map by the hash of account,
 * name and language. Creation is strict about what Meta's page says and lenient about
 * samples, which only its reviewers read.
 */
#include "template.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "hash.h"
#include "json.h"
#include "map.h"
#include "mem.h"

#define NAME_CHARS "abcdefghijklmnopqrstuvwxyz0123456789_"
#define BODY_MAX 1024
#define FOOTER_MAX 60
#define HEADER_MAX 60
#define BUTTON_MAX 25
#define FIRST_ID 1300000000000000u
#define SUBCODE_EXISTS 2388024
#define SUBCODE_MISSING 2388043

struct wish {
    struct wish *next;
    uint64_t key; /* of account and name */
    enum template_status status;
};

struct templates {
    struct map by_key;
    struct template *first;
    struct template *last;
    struct wish *wishes;
    uint64_t made;
    int n;
};

static const char *const status_names[] = {
    [TEMPLATE_APPROVED] = "APPROVED",
    [TEMPLATE_PENDING] = "PENDING",
    [TEMPLATE_REJECTED] = "REJECTED",
    [TEMPLATE_PAUSED] = "PAUSED",
    [TEMPLATE_DISABLED] = "DISABLED",
};

#define STATUSES (sizeof(status_names) / sizeof(status_names[0]))

const char *
template_status_name(enum template_status status)
{
    return status_names[status];
}

bool
template_status_parse(const char *name, enum template_status *ret_status)
{
    for (size_t i = 0; i < STATUSES; i++) {
        if (!strcmp(name, status_names[i])) {
            *ret_status = (enum template_status)i;
            return true;
        }
    }
    return false;
}

struct templates *
templates_new(void)
{
    return mem_new(struct templates);
}

static void
template_free(struct template *template)
{
    if (!template)
        return;
    json_free(template->components);
    mem_free(template);
}

void
templates_clear(struct templates *templates)
{
    while (templates->first) {
        struct template *template = templates->first;

        templates->first = template->next;
        template_free(template);
    }
    while (templates->wishes) {
        struct wish *wish = templates->wishes;

        templates->wishes = wish->next;
        mem_free(wish);
    }
    map_done(&templates->by_key);
    memset(&templates->by_key, 0, sizeof(templates->by_key));
    templates->last = NULL;
    templates->n = 0;
}

void
templates_free(struct templates *templates)
{
    if (!templates)
        return;
    templates_clear(templates);
    mem_free(templates);
}

int
templates_count(const struct templates *templates)
{
    return templates->n;
}

/* `language` NULL: of the name in all languages. */
static uint64_t
key_of(const char *waba_id, const char *name, const char *language)
{
    uint64_t key = hash_more(hash_more(hash_text(waba_id), "/"), name);

    return language ? hash_more(hash_more(key, "/"), language) : key;
}

struct template *
templates_find(const struct templates *templates, const char *waba_id, const char *name,
    const char *language)
{
    return map_get(&templates->by_key, key_of(waba_id, name, language));
}

struct template *
templates_next(
    const struct templates *templates, const char *waba_id, const struct template *after)
{
    struct template *template = after ? after->next : templates->first;

    while (template && strcmp(template->waba_id, waba_id) != 0)
        template = template->next;
    return template;
}

static struct template *
list_take(struct templates *templates, const char *waba_id, const char *name, uint64_t id)
{
    struct template *before = NULL;

    for (struct template *at = templates->first; at; before = at, at = at->next) {
        if (strcmp(at->waba_id, waba_id) != 0 || strcmp(at->name, name) != 0 ||
            (id && at->id != id))
            continue;
        if (before)
            before->next = at->next;
        else
            templates->first = at->next;
        if (templates->last == at)
            templates->last = before;
        return at;
    }
    return NULL;
}

int
templates_delete(
    struct templates *templates, const char *waba_id, const char *name, uint64_t id)
{
    struct template *template;
    int n = 0;

    while ((template = list_take(templates, waba_id, name, id))) {
        (void)map_remove(&templates->by_key, key_of(waba_id, name, template->language));
        template_free(template);
        n++;
    }
    templates->n -= n;
    return n;
}

enum rc
templates_script(struct templates *templates, const char *waba_id, const char *name,
    enum template_status status)
{
    struct wish *wish = mem_new(struct wish);

    if (!wish)
        return RC_OOM;
    wish->key = key_of(waba_id, name, NULL);
    wish->status = status;
    wish->next = templates->wishes;
    templates->wishes = wish;
    return RC_OK;
}

static enum template_status
wished_status(const struct templates *templates, const struct template *template)
{
    uint64_t key = key_of(template->waba_id, template->name, NULL);

    for (const struct wish *wish = templates->wishes; wish; wish = wish->next)
        if (wish->key == key)
            return wish->status;
    return TEMPLATE_APPROVED;
}

static bool
missing(struct graph_error *error, const char *what)
{
    (void)graph_error_set(error, 100,
        "Message template \"components\" param is missing expected field(s): %s", what);
    error->subcode = SUBCODE_MISSING;
    return false;
}

static bool
too_long(struct graph_error *error, const char *what, int max)
{
    return graph_error_set(
        error, 100, "Param %s must be at most %d characters long.", what, max);
}

static bool
read_header(
    struct template *template, const struct json *component, struct graph_error *error)
{
    static const char *const formats[] = {
        "TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"};
    const char *format = json_string_of(component, "format");
    const char *text = json_string_of(component, "text");

    if (!format || !check_one_of(format, formats, 5))
        return graph_error_set(error, 100, "Component HEADER has no known format.");
    (void)snprintf(template->header, sizeof(template->header), "%s", format);
    if (strcmp(format, "TEXT") != 0)
        return true;
    if (!text || !*text)
        return missing(error, "text of HEADER");
    if (check_characters(text) > HEADER_MAX)
        return too_long(error, "text of HEADER", HEADER_MAX);
    return template_text_read(&template->header_text, text, template->is_named, error);
}

static bool
read_body(
    struct template *template, const struct json *component, struct graph_error *error)
{
    const char *text = json_string_of(component, "text");

    if (!text || !*text)
        return missing(error, "text of BODY");
    if (check_characters(text) > BODY_MAX)
        return too_long(error, "text of BODY", BODY_MAX);
    return template_text_read(&template->body, text, template->is_named, error);
}

static bool
read_footer(const struct json *component, struct graph_error *error)
{
    const char *text = json_string_of(component, "text");

    if (!text || !*text)
        return missing(error, "text of FOOTER");
    if (check_characters(text) > FOOTER_MAX)
        return too_long(error, "text of FOOTER", FOOTER_MAX);
    if (strstr(text, "{{"))
        return graph_error_set(error, 100, "The footer can't have variables.");
    return true;
}

static bool
read_button(
    struct template *template, const struct json *button, struct graph_error *error)
{
    const char *type = json_string_of(button, "type");
    const char *text = json_string_of(button, "text");
    const char *url = json_string_of(button, "url");
    int at = template->buttons_n++;

    if (!type)
        return missing(error, "type of a button");
    if (!strcmp(type, "COPY_CODE")) {
        template->buttons[at] = BUTTON_COPY_CODE;
        return true;
    }
    if (!text || !*text)
        return missing(error, "text of a button");
    if (check_characters(text) > BUTTON_MAX)
        return too_long(error, "text of a button", BUTTON_MAX);
    if (!strcmp(type, "QUICK_REPLY"))
        template->buttons[at] = BUTTON_QUICK_REPLY;
    if (strcmp(type, "URL") != 0)
        return true;
    if (!url || !*url)
        return missing(error, "url of a button");
    template->buttons[at] = BUTTON_URL;
    template->has_url_param[at] = strstr(url, "{{") != NULL;
    return true;
}

static bool
read_buttons(
    struct template *template, const struct json *component, struct graph_error *error)
{
    const struct json *buttons = json_get(component, "buttons");
    int n = json_length(buttons);

    if (n < 1 || n > TEMPLATE_BUTTONS_MAX)
        return graph_error_set(
            error, 100, "BUTTONS needs 1 to %d buttons.", TEMPLATE_BUTTONS_MAX);
    for (int i = 0; i < n; i++)
        if (!read_button(template, json_at(buttons, i), error))
            return false;
    return true;
}

static bool
read_component(
    struct template *template, const struct json *component, struct graph_error *error)
{
    const char *type = json_string_of(component, "type");

    if (!type)
        return missing(error, "type");
    if (!strcmp(type, "HEADER"))
        return read_header(template, component, error);
    if (!strcmp(type, "BODY"))
        return read_body(template, component, error);
    if (!strcmp(type, "FOOTER"))
        return read_footer(component, error);
    if (!strcmp(type, "BUTTONS"))
        return read_buttons(template, component, error);
    return graph_error_set(error, 100, "Component type %.40s is not known.", type);
}

static bool
read_components(struct template *template, struct graph_error *error)
{
    int n = json_length(template->components);

    for (int i = 0; i < n; i++)
        if (!read_component(template, json_at(template->components, i), error))
            return false;
    if (!template->body.text)
        return missing(error, "BODY");
    template->is_body_alone = n == 1;
    return true;
}

static bool
read_words(struct template *template, const struct json *body, struct graph_error *error)
{
    static const char *const categories[] = {"MARKETING", "UTILITY", "AUTHENTICATION"};
    const char *name = json_string_of(body, "name");
    const char *language = json_string_of(body, "language");
    const char *category = json_string_of(body, "category");
    const char *format = json_string_of(body, "parameter_format");

    if (!name)
        return graph_error_say(error, 100, "(#100) The parameter name is required.");
    if (!*name || strlen(name) >= TEMPLATE_NAME_BYTES || name[strspn(name, NAME_CHARS)])
        return graph_error_set(error, 100,
            "Param name must be 1 to 512 lower-case letters, digits or underscores.");
    if (!language || !*language || strlen(language) >= TEMPLATE_WORD_BYTES)
        return graph_error_say(error, 100, "(#100) The parameter language is required.");
    if (!category || !check_one_of(category, categories, 3))
        return graph_error_set(error, 100,
            "Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}.");
    if (!json_is_array(json_get(body, "components")))
        return graph_error_say(
            error, 100, "(#100) The parameter components is required.");
    (void)snprintf(template->name, sizeof(template->name), "%s", name);
    (void)snprintf(template->language, sizeof(template->language), "%s", language);
    (void)snprintf(template->category, sizeof(template->category), "%s", category);
    template->is_named = format && !strcasecmp(format, "NAMED");
    return true;
}

static bool
is_new(const struct templates *templates, const struct template *template,
    struct graph_error *error)
{
    if (!templates_find(templates, template->waba_id, template->name, template->language))
        return true;
    (void)graph_error_set(error, 100,
        "Content in This Language Already Exists: there is already %s content for this "
        "template.",
        template->language);
    error->subcode = SUBCODE_EXISTS;
    return false;
}

static enum rc
template_keep(struct templates *templates, struct template *template)
{
    if (map_put(&templates->by_key,
            key_of(template->waba_id, template->name, template->language),
            template) != RC_OK)
        return RC_OOM;
    template->id = FIRST_ID + ++templates->made;
    template->status = wished_status(templates, template);
    if (templates->last)
        templates->last->next = template;
    else
        templates->first = template;
    templates->last = template;
    templates->n++;
    return RC_OK;
}

enum rc
templates_create(struct templates *templates, const char *waba_id,
    const struct json *body, struct graph_error *error,
    const struct template **ret_template)
{
    struct template *template = mem_new(struct template);
    enum rc rc = RC_REJECTED;

    if (!template)
        return RC_OOM;
    (void)snprintf(template->waba_id, sizeof(template->waba_id), "%s", waba_id);
    if (read_words(template, body, error) && is_new(templates, template, error)) {
        template->components = json_copy(json_get(body, "components"));
        if (!template->components)
            rc = RC_OOM;
        else if (read_components(template, error))
            rc = template_keep(templates, template);
    }
    if (rc != RC_OK) {
        template_free(template);
        return rc;
    }
    *ret_template = template;
    return RC_OK;
}
