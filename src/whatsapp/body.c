/*
 * A queue row as a Cloud API request. Written straight into the buffer: it is built once
 * for each message. What Meta is known to refuse is refused here, with the field's name,
 * before it costs a token and a request.
 */
#include "whatsapp.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "mem.h"

enum {
    TEXT_CHARACTERS_MAX = 4096,
    PARAM_CHARACTERS_MAX = 1024, /* the whole filled body of a template has no more */
    PARAM_BLANKS_MAX = 4,        /* in a row */
    PARAMS_MAX = 100,
    KEY_BYTES_MAX = 512,
    NAME_BYTES_MAX = 512,
    LANGUAGE_BYTES_MAX = 16,
    CARGA_TOKENS_MAX = 2000,
};

static enum rc
refuse(struct fault *fault, const char *field, const char *what)
{
    fault_set(fault, "whatsapp", field, "%s: %s", field, what);
    return RC_REJECTED;
}

static void
json_free_at(struct json **json)
{
    json_free(*json);
}

static size_t
characters(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static bool
is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* Digits, with a plus before them or not; Meta takes both. */
static bool
is_phone(const char *text)
{
    size_t digits;

    text += *text == '+';
    digits = strspn(text, "0123456789");
    return digits >= 7 && digits <= 15 && !text[digits] && *text != '0';
}

static bool
is_name(const char *text, const char *letters, size_t bytes_max)
{
    size_t bytes = text ? strspn(text, letters) : 0;

    return bytes > 0 && bytes <= bytes_max && !text[bytes];
}

/* --- text --- */

static enum rc
add_texto(const struct whatsapp_mensagem *mensagem, struct buf *out, struct fault *fault)
{
    if (!mensagem->conteudo || is_blank(mensagem->conteudo))
        return refuse(fault, "conteudo", "the text is empty");
    if (characters(mensagem->conteudo) > TEXT_CHARACTERS_MAX)
        return refuse(fault, "conteudo", "longer than 4096 characters");
    buf_adds(out, "\"type\":\"text\",\"text\":{\"body\":");
    buf_add_json(out, mensagem->conteudo);
    buf_addc(out, '}');
    return RC_OK;
}

/* --- template --- */

static enum rc
check_param(const char *text, struct fault *fault)
{
    int blanks = 0;

    if (!text)
        return refuse(fault, "parametros", "one of them is not a text");
    if (is_blank(text))
        return refuse(fault, "parametros", "one of them is empty");
    if (characters(text) > PARAM_CHARACTERS_MAX)
        return refuse(fault, "parametros", "one of them is longer than 1024 characters");
    for (; *text; text++) {
        if (strchr("\n\r\t", *text))
            return refuse(fault, "parametros", "one of them has a line break or a tab");
        blanks = *text == ' ' ? blanks + 1 : 0;
        if (blanks > PARAM_BLANKS_MAX)
            return refuse(
                fault, "parametros", "one of them has more than four blanks in a row");
    }
    return RC_OK;
}

/* The body component; nothing when there are no parameters. */
static enum rc
add_params(const struct json *params, struct buf *out, struct fault *fault)
{
    int n = json_length(params);

    if (params && !json_is_null(params) && !json_is_array(params))
        return refuse(fault, "parametros", "expected an array of texts");
    if (n > PARAMS_MAX)
        return refuse(fault, "parametros", "more than 100");
    for (int i = 0; i < n; i++) {
        const char *text = json_string(json_at(params, i));
        enum rc rc = check_param(text, fault);

        if (rc != RC_OK)
            return rc;
        buf_adds(out, i ? "," : "{\"type\":\"body\",\"parameters\":[");
        buf_adds(out, "{\"type\":\"text\",\"text\":");
        buf_add_json(out, text);
        buf_addc(out, '}');
    }
    buf_adds(out, n ? "]}" : "");
    return RC_OK;
}

/* JSON of a column; NULL with RC_OK when the column is empty. */
static enum rc
parse(const char *text, const char *field, struct json **ret_json, struct fault *fault)
{
    struct json_limits limits = {.tokens_max = CARGA_TOKENS_MAX};
    struct fault found = {0};

    *ret_json = NULL;
    if (!text)
        return RC_OK;
    *ret_json = json_parse(text, strlen(text), &limits, &found);
    if (*ret_json)
        return RC_OK;
    if (strcmp(found.code, "memory") == 0)
        return RC_OOM;
    fault_set(fault, "whatsapp", field, "%s: %s", field, found.text);
    return RC_REJECTED;
}

/* Header, buttons: what `carga` says, before the body. */
static enum rc
add_components(const struct json *carga, const struct json *params, struct buf *out,
    struct fault *fault)
{
    const struct json *further = json_get(carga, "components");
    int n = json_length(further);

    if (carga && !json_is_null(carga) && !json_is_array(further))
        return refuse(fault, "carga", "expected {\"components\": [...]} of a template");
    if (n + json_length(params) == 0)
        return add_params(params, out, fault);
    buf_adds(out, ",\"components\":[");
    for (int i = 0; i < n; i++) {
        if (i)
            buf_addc(out, ',');
        json_write(json_at(further, i), out);
    }
    if (n && json_length(params))
        buf_addc(out, ',');
    if (add_params(params, out, fault) != RC_OK)
        return RC_REJECTED;
    buf_addc(out, ']');
    return RC_OK;
}

static enum rc
add_template(
    const struct whatsapp_mensagem *mensagem, struct buf *out, struct fault *fault)
{
    CLEANUP(json_free_at) struct json *params = NULL;
    CLEANUP(json_free_at) struct json *carga = NULL;
    enum rc rc = parse(mensagem->parametros, "parametros", &params, fault);

    if (rc == RC_OK)
        rc = parse(mensagem->carga, "carga", &carga, fault);
    if (rc != RC_OK)
        return rc;
    if (!is_name(mensagem->modelo_nome, "abcdefghijklmnopqrstuvwxyz0123456789_",
            NAME_BYTES_MAX))
        return refuse(fault, "modelo_nome", "expected small letters, digits and _");
    if (!is_name(mensagem->modelo_idioma,
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_", LANGUAGE_BYTES_MAX))
        return refuse(fault, "modelo_idioma", "expected a language such as pt_BR");
    buf_adds(out, "\"type\":\"template\",\"template\":{\"name\":");
    buf_add_json(out, mensagem->modelo_nome);
    buf_adds(out, ",\"language\":{\"code\":");
    buf_add_json(out, mensagem->modelo_idioma);
    buf_addc(out, '}');
    rc = add_components(carga, params, out, fault);
    buf_addc(out, '}');
    return rc;
}

/* --- what comes as JSON --- */

/* The types of a formato, by which the member of the request is named too. */
static const char *const interativo_types[] = {"interactive", NULL};
static const char *const midia_types[] = {
    "image", "audio", "video", "document", "sticker", NULL};
static const char *const reacao_types[] = {"reaction", NULL};

/* The one type of `types` that `carga` has a member of; NULL when none, or another is
 * named. */
static const char *
type_of(const struct json *carga, const char *const *types)
{
    const char *named = json_string_of(carga, "type");

    for (; *types; types++)
        if (json_is_object(json_get(carga, *types)))
            return !named || strcmp(named, *types) == 0 ? *types : NULL;
    return NULL;
}

/* Members that are the queue row's matter. */
static bool
is_ours(const char *key)
{
    static const char *const keys[] = {"messaging_product", "recipient_type", "to",
        "recipient", "biz_opaque_callback_data", "type", NULL};

    for (int i = 0; keys[i]; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static enum rc
add_carga(const struct whatsapp_mensagem *mensagem, const char *const *types,
    struct buf *out, struct fault *fault)
{
    CLEANUP(json_free_at) struct json *carga = NULL;
    const struct json *value;
    const char *key, *type;
    enum rc rc = parse(mensagem->carga, "carga", &carga, fault);

    if (rc != RC_OK)
        return rc;
    type = type_of(carga, types);
    if (!type)
        return refuse(fault, "carga", "no object of the type that formato names");
    buf_addf(out, "\"type\":\"%s\"", type);
    for (int i = 0; json_member(carga, i, &key, &value); i++) {
        if (strcmp(key, "type") == 0)
            continue;
        if (is_ours(key))
            return refuse(fault, "carga", "it names what the row decides");
        buf_addc(out, ',');
        buf_add_json(out, key);
        buf_addc(out, ':');
        json_write(value, out);
    }
    return RC_OK;
}

static enum rc
add_content(
    const struct whatsapp_mensagem *mensagem, struct buf *out, struct fault *fault)
{
    const char *formato = mensagem->formato;

    if (strcmp(formato, "texto") == 0)
        return add_texto(mensagem, out, fault);
    if (strcmp(formato, "template") == 0)
        return add_template(mensagem, out, fault);
    if (strcmp(formato, "interativo") == 0)
        return add_carga(mensagem, interativo_types, out, fault);
    if (strcmp(formato, "midia") == 0)
        return add_carga(mensagem, midia_types, out, fault);
    if (strcmp(formato, "reacao") == 0)
        return add_carga(mensagem, reacao_types, out, fault);
    return refuse(
        fault, "formato", "expected texto, template, interativo, midia, reacao");
}

enum rc
whatsapp_body(
    const struct whatsapp_mensagem *mensagem, struct buf *out, struct fault *fault)
{
    char key[KEY_BYTES_MAX + 1];
    int bytes = snprintf(
        key, sizeof key, "%s:%lld", mensagem->mensagem_id, mensagem->reserva_seq);
    enum rc rc;

    if (bytes < 0 || (size_t)bytes >= sizeof key)
        return refuse(fault, "mensagem_id", "longer than 512 bytes");
    if (!mensagem->destino || !is_phone(mensagem->destino))
        return refuse(fault, "destino", "expected a phone number of 7 to 15 digits");
    buf_adds(out,
        "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\",\"to\":");
    buf_add_json(out, mensagem->destino);
    buf_addc(out, ',');
    rc = add_content(mensagem, out, fault);
    if (rc != RC_OK)
        return rc;
    buf_adds(out, ",\"biz_opaque_callback_data\":");
    buf_add_json(out, key);
    buf_addc(out, '}');
    return out->is_bad ? RC_OOM : RC_OK;
}

/* "v" digits "." digits */
static bool
is_version(const char *text)
{
    size_t major, minor;

    if (*text != 'v')
        return false;
    major = strspn(text + 1, "0123456789");
    if (major < 1 || major > 4 || text[1 + major] != '.')
        return false;
    text += 1 + major + 1;
    minor = strspn(text, "0123456789");
    return minor >= 1 && minor <= 4 && !text[minor];
}

enum rc
whatsapp_messages_path(const char *version, const char *phone_number_id, struct buf *out)
{
    size_t digits = strspn(phone_number_id, "0123456789");

    if (!is_version(version) || digits < 5 || digits > 20 || phone_number_id[digits])
        return RC_REJECTED;
    buf_addf(out, "/%s/%s/messages", version, phone_number_id);
    return out->is_bad ? RC_OOM : RC_OK;
}
