/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The life of a connection: greetings that do not come, peers that are no QMP servers, break off,
 * flood or never end, and system calls that do less than they were asked to.
 */
#include <errno.h>
#include <malloc.h>
#include <string.h>
#include <sys/socket.h>

#include "balloonctl.h"
#include "base/json.h"
#include "base/util.h"
#include "edges.h"
#include "peer.h"
#include "suite.h"

/* A first contact that fails with this code and these words. */
static void assert_no_contact(const char *said, bool hangs_up, int code, const char *rest)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct peer peer;

	peer_open(&peer, peer_balloon);
	peer_say(&peer, said);
	if (hangs_up)
		peer_hang_up(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, peer.address), code);
	CU_ASSERT_EQUAL(balloonctl_error_get_code(balloonctl_monitor_get_error(monitor)), code);
	peer_assert_sentence(&peer, monitor, rest);
	CU_ASSERT_FALSE(balloonctl_monitor_is_connected(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_get_fd(monitor), -1);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_no_greeting(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct peer peer;

	peer_open(&peer, peer_balloon);
	balloonctl_monitor_set_greeting_timeout_ms(monitor, 300);
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, peer.address), -EBUSY);
	CU_ASSERT_EQUAL(edges.waited_ms, 300);
	peer_assert_sentence(
		&peer, monitor,
		"no greeting after 300 ms; another client may be using this connection, or "
		"has before");
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_half_a_greeting(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_completion *done;
	struct peer peer;
	int mark;

	peer_open(&peer, peer_balloon);
	peer_say(&peer, "{\"QMP\": {\"version\"");
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, peer.address), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, &mark), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, -1), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, -1), -EBUSY);
	CU_ASSERT_EQUAL(edges.waited_ms, 5000);
	done = balloonctl_monitor_next_completion(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), -EBUSY);
	CU_ASSERT_PTR_EQUAL(balloonctl_completion_get_user_data(done), &mark);
	balloonctl_completion_free(done);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_no_qmp_server(void)
{
	assert_no_contact("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", false, -EPROTO,
			  "the peer is no QMP server: it says 'HTTP/1.1 400 Bad Request'; give the "
			  "socket of QEMU's -qmp option");
	assert_no_contact(
		"QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ", false, -EPROTO,
		"the peer is no QMP server: it says 'QEMU 7.2.22 monitor - type 'help' for "
		"more information'; give the socket of QEMU's -qmp option");
	assert_no_contact("SSH-2.0-\x1b[31mOpenSSH\r\n", true, -EPROTO,
			  "the peer is no QMP server: it says 'SSH-2.0-\\x1b[31mOpenSSH'; give the "
			  "socket of QEMU's -qmp option");
	assert_no_contact("{\"hello\": 1}\n", false, -EPROTO,
			  "the peer is no QMP server: it says '{\"hello\": 1}'; give the socket of "
			  "QEMU's -qmp option");
	assert_no_contact("{\"event\": \"STOP\"}\n", false, -EPROTO,
			  "the peer spoke before it greeted");
	assert_no_contact("{\"error\": {\"class\": \"GenericError\", \"desc\": \"busy\"}}\n", true,
			  -EPROTO, "the peer spoke before it greeted");
}

static void test_greeting_of_another_shape(void)
{
	static const char words[] = "the greeting is not what QEMU gives";

	assert_no_contact("{\"QMP\": {\"version\": {}}}", false, -EPROTO, words);
	assert_no_contact("{\"QMP\": {\"version\": \"7.2.22\"}}", false, -EPROTO, words);
	assert_no_contact("{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7, \"minor\": 2}}}}",
			  false, -EPROTO, words);
	assert_no_contact("{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7, \"minor\": \"2\", "
			  "\"micro\": 1}}}}",
			  false, -EPROTO, words);
}

static void test_end_before_the_greeting(void)
{
	static const char words[] = "the peer closed the connection without greeting";

	assert_no_contact("", true, -ENOTCONN, words);
	assert_no_contact("{\"QMP\": {", true, -ENOTCONN, words);
}

static void test_end_in_mid_reply(void)
{
	static const struct {
		const char *said, *rest;
	} rows[] = {
		{ "{\"return\": {}}{\"return\": {\"act",
		  "QEMU closed the connection in the middle of a message" },
		{ "{\"return\": {}}\r\n", "QEMU closed the connection" },
		{ "", "QEMU closed the connection" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_monitor *monitor;
		struct peer peer;
		int64_t actual;

		peer_open(&peer, peer_balloon);
		monitor = peer_connect(&peer);
		CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(monitor, NULL), 0);
		CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
		peer.is_mute = true;
		peer_take_turn(&peer);
		peer_say(&peer, rows[i].said);
		peer_hang_up(&peer);
		while (balloonctl_monitor_wait(monitor, -1) == 0)
			continue;
		peer_assert_sentence(&peer, monitor, rows[i].rest);
		CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), -ENOTCONN);
		balloonctl_monitor_free(monitor);
		peer_close(&peer);
	}
}

/* A socket with unread data in it is reset, not closed. */
static void test_reset(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	peer_hang_up(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), -ENOTCONN);
	peer_assert_sentence(&peer, monitor, "QEMU closed the connection");
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* QEMU's last words are read even if there is nobody left to write to. */
static void test_last_words(void)
{
	struct balloonctl_monitor *monitor;
	struct balloonctl_event *event;
	struct peer peer;
	int64_t actual;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	peer_say(&peer, "{\"event\": \"SHUTDOWN\"}\r\n");
	peer_hang_up(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), -ENOTCONN);
	peer_assert_sentence(&peer, monitor, "QEMU closed the connection");
	event = balloonctl_monitor_next_event(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(event);
	CU_ASSERT_STRING_EQUAL(balloonctl_event_get_name(event), "SHUTDOWN");
	balloonctl_event_free(event);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* What a peer says in the middle of a conversation, and how it ends. */
static void assert_end(const char *said, const char *rest)
{
	struct balloonctl_monitor *monitor;
	struct balloonctl_completion *done;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	peer_settle(monitor);
	peer.is_mute = true;
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, NULL), 0);
	peer_settle(monitor);
	peer_say(&peer, said);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, -1), -EPROTO);
	peer_assert_sentence(&peer, monitor, rest);
	done = balloonctl_monitor_next_completion(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), -EPROTO);
	balloonctl_completion_free(done);
	CU_ASSERT_FALSE(balloonctl_monitor_is_connected(monitor));
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_broken_protocol(void)
{
	char deep[10100] = "{\"return\": ";

	assert_end("garbage\r\n", "the peer sent something that is no QMP message");
	assert_end(PEER_GREETING, "the peer greeted twice");
	assert_end("{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error\"}}",
		   "the peer could not parse what it was sent");
	memset(deep + strlen(deep), '[', 10000);
	assert_end(deep, "the peer sent a message that is too large or nested too deep");
}

/* Bytes of one endless line, as many as the socket takes; 100 MiB in all. */
static struct peer *streaming;
static size_t streamed;

static bool stream(void)
{
	static char chunk[64 << 10];
	size_t before = streamed;
	ssize_t sent = 0;

	memset(chunk, 'x', sizeof(chunk));
	while (sent >= 0 && streamed < 100 << 20) {
		struct iovec part = { .iov_base = chunk, .iov_len = sizeof(chunk) };
		struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

		sent = sendmsg(streaming->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
		streamed += sent > 0 ? (size_t)sent : 0;
	}
	return streamed > before;
}

static void test_endless_line(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;
	size_t most = 0;
	int r = 0;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	peer_settle(monitor);
	peer_say(&peer, "{\"return\": \"");
	streaming = &peer;
	streamed = 0;
	edges.turn = stream;
	while (r == 0) {
		struct mallinfo2 info;

		r = balloonctl_monitor_wait(monitor, -1);
		info = mallinfo2();
		most = MAX(most, info.uordblks + info.hblkhd);
	}
	CU_ASSERT_EQUAL(r, -EPROTO);
	peer_assert_sentence(&peer, monitor,
			     "the peer sent a message that is too large or nested too deep");
	CU_ASSERT(streamed < 2 * JSON_BYTES_MAX);
	CU_ASSERT(most < 4 * JSON_BYTES_MAX);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* A peer that never stops: as many events as the socket takes, whenever it has its turn. */
static void flood(struct peer *peer)
{
	static const char event[] = "{\"event\": \"RTC_CHANGE\", \"data\": {\"offset\": 0}}\r\n";
	struct iovec part = { .iov_base = (void *)(uintptr_t)event, .iov_len = sizeof(event) - 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	while (sendmsg(peer->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
		continue;
}

static void test_flood(void)
{
	struct balloonctl_monitor *monitor;
	struct balloonctl_completion *done;
	struct balloonctl_event *event;
	unsigned int kept = 0;
	struct peer peer;
	int size = 16 << 20;

	peer_open(&peer, peer_balloon);
	setsockopt(peer.fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	monitor = peer_connect(&peer);
	peer_settle(monitor);
	flood(&peer);
	edges.recvs = 0;
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	CU_ASSERT(edges.recvs <= 16);
	/* However long it goes on, it costs no more memory, and calls still end. */
	balloonctl_monitor_start_get_actual_bytes(monitor, NULL);
	for (int i = 0; i < 50; i++) {
		flood(&peer);
		CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	}
	edges_advance(5000);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	done = balloonctl_monitor_next_completion(monitor);
	CU_ASSERT_PTR_NOT_NULL(done);
	balloonctl_completion_free(done);
	CU_ASSERT(balloonctl_monitor_get_lost_events(monitor) > 1000);
	while ((event = balloonctl_monitor_next_event(monitor)) != NULL) {
		balloonctl_event_free(event);
		kept++;
	}
	CU_ASSERT_EQUAL(kept, 256);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_events(void)
{
	struct balloonctl_monitor *monitor;
	struct balloonctl_event *event;
	struct peer peer;
	int64_t actual = 77;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	peer_settle(monitor);
	peer_say(&peer, "{\"timestamp\": {\"seconds\": 1790000000, \"microseconds\": 5}, "
			"\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": 268435456}}\r\n"
			"{\"event\": \"STOP\"}\r\n");
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), 0);
	peer_say(&peer, "{\"event\": \"RESUME\"}\r\n");
	peer_settle(monitor);

	event = balloonctl_monitor_next_event(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(event);
	CU_ASSERT_STRING_EQUAL(balloonctl_event_get_name(event), "BALLOON_CHANGE");
	CU_ASSERT_EQUAL(balloonctl_event_get_timestamp_us(event), 1790000000000005);
	CU_ASSERT_EQUAL(balloonctl_event_get_actual_bytes(event, &actual), 0);
	CU_ASSERT_EQUAL(actual, 268435456);
	CU_ASSERT_STRING_EQUAL(balloonctl_event_get_json(event),
			       "{\"timestamp\": {\"seconds\": 1790000000, \"microseconds\": 5}, "
			       "\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": 268435456}}");
	balloonctl_event_free(event);
	event = balloonctl_monitor_next_event(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(event);
	CU_ASSERT_STRING_EQUAL(balloonctl_event_get_name(event), "STOP");
	CU_ASSERT_EQUAL(balloonctl_event_get_actual_bytes(event, &actual), -ENODATA);
	balloonctl_event_free(event);
	event = balloonctl_monitor_next_event(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(event);
	CU_ASSERT_STRING_EQUAL(balloonctl_event_get_name(event), "RESUME");
	balloonctl_event_free(event);
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_event(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_get_lost_events(monitor), 0);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* The whole way to the statistics, however badly the system calls behave. */
static void assert_stats(void (*spoil)(void), size_t reads)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_stats *stats = NULL;
	struct peer peer;
	uint64_t bytes = 0;

	peer_open(&peer, peer_balloon);
	peer_say(&peer, PEER_GREETING);
	spoil();
	edges.recv_max = reads;
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, peer.address), 0);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, &bytes), 0);
	CU_ASSERT_EQUAL(bytes, 844943360);
	CU_ASSERT_EQUAL(peer.commands, 9);
	CU_ASSERT_EQUAL(edges.waited_ms, 0);
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void spoil_nothing(void)
{
}

static void spoil_sends(void)
{
	edges.send_max = 1;
}

static void spoil_by_signals(void)
{
	edges.poll_interrupts = 3;
	edges.send_interrupts = 3;
	edges.recv_interrupts = 3;
}

static void spoil_by_a_full_socket(void)
{
	edges.full = 10;
}

static void test_short_reads(void)
{
	for (size_t size = 1; size < 80; size++)
		assert_stats(spoil_nothing, size);
}

static void test_short_writes(void)
{
	assert_stats(spoil_sends, 0);
	assert_stats(spoil_sends, 1);
}

static void test_signals(void)
{
	assert_stats(spoil_by_signals, 0);
}

static void test_full_socket(void)
{
	assert_stats(spoil_by_a_full_socket, 0);
}

static void test_pretty_peer(void)
{
	static const struct answer answers[] = {
		{ "capabilities", "\n    \"return\": {\n    }\n" },
		{ "query-balloon", "\n    \"return\": {\n        \"actual\": 12345\n    }\n" },
		{ NULL, NULL },
	};
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct peer peer;
	int64_t actual = 0;

	peer_open(&peer, answers);
	peer_say(&peer,
		 "{\n    \"QMP\": {\n        \"version\": {\n            \"qemu\": {\n"
		 "                \"micro\": 22,\n                \"minor\": 2,\n"
		 "                \"major\": 7\n            },\n            \"package\": \"\"\n"
		 "        },\n        \"capabilities\": [\n            \"oob\"\n        ]\n"
		 "    }\n}\n");
	CU_ASSERT_EQUAL(balloonctl_monitor_connect(monitor, peer.address), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), 0);
	CU_ASSERT_EQUAL(actual, 12345);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static CU_TestInfo tests[] = {
	{ "a greeting that does not come ends at its deadline", test_no_greeting },
	{ "half a greeting is none", test_half_a_greeting },
	{ "a peer that is no QMP server is told by its first words", test_no_qmp_server },
	{ "a greeting of another shape is refused", test_greeting_of_another_shape },
	{ "an end before the greeting", test_end_before_the_greeting },
	{ "an end in mid-reply and between replies", test_end_in_mid_reply },
	{ "a reset is an end", test_reset },
	{ "the last words before the end are read", test_last_words },
	{ "a broken protocol ends the connection", test_broken_protocol },
	{ "a line of 100 MiB ends at the bound", test_endless_line },
	{ "a flood of events costs a bounded time and memory", test_flood },
	{ "events come in order, among replies", test_events },
	{ "reads may be as short as they like", test_short_reads },
	{ "writes may be as short as they like", test_short_writes },
	{ "signals do no harm", test_signals },
	{ "a full socket is waited for", test_full_socket },
	{ "a pretty monitor is understood", test_pretty_peer },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("link", tests, argc, argv);
}
