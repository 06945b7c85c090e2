/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * size SIZE, step by step: learn what the guest has, make the size a number, refuse to take what the
 * guest can't spare, tell QEMU, and follow the balloon if that is wanted.
 */
#include "size-set.h"
#include "clock.h"

#include <errno.h>
#include <stdlib.h>

#include "buffer.h"
#include "spare.h"

enum {
	LOOK_MS = 250,         /* between two looks at a balloon that moves */
	ANSWER_MS = 2000,      /* for a guest to report when that may be missing, ... */
	ANSWER_LONG_MS = 5000, /* ... and when it may not; --timeout goes ahead */
};

static struct sizing *get_sizing(struct vm *vm)
{
	if (vm->data == NULL)
		vm->data = allocate(1, sizeof(struct sizing));
	return vm->data;
}

/* The size in bytes. False: there is none, and that has been said. */
static bool choose(struct vm *vm, const struct size_options *options)
{
	const struct balloonctl_info *info = vm_get_info(vm);
	const struct wish *wish = &options->wish;
	struct sizing *sizing = get_sizing(vm);
	int64_t actual = balloonctl_info_get_actual_bytes(info);
	uint64_t maximum = 0;
	bool has_maximum = balloonctl_info_get_maximum_bytes(info, &maximum) == 0;

	if (wish->is_percent && wish->sign == '\0' && !has_maximum)
		vm_refuse(
			vm, -ENODATA,
			"%s: this QEMU does not tell how much memory the machine has; give a size "
			"such as 512M",
			options->size);
	else if (wish->sign != '\0' && actual < 0)
		vm_refuse(vm, -ERANGE,
			  "%s: the guest claims a balloon larger than its memory; give a size such "
			  "as 512M",
			  options->size);
	else if (wish_get_bytes(wish, actual < 0 ? 0 : (uint64_t)actual, maximum, &sizing->wanted) <
		 0)
		vm_refuse(vm, -ERANGE, "%s: too large; QEMU takes up to 9223372036854775807 bytes",
			  options->size);
	else if (sizing->wanted == 0)
		vm_refuse(vm, -EINVAL, "%s: that would leave nothing to the guest", options->size);
	sizing->target = sizing->wanted;
	if (has_maximum && sizing->wanted > maximum)
		sizing->target = maximum;
	return !vm_has_failed(vm);
}

/* May the guest be expected to report? Even a report that is fresh may be from before the balloon
 * took or gave, and tell of memory that has gone. */
static bool may_answer(const struct balloonctl_stats *stats)
{
	switch (balloonctl_stats_get_freshness(stats)) {
	case BALLOONCTL_FRESHNESS_NEVER:
		return balloonctl_stats_get_polling_interval(stats) == 0 &&
		       balloonctl_stats_is_running(stats);
	case BALLOONCTL_FRESHNESS_PAUSED:
	case BALLOONCTL_FRESHNESS_SILENT:
		return false;
	default:
		return true;
	}
}

static void set(struct vm *vm, const struct size_options *options)
{
	size_warn_if_above(vm, options);
	vm_started(vm, balloonctl_monitor_start_set_target_bytes(vm->monitor,
								 get_sizing(vm)->wanted, NULL));
}

/* Statistics that --min-available can rely on: new, and not absurd. */
static bool is_sure(struct vm *vm, const struct balloonctl_stats *stats)
{
	const struct balloonctl_error *late = vm_get_late(vm);
	uint64_t spare;

	if (late != NULL)
		vm_refuse(vm, balloonctl_error_get_code(late),
			  "not set: --min-available needs a new report, and the guest does not "
			  "answer; see 'balloonctl diagnose'");
	else if (spare_get(stats, &spare) < 0)
		vm_refuse(vm, -ENODATA,
			  "not set: --min-available needs to know the available memory, which the "
			  "guest does not report");
	else if (spare_get_contradiction(stats) != NULL)
		vm_refuse(vm, -ERANGE,
			  "not set: --min-available relies on the guest's numbers, and %s; see "
			  "'balloonctl diagnose'",
			  spare_get_contradiction(stats));
	return !vm_has_failed(vm);
}

/* Set it unless it takes too much. */
static void weigh(struct vm *vm, const struct size_options *options,
		  const struct balloonctl_stats *stats)
{
	int64_t actual = balloonctl_info_get_actual_bytes(vm_get_info(vm));
	uint64_t target = get_sizing(vm)->target;
	uint64_t taken = actual > 0 && (uint64_t)actual > target ? (uint64_t)actual - target : 0;
	uint64_t spare;

	if (taken > 0 && options->min_available != NULL && !is_sure(vm, stats))
		return;
	if (taken > 0 && spare_get(stats, &spare) == 0 &&
	    (taken > spare || spare - taken < options->min_available_bytes))
		size_object(vm, options, stats, taken, spare);
	if (!vm_has_failed(vm))
		set(vm, options);
}

static void begin(struct vm *vm, const struct size_options *options)
{
	const struct balloonctl_stats *stats = balloonctl_info_get_stats(vm_get_info(vm));
	int64_t actual = balloonctl_info_get_actual_bytes(vm_get_info(vm));
	bool is_particular = options->min_available != NULL;
	unsigned int timeout_ms = is_particular ? ANSWER_LONG_MS : ANSWER_MS;

	if (!choose(vm, options))
		return;
	if (actual <= 0 || get_sizing(vm)->target >= (uint64_t)actual || options->is_forced ||
	    (!is_particular && !may_answer(stats))) {
		weigh(vm, options, stats);
		return;
	}
	if (vm->target->timeout_ms > 0)
		timeout_ms = vm->target->timeout_ms;
	balloonctl_monitor_set_guest_timeout_ms(vm->monitor, timeout_ms);
	vm_started(vm, balloonctl_monitor_start_refresh_stats(vm->monitor, 0, NULL));
}

static void look(struct vm *vm, const struct size_options *options, int64_t actual)
{
	struct sizing *sizing = get_sizing(vm);
	struct follow *follow = &sizing->follow;
	bool is_over;

	size_tell_events(vm, options);
	sizing->verdict = follow_look(follow, clock_now_ms(), actual);
	/* Whoever names a time wants it to be waited for. */
	if (options->wait_ms > 0 && sizing->verdict == FOLLOW_STALLED)
		sizing->verdict = FOLLOW_MOVING;
	is_over =
		sizing->verdict != FOLLOW_MOVING ||
		(options->wait_ms > 0 && follow->now - follow->began >= (int64_t)options->wait_ms);
	if (is_over)
		return;
	size_tell_step(vm, options);
	vm_wait(vm, LOOK_MS);
}

static void start_following(struct vm *vm, const struct size_options *options)
{
	struct sizing *sizing = get_sizing(vm);
	int64_t actual = balloonctl_info_get_actual_bytes(vm_get_info(vm));

	sizing->is_set = true;
	if (!options->waits)
		return;
	size_tell_set(vm, options);
	follow_begin(&sizing->follow, clock_now_ms(), actual, sizing->target);
	sizing->said = sizing->follow.began;
	sizing->said_actual = actual;
	vm_started(vm, balloonctl_monitor_start_get_actual_bytes(vm->monitor, NULL));
}

static void go_on(struct vm *vm)
{
	if (get_sizing(vm)->is_set)
		vm_started(vm, balloonctl_monitor_start_get_actual_bytes(vm->monitor, NULL));
	else
		vm_started(vm, balloonctl_monitor_start_get_info(vm->monitor, NULL));
}

void size_step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	const struct size_options *options = arg;

	if (done == NULL) {
		go_on(vm);
		return;
	}
	switch (balloonctl_completion_get_operation(done)) {
	case BALLOONCTL_OPERATION_GET_INFO:
		if (options->size != NULL)
			begin(vm, options);
		break;
	case BALLOONCTL_OPERATION_REFRESH_STATS:
		weigh(vm, options, balloonctl_completion_get_stats(done));
		break;
	case BALLOONCTL_OPERATION_SET_TARGET_BYTES:
		start_following(vm, options);
		break;
	case BALLOONCTL_OPERATION_GET_ACTUAL_BYTES:
		look(vm, options, balloonctl_completion_get_actual_bytes(done));
		break;
	default:
		break;
	}
}
