/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The two names of each operation: start_ begins a call, the plain one begins it and waits.
 */
#include <errno.h>

#include "client/monitor.h"

int operation_wait(struct balloonctl_monitor *monitor, struct balloonctl_completion *call)
{
	/* A lost connection ends the call, and so does every deadline. */
	link_flush(monitor, true);
	while (!call_is_over(call))
		balloonctl_monitor_wait(monitor, -1);
	call_queue_remove(&monitor->completions, call);
	return balloonctl_completion_get_result(call);
}

/* Start and wait. The finished call, which the caller frees, is in `*ret` also if it failed. */
static int run(struct balloonctl_monitor *monitor, enum balloonctl_operation operation,
	       uint64_t value, struct balloonctl_completion **ret)
{
	int r = dispatch_start(monitor, operation, value, NULL, ret);

	return r < 0 ? r : operation_wait(monitor, *ret);
}

static bool is_target(uint64_t bytes)
{
	return bytes >= 1 && bytes <= INT64_MAX;
}

static int refuse_target(struct balloonctl_monitor *monitor, uint64_t bytes)
{
	return error_set(&monitor->error, -EINVAL, NULL,
			 "%s: %llu bytes is no size for a guest; give 1 to 2^63-1",
			 monitor_get_subject(monitor), (unsigned long long)bytes);
}

int balloonctl_monitor_start_get_stats(struct balloonctl_monitor *monitor, void *user_data)
{
	return dispatch_start(monitor, BALLOONCTL_OPERATION_GET_STATS, 0, user_data, NULL);
}

int balloonctl_monitor_get_stats(struct balloonctl_monitor *monitor, struct balloonctl_stats **ret)
{
	struct balloonctl_completion *call = NULL;
	int r = run(monitor, BALLOONCTL_OPERATION_GET_STATS, 0, &call);

	if (r == 0)
		*ret = balloonctl_completion_take_stats(call);
	balloonctl_completion_free(call);
	return r;
}

int balloonctl_monitor_start_refresh_stats(struct balloonctl_monitor *monitor,
					   uint32_t max_age_seconds, void *user_data)
{
	return dispatch_start(monitor, BALLOONCTL_OPERATION_REFRESH_STATS, max_age_seconds,
			      user_data, NULL);
}

int balloonctl_monitor_refresh_stats(struct balloonctl_monitor *monitor, uint32_t max_age_seconds,
				     struct balloonctl_stats **ret)
{
	struct balloonctl_completion *call = NULL;
	int r = run(monitor, BALLOONCTL_OPERATION_REFRESH_STATS, max_age_seconds, &call);

	if (r == 0)
		*ret = balloonctl_completion_take_stats(call);
	balloonctl_completion_free(call);
	return r;
}

int balloonctl_monitor_start_get_polling_interval(struct balloonctl_monitor *monitor,
						  void *user_data)
{
	return dispatch_start(monitor, BALLOONCTL_OPERATION_GET_POLLING_INTERVAL, 0, user_data,
			      NULL);
}

int balloonctl_monitor_get_polling_interval(struct balloonctl_monitor *monitor,
					    uint32_t *ret_seconds)
{
	struct balloonctl_completion *call = NULL;
	int r = run(monitor, BALLOONCTL_OPERATION_GET_POLLING_INTERVAL, 0, &call);

	if (r == 0)
		*ret_seconds = call->polling_interval;
	balloonctl_completion_free(call);
	return r;
}

int balloonctl_monitor_start_set_polling_interval(struct balloonctl_monitor *monitor,
						  uint32_t seconds, void *user_data)
{
	return dispatch_start(monitor, BALLOONCTL_OPERATION_SET_POLLING_INTERVAL, seconds,
			      user_data, NULL);
}

int balloonctl_monitor_set_polling_interval(struct balloonctl_monitor *monitor, uint32_t seconds,
					    uint32_t *ret_previous)
{
	struct balloonctl_completion *call = NULL;
	int r = run(monitor, BALLOONCTL_OPERATION_SET_POLLING_INTERVAL, seconds, &call);

	if (r == 0 && ret_previous != NULL)
		*ret_previous = call->previous_interval;
	balloonctl_completion_free(call);
	return r;
}

int balloonctl_monitor_start_get_actual_bytes(struct balloonctl_monitor *monitor, void *user_data)
{
	return dispatch_start(monitor, BALLOONCTL_OPERATION_GET_ACTUAL_BYTES, 0, user_data, NULL);
}

int balloonctl_monitor_get_actual_bytes(struct balloonctl_monitor *monitor,
					int64_t *ret_actual_bytes)
{
	struct balloonctl_completion *call = NULL;
	int r = run(monitor, BALLOONCTL_OPERATION_GET_ACTUAL_BYTES, 0, &call);

	if (r == 0)
		*ret_actual_bytes = call->actual_bytes;
	balloonctl_completion_free(call);
	return r;
}

int balloonctl_monitor_start_set_target_bytes(struct balloonctl_monitor *monitor,
					      uint64_t target_bytes, void *user_data)
{
	if (!is_target(target_bytes))
		return refuse_target(monitor, target_bytes);
	return dispatch_start(monitor, BALLOONCTL_OPERATION_SET_TARGET_BYTES, target_bytes,
			      user_data, NULL);
}

int balloonctl_monitor_set_target_bytes(struct balloonctl_monitor *monitor, uint64_t target_bytes)
{
	struct balloonctl_completion *call = NULL;
	int r;

	if (!is_target(target_bytes))
		return refuse_target(monitor, target_bytes);
	r = run(monitor, BALLOONCTL_OPERATION_SET_TARGET_BYTES, target_bytes, &call);
	balloonctl_completion_free(call);
	return r;
}

int balloonctl_monitor_start_get_info(struct balloonctl_monitor *monitor, void *user_data)
{
	return dispatch_start(monitor, BALLOONCTL_OPERATION_GET_INFO, 0, user_data, NULL);
}

int balloonctl_monitor_get_info(struct balloonctl_monitor *monitor, struct balloonctl_info **ret)
{
	struct balloonctl_completion *call = NULL;
	int r = run(monitor, BALLOONCTL_OPERATION_GET_INFO, 0, &call);

	if (r == 0)
		*ret = balloonctl_completion_take_info(call);
	balloonctl_completion_free(call);
	return r;
}

int balloonctl_monitor_start_examine(struct balloonctl_monitor *monitor, void *user_data)
{
	return dispatch_start(monitor, BALLOONCTL_OPERATION_EXAMINE, 0, user_data, NULL);
}

int balloonctl_monitor_examine(struct balloonctl_monitor *monitor,
			       struct balloonctl_examination **ret)
{
	struct balloonctl_completion *call = NULL;
	int r = run(monitor, BALLOONCTL_OPERATION_EXAMINE, 0, &call);

	if (r == 0)
		*ret = balloonctl_completion_take_examination(call);
	balloonctl_completion_free(call);
	return r;
}
