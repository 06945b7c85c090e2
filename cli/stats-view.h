/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics to be looked at: by a program, or by people. */
#ifndef CLI_STATS_VIEW_H
#define CLI_STATS_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "vms.h"

/* Write them to standard output: EXIT_DONE, or EXIT_FAILED if that failed. `exact` shows sizes in
 * bytes. */
int stats_write_json(const struct vms *vms);
int stats_write_table(const struct vms *vms, bool exact);

/* Is the value absent, but not in QEMU's way of saying so? The guest then failed to read it. */
bool stats_view_failed(const struct balloonctl_stats *stats, enum balloonctl_stat stat,
		       uint64_t *ret_raw);

/* The anomaly's name in JSON documents. Ended by a row without a name. */
struct anomaly_name {
	enum balloonctl_anomaly anomaly;
	const char *name;
};

extern const struct anomaly_name anomaly_names[];

#endif
