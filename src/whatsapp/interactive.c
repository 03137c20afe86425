/*
 * Reply buttons, lists, one link button: Meta's limits, one row a member. The body of a
 * list has 4096 characters in the guide and 1024 in the OpenAPI file: the smaller holds.
 */
#include "formats.h"

#include <string.h>

enum { ROWS_MAX = 10, LINK_MAX = 2000, KINDS = 3 };

RULES(header_media, check_source, MAY("id", RULE_DIGITS, 0),
    MAY("link", RULE_LINK, LINK_MAX));
RULES(header_document, check_source, MAY("id", RULE_DIGITS, 0),
    MAY("link", RULE_LINK, LINK_MAX), MAY("filename", RULE_TEXT, 240));
RULES(header_any, check_named_by_type, NEEDED("type", RULE_TEXT, 0),
    MAY("text", RULE_TEXT, 60), OBJECT("image", false, header_media),
    OBJECT("video", false, header_media), OBJECT("document", false, header_document));
RULES(header_text, NULL, WORD("type", "text"), NEEDED("text", RULE_TEXT, 60));
RULES(body, NULL, NEEDED("text", RULE_TEXT, 1024));
RULES(footer, NULL, NEEDED("text", RULE_TEXT, 60));

/* --- reply buttons --- */

RULES(reply, NULL, NEEDED("id", RULE_ID, 256), NEEDED("title", RULE_TEXT, 20));
RULES(button, NULL, WORD("type", "reply"), OBJECT("reply", true, reply));

static const char *
reply_text(const struct json *buttons, int i, const char *key)
{
    return json_string_of(json_get(json_at(buttons, i), "reply"), key);
}

static bool
replies_differ(const struct json *buttons, const char *key, const struct place *place,
    struct fault *fault)
{
    for (int i = 1; i < json_length(buttons); i++)
        for (int j = 0; j < i; j++) {
            const struct place button_at = {.up = place, .index = i};
            const struct place reply_at = {.up = &button_at, .key = "reply"};
            const struct place at = {.up = &reply_at, .key = key};

            if (strcmp(reply_text(buttons, i, key), reply_text(buttons, j, key)) == 0)
                return check_refuse(&at, fault, "repeated");
        }
    return true;
}

static bool
buttons_differ(const struct json *action, const struct place *place, struct fault *fault)
{
    const struct json *buttons = json_get(action, "buttons");
    const struct place at = {.up = place, .key = "buttons"};

    return replies_differ(buttons, "id", &at, fault) &&
           replies_differ(buttons, "title", &at, fault);
}

RULES(button_action, buttons_differ, ARRAY("buttons", true, 3, button));

/* --- list --- */

RULES(row, NULL, NEEDED("id", RULE_ID, 200), NEEDED("title", RULE_TEXT, 24),
    MAY("description", RULE_TEXT, 72));
RULES(section, NULL, MAY("title", RULE_TEXT, 24), ARRAY("rows", true, ROWS_MAX, row));

/* Ids of the rows so far, which must not repeat. */
struct seen {
    const char *ids[ROWS_MAX];
    int n;
};

static bool
rows_differ(const struct json *rows, struct seen *seen, const struct place *place,
    struct fault *fault)
{
    for (int i = 0; i < json_length(rows); i++) {
        const struct place row_at = {.up = place, .index = i};
        const struct place at = {.up = &row_at, .key = "id"};
        const char *id = json_string_of(json_at(rows, i), "id");

        for (int j = 0; j < seen->n; j++)
            if (strcmp(seen->ids[j], id) == 0)
                return check_refuse(&at, fault, "repeated");
        seen->ids[seen->n++] = id;
    }
    return true;
}

static bool
sections_fit(const struct json *action, const struct place *place, struct fault *fault)
{
    const struct json *sections = json_get(action, "sections");
    const struct place at = {.up = place, .key = "sections"};
    struct seen seen = {.n = 0};
    int n = json_length(sections);

    for (int i = 0; i < n; i++) {
        const struct json *rows = json_get(json_at(sections, i), "rows");
        const struct place section_at = {.up = &at, .index = i};
        const struct place title_at = {.up = &section_at, .key = "title"};
        const struct place rows_at = {.up = &section_at, .key = "rows"};

        if (n > 1 && !json_get(json_at(sections, i), "title"))
            return check_refuse(&title_at, fault, "missing, with more than one section");
        if (seen.n + json_length(rows) > ROWS_MAX)
            return check_refuse(&at, fault, "more than %d rows in all", ROWS_MAX);
        if (!rows_differ(rows, &seen, &rows_at, fault))
            return false;
    }
    return true;
}

RULES(list_action, sections_fit, NEEDED("button", RULE_TEXT, 20),
    ARRAY("sections", true, 10, section));

/* --- one link --- */

RULES(link_button, NULL, NEEDED("display_text", RULE_TEXT, 20),
    NEEDED("url", RULE_LINK, LINK_MAX));
RULES(
    link_action, NULL, WORD("name", "cta_url"), OBJECT("parameters", true, link_button));

#define INTERACTIVE(name, type_word, header, action)                                     \
    RULES(name, NULL, WORD("type", type_word), OBJECT("header", false, header),          \
        OBJECT("body", true, body), OBJECT("footer", false, footer),                     \
        OBJECT("action", true, action))

INTERACTIVE(with_buttons, "button", header_any, button_action);
INTERACTIVE(with_list, "list", header_text, list_action);
INTERACTIVE(with_link, "cta_url", header_any, link_action);

bool
format_interactive(
    const struct json *carga, const struct place *place, struct fault *fault)
{
    static const struct rules *const kinds[KINDS] = {
        &with_buttons, &with_list, &with_link};
    const struct json *interactive = json_get(carga, "interactive");
    const char *type = json_string_of(interactive, "type");
    const struct place at = {.up = place, .key = "interactive"};
    const struct place type_at = {.up = &at, .key = "type"};

    for (int i = 0; type && i < KINDS; i++)
        if (strcmp(type, kinds[i]->list[0].word) == 0)
            return check_object(interactive, kinds[i], &at, fault);
    return check_refuse(&type_at, fault, "expected button, list or cta_url");
}
