#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <netdb.h>
#include <poll.h>

#include "mem.h"
#include "resolve.h"

/* Looks until it is answered; the library's thread needs no help of ours. */
static enum rc
answer(struct resolve *resolve, const struct addrinfo **ret_first, struct fault *fault)
{
    enum rc rc;

    while ((rc = resolve_poll(resolve, ret_first, fault)) == RC_AGAIN)
        poll(NULL, 0, 1);
    return rc;
}

static void
an_address_is_its_own_answer(void **state)
{
    (void)state;
    const struct addrinfo *first = NULL;
    struct resolve *resolve = resolve_new("127.0.0.1");

    assert_int_equal(answer(resolve, &first, NULL), RC_OK);
    assert_int_equal(first->ai_family, AF_INET);
    resolve_free(resolve);
    assert_int_equal(mem_live(), 0);
}

static void
a_name_that_cannot_be_has_no_address(void **state)
{
    (void)state;
    const struct addrinfo *first = NULL;
    struct fault fault = {0};
    struct resolve *resolve = resolve_new("not a name");

    assert_int_equal(answer(resolve, &first, &fault), RC_RETRY);
    assert_null(first);
    assert_string_not_equal(fault.text, "");
    resolve_free(resolve);
}

static void
one_given_up_is_freed_by_a_later_one(void **state)
{
    (void)state;
    const struct addrinfo *first = NULL;

    for (int i = 0; i < 50; i++)
        resolve_free(resolve_new("localhost"));
    while (mem_live() > 0) {
        struct resolve *resolve = resolve_new("127.0.0.1");
        assert_int_equal(answer(resolve, &first, NULL), RC_OK);
        resolve_free(resolve);
    }
}

static void
resolve_new_survives_every_failed_allocation(void **state)
{
    (void)state;
    struct resolve *resolve = NULL;

    for (int nth = 0; !resolve; nth++) {
        mem_fail_at(nth);
        resolve = resolve_new("127.0.0.1");
        mem_fail_at(-1);
        if (!resolve)
            assert_int_equal(mem_live(), 0);
    }
    resolve_free(resolve);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_its_own_answer),
        cmocka_unit_test(a_name_that_cannot_be_has_no_address),
        cmocka_unit_test(one_given_up_is_freed_by_a_later_one),
        cmocka_unit_test(resolve_new_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
