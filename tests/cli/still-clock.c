/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Preloaded, the host's clock stands still at 2100-01-01 00:00:00 UTC, the last-update of base.qmp.
 * The clock that deadlines run on goes on, STILL_CLOCK_SLOWNESS times slower: to a slow program a
 * clock that stands still for more than a second would look like one that was set.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define STILL 4102444800

static void slow_down(struct timespec *time, long long slowness)
{
	long long ns = (time->tv_sec * 1000000000LL + time->tv_nsec) / slowness;

	*time = (struct timespec){ .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *ret)
{
	const char *slowness = getenv("STILL_CLOCK_SLOWNESS");

	if (clock == CLOCK_REALTIME) {
		*ret = (struct timespec){ .tv_sec = STILL };
		return 0;
	}
	if (syscall(SYS_clock_gettime, clock, ret) < 0)
		return -1;
	if (clock == CLOCK_MONOTONIC && slowness != NULL)
		slow_down(ret, atoll(slowness));
	return 0;
}

__attribute__((visibility("default"))) time_t time(time_t *ret)
{
	if (ret != NULL)
		*ret = STILL;
	return STILL;
}
