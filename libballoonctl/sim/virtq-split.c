/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Split virtqueues (virtio 1.3, 2.7): a descriptor table, an available ring and a used ring. */
#include "sim/virtq-format.h"

enum {
	AVAIL_FLAGS = 0,
	AVAIL_IDX = 2,
	AVAIL_RING = 4,
	USED_IDX = 2,
	USED_RING = 4,
	USED_ENTRY_SIZE = 8,
};

/* Rings that aren't mapped read as zeros. */
static inline uint16_t load_avail(const struct sim_virtq *vq, struct sim_memory *memory,
				  uint64_t offset)
{
	return vq->mapped_size == 0 ? 0 : sim_load16(memory, vq->avail + offset);
}

/* The index once read is believed until it is used up, even if the driver takes it back. */
static bool is_empty(struct sim_virtq *vq, struct sim_memory *memory)
{
	if (vq->avail == 0)
		return true;
	if (vq->seen_avail == vq->last_avail)
		vq->seen_avail = load_avail(vq, memory, AVAIL_IDX);
	return vq->seen_avail == vq->last_avail;
}

static void load_desc(struct sim_memory *memory, uint64_t gpa, struct sim_desc *ret)
{
	struct {
		uint64_t addr;
		uint32_t len;
		uint16_t flags, next;
	} raw;

	sim_memory_read(memory, gpa, &raw, sizeof(raw));
	ret->addr = le64toh(raw.addr);
	ret->len = le32toh(raw.len);
	ret->flags = le16toh(raw.flags);
	ret->next = le16toh(raw.next);
}

/* Walk from the descriptor in `desc` on; `table` has `n` entries. */
static int walk(struct sim_desc *desc, uint64_t table, uint32_t n, struct sim_memory *memory,
		struct sim_ring_rules *rules, struct sim_chain *chain,
		struct sim_ring_failure *failure)
{
	for (uint32_t steps = 0;;) {
		int r = sim_chain_add(chain, desc, memory, rules, failure);

		if (r < 0)
			return r;
		if (++steps > n)
			return sim_fail(failure, SIM_RING_LOOP, 0);
		if ((desc->flags & SIM_DESC_F_NEXT) == 0)
			return 0;
		if (desc->next >= n)
			return sim_fail(failure, SIM_RING_BAD_NEXT, desc->next);
		load_desc(memory, table + (uint64_t)SIM_DESC_SIZE * desc->next, desc);
	}
}

static int pop(struct sim_virtq *vq, struct sim_memory *memory, struct sim_ring_rules *rules,
	       struct sim_chain *ret, struct sim_ring_failure *failure)
{
	uint64_t table = vq->desc;
	uint32_t n = vq->size;
	struct sim_desc desc;
	uint16_t head;
	int r;

	sim_chain_begin(ret);
	if (is_empty(vq, memory))
		return 0;
	if (vq->n_outstanding >= vq->size)
		return sim_fail(failure, SIM_RING_SIZE_EXCEEDED, 0);
	head = load_avail(vq, memory, AVAIL_RING + 2 * (vq->last_avail % vq->size));
	vq->last_avail++;
	if (head >= vq->size)
		return sim_fail(failure, SIM_RING_BAD_HEAD, head);
	/* Kicks are wanted for whatever comes next. */
	if (sim_rules_have(rules, SIM_F_EVENT_IDX) && vq->mapped_size != 0)
		sim_store16(memory, vq->used + USED_RING + USED_ENTRY_SIZE * vq->size,
			    vq->last_avail);
	if (vq->mapped_size == 0)
		return sim_fail(failure, SIM_RING_NOT_MAPPED, 0);
	if (vq->size > vq->mapped_size)
		return sim_fail(failure, SIM_RING_OUTGROWN, 0);

	load_desc(memory, table + (uint64_t)SIM_DESC_SIZE * head, &desc);
	/* A table is taken whether or not INDIRECT_DESC was negotiated, and the other flags of
	 * the descriptor that names it do not count. */
	if (desc.flags & SIM_DESC_F_INDIRECT) {
		enum sim_ring_error error = sim_check_table(&desc, memory);

		if (error != SIM_RING_OK)
			return sim_fail(failure, error, 0);
		table = desc.addr;
		n = desc.len / SIM_DESC_SIZE;
		load_desc(memory, table, &desc);
	}
	r = walk(&desc, table, n, memory, rules, ret, failure);
	if (r < 0)
		return r;
	ret->ticket.id = head;
	ret->ticket.n_descs = 1;
	vq->n_outstanding++;
	return 1;
}

static void push(struct sim_virtq *vq, struct sim_memory *memory, const struct sim_ticket *ticket)
{
	uint16_t old = vq->used_idx;
	struct {
		uint32_t id, len;
	} entry = { .id = htole32(ticket->id) };

	if (vq->used == 0)
		return;
	if (vq->mapped_size != 0) {
		sim_memory_write(memory, vq->used + USED_RING + USED_ENTRY_SIZE * (old % vq->size),
				 &entry, sizeof(entry));
		sim_store16(memory, vq->used + USED_IDX, old + 1);
	}
	vq->used_idx++;
	vq->n_outstanding--;
	/* Half the numbers of an index have gone by since the driver was last told: which of the two
	 * is ahead can't be seen any more. */
	if ((int16_t)(vq->used_idx - vq->signalled_used) <= 0)
		vq->signalled_is_valid = false;
}

static bool should_interrupt(struct sim_virtq *vq, struct sim_memory *memory,
			     const struct sim_ring_rules *rules)
{
	uint16_t old = vq->signalled_used;
	bool was_valid = vq->signalled_is_valid;

	if (sim_rules_have(rules, SIM_F_NOTIFY_ON_EMPTY) && vq->n_outstanding == 0 &&
	    is_empty(vq, memory))
		return true;
	if (!sim_rules_have(rules, SIM_F_EVENT_IDX))
		return (load_avail(vq, memory, AVAIL_FLAGS) & SIM_AVAIL_F_NO_INTERRUPT) == 0;
	vq->signalled_is_valid = true;
	vq->signalled_used = vq->used_idx;
	return !was_valid ||
	       sim_has_passed(load_avail(vq, memory, AVAIL_RING + 2 * vq->size), vq->used_idx, old);
}

const struct sim_virtq_format sim_virtq_split = {
	.pop = pop,
	.push = push,
	.should_interrupt = should_interrupt,
};
