/*
 * A queue row as a Cloud API request. Written straight into the buffer: it is built once
 * for each message. What Meta is known to refuse is refused here, with the field's path,
 * before it costs a token and a request.
 */
#include "whatsapp.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "formats.h"
#include "json.h"
#include "mem.h"
#include "template.h"

enum { TEXT_CHARACTERS_MAX = 4096, KEY_BYTES_MAX = 512 };

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

/* Digits, with a plus before them or not; Meta takes both. */
static bool
is_phone(const char *text)
{
    size_t digits;

    text += *text == '+';
    digits = strspn(text, "0123456789");
    return digits >= 7 && digits <= 15 && !text[digits] && *text != '0';
}

/* A business-scoped user id, of whoever shows no phone: BR.1349..., BR.ENT.1181... */
static bool
is_user_id(const char *text)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t rest;

    if (strspn(text, letters) != 2 || text[2] != '.')
        return false;
    text += 3;
    if (strncmp(text, "ENT.", 4) == 0)
        text += 4;
    rest = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    return rest >= 1 && rest <= 128 && !text[rest];
}

static enum rc
add_texto(const struct whatsapp_mensagem *mensagem, const struct json *carga,
    struct buf *out, struct fault *fault)
{
    if (!mensagem->conteudo || check_is_blank(mensagem->conteudo))
        return refuse(fault, "conteudo", "the text is empty");
    if (check_characters(mensagem->conteudo) > TEXT_CHARACTERS_MAX)
        return refuse(fault, "conteudo", "longer than 4096 characters");
    if (carga && !format_check_texto(carga, fault))
        return RC_REJECTED;
    buf_adds(out, "\"type\":\"text\",\"text\":{\"body\":");
    buf_add_json(out, mensagem->conteudo);
    if (json_bool(json_get(carga, "preview_url"), false))
        buf_adds(out, ",\"preview_url\":true");
    buf_addc(out, '}');
    return RC_OK;
}

/* interativo, midia, reacao: the object is in carga. */
static enum rc
add_carga(
    const char *formato, const struct json *carga, struct buf *out, struct fault *fault)
{
    const struct format *format = format_of(formato, carga);

    if (!format)
        return refuse(fault, "carga", "no object of the kind that formato names");
    if (!format_check(format, carga, fault))
        return RC_REJECTED;
    buf_addf(out, "\"type\":\"%s\",\"%s\":", format->type, format->type);
    json_write(json_get(carga, format->type), out);
    return RC_OK;
}

static enum rc
add_content(const struct whatsapp_mensagem *mensagem, const struct json *carga,
    struct buf *out, struct fault *fault)
{
    const char *formato = mensagem->formato;

    if (strcmp(formato, "texto") == 0)
        return add_texto(mensagem, carga, out, fault);
    if (strcmp(formato, "template") == 0)
        return !carga || format_check_template(carga, fault)
                   ? template_write(mensagem, carga, out, fault)
                   : RC_REJECTED;
    if (strcmp(formato, "interativo") == 0 || strcmp(formato, "midia") == 0 ||
        strcmp(formato, "reacao") == 0)
        return add_carga(formato, carga, out, fault);
    return refuse(
        fault, "formato", "expected texto, template, interativo, midia, reacao");
}

/* The message it quotes: of the row, or of carga. Reactions quote nothing. */
static enum rc
add_context(const struct whatsapp_mensagem *mensagem, const struct json *carga,
    struct buf *out, struct fault *fault)
{
    const char *quoted = json_string_of(json_get(carga, "context"), "message_id");

    if (strcmp(mensagem->formato, "reacao") == 0)
        return RC_OK;
    if (mensagem->resposta_a && quoted)
        return refuse(fault, "carga.context", "resposta_a says what is quoted");
    if (mensagem->resposta_a && !check_is_wamid(mensagem->resposta_a))
        return refuse(fault, "resposta_a", "expected the id of a message, wamid....");
    if (mensagem->resposta_a)
        quoted = mensagem->resposta_a;
    if (!quoted)
        return RC_OK;
    buf_adds(out, ",\"context\":{\"message_id\":");
    buf_add_json(out, quoted);
    buf_addc(out, '}');
    return RC_OK;
}

enum rc
whatsapp_body(
    const struct whatsapp_mensagem *mensagem, struct buf *out, struct fault *fault)
{
    CLEANUP(json_free_at) struct json *carga = NULL;
    char key[KEY_BYTES_MAX + 1];
    int bytes = snprintf(
        key, sizeof key, "%s:%lld", mensagem->mensagem_id, mensagem->reserva_seq);
    enum rc rc;

    if (bytes < 0 || (size_t)bytes >= sizeof key)
        return refuse(fault, "mensagem_id", "longer than 512 bytes");
    if (!mensagem->destino ||
        !(is_phone(mensagem->destino) || is_user_id(mensagem->destino)))
        return refuse(fault, "destino",
            "expected a phone number of 7 to 15 digits or a WhatsApp user id");
    rc = column_parse(mensagem->carga, "carga", &carga, fault);
    if (rc != RC_OK)
        return rc;
    buf_adds(
        out, "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\",");
    buf_adds(out, is_phone(mensagem->destino) ? "\"to\":" : "\"recipient\":");
    buf_add_json(out, mensagem->destino);
    buf_addc(out, ',');
    rc = add_content(mensagem, carga, out, fault);
    if (rc == RC_OK)
        rc = add_context(mensagem, carga, out, fault);
    if (rc != RC_OK)
        return rc;
    buf_adds(out, ",\"biz_opaque_callback_data\":");
    buf_add_json(out, key);
    buf_addc(out, '}');
    return out->is_bad ? RC_OOM : RC_OK;
}

enum rc
whatsapp_typing(const char *resposta_a, struct buf *out)
{
    if (!resposta_a || !check_is_wamid(resposta_a))
        return RC_REJECTED;
    buf_adds(
        out, "{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":");
    buf_add_json(out, resposta_a);
    buf_adds(out, ",\"typing_indicator\":{\"type\":\"text\"}}");
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
