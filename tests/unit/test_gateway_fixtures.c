/*
 * Recorded webhooks, where a folder of them lies beside the checkout: each is read as a
 * webhook, and none as something unreadable.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "event.h"
#include "json.h"

#define FIXTURES "../shared/fixtures/cloud-api/"
#define PARENTS_MAX 6
#define FILE_BYTES_MAX ((size_t)4 << 20)

static char folder[128];

static bool
read_file(const char *name, struct buf *ret_text)
{
    char path[256], piece[4096];
    size_t bytes;
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s%s", folder, name);
    file = fopen(path, "r");
    if (!file)
        return false;
    buf_init(ret_text, FILE_BYTES_MAX);
    while ((bytes = fread(piece, 1, sizeof(piece), file)) > 0)
        buf_add(ret_text, piece, bytes);
    (void)fclose(file);
    return true;
}

/* The test runs somewhere below the checkout. */
static bool
find_index(struct buf *ret_text)
{
    char up[PARENTS_MAX * 3 + 1] = "";

    for (int i = 0; i <= PARENTS_MAX; i++) {
        (void)snprintf(folder, sizeof(folder), "%s%s", up, FIXTURES);
        if (read_file("index.json", ret_text))
            return true;
        (void)snprintf(up + (size_t)i * 3, sizeof(up) - (size_t)i * 3, "%s", "../");
    }
    return false;
}

/* What a file's name promises of its first event. */
static enum event_kind
kind_of(const char *name)
{
    if (strncmp(name, "status_", 7) == 0)
        return EVENT_STATUS;
    if (strncmp(name, "inbound_", 8) == 0)
        return EVENT_MENSAGEM;
    return strncmp(name, "value_errors_", 13) == 0 ? EVENT_ERRO : EVENT_OUTRO;
}

static void
check_file(const char *name)
{
    struct buf body = {0};
    struct events events;

    if (!read_file(name, &body))
        fail_msg("%s: no such file", name);
    assert_int_equal(events_read(&events, buf_text(&body), body.bytes), RC_OK);
    assert_true(events.n >= 1);
    for (int i = 0; i < events.n; i++) {
        const struct event *event = &events.list[i];

        if (event->kind != kind_of(name) ||
            strcmp(event_text(&events, event->tipo), "desconhecido") == 0)
            fail_msg("%s: read as %s, %s", name, event_kind_name(event->kind),
                event_text(&events, event->tipo));
        if (event->kind == EVENT_STATUS || event->kind == EVENT_MENSAGEM) {
            assert_non_null(event_text(&events, event->wamid));
            assert_true(event->ocorrido > 0);
        }
        if (event->situacao && !strcmp(event_text(&events, event->situacao), "failed"))
            assert_true(event->codigo > 0);
    }
    events_done(&events);
    buf_done(&body);
}

static void
every_recorded_webhook_is_read(void **state)
{
    struct buf text = {0};
    struct fault fault;
    struct json *index;
    int n = 0;

    (void)state;
    if (!find_index(&text))
        skip();
    index = json_parse(buf_text(&text), text.bytes, NULL, &fault);
    assert_non_null(index);
    for (int i = 0; i < json_length(index); i++) {
        const struct json *row = json_at(index, i);

        if (strcmp(json_string_of(row, "kind"), "webhook") == 0) {
            check_file(json_string_of(row, "file"));
            n++;
        }
    }
    print_message("%d recorded webhooks\n", n);
    assert_true(n > 0);
    json_free(index);
    buf_done(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_recorded_webhook_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
