/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The QMP conversation: B129 to B145. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "scenario.h"

#define RETURN           "{\"return\": {}}"
#define NO_COMMAND(name) "The command " name " has not been found"

/* A line of a wire as an observation. */
#define observe_line(rig, wire)                                        \
	do {                                                           \
		char *got = rig_wire_line(rig, wire, 5000);            \
                                                                       \
		observe_text(rig, "line", got != NULL ? got : "none"); \
		free(got);                                             \
	} while (0)

static void send_text(struct rig *rig, struct rig_wire *wire, const char *text)
{
	rig_wire_send(rig, wire, text, strlen(text));
}

/* A second conversation in place of the first, before its negotiation. */
static void begin(struct rig *rig)
{
	rig_wire_close(&rig->qmp);
	rig_wire_open(rig, &rig->qmp);
	observe_line(rig, &rig->qmp);
}

static void b129_a_conversation_begins_with_a_greeting(struct rig *rig)
{
	begin(rig);
	observe_qmp(rig, "{'execute':'qmp_capabilities'}");
}

static void b134_before_the_negotiation_no_command_is_known(struct rig *rig)
{
	begin(rig);
	expect_error(rig, "{'execute':'query-status'}", "CommandNotFound",
		     "Expecting capabilities negotiation with 'qmp_capabilities'");
	expect_error(rig, "{'execute':'nope'}", "CommandNotFound",
		     "Expecting capabilities negotiation with 'qmp_capabilities'");
	observe_qmp(rig, "{'execute':'query-status','id':7}");
	observe_qmp(rig, "{'execute':5}");
	observe_qmp(rig, "5 ");
	expect_qmp(rig, "{'execute':'qmp_capabilities'}", RETURN);
}

static void b135_capabilities_may_be_enabled(struct rig *rig)
{
	begin(rig);
	observe_qmp(rig, "{'execute':'qmp_capabilities','arguments':{'enable':['foo']}}");
	observe_qmp(rig, "{'execute':'qmp_capabilities','arguments':{'enable':5}}");
	observe_qmp(rig, "{'execute':'qmp_capabilities','arguments':{'enable':[5]}}");
	observe_qmp(rig, "{'execute':'qmp_capabilities','arguments':{'x':[]}}");
	expect_qmp(rig, "{'execute':'qmp_capabilities','arguments':{'enable':['oob','oob']}}",
		   RETURN);
	observe_qmp(rig, "{'exec-oob':'qom-get','id':1}");
	observe_qmp(rig, "{'exec-oob':'query-status','id':1}");
	observe_qmp(rig, "{'exec-oob':'nope','id':1}");
	observe_qmp(rig, "{'execute':'query-status','id':2}");
}

static void b135_a_second_negotiation_is_refused(struct rig *rig)
{
	expect_error(rig, "{'execute':'qmp_capabilities'}", "CommandNotFound",
		     "Capabilities negotiation is already complete, command ignored");
}

static void b136_without_oob_there_is_no_exec_oob(struct rig *rig)
{
	observe_qmp(rig, "{'exec-oob':'query-status'}");
	observe_qmp(rig, "{'exec-oob':'query-status','execute':'query-status'}");
}

static void b131_one_client_at_a_time(struct rig *rig)
{
	struct rig_wire second;
	char *line;

	rig_wire_open(rig, &second);
	observe_qmp(rig, "{'execute':'query-status'}");
	line = rig_wire_line(rig, &second, 100);
	expect(rig, "greeted while the first is there", line != NULL, 0);
	free(line);
	rig_wire_close(&rig->qmp);
	observe_line(rig, &second);
	rig->qmp = second;
	expect_qmp(rig, "{'execute':'qmp_capabilities'}", RETURN);
}

static void b131_the_interval_outlives_the_connection(struct rig *rig)
{
	kit_set_interval(rig, 77);
	rig_reconnect(rig);
	expect_qmp(rig,
		   "{'execute':'qom-get','arguments':{'path':'/machine/peripheral/b0',"
		   "'property':'guest-stats-polling-interval'}}",
		   "{\"return\": 77}");
}

/* At once, by a client that QEMU looks at only when all of them are there. */
static void send_intervals(struct rig *rig)
{
	rig_freeze(rig, true);
	for (int i = 1; i <= 8; i++) {
		char text[256];

		sprintf(text,
			"{\"execute\":\"qom-set\",\"arguments\":{\"path\":\"/machine/peripheral/b0\","
			"\"property\":\"guest-stats-polling-interval\",\"value\":%d}}",
			i);
		send_text(rig, &rig->qmp, text);
	}
}

/* 7.2 carries out none of them, 10.0 and 11.1 none or one. */
static void b131_what_was_not_read_goes_with_the_client(struct rig *rig)
{
	int value = -1;

	send_intervals(rig);
	rig_wire_close(&rig->qmp);
	rig_freeze(rig, false);
	rig_begin(rig);
	rig_qmp(rig, "{'execute':'qom-get','arguments':{'path':'/machine/peripheral/b0',"
		     "'property':'guest-stats-polling-interval'}}");
	sscanf(rig->reply, "{\"return\": %d", &value);
	expect(rig, "one was carried out, or none", value == 0 || value == 1, 1);
	kit_set_interval(rig, 0);
}

static void b131_who_only_stops_to_send_is_answered(struct rig *rig)
{
	send_intervals(rig);
	shutdown(rig->qmp.fd, SHUT_WR);
	rig_freeze(rig, false);
	for (int i = 1; i <= 8; i++)
		observe_line(rig, &rig->qmp);
	rig_reconnect(rig);
	expect_qmp(rig,
		   "{'execute':'qom-get','arguments':{'path':'/machine/peripheral/b0',"
		   "'property':'guest-stats-polling-interval'}}",
		   "{\"return\": 8}");
}

static void b130_a_command_runs_at_its_closing_brace(struct rig *rig)
{
	send_text(rig, &rig->qmp, "{\"execute\":\"query-name\"}");
	observe_line(rig, &rig->qmp);
	send_text(rig, &rig->qmp, "{\"exec");
	send_text(rig, &rig->qmp, "ute\"\n\r\t :\"query");
	send_text(rig, &rig->qmp, "-name\"   }  {\"execute\":\"query-name\",\"id\":2}");
	observe_line(rig, &rig->qmp);
	observe_line(rig, &rig->qmp);
}

static void b130_apostrophes_quote_too(struct rig *rig)
{
	send_text(rig, &rig->qmp, "{'execute':'query-name','id':'a\"b\\'c'}");
	observe_line(rig, &rig->qmp);
}

static void b132_ids_come_behind_a_return_and_before_an_error(struct rig *rig)
{
	expect_qmp(rig, "{'execute':'query-name','id':'x'}", "{\"return\": {}, \"id\": \"x\"}");
	expect_qmp(rig, "{'execute':'nope','id':'x'}",
		   "{\"id\": \"x\", \"error\": {\"class\": \"CommandNotFound\", \"desc\": "
		   "\"The command nope has not been found\"}}");
}

static void b137_ids_are_echoed_in_their_normal_form(struct rig *rig)
{
	const char *const ids[] = {
		"0",
		"-0",
		"1e3",
		"1.5",
		"1e100",
		"0.1",
		"123456789.123456789",
		"-1.0",
		"18446744073709551615",
		"18446744073709551616",
		"-9223372036854775808",
		"-9223372036854775809",
		"null",
		"true",
		"[]",
		"{}",
		"[1, [2, {'a': 'b'}]]",
		"{'z': 1, 'a': 2, 'm': 3}",
		"'\\u00e9 \\n \\u0001 \\\" \\\\ \\/ \\b\\f\\r\\t'",
		"'\\ud83d\\ude00'",
		"''",
		"'\xc3\xa9'",
		"'\xf0\x9f\x98\x80'",
		"'a\xff'",
	};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		observe_text(rig, ids[i],
			     rig_qmpf(rig, "{'execute':'query-name','id':%s}", ids[i]));
}

static void b138_commands_that_are_none(struct rig *rig)
{
	expect_error(rig, "{'execute':'nope'}", "CommandNotFound", NO_COMMAND("nope"));
	expect_error(rig, "{'execute':''}", "CommandNotFound", NO_COMMAND(""));
	expect_error(rig, "{'execute':'Query-Name'}", "CommandNotFound", NO_COMMAND("Query-Name"));
	expect_error(rig, "{'execute':'query-name '}", "CommandNotFound",
		     NO_COMMAND("query-name "));
	expect_error(rig, "[]", "GenericError", "QMP input must be a JSON object");
	expect_error(rig, "5 ", "GenericError", "QMP input must be a JSON object");
	expect_error(rig, "'x'", "GenericError", "QMP input must be a JSON object");
	expect_error(rig, "null ", "GenericError", "QMP input must be a JSON object");
	expect_error(rig, "{}", "GenericError", "QMP input lacks member 'execute'");
	expect_error(rig, "{'execute':5}", "GenericError",
		     "QMP input member 'execute' must be a string");
}

static void b138_members_that_are_wrong(struct rig *rig)
{
	observe_qmp(rig, "{'execute':'query-name','arguments':null}");
	observe_qmp(rig, "{'execute':'query-name','arguments':[]}");
	observe_qmp(rig, "{'execute':'query-name','foo':1}");
	observe_qmp(rig, "{'foo':1}");
	observe_qmp(rig, "{'foo':1,'bar':2,'execute':'query-name'}");
	observe_qmp(rig, "{'execute':'nope','foo':1}");
	observe_qmp(rig, "{'execute':'query-name','arguments':{}}");
	observe_qmp(rig, "{'execute':'query-name','arguments':{'x':1}}");
	observe_qmp(rig, "{'execute':'query-status','arguments':{'x':1,'a':2}}");
	observe_qmp(rig, "{'execute':5,'foo':1}");
	observe_qmp(rig, "{'arguments':5,'execute':5}");
}

static void b138_arguments_are_checked_in_their_order(struct rig *rig)
{
	expect_error(rig, "{'execute':'qom-get'}", "GenericError", "Parameter 'path' is missing");
	expect_error(rig, "{'execute':'qom-get','arguments':{'x':1}}", "GenericError",
		     "Parameter 'path' is missing");
	expect_error(rig, "{'execute':'qom-get','arguments':{'path':'/'}}", "GenericError",
		     "Parameter 'property' is missing");
	expect_error(rig, "{'execute':'qom-set','arguments':{'path':'/','property':'x'}}",
		     "GenericError", "Parameter 'value' is missing");
	expect_error(rig, "{'execute':'qom-get','arguments':{'path':5,'property':'x'}}",
		     "GenericError", "Invalid parameter type for 'path', expected: string");
	expect_error(rig, "{'execute':'qom-get','arguments':{'path':'/','property':null}}",
		     "GenericError", "Invalid parameter type for 'property', expected: string");
	expect_error(rig, "{'execute':'qom-get','arguments':{'path':'/','property':'a','x':1}}",
		     "GenericError", "Parameter 'x' is unexpected");
	observe_qmp(rig, "{'execute':'qom-set','arguments':{'path':'/','property':'type',"
			 "'value':1,'b':1,'a':2}}");
	observe_qmp(rig, "{'execute':'qom-list','arguments':{'path':5}}");
	observe_qmp(rig, "{'execute':'qom-list'}");
	observe_qmp(rig, "{'execute':'qom-list-types','arguments':{'implements':5}}");
	observe_qmp(rig, "{'execute':'qom-list-types','arguments':{'abstract':5}}");
}

static void b139_query_version_is_the_greetings(struct rig *rig)
{
	observe_qmp(rig, "{'execute':'query-version'}");
	observe_qmp(rig, "{'execute':'query-name'}");
	expect_error(rig, "{'execute':'query-events'}", "CommandNotFound",
		     NO_COMMAND("query-events"));
}

static void b139_query_commands_names_those_of_a_balloon_client(struct rig *rig)
{
	static const char *const names[] = {
		"\"qom-get\"",
		"\"qom-set\"",
		"\"qom-list\"",
		"\"qom-list-types\"",
		"\"query-balloon\"",
		"\"balloon\"",
		"\"stop\"",
		"\"cont\"",
		"\"query-status\"",
		"\"quit\"",
		"\"query-version\"",
		"\"query-name\"",
		"\"qmp_capabilities\"",
		"\"query-commands\"",
		"\"system_reset\"",
		"\"device-list-properties\"",
		"\"qom-list-properties\"",
	};
	char *reply = strdup(rig_qmp(rig, "{'execute':'query-commands'}"));

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		expect(rig, names[i], strstr(reply, names[i]) != NULL, 1);
	expect(rig, "qom-list-get", strstr(reply, "\"qom-list-get\"") != NULL,
	       rig->version == RIG_11_1);
	free(reply);
}

static void b140_query_status_of_a_running_machine(struct rig *rig)
{
	expect_qmp(rig, "{'execute':'query-status'}",
		   rig->version == RIG_7_2
			   ? "{\"return\": {\"status\": \"running\", \"singlestep\": false, "
			     "\"running\": true}}"
			   : "{\"return\": {\"status\": \"running\", \"running\": true}}");
}

static void b140_a_machine_that_never_ran_is_in_prelaunch(struct rig *rig)
{
	observe_qmp(rig, "{'execute':'query-status'}");
	expect_qmp(rig, "{'execute':'stop'}", RETURN);
	observe_events(rig);
	observe_qmp(rig, "{'execute':'query-status'}");
	expect_qmp(rig, "{'execute':'cont'}", RETURN);
	observe_events(rig);
	observe_qmp(rig, "{'execute':'query-status'}");
	expect_qmp(rig, "{'execute':'stop'}", RETURN);
	observe_events(rig);
	observe_qmp(rig, "{'execute':'query-status'}");
}

static void b141_stop_and_cont_tell_events_once(struct rig *rig)
{
	expect_qmp(rig, "{'execute':'stop'}", RETURN);
	expect_events(rig, "{\"event\": \"STOP\"}");
	expect_qmp(rig, "{'execute':'stop'}", RETURN);
	expect_events(rig, "");
	expect_qmp(rig, "{'execute':'cont'}", RETURN);
	expect_events(rig, "{\"event\": \"RESUME\"}");
	expect_qmp(rig, "{'execute':'cont'}", RETURN);
	expect_events(rig, "");
}

static void b141_an_event_comes_before_its_reply(struct rig *rig)
{
	send_text(rig, &rig->qmp, "{\"execute\":\"stop\"}{\"execute\":\"cont\"}");
	for (int i = 0; i < 4; i++)
		observe_line(rig, &rig->qmp);
}

static void b145_thirty_commands_are_answered_in_their_order(struct rig *rig)
{
	char text[30 * 64];
	int n = 0;

	for (int i = 0; i < 30; i++)
		n += sprintf(text + n, "{\"execute\":\"query-name\",\"id\":%d}", i);
	rig_wire_send(rig, &rig->qmp, text, n);
	for (int i = 0; i < 30; i++)
		observe_line(rig, &rig->qmp);
}

static void b143_qom_list_get_came_late(struct rig *rig)
{
	observe(rig, "is there",
		strstr(rig_qmp(rig, "{'execute':'qom-list-get','arguments':{'paths':[]}}"),
		       "\"return\"") != NULL);
	observe_qmp(rig, "{'execute':'qom-list-get','arguments':{'paths':['/nope']}}");
	observe_qmp(rig,
		    "{'execute':'qom-list-get','arguments':{'paths':['/machine/peripheral']}}");
	observe_qmp(rig, "{'execute':'qom-list-get','arguments':{'paths':[5]}}");
	observe_qmp(rig, "{'execute':'qom-list-get','arguments':{'paths':5}}");
	observe_qmp(rig, "{'execute':'qom-list-get'}");
}

static void b141_quit_says_goodbye(struct rig *rig)
{
	struct rig_wire *wire = &rig->qmp;

	send_text(rig, wire, "{\"execute\":\"quit\",\"id\":1}");
	observe_line(rig, wire);
	observe_line(rig, wire);
	observe_line(rig, wire);
}

const struct scenario scenarios_qmp[] = {
	{ SCENARIO(b129_a_conversation_begins_with_a_greeting) },
	{ SCENARIO(b130_a_command_runs_at_its_closing_brace) },
	{ SCENARIO(b130_apostrophes_quote_too) },
	{ SCENARIO(b131_one_client_at_a_time) },
	{ SCENARIO(b131_the_interval_outlives_the_connection) },
	{ SCENARIO(b131_what_was_not_read_goes_with_the_client) },
	{ SCENARIO(b131_who_only_stops_to_send_is_answered) },
	{ SCENARIO(b132_ids_come_behind_a_return_and_before_an_error) },
	{ SCENARIO(b134_before_the_negotiation_no_command_is_known) },
	{ SCENARIO(b135_a_second_negotiation_is_refused) },
	{ SCENARIO(b135_capabilities_may_be_enabled) },
	{ SCENARIO(b136_without_oob_there_is_no_exec_oob) },
	{ SCENARIO(b137_ids_are_echoed_in_their_normal_form) },
	{ SCENARIO(b138_arguments_are_checked_in_their_order) },
	{ SCENARIO(b138_commands_that_are_none) },
	{ SCENARIO(b138_members_that_are_wrong) },
	{ SCENARIO(b139_query_commands_names_those_of_a_balloon_client) },
	{ SCENARIO(b139_query_version_is_the_greetings) },
	{ SCENARIO(b140_a_machine_that_never_ran_is_in_prelaunch),
	  .options = { .is_paused = true } },
	{ SCENARIO(b140_query_status_of_a_running_machine) },
	{ SCENARIO(b141_an_event_comes_before_its_reply) },
	{ SCENARIO(b141_quit_says_goodbye), .ends_machine = true },
	{ SCENARIO(b141_stop_and_cont_tell_events_once) },
	{ SCENARIO(b143_qom_list_get_came_late) },
	{ SCENARIO(b145_thirty_commands_are_answered_in_their_order) },
	SCENARIO_END,
};
