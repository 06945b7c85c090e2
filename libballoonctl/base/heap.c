/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A heap in an array, and beside it where each number stands. What is ordered is not touched. Of ten
 * thousand numbers the first one's way down goes through five lines of the processor's cache.
 */
#include "base/heap.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

enum {
	NUMBER_BITS = 24,
	CACHE_LINE = 64,

	/* Of each entry, side by side in one line: the root is the last one in its own. */
	CHILDREN = CACHE_LINE / sizeof(uint64_t),
	ROOT = CHILDREN - 1,
};

static uint32_t get_first_child(uint32_t index)
{
	return (index - ROOT + 1) * CHILDREN;
}

static uint32_t get_parent(uint32_t index)
{
	return index / CHILDREN + ROOT - 1;
}

static uint32_t get_number(uint64_t entry)
{
	return (uint32_t)entry & (HEAP_CAPACITY_MAX - 1);
}

/* The lines begin where the cache's do, which realloc() does not promise. */
static uint64_t *allocate_entries(uint32_t capacity)
{
	size_t lines = (ROOT + capacity) / CHILDREN + 1;

	return aligned_alloc(CACHE_LINE, lines * CACHE_LINE);
}

int heap_reserve(struct heap *heap, uint32_t capacity)
{
	uint64_t *entries;
	uint32_t *places;

	if (capacity <= heap->capacity)
		return 0;
	if (capacity > HEAP_CAPACITY_MAX)
		return -ENOMEM;
	places = realloc(heap->places, capacity * sizeof(*places));
	if (places == NULL)
		return -ENOMEM;
	heap->places = places;
	entries = allocate_entries(capacity);
	if (entries == NULL)
		return -ENOMEM;
	if (heap->count > 0)
		memcpy(entries + ROOT, heap->entries + ROOT, heap->count * sizeof(*entries));
	free(heap->entries);
	heap->entries = entries;
	memset(places + heap->capacity, 0, (capacity - heap->capacity) * sizeof(*places));
	heap->capacity = capacity;
	return 0;
}

static void put(struct heap *heap, uint32_t index, uint64_t entry)
{
	heap->entries[index] = entry;
	heap->places[get_number(entry)] = index;
}

static uint32_t find_first(const struct heap *heap, uint32_t begin)
{
	uint32_t end = MIN(begin + CHILDREN, ROOT + heap->count);
	uint32_t first = begin;

	for (uint32_t index = begin + 1; index < end; index++)
		first = heap->entries[index] < heap->entries[first] ? index : first;
	return first;
}

/* The entry goes to `index`, or as far up from there as it is earlier than those above, or as far
 * down as it is later than those below. */
static void place(struct heap *heap, uint32_t index, uint64_t entry)
{
	uint32_t child;

	while (index > ROOT && entry < heap->entries[get_parent(index)]) {
		put(heap, index, heap->entries[get_parent(index)]);
		index = get_parent(index);
	}
	while (get_first_child(index) < ROOT + heap->count) {
		child = find_first(heap, get_first_child(index));
		if (entry <= heap->entries[child])
			break;
		put(heap, index, heap->entries[child]);
		index = child;
	}
	put(heap, index, entry);
}

void heap_set(struct heap *heap, uint32_t number, int64_t at)
{
	assert(number < heap->capacity && at >= 0);
	if (heap->places[number] == 0)
		heap->places[number] = ROOT + heap->count++;
	place(heap, heap->places[number], (uint64_t)MIN(at, HEAP_TIME_MAX) << NUMBER_BITS | number);
}

void heap_remove(struct heap *heap, uint32_t number)
{
	uint32_t index;

	if (number >= heap->capacity || heap->places[number] == 0)
		return;
	index = heap->places[number];
	heap->places[number] = 0;
	heap->count--;
	if (index < ROOT + heap->count)
		place(heap, index, heap->entries[ROOT + heap->count]);
}

static int64_t get_entry(const struct heap *heap, uint32_t index, uint32_t *ret_number)
{
	*ret_number = get_number(heap->entries[index]);
	return (int64_t)(heap->entries[index] >> NUMBER_BITS);
}

int64_t heap_first(const struct heap *heap, uint32_t *ret_number)
{
	return heap->count < 1 ? INT64_MAX : get_entry(heap, ROOT, ret_number);
}

int64_t heap_second(const struct heap *heap, uint32_t *ret_number)
{
	if (heap->count < 2)
		return INT64_MAX;
	return get_entry(heap, find_first(heap, get_first_child(ROOT)), ret_number);
}

void heap_done(struct heap *heap)
{
	free(heap->entries);
	free(heap->places);
	*heap = (struct heap){ 0 };
}
