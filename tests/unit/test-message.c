/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One QMP message: what counts as which kind, what is refused, and how a command is written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "qmp/message.h"
#include "scarce.h"
#include "suite.h"

static struct message parse(const char *text)
{
	struct message message;

	CU_ASSERT_EQUAL_FATAL(message_parse(text, strlen(text), &message), 0);
	return message;
}

/* The code of a refused message; what was there is left alone. */
static int refusal(const char *text)
{
	struct message message = { .id = 77 };
	int r = message_parse(text, strlen(text), &message);

	CU_ASSERT(r < 0);
	CU_ASSERT_EQUAL(message.id, 77);
	CU_ASSERT_PTR_NULL(message.root);
	if (r == 0)
		message_done(&message);
	return r;
}

static void test_greeting(void)
{
	struct message message = parse("{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, "
				       "\"minor\": 2, \"major\": 7}, \"package\": \"Debian\"}, "
				       "\"capabilities\": [\"oob\"]}}");
	const char *package;

	CU_ASSERT_EQUAL(message.kind, MESSAGE_GREETING);
	CU_ASSERT_EQUAL(json_get_string(json_member(message.body, "package"), &package), 0);
	CU_ASSERT_STRING_EQUAL(package, "Debian");
	message_done(&message);
	CU_ASSERT_EQUAL(refusal("{\"QMP\": {\"capabilities\": []}}"), -EPROTO);
	CU_ASSERT_EQUAL(refusal("{\"QMP\": 1}"), -EPROTO);
}

static void test_return(void)
{
	static const struct {
		const char *text;
		enum json_type type;
	} rows[] = {
		{ "{\"return\": {}, \"id\": 3}", JSON_OBJECT },
		{ "{\"id\": 3, \"return\": [1]}", JSON_ARRAY },
		{ "{\"return\": 5, \"id\": 3}", JSON_INTEGER },
		{ "{\"return\": \"x\", \"id\": 3}", JSON_STRING },
		{ "{\"return\": null, \"id\": 3}", JSON_NULL },
		{ "{\"return\": false, \"later\": [], \"id\": 3}", JSON_BOOL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct message message = parse(rows[i].text);

		CU_ASSERT_EQUAL(message.kind, MESSAGE_RETURN);
		CU_ASSERT(message.has_id);
		CU_ASSERT_EQUAL(message.id, 3);
		CU_ASSERT_PTR_NOT_NULL_FATAL(message.body);
		CU_ASSERT_EQUAL(json_get_type(message.body), rows[i].type);
		CU_ASSERT_PTR_NULL(message.text);
		message_done(&message);
	}
}

static void test_ids(void)
{
	static const struct {
		const char *text;
		bool has_id;
	} rows[] = {
		{ "{\"return\": {}}", false },
		{ "{\"return\": {\"id\": 3}, \"ID\": 3}", false },
		/* QEMU gives back whatever it was given: another client's may be of any type. */
		{ "{\"return\": {}, \"id\": \"3\"}", true },
		{ "{\"return\": {}, \"id\": 3.0}", true },
		{ "{\"return\": {}, \"id\": 3e0}", true },
		{ "{\"return\": {}, \"id\": -3}", true },
		{ "{\"return\": {}, \"id\": null}", true },
		{ "{\"return\": {}, \"id\": {\"id\": 3}}", true },
		{ "{\"return\": {}, \"id\": 18446744073709551616}", true },
	};
	struct message message;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		message = parse(rows[i].text);
		CU_ASSERT_EQUAL(message.has_id, rows[i].has_id);
		CU_ASSERT_EQUAL(message.id, 0);
		message_done(&message);
	}
	message = parse("{\"return\": {}, \"id\": 18446744073709551615}");
	CU_ASSERT(message.has_id);
	CU_ASSERT_EQUAL(message.id, UINT64_MAX);
	message_done(&message);
}

static void test_error(void)
{
	struct message message = parse("{\"id\": 12, \"error\": {\"class\": \"DeviceNotFound\", "
				       "\"desc\": \"Device '\\u0000' not found\"}}");

	CU_ASSERT_EQUAL(message.kind, MESSAGE_ERROR);
	CU_ASSERT(message.has_id);
	CU_ASSERT_EQUAL(message.id, 12);
	CU_ASSERT_STRING_EQUAL(message.name, "DeviceNotFound");
	CU_ASSERT_STRING_EQUAL(message.description, "Device '\xef\xbf\xbd' not found");
	message_done(&message);
	CU_ASSERT_EQUAL(refusal("{\"error\": {\"class\": \"GenericError\"}}"), -EPROTO);
	CU_ASSERT_EQUAL(refusal("{\"error\": {\"desc\": \"no\"}}"), -EPROTO);
	CU_ASSERT_EQUAL(refusal("{\"error\": {\"class\": 1, \"desc\": \"no\"}}"), -EPROTO);
	CU_ASSERT_EQUAL(refusal("{\"error\": {\"class\": \"x\", \"desc\": [\"no\"]}}"), -EPROTO);
	CU_ASSERT_EQUAL(refusal("{\"error\": \"GenericError\"}"), -EPROTO);
}

static void test_event(void)
{
	static const char text[] = "{\n    \"timestamp\": {\n\t\"seconds\": 1790000000, "
				   "\"microseconds\": 999999},\r\n \"event\": \"BALLOON_CHANGE\", "
				   "\"data\": {\"actual\": 1073741824}}";
	struct message message = parse(text);
	int64_t actual;

	CU_ASSERT_EQUAL(message.kind, MESSAGE_EVENT);
	CU_ASSERT_STRING_EQUAL(message.name, "BALLOON_CHANGE");
	CU_ASSERT_EQUAL(message.timestamp_us, 1790000000999999);
	CU_ASSERT_EQUAL(json_get_i64(json_member(message.body, "actual"), &actual), 0);
	CU_ASSERT_EQUAL(actual, 1073741824);
	CU_ASSERT_STRING_EQUAL(message.text, text);
	message_done(&message);

	message = parse("{\"event\": \"STOP\", \"timestamp\": {\"seconds\": 0, "
			"\"microseconds\": 1}}");
	CU_ASSERT_PTR_NULL(message.body);
	CU_ASSERT_EQUAL(message.timestamp_us, 1);
	message_done(&message);
	CU_ASSERT_EQUAL(refusal("{\"event\": 5}"), -EPROTO);
}

static void test_event_text_is_one_frame(void)
{
	static const char stream[] = "{\"event\": \"STOP\"}{\"event\": \"RESUME\"}";
	struct message message;

	CU_ASSERT_EQUAL_FATAL(message_parse(stream, 17, &message), 0);
	CU_ASSERT_STRING_EQUAL(message.text, "{\"event\": \"STOP\"}");
	message_done(&message);
}

static void test_event_text_can_be_taken(void)
{
	struct message message = parse("{\"event\": \"STOP\"}");
	char *text = message.text;

	message.text = NULL;
	message_done(&message);
	CU_ASSERT_STRING_EQUAL(text, "{\"event\": \"STOP\"}");
	free(text);
}

static void test_timestamps_that_tell_nothing(void)
{
	static const char *const rows[] = {
		"{\"event\": \"E\"}",
		"{\"event\": \"E\", \"timestamp\": null}",
		"{\"event\": \"E\", \"timestamp\": {\"seconds\": -1, \"microseconds\": -1}}",
		"{\"event\": \"E\", \"timestamp\": {\"seconds\": 5, \"microseconds\": -1}}",
		"{\"event\": \"E\", \"timestamp\": {\"seconds\": -5, \"microseconds\": 1}}",
		"{\"event\": \"E\", \"timestamp\": {\"seconds\": 5}}",
		"{\"event\": \"E\", \"timestamp\": {\"seconds\": 5, \"microseconds\": 1000000}}",
		"{\"event\": \"E\", \"timestamp\": {\"seconds\": 5.0, \"microseconds\": 1}}",
		"{\"event\": \"E\", \"timestamp\": {\"seconds\": 9223372036854775807, "
		"\"microseconds\": 999999}}",
		"{\"event\": \"E\", \"timestamp\": {\"seconds\": 9223372036854, "
		"\"microseconds\": 999999}}",
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct message message = parse(rows[i]);

		CU_ASSERT_EQUAL(message.timestamp_us, -1);
		message_done(&message);
	}
}

static void test_no_message(void)
{
	CU_ASSERT_EQUAL(refusal("{}"), -EPROTO);
	CU_ASSERT_EQUAL(refusal("[]"), -EPROTO);
	CU_ASSERT_EQUAL(refusal("1"), -EPROTO);
	CU_ASSERT_EQUAL(refusal("{\"Return\": {}}"), -EPROTO);
	CU_ASSERT_EQUAL(refusal("{\"id\": 1}"), -EPROTO);
	CU_ASSERT_EQUAL(refusal("{\"return\": {}, \"return\": {}}"), -EBADMSG);
	CU_ASSERT_EQUAL(refusal("{\"return\": }"), -EBADMSG);
	CU_ASSERT_EQUAL(refusal(""), -EBADMSG);
}

static void test_depth(void)
{
	struct buf text = { 0 };
	struct message message;

	buf_append_string(&text, "{\"return\": ");
	for (int i = 0; i < 10000; i++)
		buf_append_string(&text, "[");
	for (int i = 0; i < 10000; i++)
		buf_append_string(&text, "]");
	buf_append_string(&text, "}");
	CU_ASSERT_EQUAL(message_parse(text.data, text.len, &message), -E2BIG);
	buf_done(&text);
}

static void assert_command(const char *command, const struct argument *arguments, uint64_t id,
			   const char *expected)
{
	struct buf out = { 0 };
	char *text;

	message_append_command(&out, command, arguments, id);
	text = buf_steal(&out);
	CU_ASSERT_STRING_EQUAL(text, expected);
	free(text);
}

static void test_commands(void)
{
	const struct argument none[] = { { NULL } };
	const struct argument path[] = { { "path", .string = "/machine/peripheral" }, { NULL } };
	const struct argument interval[] = {
		{ "path", .string = "/machine/peripheral/balloon0" },
		{ "property", .string = "guest-stats-polling-interval" },
		{ "value", .number = 4294967295 },
		{ NULL },
	};
	const struct argument hostile[] = { { "path", .string = "/a\"\\\n\xc3\xa9\xff" },
					    { NULL } };
	const struct argument largest[] = { { "value", .number = UINT64_MAX }, { NULL } };

	assert_command("qmp_capabilities", NULL, 0, "{\"execute\":\"qmp_capabilities\"}");
	assert_command("query-name", none, 1, "{\"execute\":\"query-name\",\"id\":1}");
	assert_command("qom-list", path, 99,
		       "{\"execute\":\"qom-list\",\"arguments\":{\"path\":"
		       "\"/machine/peripheral\"},\"id\":99}");
	assert_command("qom-set", interval, 2,
		       "{\"execute\":\"qom-set\",\"arguments\":{\"path\":"
		       "\"/machine/peripheral/balloon0\",\"property\":"
		       "\"guest-stats-polling-interval\",\"value\":4294967295},\"id\":2}");
	assert_command("qom-list", hostile, 0,
		       "{\"execute\":\"qom-list\",\"arguments\":{\"path\":"
		       "\"/a\\\"\\\\\\u000a\xc3\xa9\xef\xbf\xbd\"}}");
	assert_command("balloon", largest, 0,
		       "{\"execute\":\"balloon\",\"arguments\":{\"value\":"
		       "18446744073709551615}}");
}

static void test_scarce_memory(void)
{
	static const char text[] = "{\"event\": \"STOP\", \"data\": {\"a\": [1, \"b\"]}}";
	struct message message;
	long needed;

	scarce_allow(-1);
	message = parse(text);
	needed = scarce_count();
	message_done(&message);
	CU_ASSERT(needed > 2);
	for (long n = 0; n < needed; n++) {
		scarce_allow(n);
		CU_ASSERT_EQUAL(message_parse(text, strlen(text), &message), -ENOMEM);
	}
	scarce_allow(-1);
}

static CU_TestInfo tests[] = {
	{ "a greeting has a version", test_greeting },
	{ "a return has a value of any type", test_return },
	{ "an id is an integer of 64 bits and nothing else", test_ids },
	{ "an error has a class and words", test_error },
	{ "an event has a name, a time and its text as it came", test_event },
	{ "the text of an event ends where its frame ends", test_event_text_is_one_frame },
	{ "the text of an event can be taken", test_event_text_can_be_taken },
	{ "a timestamp that can't be true is unknown", test_timestamps_that_tell_nothing },
	{ "what is no message is refused", test_no_message },
	{ "a message of depth 10,000 is refused", test_depth },
	{ "a command takes no byte too many", test_commands },
	{ "a message survives scarce memory", test_scarce_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("message", tests, argc, argv);
}
