/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is wrong with the values that a guest reports, and what its or QEMU's age leaves out. */
#include "client/diagnosis-rules.h"

#include <errno.h>
#include <stdio.h>

static void look_at_values(struct view *view)
{
	unsigned int anomalies = balloonctl_stats_get_anomalies(view->stats);
	unsigned int impossible = anomalies & ~(unsigned int)BALLOONCTL_ANOMALY_FAILED_VALUE;
	uint64_t total = 1, raw;
	const char *what = "total memory is 0";

	balloonctl_stats_get(view->stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total);
	if (impossible != 0 || total == 0) {
		static const enum balloonctl_stat shown[] = {
			BALLOONCTL_STAT_TOTAL_MEMORY,
			BALLOONCTL_STAT_AVAILABLE_MEMORY,
			BALLOONCTL_STAT_FREE_MEMORY,
			BALLOONCTL_STAT_DISK_CACHES,
		};

		if (total != 0)
			what = balloonctl_anomaly_get_meaning(
				(enum balloonctl_anomaly)(impossible & -impossible));
		diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_IMPOSSIBLE_VALUES,
			       "the guest reports what can't be true: %s", what);
		for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
			if (balloonctl_stats_get(view->stats, shown[i], &raw) == 0)
				diagnosis_add_number(view->diagnosis,
						     balloonctl_stat_get_key(shown[i]),
						     (int64_t)raw);
		diagnosis_repair(view->diagnosis, "update the guest's balloon driver, and do not "
						  "compute with these values");
	}
	if (!(anomalies & BALLOONCTL_ANOMALY_FAILED_VALUE))
		return;
	diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_FAILED_VALUES,
		       "the guest failed to read some values and reported the failure as a number");
	for (int i = 0, n = 0; i < balloonctl_stat_get_count() && n < EVIDENCE_MAX; i++) {
		enum balloonctl_stat stat = (enum balloonctl_stat)i;
		char text[32];

		if (balloonctl_stats_get_raw(view->stats, stat, &raw) < 0 || raw <= INT64_MAX ||
		    raw == UINT64_MAX)
			continue;
		snprintf(text, sizeof(text), "%llu", (unsigned long long)raw);
		diagnosis_add_words(view->diagnosis, balloonctl_stat_get_key(stat), text);
		n++;
	}
	diagnosis_repair(view->diagnosis, "Windows: let WMI's performance counters be rebuilt with "
					  "lodctr /R, or update the balloon service");
}

static void look_at_counters(struct view *view)
{
	const struct balloonctl_stats *before;
	uint64_t increase, was = 0, is = 0;
	int stat = 0;

	if (!view->has_moved)
		return;
	before = balloonctl_info_get_stats(view->older->info);
	while (stat < balloonctl_stat_get_count() &&
	       balloonctl_stats_get_increase(before, view->stats, (enum balloonctl_stat)stat,
					     &increase) != -ERANGE)
		stat++;
	if (stat == balloonctl_stat_get_count())
		return;
	balloonctl_stats_get(before, (enum balloonctl_stat)stat, &was);
	balloonctl_stats_get(view->stats, (enum balloonctl_stat)stat, &is);
	diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_BACKWARD_COUNTERS,
		       "%s went backwards between two reports: the guest has rebooted, or counts "
		       "wrong",
		       balloonctl_stat_get_name((enum balloonctl_stat)stat));
	diagnosis_add_number(view->diagnosis, "before", (int64_t)was);
	diagnosis_add_number(view->diagnosis, "after", (int64_t)is);
	diagnosis_repair(view->diagnosis, "look again; if they go on falling, update the guest's "
					  "balloon driver");
}

static void look_at_clock(struct view *view)
{
	int64_t ahead = view->last_update - view->newer->clock_seconds;

	if (view->last_update == 0 || ahead <= SLACK_SECONDS)
		return;
	diagnosis_find(
		view->diagnosis, BALLOONCTL_CAUSE_CLOCK_AHEAD,
		"the last report lies %lld s in the future: the host's clock was set back, or "
		"QEMU's host has another time than this one",
		(long long)ahead);
	diagnosis_add_number(view->diagnosis, "last_update", view->last_update);
	diagnosis_add_number(view->diagnosis, "clock", view->newer->clock_seconds);
	diagnosis_repair(view->diagnosis, "timedatectl timesync-status, on both hosts");
}

static int count_values(const struct balloonctl_stats *stats)
{
	uint64_t value;
	int n = 0;

	for (int i = 0; i < balloonctl_stat_get_count(); i++)
		n += balloonctl_stats_get(stats, (enum balloonctl_stat)i, &value) == 0;
	return n;
}

static void look_at_versions(struct view *view)
{
	uint64_t value;

	if (!balloonctl_stats_has(view->stats, BALLOONCTL_STAT_OOM_KILLS)) {
		diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_OLD_QEMU,
			       "this QEMU knows the first ten statistics only");
		diagnosis_add_words(view->diagnosis, "version",
				    balloonctl_info_get_version(view->newer->info));
		diagnosis_repair(view->diagnosis, "QEMU 9.2 or later knows sixteen");
	} else if (view->last_update > 0 && view_has_any_value(view->stats) &&
		   balloonctl_stats_get(view->stats, BALLOONCTL_STAT_OOM_KILLS, &value) < 0) {
		diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_OLD_GUEST,
			       "the guest does not report the counters of stalls and reclaims");
		diagnosis_add_number(view->diagnosis, "values", count_values(view->stats));
		diagnosis_repair(view->diagnosis, "Linux 6.12 or later reports them");
	}
}

void view_look_at_values(struct view *view)
{
	look_at_values(view);
	look_at_counters(view);
	look_at_clock(view);
	look_at_versions(view);
}
