/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What balloon drivers accept and send, from Linux of several ages and from the virtio drivers for
 * Windows. The order of the tags is that of the drivers' sources.
 */
#include "sim/guest/os.h"

#include <stddef.h>

#include "base/util.h"

/* Not among QEMU's features, and accepted by drivers all the same. */
#define MUST_TELL_HOST 0

#define SIZE                                                         \
	(SIM_FEATURE(MUST_TELL_HOST) | SIM_FEATURE(SIM_F_STATS_VQ) | \
	 SIM_FEATURE(SIM_F_DEFLATE_ON_OOM))
#define PAGES       (SIM_FEATURE(SIM_F_FREE_PAGE_HINT) | SIM_FEATURE(SIM_F_REPORTING))
#define RINGS       (SIM_FEATURE(SIM_F_EVENT_IDX) | SIM_FEATURE(SIM_F_VERSION_1))
#define NEWER_RINGS (SIM_FEATURE(SIM_F_PACKED) | SIM_FEATURE(SIM_F_RING_RESET))
#define INDIRECT    SIM_FEATURE(SIM_F_INDIRECT_DESC)

#define LINUX_6_12                                                               \
	.features = SIZE | PAGES | RINGS | NEWER_RINGS | INDIRECT, .n_tags = 16, \
	.tags = { 0, 1, 2, 3, 10, 11, 12, 13, 14, 15, 8, 9, 4, 5, 6, 7 }, .answers = true

static const struct sim_os table[] = {
	{ .name = "linux", LINUX_6_12 },
	{ .name = "linux-7.1", LINUX_6_12 },
	{ .name = "linux-6.12", LINUX_6_12 },
	{ .name = "linux-6.1",
	  .features = SIZE | PAGES | RINGS | NEWER_RINGS,
	  .n_tags = 10,
	  .tags = { 0, 1, 2, 3, 8, 9, 4, 5, 6, 7 },
	  .answers = true },
	{ .name = "linux-4.19",
	  .features = SIZE | RINGS | INDIRECT,
	  .n_tags = 7,
	  .tags = { 0, 1, 2, 3, 4, 5, 6 },
	  .leaves_first_unset = true,
	  .answers = true },
	/* CONFIG_HUGETLB_PAGE is not set. */
	{ .name = "linux-no-hugetlb",
	  .features = SIZE | PAGES | RINGS | NEWER_RINGS | INDIRECT,
	  .n_tags = 14,
	  .tags = { 0, 1, 2, 3, 10, 11, 12, 13, 14, 15, 4, 5, 6, 7 },
	  .answers = true },
	/* CONFIG_VM_EVENT_COUNTERS is not set. */
	{ .name = "linux-no-counters",
	  .features = SIZE | PAGES | RINGS | NEWER_RINGS | INDIRECT,
	  .n_tags = 4,
	  .tags = { 4, 5, 6, 7 },
	  .answers = true },
	{ .name = "windows",
	  .features = SIZE | RINGS | INDIRECT,
	  .n_tags = 10,
	  .tags = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 },
	  .is_windows = true,
	  .answers = true },
	{ .name = "windows-no-service",
	  .features = SIZE | RINGS | INDIRECT,
	  .n_tags = 10,
	  .tags = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 },
	  .is_windows = true },
};

const struct sim_os *sim_os_get(unsigned int number)
{
	return number < ARRAY_SIZE(table) ? &table[number] : NULL;
}
