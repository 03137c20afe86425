/*
 * What the gateway makes of the keys of statuses: ours by message and claim, nothing
 * else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "mem.h"
#include "store.h"

enum { MENSAGEM = 9, SEQ = 10 };

#define ID "01890a5d-ac96-774b-bcce-b302099a8057"

static void
only_our_own_keys_are_understood(void **state)
{
    /* as tests/sql/webhook_chave.test.sql has them of the twin in SQL */
    static const struct {
        const char *why;
        const char *key;
        const char *ids, *seqs;
    } rows[] = {
        {"ours",                   ID ":7",                                         "{\"" ID "\"}", "{\"7\"}"},
        {"the longest number",     ID ":999999999999999999",                        "{\"" ID "\"}",
         "{\"999999999999999999\"}"                                                                          },
        {"empty",                  "",                                              "{NULL}",       "{NULL}" },
        {"shorter than an id",     "0189",                                          "{NULL}",       "{NULL}" },
        {"an id alone",            ID,                                              "{NULL}",       "{NULL}" },
        {"no number",              ID ":",                                          "{NULL}",       "{NULL}" },
        {"a number too long",      ID ":9999999999999999999",                       "{NULL}",       "{NULL}" },
        {"a hyphen in the number", ID ":-7",                                        "{NULL}",       "{NULL}" },
        {"two numbers",            ID ":7:7",                                       "{NULL}",       "{NULL}" },
        {"a fifth hyphen",         "01890a5d-ac96-774b-bcce--302099a8057:7",        "{NULL}",       "{NULL}" },
        {"a hyphen misplaced",     "01890a5da-c96-774b-bcce-b302099a8057:7",        "{NULL}",
         "{NULL}"                                                                                            },
        {"capitals",               "01890A5D-ac96-774b-bcce-b302099a8057:7",        "{NULL}",       "{NULL}" },
        {"a letter of two bytes",  "01890a5d-ac96-774b-bcce-b302099a805\xc3\xa9:7",
         "{NULL}",                                                                                  "{NULL}" },
        {"another system's",       "pedido-77",                                     "{NULL}",       "{NULL}" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *values[STORE_COLUMNS];
        struct events events = {.n = 1};
        struct event event = {.kind = EVENT_STATUS};
        struct store store;

        buf_init(&events.text, 1024);
        buf_add(&events.text, "", 1);
        event.tipo = events.text.bytes;
        buf_add(&events.text, "status", sizeof("status"));
        event.corpo = event.tipo;
        event.chave = events.text.bytes;
        buf_add(&events.text, rows[i].key, strlen(rows[i].key) + 1);
        events.list = &event;

        store_init(&store);
        store_add(&store, &events);
        assert_true(store_values(&store, values));
        if (strcmp(values[MENSAGEM], rows[i].ids) != 0 ||
            strcmp(values[SEQ], rows[i].seqs) != 0)
            fail_msg("%s: %s %s", rows[i].why, values[MENSAGEM], values[SEQ]);
        store_done(&store);
        buf_done(&events.text);
    }
    assert_int_equal(mem_live(), 0);
}

static void
an_event_without_a_key_names_nothing(void **state)
{
    const char *values[STORE_COLUMNS];
    struct events events;
    struct store store;

    (void)state;
    assert_int_equal(events_read(&events, "{}", 2), RC_OK);
    store_init(&store);
    store_add(&store, &events);
    assert_true(store_values(&store, values));
    assert_string_equal(values[MENSAGEM], "{NULL}");
    assert_string_equal(values[SEQ], "{NULL}");
    store_done(&store);
    events_done(&events);
    assert_int_equal(mem_live(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_our_own_keys_are_understood),
        cmocka_unit_test(an_event_without_a_key_names_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
