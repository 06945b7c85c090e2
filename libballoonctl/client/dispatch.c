/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The calls of one monitor: started, held back until the balloon is found, matched with replies and
 * deadlines, and moved to the completions. Several run at once and share round trips.
 */
#include <errno.h>

#include "client/examination.h"
#include "client/explain.h"
#include "client/monitor.h"
#include "client/process.h"

enum {
	/* Pending calls of one monitor. More would only wait for QEMU, which works one by one. */
	CALLS_MAX = 16,
};

/* What this host can add to what QEMU has said. */
static void look_at_process(const struct balloonctl_monitor *monitor,
			    struct balloonctl_examination *examination)
{
	struct process_facts facts;

	examination->when_ms = monitor_now();
	examination->pid = balloonctl_monitor_get_pid(monitor);
	if (examination->pid == 0)
		return;
	facts = process_look(examination->pid);
	examination->swapped_bytes = facts.swapped_bytes;
	examination->configured_interval = facts.configured_interval;
}

static void complete(struct balloonctl_monitor *monitor, struct balloonctl_completion *call)
{
	if (call->error.code < 0)
		error_copy(&monitor->error, &call->error);
	else if (call->examination != NULL)
		look_at_process(monitor, call->examination);
	/* It may have gone, or have been another one under the same path. */
	if (call->error.code == -ENODEV)
		vm_forget_device(&monitor->vm);
	call_queue_remove(&monitor->calls, call);
	call_queue_add(&monitor->completions, call);
}

static void begin(struct balloonctl_monitor *monitor, struct balloonctl_completion *call,
		  int64_t now)
{
	if (call_begin(call, &monitor->session, &monitor->vm, now) < 0)
		complete(monitor, call);
}

/* Those who waited for the device go on, or fail as the search did. */
static void end_waiting(struct balloonctl_monitor *monitor, int64_t now)
{
	const struct balloonctl_error *error = &monitor->finder->error;
	struct balloonctl_completion *call, *next;

	for (call = monitor->calls.first; call != NULL; call = next) {
		next = call->next;
		if (call->has_begun)
			continue;
		if (error->code < 0) {
			error_copy(&call->error, error);
			complete(monitor, call);
		} else {
			begin(monitor, call, now);
		}
	}
}

static void end_finder(struct balloonctl_monitor *monitor, int64_t now)
{
	end_waiting(monitor, now);
	balloonctl_completion_free(monitor->finder);
	monitor->finder = NULL;
}

static int begin_or_wait(struct balloonctl_monitor *monitor, struct balloonctl_completion *call,
			 int64_t now)
{
	if (!call_needs_device(call) || monitor->vm.device != NULL) {
		begin(monitor, call, now);
		return 0;
	}
	if (monitor->finder != NULL)
		return 0;
	monitor->finder = call_new(OPERATION_FIND, 0, NULL);
	if (monitor->finder == NULL)
		return -ENOMEM;
	if (call_begin(monitor->finder, &monitor->session, &monitor->vm, now) < 0)
		end_finder(monitor, now);
	return 0;
}

int dispatch_start(struct balloonctl_monitor *monitor, enum balloonctl_operation operation,
		   uint64_t value, void *user_data, struct balloonctl_completion **ret)
{
	return dispatch_start_call(monitor, call_new(operation, value, user_data), monitor_now(),
				   ret);
}

static int refuse(struct balloonctl_monitor *monitor)
{
	if (monitor->state == MONITOR_IDLE)
		return error_set(&monitor->error, -ENOTCONN, NULL, "%s: not connected",
				 monitor_get_subject(monitor));
	if (monitor->calls.count == CALLS_MAX)
		return error_set(&monitor->error, -EAGAIN, NULL, "%s: %d calls are pending already",
				 monitor->vm.address, CALLS_MAX);
	return 0;
}

int dispatch_start_call(struct balloonctl_monitor *monitor, struct balloonctl_completion *call,
			int64_t now, struct balloonctl_completion **ret)
{
	int r = refuse(monitor);

	if (r == 0 && call == NULL)
		r = error_set(&monitor->error, -ENOMEM, NULL, "%s: out of memory",
			      monitor->vm.address);
	if (r < 0) {
		balloonctl_completion_free(call);
		return r;
	}
	call->timeout_ms = monitor->guest_timeout_ms;
	call_queue_add(&monitor->calls, call);
	r = begin_or_wait(monitor, call, now);
	if (r < 0) {
		call_queue_remove(&monitor->calls, call);
		balloonctl_completion_free(call);
		return error_set(&monitor->error, r, NULL, "%s: out of memory",
				 monitor->vm.address);
	}
	if (ret != NULL)
		*ret = call;
	return 0;
}

void dispatch_reply(struct balloonctl_monitor *monitor, const struct message *message, int64_t now)
{
	const struct clocks clocks = { .now_ms = now, .clock_ms = monitor_clock() };
	struct balloonctl_completion *call;

	if (monitor->finder != NULL &&
	    call_receive(monitor->finder, &monitor->vm, message, &clocks)) {
		if (call_is_over(monitor->finder))
			end_finder(monitor, now);
		else if (monitor->vm.device != NULL)
			end_waiting(monitor, now); /* there is no second balloon to wait for */
		return;
	}
	for (call = monitor->calls.first; call != NULL; call = call->next) {
		if (!call_receive(call, &monitor->vm, message, &clocks))
			continue;
		if (call_is_over(call))
			complete(monitor, call);
		return;
	}
}

/* The call a late reply belongs to ends; the connection stays. */
static void expire_call(struct balloonctl_monitor *monitor, struct balloonctl_completion *call,
			int id)
{
	explain_no_reply(&call->error, monitor->vm.address, call_get_command(call, id), monitor->fd,
			 monitor->session.reply_timeout_ms);
}

void dispatch_expired(struct balloonctl_monitor *monitor, int64_t now)
{
	struct balloonctl_completion *call;
	int id;

	while ((id = session_expire(&monitor->session, now)) > 0) {
		/* Somebody else may get the answer that this one did not. */
		monitor->vm.asked = monitor->vm.known;
		if (monitor->finder != NULL && call_get_command(monitor->finder, id) != NULL) {
			expire_call(monitor, monitor->finder, id);
			end_finder(monitor, now);
			continue;
		}
		for (call = monitor->calls.first; call != NULL; call = call->next) {
			if (call_get_command(call, id) == NULL)
				continue;
			expire_call(monitor, call, id);
			complete(monitor, call);
			break;
		}
	}
}

void dispatch_due(struct balloonctl_monitor *monitor, int64_t now)
{
	struct balloonctl_completion *call, *next;

	for (call = monitor->calls.first; call != NULL; call = next) {
		next = call->next;
		if (call->wake_ms <= now)
			begin(monitor, call, now);
	}
}

int64_t dispatch_get_deadline(const struct balloonctl_monitor *monitor)
{
	const struct balloonctl_completion *call;
	int64_t at = CALL_NEVER;

	for (call = monitor->calls.first; call != NULL; call = call->next)
		at = MIN(at, call->wake_ms);
	return at;
}

bool dispatch_is_writing(const struct balloonctl_monitor *monitor)
{
	const struct balloonctl_completion *call = monitor->calls.first;

	while (call != NULL && !call_is_writing(call))
		call = call->next;
	return call != NULL;
}

void dispatch_failure(struct balloonctl_monitor *monitor)
{
	struct balloonctl_completion *call;

	balloonctl_completion_free(monitor->finder);
	monitor->finder = NULL;
	while ((call = monitor->calls.first) != NULL) {
		error_copy(&call->error, &monitor->error);
		call_queue_remove(&monitor->calls, call);
		call_queue_add(&monitor->completions, call);
	}
}
