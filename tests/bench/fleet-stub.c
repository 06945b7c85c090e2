/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fleet-stub PREFIX SOCKETS HUNG: the monitors that fleets are measured with, in a process of their
 * own. It listens at PREFIX1 to PREFIXn, says "ready" when it does, serves any number of clients at
 * once on each, and answers as a QEMU with 16 statistics would, at the least cost. HUNG of the
 * sockets, spread over all, hang: they don't accept, don't greet, don't negotiate, answer nothing
 * but that, or stop in the middle of a reply; their numbers go to standard output.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	BACKLOG = 4096,
	EVENTS = 256,
	CLIENTS_MAX = 1 << 16,
};

enum phase {
	HEALTHY,
	NO_ACCEPT,
	NO_GREETING,
	NO_NEGOTIATION,
	NO_REPLY,
	HALF_A_REPLY,
	PHASES,
};

static const char greeting[] =
	"{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 0, \"minor\": 1, \"major\": 11}, "
	"\"package\": \"\"}, \"capabilities\": [\"oob\"]}}\r\n";

static const char stats[] =
	"{\"stats\": {\"stat-htlb-pgalloc\": 0, \"stat-swap-out\": 0, \"stat-available-memory\": "
	"898629632, \"stat-htlb-pgfail\": 0, \"stat-free-memory\": 844943360, "
	"\"stat-minor-faults\": 51234567, \"stat-major-faults\": 6123, \"stat-total-memory\": "
	"1033416704, \"stat-swap-in\": 0, \"stat-disk-caches\": 84869120, \"stat-oom-kills\": 0, "
	"\"stat-alloc-stalls\": 12, \"stat-async-scans\": 40960, \"stat-direct-scans\": 0, "
	"\"stat-async-reclaims\": 40960, \"stat-direct-reclaims\": 0}, \"last-update\": "
	"1790000000}";

static const char devices[] = "[{\"name\": \"balloon0\", \"type\": \"child<virtio-balloon-pci>\"}]";

static const struct {
	const char *words; /* in the request */
	const char *value;
} answers[] = {
	{ "\"guest-stats\"", stats },
	{ "\"guest-stats-polling-interval\"", "2" },
	{ "\"query-name\"", "{}" },
	{ "\"qom-list\"", devices },
	{ "\"query-status\"", "{\"status\": \"running\", \"running\": true}" },
	{ "\"query-balloon\"", "{\"actual\": 1073741824}" },
	{ "\"query-memory-size-summary\"", "{\"base-memory\": 1073741824, \"plugged-memory\": 0}" },
	{ "", "{}" },
};

static int epoll;
static unsigned char phases[CLIENTS_MAX]; /* by descriptor; listeners have theirs too */
static bool is_listener[CLIENTS_MAX];

static void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void watch(int fd, enum phase phase)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (fd >= CLIENTS_MAX || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		fail("epoll_ctl");
	phases[fd] = (unsigned char)phase;
}

static void listen_at(const char *prefix, int number, enum phase phase)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s%d", prefix, number);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(fd, BACKLOG) < 0)
		fail(at.sun_path);
	if (phase == NO_ACCEPT)
		return;
	watch(fd, phase);
	is_listener[fd] = true;
}

static void accept_client(int listener)
{
	int fd = accept(listener, NULL, NULL);
	enum phase phase = phases[listener];

	if (fd < 0)
		return;
	watch(fd, phase);
	is_listener[fd] = false;
	if (phase != NO_GREETING && write(fd, greeting, strlen(greeting)) < 0)
		close(fd);
}

static void answer(int fd, const char *request, const char *end)
{
	static char reply[1024];
	const char *id = strstr(request, "\"id\":");
	size_t i = 0;
	int len;

	while (strstr(request, answers[i].words) == NULL)
		i++;
	len = snprintf(reply, sizeof(reply), "{\"return\": %s", answers[i].value);
	if (id != NULL && id < end)
		len += sprintf(reply + len, ", \"id\": %d", atoi(id + 5));
	len += sprintf(reply + len, "}\r\n");
	if (phases[fd] == HALF_A_REPLY && id != NULL)
		len /= 2;
	if (write(fd, reply, (size_t)len) < 0)
		close(fd);
}

/* Requests come in one piece: they are short, and their clients write them so. */
static void serve(int fd)
{
	static char bytes[64 << 10];
	ssize_t n = read(fd, bytes, sizeof(bytes) - 1);
	char *at, *next;

	if (n <= 0) {
		close(fd);
		return;
	}
	bytes[n] = '\0';
	if (phases[fd] == NO_GREETING || phases[fd] == NO_NEGOTIATION)
		return;
	for (at = bytes; at != NULL && *at != '\0'; at = next) {
		next = strstr(at + 1, "{\"execute\"");
		if (next != NULL)
			next[-1] = '\0';
		if (phases[fd] != NO_REPLY || strstr(at, "qmp_capabilities") != NULL)
			answer(fd, at, at + strlen(at));
		if (next != NULL)
			next[-1] = '}';
	}
}

static void allow_descriptors(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
	struct epoll_event events[EVENTS];
	int sockets, hung, n, turn = 0;

	if (argc != 4)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	allow_descriptors();
	sockets = atoi(argv[2]);
	hung = atoi(argv[3]);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 1; i <= sockets; i++) {
		/* Bresenham's line: each time another VM is due to hang. */
		bool hangs = i * hung / sockets != (i - 1) * hung / sockets;

		listen_at(argv[1], i, hangs ? NO_ACCEPT + turn++ % (PHASES - 1) : HEALTHY);
		if (hangs)
			printf("%d\n", i);
	}
	printf("ready\n");
	fflush(stdout);
	while ((n = epoll_wait(epoll, events, EVENTS, -1)) >= 0)
		for (int i = 0; i < n; i++) {
			if (is_listener[events[i].data.fd])
				accept_client(events[i].data.fd);
			else
				serve(events[i].data.fd);
		}
	return EXIT_FAILURE;
}
