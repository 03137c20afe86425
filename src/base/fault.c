/*
 * Faults are one line each: foreign messages bring line breaks and a final new line,
 * which would break the log's one object per line for whoever reads it with the eye.
 */
#include "fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
flatten(char *text)
{
    size_t end = strlen(text);

    for (char *at = text; *at; at++) {
        if ((unsigned char)*at < ' ')
            *at = ' ';
    }
    while (end && text[end - 1] == ' ')
        text[--end] = '\0';
}

void
fault_set(
    struct fault *fault, const char *source, const char *code, const char *format, ...)
{
    char text[sizeof fault->text]; /* an argument may be the fault's own old text */
    char kept[sizeof fault->code];
    va_list args;

    if (!fault)
        return;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args); /* cut on purpose */
    va_end(args);
    flatten(text);
    (void)snprintf(kept, sizeof kept, "%s", code ? code : "");
    fault->source = source;
    memcpy(fault->code, kept, sizeof kept);
    memcpy(fault->text, text, sizeof text);
}

void
fault_wrap(struct fault *fault, const char *format, ...)
{
    char whole[2 * sizeof fault->text];
    va_list args;
    size_t used;

    if (!fault)
        return;
    va_start(args, format);
    (void)vsnprintf(whole, sizeof fault->text, format, args); /* cut on purpose */
    va_end(args);
    used = strlen(whole);
    (void)snprintf(whole + used, sizeof whole - used, ": %s", fault->text);
    flatten(whole);
    whole[sizeof fault->text - 1] = '\0';
    memcpy(fault->text, whole, sizeof fault->text);
}
