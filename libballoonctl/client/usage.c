/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How much memory a guest uses, from what it says and, for guests that count the balloon as used,
 * from the balloon's size. Which formula gave the figure is told with it.
 */
#include <errno.h>

#include "balloonctl.h"
#include "base/util.h"

static int get(const struct balloonctl_stats *stats, enum balloonctl_stat stat, uint64_t *ret)
{
	return balloonctl_stats_get(stats, stat, ret);
}

static int subtract(uint64_t from, uint64_t what, uint64_t *ret)
{
	if (what > from)
		return -ERANGE;
	*ret = from - what;
	return 0;
}

/* What the balloon has taken, if the guest's total shows that it goes on counting it. */
static bool is_balloon_counted(const struct balloonctl_stats *stats, uint64_t total, uint64_t *ret)
{
	uint64_t maximum;
	int64_t actual;

	return balloonctl_stats_get_actual_bytes(stats, &actual) == 0 && actual >= 0 &&
	       balloonctl_stats_get_maximum_bytes(stats, &maximum) == 0 &&
	       (uint64_t)actual < maximum && total > (uint64_t)actual &&
	       subtract(maximum, (uint64_t)actual, ret) == 0;
}

int balloonctl_stats_get_used_bytes(const struct balloonctl_stats *stats, uint64_t *ret,
				    enum balloonctl_formula *ret_formula)
{
	enum balloonctl_formula formula = BALLOONCTL_FORMULA_TOTAL_AVAILABLE;
	uint64_t total, available, free_memory, caches, balloon, used, less;
	int r;

	r = get(stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total);
	if (r < 0)
		return r;
	if (get(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, &available) == 0) {
		r = subtract(total, available, &used);
	} else {
		formula = BALLOONCTL_FORMULA_TOTAL_FREE_CACHES;
		if (get(stats, BALLOONCTL_STAT_FREE_MEMORY, &free_memory) < 0 ||
		    get(stats, BALLOONCTL_STAT_DISK_CACHES, &caches) < 0)
			return -ENODATA;
		r = subtract(total, free_memory, &used);
		if (r == 0)
			r = subtract(used, caches, &used);
	}
	if (r < 0)
		return r;
	if (is_balloon_counted(stats, total, &balloon) && subtract(used, balloon, &less) == 0) {
		formula = formula == BALLOONCTL_FORMULA_TOTAL_AVAILABLE
				  ? BALLOONCTL_FORMULA_TOTAL_AVAILABLE_BALLOON
				  : BALLOONCTL_FORMULA_TOTAL_FREE_CACHES_BALLOON;
		used = less;
	}
	*ret = used;
	if (ret_formula != NULL)
		*ret_formula = formula;
	return 0;
}

const char *balloonctl_formula_get_text(enum balloonctl_formula formula)
{
	static const char *const texts[] = {
		[BALLOONCTL_FORMULA_TOTAL_AVAILABLE] = "total - available",
		[BALLOONCTL_FORMULA_TOTAL_FREE_CACHES] = "total - free - caches",
		[BALLOONCTL_FORMULA_TOTAL_AVAILABLE_BALLOON] = "total - available - balloon",
		[BALLOONCTL_FORMULA_TOTAL_FREE_CACHES_BALLOON] = "total - free - caches - balloon",
	};

	return (size_t)formula < ARRAY_SIZE(texts) ? texts[formula] : NULL;
}
