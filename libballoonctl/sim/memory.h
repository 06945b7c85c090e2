/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Guest RAM from guest-physical address 0: sparse, zero at first, copied in and out with bounds
 * checked. Nobody gets a pointer into it.
 */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	SIM_GRANULE_SHIFT = 10,
	SIM_GRANULE_SIZE = 1 << SIM_GRANULE_SHIFT,
};

struct sim_granule {
	uint64_t number; /* its address >> SIM_GRANULE_SHIFT */
	uint8_t bytes[SIM_GRANULE_SIZE];
};

struct sim_memory {
	uint64_t size;              /* bytes of RAM, whole granules */
	struct sim_granule **slots; /* open addressing, by address */
	uint32_t n_slots;           /* a power of two; 0 before the first write */
	uint32_t n_used;
	/* The granules that were found last, one of an even number and one of an odd one. */
	struct sim_granule *recent[2];
};

void sim_memory_init(struct sim_memory *memory, uint64_t size);
void sim_memory_done(struct sim_memory *memory);

/* Make the bytes zero and give their host memory back; what is outside RAM is skipped. */
void sim_memory_discard(struct sim_memory *memory, uint64_t gpa, uint64_t len);

/* Host memory taken for guest RAM, in bytes. */
size_t sim_memory_get_resident(const struct sim_memory *memory);

/* The host's copy of the bytes, for this moment only: NULL if the short way can't be gone, which is
 * to the granule that was asked for last: a guest's rings and buffers lie close together. What is in
 * a granule is in RAM, since RAM ends where one ends. */
static inline uint8_t *sim_memory_peek(const struct sim_memory *memory, uint64_t gpa, size_t len)
{
	size_t offset = gpa & (SIM_GRANULE_SIZE - 1);
	struct sim_granule *granule = memory->recent[gpa >> SIM_GRANULE_SHIFT & 1];

	if (granule == NULL || granule->number != gpa >> SIM_GRANULE_SHIFT ||
	    len > SIM_GRANULE_SIZE - offset)
		return NULL;
	return granule->bytes + offset;
}

/* The fields of rings are so short that a call would cost more than the copy. */
static inline void sim_memory_copy(void *to, const void *from, size_t len)
{
	if (len == sizeof(uint16_t))
		memcpy(to, from, sizeof(uint16_t));
	else if (len == sizeof(uint64_t))
		memcpy(to, from, sizeof(uint64_t));
	else
		memcpy(to, from, len);
}

/* The long way: through several granules, none yet, or outside RAM. */
int sim_memory_read_far(struct sim_memory *memory, uint64_t gpa, void *to, size_t len);
int sim_memory_write_far(struct sim_memory *memory, uint64_t gpa, const void *from, size_t len);

/* Copy. Bytes outside RAM read as 0 and are dropped when written; -EFAULT then tells that there
 * were some. -ENOMEM: the host has no memory left; part of the bytes may have been written. */
static inline int sim_memory_read(struct sim_memory *memory, uint64_t gpa, void *to, size_t len)
{
	const uint8_t *from = sim_memory_peek(memory, gpa, len);

	if (from == NULL)
		return sim_memory_read_far(memory, gpa, to, len);
	sim_memory_copy(to, from, len);
	return 0;
}

static inline int sim_memory_write(struct sim_memory *memory, uint64_t gpa, const void *from,
				   size_t len)
{
	uint8_t *to = sim_memory_peek(memory, gpa, len);

	if (to == NULL)
		return sim_memory_write_far(memory, gpa, from, len);
	sim_memory_copy(to, from, len);
	return 0;
}

#endif
