/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where rings may lie and what they look like: B123 and B124. */
#include "scenario.h"

/* The deflate queue at places of the scenario's own; everything else is usual. */
static void make_at(struct rig *rig, uint64_t desc, uint64_t avail, uint64_t used)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue_at(rig, DEFLATE, 8, desc, avail, used);
	kit_make_queue(rig, STATS, 8);
	kit_ok(rig);
	rig_set(rig, R_QUEUE_SEL, DEFLATE);
	observe(rig, "ready", rig_get(rig, R_QUEUE_READY));
	observe(rig, "status", rig_get(rig, R_STATUS));
}

static void deflate(struct rig *rig)
{
	kit_send(rig, DEFLATE, BUF, 4);
	observe(rig, "used", kit_used(rig, DEFLATE));
	observe(rig, "isr", rig_get(rig, R_ISR));
	observe(rig, "status", rig_get(rig, R_STATUS));
}

static void b124_used_entries_wrap_round(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN, 4);
	for (int i = 0; i < 11; i++)
		kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 11);
	expect(rig, "id of the last", kit_used_id(rig, DEFLATE, 10), 10 % 4);
	observe_used(rig, DEFLATE);
}

static void b124_the_index_wraps_at_65536(struct rig *rig)
{
	kit_start(rig);
	for (uint16_t i = 0; i < 8; i++) {
		kit_desc(rig, DEFLATE, i, BUF, 4, 0, 0);
		rig_store16(rig, kit_queue(rig, DEFLATE)->avail + 4 + 2 * (uint64_t)i, i);
	}
	rig_store16(rig, kit_queue(rig, DEFLATE)->avail + 2, 65530);
	kit_kick(rig, DEFLATE);
	expect(rig, "used", kit_used(rig, DEFLATE), 65530);
	rig_store16(rig, kit_queue(rig, DEFLATE)->avail + 2, 5);
	kit_kick(rig, DEFLATE);
	expect(rig, "used", kit_used(rig, DEFLATE), 5);
	observe_used(rig, DEFLATE);
}

static void b124_the_id_is_the_head(struct rig *rig)
{
	kit_start(rig);
	kit_desc(rig, DEFLATE, 5, BUF, 4, NEXT, 2);
	kit_desc(rig, DEFLATE, 2, BUF, 4, 0, 0);
	kit_avail(rig, DEFLATE, 5);
	kit_kick(rig, DEFLATE);
	expect(rig, "id", kit_used_id(rig, DEFLATE, 0), 5);
}

static void b124_a_chain_as_long_as_the_ring_is_accepted(struct rig *rig)
{
	kit_start(rig);
	for (uint16_t i = 0; i < 8; i++)
		kit_desc(rig, DEFLATE, i, BUF, 4, i < 7 ? NEXT : 0, i + 1);
	kit_avail(rig, DEFLATE, 0);
	kit_kick(rig, DEFLATE);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
}

static void b124_rings_need_no_alignment(struct rig *rig)
{
	make_at(rig, 0x300001, 0x310003, 0x320007);
	deflate(rig);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
}

static void b124_rings_may_overlap_each_other(struct rig *rig)
{
	make_at(rig, 0x300000, 0x300080, 0x3000a0);
	deflate(rig);
	deflate(rig);
	observe_bytes(rig, "rings", 0x300000, 0x100);
}

static void b123_a_descriptor_table_across_the_end_of_ram_breaks(struct rig *rig)
{
	make_at(rig, RAM_END(rig) - 64, 0x310000, 0x320000);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	deflate(rig);
	expect(rig, "used", kit_used(rig, DEFLATE), 0);
}

static void b123_it_breaks_when_the_ring_is_mapped(struct rig *rig)
{
	kit_start(rig);
	kit_make_queue_at(rig, DEFLATE, 8, RAM_END(rig) - 64, 0x310000, 0x320000);
	expect(rig, "ready", rig_get(rig, R_QUEUE_READY), 1);
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
	expect(rig, "isr", rig_get(rig, R_ISR), 3);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 1);
	kit_send(rig, STATS, BUF, 10);
	expect(rig, "swap-in", kit_stat(rig, 0), ABSENT);
}

/* Not in the facts: a QueueNum that is ignored maps the ring again all the same. */
static void b123_each_queue_num_maps_again_and_breaks_again(struct rig *rig)
{
	const uint32_t nums[] = { 8, 0, 2000 };

	kit_start(rig);
	kit_make_queue_at(rig, DEFLATE, 8, RAM_END(rig) - 64, 0x310000, 0x320000);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 1);
	for (uint32_t i = 0; i < 3; i++) {
		rig_set(rig, R_QUEUE_NUM, nums[i]);
		expect(rig, "generation", rig_get(rig, R_GENERATION),
		       rig->version == RIG_7_2 ? 1 : 2 + i);
	}
	rig_set(rig, R_QUEUE_READY, 1);
	observe(rig, "generation", rig_get(rig, R_GENERATION));
}

static void b123_an_available_ring_across_the_end_of_ram_breaks(struct rig *rig)
{
	kit_start(rig);
	kit_make_queue_at(rig, DEFLATE, 8, 0x300000, RAM_END(rig) - 8, 0x320000);
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
}

static void b123_a_used_ring_across_the_end_of_ram_breaks(struct rig *rig)
{
	kit_start(rig);
	kit_make_queue_at(rig, DEFLATE, 8, 0x300000, 0x310000, RAM_END(rig) - 8);
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
}

/* Without EVENT_IDX the last two bytes of the available and used rings are not there. */
static void b123_rings_that_just_fit_work(struct rig *rig)
{
	make_at(rig, 0x300000, 0x310000, RAM_END(rig) - 68);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	deflate(rig);
	make_at(rig, 0x300000, RAM_END(rig) - 20, 0x320000);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	deflate(rig);
	make_at(rig, RAM_END(rig) - 128, 0x310000, 0x320000);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	deflate(rig);
}

static void b123_with_event_idx_they_are_two_bytes_longer(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN | F_EVENT);
	kit_make_queue_at(rig, DEFLATE, 8, 0x300000, 0x310000, RAM_END(rig) - 68);
	observe(rig, "status, used ring", rig_get(rig, R_STATUS));
	kit_negotiate(rig, F_PLAIN | F_EVENT);
	kit_make_queue_at(rig, DEFLATE, 8, 0x300000, RAM_END(rig) - 20, 0x320000);
	observe(rig, "status, available ring", rig_get(rig, R_STATUS));
}

static void b123_a_descriptor_table_outside_ram_reads_zero(struct rig *rig)
{
	make_at(rig, RAM_END(rig) + PAGE, 0x310000, 0x320000);
	deflate(rig);
}

static void b123_an_available_ring_outside_ram_is_empty(struct rig *rig)
{
	make_at(rig, 0x300000, RAM_END(rig) + PAGE, 0x320000);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	deflate(rig);
	expect(rig, "used", kit_used(rig, DEFLATE), 0);
}

static void b123_writes_to_a_used_ring_outside_ram_vanish(struct rig *rig)
{
	make_at(rig, 0x300000, 0x310000, RAM_END(rig) + PAGE);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	deflate(rig);
	expect(rig, "used", kit_used(rig, DEFLATE), 0);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
}

static void b123_descriptor_address_0_means_not_set_up(struct rig *rig)
{
	make_at(rig, 0, 0x310000, 0x320000);
	deflate(rig);
	expect(rig, "used", kit_used(rig, DEFLATE), 0);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
}

static void b123_available_and_used_rings_may_be_at_0(struct rig *rig)
{
	make_at(rig, 0x300000, 0, 0x320000);
	deflate(rig);
	make_at(rig, 0x300000, 0x310000, 0);
	deflate(rig);
}

static void b123_addresses_of_64_bits_are_used(struct rig *rig)
{
	make_at(rig, 0x300000, UINT64_C(0x100000310000), 0x320000);
	deflate(rig);
	expect(rig, "used", kit_used(rig, DEFLATE), 0);
	make_at(rig, 0x300000, 0xffffffffffff0000, 0x320000);
	deflate(rig);
}

static void b124_a_ring_of_1024_entries(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN, 1024);
	for (uint16_t i = 0; i < 1024; i++)
		kit_put(rig, DEFLATE, BUF, 4, 0);
	kit_kick(rig, DEFLATE);
	expect(rig, "used", kit_used(rig, DEFLATE), 1024);
	expect(rig, "id of the last", kit_used_id(rig, DEFLATE, 1023), 1023);
}

static void b124_a_ring_of_128_entries(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_EVENT, 128);
	for (uint16_t i = 0; i < 130; i++) {
		kit_put(rig, DEFLATE, BUF, 4, 0);
		if (i % 10 == 9)
			kit_kick(rig, DEFLATE);
	}
	expect(rig, "used", kit_used(rig, DEFLATE), 130);
	observe(rig, "avail_event", kit_avail_event(rig, DEFLATE));
}

static void b127_in_order_changes_nothing_here(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_IN_ORDER, 8);
	kit_entry(rig, BUF, 4, 1);
	kit_send(rig, STATS, BUF, 10);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 1);
	for (int i = 0; i < 10; i++) {
		kit_put(rig, DEFLATE, BUF, 4, 0);
		kit_put(rig, DEFLATE, BUF, 4, 0);
		kit_kick(rig, DEFLATE);
	}
	expect(rig, "used", kit_used(rig, DEFLATE), 20);
	observe_used(rig, DEFLATE);
}

static void b127_in_order_with_chains(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_IN_ORDER, 8);
	for (uint16_t i = 0; i < 8; i += 2) {
		kit_desc(rig, DEFLATE, i, BUF, 4, NEXT, i + 1);
		kit_desc(rig, DEFLATE, i + 1, BUF, 4, 0, 0);
		kit_avail(rig, DEFLATE, i);
	}
	kit_kick(rig, DEFLATE);
	expect(rig, "used", kit_used(rig, DEFLATE), 4);
	observe_used(rig, DEFLATE);
	kit_entry(rig, BUF, 4, 1);
	kit_send(rig, STATS, BUF, 10);
	kit_send(rig, STATS, BUF, 10);
	observe_used(rig, STATS);
}

const struct scenario scenarios_rings[] = {
	{ SCENARIO(b123_a_descriptor_table_across_the_end_of_ram_breaks) },
	{ SCENARIO(b123_a_descriptor_table_outside_ram_reads_zero) },
	{ SCENARIO(b123_a_used_ring_across_the_end_of_ram_breaks) },
	{ SCENARIO(b123_addresses_of_64_bits_are_used) },
	{ SCENARIO(b123_an_available_ring_across_the_end_of_ram_breaks) },
	{ SCENARIO(b123_an_available_ring_outside_ram_is_empty) },
	{ SCENARIO(b123_available_and_used_rings_may_be_at_0) },
	{ SCENARIO(b123_descriptor_address_0_means_not_set_up) },
	{ SCENARIO(b123_each_queue_num_maps_again_and_breaks_again) },
	{ SCENARIO(b123_it_breaks_when_the_ring_is_mapped) },
	{ SCENARIO(b123_rings_that_just_fit_work) },
	{ SCENARIO(b123_with_event_idx_they_are_two_bytes_longer) },
	{ SCENARIO(b123_writes_to_a_used_ring_outside_ram_vanish) },
	{ SCENARIO(b124_a_chain_as_long_as_the_ring_is_accepted) },
	{ SCENARIO(b124_a_ring_of_1024_entries), .not_on = ON(RIG_11_1) },
	{ SCENARIO(b124_a_ring_of_128_entries) },
	{ SCENARIO(b124_rings_may_overlap_each_other) },
	{ SCENARIO(b124_rings_need_no_alignment) },
	{ SCENARIO(b124_the_id_is_the_head) },
	{ SCENARIO(b124_the_index_wraps_at_65536) },
	{ SCENARIO(b124_used_entries_wrap_round) },
	{ SCENARIO(b127_in_order_changes_nothing_here), .options = { .device = "in_order=on" },
	  .not_on = ON(RIG_7_2) },
	{ SCENARIO(b127_in_order_with_chains), .options = { .device = "in_order=on" },
	  .not_on = ON(RIG_7_2) },
	SCENARIO_END,
};
