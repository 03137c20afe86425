/*
 * whatsapp: bodies as the Cloud API wants them, and verdicts, one row and one reason
 * each. With CARTEIRO_FIXTURES it reads recorded answers too.
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

#define TEXT "\"type\":\"text\",\"text\":"
#define HEAD                                                                             \
    "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\","             \
    "\"to\":\"+5511987654321\","
#define TAIL ",\"biz_opaque_callback_data\":\"0190-a:7\"}"

static struct whatsapp_mensagem
mensagem_of(const char *formato)
{
    return (struct whatsapp_mensagem){
        .destino = "+5511987654321",
        .formato = formato,
        .mensagem_id = "0190-a",
        .reserva_seq = 7,
    };
}

static void
expect_body(const struct whatsapp_mensagem *mensagem, const char *why, const char *body)
{
    struct fault fault = {0};
    struct buf out;

    buf_init(&out, 100000);
    if (whatsapp_body(mensagem, &out, &fault) != RC_OK)
        fail_msg("%s: %s", why, fault.text);
    if (strcmp(buf_text(&out), body) != 0)
        fail_msg("%s:\n%s\n%s", why, buf_text(&out), body);
    buf_done(&out);
}

static void
expect_refused(
    const struct whatsapp_mensagem *mensagem, const char *why, const char *field)
{
    struct fault fault = {0};
    struct buf out;

    buf_init(&out, 100000);
    if (whatsapp_body(mensagem, &out, &fault) != RC_REJECTED)
        fail_msg("%s: taken", why);
    if (strcmp(fault.code, field) != 0 || strncmp(fault.text, field, strlen(field)) != 0)
        fail_msg("%s: %s, %s", why, fault.code, fault.text);
    assert_null(strstr(fault.text, "98765432"));
    buf_done(&out);
}

static void
a_text_goes_as_text(void **state)
{
    struct whatsapp_mensagem mensagem = mensagem_of("texto");

    (void)state;
    mensagem.conteudo = "Olá \"Ana\"!\n😊";
    expect_body(&mensagem, "quotes, line break, emoji",
        HEAD TEXT "{\"body\":\"Olá \\\"Ana\\\"!\\n😊\"}" TAIL);
}

#define BODY_PARAMS(list) "{\"type\":\"body\",\"parameters\":[" list "]}"
#define PARAM(text) "{\"type\":\"text\",\"text\":\"" text "\"}"
#define IMAGE_HEADER                                                                     \
    "{\"type\":\"header\",\"parameters\":[{\"type\":\"image\",\"image\":{\"id\":\"9\"}}" \
    "]}"
#define COMPONENTS(list) ",\"components\":[" list "]"

static void
a_template_goes_with_its_parameters(void **state)
{
    static const struct {
        const char *why, *parametros, *carga, *components;
    } rows[] = {
        {"none",                                              NULL,                   NULL,                                  ""},
        {"an empty list",                                     "[]",                   NULL,                                  ""},
        {"no names",                                          "{}",                   NULL,                                  ""},
        {"JSON null",                                         "null",                 "null",                                ""},
        {"two, in order",                                     "[\"Ana\", \"14h30\"]", NULL,
         COMPONENTS(BODY_PARAMS(PARAM("Ana") "," PARAM("14h30")))                                                              },
        {"by name",                                           "{\"nome\": \"Ana\"}",  NULL,
         COMPONENTS(BODY_PARAMS(
                "{\"type\":\"text\",\"parameter_name\":\"nome\",\"text\":\"Ana\"}"))                                           },
        {"a header first",                                    "[\"Ana\"]",            "{\"components\":[" IMAGE_HEADER "]}",
         COMPONENTS(IMAGE_HEADER "," BODY_PARAMS(PARAM("Ana")))                                                                },
        {"a header alone",                                    NULL,                   "{\"components\":[" IMAGE_HEADER "]}",
         COMPONENTS(IMAGE_HEADER)                                                                                              },
        {"four blanks are allowed",                           "[\"a    b\"]",         NULL,
         COMPONENTS(BODY_PARAMS(PARAM("a    b")))                                                                              },
        {"what the open window would take is no matter here", NULL,
         "{\"interactive\":{\"type\":\"button\"}}",                                                                          ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct whatsapp_mensagem mensagem = mensagem_of("template");
        char body[1000];

        mensagem.modelo_nome = "lembrete_24h";
        mensagem.modelo_idioma = "pt_BR";
        mensagem.conteudo = "the text that an open window would take";
        mensagem.parametros = rows[i].parametros;
        mensagem.carga = rows[i].carga;
        snprintf(body, sizeof body,
            HEAD "\"type\":\"template\",\"template\":{\"name\":\"lembrete_24h\","
                 "\"language\":{\"code\":\"pt_BR\"}%s}" TAIL,
            rows[i].components);
        expect_body(&mensagem, rows[i].why, body);
    }
}

#define CONTEXT ",\"context\":{\"message_id\":\"wamid.A\"}"

static void
other_formats_go_as_their_carga_says(void **state)
{
    static const struct {
        const char *why, *formato, *carga, *resposta_a, *body;
    } rows[] = {
        {"a link shown",                         "texto",  "{\"preview_url\":true}",     NULL,
         HEAD TEXT "{\"body\":\"oi\",\"preview_url\":true}" TAIL                                                                              },
        {"a link not shown",                     "texto",  "{\"preview_url\":false}",    NULL,
         HEAD TEXT "{\"body\":\"oi\"}" TAIL                                                                                                   },
        {"a reply",                              "texto",  NULL,                         "wamid.A", HEAD TEXT "{\"body\":\"oi\"}" CONTEXT TAIL},
        {"type left out",                        "midia",  "{\"image\":{\"id\":\"9\"}}", NULL,
         HEAD "\"type\":\"image\",\"image\":{\"id\":\"9\"}" TAIL                                                                              },
        {"type named, quoted by carga",          "midia",
         "{\"type\":\"document\",\"context\":{\"message_id\":\"wamid.A\"},"
            "\"document\":{\"link\":\"https://x\"}}",                                    NULL,
         HEAD
            "\"type\":\"document\",\"document\":{\"link\":\"https://x\"}" CONTEXT TAIL                                                        },
        {"what the template needs stays behind", "midia",
         "{\"sticker\":{\"id\":9},\"components\":[]}",                                   "wamid.A",
         HEAD "\"type\":\"sticker\",\"sticker\":{\"id\":9}" CONTEXT TAIL                                                                      },
        {"a reaction quotes nothing",            "reacao",
         "{\"reaction\":{\"message_id\":\"wamid.A\",\"emoji\":\"\"}}",                   "wamid.A",
         HEAD "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.A\","
                 "\"emoji\":\"\"}" TAIL                                                                                                       },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct whatsapp_mensagem mensagem = mensagem_of(rows[i].formato);

        mensagem.conteudo = "oi";
        mensagem.carga = rows[i].carga;
        mensagem.resposta_a = rows[i].resposta_a;
        expect_body(&mensagem, rows[i].why, rows[i].body);
    }
}

static void
typing_is_shown_for_a_message_of_theirs(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 1000);
    assert_int_equal(whatsapp_typing("wamid.A", &out), RC_OK);
    assert_string_equal(buf_text(&out), "{\"messaging_product\":\"whatsapp\",\"status\":"
                                        "\"read\",\"message_id\":\"wamid.A\","
                                        "\"typing_indicator\":{\"type\":\"text\"}}");
    assert_int_equal(whatsapp_typing("wamid.", &out), RC_REJECTED);
    assert_int_equal(whatsapp_typing("A\n", &out), RC_REJECTED);
    assert_int_equal(whatsapp_typing(NULL, &out), RC_REJECTED);
    buf_done(&out);
}

static void
what_meta_would_refuse_is_refused_with_its_field(void **state)
{
    static const struct {
        const char *why, *field, *formato, *conteudo, *modelo, *parametros, *carga;
    } rows[] = {
        {"no text",             "conteudo",    "texto",      NULL,  NULL, NULL,             NULL            },
        {"an empty text",       "conteudo",    "texto",      "",    NULL, NULL,             NULL            },
        {"blanks only",         "conteudo",    "texto",      " \n", NULL, NULL,             NULL            },
        {"no such format",      "formato",     "poema",      "a",   NULL, NULL,             NULL            },
        {"no template",         "modelo_nome", "template",   NULL,  NULL, NULL,             NULL            },
        {"capitals in a name",  "modelo_nome", "template",   NULL,  "A",  NULL,             NULL            },
        {"an empty parameter",  "parametros",  "template",   NULL,  "a",  "[\"\"]",         NULL            },
        {"blanks only",         "parametros",  "template",   NULL,  "a",  "[\"  \"]",       NULL            },
        {"a line break",        "parametros",  "template",   NULL,  "a",  "[\"a\\nb\"]",    NULL            },
        {"a tab",               "parametros",  "template",   NULL,  "a",  "[\"a\\tb\"]",    NULL            },
        {"five blanks",         "parametros",  "template",   NULL,  "a",  "[\"a     b\"]",  NULL            },
        {"a number",            "parametros",  "template",   NULL,  "a",  "[3]",            NULL            },
        {"a null",              "parametros",  "template",   NULL,  "a",  "[null]",         NULL            },
        {"a NUL",               "parametros",  "template",   NULL,  "a",  "[\"a\\u0000\"]", NULL            },
        {"a text alone",        "parametros",  "template",   NULL,  "a",  "\"a\"",          NULL            },
        {"not JSON",            "parametros",  "template",   NULL,  "a",  "[",              NULL            },
        {"not JSON",            "carga",       "template",   NULL,  "a",  NULL,             "{"             },
        {"nothing to send",     "carga",       "interativo", NULL,  NULL, NULL,             NULL            },
        {"of another kind",     "carga",       "interativo", NULL,  NULL, NULL,             "{\"image\":{}}"},
        {"type says otherwise", "carga",       "midia",      NULL,  NULL, NULL,
         "{\"type\":\"video\",\"image\":{}}"                                                                },
        {"another recipient",   "carga",       "midia",      NULL,  NULL, NULL,
         "{\"image\":{\"id\":\"1\"},\"to\":\"5511900000000\"}"                                              },
        {"not an object",       "carga",       "midia",      NULL,  NULL, NULL,             "[]"            },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct whatsapp_mensagem mensagem = mensagem_of(rows[i].formato);

        mensagem.conteudo = rows[i].conteudo;
        mensagem.modelo_nome = rows[i].modelo;
        mensagem.modelo_idioma = "pt_BR";
        mensagem.parametros = rows[i].parametros;
        mensagem.carga = rows[i].carga;
        expect_refused(&mensagem, rows[i].why, rows[i].field);
    }
}

/* `n` times `unit`; to be freed. */
static char *
repeat(const char *unit, size_t n)
{
    struct buf out;
    char *taken;

    buf_init(&out, 100000);
    for (size_t i = 0; i < n; i++)
        buf_adds(&out, unit);
    taken = buf_take(&out);
    assert_non_null(taken);
    return taken;
}

static void
lengths_are_characters_not_bytes(void **state)
{
    struct whatsapp_mensagem mensagem = mensagem_of("texto");
    char *text = repeat("é", 4096), *longer = repeat("é", 4097), *id = repeat("a", 511);
    char params[1100];
    struct fault fault;
    struct buf out;

    (void)state;
    buf_init(&out, 100000);
    mensagem.conteudo = text;
    assert_int_equal(whatsapp_body(&mensagem, &out, &fault), RC_OK);
    mensagem.conteudo = longer;
    expect_refused(&mensagem, "4097 characters", "conteudo");
    mensagem.conteudo = "a";
    mensagem.mensagem_id = id;
    expect_refused(&mensagem, "a key of 513 bytes", "mensagem_id");
    mensagem = mensagem_of("template");
    mensagem.modelo_nome = "a";
    mensagem.modelo_idioma = "pt_BR";
    mem_free(text);
    text = repeat("a", 1025);
    snprintf(params, sizeof params, "[\"%s\"]", text);
    mensagem.parametros = params;
    expect_refused(&mensagem, "a parameter of 1025 characters", "parametros");
    buf_done(&out);
    mem_free(text);
    mem_free(longer);
    mem_free(id);
}

static void
a_destination_is_a_phone_number_or_a_user_id(void **state)
{
    static const char *const bad[] = {"", "+", "abc", "+55 11 98765", "+0511987654321",
        "123456", "1234567890123456", "5511\r\n", "a@b.c", "BR.", "B.12", "BR12",
        "BR.1 2", "br.12", "BR.ENT.", "BRA.12"};
    struct whatsapp_mensagem mensagem = mensagem_of("texto");

    (void)state;
    mensagem.conteudo = "oi";
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mensagem.destino = bad[i];
        expect_refused(&mensagem, bad[i], "destino");
    }
    mensagem.destino = NULL;
    expect_refused(&mensagem, "none", "destino");
    mensagem.destino = "5511987654321";
    expect_body(&mensagem, "without plus",
        "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\","
        "\"to\":\"5511987654321\"," TEXT "{\"body\":\"oi\"}" TAIL);
    mensagem.destino = "BR.13491208655302741918";
    expect_body(&mensagem, "who shows no phone",
        "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\","
        "\"recipient\":\"BR.13491208655302741918\"," TEXT "{\"body\":\"oi\"}" TAIL);
}

static void
a_body_that_does_not_fit_is_not_sent(void **state)
{
    struct whatsapp_mensagem mensagem = mensagem_of("texto");
    struct fault fault;
    struct buf out;

    (void)state;
    buf_init(&out, 100);
    mensagem.conteudo = "oi";
    assert_int_equal(whatsapp_body(&mensagem, &out, &fault), RC_OOM);
    buf_done(&out);
}

static void
paths_take_digits_only(void **state)
{
    static const struct {
        const char *version, *id, *path;
    } rows[] = {
        {"v24.0",   "106540352242922",       "/v24.0/106540352242922/messages"},
        {"v24.0",   "1234",                  NULL                             },
        {"v24.0",   "123456789012345678901", NULL                             },
        {"v24.0",   "12345/../x",            NULL                             },
        {"v24.0",   "12345\r\n",             NULL                             },
        {"v24.0",   "",                      NULL                             },
        {"24.0",    "12345",                 NULL                             },
        {"v24",     "12345",                 NULL                             },
        {"v24.",    "12345",                 NULL                             },
        {"v.0",     "12345",                 NULL                             },
        {"v24.0/x", "12345",                 NULL                             },
        {"",        "12345",                 NULL                             },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out;
        enum rc rc;

        buf_init(&out, 1000);
        rc = whatsapp_messages_path(rows[i].version, rows[i].id, &out);
        assert_int_equal(rc, rows[i].path ? RC_OK : RC_REJECTED);
        assert_string_equal(buf_text(&out), rows[i].path ? rows[i].path : "");
        buf_done(&out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_goes_as_text),
        cmocka_unit_test(a_template_goes_with_its_parameters),
        cmocka_unit_test(other_formats_go_as_their_carga_says),
        cmocka_unit_test(typing_is_shown_for_a_message_of_theirs),
        cmocka_unit_test(what_meta_would_refuse_is_refused_with_its_field),
        cmocka_unit_test(lengths_are_characters_not_bytes),
        cmocka_unit_test(a_destination_is_a_phone_number_or_a_user_id),
        cmocka_unit_test(a_body_that_does_not_fit_is_not_sent),
        cmocka_unit_test(paths_take_digits_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
