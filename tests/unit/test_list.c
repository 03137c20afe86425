/*
 * list.h: order, removal from inside a walk, and nodes that are in no list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "list.h"

struct thing {
    int number;
    struct list node;
};

static void
add_three(struct list *head, struct thing things[3])
{
    list_init(head);
    for (int i = 0; i < 3; i++) {
        things[i].number = i;
        list_add_tail(head, &things[i].node);
    }
}

/* The numbers in order, as decimal digits after a leading 9. */
static int
digits(struct list *head)
{
    int all = 9;

    list_each(node, head) all = all * 10 + list_entry(node, struct thing, node)->number;
    return all;
}

static void
nodes_come_out_in_the_order_they_went_in(void **state)
{
    struct thing things[3];
    struct list head;

    (void)state;
    add_three(&head, things);
    assert_int_equal(digits(&head), 9012);
    for (int i = 0; i < 3; i++)
        assert_ptr_equal(list_pop(&head), &things[i].node);
    assert_null(list_pop(&head));
    assert_true(list_is_empty(&head));
}

static void
a_node_may_leave_while_the_list_is_walked(void **state)
{
    struct thing things[3];
    struct list head;

    (void)state;
    add_three(&head, things);
    list_each(node, &head)
    {
        if (list_entry(node, struct thing, node)->number != 1)
            list_remove(node);
    }
    assert_int_equal(digits(&head), 91);
}

static void
a_node_moves_from_one_list_to_the_end_of_another(void **state)
{
    struct thing here[3], there[3];
    struct list from, to;

    (void)state;
    add_three(&from, here);
    add_three(&to, there);
    list_move_tail(&to, &here[1].node);
    assert_int_equal(digits(&from), 902);
    assert_int_equal(digits(&to), 90121);
}

static void
a_node_that_is_in_no_list_may_be_removed_again(void **state)
{
    struct thing things[3];
    struct list head;

    (void)state;
    add_three(&head, things);
    list_remove(&things[0].node);
    list_remove(&things[0].node);
    assert_true(list_is_empty(&things[0].node));
    assert_int_equal(digits(&head), 912);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_come_out_in_the_order_they_went_in),
        cmocka_unit_test(a_node_may_leave_while_the_list_is_walked),
        cmocka_unit_test(a_node_moves_from_one_list_to_the_end_of_another),
        cmocka_unit_test(a_node_that_is_in_no_list_may_be_removed_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
