/*
 * hmac: known answers of RFC 4231 and FIPS 180-4, and every way in which a signature can
 * be almost right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hmac.h"

/* RFC 4231, test case 2 */
static const char secret[] = "Jefe";
static const char data[] = "what do ya want for nothing?";
static const char good[] =
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

static void
known_answers_come_out(void **state)
{
    char hex[HMAC_HEX_BYTES];

    (void)state;
    hmac_sha256_hex(secret, data, strlen(data), hex);
    assert_string_equal(hex, good);
    sha256_hex("abc", 3, hex);
    assert_string_equal(
        hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256_hex("", 0, hex);
    assert_string_equal(
        hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void
only_the_right_signature_matches(void **state)
{
    static const struct {
        const char *why, *hex;
        bool is_match;
    } rows[] = {
        {"right",           "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
         true                                                                                         },
        {"capitals",        "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843",
         true                                                                                         },
        {"63 digits",       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec384",
         false                                                                                        },
        {"65 digits",       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec38430",
         false                                                                                        },
        {"with its prefix",
         "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b96",                     false},
        {"not hexadecimal",
         "gbdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",                     false},
        {"a blank before",
         " bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",                     false},
        {"empty",           "",                                                                  false},
        {"missing",         NULL,                                                                false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (hmac_sha256_matches(secret, data, strlen(data), rows[i].hex) !=
            rows[i].is_match)
            fail_msg("%s", rows[i].why);
}

static void
one_digit_wrong_anywhere_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i < 64; i++) {
        char hex[HMAC_HEX_BYTES];

        memcpy(hex, good, sizeof hex);
        hex[i] = hex[i] == '0' ? '1' : '0';
        assert_false(hmac_sha256_matches(secret, data, strlen(data), hex));
    }
}

static void
the_raw_bytes_are_signed(void **state)
{
    static const char raw[] = "{\"t\":\"\\u00e9\0\r\n\xf0\x9f\x98\x8a\"}";
    char hex[HMAC_HEX_BYTES];

    (void)state;
    hmac_sha256_hex(secret, raw, sizeof raw - 1, hex);
    assert_true(hmac_sha256_matches(secret, raw, sizeof raw - 1, hex));
    assert_false(hmac_sha256_matches(secret, raw, sizeof raw - 2, hex));
    assert_false(hmac_sha256_matches("other", raw, sizeof raw - 1, hex));
}

static void
an_empty_secret_signs_nothing(void **state)
{
    char hex[HMAC_HEX_BYTES];

    (void)state;
    hmac_sha256_hex("", data, strlen(data), hex);
    assert_false(hmac_sha256_matches("", data, strlen(data), hex));
}

static void
texts_are_equal_or_not(void **state)
{
    (void)state;
    assert_true(hmac_text_equal("token", "token"));
    assert_true(hmac_text_equal("", ""));
    assert_false(hmac_text_equal("token", "tokem"));
    assert_false(hmac_text_equal("token", "toke"));
    assert_false(hmac_text_equal("", "t"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers_come_out),
        cmocka_unit_test(only_the_right_signature_matches),
        cmocka_unit_test(one_digit_wrong_anywhere_is_refused),
        cmocka_unit_test(the_raw_bytes_are_signed),
        cmocka_unit_test(an_empty_secret_signs_nothing),
        cmocka_unit_test(texts_are_equal_or_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
