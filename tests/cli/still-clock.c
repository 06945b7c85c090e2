/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Preloaded, the host's clock stands still at 2100-01-01 00:00:00 UTC, the last-update of base.qmp;
 * the clocks that deadlines run on go on. */
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define STILL 4102444800

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *ret)
{
	if (clock != CLOCK_REALTIME)
		return (int)syscall(SYS_clock_gettime, clock, ret);
	*ret = (struct timespec){ .tv_sec = STILL };
	return 0;
}

__attribute__((visibility("default"))) time_t time(time_t *ret)
{
	if (ret != NULL)
		*ret = STILL;
	return STILL;
}
