/*
 * A short list, walked for every request. A share is drawn for each request and each
 * script anew, so that shares of several scripts do not march in step.
 */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"

#define DRAW 1000000u
#define CODE_DIGITS_MAX 9

struct scripts {
    struct script *first;
};

static const struct {
    const char *name;
    enum fault_kind kind;
} names[] = {
    {"reset_before_read",  FAULT_RESET_BEFORE_READ },
    {"reset_after_accept", FAULT_RESET_AFTER_ACCEPT},
    {"no_answer",          FAULT_NO_ANSWER         },
    {"slow",               FAULT_SLOW              },
    {"http_500",           FAULT_HTTP_500          },
    {"webhook_late",       FAULT_WEBHOOK_LATE      },
    {"webhook_twice",      FAULT_WEBHOOK_TWICE     },
    {"webhook_never",      FAULT_WEBHOOK_NEVER     },
};

struct scripts *
scripts_new(void)
{
    return mem_new(struct scripts);
}

void
scripts_clear(struct scripts *scripts)
{
    while (scripts->first) {
        struct script *script = scripts->first;

        scripts->first = script->next;
        mem_free(script);
    }
}

void
scripts_free(struct scripts *scripts)
{
    if (!scripts)
        return;
    scripts_clear(scripts);
    mem_free(scripts);
}

/* The number behind `prefix`, or -1. */
static int
code_behind(const char *name, const char *prefix)
{
    size_t bytes = strlen(prefix);
    size_t digits;

    if (strncmp(name, prefix, bytes) != 0)
        return -1;
    digits = strspn(name + bytes, "0123456789");
    if (digits == 0 || digits > CODE_DIGITS_MAX || name[bytes + digits])
        return -1;
    return (int)strtoul(name + bytes, NULL, 10);
}

bool
script_parse(const char *name, struct script *ret_script)
{
    int code = code_behind(name, "code_");
    int webhook_code = code_behind(name, "webhook_code_");

    ret_script->kind = FAULT_NONE;
    ret_script->code = 0;
    if (code >= 0) {
        ret_script->kind = FAULT_CODE;
        ret_script->code = code;
    } else if (webhook_code > 0) {
        ret_script->kind = FAULT_WEBHOOK_CODE;
        ret_script->code = webhook_code;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!strcmp(name, names[i].name))
            ret_script->kind = names[i].kind;
    if (ret_script->kind == FAULT_NONE)
        return false;
    (void)snprintf(ret_script->name, sizeof(ret_script->name), "%s", name);
    return true;
}

enum rc
scripts_add(struct scripts *scripts, const struct script *script)
{
    struct script **end = &scripts->first;
    struct script *copy = mem_new(struct script);

    if (!copy)
        return RC_OOM;
    *copy = *script;
    copy->next = NULL;
    while (*end)
        end = &(*end)->next;
    *end = copy;
    return RC_OK;
}

static bool
is_drawn(const struct script *script)
{
    return clock_random(DRAW) < script->share * DRAW;
}

bool
scripts_reset_at_headers(struct scripts *scripts)
{
    for (struct script *script = scripts->first; script; script = script->next) {
        if (script->kind != FAULT_RESET_BEFORE_READ || script->to[0] || !is_drawn(script))
            continue;
        scripts_spend(scripts, script);
        return true;
    }
    return false;
}

bool
script_is_webhook(const struct script *script)
{
    switch (script->kind) {
    case FAULT_WEBHOOK_LATE:
    case FAULT_WEBHOOK_TWICE:
    case FAULT_WEBHOOK_NEVER:
    case FAULT_WEBHOOK_CODE:
        return true;
    case FAULT_NONE:
    case FAULT_RESET_BEFORE_READ:
    case FAULT_RESET_AFTER_ACCEPT:
    case FAULT_NO_ANSWER:
    case FAULT_SLOW:
    case FAULT_HTTP_500:
    case FAULT_CODE:
        break;
    }
    return false;
}

struct script *
scripts_match(struct scripts *scripts, const char *wa_id, bool is_webhook)
{
    for (struct script *script = scripts->first; script; script = script->next) {
        if (script_is_webhook(script) != is_webhook)
            continue;
        if (script->to[0] && !strcmp(script->to, wa_id))
            return script;
        if (!script->to[0] && script->kind != FAULT_RESET_BEFORE_READ && is_drawn(script))
            return script;
    }
    return NULL;
}

void
scripts_spend(struct scripts *scripts, struct script *script)
{
    struct script **at = &scripts->first;

    if (script->times < 0 || --script->times > 0)
        return;
    while (*at != script)
        at = &(*at)->next;
    *at = script->next;
    mem_free(script);
}
