/*
 * carteiro.cfg, read by libconfig and walked here: every setting must be a key of the
 * table inside its section. libconfig stops at the first error of syntax; of all other
 * faults each is printed.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "config_internal.h"

static void
say_where(const char *path, const config_setting_t *setting, char *ret_text, size_t room)
{
    const char *file = config_setting_source_file(setting);

    (void)snprintf(ret_text, room, "%s:%u", file ? file : path,
        (unsigned)config_setting_source_line(setting));
}

/* The number that stands behind `name =` in the line; 0: none does. */
static double
number_in(const char *line, const char *name)
{
    const char *at = line;

    while ((at = strstr(at, name))) {
        bool is_word = at == line || strchr(" \t{;,", at[-1]);
        at += strlen(name);
        const char *sign = at + strspn(at, " \t");
        if (is_word && (*sign == '=' || *sign == ':'))
            return strtod(sign + 1, NULL);
    }
    return 0;
}

/*
 * A whole number of the file. libconfig keeps 32 bits of one without L, and says nothing:
 * 4294967301 is 5 to it. So what is written is looked up, and counts where it is more.
 */
static double
whole_number(const config_setting_t *setting, const char *path)
{
    const char *source = config_setting_source_file(setting);
    unsigned line_n = config_setting_source_line(setting);
    double kept = (double)config_setting_get_int64(setting);
    char line[1024] = "";

    FILE *file = fopen(source ? source : path, "re");
    if (!file)
        return kept;
    for (unsigned n = 1; n <= line_n && fgets(line, sizeof(line), file);)
        n += strchr(line, '\n') != NULL;
    (void)fclose(file); /* it was only read */
    double written = number_in(line, config_setting_name(setting));
    return written > INT32_MAX || written < INT32_MIN ? written : kept;
}

static struct value
value_of(const config_setting_t *setting, const char *path)
{
    struct value value = {.kind = VALUE_OTHER, .text = "something else"};

    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        value.kind = VALUE_REAL;
        value.real = whole_number(setting, path);
        break;
    case CONFIG_TYPE_FLOAT:
        value.kind = VALUE_REAL;
        value.real = config_setting_get_float(setting);
        break;
    case CONFIG_TYPE_BOOL:
        value.kind = VALUE_BOOL;
        value.is_true = config_setting_get_bool(setting) != 0;
        break;
    case CONFIG_TYPE_STRING:
        value.kind = VALUE_TEXT;
        value.text = config_setting_get_string(setting);
        break;
    case CONFIG_TYPE_GROUP:
        value.text = "a group { ... }";
        break;
    case CONFIG_TYPE_LIST:
        value.text = "a list ( ... )";
        break;
    case CONFIG_TYPE_ARRAY:
        value.text = "an array [ ... ]";
        break;
    default: /* libconfig's, not ours */
        break;
    }
    return value;
}

static void
read_key(struct reader *reader, const char *path, const char *section,
    const config_setting_t *setting)
{
    const char *name = config_setting_name(setting);
    const struct config_key *key = key_find(section, name);
    char where[512], hint[96];
    const char *kept;
    struct value value;

    say_where(path, setting, where, sizeof(where));
    if (!key) {
        key_hint(section, name, hint, sizeof(hint));
        reader_fault(reader, where, "%s.%s: no such key%s", section, name, hint);
        return;
    }
    kept = keep(where);
    if (!kept) {
        reader->is_oom = true;
        return;
    }
    value = value_of(setting, path);
    key_set(reader, key, &value, kept);
}

static void
read_section(struct reader *reader, const char *path, config_setting_t *setting)
{
    const char *section = config_setting_name(setting);
    char where[512], hint[96];

    say_where(path, setting, where, sizeof(where));
    if (!section_exists(section)) {
        key_hint(NULL, section, hint, sizeof(hint));
        reader_fault(reader, where, "%s: no such section%s", section, hint);
        return;
    }
    if (!config_setting_is_group(setting)) {
        reader_fault(reader, where, "%s: expected a group { ... } of keys", section);
        return;
    }
    for (unsigned i = 0; i < (unsigned)config_setting_length(setting); i++)
        read_key(reader, path, section, config_setting_get_elem(setting, i));
}

static void
say_unreadable(struct reader *reader, const char *path, const config_t *file, int error)
{
    const char *name = config_error_file(file) ? config_error_file(file) : path;
    char where[512];

    if (config_error_type(file) == CONFIG_ERR_FILE_IO) {
        reader_fault(reader, path, "cannot be read: %s", strerror(error));
        return;
    }
    (void)snprintf(where, sizeof(where), "%s:%d", name, config_error_line(file));
    reader_fault(reader, where, "%s", config_error_text(file));
}

void
file_read(struct reader *reader, const char *path)
{
    config_t file;
    config_setting_t *root;

    config_init(&file);
    errno = 0;
    if (!config_read_file(&file, path)) {
        say_unreadable(reader, path, &file, errno ? errno : EIO);
        config_destroy(&file);
        return;
    }
    root = config_root_setting(&file);
    for (unsigned i = 0; i < (unsigned)config_setting_length(root); i++)
        read_section(reader, path, config_setting_get_elem(root, i));
    config_destroy(&file);
}
