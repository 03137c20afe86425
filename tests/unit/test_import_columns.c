/*
 * import_columns.h: headers as people write them, and what becomes of each cell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "import_columns.h"
#include "mem.h"

enum { FIELDS_MAX = 12 };

/* Splits "a;b;c" into a row; `room` keeps the text. */
static struct csvread_row
a_row(const char *text, char room[200], const char *fields[FIELDS_MAX])
{
    struct csvread_row row = {.line = 1, .fields = fields};

    snprintf(room, 200, "%s", text);
    fields[row.n++] = room;
    for (char *at = room; *at; at++)
        if (*at == ';') {
            *at = '\0';
            fields[row.n++] = at + 1;
        }
    return row;
}

static void
init(struct import_columns *columns, const char *header)
{
    char room[200];
    const char *fields[FIELDS_MAX];
    struct csvread_row row = a_row(header, room, fields);
    struct fault fault = {0};

    assert_int_equal(import_columns_init(columns, &row, &fault), RC_OK);
}

static void
headers_are_known_by_what_they_mean(void **state)
{
    static const struct {
        const char *header;
        const char *roles; /* one name a column, + for metadata */
    } rows[] = {
        {"nome;telefone;especialidade;tags;observacao",
         "nome telefone especialidade tags +"                                                                                         },
        {"aceita_mensagens;status;nascimento;fone",
         "aceita_mensagens status nascimento telefone"                                                                                },
        {"Regi\xC3\xA3o;TELEFONE;Nome Completo;Data de Nascimento;Situa\xC3\xA7\xC3\xA3o",
         "regiao telefone nome nascimento status"                                                                                     },
        {"Cliente;WhatsApp;Etiquetas;Opt-in",                                              "nome telefone tags aceita_mensagens"      },
        {"name;phone;birthday;city",                                                       "nome telefone nascimento regiao"          },
        {"paciente;fone;grupos;autoriza?",                                                 "nome telefone tags aceita_mensagens"      },
        {"contato",                                                                        "telefone"                                 },
        {"nome;contato",                                                                   "nome telefone"                            },
        {"contato;celular",                                                                "nome telefone"                            },
        {"contato;celular;telefone 2",                                                     "nome telefone telefone"                   },
        {"Paciente;DDD+Telefone;LGPD;DN",                                                  "nome telefone aceita_mensagens nascimento"},
        {"nome;N\xC2\xBA WhatsApp;Consente?",                                              "nome telefone aceita_mensagens"           },
        {"nome;celular;opt-out;e-mail",                                                    "nome telefone optout +"                   },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct import_columns columns;
        struct buf roles;

        buf_init(&roles, 1000);
        init(&columns, rows[i].header);
        for (int c = 0; c < columns.n; c++)
            buf_addf(&roles, "%s%s", c ? " " : "",
                columns.roles[c] == IMPORT_EXTRA ? "+"
                                                 : import_role_name(columns.roles[c]));
        if (strcmp(buf_text(&roles), rows[i].roles) != 0)
            fail_msg("%s: %s", rows[i].header, buf_text(&roles));
        buf_done(&roles);
        import_columns_done(&columns);
    }
    assert_int_equal(mem_live(), 0);
}

static void
without_a_phone_it_says_what_it_found(void **state)
{
    struct import_columns columns;
    char room[200];
    const char *fields[FIELDS_MAX];
    struct csvread_row row = a_row("Nome;E-mail;;Nome", room, fields);
    struct fault fault = {0};

    (void)state;
    assert_int_equal(import_columns_init(&columns, &row, &fault), RC_REJECTED);
    assert_string_equal(fault.text,
        "no column telefone, celular, whatsapp, fone, phone or contato; "
        "found: nome, e_mail, coluna_3, nome_2");
    import_columns_done(&columns);
    assert_int_equal(mem_live(), 0);
}

static void
the_preferred_cell_that_says_something_wins(void **state)
{
    static const struct {
        const char *row;
        const char *telefone;
        const char *nome;
        const char *metadata;
    } rows[] = {
        {"1;2;3;Ana;Bia;x", "2", "Ana",
         "{\"telefone\":\"1\",\"telefone_fixo\":\"3\",\"nome_2\":\"Bia\",\"e_mail\":"
            "\"x\"}"                                                      },
        {"1;;3;;Bia;",      "1", "Bia",
         "{\"telefone\":\"1\",\"telefone_fixo\":\"3\",\"nome_2\":\"Bia\"}"},
        {";;3",             "3", "",    "{\"telefone_fixo\":\"3\"}"       },
        {";;;;;;;;",        "",  "",    "{}"                              },
    };
    struct import_columns columns;

    (void)state;
    init(&columns, "telefone;celular;telefone fixo;nome;nome;e-mail");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char room[200];
        const char *fields[FIELDS_MAX];
        struct csvread_row row = a_row(rows[i].row, room, fields);
        struct buf metadata;

        buf_init(&metadata, 1000);
        assert_string_equal(
            import_cell(&columns, IMPORT_TELEFONE, &row), rows[i].telefone);
        assert_string_equal(import_cell(&columns, IMPORT_NOME, &row), rows[i].nome);
        import_metadata(&columns, &row, &metadata);
        assert_string_equal(buf_text(&metadata), rows[i].metadata);
        buf_done(&metadata);
    }
    import_columns_done(&columns);
    assert_int_equal(mem_live(), 0);
}

static void
every_column_of_tags_and_consent_counts(void **state)
{
    struct import_columns columns;
    char room[200];
    const char *fields[FIELDS_MAX];
    struct csvread_row row = a_row("1;vip;novo;;sim;n\xC3\xA3o", room, fields);
    struct buf out;

    (void)state;
    buf_init(&out, 1000);
    init(&columns, "fone;tags;tags;grupos;aceita;consentimento");
    import_cells(&columns, IMPORT_TAGS, &row, &out);
    assert_string_equal(buf_text(&out), "vip|novo");
    buf_clear(&out);
    import_cells(&columns, IMPORT_ACEITA, &row, &out);
    assert_string_equal(buf_text(&out), "sim|n\xC3\xA3o");
    buf_done(&out);
    import_columns_done(&columns);
}

static void
a_yes_is_said_in_many_ways(void **state)
{
    (void)state;
    assert_true(import_says_yes("Sim"));
    assert_true(import_says_yes(" X "));
    assert_true(import_says_yes("1"));
    assert_true(import_says_yes("Opt-out"));
    assert_false(import_says_yes(""));
    assert_false(import_says_yes("n\xC3\xA3o"));
    assert_false(import_says_yes("0"));
}

static void
each_failed_allocation_comes_down_clean(void **state)
{
    char room[200];
    const char *fields[FIELDS_MAX];
    struct csvread_row row =
        a_row("nome;telefone;observa\xC3\xA7\xC3\xA3o", room, fields);
    enum rc rc = RC_OOM;

    (void)state;
    for (int nth = 0; rc != RC_OK; nth++) {
        struct import_columns columns;
        struct fault fault = {0};

        mem_fail_at(nth);
        rc = import_columns_init(&columns, &row, &fault);
        mem_fail_at(-1);
        import_columns_done(&columns);
        assert_int_equal(mem_live(), 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_known_by_what_they_mean),
        cmocka_unit_test(without_a_phone_it_says_what_it_found),
        cmocka_unit_test(the_preferred_cell_that_says_something_wins),
        cmocka_unit_test(every_column_of_tags_and_consent_counts),
        cmocka_unit_test(a_yes_is_said_in_many_ways),
        cmocka_unit_test(each_failed_allocation_comes_down_clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
