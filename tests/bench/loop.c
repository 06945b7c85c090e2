/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Both clocks are the kernel's, exact to the nanosecond: no ticks are counted. */
#include "loop.h"

#include <stdio.h>
#include <time.h>

static double read_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

struct loop loop_begin(void)
{
	return (struct loop){ read_us(CLOCK_MONOTONIC), read_us(CLOCK_PROCESS_CPUTIME_ID) };
}

void loop_end(const struct loop *begin, unsigned int queries)
{
	struct loop end = loop_begin();

	printf("%.2f %.2f\n", (end.wall_us - begin->wall_us) / queries,
	       (end.cpu_us - begin->cpu_us) / queries);
}
