/*
 * event.h: what a webhook's body holds, one event each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "event.h"
#include "json.h"
#include "mem.h"

#define ENVELOPE(changes)                                                                \
    "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"102290129340398\","  \
    "\"time\":1769900000,\"changes\":[" changes "]}]}"
#define VALUE(rest)                                                                      \
    "{\"value\":{\"messaging_product\":\"whatsapp\",\"metadata\":{"                      \
    "\"display_phone_number\":\"+55 11 5555-0100\",\"phone_number_id\":"                 \
    "\"106540352242922\"}," rest "},\"field\":\"messages\"}"

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define LONG FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY

static struct events events;

static void
read_text(const char *body)
{
    events_done(&events);
    assert_int_equal(events_read(&events, body, strlen(body)), RC_OK);
}

static int
tear_down(void **state)
{
    (void)state;
    events_done(&events);
    assert_int_equal(mem_live(), 0);
    return 0;
}

static void
assert_text(size_t place, const char *expected)
{
    if (expected)
        assert_string_equal(event_text(&events, place), expected);
    else
        assert_int_equal(place, 0);
}

/* The member of an event's corpo at `path` of one or two keys. */
static void
assert_corpo(int index, const char *outer, const char *inner, const char *expected)
{
    const char *text = event_text(&events, events.list[index].corpo);
    struct fault fault;
    struct json *root = json_parse(text, strlen(text), NULL, &fault);

    assert_non_null(root);
    if (inner)
        assert_string_equal(json_string_of(json_get(root, outer), inner), expected);
    else
        assert_string_equal(json_string_of(root, outer), expected);
    json_free(root);
}

static void
a_status_says_whose_what_and_when(void **state)
{
    const struct event *event;

    (void)state;
    read_text(ENVELOPE(VALUE(
        "\"statuses\":[{\"id\":\"wamid.A\",\"status\":\"failed\",\"timestamp\":"
        "\"1769900001\",\"recipient_id\":\"5511999990000\",\"biz_opaque_callback_data\":"
        "\"0197f0a0-0000-7000-8000-000000000001:3\",\"errors\":[{\"code\":131026},"
        "{\"code\":1}]}]")));
    assert_int_equal(events.n, 1);
    event = &events.list[0];
    assert_int_equal(event->kind, EVENT_STATUS);
    assert_text(event->tipo, "status");
    assert_text(event->waba, "102290129340398");
    assert_text(event->numero, "106540352242922");
    assert_text(event->wamid, "wamid.A");
    assert_text(event->situacao, "failed");
    assert_text(event->chave, "0197f0a0-0000-7000-8000-000000000001:3");
    assert_int_equal(event->codigo, 131026);
    assert_int_equal(event->ocorrido, 1769900001);
    assert_corpo(0, "recipient_id", NULL, "5511999990000");
}

static void
a_time_may_be_a_number_or_nonsense(void **state)
{
    static const struct {
        const char *why;
        const char *time;
        int64_t ocorrido;
    } rows[] = {
        {"a text of digits",     "\"1769900001\"",     1769900001},
        {"a number",             "1769900001",         1769900001},
        {"words",                "\"yesterday\"",      0         },
        {"before time began",    "-5",                 0         },
        {"past PostgreSQL's",    "999999999999999",    0         },
        {"milliseconds are not", "\"17699000010000\"", 0         },
        {"null",                 "null",               0         },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char body[1024];

        (void)snprintf(body, sizeof(body),
            ENVELOPE(VALUE("\"statuses\":[{\"id\":\"wamid.A\",\"timestamp\":%s}]")),
            rows[i].time);
        read_text(body);
        if (events.list[0].ocorrido != rows[i].ocorrido)
            print_error("%s\n", rows[i].why);
        assert_int_equal(events.list[0].ocorrido, rows[i].ocorrido);
    }
}

static void
a_message_brings_the_profile_that_is_its_own(void **state)
{
    (void)state;
    read_text(
        ENVELOPE(VALUE("\"contacts\":[{\"profile\":{\"name\":\"Ana\"},\"wa_id\":\"551\"},"
                       "{\"profile\":{\"name\":\"Bia\"},\"wa_id\":\"552\"},"
                       "{\"profile\":{\"name\":\"Caio\"},\"user_id\":\"BR.77\"}],"
                       "\"messages\":[{\"from\":\"552\",\"id\":\"wamid.M2\","
                       "\"timestamp\":\"1769900002\","
                       "\"type\":\"text\",\"text\":{\"body\":\"oi\"}},"
                       "{\"from_user_id\":\"BR.77\",\"id\":\"wamid.M3\"},"
                       "{\"from\":\"559\",\"id\":\"wamid.M4\"}]")));
    assert_int_equal(events.n, 3);
    assert_int_equal(events.list[0].kind, EVENT_MENSAGEM);
    assert_text(events.list[0].tipo, "mensagem");
    assert_text(events.list[0].wamid, "wamid.M2");
    assert_int_equal(events.list[0].ocorrido, 1769900002);
    assert_corpo(0, "message", "from", "552");
    assert_corpo(0, "contact", "wa_id", "552");
    assert_corpo(1, "contact", "user_id", "BR.77");
    /* nobody's profile is better than somebody else's */
    assert_null(strstr(event_text(&events, events.list[2].corpo), "contact"));
}

static void
the_only_profile_is_the_sender_s_also_without_the_ninth_digit(void **state)
{
    (void)state;
    read_text(ENVELOPE(VALUE(
        "\"contacts\":[{\"profile\":{\"name\":\"Ana\"},\"wa_id\":\"553188887777\"}],"
        "\"messages\":[{\"from\":\"5531988887777\",\"id\":\"wamid.M\"}]")));
    assert_corpo(0, "contact", "wa_id", "553188887777");
}

static void
every_entry_change_and_element_is_read(void **state)
{
    (void)state;
    read_text(
        "{\"entry\":["
        "{\"id\":\"1\",\"changes\":["
        "{\"field\":\"messages\",\"value\":{\"statuses\":[{\"id\":\"a\"},{\"id\":\"b\"}],"
        "\"errors\":[{\"code\":130429}]}},"
        "{\"field\":\"messages\",\"value\":{\"messages\":[{\"id\":\"c\"}],"
        "\"statuses\":[{\"id\":\"d\"}]}}]},"
        "{\"id\":\"2\",\"changes\":[{\"field\":\"messages\",\"value\":{"
        "\"statuses\":[{\"id\":\"e\"}]}}]}],\"object\":\"whatsapp_business_account\"}");
    assert_int_equal(events.n, 6);
    assert_text(events.list[1].wamid, "b");
    assert_int_equal(events.list[2].kind, EVENT_ERRO);
    assert_text(events.list[2].tipo, "erro");
    assert_int_equal(events.list[2].codigo, 130429);
    assert_text(events.list[3].wamid, "d");
    assert_text(events.list[4].wamid, "c");
    assert_text(events.list[4].numero, NULL);
    assert_text(events.list[5].waba, "2");
}

static void
what_nobody_knows_keeps_its_name_if_that_is_plain(void **state)
{
    static const struct {
        const char *why;
        const char *change;
        const char *tipo;
    } rows[] = {
        {"a field of an account",
         "{\"field\":\"account_update\",\"value\":{\"event\":\"X\"}}",                  "account_update"},
        {"our own words are ours",            "{\"field\":\"status\",\"value\":{}}",    "desconhecido"  },
        {"and so is this one",                "{\"field\":\"mensagem\",\"value\":{}}",  "desconhecido"  },
        {"odd characters",                    "{\"field\":\"a-b; drop\",\"value\":{}}", "desconhecido"  },
        {"no field",                          "{\"value\":{\"x\":1}}",                  "desconhecido"  },
        {"messages with nothing known in it",
         "{\"field\":\"messages\",\"value\":{\"statuses\":[],\"new\":1}}",              "messages"      },
        {"an element that is no object",
         "{\"field\":\"messages\",\"value\":{\"statuses\":[7]}}",                       "desconhecido"  },
        {"a change that is no object",        "7",                                      "desconhecido"  },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char body[1024];

        (void)snprintf(body, sizeof(body), ENVELOPE("%s"), rows[i].change);
        read_text(body);
        if (strcmp(event_text(&events, events.list[0].tipo), rows[i].tipo) != 0)
            print_error("%s\n", rows[i].why);
        assert_int_equal(events.n, 1);
        assert_int_equal(events.list[0].kind, EVENT_OUTRO);
        assert_text(events.list[0].tipo, rows[i].tipo);
        assert_true(events.list[0].corpo > 0);
    }
}

static void
a_very_long_name_is_cut(void **state)
{
    (void)state;
    read_text(ENVELOPE("{\"field\":\"aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb"
                       "aaaaaaaaaabbbbbbbbbbcccc\"}"));
    assert_text(events.list[0].tipo,
        "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb");
}

static void
json_that_is_no_webhook_is_kept_whole(void **state)
{
    static const char *const bodies[] = {"{}", "[]", "7", "null", "{\"entry\":[]}",
        "{\"entry\":{}}", "{\"entry\":[{\"id\":\"1\"}]}", "{\"entry\":[5]}"};

    (void)state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        read_text(bodies[i]);
        assert_int_equal(events.n, 1);
        assert_int_equal(events.list[0].kind, EVENT_OUTRO);
        assert_text(events.list[0].tipo, "desconhecido");
    }
}

static void
what_is_not_json_is_kept_as_it_came(void **state)
{
    static const char body[] = {'h', 'i', '\0', (char)0xff};

    (void)state;
    assert_int_equal(events_read(&events, body, sizeof(body)), RC_OK);
    assert_int_equal(events.n, 1);
    assert_int_equal(events.list[0].kind, EVENT_ILEGIVEL);
    assert_text(events.list[0].tipo, "ilegivel");
    assert_corpo(0, "base64", NULL, "aGkA/w==");
    assert_int_equal(events.list[0].codigo, 0);
}

static void
base64_ends_as_it_must(void **state)
{
    (void)state;
    read_text("{");
    assert_corpo(0, "base64", NULL, "ew==");
    read_text("{{");
    assert_corpo(0, "base64", NULL, "e3s=");
    read_text("{{{");
    assert_corpo(0, "base64", NULL, "e3t7");
    read_text("");
    assert_corpo(0, "base64", NULL, "");
}

static void
a_nul_in_a_text_never_reaches_the_database(void **state)
{
    (void)state;
    read_text(ENVELOPE(VALUE("\"messages\":[{\"id\":\"wamid.Z\\u0000Z\",\"from\":\"55\","
                             "\"text\":{\"body\":\"a\\u0000b\"}}]")));
    assert_int_equal(events.list[0].kind, EVENT_MENSAGEM);
    assert_text(events.list[0].wamid, NULL);
    assert_null(strstr(event_text(&events, events.list[0].corpo), "\\u0000"));
    assert_non_null(strstr(event_text(&events, events.list[0].corpo), "}}"));
}

static void
an_error_code_fits_the_column_or_is_left_out(void **state)
{
    (void)state;
    read_text(
        ENVELOPE(VALUE("\"statuses\":[{\"id\":\"a\",\"errors\":[{\"code\":99999999999}]},"
                       "{\"id\":\"b\",\"errors\":[{\"code\":\"131047\"}]},{\"id\":\"c\","
                       "\"errors\":{}}]")));
    assert_int_equal(events.list[0].codigo, 0);
    assert_int_equal(events.list[1].codigo, 131047);
    assert_int_equal(events.list[2].codigo, 0);
}

/* The buffer's own growth is not worth a pass for each byte: a few hundred suffice. */
static void
without_memory_nothing_is_half_read(void **state)
{
    static const char body[] =
        ENVELOPE(VALUE("\"messages\":[{\"id\":\"wamid.A\",\"from\":\"55\"}]"));
    enum rc rc = RC_OOM;

    (void)state;
    for (int nth = 0; rc != RC_OK; nth++) {
        events_done(&events);
        mem_fail_at(nth);
        rc = events_read(&events, body, strlen(body));
        mem_fail_at(-1);
        assert_true(rc == RC_OK || rc == RC_OOM);
        if (rc == RC_OK)
            assert_int_equal(events.n, 1);
    }
}

static void
a_body_of_a_thousand_statuses_is_read(void **state)
{
    struct buf body;

    (void)state;
    buf_init(&body, (size_t)3 << 20);
    buf_adds(&body,
        "{\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"messages\",\"value\":"
        "{\"statuses\":[");
    for (int i = 0; i < 1000; i++)
        buf_addf(&body, "%s{\"id\":\"wamid.%d\",\"status\":\"sent\"}", i ? "," : "", i);
    buf_adds(&body, "]}}]}]}");
    assert_int_equal(events_read(&events, buf_text(&body), body.bytes), RC_OK);
    buf_done(&body);
    assert_int_equal(events.n, 1000);
    assert_text(events.list[999].wamid, "wamid.999");
}

static void
an_id_may_be_a_number(void **state)
{
    (void)state;
    read_text("{\"entry\":[{\"id\":102290129340398,\"time\":1769900000,\"changes\":["
              "{\"field\":\"messages\",\"value\":{\"metadata\":{\"phone_number_id\":"
              "106540352242922},\"contacts\":[{\"wa_id\":551,\"profile\":{}},"
              "{\"wa_id\":\"552\",\"profile\":{}}],\"messages\":[{\"from\":\"551\","
              "\"id\":77,\"type\":\"text\"}],\"errors\":[{\"code\":\"130429\"}]}}]}]}");
    assert_int_equal(events.n, 2);
    assert_text(events.list[0].waba, "102290129340398");
    assert_text(events.list[0].numero, "106540352242922");
    assert_text(events.list[0].wamid, "77");
    assert_non_null(strstr(event_text(&events, events.list[0].corpo), "\"wa_id\":551"));
    assert_int_equal(events.list[1].codigo, 130429);
    assert_int_equal(events.list[1].ocorrido, 1769900000);
    read_text(
        "{\"entry\":[{\"id\":1e300,\"changes\":[{\"field\":\"account_update\"}]}]}");
    assert_text(events.list[0].waba, NULL);
    read_text(ENVELOPE(VALUE("\"statuses\":[{\"id\":\"" LONG "\"}]")));
    assert_text(events.list[0].wamid, NULL);
    read_text("{\"entry\":[{\"id\":-1,\"changes\":[{\"field\":\"account_update\"}]}]}");
    assert_text(events.list[0].waba, NULL);
}

static void
a_user_id_may_stand_where_the_phone_does(void **state)
{
    (void)state;
    read_text(ENVELOPE(
        VALUE("\"contacts\":[{\"profile\":{\"name\":\"Ana\"},\"wa_id\":\"BR.1\"},"
              "{\"profile\":{\"name\":\"Bia\"},\"user_id\":\"BR.2\"}],"
              "\"messages\":[{\"from_user_id\":\"BR.1\",\"id\":\"wamid.1\"},"
              "{\"from\":\"BR.2\",\"id\":\"wamid.2\"}]")));
    assert_corpo(0, "contact", "wa_id", "BR.1");
    assert_corpo(1, "contact", "user_id", "BR.2");
}

static void
what_nobody_knows_is_told_apart(void **state)
{
    static const struct {
        const char *change;
        enum event_unknown unknown;
    } rows[] = {
        {"{\"field\":\"user_preferences\",\"value\":{}}",  UNKNOWN_NOTHING},
        {"{\"field\":\"account_update\"}",                 UNKNOWN_NOTHING},
        {"{\"field\":\"holograms\",\"value\":{}}",         UNKNOWN_CAMPO  },
        {"{\"value\":{}}",                                 UNKNOWN_CAMPO  },
        {VALUE("\"messages\":[7]"),                        UNKNOWN_CAMPO  },
        {VALUE("\"messages\":[{\"type\":\"sticker\"}]"),   UNKNOWN_NOTHING},
        {VALUE("\"messages\":[{\"type\":\"hologram\"}]"),  UNKNOWN_TIPO   },
        {VALUE("\"messages\":[{\"type\":{}}]"),            UNKNOWN_TIPO   },
        {VALUE("\"statuses\":[{\"status\":\"played\"}]"),  UNKNOWN_NOTHING},
        {VALUE("\"statuses\":[{\"status\":\"deleted\"}]"), UNKNOWN_STATUS },
        {VALUE("\"statuses\":[{\"status\":null}]"),        UNKNOWN_STATUS },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char body[1024];

        (void)snprintf(body, sizeof(body), ENVELOPE("%s"), rows[i].change);
        read_text(body);
        assert_int_equal(events.n, 1);
        if (events.list[0].unknown != rows[i].unknown)
            print_error("%s\n", rows[i].change);
        assert_int_equal(events.list[0].unknown, rows[i].unknown);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_status_says_whose_what_and_when, tear_down),
        cmocka_unit_test_teardown(a_time_may_be_a_number_or_nonsense, tear_down),
        cmocka_unit_test_teardown(
            a_message_brings_the_profile_that_is_its_own, tear_down),
        cmocka_unit_test_teardown(
            the_only_profile_is_the_sender_s_also_without_the_ninth_digit, tear_down),
        cmocka_unit_test_teardown(every_entry_change_and_element_is_read, tear_down),
        cmocka_unit_test_teardown(
            what_nobody_knows_keeps_its_name_if_that_is_plain, tear_down),
        cmocka_unit_test_teardown(a_very_long_name_is_cut, tear_down),
        cmocka_unit_test_teardown(json_that_is_no_webhook_is_kept_whole, tear_down),
        cmocka_unit_test_teardown(what_is_not_json_is_kept_as_it_came, tear_down),
        cmocka_unit_test_teardown(base64_ends_as_it_must, tear_down),
        cmocka_unit_test_teardown(a_nul_in_a_text_never_reaches_the_database, tear_down),
        cmocka_unit_test_teardown(
            an_error_code_fits_the_column_or_is_left_out, tear_down),
        cmocka_unit_test_teardown(without_memory_nothing_is_half_read, tear_down),
        cmocka_unit_test_teardown(a_body_of_a_thousand_statuses_is_read, tear_down),
        cmocka_unit_test_teardown(an_id_may_be_a_number, tear_down),
        cmocka_unit_test_teardown(a_user_id_may_stand_where_the_phone_does, tear_down),
        cmocka_unit_test_teardown(what_nobody_knows_is_told_apart, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
