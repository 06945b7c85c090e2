/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a statistics buffer may hold, and what becomes of it: B4 to B7, B29 to B31, B52 to B56. */
#include "scenario.h"

/* The state that a good buffer leaves: taken, held, nothing said. */
static void expect_held(struct rig *rig)
{
	expect(rig, "used", kit_used(rig, STATS), 0);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	expect(rig, "status", rig_get(rig, R_STATUS), rig->options.is_legacy ? 7 : S_OK);
	expect(rig, "last update is set", kit_last_update(rig) > 0, 1);
}

static void expect_all_absent(struct rig *rig)
{
	for (unsigned int tag = 0; tag < kit_stats_known(rig); tag++)
		expect(rig, "value", kit_stat(rig, tag), ABSENT);
}

static void b7_before_any_sample_all_is_absent(struct rig *rig)
{
	expect_all_absent(rig);
	expect(rig, "last update", kit_last_update(rig), 0);
}

static void b52_the_first_buffer_is_parsed_and_held(struct rig *rig)
{
	kit_start_with_buffer(rig);
	expect_held(rig);
	for (unsigned int tag = 0; tag < 10; tag++)
		expect(rig, "value", kit_stat(rig, tag), 1000 + tag);
}

static void b52_it_is_parsed_before_driver_ok(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, STATS, 8);
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	expect(rig, "free", kit_stat(rig, 4), 44);
}

static void b55_all_known_tags_are_set(struct rig *rig)
{
	kit_start(rig);
	kit_send(rig, STATS, BUF, kit_entries(rig, BUF, 16, 500));
	expect_held(rig);
	for (unsigned int tag = 0; tag < kit_stats_known(rig); tag++)
		expect(rig, "value", kit_stat(rig, tag), 500 + tag);
}

static void b55_a_subset_leaves_the_others_absent(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	for (unsigned int tag = 0; tag < kit_stats_known(rig); tag++)
		expect(rig, "value", kit_stat(rig, tag), tag == 4 ? 44 : ABSENT);
}

static void b55_unknown_tags_are_skipped(struct rig *rig)
{
	const uint16_t tags[] = { 10, 15, 16, 17, 255, 256, 0x7fff, 0x8000, 65534, 65535 };

	kit_start(rig);
	for (size_t i = 0; i < 10; i++)
		kit_entry(rig, BUF + 10 * i, tags[i], 7);
	kit_entry(rig, BUF + 100, 4, 44);
	kit_send(rig, STATS, BUF, 110);
	expect_held(rig);
	expect(rig, "free", kit_stat(rig, 4), 44);
	expect(rig, "swap-in", kit_stat(rig, 0), ABSENT);
	if (rig->version != RIG_7_2)
		expect(rig, "oom-kills", kit_stat(rig, 10), 7);
}

static void b55_the_last_of_a_repeated_tag_counts(struct rig *rig)
{
	kit_start(rig);
	kit_entry(rig, BUF, 4, 1);
	kit_entry(rig, BUF + 10, 5, 2);
	kit_entry(rig, BUF + 20, 4, 3);
	kit_send(rig, STATS, BUF, 30);
	expect(rig, "free", kit_stat(rig, 4), 3);
	expect(rig, "total", kit_stat(rig, 5), 2);
}

static void one_short_buffer(struct rig *rig, uint32_t len)
{
	kit_start_with_buffer(rig);
	kit_send(rig, STATS, BUF, len);
	expect_all_absent(rig);
	expect(rig, "last update is set", kit_last_update(rig) > 0, 1);
	expect(rig, "used", kit_used(rig, STATS), 1);
}

static void b55_one_byte_is_no_entry(struct rig *rig)
{
	one_short_buffer(rig, 1);
}

static void b55_nine_bytes_are_no_entry(struct rig *rig)
{
	one_short_buffer(rig, 9);
}

static void b55_a_short_tail_is_ignored(struct rig *rig)
{
	kit_start(rig);
	kit_entries(rig, BUF, 2, 70);
	kit_send(rig, STATS, BUF, 19);
	expect_held(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 70);
	expect(rig, "swap-out", kit_stat(rig, 1), ABSENT);
}

static void b55_a_writable_buffer_has_no_entry(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_entries(rig, BUF + PAGE, 10, 70);
	kit_put(rig, STATS, BUF + PAGE, 100, WRITE);
	kit_kick(rig, STATS);
	expect_all_absent(rig);
	expect(rig, "used", kit_used(rig, STATS), 1);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 2);
	expect(rig, "length", kit_used_len(rig, STATS, 1), 0);
	observe_bytes(rig, "buffer", BUF + PAGE, 100);
}

static void b55_the_readable_part_counts_and_the_writable_stays(struct rig *rig)
{
	kit_start(rig);
	kit_entry(rig, BUF, 4, 44);
	kit_entry(rig, BUF + PAGE, 5, 55);
	kit_desc(rig, STATS, 0, BUF, 10, NEXT, 1);
	kit_desc(rig, STATS, 1, BUF + PAGE, 10, WRITE, 0);
	kit_avail(rig, STATS, 0);
	kit_kick(rig, STATS);
	expect_held(rig);
	expect(rig, "free", kit_stat(rig, 4), 44);
	expect(rig, "total", kit_stat(rig, 5), ABSENT);
	kit_set_interval(rig, 100);
	expect(rig, "length", kit_used_len(rig, STATS, 0), 0);
	observe_bytes(rig, "writable", BUF + PAGE, 10);
}

static void b55_entries_may_straddle_descriptors(struct rig *rig)
{
	kit_start(rig);
	kit_entries(rig, BUF, 2, UINT64_C(0x1122334455667788));
	kit_desc(rig, STATS, 0, BUF, 1, NEXT, 1);
	kit_desc(rig, STATS, 1, BUF + 1, 6, NEXT, 2);
	kit_desc(rig, STATS, 2, BUF + 7, 13, 0, 0);
	kit_avail(rig, STATS, 0);
	kit_kick(rig, STATS);
	expect_held(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), UINT64_C(0x1122334455667788));
	expect(rig, "swap-out", kit_stat(rig, 1), UINT64_C(0x1122334455667789));
}

static void b55_a_megabyte_of_zeros_is_accepted(struct rig *rig)
{
	kit_start(rig);
	kit_send(rig, STATS, BUF, 1 << 20);
	expect_held(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 0);
	expect(rig, "swap-out", kit_stat(rig, 1), ABSENT);
}

static void b55_a_buffer_of_length_0_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_send(rig, STATS, BUF, 0);
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
}

static void through_a_table(struct rig *rig)
{
	kit_entries(rig, BUF, 10, 300);
	kit_desc_at(rig, BUF + PAGE, 0, BUF, 33, NEXT, 1);
	kit_desc_at(rig, BUF + PAGE, 1, BUF + 33, 67, 0, 0);
	kit_desc(rig, STATS, 0, BUF + PAGE, 32, INDIRECT, 0);
	kit_avail(rig, STATS, 0);
	kit_kick(rig, STATS);
	expect_held(rig);
	for (unsigned int tag = 0; tag < 10; tag++)
		expect(rig, "value", kit_stat(rig, tag), 300 + tag);
}

static void b55_an_indirect_table_is_accepted(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_INDIRECT, 8);
	through_a_table(rig);
}

static void b55_an_indirect_table_needs_no_negotiation(struct rig *rig)
{
	kit_start(rig);
	through_a_table(rig);
}

static void b55_an_indirect_table_need_not_be_offered(struct rig *rig)
{
	kit_start(rig);
	through_a_table(rig);
}

static void b31_values_up_to_two_below_the_top_are_shown(struct rig *rig)
{
	kit_start(rig);
	kit_entry(rig, BUF, 4, ABSENT - 1);
	kit_entry(rig, BUF + 10, 5, ABSENT);
	kit_entry(rig, BUF + 20, 6, UINT64_C(1) << 63);
	kit_entry(rig, BUF + 30, 7, 0);
	kit_send(rig, STATS, BUF, 40);
	expect(rig, "free", kit_stat(rig, 4), ABSENT - 1);
	expect(rig, "total", kit_stat(rig, 5), ABSENT);
	expect(rig, "available", kit_stat(rig, 6), UINT64_C(1) << 63);
	expect(rig, "caches", kit_stat(rig, 7), 0);
}

static void b29_each_version_knows_its_tags(struct rig *rig)
{
	kit_start(rig);
	for (uint16_t i = 0; i < 20; i++)
		kit_entry(rig, BUF + 10 * (uint64_t)i, i, i);
	kit_send(rig, STATS, BUF, 200);
	for (unsigned int tag = 0; tag < kit_stats_known(rig); tag++)
		expect(rig, "value", kit_stat(rig, tag), tag);
	if (rig->version == RIG_7_2)
		expect(rig, "no such member", kit_stat(rig, 10), ABSENT - 1);
}

static void b54_last_update_moves_with_an_empty_sample_too(struct rig *rig)
{
	int64_t first;

	kit_start_with_buffer(rig);
	first = kit_last_update(rig);
	rig_pass_wall(rig, 1100);
	kit_entry(rig, BUF, 65535, 1);
	kit_send(rig, STATS, BUF, 10);
	expect(rig, "last update moved", kit_last_update(rig) > first, 1);
	expect_all_absent(rig);
}

static void s13_returns_and_empty_kicks_leave_last_update(struct rig *rig)
{
	int64_t first;

	kit_start_with_buffer(rig);
	first = kit_last_update(rig);
	rig_pass_wall(rig, 1100);
	kit_kick(rig, STATS);
	expect(rig, "last update moved", kit_last_update(rig) != first, 0);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 1);
	expect(rig, "last update moved", kit_last_update(rig) != first, 0);
	kit_send(rig, STATS, BUF, 0);
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
	expect(rig, "last update moved", kit_last_update(rig) != first, 0);
}

static void b56_later_changes_of_the_buffer_do_not_matter(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_entries(rig, BUF, 10, 9000);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 1);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
}

static void b5_a_sample_of_all_ones_has_a_last_update(struct rig *rig)
{
	kit_start(rig);
	for (uint64_t i = 0; i < 100; i += 2)
		rig_store16(rig, BUF + i, 0xffff);
	kit_send(rig, STATS, BUF, 100); /* as Windows' driver sends it first: tag 65535 */
	expect_all_absent(rig);
	expect_held(rig);
}

const struct scenario scenarios_parsing[] = {
	{ SCENARIO(b7_before_any_sample_all_is_absent) },
	{ SCENARIO(b52_the_first_buffer_is_parsed_and_held) },
	{ SCENARIO(b52_it_is_parsed_before_driver_ok) },
	{ SCENARIO(b55_all_known_tags_are_set) },
	{ SCENARIO(b55_a_subset_leaves_the_others_absent) },
	{ SCENARIO(b55_unknown_tags_are_skipped) },
	{ SCENARIO(b55_the_last_of_a_repeated_tag_counts) },
	{ SCENARIO(b55_one_byte_is_no_entry) },
	{ SCENARIO(b55_nine_bytes_are_no_entry) },
	{ SCENARIO(b55_a_short_tail_is_ignored) },
	{ SCENARIO(b55_a_writable_buffer_has_no_entry) },
	{ SCENARIO(b55_the_readable_part_counts_and_the_writable_stays) },
	{ SCENARIO(b55_entries_may_straddle_descriptors) },
	{ SCENARIO(b55_a_megabyte_of_zeros_is_accepted) },
	{ SCENARIO(b55_a_buffer_of_length_0_breaks) },
	{ SCENARIO(b55_an_indirect_table_is_accepted) },
	{ SCENARIO(b55_an_indirect_table_needs_no_negotiation) },
	{ SCENARIO(b55_an_indirect_table_need_not_be_offered),
	  .options = { .device = "indirect_desc=off" } },
	{ SCENARIO(b31_values_up_to_two_below_the_top_are_shown) },
	{ SCENARIO(b29_each_version_knows_its_tags) },
	{ SCENARIO(b54_last_update_moves_with_an_empty_sample_too) },
	{ SCENARIO(s13_returns_and_empty_kicks_leave_last_update) },
	{ SCENARIO(b56_later_changes_of_the_buffer_do_not_matter) },
	{ SCENARIO(b5_a_sample_of_all_ones_has_a_last_update) },
	SCENARIO_END,
};
