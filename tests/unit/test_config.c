/*
 * The configuration is read from text files written here and from this process's own
 * environment; what is printed is compared line by line.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"
#include "mem.h"

#define SAID_BYTES 8192

static char dir[] = "/tmp/carteiro-config-XXXXXX";
static char path[64];
static char said[SAID_BYTES];
static bool is_to_write_example;

static void
write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Loads `text` as carteiro.cfg; what was printed is then in `said`. */
static enum rc
load(const char *text, struct config *ret_config)
{
    FILE *err;
    enum rc rc;

    memset(said, 0, sizeof(said));
    err = fmemopen(said, sizeof(said) - 1, "w");
    assert_non_null(err);
    if (text)
        write_file(path, text);
    else
        (void)unlink(path);
    rc = config_load(text ? path : NULL, ret_config, err);
    assert_int_equal(fclose(err), 0);
    return rc;
}

static void
expect_line(const char *ending)
{
    if (strstr(said, ending))
        return;
    print_error("expected: %s\nsaid: %s\n", ending, said);
    fail();
}

static void
without_a_file_every_key_has_its_default(void **state)
{
    struct config config;

    (void)state;
    assert_int_equal(load(NULL, &config), RC_OK);
    assert_string_equal(said, "");
    assert_int_equal(config.sender.slots, 512);
    assert_true(config.sender.taxa_padrao == 72.0);
    assert_string_equal(config.whatsapp.base_url, "https://graph.facebook.com");
    assert_null(config.sender.only_to);
    assert_false(config.gateway.followup);
    assert_string_equal(config.fuso, "America/Sao_Paulo");
}

static void
the_file_sets_keys_of_every_kind(void **state)
{
    struct config config;

    (void)state;
    assert_int_equal(load("sender: { slots = 64; taxa_padrao = 10; name = \"s-1\"; };\n"
                          "database = { pooled = true; };\n"
                          "planner: { fila_teto = 20000L; };\n",
                         &config),
        RC_OK);
    assert_int_equal(config.sender.slots, 64);
    assert_true(config.sender.taxa_padrao == 10.0);
    assert_string_equal(config.sender.name, "s-1");
    assert_true(config.database.is_pooled);
    assert_int_equal(config.planner.fila_teto, 20000);
}

static void
each_fault_names_file_line_key_and_what_was_expected(void **state)
{
    static const struct {
        const char *why;
        const char *text;
        const char *line;
    } rows[] = {
        {"not a number",             "\nsender: { taxa_padrao = \"abc\"; };",
         ":2: sender.taxa_padrao: expected a number from 0.001 to 1000 (messages per "
            "second), found \"abc\"\n"                                                                         },
        {"a quoted number",          "sender: { slots = \"5\"; };",
         ":1: sender.slots: expected a whole number from 1 to 16384 (messages), found "
            "\"5\"\n"                                                                                          },
        {"out of range",             "sender: { slots = 0; };",
         ":1: sender.slots: expected a whole number from 1 to 16384 (messages), found "
            "0\n"                                                                                              },
        {"huge",                     "sender: { slots = 99999999999L; };",                "found 99999999999\n"},
        {"huge, plainly",            "sender: { slots = 99999999999; };",
         ":1: sender.slots: expected a whole number from 1 to 16384 (messages), found "
            "99999999999\n"                                                                                    },
        {"huge, of 32 bits",         "sender: { slots = 4294967301; };",                  "found 4294967301\n" },
        {"huge, on a line of many",
         "log: { level = \"info\"; }; sender: { slots = 64;   poll_ms=-4294967301; };",   "found -4294967301\n"},
        {"huge beyond 64 bits",      "sender: { slots = 99999999999999999999L; };",
         "found 1e+20\n"                                                                                       },
        {"half a message",           "sender: { slots = 1.5; };",                         "found 1.5\n"        },
        {"not a boolean",            "database: { pooled = 1; };",
         ":1: database.pooled: expected true or false, found 1\n"                                              },
        {"a number for a text",      "log: { level = 3; };",
         ":1: log.level: expected debug, info, warn or error, found 3\n"                                       },
        {"none of the words",        "log: { level = \"loud\"; };",                       "found \"loud\"\n"   },
        {"not a URL",                "whatsapp: { base_url = \"graph.facebook.com\"; };",
         "expected an http:// or https:// URL, found \"graph.facebook.com\"\n"                                 },
        {"a group",                  "sender: { slots = { a = 1; }; };",
         ":1: sender.slots: expected a whole number from 1 to 16384 (messages), found "
            "a "
            "group { ... }\n"                                                                                  },
        {"unknown key",              "sender:\n{\n  slot = 5;\n};",
         ":3: sender.slot: no such key (did you mean sender.slots?)\n"                                         },
        {"key of another section",   "sender: { version = \"v23.0\"; };",
         ":1: sender.version: no such key (did you mean whatsapp.version?)\n"                                  },
        {"nothing near",             "sender: { zzzzzzzzzz = 1; };",
         ":1: sender.zzzzzzzzzz: no such key\n"                                                                },
        {"unknown section",          "\n\nsendre: { slots = 5; };",
         ":3: sendre: no such section (did you mean sender?)\n"                                                },
        {"key without section",      "taxa_padrao = 5.0;",
         ":1: taxa_padrao: no such section (did you mean sender.taxa_padrao?)\n"                               },
        {"section that is no group", "sender = 5;",
         ":1: sender: expected a group { ... } of keys\n"                                                      },
        {"syntax",                   "sender: {\n slots = ;\n};",                         ":2: syntax error\n" },
        {"twice",                    "sender: {\n slots = 5;\n slots = 6;\n};",
         ":3: duplicate setting name\n"                                                                        },
        {"a secret is not quoted",   "redis: { url = \"rediz://u:pw@h\"; };",
         "found something else (not shown)\n"                                                                  },
    };
    struct config config;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char whole[512];

        print_message("%s\n", rows[i].why);
        assert_int_equal(load(rows[i].text, &config), RC_REJECTED);
        (void)snprintf(whole, sizeof(whole), "%s%s", rows[i].line[0] == ':' ? path : "",
            rows[i].line);
        expect_line(whole);
    }
}

static void
all_faults_are_printed_not_only_the_first(void **state)
{
    struct config config;

    (void)state;
    setenv("CARTEIRO_PLANNER_CHUNK", "many", 1);
    assert_int_equal(
        load("sender: { slots = 0; slto = 1; };\nfoo: {};\n", &config), RC_REJECTED);
    unsetenv("CARTEIRO_PLANNER_CHUNK");
    expect_line(":1: sender.slots: expected");
    expect_line(":1: sender.slto: no such key");
    expect_line(":2: foo: no such section");
    expect_line("CARTEIRO_PLANNER_CHUNK: planner.chunk: expected a whole number");
}

static void
a_file_that_cannot_be_read_is_a_fault(void **state)
{
    struct config config;
    FILE *err = fmemopen(said, sizeof(said) - 1, "w");

    (void)state;
    memset(said, 0, sizeof(said));
    assert_int_equal(config_load("/nowhere/carteiro.cfg", &config, err), RC_REJECTED);
    assert_int_equal(fclose(err), 0);
    expect_line("/nowhere/carteiro.cfg: cannot be read: No such file or directory\n");
}

static void
the_environment_wins_over_the_file(void **state)
{
    struct config config;

    (void)state;
    setenv("CARTEIRO_SENDER_SLOTS", "7", 1);
    setenv("DATABASE_URL", "postgresql:///documents", 1);
    setenv("ENABLE_FOLLOWUP", "true", 1);
    setenv("CLINIC_TIMEZONE", "America/Manaus", 1);
    setenv("META_PHONE_NUMBER_ID", "123", 1);
    setenv("CARTEIRO_SENDER_UNHEARD_OF", "x", 1);
    setenv("CARTEIRO_GATEWAY_URL", "http://h", 1);
    setenv("CARTEIRO_SENDER_ONLY_TO", "", 1);
    assert_int_equal(load("sender: { slots = 5; only_to = \"5511999990000\"; };"
                          "database: { url = \"postgresql:///file\"; };",
                         &config),
        RC_OK);
    assert_string_equal(said, "");
    assert_int_equal(config.sender.slots, 7);
    assert_string_equal(config.database.url, "postgresql:///documents");
    assert_true(config.gateway.followup);
    assert_string_equal(config.fuso, "America/Manaus");
    assert_string_equal(config.whatsapp.phone_number_id, "123");
    assert_string_equal(config.sender.only_to, "5511999990000");

    setenv("CARTEIRO_DATABASE_URL", "postgresql:///ours", 1);
    assert_int_equal(load("", &config), RC_OK);
    assert_string_equal(config.database.url, "postgresql:///ours");
}

static void
a_value_may_be_the_first_line_of_a_file(void **state)
{
    struct config config;
    char secret[64];

    (void)state;
    (void)snprintf(secret, sizeof(secret), "%s/token", dir);
    write_file(secret, "EAAtoken\r\nsecond\n");
    setenv("META_ACCESS_TOKEN_FILE", secret, 1);
    assert_int_equal(load("", &config), RC_OK);
    assert_string_equal(said, "");
    assert_string_equal(config.whatsapp.access_token, "EAAtoken");

    setenv("META_ACCESS_TOKEN", "plain", 1);
    assert_int_equal(load("", &config), RC_REJECTED);
    expect_line(
        "META_ACCESS_TOKEN: whatsapp.access_token: META_ACCESS_TOKEN_FILE is set too");

    unsetenv("META_ACCESS_TOKEN");
    setenv("META_ACCESS_TOKEN_FILE", "/nowhere", 1);
    assert_int_equal(load("", &config), RC_REJECTED);
    expect_line("META_ACCESS_TOKEN_FILE: whatsapp.access_token: /nowhere: No such file");
    (void)unlink(secret);
}

static void
a_plain_secret_is_named_and_never_printed(void **state)
{
    struct config config;

    (void)state;
    assert_int_equal(load("", &config), RC_OK);
    assert_null(config.plain_secret);
    setenv("META_ACCESS_TOKEN", "EAAplain", 1);
    assert_int_equal(load("", &config), RC_OK);
    assert_string_equal(config.whatsapp.access_token, "EAAplain");
    assert_string_equal(config.plain_secret, "META_ACCESS_TOKEN");
    assert_null(strstr(said, "EAAplain"));
}

static void
times_that_contradict_each_other_are_faults(void **state)
{
    struct config config;

    (void)state;
    assert_int_equal(
        load("sender: {\n start_s = 20;\n post_s = 40;\n grace_s = 60;\n};", &config),
        RC_REJECTED);
    expect_line(
        ":3: sender.reserva_s: expected more than start_s + post_s (20 + 40 s), found "
        "60\n");
    assert_int_equal(load("sender: { grace_s = 35; };", &config), RC_REJECTED);
    expect_line(
        ":1: sender.grace_s: expected more than post_s + 5 (30 + 5 s), found 35\n");
    assert_int_equal(load("sender: { grace_s = 36; };", &config), RC_OK);
    assert_int_equal(load("simulator: { control_port = 8090; };", &config), RC_REJECTED);
    expect_line("simulator.control_port: expected another port");
}

static void
what_is_shown_says_where_from_and_hides_secrets(void **state)
{
    static char shown[65536];
    struct config config;
    FILE *out = fmemopen(shown, sizeof(shown) - 1, "w");

    (void)state;
    setenv("META_ACCESS_TOKEN", "EAAplain", 1);
    assert_int_equal(
        load("database: { url = \"postgresql://u:pw@h/db?password=pw2&x=1\"; };"
             "sender: { slots = 5; };",
            &config),
        RC_OK);
    config_show(&config, out, false);
    config_show(&config, out, true);
    assert_int_equal(fclose(out), 0);
    assert_null(strstr(shown, "EAAplain"));
    assert_null(strstr(shown, "pw"));
    assert_non_null(strstr(shown, "postgresql://u:***@h/db?password=***&x=1"));
    assert_non_null(strstr(shown, "sender.poll_ms = 1000"));
    assert_non_null(strstr(shown, "\"sender.slots\": {\"value\": 5, \"from\": \""));
    assert_non_null(
        strstr(shown, "{\"value\": \"***\", \"from\": \"META_ACCESS_TOKEN\"}"));
}

/* To write deploy/carteiro.cfg anew: CARTEIRO_WRITE_EXAMPLE=1 test_config. */
static void
the_example_file_is_the_one_in_deploy_and_loads(void **state)
{
    static char wanted[65536], there[65536];
    const char *name = SOURCE_ROOT "/deploy/carteiro.cfg";
    FILE *out = fmemopen(wanted, sizeof(wanted) - 1, "w");
    struct config config;
    FILE *file;

    (void)state;
    config_example(out);
    assert_int_equal(fclose(out), 0);
    if (is_to_write_example)
        write_file(name, wanted);
    assert_int_equal(load(wanted, &config), RC_OK);
    assert_string_equal(said, "");
    file = fopen(name, "r");
    assert_non_null(file);
    assert_true(fread(there, 1, sizeof(there) - 1, file) > 0);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(there, wanted);
}

static void
secrets_are_read_line_by_line(void **state)
{
    char secret[64];
    char *line;

    (void)state;
    (void)snprintf(secret, sizeof(secret), "%s/secret", dir);
    write_file(secret, "new-secret  \n\nold-secret");
    line = config_secret(secret);
    assert_string_equal(line, "new-secret");
    mem_free_secret(line);
    line = config_secret_line(secret, 1);
    assert_string_equal(line, "old-secret");
    mem_free_secret(line);
    assert_null(config_secret_line(secret, 2));
    assert_int_equal(errno, ENOENT);
    write_file(secret, "\n");
    assert_null(config_secret(secret));
    assert_int_equal(errno, EINVAL);
    (void)unlink(secret);
    assert_null(config_secret(secret));
    assert_int_equal(errno, ENOENT);
}

static void
running_out_of_memory_is_said(void **state)
{
    struct config config = {0};
    enum rc rc = RC_OOM;

    (void)state;
    for (int nth = 0; rc != RC_OK; nth++) {
        mem_fail_at(nth);
        rc = load("sender: { name = \"x\"; };", &config);
        mem_fail_at(-1);
        assert_true(rc == RC_OK || rc == RC_OOM);
    }
    assert_string_equal(config.sender.name, "x");
}

static int
clean_environment(void **state)
{
    static const char *const names[] = {"CARTEIRO_SENDER_SLOTS", "DATABASE_URL",
        "ENABLE_FOLLOWUP", "CLINIC_TIMEZONE", "META_PHONE_NUMBER_ID", "META_ACCESS_TOKEN",
        "META_ACCESS_TOKEN_FILE", "CARTEIRO_SENDER_UNHEARD_OF", "CARTEIRO_GATEWAY_URL",
        "CARTEIRO_SENDER_ONLY_TO", "CARTEIRO_DATABASE_URL", "CARTEIRO_CONFIG"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unsetenv(names[i]);
    return 0;
}

#define TEST(name)                                                                       \
    cmocka_unit_test_setup_teardown(name, clean_environment, clean_environment)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_file_every_key_has_its_default),
        TEST(the_file_sets_keys_of_every_kind),
        TEST(each_fault_names_file_line_key_and_what_was_expected),
        TEST(all_faults_are_printed_not_only_the_first),
        TEST(a_file_that_cannot_be_read_is_a_fault),
        TEST(the_environment_wins_over_the_file),
        TEST(a_value_may_be_the_first_line_of_a_file),
        TEST(a_plain_secret_is_named_and_never_printed),
        TEST(times_that_contradict_each_other_are_faults),
        TEST(what_is_shown_says_where_from_and_hides_secrets),
        TEST(the_example_file_is_the_one_in_deploy_and_loads),
        TEST(secrets_are_read_line_by_line),
        TEST(running_out_of_memory_is_said),
    };
    int failed;

    is_to_write_example = getenv("CARTEIRO_WRITE_EXAMPLE") != NULL;
    if (clearenv())
        return 1;
    if (!mkdtemp(dir))
        return 1;
    (void)snprintf(path, sizeof(path), "%s/carteiro.cfg", dir);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(path);
    (void)rmdir(dir);
    return failed;
}
