/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why there is no connection: permissions, monitors in use, and processes that hang or are stopped. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "balloonctl.h"
#include "base/util.h"
#include "client/explain.h"
#include "edges.h"
#include "peer.h"
#include "place.h"
#include "suite.h"

enum {
	NOBODY = 65534,
};

/* As the kernel has it: valgrind gives programs another one. */
static const char *own_name(void)
{
	static char name[17];

	prctl(PR_GET_NAME, name);
	return name;
}

/* A connection that fails with this code and exactly these words behind the address. */
static void assert_failure(const char *path, int code, const char *rest)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	char expected[400];

	balloonctl_monitor_set_connect_timeout_ms(monitor, 400);
	balloonctl_monitor_set_greeting_timeout_ms(monitor, 300);
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, path), code);
	snprintf(expected, sizeof(expected), "%s: %s", path, rest);
	CU_ASSERT_STRING_EQUAL(peer_message(monitor), expected);
	if (!string_equal(peer_message(monitor), expected))
		fprintf(stderr, "found: %s\n", peer_message(monitor));
	balloonctl_monitor_free(monitor);
}

static void connect_elsewhere(int out, const void *path)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	int r = balloonctl_monitor_connect(monitor, path);

	dprintf(out, "%d %s", r, peer_message(monitor));
	balloonctl_monitor_free(monitor);
}

static void assert_denied(const struct place *place, const char *culprit, const char *rest)
{
	char expected[400], found[400];

	place_run_as(NOBODY, connect_elsewhere, place->path, found, sizeof(found));
	snprintf(expected, sizeof(expected),
		 "%d %s: permission denied: %s belongs to user %s, group %s, mode %s", -EACCES,
		 place->path, culprit, getpwuid(getuid())->pw_name, getgrgid(getgid())->gr_name,
		 rest);
	CU_ASSERT_STRING_EQUAL(found, expected);
	if (!string_equal(found, expected))
		fprintf(stderr, "found: %s\n", found);
}

/* Joining a group helps only where the group may what others may not. The owner may not either, for
 * who runs the tests may be the owner. */
static void test_permission(void)
{
	static const char group_may[] = "; run as that user, join that group, or be root";
	static const char group_may_not[] = "; run as that user, or be root";
	static const struct {
		mode_t socket, directory;
		const char *mode, *advice;
	} rows[] = {
		{ 0040, 0755, "0040", group_may_not },
		{ 0020, 0755, "0020", group_may },
		{ 0777, 0060, "0060", group_may_not },
		{ 0777, 0010, "0010", group_may },
	};
	struct place place;
	int listener;

	edges_reset();
	place_open(&place);
	listener = place_listen(place.path, 1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool is_about_socket = rows[i].directory == 0755;
		char rest[100];

		CU_ASSERT_EQUAL_FATAL(chmod(place.path, rows[i].socket), 0);
		CU_ASSERT_EQUAL_FATAL(chmod(place.directory, rows[i].directory), 0);
		snprintf(rest, sizeof(rest), "%s%s", rows[i].mode, rows[i].advice);
		assert_denied(&place, is_about_socket ? place.path : place.directory, rest);
		chmod(place.directory, 0755);
	}
	close(listener);
	place_close(&place);
}

static void be_a_client(const void *path)
{
	place_connect(path);
}

static void test_busy(void)
{
	int listener, served;
	struct place place;
	char rest[300];
	pid_t pid;

	edges_reset();
	place_open(&place);
	listener = place_listen(place.path, 5);
	pid = place_spawn(be_a_client, place.path);
	served = accept(listener, NULL, NULL);
	snprintf(rest, sizeof(rest),
		 "the monitor is in use by process %d (%s); QEMU serves one client at a "
		 "time: wait for it to leave, or give the VM a second -qmp option",
		 (int)pid, own_name());
	assert_failure(place.path, -EBUSY, rest);
	CU_ASSERT_EQUAL(edges.waited_ms, 300);
	place_end(pid);
	close(served);
	close(listener);
	place_close(&place);
}

static void test_busy_with_a_full_queue(void)
{
	int listener, served, waiting;
	struct place place;
	char rest[300];
	pid_t pid;

	edges_reset();
	place_open(&place);
	listener = place_listen(place.path, 0);
	pid = place_spawn(be_a_client, place.path);
	served = accept(listener, NULL, NULL);
	waiting = place_connect(place.path);
	snprintf(rest, sizeof(rest),
		 "the monitor is in use by process %d (%s); QEMU serves one client at a "
		 "time: wait for it to leave, or give the VM a second -qmp option",
		 (int)pid, own_name());
	assert_failure(place.path, -EBUSY, rest);
	CU_ASSERT_EQUAL(edges.waited_ms, 400);
	place_end(pid);
	close(waiting);
	close(served);
	close(listener);
	place_close(&place);
}

/* Others wait, nobody is served: this is no monitor in use. */
static void test_full_queue_of_a_server_that_hangs(void)
{
	struct place place;
	int listener, waiting;

	edges_reset();
	place_open(&place);
	listener = place_listen(place.path, 0);
	waiting = place_connect(place.path);
	assert_failure(place.path, -ETIMEDOUT,
		       "no connection after 400 ms: QEMU serves nobody, and other clients wait");
	close(waiting);
	close(listener);
	place_close(&place);
}

static void test_server_that_hangs(void)
{
	struct place place;
	char rest[300];
	int listener;

	edges_reset();
	place_open(&place);
	listener = place_listen(place.path, 5);
	snprintf(rest, sizeof(rest), "no greeting after 300 ms: process %d (%s) does not answer",
		 (int)getpid(), own_name());
	assert_failure(place.path, -ETIMEDOUT, rest);
	close(listener);
	place_close(&place);
}

/* Nor is it in use if it has accepted nobody but us; then it is no monitor, or it is stopped. */
static void test_server_that_is_silent(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct place place;
	int listener, served;

	edges_reset();
	place_open(&place);
	listener = place_listen(place.path, 5);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, place.path), 0);
	served = accept(listener, NULL, NULL);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, -1), -ETIMEDOUT);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(peer_message(monitor),
		       ": no greeting after 5000 ms, though the connection was accepted; is this "
		       "the socket of QEMU's -qmp option"));
	close(served);
	close(listener);
	balloonctl_monitor_free(monitor);
	place_close(&place);
}

static void be_a_stopped_server(const void *path)
{
	place_listen(path, 5);
	raise(SIGSTOP);
}

static void test_stopped_server(void)
{
	struct place place;
	char rest[300];
	pid_t pid;

	edges_reset();
	place_open(&place);
	pid = place_spawn(be_a_stopped_server, place.path);
	CU_ASSERT_EQUAL_FATAL(waitpid(pid, NULL, WUNTRACED), pid);
	snprintf(rest, sizeof(rest),
		 "no greeting after 300 ms: process %d (%s) is stopped; 'kill -CONT %d' "
		 "lets it go on",
		 (int)pid, own_name(), (int)pid);
	assert_failure(place.path, -ETIMEDOUT, rest);
	place_end(pid);
	place_close(&place);
}

/* Stops when it listens, and again when it has accepted, or greeted as well. */
static void accept_and_stop(const void *path, const char *greeting)
{
	int listener = place_listen(path, 5);
	int client;

	raise(SIGSTOP);
	client = accept(listener, NULL, NULL);
	if (write(client, greeting, strlen(greeting)) >= 0)
		raise(SIGSTOP);
}

static void be_a_server_that_accepts_and_stops(const void *path)
{
	accept_and_stop(path, "");
}

static void be_a_server_that_greets_and_stops(const void *path)
{
	accept_and_stop(path, PEER_GREETING);
}

/* It listens, we connect, it goes on to its second stop. */
static pid_t spawn_and_connect(void (*body)(const void *), struct balloonctl_monitor *monitor,
			       const char *path)
{
	pid_t pid = place_spawn(body, path);

	CU_ASSERT_EQUAL_FATAL(waitpid(pid, NULL, WUNTRACED), pid);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, path), 0);
	kill(pid, SIGCONT);
	CU_ASSERT_EQUAL_FATAL(waitpid(pid, NULL, WUNTRACED), pid);
	return pid;
}

static void assert_stopped(const struct balloonctl_monitor *monitor, const char *path,
			   const char *missing, pid_t pid)
{
	char expected[300];

	snprintf(expected, sizeof(expected),
		 "%s: %s after 5000 ms: process %d (%s) is stopped; 'kill -CONT %d' lets it go on",
		 path, missing, (int)pid, own_name(), (int)pid);
	CU_ASSERT_STRING_EQUAL(peer_message(monitor), expected);
}

static void test_server_stopped_before_the_greeting(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct place place;
	pid_t pid;

	edges_reset();
	place_open(&place);
	pid = spawn_and_connect(be_a_server_that_accepts_and_stops, monitor, place.path);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, -1), -ETIMEDOUT);
	assert_stopped(monitor, place.path, "no greeting", pid);
	balloonctl_monitor_free(monitor);
	place_end(pid);
	place_close(&place);
}

static void test_server_stopped_in_mid_conversation(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct place place;
	int64_t actual;
	pid_t pid;

	edges_reset();
	place_open(&place);
	pid = spawn_and_connect(be_a_server_that_greets_and_stops, monitor, place.path);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), -ETIMEDOUT);
	assert_stopped(monitor, place.path, "no reply to query-balloon", pid);
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	balloonctl_monitor_free(monitor);
	place_end(pid);
	place_close(&place);
}

/* TCP runs out of ports with the code that a UNIX socket has for a full queue. */
static void test_no_port(void)
{
	struct address address = { .kind = ADDRESS_TCP };
	struct balloonctl_error error = { 0 };

	CU_ASSERT_EQUAL(explain_no_connection(&error, "tcp:host:1", &address, NULL, -EAGAIN, 300),
			-EAGAIN);
	CU_ASSERT_STRING_EQUAL(balloonctl_error_get_message(&error),
			       "tcp:host:1: can't connect: Resource temporarily unavailable");
	error_done(&error);
}

static CU_TestInfo tests[] = {
	{ "a closed door is named with its owner and mode", test_permission },
	{ "a monitor in use is named with its user", test_busy },
	{ "a monitor in use whose queue is full, too", test_busy_with_a_full_queue },
	{ "a full queue of a server that hangs is no monitor in use",
	  test_full_queue_of_a_server_that_hangs },
	{ "a full queue is one of UNIX sockets only", test_no_port },
	{ "a server that hangs is named", test_server_that_hangs },
	{ "a server that has accepted us and is silent may be no monitor",
	  test_server_that_is_silent },
	{ "a stopped server is told from one that hangs", test_stopped_server },
	{ "a server stopped before it greeted is told", test_server_stopped_before_the_greeting },
	{ "a server stopped in mid-conversation is told", test_server_stopped_in_mid_conversation },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("explain", tests, argc, argv);
}
