/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What both ring formats share: where the rings lie, which memory a chain is made of, and whose
 * turn it is. The bounds on guest data are QEMU's, since what exceeds them breaks its device and
 * must break ours.
 */
#include "sim/virtq.h"

#include <errno.h>

#include "base/util.h"
#include "sim/virtq-format.h"

enum {
	/* QEMU reads memory that is not RAM through a buffer of one page. */
	BOUNCE_MAX = 4096,
};

void sim_virtq_reset(struct sim_virtq *vq)
{
	*vq = (struct sim_virtq){
		.size = vq->default_size,
		.default_size = vq->default_size,
		.align = vq->align,
		.avail_wrap = true,
		.used_wrap = true,
	};
}

/* Memory outside RAM can be mapped, whatever good it does; only what begins inside and ends outside
 * can't. */
static bool is_mappable(struct sim_memory *memory, uint64_t gpa, uint64_t len)
{
	return gpa >= memory->size || len <= memory->size - gpa;
}

enum sim_ring_error sim_virtq_map(struct sim_virtq *vq, struct sim_memory *memory,
				  const struct sim_ring_rules *rules)
{
	bool is_packed = sim_rules_have(rules, SIM_F_PACKED);
	uint64_t size = vq->size;
	uint64_t event = sim_rules_have(rules, SIM_F_EVENT_IDX) ? 2 : 0;

	vq->mapped_size = 0;
	if (vq->desc == 0)
		return SIM_RING_OK;
	if (!is_mappable(memory, vq->desc, SIM_DESC_SIZE * size))
		return SIM_RING_DESC_UNMAPPED;
	if (!is_mappable(memory, vq->used, is_packed ? 4 : 4 + 8 * size + event))
		return SIM_RING_USED_UNMAPPED;
	if (!is_mappable(memory, vq->avail, is_packed ? 4 : 4 + 2 * size + event))
		return SIM_RING_AVAIL_UNMAPPED;
	vq->mapped_size = vq->size;
	return SIM_RING_OK;
}

/* How much of `len` bytes from `gpa` on is one piece, 0 if it can't be had. */
static uint32_t get_piece(uint64_t gpa, uint32_t len, struct sim_memory *memory,
			  const struct sim_ring_rules *rules)
{
	if (gpa < memory->size)
		return (uint32_t)MIN((uint64_t)len, memory->size - gpa);
	if (rules->profile->bounce_is_single)
		return rules->bounced > 0 ? 0 : MIN(len, (uint32_t)BOUNCE_MAX);
	return MIN(len, BOUNCE_MAX - rules->bounced);
}

int sim_chain_add_any(struct sim_chain *chain, const struct sim_desc *desc,
		      struct sim_memory *memory, struct sim_ring_rules *rules,
		      struct sim_ring_failure *failure)
{
	bool is_writable = (desc->flags & SIM_DESC_F_WRITE) != 0;
	uint64_t gpa = desc->addr;
	uint32_t left = desc->len;

	if (!is_writable && chain->n_in > 0)
		return sim_fail(failure, SIM_RING_BAD_ORDER, 0);
	if (left == 0)
		return sim_fail(failure, SIM_RING_EMPTY_BUFFER, 0);
	while (left > 0) {
		unsigned int n = chain->n_out + chain->n_in;
		uint32_t len;

		if (n == SIM_PIECES_MAX)
			return sim_fail(failure, SIM_RING_TOO_MANY_PIECES, 0);
		len = get_piece(gpa, left, memory, rules);
		if (len == 0)
			return sim_fail(failure, SIM_RING_UNMAPPABLE, 0);
		if (gpa >= memory->size) {
			rules->bounced += len;
			chain->ticket.bounced += len;
		}
		chain->pieces[n] = (struct sim_piece){ gpa, len };
		*(is_writable ? &chain->n_in : &chain->n_out) += 1;
		gpa += len;
		left -= len;
	}
	return 0;
}

enum sim_ring_error sim_check_table(const struct sim_desc *desc, struct sim_memory *memory)
{
	if (desc->len == 0 || desc->len % SIM_DESC_SIZE != 0)
		return SIM_RING_BAD_INDIRECT;
	return is_mappable(memory, desc->addr, desc->len) ? SIM_RING_OK
							  : SIM_RING_INDIRECT_UNMAPPED;
}

size_t sim_chain_read(const struct sim_chain *chain, struct sim_memory *memory,
		      struct sim_chain_cursor *cursor, void *to, size_t len)
{
	uint8_t *at = to;
	size_t done = 0;

	while (cursor->piece < chain->n_out && done < len) {
		const struct sim_piece *piece = &chain->pieces[cursor->piece];
		uint32_t n = (uint32_t)MIN(len - done, (size_t)(piece->len - cursor->offset));

		sim_memory_read(memory, piece->gpa + cursor->offset, at + done, n);
		done += n;
		cursor->offset += n;
		if (cursor->offset < piece->len)
			break;
		cursor->piece++;
		cursor->offset = 0;
	}
	return done;
}
