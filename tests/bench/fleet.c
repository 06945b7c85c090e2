/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See fleet.h. CPU time is the kernel's, exact to the nanosecond: user and system, all threads. */
#include "fleet.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

static double read_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

int64_t fleet_now_ms(void)
{
	return (int64_t)(read_us(CLOCK_MONOTONIC) / 1e3);
}

void fleet_allow_descriptors(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

struct fleet_meter fleet_begin(void)
{
	return (struct fleet_meter){ read_us(CLOCK_MONOTONIC), read_us(CLOCK_PROCESS_CPUTIME_ID) };
}

void fleet_end(const struct fleet_meter *begin, unsigned int sweeps, unsigned int samples)
{
	struct fleet_meter end = fleet_begin();
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("%.3f %.1f %u %ld\n", (end.cpu_us - begin->cpu_us) / samples,
	       (end.wall_us - begin->wall_us) / sweeps / 1e3, samples / sweeps, usage.ru_maxrss);
}
