/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Several calls at once: shared round trips, the order of completion, deadlines and late replies. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "balloonctl.h"
#include "base/util.h"
#include "edges.h"
#include "peer.h"
#include "suite.h"

/* The next completion is the one that was started with this mark and ended like this. */
static void assert_next(struct balloonctl_monitor *monitor, const void *mark, int result)
{
	struct balloonctl_completion *done = balloonctl_monitor_next_completion(monitor);

	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_PTR_EQUAL(balloonctl_completion_get_user_data(done), mark);
	CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), result);
	balloonctl_completion_free(done);
}

static void assert_none(struct balloonctl_monitor *monitor)
{
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_completion(monitor));
}

/* The device is known and the negotiation done; ids go on with 4. */
static struct balloonctl_monitor *connect_and_find(struct peer *peer)
{
	struct balloonctl_monitor *monitor = peer_connect(peer);
	uint32_t seconds;

	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	peer_take_heard(peer);
	peer->turns = 0;
	edges.sends = 0;
	return monitor;
}

static void test_calls_wait_for_one_search(void)
{
	struct balloonctl_monitor *monitor;
	const char *heard;
	struct peer peer;
	int marks[3];

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, &marks[0]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_polling_interval(monitor, &marks[1]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(monitor, &marks[2]), 0);
	peer_settle(monitor);
	for (int i = 0; i < 3; i++)
		assert_next(monitor, &marks[i], 0);
	assert_none(monitor);
	CU_ASSERT_EQUAL(peer.turns, 2);
	CU_ASSERT_EQUAL(edges.sends, 2);
	heard = strstr(peer_take_heard(&peer), "qom-list");
	CU_ASSERT_PTR_NOT_NULL_FATAL(heard);
	heard = strstr(heard + 1, "qom-list");
	CU_ASSERT_PTR_NOT_NULL_FATAL(heard);
	CU_ASSERT_PTR_NULL(strstr(heard + 1, "qom-list"));
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* There is no second balloon: who has found one does not wait for the rest of the search. */
static void test_search_that_found_early(void)
{
	static const struct answer answers[] = {
		{ "\"/machine/peripheral\"",
		  "\"return\": [{\"name\": \"b\", \"type\": \"child<virtio-balloon-ccw>\"}]" },
		{ "peripheral-anon", NULL },
		{ "query-name", NULL },
		{ "", "\"return\": 3" },
	};
	struct balloonctl_monitor *monitor;
	struct peer peer;
	uint32_t seconds = 0;

	peer_open(&peer, answers);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	CU_ASSERT_EQUAL(seconds, 3);
	CU_ASSERT_EQUAL(edges.waited_ms, 0);
	/* And its end, without replies, is nobody's. */
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, -1), 0);
	CU_ASSERT_EQUAL(edges.waited_ms, 5000);
	assert_none(monitor);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), -1);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_calls_share_a_round_trip(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int marks[4];

	peer_open(&peer, peer_balloon);
	monitor = connect_and_find(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, &marks[0]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_set_target_bytes(monitor, 1, &marks[1]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, &marks[2]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_set_polling_interval(monitor, 7, &marks[3]), 0);
	peer_settle(monitor);
	for (int i = 0; i < 4; i++)
		assert_next(monitor, &marks[i], 0);
	CU_ASSERT_EQUAL(peer.turns, 1);
	CU_ASSERT_EQUAL(edges.sends, 1);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_order_of_completion(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int marks[3];

	peer_open(&peer, peer_balloon);
	monitor = connect_and_find(&peer);
	peer.is_mute = true;
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, &marks[0]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, &marks[1]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, &marks[2]), 0);
	peer_settle(monitor);
	peer_say(&peer, "{\"return\": {\"actual\": 7}, \"id\": 7}"
			"{\"return\": {\"actual\": 5}, \"id\": 5}");
	peer_settle(monitor);
	assert_next(monitor, &marks[2], 0);
	assert_next(monitor, &marks[0], 0);
	assert_none(monitor);
	peer_say(&peer, "{\"return\": {\"actual\": 6}, \"id\": 6}");
	peer_settle(monitor);
	assert_next(monitor, &marks[1], 0);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* QEMU works in order, but nothing here relies on it. */
static void test_answers_in_any_order(void)
{
	struct balloonctl_stats *stats;
	struct balloonctl_monitor *monitor;
	struct balloonctl_completion *done;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = connect_and_find(&peer);
	peer.is_mute = true;
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, NULL), 0);
	peer_settle(monitor);
	peer_say(&peer, "{\"return\": {\"stats\": {}, \"last-update\": 8}, \"id\": 9}"
			"{\"return\": {\"actual\": 1}, \"id\": 6}"
			"{\"return\": {\"base-memory\": 1}, \"id\": 7}");
	peer_settle(monitor);
	assert_none(monitor);
	peer_say(&peer, "{\"return\": {\"status\": \"running\", \"running\": true}, \"id\": 5}"
			"{\"return\": 9, \"id\": 8}");
	peer_settle(monitor);
	done = balloonctl_monitor_next_completion(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(
				balloonctl_completion_get_stats(done)),
			9);
	CU_ASSERT_EQUAL(balloonctl_stats_get_last_update(balloonctl_completion_get_stats(done)), 8);
	/* Taken out of it, it is gone from it. */
	stats = balloonctl_completion_take_stats(done);
	CU_ASSERT_PTR_NOT_NULL(stats);
	CU_ASSERT_PTR_NULL(balloonctl_completion_take_stats(done));
	CU_ASSERT_PTR_NULL(balloonctl_completion_get_stats(done));
	balloonctl_completion_free(done);
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_blocking_call_among_others(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int64_t actual = 0;
	int mark;

	peer_open(&peer, peer_balloon);
	monitor = connect_and_find(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, &mark), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), 0);
	CU_ASSERT_EQUAL(actual, 1073741824);
	peer_settle(monitor);
	assert_next(monitor, &mark, 0);
	assert_none(monitor);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_calls_are_bounded(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = connect_and_find(&peer);
	for (int i = 0; i < 16; i++)
		CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, NULL), -EAGAIN);
	CU_ASSERT(string_starts_with(peer_message(monitor), peer.address));
	peer_settle(monitor);
	for (int i = 0; i < 16; i++)
		assert_next(monitor, NULL, 0);
	assert_none(monitor);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, NULL), 0);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_too_many_replies_owed(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int timeouts = 0, refusals = 0;

	peer_open(&peer, peer_balloon);
	monitor = connect_and_find(&peer);
	peer.is_mute = true;
	for (int i = 0; i < 134; i++) {
		int64_t actual;
		int r = balloonctl_monitor_get_actual_bytes(monitor, &actual);

		timeouts += r == -ETIMEDOUT;
		refusals += r == -EAGAIN;
	}
	CU_ASSERT_EQUAL(timeouts, 128);
	CU_ASSERT_EQUAL(refusals, 6);
	CU_ASSERT(string_starts_with(peer_message(monitor), peer.address));
	CU_ASSERT_PTR_NOT_NULL(strstr(peer_message(monitor), "owes 128 replies"));
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	assert_none(monitor);
	/* It wakes up and pays one of them: there is room for one. */
	peer_say(&peer, "{\"return\": {\"actual\": 1}, \"id\": 5}");
	peer_settle(monitor);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, NULL), 0);
	assert_none(monitor);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, NULL), 0);
	assert_next(monitor, NULL, -EAGAIN);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_deadline(void)
{
	struct balloonctl_stats *stats = NULL;
	struct balloonctl_monitor *monitor;
	struct peer peer;
	char expected[200];

	peer_open(&peer, peer_balloon);
	monitor = connect_and_find(&peer);
	balloonctl_monitor_set_reply_timeout_ms(monitor, 700);
	peer.is_mute = true;
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), -ETIMEDOUT);
	CU_ASSERT_PTR_NULL(stats);
	CU_ASSERT_EQUAL(edges.waited_ms, 700);
	/* The server is whoever made the socket: here this program. */
	snprintf(expected, sizeof(expected), "%s: no reply to query-status after 700 ms: process ",
		 peer.address);
	CU_ASSERT(string_starts_with(peer_message(monitor), expected));
	CU_ASSERT_PTR_NOT_NULL(strstr(peer_message(monitor), "does not answer"));
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_late_reply(void)
{
	struct balloonctl_monitor *monitor;
	int64_t actual = 77;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = connect_and_find(&peer);
	peer.is_mute = true;
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), -ETIMEDOUT);
	peer.is_mute = false;
	peer_say(&peer, "{\"return\": {\"actual\": 1}, \"id\": 5}");
	CU_ASSERT_EQUAL(balloonctl_monitor_get_actual_bytes(monitor, &actual), 0);
	CU_ASSERT_EQUAL(actual, 1073741824);
	assert_none(monitor);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_deadline_of_one_of_two(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int marks[2];

	peer_open(&peer, peer_balloon);
	monitor = connect_and_find(&peer);
	peer.is_mute = true;
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, &marks[0]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, 0), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, 1000), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, &marks[1]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), 4000);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, -1), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, -1), 0);
	assert_next(monitor, &marks[0], -ETIMEDOUT);
	assert_none(monitor);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), 1000);
	CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, -1), 0);
	assert_next(monitor, &marks[1], -ETIMEDOUT);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), -1);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_deadline_of_the_search(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int marks[2];

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	peer.is_mute = true;
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, &marks[0]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(monitor, &marks[1]), 0);
	for (int i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(balloonctl_monitor_wait(monitor, 100000), 0);
	assert_next(monitor, &marks[0], -ETIMEDOUT);
	assert_next(monitor, &marks[1], -ETIMEDOUT);
	assert_none(monitor);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(peer_message(monitor), ": no reply to qom-list after 5000 ms"));
	/* It looks again, and the late replies do no harm. */
	peer.is_mute = false;
	peer_say(&peer, "{\"return\": {}}{\"return\": [], \"id\": 1}{\"return\": [], \"id\": 2}");
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, &marks[0]), 0);
	peer_settle(monitor);
	assert_next(monitor, &marks[0], 0);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* A reply that is there is not late, however long the caller slept. */
static void test_reply_that_waited_for_the_caller(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int mark;

	peer_open(&peer, peer_balloon);
	monitor = connect_and_find(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, &mark), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	CU_ASSERT(peer_take_turn(&peer));
	edges_advance(3600 * 1000);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_timeout(monitor), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	assert_next(monitor, &mark, 0);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_failure_of_one_of_two_answers(void)
{
	static const struct answer answers[] = {
		{ "interval", "\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}" },
		{ "guest-stats", "\"return\": []" },
		{ "balloon", "\"return\": {\"actual\": 5}" },
		{ "capabilities", "\"return\": {}" },
		{ "query-name", "\"return\": {}" },
		{ "query-status", "\"return\": {\"status\": \"running\", \"running\": true}" },
		{ "query-memory", "\"return\": {\"base-memory\": 1}" },
		{ NULL, NULL },
	};
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int marks[2];

	peer_open(&peer, answers);
	monitor = peer_connect(&peer);
	balloonctl_monitor_set_device(monitor, "/machine/mine");
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, &marks[0]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, &marks[1]), 0);
	peer_settle(monitor);
	/* The first failure is the one that tells; the second answer is for nobody. */
	assert_next(monitor, &marks[0], -EREMOTEIO);
	assert_next(monitor, &marks[1], 0);
	assert_none(monitor);
	CU_ASSERT(balloonctl_monitor_is_connected(monitor));
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_loss(void)
{
	struct balloonctl_monitor *monitor;
	struct peer peer;
	int marks[3];

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, &marks[0]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, &marks[1]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(monitor, &marks[2]), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	peer_say(&peer, "{\"return\": {}}{\"return\": {\"actual\": 1}, \"id\": 1}");
	peer_hang_up(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_process(monitor), -ENOTCONN);
	assert_next(monitor, &marks[0], 0);
	assert_next(monitor, &marks[1], -ENOTCONN);
	assert_next(monitor, &marks[2], -ENOTCONN);
	assert_none(monitor);
	CU_ASSERT_FALSE(balloonctl_monitor_is_connected(monitor));
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

/* Getters that belong to another operation, or to a failed one, give nothing. */
static void test_getters_of_completions(void)
{
	static const struct {
		enum balloonctl_operation operation;
		bool stats, info;
		uint32_t interval, previous;
		int64_t actual;
	} rows[] = {
		{ BALLOONCTL_OPERATION_GET_STATS, true, false, 0, 0, 0 },
		{ BALLOONCTL_OPERATION_GET_POLLING_INTERVAL, false, false, 2, 0, 0 },
		{ BALLOONCTL_OPERATION_SET_POLLING_INTERVAL, false, false, 9, 2, 0 },
		{ BALLOONCTL_OPERATION_GET_ACTUAL_BYTES, false, false, 0, 0, 1073741824 },
		{ BALLOONCTL_OPERATION_SET_TARGET_BYTES, false, false, 0, 0, 0 },
		{ BALLOONCTL_OPERATION_GET_INFO, false, true, 0, 0, 0 },
	};
	struct balloonctl_monitor *monitor;
	struct balloonctl_completion *done;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = connect_and_find(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_polling_interval(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_set_polling_interval(monitor, 9, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_set_target_bytes(monitor, 1, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(monitor, NULL), 0);
	peer_settle(monitor);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		done = balloonctl_monitor_next_completion(monitor);
		CU_ASSERT_PTR_NOT_NULL_FATAL(done);
		CU_ASSERT_EQUAL(balloonctl_completion_get_operation(done), rows[i].operation);
		CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), 0);
		CU_ASSERT_EQUAL(balloonctl_error_get_code(balloonctl_completion_get_error(done)),
				0);
		CU_ASSERT_EQUAL(balloonctl_completion_get_stats(done) != NULL, rows[i].stats);
		CU_ASSERT_EQUAL(balloonctl_completion_get_info(done) != NULL, rows[i].info);
		CU_ASSERT_EQUAL(balloonctl_completion_get_polling_interval(done), rows[i].interval);
		CU_ASSERT_EQUAL(balloonctl_completion_get_previous_polling_interval(done),
				rows[i].previous);
		CU_ASSERT_EQUAL(balloonctl_completion_get_actual_bytes(done), rows[i].actual);
		balloonctl_completion_free(done);
	}
	balloonctl_completion_free(NULL);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_getters_of_a_failed_completion(void)
{
	static const struct answer answers[] = {
		{ "qom-set", "\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}" },
		{ "status", "\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}" },
		{ "interval", "\"return\": 2" },
		{ "guest-stats", "\"return\": {\"stats\": {}, \"last-update\": 0}" },
		{ "\"type\"", "\"return\": \"x\"" },
		{ "", "\"return\": {\"actual\": 5}" },
	};
	struct balloonctl_monitor *monitor;
	struct balloonctl_completion *done;
	struct peer peer;

	peer_open(&peer, answers);
	monitor = peer_connect(&peer);
	balloonctl_monitor_set_device(monitor, "/machine/mine");
	CU_ASSERT_EQUAL(balloonctl_monitor_start_set_polling_interval(monitor, 9, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(monitor, NULL), 0);
	peer_settle(monitor);
	for (int i = 0; i < 2; i++) {
		const struct balloonctl_error *error;

		done = balloonctl_monitor_next_completion(monitor);
		CU_ASSERT_PTR_NOT_NULL_FATAL(done);
		error = balloonctl_completion_get_error(done);
		CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), -EREMOTEIO);
		CU_ASSERT_EQUAL(balloonctl_error_get_code(error), -EREMOTEIO);
		CU_ASSERT_STRING_EQUAL(balloonctl_error_get_class(error), "GenericError");
		CU_ASSERT(string_starts_with(balloonctl_error_get_message(error), peer.address));
		CU_ASSERT_EQUAL(balloonctl_completion_get_polling_interval(done), 0);
		CU_ASSERT_EQUAL(balloonctl_completion_get_previous_polling_interval(done), 0);
		CU_ASSERT_PTR_NULL(balloonctl_completion_get_info(done));
		CU_ASSERT_PTR_NULL(balloonctl_completion_take_info(done));
		CU_ASSERT_PTR_NULL(balloonctl_completion_get_stats(done));
		CU_ASSERT_PTR_NULL(balloonctl_completion_take_stats(done));
		balloonctl_completion_free(done);
	}
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_taken_info_outlives_everything(void)
{
	struct balloonctl_monitor *monitor;
	struct balloonctl_completion *done;
	struct balloonctl_info *info;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_info(monitor, NULL), 0);
	peer_settle(monitor);
	done = balloonctl_monitor_next_completion(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	info = balloonctl_completion_take_info(done);
	CU_ASSERT_PTR_NOT_NULL_FATAL(info);
	CU_ASSERT_PTR_NULL(balloonctl_completion_get_info(done));
	balloonctl_monitor_free(monitor);
	balloonctl_completion_free(done);
	CU_ASSERT_STRING_EQUAL(balloonctl_info_get_name(info), "vm1");
	balloonctl_info_free(info);
	peer_close(&peer);
}

static CU_TestInfo tests[] = {
	{ "calls that need the balloon wait for one search", test_calls_wait_for_one_search },
	{ "calls go on as soon as the balloon is found", test_search_that_found_early },
	{ "calls share a round trip", test_calls_share_a_round_trip },
	{ "completions come in the order of completion", test_order_of_completion },
	{ "answers of one call may come in any order", test_answers_in_any_order },
	{ "a blocking call leaves the others alone", test_blocking_call_among_others },
	{ "16 calls may be pending", test_calls_are_bounded },
	{ "a QEMU that owes 128 replies is asked no more", test_too_many_replies_owed },
	{ "a call without a reply ends at its deadline", test_deadline },
	{ "a late reply is dropped and the connection goes on", test_late_reply },
	{ "each call has its own deadline", test_deadline_of_one_of_two },
	{ "a search without a reply ends all who wait for it", test_deadline_of_the_search },
	{ "a reply that waited for the caller is not late", test_reply_that_waited_for_the_caller },
	{ "a call fails with its first failure", test_failure_of_one_of_two_answers },
	{ "replies before the end of the connection count, the rest fails", test_loss },
	{ "each getter belongs to its operation", test_getters_of_completions },
	{ "a failed call has nothing to give", test_getters_of_a_failed_completion },
	{ "what was taken from a completion outlives everything",
	  test_taken_info_outlives_everything },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("dispatch", tests, argc, argv);
}
