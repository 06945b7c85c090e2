/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See clock.h. What a time means is known where it is asked for. */
#include "clock.h"

#include <limits.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

int clock_get_timeout(int64_t at)
{
	int64_t left = at - clock_now_ms();

	if (left <= 0)
		return 0;
	return left < INT_MAX ? (int)left : INT_MAX;
}

int clock_get_shorter(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

int64_t clock_wall_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}
