/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operations: what goes over the wire for each, what comes out, and what refusals become. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "balloonctl.h"
#include "base/util.h"
#include "edges.h"
#include "peer.h"
#include "suite.h"

#define BALLOON0 "\"path\":\"/machine/peripheral/balloon0\""
#define FIND                                                                                      \
	"{\"execute\":\"qmp_capabilities\"}"                                                      \
	"{\"execute\":\"qom-list\",\"arguments\":{\"path\":\"/machine/peripheral\"},\"id\":1}"    \
	"{\"execute\":\"qom-list\",\"arguments\":{\"path\":\"/machine/peripheral-anon\"},\"id\":" \
	"2}"                                                                                      \
	"{\"execute\":\"query-name\",\"id\":3}"
/* What a connection learns with its first statistics, ... */
#define LEARN(first, second, third)                         \
	"{\"execute\":\"query-status\",\"id\":" first "}"   \
	"{\"execute\":\"query-balloon\",\"id\":" second "}" \
	"{\"execute\":\"query-memory-size-summary\",\"id\":" third "}"
/* ... and what they take each time. */
#define GET_STATS(first, second)                                            \
	"{\"execute\":\"qom-get\",\"arguments\":{" BALLOON0                 \
	",\"property\":\"guest-stats-polling-interval\"},\"id\":" first "}" \
	"{\"execute\":\"qom-get\",\"arguments\":{" BALLOON0                 \
	",\"property\":\"guest-stats\"},\"id\":" second "}"

static const char *class_of(const struct balloonctl_monitor *monitor)
{
	return balloonctl_error_get_class(balloonctl_monitor_get_error(monitor));
}

static void test_get_stats(void)
{
	struct balloonctl_stats *stats = NULL;
	struct balloonctl_monitor *monitor;
	struct peer peer;
	uint64_t bytes = 0;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	CU_ASSERT_STRING_EQUAL(peer_take_heard(&peer),
			       FIND LEARN("4", "5", "6") GET_STATS("7", "8"));
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, &bytes), 0);
	CU_ASSERT_EQUAL(bytes, 844943360);
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_HTLB_PGFAIL, &bytes), -ENODATA);
	CU_ASSERT_FALSE(balloonctl_stats_has(stats, BALLOONCTL_STAT_OOM_KILLS));
	CU_ASSERT_EQUAL(balloonctl_stats_get_last_update(stats), 1790000000);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 2);
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_round_trips(void)
{
	struct balloonctl_stats *stats = NULL;
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	for (unsigned int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
		balloonctl_stats_free(stats);
		/* Two for the first one, which looks for the balloon, then one each. */
		CU_ASSERT_EQUAL(peer.turns, 2 + i);
		CU_ASSERT_EQUAL(edges.sends, 2 + i);
		CU_ASSERT_EQUAL(edges.recvs, 2 + i);
		CU_ASSERT_EQUAL(edges.polls, 2 + i);
	}
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_round_trips_of_an_early_start(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_completion *done;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, peer.address), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, NULL), 0);
	peer_settle(monitor);
	CU_ASSERT_EQUAL(edges.sends, 0);
	peer_say(&peer, PEER_GREETING);
	peer_settle(monitor);
	done = balloonctl_monitor_next_completion(monitor);
	CU_ASSERT_PTR_NOT_NULL(done);
	CU_ASSERT_EQUAL(peer.turns, 2);
	CU_ASSERT_EQUAL(edges.sends, 2);
	balloonctl_completion_free(done);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_device_by_hand(void)
{
	struct balloonctl_stats *stats = NULL;
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_device(monitor, "/machine/peripheral/balloon0"), 0);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_stats(monitor, &stats), 0);
	CU_ASSERT_STRING_EQUAL(peer_take_heard(&peer),
			       "{\"execute\":\"qmp_capabilities\"}"
			       "{\"execute\":\"query-name\",\"id\":1}" LEARN("2", "3", "4")
				       GET_STATS("5", "6"));
	CU_ASSERT_EQUAL(peer.turns, 1);
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_name(monitor), "vm1");
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_interval(void)
{
	struct balloonctl_monitor *monitor;
	uint32_t seconds = 77;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	CU_ASSERT_EQUAL(seconds, 2);
	CU_ASSERT_EQUAL(peer.turns, 2);
	peer.answers = peer_instead("polling-interval", "\"return\": 4294967295");
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	CU_ASSERT_EQUAL(seconds, UINT32_MAX);
	/* What a refresh that was killed has left behind is as good as off. */
	peer.answers = peer_instead("polling-interval", "\"return\": 3155760000");
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	CU_ASSERT_EQUAL(seconds, 0);
	peer.answers = peer_instead("polling-interval", "\"return\": 4294967296");
	seconds = 77;
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), -EPROTO);
	CU_ASSERT_EQUAL(seconds, 77);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_set_interval(void)
{
	static const struct {
		uint32_t seconds;
		const char *text;
	} rows[] = {
		{ 0, "0" }, { 1, "1" }, { 2147483648, "2147483648" }, { UINT32_MAX, "4294967295" }
	};
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	balloonctl_monitor_set_device(monitor, "/machine/peripheral/balloon0");
	peer_settle(monitor);
	peer_take_heard(&peer);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned int turns = peer.turns;
		uint32_t previous = 77;
		char expected[512];

		CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, rows[i].seconds,
									&previous),
				0);
		CU_ASSERT_EQUAL(previous, 2);
		CU_ASSERT_EQUAL(peer.turns, turns + 1);
		snprintf(expected, sizeof(expected),
			 "{\"execute\":\"qom-get\",\"arguments\":{" BALLOON0 ",\"property\":"
			 "\"guest-stats-polling-interval\"},\"id\":%zu}"
			 "{\"execute\":\"qom-set\",\"arguments\":{" BALLOON0 ",\"property\":"
			 "\"guest-stats-polling-interval\",\"value\":%s},\"id\":%zu}",
			 2 * i + 1, rows[i].text, 2 * i + 2);
		CU_ASSERT_STRING_EQUAL(peer_take_heard(&peer), expected);
	}
	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 5, NULL), 0);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_refused(void)
{
	struct balloonctl_monitor *monitor;
	uint32_t previous = 77;
	struct peer peer;

	peer_open(&peer,
		  peer_instead("qom-set", "\"error\": {\"class\": \"GenericError\", \"desc\": "
					  "\"timer value is too \\u001b[1mbig\"}"));
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 5, &previous), -EREMOTEIO);
	CU_ASSERT_EQUAL(previous, 77);
	CU_ASSERT_STRING_EQUAL(class_of(monitor), "GenericError");
	peer_assert_sentence(&peer, monitor,
			     "qom-set: timer value is too \\x1b[1mbig (GenericError)");
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	peer.answers = peer_balloon;
	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 5, &previous), 0);
	CU_ASSERT_EQUAL(previous, 2);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* `start`, so many bytes of x, and `end`. */
static char *lengthen(const char *start, size_t bytes, const char *end)
{
	char *text = malloc(strlen(start) + bytes + strlen(end) + 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	strcpy(text, start);
	memset(text + strlen(start), 'x', bytes);
	strcpy(text + strlen(start) + bytes, end);
	return text;
}

static void test_endless_words(void)
{
	char *members =
		lengthen("\"error\": {\"class\": \"GenericError\", \"desc\": \"", 100000, "\"}");
	char *words = lengthen("qom-set: ", 500, " (GenericError)");
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_instead("qom-set", members));
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 5, NULL), -EREMOTEIO);
	peer_assert_sentence(&peer, monitor, words);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
	free(members);
	free(words);
}

static void test_get_actual_bytes(void)
{
	static const struct {
		const char *members;
		int64_t actual;
	} rows[] = {
		{ "\"return\": {\"actual\": 1073741824}", 1073741824 },
		{ "\"return\": {\"actual\": -4096}", -4096 },
		{ "\"return\": {\"actual\": 9223372036854775807, \"later\": 1}", INT64_MAX },
	};
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int64_t actual;

	peer_open(&peer, NULL);
	monitor = peer_connect(&peer);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		peer.answers = peer_instead("query-balloon", rows[i].members);
		CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), 0);
		CU_ASSERT_EQUAL(actual, rows[i].actual);
	}
	/* The device's path is not needed and not looked for. */
	CU_ASSERT_STRING_EQUAL(peer_take_heard(&peer), "{\"execute\":\"qmp_capabilities\"}"
						       "{\"execute\":\"query-balloon\",\"id\":1}"
						       "{\"execute\":\"query-balloon\",\"id\":2}"
						       "{\"execute\":\"query-balloon\",\"id\":3}");
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_balloon(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_target_bytes(monitor, 1), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_set_target_bytes(monitor, INT64_MAX), 0);
	CU_ASSERT_STRING_EQUAL(
		peer_take_heard(&peer),
		"{\"execute\":\"qmp_capabilities\"}"
		"{\"execute\":\"balloon\",\"arguments\":{\"value\":1},\"id\":1}"
		"{\"execute\":\"balloon\",\"arguments\":{\"value\":9223372036854775807},\"id\":2}");
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_impossible_targets(void)
{
	static const uint64_t rows[] = { 0, (uint64_t)INT64_MAX + 1, UINT64_MAX };
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CU_ASSERT_EQUAL(balloonctl_monitor_set_target_bytes(monitor, rows[i]), -EINVAL);
		CU_ASSERT_EQUAL(balloonctl_monitor_start_set_target_bytes(monitor, rows[i], NULL),
				-EINVAL);
		CU_ASSERT(string_starts_with(peer_message(monitor), peer.address));
	}
	CU_ASSERT_STRING_EQUAL(peer_take_heard(&peer), "");
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_completion(monitor));
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_get_info(void)
{
	const struct balloonctl_stats *stats;
	struct balloonctl_info *info = NULL;
	struct balloonctl_monitor *monitor;
	uint64_t maximum = 0, bytes = 0;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_info(monitor, &info), 0);
	CU_ASSERT_EQUAL(peer.turns, 2);
	balloonctl_monitor_free(monitor);
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_version(info), "7.2.22");
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_package(info), "Debian");
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_name(info), "vm1");
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_status(info), "running");
	CU_ASSERT(balloonctl_info_is_running(info));
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_device(info), "/machine/peripheral/balloon0");
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_device_type(info), "virtio-balloon-pci");
	CU_ASSERT_EQUAL(balloonctl_info_get_actual_bytes(info), 1073741824);
	CU_ASSERT_EQUAL(balloonctl_info_get_maximum_bytes(info, &maximum), 0);
	CU_ASSERT_EQUAL(maximum, 1073741824);
	stats = balloonctl_info_get_stats(info);
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, &bytes), 0);
	CU_ASSERT_EQUAL(bytes, 844943360);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 2);
	balloonctl_info_free(info);
	balloonctl_info_free(NULL);
	peer_close(&peer);
}

static void test_info_of_other_vms(void)
{
	static const struct answer answers[] = {
		{ "capabilities", "\"return\": {}" },
		{ "query-name", "\"return\": {}" },
		{ "query-status", "\"return\": {\"status\": \"paused\", \"singlestep\": false, "
				  "\"running\": false}" },
		{ "query-balloon", "\"return\": {\"actual\": -1}" },
		{ "\"type\"", "\"return\": \"virtio-balloon-device\"" },
		{ "interval", "\"return\": 0" },
		{ "guest-stats", "\"return\": {\"stats\": {}, \"last-update\": 0}" },
		{ NULL, NULL },
	};
	struct balloonctl_info *info = NULL;
	struct balloonctl_monitor *monitor;
	struct peer peer;
	uint64_t maximum = 77;

	peer_open(&peer, answers);
	monitor = peer_connect(&peer);
	balloonctl_monitor_set_device(monitor, "/machine/peripheral/x");
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_info(monitor, &info), 0);
	CU_ASSERT_EQUAL(peer.turns, 1);
	CU_ASSERT_PTR_NULL(balloonctl_info_get_name(info));
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_status(info), "paused");
	CU_ASSERT_FALSE(balloonctl_info_is_running(info));
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_device(info), "/machine/peripheral/x");
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_device_type(info), "virtio-balloon-device");
	CU_ASSERT_STRING_EQUAL(balloonctl_monitor_get_device_type(monitor),
			       "virtio-balloon-device");
	CU_ASSERT_EQUAL(balloonctl_info_get_actual_bytes(info), -1);
	/* Older than query-memory-size-summary. */
	CU_ASSERT_EQUAL(balloonctl_info_get_maximum_bytes(info, &maximum), -ENODATA);
	CU_ASSERT_EQUAL(maximum, 77);
	balloonctl_info_free(info);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_maximum(void)
{
	static const struct {
		const char *members;
		int r;
		uint64_t maximum;
	} rows[] = {
		{ "\"return\": {\"base-memory\": 10, \"plugged-memory\": 5}", 0, 15 },
		{ "\"return\": {\"base-memory\": 10}", 0, 10 },
		{ "\"return\": {\"base-memory\": 9223372036854775807}", 0, INT64_MAX },
		{ "\"return\": {\"base-memory\": 9223372036854775808}", -EPROTO, 77 },
		{ "\"return\": {\"base-memory\": 9223372036854775807, \"plugged-memory\": 1}",
		  -EPROTO, 77 },
		{ "\"return\": {\"base-memory\": 10, \"plugged-memory\": \"5\"}", -EPROTO, 77 },
		{ "\"return\": {\"base-memory\": 10, \"plugged-memory\": -5}", -EPROTO, 77 },
		{ "\"return\": {\"base-memory\": 18446744073709551615, \"plugged-memory\": 1}",
		  -EPROTO, 77 },
		{ "\"return\": {}", -EPROTO, 77 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_info *info = NULL;
		struct balloonctl_monitor *monitor;
		uint64_t maximum = 77;
		struct peer peer;

		peer_open(&peer, peer_instead("query-memory", rows[i].members));
		monitor = peer_connect(&peer);
		CU_ASSERT_EQUAL(balloonctl_monitor_get_info(monitor, &info), rows[i].r);
		if (info != NULL)
			CU_ASSERT_EQUAL(balloonctl_info_get_maximum_bytes(info, &maximum), 0);
		CU_ASSERT_EQUAL(maximum, rows[i].maximum);
		balloonctl_info_free(info);
		balloonctl_monitor_free(monitor);
		peer_close(&peer);
	}
}

static void test_answers_that_qemu_does_not_give(void)
{
	static const struct {
		const char *request, *members, *rest;
	} rows[] = {
		{ "\"guest-stats\"", "\"return\": []", "qom-get guest-stats" },
		{ "\"guest-stats\"", "\"return\": null", "qom-get guest-stats" },
		{ "interval", "\"return\": \"2\"", "qom-get guest-stats-polling-interval" },
		{ "interval", "\"return\": -1", "qom-get guest-stats-polling-interval" },
		{ "interval", "\"return\": 2.0", "qom-get guest-stats-polling-interval" },
		{ "query-balloon", "\"return\": {}", "query-balloon" },
		{ "query-balloon", "\"return\": {\"actual\": \"1\"}", "query-balloon" },
		{ "query-balloon", "\"return\": {\"actual\": 9223372036854775808}",
		  "query-balloon" },
		{ "query-status", "\"return\": {\"status\": \"running\"}", "query-status" },
		{ "query-status", "\"return\": {\"status\": 1, \"running\": true}",
		  "query-status" },
		{ "query-status", "\"return\": {\"status\": \"x\", \"running\": 1}",
		  "query-status" },
		{ "\"property\":\"type\"", "\"return\": {}", "qom-get type" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_info *info = NULL;
		struct balloonctl_monitor *monitor;
		struct peer peer;
		char rest[128];

		peer_open(&peer, peer_instead(rows[i].request, rows[i].members));
		monitor = peer_connect(&peer);
		CU_ASSERT_EQUAL(balloonctl_monitor_get_info(monitor, &info), -EPROTO);
		CU_ASSERT_PTR_NULL(info);
		snprintf(rest, sizeof(rest), "%s: the answer is not what QEMU gives", rows[i].rest);
		peer_assert_sentence(&peer, monitor, rest);
		/* The conversation is sound: it goes on. */
		CU_ASSERT(balloonctl_monitor_is_connected(monitor));
		peer.answers = peer_balloon;
		CU_ASSERT_EQUAL(balloonctl_monitor_get_info(monitor, &info), 0);
		balloonctl_info_free(info);
		balloonctl_monitor_free(monitor);
		peer_close(&peer);
	}
}

/* A refresh whose two writes are with the peer, which has not read them. */
static struct balloonctl_monitor *write_refresh(struct peer *peer)
{
	struct balloonctl_monitor *monitor;

	peer_open(peer, peer_balloon);
	monitor = peer_connect(peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_refresh_stats(monitor, 0, NULL), 0);
	/* The search, the first look, and no further. */
	for (int turn = 0; turn < 2; turn++) {
		CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
		CU_ASSERT(peer_take_turn(peer));
	}
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	peer_take_heard(peer);
	return monitor;
}

static void test_leaving_while_a_refresh_writes(void)
{
	struct balloonctl_completion *done;
	struct balloonctl_monitor *monitor;
	struct peer peer;

	monitor = write_refresh(&peer);
	balloonctl_monitor_disconnect(monitor);
	CU_ASSERT_PTR_NOT_NULL(strstr(peer_take_heard(&peer), "\"value\":2}"));
	CU_ASSERT_EQUAL(edges.waited_ms, 0);
	done = balloonctl_monitor_next_completion(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), -ECANCELED);
	balloonctl_completion_free(done);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
	/* One that hangs keeps nobody. */
	monitor = write_refresh(&peer);
	peer.is_mute = true;
	balloonctl_monitor_free(monitor);
	CU_ASSERT_EQUAL(edges.waited_ms, 100);
	peer_close(&peer);
	/* Nor does one that has gone. */
	monitor = write_refresh(&peer);
	peer_hang_up(&peer);
	balloonctl_monitor_disconnect(monitor);
	CU_ASSERT_EQUAL(edges.waited_ms, 0);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static CU_TestInfo tests[] = {
	{ "get_stats asks for the balloon, the statistics and the interval", test_get_stats },
	{ "get_stats takes two round trips, then one, each one write", test_round_trips },
	{ "get_stats started before the greeting takes no more",
	  test_round_trips_of_an_early_start },
	{ "a device set by hand is not looked for", test_device_by_hand },
	{ "the interval has 32 bits", test_interval },
	{ "the interval is set, with what was before in the same round trip", test_set_interval },
	{ "what QEMU refuses comes back with its class and words", test_refused },
	{ "words without an end are cut", test_endless_words },
	{ "get_actual_bytes gives what QEMU says, negative too", test_get_actual_bytes },
	{ "balloon takes 1 byte to 2^63-1", test_balloon },
	{ "balloon refuses what is no target", test_impossible_targets },
	{ "get_info tells everything, in two round trips", test_get_info },
	{ "get_info copes with a nameless VM and an old QEMU", test_info_of_other_vms },
	{ "the maximum is all the machine's memory", test_maximum },
	{ "who leaves while a refresh writes lets QEMU read it",
	  test_leaving_while_a_refresh_writes },
	{ "an answer of another shape fails its call only", test_answers_that_qemu_does_not_give },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("operation", tests, argc, argv);
}
