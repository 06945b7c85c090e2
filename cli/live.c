/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All VMs that are followed, in one poll() loop, and what the command shall hear of them.
 *
 * Not a balloonctl_fleet: that one asks all its VMs at one pace and has their monitors for itself.
 * Here each is looked at in the rhythm of its own guest, QEMU's events are wanted, monitors may be the
 * shell's, which keeps them, and polling is put back as it was found.
 */
#include <stdlib.h>
#include <unistd.h>

#include "buffer.h"
#include "clock.h"
#include "live-vm.h"
#include "output.h"
#include "session.h"

enum {
	END_MS =
		5000, /* for polling to be put back; whoever wants the end does not wait for ever */
};

/* ---- Reports ---- */

struct live_report *live_add_report(struct live *live, enum live_news news, struct vm *vm)
{
	struct live_report *ret;

	if (live->n_reports == live->capacity) {
		size_t capacity = live->capacity == 0 ? 16 : 2 * live->capacity;

		ret = reallocarray(live->reports, capacity, sizeof(*ret));
		if (ret == NULL)
			out_of_memory();
		live->reports = ret;
		live->capacity = capacity;
	}
	ret = &live->reports[live->n_reports++];
	*ret = (struct live_report){ .news = news, .vm = vm, .time_ms = clock_wall_ms() };
	return ret;
}

static void forget_reports(struct live *live)
{
	for (size_t i = 0; i < live->n_reports; i++) {
		balloonctl_event_free(live->reports[i].event);
		balloonctl_completion_free(live->reports[i].done);
	}
	live->n_reports = live->next_report = 0;
}

const struct live_report *live_next(struct live *live)
{
	return live->next_report == live->n_reports ? NULL : &live->reports[live->next_report++];
}

/* ---- The loop ---- */

static bool is_over(const struct vm *vm)
{
	return live_vm_get(vm)->state == LIVE_OVER;
}

static void add_descriptor(struct pollfd *fds, struct vm *vm, int fd, short events)
{
	/* poll() takes no more entries than descriptors may be open, used or not. */
	if (fd >= 0)
		fds[vm->n_fds++] = (struct pollfd){ .fd = fd, .events = events };
}

/* How many descriptors are to be waited for; the time-out may become shorter. */
static nfds_t prepare(struct live *live, nfds_t n, int *timeout)
{
	for (size_t i = 0; i < live->vms.count; i++) {
		struct vm *vm = &live->vms.items[i];
		const struct balloonsim_machine *machine = vm->sim.machine;

		vm->fds = &live->fds[n];
		vm->n_fds = 0;
		if (is_over(vm))
			continue;
		if (live_vm_get(vm)->state != LIVE_WAITING)
			add_descriptor(vm->fds, vm, balloonctl_monitor_get_fd(vm->monitor),
				       balloonctl_monitor_get_events(vm->monitor));
		if (machine != NULL)
			add_descriptor(vm->fds, vm, balloonsim_machine_get_fd(machine),
				       balloonsim_machine_get_events(machine));
		n += vm->n_fds;
		*timeout = clock_get_shorter(*timeout, live_vm_get_timeout(vm));
	}
	return n;
}

/* Of a thousand VMs few are, each time: the others must cost next to nothing. */
static bool is_ready(const struct vm *vm)
{
	for (unsigned int i = 0; i < vm->n_fds; i++)
		if (vm->fds[i].revents != 0)
			return true;
	return live_vm_get_timeout(vm) == 0;
}

static bool are_all_over(const struct live *live)
{
	for (size_t i = 0; i < live->vms.count; i++)
		if (!is_over(&live->vms.items[i]))
			return false;
	return true;
}

bool live_wait_for_output(struct live *live)
{
	struct pollfd fds[] = {
		{ .fd = live->interrupt_fd, .events = POLLIN },
		{ .fd = STDOUT_FILENO, .events = POLLOUT },
	};

	while (fds[0].revents == 0 && fds[1].revents == 0)
		poll(fds, 2, -1);
	live->is_interrupted |= fds[0].revents != 0;
	return fds[1].revents != 0;
}

static void abandon(struct live *live)
{
	for (size_t i = 0; i < live->vms.count; i++)
		if (!is_over(&live->vms.items[i]))
			live_vm_abandon(live, &live->vms.items[i]);
}

bool live_wait(struct live *live, struct pollfd *extra, size_t n_extra, int timeout)
{
	nfds_t n = 0;
	int r;

	forget_reports(live);
	if (are_all_over(live) || (live->is_interrupted && !live->is_ending))
		return false;
	if (live->is_ending && clock_get_timeout(live->end_at) == 0) {
		abandon(live);
		return true;
	}
	/* The end does not take long, and some send a signal twice. */
	live->fds[n++] = (struct pollfd){
		.fd = live->is_ending ? -1 : live->interrupt_fd,
		.events = POLLIN,
	};
	for (size_t i = 0; i < n_extra; i++)
		live->fds[n++] = extra[i];
	if (live->is_ending)
		timeout = clock_get_shorter(timeout, clock_get_timeout(live->end_at));
	n = prepare(live, n, &timeout);
	r = poll(live->fds, n, timeout);
	for (nfds_t i = 0; r <= 0 && i < n; i++)
		live->fds[i].revents = 0;
	for (size_t i = 0; i < n_extra; i++) {
		extra[i].revents = live->fds[i + 1].revents;
		/* A closed one would be ready for ever. */
		if ((extra[i].revents & POLLNVAL) != 0)
			extra[i].fd = -1;
	}
	live->is_interrupted |= live->fds[0].revents != 0;
	for (size_t i = 0; i < live->vms.count; i++)
		if (!is_over(&live->vms.items[i]) && is_ready(&live->vms.items[i]))
			live_vm_process(live, &live->vms.items[i]);
	return true;
}

/* ---- The beginning and the end ---- */

int live_open(struct live *live, struct options *options)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	size_t n;
	int r;

	/* However it ends, polling has to be put back first: signals wait until the VMs are closed. */
	live->vms.survives_interrupt = true;
	r = vms_open(&live->vms, options);
	if (r != EXIT_DONE)
		return r;
	live->interrupt_fd =
		options->session == NULL ? live->vms.interrupt_fd : options->session->signal_fd;
	/* A reader that has gone is seen by live_has_reader() and by writes. */
	sigaction(SIGPIPE, &ignore, &live->old_pipe);
	n = live->vms.count;
	live->fds = allocate(1 + LIVE_EXTRA_MAX + 2 * n, sizeof(*live->fds));
	for (size_t i = 0; i < n; i++)
		live_vm_begin(live, &live->vms.items[i]);
	return EXIT_DONE;
}

bool live_has_reader(struct live *live)
{
	struct pollfd output = { .fd = STDOUT_FILENO };

	if (poll(&output, 1, 0) > 0 && (output.revents & (POLLERR | POLLHUP)) != 0)
		live->is_output_gone = true;
	return !live->is_output_gone;
}

void live_end(struct live *live)
{
	live->is_ending = true;
	live->end_at = clock_now_ms() + END_MS;
	for (size_t i = 0; i < live->vms.count; i++)
		live_vm_end(live, &live->vms.items[i]);
}

void live_close(struct live *live)
{
	bool is_open = live->fds != NULL, is_output_gone = live->is_output_gone;
	struct sigaction old_pipe = live->old_pipe;

	forget_reports(live);
	for (size_t i = 0; i < live->vms.count; i++)
		live_vm_free(&live->vms.items[i]);
	free(live->fds);
	free(live->reports);
	/* What was killed shall look so: it ends here. */
	vms_free(&live->vms);
	if (is_open)
		sigaction(SIGPIPE, &old_pipe, NULL);
	*live = (struct live){ 0 };
	if (is_output_gone)
		raise(SIGPIPE);
}
