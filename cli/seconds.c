/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two ranges of decimal numbers; what they are for, the commands know. */
#include "seconds.h"

#include <errno.h>
#include <string.h>

#include "size.h"

enum {
	MS_PER_SECOND = 1000,
	DAY_MS = 86400000,
};

int seconds_parse_ms(const char *text, unsigned int *ret)
{
	uint64_t ms;

	if (decimal_parse(text, strlen(text), MS_PER_SECOND, &ms) < 0 || ms < 1 || ms > DAY_MS)
		return -EINVAL;
	*ret = (unsigned int)ms;
	return 0;
}

int seconds_parse_interval(const char *text, uint32_t *ret)
{
	uint64_t seconds;

	if (decimal_parse(text, strlen(text), 1, &seconds) < 0 || seconds < 1 ||
	    seconds > UINT32_MAX)
		return -EINVAL;
	*ret = (uint32_t)seconds;
	return 0;
}
