/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The configuration space: B77 to B84. */
#include "scenario.h"

static const char balloon_32[] = "{'execute':'balloon','arguments':{'value':33554432}}";

static void b77_num_pages_comes_first_in_little_endian(struct rig *rig)
{
	rig_qmp(rig, "{'execute':'balloon','arguments':{'value':41943040}}");
	expect(rig, "num_pages", rig_read(rig, R_CONFIG, 4), 6144);
	expect(rig, "byte 0", rig_read(rig, R_CONFIG, 1), 0x00);
	expect(rig, "byte 1", rig_read(rig, R_CONFIG + 1, 1), 0x18);
	expect(rig, "half 0", rig_read(rig, R_CONFIG, 2), 0x1800);
}

static void b78_sixteen_bytes_with_page_poison(struct rig *rig)
{
	expect(rig, "poison", rig_get(rig, R_POISON), 0);
	expect(rig, "behind", rig_get(rig, 0x110), 0xffffffff);
}

static void b78_eight_bytes_without_page_poison(struct rig *rig)
{
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 0);
	expect(rig, "behind", rig_get(rig, R_HINT_ID), 0xffffffff);
	expect(rig, "behind", rig_get(rig, R_POISON), 0xffffffff);
}

static void b78_twelve_bytes_with_free_page_hint_alone(struct rig *rig)
{
	expect(rig, "hint", rig_get(rig, R_HINT_ID), 0);
	expect(rig, "behind", rig_get(rig, R_POISON), 0xffffffff);
}

static void b78_the_old_config_size_is_sixteen(struct rig *rig)
{
	expect(rig, "poison", rig_get(rig, R_POISON), 0);
	expect(rig, "behind", rig_get(rig, 0x110), 0xffffffff);
}

static void b79_reads_across_the_end_are_all_ones_of_their_width(struct rig *rig)
{
	expect(rig, "last byte", rig_read(rig, 0x10f, 1), 0);
	expect(rig, "byte", rig_read(rig, 0x110, 1), 0xff);
	expect(rig, "half", rig_read(rig, 0x110, 2), 0xffff);
	expect(rig, "word", rig_read(rig, 0x110, 4), 0xffffffff);
	observe(rig, "half across", rig_read(rig, 0x10f, 2));
	observe(rig, "word across", rig_read(rig, 0x10e, 4));
	observe(rig, "long across", rig_read(rig, 0x10c, 8));
	expect(rig, "end of the window", rig_read(rig, 0x1fc, 4), 0xffffffff);
}

static void b79_writes_past_the_end_are_ignored(struct rig *rig)
{
	rig_write(rig, 0x110, 4, 0x12345678);
	rig_write(rig, 0x10e, 4, 0xffffffff);
	rig_write(rig, 0x1ff, 1, 0xff);
	expect(rig, "poison", rig_get(rig, R_POISON), 0);
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 0);
}

static void b80_num_pages_and_hint_id_are_not_writable(struct rig *rig)
{
	rig_qmp(rig, balloon_32);
	rig_set(rig, R_NUM_PAGES, 5);
	rig_set(rig, R_HINT_ID, 5);
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 8192);
	expect(rig, "hint", rig_get(rig, R_HINT_ID), 0);
}

static void b80_poison_val_needs_the_feature(struct rig *rig)
{
	kit_start(rig);
	rig_set(rig, R_POISON, 0xaaaaaaaa);
	expect(rig, "poison", rig_get(rig, R_POISON), 0);
	kit_start_with(rig, F_PLAIN | F_POISON, 8);
	rig_set(rig, R_POISON, 0xaaaaaaaa);
	expect(rig, "poison", rig_get(rig, R_POISON), 0xaaaaaaaa);
}

static void b81_actual_takes_effect_byte_by_byte(struct rig *rig)
{
	rig_write(rig, R_ACTUAL, 1, 0x34);
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 0x34);
	rig_write(rig, R_ACTUAL + 1, 1, 0x12);
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 0x1234);
	rig_write(rig, R_ACTUAL + 2, 2, 1);
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 0x11234);
	rig_write(rig, R_ACTUAL + 1, 2, 0);
	observe(rig, "actual, unaligned", rig_get(rig, R_ACTUAL));
}

static void b81_an_eight_byte_write_reaches_actual(struct rig *rig)
{
	rig_write(rig, R_NUM_PAGES, 8, UINT64_C(0x0000004400000033));
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 0);
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 0x44);
}

static void b81_an_old_poison_value_comes_back_unless_read_before(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_POISON, 8);
	rig_set(rig, R_POISON, 0x5a5a5a5a);
	kit_start_with(rig, F_PLAIN | F_POISON, 8);
	rig_set(rig, R_ACTUAL, 3);
	expect(rig, "poison", rig_get(rig, R_POISON), 0x5a5a5a5a);
}

static void b81_a_read_before_lets_the_old_poison_value_go(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_POISON, 8);
	rig_set(rig, R_POISON, 0x5a5a5a5a);
	kit_start_with(rig, F_PLAIN | F_POISON, 8);
	expect(rig, "poison", rig_get(rig, R_POISON), 0);
	rig_set(rig, R_ACTUAL, 3);
	expect(rig, "poison", rig_get(rig, R_POISON), 0);
}

static void b82_actual_is_taken_with_status_0(struct rig *rig)
{
	rig_set(rig, R_ACTUAL, 1024);
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 1024);
	expect_qmp(rig, "{'execute':'query-balloon'}", "{\"return\": {\"actual\": 62914560}}");
}

static void b82_actual_is_taken_from_a_broken_device(struct rig *rig)
{
	kit_start(rig);
	kit_send(rig, STATS, BUF, 0);
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
	rig_set(rig, R_ACTUAL, 1024);
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 1024);
	expect_qmp(rig, "{'execute':'query-balloon'}", "{\"return\": {\"actual\": 62914560}}");
}

static void b83_a_device_reset_keeps_num_pages_and_actual(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_POISON, 8);
	rig_qmp(rig, balloon_32);
	rig_set(rig, R_ACTUAL, 100);
	rig_set(rig, R_POISON, 0xaa);
	rig_set(rig, R_STATUS, 0);
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 8192);
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 100);
	expect(rig, "poison", rig_get(rig, R_POISON), 0);
}

static void b83_a_system_reset_keeps_num_pages_and_actual(struct rig *rig)
{
	kit_start(rig);
	rig_qmp(rig, balloon_32);
	rig_set(rig, R_ACTUAL, 100);
	rig_qmp(rig, "{'execute':'system_reset'}");
	rig_settle(rig);
	expect(rig, "num_pages", rig_get(rig, R_NUM_PAGES), 8192);
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 100);
	expect(rig, "status", rig_get(rig, R_STATUS), 0);
}

static void b84_the_old_balloon_shows_until_actual_is_written(struct rig *rig)
{
	kit_start(rig);
	rig_set(rig, R_ACTUAL, 4096);
	rig_set(rig, R_STATUS, 0);
	rig_qmp(rig, "{'execute':'balloon','arguments':{'value':67108864}}");
	expect_qmp(rig, "{'execute':'query-balloon'}", "{\"return\": {\"actual\": 50331648}}");
	kit_start(rig);
	rig_set(rig, R_ACTUAL, 0);
	expect_qmp(rig, "{'execute':'query-balloon'}", "{\"return\": {\"actual\": 67108864}}");
}

static void b105_guest_writes_do_not_count_as_generations(struct rig *rig)
{
	kit_start(rig);
	rig_set(rig, R_ACTUAL, 5);
	rig_set(rig, R_ACTUAL, 6);
	expect(rig, "generation", rig_get(rig, R_GENERATION), 0);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
}

const struct scenario scenarios_config[] = {
	{ SCENARIO(b77_num_pages_comes_first_in_little_endian) },
	{ SCENARIO(b78_sixteen_bytes_with_page_poison) },
	{ SCENARIO(b78_eight_bytes_without_page_poison),
	  .options = { .device = "page-poison=off" } },
	{ SCENARIO(b78_twelve_bytes_with_free_page_hint_alone),
	  .options = { .device = "page-poison=off,free-page-hint=on,iothread=io0" } },
	{ SCENARIO(b78_the_old_config_size_is_sixteen),
	  .options = { .device = "page-poison=off,qemu-4-0-config-size=on" },
	  .not_on = ON(RIG_11_1) },
	{ SCENARIO(b79_reads_across_the_end_are_all_ones_of_their_width) },
	{ SCENARIO(b79_writes_past_the_end_are_ignored) },
	{ SCENARIO(b80_num_pages_and_hint_id_are_not_writable) },
	{ SCENARIO(b80_poison_val_needs_the_feature) },
	{ SCENARIO(b81_actual_takes_effect_byte_by_byte) },
	{ SCENARIO(b81_an_eight_byte_write_reaches_actual) },
	{ SCENARIO(b81_an_old_poison_value_comes_back_unless_read_before) },
	{ SCENARIO(b81_a_read_before_lets_the_old_poison_value_go) },
	{ SCENARIO(b82_actual_is_taken_with_status_0) },
	{ SCENARIO(b82_actual_is_taken_from_a_broken_device) },
	{ SCENARIO(b83_a_device_reset_keeps_num_pages_and_actual) },
	{ SCENARIO(b83_a_system_reset_keeps_num_pages_and_actual) },
	{ SCENARIO(b84_the_old_balloon_shows_until_actual_is_written) },
	{ SCENARIO(b105_guest_writes_do_not_count_as_generations) },
	SCENARIO_END,
};
