/*
 * The words that clinics and their systems write over their columns. Rank orders columns
 * of one meaning: whoever has both a WhatsApp number and a landline is written to on the
 * former.
 */
#include "import_columns.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "mem.h"

enum { KEY_BYTES_MAX = 60 };

static const struct synonym {
    const char *key;
    enum import_role role;
    int rank;
} SYNONYMS[] = {
    {"nome",                     IMPORT_NOME,          0},
    {"nome_completo",            IMPORT_NOME,          0},
    {"name",                     IMPORT_NOME,          1},
    {"full_name",                IMPORT_NOME,          1},
    {"nome_do_cliente",          IMPORT_NOME,          1},
    {"nome_cliente",             IMPORT_NOME,          1},
    {"nome_do_paciente",         IMPORT_NOME,          1},
    {"nome_paciente",            IMPORT_NOME,          1},
    {"nome_do_contato",          IMPORT_NOME,          1},
    {"nome_contato",             IMPORT_NOME,          1},
    {"cliente",                  IMPORT_NOME,          2},
    {"paciente",                 IMPORT_NOME,          2},
    {"tutor",                    IMPORT_NOME,          3},
    {"medico",                   IMPORT_NOME,          3},
    {"primeiro_nome",            IMPORT_NOME,          4},
    {"first_name",               IMPORT_NOME,          4},
    {"whatsapp",                 IMPORT_TELEFONE,      0},
    {"whats",                    IMPORT_TELEFONE,      0},
    {"zap",                      IMPORT_TELEFONE,      0},
    {"wpp",                      IMPORT_TELEFONE,      0},
    {"numero_whatsapp",          IMPORT_TELEFONE,      0},
    {"numero_do_whatsapp",       IMPORT_TELEFONE,      0},
    {"telefone_whatsapp",        IMPORT_TELEFONE,      0},
    {"celular_whatsapp",         IMPORT_TELEFONE,      0},
    {"n_whatsapp",               IMPORT_TELEFONE,      0},
    {"no_whatsapp",              IMPORT_TELEFONE,      0},
    {"numero_de_whatsapp",       IMPORT_TELEFONE,      0},
    {"ddd_whatsapp",             IMPORT_TELEFONE,      0},
    {"whatsapp_ddd",             IMPORT_TELEFONE,      0},
    {"whatsapp_celular",         IMPORT_TELEFONE,      0},
    {"celular",                  IMPORT_TELEFONE,      1},
    {"cel",                      IMPORT_TELEFONE,      1},
    {"celular_1",                IMPORT_TELEFONE,      1},
    {"celular1",                 IMPORT_TELEFONE,      1},
    {"telefone_celular",         IMPORT_TELEFONE,      1},
    {"tel_celular",              IMPORT_TELEFONE,      1},
    {"fone_celular",             IMPORT_TELEFONE,      1},
    {"numero_celular",           IMPORT_TELEFONE,      1},
    {"numero_do_celular",        IMPORT_TELEFONE,      1},
    {"mobile",                   IMPORT_TELEFONE,      1},
    {"ddd_celular",              IMPORT_TELEFONE,      1},
    {"celular_com_ddd",          IMPORT_TELEFONE,      1},
    {"mobile_phone",             IMPORT_TELEFONE,      1},
    {"cell",                     IMPORT_TELEFONE,      1},
    {"telefone",                 IMPORT_TELEFONE,      2},
    {"telefone_1",               IMPORT_TELEFONE,      2},
    {"telefone1",                IMPORT_TELEFONE,      2},
    {"telefone_principal",       IMPORT_TELEFONE,      2},
    {"telefone_de_contato",      IMPORT_TELEFONE,      2},
    {"telefone_contato",         IMPORT_TELEFONE,      2},
    {"telefone_do_cliente",      IMPORT_TELEFONE,      2},
    {"telefone_cliente",         IMPORT_TELEFONE,      2},
    {"numero_de_telefone",       IMPORT_TELEFONE,      2},
    {"numero_telefone",          IMPORT_TELEFONE,      2},
    {"telefones",                IMPORT_TELEFONE,      2},
    {"ddd_telefone",             IMPORT_TELEFONE,      2},
    {"telefone_com_ddd",         IMPORT_TELEFONE,      2},
    {"telefone_ddd",             IMPORT_TELEFONE,      2},
    {"tel",                      IMPORT_TELEFONE,      2},
    {"fone",                     IMPORT_TELEFONE,      2},
    {"fone_1",                   IMPORT_TELEFONE,      2},
    {"fone1",                    IMPORT_TELEFONE,      2},
    {"phone",                    IMPORT_TELEFONE,      2},
    {"phone_number",             IMPORT_TELEFONE,      2},
    {"phone_1_value",            IMPORT_TELEFONE,      2},
    {"telephone",                IMPORT_TELEFONE,      2},
    {"numero",                   IMPORT_TELEFONE,      3},
    {"contato",                  IMPORT_TELEFONE,      4},
    {"telefone_2",               IMPORT_TELEFONE,      5},
    {"telefone2",                IMPORT_TELEFONE,      5},
    {"celular_2",                IMPORT_TELEFONE,      5},
    {"celular2",                 IMPORT_TELEFONE,      5},
    {"fone_2",                   IMPORT_TELEFONE,      5},
    {"fone2",                    IMPORT_TELEFONE,      5},
    {"telefone_residencial",     IMPORT_TELEFONE,      6},
    {"telefone_fixo",            IMPORT_TELEFONE,      6},
    {"telefone_comercial",       IMPORT_TELEFONE,      7},
    {"especialidade",            IMPORT_ESPECIALIDADE, 0},
    {"especialidade_nome",       IMPORT_ESPECIALIDADE, 0},
    {"especialidades",           IMPORT_ESPECIALIDADE, 0},
    {"especialidade_medica",     IMPORT_ESPECIALIDADE, 0},
    {"specialty",                IMPORT_ESPECIALIDADE, 1},
    {"regiao",                   IMPORT_REGIAO,        0},
    {"region",                   IMPORT_REGIAO,        0},
    {"zona",                     IMPORT_REGIAO,        1},
    {"bairro",                   IMPORT_REGIAO,        2},
    {"cidade",                   IMPORT_REGIAO,        3},
    {"municipio",                IMPORT_REGIAO,        3},
    {"city",                     IMPORT_REGIAO,        3},
    {"tags",                     IMPORT_TAGS,          0},
    {"tag",                      IMPORT_TAGS,          0},
    {"etiquetas",                IMPORT_TAGS,          0},
    {"etiqueta",                 IMPORT_TAGS,          0},
    {"grupos",                   IMPORT_TAGS,          0},
    {"grupo",                    IMPORT_TAGS,          0},
    {"marcadores",               IMPORT_TAGS,          0},
    {"labels",                   IMPORT_TAGS,          0},
    {"label",                    IMPORT_TAGS,          0},
    {"aceita_mensagens",         IMPORT_ACEITA,        0},
    {"aceita_mensagem",          IMPORT_ACEITA,        0},
    {"aceita_receber_mensagens", IMPORT_ACEITA,        0},
    {"aceita_receber",           IMPORT_ACEITA,        0},
    {"aceita_whatsapp",          IMPORT_ACEITA,        0},
    {"aceita_marketing",         IMPORT_ACEITA,        0},
    {"aceita_contato",           IMPORT_ACEITA,        0},
    {"aceita",                   IMPORT_ACEITA,        0},
    {"aceite",                   IMPORT_ACEITA,        0},
    {"recebe_mensagens",         IMPORT_ACEITA,        0},
    {"quer_receber_mensagens",   IMPORT_ACEITA,        0},
    {"permite_mensagens",        IMPORT_ACEITA,        0},
    {"consentimento",            IMPORT_ACEITA,        0},
    {"consentimento_lgpd",       IMPORT_ACEITA,        0},
    {"lgpd",                     IMPORT_ACEITA,        0},
    {"aceite_lgpd",              IMPORT_ACEITA,        0},
    {"aceita_lgpd",              IMPORT_ACEITA,        0},
    {"termo_lgpd",               IMPORT_ACEITA,        0},
    {"consente",                 IMPORT_ACEITA,        0},
    {"consente_mensagens",       IMPORT_ACEITA,        0},
    {"consentiu",                IMPORT_ACEITA,        0},
    {"marketing",                IMPORT_ACEITA,        0},
    {"permite_marketing",        IMPORT_ACEITA,        0},
    {"recebe_marketing",         IMPORT_ACEITA,        0},
    {"autoriza_marketing",       IMPORT_ACEITA,        0},
    {"consent",                  IMPORT_ACEITA,        0},
    {"opt_in",                   IMPORT_ACEITA,        0},
    {"optin",                    IMPORT_ACEITA,        0},
    {"autoriza",                 IMPORT_ACEITA,        0},
    {"autoriza_mensagens",       IMPORT_ACEITA,        0},
    {"autoriza_contato",         IMPORT_ACEITA,        0},
    {"autoriza_whatsapp",        IMPORT_ACEITA,        0},
    {"autorizacao",              IMPORT_ACEITA,        0},
    {"status",                   IMPORT_STATUS,        0},
    {"situacao",                 IMPORT_STATUS,        0},
    {"situacao_cadastral",       IMPORT_STATUS,        0},
    {"optout",                   IMPORT_DESCADASTRO,   0},
    {"opt_out",                  IMPORT_DESCADASTRO,   0},
    {"descadastrado",            IMPORT_DESCADASTRO,   0},
    {"descadastro",              IMPORT_DESCADASTRO,   0},
    {"bloqueado",                IMPORT_DESCADASTRO,   0},
    {"nao_perturbe",             IMPORT_DESCADASTRO,   0},
    {"unsubscribed",             IMPORT_DESCADASTRO,   0},
    {"nascimento",               IMPORT_NASCIMENTO,    0},
    {"data_de_nascimento",       IMPORT_NASCIMENTO,    0},
    {"data_nascimento",          IMPORT_NASCIMENTO,    0},
    {"data_nasc",                IMPORT_NASCIMENTO,    0},
    {"dt_nascimento",            IMPORT_NASCIMENTO,    0},
    {"dt_nasc",                  IMPORT_NASCIMENTO,    0},
    {"nasc",                     IMPORT_NASCIMENTO,    0},
    {"dn",                       IMPORT_NASCIMENTO,    0},
    {"birthday",                 IMPORT_NASCIMENTO,    0},
    {"birthdate",                IMPORT_NASCIMENTO,    0},
    {"birth_date",               IMPORT_NASCIMENTO,    0},
    {"date_of_birth",            IMPORT_NASCIMENTO,    0},
    {"aniversario",              IMPORT_NASCIMENTO,    1},
    {"data_de_aniversario",      IMPORT_NASCIMENTO,    1},
};

const char *
import_role_name(enum import_role role)
{
    static const char *const names[] = {"nome", "telefone", "especialidade", "regiao",
        "tags", "aceita_mensagens", "status", "optout", "nascimento"};

    assert(role < IMPORT_ROLES);
    return names[role];
}

static const struct synonym *
find_synonym(const char *key)
{
    for (size_t i = 0; i < sizeof(SYNONYMS) / sizeof(SYNONYMS[0]); i++)
        if (strcmp(SYNONYMS[i].key, key) == 0)
            return &SYNONYMS[i];
    return NULL;
}

static bool
has_key(const struct import_columns *columns, int before, const char *key)
{
    for (int i = 0; i < before; i++)
        if (strcmp(columns->keys[i], key) == 0)
            return true;
    return false;
}

/* `key` as one that no column before `i` has; NULL: out of memory. */
static char *
make_unique(const struct import_columns *columns, int i, const char *key)
{
    struct buf unique;

    buf_init(&unique, KEY_BYTES_MAX + 16);
    buf_adds(&unique, key);
    for (int n = 2; has_key(columns, i, buf_text(&unique)); n++) {
        buf_clear(&unique);
        buf_addf(&unique, "%s_%d", key, n);
    }
    return buf_take(&unique);
}

/* Puts column `i` among those of its role, after all of at most its rank. */
static void
place(struct import_columns *columns, int i, const struct synonym *synonym)
{
    enum import_role role = synonym->role;
    int *of = columns->of[role];
    int at = columns->n_of[role];

    if (at == IMPORT_SAME_ROLE_MAX)
        return;
    while (at > 0 && columns->ranks[of[at - 1]] > synonym->rank) {
        of[at] = of[at - 1];
        at--;
    }
    of[at] = i;
    columns->n_of[role]++;
    columns->ranks[i] = synonym->rank;
    columns->roles[i] = role;
}

static enum rc
add_column(struct import_columns *columns, const char *header)
{
    const struct synonym *synonym;
    struct buf folded;
    char key[KEY_BYTES_MAX + 1];
    int i = columns->n;

    buf_init(&folded, 4 * (size_t)CSVREAD_FIELD_BYTES_MAX);
    text_fold(header, &folded);
    if (folded.bytes == 0)
        buf_addf(&folded, "coluna_%d", i + 1);
    (void)snprintf(key, sizeof(key), "%s", buf_text(&folded)); /* cut on purpose */
    buf_done(&folded);

    columns->keys[i] = make_unique(columns, i, key);
    if (!columns->keys[i])
        return RC_OOM;
    columns->n++;
    columns->roles[i] = IMPORT_EXTRA;
    synonym = find_synonym(key);
    if (synonym)
        place(columns, i, synonym);
    return RC_OK;
}

/* "Contato" is a phone when nothing else is, else a name when nothing else is. */
static void
settle_contato(struct import_columns *columns)
{
    int *of = columns->of[IMPORT_TELEFONE];
    int n = columns->n_of[IMPORT_TELEFONE];
    int at = 0;

    while (at < n && strcmp(columns->keys[of[at]], "contato") != 0)
        at++;
    if (n < 2 || at == n || columns->n_of[IMPORT_NOME] > 0)
        return;
    columns->roles[of[at]] = IMPORT_NOME;
    columns->of[IMPORT_NOME][columns->n_of[IMPORT_NOME]++] = of[at];
    memmove(of + at, of + at + 1, (size_t)(n - at - 1) * sizeof(*of));
    columns->n_of[IMPORT_TELEFONE]--;
}

static void
say_no_phone(const struct import_columns *columns, struct fault *fault)
{
    char found[90];
    struct buf list;

    buf_over(&list, found, sizeof(found));
    for (int i = 0; i < columns->n && !list.is_bad; i++)
        buf_addf(&list, "%s%s", i ? ", " : "", columns->keys[i]);
    fault_set(fault, "csv", "no_phone_column",
        "no column telefone, celular, whatsapp, fone, phone or contato; found: %s",
        columns->n ? buf_text(&list) : "nothing");
}

enum rc
import_columns_init(
    struct import_columns *columns, const struct csvread_row *header, struct fault *fault)
{
    *columns = (struct import_columns){0};
    for (int i = 0; i < header->n; i++) {
        if (add_column(columns, header->fields[i]) == RC_OK)
            continue;
        fault_set(fault, "csv", "memory", "out of memory");
        return RC_OOM;
    }
    settle_contato(columns);
    if (columns->n_of[IMPORT_TELEFONE] > 0)
        return RC_OK;
    say_no_phone(columns, fault);
    return RC_REJECTED;
}

void
import_columns_done(struct import_columns *columns)
{
    for (int i = 0; i < columns->n; i++)
        mem_free(columns->keys[i]);
    columns->n = 0;
}

static const char *
field(const struct csvread_row *row, int column)
{
    return column < row->n ? row->fields[column] : "";
}

const char *
import_cell(const struct import_columns *columns, enum import_role role,
    const struct csvread_row *row)
{
    for (int i = 0; i < columns->n_of[role]; i++)
        if (field(row, columns->of[role][i])[0])
            return field(row, columns->of[role][i]);
    return "";
}

void
import_cells(const struct import_columns *columns, enum import_role role,
    const struct csvread_row *row, struct buf *out)
{
    bool is_first = true;

    for (int i = 0; i < columns->n_of[role]; i++) {
        const char *cell = field(row, columns->of[role][i]);

        if (!cell[0])
            continue;
        if (!is_first)
            buf_addc(out, '|');
        buf_adds(out, cell);
        is_first = false;
    }
}

/* Tags, consent and opt-out count in every column. Of the others, what is not the first
 * choice is kept as metadata: a landline beside the mobile, a city beside the district.
 */
static bool
is_kept_apart(const struct import_columns *columns, int column)
{
    enum import_role role = columns->roles[column];

    switch (role) {
    case IMPORT_NOME:
    case IMPORT_TELEFONE:
    case IMPORT_ESPECIALIDADE:
    case IMPORT_REGIAO:
    case IMPORT_NASCIMENTO:
        return columns->of[role][0] != column;
    case IMPORT_TAGS:
    case IMPORT_ACEITA:
    case IMPORT_STATUS:
    case IMPORT_DESCADASTRO:
        return false;
    case IMPORT_EXTRA:
        return true;
    }
    return true;
}

void
import_metadata(
    const struct import_columns *columns, const struct csvread_row *row, struct buf *out)
{
    int n = row->n < columns->n ? row->n : columns->n;
    bool is_first = true;

    buf_addc(out, '{');
    for (int i = 0; i < n; i++) {
        if (!row->fields[i][0] || !is_kept_apart(columns, i))
            continue;
        if (!is_first)
            buf_addc(out, ',');
        buf_add_json(out, columns->keys[i]);
        buf_addc(out, ':');
        buf_add_json(out, row->fields[i]);
        is_first = false;
    }
    buf_addc(out, '}');
}

bool
import_is_empty(const struct csvread_row *row)
{
    for (int i = 0; i < row->n; i++)
        if (row->fields[i][0])
            return false;
    return true;
}

bool
import_says_yes(const char *cell)
{
    static const char *const words[] = {
        "sim", "s", "yes", "y", "true", "verdadeiro", "1", "x", "v", "optout", "opt_out"};
    struct buf folded;
    bool is_yes = false;

    buf_init(&folded, 4 * (size_t)CSVREAD_FIELD_BYTES_MAX);
    text_fold(cell, &folded);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !is_yes; i++)
        is_yes = strcmp(buf_text(&folded), words[i]) == 0;
    buf_done(&folded);
    return is_yes;
}
