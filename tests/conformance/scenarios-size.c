/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The balloon's size in QMP and the events of it: B85 to B91. */
#include <stdlib.h>

#include "scenario.h"

#define QUERY      "{'execute':'query-balloon'}"
#define BALLOON(n) "{'execute':'balloon','arguments':{'value':" #n "}}"
#define RETURN     "{\"return\": {}}"
#define CHANGE(n)  "{\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": " #n "}}"
#define BAD_TYPE   "Invalid parameter type for 'value', expected: integer"
#define NOT_A_SIZE(rig)                                                  \
	((rig)->version == RIG_7_2 ? "Parameter 'target' expects a size" \
				   : "Parameter 'value' expects a size")

static void b85_query_balloon_is_ram_without_the_balloon(struct rig *rig)
{
	expect_qmp(rig, QUERY, "{\"return\": {\"actual\": 67108864}}");
	rig_set(rig, R_ACTUAL, 1);
	expect_qmp(rig, QUERY, "{\"return\": {\"actual\": 67104768}}");
}

static void b85_a_balloon_beyond_ram_is_a_negative_size(struct rig *rig)
{
	rig_set(rig, R_ACTUAL, 0xffffffff);
	expect_qmp(rig, QUERY, "{\"return\": {\"actual\": -17592118931456}}");
}

static void b85_another_ram_size(struct rig *rig)
{
	expect_qmp(rig, QUERY, "{\"return\": {\"actual\": 134217728}}");
	rig_qmp(rig, BALLOON(100000000));
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), (134217728 - 100000000) / 4096);
}

static void b86_without_a_balloon_there_is_nothing_to_ask(struct rig *rig)
{
	expect_error(rig, QUERY, "DeviceNotActive", "No balloon device has been activated");
	expect_error(rig, BALLOON(0), "DeviceNotActive", "No balloon device has been activated");
	expect_error(rig, BALLOON(5), "DeviceNotActive", "No balloon device has been activated");
	expect_error(rig, BALLOON("x"), "GenericError", BAD_TYPE);
}

static void b87_zero_and_less_is_no_size(struct rig *rig)
{
	expect_error(rig, BALLOON(0), "GenericError", NOT_A_SIZE(rig));
	expect_error(rig, BALLOON(-1), "GenericError", NOT_A_SIZE(rig));
	expect_error(rig, BALLOON(-9223372036854775808), "GenericError", NOT_A_SIZE(rig));
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 0);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 0);
}

static void b87_a_size_is_an_integer(struct rig *rig)
{
	expect_error(rig, BALLOON(1.0), "GenericError", BAD_TYPE);
	expect_error(rig, BALLOON(1e6), "GenericError", BAD_TYPE);
	expect_error(rig, BALLOON('1'), "GenericError", BAD_TYPE);
	expect_error(rig, BALLOON(null), "GenericError", BAD_TYPE);
	expect_error(rig, BALLOON(true), "GenericError", BAD_TYPE);
	expect_error(rig, BALLOON([]), "GenericError", BAD_TYPE);
	expect_error(rig, BALLOON(9223372036854775808), "GenericError", BAD_TYPE);
	expect_error(rig, "{'execute':'balloon'}", "GenericError", "Parameter 'value' is missing");
	expect_error(rig, "{'execute':'balloon','arguments':{'value':1,'x':1}}", "GenericError",
		     "Parameter 'x' is unexpected");
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 0);
}

static void b88_the_ballooned_pages_are_rounded_down(struct rig *rig)
{
	expect_qmp(rig, BALLOON(1), RETURN);
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 16383);
	expect_qmp(rig, BALLOON(67108863), RETURN);
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 0);
	expect_qmp(rig, BALLOON(67104768), RETURN);
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 1);
	expect_qmp(rig, BALLOON(67104767), RETURN);
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 1);
}

static void b88_more_than_ram_is_all_of_ram(struct rig *rig)
{
	rig_qmp(rig, BALLOON(33554432));
	expect_qmp(rig, BALLOON(9223372036854775807), RETURN);
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 0);
}

static void b89_each_balloon_command_interrupts_a_running_driver(struct rig *rig)
{
	kit_start(rig);
	rig_qmp(rig, BALLOON(33554432));
	expect(rig, "isr", rig_get(rig, R_ISR), 3);
	expect(rig, "line", kit_has_interrupt(rig), 1);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 1);
	kit_take_isr(rig);
	rig_qmp(rig, BALLOON(33554432));
	expect(rig, "isr, unchanged target", rig_get(rig, R_ISR), 3);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 2);
	rig_qmp(rig, BALLOON(0));
	expect(rig, "generation, refused", rig_get(rig, R_GENERATION), 2);
}

static void b89_without_driver_ok_num_pages_changes_silently(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	rig_qmp(rig, BALLOON(33554432));
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 0);
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 8192);
	kit_ok(rig);
	expect(rig, "isr after DRIVER_OK", rig_get(rig, R_ISR), 0);
}

static void b89_it_works_while_stopped(struct rig *rig)
{
	kit_start(rig);
	rig_qmp(rig, "{'execute':'stop'}");
	rig_qmp(rig, BALLOON(33554432));
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 8192);
	rig_qmp(rig, "{'execute':'cont'}");
	rig_settle(rig);
	expect(rig, "isr", rig_get(rig, R_ISR), 3);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 1);
}

static void b90_an_event_tells_each_change_of_actual(struct rig *rig)
{
	rig_set(rig, R_ACTUAL, 4096);
	expect_events(rig, CHANGE(50331648));
	rig_pass(rig, 1300);
	rig_set(rig, R_ACTUAL, 4096);
	expect_events(rig, "");
	rig_qmp(rig, BALLOON(33554432));
	expect_events(rig, "");
	rig_set(rig, R_ACTUAL, 0);
	expect_events(rig, CHANGE(67108864));
}

static void b91_inside_a_second_the_last_event_is_kept(struct rig *rig)
{
	rig_set(rig, R_ACTUAL, 1);
	expect_events(rig, CHANGE(67104768));
	rig_pass(rig, 300);
	rig_set(rig, R_ACTUAL, 2);
	rig_set(rig, R_ACTUAL, 3);
	expect_events(rig, "");
	rig_pass(rig, 500);
	expect_events(rig, "");
	rig_pass(rig, 500);
	expect_events(rig, CHANGE(67096576));
}

static void b91_a_kept_event_opens_the_next_window(struct rig *rig)
{
	rig_set(rig, R_ACTUAL, 1);
	rig_set(rig, R_ACTUAL, 2);
	expect_events(rig, CHANGE(67104768));
	rig_pass(rig, 1300);
	expect_events(rig, CHANGE(67100672));
	rig_set(rig, R_ACTUAL, 3);
	expect_events(rig, "");
	rig_pass(rig, 400);
	expect_events(rig, "");
	rig_pass(rig, 600);
	expect_events(rig, CHANGE(67096576));
}

static void b91_a_window_without_event_closes(struct rig *rig)
{
	rig_set(rig, R_ACTUAL, 1);
	expect_events(rig, CHANGE(67104768));
	rig_pass(rig, 1300);
	rig_set(rig, R_ACTUAL, 2);
	expect_events(rig, CHANGE(67100672));
}

static void b91_a_value_that_comes_back_is_sent_again(struct rig *rig)
{
	rig_set(rig, R_ACTUAL, 1);
	rig_set(rig, R_ACTUAL, 2);
	rig_set(rig, R_ACTUAL, 1);
	expect_events(rig, CHANGE(67104768));
	rig_pass(rig, 1300);
	expect_events(rig, CHANGE(67104768));
}

static void s20_bytes_written_one_by_one_are_events_each(struct rig *rig)
{
	rig_write(rig, R_ACTUAL, 1, 1);
	rig_write(rig, R_ACTUAL + 1, 1, 1);
	expect_events(rig, CHANGE(67104768));
	rig_pass(rig, 1300);
	expect_events(rig, CHANGE(66056192));
}

static void s20_an_unaligned_write_is_several(struct rig *rig)
{
	rig_write(rig, R_ACTUAL + 1, 2, 0x0101);
	expect_events(rig, CHANGE(66060288));
	rig_pass(rig, 1300);
	expect_events(rig, CHANGE(-202375168));
}

static void s22_events_before_the_negotiation_are_lost_but_open_the_window(struct rig *rig)
{
	struct rig_wire wire;
	char *line;

	rig_wire_close(&rig->qmp);
	rig_wire_open(rig, &wire);
	line = rig_wire_line(rig, &wire, 5000);
	observe(rig, "greeted", line != NULL);
	free(line);
	rig_set(rig, R_ACTUAL, 1);
	rig->qmp = wire;
	rig_qmp(rig, "{'execute':'qmp_capabilities'}");
	expect_events(rig, "");
	rig_set(rig, R_ACTUAL, 2);
	expect_events(rig, "");
	rig_pass(rig, 1300);
	expect_events(rig, CHANGE(67100672));
}

static void s17_events_come_while_stopped(struct rig *rig)
{
	rig_qmp(rig, "{'execute':'stop'}");
	observe_events(rig);
	rig_set(rig, R_ACTUAL, 1);
	expect_events(rig, CHANGE(67104768));
	rig_qmp(rig, BALLOON(33554432));
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 8192);
}

const struct scenario scenarios_size[] = {
	{ SCENARIO(b85_query_balloon_is_ram_without_the_balloon) },
	{ SCENARIO(b85_a_balloon_beyond_ram_is_a_negative_size) },
	{ SCENARIO(b85_another_ram_size), .options = { .ram_mib = 128 } },
	{ SCENARIO(b86_without_a_balloon_there_is_nothing_to_ask),
	  .options = { .has_no_balloon = true } },
	{ SCENARIO(b87_zero_and_less_is_no_size) },
	{ SCENARIO(b87_a_size_is_an_integer) },
	{ SCENARIO(b88_the_ballooned_pages_are_rounded_down) },
	{ SCENARIO(b88_more_than_ram_is_all_of_ram) },
	{ SCENARIO(b89_each_balloon_command_interrupts_a_running_driver) },
	{ SCENARIO(b89_without_driver_ok_num_pages_changes_silently) },
	{ SCENARIO(b89_it_works_while_stopped) },
	{ SCENARIO(b90_an_event_tells_each_change_of_actual) },
	{ SCENARIO(b91_inside_a_second_the_last_event_is_kept) },
	{ SCENARIO(b91_a_kept_event_opens_the_next_window) },
	{ SCENARIO(b91_a_window_without_event_closes) },
	{ SCENARIO(b91_a_value_that_comes_back_is_sent_again) },
	{ SCENARIO(s20_bytes_written_one_by_one_are_events_each) },
	{ SCENARIO(s20_an_unaligned_write_is_several) },
	{ SCENARIO(s22_events_before_the_negotiation_are_lost_but_open_the_window) },
	{ SCENARIO(s17_events_come_while_stopped) },
	SCENARIO_END,
};
