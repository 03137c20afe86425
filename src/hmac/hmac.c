/*
 * libcrypto's one-shot calls. They fail only when the library itself is broken (a
 * provider that cannot be loaded): then there is no safe answer, and the assert ends the
 * process.
 */
#include "hmac.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { SHA256_BYTES = 32 };

static void
write_hex(const unsigned char *digest, char *ret_hex)
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < SHA256_BYTES; i++) {
        ret_hex[2 * i] = digits[digest[i] >> 4];
        ret_hex[2 * i + 1] = digits[digest[i] & 15];
    }
    ret_hex[2 * SHA256_BYTES] = '\0';
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
read_hex(const char *hex64, unsigned char *ret_digest)
{
    if (strlen(hex64) != 2 * SHA256_BYTES)
        return false;
    for (int i = 0; i < SHA256_BYTES; i++) {
        int high = hex_digit(hex64[2 * i]), low = hex_digit(hex64[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        ret_digest[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

static void
sign(const char *secret, const void *data, size_t bytes, unsigned char *ret_digest)
{
    size_t key_bytes = strlen(secret);
    unsigned int length = 0;
    const unsigned char *done;

    assert(key_bytes <= INT_MAX);
    done = HMAC(EVP_sha256(), secret, (int)key_bytes, data, bytes, ret_digest, &length);
    assert(done && length == SHA256_BYTES);
    (void)done;
}

void
hmac_sha256_hex(
    const char *secret, const void *data, size_t bytes, char ret_hex[HMAC_HEX_BYTES])
{
    unsigned char digest[EVP_MAX_MD_SIZE];

    sign(secret, data, bytes, digest);
    write_hex(digest, ret_hex);
}

bool
hmac_sha256_matches(const char *secret, const void *data, size_t bytes, const char *hex64)
{
    unsigned char digest[EVP_MAX_MD_SIZE], claimed[SHA256_BYTES] = {0};
    bool is_readable = hex64 && read_hex(hex64, claimed);

    /* signed in any case: an unreadable claim must not be quicker to refuse */
    sign(secret, data, bytes, digest);
    return CRYPTO_memcmp(digest, claimed, SHA256_BYTES) == 0 && is_readable && *secret;
}

void
sha256_hex(const void *data, size_t bytes, char ret_hex[HMAC_HEX_BYTES])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    int done = EVP_Digest(data, bytes, digest, &length, EVP_sha256(), NULL);

    assert(done == 1 && length == SHA256_BYTES);
    (void)done;
    write_hex(digest, ret_hex);
}

bool
hmac_text_equal(const char *one, const char *other)
{
    size_t bytes = strlen(one);

    return strlen(other) == bytes && CRYPTO_memcmp(one, other, bytes) == 0;
}
