/*
 * list.h - an intrusive, circular, doubly linked list.
 *
 * A node belongs to one list at most; a node that is in none points at itself.
 */
#ifndef LIST_H
#define LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *next, *prev;
};

#define list_entry(node, type, member)                                                   \
    ((type *)(void *)((char *)(node)-offsetof(type, member)))

/* The node in hand may be removed or moved by the body. */
/* NOLINTBEGIN(bugprone-macro-parentheses): `node` is a name to declare */
#define list_each(node, head)                                                            \
    for (struct list *node = (head)->next, *next_##node = node->next; node != (head);    \
         node = next_##node, next_##node = node->next)
/* NOLINTEND(bugprone-macro-parentheses) */

static inline void
list_init(struct list *list)
{
    list->next = list->prev = list;
}

static inline bool
list_is_empty(const struct list *list)
{
    return list->next == list;
}

static inline void
list_remove(struct list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

static inline void
list_add_tail(struct list *head, struct list *node)
{
    node->prev = head->prev;
    node->next = head;
    head->prev->next = node;
    head->prev = node;
}

static inline void
list_move_tail(struct list *head, struct list *node)
{
    list_remove(node);
    list_add_tail(head, node);
}

/* The first node, taken out; NULL when empty. */
static inline struct list *
list_pop(struct list *head)
{
    struct list *first = head->next;

    if (first == head)
        return NULL;
    list_remove(first);
    return first;
}

#endif
