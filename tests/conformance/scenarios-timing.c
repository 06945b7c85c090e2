/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The polling timer and the window of BALLOON_CHANGE to the nanosecond. Only a stepped clock can
 * see this: section 11 of the facts.
 */
#include "scenario.h"

#define MS INT64_C(1000000)
#define S  INT64_C(1000000000)

static void expect_used(struct rig *rig, uint16_t wanted)
{
	expect(rig, "used", kit_used(rig, STATS), wanted);
}

static void s1_a_deadline_counts_from_the_whole_millisecond(struct rig *rig)
{
	rig_pass_ns(rig, 10 * MS + 999999);
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	kit_answer(rig); /* at 10.999999 ms, which counts as 10 ms */
	rig_pass_ns(rig, S - 1000000);
	expect_used(rig, 1);
	rig_pass_ns(rig, 1);
	expect_used(rig, 2);
}

static void s1_on_the_millisecond_it_is_exact(struct rig *rig)
{
	rig_pass_ns(rig, 10 * MS);
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	kit_answer(rig);
	rig_pass_ns(rig, S - 1);
	expect_used(rig, 1);
	rig_pass_ns(rig, 1);
	expect_used(rig, 2);
}

static void s2_enabling_asks_within_the_same_command(struct rig *rig)
{
	rig_pass_ns(rig, 5 * MS + 123456);
	kit_start_with_buffer(rig);
	rig_qmp(rig, "{'execute':'qom-set','arguments':{'path':'/machine/peripheral/b0',"
		     "'property':'guest-stats-polling-interval','value':1}}");
	expect_used(rig, 1);
}

static void s4_without_a_buffer_the_timer_goes_round(struct rig *rig)
{
	rig_pass_ns(rig, 20 * MS);
	kit_set_interval(rig, 1); /* fires at 20 ms with nothing to return */
	rig_pass_ns(rig, 2 * S + 500 * MS);
	kit_start_with_buffer(rig); /* arms anew, from 2.52 s */
	rig_pass_ns(rig, S - 1);
	expect_used(rig, 0);
	rig_pass_ns(rig, 1);
	expect_used(rig, 1);
}

static void s5_an_empty_kick_starts_idle_cycling_while_the_guest_owes(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	rig_pass_ns(rig, 300 * MS);
	kit_kick(rig, STATS);
	rig_pass_ns(rig, 5 * S);
	expect_used(rig, 1);
	kit_answer(rig);
	rig_pass_ns(rig, S - 1);
	expect_used(rig, 1);
	rig_pass_ns(rig, 1);
	expect_used(rig, 2);
}

static void s6_a_new_interval_counts_from_now_to_the_millisecond(struct rig *rig)
{
	rig_pass_ns(rig, MS);
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 10);
	kit_answer(rig);
	rig_pass_ns(rig, 3 * S + 500);
	kit_set_interval(rig, 2);
	rig_pass_ns(rig, 2 * S - 501);
	expect_used(rig, 1);
	rig_pass_ns(rig, 1);
	expect_used(rig, 2);
}

static void s7_the_timer_is_gone_while_polling_is_off(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	kit_answer(rig);
	rig_pass_ns(rig, 999 * MS);
	kit_set_interval(rig, 0);
	rig_pass_ns(rig, 10 * S);
	expect_used(rig, 1);
	kit_set_interval(rig, 1);
	expect_used(rig, 2);
}

static void s15_the_deadline_survives_a_device_reset(struct rig *rig)
{
	rig_pass_ns(rig, MS);
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 2);
	kit_answer(rig);
	rig_pass_ns(rig, S);
	rig_set(rig, R_STATUS, 0);
	kit_start(rig); /* no buffer: the deadline passes, and the next is 2 s on */
	rig_pass_ns(rig, S + MS);
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, STATS, 8);
	kit_entry(rig, BUF, 4, 44);
	kit_put(rig, STATS, BUF, 10, 0);
	rig_pass_ns(rig, S);
	expect_used(rig, 0);
	kit_kick(rig, STATS);
	rig_pass_ns(rig, 2 * S - 1);
	expect_used(rig, 0);
	rig_pass_ns(rig, 1);
	expect_used(rig, 1);
}

static void s17_stopped_time_is_no_time(struct rig *rig)
{
	rig_pass_ns(rig, MS);
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	kit_answer(rig);
	rig_pass_ns(rig, 400 * MS);
	rig_qmp(rig, "{'execute':'stop'}");
	observe_all(rig);
	rig_qmp(rig, "{'execute':'cont'}");
	rig_pass_ns(rig, 600 * MS - 1);
	expect_used(rig, 1);
	rig_pass_ns(rig, 1);
	expect_used(rig, 2);
}

static void s22_the_window_of_events_is_exactly_a_second(struct rig *rig)
{
	rig_pass_ns(rig, 7 * MS + 77);
	rig_set(rig, R_ACTUAL, 1);
	observe_events(rig);
	rig_pass_ns(rig, 500 * MS);
	rig_set(rig, R_ACTUAL, 2);
	rig_pass_ns(rig, 500 * MS - 1);
	expect_events(rig, "");
	rig_pass_ns(rig, 1);
	expect_events(rig, "{\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": 67100672}}");
	rig_set(rig, R_ACTUAL, 3);
	rig_pass_ns(rig, S - 1);
	expect_events(rig, "");
	rig_pass_ns(rig, 1);
	expect_events(rig, "{\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": 67096576}}");
	rig_pass_ns(rig, S);
	rig_set(rig, R_ACTUAL, 4);
	expect_events(rig, "{\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": 67092480}}");
}

static void s22_the_window_closes_after_a_second_without_event(struct rig *rig)
{
	rig_set(rig, R_ACTUAL, 1);
	observe_events(rig);
	rig_pass_ns(rig, S - 1);
	rig_set(rig, R_ACTUAL, 2);
	expect_events(rig, "");
	rig_pass_ns(rig, 1);
	expect_events(rig, "{\"event\": \"BALLOON_CHANGE\", \"data\": {\"actual\": 67100672}}");
}

static void s3_a_hundred_rounds_come_at_their_times(struct rig *rig)
{
	rig_pass_ns(rig, MS);
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	for (uint16_t i = 1; i <= 100; i++) {
		rig_pass_ns(rig, 3 * MS);
		kit_answer(rig);
		rig_pass_ns(rig, S - 1);
		expect_used(rig, i);
		rig_pass_ns(rig, 1);
		expect_used(rig, i + 1);
	}
}

const struct scenario scenarios_timing[] = {
	{ SCENARIO(s1_a_deadline_counts_from_the_whole_millisecond), .is_exact = true },
	{ SCENARIO(s1_on_the_millisecond_it_is_exact), .is_exact = true },
	{ SCENARIO(s2_enabling_asks_within_the_same_command), .is_exact = true },
	{ SCENARIO(s3_a_hundred_rounds_come_at_their_times), .is_exact = true },
	{ SCENARIO(s4_without_a_buffer_the_timer_goes_round), .is_exact = true },
	{ SCENARIO(s5_an_empty_kick_starts_idle_cycling_while_the_guest_owes), .is_exact = true },
	{ SCENARIO(s6_a_new_interval_counts_from_now_to_the_millisecond), .is_exact = true },
	{ SCENARIO(s7_the_timer_is_gone_while_polling_is_off), .is_exact = true },
	{ SCENARIO(s15_the_deadline_survives_a_device_reset), .is_exact = true },
	{ SCENARIO(s17_stopped_time_is_no_time), .is_exact = true },
	{ SCENARIO(s22_the_window_of_events_is_exactly_a_second), .is_exact = true },
	{ SCENARIO(s22_the_window_closes_after_a_second_without_event), .is_exact = true },
	SCENARIO_END,
};
