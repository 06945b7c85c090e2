/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Times and the two timers of a machine. Nothing runs here: the board asks which timer is due, runs
 * what belongs to it, and asks again.
 */
#include "sim/clock.h"

#include <assert.h>

void sim_clock_init(struct sim_clock *clock, bool is_stepped)
{
	*clock = (struct sim_clock){ .is_stepped = is_stepped };
	for (int i = 0; i < SIM_TIMERS; i++)
		clock->deadlines_ns[i] = SIM_NEVER;
}

int64_t sim_clock_add_ns(int64_t time_ns, int64_t ns)
{
	return time_ns > SIM_NEVER - 1 - ns ? SIM_NEVER - 1 : time_ns + ns;
}

void sim_clock_step(struct sim_clock *clock, int64_t ns)
{
	assert(ns >= 0);
	if (clock->is_running || clock->is_stepped)
		clock->virtual_ns = sim_clock_add_ns(clock->virtual_ns, ns);
	if (!clock->wall_is_hosts)
		clock->wall_ns = sim_clock_add_ns(clock->wall_ns, ns);
	clock->host_ns = sim_clock_add_ns(clock->host_ns, ns);
}
