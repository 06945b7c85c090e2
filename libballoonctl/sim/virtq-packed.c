/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Packed virtqueues (virtio 1.3, 2.8): one ring that driver and device write in turn, and an event
 * suppression area of each, in the places of the available ring (the driver's) and the used ring.
 */
#include "sim/virtq-format.h"

enum {
	DESC_LEN = 8,
	DESC_ID = 12,
	DESC_FLAGS = 14,
	EVENT_OFF_WRAP = 0,
	EVENT_FLAGS = 2,
};

static void load_desc(struct sim_memory *memory, uint64_t gpa, struct sim_desc *ret)
{
	struct {
		uint64_t addr;
		uint32_t len;
		uint16_t id, flags;
	} raw;

	sim_memory_read(memory, gpa, &raw, sizeof(raw));
	ret->addr = le64toh(raw.addr);
	ret->len = le32toh(raw.len);
	ret->id = le16toh(raw.id);
	ret->flags = le16toh(raw.flags);
}

static uint64_t get_entry(const struct sim_virtq *vq, uint16_t index)
{
	return vq->desc + (uint64_t)SIM_DESC_SIZE * index;
}

static bool is_empty(const struct sim_virtq *vq, struct sim_memory *memory)
{
	uint16_t flags;
	bool is_avail, is_used;

	if (vq->desc == 0 || vq->mapped_size == 0)
		return true;
	flags = sim_load16(memory, get_entry(vq, vq->last_avail) + DESC_FLAGS);
	is_avail = (flags & SIM_PACKED_F_AVAIL) != 0;
	is_used = (flags & SIM_PACKED_F_USED) != 0;
	return is_avail == is_used || is_avail != vq->avail_wrap;
}

static int pop(struct sim_virtq *vq, struct sim_memory *memory, struct sim_ring_rules *rules,
	       struct sim_chain *ret, struct sim_ring_failure *failure)
{
	uint64_t table = vq->desc;
	uint32_t n = vq->size;
	uint32_t at = vq->last_avail;
	bool is_indirect = false;
	struct sim_desc desc;
	uint32_t steps = 0;
	uint16_t id;

	sim_chain_begin(ret);
	if (is_empty(vq, memory))
		return 0;
	if (vq->n_outstanding >= vq->size)
		return sim_fail(failure, SIM_RING_SIZE_EXCEEDED, 0);
	if (vq->size > vq->mapped_size)
		return sim_fail(failure, SIM_RING_OUTGROWN, 0);
	load_desc(memory, get_entry(vq, vq->last_avail), &desc);
	id = desc.id;
	if (desc.flags & SIM_DESC_F_INDIRECT) {
		enum sim_ring_error error = sim_check_table(&desc, memory);

		if (error != SIM_RING_OK)
			return sim_fail(failure, error, 0);
		is_indirect = true;
		table = desc.addr;
		n = desc.len / SIM_DESC_SIZE;
		at = 0;
		load_desc(memory, table, &desc);
	}
	for (;;) {
		int r = sim_chain_add(ret, &desc, memory, rules, failure);

		if (r < 0)
			return r;
		if (++steps > n)
			return sim_fail(failure, SIM_RING_LOOP, 0);
		/* A table is used to its end; a chain in the ring says where it ends. */
		if (!is_indirect && (desc.flags & SIM_DESC_F_NEXT) == 0)
			break;
		if (++at == n) {
			if (is_indirect)
				break;
			at = 0;
		}
		load_desc(memory, table + (uint64_t)SIM_DESC_SIZE * at, &desc);
	}
	if (!is_indirect && !rules->profile->packed_id_is_first)
		id = desc.id;
	ret->ticket.id = id;
	ret->ticket.n_descs = is_indirect ? 1 : (uint16_t)steps;
	vq->n_outstanding += ret->ticket.n_descs;
	vq->last_avail += ret->ticket.n_descs;
	if (vq->last_avail >= vq->size) {
		vq->last_avail -= vq->size;
		vq->avail_wrap = !vq->avail_wrap;
	}
	/* For x-query-virtio-queue-status alone; there is no index in memory. */
	vq->seen_avail = vq->last_avail;
	return 1;
}

static void push(struct sim_virtq *vq, struct sim_memory *memory, const struct sim_ticket *ticket)
{
	uint16_t flags = vq->used_wrap ? SIM_PACKED_F_AVAIL | SIM_PACKED_F_USED : 0;
	uint64_t entry = get_entry(vq, vq->used_idx);
	uint32_t len = 0;

	if (vq->desc == 0)
		return;
	if (vq->mapped_size != 0) {
		sim_store16(memory, entry + DESC_ID, ticket->id);
		sim_memory_write(memory, entry + DESC_LEN, &len, sizeof(len));
		sim_store16(memory, entry + DESC_FLAGS, flags);
	}
	vq->n_outstanding -= ticket->n_descs;
	vq->used_idx += ticket->n_descs;
	if (vq->used_idx >= vq->size) {
		vq->used_idx -= vq->size;
		vq->used_wrap = !vq->used_wrap;
		vq->signalled_is_valid = false;
	}
}

static bool should_interrupt(struct sim_virtq *vq, struct sim_memory *memory,
			     const struct sim_ring_rules *rules)
{
	uint16_t old = vq->signalled_used;
	bool was_valid = vq->signalled_is_valid;
	uint16_t event, flags, off;

	vq->signalled_is_valid = true;
	vq->signalled_used = vq->used_idx;
	flags = vq->mapped_size == 0 ? 0 : sim_load16(memory, vq->avail + EVENT_FLAGS);
	if (flags == SIM_PACKED_EVENT_DISABLE)
		return false;
	if (flags == SIM_PACKED_EVENT_ENABLE || !was_valid)
		return true;
	event = vq->mapped_size == 0 ? 0 : sim_load16(memory, vq->avail + EVENT_OFF_WRAP);
	off = event & 0x7fff;
	if ((event >> 15) != vq->used_wrap)
		off -= vq->size;
	return sim_has_passed(off, vq->used_idx, old);
}

const struct sim_virtq_format sim_virtq_packed = {
	.pop = pop,
	.push = push,
	.should_interrupt = should_interrupt,
};
