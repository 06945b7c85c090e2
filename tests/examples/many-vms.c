/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Several VMs in one loop of our own: each is asked at once, and one that hangs delays no other.
 * The same three questions (descriptor, events, time-out) fit any event loop.
 */
#include <balloonctl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

struct vm {
	struct balloonctl_monitor *monitor;
	int is_done;
};

static void show(const struct vm *vm, const struct balloonctl_stats *stats)
{
	const char *address = balloonctl_monitor_get_address(vm->monitor);
	uint64_t bytes;

	if (balloonctl_stats_get(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, &bytes) == 0)
		printf("%s: %" PRIu64 " bytes available\n", address, bytes);
	else
		printf("%s: not reported\n", address);
}

static void show_error(const struct balloonctl_error *error)
{
	fprintf(stderr, "%s\n", balloonctl_error_get_message(error));
}

static void begin(struct vm *vm, const char *address)
{
	vm->monitor = balloonctl_monitor_new();
	if (vm->monitor == NULL) {
		vm->is_done = 1;
	} else if (balloonctl_monitor_start_connect(vm->monitor, address) < 0 ||
		   balloonctl_monitor_start_get_stats(vm->monitor, NULL) < 0) {
		show_error(balloonctl_monitor_get_error(vm->monitor));
		vm->is_done = 1;
	}
}

static void process(struct vm *vm)
{
	struct balloonctl_completion *done;

	/* A lost connection completes the call with an error: that is where we look. */
	balloonctl_monitor_process(vm->monitor);
	done = balloonctl_monitor_next_completion(vm->monitor);
	if (done == NULL)
		return;
	if (balloonctl_completion_get_result(done) == 0)
		show(vm, balloonctl_completion_get_stats(done));
	else
		show_error(balloonctl_completion_get_error(done));
	balloonctl_completion_free(done);
	vm->is_done = 1;
}

/* Wait for whichever comes first. 0 when all are done. */
static int wait_for_any(const struct vm *vms, struct pollfd *fds, int count)
{
	int timeout = -1, busy = 0;

	for (int i = 0; i < count; i++) {
		int next;

		fds[i].fd = -1;
		if (vms[i].is_done)
			continue;
		busy = 1;
		fds[i].fd = balloonctl_monitor_get_fd(vms[i].monitor);
		fds[i].events = balloonctl_monitor_get_events(vms[i].monitor);
		next = balloonctl_monitor_get_timeout(vms[i].monitor);
		if (next >= 0 && (timeout < 0 || next < timeout))
			timeout = next;
	}
	if (busy)
		poll(fds, (nfds_t)count, timeout);
	return busy;
}

int main(int argc, char **argv)
{
	int count = argc - 1;
	struct pollfd *fds;
	struct vm *vms;

	if (count < 1) {
		fprintf(stderr, "usage: %s ADDRESS...\n", argv[0]);
		return 1;
	}
	vms = calloc((size_t)count, sizeof(*vms));
	fds = calloc((size_t)count, sizeof(*fds));
	if (vms == NULL || fds == NULL)
		return 1;
	for (int i = 0; i < count; i++)
		begin(&vms[i], argv[i + 1]);
	while (wait_for_any(vms, fds, count))
		for (int i = 0; i < count; i++)
			if (!vms[i].is_done)
				process(&vms[i]);
	for (int i = 0; i < count; i++)
		balloonctl_monitor_free(vms[i].monitor);
	free(vms);
	free(fds);
	return 0;
}
