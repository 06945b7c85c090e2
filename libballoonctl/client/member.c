/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One VM of a fleet: connected when its first sweep comes, asked once an interval, re-armed when
 * its polling interval is not what it was, and reconnected when it was lost. All waiting is left to
 * the fleet, all talking to the monitor.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "client/fleet.h"
#include "client/stats.h"

enum {
	/* So many questions in a row without a reply, and a fresh connection is tried: a QEMU that
	 * hangs is no worse for it, one that has lost its place in the conversation is better. */
	TIMEOUTS_MAX = 3,

	/* More than are under way at a time, if all goes well. */
	SPARE_CALLS_MAX = 1024,
};

/* 0, or a negative errno with the sentence in `error`. */
static int set_address(struct balloonctl_member *member, const char *address, int fd,
		       struct balloonctl_error *error)
{
	struct balloonctl_monitor *monitor = &member->monitor;
	int r;

	if (fd < 0) {
		r = address_parse(address, &monitor->address, error);
		if (r < 0)
			return r;
		/* Sockets of the caller's are all the same to us. */
		if (monitor->address.kind == ADDRESS_FD)
			fd = monitor->address.fd;
	}
	if (vm_set(&monitor->vm.address, address) < 0)
		return error_set(error, -ENOMEM, NULL, "%s: out of memory", address);
	if (fd < 0)
		return 0;
	member->own_fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (member->own_fd < 0)
		return error_set(error, -errno, NULL, "%s: descriptor %d: %s", address, fd,
				 strerror(errno));
	return 0;
}

struct balloonctl_member *member_new(struct balloonctl_fleet *fleet, const char *address, int fd)
{
	struct balloonctl_member *member = calloc(1, sizeof(*member));

	if (member == NULL) {
		error_set(&fleet->error, -ENOMEM, NULL, "%s: out of memory", address);
		return NULL;
	}
	monitor_init(&member->monitor);
	member->monitor.holders = &fleet->holders;
	member->fleet = fleet;
	member->own_fd = member->watched_fd = -1;
	if (set_address(member, address, fd, &fleet->error) < 0) {
		member_free(member);
		return NULL;
	}
	return member;
}

void member_free(struct balloonctl_member *member)
{
	/* A descriptor is no longer watched when it is closed, unless it has duplicates elsewhere, as
	 * our own has. */
	if (member->own_fd >= 0) {
		epoll_ctl(member->fleet->epoll, EPOLL_CTL_DEL, member->own_fd, NULL);
		close(member->own_fd);
	}
	monitor_done(&member->monitor);
	balloonctl_stats_free(member->stats);
	error_done(&member->error);
	free(member);
}

/* A monitor works on a duplicate of a descriptor that it is given; ours is a second one. */
unsigned int member_count_descriptors(const struct balloonctl_member *member)
{
	return member->own_fd >= 0 ? 2 : 1;
}

/* Watching --------------------------------------------------------------------------------------*/

/* A closed descriptor is watched no more, unless there are duplicates of it: those of a caller's
 * socket are watched by one of our own. */
static int get_fd_to_watch(const struct balloonctl_member *member)
{
	int fd = balloonctl_monitor_get_fd(&member->monitor);

	return fd >= 0 && member->own_fd >= 0 ? member->own_fd : fd;
}

/* Being told of news alone, once each, spares the kernel a second look at each socket. */
static int control(struct balloonctl_member *member, int operation, int fd, short events)
{
	struct epoll_event event = {
		.events = (uint32_t)events | EPOLLET,
		.data.u64 = (uint64_t)member->generation << 32 | member->number,
	};

	return epoll_ctl(member->fleet->epoll, operation, fd, &event) < 0 ? -errno : 0;
}

static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT, "epoll takes poll's events");

static int watch(struct balloonctl_member *member)
{
	int fd = get_fd_to_watch(member);
	short events = fd >= 0 ? balloonctl_monitor_get_events(&member->monitor) : 0;
	/* While a socket is being connected, the next attempt may have the number of the last. */
	bool is_sure = member->monitor.state == MONITOR_OPEN && fd == member->watched_fd;
	int r = 0;

	/* What is left is no news, unless it is asked for again. */
	if (is_sure && events == member->watched_events && !member->monitor.has_more)
		return 0;
	if (fd < 0 && member->watched_fd >= 0 && member->watched_fd == member->own_fd)
		control(member, EPOLL_CTL_DEL, member->own_fd, 0);
	if (fd >= 0) {
		r = is_sure ? -EEXIST : control(member, EPOLL_CTL_ADD, fd, events);
		if (r == -EEXIST)
			r = control(member, EPOLL_CTL_MOD, fd, events);
	}
	member->watched_fd = fd;
	member->watched_events = events;
	return r;
}

/* Outcomes --------------------------------------------------------------------------------------*/

static void fail(struct balloonctl_member *member, const struct balloonctl_error *error)
{
	member->stage = MEMBER_RESTS;
	error_copy(&member->error, error);
	sample_deliver(member, NULL, error, false);
}

static void lost(struct balloonctl_member *member, int64_t now)
{
	struct balloonctl_fleet *fleet = member->fleet;

	member->is_up = member->has_answered = false;
	member->polling = (struct pace_polling){ 0 };
	member->timeouts = 0;
	error_copy(&member->error, &member->monitor.error);
	member->failures++;
	member->retry_at = now + pace_get_pause(member->failures, fleet->first_pause_ms,
						fleet->max_pause_ms, &fleet->seed);
	/* QEMU greets once on each connection. */
	if (member->own_fd >= 0)
		member->retry_at = INT64_MAX;
}

static void succeed(struct balloonctl_member *member, bool was_rearmed)
{
	struct balloonctl_stats *stats = member->stats;

	member->stage = MEMBER_RESTS;
	member->stats = NULL;
	member->failures = 0;
	sample_deliver(member, stats, NULL, was_rearmed);
}

/* Calls -----------------------------------------------------------------------------------------*/

static struct balloonctl_completion *take_call(struct balloonctl_fleet *fleet,
					       unsigned int operation, uint64_t value)
{
	struct balloonctl_completion *call = fleet->spare_calls;

	if (call == NULL)
		return call_new(operation, value, NULL);
	fleet->spare_calls = call->next;
	fleet->n_spare_calls--;
	fleet_fetch(call->next, sizeof(*call));
	call_renew(call, operation, value, NULL);
	return call;
}

static void leave_call(struct balloonctl_fleet *fleet, struct balloonctl_completion *call)
{
	if (fleet->n_spare_calls == SPARE_CALLS_MAX) {
		balloonctl_completion_free(call);
		return;
	}
	call_done(call);
	call->next = fleet->spare_calls;
	fleet->spare_calls = call;
	fleet->n_spare_calls++;
}

static int start_call(struct balloonctl_member *member, unsigned int operation, uint64_t value,
		      int64_t now)
{
	return dispatch_start_call(&member->monitor, take_call(member->fleet, operation, value),
				   now, NULL);
}

/* The statistics are here: does polling have to be switched on first? */
static void receive_stats(struct balloonctl_member *member, struct balloonctl_completion *call,
			  int64_t now)
{
	uint32_t wanted = member->fleet->kept_interval;

	member->stats = call->stats;
	call->stats = NULL;
	member->timeouts = 0;
	if (!member->has_answered)
		member->connections++;
	member->has_answered = true;
	pace_add_sample(&member->polling, balloonctl_stats_get_last_update(member->stats), now);
	if (call->operation == BALLOONCTL_OPERATION_GET_STATS) {
		pace_add_interval(&member->polling, call->polling_interval, now);
		if (wanted != 0 && call->polling_interval != wanted &&
		    start_call(member, BALLOONCTL_OPERATION_SET_POLLING_INTERVAL, wanted, now) ==
			    0) {
			member->stage = MEMBER_IS_ARMED;
			return;
		}
		member->is_kept |= wanted != 0 && call->polling_interval == wanted;
	}
	succeed(member, false);
}

/* A VM that can't be armed is no reason to keep its statistics back. */
static void end_arming(struct balloonctl_member *member, const struct balloonctl_completion *call,
		       int64_t now)
{
	bool was_kept = member->is_kept;

	if (call->error.code < 0) {
		error_copy(&member->error, &call->error);
		member->polling.is_known = false;
		succeed(member, false);
		return;
	}
	member->is_kept = true;
	member->rearms += was_kept;
	pace_add_interval(&member->polling, call->polling_interval, now);
	succeed(member, was_kept);
}

static void finish(struct balloonctl_member *member, struct balloonctl_completion *call,
		   int64_t now)
{
	if (call->error.code == -ETIMEDOUT)
		member->timeouts++;
	if (member->stage == MEMBER_IS_ARMED)
		end_arming(member, call, now);
	else if (call->error.code < 0)
		fail(member, &call->error);
	else
		receive_stats(member, call, now);
}

/* What the monitor has for us. Events are for those who have a monitor of their own. */
static void collect(struct balloonctl_member *member, int64_t now)
{
	struct balloonctl_completion *call;

	event_queue_done(&member->monitor.events);
	while ((call = balloonctl_monitor_next_completion(&member->monitor)) != NULL) {
		finish(member, call, now);
		leave_call(member->fleet, call);
	}
	if (member->timeouts >= TIMEOUTS_MAX && member->own_fd < 0)
		balloonctl_monitor_disconnect(&member->monitor);
	if (member->is_up && member->monitor.state == MONITOR_IDLE)
		lost(member, now);
}

/* Sweeps ----------------------------------------------------------------------------------------*/

static int start_connect(struct balloonctl_member *member)
{
	struct balloonctl_monitor *monitor = &member->monitor;
	const char *address = monitor->vm.address;

	if (member->own_fd >= 0)
		return balloonctl_monitor_start_connect_fd(monitor, member->own_fd, address);
	return balloonctl_monitor_start_connect(monitor, address);
}

static void sweep(struct balloonctl_member *member, int64_t now)
{
	struct balloonctl_monitor *monitor = &member->monitor;
	unsigned int operation = OPERATION_GET_VALUES;

	if (!member->is_up) {
		if (now < member->retry_at) {
			sample_deliver(member, NULL, &member->error, false);
			return;
		}
		member->is_up = true;
		if (start_connect(member) < 0) {
			fail(member, &monitor->error);
			return;
		}
	}
	if (pace_wants_interval(&member->polling, now))
		operation = BALLOONCTL_OPERATION_GET_STATS;
	if (start_call(member, operation, member->polling.interval, now) < 0) {
		fail(member, &monitor->error);
		return;
	}
	member->stage = MEMBER_IS_ASKED;
	if (monitor->state == MONITOR_OPEN)
		link_flush(monitor, true);
}

static void schedule(struct balloonctl_member *member, int64_t now)
{
	int64_t at = monitor_get_deadline(&member->monitor);

	/* Who is asked and answers in time has to be moved only once: the next sweep comes before
	 * the deadline, and looks. One that overstays it waits for the deadline alone. */
	if (member->sweep_at > now || member->stage == MEMBER_RESTS)
		at = MIN(at, member->sweep_at);
	if (member->due_at > now && member->due_at <= at)
		return;
	member->due_at = MAX(at, now + 1);
	heap_set(&member->fleet->due, member->number, member->due_at);
}

/* The first one from `now` on. */
static void set_sweep(struct balloonctl_member *member, int64_t now)
{
	unsigned int interval_ms = member->fleet->interval_ms;

	member->sweep_at = pace_next(pace_get_phase(member->number, interval_ms), interval_ms, now);
}

static void settle(struct balloonctl_member *member, int64_t now)
{
	int r;

	collect(member, now);
	r = watch(member);
	if (r < 0) {
		link_lose(&member->monitor, r, strerror(-r));
		collect(member, now);
		watch(member);
	}
	/* One that waits needs no more memory than one that rests, and the next one can have it. */
	session_rest(&member->monitor.session);
	if (member->stage == MEMBER_RESTS && member->sweep_at <= now)
		set_sweep(member, now + 1);
	schedule(member, now);
}

void member_plan(struct balloonctl_member *member, int64_t now)
{
	set_sweep(member, now);
	schedule(member, now);
}

static void process(struct balloonctl_member *member, int64_t now)
{
	if (member->monitor.state != MONITOR_IDLE)
		link_process(&member->monitor, now);
}

void member_receive(struct balloonctl_member *member, int64_t now)
{
	fleet_fetch(member->monitor.calls.first, sizeof(struct balloonctl_completion));
	process(member, now);
	settle(member, now);
}

void member_be_due(struct balloonctl_member *member, int64_t now)
{
	fleet_fetch(member->monitor.vm.device, 1);
	if (monitor_get_deadline(&member->monitor) <= now) {
		process(member, now);
		collect(member, now);
	}
	/* One that is still being waited for has its sample when that ends. */
	if (member->sweep_at <= now && member->stage == MEMBER_RESTS) {
		set_sweep(member, now + 1);
		sweep(member, now);
	}
	settle(member, now);
}
