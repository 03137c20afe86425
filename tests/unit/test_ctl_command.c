/* The command line of carteiro: what it takes, what it refuses, and what it says then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "mem.h"

static const struct command_option SALVAR[] = {
    {"nome",        KIND_TEXT,   "its name",            true,  true },
    {"max_por_dia", KIND_INT,    "people a day",        false, false},
    {"taxa",        KIND_NUMBER, "messages per second", false, false},
    {"pet_id",      KIND_ID,     "whose",               false, false},
    {"padrao",      KIND_FLAG,   "the default one",     false, false},
    {"filtro_tags", KIND_LIST,   "all of these",        false, false},
    {"metadata",    KIND_JSON,   "an object",           false, false},
    {NULL,          KIND_TEXT,   NULL,                  false, false},
};
static const struct command_option NONE[] = {
    {NULL, KIND_TEXT, NULL, false, false}
};

const struct command COMMANDS[] = {
    {"coisa",  "salvar", "Keeps a thing.", SALVAR, NULL, NULL, FORM_ROW,   false},
    {"coisa",  "listar", "Shows things.",  NONE,   NULL, NULL, FORM_TABLE, false},
    {"migrar", "",       "Moves.",         NONE,   NULL, NULL, FORM_ROW,   false},
    {NULL,     NULL,     NULL,             NULL,   NULL, NULL, FORM_ROW,   false},
};

/* What one command line gave. */
struct said {
    struct command_line line;
    int code;
    char out[4096];
    char err[1024];
    char args[1024];
    char config[64];
};

#define WORDS_MAX 12

static void
parse(struct said *said, const char *const *words)
{
    char *argv[WORDS_MAX] = {0};
    char *out = NULL, *err = NULL;
    size_t out_bytes = 0, err_bytes = 0;
    FILE *out_file = open_memstream(&out, &out_bytes);
    FILE *err_file = open_memstream(&err, &err_bytes);
    struct buf args = {0};
    int argc = 0;

    memset(said, 0, sizeof(*said));
    while (words[argc]) {
        argv[argc] = mem_strdup(words[argc]);
        argc++;
    }
    said->code = command_parse(argc, argv, &said->line, out_file, err_file);
    (void)fclose(out_file);
    (void)fclose(err_file);
    (void)snprintf(said->out, sizeof(said->out), "%s", out);
    (void)snprintf(said->err, sizeof(said->err), "%s", err);
    buf_init(&args, 4096);
    if (said->line.args)
        json_write(said->line.args, &args);
    (void)snprintf(said->args, sizeof(said->args), "%s", buf_text(&args));
    buf_done(&args);
    json_free(said->line.args);
    said->line.args = NULL;
    (void)snprintf(said->config, sizeof(said->config), "%s",
        said->line.config_path ? said->line.config_path : "");
    while (argc > 0)
        mem_free(argv[--argc]);
    free(out);
    free(err);
}

#define PARSE(said, ...)                                                                 \
    parse((said), (const char *const[]){"carteiro", __VA_ARGS__, NULL})

static void
options_become_one_object_named_as_in_sql(void **state)
{
    struct said said;

    (void)state;
    PARSE(
        &said, "coisa", "salvar", "Ana", "--max-por-dia", "50", "--taxa=0.5", "--padrao");
    assert_int_equal(said.code, -1);
    assert_string_equal(said.line.command->verb, "salvar");
    assert_string_equal(said.args,
        "{\"nome\":\"Ana\",\"max_por_dia\":\"50\",\"taxa\":\"0.5\",\"padrao\":true}");
    assert_false(said.line.as_json);
}

static void
left_out_and_none_stay_apart(void **state)
{
    struct said said;

    (void)state;
    PARSE(&said, "coisa", "salvar", "--nome", "x", "--max-por-dia", "nenhum");
    assert_int_equal(said.code, -1);
    assert_string_equal(said.args, "{\"nome\":\"x\",\"max_por_dia\":null}");
    PARSE(&said, "coisa", "salvar", "--nome", "x");
    assert_string_equal(said.args, "{\"nome\":\"x\"}");
    PARSE(&said, "coisa", "salvar", "x", "--pet-id=019356C7-0b1e-7000-8000-5f0c9a3d2e41");
    assert_int_equal(said.code, -1);
}

static void
lists_and_json_are_taken_apart(void **state)
{
    struct said said;

    (void)state;
    PARSE(&said, "coisa", "salvar", "x", "--filtro-tags", "vip,,retorno", "--filtro-tags",
        "novo", "--metadata", "{\"a\": 1}", "--json");
    assert_int_equal(said.code, -1);
    assert_string_equal(said.args, "{\"nome\":\"x\",\"filtro_tags\":[\"vip\",\"retorno\","
                                   "\"novo\"],\"metadata\":{\"a\":1}}");
    assert_true(said.line.as_json);
}

static void
what_is_wrong_is_named_with_what_is_near(void **state)
{
    static const struct {
        const char *words[6];
        const char *says;
    } rows[] = {
        {{"coisa", "salvar", "x", "--max-por-dai", "3"},
         "unknown option --max-por-dai; did you mean --max-por-dia?"                                          },
        {{"coisa", "salvar", "x", "--jsn"},                "did you mean --json?"                             },
        {{"coisa", "salvar", "x", "--zzzzzzzzzz"},
         "unknown option --zzzzzzzzzz; see --help"                                                            },
        {{"coisa", "salvar", "x", "--max-por-dia", "1x"},
         "--max-por-dia: expected a whole number"                                                             },
        {{"coisa", "salvar", "x", "--max-por-dia", "1.5"},
         "--max-por-dia: expected a whole number"                                                             },
        {{"coisa", "salvar", "x", "--pet-id", "rex"},      "--pet-id: expected an id such as"                 },
        {{"coisa", "salvar", "x", "--pet-id", "019356c7"},
         "--pet-id: expected an id such as"                                                                   },
        {{"coisa", "salvar", "x", "--taxa", "."},          "--taxa: expected a number"                        },
        {{"coisa", "salvar", "x", "--taxa"},               "--taxa: expected a value after it"                },
        {{"coisa", "salvar", "x", "--padrao=sim"},         "--padrao: expected no value"                      },
        {{"coisa", "salvar", "x", "--metadata", "{"},      "--metadata: expected JSON"                        },
        {{"coisa", "salvar", "x", "--metadata", "3"},      "--metadata: expected JSON"                        },
        {{"coisa", "salvar", "x", "y"},                    "\"y\" is one argument too many"                   },
        {{"coisa", "salvar"},                              "--nome is required"                               },
        {{"coisa", "slavar"},                              "unknown verb \"slavar\"; did you mean \"salvar\"?"},
        {{"cosia", "salvar"},                              "unknown area \"cosia\"; did you mean \"coisa\"?"  },
        {{"coisa"},                                        "usage: carteiro coisa VERB"                       },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *words[8] = {"carteiro"};
        struct said said;

        for (int w = 0; w < 6; w++)
            words[w + 1] = rows[i].words[w];
        parse(&said, words);
        assert_int_equal(said.code, 2);
        if (!strstr(said.err, rows[i].says))
            fail_msg("row %zu: \"%s\" does not say \"%s\"", i, said.err, rows[i].says);
    }
}

static void
help_is_there_at_each_level(void **state)
{
    struct said said;

    (void)state;
    PARSE(&said, "--help");
    assert_int_equal(said.code, 0);
    assert_non_null(strstr(said.out, "Keeps a thing"));
    PARSE(&said, "coisa", "--help");
    assert_int_equal(said.code, 0);
    assert_non_null(strstr(said.out, "listar"));
    PARSE(&said, "coisa", "salvar", "--help");
    assert_int_equal(said.code, 0);
    assert_non_null(strstr(said.out, "usage: carteiro coisa salvar NOME"));
    assert_non_null(strstr(said.out, "--max-por-dia NUMBER"));
    PARSE(&said, "--version");
    assert_int_equal(said.code, 0);
    assert_non_null(strstr(said.out, "carteiro "));
}

static void
what_follows_two_hyphens_is_no_option(void **state)
{
    struct said said;

    (void)state;
    PARSE(&said, "coisa", "salvar", "--", "--nome");
    assert_int_equal(said.code, -1);
    assert_string_equal(said.args, "{\"nome\":\"--nome\"}");
}

static void
a_command_of_one_word_needs_no_verb(void **state)
{
    struct said said;

    (void)state;
    PARSE(&said, "migrar", "--config", "a.cfg");
    assert_int_equal(said.code, -1);
    assert_string_equal(said.line.command->area, "migrar");
    assert_string_equal(said.config, "a.cfg");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_become_one_object_named_as_in_sql),
        cmocka_unit_test(left_out_and_none_stay_apart),
        cmocka_unit_test(lists_and_json_are_taken_apart),
        cmocka_unit_test(what_is_wrong_is_named_with_what_is_near),
        cmocka_unit_test(help_is_there_at_each_level),
        cmocka_unit_test(what_follows_two_hyphens_is_no_option),
        cmocka_unit_test(a_command_of_one_word_needs_no_verb),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
