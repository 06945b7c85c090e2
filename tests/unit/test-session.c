/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One conversation: its states, ids and deadlines, however the bytes arrive. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "qmp/session.h"
#include "scarce.h"
#include "suite.h"

#define GREETING    "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n"
#define NEGOTIATED  "{\"return\": {}}\r\n"
#define NEGOTIATION "{\"execute\":\"qmp_capabilities\"}"
#define REPLY_MS    1000

static void receive(struct session *session, const char *text)
{
	CU_ASSERT_EQUAL(session_receive(session, text, strlen(text)), 0);
}

/* All messages that are there, one word each: "greeting", "return 1", "error 2", "event STOP";
 * behind them how it ended if it did not end well. */
static void append_messages(struct session *session, int64_t now, struct buf *words)
{
	struct message message;
	char word[64];
	int r;

	while ((r = session_next(session, now, &message)) == 1) {
		switch (message.kind) {
		case MESSAGE_GREETING:
			snprintf(word, sizeof(word), "greeting; ");
			break;
		case MESSAGE_RETURN:
			snprintf(word, sizeof(word), "return %" PRIu64 "; ", message.id);
			break;
		case MESSAGE_ERROR:
			snprintf(word, sizeof(word), "error %" PRIu64 "; ", message.id);
			break;
		case MESSAGE_EVENT:
			snprintf(word, sizeof(word), "event %.40s; ", message.name);
			break;
		}
		buf_append_string(words, word);
		message_done(&message);
	}
	if (r < 0)
		buf_append_string(words, r == -EPROTO ? "EPROTO" : "another error");
}

static void assert_messages(struct session *session, int64_t now, const char *expected)
{
	struct buf words = { 0 };
	char *text;

	append_messages(session, now, &words);
	text = buf_steal(&words);
	CU_ASSERT_STRING_EQUAL(text, expected);
	if (!string_equal(text, expected))
		fprintf(stderr, "expected '%s'\n   found '%s'\n", expected, text);
	free(text);
}

static void assert_output(struct session *session, bool with_negotiation, const char *expected)
{
	const char *bytes = NULL;
	size_t len = session_output(session, with_negotiation, &bytes);

	CU_ASSERT_EQUAL(len, strlen(expected));
	CU_ASSERT(len != strlen(expected) || len == 0 || memcmp(bytes, expected, len) == 0);
}

static void send_all(struct session *session)
{
	const char *bytes;

	session_sent(session, session_output(session, true, &bytes));
}

/* Greeted, and the negotiation is sent. */
static void start(struct session *session, int64_t now)
{
	session_init(session, REPLY_MS);
	receive(session, GREETING);
	assert_messages(session, now, "greeting; ");
	send_all(session);
	receive(session, NEGOTIATED);
	assert_messages(session, now, "");
}

static void reply(struct session *session, int id)
{
	char text[64];

	snprintf(text, sizeof(text), "{\"return\": {}, \"id\": %d}", id);
	receive(session, text);
}

/* The reply to this id comes and is handed over. */
static void assert_answer(struct session *session, int id)
{
	char expected[32];

	snprintf(expected, sizeof(expected), "return %d; ", id);
	reply(session, id);
	assert_messages(session, 0, expected);
}

static void test_nothing_goes_out_before_the_greeting(void)
{
	struct session session;

	session_init(&session, REPLY_MS);
	CU_ASSERT_EQUAL(session_execute(&session, 0, "query-name", NULL), 1);
	assert_output(&session, true, "");
	receive(&session, "{\"QMP\": {\"version\": {}, \"capabilities\": []}");
	assert_messages(&session, 0, "");
	assert_output(&session, true, "");
	receive(&session, "}");
	assert_messages(&session, 0, "greeting; ");
	assert_output(&session, true, NEGOTIATION "{\"execute\":\"query-name\",\"id\":1}");
	session_done(&session);
}

static void test_negotiation_waits_for_company(void)
{
	struct session session;

	session_init(&session, REPLY_MS);
	receive(&session, GREETING);
	assert_messages(&session, 0, "greeting; ");
	assert_output(&session, false, "");
	assert_output(&session, true, NEGOTIATION);
	CU_ASSERT_EQUAL(session_execute(&session, 0, "query-name", NULL), 1);
	assert_output(&session, false, NEGOTIATION "{\"execute\":\"query-name\",\"id\":1}");
	session_done(&session);
}

static void test_negotiation_sent_in_part(void)
{
	struct session session;

	session_init(&session, REPLY_MS);
	receive(&session, GREETING);
	assert_messages(&session, 0, "greeting; ");
	session_sent(&session, 1);
	assert_output(&session, false, &NEGOTIATION[1]);
	session_sent(&session, strlen(NEGOTIATION) - 1);
	assert_output(&session, false, "");
	CU_ASSERT_EQUAL(session_execute(&session, 0, "stop", NULL), 1);
	assert_output(&session, false, "{\"execute\":\"stop\",\"id\":1}");
	session_done(&session);
}

/* Held back is the negotiation, not whatever is as long as it. */
static void test_command_as_long_as_the_negotiation(void)
{
	static const char text[] = "{\"execute\":\"xxxxxxxxx\",\"id\":1}";
	struct session session;

	start(&session, 0);
	CU_ASSERT_EQUAL(strlen(text), strlen(NEGOTIATION));
	CU_ASSERT_EQUAL(session_execute(&session, 0, "xxxxxxxxx", NULL), 1);
	assert_output(&session, false, text);
	session_done(&session);
}

static void test_short_requests(void)
{
	const struct argument arguments[] = { { "path", .string = "/machine/peripheral" },
					      { NULL } };
	struct session session;

	start(&session, 0);
	session_execute(&session, 0, "query-name", NULL);
	session_execute(&session, 0, "qom-list", arguments);
	assert_output(&session, true,
		      "{\"execute\":\"query-name\",\"id\":1}"
		      "{\"execute\":\"qom-list\",\"arguments\":{\"path\":\"/machine/peripheral\"},"
		      "\"id\":2}");
	session_done(&session);
}

/* What QEMU might say to six commands, in the ways it may say it. */
static const char conversation[] =
	"{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "
	"\"package\": \"Debian 1:7.2+dfsg-7+deb12u18\"}, \"capabilities\": [\"oob\"]}}\r\n"
	"{\"timestamp\": {\"seconds\": 1790000000, \"microseconds\": 7}, \"event\": \"RESUME\"}\r\n"
	/* What the connection's client before us was owed. */
	"{\"id\": \"old\", \"return\": {}}\r\n"
	"{\"id\": \"old\", \"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}\r\n"
	"{\"return\": {}}\r\n"
	"{\"return\": {\"name\": \"a \\\"}{\\\\\"}, \"id\": 1}\r\n"
	"{\n    \"return\": [\n        {\n            \"name\": \"b\xc3\xa9\"\n        }\n    ],\n"
	"    \"id\": 2\n}\n"
	"{\"id\": 4, \"return\": 4294967295}\r\n"
	"{\"id\": 98, \"return\": \"of nobody\"}\r\n"
	"{\"id\": \"x\", \"return\": \"of nobody\"}\r\n"
	"{\"id\": \"x\", \"error\": {\"class\": \"GenericError\", \"desc\": \"of nobody\"}}\r\n"
	"{\"timestamp\": {\"seconds\": -1, \"microseconds\": -1}, \"event\": \"BALLOON_CHANGE\", "
	"\"data\": {\"actual\": 1}}\r\n"
	"{\"id\": 3, \"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"Device '}' not "
	"found\"}}"
	"{\"return\":{\"stats\":{\"stat-swap-in\":18446744073709551615},\"last-update\":0},\"id\":5}"
	" \t\r\n{\"return\": {}, \"id\": 6}\r\n"
	"{\"event\": \"SHUTDOWN\"}\r\n";

static const char conversation_words[] =
	"greeting; event RESUME; return 1; return 2; return 4; event BALLOON_CHANGE; error 3; "
	"return 5; return 6; event SHUTDOWN; ";

static void ask_six(struct session *session)
{
	session_init(session, REPLY_MS);
	for (int id = 1; id <= 6; id++)
		CU_ASSERT_EQUAL(session_execute(session, 0, "query-name", NULL), id);
}

static void test_several_in_one_read(void)
{
	struct session session;

	ask_six(&session);
	receive(&session, conversation);
	assert_messages(&session, 0, conversation_words);
	CU_ASSERT_EQUAL(session.n_pending, 0);
	CU_ASSERT_EQUAL(session.in.len, 0);
	session_done(&session);
}

static void test_byte_by_byte(void)
{
	struct session session;
	struct buf words = { 0 };
	char *text;

	ask_six(&session);
	for (size_t i = 0; i < strlen(conversation); i++) {
		CU_ASSERT_EQUAL(session_receive(&session, conversation + i, 1), 0);
		append_messages(&session, 0, &words);
	}
	text = buf_steal(&words);
	CU_ASSERT_STRING_EQUAL(text, conversation_words);
	free(text);
	session_done(&session);
}

static void test_split_at_every_byte(void)
{
	size_t len = strlen(conversation);

	for (size_t split = 0; split <= len; split++) {
		struct session session;
		struct buf words = { 0 };
		char *text;

		ask_six(&session);
		session_receive(&session, conversation, split);
		append_messages(&session, 0, &words);
		session_receive(&session, conversation + split, len - split);
		append_messages(&session, 0, &words);
		text = buf_steal(&words);
		CU_ASSERT(string_equal(text, conversation_words));
		free(text);
		session_done(&session);
	}
}

static void test_ids_go_round(void)
{
	struct session session;

	start(&session, 0);
	for (int i = 0; i < 3 * SESSION_ID_MAX; i++) {
		CU_ASSERT_EQUAL(session_execute(&session, 0, "stop", NULL), i % SESSION_ID_MAX + 1);
		send_all(&session);
		reply(&session, i % SESSION_ID_MAX + 1);
		CU_ASSERT_EQUAL(session.in.error, 0);
		{
			char expected[32];

			snprintf(expected, sizeof(expected), "return %d; ", i % SESSION_ID_MAX + 1);
			assert_messages(&session, 0, expected);
		}
	}
	session_done(&session);
}

static void test_pending_id_is_not_used_again(void)
{
	struct session session;

	start(&session, 0);
	CU_ASSERT_EQUAL(session_execute(&session, 0, "stop", NULL), 1);
	for (int id = 2; id <= SESSION_ID_MAX; id++) {
		CU_ASSERT_EQUAL(session_execute(&session, 0, "stop", NULL), id);
		assert_answer(&session, id);
	}
	CU_ASSERT_EQUAL(session_execute(&session, 0, "stop", NULL), 2);
	session_done(&session);
}

static void test_replies_of_nobody_are_dropped(void)
{
	struct session session;

	start(&session, 0);
	CU_ASSERT_EQUAL(session_execute(&session, 0, "stop", NULL), 1);
	reply(&session, 2);
	receive(&session, "{\"return\": {}, \"id\": 18446744073709551615}");
	receive(&session, "{\"return\": {}, \"id\": 4294967297}");
	receive(&session, "{\"return\": {}, \"id\": 0}");
	receive(&session, "{\"return\": {}}{\"return\": {}, \"id\": \"1\"}");
	receive(&session, "{\"error\": {\"class\": \"c\", \"desc\": \"d\"}, \"id\": 50}");
	assert_messages(&session, 0, "");
	reply(&session, 1);
	reply(&session, 1);
	assert_messages(&session, 0, "return 1; ");
	session_done(&session);
}

static void test_deadline_of_each_command(void)
{
	struct session session;

	start(&session, 100);
	CU_ASSERT_EQUAL(session_get_deadline(&session), INT64_MAX);
	CU_ASSERT_EQUAL(session_execute(&session, 100, "stop", NULL), 1);
	CU_ASSERT_EQUAL(session_execute(&session, 200, "cont", NULL), 2);
	CU_ASSERT_EQUAL(session_get_deadline(&session), 1100);
	CU_ASSERT_EQUAL(session_expire(&session, 1099), 0);
	CU_ASSERT_EQUAL(session_expire(&session, 1100), 1);
	CU_ASSERT_EQUAL(session_expire(&session, 1100), 0);
	CU_ASSERT_EQUAL(session_get_deadline(&session), 1200);
	reply(&session, 2);
	assert_messages(&session, 1150, "return 2; ");
	CU_ASSERT_EQUAL(session_get_deadline(&session), INT64_MAX);
	CU_ASSERT_EQUAL(session_expire(&session, INT64_MAX - 1), 0);
	session_done(&session);
}

static void test_several_expire_at_once(void)
{
	struct session session;

	start(&session, 0);
	for (int i = 1; i <= 3; i++)
		CU_ASSERT_EQUAL(session_execute(&session, i, "stop", NULL), i);
	for (int i = 1; i <= 3; i++)
		CU_ASSERT_EQUAL(session_expire(&session, 5000), i);
	CU_ASSERT_EQUAL(session_expire(&session, 5000), 0);
	session_done(&session);
}

static void test_deadlines_begin_with_the_greeting(void)
{
	struct session session;

	session_init(&session, REPLY_MS);
	CU_ASSERT_EQUAL(session_execute(&session, 0, "stop", NULL), 1);
	CU_ASSERT_EQUAL(session_get_deadline(&session), INT64_MAX);
	CU_ASSERT_EQUAL(session_expire(&session, 1000000), 0);
	receive(&session, GREETING);
	assert_messages(&session, 4000, "greeting; ");
	CU_ASSERT_EQUAL(session_get_deadline(&session), 4000 + REPLY_MS);
	CU_ASSERT_EQUAL(session_expire(&session, 4000 + REPLY_MS), 1);
	session_done(&session);
}

static void test_late_reply_is_dropped(void)
{
	struct session session;

	start(&session, 0);
	CU_ASSERT_EQUAL(session_execute(&session, 0, "stop", NULL), 1);
	CU_ASSERT_EQUAL(session_execute(&session, 1, "cont", NULL), 2);
	CU_ASSERT_EQUAL(session_expire(&session, REPLY_MS), 1);
	reply(&session, 1);
	reply(&session, 2);
	assert_messages(&session, REPLY_MS, "return 2; ");
	CU_ASSERT_EQUAL(session.n_pending, 0);
	session_done(&session);
}

static void test_abandoned_id_is_not_used_again(void)
{
	struct session session;

	start(&session, 0);
	CU_ASSERT_EQUAL(session_execute(&session, 0, "stop", NULL), 1);
	CU_ASSERT_EQUAL(session_expire(&session, REPLY_MS), 1);
	session.last_id = SESSION_ID_MAX;
	CU_ASSERT_EQUAL(session_execute(&session, REPLY_MS, "stop", NULL), 2);
	reply(&session, 1);
	assert_messages(&session, REPLY_MS, "");
	session.last_id = SESSION_ID_MAX;
	CU_ASSERT_EQUAL(session_execute(&session, REPLY_MS, "stop", NULL), 1);
	session_done(&session);
}

static void test_pending_is_bounded(void)
{
	struct session session;

	start(&session, 0);
	for (int i = 1; i <= SESSION_PENDING_MAX; i++)
		CU_ASSERT_EQUAL(session_execute(&session, 0, "stop", NULL), i);
	CU_ASSERT_EQUAL(session_execute(&session, 0, "stop", NULL), -EAGAIN);
	/* Those that nobody waits for any more count: the peer still owes them. */
	for (int i = 1; i <= SESSION_PENDING_MAX; i++)
		CU_ASSERT_EQUAL(session_expire(&session, REPLY_MS), i);
	CU_ASSERT_EQUAL(session_execute(&session, REPLY_MS, "stop", NULL), -EAGAIN);
	reply(&session, 40);
	assert_messages(&session, REPLY_MS, "");
	CU_ASSERT_EQUAL(session_execute(&session, REPLY_MS, "stop", NULL), SESSION_PENDING_MAX + 1);
	CU_ASSERT_EQUAL(session_execute(&session, REPLY_MS, "stop", NULL), -EAGAIN);
	session_done(&session);
}

/* Everything that takes memory: 1 if it went well, 0 if it failed as it should. */
static int converse(struct session *session)
{
	static const char text[] = GREETING NEGOTIATED "{\"return\": {}, \"id\": 1}"
						       "{\"event\": \"STOP\"}";
	struct message message;
	int r, messages = 0;

	if (session_init(session, REPLY_MS) < 0)
		return 0;
	r = session_execute(session, 0, "query-name", NULL);
	if (r < 0) {
		CU_ASSERT_EQUAL(r, -ENOMEM);
		return 0;
	}
	r = session_receive(session, text, strlen(text));
	while (r == 0 && (r = session_next(session, 0, &message)) == 1) {
		messages++;
		message_done(&message);
		r = 0;
		if (messages == 3)
			return 1;
	}
	CU_ASSERT_EQUAL(r, -ENOMEM);
	CU_ASSERT_STRING_EQUAL(session->reason, "sent more than there is memory for");
	return 0;
}

static void test_scarce_memory(void)
{
	struct session session;
	long n = 0;
	int done = 0;

	for (; done == 0 && n < 1000; n++) {
		scarce_allow(n);
		done = converse(&session);
		scarce_allow(-1);
		session_done(&session);
	}
	CU_ASSERT_EQUAL(done, 1);
	CU_ASSERT(n > 5);
}

static void test_command_without_memory(void)
{
	static char name[4096];
	struct session session;

	start(&session, 0);
	CU_ASSERT_EQUAL(session_execute(&session, 0, "stop", NULL), 1);
	memset(name, 'x', sizeof(name) - 1);
	scarce_allow(0);
	CU_ASSERT_EQUAL(session_execute(&session, 0, name, NULL), -ENOMEM);
	scarce_allow(-1);
	assert_output(&session, true, "{\"execute\":\"stop\",\"id\":1}");
	CU_ASSERT_EQUAL(session.n_pending, 1);
	CU_ASSERT(session_execute(&session, 0, "cont", NULL) > 0);
	session_done(&session);
}

static CU_TestInfo tests[] = {
	{ "nothing is sent before the greeting", test_nothing_goes_out_before_the_greeting },
	{ "the negotiation waits for a command", test_negotiation_waits_for_company },
	{ "a negotiation sent in part is finished", test_negotiation_sent_in_part },
	{ "a command is not held back, however long", test_command_as_long_as_the_negotiation },
	{ "requests take no byte too many", test_short_requests },
	{ "several messages in one read come out one by one", test_several_in_one_read },
	{ "single bytes give the same messages", test_byte_by_byte },
	{ "a split at any byte gives the same messages", test_split_at_every_byte },
	{ "ids go round", test_ids_go_round },
	{ "a pending id is not used again", test_pending_id_is_not_used_again },
	{ "replies that belong to nobody are dropped", test_replies_of_nobody_are_dropped },
	{ "each command has its own deadline", test_deadline_of_each_command },
	{ "several commands expire at once, each one once", test_several_expire_at_once },
	{ "deadlines begin with the greeting", test_deadlines_begin_with_the_greeting },
	{ "a late reply is dropped and the next one is not", test_late_reply_is_dropped },
	{ "an abandoned id is not used again before its reply",
	  test_abandoned_id_is_not_used_again },
	{ "128 commands may be pending", test_pending_is_bounded },
	{ "scarce memory ends it in an orderly way", test_scarce_memory },
	{ "a command without memory is not sent in part", test_command_without_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("session", tests, argc, argv);
}
