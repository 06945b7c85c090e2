/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the balloon is where it should be, and whether guest and host have the memory they need. */
#include "client/diagnosis-rules.h"

enum {
	/* Linux's driver moves 256 pages at a time, and the rest is QEMU's rounding. */
	TARGET_TOLERANCE = 1 << 20,

	/* Of the machine's memory: some pages of QEMU itself are swapped on any host. */
	SWAPPED_PERCENT = 1,

	/* Of the guest's memory: KubeVirt's alert. */
	SQUEEZED_PERCENT = 5,
};

static uint64_t get_distance(const struct balloonctl_examination *examination, uint64_t target)
{
	int64_t actual = balloonctl_info_get_actual_bytes(examination->info);

	/* A guest that claims a balloon larger than its memory is as far away as one with nothing. */
	if (actual < 0)
		return target;
	return (uint64_t)actual > target ? (uint64_t)actual - target : target - (uint64_t)actual;
}

static void look_at_target(struct view *view)
{
	uint64_t target = view->expected.target_bytes, maximum, distance;
	bool is_moving;

	if (target == 0)
		return;
	if (balloonctl_info_get_maximum_bytes(view->newer->info, &maximum) == 0)
		target = MIN(target, maximum);
	distance = get_distance(view->newer, target);
	if (distance <= TARGET_TOLERANCE)
		return;
	is_moving = view->older != NULL && distance < get_distance(view->older, target);
	if (view->older == NULL && view->is_running)
		diagnosis_wait(view->diagnosis, SLACK_SECONDS * MS_PER_SECOND);
	if (is_moving) {
		diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_TARGET_PENDING,
			       "the balloon is on the way to its target");
		diagnosis_repair_by(view->diagnosis, "size");
	} else {
		diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_TARGET_NOT_REACHED,
			       "the balloon stays away from its target: the guest can't give that "
			       "much, or was never asked to");
		diagnosis_repair_by(view->diagnosis, "size %llu", (unsigned long long)target);
	}
	diagnosis_add_number(view->diagnosis, "target_bytes", (int64_t)target);
	diagnosis_add_number(view->diagnosis, "actual_bytes",
			     balloonctl_info_get_actual_bytes(view->newer->info));
}

static void add_increases(struct view *view, const struct balloonctl_stats *before,
			  uint64_t elapsed_ms)
{
	static const enum balloonctl_stat six[] = {
		BALLOONCTL_STAT_OOM_KILLS,    BALLOONCTL_STAT_ALLOC_STALLS,
		BALLOONCTL_STAT_ASYNC_SCANS,  BALLOONCTL_STAT_ASYNC_RECLAIMS,
		BALLOONCTL_STAT_DIRECT_SCANS, BALLOONCTL_STAT_DIRECT_RECLAIMS,
	};
	static const enum balloonctl_stat three[] = {
		BALLOONCTL_STAT_MAJOR_FAULTS,
		BALLOONCTL_STAT_SWAP_IN,
		BALLOONCTL_STAT_SWAP_OUT,
	};
	bool is_weak = view->diagnosis->pressure == BALLOONCTL_PRESSURE_LIKELY;
	const enum balloonctl_stat *stats = is_weak ? three : six;
	uint64_t value;

	diagnosis_add_words(view->diagnosis, "pressure",
			    balloonctl_pressure_get_name(view->diagnosis->pressure));
	diagnosis_add_number(view->diagnosis, "elapsed_ms", (int64_t)elapsed_ms);
	for (size_t i = 0; i < (is_weak ? ARRAY_SIZE(three) : ARRAY_SIZE(six)); i++)
		if (balloonctl_stats_get_increase(before, view->stats, stats[i], &value) == 0)
			diagnosis_add_number(view->diagnosis, balloonctl_stat_get_key(stats[i]),
					     (int64_t)value);
	if (is_weak &&
	    balloonctl_stats_get(view->stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, &value) == 0)
		diagnosis_add_number(view->diagnosis, "stat-available-memory", (int64_t)value);
}

/* What the balloon has taken is the first that can be given back. */
static void add_relief(struct view *view)
{
	uint64_t maximum;

	if (view->diagnosis->pressure == BALLOONCTL_PRESSURE_CGROUP)
		diagnosis_repair(view->diagnosis,
				 "raise memory.high or memory.max of the cgroup in the guest");
	else if (balloonctl_info_get_maximum_bytes(view->newer->info, &maximum) == 0 &&
		 get_distance(view->newer, maximum) > TARGET_TOLERANCE)
		diagnosis_repair_by(view->diagnosis, "size %llu", (unsigned long long)maximum);
	else
		diagnosis_repair(view->diagnosis, "give the VM more memory: the balloon has taken "
						  "none");
}

static void look_at_pressure(struct view *view)
{
	const struct balloonctl_stats *before;
	enum balloonctl_pressure pressure;
	uint64_t elapsed_ms;
	int64_t seconds;

	if (view->older == NULL && view->expected.wants_pressure && view->is_running &&
	    view->interval > 0 && !view->is_explained)
		diagnosis_wait(view->diagnosis,
			       ((uint64_t)view->interval + SLACK_SECONDS) * MS_PER_SECOND);
	if (!view->has_moved)
		return;
	before = balloonctl_info_get_stats(view->older->info);
	/* Between the reports, not between our looks; unless somebody set the clock in between. */
	elapsed_ms = view->apart_ms;
	seconds = view->last_update - balloonctl_stats_get_last_update(before);
	if (seconds > 0 &&
	    (uint64_t)seconds <= 2 * (view->apart_ms / MS_PER_SECOND + SLACK_SECONDS))
		elapsed_ms = (uint64_t)seconds * MS_PER_SECOND;
	pressure = balloonctl_pressure_judge(before, view->stats, elapsed_ms);
	view->diagnosis->pressure = pressure;
	if (pressure <= BALLOONCTL_PRESSURE_UNLIKELY)
		return;
	diagnosis_find(view->diagnosis,
		       pressure >= BALLOONCTL_PRESSURE_THRASHING ? BALLOONCTL_CAUSE_OUT_OF_MEMORY
								 : BALLOONCTL_CAUSE_MEMORY_PRESSURE,
		       "%s", balloonctl_pressure_get_meaning(pressure));
	add_increases(view, before, elapsed_ms);
	add_relief(view);
}

/* Is there less available than a guest can live with? If so, tell how much. */
static bool is_squeezed(const struct view *view, uint64_t *ret_available)
{
	uint64_t total;

	return balloonctl_stats_get(view->stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total) == 0 &&
	       balloonctl_stats_get(view->stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, ret_available) ==
		       0 &&
	       *ret_available < total / 100 * SQUEEZED_PERCENT;
}

/* Without signs of pressure, which would tell more; and an old number tells nothing of now. */
static void look_at_available(struct view *view)
{
	uint64_t available;

	if (view->freshness != BALLOONCTL_FRESHNESS_FRESH ||
	    view->diagnosis->pressure > BALLOONCTL_PRESSURE_UNLIKELY ||
	    !is_squeezed(view, &available))
		return;
	diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_MEMORY_LOW,
		       "less than 5 %% of the guest's memory is available to its programs");
	diagnosis_add_number(view->diagnosis, "stat-available-memory", (int64_t)available);
	add_relief(view);
}

static void look_at_swap(struct view *view)
{
	const struct balloonctl_examination *now = view->newer;
	uint64_t maximum, free_memory;

	if (now->free_page_reporting != ANSWER_NO ||
	    balloonctl_info_get_maximum_bytes(now->info, &maximum) < 0 ||
	    now->swapped_bytes <= maximum / 100 * SWAPPED_PERCENT)
		return;
	diagnosis_find(view->diagnosis, BALLOONCTL_CAUSE_HOST_SWAPS,
		       "the host has swapped out memory of this VM, and the guest can't tell it "
		       "which pages are free anyway");
	diagnosis_add_number(view->diagnosis, "pid", now->pid);
	diagnosis_add_number(view->diagnosis, "swapped_bytes", (int64_t)now->swapped_bytes);
	if (balloonctl_stats_get(view->stats, BALLOONCTL_STAT_FREE_MEMORY, &free_memory) == 0)
		diagnosis_add_number(view->diagnosis, "stat-free-memory", (int64_t)free_memory);
	diagnosis_repair(view->diagnosis, "start QEMU with -device virtio-balloon-pci,"
					  "free-page-reporting=on");
}

static void look_at_deflation(struct view *view)
{
	int64_t actual = balloonctl_info_get_actual_bytes(view->newer->info);
	uint64_t maximum, available;

	if (view->newer->deflate_on_oom != ANSWER_NO ||
	    balloonctl_info_get_maximum_bytes(view->newer->info, &maximum) < 0 ||
	    actual >= (int64_t)maximum || !is_squeezed(view, &available))
		return;
	diagnosis_find(
		view->diagnosis, BALLOONCTL_CAUSE_NO_DEFLATE_ON_OOM,
		"the balloon holds memory of a guest that has hardly any left, and would not "
		"give it back before processes are killed");
	diagnosis_add_number(view->diagnosis, "actual_bytes", actual);
	diagnosis_add_number(view->diagnosis, "maximum_bytes", (int64_t)maximum);
	diagnosis_add_number(view->diagnosis, "stat-available-memory", (int64_t)available);
	diagnosis_repair(view->diagnosis, "start QEMU with -device virtio-balloon-pci,"
					  "deflate-on-oom=on, or give the guest more");
}

void view_look_at_memory(struct view *view)
{
	look_at_target(view);
	look_at_pressure(view);
	look_at_available(view);
	look_at_swap(view);
	look_at_deflation(view);
}
