/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands of the caller's choice: what goes over the wire, what comes back, what is refused. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "balloonctl.h"
#include "base/util.h"
#include "edges.h"
#include "peer.h"
#include "scarce.h"
#include "suite.h"

static void test_no_arguments(void)
{
	struct balloonctl_monitor *monitor;
	char *json = NULL;
	struct peer peer;

	peer_open(&peer, peer_instead("query-x", "\"return\": {\"a\" : [1, 2.50, null]}"));
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_execute(monitor, "query-x", NULL, &json), 0);
	CU_ASSERT_STRING_EQUAL(json, "{\"a\":[1,2.50,null]}");
	CU_ASSERT_STRING_EQUAL(peer_take_heard(&peer), "{\"execute\":\"qmp_capabilities\"}"
						       "{\"execute\":\"query-x\",\"id\":1}");
	CU_ASSERT_EQUAL(peer.turns, 1);
	free(json);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_arguments(void)
{
	static const char arguments[] =
		" { \"value\" : 18446744073709551615 ,\n\"real\": 1.50, \"s\": \"\\u0022\","
		" \"deep\": {\"list\": [true, null]} } ";
	struct balloonctl_monitor *monitor;
	char *json = NULL;
	struct peer peer;

	peer_open(&peer, peer_instead("do-x", "\"return\": 18446744073709551615"));
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_execute(monitor, "do-x", arguments, &json), 0);
	CU_ASSERT_STRING_EQUAL(json, "18446744073709551615");
	CU_ASSERT_STRING_EQUAL(peer_take_heard(&peer),
			       "{\"execute\":\"qmp_capabilities\"}"
			       "{\"execute\":\"do-x\",\"arguments\":{\"value\":"
			       "18446744073709551615,\"real\":1.50,\"s\":\"\\\"\","
			       "\"deep\":{\"list\":[true,null]}},\"id\":1}");
	free(json);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_execute(monitor, "do-x", "{}", &json), 0);
	CU_ASSERT_STRING_EQUAL(peer_take_heard(&peer), "{\"execute\":\"do-x\",\"id\":2}");
	free(json);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_bad_arguments(void)
{
	static const struct {
		const char *arguments, *rest;
	} rows[] = {
		{ "", "x: the arguments are no JSON" },
		{ "{", "x: the arguments are no JSON" },
		{ "{} {}", "x: the arguments are no JSON" },
		{ "{\"a\": 1, \"a\": 1}", "x: the arguments are no JSON" },
		{ "[]", "x: the arguments are no JSON object, such as {\"path\": \"/machine\"}" },
		{ "1", "x: the arguments are no JSON object, such as {\"path\": \"/machine\"}" },
	};
	static const char *const names[] = { "", " ", "query status", "x\n", "\x7f", "\xc3\xa9" };
	struct balloonctl_monitor *monitor;
	char *json = NULL, name[300];
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CU_ASSERT_EQUAL(balloonctl_monitor_execute(monitor, "x", rows[i].arguments, &json),
				-EINVAL);
		peer_assert_sentence(&peer, monitor, rows[i].rest);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		CU_ASSERT_EQUAL(balloonctl_monitor_start_execute(monitor, names[i], NULL, NULL),
				-EINVAL);
	memset(name, 'x', sizeof(name));
	name[256] = '\0';
	CU_ASSERT_EQUAL(balloonctl_monitor_start_execute(monitor, name, NULL, NULL), -EINVAL);
	CU_ASSERT_PTR_NULL(json);
	peer_settle(monitor);
	CU_ASSERT_STRING_EQUAL(peer_take_heard(&peer), "{\"execute\":\"qmp_capabilities\"}");
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_refused(void)
{
	struct balloonctl_monitor *monitor;
	char *json = NULL;
	struct peer peer;

	peer_open(&peer, peer_balloon);
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_execute(monitor, "no-such", NULL, &json), -EREMOTEIO);
	CU_ASSERT_PTR_NULL(json);
	CU_ASSERT_STRING_EQUAL(balloonctl_error_get_class(balloonctl_monitor_get_error(monitor)),
			       "CommandNotFound");
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_silence(void)
{
	struct balloonctl_monitor *monitor;
	char *json = NULL;
	struct peer peer;

	peer_open(&peer, peer_instead("query-x", NULL));
	monitor = peer_connect(&peer);
	CU_ASSERT_EQUAL(balloonctl_monitor_execute(monitor, "query-x", NULL, &json), -ETIMEDOUT);
	CU_ASSERT_EQUAL(edges.waited_ms, 5000);
	CU_ASSERT_PTR_NOT_NULL(strstr(peer_message(monitor), "query-x"));
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_completion(void)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();
	struct balloonctl_completion *done;
	struct peer peer;
	int mine;

	peer_open(&peer, peer_instead("query-x", "\"return\": [ ]"));
	CU_ASSERT_EQUAL(balloonctl_monitor_start_execute(monitor, "query-x", NULL, &mine),
			-ENOTCONN);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_connect(monitor, peer.address), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_execute(monitor, "query-x", "{\"n\":1}", &mine),
			0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(monitor, NULL), 0);
	peer_say(&peer, PEER_GREETING);
	peer_settle(monitor);
	done = balloonctl_monitor_next_completion(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_EQUAL(balloonctl_completion_get_operation(done), BALLOONCTL_OPERATION_EXECUTE);
	CU_ASSERT_PTR_EQUAL(balloonctl_completion_get_user_data(done), &mine);
	CU_ASSERT_STRING_EQUAL(balloonctl_completion_get_json(done), "[]");
	balloonctl_completion_free(done);
	done = balloonctl_monitor_next_completion(monitor);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_PTR_NULL(balloonctl_completion_get_json(done));
	balloonctl_completion_free(done);
	balloonctl_monitor_free(monitor);
	peer_close(&peer);
}

static void test_short_memory(void)
{
	int r = -ENOMEM;

	for (long n = 0; n < 100 && r == -ENOMEM; n++) {
		struct balloonctl_monitor *monitor;
		char *json = NULL;
		struct peer peer;

		peer_open(&peer, peer_instead("query-x", "\"return\": {\"a\": 1}"));
		monitor = peer_connect(&peer);
		scarce_fail_one(n);
		r = balloonctl_monitor_start_execute(monitor, "query-x", "{\"n\":1}", NULL);
		scarce_allow(-1);
		/* The question may also fail when it is put, and then completes. */
		if (r == 0) {
			struct balloonctl_completion *done;

			peer_settle(monitor);
			done = balloonctl_monitor_next_completion(monitor);
			r = balloonctl_completion_get_result(done);
			balloonctl_completion_free(done);
		}
		CU_ASSERT(r == 0 || r == -ENOMEM);
		if (r < 0)
			CU_ASSERT_PTR_NULL(strstr(peer_take_heard(&peer), "query-x"));
		CU_ASSERT_EQUAL(balloonctl_monitor_execute(monitor, "query-x", NULL, &json), 0);
		free(json);
		balloonctl_monitor_free(monitor);
		peer_close(&peer);
	}
	CU_ASSERT_EQUAL(r, 0);
}

static CU_TestInfo tests[] = {
	{ "a command without arguments", test_no_arguments },
	{ "arguments keep every digit, and so does what comes back", test_arguments },
	{ "what is no command or no object is never sent", test_bad_arguments },
	{ "what QEMU refuses comes back with its class", test_refused },
	{ "an answer that does not come is an error at its deadline", test_silence },
	{ "started, it completes among the others", test_completion },
	{ "short memory fails the call and nothing else", test_short_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("execute", tests, argc, argv);
}
