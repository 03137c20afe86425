/*
 * whatsapp: each limit of each format, taken at the limit and refused one past it, the
 * refusal naming the path. `%s` in a row is a text of so many characters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>

#include "mem.h"
#include "whatsapp.h"

static enum rc
body_of(const char *formato, const char *carga, struct fault *fault)
{
    const struct whatsapp_mensagem mensagem = {
        .destino = "+5511987654321",
        .formato = formato,
        .carga = carga,
        .conteudo = "oi",
        .modelo_nome = "oi",
        .modelo_idioma = "pt_BR",
        .mensagem_id = "0190-a",
        .reserva_seq = 7,
    };
    struct buf out;

    *fault = (struct fault){0};
    buf_init(&out, 100000);
    enum rc rc = whatsapp_body(&mensagem, &out, fault);
    buf_done(&out);
    return rc;
}

/* `n` characters of two bytes each; to be freed. */
static char *
text_of(int n)
{
    struct buf out;
    char *taken;

    buf_init(&out, 100000);
    for (int i = 0; i < n; i++)
        buf_adds(&out, "é");
    taken = buf_take(&out);
    assert_non_null(taken);
    return taken;
}

/* `text` at every "%s" of `form`; to be freed. */
static char *
filled(const char *form, const char *text)
{
    struct buf out;
    const char *at;
    char *taken;

    buf_init(&out, 100000);
    for (; (at = strstr(form, "%s")); form = at + 2) {
        buf_add(&out, form, (size_t)(at - form));
        buf_adds(&out, text);
    }
    buf_adds(&out, form);
    taken = buf_take(&out);
    assert_non_null(taken);
    return taken;
}

#define BODY "\"body\":{\"text\":\"oi\"}"
#define REPLY(id, title)                                                                 \
    "{\"type\":\"reply\",\"reply\":{\"id\":\"" id "\",\"title\":\"" title "\"}}"
#define INTERACTIVE(type, rest) "{\"interactive\":{\"type\":\"" type "\"," rest "}}"
#define BUTTONS(list) INTERACTIVE("button", BODY ",\"action\":{\"buttons\":[" list "]}")
#define WITH(member)                                                                     \
    INTERACTIVE(                                                                         \
        "button", BODY "," member ",\"action\":{\"buttons\":[" REPLY("a", "b") "]}")
#define ROW(id) "{\"id\":\"" id "\",\"title\":\"t\"}"
#define LIST(rest) INTERACTIVE("list", BODY ",\"action\":{" rest "}")
#define SECTIONS(list) LIST("\"button\":\"Ver\",\"sections\":[" list "]")
#define CTA(text, url)                                                                   \
    INTERACTIVE("cta_url", BODY ",\"action\":{\"name\":\"cta_url\",\"parameters\":{"     \
                                "\"display_text\":\"" text "\",\"url\":\"" url "\"}}")
#define COMPONENT(rest) "{\"components\":[{" rest "}]}"
#define BUTTON(sub_type, index, param)                                                   \
    COMPONENT("\"type\":\"button\",\"sub_type\":\"" sub_type "\",\"index\":" index       \
              ",\"parameters\":[" param "]")
#define PARAMS(type, list) COMPONENT("\"type\":\"" type "\",\"parameters\":[" list "]")
#define TEXT_PARAM(text) "{\"type\":\"text\",\"text\":\"" text "\"}"

/* clang-format 14 crashes on such tables */
/* clang-format off */
static void
every_length_holds_at_its_limit_and_not_one_past_it(void **state)
{
    static const struct {
        const char *path, *formato, *carga;
        int max;
    } rows[] = {
        {"carga.interactive.action.buttons[1].reply.title", "interativo",
            BUTTONS(REPLY("a", "b") "," REPLY("c", "%s")), 20},
        {"carga.interactive.action.buttons[0].reply.id", "interativo",
            BUTTONS(REPLY("%s", "b")), 256},
        {"carga.interactive.body.text", "interativo",
            INTERACTIVE("button",
                "\"body\":{\"text\":\"%s\"},\"action\":{\"buttons\":[" REPLY(
                    "a", "b") "]}"),
            1024},
        {"carga.interactive.header.text", "interativo",
            WITH("\"header\":{\"type\":\"text\",\"text\":\"%s\"}"), 60},
        {"carga.interactive.footer.text", "interativo",
            WITH("\"footer\":{\"text\":\"%s\"}"), 60},
        {"carga.interactive.action.button", "interativo",
            LIST("\"button\":\"%s\",\"sections\":[{\"rows\":[" ROW("a") "]}]"), 20},
        {"carga.interactive.action.sections[0].title", "interativo",
            SECTIONS("{\"title\":\"%s\",\"rows\":[" ROW("a") "]}"), 24},
        {"carga.interactive.action.sections[0].rows[1].id", "interativo",
            SECTIONS("{\"rows\":[" ROW("a") "," ROW("%s") "]}"), 200},
        {"carga.interactive.action.sections[0].rows[0].title", "interativo",
            SECTIONS("{\"rows\":[{\"id\":\"a\",\"title\":\"%s\"}]}"), 24},
        {"carga.interactive.action.sections[0].rows[0].description", "interativo",
            SECTIONS("{\"rows\":[{\"id\":\"a\",\"title\":\"t\",\"description\":\"%s\"}]}"),
            72},
        {"carga.interactive.action.parameters.display_text", "interativo",
            CTA("%s", "https://x"), 20},
        {"carga.image.caption", "midia",
            "{\"image\":{\"id\":\"9\",\"caption\":\"%s\"}}", 1024},
        {"carga.document.caption", "midia",
            "{\"document\":{\"link\":\"https://x\",\"caption\":\"%s\"}}", 1024},
        {"carga.components[0].parameters[0].text", "template",
            PARAMS("header", TEXT_PARAM("%s")), 60},
        {"carga.components[0].parameters[1].text", "template",
            PARAMS("body", TEXT_PARAM("a") "," TEXT_PARAM("%s")), 1024},
        {"carga.components[0].parameters[0].payload", "template",
            BUTTON("quick_reply", "\"0\"", "{\"type\":\"payload\",\"payload\":\"%s\"}"),
            256},
        {"carga.components[0].parameters[0].coupon_code", "template",
            BUTTON("copy_code", "0", "{\"type\":\"coupon_code\",\"coupon_code\":\"%s\"}"),
            20},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *most = text_of(rows[i].max), *more = text_of(rows[i].max + 1);
        char *taken = filled(rows[i].carga, most), *refused = filled(rows[i].carga, more);
        char *empty = filled(rows[i].carga, "");
        char said[160];
        struct fault fault;

        if (body_of(rows[i].formato, taken, &fault) != RC_OK)
            fail_msg("%s", fault.text);
        assert_int_equal(body_of(rows[i].formato, refused, &fault), RC_REJECTED);
        snprintf(said, sizeof said, "%s: longer than %d characters", rows[i].path,
            rows[i].max);
        assert_string_equal(fault.text, said);
        assert_string_equal(fault.code, "carga");
        assert_int_equal(body_of(rows[i].formato, empty, &fault), RC_REJECTED);
        snprintf(said, sizeof said, "%s: empty", rows[i].path);
        assert_string_equal(fault.text, said);
        mem_free(most);
        mem_free(more);
        mem_free(taken);
        mem_free(refused);
        mem_free(empty);
    }
}

#define ROWS5(l) ROW(l "1") "," ROW(l "2") "," ROW(l "3") "," ROW(l "4") "," ROW(l "5")
#define SECTION(title, rows) "{\"title\":\"" title "\",\"rows\":[" rows "]}"

static void
what_length_does_not_say_is_refused_with_its_path(void **state)
{
    static const struct {
        const char *said, *formato, *carga;
    } rows[] = {
        {"carga.preview_url: expected true or false", "texto", "{\"preview_url\":1}"},
        {"carga.interactive.type: expected button, list or cta_url", "interativo",
            INTERACTIVE("carousel", BODY)},
        {"carga.interactive.body: missing", "interativo",
            "{\"interactive\":{\"type\":\"button\",\"action\":{\"buttons\":[" REPLY(
                "a", "b") "]}}}"},
        {"carga.interactive.foter: not known here", "interativo",
            WITH("\"foter\":{}")},
        {"carga.interactive.action.buttons: more than 3", "interativo",
            BUTTONS(REPLY("a", "1") "," REPLY("b", "2") "," REPLY("c", "3") "," REPLY(
                "d", "4"))},
        {"carga.interactive.action.buttons: empty", "interativo", BUTTONS("")},
        {"carga.interactive.action.buttons[1].reply.title: repeated", "interativo",
            BUTTONS(REPLY("a", "1") "," REPLY("b", "1"))},
        {"carga.interactive.action.buttons[2].reply.id: repeated", "interativo",
            BUTTONS(REPLY("a", "1") "," REPLY("b", "2") "," REPLY("a", "3"))},
        {"carga.interactive.action.buttons[0].reply.id: begins or ends with a blank",
            "interativo", BUTTONS(REPLY("a ", "1"))},
        {"carga.interactive.header.type: names a member that is not there", "interativo",
            WITH("\"header\":{\"type\":\"image\"}")},
        {"carga.interactive.header.image: expected one of id and link", "interativo",
            WITH("\"header\":{\"type\":\"image\",\"image\":{\"id\":\"1\",\"link\":"
                 "\"https://x\"}}")},
        {"carga.interactive.header.type: expected text", "interativo",
            INTERACTIVE("list", BODY
                ",\"header\":{\"type\":\"image\",\"text\":\"a\"},\"action\":{\"button\":"
                "\"Ver\",\"sections\":[{\"rows\":[" ROW("a") "]}]}")},
        {"carga.interactive.action.sections[1].title: missing, with more than one section",
            "interativo",
            SECTIONS(SECTION("a", ROW("1")) ",{\"rows\":[" ROW("2") "]}")},
        {"carga.interactive.action.sections: more than 10 rows in all", "interativo",
            SECTIONS(SECTION("a", ROWS5("a")) "," SECTION(
                "b", ROWS5("b")) "," SECTION("c", ROW("c")))},
        {"carga.interactive.action.sections[1].rows[0].id: repeated", "interativo",
            SECTIONS(SECTION("a", ROW("1")) "," SECTION("b", ROW("1")))},
        {"carga.interactive.action.parameters.url: expected https://...", "interativo",
            CTA("Abrir", "http://x")},
        {"carga.image: expected one of id and link", "midia", "{\"image\":{}}"},
        {"carga.image: expected one of id and link", "midia",
            "{\"image\":{\"id\":\"1\",\"link\":\"https://x\"}}"},
        {"carga.image.link: expected https://...", "midia",
            "{\"image\":{\"link\":\"http://x\"}}"},
        {"carga.image.link: expected https://...", "midia",
            "{\"image\":{\"link\":\"https://x y\"}}"},
        {"carga.image.id: expected digits", "midia", "{\"image\":{\"id\":\"a\"}}"},
        {"carga.image.filename: not known here", "midia",
            "{\"image\":{\"id\":\"1\",\"filename\":\"a\"}}"},
        {"carga.audio.caption: not known here", "midia",
            "{\"audio\":{\"id\":\"1\",\"caption\":\"a\"}}"},
        {"carga.sticker.caption: not known here", "midia",
            "{\"sticker\":{\"id\":\"1\",\"caption\":\"a\"}}"},
        {"carga.video: not known here", "midia",
            "{\"image\":{\"id\":\"1\"},\"video\":{\"id\":\"2\"}}"},
        {"carga.reaction.emoji: missing", "reacao",
            "{\"reaction\":{\"message_id\":\"wamid.A\"}}"},
        {"carga.reaction.message_id: expected the id of a message, wamid....", "reacao",
            "{\"reaction\":{\"message_id\":\"A\",\"emoji\":\"x\"}}"},
        {"carga.components: expected an array", "template", "{\"components\":{}}"},
        {"carga.components[0].type: expected header, body or button", "template",
            COMPONENT("\"type\":\"footer\"")},
        {"carga.components[0].sub_type: expected url, quick_reply or copy_code",
            "template", BUTTON("flow", "0", "")},
        {"carga.components[0].parameters: empty", "template", PARAMS("header", "")},
        {"carga.components[0].index: expected 0 to 9", "template",
            BUTTON("url", "10", TEXT_PARAM("a"))},
        {"carga.components[0].parameters[0].text: a line break or a tab", "template",
            BUTTON("url", "1", TEXT_PARAM("a\\nb"))},
        {"carga.components[0].parameters[0].type: names a member that is not there",
            "template", PARAMS("header", "{\"type\":\"image\"}")},
        {"carga.components[0].parameters[0].location.latitude: expected a number from -90 "
         "to 90",
            "template",
            PARAMS("header", "{\"type\":\"location\",\"location\":{\"latitude\":91,"
                             "\"longitude\":0}}")},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault;

        assert_int_equal(body_of(rows[i].formato, rows[i].carga, &fault), RC_REJECTED);
        assert_string_equal(fault.text, rows[i].said);
    }
}



static void
whole_messages_of_each_kind_are_taken(void **state)
{
    static const struct {
        const char *formato, *carga;
    } rows[] = {
        {"interativo", WITH("\"header\":{\"type\":\"document\",\"document\":{\"id\":1,"
                            "\"filename\":\"a.pdf\"}},\"footer\":{\"text\":\"f\"}")},
        {"interativo", SECTIONS(SECTION("a", ROWS5("a")) "," SECTION("b", ROWS5("b")))},
        {"interativo", CTA("Abrir", "https://x.com.br/a?b=c")},
        {"midia", "{\"audio\":{\"id\":\"1\",\"voice\":true}}"},
        {"midia", "{\"video\":{\"link\":\"https://x/v.mp4\",\"caption\":\"v\"}}"},
        {"midia", "{\"document\":{\"id\":\"1\",\"filename\":\"a.pdf\"}}"},
        {"reacao", "{\"reaction\":{\"message_id\":\"wamid.A\",\"emoji\":\"👍🏽\"}}"},
        {"template",
            PARAMS("header", "{\"type\":\"location\",\"location\":{\"latitude\":-23.5,"
                             "\"longitude\":-46.6,\"name\":\"Clinica\"}}")},
        {"template",
            PARAMS("body",
                "{\"type\":\"currency\",\"currency\":{\"fallback_value\":\"R$ 1\",\"code\":"
                "\"BRL\",\"amount_1000\":1000}},{\"type\":\"text\",\"parameter_name\":"
                "\"nome\",\"text\":\"Ana\"}")},
        {"template", BUTTON("url", "1", TEXT_PARAM("abc?x=1"))},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault;

        if (body_of(rows[i].formato, rows[i].carga, &fault) != RC_OK)
            fail_msg("%s: %s", rows[i].carga, fault.text);
    }
}

/* clang-format on */

/* Whatever stands in carga, it is taken or refused: each prefix and each changed byte of
 * a large one. */
static void
broken_carga_is_refused_not_followed(void **state)
{
    static const char carga[] =
        SECTIONS(SECTION("a", ROWS5("a")) "," SECTION("b", ROWS5("b")));
    static const char bytes[] = "{}[],:\"0ntx";
    struct fault fault;
    char *broken = mem_strdup(carga);

    (void)state;
    assert_non_null(broken);
    for (size_t i = 0; carga[i]; i++)
        for (size_t j = 0; j < sizeof bytes; j++) {
            broken[i] = bytes[j];
            enum rc rc = body_of("interativo", broken, &fault);
            assert_true(rc == RC_OK || (rc == RC_REJECTED && fault.text[0]));
            broken[i] = carga[i];
        }
    mem_free(broken);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_holds_at_its_limit_and_not_one_past_it),
        cmocka_unit_test(what_length_does_not_say_is_refused_with_its_path),
        cmocka_unit_test(whole_messages_of_each_kind_are_taken),
        cmocka_unit_test(broken_carga_is_refused_not_followed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
