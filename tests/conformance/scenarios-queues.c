/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Inflating, deflating, reporting and hinting: B92 to B101. */
#include "scenario.h"

#define PFN(gpa) ((uint32_t)((gpa) / PAGE))

/* Pages to give away lie behind the buffers, each with a mark in its first and last bytes. */
static uint64_t page(unsigned int n)
{
	return UINT64_C(0x1000000) + (uint64_t)n * PAGE;
}

static void mark(struct rig *rig, unsigned int n)
{
	rig_store64(rig, page(n), UINT64_C(0x1111111111111111) * (n % 15 + 1));
	rig_store64(rig, page(n) + PAGE - 8, UINT64_C(0x1111111111111111) * (n % 15 + 1));
}

#define expect_page(rig, n, is_kept)                                                         \
	do {                                                                                 \
		expect(rig, "first bytes are kept", rig_load64(rig, page(n)) != 0, is_kept); \
		expect(rig, "last bytes are kept", rig_load64(rig, page(n) + PAGE - 8) != 0, \
		       is_kept);                                                             \
	} while (0)

static void s23_inflating_zeroes_the_page(struct rig *rig)
{
	kit_start(rig);
	mark(rig, 0);
	mark(rig, 1);
	mark(rig, 2);
	rig_store32(rig, BUF, PFN(page(1)));
	kit_send(rig, INFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, INFLATE), 1);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
	expect_page(rig, 0, 1);
	expect_page(rig, 1, 0);
	expect_page(rig, 2, 1);
	expect(rig, "actual", rig_get(rig, R_ACTUAL), 0);
}

static void s23_deflating_leaves_the_page(struct rig *rig)
{
	kit_start(rig);
	mark(rig, 0);
	rig_store32(rig, BUF, PFN(page(0)));
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
	expect_page(rig, 0, 1);
}

static void b94_a_buffer_is_a_stream_of_page_numbers(struct rig *rig)
{
	kit_start(rig);
	for (unsigned int i = 0; i < 6; i++) {
		mark(rig, i);
		rig_store32(rig, BUF + 4 * (uint64_t)i, PFN(page(i)));
	}
	kit_desc(rig, INFLATE, 0, BUF, 3, NEXT, 1);
	kit_desc(rig, INFLATE, 1, BUF + 3, 7, NEXT, 2);
	kit_desc(rig, INFLATE, 2, BUF + 10, 12, 0, 0); /* 22 bytes: the last number is cut */
	kit_avail(rig, INFLATE, 0);
	kit_kick(rig, INFLATE);
	expect(rig, "used", kit_used(rig, INFLATE), 1);
	for (unsigned int i = 0; i < 6; i++)
		expect_page(rig, i, i == 5);
}

static void b94_pages_outside_ram_are_skipped(struct rig *rig)
{
	kit_start(rig);
	mark(rig, 0);
	rig_store32(rig, BUF, PFN(RAM_END(rig)));
	rig_store32(rig, BUF + 4, 0xffffffff);
	rig_store32(rig, BUF + 8, 0xfeb00);
	rig_store32(rig, BUF + 12, PFN(page(0)));
	kit_send(rig, INFLATE, BUF, 16);
	expect(rig, "used", kit_used(rig, INFLATE), 1);
	expect(rig, "status", rig_get(rig, R_STATUS), S_OK);
	expect_page(rig, 0, 0);
}

static void b94_the_last_page_of_ram_is_a_page(struct rig *rig)
{
	kit_start(rig);
	rig_store64(rig, RAM_END(rig) - 8, 7);
	rig_store32(rig, BUF, PFN(RAM_END(rig)) - 1);
	kit_send(rig, INFLATE, BUF, 4);
	expect(rig, "last word", rig_load64(rig, RAM_END(rig) - 8), 0);
}

static void b94_all_elements_are_done_at_one_kick(struct rig *rig)
{
	kit_start(rig);
	for (unsigned int i = 0; i < 8; i++) {
		mark(rig, i);
		rig_store32(rig, BUF + 64 * (uint64_t)i, PFN(page(i)));
		kit_put(rig, INFLATE, BUF + 64 * (uint64_t)i, 4, 0);
	}
	kit_kick(rig, INFLATE);
	expect(rig, "used", kit_used(rig, INFLATE), 8);
	for (unsigned int i = 0; i < 8; i++)
		expect_page(rig, i, 0);
	observe_used(rig, INFLATE);
}

static void b94_elements_without_page_numbers_are_returned(struct rig *rig)
{
	kit_start(rig);
	mark(rig, 0);
	rig_store32(rig, BUF, PFN(page(0)));
	kit_put(rig, INFLATE, BUF, 3, 0);
	kit_put(rig, INFLATE, BUF, 4, WRITE);
	kit_kick(rig, INFLATE);
	expect(rig, "used", kit_used(rig, INFLATE), 2);
	expect_page(rig, 0, 1);
	observe_bytes(rig, "buffer", BUF, 4);
}

static void b94_a_poison_value_does_not_keep_pages_from_inflating(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_POISON, 8);
	rig_set(rig, R_POISON, 0xaaaaaaaa);
	mark(rig, 0);
	rig_store32(rig, BUF, PFN(page(0)));
	kit_send(rig, INFLATE, BUF, 4);
	expect_page(rig, 0, 0);
}

static void b94_the_page_of_the_buffer_itself_can_go(struct rig *rig)
{
	kit_start(rig);
	rig_store32(rig, page(0), PFN(page(0)));
	rig_store32(rig, page(0) + 4, PFN(page(1)));
	mark(rig, 1);
	kit_send(rig, INFLATE, page(0), 8);
	expect(rig, "used", kit_used(rig, INFLATE), 1);
	observe(rig, "first page", rig_load64(rig, page(0)));
	observe(rig, "second page", rig_load64(rig, page(1)));
}

static void b94_a_driver_of_linux_inflates_256_pages_at_a_time(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_EVENT, 128);
	for (unsigned int i = 0; i < 256; i++) {
		mark(rig, i);
		rig_store32(rig, BUF + 4 * (uint64_t)i, PFN(page(i)));
	}
	kit_send(rig, INFLATE, BUF, 1024);
	rig_set(rig, R_ACTUAL, 256);
	expect(rig, "used", kit_used(rig, INFLATE), 1);
	for (unsigned int i = 0; i < 256; i += 51)
		expect_page(rig, i, 0);
	expect_qmp(rig, "{'execute':'query-balloon'}", "{\"return\": {\"actual\": 66060288}}");
}

static void report(struct rig *rig, unsigned int queue)
{
	mark(rig, 0);
	mark(rig, 1);
	mark(rig, 2);
	mark(rig, 3);
	mark(rig, 4);
	kit_desc(rig, queue, 0, page(0), 2 * PAGE, NEXT | WRITE, 1);
	kit_desc(rig, queue, 1, page(2) + 8, PAGE, NEXT | WRITE, 2); /* not aligned */
	kit_desc(rig, queue, 2, page(4), PAGE - 8, WRITE, 0);        /* not a whole page */
	kit_avail(rig, queue, 0);
	kit_kick(rig, queue);
	expect(rig, "used", kit_used(rig, queue), 1);
	expect(rig, "length", kit_used_len(rig, queue, 0), 0);
	expect(rig, "isr", rig_get(rig, R_ISR), 1);
	expect_page(rig, 2, 1);
	expect_page(rig, 3, 1);
	expect_page(rig, 4, 1);
}

static void b98_reported_pages_are_discarded(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_REPORTING, 8);
	kit_make_queue(rig, 3, 8);
	report(rig, 3);
	expect_page(rig, 0, 0);
	expect_page(rig, 1, 0);
}

static void b98_nothing_is_discarded_while_poisoned(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_REPORTING | F_POISON, 8);
	kit_make_queue(rig, 3, 8);
	rig_set(rig, R_POISON, 1);
	report(rig, 3);
	expect_page(rig, 0, 1);
	expect_page(rig, 1, 1);
}

static void b98_readable_descriptors_are_no_reports(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_REPORTING, 8);
	kit_make_queue(rig, 3, 8);
	mark(rig, 0);
	mark(rig, 1);
	kit_desc(rig, 3, 0, page(0), PAGE, NEXT, 1);
	kit_desc(rig, 3, 1, page(1), PAGE, WRITE, 0);
	kit_avail(rig, 3, 0);
	kit_kick(rig, 3);
	expect(rig, "used", kit_used(rig, 3), 1);
	expect_page(rig, 0, 1);
	expect_page(rig, 1, 0);
}

static void b98_reports_outside_ram_are_skipped(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_REPORTING, 8);
	kit_make_queue(rig, 3, 8);
	kit_put(rig, 3, RAM_END(rig), PAGE, WRITE);
	kit_kick(rig, 3);
	observe(rig, "used", kit_used(rig, 3));
	observe(rig, "status", rig_get(rig, R_STATUS));
}

static void b92_reporting_is_queue_4_behind_hints(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_REPORTING, 8);
	kit_make_queue(rig, 4, 8);
	report(rig, 4);
	expect_page(rig, 0, 0);
	expect_page(rig, 1, 0);
}

static void b92_reporting_works_without_negotiation(struct rig *rig)
{
	kit_start(rig);
	kit_make_queue(rig, 3, 8);
	report(rig, 3);
	observe(rig, "page", rig_load64(rig, page(0)));
}

static void b100_no_hints_are_wanted_at_first(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_HINT, 8);
	expect(rig, "id", rig_get(rig, R_HINT_ID), 0);
}

static void b100_hint_buffers_come_back(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_HINT, 8);
	kit_make_queue(rig, HINT, 8);
	mark(rig, 0);
	rig_store32(rig, BUF, 0);
	kit_put(rig, HINT, BUF, 4, 0);
	kit_put(rig, HINT, page(0), PAGE, WRITE);
	kit_kick(rig, HINT);
	rig_settle(rig);
	/* In another thread of QEMU's; the bound is for slow hosts. */
	for (int i = 0; i < 200 && kit_used(rig, HINT) < 2; i++)
		rig_settle(rig);
	expect(rig, "used", kit_used(rig, HINT), 2);
	expect(rig, "length", kit_used_len(rig, HINT, 1), 0);
	expect_page(rig, 0, 1);
	/* 11.1 does not raise the line for these: known.c */
	expect(rig, "isr", kit_take_isr(rig), 1);
}

static void b96_deflate_on_oom_changes_nothing_in_the_device(struct rig *rig)
{
	kit_start_with(rig, F_PLAIN | F_OOM, 8);
	mark(rig, 0);
	rig_store32(rig, BUF, PFN(page(0)));
	kit_send(rig, INFLATE, BUF, 4);
	expect_page(rig, 0, 0);
	kit_send(rig, DEFLATE, BUF, 4);
	expect(rig, "used", kit_used(rig, DEFLATE), 1);
}

const struct scenario scenarios_queues[] = {
	{ SCENARIO(s23_inflating_zeroes_the_page) },
	{ SCENARIO(s23_deflating_leaves_the_page) },
	{ SCENARIO(b94_a_buffer_is_a_stream_of_page_numbers) },
	{ SCENARIO(b94_pages_outside_ram_are_skipped) },
	{ SCENARIO(b94_the_last_page_of_ram_is_a_page) },
	{ SCENARIO(b94_all_elements_are_done_at_one_kick) },
	{ SCENARIO(b94_elements_without_page_numbers_are_returned) },
	{ SCENARIO(b94_a_poison_value_does_not_keep_pages_from_inflating) },
	{ SCENARIO(b94_the_page_of_the_buffer_itself_can_go) },
	{ SCENARIO(b94_a_driver_of_linux_inflates_256_pages_at_a_time) },
	{ SCENARIO(b98_reported_pages_are_discarded),
	  .options = { .device = "free-page-reporting=on" } },
	{ SCENARIO(b98_nothing_is_discarded_while_poisoned),
	  .options = { .device = "free-page-reporting=on" } },
	{ SCENARIO(b98_readable_descriptors_are_no_reports),
	  .options = { .device = "free-page-reporting=on" } },
	{ SCENARIO(b98_reports_outside_ram_are_skipped),
	  .options = { .device = "free-page-reporting=on" } },
	{ SCENARIO(b92_reporting_is_queue_4_behind_hints),
	  .options = { .device = "free-page-hint=on,iothread=io0,free-page-reporting=on" } },
	{ SCENARIO(b92_reporting_works_without_negotiation),
	  .options = { .device = "free-page-reporting=on" } },
	{ SCENARIO(b100_no_hints_are_wanted_at_first),
	  .options = { .device = "free-page-hint=on,iothread=io0" } },
	{ SCENARIO(b100_hint_buffers_come_back),
	  .options = { .device = "free-page-hint=on,iothread=io0" } },
	{ SCENARIO(b96_deflate_on_oom_changes_nothing_in_the_device),
	  .options = { .device = "deflate-on-oom=on" } },
	SCENARIO_END,
};
