/*
 * Making wamids and wa_ids. The hex id is a random start of this process and a counter,
 * so that two simulators never make the same one and one never repeats itself.
 */
#include "wamid.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"

#define HEX_ID_BYTES 18 /* as in the ids of real sent messages */
#define DIGITS_MIN 7
#define DIGITS_MAX 15
#define BRAZIL_MOBILE_DIGITS 13 /* 55, area code, 9 and eight digits */

static void
base64(const unsigned char *data, size_t bytes, char *ret_text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t at = 0;

    for (size_t i = 0; i < bytes; i += 3) {
        uint32_t b = i + 1 < bytes ? data[i + 1] : 0;
        uint32_t c = i + 2 < bytes ? data[i + 2] : 0;
        uint32_t three = (uint32_t)data[i] << 16 | b << 8 | c;

        ret_text[at++] = letters[three >> 18 & 63];
        ret_text[at++] = letters[three >> 12 & 63];
        ret_text[at++] = i + 1 < bytes ? letters[three >> 6 & 63] : '=';
        ret_text[at++] = i + 2 < bytes ? letters[three & 63] : '=';
    }
    ret_text[at] = '\0';
}

static void
next_hex_id(char ret_hex[HEX_ID_BYTES + 1])
{
    static uint32_t start;
    static uint64_t counter;

    if (!start)
        start = clock_random(UINT32_MAX - 1) + 1;
    (void)snprintf(ret_hex, HEX_ID_BYTES + 1, "%08" PRIX32 "%010" PRIX64, start,
        ++counter & 0xFFFFFFFFFF);
}

void
wamid_make(const char *person, bool is_inbound, char ret_wamid[WAMID_BYTES])
{
    static const char prefix[] = "wamid.";
    unsigned char bytes[WA_ID_BYTES + HEX_ID_BYTES + 16];
    char hex[HEX_ID_BYTES + 1];
    size_t person_bytes = strlen(person);
    size_t at = 0;

    assert(person_bytes < WA_ID_BYTES);
    next_hex_id(hex);
    bytes[at++] = 0x1c;
    bytes[at++] = 0x18;
    bytes[at++] = (unsigned char)person_bytes;
    memcpy(bytes + at, person, person_bytes);
    at += person_bytes;
    bytes[at++] = 0x15;
    bytes[at++] = 0x02;
    bytes[at++] = 0x00;
    bytes[at++] = is_inbound ? 0x12 : 0x11;
    bytes[at++] = 0x18;
    bytes[at++] = HEX_ID_BYTES;
    memcpy(bytes + at, hex, HEX_ID_BYTES);
    at += HEX_ID_BYTES;
    bytes[at++] = 0x00;
    memcpy(ret_wamid, prefix, sizeof(prefix));
    base64(bytes, at, ret_wamid + sizeof(prefix) - 1);
}

static bool
keeps_ninth_digit(int area)
{
    return (area >= 11 && area <= 19) || area == 21 || area == 22 || area == 24 ||
           area == 27 || area == 28;
}

static void
drop_ninth_digit(char *digits)
{
    int area;

    if (strlen(digits) != BRAZIL_MOBILE_DIGITS || strncmp(digits, "55", 2) != 0 ||
        digits[4] != '9')
        return;
    area = (digits[2] - '0') * 10 + (digits[3] - '0');
    if (!keeps_ninth_digit(area))
        memmove(digits + 4, digits + 5, strlen(digits + 5) + 1);
}

bool
wa_id_of(const char *phone, char ret_wa_id[WA_ID_BYTES])
{
    char digits[DIGITS_MAX + 1];
    size_t n = 0;

    for (; *phone; phone++) {
        if (strchr("+-() ", *phone))
            continue;
        if (*phone < '0' || *phone > '9' || n == DIGITS_MAX)
            return false;
        digits[n++] = *phone;
    }
    if (n < DIGITS_MIN)
        return false;
    digits[n] = '\0';
    drop_ninth_digit(digits);
    (void)snprintf(ret_wa_id, WA_ID_BYTES, "%s", digits);
    return true;
}

static bool
is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool
is_user_id(const char *text)
{
    size_t n = 3;

    if (!is_upper(text[0]) || !is_upper(text[1]) || text[2] != '.')
        return false;
    while (isalnum((unsigned char)text[n]) || text[n] == '.')
        n++;
    return !text[n] && n > 3 && n < WA_ID_BYTES - 1;
}
