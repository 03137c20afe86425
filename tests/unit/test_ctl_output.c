/* How carteiro shows rows: straight columns, and nothing that moves the cursor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "output.h"

static struct json *
read(const char *text)
{
    struct json *json = json_parse(text, strlen(text), NULL, NULL);

    assert_non_null(json);
    return json;
}

/* The text that `n` objects make as a table, or one as a row (n = 0); to be freed. */
static char *
show(const char *const *texts, int n)
{
    const struct json *rows[8];
    char *out = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&out, &bytes);
    int many = n > 0 ? n : 1;

    for (int i = 0; i < many; i++)
        rows[i] = read(texts[i]);
    if (n > 0)
        output_table(rows, n, file);
    else
        output_row(rows[0], file);
    (void)fclose(file);
    for (int i = 0; i < many; i++) {
        union {
            const struct json *from;
            struct json *to;
        } owned = {rows[i]};

        json_free(owned.to);
    }
    return out;
}

static void
a_row_is_aligned_and_inner_objects_are_dotted(void **state)
{
    const char *text =
        "{\"nome\":\"Ação\",\"envios\":{\"total\":3,\"ok\":true},\"tags\":[\"a\",\"b\"],"
        "\"nada\":null,\"vazio\":[]}";
    char *shown = show(&text, 0);

    (void)state;
    assert_string_equal(shown, "nome:         Ação\n"
                               "envios.total: 3\n"
                               "envios.ok:    sim\n"
                               "tags:         a, b\n"
                               "nada:         -\n"
                               "vazio:        -\n");
    free(shown);
}

static void
a_list_of_objects_is_a_table_below_its_name(void **state)
{
    const char *text =
        "{\"total\":2,\"amostra\":[{\"nome\":\"Ana\",\"n\":1},{\"nome\":\"Bia\"}]}";
    char *shown = show(&text, 0);

    (void)state;
    assert_string_equal(shown, "total:   2\n"
                               "amostra:\n"
                               "nome  n\n"
                               "Ana   1\n"
                               "Bia   -\n");
    free(shown);
}

static void
control_characters_do_not_reach_the_terminal(void **state)
{
    const char *text = "{\"nome\":\"a\\u001b[2Jb\\nc\\u009bd\\u007fe\"}";
    char *shown = show(&text, 0);

    (void)state;
    assert_string_equal(shown, "nome: a [2Jb c d e\n");
    free(shown);
}

static void
a_message_keeps_its_lines_and_no_other_control_character(void **state)
{
    const char *text = "{\"tipo\":\"a\",\"conteudo\":\"Oi!\\n\\na\\u001b[2J\\nfim: 1\"}";
    char *shown = show(&text, 0);

    (void)state;
    assert_string_equal(shown, "tipo:     a\n"
                               "conteudo:\n"
                               "    Oi!\n"
                               "\n"
                               "    a [2J\n"
                               "    fim: 1\n");
    free(shown);
}

static void
a_table_counts_characters_and_cuts_long_cells(void **state)
{
    const char *const texts[] = {
        "{\"nome\":\"Íris\",\"n\":1}",
        "{\"n\":20,\"nome\":\"José\"}",
        "{\"nome\":\"0123456789012345678901234567890123456789012345678901234567890\"}",
    };
    char *shown = show(texts, 3);

    (void)state;
    assert_string_equal(shown, "nome                                              n\n"
                               "Íris                                              1\n"
                               "José                                              20\n"
                               "012345678901234567890123456789012345678901234...  -\n");
    free(shown);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_aligned_and_inner_objects_are_dotted),
        cmocka_unit_test(a_list_of_objects_is_a_table_below_its_name),
        cmocka_unit_test(control_characters_do_not_reach_the_terminal),
        cmocka_unit_test(a_message_keeps_its_lines_and_no_other_control_character),
        cmocka_unit_test(a_table_counts_characters_and_cuts_long_cells),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
