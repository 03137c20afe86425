/*
 * The table turned outwards: what is set and where from, and the example file.
 */
#include <string.h>

#include "config_internal.h"

#define LINE_BYTES_MAX 65536

static void
add_json_value(struct buf *out, const struct config_key *key, const char *text)
{
    if (!text)
        buf_adds(out, "null");
    else if (key->kind == KEY_TEXT)
        buf_add_json(out, text);
    else
        buf_adds(out, text);
}

static void
show_json(const struct config *config, FILE *out, struct buf *line, struct buf *scratch)
{
    for (int i = 0; i < CONFIG_KEYS_N; i++) {
        const struct config_key *key = &CONFIG_KEYS[i];

        buf_clear(line);
        buf_addf(line, "%s\n  \"%s.%s\": {\"value\": ", i ? "," : "{", key->section,
            key->name);
        add_json_value(line, key, key_text(key, config, scratch));
        buf_adds(line, ", \"from\": ");
        buf_add_json(line, config->origins[i].where);
        buf_adds(line, "}");
        (void)fputs(buf_text(line), out);
    }
    (void)fputs("\n}\n", out);
}

static void
show_text(const struct config *config, FILE *out, struct buf *line, struct buf *scratch)
{
    for (int i = 0; i < CONFIG_KEYS_N; i++) {
        const struct config_key *key = &CONFIG_KEYS[i];

        buf_clear(line);
        buf_addf(line, "%s.%s = ", key->section, key->name);
        add_json_value(line, key, key_text(key, config, scratch));
        (void)fprintf(out, "%-52s # %s\n", buf_text(line), config->origins[i].where);
    }
}

void
config_show(const struct config *config, FILE *out, bool as_json)
{
    struct buf line, scratch;

    buf_init(&line, LINE_BYTES_MAX);
    buf_init(&scratch, LINE_BYTES_MAX);
    if (as_json)
        show_json(config, out, &line, &scratch);
    else
        show_text(config, out, &line, &scratch);
    buf_done(&scratch);
    buf_done(&line);
}

static void
example_key(FILE *out, const struct config_key *key)
{
    const char *quote = key->kind == KEY_TEXT ? "\"" : "";
    char expected[160];

    key_expected(key, expected, sizeof(expected));
    (void)fprintf(out, "    # %s\n    # %s\n", key->help, expected);
    if (key->standard)
        (void)fprintf(out, "    %s = %s%s%s;\n", key->name, quote, key->standard, quote);
    else
        (void)fprintf(out, "    # %s = \"\";\n", key->name);
}

void
config_example(FILE *out)
{
    const char *section = "";

    (void)fputs(
        "# carteiro.cfg: every key with its default. Written by `carteiro config "
        "example`.\n"
        "#\n"
        "# Each key can also be given as CARTEIRO_SECTION_KEY in the environment, "
        "or as\n"
        "# CARTEIRO_SECTION_KEY_FILE, which names a file whose first line is the "
        "value.\n"
        "# Secrets belong into files. Unknown keys are errors.\n",
        out);
    for (int i = 0; i < CONFIG_KEYS_N; i++) {
        const struct config_key *key = &CONFIG_KEYS[i];

        if (strcmp(section, key->section) != 0) {
            (void)fprintf(out, "%s\n%s:\n{\n", *section ? "};\n" : "", key->section);
            section = key->section;
        }
        example_key(out, key);
    }
    (void)fputs("};\n", out);
}
