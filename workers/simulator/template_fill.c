/*
 * A template meets the parameters of a send. The order of refusals is the service's:
 * counts first, then each parameter's form, then the length of what came out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "json.h"
#include "template.h"

#define BODY_FILLED_MAX 1024
#define BODY_ALONE_FILLED_MAX 32768
#define BLANKS_MAX 4

/* The name between the braces at `at` ("{{"), trimmed; what follows, or NULL. */
static const char *
placeholder(const char *at, char ret_name[TEMPLATE_PARAM_BYTES])
{
    const char *start = at + 2 + strspn(at + 2, " ");
    const char *end = strstr(start, "}}");
    size_t bytes;

    if (!end)
        return NULL;
    bytes = (size_t)(end - start);
    while (bytes > 0 && start[bytes - 1] == ' ')
        bytes--;
    if (bytes == 0 || bytes >= TEMPLATE_PARAM_BYTES)
        return NULL;
    memcpy(ret_name, start, bytes);
    ret_name[bytes] = '\0';
    return end + 2;
}

static int
index_of(const struct template_text *text, const char *name)
{
    for (int i = 0; i < text->params; i++)
        if (!strcmp(text->names[i], name))
            return i;
    return -1;
}

static bool
is_name(const char *name)
{
    return name[0] >= 'a' && name[0] <= 'z' &&
           !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

static bool
add_name(struct template_text *into, const char *name, bool is_named,
    struct graph_error *error)
{
    bool is_number = !name[strspn(name, "0123456789")];

    if (is_named ? !is_name(name) : !is_number)
        return graph_error_set(error, 100,
            "Invalid parameter {{%s}}: parameter_format is %s.", name,
            is_named ? "NAMED" : "POSITIONAL");
    if (index_of(into, name) >= 0)
        return true;
    if (into->params == TEMPLATE_PARAMS_MAX)
        return graph_error_set(error, 100, "Too many parameters.");
    (void)snprintf(into->names[into->params++], TEMPLATE_PARAM_BYTES, "%s", name);
    return true;
}

/* Positional ones must be exactly 1..n, in whatever order they appear. */
static bool
are_numbered(const struct template_text *text, struct graph_error *error)
{
    char number[TEMPLATE_PARAM_BYTES];

    for (int i = 1; i <= text->params; i++) {
        (void)snprintf(number, sizeof(number), "%d", i);
        if (index_of(text, number) < 0)
            return graph_error_set(error, 100,
                "Parameters must be numbered from {{1}} on; {{%d}} is missing.", i);
    }
    return true;
}

bool
template_text_read(struct template_text *into, const char *text, bool is_named,
    struct graph_error *error)
{
    char name[TEMPLATE_PARAM_BYTES];

    into->text = text;
    for (const char *at = text; (at = strstr(at, "{{"));) {
        const char *after = placeholder(at, name);

        if (!after)
            return graph_error_set(error, 100, "A parameter's braces are not closed.");
        if (!add_name(into, name, is_named, error))
            return false;
        at = after;
    }
    return is_named || are_numbered(into, error);
}

/* The send's component of `type`; buttons also by index. NULL: not given. */
static const struct json *
component_of(const struct json *object, const char *type, int index)
{
    const struct json *components = json_get(object, "components");

    for (int i = 0; i < json_length(components); i++) {
        const struct json *component = json_at(components, i);
        const char *its_type = json_string_of(component, "type");

        if (its_type && !strcasecmp(its_type, type) &&
            (index < 0 || json_int(json_get(component, "index"), -1) == index))
            return component;
    }
    return NULL;
}

static bool
has_forbidden_blanks(const char *text)
{
    int blanks = 0;

    for (; *text; text++) {
        if (strchr("\n\r\t", *text))
            return true;
        blanks = *text == ' ' ? blanks + 1 : 0;
        if (blanks > BLANKS_MAX)
            return true;
    }
    return false;
}

/* The text that a parameter puts into the message; NULL with `error`. */
static const char *
param_text(const struct json *param, struct graph_error *error)
{
    const char *type = json_string_of(param, "type");
    const char *text = json_string_of(param, "text");

    if (!type) {
        (void)graph_error_set(error, 131008, "Parameter type is missing");
        return NULL;
    }
    if (!strcmp(type, "currency") || !strcmp(type, "date_time"))
        text = json_string_of(json_get(param, type), "fallback_value");
    else if (strcmp(type, "text") != 0) {
        (void)graph_error_set(
            error, 132012, "body: Format mismatch, expected TEXT, received %.30s", type);
        return NULL;
    }
    if (!text || !*text) {
        (void)graph_error_set(
            error, 131008, "Parameter of type %s is missing text value", type);
        return NULL;
    }
    if (has_forbidden_blanks(text)) {
        (void)graph_error_set(error, 132018,
            "Param text cannot have new-line/tab characters or more than 4 consecutive "
            "spaces");
        return NULL;
    }
    return text;
}

/* The parameter for placeholder `name`, by position or by its parameter_name. */
static const struct json *
param_for(const struct json *params, const char *name, bool is_named)
{
    if (!is_named)
        return json_at(params, (int)strtoul(name, NULL, 10) - 1);
    for (int i = 0; i < json_length(params); i++) {
        const struct json *param = json_at(params, i);
        const char *its_name = json_string_of(param, "parameter_name");

        if (its_name && !strcmp(its_name, name))
            return param;
    }
    return NULL;
}

static bool
check_params(const struct template_text *text, const struct json *params, bool is_named,
    const char *where, struct graph_error *error)
{
    if (json_length(params) != text->params)
        return graph_error_set(error, 132000,
            "%s: number of localizable_params (%d) does not match the expected number of "
            "params (%d)",
            where, json_length(params), text->params);
    for (int i = 0; i < text->params; i++) {
        const struct json *param = param_for(params, text->names[i], is_named);

        if (!param)
            return graph_error_set(
                error, 132000, "%s: parameter_name %s is missing", where, text->names[i]);
        if (!param_text(param, error))
            return false;
    }
    return true;
}

/* A medium as parameter: {"type":"image","image":{"link":...}}; or a place. */
static bool
check_media_header(
    const char *format, const struct json *params, struct graph_error *error)
{
    const struct json *param = json_at(params, 0);
    const char *type = json_string_of(param, "type");

    if (json_length(params) != 1 || !type || strcasecmp(type, format) != 0 ||
        !json_is_object(json_get(param, type)))
        return graph_error_set(error, 132012,
            "header: Format mismatch, expected %s, received %.30s", format,
            type ? type : "UNKNOWN");
    return check_content(type, json_get(param, type), error);
}

static bool
check_header(
    const struct template *template, const struct json *object, struct graph_error *error)
{
    const struct json *params =
        json_get(component_of(object, "header", -1), "parameters");

    if (!template->header[0] || !strcmp(template->header, "TEXT"))
        return check_params(
            &template->header_text, params, template->is_named, "header", error);
    return check_media_header(template->header, params, error);
}

static const struct {
    const char *sub_type;
    const char *param;
    int max;
} button_kinds[] = {
    [BUTTON_OTHER] = {"",            "",            0   },
    [BUTTON_URL] = {"url",         "text",        2000},
    [BUTTON_QUICK_REPLY] = {"quick_reply", "payload",     256 },
    [BUTTON_COPY_CODE] = {"copy_code",   "coupon_code", 20  },
};

/* A button's component, once it is given: for a button of that kind, with its one value.
 */
static bool
check_button(const struct template *template, const struct json *component, int at,
    struct graph_error *error)
{
    const char *sub_type = json_string_of(component, "sub_type");
    const struct json *params = json_get(component, "parameters");
    const struct json *param = json_at(params, 0);
    const char *type = json_string_of(param, "type");
    const char *wanted = button_kinds[template->buttons[at]].param;
    const struct check_length length = {
        wanted, 1, button_kinds[template->buttons[at]].max, "Button parameter"};

    if (!sub_type ||
        strcasecmp(sub_type, button_kinds[template->buttons[at]].sub_type) != 0)
        return graph_error_set(error, 132018, "Button at index %d is not of type %.30s",
            at, sub_type ? sub_type : "UNKNOWN");
    if (json_length(params) != 1)
        return graph_error_set(
            error, 131008, "Button at index %d requires one parameter", at);
    if (!type || strcmp(type, wanted) != 0)
        return graph_error_set(
            error, 132018, "Button at index %d: parameter type must be %s", at, wanted);
    if (!check_string(param, &length, error))
        return false;
    return template->buttons[at] != BUTTON_URL || param_text(param, error);
}

static bool
check_buttons(
    const struct template *template, const struct json *object, struct graph_error *error)
{
    for (int i = 0; i < template->buttons_n; i++) {
        const struct json *component = component_of(object, "button", i);
        bool is_code = template->buttons[i] == BUTTON_COPY_CODE;

        if (component && !check_button(template, component, i, error))
            return false;
        if (!component && (template->has_url_param[i] || is_code))
            return graph_error_set(error, 131008,
                "Button at index %d of type %s requires a parameter", i,
                is_code ? "CopyCode" : "Url");
    }
    return true;
}

/* Nothing but what the template has: header, body, and its buttons. */
static bool
check_components(
    const struct template *template, const struct json *object, struct graph_error *error)
{
    static const char *const keys[] = {"type", "sub_type", "index", "parameters", NULL};
    static const char *const types[] = {"header", "body", "button"};
    const struct json *components = json_get(object, "components");

    if (components && !json_is_array(components))
        return graph_error_say(
            error, 100, "(#100) Param template['components'] must be an array.");
    for (int i = 0; i < json_length(components); i++) {
        const struct json *component = json_at(components, i);
        const char *type = json_string_of(component, "type");
        int64_t index = json_int(json_get(component, "index"), -1);

        if (!check_keys(component, keys, "components", error))
            return false;
        if (!type || !check_one_of(type, types, 3))
            return graph_error_say(error, 100,
                "(#100) Param template['components'][%d]['type'] must be one of "
                "{HEADER, BODY, BUTTON}.",
                i);
        if (!strcmp(type, "button") && (index < 0 || index >= template->buttons_n))
            return graph_error_set(
                error, 132018, "The template has no button at this index");
    }
    return true;
}

static void
add_filled(const struct template *template, const struct json *params, struct buf *out)
{
    const char *at = template->body.text;
    char name[TEMPLATE_PARAM_BYTES];
    const char *open;

    while ((open = strstr(at, "{{"))) {
        struct graph_error unused;
        const char *after = placeholder(open, name);
        const char *text =
            param_text(param_for(params, name, template->is_named), &unused);

        buf_add(out, at, (size_t)(open - at));
        buf_adds(out, text ? text : "");
        at = after;
    }
    buf_adds(out, at);
}

bool
template_fill(const struct template *template, const struct json *object,
    struct buf *text, struct graph_error *error)
{
    const struct json *params = json_get(component_of(object, "body", -1), "parameters");
    int max = template->is_body_alone ? BODY_ALONE_FILLED_MAX : BODY_FILLED_MAX;
    size_t before = text->bytes;

    if (!check_components(template, object, error) ||
        !check_header(template, object, error) ||
        !check_params(&template->body, params, template->is_named, "body", error) ||
        !check_buttons(template, object, error))
        return false;
    add_filled(template, params, text);
    if (check_characters(buf_text(text) + before) > max)
        return graph_error_set(error, 132005,
            "body: the text with its parameters is longer than %d characters", max);
    return true;
}
