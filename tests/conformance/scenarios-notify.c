/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which used entries interrupt, and what the device says of kicks: B72 to B76, B128. */
#include "scenario.h"

/* Deflate one page; did it interrupt? */
static uint32_t deflate(struct rig *rig)
{
	kit_send(rig, DEFLATE, BUF, 4);
	return kit_take_isr(rig);
}

static void b72_the_used_length_is_always_0(struct rig *rig)
{
	kit_start(rig);
	rig_store32(rig, BUF, 0x300);
	for (unsigned int queue = 0; queue < 3; queue++) {
		kit_put(rig, queue, BUF, 4, 0);
		kit_put(rig, queue, BUF + 64, 4, WRITE);
		kit_kick(rig, queue);
		kit_kick(rig, queue);
		observe_used(rig, queue);
	}
	expect(rig, "length", kit_used_len(rig, INFLATE, 1), 0);
}

static void b73_without_event_idx_each_entry_interrupts(struct rig *rig)
{
	kit_start(rig);
	for (int i = 0; i < 10; i++)
		expect(rig, "isr", deflate(rig), 1);
}

static void b73_no_interrupt_is_obeyed(struct rig *rig)
{
	kit_start(rig);
	kit_set_avail_flags(rig, DEFLATE, 1);
	expect(rig, "isr", deflate(rig), 0);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
	kit_set_avail_flags(rig, DEFLATE, 0);
	expect(rig, "isr", deflate(rig), 1);
	kit_set_avail_flags(rig, DEFLATE, 0xfffe);
	expect(rig, "isr, other flags", deflate(rig), 1);
}

static void b73_a_request_obeys_no_interrupt_too(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_set_avail_flags(rig, STATS, 1);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 1);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	expect(rig, "line", kit_has_interrupt(rig), 0);
}

static void b73_with_event_idx_used_event_decides(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_EVENT, 8);
	kit_set_used_event(rig, DEFLATE, 5);
	for (int entry = 1; entry <= 8; entry++)
		expect(rig, "isr", deflate(rig), entry == 1 || entry == 6);
}

static void b73_with_event_idx_the_flag_is_ignored(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_EVENT, 8);
	kit_set_avail_flags(rig, DEFLATE, 1);
	expect(rig, "isr", deflate(rig), 1);
	kit_set_used_event(rig, DEFLATE, 1);
	expect(rig, "isr", deflate(rig), 1);
}

static void b73_used_event_follows_the_index_round(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_EVENT, 4);
	for (uint16_t i = 0; i < 40; i++) {
		kit_set_used_event(rig, DEFLATE, i % 3 == 0 ? i : i + 100);
		observe(rig, "isr", deflate(rig));
	}
}

static void b75_with_event_idx_avail_event_follows(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_EVENT, 8);
	for (uint16_t i = 1; i <= 10; i++) {
		deflate(rig);
		expect(rig, "avail_event", kit_avail_event(rig, DEFLATE), i);
	}
	kit_entry(rig, BUF, 4, 1);
	kit_send(rig, STATS, BUF, 10);
	expect(rig, "avail_event", kit_avail_event(rig, STATS), 1);
}

static void b75_without_event_idx_avail_event_is_untouched(struct rig *rig)
{
	kit_start(rig);
	rig_store16(rig, kit_queue(rig, DEFLATE)->used + 4 + 64, 0xbeef);
	deflate(rig);
	expect(rig, "avail_event", kit_avail_event(rig, DEFLATE), 0xbeef);
	expect(rig, "used.flags", rig_load16(rig, kit_queue(rig, DEFLATE)->used), 0);
}

static void b75_used_flags_are_not_written(struct rig *rig)
{
	kit_start(rig);
	rig_store16(rig, kit_queue(rig, DEFLATE)->used, 0xabcd);
	deflate(rig);
	observe(rig, "used.flags", rig_load16(rig, kit_queue(rig, DEFLATE)->used));
}

static void b76_a_timer_on_a_broken_device_loses_the_buffer(struct rig *rig)
{
	kit_start_with_buffer(rig);
	kit_send(rig, DEFLATE, BUF, 0);
	expect(rig, "status", rig_get(rig, R_STATUS), S_BROKEN);
	kit_take_isr(rig);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	kit_set_interval(rig, 100);
	expect(rig, "used", kit_used(rig, STATS), 0);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
	rig_set(rig, R_STATUS, 0);
	expect(rig, "line after a reset", kit_has_interrupt(rig), 0);
}

static void b76_without_version_1_it_does_not_raise_the_line(struct rig *rig)
{
	kit_start_with(rig, F_STATS, 8);
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	kit_send(rig, DEFLATE, BUF, 0);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	kit_set_interval(rig, 100);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
	expect(rig, "line", kit_has_interrupt(rig), 0);
}

/* Not in the facts: a broken device no longer touches the line, be it raised or not. */
static void b76_the_line_of_a_broken_device_stays_as_it_is(struct rig *rig)
{
	kit_start(rig);
	kit_send(rig, DEFLATE, BUF, 0);
	expect(rig, "isr", kit_take_isr(rig), 3);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	expect(rig, "line", kit_has_interrupt(rig), 1);
	rig_qmp(rig, "{'execute':'balloon','arguments':{'value':33554432}}");
	expect(rig, "isr", kit_take_isr(rig), 3);
	expect(rig, "line", kit_has_interrupt(rig), 1);
	rig_set(rig, R_STATUS, 0);
	expect(rig, "line after a reset", kit_has_interrupt(rig), 0);
}

static void b76_a_used_index_in_memory_is_not_believed(struct rig *rig)
{
	kit_start(rig);
	deflate(rig);
	rig_store16(rig, kit_queue(rig, DEFLATE)->used + 2, 100);
	deflate(rig);
	expect(rig, "used", kit_used(rig, DEFLATE), 2);
}

static void s25_notify_on_empty_is_accepted_by_a_modern_device(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_ON_EMPTY, 8);
	kit_set_avail_flags(rig, DEFLATE, 1);
	expect(rig, "isr", deflate(rig), 1);
}

static void b74_notify_on_empty_needs_an_empty_ring(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_ON_EMPTY, 8);
	kit_set_avail_flags(rig, STATS, 1);
	kit_entry(rig, BUF, 4, 1);
	kit_put(rig, STATS, BUF, 10, 0);
	kit_put(rig, STATS, BUF, 10, 0);
	kit_kick(rig, STATS);
	kit_kick(rig, STATS); /* returns the first while the second is out */
	expect(rig, "used", kit_used(rig, STATS), 1);
	observe(rig, "isr", kit_take_isr(rig));
	kit_set_interval(rig, 100); /* returns the second: nothing is in use */
	expect(rig, "used", kit_used(rig, STATS), 2);
	observe(rig, "isr", kit_take_isr(rig));
}

/* Not in the facts: to the last request of a broken device every ring is empty. */
static void b76_a_broken_device_finds_its_ring_empty(struct rig *rig)
{
	kit_start_with(rig, F_STATS | F_ON_EMPTY, 8);
	kit_set_avail_flags(rig, STATS, 1);
	kit_entry(rig, BUF, 4, 44);
	kit_send(rig, STATS, BUF, 10);
	kit_send(rig, DEFLATE, BUF, 0);
	kit_send(rig, STATS, BUF, 10);
	expect(rig, "isr", rig_get(rig, R_ISR), 0);
	kit_set_interval(rig, 100);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
	expect(rig, "line", kit_has_interrupt(rig), 0);
}

static void b103_the_line_stays_until_it_is_acknowledged(struct rig *rig)
{
	kit_start(rig);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "line", kit_has_interrupt(rig), 1);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "line", kit_has_interrupt(rig), 1);
	kit_take_isr(rig);
	expect(rig, "line", kit_has_interrupt(rig), 0);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "line", kit_has_interrupt(rig), 1);
}

static void b128_interrupts_need_no_driver_ok(struct rig *rig)
{
	kit_negotiate(rig, F_PLAIN);
	kit_make_queue(rig, DEFLATE, 8);
	kit_send(rig, DEFLATE, BUF, 4);
	observe(rig, "isr", rig_get(rig, R_ISR));
	observe(rig, "line", kit_has_interrupt(rig));
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
}

const struct scenario scenarios_notify[] = {
	{ SCENARIO(b72_the_used_length_is_always_0) },
	{ SCENARIO(b73_without_event_idx_each_entry_interrupts) },
	{ SCENARIO(b73_no_interrupt_is_obeyed) },
	{ SCENARIO(b73_a_request_obeys_no_interrupt_too) },
	{ SCENARIO(b73_with_event_idx_used_event_decides) },
	{ SCENARIO(b73_with_event_idx_the_flag_is_ignored) },
	{ SCENARIO(b73_used_event_follows_the_index_round) },
	{ SCENARIO(b75_with_event_idx_avail_event_follows) },
	{ SCENARIO(b75_without_event_idx_avail_event_is_untouched) },
	{ SCENARIO(b75_used_flags_are_not_written) },
	{ SCENARIO(b76_a_timer_on_a_broken_device_loses_the_buffer) },
	{ SCENARIO(b76_a_broken_device_finds_its_ring_empty) },
	{ SCENARIO(b76_without_version_1_it_does_not_raise_the_line) },
	{ SCENARIO(b76_the_line_of_a_broken_device_stays_as_it_is) },
	{ SCENARIO(b76_a_used_index_in_memory_is_not_believed) },
	{ SCENARIO(s25_notify_on_empty_is_accepted_by_a_modern_device) },
	{ SCENARIO(b74_notify_on_empty_needs_an_empty_ring) },
	{ SCENARIO(b103_the_line_stays_until_it_is_acknowledged) },
	{ SCENARIO(b128_interrupts_need_no_driver_ok) },
	SCENARIO_END,
};
