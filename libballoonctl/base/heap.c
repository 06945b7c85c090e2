/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A heap in an array, and beside it where each number stands. What is ordered is not touched: ten
 * thousand numbers take 200 KiB, which stay in the processor's caches.
 */
#include "base/heap.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

enum {
	/* Of each entry. Four stand together in memory, and halve the way that a time which moves on
	 * has to go down. */
	CHILDREN = 4,
};

int heap_reserve(struct heap *heap, uint32_t capacity)
{
	struct heap_entry *entries;
	uint32_t *places;

	if (capacity <= heap->capacity)
		return 0;
	entries = realloc(heap->entries, capacity * sizeof(*entries));
	if (entries == NULL)
		return -ENOMEM;
	heap->entries = entries;
	places = realloc(heap->places, capacity * sizeof(*places));
	if (places == NULL)
		return -ENOMEM;
	memset(places + heap->capacity, 0, (capacity - heap->capacity) * sizeof(*places));
	heap->places = places;
	heap->capacity = capacity;
	return 0;
}

static void put(struct heap *heap, uint32_t index, struct heap_entry entry)
{
	heap->entries[index] = entry;
	heap->places[entry.number] = index + 1;
}

static uint32_t find_first_child(const struct heap *heap, uint32_t index)
{
	uint32_t first = CHILDREN * index + 1;
	uint32_t end = MIN(first + CHILDREN, heap->count);

	for (uint32_t child = first + 1; child < end; child++)
		if (heap->entries[child].at < heap->entries[first].at)
			first = child;
	return first;
}

/* The entry goes to `index`, or as far up from there as it is earlier than those above, or as far
 * down as it is later than those below. */
static void place(struct heap *heap, uint32_t index, struct heap_entry entry)
{
	uint32_t child;

	while (index > 0 && entry.at < heap->entries[(index - 1) / CHILDREN].at) {
		put(heap, index, heap->entries[(index - 1) / CHILDREN]);
		index = (index - 1) / CHILDREN;
	}
	while (CHILDREN * index + 1 < heap->count) {
		child = find_first_child(heap, index);
		if (entry.at <= heap->entries[child].at)
			break;
		put(heap, index, heap->entries[child]);
		index = child;
	}
	put(heap, index, entry);
}

void heap_set(struct heap *heap, uint32_t number, int64_t at)
{
	struct heap_entry entry = { .at = at, .number = number };

	assert(number < heap->capacity);
	if (heap->places[number] == 0)
		heap->places[number] = ++heap->count;
	place(heap, heap->places[number] - 1, entry);
}

void heap_remove(struct heap *heap, uint32_t number)
{
	uint32_t index;

	if (number >= heap->capacity || heap->places[number] == 0)
		return;
	index = heap->places[number] - 1;
	heap->places[number] = 0;
	heap->count--;
	if (index < heap->count)
		place(heap, index, heap->entries[heap->count]);
}

int64_t heap_first(const struct heap *heap, uint32_t *ret_number)
{
	if (heap->count == 0)
		return INT64_MAX;
	*ret_number = heap->entries[0].number;
	return heap->entries[0].at;
}

int64_t heap_second(const struct heap *heap, uint32_t *ret_number)
{
	uint32_t index;

	if (heap->count < 2)
		return INT64_MAX;
	index = find_first_child(heap, 0);
	*ret_number = heap->entries[index].number;
	return heap->entries[index].at;
}

int64_t heap_get_time(const struct heap *heap, uint32_t number)
{
	if (number >= heap->capacity || heap->places[number] == 0)
		return INT64_MAX;
	return heap->entries[heap->places[number] - 1].at;
}

void heap_done(struct heap *heap)
{
	free(heap->entries);
	free(heap->places);
	*heap = (struct heap){ 0 };
}
