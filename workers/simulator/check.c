/*
 * Content of the kinds of messages, one function each, in a table by type. The words of
 * the refusals are the service's where they were seen.
 */
#include "check.h"

#include <string.h>

#include "json.h"

#define TEXT_MAX 4096
#define CAPTION_MAX 1024
#define CONTACTS_MAX 5
#define EMOJI_BYTES_MAX 64

int
check_characters(const char *text)
{
    int n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

bool
check_message_id(const char *id)
{
    size_t bytes;

    if (!id || strncmp(id, "wamid.", 6) != 0)
        return false;
    bytes =
        strspn(id + 6, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                       "+/=_-");
    return bytes > 0 && !id[6 + bytes];
}

bool
check_one_of(const char *word, const char *const *words, int n)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(word, words[i]))
            return true;
    return false;
}

bool
check_keys(const struct json *object, const char *const *keys, const char *param,
    struct graph_error *error)
{
    const struct json *value;
    const char *key;
    int n = 0;

    while (keys[n])
        n++;
    for (int i = 0; json_member(object, i, &key, &value); i++)
        if (!check_one_of(key, keys, n))
            return graph_error_say(error, 100,
                "(#100) Unexpected key \"%.40s\" on param \"%s\".", key, param);
    return true;
}

bool
check_string(const struct json *object, const struct check_length *length,
    struct graph_error *error)
{
    const struct json *value = json_get(object, length->key);
    const char *text = json_string(value);
    int characters;

    if (!value && length->min == 0)
        return true;
    if (!value)
        return graph_error_set(error, 131008, "%s is missing", length->what);
    if (!text)
        return graph_error_set(error, 131009, "%s must be a string", length->what);
    characters = check_characters(text);
    if (characters < length->min || characters > length->max)
        return graph_error_set(error, 131009,
            "%s length invalid. Min length: %d, Max length: %d", length->what,
            length->min, length->max);
    return true;
}

static bool
check_text(const struct json *text, struct graph_error *error)
{
    static const char *const keys[] = {"body", "preview_url", NULL};
    const struct json *preview = json_get(text, "preview_url");
    const char *body = json_string_of(text, "body");

    if (!check_keys(text, keys, "text", error))
        return false;
    if (!body || !*body)
        return graph_error_say(
            error, 100, "(#100) The parameter text['body'] is required.");
    if (check_characters(body) > TEXT_MAX)
        return graph_error_say(error, 100,
            "(#100) Param text['body'] must be at most %d characters long.", TEXT_MAX);
    if (preview && !json_is_bool(preview))
        return graph_error_say(
            error, 100, "(#100) Param text['preview_url'] must be a boolean.");
    return true;
}

/* Exactly one of id and link; `link` over http. */
static bool
check_source(const struct json *media, const char *type, struct graph_error *error)
{
    const struct json *id = json_get(media, "id");
    const struct json *link = json_get(media, "link");
    const char *url = json_string(link);

    if (!id == !link)
        return graph_error_set(error, 131009, "%s needs either id or link", type);
    if (id && json_int(id, -1) < 0)
        return graph_error_set(error, 131009, "%s id is not a valid media id", type);
    if (link &&
        (!url || (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)))
        return graph_error_set(error, 131009, "%s link is not a valid URL", type);
    return true;
}

static bool
check_captioned(const struct json *media, const char *type, struct graph_error *error)
{
    static const struct check_length caption = {"caption", 0, CAPTION_MAX, "Caption"};
    static const char *const keys[] = {"id", "link", "caption", "filename", NULL};

    if (!check_keys(media, keys, type, error))
        return false;
    if (json_get(media, "filename") && strcmp(type, "document") != 0)
        return graph_error_say(
            error, 100, "(#100) Unexpected key \"filename\" on param \"%s\".", type);
    return check_source(media, type, error) && check_string(media, &caption, error);
}

static bool
check_image(const struct json *media, struct graph_error *error)
{
    return check_captioned(media, "image", error);
}

static bool
check_video(const struct json *media, struct graph_error *error)
{
    return check_captioned(media, "video", error);
}

static bool
check_document(const struct json *media, struct graph_error *error)
{
    return check_captioned(media, "document", error);
}

static bool
check_audio(const struct json *media, struct graph_error *error)
{
    static const char *const keys[] = {"id", "link", "voice", NULL};

    if (!check_keys(media, keys, "audio", error) || !check_source(media, "audio", error))
        return false;
    if (json_get(media, "voice") && !json_is_bool(json_get(media, "voice")))
        return graph_error_say(
            error, 100, "(#100) Param audio['voice'] must be a boolean.");
    return true;
}

static bool
check_sticker(const struct json *media, struct graph_error *error)
{
    static const char *const keys[] = {"id", "link", NULL};

    return check_keys(media, keys, "sticker", error) &&
           check_source(media, "sticker", error);
}

static bool
check_reaction(const struct json *reaction, struct graph_error *error)
{
    static const char *const keys[] = {"message_id", "emoji", NULL};
    const char *id = json_string_of(reaction, "message_id");
    const char *emoji = json_string_of(reaction, "emoji");

    if (!check_keys(reaction, keys, "reaction", error))
        return false;
    if (!check_message_id(id))
        return graph_error_set(error, 131009, "Reaction message_id is not a message id");
    if (!emoji)
        return graph_error_set(error, 131008, "Reaction emoji is missing");
    if (strlen(emoji) > EMOJI_BYTES_MAX)
        return graph_error_set(error, 131009, "Reaction emoji is not one emoji");
    return true;
}

static bool
check_location(const struct json *location, struct graph_error *error)
{
    double latitude = json_real(json_get(location, "latitude"), 1000);
    double longitude = json_real(json_get(location, "longitude"), 1000);

    if (!json_get(location, "latitude") || !json_get(location, "longitude"))
        return graph_error_set(error, 131008, "Location needs latitude and longitude");
    if (latitude < -90 || latitude > 90 || longitude < -180 || longitude > 180)
        return graph_error_set(
            error, 131009, "Location latitude or longitude is out of range");
    return true;
}

static bool
check_contacts(const struct json *contacts, struct graph_error *error)
{
    int n = json_length(contacts);

    if (n < 1 || n > CONTACTS_MAX)
        return graph_error_set(
            error, 131009, "Contacts must be an array of 1 to %d", CONTACTS_MAX);
    for (int i = 0; i < n; i++) {
        const struct json *name = json_get(json_at(contacts, i), "name");
        const char *formatted = json_string_of(name, "formatted_name");

        if (!formatted || !*formatted)
            return graph_error_set(
                error, 131008, "Contact %d: name.formatted_name is missing", i);
    }
    return true;
}

static const struct {
    const char *type;
    bool (*check)(const struct json *content, struct graph_error *error);
} kinds[] = {
    {"text",        check_text       },
    {"interactive", check_interactive},
    {"image",       check_image      },
    {"video",       check_video      },
    {"document",    check_document   },
    {"audio",       check_audio      },
    {"sticker",     check_sticker    },
    {"reaction",    check_reaction   },
    {"location",    check_location   },
    {"contacts",    check_contacts   },
};

bool
check_content(const char *type, const struct json *content, struct graph_error *error)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(type, kinds[i].type) != 0)
            continue;
        if (!json_is_object(content) && !json_is_array(content))
            return graph_error_say(
                error, 100, "(#100) The parameter %s is required.", kinds[i].type);
        return kinds[i].check(content, error);
    }
    return graph_error_say(error, 100,
        "(#100) Param type must be one of {TEXT, TEMPLATE, INTERACTIVE, IMAGE, VIDEO, "
        "DOCUMENT, AUDIO, STICKER, REACTION, LOCATION, CONTACTS} - got \"%.40s\".",
        type);
}
