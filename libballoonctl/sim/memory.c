/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sparse guest RAM: granules of 1 KiB in a hash table by their number, each taken from the host at
 * the first byte other than 0 written into it. A guest's rings and buffers touch a handful of them,
 * and an access finds its granule in one or two probes.
 */
#include "sim/memory.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

enum {
	GRANULE_SHIFT = SIM_GRANULE_SHIFT,
	GRANULE_SIZE = SIM_GRANULE_SIZE,
	SLOTS_FIRST = 8,
};

void sim_memory_init(struct sim_memory *memory, uint64_t size)
{
	assert(size % GRANULE_SIZE == 0);
	*memory = (struct sim_memory){ .size = size };
}

void sim_memory_done(struct sim_memory *memory)
{
	for (uint32_t i = 0; i < memory->n_slots; i++)
		free(memory->slots[i]);
	free(memory->slots);
	*memory = (struct sim_memory){ 0 };
}

/* Scattered evenly (by the golden ratio), so that memory in use from one end to the other doesn't fill
 * neighbouring slots: removing a granule costs as much as the run of slots that it lies in. */
static uint32_t get_slot(const struct sim_memory *memory, uint64_t number)
{
	return (uint32_t)(number * UINT64_C(0x9e3779b97f4a7c15) >>
			  (64 - __builtin_ctz(memory->n_slots)));
}

/* Where the granule is, or the free slot where it would be. There is always a free slot. */
static uint32_t find(const struct sim_memory *memory, uint64_t number)
{
	uint32_t slot = get_slot(memory, number);

	while (memory->slots[slot] != NULL && memory->slots[slot]->number != number)
		slot = (slot + 1) & (memory->n_slots - 1);
	return slot;
}

static struct sim_granule *look_up(struct sim_memory *memory, uint64_t number)
{
	struct sim_granule *granule;

	granule = memory->n_slots == 0 ? NULL : memory->slots[find(memory, number)];
	if (granule != NULL)
		memory->recent[number & 1] = granule;
	return granule;
}

static int grow(struct sim_memory *memory)
{
	struct sim_memory larger = *memory;

	larger.n_slots = memory->n_slots == 0 ? SLOTS_FIRST : memory->n_slots * 2;
	larger.slots = calloc(larger.n_slots, sizeof(*larger.slots));
	if (larger.slots == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < memory->n_slots; i++)
		if (memory->slots[i] != NULL)
			larger.slots[find(&larger, memory->slots[i]->number)] = memory->slots[i];
	free(memory->slots);
	*memory = larger;
	return 0;
}

static struct sim_granule *make(struct sim_memory *memory, uint64_t number)
{
	struct sim_granule *granule;

	/* At most three quarters full, so that a search ends soon. */
	if (memory->n_used + 1 > memory->n_slots / 4 * 3 && grow(memory) < 0)
		return NULL;
	granule = calloc(1, sizeof(*granule));
	if (granule == NULL)
		return NULL;
	granule->number = number;
	memory->slots[find(memory, number)] = granule;
	memory->n_used++;
	return granule;
}

/* Take the granule out of its slot and close the gap: whoever was displaced moves back. */
static void drop(struct sim_memory *memory, uint32_t slot)
{
	uint32_t mask = memory->n_slots - 1;
	uint32_t gap = slot;

	memory->recent[memory->slots[slot]->number & 1] = NULL;
	free(memory->slots[slot]);
	memory->slots[slot] = NULL;
	memory->n_used--;
	for (uint32_t i = (slot + 1) & mask; memory->slots[i] != NULL; i = (i + 1) & mask) {
		uint32_t home = get_slot(memory, memory->slots[i]->number);

		/* Is its home at or before the gap, going round? */
		if (((i - home) & mask) < ((i - gap) & mask))
			continue;
		memory->slots[gap] = memory->slots[i];
		memory->slots[i] = NULL;
		gap = i;
	}
}

/* How many of the bytes lie in RAM; those that do come first. */
static size_t get_inside(const struct sim_memory *memory, uint64_t gpa, size_t len)
{
	if (gpa >= memory->size)
		return 0;
	return (size_t)MIN((uint64_t)len, memory->size - gpa);
}

int sim_memory_read_far(struct sim_memory *memory, uint64_t gpa, void *to, size_t len)
{
	size_t left = get_inside(memory, gpa, len);
	uint8_t *at = to;
	int r = 0;

	if (left < len) {
		memset(at + left, 0, len - left);
		r = -EFAULT;
	}
	while (left > 0) {
		const struct sim_granule *granule = look_up(memory, gpa >> GRANULE_SHIFT);
		size_t offset = gpa & (GRANULE_SIZE - 1);
		size_t n = MIN(left, GRANULE_SIZE - offset);

		if (granule == NULL)
			memset(at, 0, n);
		else
			memcpy(at, granule->bytes + offset, n);
		at += n;
		gpa += n;
		left -= n;
	}
	return r;
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
	return len == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

int sim_memory_write_far(struct sim_memory *memory, uint64_t gpa, const void *from, size_t len)
{
	size_t left = get_inside(memory, gpa, len);
	int r = left < len ? -EFAULT : 0;
	const uint8_t *at = from;

	while (left > 0) {
		struct sim_granule *granule = look_up(memory, gpa >> GRANULE_SHIFT);
		size_t offset = gpa & (GRANULE_SIZE - 1);
		size_t n = MIN(left, GRANULE_SIZE - offset);

		if (granule == NULL && !is_zero(at, n)) {
			granule = make(memory, gpa >> GRANULE_SHIFT);
			if (granule == NULL)
				return -ENOMEM;
		}
		if (granule != NULL)
			memcpy(granule->bytes + offset, at, n);
		at += n;
		gpa += n;
		left -= n;
	}
	return r;
}

/* All granules that lie between two numbers: whichever is fewer is walked, the numbers or the
 * table. */
static void drop_between(struct sim_memory *memory, uint64_t first, uint64_t end)
{
	if (end - first <= memory->n_slots) {
		for (uint64_t number = first; number < end; number++) {
			uint32_t slot = find(memory, number);

			if (memory->slots[slot] != NULL)
				drop(memory, slot);
		}
		return;
	}
	for (uint32_t i = 0; i < memory->n_slots;) {
		const struct sim_granule *granule = memory->slots[i];

		/* What closes the gap may come from behind: look at the same slot again. */
		if (granule != NULL && granule->number >= first && granule->number < end)
			drop(memory, i);
		else
			i++;
	}
}

static void clear(struct sim_memory *memory, uint64_t gpa, uint64_t end)
{
	struct sim_granule *granule = look_up(memory, gpa >> GRANULE_SHIFT);

	if (granule != NULL)
		memset(granule->bytes + (gpa & (GRANULE_SIZE - 1)), 0, (size_t)(end - gpa));
}

void sim_memory_discard(struct sim_memory *memory, uint64_t gpa, uint64_t len)
{
	uint64_t end, first, last;

	if (gpa >= memory->size || len == 0 || memory->n_slots == 0)
		return;
	end = gpa + MIN(len, memory->size - gpa);
	first = (gpa + GRANULE_SIZE - 1) >> GRANULE_SHIFT; /* whole granules: from first to last */
	last = end >> GRANULE_SHIFT;
	if (first > last) {
		clear(memory, gpa, end);
		return;
	}
	if (gpa < first << GRANULE_SHIFT)
		clear(memory, gpa, first << GRANULE_SHIFT);
	if (end > last << GRANULE_SHIFT)
		clear(memory, last << GRANULE_SHIFT, end);
	drop_between(memory, first, last);
}

size_t sim_memory_get_resident(const struct sim_memory *memory)
{
	return memory->n_used * sizeof(struct sim_granule) +
	       memory->n_slots * sizeof(*memory->slots);
}
