/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From an address to a connection, over real sockets of every kind. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "balloonctl.h"
#include "base/util.h"
#include "client/dial.h"
#include "edges.h"
#include "peer.h"
#include "place.h"
#include "suite.h"

static void test_path(void)
{
	struct place place;
	char address[128];
	int listener;

	edges_reset();
	place_open(&place);
	listener = place_listen(place.path, 1);
	peer_assert_reached(listener, place.path);
	snprintf(address, sizeof(address), "unix:%s", place.path);
	peer_assert_reached(listener, address);
	close(listener);
	place_close(&place);
}

static void test_relative_path(void)
{
	int listener, before = open(".", O_PATH | O_DIRECTORY);
	struct place place;

	edges_reset();
	place_open(&place);
	listener = place_listen(place.path, 1);
	CU_ASSERT_EQUAL_FATAL(chdir(place.directory), 0);
	peer_assert_reached(listener, "qmp");
	peer_assert_reached(listener, "unix:./qmp");
	CU_ASSERT_EQUAL_FATAL(fchdir(before), 0);
	close(before);
	close(listener);
	place_close(&place);
}

/* A listener at a path of this length, bound by a name that is short. */
static int listen_far_away(const struct place *place, size_t len, char *ret_path)
{
	static const char socket_name[] = "/socket-x";
	int before = open(".", O_PATH | O_DIRECTORY);
	size_t directory_len = len - strlen(socket_name);
	int listener;

	memset(ret_path, 'x', len);
	memcpy(ret_path, place->directory, strlen(place->directory));
	ret_path[strlen(place->directory)] = '/';
	ret_path[directory_len] = '\0';
	CU_ASSERT_EQUAL_FATAL(mkdir(ret_path, 0755), 0);
	CU_ASSERT_EQUAL_FATAL(chdir(ret_path), 0);
	listener = place_listen(socket_name + 1, 1);
	CU_ASSERT_EQUAL_FATAL(fchdir(before), 0);
	close(before);
	strcpy(ret_path + directory_len, socket_name);
	CU_ASSERT_EQUAL(strlen(ret_path), len);
	return listener;
}

/* 107 bytes fit into a socket address with their NUL, 108 without it, 109 not at all. */
static void test_long_paths(void)
{
	static const size_t lengths[] = { 106, 107, 108, 109, 250 };
	struct place place;

	edges_reset();
	place_open(&place);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		char path[300];
		int listener = listen_far_away(&place, lengths[i], path);

		peer_assert_reached(listener, path);
		close(listener);
		peer_assert_unreachable(path, -ECONNREFUSED, "nobody listens there");
		path[lengths[i] - 1] = 'y';
		peer_assert_unreachable(path, -ENOENT, "there is no such socket");
	}
	place_close(&place);
}

static void test_paths_that_lead_nowhere(void)
{
	struct place place;
	char path[400];
	int fd;

	edges_reset();
	place_open(&place);
	peer_assert_unreachable(place.path, -ENOENT, "there is no such socket; is the VM running");
	fd = place_listen(place.path, 1);
	close(fd);
	peer_assert_unreachable(place.path, -ECONNREFUSED,
				"nobody listens there; the VM has ended");
	snprintf(path, sizeof(path), "%s/qmp/further", place.directory);
	peer_assert_unreachable(path, -ENOTDIR, "there is no such socket");
	peer_assert_unreachable(place.directory, -ECONNREFUSED, "no listening socket");
	snprintf(path, sizeof(path), "%s/file", place.directory);
	fd = open(path, O_CREAT | O_WRONLY, 0644);
	close(fd);
	peer_assert_unreachable(path, -ECONNREFUSED, "no listening socket");
	memset(path, 'x', 300);
	path[300] = '\0';
	peer_assert_unreachable(path, -ENAMETOOLONG, "can't connect: File name too long");
	place_close(&place);
}

static void test_socket_of_another_kind(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	struct place place;
	int fd;

	edges_reset();
	place_open(&place);
	strcpy(name.sun_path, place.path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	CU_ASSERT_EQUAL_FATAL(bind(fd, (struct sockaddr *)&name, sizeof(name)), 0);
	peer_assert_unreachable(place.path, -EPROTOTYPE, "this is a socket of another kind");
	close(fd);
	place_close(&place);
}

/* The turn of the server of a full queue: the third time it takes the one that waits. */
static int full_listener, turns_until_accept;

static bool accept_at_last(void)
{
	if (turns_until_accept == 0 || --turns_until_accept > 0)
		return false;
	close(accept(full_listener, NULL, NULL));
	return false;
}

static void test_full_queue(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct place place;
	int waiting;

	edges_reset();
	place_open(&place);
	full_listener = place_listen(place.path, 0);
	waiting = place_connect(place.path);
	turns_until_accept = 3;
	edges.turn = accept_at_last;
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, place.path), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_fd(monitor), -1);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), 20);
	while (balloonctl_monitor_get_fd(monitor) < 0) {
		CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_wait(monitor, -1), 0);
		CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	}
	CU_ASSERT_EQUAL(edges.waited_ms, 60);
	close(waiting);
	close(full_listener);
	balloonctl_monitor_free(monitor);
	place_close(&place);
}

/* A caller that comes before the time is told to wait for the rest of it. */
static void test_full_queue_before_the_time(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	int listener, waiting, served;
	struct place place;

	edges_reset();
	place_open(&place);
	listener = place_listen(place.path, 0);
	waiting = place_connect(place.path);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, place.path), 0);
	served = accept(listener, NULL, NULL);
	edges_advance(19);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_fd(monitor), -1);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), 1);
	edges_advance(1);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	CU_ASSERT(balloonctl_monitor_get_fd(monitor) >= 0);
	close(served);
	close(waiting);
	close(listener);
	balloonctl_monitor_free(monitor);
	place_close(&place);
}

/* What a program prints must not end in a monitor, even if it closed what it prints to. */
static void test_standard_descriptors(void)
{
	int before = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct place place;
	int listener;

	edges_reset();
	place_open(&place);
	listener = place_listen(place.path, 1);
	close(STDIN_FILENO);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, place.path), 0);
	CU_ASSERT(balloonctl_monitor_get_fd(monitor) > STDERR_FILENO);
	CU_ASSERT(fcntl(balloonctl_monitor_get_fd(monitor), F_GETFD) & FD_CLOEXEC);
	CU_ASSERT_EQUAL(fcntl(STDIN_FILENO, F_GETFD), -1);
	if (before >= 0) {
		dup2(before, STDIN_FILENO);
		close(before);
	}
	balloonctl_monitor_free(monitor);
	close(listener);
	place_close(&place);
}

static void test_vsock(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	int fd = socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);

	edges_reset();
	/* Nobody is there; which error says so depends on the host's transports. */
	balloonctl_monitor_set_connect_timeout_ms(monitor, 50);
	CU_ASSERT(balloonctl_monitor_connect(monitor, "vsock:3:4294967295") < 0);
	CU_ASSERT(string_starts_with(peer_message(monitor), "vsock:3:4294967295: "));
	if (fd >= 0)
		close(fd);
	else
		CU_ASSERT_EQUAL(balloonctl_error_get_code(balloonctl_monitor_get_error(monitor)),
				-EAFNOSUPPORT);
	balloonctl_monitor_free(monitor);
}

static void test_descriptors_that_are_no_connection(void)
{
	struct place place;
	char address[32];
	int fd, fds[2];

	edges_reset();
	place_open(&place);
	peer_assert_unreachable("fd:2147483647", -EBADF, "this descriptor is not open");
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	snprintf(address, sizeof(address), "fd:%d", fd);
	peer_assert_unreachable(address, -ENOTSOCK, "no connected stream socket");
	close(fd);
	peer_assert_unreachable(address, -EBADF, "this descriptor is not open");
	fd = place_listen(place.path, 1);
	snprintf(address, sizeof(address), "fd:%d", fd);
	peer_assert_unreachable(address, -ENOTCONN, "no connected stream socket");
	close(fd);
	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds), 0);
	snprintf(address, sizeof(address), "fd:%d", fds[0]);
	peer_assert_unreachable(address, -EPROTOTYPE, "this is a socket of another kind");
	CU_ASSERT_EQUAL(write(fds[0], "x", 1), 1);
	close(fds[0]);
	close(fds[1]);
	place_close(&place);
}

/* The caller's descriptor keeps its flags, whatever they are. */
static void test_descriptor_is_left_as_it_was(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int flags;

	peer_open(&peer, peer_balloon);
	flags = fcntl(peer.client_fd, F_GETFL);
	CU_ASSERT_EQUAL(fcntl(peer.client_fd, F_SETFD, 0), 0);
	monitor = peer_connect(&peer);
	CU_ASSERT(balloonctl_monitor_get_fd(monitor) != peer.client_fd);
	CU_ASSERT_EQUAL(fcntl(peer.client_fd, F_GETFL), flags);
	CU_ASSERT_EQUAL(fcntl(peer.client_fd, F_GETFD), 0);
	CU_ASSERT(fcntl(balloonctl_monitor_get_fd(monitor), F_GETFD) & FD_CLOEXEC);
	balloonctl_monitor_free(monitor);
	CU_ASSERT_EQUAL(fcntl(peer.client_fd, F_GETFL), flags);
	peer_close(&peer);
}

static CU_TestInfo tests[] = {
	{ "a path is reached, with unix: and bare", test_path },
	{ "a relative path is reached", test_relative_path },
	{ "a path beyond the size of a socket address is reached", test_long_paths },
	{ "paths that lead nowhere are told apart", test_paths_that_lead_nowhere },
	{ "a socket of another kind is refused", test_socket_of_another_kind },
	{ "a full queue is tried again", test_full_queue },
	{ "a full queue is not tried again before the time", test_full_queue_before_the_time },
	{ "a connection is never a standard descriptor", test_standard_descriptors },
	{ "vsock: fails in words where nobody is", test_vsock },
	{ "descriptors that are no connection are refused",
	  test_descriptors_that_are_no_connection },
	{ "a descriptor handed in is left as it was", test_descriptor_is_left_as_it_was },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("dial", tests, argc, argv);
}
