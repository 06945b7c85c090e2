/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The object that users hold: its making and end, its settings, and the five functions of the
 * caller's loop. The work is done by link and dispatch.
 */
#include "client/monitor.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "client/holder.h"
#include "client/host.h"
#include "client/trace.h"

enum {
	TIMEOUT_DEFAULT_MS = 5000,
	TIMEOUT_MAX_MS = 24 * 60 * 60 * 1000,
	DEVICE_PATH_MAX = 4095,

	/* For QEMU to read the writes of a refresh, which takes it a millisecond. */
	WRITES_MS = 100,
};

int64_t monitor_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t monitor_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *monitor_get_subject(const struct balloonctl_monitor *monitor)
{
	return monitor->vm.address != NULL ? monitor->vm.address : "a monitor without an address";
}

void monitor_init(struct balloonctl_monitor *monitor)
{
	*monitor = (struct balloonctl_monitor){
		.fd = -1,
		.dial.fd = -1,
		.connect_timeout_ms = TIMEOUT_DEFAULT_MS,
		.greeting_timeout_ms = TIMEOUT_DEFAULT_MS,
		.reply_timeout_ms = TIMEOUT_DEFAULT_MS,
		.guest_timeout_ms = TIMEOUT_DEFAULT_MS,
		.is_traced = trace_is_wanted(),
	};
}

void monitor_done(struct balloonctl_monitor *monitor)
{
	struct balloonctl_completion *completion;

	balloonctl_monitor_disconnect(monitor);
	while ((completion = balloonctl_monitor_next_completion(monitor)) != NULL)
		balloonctl_completion_free(completion);
	event_queue_done(&monitor->events);
	error_done(&monitor->error);
	address_done(&monitor->address);
	vm_done(&monitor->vm);
}

struct balloonctl_monitor *balloonctl_monitor_new(void)
{
	struct balloonctl_monitor *monitor = malloc(sizeof(*monitor));

	if (monitor != NULL)
		monitor_init(monitor);
	return monitor;
}

void balloonctl_monitor_free(struct balloonctl_monitor *monitor)
{
	if (monitor == NULL)
		return;
	monitor_done(monitor);
	free(monitor);
}

/* `parsed` is the monitor's from here on. */
static int start_connect(struct balloonctl_monitor *monitor, const struct address *parsed,
			 const char *address)
{
	address_done(&monitor->address);
	monitor->address = *parsed;
	vm_forget(&monitor->vm);
	event_queue_done(&monitor->events);
	if (vm_set(&monitor->vm.address, address) < 0)
		return error_set(&monitor->error, -ENOMEM, NULL, "%s: out of memory", address);
	return link_start(monitor);
}

static int refuse_second(struct balloonctl_monitor *monitor)
{
	return error_set(&monitor->error, -EISCONN, NULL, "%s: connected already",
			 monitor->vm.address);
}

int balloonctl_monitor_start_connect(struct balloonctl_monitor *monitor, const char *address)
{
	struct address parsed = { 0 };
	int r;

	if (monitor->state != MONITOR_IDLE)
		return refuse_second(monitor);
	r = address_parse(address, &parsed, &monitor->error);
	if (r == 0)
		return start_connect(monitor, &parsed, address);
	address_done(&parsed);
	return r;
}

int balloonctl_monitor_start_connect_fd(struct balloonctl_monitor *monitor, int fd,
					const char *address)
{
	const struct address given = { .kind = ADDRESS_FD, .fd = fd };

	if (monitor->state != MONITOR_IDLE)
		return refuse_second(monitor);
	return start_connect(monitor, &given, address);
}

static int wait_until_connected(struct balloonctl_monitor *monitor, int r)
{
	while (r == 0 && !balloonctl_monitor_is_connected(monitor)) {
		r = balloonctl_monitor_wait(monitor, -1);
		if (r == -EINTR)
			r = 0;
	}
	return r;
}

int balloonctl_monitor_connect(struct balloonctl_monitor *monitor, const char *address)
{
	return wait_until_connected(monitor, balloonctl_monitor_start_connect(monitor, address));
}

int balloonctl_monitor_connect_fd(struct balloonctl_monitor *monitor, int fd, const char *address)
{
	return wait_until_connected(monitor,
				    balloonctl_monitor_start_connect_fd(monitor, fd, address));
}

/* QEMU forgets what it has not read when its client leaves: polling would stay off if that was the
 * second write of a refresh. */
static void finish_writes(struct balloonctl_monitor *monitor)
{
	int64_t now = monitor_now(), end = now + WRITES_MS;

	for (; dispatch_is_writing(monitor) && now < end; now = monitor_now())
		balloonctl_monitor_wait(monitor, (int)(end - now));
}

void balloonctl_monitor_disconnect(struct balloonctl_monitor *monitor)
{
	finish_writes(monitor);
	if (monitor->state == MONITOR_IDLE)
		return;
	/* The sentence is for the calls that it cancels. */
	if (monitor->calls.count > 0)
		link_lose(monitor, -ECANCELED, "disconnected");
	else
		link_end(monitor);
}

int balloonctl_monitor_get_fd(const struct balloonctl_monitor *monitor)
{
	return monitor->state == MONITOR_DIALING ? monitor->dial.fd : monitor->fd;
}

short balloonctl_monitor_get_events(const struct balloonctl_monitor *monitor)
{
	const char *bytes;

	if (monitor->state == MONITOR_DIALING)
		return POLLOUT;
	if (monitor->state == MONITOR_OPEN && session_output(&monitor->session, true, &bytes) > 0)
		return POLLIN | POLLOUT;
	return POLLIN;
}

int64_t monitor_get_deadline(const struct balloonctl_monitor *monitor)
{
	if (monitor->state == MONITOR_DIALING)
		return MIN(monitor->deadline, monitor->dial.wake_at);
	if (monitor->state == MONITOR_IDLE)
		return INT64_MAX;
	if (monitor->session.state == SESSION_GREETING)
		return monitor->deadline;
	return MIN(session_get_deadline(&monitor->session), dispatch_get_deadline(monitor));
}

int balloonctl_monitor_get_timeout(const struct balloonctl_monitor *monitor)
{
	int64_t at = monitor_get_deadline(monitor);
	int64_t now;

	if (at == INT64_MAX)
		return -1;
	now = monitor_now();
	return at <= now ? 0 : (int)MIN(at - now, INT_MAX);
}

int balloonctl_monitor_process(struct balloonctl_monitor *monitor)
{
	if (monitor->state == MONITOR_IDLE)
		return -ENOTCONN;
	return link_process(monitor, monitor_now());
}

int balloonctl_monitor_wait(struct balloonctl_monitor *monitor, int timeout_ms)
{
	struct pollfd pollfd;
	int timeout;

	if (monitor->state == MONITOR_IDLE)
		return -ENOTCONN;
	timeout = balloonctl_monitor_get_timeout(monitor);
	if (timeout < 0 || (timeout_ms >= 0 && timeout_ms < timeout))
		timeout = timeout_ms;
	pollfd.fd = balloonctl_monitor_get_fd(monitor);
	pollfd.events = balloonctl_monitor_get_events(monitor);
	if (poll(&pollfd, 1, timeout) < 0) {
		if (errno == EINTR)
			return -EINTR;
		/* Not to be waited for (a limit, a sandbox): going on would spin for ever. */
		return link_lose(monitor, -errno, strerror(errno));
	}
	return balloonctl_monitor_process(monitor);
}

struct balloonctl_completion *balloonctl_monitor_next_completion(struct balloonctl_monitor *monitor)
{
	struct balloonctl_completion *completion = monitor->completions.first;

	if (completion != NULL)
		call_queue_remove(&monitor->completions, completion);
	return completion;
}

struct balloonctl_event *balloonctl_monitor_next_event(struct balloonctl_monitor *monitor)
{
	return event_queue_take(&monitor->events);
}

uint64_t balloonctl_monitor_get_lost_events(const struct balloonctl_monitor *monitor)
{
	return monitor->events.lost;
}

static int set_timeout(struct balloonctl_monitor *monitor, unsigned int *timeout_ms,
		       unsigned int ms)
{
	if (ms < 1 || ms > TIMEOUT_MAX_MS)
		return error_set(&monitor->error, -EINVAL, NULL,
				 "%s: %u ms is no time-out; give 1 to %d",
				 monitor_get_subject(monitor), ms, TIMEOUT_MAX_MS);
	*timeout_ms = ms;
	return 0;
}

int balloonctl_monitor_set_connect_timeout_ms(struct balloonctl_monitor *monitor, unsigned int ms)
{
	return set_timeout(monitor, &monitor->connect_timeout_ms, ms);
}

int balloonctl_monitor_set_greeting_timeout_ms(struct balloonctl_monitor *monitor, unsigned int ms)
{
	return set_timeout(monitor, &monitor->greeting_timeout_ms, ms);
}

int balloonctl_monitor_set_reply_timeout_ms(struct balloonctl_monitor *monitor, unsigned int ms)
{
	int r = set_timeout(monitor, &monitor->reply_timeout_ms, ms);

	if (r == 0)
		monitor->session.reply_timeout_ms = ms;
	return r;
}

int balloonctl_monitor_set_guest_timeout_ms(struct balloonctl_monitor *monitor, unsigned int ms)
{
	return set_timeout(monitor, &monitor->guest_timeout_ms, ms);
}

static bool is_utf8(const char *text)
{
	size_t len = strlen(text);
	size_t step;

	for (; len > 0; text += step, len -= step) {
		step = text_decode(text, len, NULL);
		if (step == 0)
			return false;
	}
	return true;
}

int balloonctl_monitor_set_device(struct balloonctl_monitor *monitor, const char *path)
{
	const char *subject = monitor_get_subject(monitor);

	if (monitor->calls.count > 0)
		return error_set(&monitor->error, -EBUSY, NULL, "%s: calls are pending", subject);
	if (path != NULL && (*path == '\0' || strlen(path) > DEVICE_PATH_MAX || !is_utf8(path)))
		return error_set(&monitor->error, -EINVAL, NULL,
				 "%s: '%s' is no QOM path; write one such as "
				 "/machine/peripheral/balloon0",
				 subject, path);
	if (vm_set(&monitor->vm.device, path) < 0)
		return error_set(&monitor->error, -ENOMEM, NULL, "%s: out of memory", subject);
	vm_set(&monitor->vm.device_type, NULL);
	monitor->vm.is_device_by_hand = path != NULL;
	return 0;
}

const struct balloonctl_error *
balloonctl_monitor_get_error(const struct balloonctl_monitor *monitor)
{
	return &monitor->error;
}

bool balloonctl_monitor_is_connected(const struct balloonctl_monitor *monitor)
{
	return monitor->state == MONITOR_OPEN && monitor->session.state == SESSION_READY;
}

const char *balloonctl_monitor_get_address(const struct balloonctl_monitor *monitor)
{
	return monitor->vm.address == NULL ? "" : monitor->vm.address;
}

pid_t balloonctl_monitor_get_pid(const struct balloonctl_monitor *monitor)
{
	return monitor->fd < 0 ? 0 : holder_get_server(monitor->fd);
}

int balloonctl_monitor_get_host_rss_bytes(const struct balloonctl_monitor *monitor, uint64_t *ret)
{
	pid_t pid = balloonctl_monitor_get_pid(monitor);

	/* Our own: the other end of a socket pair, or a simulated VM. */
	if (pid <= 0 || pid == getpid())
		return -ENODATA;
	return host_get_rss_bytes(pid, ret);
}

const char *balloonctl_monitor_get_device(const struct balloonctl_monitor *monitor)
{
	return monitor->vm.device;
}

const char *balloonctl_monitor_get_device_type(const struct balloonctl_monitor *monitor)
{
	return monitor->vm.device_type;
}

const char *balloonctl_monitor_get_name(const struct balloonctl_monitor *monitor)
{
	return monitor->vm.name;
}
