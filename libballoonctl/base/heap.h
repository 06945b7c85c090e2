/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who is due first: items ordered by a time. Setting, moving and removing one costs the logarithm
 * of their number, asking for the first nothing.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* Part of what is to be ordered. A zeroed struct is in no heap. */
struct heap_item {
	size_t place; /* in the heap's array, from 1; 0: in none */
};

struct heap_entry {
	int64_t at;
	struct heap_item *item;
};

/* A zeroed struct is an empty heap. */
struct heap {
	struct heap_entry *entries;
	size_t count, capacity;
};

/* Room for so many items, so that heap_set() can't fail. 0 or -ENOMEM. */
int heap_reserve(struct heap *heap, size_t count);

/* Put the item in, or give it another time. */
void heap_set(struct heap *heap, struct heap_item *item, int64_t at);

/* Take it out, if it is in. */
void heap_remove(struct heap *heap, struct heap_item *item);

/* The item that is due first, and when: INT64_MAX and NULL if there is none. */
struct heap_item *heap_first(const struct heap *heap, int64_t *ret_at);

/* When an item that is in the heap is due. */
int64_t heap_get_time(const struct heap *heap, const struct heap_item *item);

void heap_done(struct heap *heap);

#endif
