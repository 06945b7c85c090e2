/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What differs between the QEMU versions that we know, as data. */
#ifndef SIM_PROFILE_H
#define SIM_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/spec.h"

struct sim_profile {
	const char *name; /* "7.2" */

	/* QMP */
	uint8_t major, minor, micro;
	const char *package;
	const char *balloon_parameter; /* how an error names the value of `balloon` */
	bool status_has_singlestep;    /* in query-status */
	bool has_qom_list_get;
	bool virtio_path_is_exact; /* of x-query-virtio-queue-status; else any that leads there */
	bool json_errors_have_position;   /* "LINE:COLUMN: ", the newer words, early errors */
	bool step_without_deadline_fails; /* qtest clock_step */

	/* The balloon */
	uint8_t n_stats;           /* tags from 0 that are understood */
	bool reset_clears_stats;   /* system_reset */
	const uint8_t *stat_order; /* n_stats tags in the order in which guest-stats shows them */

	/* virtio */
	uint16_t queue_sizes[SIM_QUEUES_MAX]; /* by role, after a reset */
	bool num_max_is_size;      /* QueueNumMax is that size, and a larger QueueNum breaks */
	bool num_maps_ring;        /* QueueNum maps the ring anew */
	bool bounce_is_single;     /* one piece outside RAM at a time; else several, 4 KiB in all */
	bool notify_takes_16_bits; /* QueueNotify */
	bool packed_id_is_first; /* buffer id of a chain: its first descriptor's, else its last's */
	bool map_error_is_long;  /* text of a ring that can't be mapped */
	bool has_in_order;
	bool has_config_size_property; /* qemu-4-0-config-size */
	bool mmio_ioeventfd;           /* event notifiers under TCG: virtio-mmio */
	bool pci_ioeventfd;            /* ... and virtio-balloon-pci */
};

/* "7.2", "10.0" or "11.1"; NULL for an unknown name. */
const struct sim_profile *sim_profile_find(const char *name);

/* By number from 0, the newest last; NULL behind it. */
const struct sim_profile *sim_profile_get(unsigned int n);

#endif
