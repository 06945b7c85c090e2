/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who is due first: numbers, each at most once, ordered by a time. Setting, moving and removing one
 * costs the logarithm of their count, asking for the first nothing.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct heap_entry {
	int64_t at;
	uint32_t number;
};

/* A zeroed struct is an empty heap. */
struct heap {
	struct heap_entry *entries;
	uint32_t *places; /* by number: where its entry is, from 1; 0: nowhere */
	uint32_t count, capacity;
};

/* Room for the numbers below `capacity`, so that heap_set() can't fail. 0 or -ENOMEM. */
int heap_reserve(struct heap *heap, uint32_t capacity);

/* Put a number in, or give it another time. */
void heap_set(struct heap *heap, uint32_t number, int64_t at);

/* Take it out, if it is in. */
void heap_remove(struct heap *heap, uint32_t number);

/* The number that is due first and its time; INT64_MAX, and no number, if the heap is empty. */
int64_t heap_first(const struct heap *heap, uint32_t *ret_number);

/* The same for who comes next. */
int64_t heap_second(const struct heap *heap, uint32_t *ret_number);

/* When a number is due; INT64_MAX if it isn't in. */
int64_t heap_get_time(const struct heap *heap, uint32_t number);

void heap_done(struct heap *heap);

#endif
