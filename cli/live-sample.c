/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The samples of a VM that is followed: a look at its statistics shows a new one or that which is
 * known, and two of them have rates.
 */
#include <errno.h>

#include "clock.h"
#include "live-vm.h"
#include "rates.h"

enum {
	MS_PER_SECOND = 1000,
	GRACE_MS = 3000, /* and an interval: a guest that is newly asked may take so long */
};

void live_vm_forget_sample(struct vm *vm)
{
	struct live_vm *followed = live_vm_get(vm);

	balloonctl_completion_free(followed->before);
	followed->before = NULL;
	followed->seen_at = 0;
}

/* What was reported before we came counts if somebody had asked for it. */
static bool is_new_sample(const struct vm *vm, const struct balloonctl_stats *stats, bool is_first)
{
	const struct balloonctl_stats *known = vm_get_stats(vm);

	if (balloonctl_stats_get_last_update(stats) == 0 ||
	    (is_first && balloonctl_stats_get_polling_interval(stats) == 0))
		return false;
	return known == NULL || !rates_is_same_sample(known, stats);
}

/* The statistics that are known are the ones before from now on. */
static void take_sample(struct live *live, struct vm *vm, const struct balloonctl_stats *stats)
{
	struct balloonctl_completion **known = &vm->done[BALLOONCTL_OPERATION_GET_STATS];
	uint32_t interval = balloonctl_stats_get_polling_interval(stats);
	struct live_vm *followed = live_vm_get(vm);
	int64_t now = clock_now_ms();

	balloonctl_completion_free(followed->before);
	followed->before = NULL;
	if (followed->seen_at != 0) {
		followed->before = *known;
		*known = NULL;
		followed->elapsed_ms = rates_get_elapsed_ms((uint64_t)(now - followed->seen_at),
							    rates_get_look_ms(interval), interval);
	}
	followed->seen_at = now;
	followed->time_ms = clock_wall_ms();
	followed->n_samples++;
	vm->has_host_rss =
		live->wants_host_rss &&
		balloonctl_monitor_get_host_rss_bytes(vm->monitor, &vm->host_rss_bytes) == 0;
}

bool live_vm_take_stats(struct live *live, struct vm *vm, struct balloonctl_completion *done,
			bool is_first)
{
	struct balloonctl_completion **known = &vm->done[BALLOONCTL_OPERATION_GET_STATS];
	const struct balloonctl_stats *stats = balloonctl_completion_get_stats(done);
	bool is_new = is_new_sample(vm, stats, is_first);

	if (is_new)
		take_sample(live, vm, stats);
	balloonctl_completion_free(*known);
	*known = done;
	return is_new;
}

/* A guest that has just been asked for the first time is not silent yet. */
void live_vm_judge(struct live *live, struct vm *vm)
{
	enum balloonctl_freshness now = balloonctl_stats_get_freshness(vm_get_stats(vm));
	struct live_vm *followed = live_vm_get(vm);

	if (now == followed->told || now == BALLOONCTL_FRESHNESS_UNKNOWN ||
	    (followed->is_set && now != BALLOONCTL_FRESHNESS_FRESH &&
	     now != BALLOONCTL_FRESHNESS_PAUSED &&
	     clock_now_ms() - followed->set_at <
		     (int64_t)followed->wanted * MS_PER_SECOND + GRACE_MS))
		return;
	followed->told = now;
	live_add_report(live, LIVE_VERDICT, vm);
}

int live_get_rate(const struct vm *vm, enum balloonctl_stat stat, uint64_t *ret)
{
	const struct live_vm *followed = live_vm_get(vm);
	const struct balloonctl_stats *stats = vm_get_stats(vm);

	if (stats == NULL || followed->before == NULL)
		return -ENODATA;
	return rates_get(balloonctl_completion_get_stats(followed->before), stats, stat,
			 followed->elapsed_ms, ret);
}

enum balloonctl_pressure live_get_pressure(const struct vm *vm)
{
	const struct live_vm *followed = live_vm_get(vm);
	const struct balloonctl_stats *stats = vm_get_stats(vm);

	if (stats == NULL || followed->before == NULL)
		return BALLOONCTL_PRESSURE_UNKNOWN;
	return balloonctl_pressure_judge(balloonctl_completion_get_stats(followed->before), stats,
					 followed->elapsed_ms);
}
