/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How hard it is for the guest to find memory, from two samples. The rules are those of the Linux
 * commit that added the counters of scanning and reclaiming (74c025c5d7e4, Linux 6.12); it speaks of
 * high and low and leaves the numbers to its readers. Ours are below, with their reasons. Guests
 * without these counters get a weaker verdict, by the thresholds of KubeVirt's alerts.
 */
#include <errno.h>

#include "balloonctl.h"
#include "base/util.h"

enum {
	/* Direct reclaim takes milliseconds: with ten a second some process of the guest waits
	 * for several percent of the time, which its users notice. */
	STALLS_HIGH = 10, /* per second */

	/* Linux looks at 32 pages (SWAP_CLUSTER_MAX) or more each time it reclaims directly, and does
	 * not count those that it looks at for the limit of a cgroup: fewer per stall, and it was
	 * not the machine's memory that ran out. */
	SCANNED_PER_STALL_HIGH = 32 * 4096, /* bytes */

	/* Linux's own idea of pressure (mm/vmpressure.c) begins where 60 % of what was looked at could
	 * not be freed. */
	RECLAIMED_LOW = 40, /* percent of what was scanned */

	/* A guest whose memory is full of caches scans all the time, a little. */
	ASYNC_SCANS_HIGH = 1 << 20, /* bytes per second */

	/* KubeVirt's alert: less than 5 % available, and 5 faults or 1 MiB of swap a second. */
	AVAILABLE_LOW = 5, /* percent of the total */
	MAJOR_FAULTS_HIGH = 5,
	SWAP_HIGH = 1 << 20, /* bytes, both directions */

	MS_PER_SECOND = 1000,
};

#define ELAPSED_MAX_MS (INT64_C(1) << 43) /* 278 years; times any rate above it fits 64 bits */

int balloonctl_stats_get_increase(const struct balloonctl_stats *older,
				  const struct balloonctl_stats *newer, enum balloonctl_stat stat,
				  uint64_t *ret)
{
	uint64_t before, now;

	if (balloonctl_stat_get_kind(stat) != BALLOONCTL_KIND_COUNTER ||
	    balloonctl_stats_get(older, stat, &before) < 0 ||
	    balloonctl_stats_get(newer, stat, &now) < 0)
		return -ENODATA;
	if (now < before)
		return -ERANGE;
	*ret = now - before;
	return 0;
}

/* The increases of the six counters. */
struct reclaim {
	uint64_t oom_kills, stalls, async_scans, direct_scans, async_reclaims, direct_reclaims;
};

static int get_reclaim(const struct balloonctl_stats *older, const struct balloonctl_stats *newer,
		       struct reclaim *ret)
{
	const struct {
		enum balloonctl_stat stat;
		uint64_t *increase;
	} counters[] = {
		{ BALLOONCTL_STAT_OOM_KILLS, &ret->oom_kills },
		{ BALLOONCTL_STAT_ALLOC_STALLS, &ret->stalls },
		{ BALLOONCTL_STAT_ASYNC_SCANS, &ret->async_scans },
		{ BALLOONCTL_STAT_DIRECT_SCANS, &ret->direct_scans },
		{ BALLOONCTL_STAT_ASYNC_RECLAIMS, &ret->async_reclaims },
		{ BALLOONCTL_STAT_DIRECT_RECLAIMS, &ret->direct_reclaims },
	};

	for (size_t i = 0; i < ARRAY_SIZE(counters); i++) {
		int r = balloonctl_stats_get_increase(older, newer, counters[i].stat,
						      counters[i].increase);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Is it at least `per_second`? One alone in less time than a second is too little to tell. */
static bool is_rate(uint64_t increase, uint64_t elapsed_ms, uint64_t per_second)
{
	uint64_t ms = MIN(elapsed_ms, (uint64_t)ELAPSED_MAX_MS);

	return increase >= MAX(per_second, 1 + (ms * per_second - 1) / MS_PER_SECOND);
}

static bool is_low_ratio(uint64_t part, uint64_t whole, unsigned int percent)
{
	unsigned int shift = whole > UINT64_MAX / 100 ? 7 : 0;

	return (part >> shift) * 100 < (whole >> shift) * percent;
}

static enum balloonctl_pressure judge_reclaim(const struct reclaim *reclaim, uint64_t elapsed_ms)
{
	bool is_low;

	if (reclaim->oom_kills > 0)
		return BALLOONCTL_PRESSURE_CRITICAL;
	if (is_rate(reclaim->stalls, elapsed_ms, STALLS_HIGH)) {
		if (reclaim->direct_scans / SCANNED_PER_STALL_HIGH < reclaim->stalls)
			return BALLOONCTL_PRESSURE_CGROUP;
		is_low = is_low_ratio(reclaim->direct_reclaims, reclaim->direct_scans,
				      RECLAIMED_LOW);
		return is_low ? BALLOONCTL_PRESSURE_THRASHING : BALLOONCTL_PRESSURE_GLOBAL;
	}
	if (reclaim->stalls == 0 && reclaim->direct_scans == 0 &&
	    is_rate(reclaim->async_scans, elapsed_ms, ASYNC_SCANS_HIGH) &&
	    is_low_ratio(reclaim->async_reclaims, reclaim->async_scans, RECLAIMED_LOW))
		return BALLOONCTL_PRESSURE_STRUGGLING;
	return BALLOONCTL_PRESSURE_NONE;
}

static enum balloonctl_pressure judge_without(const struct balloonctl_stats *older,
					      const struct balloonctl_stats *newer,
					      uint64_t elapsed_ms)
{
	uint64_t total, available, faults, in, out;
	bool is_busy;

	if (balloonctl_stats_get(newer, BALLOONCTL_STAT_TOTAL_MEMORY, &total) < 0 || total == 0 ||
	    balloonctl_stats_get(newer, BALLOONCTL_STAT_AVAILABLE_MEMORY, &available) < 0 ||
	    available > total ||
	    balloonctl_stats_get_increase(older, newer, BALLOONCTL_STAT_MAJOR_FAULTS, &faults) <
		    0 ||
	    balloonctl_stats_get_increase(older, newer, BALLOONCTL_STAT_SWAP_IN, &in) < 0 ||
	    balloonctl_stats_get_increase(older, newer, BALLOONCTL_STAT_SWAP_OUT, &out) < 0)
		return BALLOONCTL_PRESSURE_UNKNOWN;
	is_busy = is_rate(faults, elapsed_ms, MAJOR_FAULTS_HIGH) ||
		  is_rate(in + out, elapsed_ms, SWAP_HIGH);
	return is_busy && is_low_ratio(available, total, AVAILABLE_LOW)
		       ? BALLOONCTL_PRESSURE_LIKELY
		       : BALLOONCTL_PRESSURE_UNLIKELY;
}

enum balloonctl_pressure balloonctl_pressure_judge(const struct balloonctl_stats *older,
						   const struct balloonctl_stats *newer,
						   uint64_t elapsed_ms)
{
	struct reclaim reclaim;
	int r;

	if (elapsed_ms == 0)
		return BALLOONCTL_PRESSURE_UNKNOWN;
	r = get_reclaim(older, newer, &reclaim);
	if (r == -ENODATA)
		return judge_without(older, newer, elapsed_ms);
	return r < 0 ? BALLOONCTL_PRESSURE_UNKNOWN : judge_reclaim(&reclaim, elapsed_ms);
}

static const struct {
	const char *name, *meaning;
} rows[] = {
	[BALLOONCTL_PRESSURE_UNKNOWN] = { "unknown", "these samples don't tell" },
	[BALLOONCTL_PRESSURE_NONE] = { "none", "the guest finds memory when it needs some" },
	[BALLOONCTL_PRESSURE_UNLIKELY] = { "unlikely",
					   "memory is available, or nothing much is swapped or "
					   "read again; the guest has no counters of reclaiming" },
	[BALLOONCTL_PRESSURE_LIKELY] = { "likely",
					 "hardly any memory is available while the guest swaps or "
					 "reads pages again; it has no counters of reclaiming" },
	[BALLOONCTL_PRESSURE_STRUGGLING] = { "struggling",
					     "nobody waits yet, but in the background little can "
					     "be freed of what is looked at" },
	[BALLOONCTL_PRESSURE_CGROUP] = { "cgroup",
					 "allocations wait because of the limits of a cgroup; the "
					 "guest as a whole has memory" },
	[BALLOONCTL_PRESSURE_GLOBAL] = { "global",
					 "allocations wait until memory has been freed, which "
					 "succeeds: the guest is slowed down" },
	[BALLOONCTL_PRESSURE_THRASHING] = { "thrashing",
					    "allocations wait and little can be freed: the guest "
					    "hardly gets anything done" },
	[BALLOONCTL_PRESSURE_CRITICAL] = { "critical",
					   "the guest kills processes for lack of memory" },
};

const char *balloonctl_pressure_get_name(enum balloonctl_pressure pressure)
{
	return (size_t)pressure < ARRAY_SIZE(rows) ? rows[pressure].name : NULL;
}

const char *balloonctl_pressure_get_meaning(enum balloonctl_pressure pressure)
{
	return (size_t)pressure < ARRAY_SIZE(rows) ? rows[pressure].meaning : NULL;
}
