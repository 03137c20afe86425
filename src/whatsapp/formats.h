/*
 * formats.h - what Meta takes in the objects of carga, as tables of rules.
 */
#ifndef WHATSAPP_FORMATS_H
#define WHATSAPP_FORMATS_H

#include "check.h"

/* A kind of message of a formato that comes as JSON. */
struct format {
    const char *formato;
    const char *type; /* the member of carga, and of the request */
    const struct rules *rules;
};

/* The one of `formato` whose member `carga` has; NULL: none, or carga.type says
 * otherwise. */
const struct format *format_of(const char *formato, const struct json *carga);

/* The whole carga of such a message; also that of a template, whose components are
 * template.c's matter, and of a text. */
bool format_check(
    const struct format *format, const struct json *carga, struct fault *fault);
bool format_check_texto(const struct json *carga, struct fault *fault);
bool format_check_template(const struct json *carga, struct fault *fault);

/* carga.interactive, by its type. */
bool format_interactive(
    const struct json *carga, const struct place *place, struct fault *fault);

#endif
