/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * raw-fleet SOCKET MONITORS INTERVAL_MS SWEEPS: the limit for a program that watches many VMs. So
 * many connections to the stub's socket, the statistics of each asked for once an interval, starts
 * spread over it in a hundred steps; an epoll loop without JSON, ids or deadlines. An interval of 0
 * asks all at once, again and again. Prints own CPU time in µs a VM and sweep, wall time a sweep in
 * ms, and peak RSS in KiB.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "fleet.h"
#include "raw.h"

enum {
	STEPS = 100,
	EVENTS = 256,
};

static const char request[] =
	"{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"/machine/peripheral/balloon0\","
	"\"property\":\"guest-stats\"},\"id\":42}";

static int epoll;

/* What is ready, waiting so long for the first: how many VMs have answered. */
static unsigned int gather(int timeout_ms)
{
	static char bytes[16 << 10];
	struct epoll_event events[EVENTS];
	unsigned int answered = 0;
	int n = epoll_wait(epoll, events, EVENTS, timeout_ms);

	for (int i = 0; i < n; i++) {
		ssize_t len = recv(events[i].data.fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (len <= 0)
			exit(EXIT_FAILURE);
		answered += bytes[len - 1] == '\n';
	}
	return answered;
}

static unsigned int sweep(const int *fds, unsigned int n, int64_t begin, unsigned int interval_ms)
{
	unsigned int asked = 0, answered = 0;

	for (unsigned int step = 1; step <= STEPS; step++) {
		unsigned int end = (unsigned int)((uint64_t)n * step / STEPS);
		int64_t until = begin + (int64_t)interval_ms * step / STEPS;
		int64_t left;

		for (; asked < end; asked++)
			raw_send(fds[asked], request, strlen(request));
		while ((left = until - fleet_now_ms()) > 0)
			answered += gather((int)left);
	}
	while (interval_ms == 0 && answered < n)
		answered += gather(-1);
	return answered;
}

int main(int argc, char **argv)
{
	static const char negotiation[] = "{\"execute\":\"qmp_capabilities\"}";
	static char bytes[4096];
	unsigned int n, interval_ms, sweeps, answered = 0;
	struct fleet_meter meter;
	int64_t begin;
	int *fds;

	if (argc != 5)
		return 2;
	n = (unsigned int)atoi(argv[2]);
	interval_ms = (unsigned int)atoi(argv[3]);
	sweeps = (unsigned int)atoi(argv[4]);
	fds = calloc(n, sizeof(*fds));
	epoll = epoll_create1(EPOLL_CLOEXEC);
	fleet_allow_descriptors();
	for (unsigned int i = 0; i < n; i++) {
		struct epoll_event event = { .events = EPOLLIN };

		event.data.fd = fds[i] = raw_connect(argv[1]);
		raw_send(fds[i], negotiation, strlen(negotiation));
		raw_receive(fds[i], bytes, sizeof(bytes), 2);
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &event) < 0)
			return EXIT_FAILURE;
	}
	meter = fleet_begin();
	begin = fleet_now_ms();
	for (unsigned int i = 0; i < sweeps; i++)
		answered += sweep(fds, n, begin + (int64_t)i * interval_ms, interval_ms);
	fleet_end(&meter, sweeps, answered);
	return EXIT_SUCCESS;
}
