/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The two ring formats behind virtq.h, and what they share. */
#ifndef SIM_VIRTQ_FORMAT_H
#define SIM_VIRTQ_FORMAT_H

#include <endian.h>
#include <errno.h>

#include "sim/virtq.h"

/* A descriptor of either format, in host byte order. */
struct sim_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags;
	uint16_t next; /* split */
	uint16_t id;   /* packed */
};

static inline uint16_t sim_load16(struct sim_memory *memory, uint64_t gpa)
{
	uint16_t number;

	sim_memory_read(memory, gpa, &number, sizeof(number));
	return le16toh(number);
}

static inline void sim_store16(struct sim_memory *memory, uint64_t gpa, uint16_t number)
{
	number = htole16(number);
	sim_memory_write(memory, gpa, &number, sizeof(number));
}

static inline bool sim_rules_have(const struct sim_ring_rules *rules, unsigned int feature)
{
	return (rules->features & SIM_FEATURE(feature)) != 0;
}

static inline int sim_fail(struct sim_ring_failure *failure, enum sim_ring_error error,
			   uint32_t value)
{
	*failure = (struct sim_ring_failure){ error, value };
	return -EPROTO;
}

/* Has the used index passed the one that the driver waits for (2.7.10)? */
static inline bool sim_has_passed(uint16_t event, uint16_t new, uint16_t old)
{
	return (uint16_t)(new - event - 1) < (uint16_t)(new - old);
}

static inline void sim_chain_begin(struct sim_chain *chain)
{
	chain->ticket = (struct sim_ticket){ 0 };
	chain->n_out = chain->n_in = 0;
}

/* Add a descriptor's memory to a chain. -EPROTO with the reason. */
int sim_chain_add_any(struct sim_chain *chain, const struct sim_desc *desc,
		      struct sim_memory *memory, struct sim_ring_rules *rules,
		      struct sim_ring_failure *failure);

/* The same; most descriptors are the first of their chain, readable, and lie in RAM. */
static inline int sim_chain_add(struct sim_chain *chain, const struct sim_desc *desc,
				struct sim_memory *memory, struct sim_ring_rules *rules,
				struct sim_ring_failure *failure)
{
	if (chain->n_out > 0 || chain->n_in > 0 || (desc->flags & SIM_DESC_F_WRITE) ||
	    desc->len == 0 || desc->addr >= memory->size || desc->len > memory->size - desc->addr)
		return sim_chain_add_any(chain, desc, memory, rules, failure);
	chain->pieces[0] = (struct sim_piece){ desc->addr, desc->len };
	chain->n_out = 1;
	return 0;
}

/* Check an indirect table: SIM_RING_OK or what is wrong with it. */
enum sim_ring_error sim_check_table(const struct sim_desc *desc, struct sim_memory *memory);

#endif
