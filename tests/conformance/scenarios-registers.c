/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The register window: B102 to B112. */
#include "scenario.h"

static void b103_the_window_begins_with_virt_and_names_a_balloon(struct rig *rig)
{
	expect(rig, "magic", rig_get(rig, R_MAGIC), 0x74726976);
	expect(rig, "version", rig_get(rig, R_VERSION), 2);
	expect(rig, "device", rig_get(rig, R_DEVICE_ID), 5);
	expect(rig, "vendor", rig_get(rig, R_VENDOR), 0x554d4551);
}

static void b103_registers_answer_no_other_width_than_four(struct rig *rig)
{
	expect(rig, "byte", rig_read(rig, R_MAGIC, 1), 0);
	expect(rig, "half", rig_read(rig, R_MAGIC, 2), 0);
	expect(rig, "upper half", rig_read(rig, R_MAGIC + 2, 2), 0);
	rig_write(rig, R_STATUS, 1, 7);
	expect(rig, "status", rig_get(rig, R_STATUS), 0);
	rig_write(rig, R_STATUS, 2, 7);
	expect(rig, "status", rig_get(rig, R_STATUS), 0);
	rig_write(rig, R_STATUS, 4, 7);
	expect(rig, "status", rig_get(rig, R_STATUS), 7);
}

static void b103_an_eight_byte_read_is_two_of_four(struct rig *rig)
{
	expect(rig, "magic and version", rig_read(rig, R_MAGIC, 8), UINT64_C(0x274726976));
	expect(rig, "device and vendor", rig_read(rig, R_DEVICE_ID, 8),
	       UINT64_C(0x554d455100000005));
}

static void b103_an_unaligned_read_is_cut_into_pieces(struct rig *rig)
{
	observe(rig, "2", rig_read(rig, 2, 4));
	observe(rig, "1", rig_read(rig, 1, 4));
	observe(rig, "3", rig_read(rig, 3, 2));
	observe(rig, "4 from 1 on, 8 long", rig_read(rig, 1, 8));
	observe(rig, "4 from 2 on, 8 long", rig_read(rig, 2, 8));
}

static void b103_an_unaligned_write_is_cut_into_pieces(struct rig *rig)
{
	rig_write(rig, R_STATUS - 2, 4, 0x00070000);
	expect(rig, "status", rig_get(rig, R_STATUS), 0);
	rig_write(rig, R_STATUS - 4, 8, UINT64_C(0x300000000));
	expect(rig, "status", rig_get(rig, R_STATUS), 3);
}

static void b97_a_modern_device_offers_its_features_in_two_words(struct rig *rig)
{
	uint64_t features = UINT64_C(0x10130000012);

	rig_set(rig, R_FEATURES_SEL, 0);
	expect(rig, "word 0", rig_get(rig, R_FEATURES), (uint32_t)features);
	rig_set(rig, R_FEATURES_SEL, 1);
	expect(rig, "word 1", rig_get(rig, R_FEATURES), features >> 32);
}

static void b103_any_other_feature_word_is_word_one(struct rig *rig)
{
	const uint32_t words[] = { 2, 3, 0x100, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < 5; i++) {
		rig_set(rig, R_FEATURES_SEL, words[i]);
		expect(rig, "word", rig_get(rig, R_FEATURES), 0x101);
	}
}

static void b97_deflate_on_oom_is_bit_2(struct rig *rig)
{
	expect(rig, "word 0", rig_get(rig, R_FEATURES), 0x30000016);
}

static void b97_free_page_hint_is_bit_3(struct rig *rig)
{
	expect(rig, "word 0", rig_get(rig, R_FEATURES), 0x3000001a);
}

static void b97_free_page_reporting_is_bit_5(struct rig *rig)
{
	expect(rig, "word 0", rig_get(rig, R_FEATURES), 0x30000032);
}

static void b97_packed_is_bit_34(struct rig *rig)
{
	rig_set(rig, R_FEATURES_SEL, 1);
	expect(rig, "word 1", rig_get(rig, R_FEATURES), 0x105);
}

static void b97_in_order_is_bit_35(struct rig *rig)
{
	rig_set(rig, R_FEATURES_SEL, 1);
	expect(rig, "word 1", rig_get(rig, R_FEATURES), 0x109);
}

static void b97_page_poison_event_idx_and_indirect_desc_can_be_off(struct rig *rig)
{
	expect(rig, "word 0", rig_get(rig, R_FEATURES), 0x2);
}

static void b103_write_only_registers_read_zero(struct rig *rig)
{
	const uint32_t offsets[] = { 0x14, 0x20, 0x24, 0x28, 0x30, 0x38, 0x3c, 0x40,
				     0x50, 0x64, 0x80, 0x84, 0x90, 0x94, 0xa0, 0xa4 };

	kit_start(rig);
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
		expect(rig, "register", rig_get(rig, offsets[i]), 0);
}

static void b103_read_only_registers_keep_their_values(struct rig *rig)
{
	const uint32_t offsets[] = { 0, 4, 8, 0xc, 0x10, 0x34, 0x60, 0xb0, 0xb4, 0xb8, 0xbc, 0xfc };

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		rig_set(rig, offsets[i], 0xffffffff);
		observe(rig, "register", rig_get(rig, offsets[i]));
	}
	expect(rig, "magic", rig_get(rig, R_MAGIC), 0x74726976);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 0);
}

static void b103_shared_memory_has_length_minus_one_and_no_base(struct rig *rig)
{
	rig_set(rig, 0xac, 0);
	expect(rig, "select", rig_get(rig, 0xac), 0);
	expect(rig, "length, low", rig_get(rig, 0xb0), 0xffffffff);
	expect(rig, "length, high", rig_get(rig, 0xb4), 0xffffffff);
	expect(rig, "base, low", rig_get(rig, 0xb8), 0);
	expect(rig, "base, high", rig_get(rig, 0xbc), 0);
}

static void b103_queue_reset_is_offered_and_does_nothing(struct rig *rig)
{
	kit_start_with_buffer(rig);
	rig_set(rig, R_QUEUE_SEL, STATS);
	rig_set(rig, 0xc0, 1);
	expect(rig, "reset", rig_get(rig, 0xc0), 0);
	expect(rig, "ready", rig_get(rig, R_QUEUE_READY), 1);
	kit_answer(rig);
	expect(rig, "used", kit_used(rig, STATS), 1);
}

static void b103_a_modern_device_has_no_legacy_registers(struct rig *rig)
{
	rig_set(rig, R_PAGE_SIZE, 4096);
	rig_set(rig, R_QUEUE_ALIGN, 4096);
	rig_set(rig, R_QUEUE_PFN, 0x100);
	expect(rig, "page size", rig_get(rig, R_PAGE_SIZE), 0);
	expect(rig, "pfn", rig_get(rig, R_QUEUE_PFN), 0);
	rig_set(rig, R_STATUS, 3);
	rig_set(rig, R_QUEUE_PFN, 0); /* would be a reset */
	expect(rig, "status", rig_get(rig, R_STATUS), 3);
}

static void b104_a_transport_without_device_reads_zero(struct rig *rig)
{
	expect(rig, "magic", rig_get(rig, R_MAGIC), 0x74726976);
	expect(rig, "version", rig_get(rig, R_VERSION), 2);
	expect(rig, "device", rig_get(rig, R_DEVICE_ID), 0);
	expect(rig, "vendor", rig_get(rig, R_VENDOR), 0x554d4551);
	rig_set(rig, R_STATUS, 0xf);
	expect(rig, "status", rig_get(rig, R_STATUS), 0);
	rig_set(rig, R_NOTIFY, 0);
	rig_set(rig, R_ACTUAL, 7);
	expect(rig, "features", rig_get(rig, R_FEATURES), 0);
	expect(rig, "queue", rig_get(rig, R_QUEUE_MAX), 0);
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 0);
	observe(rig, "byte of the configuration", rig_read(rig, R_CONFIG, 1));
	observe(rig, "shared memory", rig_get(rig, 0xb0));
	observe(rig, "behind the configuration", rig_get(rig, 0x1fc));
}

static void b106_queue_num_max_is_the_versions(struct rig *rig)
{
	uint32_t wanted = rig->version == RIG_11_1 ? 128 : 1024;

	for (uint32_t queue = 0; queue < 3; queue++) {
		rig_set(rig, R_QUEUE_SEL, queue);
		expect(rig, "largest", rig_get(rig, R_QUEUE_MAX), wanted);
	}
}

static void b106_hint_and_reporting_queues_have_sizes_of_their_own(struct rig *rig)
{
	rig_set(rig, R_QUEUE_SEL, 3);
	expect(rig, "hints", rig_get(rig, R_QUEUE_MAX), 1024);
	rig_set(rig, R_QUEUE_SEL, 4);
	expect(rig, "reporting", rig_get(rig, R_QUEUE_MAX), rig->version == RIG_11_1 ? 32 : 1024);
	rig_set(rig, R_QUEUE_SEL, 5);
	expect(rig, "none", rig_get(rig, R_QUEUE_MAX), 0);
}

static void b103_absent_queues_have_no_size(struct rig *rig)
{
	const uint32_t queues[] = { 3, 4, 5, 100, 1023 };

	for (size_t i = 0; i < 5; i++) {
		rig_set(rig, R_QUEUE_SEL, queues[i]);
		expect(rig, "largest", rig_get(rig, R_QUEUE_MAX), 0);
		expect(rig, "ready", rig_get(rig, R_QUEUE_READY), 0);
	}
}

static void b103_a_queue_selection_of_1024_or_more_is_ignored(struct rig *rig)
{
	const uint32_t queues[] = { 1024, 1025, 0x10000, 0x80000001, 0xffffffff };

	for (size_t i = 0; i < 5; i++) {
		rig_set(rig, R_QUEUE_SEL, 3);
		rig_set(rig, R_QUEUE_SEL, queues[i]);
		expect(rig, "largest", rig_get(rig, R_QUEUE_MAX), 0);
		rig_set(rig, R_QUEUE_SEL, 2);
		rig_set(rig, R_QUEUE_SEL, queues[i]);
		expect(rig, "there is one", rig_get(rig, R_QUEUE_MAX) != 0, 1);
	}
}

/* The size in force shows in where the ring wraps. */
static void check_size(struct rig *rig, uint32_t written, uint16_t in_force)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, DEFLATE, 8);
	rig_set(rig, R_QUEUE_NUM, written);
	rig_set(rig, R_QUEUE_READY, 1);
	kit_queue(rig, DEFLATE)->size = in_force;
	kit_ok(rig);
	for (int i = 0; i <= in_force; i++)
		kit_put(rig, DEFLATE, BUF, 4, 0);
	kit_kick(rig, DEFLATE);
	expect(rig, "used", kit_used(rig, DEFLATE), in_force + 1);
	expect(rig, "id of the last", kit_used_id(rig, DEFLATE, in_force), 0);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	observe_used(rig, DEFLATE);
}

static void b107_queue_num_0_is_ignored(struct rig *rig)
{
	check_size(rig, 0, 8);
}

static void b107_queue_num_above_1024_is_ignored(struct rig *rig)
{
	check_size(rig, 1025, 8);
}

static void b107_a_negative_queue_num_is_ignored(struct rig *rig)
{
	check_size(rig, 0x80000000, 8);
}

/* Not in the facts: QueueNum ignores what is out of range, but QueueReady takes its low half. */
static void b107_queue_ready_takes_the_low_half_of_queue_num(struct rig *rig)
{
	check_size(rig, 0x80000004, 4);
}

static void b107_queue_ready_takes_the_low_half_of_a_large_queue_num(struct rig *rig)
{
	check_size(rig, 0x10006, 6);
}

static void b107_queue_num_need_not_be_a_power_of_two(struct rig *rig)
{
	check_size(rig, 5, 5);
}

static void b107_queue_num_1_works(struct rig *rig)
{
	check_size(rig, 1, 1);
}

static void b108_queue_num_above_the_real_size(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, STATS, 256);
	expect(rig, "needs reset", rig_get(rig, R_STATUS) & 0x40,
	       rig->version == RIG_11_1 ? 0x40 : 0);
	kit_ok(rig);
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	expect(rig, "free", kit_stat(rig, 4), rig->version == RIG_11_1 ? ABSENT : 44);
}

static void b108_after_driver_ok_it_breaks_with_two_interrupts(struct rig *rig)
{
	kit_start(rig);
	rig_set(rig, R_QUEUE_SEL, STATS);
	rig_set(rig, R_QUEUE_NUM, 129);
	expect(rig, "isr", rig_get(rig, R_ISR), 3);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 1);
	rig_set(rig, R_QUEUE_READY, 1);
	observe(rig, "generation", rig_get(rig, R_GENERATION));
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
}

static void b109_a_larger_queue_num_after_ready_is_used(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, DEFLATE, 8);
	kit_ok(rig);
	rig_set(rig, R_QUEUE_NUM, 16);
	kit_queue(rig, DEFLATE)->size = 16;
	for (int i = 0; i < 17; i++)
		kit_put(rig, DEFLATE, BUF, 4, 0);
	kit_kick(rig, DEFLATE);
	observe(rig, "used", kit_used(rig, DEFLATE));
	observe_used(rig, DEFLATE);
}

static void b109_a_smaller_queue_num_after_ready_is_used(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, DEFLATE, 8);
	kit_ok(rig);
	rig_set(rig, R_QUEUE_NUM, 4);
	kit_queue(rig, DEFLATE)->size = 4;
	for (int i = 0; i < 5; i++)
		kit_put(rig, DEFLATE, BUF, 4, 0);
	kit_kick(rig, DEFLATE);
	observe(rig, "used", kit_used(rig, DEFLATE));
	observe_used(rig, DEFLATE);
}

static void b110_queue_ready_reads_back_one(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	rig_set(rig, R_QUEUE_SEL, STATS);
	rig_set(rig, R_QUEUE_READY, 0x80);
	observe(rig, "ready", rig_get(rig, R_QUEUE_READY));
	rig_set(rig, R_QUEUE_SEL, 7);
	rig_set(rig, R_QUEUE_READY, 1);
	expect(rig, "absent queue", rig_get(rig, R_QUEUE_READY), 1);
	rig_set(rig, R_STATUS, 0);
	expect(rig, "after reset", rig_get(rig, R_QUEUE_READY), 0);
	rig_set(rig, R_QUEUE_SEL, 7);
	expect(rig, "absent queue after reset", rig_get(rig, R_QUEUE_READY), 0);
}

static void b110_a_queue_works_on_after_ready_0(struct rig *rig)
{
	kit_start(rig);
	rig_set(rig, R_QUEUE_SEL, DEFLATE);
	rig_set(rig, R_QUEUE_READY, 0);
	expect(rig, "ready", rig_get(rig, R_QUEUE_READY), 0);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
}

static void b110_addresses_take_effect_at_ready_only(struct rig *rig)
{
	kit_start(rig);
	rig_set(rig, R_QUEUE_SEL, DEFLATE);
	rig_set(rig, R_DESC, 0x300000);
	rig_set(rig, R_AVAIL, 0x310000);
	rig_set(rig, R_USED, 0x320000);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
	rig_set(rig, R_QUEUE_READY, 1);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used, old place", kit_used(rig, DEFLATE), 1);
	expect(rig, "used, new place", rig_load16(rig, 0x320002), 0);
}

static void b110_indices_go_on_when_ready_is_set_again(struct rig *rig)
{
	kit_start(rig);
	kit_send(rig, DEFLATE, BUF, 4);
	rig_set(rig, R_QUEUE_SEL, DEFLATE);
	rig_set(rig, R_QUEUE_READY, 1);
	kit_send(rig, DEFLATE, BUF, 4);
	observe(rig, "used", kit_used(rig, DEFLATE));
	observe_used(rig, DEFLATE);
}

static void b111_a_queue_made_ready_after_driver_ok_works(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	kit_ok(rig);
	kit_make_queue(rig, STATS, 8);
	kit_entry(rig, BUF, 4, 44);
	kit_put(rig, STATS, BUF, 10, 0);
	rig_set(rig, R_QUEUE_READY, 1);
	expect(rig, "before the kick", kit_stat(rig, 4), ABSENT);
	kit_kick(rig, STATS);
	expect(rig, "after it", kit_stat(rig, 4), 44);
}

static void b112_a_kick_of_an_absent_or_unmapped_queue_is_ignored(struct rig *rig)
{
	const uint32_t queues[] = { 0, 2, 3, 4, 5, 63, 1023, 1024, 0xffff, 0xffffffff };

	kit_negotiate(rig, F_PLAIN);
	kit_ok(rig);
	for (size_t i = 0; i < sizeof(queues) / sizeof(queues[0]); i++) {
		rig_set(rig, R_NOTIFY, queues[i]);
		expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
		expect(rig, "isr", rig_get(rig, R_ISR), 0);
	}
}

static void b112_the_upper_half_of_queue_notify(struct rig *rig)
{
	kit_start(rig);
	kit_put(rig, DEFLATE, BUF, 4, 0);
	rig_set(rig, R_NOTIFY, 0x10001);
	expect(rig, "used", kit_used(rig, DEFLATE), rig->version == RIG_7_2 ? 0 : 1);
}

static void b103_acknowledging_clears_only_the_bits_given(struct rig *rig)
{
	kit_start(rig);
	rig_qmp(rig, "{'execute':'balloon','arguments':{'value':67108864}}");
	expect(rig, "isr", rig_get(rig, R_ISR), 3);
	expect(rig, "line", kit_has_interrupt(rig), 1);
	rig_set(rig, R_ACK, 0xfffffffc);
	expect(rig, "isr", rig_get(rig, R_ISR), 3);
	rig_set(rig, R_ACK, 1);
	expect(rig, "isr", rig_get(rig, R_ISR), 2);
	expect(rig, "line", kit_has_interrupt(rig), 1);
	rig_set(rig, R_ACK, 2);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	expect(rig, "line", kit_has_interrupt(rig), 0);
}

static void c3_memory_outside_ram_reads_zero(struct rig *rig)
{
	expect(rig, "behind RAM", rig_load64(rig, RAM_END(rig)), 0);
	rig_store64(rig, RAM_END(rig), ABSENT);
	expect(rig, "behind RAM", rig_load64(rig, RAM_END(rig)), 0);
	rig_store64(rig, RAM_END(rig) - 4, UINT64_C(0x1122334455667788));
	expect(rig, "across the end", rig_load64(rig, RAM_END(rig) - 4), 0x55667788);
	expect(rig, "1 TiB", rig_load64(rig, UINT64_C(1) << 40), 0);
}

static void c3_ram_is_zero_at_first(struct rig *rig)
{
	unsigned char bytes[256];
	unsigned int sum = 0;

	rig_load(rig, 0, bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		sum += bytes[i];
	expect(rig, "sum", sum, 0);
	expect(rig, "last word", rig_load64(rig, RAM_END(rig) - 8), 0);
}

const struct scenario scenarios_registers[] = {
	{ SCENARIO(b103_the_window_begins_with_virt_and_names_a_balloon) },
	{ SCENARIO(b103_registers_answer_no_other_width_than_four) },
	{ SCENARIO(b103_an_eight_byte_read_is_two_of_four) },
	{ SCENARIO(b103_an_unaligned_read_is_cut_into_pieces) },
	{ SCENARIO(b103_an_unaligned_write_is_cut_into_pieces) },
	{ SCENARIO(b97_a_modern_device_offers_its_features_in_two_words) },
	{ SCENARIO(b103_any_other_feature_word_is_word_one) },
	{ SCENARIO(b97_deflate_on_oom_is_bit_2), .options = { .device = "deflate-on-oom=on" } },
	{ SCENARIO(b97_free_page_hint_is_bit_3),
	  .options = { .device = "free-page-hint=on,iothread=io0" } },
	{ SCENARIO(b97_free_page_reporting_is_bit_5),
	  .options = { .device = "free-page-reporting=on" } },
	{ SCENARIO(b97_packed_is_bit_34), .options = { .device = "packed=on" } },
	{ SCENARIO(b97_in_order_is_bit_35), .options = { .device = "in_order=on" },
	  .not_on = ON(RIG_7_2) },
	{ SCENARIO(b97_page_poison_event_idx_and_indirect_desc_can_be_off),
	  .options = { .device = "page-poison=off,event_idx=off,indirect_desc=off" } },
	{ SCENARIO(b103_write_only_registers_read_zero) },
	{ SCENARIO(b103_read_only_registers_keep_their_values) },
	{ SCENARIO(b103_shared_memory_has_length_minus_one_and_no_base) },
	{ SCENARIO(b103_queue_reset_is_offered_and_does_nothing) },
	{ SCENARIO(b103_a_modern_device_has_no_legacy_registers) },
	{ SCENARIO(b104_a_transport_without_device_reads_zero),
	  .options = { .has_no_balloon = true } },
	{ SCENARIO(b106_queue_num_max_is_the_versions) },
	{ SCENARIO(b106_hint_and_reporting_queues_have_sizes_of_their_own),
	  .options = { .device = "free-page-hint=on,iothread=io0,free-page-reporting=on" } },
	{ SCENARIO(b103_absent_queues_have_no_size) },
	{ SCENARIO(b103_a_queue_selection_of_1024_or_more_is_ignored) },
	{ SCENARIO(b107_queue_num_0_is_ignored) },
	{ SCENARIO(b107_queue_num_above_1024_is_ignored) },
	{ SCENARIO(b107_a_negative_queue_num_is_ignored) },
	{ SCENARIO(b107_queue_ready_takes_the_low_half_of_queue_num) },
	{ SCENARIO(b107_queue_ready_takes_the_low_half_of_a_large_queue_num) },
	{ SCENARIO(b107_queue_num_need_not_be_a_power_of_two) },
	{ SCENARIO(b107_queue_num_1_works) },
	{ SCENARIO(b108_queue_num_above_the_real_size) },
	{ SCENARIO(b108_after_driver_ok_it_breaks_with_two_interrupts),
	  .not_on = ON(RIG_7_2) | ON(RIG_10_0) },
	{ SCENARIO(b109_a_larger_queue_num_after_ready_is_used), .not_on = ON(RIG_7_2) },
	{ SCENARIO(b109_a_smaller_queue_num_after_ready_is_used) },
	{ SCENARIO(b110_queue_ready_reads_back_one) },
	{ SCENARIO(b110_a_queue_works_on_after_ready_0) },
	{ SCENARIO(b110_addresses_take_effect_at_ready_only) },
	{ SCENARIO(b110_indices_go_on_when_ready_is_set_again) },
	{ SCENARIO(b111_a_queue_made_ready_after_driver_ok_works) },
	{ SCENARIO(b112_a_kick_of_an_absent_or_unmapped_queue_is_ignored) },
	{ SCENARIO(b112_the_upper_half_of_queue_notify) },
	{ SCENARIO(b103_acknowledging_clears_only_the_bits_given) },
	{ SCENARIO(c3_memory_outside_ram_reads_zero) },
	{ SCENARIO(c3_ram_is_zero_at_first) },
	SCENARIO_END,
};
