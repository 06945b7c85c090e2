/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What breaks the device, what doesn't, and what a broken one still does: B118 to B123. */
#include "scenario.h"

#define TABLE (BUF + 0x10000)

/* The device has just broken at its statistics queue: what is left of it. */
static void expect_broken(struct rig *rig)
{
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
	expect(rig, "isr", rig_get(rig, R_ISR), 3);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 1);
	expect(rig, "used", kit_used(rig, STATS), 0);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
	/* and no queue works */
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 0);
}

static void expect_taken(struct rig *rig)
{
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	expect(rig, "used", kit_used(rig, STATS), 1);
	observe(rig, "swap-in", kit_stat(rig, 0));
	observe(rig, "free", kit_stat(rig, 4));
	observe(rig, "total", kit_stat(rig, 5));
}

static void kick_head(struct rig *rig, uint16_t head)
{
	kit_avail(rig, STATS, head);
	kit_kick(rig, STATS);
}

static void b120_a_head_beyond_the_ring_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kick_head(rig, 8);
	expect_broken(rig);
}

static void b120_a_head_of_65535_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kick_head(rig, 65535);
	expect_broken(rig);
}

static void b120_a_next_beyond_the_ring_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, BUF, 10, NEXT, 8);
	kick_head(rig, 1);
	expect_broken(rig);
}

static void b120_a_loop_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, BUF, 10, NEXT, 2);
	kit_desc(rig, STATS, 2, BUF, 10, NEXT, 1);
	kick_head(rig, 1);
	expect_broken(rig);
}

static void b120_a_descriptor_that_is_its_own_next_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, BUF, 10, NEXT, 1);
	kick_head(rig, 1);
	expect_broken(rig);
}

static void b120_a_length_of_0_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, BUF, 0, 0, 0);
	kick_head(rig, 1);
	expect_broken(rig);
}

static void b120_a_length_of_0_later_in_a_chain_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, BUF, 10, NEXT, 2);
	kit_desc(rig, STATS, 2, BUF, 0, 0, 0);
	kick_head(rig, 1);
	expect_broken(rig);
}

static void b120_readable_after_writable_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, BUF, 10, NEXT | WRITE, 2);
	kit_desc(rig, STATS, 2, BUF, 10, 0, 0);
	kick_head(rig, 1);
	expect_broken(rig);
}

static void b120_an_indirect_length_of_0_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, TABLE, 0, INDIRECT, 0);
	kick_head(rig, 1);
	expect_broken(rig);
}

static void b120_an_indirect_length_that_is_no_multiple_of_16_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc_at(rig, TABLE, 0, BUF, 10, 0, 0);
	kit_desc(rig, STATS, 1, TABLE, 24, INDIRECT, 0);
	kick_head(rig, 1);
	expect_broken(rig);
}

static void b120_a_next_beyond_an_indirect_table_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc_at(rig, TABLE, 0, BUF, 10, NEXT, 2);
	kit_desc_at(rig, TABLE, 1, BUF, 10, 0, 0);
	kit_desc(rig, STATS, 1, TABLE, 32, INDIRECT, 0);
	kick_head(rig, 1);
	expect_broken(rig);
}

static void b120_a_loop_in_an_indirect_table_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc_at(rig, TABLE, 0, BUF, 10, NEXT, 1);
	kit_desc_at(rig, TABLE, 1, BUF, 10, NEXT, 0);
	kit_desc(rig, STATS, 1, TABLE, 32, INDIRECT, 0);
	kick_head(rig, 1);
	expect_broken(rig);
}

static void b120_an_indirect_table_outside_ram_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, RAM_END(rig) + PAGE, 32, INDIRECT, 0);
	kick_head(rig, 1);
	observe(rig, "status", rig_get(rig, R_STATUS));
	observe(rig, "used", kit_used(rig, STATS));
	observe(rig, "swap-in", kit_stat(rig, 0));
}

static void b120_an_indirect_table_across_the_end_of_ram_breaks(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc_at(rig, RAM_END(rig) - 16, 0, BUF, 10, 0, 0);
	kit_desc(rig, STATS, 1, RAM_END(rig) - 16, 32, INDIRECT, 0);
	kick_head(rig, 1);
	observe(rig, "status", rig_get(rig, R_STATUS));
	observe(rig, "used", kit_used(rig, STATS));
	observe(rig, "swap-in", kit_stat(rig, 0));
}

/* A table of `n` descriptors of one byte each, entries of tag 0 with the value 0. */
static void kick_pieces(struct rig *rig, uint16_t n, uint16_t flags)
{
	for (uint16_t i = 0; i < n; i++)
		kit_desc_at(rig, TABLE, i, BUF + PAGE, 1, i < n - 1 ? flags | NEXT : flags, i + 1);
	kit_desc(rig, STATS, 1, TABLE, 16 * (uint32_t)n, INDIRECT, 0);
	kick_head(rig, 1);
}

static void b121_1024_pieces_are_accepted(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kick_pieces(rig, 1024, 0);
	expect_taken(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 0);
}

static void b120_1025_readable_pieces_break(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kick_pieces(rig, 1025, 0);
	expect_broken(rig);
}

static void b120_1025_writable_pieces_break(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kick_pieces(rig, 1025, WRITE);
	expect_broken(rig);
}

static void b120_more_entries_out_than_the_ring_has_break(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN, 2);
	kit_entries(rig, BUF, 10, 1000);
	kit_send(rig, STATS, BUF, 100);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	kit_send(rig, STATS, BUF, 100); /* returns the first before the next is taken? */
	observe(rig, "status", rig_get(rig, R_STATUS));
	observe(rig, "used", kit_used(rig, STATS));
	kit_send(rig, STATS, BUF, 100);
	observe(rig, "status", rig_get(rig, R_STATUS));
	observe(rig, "used", kit_used(rig, STATS));
}

static void b121_an_avail_index_far_ahead_is_worked_off(struct rig *rig)
{
	kit_start(rig);
	for (uint16_t i = 0; i < 8; i++) {
		kit_desc(rig, DEFLATE, i, BUF, 4, 0, 0);
		rig_store16(rig, kit_queue(rig, DEFLATE)->avail + 4 + 2 * (uint64_t)i, i);
	}
	rig_store16(rig, kit_queue(rig, DEFLATE)->avail + 2, 20);
	kit_kick(rig, DEFLATE);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	expect(rig, "used", kit_used(rig, DEFLATE), 20);
	observe_used(rig, DEFLATE);
}

static void b121_an_avail_index_behind_is_a_jump_of_65535(struct rig *rig)
{
	kit_start(rig);
	kit_send(rig, DEFLATE, BUF, 4);
	rig_store16(rig, kit_queue(rig, DEFLATE)->avail + 2, 0);
	kit_kick(rig, DEFLATE);
	observe(rig, "status", rig_get(rig, R_STATUS));
	observe(rig, "used", kit_used(rig, DEFLATE));
	observe_used(rig, DEFLATE);
}

static void b121_indirect_inside_a_table_is_plain_data(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_entry(rig, BUF, 4, 44);
	kit_desc_at(rig, TABLE, 0, BUF, 10, INDIRECT, 0);
	kit_desc(rig, STATS, 1, TABLE, 16, INDIRECT, 0);
	kick_head(rig, 1);
	expect_taken(rig);
	expect(rig, "free", kit_stat(rig, 4), 44);
}

static void b121_indirect_with_next_ignores_next(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_entry(rig, BUF, 4, 44);
	kit_entry(rig, BUF + PAGE, 5, 55);
	kit_desc_at(rig, TABLE, 0, BUF, 10, 0, 0);
	kit_desc(rig, STATS, 1, TABLE, 16, INDIRECT | NEXT, 2);
	kit_desc(rig, STATS, 2, BUF + PAGE, 10, 0, 0);
	kick_head(rig, 1);
	expect_taken(rig);
	expect(rig, "free", kit_stat(rig, 4), 44);
	expect(rig, "total", kit_stat(rig, 5), ABSENT);
}

static void s27_write_on_an_indirect_descriptor_is_ignored(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_entry(rig, BUF, 4, 44);
	kit_desc_at(rig, TABLE, 0, BUF, 10, 0, 0);
	kit_desc(rig, STATS, 1, TABLE, 16, INDIRECT | WRITE, 0);
	kick_head(rig, 1);
	expect_taken(rig);
	expect(rig, "free", kit_stat(rig, 4), 44);
}

static void s27_indirect_later_in_a_chain_is_plain_data(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_entry(rig, BUF, 4, 44);
	kit_entry(rig, TABLE, 5, 55);
	kit_desc(rig, STATS, 1, BUF, 10, NEXT, 2);
	kit_desc(rig, STATS, 2, TABLE, 16, INDIRECT, 0);
	kick_head(rig, 1);
	expect_taken(rig);
	expect(rig, "total", kit_stat(rig, 5), 55);
}

static void b121_unknown_descriptor_flags_are_ignored(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_entry(rig, BUF, 4, 44);
	kit_desc(rig, STATS, 1, BUF, 10, 0xfff8, 0);
	kick_head(rig, 1);
	expect_taken(rig);
	expect(rig, "free", kit_stat(rig, 4), 44);
}

static void b122_a_buffer_outside_ram_reads_as_zeros(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, RAM_END(rig) + PAGE, 4096, 0, 0);
	kick_head(rig, 1);
	expect_taken(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 0);
	expect(rig, "swap-out", kit_stat(rig, 1), ABSENT);
}

static void b122_4097_bytes_outside_ram_break(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, RAM_END(rig) + PAGE, 4097, 0, 0);
	kick_head(rig, 1);
	expect_broken(rig);
}

static void b122_two_pieces_outside_ram(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, RAM_END(rig) + PAGE, 2048, NEXT, 2);
	kit_desc(rig, STATS, 2, RAM_END(rig) + 4 * PAGE, 2048, 0, 0);
	kick_head(rig, 1);
	if (rig->version == RIG_7_2) {
		expect_broken(rig);
	} else {
		expect_taken(rig);
		expect(rig, "swap-in", kit_stat(rig, 0), 0);
	}
}

static void b122_two_pieces_of_more_than_4096_bytes_outside_ram_break(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, RAM_END(rig) + PAGE, 2048, NEXT, 2);
	kit_desc(rig, STATS, 2, RAM_END(rig) + 4 * PAGE, 2049, 0, 0);
	kick_head(rig, 1);
	expect_broken(rig);
}

static void b122_a_buffer_off_the_end_of_ram_is_split(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_entry(rig, RAM_END(rig) - 10, 4, 44);
	kit_desc(rig, STATS, 1, RAM_END(rig) - 10, 20, 0, 0);
	kick_head(rig, 1);
	expect_taken(rig);
	expect(rig, "free", kit_stat(rig, 4), 44);
	expect(rig, "swap-in", kit_stat(rig, 0), 0);
}

static void s29_a_held_buffer_outside_ram_occupies_the_bounce_buffer(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, RAM_END(rig) + PAGE, 4096, 0, 0);
	kick_head(rig, 1);
	expect_taken(rig);
	kit_put(rig, DEFLATE, RAM_END(rig) + PAGE, 4, 0);
	kit_kick(rig, DEFLATE);
	observe(rig, "status", rig_get(rig, R_STATUS));
	observe(rig, "used", kit_used(rig, DEFLATE));
}

static void s29_small_buffers_outside_ram_share_it_or_not(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_desc(rig, STATS, 1, RAM_END(rig) + PAGE, 100, 0, 0);
	kick_head(rig, 1);
	expect_taken(rig);
	kit_put(rig, DEFLATE, RAM_END(rig) + PAGE, 4, 0);
	kit_kick(rig, DEFLATE);
	observe(rig, "status", rig_get(rig, R_STATUS));
	observe(rig, "used", kit_used(rig, DEFLATE));
}

static void s29_a_returned_buffer_outside_ram_leaves_room(struct rig *rig)
{
	kit_start_with_buffer(rig);
	for (uint16_t i = 1; i < 5; i++) {
		kit_desc(rig, STATS, i, RAM_END(rig) + PAGE, 4096, 0, 0);
		kick_head(rig, i);
		observe(rig, "status", rig_get(rig, R_STATUS));
		observe(rig, "used", kit_used(rig, STATS));
		kit_set_interval(rig, 0);
		kit_set_interval(rig, 100);
		observe(rig, "used", kit_used(rig, STATS));
	}
}

static void b118_without_version_1_nothing_shows(struct rig *rig)
{
	kit_start_with(rig, F_STATS, 8);
	kit_send(rig, STATS, BUF, 0);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 0);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 0);
}

static void b118_without_driver_ok_there_is_no_interrupt(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, STATS, 8);
	kit_send(rig, STATS, BUF, 0);
	expect(rig, "status", rig_get(rig, R_STATUS), S_FEATURES | 0x40);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 0);
}

static void b119_writing_status_hides_the_bit_but_mends_nothing(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_send(rig, STATS, BUF, 0);
	rig_set(rig, R_STATUS, S_OK);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 0);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	kit_start(rig);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used after a reset", kit_used(rig, DEFLATE), 1);
}

static void b119_balloon_still_interrupts_a_broken_device(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_send(rig, STATS, BUF, 0);
	kit_take_isr(rig);
	rig_qmp(rig, "{'execute':'balloon','arguments':{'value':33554432}}");
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 8192);
	expect(rig, "isr", rig_get(rig, R_ISR), 3);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 2);
}

static void s30_the_bad_entry_is_consumed(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_EVENT, 8);
	kit_send(rig, STATS, BUF, 0);
	observe(rig, "status", rig_get(rig, R_STATUS));
	observe(rig, "avail_event", kit_avail_event(rig, STATS));
	observe(rig, "used", kit_used(rig, STATS));
}

static void s30_good_entries_before_the_bad_one_are_done(struct rig *rig)
{
	kit_start(rig);
	kit_put(rig, DEFLATE, BUF, 4, 0);
	kit_put(rig, DEFLATE, BUF, 4, 0);
	kit_put(rig, DEFLATE, BUF, 0, 0);
	kit_put(rig, DEFLATE, BUF, 4, 0);
	kit_kick(rig, DEFLATE);
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
	expect(rig, "used", kit_used(rig, DEFLATE), 2);
}

static void b118_polling_of_a_broken_device(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	kit_answer(rig);
	kit_send(rig, DEFLATE, BUF, 0);
	rig_pass(rig, 1300);
	expect(rig, "used", kit_used(rig, STATS), 1);
	rig_pass(rig, 1300);
	expect(rig, "used", kit_used(rig, STATS), 1);
	kit_start_with_buffer(rig);
	rig_pass(rig, 1300);
	expect(rig, "used after a reset", kit_used(rig, STATS), 1);
}

const struct scenario scenarios_broken[] = {
	{ SCENARIO(b118_polling_of_a_broken_device) },
	{ SCENARIO(b118_without_driver_ok_there_is_no_interrupt) },
	{ SCENARIO(b118_without_version_1_nothing_shows) },
	{ SCENARIO(b119_balloon_still_interrupts_a_broken_device) },
	{ SCENARIO(b119_writing_status_hides_the_bit_but_mends_nothing) },
	{ SCENARIO(b120_1025_readable_pieces_break) },
	{ SCENARIO(b120_1025_writable_pieces_break) },
	{ SCENARIO(b120_a_descriptor_that_is_its_own_next_breaks) },
	{ SCENARIO(b120_a_head_beyond_the_ring_breaks) },
	{ SCENARIO(b120_a_head_of_65535_breaks) },
	{ SCENARIO(b120_a_length_of_0_breaks) },
	{ SCENARIO(b120_a_length_of_0_later_in_a_chain_breaks) },
	{ SCENARIO(b120_a_loop_breaks) },
	{ SCENARIO(b120_a_loop_in_an_indirect_table_breaks) },
	{ SCENARIO(b120_a_next_beyond_an_indirect_table_breaks) },
	{ SCENARIO(b120_a_next_beyond_the_ring_breaks) },
	{ SCENARIO(b120_an_indirect_length_of_0_breaks) },
	{ SCENARIO(b120_an_indirect_length_that_is_no_multiple_of_16_breaks) },
	{ SCENARIO(b120_an_indirect_table_across_the_end_of_ram_breaks) },
	{ SCENARIO(b120_an_indirect_table_outside_ram_breaks) },
	{ SCENARIO(b120_more_entries_out_than_the_ring_has_break) },
	{ SCENARIO(b120_readable_after_writable_breaks) },
	{ SCENARIO(b121_1024_pieces_are_accepted) },
	{ SCENARIO(b121_an_avail_index_behind_is_a_jump_of_65535) },
	{ SCENARIO(b121_an_avail_index_far_ahead_is_worked_off) },
	{ SCENARIO(b121_indirect_inside_a_table_is_plain_data) },
	{ SCENARIO(b121_indirect_with_next_ignores_next) },
	{ SCENARIO(b121_unknown_descriptor_flags_are_ignored) },
	{ SCENARIO(b122_4097_bytes_outside_ram_break) },
	{ SCENARIO(b122_a_buffer_off_the_end_of_ram_is_split) },
	{ SCENARIO(b122_a_buffer_outside_ram_reads_as_zeros) },
	{ SCENARIO(b122_two_pieces_of_more_than_4096_bytes_outside_ram_break) },
	{ SCENARIO(b122_two_pieces_outside_ram) },
	{ SCENARIO(s27_indirect_later_in_a_chain_is_plain_data) },
	{ SCENARIO(s27_write_on_an_indirect_descriptor_is_ignored) },
	{ SCENARIO(s29_a_held_buffer_outside_ram_occupies_the_bounce_buffer) },
	{ SCENARIO(s29_a_returned_buffer_outside_ram_leaves_room) },
	{ SCENARIO(s29_small_buffers_outside_ram_share_it_or_not) },
	{ SCENARIO(s30_good_entries_before_the_bad_one_are_done) },
	{ SCENARIO(s30_the_bad_entry_is_consumed) },
	SCENARIO_END,
};
