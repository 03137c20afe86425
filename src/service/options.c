/*
 * The command line: the options every program has are read here, the others are kept for
 * the program. An option that nobody knows ends the process with the nearest one named.
 */
#include <stdio.h>
#include <string.h>

#include "service_internal.h"

static const char *const common[] = {"--config", "--check-config", "--help", "--version"};

#define COMMON_N (sizeof(common) / sizeof(common[0]))
#define NEAR_SHARE 2 /* at least one half of the letters must agree */

/* How many letters of `a` are found in `b` in the same order: good enough for a hint. */
static size_t
letters_in_order(const char *a, const char *b)
{
    size_t n = 0;

    for (; *a; a++) {
        const char *hit = strchr(b, *a);

        if (hit) {
            n++;
            b = hit + 1;
        }
    }
    return n;
}

void
options_unknown(const struct service_program *program, const char *option)
{
    const char *best = NULL;
    size_t best_n = 2 + strlen(option) / NEAR_SHARE; /* the dashes always agree */

    for (size_t i = 0; i < COMMON_N; i++) {
        size_t n = letters_in_order(option, common[i]);

        if (n >= best_n) {
            best = common[i];
            best_n = n + 1;
        }
    }
    (void)fprintf(stderr, "%s: unknown option %.80s%s%s%s; %s --help lists them\n",
        program->name, option, best ? " (did you mean " : "", best ? best : "",
        best ? "?)" : "", program->name);
}

static bool
say_usage(const struct service_program *program, const char *what, const char *option)
{
    (void)fprintf(stderr, "%s: %s %.80s; %s --help says more\n", program->name, what,
        option, program->name);
    return false;
}

/* --config FILE or --config=FILE; moves `at` past what it took. */
static bool
read_config_path(
    const struct service_program *program, char **argv, int *at, struct options *options)
{
    const char *equals = strchr(argv[*at], '=');

    options->config_path = equals ? equals + 1 : argv[*at + 1];
    if (!options->config_path || !*options->config_path)
        return say_usage(program, "a file name is missing after", "--config");
    *at += equals ? 1 : 2;
    return true;
}

static bool
read_one(
    const struct service_program *program, char **argv, int *at, struct options *options)
{
    const char *option = argv[*at];

    if (!strcmp(option, "--config") || !strncmp(option, "--config=", 9))
        return read_config_path(program, argv, at, options);
    *at += 1;
    if (!strcmp(option, "--help")) {
        options->is_help = true;
    } else if (!strcmp(option, "--version")) {
        options->is_version = true;
    } else if (!strcmp(option, "--check-config")) {
        options->is_check = true;
    } else if (option[0] != '-') {
        return say_usage(program, "unexpected argument", option);
    } else if (!program->option || options->n_extras == SERVICE_EXTRAS_MAX) {
        options_unknown(program, option);
        return false;
    } else {
        options->extras[options->n_extras++] = option;
    }
    return true;
}

bool
options_read(const struct service_program *program, int argc, char **argv,
    struct options *ret_options)
{
    struct options options = {0};
    int at = 1;

    while (at < argc && !options.is_help && !options.is_version)
        if (!read_one(program, argv, &at, &options))
            return false;
    *ret_options = options;
    return true;
}

void
options_help(const struct service_program *program)
{
    (void)printf(
        "Usage: %s [OPTION]...\n"
        "\n"
        "%s\n"
        "\n"
        "Options:\n"
        "  --config FILE    read FILE; else $CARTEIRO_CONFIG, else\n"
        "                   /etc/carteiro/carteiro.cfg if it is there\n"
        "  --check-config   check file and environment, say \"ok\" or every fault, and "
        "end\n"
        "  --help           this text\n"
        "  --version        name and version\n"
        "%s%s"
        "\n"
        "Configuration: deploy/carteiro.cfg holds every key with its default, range and\n"
        "meaning; each can also be given as CARTEIRO_SECTION_KEY in the environment, or "
        "as\n"
        "CARTEIRO_SECTION_KEY_FILE, which names a file that holds the value.\n"
        "\n"
        "Signals: SIGTERM and SIGINT end the work in hand and then the process; a "
        "second\n"
        "one ends it at once.\n"
        "\n"
        "Exit codes: 0 ok, 1 failed, 2 usage, 69 dependency unavailable, 75 try again,\n"
        "78 configuration.\n",
        program->name, program->about,
        program->extra_options ? program->extra_options : "",
        program->extra_options && !strchr(program->extra_options, '\n') ? "\n" : "");
}
