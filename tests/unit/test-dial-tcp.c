/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections by TCP: numbers and names, look-ups that are slow or fail, and servers that are deaf. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "balloonctl.h"
#include "base/util.h"
#include "client/dial.h"
#include "edges.h"
#include "peer.h"
#include "suite.h"

/* A look-up that takes as many steps as a test wants; the linker sends the library's here. */
static struct look_up {
	bool is_fake;
	bool can_be_cancelled;
	int steps, result;
	struct addrinfo *addresses; /* of a success */
	struct gaicb *left_behind;  /* could not be cancelled: at the start of its allocation */
} look_up;

int __real_poll(struct pollfd *fds, nfds_t n, int timeout);
int __real_getaddrinfo_a(int mode, struct gaicb *requests[], int n, struct sigevent *event);
int __real_gai_error(struct gaicb *request);
int __real_gai_cancel(struct gaicb *request);
int __wrap_getaddrinfo_a(int mode, struct gaicb *requests[], int n, struct sigevent *event);
int __wrap_gai_error(struct gaicb *request);
int __wrap_gai_cancel(struct gaicb *request);

int __wrap_getaddrinfo_a(int mode, struct gaicb *requests[], int n, struct sigevent *event)
{
	if (!look_up.is_fake)
		return __real_getaddrinfo_a(mode, requests, n, event);
	requests[0]->ar_result = look_up.addresses;
	return 0;
}

int __wrap_gai_error(struct gaicb *request)
{
	if (!look_up.is_fake)
		return __real_gai_error(request);
	return look_up.steps > 0 && look_up.steps-- > 1 ? EAI_INPROGRESS : look_up.result;
}

int __wrap_gai_cancel(struct gaicb *request)
{
	if (!look_up.is_fake)
		return __real_gai_cancel(request);
	if (look_up.can_be_cancelled)
		return EAI_CANCELED;
	look_up.left_behind = request;
	return EAI_NOTCANCELED;
}

/* A bound TCP socket and, behind "tcp:HOST:", its port as an address. */
static int bind_tcp(int family, const char *host, char *ret, size_t size)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
	struct sockaddr *name = (struct sockaddr *)&v4;
	socklen_t len = sizeof(v4);
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (family == AF_INET6) {
		name = (struct sockaddr *)&v6;
		len = sizeof(v6);
	}
	if (fd < 0 || bind(fd, name, len) < 0) {
		close(fd);
		return -1;
	}
	CU_ASSERT_EQUAL_FATAL(getsockname(fd, name, &len), 0);
	snprintf(ret, size, "tcp:%s:%d", host,
		 ntohs(family == AF_INET6 ? v6.sin6_port : v4.sin_port));
	return fd;
}

/* A bare root directory has no /etc/hosts: then there is no name to try. */
static bool is_known(const char *host)
{
	struct addrinfo *found = NULL;

	if (host[0] == '[' || getaddrinfo(host, NULL, NULL, &found) == 0) {
		if (found != NULL)
			freeaddrinfo(found);
		return true;
	}
	fprintf(stderr, "%s is no known name: left out\n", host);
	return false;
}

static void test_tcp(void)
{
	static const struct {
		int family;
		const char *host;
	} rows[] = { { AF_INET, "127.0.0.1" }, { AF_INET6, "[::1]" }, { AF_INET, "localhost" } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char address[64];
		int fd;

		if (!is_known(rows[i].host))
			continue;
		fd = bind_tcp(rows[i].family, rows[i].host, address, sizeof(address));
		if (fd < 0 && rows[i].family == AF_INET6)
			continue;
		CU_ASSERT_FATAL(fd >= 0);
		edges_reset();
		edges.is_real = true;
		listen(fd, 1);
		peer_assert_reached(fd, address);
		close(fd);
	}
}

static void test_tcp_refused(void)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost" };

	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		char address[64];
		int fd;

		if (!is_known(hosts[i]))
			continue;
		fd = bind_tcp(AF_INET, hosts[i], address, sizeof(address));
		CU_ASSERT_FATAL(fd >= 0);
		edges_reset();
		edges.is_real = true;
		peer_assert_unreachable(address, -ECONNREFUSED,
					"nobody listens there; is the VM running?");
		close(fd);
	}
}

/* Longer than DNS allows, so nobody is asked. */
static void test_name_that_does_not_exist(void)
{
	static const char address[] =
		"tcp:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.x:4444";

	edges_reset();
	edges.is_real = true;
	peer_assert_unreachable(address, -EADDRNOTAVAIL, "the host name can't be found or reached");
}

/* A socket on which a failure waits to be fetched, as on a connection that was refused late. */
static int fail_late(void)
{
	struct sockaddr_in name = { .sin_family = AF_INET };
	socklen_t len = sizeof(name);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int closed = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CU_ASSERT_EQUAL_FATAL(bind(closed, (struct sockaddr *)&name, len), 0);
	CU_ASSERT_EQUAL_FATAL(getsockname(closed, (struct sockaddr *)&name, &len), 0);
	close(closed);
	CU_ASSERT_EQUAL_FATAL(connect(fd, (struct sockaddr *)&name, len), 0);
	CU_ASSERT_EQUAL(write(fd, "x", 1), 1);
	CU_ASSERT_EQUAL(__real_poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 1000), 1);
	return fd;
}

/* What a look-up gives for these two ports. */
static struct addrinfo *look_up_two(const char *first, const char *second)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *addresses = NULL;

	CU_ASSERT_EQUAL_FATAL(getaddrinfo("127.0.0.1", first, &hints, &addresses), 0);
	CU_ASSERT_PTR_NULL_FATAL(addresses->ai_next);
	CU_ASSERT_EQUAL_FATAL(getaddrinfo("127.0.0.1", second, &hints, &addresses->ai_next), 0);
	return addresses;
}

/* A server whose queue is full drops who knocks: a connection neither comes nor fails. */
static void fill_queue(int listener, int waiting[3])
{
	struct sockaddr_in name;
	socklen_t len = sizeof(name);

	listen(listener, 0);
	getsockname(listener, (struct sockaddr *)&name, &len);
	for (int i = 0; i < 3; i++) {
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		connect(waiting[i], (struct sockaddr *)&name, len);
	}
}

static void test_next_address(void)
{
	struct address address = { .kind = ADDRESS_TCP };
	char host[] = "somewhere", port[] = "1", texts[2][64];
	int waiting[3], listeners[2], failed, reached = -1, r = 0;
	struct dial dial;

	for (int i = 0; i < 2; i++)
		listeners[i] = bind_tcp(AF_INET, "127.0.0.1", texts[i], sizeof(texts[i]));
	fill_queue(listeners[0], waiting);
	listen(listeners[1], 1);
	look_up = (struct look_up){ .is_fake = true };
	look_up.addresses = look_up_two(strrchr(texts[0], ':') + 1, strrchr(texts[1], ':') + 1);
	address.host = host;
	address.port = port;

	dial_start(&dial, &address);
	CU_ASSERT_EQUAL(dial_step(&dial, 0, &reached), 0);
	CU_ASSERT_EQUAL(dial_step(&dial, dial.wake_at, &reached), 0);
	CU_ASSERT_FATAL(dial.fd >= 0);
	failed = fail_late();
	dup2(failed, dial.fd);
	close(failed);
	while ((r = dial_step(&dial, 0, &reached)) == 0)
		__real_poll(&(struct pollfd){ .fd = dial.fd, .events = POLLOUT }, 1, 1000);
	CU_ASSERT_EQUAL(r, 1);
	CU_ASSERT(reached >= 0);
	close(reached);
	dial_done(&dial);

	for (int i = 0; i < 3; i++)
		close(waiting[i]);
	close(listeners[0]);
	close(listeners[1]);
	look_up.is_fake = false;
}

static void test_look_up_that_fails(void)
{
	static const struct {
		int result, code;
		const char *words;
	} rows[] = {
		{ EAI_NONAME, -EADDRNOTAVAIL, "the host name can't be found or reached" },
		{ EAI_FAIL, -EADDRNOTAVAIL, "the host name can't be found or reached" },
		{ EAI_SYSTEM, -EADDRNOTAVAIL, "the host name can't be found or reached" },
		{ EAI_AGAIN, -EHOSTUNREACH, "the host name can't be found or reached" },
		{ EAI_MEMORY, -ENOMEM, "Cannot allocate memory" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		edges_reset();
		look_up = (struct look_up){ .is_fake = true, .steps = 3, .result = rows[i].result };
		peer_assert_unreachable("tcp:somewhere:1", rows[i].code, rows[i].words);
		CU_ASSERT_EQUAL(edges.waited_ms, 30);
		CU_ASSERT_PTR_NULL(look_up.left_behind);
	}
	look_up.is_fake = false;
}

static void test_look_up_that_takes_too_long(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();

	edges_reset();
	look_up = (struct look_up){ .is_fake = true, .steps = 1000, .can_be_cancelled = true };
	balloonctl_monitor_set_connect_timeout_ms(monitor, 95);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, "tcp:somewhere:1"), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_fd(monitor), -1);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), 10);
	while (balloonctl_monitor_wait(monitor, -1) == 0)
		continue;
	CU_ASSERT_EQUAL(edges.waited_ms, 95);
	CU_ASSERT_STRING_EQUAL(peer_message(monitor), "tcp:somewhere:1: no connection after 95 ms");
	balloonctl_monitor_free(monitor);
	look_up.is_fake = false;
}

static void test_look_up_given_up(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();

	edges_reset();
	look_up = (struct look_up){ .is_fake = true, .steps = 1000 };
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, "tcp:somewhere:1"), 0);
	balloonctl_monitor_free(monitor);
	/* The C library may still write there, and read the names. */
	CU_ASSERT_PTR_NOT_NULL_FATAL(look_up.left_behind);
	CU_ASSERT_STRING_EQUAL(look_up.left_behind->ar_name, "somewhere");
	CU_ASSERT_STRING_EQUAL(look_up.left_behind->ar_service, "1");
	free((void *)(uintptr_t)look_up.left_behind->ar_name);
	free((void *)(uintptr_t)look_up.left_behind->ar_service);
	free(look_up.left_behind);
	look_up.is_fake = false;
}

static void test_tcp_without_an_answer(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	char address[64];
	int waiting[3], ours;
	int fd = bind_tcp(AF_INET, "127.0.0.1", address, sizeof(address));

	CU_ASSERT_FATAL(fd >= 0);
	edges_reset();
	fill_queue(fd, waiting);
	balloonctl_monitor_set_connect_timeout_ms(monitor, 250);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, address), 0);
	ours = balloonctl_monitor_get_fd(monitor);
	CU_ASSERT(ours >= 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_events(monitor), POLLOUT);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), 250);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, -1), -ETIMEDOUT);
	CU_ASSERT(string_starts_with(peer_message(monitor), address));
	CU_ASSERT_PTR_NOT_NULL(strstr(peer_message(monitor), ": no connection after 250 ms"));
	CU_ASSERT_EQUAL(fcntl(ours, F_GETFD), -1);
	for (size_t i = 0; i < ARRAY_SIZE(waiting); i++)
		close(waiting[i]);
	close(fd);
	balloonctl_monitor_free(monitor);
}

static CU_TestInfo tests[] = {
	{ "tcp: is reached by IPv4, IPv6 and name", test_tcp },
	{ "tcp: can be refused", test_tcp_refused },
	{ "a name that does not exist is not found", test_name_that_does_not_exist },
	{ "an address that fails late gives way to the next one", test_next_address },
	{ "a look-up that fails tells why", test_look_up_that_fails },
	{ "a look-up that takes too long ends at the deadline", test_look_up_that_takes_too_long },
	{ "a look-up can be given up, and nothing is taken from it", test_look_up_given_up },
	{ "a connection that does not come ends at its deadline", test_tcp_without_an_answer },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("dial-tcp", tests, argc, argv);
}
