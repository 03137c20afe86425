/*
 * The environment: for each key the documents' own name, then CARTEIRO_SECTION_KEY, each
 * also with _FILE. The table is walked, not the environment: names that match no key are
 * nobody's business here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config_internal.h"
#include "mem.h"

#define NAME_BYTES 96

static void
add_upper(char *text, size_t room, const char *word)
{
    size_t used = strlen(text);

    for (; *word && used + 1 < room; word++)
        text[used++] = (char)(*word >= 'a' && *word <= 'z' ? *word - 'a' + 'A' : *word);
    text[used] = '\0';
}

static const char *
variable(const char *name)
{
    const char *text = getenv(name);

    return text && *text ? text : NULL;
}

static void
set_from(struct reader *reader, const struct config_key *key, const char *name,
    const char *text)
{
    struct value value = {.kind = VALUE_WORD, .text = text};
    const char *kept = keep(name);

    if (kept)
        key_set(reader, key, &value, kept);
    else
        reader->is_oom = true;
}

static void
set_from_file(struct reader *reader, const struct config_key *key, const char *name,
    const char *path)
{
    char *text = config_secret(path);

    if (!text) {
        reader_fault(reader, name, "%s.%s: %s: %s", key->section, key->name, path,
            errno == EINVAL ? "its first line is empty" : strerror(errno));
        return;
    }
    set_from(reader, key, name, text);
    mem_free_secret(text);
}

static void
read_name(struct reader *reader, const struct config_key *key, const char *name)
{
    char file_name[NAME_BYTES + 8];
    const char *text = variable(name);
    const char *path;

    (void)snprintf(file_name, sizeof(file_name), "%s_FILE", name);
    path = variable(file_name);
    if (text && path) {
        reader_fault(reader, name, "%s.%s: %s is set too; keep one of them", key->section,
            key->name, file_name);
        return;
    }
    if (path)
        set_from_file(reader, key, file_name, path);
    if (!text)
        return;
    set_from(reader, key, name, text);
    if (key->secrecy == KEY_SECRET)
        reader->config->plain_secret = key->alias ? key->alias : key->name;
}

void
environment_read(struct reader *reader)
{
    for (int i = 0; i < CONFIG_KEYS_N; i++) {
        const struct config_key *key = &CONFIG_KEYS[i];
        char name[NAME_BYTES] = "CARTEIRO_";

        if (key->alias)
            read_name(reader, key, key->alias);
        add_upper(name, sizeof(name), key->section);
        add_upper(name, sizeof(name), "_");
        add_upper(name, sizeof(name), key->name);
        read_name(reader, key, name);
    }
}
