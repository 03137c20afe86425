/*
 * route.h, webhook.h, secret_file.h and store.h: who is let in, where to, and how it is
 * kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hmac.h"
#include "log.h"
#include "mem.h"
#include "route.h"
#include "secret_file.h"
#include "store.h"
#include "webhook.h"

static void
a_handler(void *ctx, struct httpd_request *request)
{
    (void)ctx;
    (void)request;
}

static const struct route routes[] = {
    {"GET",  "/webhook", a_handler},
    {"POST", "/webhook", a_handler},
    {"GET",  "/other",   a_handler},
    {NULL,   NULL,       NULL     },
};

static void
a_route_is_a_method_and_a_path(void **state)
{
    static const struct {
        const char *why;
        const char *method, *path;
        int index; /* in routes; -1: none */
        const char *allow;
    } rows[] = {
        {"the first",             "GET",    "/webhook",  0,  ""         },
        {"the second",            "POST",   "/webhook",  1,  ""         },
        {"another method",        "DELETE", "/webhook",  -1, "GET, POST"},
        {"one method only",       "POST",   "/other",    -1, "GET"      },
        {"no such path",          "GET",    "/nowhere",  -1, ""         },
        {"a longer path",         "GET",    "/webhook/", -1, ""         },
        {"methods have one case", "get",    "/other",    -1, "GET"      },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char allow[ROUTE_ALLOW_BYTES];
        const struct route *route =
            route_find(routes, rows[i].method, rows[i].path, allow);
        const struct route *expected = rows[i].index < 0 ? NULL : &routes[rows[i].index];

        if (route != expected)
            print_error("%s\n", rows[i].why);
        assert_ptr_equal(route, expected);
        if (!route)
            assert_string_equal(allow, rows[i].allow);
    }
}

static void
only_a_plain_word_is_echoed(void **state)
{
    char longest[130];

    (void)state;
    memset(longest, 'a', sizeof(longest));
    longest[128] = '\0';
    assert_true(webhook_is_challenge("1158201444"));
    assert_true(webhook_is_challenge("aZ_-09"));
    assert_true(webhook_is_challenge(longest));
    longest[128] = 'a';
    longest[129] = '\0';
    assert_false(webhook_is_challenge(longest));
    assert_false(webhook_is_challenge(""));
    assert_false(webhook_is_challenge("<script>"));
    assert_false(webhook_is_challenge("a b"));
    assert_false(webhook_is_challenge("1\n2"));
}

static char path[64];

static void
write_file(const char *text)
{
    /* by rename, as a mounted secret changes */
    char other[72];
    FILE *file;

    (void)snprintf(other, sizeof(other), "%s.new", path);
    file = fopen(other, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rename(other, path), 0);
}

static int
make_path(void **state)
{
    (void)state;
    (void)snprintf(path, sizeof(path), "/tmp/carteiro-secret-XXXXXX");
    (void)close(mkstemp(path));
    return 0;
}

static int
remove_path(void **state)
{
    (void)state;
    (void)unlink(path);
    assert_int_equal(mem_live(), 0);
    return 0;
}

static void
both_secrets_are_good_while_one_replaces_the_other(void **state)
{
    struct secret_file file = {.path = path};

    (void)state;
    write_file("old\n");
    assert_true(secret_file_refresh(&file));
    assert_true(secret_file_holds(&file, "old"));
    assert_false(secret_file_holds(&file, "new"));
    write_file("old\nnew\n");
    assert_true(secret_file_refresh(&file));
    assert_true(secret_file_holds(&file, "old"));
    assert_true(secret_file_holds(&file, "new"));
    write_file("new\n");
    assert_true(secret_file_refresh(&file));
    assert_false(secret_file_holds(&file, "old"));
    assert_true(secret_file_holds(&file, "new"));
    assert_false(secret_file_holds(&file, ""));
    secret_file_done(&file);
}

static void
a_file_that_went_away_leaves_what_was_read(void **state)
{
    struct secret_file file = {.path = path};

    (void)state;
    write_file("kept\n");
    assert_true(secret_file_refresh(&file));
    assert_int_equal(unlink(path), 0);
    assert_false(secret_file_refresh(&file));
    assert_false(secret_file_refresh(&file));
    assert_true(secret_file_holds(&file, "kept"));
    write_file("\n");
    assert_false(secret_file_refresh(&file));
    assert_true(secret_file_holds(&file, "kept"));
    write_file("next\n");
    assert_true(secret_file_refresh(&file));
    assert_true(secret_file_holds(&file, "next"));
    secret_file_done(&file);
}

static void
without_a_file_nobody_is_known(void **state)
{
    struct secret_file file = {.path = NULL};

    (void)state;
    assert_false(secret_file_refresh(&file));
    assert_false(secret_file_holds(&file, ""));
    assert_false(secret_file_signed(&file, "sha256=", "", 0));
    secret_file_done(&file);
}

static void
a_signature_names_its_digest_and_fits_one_secret(void **state)
{
    struct secret_file file = {.path = path};
    char hex[HMAC_HEX_BYTES], header[128];

    (void)state;
    write_file("first\nsecond\n");
    assert_true(secret_file_refresh(&file));
    hmac_sha256_hex("second", "body", 4, hex);
    (void)snprintf(header, sizeof(header), "sha256=%s", hex);
    assert_true(secret_file_signed(&file, header, "body", 4));
    assert_false(secret_file_signed(&file, header, "Body", 4));
    assert_false(secret_file_signed(&file, header, "body", 3));
    assert_false(secret_file_signed(&file, hex, "body", 4));
    assert_false(secret_file_signed(&file, NULL, "body", 4));
    assert_false(secret_file_signed(&file, "sha256=", "body", 4));
    (void)snprintf(header, sizeof(header), "sha1=%s", hex);
    assert_false(secret_file_signed(&file, header, "body", 4));
    hmac_sha256_hex("third", "body", 4, hex);
    (void)snprintf(header, sizeof(header), "sha256=%s", hex);
    assert_false(secret_file_signed(&file, header, "body", 4));
    secret_file_done(&file);
}

static void
events_become_arrays_of_one_length(void **state)
{
    static const char body[] =
        "{\"entry\":[{\"id\":\"9\",\"changes\":[{\"field\":\"messages\",\"value\":{"
        "\"statuses\":["
        "{\"id\":\"wamid.\\\"q\\\"\",\"status\":\"sent\",\"timestamp\":\"1769900001\"},"
        "{\"id\":\"b\",\"errors\":[{\"code\":131026}]}]}}]}]}";
    const char *values[STORE_COLUMNS];
    struct events events;
    struct store store;

    (void)state;
    assert_int_equal(events_read(&events, body, strlen(body)), RC_OK);
    store_init(&store);
    store_add(&store, &events);
    store_add(&store, &events);
    assert_int_equal(store.n, 4);
    store_clear(&store);
    store_add(&store, &events);
    assert_true(store_values(&store, values));
    assert_string_equal(values[0], "{\"status\",\"status\"}");
    assert_string_equal(values[1], "{\"9\",\"9\"}");
    assert_string_equal(values[2], "{NULL,NULL}");
    assert_string_equal(values[3], "{\"wamid.\\\"q\\\"\",\"b\"}");
    assert_string_equal(values[4], "{\"sent\",NULL}");
    assert_string_equal(values[6], "{NULL,131026}");
    assert_string_equal(values[7], "{1769900001,NULL}");
    store_done(&store);
    events_done(&events);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_route_is_a_method_and_a_path),
        cmocka_unit_test(only_a_plain_word_is_echoed),
        cmocka_unit_test_setup_teardown(
            both_secrets_are_good_while_one_replaces_the_other, make_path, remove_path),
        cmocka_unit_test_setup_teardown(
            a_file_that_went_away_leaves_what_was_read, make_path, remove_path),
        cmocka_unit_test_setup_teardown(
            without_a_file_nobody_is_known, make_path, remove_path),
        cmocka_unit_test_setup_teardown(
            a_signature_names_its_digest_and_fits_one_secret, make_path, remove_path),
        cmocka_unit_test(events_become_arrays_of_one_length),
    };

    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
