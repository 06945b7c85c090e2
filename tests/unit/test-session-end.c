/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a peer can end a conversation by what it says, and that nothing comes out of it then. */
#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "qmp/session.h"
#include "suite.h"

#define GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": []}}"

static const char too_large[] = "sent a message that is too large or nested too deep";

static int take_all(struct session *session)
{
	struct message message;
	int r;

	while ((r = session_next(session, 0, &message)) == 1)
		message_done(&message);
	return r;
}

/* A session with a command under way, to which the peer has said this. */
static void open_session(struct session *session, const char *said)
{
	session_init(session, 1000);
	CU_ASSERT_EQUAL(session_execute(session, 0, "stop", NULL), 1);
	CU_ASSERT_EQUAL(session_receive(session, said, strlen(said)), 0);
	CU_ASSERT_EQUAL(take_all(session), 0);
}

/* It has ended for this reason, stays so, and is done. */
static void close_session(struct session *session, const char *reason)
{
	static const char reply[] = "{\"return\": {}, \"id\": 1}";
	const char *bytes;

	CU_ASSERT_EQUAL(session->state, SESSION_FAILED);
	CU_ASSERT_STRING_EQUAL(session->reason, reason);
	CU_ASSERT_EQUAL(session_receive(session, reply, strlen(reply)), 0);
	CU_ASSERT_EQUAL(take_all(session), -EPROTO);
	CU_ASSERT_STRING_EQUAL(session->reason, reason);
	CU_ASSERT_EQUAL(session_execute(session, 0, "stop", NULL), -ENOTCONN);
	CU_ASSERT_EQUAL(session_output(session, true, &bytes), 0);
	session_done(session);
}

static void assert_end(const char *before, const char *said, const char *reason)
{
	struct session session;

	open_session(&session, before);
	CU_ASSERT_EQUAL(session_receive(&session, said, strlen(said)), 0);
	CU_ASSERT_EQUAL(take_all(&session), -EPROTO);
	close_session(&session, reason);
}

static void test_no_qmp_server(void)
{
	static const char *const rows[] = {
		"HTTP/1.1 400 Bad Request\r\n",
		"QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ",
		"SSH-2.0-OpenSSH_9.2p1\r\n",
		"{}",
		"{\"QMP\": {}}",
		"{\"QMP\": {\"version\": 1,}}",
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_end("", rows[i], "is no QMP server");
}

static void test_spoke_before_the_greeting(void)
{
	static const char *const rows[] = {
		"{\"error\": {\"class\": \"GenericError\", \"desc\": \"busy\"}}" GREETING,
		"{\"return\": {}}" GREETING,
		"{\"return\": {}, \"id\": 1}",
		"{\"event\": \"STOP\"}",
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_end("", rows[i], "spoke before it greeted");
}

static void test_greeted_twice(void)
{
	assert_end(GREETING, GREETING, "greeted twice");
	assert_end(GREETING "{\"return\": {}}", GREETING, "greeted twice");
}

static void test_negotiation_refused(void)
{
	assert_end(GREETING, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}",
		   "refused the capabilities negotiation");
}

static void test_error_without_an_id(void)
{
	static const char reason[] = "could not parse what it was sent";
	static const char before[] = GREETING "{\"return\": {}}";

	assert_end(before, "{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON\"}}",
		   reason);
	assert_end(before, "{\"ID\": 1, \"error\": {\"class\": \"c\", \"desc\": \"d\"}}", reason);
}

static void test_no_message(void)
{
	static const char *const rows[] = {
		"{}",
		"[]",
		"{]",
		"{\"return\": 01}",
		"{\"return\": {}, \"id\": 1, \"id\": 1}",
		"QEMU 7.2.22 monitor",
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_end(GREETING "{\"return\": {}}", rows[i],
			   "sent something that is no QMP message");
}

static void test_depth(void)
{
	char text[10100] = "{\"return\": ";

	memset(text + strlen(text), '[', 10000);
	assert_end("", text, too_large);
	assert_end(GREETING, text, too_large);
}

static void test_many_values(void)
{
	struct buf text = { 0 };

	buf_append_string(&text, "{\"return\": [0");
	for (int i = 0; i < JSON_VALUES_MAX; i++)
		buf_append_string(&text, ",0");
	buf_append(&text, "]}", 3);
	assert_end(GREETING, text.data, too_large);
	buf_done(&text);
}

static void test_endless_message(void)
{
	static char chunk[64 << 10];
	struct session session;
	size_t received = 0;
	int r = 0;

	open_session(&session, GREETING "{\"return\": {}}{\"return\": \"");
	memset(chunk, 'x', sizeof(chunk));
	while (r == 0 && received < 100 << 20) {
		session_receive(&session, chunk, sizeof(chunk));
		received += sizeof(chunk);
		r = take_all(&session);
	}
	CU_ASSERT_EQUAL(r, -EPROTO);
	CU_ASSERT_EQUAL(received, JSON_BYTES_MAX);
	/* What comes after is not kept. */
	for (int i = 0; i < 1000; i++)
		session_receive(&session, chunk, sizeof(chunk));
	CU_ASSERT(session.in.len <= JSON_BYTES_MAX + 100);
	close_session(&session, too_large);
}

static CU_TestInfo tests[] = {
	{ "a peer that is no QMP server is refused", test_no_qmp_server },
	{ "a peer that speaks before it greets is refused", test_spoke_before_the_greeting },
	{ "a second greeting ends it", test_greeted_twice },
	{ "a refused negotiation ends it", test_negotiation_refused },
	{ "an error without an id ends it", test_error_without_an_id },
	{ "what is no message ends it", test_no_message },
	{ "a message of depth 10,000 ends it", test_depth },
	{ "a message of too many values ends it", test_many_values },
	{ "an endless message ends it at the bound", test_endless_message },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("session-end", tests, argc, argv);
}
