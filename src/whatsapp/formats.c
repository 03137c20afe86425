/*
 * What may stand in carga, by formato. A row may carry more than its text needs: the
 * template that goes when the window is closed finds its components in the same carga.
 */
#include "formats.h"

#include <string.h>

RULES(context, NULL, NEEDED("message_id", RULE_WAMID, 0));

#define BESIDE                                                                           \
    MAY("type", RULE_TEXT, 0), OBJECT("context", false, context),                        \
        MAY("components", RULE_ANY, 0)
#define SOURCE MAY("id", RULE_DIGITS, 0), MAY("link", RULE_LINK, 2048)

RULES(picture, check_source, SOURCE, MAY("caption", RULE_TEXT, 1024));
RULES(document, check_source, SOURCE, MAY("caption", RULE_TEXT, 1024),
    MAY("filename", RULE_TEXT, 240));
RULES(audio, check_source, SOURCE, MAY("voice", RULE_BOOL, 0));
RULES(sticker, check_source, SOURCE);
RULES(reaction, NULL, NEEDED("message_id", RULE_WAMID, 0),
    NEEDED("emoji", RULE_EMOJI, 16)); /* one emoji may be many code points */

RULES(carga_image, NULL, BESIDE, OBJECT("image", true, picture));
RULES(carga_video, NULL, BESIDE, OBJECT("video", true, picture));
RULES(carga_document, NULL, BESIDE, OBJECT("document", true, document));
RULES(carga_audio, NULL, BESIDE, OBJECT("audio", true, audio));
RULES(carga_sticker, NULL, BESIDE, OBJECT("sticker", true, sticker));
RULES(carga_interactive, format_interactive, BESIDE, NEEDED("interactive", RULE_ANY, 0));
/* a reaction is no reply: it names its message itself, and nobody is told of a template
 */
RULES(carga_reaction, NULL, MAY("type", RULE_TEXT, 0), MAY("components", RULE_ANY, 0),
    OBJECT("reaction", true, reaction));
RULES(carga_texto, NULL, BESIDE, MAY("preview_url", RULE_BOOL, 0));
/* of a template also what its text, or whatever goes inside the window, needs */
RULES(carga_template, NULL, BESIDE, MAY("preview_url", RULE_ANY, 0),
    MAY("interactive", RULE_ANY, 0), MAY("image", RULE_ANY, 0), MAY("video", RULE_ANY, 0),
    MAY("document", RULE_ANY, 0), MAY("audio", RULE_ANY, 0), MAY("sticker", RULE_ANY, 0),
    MAY("reaction", RULE_ANY, 0));

static const struct format formats[] = {
    {"interativo", "interactive", &carga_interactive},
    {"midia",      "image",       &carga_image      },
    {"midia",      "video",       &carga_video      },
    {"midia",      "document",    &carga_document   },
    {"midia",      "audio",       &carga_audio      },
    {"midia",      "sticker",     &carga_sticker    },
    {"reacao",     "reaction",    &carga_reaction   },
};

static const struct place carga_place = {.key = "carga"};

const struct format *
format_of(const char *formato, const struct json *carga)
{
    const char *named = json_string_of(carga, "type");

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i].formato, formato) == 0 && json_get(carga, formats[i].type))
            return !named || strcmp(named, formats[i].type) == 0 ? &formats[i] : NULL;
    return NULL;
}

bool
format_check(const struct format *format, const struct json *carga, struct fault *fault)
{
    return check_object(carga, format->rules, &carga_place, fault);
}

bool
format_check_texto(const struct json *carga, struct fault *fault)
{
    return check_object(carga, &carga_texto, &carga_place, fault);
}

bool
format_check_template(const struct json *carga, struct fault *fault)
{
    return check_object(carga, &carga_template, &carga_place, fault);
}
