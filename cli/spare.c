/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Available memory, for commands that decide by it: they must not be fooled by what can't be true. */
#include "spare.h"

#include <errno.h>

int spare_get(const struct balloonctl_stats *stats, uint64_t *ret)
{
	uint64_t free_memory, caches;

	if (balloonctl_stats_get(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, ret) == 0)
		return 0;
	if (balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, &free_memory) < 0 ||
	    balloonctl_stats_get(stats, BALLOONCTL_STAT_DISK_CACHES, &caches) < 0)
		return -ENODATA;
	*ret = free_memory + caches; /* each below 2^63 */
	return 0;
}

const char *spare_get_contradiction(const struct balloonctl_stats *stats)
{
	static const enum balloonctl_anomaly absurd[] = {
		BALLOONCTL_ANOMALY_AVAILABLE_ABOVE_TOTAL,
		BALLOONCTL_ANOMALY_FREE_ABOVE_TOTAL,
		BALLOONCTL_ANOMALY_CACHES_ABOVE_TOTAL,
	};

	for (size_t i = 0; i < sizeof(absurd) / sizeof(absurd[0]); i++)
		if (balloonctl_stats_get_anomalies(stats) & absurd[i])
			return balloonctl_anomaly_get_meaning(absurd[i]);
	return NULL;
}
