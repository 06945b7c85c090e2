/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Virtqueues from the driver's side: split (virtio 1.3, 2.7) and packed (2.8). The driver wants an
 * interrupt for each buffer that comes back, and kicks always: the balloon hardly ever asks it not
 * to, so looking would cost more than it saves.
 */
#include <endian.h>

#include "sim/guest/driver.h"

struct ring_desc {
	uint64_t gpa;
	uint32_t len;
	uint16_t flags, next; /* packed: id, flags */
};

_Static_assert(sizeof(struct ring_desc) == SIM_DESC_SIZE, "a descriptor has padding");

static void store16(const struct sim_driver *driver, uint64_t gpa, uint16_t value)
{
	uint16_t bytes = htole16(value);

	window_store(driver->window, gpa, &bytes, sizeof(bytes));
}

static uint16_t load16(const struct sim_driver *driver, uint64_t gpa)
{
	uint16_t bytes = 0;

	window_load(driver->window, gpa, &bytes, sizeof(bytes));
	return le16toh(bytes);
}

static void write_desc(const struct sim_driver *driver, const struct sim_driver_queue *queue,
		       unsigned int n, const struct sim_driver_desc *desc)
{
	struct ring_desc bytes = {
		.gpa = htole64(desc->gpa),
		.len = htole32(desc->len),
		.flags = htole16(desc->flags),
		.next = htole16(desc->next),
	};

	window_store(driver->window, queue->desc + SIM_DESC_SIZE * (uint64_t)n, &bytes,
		     sizeof(bytes));
}

static void put_packed(struct sim_driver *driver, struct sim_driver_queue *queue, uint16_t head,
		       const struct sim_driver_desc *descs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint16_t flags = queue->avail_wrap ? SIM_PACKED_F_AVAIL : SIM_PACKED_F_USED;
		struct sim_driver_desc desc = descs[i];

		desc.next = desc.flags | flags;
		desc.flags = head; /* the buffer id */
		write_desc(driver, queue, queue->avail_idx, &desc);
		if (++queue->avail_idx == queue->size) {
			queue->avail_idx = 0;
			queue->avail_wrap = !queue->avail_wrap;
		}
	}
	queue->chain_len = (uint16_t)n;
	queue->n_out++;
}

bool sim_driver_take_packed(struct sim_driver *driver, enum sim_queue_role role)
{
	struct sim_driver_queue *queue = &driver->queues[role];
	uint64_t gpa = queue->desc + SIM_DESC_SIZE * (uint64_t)queue->used_idx + 14;
	uint16_t flags = load16(driver, gpa);
	bool avail = (flags & SIM_PACKED_F_AVAIL) != 0;
	bool used = (flags & SIM_PACKED_F_USED) != 0;

	if (queue->n_out == 0 || avail != used || used != queue->used_wrap)
		return false;
	queue->n_out--;
	queue->used_idx += queue->chain_len;
	if (queue->used_idx >= queue->size) {
		queue->used_idx -= queue->size;
		queue->used_wrap = !queue->used_wrap;
	}
	return true;
}

/* Ring entry and index; split rings. */
static void offer(struct sim_driver *driver, struct sim_driver_queue *queue, uint16_t head)
{
	unsigned int slot = queue->avail_idx & (queue->size - 1u);

	/* A ring begins as zeros, and one that only ever offers descriptor 0 stays so. */
	if (head != 0 || !queue->is_plain) {
		store16(driver, queue->avail + 4 + 2 * slot, head);
		queue->is_plain = false;
	}
	store16(driver, queue->avail + 2, ++queue->avail_idx);
	queue->n_out++;
}

void sim_driver_put(struct sim_driver *driver, enum sim_queue_role role, uint16_t head,
		    const struct sim_driver_desc *descs, size_t n)
{
	struct sim_driver_queue *queue = &driver->queues[role];

	if (queue->size == 0 || n > queue->size)
		return;
	if (driver->is_packed) {
		put_packed(driver, queue, head, descs, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		write_desc(driver, queue, (head + (unsigned int)i) & (queue->size - 1u), &descs[i]);
	queue->plain_len = 0;
	offer(driver, queue, head);
}

void sim_driver_put_first(struct sim_driver *driver, enum sim_queue_role role, uint64_t gpa,
			  uint32_t len)
{
	struct sim_driver_desc desc = { .gpa = gpa, .len = len };
	struct sim_driver_queue *queue = &driver->queues[role];

	sim_driver_put(driver, role, 0, &desc, 1);
	if (driver->is_packed)
		return;
	queue->plain_gpa = gpa;
	queue->plain_len = len;
}

void sim_driver_put_head(struct sim_driver *driver, enum sim_queue_role role, uint16_t head)
{
	struct sim_driver_queue *queue = &driver->queues[role];

	if (queue->size != 0 && !driver->is_packed)
		offer(driver, queue, head);
}

void sim_driver_skip(struct sim_driver *driver, enum sim_queue_role role, uint16_t n)
{
	struct sim_driver_queue *queue = &driver->queues[role];

	if (queue->size == 0 || driver->is_packed)
		return;
	queue->avail_idx += n;
	queue->n_out += n;
	store16(driver, queue->avail + 2, queue->avail_idx);
}
