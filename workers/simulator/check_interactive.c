/*
 * Interactive messages: reply buttons, lists, one link button, a request for a location.
 */
#include <string.h>

#include "check.h"
#include "json.h"

#define BODY_MAX 1024
#define FOOTER_MAX 60
#define HEADER_MAX 60
#define BUTTONS_MAX 3
#define SECTIONS_MAX 10
#define ROWS_MAX 10
#define IDS_MAX 10

/* Ids and titles seen so far in one message, which must not repeat. */
struct seen {
    const char *texts[IDS_MAX];
    int n;
};

static bool
is_repeated(struct seen *seen, const char *text)
{
    for (int i = 0; i < seen->n; i++)
        if (!strcmp(seen->texts[i], text))
            return true;
    if (seen->n < IDS_MAX)
        seen->texts[seen->n++] = text;
    return false;
}

static bool
has_blank_end(const char *text)
{
    size_t bytes = strlen(text);

    return bytes > 0 &&
           (strchr(" \t\r\n", text[0]) || strchr(" \t\r\n", text[bytes - 1]));
}

static bool
check_button(const struct json *button, struct seen *ids, struct seen *titles,
    struct graph_error *error)
{
    static const struct check_length id = {"id", 1, 256, "Button id"};
    static const struct check_length title = {"title", 1, 20, "Button title"};
    static const char *const keys[] = {"type", "reply", NULL};
    static const char *const reply_keys[] = {"id", "title", NULL};
    const char *type = json_string_of(button, "type");
    const struct json *reply = json_get(button, "reply");

    if (!check_keys(button, keys, "button", error) ||
        !check_keys(reply, reply_keys, "reply", error))
        return false;

    if (!type || strcmp(type, "reply") != 0 || !json_is_object(reply))
        return graph_error_set(error, 131009, "Button type must be reply");
    if (!check_string(reply, &id, error) || !check_string(reply, &title, error))
        return false;
    if (has_blank_end(json_string_of(reply, "id")))
        return graph_error_set(
            error, 131009, "Button id must not begin or end with a blank");
    if (is_repeated(ids, json_string_of(reply, "id")))
        return graph_error_set(error, 131009, "Duplicated button id");
    if (is_repeated(titles, json_string_of(reply, "title")))
        return graph_error_set(error, 131009, "Duplicated button title");
    return true;
}

static bool
check_buttons(const struct json *action, struct graph_error *error)
{
    const struct json *buttons = json_get(action, "buttons");
    struct seen ids = {.n = 0}, titles = {.n = 0};
    int n = json_length(buttons);

    if (n < 1 || n > BUTTONS_MAX)
        return graph_error_set(error, 131009,
            "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: %d",
            BUTTONS_MAX);
    for (int i = 0; i < n; i++)
        if (!check_button(json_at(buttons, i), &ids, &titles, error))
            return false;
    return true;
}

static bool
check_row(const struct json *row, struct seen *ids, struct graph_error *error)
{
    static const struct check_length id = {"id", 1, 200, "Row id"};
    static const struct check_length title = {"title", 1, 24, "Row title"};
    static const struct check_length description = {
        "description", 0, 72, "Row description"};

    static const char *const keys[] = {"id", "title", "description", NULL};

    if (!check_keys(row, keys, "row", error) || !check_string(row, &id, error) ||
        !check_string(row, &title, error) || !check_string(row, &description, error))
        return false;
    if (is_repeated(ids, json_string_of(row, "id")))
        return graph_error_set(error, 131009, "Duplicated row id");
    return true;
}

static bool
check_section(const struct json *section, bool is_only_one, struct seen *ids, int *rows,
    struct graph_error *error)
{
    static const struct check_length title = {"title", 1, 24, "Section title"};
    const struct json *list = json_get(section, "rows");
    int n = json_length(list);

    if ((!is_only_one || json_get(section, "title")) &&
        !check_string(section, &title, error))
        return false;
    *rows += n;
    if (n < 1 || *rows > ROWS_MAX)
        return graph_error_set(error, 131009,
            "Total row count exceed max allowed count: %d, or a section has none",
            ROWS_MAX);
    for (int i = 0; i < n; i++)
        if (!check_row(json_at(list, i), ids, error))
            return false;
    return true;
}

static bool
check_list(const struct json *action, struct graph_error *error)
{
    static const struct check_length button = {"button", 1, 20, "List button"};
    const struct json *sections = json_get(action, "sections");
    struct seen ids = {.n = 0};
    int n = json_length(sections);
    int rows = 0;

    if (!check_string(action, &button, error))
        return false;
    if (n < 1 || n > SECTIONS_MAX)
        return graph_error_set(error, 131009,
            "Invalid sections count. Min allowed: 1, Max allowed: %d", SECTIONS_MAX);
    for (int i = 0; i < n; i++)
        if (!check_section(json_at(sections, i), n == 1, &ids, &rows, error))
            return false;
    return true;
}

static bool
check_cta_url(const struct json *action, struct graph_error *error)
{
    static const struct check_length text = {"display_text", 1, 20, "Button text"};
    static const struct check_length url = {"url", 1, 2000, "Button url"};
    const char *name = json_string_of(action, "name");
    const struct json *parameters = json_get(action, "parameters");
    const char *link = json_string_of(parameters, "url");

    if (!name || strcmp(name, "cta_url") != 0)
        return graph_error_set(error, 131009, "Action name must be cta_url");
    if (!check_string(parameters, &text, error) || !check_string(parameters, &url, error))
        return false;
    return !strncmp(link, "http://", 7) || !strncmp(link, "https://", 8) ||
           graph_error_set(error, 131009, "Button url is not a valid URL");
}

static bool
check_location_request(const struct json *action, struct graph_error *error)
{
    const char *name = json_string_of(action, "name");

    if (!name || strcmp(name, "send_location") != 0)
        return graph_error_set(error, 131009, "Action name must be send_location");
    return true;
}

static bool
check_header(const struct json *header, bool is_list, struct graph_error *error)
{
    static const struct check_length text = {"text", 1, HEADER_MAX, "Header text"};
    const struct json *value;
    const char *key;
    static const char *const media[] = {"image", "video", "document"};
    const char *type = json_string_of(header, "type");

    if (!header)
        return true;
    for (int i = 0; type && json_member(header, i, &key, &value); i++)
        if (strcmp(key, "type") != 0 && strcmp(key, type) != 0)
            return graph_error_say(
                error, 100, "(#100) Unexpected key \"%.40s\" on param \"header\".", key);
    if (type && !strcmp(type, "text"))
        return check_string(header, &text, error);
    if (is_list || !type || !check_one_of(type, media, 3))
        return graph_error_set(error, 131009, "Header type is not allowed here");
    if (json_get(json_get(header, type), "caption"))
        return graph_error_say(
            error, 100, "(#100) Unexpected key \"caption\" on param \"header\".");
    return check_content(type, json_get(header, type), error);
}

static const struct {
    const char *type;
    bool (*check)(const struct json *action, struct graph_error *error);
} actions[] = {
    {"button",                   check_buttons         },
    {"list",                     check_list            },
    {"cta_url",                  check_cta_url         },
    {"location_request_message", check_location_request},
};

static bool
check_action(const char *type, const struct json *action, struct graph_error *error)
{
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcmp(type, actions[i].type) != 0)
            continue;
        if (!json_is_object(action))
            return graph_error_set(error, 131008, "Interactive action is missing");
        return actions[i].check(action, error);
    }
    return graph_error_set(
        error, 131051, "Interactive type %.40s is not supported", type);
}

bool
check_interactive(const struct json *interactive, struct graph_error *error)
{
    static const struct check_length body = {"text", 1, BODY_MAX, "Body text"};
    static const struct check_length footer = {"text", 1, FOOTER_MAX, "Footer text"};
    static const char *const keys[] = {
        "type", "header", "body", "footer", "action", NULL};
    const char *type = json_string_of(interactive, "type");
    const struct json *foot = json_get(interactive, "footer");

    if (!check_keys(interactive, keys, "interactive", error))
        return false;
    if (!type)
        return graph_error_set(error, 131008, "Interactive type is missing");
    if (!check_header(json_get(interactive, "header"), !strcmp(type, "list"), error) ||
        !check_string(json_get(interactive, "body"), &body, error))
        return false;
    if (foot && !check_string(foot, &footer, error))
        return false;
    return check_action(type, json_get(interactive, "action"), error);
}
