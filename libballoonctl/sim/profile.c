/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One row for each QEMU version that was studied. A difference between versions is a member here,
 * never an `if` on a version elsewhere.
 */
#include "sim/profile.h"

#include <stddef.h>

#include "base/util.h"

/* guest-stats shows its members in the order of QEMU's hash table. */
static const uint8_t order_of_ten[] = {
	SIM_STAT_HTLB_PGALLOC, SIM_STAT_SWAP_OUT,     SIM_STAT_AVAILABLE_MEMORY,
	SIM_STAT_HTLB_PGFAIL,  SIM_STAT_FREE_MEMORY,  SIM_STAT_MINOR_FAULTS,
	SIM_STAT_MAJOR_FAULTS, SIM_STAT_TOTAL_MEMORY, SIM_STAT_SWAP_IN,
	SIM_STAT_DISK_CACHES,
};

static const uint8_t order_of_sixteen[] = {
	SIM_STAT_HTLB_PGALLOC,     SIM_STAT_SWAP_OUT,        SIM_STAT_ALLOC_STALLS,
	SIM_STAT_AVAILABLE_MEMORY, SIM_STAT_DIRECT_RECLAIMS, SIM_STAT_DIRECT_SCANS,
	SIM_STAT_HTLB_PGFAIL,      SIM_STAT_FREE_MEMORY,     SIM_STAT_MINOR_FAULTS,
	SIM_STAT_MAJOR_FAULTS,     SIM_STAT_TOTAL_MEMORY,    SIM_STAT_OOM_KILLS,
	SIM_STAT_ASYNC_RECLAIMS,   SIM_STAT_SWAP_IN,         SIM_STAT_ASYNC_SCANS,
	SIM_STAT_DISK_CACHES,
};

static const struct sim_profile profiles[] = {
	{
		.name = "7.2",
		.major = 7,
		.minor = 2,
		.micro = 22,
		.package = "Debian 1:7.2+dfsg-7+deb12u18+b3",
		.balloon_parameter = "target",
		.status_has_singlestep = true,
		.virtio_path_is_exact = true,
		.n_stats = ARRAY_SIZE(order_of_ten),
		.stat_order = order_of_ten,
		.queue_sizes = { 128, 128, 128, 1024, 32 },
		.bounce_is_single = true,
		.packed_id_is_first = true,
		.has_config_size_property = true,
	},
	{
		.name = "10.0",
		.major = 10,
		.minor = 0,
		.micro = 13,
		.package = "Debian 1:10.0.13+ds-0+deb13u1",
		.balloon_parameter = "value",
		.step_without_deadline_fails = true,
		.n_stats = ARRAY_SIZE(order_of_sixteen),
		.stat_order = order_of_sixteen,
		.reset_clears_stats = true,
		.queue_sizes = { 1024, 1024, 1024, 1024, 1024 },
		.num_maps_ring = true,
		.notify_takes_16_bits = true,
		.has_in_order = true,
		.has_config_size_property = true,
		.mmio_ioeventfd = true,
		.pci_ioeventfd = true,
	},
	{
		.name = "11.1",
		.major = 11,
		.minor = 1,
		.micro = 3,
		.package = "Debian 1:11.1.3+ds-1",
		.balloon_parameter = "value",
		.has_qom_list_get = true,
		.json_errors_have_position = true,
		.step_without_deadline_fails = true,
		.n_stats = ARRAY_SIZE(order_of_sixteen),
		.stat_order = order_of_sixteen,
		.reset_clears_stats = true,
		.queue_sizes = { 128, 128, 128, 1024, 32 },
		.num_max_is_size = true,
		.num_maps_ring = true,
		.notify_takes_16_bits = true,
		.map_error_is_long = true,
		.has_in_order = true,
		.mmio_ioeventfd = true,
		.pci_ioeventfd = true,
	},
};

const struct sim_profile *sim_profile_get(unsigned int n)
{
	return n < ARRAY_SIZE(profiles) ? &profiles[n] : NULL;
}

const struct sim_profile *sim_profile_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++)
		if (string_equal(profiles[i].name, name))
			return &profiles[i];
	return NULL;
}
