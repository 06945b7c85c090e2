/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The driver's side of virtio-mmio and of virtqueues: find the device, negotiate, lay out rings in
 * guest memory, make buffers available, take them back. It reaches the device through its window
 * alone and believes nothing of what it reads there: every loop and every size is bounded.
 */
#ifndef SIM_DRIVER_H
#define SIM_DRIVER_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/guest/window.h"
#include "sim/spec.h"

/* A descriptor in the driver's own words; `next` means something in split rings only. */
struct sim_driver_desc {
	uint64_t gpa;
	uint32_t len;
	uint16_t flags;
	uint16_t next;
};

struct sim_driver_queue {
	uint64_t desc, avail, used; /* guest-physical */
	uint16_t size;              /* 0: not set up */
	uint8_t index;
	bool avail_wrap, used_wrap; /* packed */
	uint16_t avail_idx;         /* free-running; packed: the next descriptor to write */
	uint16_t used_idx;          /* free-running; packed: the next descriptor to come back */
	uint16_t n_out;             /* chains that the device has */
	uint16_t chain_len;         /* of each chain that is out; packed */
	uint32_t plain_len;         /* descriptor 0 is one of a plain buffer of this length ... */
	uint64_t plain_gpa;         /* ... at this address; length 0: it is something else */
	bool is_plain;              /* the available ring has nothing but 0 in it so far; split */
};

struct sim_driver {
	const struct balloonsim_window *window; /* borrowed */
	uint64_t ram_bytes;
	uint64_t offered, features; /* features: accepted */
	bool is_legacy, is_packed, has_event_idx;
	uint64_t next;                                  /* first free byte of the driver's memory */
	struct sim_driver_queue queues[SIM_QUEUES_MAX]; /* by role */
};

/* How a queue is set up otherwise than it should be. */
struct sim_driver_twist {
	uint16_t size;                                     /* instead of QueueNumMax */
	bool is_overstated;                                /* the device is told twice the size */
	bool desc_past_end, avail_past_end, used_past_end; /* of RAM */
};

void sim_driver_init(struct sim_driver *driver, const struct balloonsim_window *window,
		     uint64_t ram_bytes);

/* Reset the device, and accept of `wanted` what it offers. -ENODEV: no balloon there; -EPROTO: it
 * refuses the features. `skips_ok` leaves FEATURES_OK out. */
int sim_driver_negotiate(struct sim_driver *driver, uint64_t wanted, bool skips_ok);

/* Memory for the driver itself; 0 if there isn't enough. Never given back but by negotiating anew. */
uint64_t sim_driver_allocate(struct sim_driver *driver, uint64_t len, uint32_t align);

/* Make queue `index` of the device one of ours, with `extra` bytes of memory beside its rings, whose
 * address is returned in `ret_extra`; `twist` may be NULL. -ENOENT: no such queue, -ENOMEM. */
int sim_driver_add_queue(struct sim_driver *driver, enum sim_queue_role role, unsigned int index,
			 size_t extra, const struct sim_driver_twist *twist, uint64_t *ret_extra);

/* DRIVER_OK. */
void sim_driver_start(struct sim_driver *driver);

/* Status 0: the device forgets everything. */
void sim_driver_reset(struct sim_driver *driver);

void sim_driver_fail(struct sim_driver *driver);

static inline bool sim_driver_has(const struct sim_driver *driver, unsigned int feature)
{
	return (driver->features & SIM_FEATURE(feature)) != 0;
}

static inline bool sim_driver_has_queue(const struct sim_driver *driver, enum sim_queue_role role)
{
	return driver->queues[role].size != 0;
}

/* Make descriptors available, without a kick: `n` of them, written from entry `head` of the table
 * on. Nothing of them is checked, and each chain has to have the same length (packed). */
void sim_driver_put(struct sim_driver *driver, enum sim_queue_role role, uint16_t head,
		    const struct sim_driver_desc *descs, size_t n);

/* One readable buffer in descriptor 0. */
void sim_driver_put_first(struct sim_driver *driver, enum sim_queue_role role, uint64_t gpa,
			  uint32_t len);

/* The same, and the usual case: the same buffer goes round and round, so its descriptor stands there
 * already, and so does the 0 in the available ring. */
static inline void sim_driver_put_plain(struct sim_driver *driver, enum sim_queue_role role,
					uint64_t gpa, uint32_t len)
{
	struct sim_driver_queue *queue = &driver->queues[role];
	uint16_t idx;

	if (queue->plain_len != len || queue->plain_gpa != gpa || !queue->is_plain) {
		sim_driver_put_first(driver, role, gpa, len);
		return;
	}
	queue->n_out++;
	idx = htole16(++queue->avail_idx);
	window_store(driver->window, queue->avail + 2, &idx, sizeof(idx));
}

/* Make `head` available without touching descriptors; split rings only. */
void sim_driver_put_head(struct sim_driver *driver, enum sim_queue_role role, uint16_t head);

/* Say that `n` more entries are available than were written; split rings only. */
void sim_driver_skip(struct sim_driver *driver, enum sim_queue_role role, uint16_t n);

bool sim_driver_take_packed(struct sim_driver *driver, enum sim_queue_role role);

/* Has a chain come back? It is taken. */
static inline bool sim_driver_take(struct sim_driver *driver, enum sim_queue_role role)
{
	struct sim_driver_queue *queue = &driver->queues[role];
	uint16_t idx = 0;

	if (queue->n_out == 0)
		return false;
	if (driver->is_packed)
		return sim_driver_take_packed(driver, role);
	window_load(driver->window, queue->used + 2, &idx, sizeof(idx));
	if (le16toh(idx) == queue->used_idx)
		return false;
	queue->n_out--;
	queue->used_idx++;
	if (driver->has_event_idx) {
		idx = htole16(queue->used_idx);
		window_store(driver->window, queue->avail + 4 + 2 * (uint64_t)queue->size, &idx,
			     sizeof(idx));
	}
	return true;
}

static inline void sim_driver_kick(const struct sim_driver *driver, enum sim_queue_role role)
{
	window_write(driver->window, SIM_MMIO_QUEUE_NOTIFY, driver->queues[role].index);
}

/* The interrupt status, acknowledged. */
static inline uint32_t sim_driver_take_interrupts(const struct sim_driver *driver)
{
	uint32_t bits = window_read(driver->window, SIM_MMIO_INTERRUPT_STATUS);

	if (bits != 0)
		window_write(driver->window, SIM_MMIO_INTERRUPT_ACK, bits);
	return bits;
}

static inline uint32_t sim_driver_read_config(const struct sim_driver *driver, uint32_t field)
{
	return window_read(driver->window, SIM_MMIO_CONFIG + field);
}

static inline void sim_driver_write_config(const struct sim_driver *driver, uint32_t field,
					   uint32_t value)
{
	window_write(driver->window, SIM_MMIO_CONFIG + field, value);
}

#endif
