/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The life of one VM that is followed: its connection, which is made again when it is lost, a look at
 * its statistics a few times in each polling interval, and its polling, which is switched on where it
 * is off, set again when it is found changed, and put back in the end.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "clock.h"
#include "live-vm.h"
#include "rates.h"
#include "session.h"

enum {
	MS_PER_SECOND = 1000,
	DEFAULT_INTERVAL = 2, /* seconds, as `enable` has it */
	BACKOFF_MAX = 30,     /* seconds */
	REARM_GAP_MS = 10000, /* two programs that want different intervals must not race */
};

/* ---- Connections ---- */

static bool can_connect_again(const struct vm *vm)
{
	return vm->sim.machine == NULL && strncmp(vm->address, "fd:", 3) != 0;
}

static void drain(struct vm *vm)
{
	struct balloonctl_completion *done;

	while ((done = balloonctl_monitor_next_completion(vm->monitor)) != NULL)
		balloonctl_completion_free(done);
	vm->pending = 0;
	live_vm_get(vm)->n_changes = 0;
}

/* Let the next client in, unless the shell keeps the connection. */
static void leave(struct vm *vm)
{
	live_vm_get(vm)->state = LIVE_OVER;
	if (vm->session != NULL)
		return;
	balloonctl_monitor_disconnect(vm->monitor);
	drain(vm);
}

static void wait_to_connect(struct live_vm *followed)
{
	followed->state = LIVE_WAITING;
	followed->next = clock_now_ms() + followed->backoff * MS_PER_SECOND;
	followed->backoff =
		followed->backoff < BACKOFF_MAX / 2 ? 2 * followed->backoff : BACKOFF_MAX;
}

static void give_up(struct live *live, struct vm *vm, const struct balloonctl_error *error)
{
	vm->error = error;
	live_vm_get(vm)->state = LIVE_OVER;
	live->has_failed = true;
	live_add_report(live, LIVE_FAILED, vm)->error = error;
}

static void report_lost(struct live *live, struct vm *vm, const struct balloonctl_error *error,
			struct balloonctl_completion *done)
{
	struct live_report *report = live_add_report(live, LIVE_LOST, vm);

	report->error = error;
	report->done = done;
}

/* A call has failed or, where `done` is NULL, the connection. */
static void fail(struct live *live, struct vm *vm, struct balloonctl_completion *done)
{
	const struct balloonctl_error *error = done != NULL
						       ? balloonctl_completion_get_error(done)
						       : balloonctl_monitor_get_error(vm->monitor);
	struct live_vm *followed = live_vm_get(vm);

	live_vm_forget_sample(vm);
	if (followed->state == LIVE_ENDING) {
		live_vm_abandon(live, vm);
	} else if (!followed->has_begun || !can_connect_again(vm)) {
		give_up(live, vm, error);
		/* The words stay. A connection may stand, as to a VM without a balloon. */
		followed->failed = done;
		if (done != NULL)
			leave(vm);
		return;
	} else {
		wait_to_connect(followed);
		if (!followed->is_lost) {
			followed->is_lost = true;
			report_lost(live, vm, error, done);
			return;
		}
	}
	balloonctl_completion_free(done);
}

static void started(struct live *live, struct vm *vm, int result)
{
	if (result < 0)
		fail(live, vm, NULL);
	else
		vm->pending++;
}

static void look(struct live *live, struct vm *vm)
{
	live_vm_get(vm)->next = 0;
	started(live, vm, balloonctl_monitor_start_get_stats(vm->monitor, NULL));
}

static void connect_again(struct live *live, struct vm *vm)
{
	/* The old connection may stand and be of no use. */
	if (live_vm_get(vm)->has_begun) {
		balloonctl_monitor_disconnect(vm->monitor);
		drain(vm);
	}
	live_vm_get(vm)->state = LIVE_CONNECTING;
	if (vm_start_connect(vm) < 0)
		fail(live, vm, NULL);
	else
		look(live, vm);
}

/* ---- Polling ---- */

static void set_interval(struct live *live, struct vm *vm, uint32_t seconds)
{
	struct live_vm *followed = live_vm_get(vm);

	followed->set_at = clock_now_ms();
	followed->n_changes++;
	started(live, vm,
		balloonctl_monitor_start_set_polling_interval(vm->monitor, seconds, NULL));
}

/* On a new connection. Polling that is on is left alone, unless an interval was asked for. */
static void claim(struct live *live, struct vm *vm, uint32_t interval)
{
	struct live_vm *followed = live_vm_get(vm);

	if (live->interval == 0 && interval > 0)
		return;
	followed->is_set = true;
	followed->found = interval;
	followed->wanted = live->interval > 0 ? live->interval : DEFAULT_INTERVAL;
	if (interval == followed->wanted)
		return;
	live_add_report(live, LIVE_CLAIMED, vm)->interval = interval;
	set_interval(live, vm, followed->wanted);
}

/* Migration, another QEMU or another program: what we had set is gone. */
static void rearm(struct live *live, struct vm *vm, uint32_t interval)
{
	struct live_vm *followed = live_vm_get(vm);

	/* What QEMU said before it heard of our own change is no news. */
	if (!followed->is_set || interval == followed->wanted || followed->n_changes > 0 ||
	    (followed->n_rearmed > 0 && clock_now_ms() - followed->set_at < REARM_GAP_MS))
		return;
	followed->n_rearmed++;
	live_add_report(live, LIVE_REARMED, vm)->interval = interval;
	set_interval(live, vm, followed->wanted);
}

int live_set_interval(struct live *live, struct vm *vm, uint32_t seconds)
{
	struct live_vm *followed = live_vm_get(vm);

	if (followed->state != LIVE_CONNECTED)
		return -ENOTCONN;
	followed->is_set = true;
	followed->found = followed->wanted = seconds;
	set_interval(live, vm, seconds);
	return 0;
}

int live_set_target(struct live *live, struct vm *vm, uint64_t bytes)
{
	if (live_vm_get(vm)->state != LIVE_CONNECTED)
		return -ENOTCONN;
	started(live, vm, balloonctl_monitor_start_set_target_bytes(vm->monitor, bytes, NULL));
	return 0;
}

/* ---- The end of a VM ---- */

void live_vm_abandon(struct live *live, struct vm *vm)
{
	live_add_report(live, LIVE_LEFT, vm);
	leave(vm);
}

void live_vm_end(struct live *live, struct vm *vm)
{
	struct live_vm *followed = live_vm_get(vm);
	bool is_set = followed->is_set && followed->found != followed->wanted;

	if (followed->state == LIVE_ENDING || followed->state == LIVE_OVER)
		return;
	if (is_set && followed->state == LIVE_CONNECTED) {
		followed->state = LIVE_ENDING;
		followed->next = 0;
		set_interval(live, vm, followed->found);
		return;
	}
	if (is_set)
		live_add_report(live, LIVE_LEFT, vm);
	if (followed->is_lost)
		live->has_failed = true;
	leave(vm);
}

/* ---- Looks ---- */

static void take_look(struct live *live, struct vm *vm, struct balloonctl_completion *done)
{
	uint32_t interval =
		balloonctl_stats_get_polling_interval(balloonctl_completion_get_stats(done));
	struct live_vm *followed = live_vm_get(vm);
	bool is_first = !followed->has_begun || followed->is_lost; /* on this connection */
	bool is_new;

	followed->state = LIVE_CONNECTED;
	followed->has_begun = true;
	if (followed->is_lost)
		live_add_report(live, LIVE_BACK, vm);
	followed->is_lost = false;
	followed->backoff = 1;
	is_new = live_vm_take_stats(live, vm, done, is_first);
	if (followed->is_set)
		rearm(live, vm, interval);
	else if (is_first)
		claim(live, vm, interval);
	if (followed->state != LIVE_CONNECTED)
		return;
	live_vm_judge(live, vm);
	interval = followed->is_set ? followed->wanted : interval;
	followed->next = rates_get_next_look(clock_now_ms(), interval, is_new);
	if (is_new)
		live_add_report(live, LIVE_SAMPLE, vm);
	if (is_new && live->count > 0 && followed->n_samples >= live->count)
		live_vm_end(live, vm);
}

/* QEMU may refuse that and nothing else. */
static void take_answer(struct live *live, struct vm *vm, struct balloonctl_completion *done)
{
	struct live_report *report = live_add_report(live, LIVE_SIZED, vm);

	if (balloonctl_completion_get_result(done) < 0)
		report->error = balloonctl_completion_get_error(done);
	report->done = done;
}

static void take(struct live *live, struct vm *vm, struct balloonctl_completion *done)
{
	enum balloonctl_operation operation = balloonctl_completion_get_operation(done);
	struct live_vm *followed = live_vm_get(vm);
	bool is_ending = followed->state == LIVE_ENDING;

	vm->pending -= vm->pending > 0;
	followed->n_changes -=
		operation == BALLOONCTL_OPERATION_SET_POLLING_INTERVAL && followed->n_changes > 0;
	if (followed->state == LIVE_WAITING || followed->state == LIVE_OVER) {
		balloonctl_completion_free(done);
	} else if (operation == BALLOONCTL_OPERATION_SET_TARGET_BYTES && !is_ending) {
		take_answer(live, vm, done);
	} else if (balloonctl_completion_get_result(done) < 0) {
		fail(live, vm, done);
	} else if (operation == BALLOONCTL_OPERATION_GET_STATS && !is_ending) {
		take_look(live, vm, done);
	} else {
		/* Changes of the interval happen in order: the last one is what was found. */
		if (is_ending && vm->pending == 0)
			leave(vm);
		balloonctl_completion_free(done);
	}
}

static void take_events(struct live *live, struct vm *vm)
{
	struct balloonctl_event *event;

	while ((event = balloonctl_monitor_next_event(vm->monitor)) != NULL) {
		/* Counters begin again. */
		if (strcmp(balloonctl_event_get_name(event), "RESET") == 0)
			live_vm_forget_sample(vm);
		live_add_report(live, LIVE_EVENT, vm)->event = event;
	}
}

/* ---- For the loop ---- */

int live_vm_get_timeout(const struct vm *vm)
{
	const struct live_vm *followed = live_vm_get(vm);
	int timeout = followed->next == 0 ? -1 : clock_get_timeout(followed->next);

	if (followed->state != LIVE_WAITING)
		timeout = clock_get_shorter(timeout, balloonctl_monitor_get_timeout(vm->monitor));
	if (vm->sim.machine != NULL)
		timeout =
			clock_get_shorter(timeout, balloonsim_machine_get_timeout(vm->sim.machine));
	return timeout;
}

void live_vm_process(struct live *live, struct vm *vm)
{
	struct live_vm *followed = live_vm_get(vm);
	struct balloonctl_completion *done;
	int r;

	if (vm->sim.machine != NULL)
		balloonsim_machine_process(vm->sim.machine);
	if (followed->state == LIVE_WAITING) {
		if (followed->next <= clock_now_ms())
			connect_again(live, vm);
		return;
	}
	r = balloonctl_monitor_process(vm->monitor);
	/* Events came first where the connection is lost: SHUTDOWN is why. */
	take_events(live, vm);
	while ((done = balloonctl_monitor_next_completion(vm->monitor)) != NULL)
		take(live, vm, done);
	if (r < 0 && followed->state != LIVE_WAITING && followed->state != LIVE_OVER)
		fail(live, vm, NULL);
	if (followed->state == LIVE_CONNECTED && followed->next != 0 &&
	    followed->next <= clock_now_ms())
		look(live, vm);
}

void live_vm_begin(struct live *live, struct vm *vm)
{
	struct live_vm *followed = allocate(1, sizeof(*followed));

	followed->backoff = 1;
	followed->told = BALLOONCTL_FRESHNESS_FRESH;
	vm->data = followed;
	/* What was found may be known to be of no use. */
	if (vm->error != NULL)
		give_up(live, vm, vm->error);
	else
		connect_again(live, vm);
}

void live_vm_free(struct vm *vm)
{
	struct live_vm *followed = live_vm_get(vm);

	if (followed == NULL)
		return;
	live_vm_forget_sample(vm);
	balloonctl_completion_free(followed->failed);
	free(followed);
	vm->data = NULL;
}
