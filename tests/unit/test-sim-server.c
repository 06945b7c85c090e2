/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One conversation after the other: greeting, negotiation, events and replies in their order, the
 * polling interval, the end. The words are in the recordings that test-sim-vectors replays.
 */
#include "sim/qmp/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "scarce.h"
#include "suite.h"

#define NEGOTIATE "{'execute':'qmp_capabilities'}"
#define GREETING                                                                           \
	"{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 3, \"minor\": 1, \"major\": 11}, " \
	"\"package\": \"Debian 1:11.1.3+ds-1\"}, \"capabilities\": [\"oob\"]}}\r\n"
#define EMPTY "{\"return\": {}}\r\n"

static struct sim_board board;
static struct sim_server *server;

static void begin(bool is_paused, const char *name)
{
	const struct sim_board_options options = {
		.profile = sim_profile_find("11.1"),
		.id = "b0",
		.name = name,
		.bus = SIM_BUS_MMIO,
		.ram_bytes = 1 << 20,
		.window_base = 0xfeb00e00,
		.is_paused = is_paused,
		.is_stepped = true,
		.balloon = { .page_poison = true },
	};

	CU_ASSERT_EQUAL_FATAL(sim_board_init(&board, &options), 0);
	server = sim_server_new(&board);
	CU_ASSERT_PTR_NOT_NULL_FATAL(server);
}

static void end(void)
{
	sim_server_free(server);
	sim_board_done(&board);
}

/* All that waits to be sent must be this. */
static void assert_output(const char *expected)
{
	struct buf *out = sim_server_get_output(server);

	CU_ASSERT_EQUAL(out->len, strlen(expected));
	if (out->len == strlen(expected))
		CU_ASSERT_EQUAL(memcmp(out->data, expected, out->len), 0);
	if (out->len != strlen(expected) || memcmp(out->data, expected, out->len) != 0)
		fprintf(stderr, "got %.*s\n", (int)out->len, out->data);
	buf_consume(out, out->len);
}

static void say(const char *text, const char *expected)
{
	CU_ASSERT_EQUAL(sim_server_receive(server, text, strlen(text)), 0);
	assert_output(expected);
}

static void connect_client(void)
{
	sim_server_connect(server);
	assert_output(GREETING);
}

static void test_negotiation(void)
{
	begin(true, "a \"vm\"");
	connect_client();
	say("{'execute':'query-name','id':1}",
	    "{\"id\": 1, \"error\": {\"class\": \"CommandNotFound\", \"desc\": "
	    "\"Expecting capabilities negotiation with 'qmp_capabilities'\"}}\r\n");
	say(NEGOTIATE, EMPTY);
	say("{'execute':'query-name','id':1}", "{\"return\": {\"name\": \"a \\\"vm\\\"\"}, "
					       "\"id\": 1}\r\n");
	/* The next client begins anew. */
	say("{'execute':", "");
	sim_server_disconnect(server);
	connect_client();
	say("{}", "{\"error\": {\"class\": \"GenericError\", \"desc\": "
		  "\"QMP input lacks member 'execute'\"}}\r\n");
	say("{'execute':'stop'}", "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": "
				  "\"Expecting capabilities negotiation with "
				  "'qmp_capabilities'\"}}\r\n");
	end();
}

#define STAMP(us) "{\"timestamp\": {\"seconds\": 1, \"microseconds\": " #us "}, \"event\": "

static void test_events(void)
{
	begin(false, NULL);
	board.clock.wall_ns = 1000042000;
	/* Without a client, and before negotiation, events are lost. */
	sim_board_stop(&board);
	sim_server_deliver(server);
	connect_client();
	sim_board_cont(&board);
	sim_server_deliver(server);
	say(NEGOTIATE, EMPTY);
	say("{'execute':'stop'}{'execute':'stop','id':{}}",
	    STAMP(42) "\"STOP\"}\r\n" EMPTY "{\"return\": {}, \"id\": {}}\r\n");
	say("{'execute':'cont'}", STAMP(42) "\"RESUME\"}\r\n" EMPTY);
	say("{'execute':'system_reset'}",
	    STAMP(42) "\"RESET\", \"data\": {\"guest\": false, \"reason\": "
		      "\"host-qmp-system-reset\"}}\r\n" EMPTY);
	sim_board_system_reset(&board, true);
	sim_board_write_register(&board, 0x104, 4, 1);
	sim_server_deliver(server);
	assert_output(STAMP(42) "\"RESET\", \"data\": {\"guest\": true, \"reason\": "
				"\"guest-reset\"}}\r\n" STAMP(42) "\"BALLOON_CHANGE\", \"data\": "
								  "{\"actual\": 1044480}}\r\n");
	/* An event that waits goes out before the reply to what comes next, errors included. */
	sim_board_stop(&board);
	say("{'execute':'nope'}", STAMP(42) "\"STOP\"}\r\n{\"error\": {\"class\": "
					    "\"CommandNotFound\", \"desc\": \"The command nope "
					    "has not been found\"}}\r\n");
	end();
}

static void test_interval(void)
{
	static const char set[] = "{'execute':'qom-set','arguments':{'path':'b0','property':"
				  "'guest-stats-polling-interval','value':%s}}";
	static const struct {
		const char *value;
		const char *error; /* NULL: accepted */
		uint32_t after;
	} rows[] = {
		{ "5", NULL, 5 },
		{ "4294967295", NULL, UINT32_MAX },
		{ "-1", "timer value must be greater than zero", UINT32_MAX },
		{ "4294967296", "timer value is too big", UINT32_MAX },
		{ "9223372036854775808",
		  "Invalid parameter type for 'guest-stats-polling-interval', expected: integer",
		  UINT32_MAX },
		{ "1.0",
		  "Invalid parameter type for 'guest-stats-polling-interval', expected: integer",
		  UINT32_MAX },
		{ "0", NULL, 0 },
	};

	begin(true, NULL);
	connect_client();
	say(NEGOTIATE, EMPTY);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[256], expected[256] = EMPTY;

		snprintf(text, sizeof(text), set, rows[i].value);
		if (rows[i].error != NULL)
			snprintf(expected, sizeof(expected),
				 "{\"error\": {\"class\": \"GenericError\", \"desc\": \"%s\"}}\r\n",
				 rows[i].error);
		say(text, expected);
		CU_ASSERT_EQUAL(board.balloon.interval_s, rows[i].after);
	}
	end();
}

static void test_target(void)
{
	begin(true, NULL);
	connect_client();
	say(NEGOTIATE "{'execute':'balloon','arguments':{'value':4097}}"
		      "{'execute':'query-balloon'}",
	    EMPTY EMPTY "{\"return\": {\"actual\": 1048576}}\r\n");
	CU_ASSERT_EQUAL(board.balloon.num_pages, 254);
	end();
}

static void test_quit(void)
{
	begin(true, NULL);
	connect_client();
	say(NEGOTIATE, EMPTY);
	say("{'execute':'quit','id':'x'}{'execute':'query-name'}",
	    "{\"timestamp\": {\"seconds\": 0, \"microseconds\": 0}, \"event\": \"SHUTDOWN\", "
	    "\"data\": {\"guest\": false, \"reason\": \"host-qmp-quit\"}}\r\n"
	    "{\"return\": {}, \"id\": \"x\"}\r\n");
	CU_ASSERT(board.has_ended);
	end();
}

/* A large reply is not kept room for. */
static void test_idle(void)
{
	static const char text[] = "{'execute':'qom-list-get','arguments':{'paths':"
				   "['b0','b0','b0','b0','b0','b0']}}";
	struct buf *out;

	begin(true, NULL);
	out = sim_server_get_output(server);
	connect_client();
	say(NEGOTIATE, EMPTY);
	CU_ASSERT_EQUAL(sim_server_receive(server, text, sizeof(text) - 1), 0);
	CU_ASSERT(out->len > 8000);
	buf_consume(out, out->len);
	say("{'execute':'query-name'}", "{\"return\": {}}\r\n");
	CU_ASSERT(out->capacity <= 2048);
	end();
}

/* Ask for the properties at so many paths. */
static void list(const char *path, unsigned int n)
{
	struct buf text = { 0 };

	buf_append_string(&text, "{'execute':'qom-list-get','arguments':{'paths':['/'");
	for (unsigned int i = 0; i < n; i++) {
		buf_append_string(&text, ",'");
		buf_append_string(&text, path);
		buf_append_string(&text, "'");
	}
	buf_append_string(&text, "]}}");
	CU_ASSERT_EQUAL(sim_server_receive(server, text.data, text.len), 0);
	buf_done(&text);
}

/* Whoever asks for too much gets an error, and is served on. */
static void test_large_lists(void)
{
	static const char too_large[] = "{\"error\": {\"class\": \"GenericError\", \"desc\": "
					"\"The simulator lists 16777216 bytes of properties in one "
					"reply\"}}\r\n",
			  too_far[] = "{\"error\": {\"class\": \"GenericError\", \"desc\": "
				      "\"The simulator walks 262144 steps of paths for one "
				      "command\"}}\r\n";
	struct buf circle = { 0 }, *out;

	begin(true, NULL);
	out = sim_server_get_output(server);
	connect_client();
	say(NEGOTIATE, EMPTY);
	list("/machine/peripheral/b0", 2000);
	CU_ASSERT(out->len > 2 << 20 && out->len < 16 << 20);
	buf_consume(out, out->len);
	list("/machine/peripheral/b0", 100000);
	assert_output(too_large);
	/* Little to show, and far to go. */
	list("virtio-mmio-bus.7", 100000);
	assert_output(too_far);
	buf_append_string(&circle, "/machine/peripheral/b0");
	for (unsigned int i = 0; i < 2000; i++)
		buf_append_string(&circle, "/parent_bus/child[0]");
	buf_append(&circle, "", 1);
	list(circle.data, 10);
	CU_ASSERT(out->len > 10000);
	buf_consume(out, out->len);
	list(circle.data, 100);
	assert_output(too_far);
	say("{'execute':'query-name'}", EMPTY);
	buf_done(&circle);
	end();
}

static void test_no_memory(void)
{
	static const char text[] = NEGOTIATE
		"{'execute':'qom-list','arguments':{'path':'virtio-mmio-bus.7'},'id':{'a':[1]}}"
		"{'execute':'qom-get','arguments':{'path':'nowhere','property':'x'}}"
		"{'execute':'qom-list-get','arguments':{'paths':['/','b0']}}[1,]";
	long n;
	int r = -ENOMEM;

	for (n = 0; n < 500 && r < 0; n++) {
		begin(true, NULL);
		sim_server_connect(server);
		buf_done(sim_server_get_output(server));
		scarce_fail_one(n);
		r = sim_server_receive(server, text, sizeof(text) - 1);
		scarce_allow(-1);
		CU_ASSERT(r == 0 || r == -ENOMEM);
		end();
	}
	CU_ASSERT(n > 10 && n < 500);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "each client negotiates for itself", test_negotiation },
		{ "events come before the reply", test_events },
		{ "the polling interval is checked", test_interval },
		{ "a target is rounded to the balloon's pages", test_target },
		{ "nothing is heard after quit", test_quit },
		{ "an idle server is small", test_idle },
		{ "a list has a bound", test_large_lists },
		{ "memory may run out anywhere", test_no_memory },
		CU_TEST_INFO_NULL,
	};

	return suite_run("sim-server", tests, argc, argv);
}
