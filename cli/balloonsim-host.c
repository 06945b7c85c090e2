/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One loop for all machines: an epoll of their descriptors, and a binary heap of their deadlines,
 * so that a turn costs what happens in it and not how many machines there are.
 */
#include "balloonsim-host.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"
#include "output.h"

enum {
	EVENTS_MAX = 64,   /* of one look at the epoll */
	FILES_OF_ALL = 32, /* that the process has open besides those of machines */
	FILES_OF_ONE = 4,  /* the machine's own, its socket, and a client */
};

struct slot {
	struct balloonsim_machine *machine; /* NULL: it has ended */
	char *name;
	int fd;
	short events;
	int64_t deadline_ns;
	size_t place;         /* in the heap */
	uint32_t n_breakages; /* told so far */
};

struct host {
	int epoll_fd, signal_fd;
	size_t n_slots, n_running;
	struct slot *slots;
	size_t *heap; /* slot numbers; none has an earlier deadline than the one at (place - 1) / 2 */
	size_t n_heap;
	int64_t turn_ns; /* when the machines that are due were last looked for */
	int status;
};

/* The heap --------------------------------------------------------------------------------------- */

static int64_t get_deadline(const struct host *host, size_t place)
{
	return host->slots[host->heap[place]].deadline_ns;
}

static void put(struct host *host, size_t place, size_t slot)
{
	host->heap[place] = slot;
	host->slots[slot].place = place;
}

static void swap(struct host *host, size_t a, size_t b)
{
	size_t slot = host->heap[a];

	put(host, a, host->heap[b]);
	put(host, b, slot);
}

static void rise(struct host *host, size_t place)
{
	while (place > 0 && get_deadline(host, place) < get_deadline(host, (place - 1) / 2)) {
		swap(host, place, (place - 1) / 2);
		place = (place - 1) / 2;
	}
}

static void sink(struct host *host, size_t place)
{
	for (;;) {
		size_t least = place;

		for (size_t child = 2 * place + 1; child <= 2 * place + 2; child++)
			if (child < host->n_heap &&
			    get_deadline(host, child) < get_deadline(host, least))
				least = child;
		if (least == place)
			return;
		swap(host, place, least);
		place = least;
	}
}

static void set_deadline(struct host *host, struct slot *slot, int64_t deadline_ns)
{
	if (slot->deadline_ns == deadline_ns)
		return;
	slot->deadline_ns = deadline_ns;
	rise(host, slot->place);
	sink(host, slot->place);
}

static void leave_heap(struct host *host, struct slot *slot)
{
	size_t place = slot->place;

	swap(host, place, --host->n_heap);
	if (place < host->n_heap) {
		rise(host, place);
		sink(host, place);
	}
}

/* Machines --------------------------------------------------------------------------------------- */

static uint32_t get_epoll_events(short events)
{
	return (events & POLLIN ? (uint32_t)EPOLLIN : 0) |
	       (events & POLLOUT ? (uint32_t)EPOLLOUT : 0);
}

static int watch(struct host *host, int operation, const struct slot *slot)
{
	struct epoll_event event = { .events = get_epoll_events(slot->events) };

	event.data.u64 = (uint64_t)(slot - host->slots);
	return epoll_ctl(host->epoll_fd, operation, slot->fd, &event);
}

int host_add(struct host *host, struct balloonsim_machine *machine, const char *name)
{
	struct slot *slot = &host->slots[host->n_slots];

	*slot = (struct slot){
		.machine = machine,
		.name = strdup(name),
		.fd = balloonsim_machine_get_fd(machine),
		.events = balloonsim_machine_get_events(machine),
		.deadline_ns = balloonsim_machine_get_deadline_ns(machine),
	};
	if (slot->name == NULL)
		out_of_memory();
	host->n_slots++;
	host->n_running++;
	put(host, host->n_heap, (size_t)(slot - host->slots));
	rise(host, host->n_heap++);
	if (watch(host, EPOLL_CTL_ADD, slot) < 0) {
		complain("%s: %s", name[0] != '\0' ? name : "epoll", strerror(errno));
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}

static void end_machine(struct host *host, struct slot *slot)
{
	leave_heap(host, slot);
	/* Its descriptor leaves the epoll by being closed. */
	balloonsim_machine_free(slot->machine);
	slot->machine = NULL;
	host->n_running--;
}

/* QEMU says on standard error why a device has stopped, and so do we: once, also if the guest has
 * reset it since, and only the last reason of several. */
static void tell_breakage(struct slot *slot)
{
	uint32_t n = balloonsim_machine_get_breakages(slot->machine);

	if (n == slot->n_breakages)
		return;
	complain("%s: %s", slot->name[0] != '\0' ? slot->name : "balloonsim",
		 balloonsim_machine_get_broken_reason(slot->machine));
	slot->n_breakages = n;
}

static void process(struct host *host, struct slot *slot)
{
	int64_t deadline_ns;
	int r;

	r = balloonsim_machine_process(slot->machine);
	tell_breakage(slot);
	if (r < 0) {
		if (r != -ESHUTDOWN) {
			complain("%s: %s", slot->name[0] != '\0' ? slot->name : "balloonsim",
				 balloonsim_machine_get_error(slot->machine));
			host->status = EXIT_FAILED;
		}
		end_machine(host, slot);
		return;
	}
	if (slot->events != balloonsim_machine_get_events(slot->machine)) {
		slot->events = balloonsim_machine_get_events(slot->machine);
		watch(host, EPOLL_CTL_MOD, slot);
	}
	/* Behind this turn: a machine that is always due must not keep the others waiting. */
	deadline_ns = balloonsim_machine_get_deadline_ns(slot->machine);
	set_deadline(host, slot, deadline_ns > host->turn_ns ? deadline_ns : host->turn_ns + 1);
}

/* The loop --------------------------------------------------------------------------------------- */

static int64_t get_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* Until the next deadline, in milliseconds rounded up: deadlines that are close to each other are
 * then met in one turn. */
static int get_timeout(const struct host *host)
{
	int64_t deadline_ns, now_ns, ms;

	if (host->n_heap == 0 || get_deadline(host, 0) == INT64_MAX)
		return -1;
	deadline_ns = get_deadline(host, 0);
	now_ns = get_now_ns();
	if (deadline_ns <= now_ns)
		return 0;
	ms = (deadline_ns - now_ns - 1) / 1000000 + 1;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

/* Each once. */
static void process_due(struct host *host)
{
	host->turn_ns = get_now_ns();
	while (host->n_heap > 0 && get_deadline(host, 0) <= host->turn_ns)
		process(host, &host->slots[host->heap[0]]);
}

int host_run(struct host *host)
{
	struct epoll_event events[EVENTS_MAX];

	while (host->n_running > 0) {
		int n = epoll_wait(host->epoll_fd, events, EVENTS_MAX, get_timeout(host));

		if (n < 0 && errno != EINTR) {
			complain("epoll: %s", strerror(errno));
			return EXIT_FAILED;
		}
		for (int i = 0; i < n; i++) {
			uint64_t number = events[i].data.u64;

			if (number == UINT64_MAX)
				return host->status; /* a signal */
			if (host->slots[number].machine != NULL)
				process(host, &host->slots[number]);
		}
		process_due(host);
	}
	return host->status;
}

/* Construction ----------------------------------------------------------------------------------- */

/* From now on they are read. */
static int open_signals(struct host *host)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = UINT64_MAX };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -1;
	signal(SIGPIPE, SIG_IGN);
	host->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (host->signal_fd < 0)
		return -1;
	return epoll_ctl(host->epoll_fd, EPOLL_CTL_ADD, host->signal_fd, &event);
}

struct host *host_new(size_t n_machines)
{
	struct host *host = allocate(1, sizeof(*host));

	host->slots = allocate(n_machines, sizeof(*host->slots));
	host->heap = allocate(n_machines, sizeof(*host->heap));
	host->signal_fd = -1;
	host->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (host->epoll_fd < 0 || open_signals(host) < 0) {
		complain("epoll: %s", strerror(errno));
		host_free(host);
		return NULL;
	}
	return host;
}

void host_free(struct host *host)
{
	if (host == NULL)
		return;
	for (size_t i = 0; i < host->n_slots; i++) {
		balloonsim_machine_free(host->slots[i].machine);
		free(host->slots[i].name);
	}
	if (host->signal_fd >= 0)
		close(host->signal_fd);
	if (host->epoll_fd >= 0)
		close(host->epoll_fd);
	free(host->slots);
	free(host->heap);
	free(host);
}

int host_raise_limit(size_t n_machines)
{
	rlim_t needed = n_machines * FILES_OF_ONE + FILES_OF_ALL;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= needed)
		return EXIT_DONE;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= needed)
		return EXIT_DONE;
	complain("--vms %zu: %zu machines need %llu open files and this process may have %llu; "
		 "raise the limit (ulimit -Hn) or take fewer",
		 n_machines, n_machines, (unsigned long long)needed,
		 (unsigned long long)limit.rlim_cur);
	return EXIT_FAILED;
}
