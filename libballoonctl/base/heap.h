/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Who is due first: numbers, each at most once, ordered by a time, and by themselves if that is the
 * same. Setting, moving and removing one costs the logarithm of their count, asking for the first
 * nothing.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* In milliseconds since the machine was started, 34 years. Who is due later is due then. */
#define HEAP_TIME_MAX ((INT64_C(1) << 40) - 1)

enum {
	HEAP_CAPACITY_MAX = 1 << 24
};

/* A zeroed struct is an empty heap. */
struct heap {
	uint64_t *entries; /* each a time and, in the lowest 24 bits, a number */
	uint32_t *places;  /* by number: where its entry is; 0: nowhere */
	uint32_t count, capacity;
};

/* Room for the numbers below `capacity`, so that heap_set() can't fail. 0 or -ENOMEM. */
int heap_reserve(struct heap *heap, uint32_t capacity);

/* Put a number in, or give it another time, 0 or more. */
void heap_set(struct heap *heap, uint32_t number, int64_t at);

/* Take it out, if it is in. */
void heap_remove(struct heap *heap, uint32_t number);

/* The number that is due first and its time; INT64_MAX, and no number, if the heap is empty. */
int64_t heap_first(const struct heap *heap, uint32_t *ret_number);

/* The same for who comes next. */
int64_t heap_second(const struct heap *heap, uint32_t *ret_number);

void heap_done(struct heap *heap);

#endif
