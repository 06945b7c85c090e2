/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The legacy interface of virtio-mmio: what of B102 to B125 is different there. */
#include "scenario.h"

static void b102_a_legacy_transport_is_version_1(struct rig *rig)
{
	expect(rig, "magic", rig_get(rig, R_MAGIC), 0x74726976);
	expect(rig, "version", rig_get(rig, R_VERSION), 1);
	expect(rig, "device", rig_get(rig, R_DEVICE_ID), 5);
}

static void b97_a_legacy_device_shows_one_word_of_features(struct rig *rig)
{
	expect(rig, "word 0", rig_get(rig, R_FEATURES), 0x39000012);
	rig_set(rig, R_FEATURES_SEL, 1);
	expect(rig, "word 1", rig_get(rig, R_FEATURES), 0);
}

static void b103_legacy_features_are_accepted_at_once(struct rig *rig)
{
	kit_start(rig);
	kit_entries(rig, BUF, 10, 1000);
	kit_send(rig, STATS, BUF, 100);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 1);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
}

static void b103_a_second_word_of_legacy_features_is_ignored(struct rig *rig)
{
	kit_negotiate(rig, F_STATS);
	rig_set(rig, R_DRIVER_FEATURES_SEL, 1);
	rig_set(rig, R_DRIVER_FEATURES, 0);
	for (unsigned int queue = 0; queue < 3; queue++)
		kit_make_queue(rig, queue, 8);
	kit_ok(rig);
	kit_entry(rig, BUF, 4, 1);
	kit_send(rig, STATS, BUF, 10);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 1);
}

static void b103_queue_pfn_reads_back(struct rig *rig)
{
	kit_negotiate(rig, F_STATS);
	kit_make_queue(rig, STATS, 8);
	expect(rig, "pfn", rig_get(rig, R_QUEUE_PFN), kit_queue(rig, STATS)->desc / PAGE);
	rig_set(rig, R_QUEUE_SEL, 1);
	expect(rig, "pfn of another", rig_get(rig, R_QUEUE_PFN), 0);
}

static void b103_queue_pfn_0_resets_the_device(struct rig *rig)
{
	kit_start_with_buffer(rig);
	rig_set(rig, R_QUEUE_SEL, INFLATE);
	rig_set(rig, R_QUEUE_PFN, 0);
	expect(rig, "status", rig_get(rig, R_STATUS), 0);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 0);
	rig_set(rig, R_QUEUE_SEL, STATS);
	expect(rig, "pfn", rig_get(rig, R_QUEUE_PFN), 0);
}

static void b103_the_page_size_is_its_trailing_zeros(struct rig *rig)
{
	kit_negotiate(rig, F_STATS);
	rig_set(rig, R_PAGE_SIZE, 0x3000); /* as 0x1000 */
	kit_make_queue(rig, DEFLATE, 8);
	kit_ok(rig);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
}

static void b103_a_small_page_size_works(struct rig *rig)
{
	kit_negotiate(rig, F_STATS);
	rig_set(rig, R_PAGE_SIZE, 256);
	kit_make_queue(rig, DEFLATE, 8); /* writes address / 4096 */
	rig_set(rig, R_QUEUE_PFN, (uint32_t)(kit_queue(rig, DEFLATE)->desc / 256));
	kit_ok(rig);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
	observe(rig, "pfn", rig_get(rig, R_QUEUE_PFN));
}

static void b103_a_page_size_of_0_is_no_shift(struct rig *rig)
{
	kit_negotiate(rig, F_STATS);
	rig_set(rig, R_PAGE_SIZE, 0);
	rig_set(rig, R_QUEUE_SEL, DEFLATE);
	rig_set(rig, R_QUEUE_NUM, 8);
	rig_set(rig, R_QUEUE_PFN, 0x123000);
	observe(rig, "pfn", rig_get(rig, R_QUEUE_PFN));
	kit_ok(rig);
	kit_desc_at(rig, 0x123000, 0, BUF, 4, 0, 0);
	rig_store16(rig, 0x123082, 1);
	kit_kick(rig, DEFLATE);
	observe_bytes(rig, "rings", 0x123000, 0x100);
	observe_bytes(rig, "used", 0x124000, 0x50);
}

static void b124_queue_align_places_the_used_ring(struct rig *rig)
{
	kit_negotiate(rig, F_STATS);
	kit_make_queue(rig, DEFLATE, 8);
	rig_set(rig, R_QUEUE_ALIGN, 64);
	rig_set(rig, R_QUEUE_PFN, (uint32_t)(kit_queue(rig, DEFLATE)->desc / PAGE));
	kit_queue(rig, DEFLATE)->used = kit_queue(rig, DEFLATE)->desc + 192;
	kit_ok(rig);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
	observe_bytes(rig, "rings", kit_queue(rig, DEFLATE)->desc, 512);
}

static void b103_queue_align_0_is_ignored(struct rig *rig)
{
	kit_negotiate(rig, F_STATS);
	kit_make_queue(rig, DEFLATE, 8);
	rig_set(rig, R_QUEUE_ALIGN, 0);
	rig_set(rig, R_QUEUE_PFN, (uint32_t)(kit_queue(rig, DEFLATE)->desc / PAGE));
	kit_ok(rig);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
}

static void b124_an_odd_queue_align(struct rig *rig)
{
	const uint32_t aligns[] = { 1, 4, 48, 100 };

	for (size_t i = 0; i < 4; i++) {
		kit_negotiate(rig, F_STATS);
		kit_make_queue(rig, DEFLATE, 8);
		rig_set(rig, R_QUEUE_ALIGN, aligns[i]);
		rig_set(rig, R_QUEUE_PFN, (uint32_t)(kit_queue(rig, DEFLATE)->desc / PAGE));
		kit_ok(rig);
		kit_send(rig, DEFLATE, BUF, 4);
		observe_bytes(rig, "rings", kit_queue(rig, DEFLATE)->desc, 512);
	}
}

static void b124_queue_num_after_queue_pfn(struct rig *rig)
{
	kit_negotiate(rig, F_STATS);
	kit_make_queue(rig, DEFLATE, 16);
	rig_set(rig, R_QUEUE_NUM, 4);
	kit_queue(rig, DEFLATE)->size = 4;
	kit_ok(rig);
	kit_send(rig, DEFLATE, BUF, 4);
	observe_bytes(rig, "rings", kit_queue(rig, DEFLATE)->desc, 512);
	observe_bytes(rig, "used", kit_queue(rig, DEFLATE)->used, 64);
}

static void b74_notify_on_empty(struct rig *rig)
{
	kit_start_with(rig, F_STATS | F_ON_EMPTY, 8);
	kit_set_avail_flags(rig, DEFLATE, 1);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "isr", kit_take_isr(rig), 1);
	kit_put(rig, DEFLATE, BUF, 4, 0);
	kit_put(rig, DEFLATE, BUF, 4, 0);
	kit_kick(rig, DEFLATE);
	observe(rig, "isr", kit_take_isr(rig));
}

static void b103_a_legacy_device_has_no_generation(struct rig *rig)
{
	kit_start(rig);
	rig_qmp(rig, "{'execute':'balloon','arguments':{'value':33554432}}");
	expect(rig, "isr", rig_get(rig, R_ISR), 3);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 0);
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 8192);
}

static void b118_a_broken_legacy_device_shows_nothing(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_send(rig, STATS, BUF, 0);
	expect(rig, "status", rig_get(rig, R_STATUS), 7);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 0);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
}

static void b123_a_legacy_ring_across_the_end_of_ram(struct rig *rig)
{
	kit_start(rig);
	rig_set(rig, R_QUEUE_SEL, STATS);
	rig_set(rig, R_QUEUE_NUM, 128); /* 2048 bytes of descriptors */
	rig_set(rig, R_PAGE_SIZE, 256);
	rig_set(rig, R_QUEUE_PFN, (uint32_t)(RAM_END(rig) / 256 - 1));
	observe(rig, "status", rig_get(rig, R_STATUS));
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 0);
}

static void b123_a_legacy_used_ring_outside_ram_is_no_error(struct rig *rig)
{
	kit_start(rig);
	rig_set(rig, R_QUEUE_SEL, STATS);
	rig_set(rig, R_QUEUE_PFN, (uint32_t)(RAM_END(rig) / PAGE - 1));
	observe(rig, "status", rig_get(rig, R_STATUS));
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
}

static void b103_legacy_has_no_modern_registers(struct rig *rig)
{
	kit_start(rig);
	rig_set(rig, R_QUEUE_SEL, DEFLATE);
	rig_set(rig, R_QUEUE_READY, 0);
	expect(rig, "ready", rig_get(rig, R_QUEUE_READY), 0);
	rig_set(rig, R_DESC, 0);
	rig_set(rig, R_AVAIL, 0);
	rig_set(rig, R_USED, 0);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
}

static void b73_legacy_event_idx(struct rig *rig)
{
	kit_start_with(rig, F_STATS | F_EVENT, 8);
	kit_set_used_event(rig, DEFLATE, 2);
	for (int entry = 1; entry <= 5; entry++) {
		kit_send(rig, DEFLATE, BUF, 4);
		expect(rig, "isr", kit_take_isr(rig), entry == 1 || entry == 3);
		expect(rig, "avail_event", kit_avail_event(rig, DEFLATE), entry);
	}
}

static void b113_legacy_features_ok_is_a_bit_like_any(struct rig *rig)
{
	kit_start(rig);
	rig_set(rig, R_STATUS, S_OK);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	rig_set(rig, R_DRIVER_FEATURES_SEL, 0);
	rig_set(rig, R_DRIVER_FEATURES, 0);
	kit_entry(rig, BUF, 4, 1);
	kit_send(rig, STATS, BUF, 10);
	kit_set_interval(rig, 100);
	observe(rig, "used", kit_used(rig, STATS));
}

static void b39_legacy_polling(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_interval(rig, 1);
	expect(rig, "used", kit_used(rig, STATS), 1);
	kit_answer(rig);
	rig_pass(rig, 700);
	expect(rig, "used", kit_used(rig, STATS), 1);
	rig_pass(rig, 600);
	expect(rig, "used", kit_used(rig, STATS), 2);
}

static void s31_legacy_system_reset(struct rig *rig)
{
	kit_start_with_buffer(rig);
	rig_qmp(rig, "{'execute':'system_reset'}");
	rig_settle(rig);
	rig_set(rig, R_QUEUE_SEL, STATS);
	expect(rig, "pfn", rig_get(rig, R_QUEUE_PFN), 0);
	kit_start_with_buffer(rig);
	expect(rig, "swap-in", kit_stat(rig, 0), 1000);
}

#define LEGACY .options = { .is_legacy = true }

const struct scenario scenarios_legacy[] = {
	{ SCENARIO(b102_a_legacy_transport_is_version_1), LEGACY },
	{ SCENARIO(b103_a_legacy_device_has_no_generation), LEGACY },
	{ SCENARIO(b103_a_page_size_of_0_is_no_shift), LEGACY },
	{ SCENARIO(b103_a_second_word_of_legacy_features_is_ignored), LEGACY },
	{ SCENARIO(b103_a_small_page_size_works), LEGACY },
	{ SCENARIO(b103_legacy_features_are_accepted_at_once), LEGACY },
	{ SCENARIO(b103_legacy_has_no_modern_registers), LEGACY },
	{ SCENARIO(b103_queue_align_0_is_ignored), LEGACY },
	{ SCENARIO(b103_queue_pfn_0_resets_the_device), LEGACY },
	{ SCENARIO(b103_queue_pfn_reads_back), LEGACY },
	{ SCENARIO(b103_the_page_size_is_its_trailing_zeros), LEGACY },
	{ SCENARIO(b113_legacy_features_ok_is_a_bit_like_any), LEGACY },
	{ SCENARIO(b118_a_broken_legacy_device_shows_nothing), LEGACY },
	{ SCENARIO(b123_a_legacy_ring_across_the_end_of_ram), LEGACY },
	{ SCENARIO(b123_a_legacy_used_ring_outside_ram_is_no_error), LEGACY },
	{ SCENARIO(b124_an_odd_queue_align), LEGACY },
	{ SCENARIO(b124_queue_align_places_the_used_ring), LEGACY },
	{ SCENARIO(b124_queue_num_after_queue_pfn), LEGACY },
	{ SCENARIO(b39_legacy_polling), LEGACY },
	{ SCENARIO(b73_legacy_event_idx), LEGACY },
	{ SCENARIO(b74_notify_on_empty), LEGACY },
	{ SCENARIO(b97_a_legacy_device_shows_one_word_of_features), LEGACY },
	{ SCENARIO(s31_legacy_system_reset), LEGACY },
	SCENARIO_END,
};
