/*
 * hmac.h - signatures and digests; the only home of libcrypto.
 *
 * Digests are 64 lower-case hexadecimal digits. Nothing here allocates or keeps a secret.
 */
#ifndef HMAC_H
#define HMAC_H

#include <stdbool.h>
#include <stddef.h>

enum { HMAC_HEX_BYTES = 65 }; /* the digits and a NUL */

/* The HMAC-SHA256 of `data` under `secret` (a string) into `ret_hex`. */
void hmac_sha256_hex(
    const char *secret, const void *data, size_t bytes, char ret_hex[HMAC_HEX_BYTES]);

/* True when `hex64`, 64 digits of either case and nothing more, is that HMAC. Takes as
 * long for a wrong one as for a right one. False for a NULL `hex64` and for an empty
 * secret, which anybody could sign with. */
bool hmac_sha256_matches(
    const char *secret, const void *data, size_t bytes, const char *hex64);

/* The SHA-256 of `data` into `ret_hex`. */
void sha256_hex(const void *data, size_t bytes, char ret_hex[HMAC_HEX_BYTES]);

/* True when the two strings are equal; the time depends on their lengths only. For
 * tokens. */
bool hmac_text_equal(const char *one, const char *other);

#endif
