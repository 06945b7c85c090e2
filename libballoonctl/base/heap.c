/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A binary heap in an array. The times stand beside the pointers, so that comparing touches no
 * item; an item is only told where it has moved to.
 */
#include "base/heap.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/util.h"

enum {
	CAPACITY_FIRST = 16,
};

int heap_reserve(struct heap *heap, size_t count)
{
	size_t capacity = MAX(MAX(heap->capacity * 2, count), CAPACITY_FIRST);
	struct heap_entry *entries;

	if (count <= heap->capacity)
		return 0;
	entries = realloc(heap->entries, capacity * sizeof(*entries));
	if (entries == NULL)
		return -ENOMEM;
	heap->entries = entries;
	heap->capacity = capacity;
	return 0;
}

static void put(struct heap *heap, size_t index, struct heap_entry entry)
{
	heap->entries[index] = entry;
	entry.item->place = index + 1;
}

/* The entry goes to `index`, or as far up from there as it is earlier than those above. */
static void sift_up(struct heap *heap, size_t index, struct heap_entry entry)
{
	while (index > 0 && entry.at < heap->entries[(index - 1) / 2].at) {
		put(heap, index, heap->entries[(index - 1) / 2]);
		index = (index - 1) / 2;
	}
	put(heap, index, entry);
}

/* ... or as far down as it is later than those below. */
static void sift_down(struct heap *heap, size_t index, struct heap_entry entry)
{
	size_t child;

	while ((child = 2 * index + 1) < heap->count) {
		if (child + 1 < heap->count &&
		    heap->entries[child + 1].at < heap->entries[child].at)
			child++;
		if (entry.at <= heap->entries[child].at)
			break;
		put(heap, index, heap->entries[child]);
		index = child;
	}
	put(heap, index, entry);
}

static void place(struct heap *heap, size_t index, struct heap_entry entry)
{
	if (index > 0 && entry.at < heap->entries[(index - 1) / 2].at)
		sift_up(heap, index, entry);
	else
		sift_down(heap, index, entry);
}

void heap_set(struct heap *heap, struct heap_item *item, int64_t at)
{
	struct heap_entry entry = { .at = at, .item = item };

	if (item->place == 0) {
		assert(heap->count < heap->capacity);
		sift_up(heap, heap->count++, entry);
	} else {
		place(heap, item->place - 1, entry);
	}
}

void heap_remove(struct heap *heap, struct heap_item *item)
{
	size_t index = item->place - 1;

	if (item->place == 0)
		return;
	item->place = 0;
	heap->count--;
	if (index < heap->count)
		place(heap, index, heap->entries[heap->count]);
}

struct heap_item *heap_first(const struct heap *heap, int64_t *ret_at)
{
	*ret_at = heap->count > 0 ? heap->entries[0].at : INT64_MAX;
	return heap->count > 0 ? heap->entries[0].item : NULL;
}

int64_t heap_get_time(const struct heap *heap, const struct heap_item *item)
{
	assert(item->place > 0);
	return heap->entries[item->place - 1].at;
}

void heap_done(struct heap *heap)
{
	free(heap->entries);
	*heap = (struct heap){ 0 };
}
