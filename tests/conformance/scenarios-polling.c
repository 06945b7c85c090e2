/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The polling machine, as exact as real time lets it be seen: B37 to B51, B65 and B66. */
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

#define INTERVAL(n)                                                          \
	"{'execute':'qom-set','arguments':{'path':'/machine/peripheral/b0'," \
	"'property':'guest-stats-polling-interval','value':" #n "}}"
#define RETURN   "{\"return\": {}}"
#define ERROR(d) "{\"error\": {\"class\": \"GenericError\", \"desc\": \"" d "\"}}"
#define NO_NUMBER \
	ERROR("Invalid parameter type for 'guest-stats-polling-interval', expected: integer")

/* "Not yet" at the first moment, "now" at the second, both in milliseconds from here. */
#define expect_request(rig, not_yet_ms, now_ms)                                      \
	do {                                                                         \
		uint16_t used = kit_used(rig, STATS);                                \
                                                                                     \
		rig_pass(rig, not_yet_ms);                                           \
		expect(rig, "requested too early", kit_used(rig, STATS) != used, 0); \
		rig_pass(rig, (now_ms) - (not_yet_ms));                              \
		expect(rig, "requested", kit_used(rig, STATS) - used, 1);            \
	} while (0)

static char *replace_apostrophes(const char *text)
{
	char *copy = strdup(text);

	for (char *at = copy; (at = strchr(at, '\'')) != NULL;)
		*at = '"';
	return copy;
}

static void b8_the_limits_of_the_interval_are_accepted(struct rig *rig)
{
	expect_qmp(rig, INTERVAL(0), RETURN);
	expect_qmp(rig, INTERVAL(1), RETURN);
	expect_qmp(rig, INTERVAL(4294967295), RETURN);
	observe_all(rig);
	expect_qmp(rig, INTERVAL(0), RETURN);
}

static void b8_a_negative_interval_is_refused(struct rig *rig)
{
	expect_qmp(rig, INTERVAL(7), RETURN);
	expect_qmp(rig, INTERVAL(-1), ERROR("timer value must be greater than zero"));
	expect_qmp(rig, INTERVAL(-9223372036854775808),
		   ERROR("timer value must be greater than zero"));
	observe_all(rig);
}

static void b8_an_interval_above_32_bits_is_refused(struct rig *rig)
{
	expect_qmp(rig, INTERVAL(7), RETURN);
	expect_qmp(rig, INTERVAL(4294967296), ERROR("timer value is too big"));
	expect_qmp(rig, INTERVAL(9223372036854775807), ERROR("timer value is too big"));
	observe_all(rig);
}

static void b8_an_interval_outside_int64_is_no_integer(struct rig *rig)
{
	expect_qmp(rig, INTERVAL(9223372036854775808), NO_NUMBER);
	expect_qmp(rig, INTERVAL(18446744073709551615), NO_NUMBER);
	expect_qmp(rig, INTERVAL(18446744073709551616), NO_NUMBER);
	expect_qmp(rig, INTERVAL(-9223372036854775809), NO_NUMBER);
}

static void b9_fractions_and_exponents_are_no_integers(struct rig *rig)
{
	expect_qmp(rig, INTERVAL(1.0), NO_NUMBER);
	expect_qmp(rig, INTERVAL(1.5), NO_NUMBER);
	expect_qmp(rig, INTERVAL(1e2), NO_NUMBER);
}

static void b8_other_types_are_no_integers(struct rig *rig)
{
	expect_qmp(rig, INTERVAL('5'), NO_NUMBER);
	expect_qmp(rig, INTERVAL(""), NO_NUMBER);
	expect_qmp(rig, INTERVAL(true), NO_NUMBER);
	expect_qmp(rig, INTERVAL(null), NO_NUMBER);
	expect_qmp(rig, INTERVAL([]), NO_NUMBER);
	expect_qmp(rig, INTERVAL({}), NO_NUMBER);
	expect_qmp(rig, INTERVAL([1]), NO_NUMBER);
}

static void b38_the_first_enable_polls_at_once(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 3600);
	expect(rig, "used", kit_used(rig, STATS), 1);
	expect(rig, "id", kit_used_id(rig, STATS, 0), 0);
	expect(rig, "length", kit_used_len(rig, STATS, 0), 0);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
	expect(rig, "line", kit_has_interrupt(rig), 1);
}

static void b39_the_next_request_follows_the_answer(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	expect(rig, "used", kit_used(rig, STATS), 1);
	rig_pass(rig, 600);
	kit_answer(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 3000);
	expect_request(rig, 700, 1300);
	kit_answer(rig);
	expect_request(rig, 700, 1300);
}

static void b40_a_guest_that_never_answers_is_never_asked_again(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	rig_pass(rig, 3500);
	expect(rig, "used", kit_used(rig, STATS), 1);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
}

static void b41_a_late_answer_is_accepted(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	rig_pass(rig, 2500);
	kit_answer(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 3000);
	expect_request(rig, 700, 1300);
}

static void b42_a_changed_interval_is_not_seen_by_a_guest_that_owes(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 2);
	kit_set_interval(rig, 1);
	rig_pass(rig, 2500);
	expect(rig, "used", kit_used(rig, STATS), 1);
	kit_answer(rig);
	expect_request(rig, 700, 1300);
}

static void b43_a_changed_interval_counts_from_now(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 3);
	kit_answer(rig);
	rig_pass(rig, 1500);
	expect(rig, "used", kit_used(rig, STATS), 1);
	kit_set_interval(rig, 1);
	expect_request(rig, 700, 1300);
}

static void b43_the_same_interval_changes_nothing(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	kit_answer(rig);
	rig_pass(rig, 600);
	kit_set_interval(rig, 1);
	expect_request(rig, 100, 700);
}

static void b8_a_refused_interval_changes_nothing(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	kit_answer(rig);
	rig_pass(rig, 600);
	expect_qmp(rig, INTERVAL(-5), ERROR("timer value must be greater than zero"));
	expect_request(rig, 100, 700);
}

static void b44_the_buffer_stays_when_polling_ends(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	kit_answer(rig);
	kit_set_interval(rig, 0);
	rig_pass(rig, 1500);
	expect(rig, "used", kit_used(rig, STATS), 1);
	expect(rig, "swap-in", kit_stat(rig, 0), 3000);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 2);
}

static void b45_off_and_on_again_forces_a_sample(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 100);
	kit_answer(rig);
	kit_set_interval(rig, 0);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 2);
	kit_set_interval(rig, 0);
	kit_set_interval(rig, 100);
	expect(rig, "used, as the guest owes", kit_used(rig, STATS), 2);
}

/* What a client can rely on that must not leave the interval changed: both commands come in one
 * piece, and the timer runs between them. */
static void b45_on_and_off_again_in_one_piece_forces_a_sample(struct rig *rig)
{
	char *text = replace_apostrophes(INTERVAL(100) INTERVAL(0));

	kit_start_with_buffer(rig);
	free(rig_qmp_raw(rig, text, strlen(text)));
	rig_settle(rig);
	expect(rig, "used", kit_used(rig, STATS), 1);
	kit_answer(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 3000);
	rig_pass(rig, 1500);
	expect(rig, "used", kit_used(rig, STATS), 1);
	free(text);
}

static void b46_polling_before_a_driver_waits_one_interval(struct rig *rig)
{
	kit_set_interval(rig, 1);
	rig_pass(rig, 1500);
	kit_start_with_buffer(rig);
	expect_request(rig, 700, 1300);
}

static void b47_without_stats_vq_buffers_are_parsed_but_not_asked_for(struct rig *rig)
{
	kit_start_with(rig, F_1, 8);
	kit_entries(rig, BUF, 10, 1000);
	kit_send(rig, STATS, BUF, 100);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
	expect(rig, "last update is set", kit_last_update(rig) > 0, 1);
	kit_set_interval(rig, 1);
	rig_pass(rig, 1500);
	expect(rig, "used", kit_used(rig, STATS), 0);
	kit_answer(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 3000);
	expect(rig, "used", kit_used(rig, STATS), 1);
}

static void b48_a_kick_takes_one_buffer(struct rig *rig)
{
	kit_start(rig);
	kit_entry(rig, BUF, 4, 1);
	kit_entry(rig, BUF + PAGE, 4, 2);
	kit_put(rig, STATS, BUF, 10, 0);
	kit_put(rig, STATS, BUF + PAGE, 10, 0);
	kit_kick(rig, STATS);
	expect(rig, "free", kit_stat(rig, 4), 1);
	expect(rig, "used", kit_used(rig, STATS), 0);
	kit_kick(rig, STATS);
	expect(rig, "free", kit_stat(rig, 4), 2);
	expect(rig, "used", kit_used(rig, STATS), 1);
	expect(rig, "id", kit_used_id(rig, STATS, 0), 0);
}

static void b49_an_empty_kick_postpones_the_request(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	kit_answer(rig);
	rig_pass(rig, 600);
	kit_kick(rig, STATS);
	expect_request(rig, 700, 1300);
}

static void s5_empty_kicks_put_polling_off_for_ever(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	kit_answer(rig);
	for (int i = 0; i < 4; i++) {
		rig_pass(rig, 600);
		kit_kick(rig, STATS);
	}
	expect(rig, "used", kit_used(rig, STATS), 1);
}

static void b50_a_second_buffer_returns_the_first(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_entries(rig, BUF + PAGE, 10, 5000);
	kit_send(rig, STATS, BUF + PAGE, 100);
	expect(rig, "used", kit_used(rig, STATS), 1);
	expect(rig, "id", kit_used_id(rig, STATS, 0), 0);
	expect(rig, "length", kit_used_len(rig, STATS, 0), 0);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
	expect(rig, "swap-in", kit_stat(rig, 0), 5000);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 2);
	expect(rig, "id", kit_used_id(rig, STATS, 1), 1);
}

static void b51_a_second_entry_in_a_ring_of_one_breaks(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN, 1);
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	expect(rig, "free", kit_stat(rig, 4), 44);
	kit_send(rig, STATS, BUF, 10);
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
	expect(rig, "used", kit_used(rig, STATS), 0);
}

static void b62_requests_need_no_driver_ok(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, STATS, 8);
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 1);
	observe(rig, "isr", rig_get(rig, R_ISR));
	observe(rig, "line", kit_has_interrupt(rig));
}

static void b63_driver_ok_alone_takes_no_buffer(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, STATS, 8);
	kit_entry(rig, BUF, 4, 44);
	kit_put(rig, STATS, BUF, 10, 0);
	kit_ok(rig);
	expect(rig, "free", kit_stat(rig, 4), ABSENT);
}

static void b63_with_ioeventfd_driver_ok_kicks(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, STATS, 8);
	kit_entry(rig, BUF, 4, 44);
	kit_put(rig, STATS, BUF, 10, 0);
	kit_ok(rig);
	expect(rig, "free", kit_stat(rig, 4), 44);
	kit_entry(rig, BUF, 4, 45);
	kit_put(rig, STATS, BUF, 10, 0);
	rig_set(rig, R_STATUS, S_OK);
	rig_settle(rig);
	expect(rig, "free, same status", kit_stat(rig, 4), 44);
	rig_set(rig, R_STATUS, S_FEATURES);
	rig_set(rig, R_STATUS, S_OK);
	rig_settle(rig);
	expect(rig, "free, off and on", kit_stat(rig, 4), 45);
}

static void b64_with_ioeventfd_a_kick_works(struct rig *rig)
{
	kit_start_with_buffer(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 1);
	kit_answer(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 3000);
}

static void b65_the_timer_stands_still_while_stopped(struct rig *rig)
{
	kit_start_with_buffer(rig);
	rig_qmp(rig, "{'execute':'stop'}");
	kit_set_interval(rig, 1);
	rig_pass(rig, 1500);
	expect(rig, "used", kit_used(rig, STATS), 0);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
	rig_qmp(rig, "{'execute':'cont'}");
	rig_settle(rig);
	expect(rig, "used", kit_used(rig, STATS), 1);
}

static void b66_the_rest_of_the_wait_runs_on_after_cont(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 2);
	kit_answer(rig);
	rig_pass(rig, 800);
	rig_qmp(rig, "{'execute':'stop'}");
	rig_pass(rig, 1500);
	rig_qmp(rig, "{'execute':'cont'}");
	expect_request(rig, 900, 1500);
}

static void b66_with_ioeventfd_cont_begins_a_full_interval(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 2);
	kit_answer(rig);
	rig_pass(rig, 1500);
	rig_qmp(rig, "{'execute':'stop'}");
	rig_qmp(rig, "{'execute':'cont'}");
	rig_settle(rig);
	expect_request(rig, 1700, 2300);
}

static void b67_with_ioeventfd_cont_takes_an_unannounced_buffer(struct rig *rig)
{
	kit_start(rig);
	rig_qmp(rig, "{'execute':'stop'}");
	kit_entry(rig, BUF, 4, 44);
	kit_put(rig, STATS, BUF, 10, 0);
	rig_qmp(rig, "{'execute':'cont'}");
	rig_settle(rig);
	expect(rig, "free", kit_stat(rig, 4), 44);
}

/*
 * Not in the facts: `stop` takes the event notifiers away, and DRIVER_OK written while stopped (be
 * it set already) gives them back and kicks; then `cont` has nothing left to do.
 */
static void b66_with_ioeventfd_driver_ok_while_stopped_kicks(struct rig *rig)
{
	kit_start(rig);
	rig_qmp(rig, "{'execute':'stop'}");
	kit_entry(rig, BUF, 4, 44);
	kit_put(rig, STATS, BUF, 10, 0);
	rig_set(rig, R_STATUS, S_OK);
	rig_settle(rig);
	expect(rig, "free", kit_stat(rig, 4), 44);
	kit_entry(rig, BUF, 4, 45);
	kit_put(rig, STATS, BUF, 10, 0);
	rig_qmp(rig, "{'execute':'cont'}");
	rig_settle(rig);
	expect(rig, "free after cont", kit_stat(rig, 4), 44);
}

static void b66_with_ioeventfd_a_driver_begun_while_stopped_is_not_kicked_by_cont(struct rig *rig)
{
	rig_qmp(rig, "{'execute':'stop'}");
	kit_start(rig);
	kit_entry(rig, BUF, 4, 44);
	kit_put(rig, STATS, BUF, 10, 0);
	rig_qmp(rig, "{'execute':'cont'}");
	rig_settle(rig);
	expect(rig, "free", kit_stat(rig, 4), ABSENT);
}

static void b67_without_ioeventfd_it_does_not(struct rig *rig)
{
	kit_start(rig);
	rig_qmp(rig, "{'execute':'stop'}");
	kit_entry(rig, BUF, 4, 44);
	kit_put(rig, STATS, BUF, 10, 0);
	rig_qmp(rig, "{'execute':'cont'}");
	rig_settle(rig);
	expect(rig, "free", kit_stat(rig, 4), ABSENT);
}

static void s17_kicks_work_while_stopped(struct rig *rig)
{
	kit_start(rig);
	rig_qmp(rig, "{'execute':'stop'}");
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	expect(rig, "free", kit_stat(rig, 4), 44);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
}

static void b13_polling_can_be_on_from_the_start(struct rig *rig)
{
	expect_qmp(rig,
		   "{'execute':'qom-get','arguments':{'path':'/machine/peripheral/b0',"
		   "'property':'guest-stats-polling-interval'}}",
		   "{\"return\": 2}");
	kit_start_with_buffer(rig);
	expect_request(rig, 1700, 2300);
}

const struct scenario scenarios_polling[] = {
	{ SCENARIO(b8_the_limits_of_the_interval_are_accepted) },
	{ SCENARIO(b8_a_negative_interval_is_refused) },
	{ SCENARIO(b8_an_interval_above_32_bits_is_refused) },
	{ SCENARIO(b8_an_interval_outside_int64_is_no_integer) },
	{ SCENARIO(b9_fractions_and_exponents_are_no_integers) },
	{ SCENARIO(b8_other_types_are_no_integers) },
	{ SCENARIO(b38_the_first_enable_polls_at_once) },
	{ SCENARIO(b39_the_next_request_follows_the_answer) },
	{ SCENARIO(b40_a_guest_that_never_answers_is_never_asked_again) },
	{ SCENARIO(b41_a_late_answer_is_accepted) },
	{ SCENARIO(b42_a_changed_interval_is_not_seen_by_a_guest_that_owes) },
	{ SCENARIO(b43_a_changed_interval_counts_from_now) },
	{ SCENARIO(b43_the_same_interval_changes_nothing) },
	{ SCENARIO(b8_a_refused_interval_changes_nothing) },
	{ SCENARIO(b44_the_buffer_stays_when_polling_ends) },
	{ SCENARIO(b45_off_and_on_again_forces_a_sample) },
	{ SCENARIO(b45_on_and_off_again_in_one_piece_forces_a_sample) },
	{ SCENARIO(b46_polling_before_a_driver_waits_one_interval) },
	{ SCENARIO(b47_without_stats_vq_buffers_are_parsed_but_not_asked_for) },
	{ SCENARIO(b48_a_kick_takes_one_buffer) },
	{ SCENARIO(b49_an_empty_kick_postpones_the_request) },
	{ SCENARIO(s5_empty_kicks_put_polling_off_for_ever) },
	{ SCENARIO(b50_a_second_buffer_returns_the_first) },
	{ SCENARIO(b51_a_second_entry_in_a_ring_of_one_breaks) },
	{ SCENARIO(b62_requests_need_no_driver_ok) },
	{ SCENARIO(b63_driver_ok_alone_takes_no_buffer) },
	{ SCENARIO(b63_with_ioeventfd_driver_ok_kicks), .options = { .has_ioeventfd = true },
	  .not_on = ON(RIG_7_2) },
	{ SCENARIO(b64_with_ioeventfd_a_kick_works), .options = { .has_ioeventfd = true },
	  .not_on = ON(RIG_7_2) },
	{ SCENARIO(b65_the_timer_stands_still_while_stopped) },
	{ SCENARIO(b66_the_rest_of_the_wait_runs_on_after_cont),
	  .options = { .in_real_time = true } },
	{ SCENARIO(b66_with_ioeventfd_cont_begins_a_full_interval),
	  .options = { .has_ioeventfd = true }, .not_on = ON(RIG_7_2) },
	{ SCENARIO(b66_with_ioeventfd_driver_ok_while_stopped_kicks),
	  .options = { .has_ioeventfd = true }, .not_on = ON(RIG_7_2) },
	{ SCENARIO(b66_with_ioeventfd_a_driver_begun_while_stopped_is_not_kicked_by_cont),
	  .options = { .has_ioeventfd = true }, .not_on = ON(RIG_7_2) },
	{ SCENARIO(b67_with_ioeventfd_cont_takes_an_unannounced_buffer),
	  .options = { .has_ioeventfd = true }, .not_on = ON(RIG_7_2) },
	{ SCENARIO(b67_without_ioeventfd_it_does_not) },
	{ SCENARIO(s17_kicks_work_while_stopped) },
	{ SCENARIO(b13_polling_can_be_on_from_the_start),
	  .options = { .device = "guest-stats-polling-interval=2" } },
	SCENARIO_END,
};
