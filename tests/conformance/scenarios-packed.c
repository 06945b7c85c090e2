/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packed rings: B126. The device is made with packed=on. */
#include "scenario.h"

#define AVAIL_FLAG (1u << 7)
#define USED_FLAG  (1u << 15)
#define ID(rig, i) rig_load16(rig, kit_queue(rig, DEFLATE)->desc + 16 * (uint64_t)(i) + 12)
#define FLAGS(rig, i)                                                               \
	(rig_load16(rig, kit_queue(rig, DEFLATE)->desc + 16 * (uint64_t)(i) + 14) & \
	 (AVAIL_FLAG | USED_FLAG))
#define observe_ring(rig, queue, n) \
	observe_bytes(rig, "ring", kit_queue(rig, queue)->desc, 16 * (size_t)(n))

static void start(struct rig *rig, uint64_t features)
{
	kit_start_with(rig, F_PLAIN | F_PACKED | features, 8);
}

static void b126_a_used_descriptor_carries_id_and_wrap_bits(struct rig *rig)
{
	start(rig, 0);
	kit_packed_desc(rig, DEFLATE, 0, BUF, 4, 42, 0, true);
	kit_kick(rig, DEFLATE);
	expect(rig, "id", ID(rig, 0), 42);
	expect(rig, "flags", FLAGS(rig, 0), AVAIL_FLAG | USED_FLAG);
	expect(rig, "length", rig_load32(rig, kit_queue(rig, DEFLATE)->desc + 8), 0);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
	observe_ring(rig, DEFLATE, 8);
}

static void b126_statistics_work_in_packed_rings(struct rig *rig)
{
	start(rig, 0);
	kit_entries(rig, BUF, 10, 600);
	kit_packed_desc(rig, STATS, 0, BUF, 100, 3, 0, true);
	kit_kick(rig, STATS);
	expect(rig, "swap-in", kit_stat(rig, 0), 600);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	kit_set_interval(rig, 100);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
	observe_ring(rig, STATS, 2);
	kit_entries(rig, BUF, 10, 700);
	kit_packed_desc(rig, STATS, 1, BUF, 100, 4, 0, true);
	kit_kick(rig, STATS);
	expect(rig, "swap-in", kit_stat(rig, 0), 700);
	observe_ring(rig, STATS, 3);
}

static void b126_the_id_of_a_chain(struct rig *rig)
{
	start(rig, 0);
	kit_packed_desc(rig, DEFLATE, 1, BUF, 4, 8, NEXT, true);
	kit_packed_desc(rig, DEFLATE, 2, BUF, 4, 9, 0, true);
	kit_packed_desc(rig, DEFLATE, 0, BUF, 4, 7, NEXT, true);
	kit_kick(rig, DEFLATE);
	expect(rig, "id", ID(rig, 0), rig->version == RIG_7_2 ? 7 : 9);
	observe_ring(rig, DEFLATE, 8);
}

static void b126_the_next_used_descriptor_is_behind_the_chain(struct rig *rig)
{
	start(rig, 0);
	kit_packed_desc(rig, DEFLATE, 1, BUF, 4, 7, 0, true);
	kit_packed_desc(rig, DEFLATE, 2, BUF, 4, 9, 0, true);
	kit_packed_desc(rig, DEFLATE, 0, BUF, 4, 7, NEXT, true);
	kit_kick(rig, DEFLATE);
	expect(rig, "id of the chain", ID(rig, 0), 7);
	expect(rig, "id of the other", ID(rig, 2), 9);
	expect(rig, "flags of the other", FLAGS(rig, 2), AVAIL_FLAG | USED_FLAG);
	observe_ring(rig, DEFLATE, 8);
}

static void b126_the_wrap_bit_turns_at_the_end(struct rig *rig)
{
	start(rig, 0);
	for (int round = 0; round < 3; round++)
		for (uint16_t i = 0; i < 8; i++) {
			kit_packed_desc(rig, DEFLATE, i, BUF, 4, i, 0, round % 2 == 0);
			kit_kick(rig, DEFLATE);
			expect(rig, "flags", FLAGS(rig, i),
			       round % 2 == 0 ? AVAIL_FLAG | USED_FLAG : 0);
		}
	observe_ring(rig, DEFLATE, 8);
}

static void b126_a_chain_may_go_round_the_end(struct rig *rig)
{
	start(rig, 0);
	for (uint16_t i = 0; i < 7; i++) {
		kit_packed_desc(rig, DEFLATE, i, BUF, 4, i, 0, true);
		kit_kick(rig, DEFLATE);
	}
	kit_packed_desc(rig, DEFLATE, 0, BUF, 4, 5, 0, false);
	kit_packed_desc(rig, DEFLATE, 7, BUF, 4, 5, NEXT, true);
	kit_kick(rig, DEFLATE);
	expect(rig, "flags", FLAGS(rig, 7), AVAIL_FLAG | USED_FLAG);
	kit_packed_desc(rig, DEFLATE, 1, BUF, 4, 6, 0, false);
	kit_kick(rig, DEFLATE);
	expect(rig, "flags", FLAGS(rig, 1), 0);
	observe_ring(rig, DEFLATE, 8);
}

static void b126_indirect_tables_in_packed_rings(struct rig *rig)
{
	start(rig, F_INDIRECT);
	kit_entries(rig, BUF, 10, 800);
	kit_desc_at(rig, BUF + PAGE, 0, BUF, 50, 0, 0);
	kit_desc_at(rig, BUF + PAGE, 1, BUF + 50, 50, 0, 0);
	kit_packed_desc(rig, STATS, 0, BUF + PAGE, 32, 6, INDIRECT, true);
	kit_kick(rig, STATS);
	observe(rig, "status", rig_get(rig, R_STATUS));
	expect(rig, "swap-in", kit_stat(rig, 0), 800);
	expect(rig, "htlb-pgfail", kit_stat(rig, 9), 809);
	kit_set_interval(rig, 100);
	observe_ring(rig, STATS, 2);
}

static void b126_unavailable_descriptors_are_left_alone(struct rig *rig)
{
	start(rig, 0);
	kit_packed_desc(rig, DEFLATE, 0, BUF, 4, 1, 0, false);
	kit_kick(rig, DEFLATE);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	observe_ring(rig, DEFLATE, 8);
}

static void b126_a_chain_longer_than_the_ring(struct rig *rig)
{
	start(rig, 0);
	for (uint16_t i = 0; i < 8; i++)
		kit_packed_desc(rig, DEFLATE, 7 - i, BUF, 4, 1, NEXT, true);
	kit_kick(rig, DEFLATE);
	observe(rig, "status", rig_get(rig, R_STATUS));
	observe_ring(rig, DEFLATE, 8);
}

static void b126_a_length_of_0_breaks(struct rig *rig)
{
	start(rig, 0);
	kit_packed_desc(rig, DEFLATE, 0, BUF, 0, 1, 0, true);
	kit_kick(rig, DEFLATE);
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
	observe_ring(rig, DEFLATE, 8);
}

static void b126_readable_after_writable_breaks(struct rig *rig)
{
	start(rig, 0);
	kit_packed_desc(rig, DEFLATE, 1, BUF, 4, 1, 0, true);
	kit_packed_desc(rig, DEFLATE, 0, BUF, 4, 1, NEXT | WRITE, true);
	kit_kick(rig, DEFLATE);
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
}

static void b126_disabled_events_silence_the_device(struct rig *rig)
{
	start(rig, 0);
	rig_store16(rig, kit_queue(rig, DEFLATE)->avail + 2, 1); /* disable */
	kit_packed_desc(rig, DEFLATE, 0, BUF, 4, 1, 0, true);
	kit_kick(rig, DEFLATE);
	expect(rig, "isr", kit_take_isr(rig), 0);
	rig_store16(rig, kit_queue(rig, DEFLATE)->avail + 2, 0);
	kit_packed_desc(rig, DEFLATE, 1, BUF, 4, 1, 0, true);
	kit_kick(rig, DEFLATE);
	expect(rig, "isr", kit_take_isr(rig), 1);
	observe_bytes(rig, "device events", kit_queue(rig, DEFLATE)->used, 4);
}

static void b126_an_event_descriptor_decides(struct rig *rig)
{
	start(rig, F_EVENT);
	for (uint16_t i = 0; i < 16; i++) {
		rig_store16(rig, kit_queue(rig, DEFLATE)->avail,
			    (uint16_t)((i < 8 ? 0x8000 : 0) | (i < 8 ? 5 : 2)));
		rig_store16(rig, kit_queue(rig, DEFLATE)->avail + 2, 2); /* at that descriptor */
		kit_packed_desc(rig, DEFLATE, i % 8, BUF, 4, i, 0, i < 8);
		kit_kick(rig, DEFLATE);
		observe(rig, "isr", kit_take_isr(rig));
		observe_bytes(rig, "device events", kit_queue(rig, DEFLATE)->used, 4);
	}
}

static void b126_a_second_buffer_returns_the_first(struct rig *rig)
{
	start(rig, 0);
	kit_entries(rig, BUF, 10, 600);
	kit_packed_desc(rig, STATS, 0, BUF, 100, 3, 0, true);
	kit_kick(rig, STATS);
	kit_packed_desc(rig, STATS, 1, BUF, 10, 4, 0, true);
	kit_kick(rig, STATS);
	expect(rig, "swap-in", kit_stat(rig, 0), 600);
	expect(rig, "swap-out", kit_stat(rig, 1), ABSENT);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
	observe_ring(rig, STATS, 3);
}

static void b126_the_property_alone_leaves_rings_split(struct rig *rig)
{
	kit_start_with_buffer(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 1);
}

static void b126_a_reset_begins_with_the_first_wrap_bit(struct rig *rig)
{
	start(rig, 0);
	for (uint16_t i = 0; i < 11; i++) {
		kit_packed_desc(rig, DEFLATE, i % 8, BUF, 4, i, 0, i < 8);
		kit_kick(rig, DEFLATE);
	}
	start(rig, 0);
	kit_packed_desc(rig, DEFLATE, 0, BUF, 4, 1, 0, true);
	kit_kick(rig, DEFLATE);
	expect(rig, "flags", FLAGS(rig, 0), AVAIL_FLAG | USED_FLAG);
}

static void b126_in_order_packed(struct rig *rig)
{
	start(rig, F_IN_ORDER);
	for (uint16_t i = 0; i < 4; i++)
		kit_packed_desc(rig, DEFLATE, 3 - i, BUF, 4, 10 + i, 0, true);
	kit_kick(rig, DEFLATE);
	observe(rig, "isr", rig_get(rig, R_ISR));
	observe_ring(rig, DEFLATE, 8);
}

#define PACKED .options = { .device = "packed=on" }

const struct scenario scenarios_packed[] = {
	{ SCENARIO(b126_a_chain_longer_than_the_ring), PACKED },
	{ SCENARIO(b126_a_chain_may_go_round_the_end), PACKED },
	{ SCENARIO(b126_a_length_of_0_breaks), PACKED },
	{ SCENARIO(b126_a_reset_begins_with_the_first_wrap_bit), PACKED },
	{ SCENARIO(b126_a_second_buffer_returns_the_first), PACKED },
	{ SCENARIO(b126_a_used_descriptor_carries_id_and_wrap_bits), PACKED },
	{ SCENARIO(b126_an_event_descriptor_decides), PACKED },
	{ SCENARIO(b126_disabled_events_silence_the_device), PACKED },
	{ SCENARIO(b126_in_order_packed), .options = { .device = "packed=on,in_order=on" },
	  .not_on = ON(RIG_7_2) },
	{ SCENARIO(b126_indirect_tables_in_packed_rings), PACKED },
	{ SCENARIO(b126_readable_after_writable_breaks), PACKED },
	{ SCENARIO(b126_statistics_work_in_packed_rings), PACKED },
	{ SCENARIO(b126_the_id_of_a_chain), PACKED },
	{ SCENARIO(b126_the_next_used_descriptor_is_behind_the_chain), PACKED },
	{ SCENARIO(b126_the_property_alone_leaves_rings_split), PACKED },
	{ SCENARIO(b126_the_wrap_bit_turns_at_the_end), PACKED },
	{ SCENARIO(b126_unavailable_descriptors_are_left_alone), PACKED },
	SCENARIO_END,
};
