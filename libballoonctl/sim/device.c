/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Status, features, interrupts and the broken state of a virtio device. A broken device keeps its
 * status and configuration alive and ignores its queues until a reset; whether the guest is told
 * depends on VERSION_1 (B118).
 */
#include "sim/device.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/util.h"

void sim_device_init(struct sim_device *device, const struct sim_profile *profile,
		     struct sim_memory *memory, uint64_t offered, const uint16_t *sizes,
		     unsigned int n_queues)
{
	*device = (struct sim_device){
		.profile = profile,
		.memory = memory,
		.offered = offered,
		.rules = { .profile = profile },
		.n_queues = (uint8_t)n_queues,
	};
	for (unsigned int i = 0; i < n_queues; i++) {
		device->queues[i].default_size = sizes[i];
		device->queues[i].align = SIM_PAGE_SIZE;
		sim_virtq_reset(&device->queues[i]);
	}
}

void sim_device_set_features(struct sim_device *device, uint64_t features)
{
	if (device->status & SIM_STATUS_FEATURES_OK)
		return;
	device->rules.features = features & device->offered;
	/* Event indices make the rings longer: do they still fit? */
	if (sim_device_has(device, SIM_F_EVENT_IDX))
		for (unsigned int i = 0; i < device->n_queues; i++)
			sim_device_map(device, i);
}

void sim_device_set_status(struct sim_device *device, uint8_t status)
{
	device->status = status;
}

/* The interrupt line follows the interrupt status, but a broken device moves it no more. */
static void update_line(struct sim_device *device)
{
	bool line = device->isr != 0;

	if (device->is_broken || line == device->line)
		return;
	device->line = line;
	device->n_edges++;
}

void sim_device_reset(struct sim_device *device)
{
	device->is_broken = false;
	device->rules.features = 0;
	device->rules.bounced = 0;
	device->status = 0;
	device->isr = 0;
	update_line(device);
	for (unsigned int i = 0; i < device->n_queues; i++)
		sim_virtq_reset(&device->queues[i]);
}

void sim_device_acknowledge(struct sim_device *device, uint8_t bits)
{
	device->isr &= (uint8_t)~bits;
	update_line(device);
}

void sim_device_notify_config(struct sim_device *device)
{
	if ((device->status & SIM_STATUS_DRIVER_OK) == 0)
		return;
	/* QEMU sets both bits. */
	device->isr |= SIM_INTERRUPT_USED | SIM_INTERRUPT_CONFIG;
	device->generation++;
	update_line(device);
}

void sim_device_notify_queue(struct sim_device *device, unsigned int queue)
{
	struct sim_virtq *vq = &device->queues[queue];
	/* The rings of a broken device count as empty (2.7.7, notify on empty). */
	bool is_empty = device->is_broken && vq->n_outstanding == 0 &&
			sim_device_has(device, SIM_F_NOTIFY_ON_EMPTY);

	if (!is_empty && !sim_virtq_should_interrupt(vq, device->memory, &device->rules))
		return;
	device->isr |= SIM_INTERRUPT_USED;
	update_line(device);
}

void sim_device_break(struct sim_device *device, unsigned int queue, enum sim_ring_error error,
		      uint32_t value)
{
	device->failure = (struct sim_ring_failure){ error, value };
	device->failed_queue = (uint8_t)queue;
	device->n_breakages++;
	if (sim_device_has(device, SIM_F_VERSION_1)) {
		device->status |= SIM_STATUS_NEEDS_RESET;
		sim_device_notify_config(device);
	}
	device->is_broken = true;
}

bool sim_device_pop(struct sim_device *device, unsigned int queue, struct sim_chain *ret)
{
	struct sim_ring_failure failure;
	int r;

	if (device->is_broken)
		return false;
	r = sim_virtq_pop(&device->queues[queue], device->memory, &device->rules, ret, &failure);
	if (r < 0)
		sim_device_break(device, queue, failure.error, failure.value);
	return r > 0;
}

void sim_device_return(struct sim_device *device, unsigned int queue,
		       const struct sim_ticket *ticket)
{
	struct sim_virtq *vq = &device->queues[queue];

	/* A broken device writes nothing, but its interrupt status shows the attempt (B76). */
	if (device->is_broken)
		sim_virtq_drop(vq, &device->rules, ticket);
	else
		sim_virtq_push(vq, device->memory, &device->rules, ticket);
	sim_device_notify_queue(device, queue);
}

void sim_device_map(struct sim_device *device, unsigned int queue)
{
	enum sim_ring_error error;

	error = sim_virtq_map(&device->queues[queue], device->memory, &device->rules);
	if (error != SIM_RING_OK)
		sim_device_break(device, queue, error, 0);
}

/* QEMU 11.1 says more about a ring that can't be mapped. Its words are quoted as they are, with
 * the slip of the pen in one of them. */
static const struct {
	const char *text;
	const char *long_before, *long_after;
} words[] = {
	[SIM_RING_OK] = { "" },
	[SIM_RING_SIZE_EXCEEDED] = { "Virtqueue size exceeded" },
	[SIM_RING_BAD_HEAD] = { "" }, /* these three carry numbers: see below */
	[SIM_RING_BAD_NEXT] = { "" },
	[SIM_RING_LOOP] = { "Looped descriptor" },
	[SIM_RING_EMPTY_BUFFER] = { "virtio: zero sized buffers are not allowed" },
	[SIM_RING_BAD_ORDER] = { "Incorrect order for descriptors" },
	[SIM_RING_BAD_INDIRECT] = { "Invalid size for indirect buffer table" },
	[SIM_RING_INDIRECT_UNMAPPED] = { "Cannot map indirect buffer" },
	[SIM_RING_TOO_MANY_PIECES] = { "virtio: too many write descriptors in indirect table" },
	[SIM_RING_UNMAPPABLE] = { "virtio: bogus descriptor or out of resources" },
	[SIM_RING_NOT_MAPPED] = { "Region caches not initialized" },
	[SIM_RING_OUTGROWN] = { "Cannot map descriptor ring" },
	[SIM_RING_DESC_UNMAPPED] = { "Cannot map desc", "Failed to map descriptor ring",
				     "invalid guest physical address or corrupted queue setup" },
	[SIM_RING_AVAIL_UNMAPPED] = { "Cannot map avail", "Failed to map avalaible ring",
				      "possible queue misconfiguration or overlapping memory region" },
	[SIM_RING_USED_UNMAPPED] = { "Cannot map used", "Failed to map used ring",
				     "possible guest misconfiguration or insufficient memory" },
	[SIM_RING_TOO_LARGE] = { "" },
	[SIM_RING_BAD_HINT_ID] = { "received an incorrect cmd id" },
};

/* A ring that can't be mapped, at length. */
static void describe_map(const struct sim_device *device, const char *id, uint64_t window_base,
			 char *text, size_t len)
{
	const char *before = words[device->failure.error].long_before;
	const char *after = words[device->failure.error].long_after;

	if (id != NULL)
		snprintf(text, len, "%s for device %s: %s", before, id, after);
	else
		snprintf(text, len,
			 "%s for device virtio-mmio-bus device virtio-mmio@%016" PRIx64 ": %s",
			 before, window_base, after);
}

void sim_device_describe(const struct sim_device *device, const char *id, uint64_t window_base,
			 char *text, size_t len)
{
	enum sim_ring_error error = device->failure.error;
	uint32_t value = device->failure.value;

	if (error == SIM_RING_TOO_LARGE)
		snprintf(text, len, "virtio: queue %u size %" PRIu32 " exceeds max size %u",
			 device->failed_queue, value,
			 device->queues[device->failed_queue].default_size);
	else if (error == SIM_RING_BAD_HEAD)
		snprintf(text, len, "Guest says index %" PRIu32 " is available", value);
	else if (error == SIM_RING_BAD_NEXT)
		snprintf(text, len, "Desc next is %" PRIu32, value);
	else if (words[error].long_before != NULL && device->profile->map_error_is_long)
		describe_map(device, id, window_base, text, len);
	else
		snprintf(text, len, "%s", words[error].text);
}
