/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One virtqueue as the device sees it: takes chains that the driver made available and returns
 * them. Split rings (virtio 1.3, 2.7) and packed ones (2.8), with QEMU's idea of what is an error
 * and what is not. A queue holds no memory, memory is an argument.
 */
#ifndef SIM_VIRTQ_H
#define SIM_VIRTQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/memory.h"
#include "sim/profile.h"
#include "sim/spec.h"

/* What breaks a device; sim_device_describe() has the texts. */
enum sim_ring_error {
	SIM_RING_OK,
	SIM_RING_SIZE_EXCEEDED, /* more chains outstanding than entries */
	SIM_RING_BAD_HEAD,      /* value: the index */
	SIM_RING_BAD_NEXT,      /* value: the index */
	SIM_RING_LOOP,
	SIM_RING_EMPTY_BUFFER,
	SIM_RING_BAD_ORDER,    /* readable after writable */
	SIM_RING_BAD_INDIRECT, /* length of the table */
	SIM_RING_INDIRECT_UNMAPPED,
	SIM_RING_TOO_MANY_PIECES,
	SIM_RING_UNMAPPABLE,
	SIM_RING_NOT_MAPPED,
	SIM_RING_OUTGROWN,      /* QueueNum was raised after mapping; QEMU 7.2 may crash here */
	SIM_RING_DESC_UNMAPPED, /* the ring reaches past the end of RAM */
	SIM_RING_AVAIL_UNMAPPED,
	SIM_RING_USED_UNMAPPED,
	SIM_RING_TOO_LARGE,   /* QueueNum; value: the size */
	SIM_RING_BAD_HINT_ID, /* the free page hint command is shorter than 4 bytes */
};

struct sim_ring_failure {
	enum sim_ring_error error;
	uint32_t value;
};

struct sim_virtq {
	uint16_t size;              /* entries; 0: no such queue */
	uint16_t default_size;      /* after a reset */
	uint64_t desc, avail, used; /* guest-physical; desc 0: not set up */
	uint32_t align;             /* legacy: of the used ring */
	uint16_t
		mapped_size; /* entries when the rings were last looked over; 0: they aren't mapped */
	uint16_t last_avail; /* next entry of the available ring (split), descriptor (packed) */
	uint16_t seen_avail; /* avail.idx as last read */
	uint16_t used_idx;
	uint16_t signalled_used;
	bool signalled_is_valid;
	bool avail_wrap, used_wrap; /* packed */
	uint16_t n_outstanding;     /* entries taken and not given back */
};

/* A piece is one stretch of guest memory inside RAM, or one outside it (which reads as zeros). */
struct sim_piece {
	uint64_t gpa;
	uint32_t len;
};

/* What a queue needs to know to give a chain back. */
struct sim_ticket {
	uint16_t id;      /* head index (split), buffer id (packed) */
	uint16_t n_descs; /* ring entries it took */
	uint32_t bounced; /* bytes of it that lie outside RAM */
};

struct sim_chain {
	struct sim_ticket ticket;
	uint16_t n_out; /* device-readable pieces come first ... */
	uint16_t n_in;  /* ... then the device-writable ones */
	struct sim_piece pieces[SIM_PIECES_MAX];
};

/* What the rings of one device have in common. */
struct sim_ring_rules {
	uint64_t features; /* accepted */
	const struct sim_profile *profile;
	uint32_t bounced; /* bytes outside RAM of all chains that are out */
};

/* As after a device reset; the default size stays. */
void sim_virtq_reset(struct sim_virtq *vq);

/* Look the rings' addresses over: SIM_RING_OK, or which part reaches past the end of RAM. */
enum sim_ring_error sim_virtq_map(struct sim_virtq *vq, struct sim_memory *memory,
				  const struct sim_ring_rules *rules);

/* What a ring format does for the functions below. */
struct sim_virtq_format {
	int (*pop)(struct sim_virtq *vq, struct sim_memory *memory, struct sim_ring_rules *rules,
		   struct sim_chain *ret, struct sim_ring_failure *failure);
	void (*push)(struct sim_virtq *vq, struct sim_memory *memory,
		     const struct sim_ticket *ticket);
	bool (*should_interrupt)(struct sim_virtq *vq, struct sim_memory *memory,
				 const struct sim_ring_rules *rules);
};

extern const struct sim_virtq_format sim_virtq_split, sim_virtq_packed;

static inline const struct sim_virtq_format *
sim_virtq_get_format(const struct sim_ring_rules *rules)
{
	return rules->features & SIM_FEATURE(SIM_F_PACKED) ? &sim_virtq_packed : &sim_virtq_split;
}

/* Take the next chain: 1, 0 if there is none, or -EPROTO with the reason in `failure`. What was
 * wrong is consumed all the same. */
static inline int sim_virtq_pop(struct sim_virtq *vq, struct sim_memory *memory,
				struct sim_ring_rules *rules, struct sim_chain *ret,
				struct sim_ring_failure *failure)
{
	int r = sim_virtq_get_format(rules)->pop(vq, memory, rules, ret, failure);

	/* What was mapped of a bad chain is given up. */
	if (r < 0)
		rules->bounced -= ret->ticket.bounced;
	return r;
}

/* Give it back with used length 0 (the balloon writes nothing). */
static inline void sim_virtq_push(struct sim_virtq *vq, struct sim_memory *memory,
				  struct sim_ring_rules *rules, const struct sim_ticket *ticket)
{
	rules->bounced -= ticket->bounced;
	sim_virtq_get_format(rules)->push(vq, memory, ticket);
}

/* Forget a chain without giving it back, as a broken device does. */
static inline void sim_virtq_drop(struct sim_virtq *vq, struct sim_ring_rules *rules,
				  const struct sim_ticket *ticket)
{
	rules->bounced -= ticket->bounced;
	vq->n_outstanding -= ticket->n_descs;
}

/* Does the driver want an interrupt for what has been given back? Notes that it was asked. */
static inline bool sim_virtq_should_interrupt(struct sim_virtq *vq, struct sim_memory *memory,
					      const struct sim_ring_rules *rules)
{
	return sim_virtq_get_format(rules)->should_interrupt(vq, memory, rules);
}

/* How far the readable bytes of a chain have been read; all zeros at the beginning. */
struct sim_chain_cursor {
	unsigned int piece;
	uint32_t offset; /* in that piece */
};

/* Copy the next `len` readable bytes, or what there is; returns how many. */
size_t sim_chain_read(const struct sim_chain *chain, struct sim_memory *memory,
		      struct sim_chain_cursor *cursor, void *to, size_t len);

#endif
