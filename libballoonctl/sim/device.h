/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What any virtio device has: status, features, interrupts, generation, queues, and a way to break
 * (virtio 1.3, section 2). Transport and device type are elsewhere.
 */
#ifndef SIM_DEVICE_H
#define SIM_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/memory.h"
#include "sim/profile.h"
#include "sim/virtq.h"

struct sim_device {
	const struct sim_profile *profile;
	struct sim_memory *memory; /* borrowed */
	uint64_t offered;
	struct sim_ring_rules rules; /* holds the accepted features */
	uint8_t status;
	uint8_t isr;
	uint32_t generation; /* configuration interrupts so far */
	bool is_broken;
	struct sim_ring_failure failure; /* of the last breakage ... */
	uint8_t failed_queue;
	uint32_t n_breakages; /* ... counted, so that the owner can tell each once */
	bool line;            /* the interrupt line */
	uint32_t n_edges;     /* how often it has changed */
	uint8_t n_queues;
	struct sim_virtq queues[SIM_QUEUES_MAX];
};

/* `sizes` has one entry for each queue. */
void sim_device_init(struct sim_device *device, const struct sim_profile *profile,
		     struct sim_memory *memory, uint64_t offered, const uint16_t *sizes,
		     unsigned int n_queues);

/* Has the driver accepted the feature? */
static inline bool sim_device_has(const struct sim_device *device, unsigned int feature)
{
	return (device->rules.features & SIM_FEATURE(feature)) != 0;
}

/* Accept of `features` what is offered. Ignored while FEATURES_OK is set. */
void sim_device_set_features(struct sim_device *device, uint64_t features);

/* As written; 0 is sim_device_reset(), which is the caller's to do. */
void sim_device_set_status(struct sim_device *device, uint8_t status);

/* What survives: generation, and all that belongs to the device type. */
void sim_device_reset(struct sim_device *device);

/* The interrupts. */
void sim_device_acknowledge(struct sim_device *device, uint8_t bits);
void sim_device_notify_config(struct sim_device *device);
void sim_device_notify_queue(struct sim_device *device, unsigned int queue);

/* Stop serving queues until a reset, and tell the guest if it has accepted VERSION_1. */
void sim_device_break(struct sim_device *device, unsigned int queue, enum sim_ring_error error,
		      uint32_t value);

/* Take a chain: true, or false if there is none or taking it broke the device. */
bool sim_device_pop(struct sim_device *device, unsigned int queue, struct sim_chain *ret);

/* Give it back and interrupt as the driver wants it. */
void sim_device_return(struct sim_device *device, unsigned int queue,
		       const struct sim_ticket *ticket);

/* Map a ring after its size or addresses have changed. */
void sim_device_map(struct sim_device *device, unsigned int queue);

/* QEMU's words for the last breakage, in `text` of `len` bytes; "" if there was none. Some of them
 * name the device by its id, or by the window's address if it is anonymous (`id` NULL). */
void sim_device_describe(const struct sim_device *device, const char *id, uint64_t window_base,
			 char *text, size_t len);

#endif
