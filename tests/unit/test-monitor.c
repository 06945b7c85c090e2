/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The object that users hold: its life, its settings and the caller's loop. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "balloonctl.h"
#include "base/util.h"
#include "edges.h"
#include "peer.h"
#include "scarce.h"
#include "suite.h"

static int code_of(const struct balloonctl_monitor *monitor)
{
	return balloonctl_error_get_code(balloonctl_monitor_get_error(monitor));
}

/* The result of the next completion, which must be there. */
static int next_result(struct balloonctl_monitor *monitor)
{
	struct balloonctl_completion *completion = balloonctl_monitor_next_completion(monitor);
	int r;

	CU_ASSERT_PTR_NOT_NULL_FATAL(completion);
	r = balloonctl_completion_get_result(completion);
	balloonctl_completion_free(completion);
	return r;
}

static void test_new(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();

	CU_ASSERT_FALSE(balloonctl_monitor_is_connected(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_get_fd(monitor), -1);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), -1);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), -ENOTCONN);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, 0), -ENOTCONN);
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_address(monitor), "");
	CU_ASSERT_PTR_NULL(balloonctl_monitor_get_device(monitor));
	CU_ASSERT_PTR_NULL(balloonctl_monitor_get_device_type(monitor));
	CU_ASSERT_PTR_NULL(balloonctl_monitor_get_name(monitor));
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_completion(monitor));
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_event(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_get_lost_events(monitor), 0);
	CU_ASSERT_EQUAL(code_of(monitor), 0);
	CU_ASSERT_STRING_EQUAL(peer_message(monitor), "");
	CU_ASSERT_PTR_NULL(balloonctl_error_get_class(balloonctl_monitor_get_error(monitor)));
	balloonctl_monitor_disconnect(monitor);
	CU_ASSERT_EQUAL(code_of(monitor), 0);
	balloonctl_monitor_free(monitor);
	balloonctl_monitor_free(NULL);
}

static void test_not_connected(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_stats *stats = NULL;

	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), -ENOTCONN);
	CU_ASSERT_PTR_NULL(stats);
	CU_ASSERT_STRING_EQUAL(peer_message(monitor),
			       "a monitor without an address: not connected");
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(monitor, NULL), -ENOTCONN);
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_completion(monitor));
	balloonctl_monitor_free(monitor);
}

static void test_timeouts_are_bounded(void)
{
	static int (*const set[])(struct balloonctl_monitor *, unsigned int) = {
		balloonctl_monitor_set_connect_timeout_ms,
		balloonctl_monitor_set_greeting_timeout_ms,
		balloonctl_monitor_set_reply_timeout_ms,
	};
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();

	for (size_t i = 0; i < ARRAY_SIZE(set); i++) {
		CU_ASSERT_EQUAL(set[i](monitor, 0), -EINVAL);
		CU_ASSERT_STRING_EQUAL(peer_message(monitor), "a monitor without an address: 0 ms "
							      "is no time-out; give 1 to 86400000");
		CU_ASSERT_EQUAL(set[i](monitor, 1), 0);
		CU_ASSERT_EQUAL(set[i](monitor, 86400000), 0);
		CU_ASSERT_EQUAL(set[i](monitor, 86400001), -EINVAL);
		CU_ASSERT_EQUAL(set[i](monitor, UINT_MAX), -EINVAL);
	}
	balloonctl_monitor_free(monitor);
}

static void test_connect(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_address(monitor), peer.address);
	CU_ASSERT(balloonctl_monitor_get_fd(monitor) >= 0);
	CU_ASSERT_EQUAL(code_of(monitor), 0);
	/* Nothing was sent yet: the negotiation waits for the first command. */
	peer_take_turn(&peer);
	CU_ASSERT_STRING_EQUAL(peer_take_heard(&peer), "");
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_connect_twice(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, "/elsewhere"), -EISCONN);
	CU_ASSERT(string_starts_with(peer_message(monitor), peer.address));
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_address(monitor), peer.address);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_connect_fd(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct peer peer;

	peer_open(&peer, peer_balloon);
	peer_say(&peer, PEER_GREETING);
	CU_ASSERT_EQUAL(balloonctl_monitor_connect_fd(monitor, peer.client_fd, "web 1"), 0);
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_address(monitor), "web 1");
	CU_ASSERT_EQUAL(balloonctl_monitor_connect_fd(monitor, peer.client_fd, "web 2"), -EISCONN);
	CU_ASSERT_STRING_EQUAL(peer_message(monitor), "web 1: connected already");
	balloonctl_monitor_disconnect(monitor);
	CU_ASSERT_EQUAL(fcntl(peer.client_fd, F_GETFD), FD_CLOEXEC);
	peer_close(&peer);

	CU_ASSERT_EQUAL(balloonctl_monitor_connect_fd(monitor, -1, "web 1"), -EBADF);
	CU_ASSERT_PTR_EQUAL(strstr(peer_message(monitor), "web 1: "), peer_message(monitor));
	balloonctl_monitor_free(monitor);
}

static void test_bad_address(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();

	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, "tcp:nowhere"), -EINVAL);
	CU_ASSERT(string_starts_with(peer_message(monitor), "tcp:nowhere: "));
	CU_ASSERT_EQUAL(code_of(monitor), -EINVAL);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, ""), -EINVAL);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_fd(monitor), -1);
	balloonctl_monitor_free(monitor);
}

/* The loop of the header, with nothing but its three values and process(). */
static void test_callers_loop(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_completion *done = NULL;
	struct peer peer;
	int mark, loops = 0;

	peer_open(&peer, peer_balloon);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, peer.address), 0);
	CU_ASSERT_FALSE(balloonctl_monitor_is_connected(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, &mark), 0);
	peer_say(&peer, PEER_GREETING);
	while (done == NULL && loops++ < 20) {
		struct pollfd pollfd = {
			.fd = balloonctl_monitor_get_fd(monitor),
			.events = balloonctl_monitor_get_events(monitor),
		};

		CU_ASSERT(pollfd.fd >= 0);
		CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), 5000);
		CU_ASSERT_EQUAL(poll(&pollfd, 1, balloonctl_monitor_get_timeout(monitor)), 1);
		CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
		done = balloonctl_monitor_next_completion(monitor);
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), 0);
	CU_ASSERT_PTR_EQUAL(balloonctl_completion_get_user_data(done), &mark);
	CU_ASSERT_PTR_NOT_NULL(balloonctl_completion_get_stats(done));
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_completion(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), -1);
	CU_ASSERT_EQUAL(edges.waited_ms, 0);
	balloonctl_completion_free(done);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_events_of_the_loop(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct peer peer;

	peer_open(&peer, peer_balloon);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, peer.address), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_events(monitor), POLLIN);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_events(monitor), POLLIN);
	peer_say(&peer, PEER_GREETING);
	edges.full = 1;
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_events(monitor), POLLIN | POLLOUT);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_events(monitor), POLLIN);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* A program that only listens has to negotiate too: QEMU sends no events before. */
static void test_listener_negotiates(void)
{
	struct balloonctl_monitor *monitor;
	struct balloonctl_event *event;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_events(monitor), POLLIN | POLLOUT);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), -1);
	peer_settle(monitor);
	CU_ASSERT_STRING_EQUAL(peer_take_heard(&peer), "{\"execute\":\"qmp_capabilities\"}");
	CU_ASSERT_EQUAL(balloonctl_monitor_get_events(monitor), POLLIN);
	peer_say(&peer, "{\"event\": \"STOP\"}\r\n");
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, -1), 0);
	event = balloonctl_monitor_next_event(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(event);
	CU_ASSERT_STRING_EQUAL(balloonctl_event_get_name(event), "STOP");
	balloonctl_event_free(event);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_wait(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	peer_settle(monitor);
	CU_ASSERT_EQUAL(edges.waited_ms, 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, 700), 0);
	CU_ASSERT_EQUAL(edges.waited_ms, 700);
	peer.is_mute = true;
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, 0), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, 0), 0);
	CU_ASSERT_EQUAL(edges.waited_ms, 700);
	/* Not beyond the next deadline, whatever the caller allows. */
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, 1000000), 0);
	CU_ASSERT_EQUAL(edges.waited_ms, 700 + 5000);
	CU_ASSERT_EQUAL(next_result(monitor), -ETIMEDOUT);
	edges.poll_interrupts = 1;
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, 100), -EINTR);
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* A limit or a sandbox may forbid poll(): no call may wait for ever then. */
static void test_poll_that_fails(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int64_t actual;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	edges.poll_error = EPERM;
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), -EPERM);
	peer_assert_sentence(&peer, monitor, "Operation not permitted");
	CU_ASSERT_FALSE(balloonctl_monitor_is_connected(monitor));
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_disconnect(void)
{
	struct balloonctl_monitor *monitor;
	struct balloonctl_event *event;
	struct peer peer;
	char byte;
	int fd;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	fd = balloonctl_monitor_get_fd(monitor);
	peer_say(&peer, "{\"event\": \"STOP\"}\r\n");
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	balloonctl_monitor_disconnect(monitor);
	CU_ASSERT_FALSE(balloonctl_monitor_is_connected(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_get_fd(monitor), -1);
	CU_ASSERT_EQUAL(next_result(monitor), -ECANCELED);
	CU_ASSERT_EQUAL(next_result(monitor), -ECANCELED);
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_completion(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), -ENOTCONN);
	event = balloonctl_monitor_next_event(monitor);
	CU_ASSERT_PTR_NOT_NULL(event);
	balloonctl_event_free(event);
	/* Ours is closed; the number that was handed in is the caller's. */
	CU_ASSERT_EQUAL(read(fd, &byte, 1), -1);
	CU_ASSERT_EQUAL(errno, EBADF);
	CU_ASSERT_EQUAL(write(peer.client_fd, "x", 1), 1);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_free_with_pending_calls(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(monitor, NULL), 0);
	peer_settle(monitor);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(monitor, NULL), 0);
	peer_say(&peer, "{\"event\": \"STOP\"}\r\n");
	balloonctl_monitor_process(monitor);
	balloonctl_monitor_free(monitor);
	CU_ASSERT_EQUAL(write(peer.fd, "x", 0), 0);
	peer_close(&peer);
}

static void test_reconnect_after_loss(void)
{
	struct balloonctl_stats *stats = NULL;
	struct balloonctl_monitor *monitor;
	struct peer first, second;

	peer_open(&first, peer_balloon);
	monitor = peer_connect(&first);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	balloonctl_stats_free(stats);
	stats = NULL;
	peer_say(&first, "{\"event\": \"SHUTDOWN\"}\r\n");
	peer_hang_up(&first);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), -ENOTCONN);
	CU_ASSERT_FALSE(balloonctl_monitor_is_connected(monitor));
	CU_ASSERT(string_starts_with(peer_message(monitor), first.address));
	peer_close(&first);

	/* It may be another VM: what was known of the first one is forgotten. */
	peer_open(&second, peer_balloon);
	peer_say(&second, PEER_GREETING);
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, second.address), 0);
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_event(monitor));
	CU_ASSERT_PTR_NULL(balloonctl_monitor_get_device(monitor));
	CU_ASSERT_PTR_NULL(balloonctl_monitor_get_name(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device(monitor),
			       "/machine/peripheral/balloon0");
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_name(monitor), "vm1");
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	peer_close(&second);
}

/* What a monitor lends may be given back to it. */
static void test_borrowed_arguments(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;
	uint32_t seconds;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor,
						      balloonctl_monitor_get_device(monitor)),
			0);
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device(monitor),
			       "/machine/peripheral/balloon0");
	balloonctl_monitor_disconnect(monitor);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor,
							 balloonctl_monitor_get_address(monitor)),
			0);
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_address(monitor), peer.address);
	balloonctl_monitor_disconnect(monitor);
	close(peer.client_fd);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor,
							 balloonctl_monitor_get_address(monitor)),
			-EBADF);
	peer_assert_sentence(&peer, monitor, "this descriptor is not open");
	peer.client_fd = -1;
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_what_is_known(void)
{
	struct balloonctl_stats *stats = NULL;
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_PTR_NULL(balloonctl_monitor_get_device(monitor));
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device(monitor),
			       "/machine/peripheral/balloon0");
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device_type(monitor), "virtio-balloon-pci");
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_name(monitor), "vm1");
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_set_device_forgets_the_type(void)
{
	struct balloonctl_stats *stats = NULL;
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	CU_ASSERT_PTR_NOT_NULL(balloonctl_monitor_get_device_type(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, "/machine/mine"), 0);
	CU_ASSERT_PTR_NULL(balloonctl_monitor_get_device_type(monitor));
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_set_device(void)
{
	static const char *const refused[] = { "", "/a\xff", "/\xc0\xaf" };
	struct balloonctl_monitor *monitor;
	char text[4097];
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, refused[i]), -EINVAL);
		CU_ASSERT(string_starts_with(peer_message(monitor), peer.address));
		CU_ASSERT_PTR_NULL(balloonctl_monitor_get_device(monitor));
	}
	memset(text, 'x', sizeof(text));
	text[4096] = '\0';
	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, text), -EINVAL);
	text[4095] = '\0';
	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, text), 0);
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device(monitor), text);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, "/b"), -EBUSY);
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device(monitor), text);
	peer_settle(monitor);
	CU_ASSERT_EQUAL(next_result(monitor), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, NULL), 0);
	CU_ASSERT_PTR_NULL(balloonctl_monitor_get_device(monitor));
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_device_by_hand_outlives_the_connection(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_stats *stats = NULL;
	struct peer peer;

	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, "/machine/mine"), 0);
	for (int i = 0; i < 2; i++) {
		peer_open(&peer, peer_balloon);
		peer_say(&peer, PEER_GREETING);
		CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, peer.address), 0);
		CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device(monitor), "/machine/mine");
		CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(peer_take_heard(&peer), "\"/machine/mine\""));
		balloonctl_stats_free(stats);
		balloonctl_monitor_disconnect(monitor);
		peer_close(&peer);
	}
	balloonctl_monitor_free(monitor);
}

static void test_two_monitors(void)
{
	struct balloonctl_monitor *monitors[2];
	struct balloonctl_stats *stats = NULL;
	struct peer peers[2];

	peer_open(&peers[0], peer_balloon);
	peer_open(&peers[1], peer_balloon);
	for (int i = 0; i < 2; i++)
		monitors[i] = peer_connect(&peers[i]);
	peers[0].is_mute = true;
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitors[0], NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitors[0]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitors[1], &stats), 0);
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_completion(monitors[0]));
	balloonctl_stats_free(stats);
	for (int i = 0; i < 2; i++) {
		balloonctl_monitor_free(monitors[i]);
		peer_close(&peers[i]);
	}
}

/* From new() to a call under way, short of memory: success, or -ENOMEM, and when there is memory
 * again the same connection serves the next call. True if no allocation failed. */
static bool start_scarcely(void (*make_scarce)(long n), long n)
{
	struct balloonctl_stats *stats = NULL;
	struct balloonctl_monitor *monitor;
	struct peer peer;
	bool was_enough;
	int r = -ENOMEM;

	peer_open(&peer, peer_balloon);
	peer_say(&peer, PEER_GREETING);
	make_scarce(n);
	monitor = balloonctl_monitor_new();
	if (monitor != NULL)
		r = balloonctl_monitor_connect(monitor, peer.address);
	if (r == 0)
		r = balloonctl_monitor_start_get_stats(monitor, NULL);
	was_enough = scarce_count() <= n;
	scarce_allow(-1);
	CU_ASSERT(r == 0 || r == -ENOMEM);
	CU_ASSERT(r == 0 || !was_enough);
	if (r < 0 && monitor != NULL)
		CU_ASSERT_EQUAL(code_of(monitor), -ENOMEM);
	/* The peer shares the heap, so its turn comes only now. */
	if (monitor != NULL && balloonctl_monitor_is_connected(monitor)) {
		CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
		CU_ASSERT(string_starts_with(peer_take_heard(&peer),
					     "{\"execute\":\"qmp_capabilities\"}"));
		if (r == 0 && was_enough)
			CU_ASSERT_EQUAL(next_result(monitor), 0);
	}
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
	return was_enough;
}

static void test_scarce_memory(void)
{
	static void (*const make_scarce[])(long n) = { scarce_allow, scarce_fail_one };

	for (size_t i = 0; i < ARRAY_SIZE(make_scarce); i++) {
		long n = 0;

		while (!start_scarcely(make_scarce[i], n) && n < 1000)
			n++;
		CU_ASSERT(n > 10 && n < 1000);
	}
}

static CU_TestInfo tests[] = {
	{ "a new monitor is not connected and nothing is wrong", test_new },
	{ "calls without a connection are refused", test_not_connected },
	{ "timeouts are 1 ms to a day", test_timeouts_are_bounded },
	{ "connect returns when the peer has greeted, and has sent nothing", test_connect },
	{ "a connected monitor can't connect", test_connect_twice },
	{ "a connected socket is used, called what it is to be called, and stays the caller's",
	  test_connect_fd },
	{ "a bad address is refused", test_bad_address },
	{ "the caller's loop gets from connect to the statistics", test_callers_loop },
	{ "the loop waits for writing only when there is something to write",
	  test_events_of_the_loop },
	{ "a program that only listens gets its events", test_listener_negotiates },
	{ "wait() ends at its time-out, at the next deadline and at a signal", test_wait },
	{ "a poll() that fails ends the connection", test_poll_that_fails },
	{ "disconnect cancels calls and keeps events", test_disconnect },
	{ "a monitor can be freed at any time", test_free_with_pending_calls },
	{ "a lost connection is made again and nothing is remembered", test_reconnect_after_loss },
	{ "what a monitor lends may be given back to it", test_borrowed_arguments },
	{ "a monitor tells what it learnt", test_what_is_known },
	{ "a device is set by hand, within bounds and between calls", test_set_device },
	{ "a device set by hand is of an unknown type", test_set_device_forgets_the_type },
	{ "a device set by hand outlives the connection",
	  test_device_by_hand_outlives_the_connection },
	{ "a hanging VM does not keep another one from answering", test_two_monitors },
	{ "a monitor survives scarce memory", test_scarce_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("monitor", tests, argc, argv);
}
