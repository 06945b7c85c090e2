/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The register window: virtio-mmio, modern and legacy (virtio 1.3, 4.2), with QEMU's answers to
 * everything that the specification leaves open.
 */
#ifndef SIM_MMIO_H
#define SIM_MMIO_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/balloon.h"

struct sim_mmio {
	struct sim_balloon *balloon; /* borrowed; NULL: an empty transport */
	bool is_legacy;
	bool has_ioeventfd;
	bool is_started; /* event notifiers are in use; beginning that kicks every queue */
	uint8_t kicked;  /* through one, and not yet served: a bit for each queue */
	uint32_t device_features_sel;
	uint32_t driver_features_sel;
	uint32_t driver_features[2];
	uint32_t page_shift; /* legacy */
	uint32_t queue_sel;
	struct sim_mmio_queue { /* modern: as written, until QueueReady takes it over */
		uint16_t num;   /* QEMU keeps 16 bits of it */
		uint32_t desc[2], avail[2], used[2];
	} queues[SIM_QUEUES_MAX];
	uint32_t queue_ready[1024 / 32]; /* also of queues that don't exist, a bit each */
};

void sim_mmio_init(struct sim_mmio *mmio, struct sim_balloon *balloon, bool is_legacy,
		   bool has_ioeventfd);

/* One access of 1, 2 or 4 bytes, naturally aligned, inside the window. */
uint32_t sim_mmio_read(struct sim_mmio *mmio, uint32_t offset, unsigned int width);
void sim_mmio_write(struct sim_mmio *mmio, uint32_t offset, unsigned int width, uint32_t value);

/* Serve what was kicked through an event notifier. */
void sim_mmio_serve(struct sim_mmio *mmio);

/* The machine stops; it goes on; all of it is reset. */
void sim_mmio_stop(struct sim_mmio *mmio);
void sim_mmio_resume(struct sim_mmio *mmio);
void sim_mmio_system_reset(struct sim_mmio *mmio);

#endif
