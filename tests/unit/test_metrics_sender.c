/*
 * meters.h of the sender: labels are bounded, and an objective has a bucket of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mem.h"
#include "meters.h"
#include "metrics.h"
#include "whatsapp.h"

static int
forget(void **state)
{
    (void)state;
    metrics_forget();
    assert_int_equal(mem_live(), 0);
    return 0;
}

static int
count_of(const char *wanted)
{
    struct buf out;
    int n = 0;

    buf_init(&out, 1 << 20);
    metrics_write(&out);
    assert_false(out.is_bad);
    for (const char *at = buf_text(&out); (at = strstr(at, wanted)); at++)
        n++;
    buf_done(&out);
    return n;
}

static void
a_hundred_numbers_have_a_name_and_the_others_are_one(void **state)
{
    const struct whatsapp_judgement ok = {
        .verdict = WHATSAPP_SENT, .class_ = WHATSAPP_OK};

    (void)state;
    for (int numero = 1; numero <= 250; numero++) {
        meters_posted(numero, &ok, 5);
        meters_tokens(numero, 1, 0);
        meters_limite(numero, 80);
    }
    assert_int_equal(count_of("\ncarteiro_envios_total{"), 101);
    assert_int_equal(
        count_of("\ncarteiro_envios_total{numero=\"100\",classe=\"ok\"} 1\n"), 1);
    assert_int_equal(
        count_of("\ncarteiro_envios_total{numero=\"outros\",classe=\"ok\"} 150\n"), 1);
    assert_int_equal(count_of("\ncarteiro_fichas_total{"), 202);
    assert_int_equal(count_of("\ncarteiro_numero_limite_por_segundo{"), 101);
}

static void
all_classes_of_all_numbers_have_room(void **state)
{
    struct whatsapp_judgement judgement = {.verdict = WHATSAPP_RETRY};

    (void)state;
    for (int numero = 1; numero <= 101; numero++)
        for (enum whatsapp_class each = 0; each < WHATSAPP_CLASSES; each++) {
            judgement.class_ = each;
            meters_posted(numero, &judgement, 5);
        }
    assert_int_equal(count_of("\ncarteiro_envios_total{"), 101 * WHATSAPP_CLASSES);
    assert_int_equal(count_of("classe=\"outros\""), 0);
}

static void
lateness_has_a_bucket_at_thirty_seconds_and_only_known_tipos(void **state)
{
    (void)state;
    meters_accepted(meters_tipo("lembrete"), 30000, 1);
    meters_accepted(meters_tipo("lembrete"), 30001, 2);
    meters_accepted(meters_tipo("Dona Ana"), 1, 1);
    assert_int_equal(
        count_of("carteiro_atraso_envio_seconds_bucket{tipo=\"lembrete\",le=\"30\"} 1\n"),
        1);
    assert_int_equal(
        count_of("carteiro_atraso_envio_seconds_count{tipo=\"lembrete\"} 2\n"), 1);
    assert_int_equal(
        count_of("carteiro_atraso_envio_seconds_count{tipo=\"outros\"} 1\n"), 1);
    assert_int_equal(count_of("Dona Ana"), 0);
}

#define FORGETTING(test) cmocka_unit_test_teardown(test, forget)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        FORGETTING(a_hundred_numbers_have_a_name_and_the_others_are_one),
        FORGETTING(all_classes_of_all_numbers_have_room),
        FORGETTING(lateness_has_a_bucket_at_thirty_seconds_and_only_known_tipos),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
