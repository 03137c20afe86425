/*
 * template.h - a template's object in the request.
 */
#ifndef WHATSAPP_TEMPLATE_H
#define WHATSAPP_TEMPLATE_H

#include "buf.h"
#include "fault.h"
#include "json.h"
#include "rc.h"
#include "whatsapp.h"

/* Appends "type" and "template". `carga` (NULL: none) was found to be one of a template.
 * RC_REJECTED with `fault`; RC_OOM. */
enum rc template_write(const struct whatsapp_mensagem *mensagem, const struct json *carga,
    struct buf *out, struct fault *fault) MUST_USE;

/* JSON of a column; NULL with RC_OK when the column is empty or null. */
enum rc column_parse(const char *text, const char *field, struct json **ret_json,
    struct fault *fault) MUST_USE;

#endif
