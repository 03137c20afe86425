/*
 * A template meets its parameters: those of the body come from the column parametros, in
 * order (array) or by name (object), those of header and buttons as components in carga.
 */
#include "template.h"

#include <string.h>

#include "check.h"
#include "mem.h"

enum {
    PARAM_CHARACTERS_MAX = 1024, /* the whole filled body has no more */
    PARAMS_MAX = 100,
    COMPONENTS_MAX = 12, /* header, body, ten buttons */
    NAME_BYTES_MAX = 512,
    LANGUAGE_BYTES_MAX = 16,
    PARAM_NAME_BYTES_MAX = 60,
    TOKENS_MAX = 2000,
    BUTTON_KINDS = 3,
};

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789_"

static const struct place carga_place = {.key = "carga"};
static const struct place components_place = {.up = &carga_place, .key = "components"};
static const struct place parametros_place = {.key = "parametros"};

static void
json_free_at(struct json **json)
{
    json_free(*json);
}

static bool
is_name(const char *text, const char *letters, size_t bytes_max)
{
    size_t bytes = text ? strspn(text, letters) : 0;

    return bytes > 0 && bytes <= bytes_max && !text[bytes];
}

enum rc
column_parse(
    const char *text, const char *field, struct json **ret_json, struct fault *fault)
{
    struct json_limits limits = {.tokens_max = TOKENS_MAX};
    struct fault found = {0};
    struct json *json;

    *ret_json = NULL;
    if (!text)
        return RC_OK;
    json = json_parse(text, strlen(text), &limits, &found);
    if (!json && strcmp(found.code, "memory") == 0)
        return RC_OOM;
    if (!json) {
        fault_set(fault, "whatsapp", field, "%s: %s", field, found.text);
        return RC_REJECTED;
    }
    if (json_is_null(json))
        json_free(json);
    else
        *ret_json = json;
    return RC_OK;
}

/* --- components of carga --- */

RULES(media, check_source, MAY("id", RULE_DIGITS, 0), MAY("link", RULE_LINK, 2048));
RULES(document, check_source, MAY("id", RULE_DIGITS, 0), MAY("link", RULE_LINK, 2048),
    MAY("filename", RULE_TEXT, 240));
RULES(location, NULL, NEEDED("latitude", RULE_LATITUDE, 0),
    NEEDED("longitude", RULE_LONGITUDE, 0), MAY("name", RULE_TEXT, 1000),
    MAY("address", RULE_TEXT, 1000));
RULES(currency, NULL, NEEDED("fallback_value", RULE_PARAM, PARAM_CHARACTERS_MAX),
    NEEDED("code", RULE_TEXT, 3), NEEDED("amount_1000", RULE_DIGITS, 0));
RULES(date_time, NULL, NEEDED("fallback_value", RULE_PARAM, PARAM_CHARACTERS_MAX));

RULES(header_param, check_named_by_type, NEEDED("type", RULE_TEXT, 0),
    MAY("text", RULE_PARAM, 60), MAY("parameter_name", RULE_NAME, 0),
    OBJECT("image", false, media), OBJECT("video", false, media),
    OBJECT("document", false, document), OBJECT("location", false, location));
RULES(body_param, check_named_by_type, NEEDED("type", RULE_TEXT, 0),
    MAY("text", RULE_PARAM, PARAM_CHARACTERS_MAX), MAY("parameter_name", RULE_NAME, 0),
    OBJECT("currency", false, currency), OBJECT("date_time", false, date_time));
RULES(url_param, NULL, WORD("type", "text"), NEEDED("text", RULE_PARAM, 2000));
RULES(reply_param, NULL, WORD("type", "payload"), NEEDED("payload", RULE_ID, 256));
RULES(code_param, NULL, WORD("type", "coupon_code"), NEEDED("coupon_code", RULE_ID, 20));

#define BUTTON(name, kind, param)                                                        \
    RULES(name, NULL, WORD("type", "button"), WORD("sub_type", kind),                    \
        NEEDED("index", RULE_INDEX, 10), ARRAY("parameters", true, 1, param))

RULES(header, NULL, WORD("type", "header"), ARRAY("parameters", true, 1, header_param));
RULES(
    body, NULL, WORD("type", "body"), ARRAY("parameters", true, PARAMS_MAX, body_param));
BUTTON(url_button, "url", url_param);
BUTTON(reply_button, "quick_reply", reply_param);
BUTTON(code_button, "copy_code", code_param);

static bool
is_word(const struct json *object, const char *key, const char *word)
{
    const char *text = json_string_of(object, key);

    return text && strcmp(text, word) == 0;
}

static const struct rules *
rules_of(const struct json *component)
{
    static const struct rules *const buttons[BUTTON_KINDS] = {
        &url_button, &reply_button, &code_button};

    if (is_word(component, "type", "header"))
        return &header;
    if (is_word(component, "type", "body"))
        return &body;
    for (int i = 0; i < BUTTON_KINDS; i++)
        if (is_word(component, "type", "button") &&
            is_word(component, "sub_type", buttons[i]->list[1].word))
            return buttons[i];
    return NULL;
}

static bool
check_component(
    const struct json *component, const struct place *place, struct fault *fault)
{
    const struct rules *rules = rules_of(component);
    const struct place type_at = {.up = place, .key = "type"};
    const struct place sub_type_at = {.up = place, .key = "sub_type"};

    if (!json_is_object(component))
        return check_refuse(place, fault, "expected an object");
    if (rules)
        return check_object(component, rules, place, fault);
    if (is_word(component, "type", "button"))
        return check_refuse(
            &sub_type_at, fault, "expected url, quick_reply or copy_code");
    return check_refuse(&type_at, fault, "expected header, body or button");
}

static bool
check_components(const struct json *components, bool has_params, struct fault *fault)
{
    int n = json_length(components);

    if (components && !json_is_array(components))
        return check_refuse(&components_place, fault, "expected an array");
    if (n > COMPONENTS_MAX)
        return check_refuse(&components_place, fault, "more than %d", COMPONENTS_MAX);
    for (int i = 0; i < n; i++) {
        const struct place at = {.up = &components_place, .index = i};
        const struct json *component = json_at(components, i);

        if (!check_component(component, &at, fault))
            return false;
        if (has_params && is_word(component, "type", "body"))
            return check_refuse(&at, fault, "parametros has the body's already");
    }
    return true;
}

/* --- parametros --- */

static enum rc
add_param(const struct json *value, const struct place *place, struct buf *out,
    struct fault *fault)
{
    const char *text = json_string(value);

    if (!check_param(text, PARAM_CHARACTERS_MAX, place, fault))
        return RC_REJECTED;
    buf_adds(out, "{\"type\":\"text\",");
    if (place->key) {
        buf_adds(out, "\"parameter_name\":");
        buf_add_json(out, place->key);
        buf_addc(out, ',');
    }
    buf_adds(out, "\"text\":");
    buf_add_json(out, text);
    buf_addc(out, '}');
    return RC_OK;
}

static enum rc
add_positional(const struct json *params, struct buf *out, struct fault *fault)
{
    enum rc rc = RC_OK;

    for (int i = 0; rc == RC_OK && i < json_length(params); i++) {
        const struct place at = {.up = &parametros_place, .index = i};

        if (i)
            buf_addc(out, ',');
        rc = add_param(json_at(params, i), &at, out, fault);
    }
    return rc;
}

static enum rc
add_named(const struct json *params, struct buf *out, struct fault *fault)
{
    const struct json *value;
    const char *name;
    enum rc rc = RC_OK;

    for (int i = 0; rc == RC_OK && json_member(params, i, &name, &value); i++) {
        const struct place at = {.up = &parametros_place, .key = name};

        if (!is_name(name, NAME_LETTERS, PARAM_NAME_BYTES_MAX)) {
            (void)check_refuse(
                &parametros_place, fault, "expected names of small letters, digits, _");
            return RC_REJECTED;
        }
        if (i)
            buf_addc(out, ',');
        rc = add_param(value, &at, out, fault);
    }
    return rc;
}

static int
params_count(const struct json *params)
{
    const struct json *value;
    const char *name;
    int n = json_length(params);

    while (n <= PARAMS_MAX && json_member(params, n, &name, &value))
        n++;
    return n;
}

static enum rc
add_params(const struct json *params, struct buf *out, struct fault *fault)
{
    enum rc rc;

    buf_adds(out, "{\"type\":\"body\",\"parameters\":[");
    rc = json_is_array(params) ? add_positional(params, out, fault)
                               : add_named(params, out, fault);
    buf_adds(out, "]}");
    return rc;
}

static enum rc
add_components(const struct json *components, const struct json *params, struct buf *out,
    struct fault *fault)
{
    int n = json_length(components), params_n = params_count(params);
    enum rc rc = RC_OK;

    if (params_n > PARAMS_MAX) {
        (void)check_refuse(&parametros_place, fault, "more than %d", PARAMS_MAX);
        return RC_REJECTED;
    }
    if (!check_components(components, params_n > 0, fault))
        return RC_REJECTED;
    if (n + params_n == 0)
        return RC_OK;
    buf_adds(out, ",\"components\":[");
    for (int i = 0; i < n; i++) {
        if (i)
            buf_addc(out, ',');
        json_write(json_at(components, i), out);
    }
    if (n && params_n)
        buf_addc(out, ',');
    if (params_n)
        rc = add_params(params, out, fault);
    buf_addc(out, ']');
    return rc;
}

enum rc
template_write(const struct whatsapp_mensagem *mensagem, const struct json *carga,
    struct buf *out, struct fault *fault)
{
    static const struct place name_place = {.key = "modelo_nome"};
    static const struct place language_place = {.key = "modelo_idioma"};
    CLEANUP(json_free_at) struct json *params = NULL;
    enum rc rc = column_parse(mensagem->parametros, "parametros", &params, fault);
    bool is_fine = true;

    if (rc != RC_OK)
        return rc;
    if (params && !json_is_array(params) && !json_is_object(params))
        is_fine =
            check_refuse(&parametros_place, fault, "expected an array or an object");
    if (!is_name(mensagem->modelo_nome, NAME_LETTERS, NAME_BYTES_MAX))
        is_fine =
            check_refuse(&name_place, fault, "expected small letters, digits and _");
    if (!is_name(mensagem->modelo_idioma,
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_", LANGUAGE_BYTES_MAX))
        is_fine = check_refuse(&language_place, fault, "expected one such as pt_BR");
    if (!is_fine)
        return RC_REJECTED;
    buf_adds(out, "\"type\":\"template\",\"template\":{\"name\":");
    buf_add_json(out, mensagem->modelo_nome);
    buf_adds(out, ",\"language\":{\"code\":");
    buf_add_json(out, mensagem->modelo_idioma);
    buf_addc(out, '}');
    rc = add_components(json_get(carga, "components"), params, out, fault);
    buf_addc(out, '}');
    return rc;
}
