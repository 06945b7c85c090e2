/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Status, features and the guest's reset of the device: B113 to B117. */
#include "scenario.h"

static void b113_status_keeps_any_bits_in_any_order(struct rig *rig)
{
	const uint32_t values[] = { 0xff, 0x8f, 0x0f, 0x03, 0x80, 0x40, 0x04, 0x01, 0x0c };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		rig_set(rig, R_STATUS, values[i]);
		expect(rig, "status", rig_get(rig, R_STATUS), values[i]);
	}
}

static void b113_only_the_low_byte_of_status_counts(struct rig *rig)
{
	rig_set(rig, R_STATUS, 0xabcdef03);
	expect(rig, "status", rig_get(rig, R_STATUS), 3);
}

static void b113_a_low_byte_of_zero_resets(struct rig *rig)
{
	kit_start_with_buffer(rig);
	rig_set(rig, R_STATUS, 0x100);
	expect(rig, "status", rig_get(rig, R_STATUS), 0);
	rig_set(rig, R_QUEUE_SEL, STATS);
	expect(rig, "ready", rig_get(rig, R_QUEUE_READY), 0);
}

static void b114_features_ok_sticks_without_any_feature(struct rig *rig)
{
	kit_negotiate(rig, 0);
	expect(rig, "status", rig_get(rig, R_STATUS), S_FEATURES);
}

static void b114_unknown_features_are_dropped_silently(struct rig *rig)
{
	kit_negotiate(rig, ABSENT);
	expect(rig, "status", rig_get(rig, R_STATUS), S_FEATURES);
	kit_ok(rig);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
}

static void b114_features_are_frozen_while_features_ok_is_set(struct rig *rig)
{
	kit_start_with(rig, F_1, 8);
	kit_write_features(rig, F_1 | F_STATS);
	rig_set(rig, R_STATUS, S_OK);
	kit_entries(rig, BUF, 10, 1);
	kit_send(rig, STATS, BUF, 100);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 0);
}

static void b114_features_can_change_after_features_ok_was_dropped(struct rig *rig)
{
	kit_start_with(rig, F_1, 8);
	kit_write_features(rig, F_1 | F_STATS);
	rig_set(rig, R_STATUS, 3);
	rig_set(rig, R_STATUS, S_OK);
	kit_entries(rig, BUF, 10, 1);
	kit_send(rig, STATS, BUF, 100);
	kit_set_interval(rig, 100);
	observe(rig, "used", kit_used(rig, STATS));
}

static void b115_without_features_ok_nothing_is_accepted(struct rig *rig)
{
	rig_set(rig, R_STATUS, 3);
	kit_write_features(rig, F_PLAIN);
	for (unsigned int queue = 0; queue < 3; queue++)
		kit_make_queue(rig, queue, 8);
	rig_set(rig, R_STATUS, 7);
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	expect(rig, "free", kit_stat(rig, 4), 44);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 0);
}

static void b116_feature_words_survive_a_device_reset(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	rig_set(rig, R_STATUS, 0);
	rig_set(rig, R_STATUS, 3);
	rig_set(rig, R_STATUS, S_FEATURES);
	kit_make_queue(rig, STATS, 8);
	kit_ok(rig);
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	kit_set_interval(rig, 100);
	expect(rig, "used, as STATS_VQ is still accepted", kit_used(rig, STATS), 1);
}

static void b116_a_system_reset_clears_the_feature_words(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	rig_qmp(rig, "{'execute':'system_reset'}");
	rig_settle(rig);
	rig_set(rig, R_STATUS, 3);
	rig_set(rig, R_STATUS, S_FEATURES);
	kit_make_queue(rig, STATS, 8);
	kit_ok(rig);
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 0);
}

static void b117_a_reset_clears_what_belongs_to_the_driver(struct rig *rig)
{
	kit_start_with_buffer(rig);
	rig_qmp(rig, "{'execute':'balloon','arguments':{'value':33554432}}");
	rig_set(rig, R_ACTUAL, 77);
	rig_set(rig, R_QUEUE_SEL, STATS);
	expect(rig, "isr", rig_get(rig, R_ISR), 3);
	rig_set(rig, R_STATUS, 0);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	expect(rig, "line", kit_has_interrupt(rig), 0);
	expect(rig, "status", rig_get(rig, R_STATUS), 0);
	rig_set(rig, R_QUEUE_SEL, STATS);
	expect(rig, "ready", rig_get(rig, R_QUEUE_READY), 0);
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 8192);
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 77);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 1);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
}

static void b117_a_reset_goes_back_to_queue_0(struct rig *rig)
{
	rig_set(rig, R_STATUS, 3);
	rig_set(rig, R_QUEUE_SEL, 5);
	expect(rig, "queue 5", rig_get(rig, R_QUEUE_MAX), 0);
	rig_set(rig, R_STATUS, 0);
	expect(rig, "queue 0", rig_get(rig, R_QUEUE_MAX) != 0, 1);
}

static void b117_after_a_reset_kicks_find_no_ring(struct rig *rig)
{
	kit_start(rig);
	rig_set(rig, R_STATUS, 0);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 0);
}

static void b117_indices_begin_at_0_after_a_reset(struct rig *rig)
{
	kit_start(rig);
	kit_send(rig, DEFLATE, BUF, 4);
	kit_send(rig, DEFLATE, BUF, 4);
	kit_start(rig);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
}

static void b117_a_reset_restores_the_queue_size(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN, 4);
	kit_negotiate(rig, F_PLAIN);
	rig_set(rig, R_QUEUE_SEL, DEFLATE);
	rig_set(rig, R_DESC, 0x300000);
	rig_set(rig, R_AVAIL, 0x310000);
	rig_set(rig, R_USED, 0x320000);
	rig_set(rig, R_QUEUE_READY, 1);
	kit_ok(rig);
	for (uint16_t i = 0; i < 6; i++) {
		kit_desc_at(rig, 0x300000, i, BUF, 4, 0, 0);
		rig_store16(rig, 0x310004 + 2 * (uint64_t)i, i);
	}
	rig_store16(rig, 0x310002, 6);
	kit_kick(rig, DEFLATE);
	observe(rig, "used", rig_load16(rig, 0x320002));
	observe_bytes(rig, "used ring", 0x320000, 64);
}

static void b62_kicks_work_without_any_status(struct rig *rig)
{
	kit_make_queue(rig, STATS, 8);
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	expect(rig, "status", rig_get(rig, R_STATUS), 0);
	expect(rig, "free", kit_stat(rig, 4), 44);
}

static void s27_rings_are_served_with_failed_set(struct rig *rig)
{
	kit_start(rig);
	rig_set(rig, R_STATUS, S_OK | 0x80);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
}

static void s25_version_1_is_not_required(struct rig *rig)
{
	kit_start_with(rig, F_STATS, 8);
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	expect(rig, "free", kit_stat(rig, 4), 44);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 1);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
}

const struct scenario scenarios_status[] = {
	{ SCENARIO(b113_status_keeps_any_bits_in_any_order) },
	{ SCENARIO(b113_only_the_low_byte_of_status_counts) },
	{ SCENARIO(b113_a_low_byte_of_zero_resets) },
	{ SCENARIO(b114_features_ok_sticks_without_any_feature) },
	{ SCENARIO(b114_unknown_features_are_dropped_silently) },
	{ SCENARIO(b114_features_are_frozen_while_features_ok_is_set) },
	{ SCENARIO(b114_features_can_change_after_features_ok_was_dropped) },
	{ SCENARIO(b115_without_features_ok_nothing_is_accepted) },
	{ SCENARIO(b116_feature_words_survive_a_device_reset) },
	{ SCENARIO(b116_a_system_reset_clears_the_feature_words) },
	{ SCENARIO(b117_a_reset_clears_what_belongs_to_the_driver) },
	{ SCENARIO(b117_a_reset_goes_back_to_queue_0) },
	{ SCENARIO(b117_after_a_reset_kicks_find_no_ring) },
	{ SCENARIO(b117_indices_begin_at_0_after_a_reset) },
	{ SCENARIO(b117_a_reset_restores_the_queue_size) },
	{ SCENARIO(b62_kicks_work_without_any_status) },
	{ SCENARIO(s27_rings_are_served_with_failed_set) },
	{ SCENARIO(s25_version_1_is_not_required) },
	SCENARIO_END,
};
