/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The qtest protocol, line by line, on a board that is no more than 64 KiB of memory, a list of
 * what was asked of it and a clock with one deadline.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/qtest.h"
#include "suite.h"

enum {
	MEMORY_SIZE = 1 << 16,
	WORD_REGISTER =
		0x8000, /* each access turns the interrupt line over, as often as it has bytes */
};

static uint8_t memory[MEMORY_SIZE];
static unsigned int n_runs, n_accesses;
static struct sim_profile profile;
static struct sim_board board;
static struct sim_qtest qtest;

/* The fake board -------------------------------------------------------------------------------- */

void sim_board_read(struct sim_board *b, uint64_t gpa, void *to, size_t len)
{
	n_accesses++;
	memset(to, 0, len);
	for (size_t i = 0; i < len; i++)
		if (gpa + i < MEMORY_SIZE)
			((uint8_t *)to)[i] = memory[gpa + i];
	CU_ASSERT(len <= 4096);
	CU_ASSERT(gpa / 4096 == (gpa + len - 1) / 4096);
}

void sim_board_write(struct sim_board *b, uint64_t gpa, const void *from, size_t len)
{
	n_accesses++;
	for (size_t i = 0; i < len; i++)
		if (gpa + i < MEMORY_SIZE)
			memory[gpa + i] = ((const uint8_t *)from)[i];
	if (gpa == WORD_REGISTER) {
		b->balloon.device.n_edges += (uint32_t)len;
		if (len % 2 == 1)
			b->balloon.device.line = !b->balloon.device.line;
	}
}

void sim_board_run(struct sim_board *b)
{
	n_runs++;
}

void sim_board_step(struct sim_board *b, int64_t ns)
{
	b->clock.virtual_ns += ns;
	if (b->clock.deadlines_ns[SIM_TIMER_POLL] > b->clock.virtual_ns)
		return;
	b->clock.deadlines_ns[SIM_TIMER_POLL] = SIM_NEVER;
	b->balloon.device.n_edges++;
	b->balloon.device.line = !b->balloon.device.line;
}

/* Helpers --------------------------------------------------------------------------------------- */

static void set_up(void)
{
	memset(memory, 0, sizeof(memory));
	n_runs = n_accesses = 0;
	memset(&profile, 0, sizeof(profile));
	memset(&board, 0, sizeof(board));
	board.options.profile = &profile;
	board.clock.is_stepped = board.clock.is_running = true;
	for (int i = 0; i < SIM_TIMERS; i++)
		board.clock.deadlines_ns[i] = SIM_NEVER;
	sim_qtest_init(&qtest, &board);
	sim_qtest_connect(&qtest);
}

static void assert_output(const char *expected)
{
	size_t len = strlen(expected);

	if (qtest.output.len != len || (len > 0 && memcmp(qtest.output.data, expected, len) != 0)) {
		printf("\n  expected: %s  got: %.*s", expected, (int)qtest.output.len,
		       qtest.output.len > 0 ? qtest.output.data : "");
		CU_FAIL("other output");
	}
	buf_consume(&qtest.output, qtest.output.len);
}

static void assert_reply(const char *line, const char *expected)
{
	char text[256];

	CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, line, strlen(line)), 0);
	CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, "\n", 1), 0);
	snprintf(text, sizeof(text), "%s\n", expected);
	assert_output(text);
}

static void assert_replies(const char *const (*rows)[2], size_t n_rows)
{
	for (size_t i = 0; i < n_rows; i++)
		assert_reply(rows[i][0], rows[i][1]);
}

#define ASSERT_REPLIES(rows) assert_replies(rows, sizeof(rows) / sizeof(rows[0]))

/* Tests ----------------------------------------------------------------------------------------- */

static void test_values_have_sixteen_digits(void)
{
	static const char *const rows[][2] = {
		{ "writeq 0x1000 0x8877665544332211", "OK" },
		{ "readb 0x1000", "OK 0x0000000000000011" },
		{ "readw 0x1000", "OK 0x0000000000002211" },
		{ "readl 0x1000", "OK 0x0000000044332211" },
		{ "readq 0x1000", "OK 0x8877665544332211" },
		{ "readl 4098", "OK 0x0000000066554433" },
		{ "readq 0x20000", "OK 0x0000000000000000" },
	};

	set_up();
	ASSERT_REPLIES(rows);
	sim_qtest_done(&qtest);
}

static void test_values_are_cut_to_the_width(void)
{
	static const char *const rows[][2] = {
		{ "writeb 0x1000 0x1ff", "OK" },       { "readq 0x1000", "OK 0x00000000000000ff" },
		{ "writew 0x1000 0x12345", "OK" },     { "readq 0x1000", "OK 0x0000000000002345" },
		{ "writel 0x1000 0x1fffffff8", "OK" }, { "readq 0x1000", "OK 0x00000000fffffff8" },
		{ "writel 0x1000 -1", "OK" },          { "readq 0x1000", "OK 0x00000000ffffffff" },
	};

	set_up();
	ASSERT_REPLIES(rows);
	sim_qtest_done(&qtest);
}

static void test_numbers(void)
{
	static const char *const good[][2] = {
		{ "writeb 16 0xaa", "OK" },
		{ "readb 16", "OK 0x00000000000000aa" },
		{ "readb 0x10", "OK 0x00000000000000aa" },
		{ "readb 0X10", "OK 0x00000000000000aa" },
		{ "readb 0000016", "OK 0x00000000000000aa" },
		{ "readb +16", "OK 0x00000000000000aa" },
		{ "readb 16 and more", "OK 0x00000000000000aa" },
		{ "readb 16 ", "OK 0x00000000000000aa" },
	};
	static const char *const bad[] = {
		"",
		"x",
		"0x",
		"0xg",
		"10z",
		"ff",
		"-",
		"+",
		"--1",
		"-+1",
		"1-",
		"0x-1",
		"1.0",
		"1e3",
		"16\r",
		"\t1",
		"18446744073709551616",
		"0x10000000000000000",
		"99999999999999999999999999",
	};

	set_up();
	ASSERT_REPLIES(good);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char line[64];

		snprintf(line, sizeof(line), "readb %s", bad[i]);
		n_accesses = 0;
		assert_reply(line, "FAIL readb: word 1 is no number");
		CU_ASSERT_EQUAL(n_accesses, 0);
	}
	sim_qtest_done(&qtest);
}

static void test_the_highest_address_is_followed_by_the_lowest(void)
{
	static const char *const rows[][2] = {
		{ "writel 0 0x44332211", "OK" },
		{ "readl 18446744073709551615", "OK 0x0000000033221100" },
		{ "writeq 0xfffffffffffffffe 0x8877665544332211", "OK" },
		{ "readq 0", "OK 0x0000887766554433" },
		{ "read -2 4", "OK 0x00003344" },
	};

	set_up();
	ASSERT_REPLIES(rows);
	sim_qtest_done(&qtest);
}

static void test_read_shows_bytes_in_address_order(void)
{
	static const char *const rows[][2] = {
		{ "writel 0x1000 0xd4c3b2a1", "OK" },
		{ "read 0x1000 6", "OK 0xa1b2c3d40000" },
		{ "read 0x0fff 0x2", "OK 0x00a1" },
		{ "read 0xffff 2", "OK 0x0000" },
	};

	set_up();
	ASSERT_REPLIES(rows);
	sim_qtest_done(&qtest);
}

static void test_write_pads_with_zeros(void)
{
	static const char *const rows[][2] = {
		{ "memset 0x1000 8 0x1ff", "OK" },        { "write 0x1000 2 0x0102", "OK" },
		{ "read 0x1000 4", "OK 0x0102ffff" },     { "write 0x1000 4 0xAb", "OK" },
		{ "read 0x1000 6", "OK 0xab000000ffff" }, { "write 0x1000 1 0x010203", "OK" },
		{ "read 0x1000 3", "OK 0x010000" },       { "write 0x1000 0 0x77", "OK" },
		{ "read 0x1000 3", "OK 0x010000" },
	};

	set_up();
	ASSERT_REPLIES(rows);
	sim_qtest_done(&qtest);
}

static void test_write_pads_over_several_chunks(void)
{
	set_up();
	memset(memory, 0xff, sizeof(memory));
	assert_reply("write 0x0ffe 0x3000 0x010203", "OK");
	CU_ASSERT_EQUAL(memory[0x0ffd], 0xff);
	CU_ASSERT_EQUAL(memory[0x0ffe], 1);
	CU_ASSERT_EQUAL(memory[0x1000], 3);
	for (size_t i = 0x1001; i < 0x3ffe; i++)
		if (memory[i] != 0)
			CU_FAIL_FATAL("a byte was left");
	CU_ASSERT_EQUAL(memory[0x3ffe], 0xff);
	sim_qtest_done(&qtest);
}

static void test_write_takes_hexadecimal_bytes_only(void)
{
	static const char *const bad[] = { "0x",   "0x1",  "0x123", "11",  "zz",
					   "0xzz", "0x1g", "",      "0x-1" };

	set_up();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char line[64];

		snprintf(line, sizeof(line), "write 0x1000 4 %s", bad[i]);
		assert_reply(line, "FAIL data is not 0x and hexadecimal bytes");
	}
	CU_ASSERT_EQUAL(n_accesses, 0);
	sim_qtest_done(&qtest);
}

static void test_sizes_are_bounded(void)
{
	static const char *const rows[][2] = {
		{ "read 0 0", "FAIL size 0 is not from 1 to 67108864" },
		{ "read 0 0x40000000", "FAIL size 1073741824 is not from 1 to 67108864" },
		{ "read 0 67108865", "FAIL size 67108865 is not from 1 to 67108864" },
		{ "read 0 -1", "FAIL size 18446744073709551615 is not from 1 to 67108864" },
		{ "write 0 67108865 0x00", "FAIL size 67108865 is not from 0 to 67108864" },
		{ "memset 0 67108865 1", "FAIL size 67108865 is not from 0 to 67108864" },
		{ "memset 0 -1 1", "FAIL size 18446744073709551615 is not from 0 to 67108864" },
	};

	set_up();
	ASSERT_REPLIES(rows);
	CU_ASSERT_EQUAL(n_accesses, 0);
	assert_reply("memset 0 67108864 1", "OK");
	CU_ASSERT_EQUAL(memory[MEMORY_SIZE - 1], 1);
	assert_reply("memset 0 0 2", "OK");
	CU_ASSERT_EQUAL(memory[0], 1);
	sim_qtest_done(&qtest);
}

static void test_the_largest_read_is_complete(void)
{
	static const char line[] = "read 0xffff 67108864\n";

	set_up();
	memory[0xffff] = 0xab;
	CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, line, strlen(line)), 0);
	CU_ASSERT_EQUAL(qtest.output.len, 5 + 2 * SIM_QTEST_SIZE_MAX + 1);
	CU_ASSERT_EQUAL(memcmp(qtest.output.data, "OK 0xab00", 9), 0);
	CU_ASSERT_EQUAL(qtest.output.data[qtest.output.len - 1], '\n');
	sim_qtest_done(&qtest);
}

static void test_unknown_commands(void)
{
	static const char *const rows[][2] = {
		{ "nosuch", "FAIL Unknown command 'nosuch'" },
		{ "nosuch word", "FAIL Unknown command 'nosuch'" },
		{ "READL 0", "FAIL Unknown command 'READL'" },
		{ "read\t0 1", "FAIL Unknown command 'read\t0'" },
		{ "readx 0", "FAIL Unknown command 'readx'" },
		{ "rea", "FAIL Unknown command 'rea'" },
		{ "", "FAIL Unknown command ''" },
		{ " readl 0", "FAIL Unknown command ''" },
		{ "endianness", "FAIL Unknown command 'endianness'" },
		{ "b64read 0 4", "FAIL Unknown command 'b64read'" },
	};

	set_up();
	ASSERT_REPLIES(rows);
	sim_qtest_done(&qtest);
}

static void test_missing_words(void)
{
	static const char *const rows[][2] = {
		{ "readl", "FAIL readl: too few words" },
		{ "readl ", "FAIL readl: word 1 is no number" },
		{ "readl  0", "FAIL readl: word 1 is no number" },
		{ "writel 0", "FAIL writel: too few words" },
		{ "writel 0 x", "FAIL writel: word 2 is no number" },
		{ "read 0", "FAIL read: too few words" },
		{ "write 0 4", "FAIL write: too few words" },
		{ "memset 0 4", "FAIL memset: too few words" },
		{ "memset 0 4 x", "FAIL memset: word 3 is no number" },
		{ "clock_set", "FAIL clock_set: too few words" },
		{ "irq_intercept_in", "FAIL irq_intercept_in: too few words" },
	};

	set_up();
	ASSERT_REPLIES(rows);
	CU_ASSERT_EQUAL(n_accesses, 0);
	sim_qtest_done(&qtest);
}

static void test_the_clock_steps(void)
{
	static const char *const rows[][2] = {
		{ "clock_step 100", "OK 100" },
		{ "clock_step 0x10", "OK 116" },
		{ "clock_step 0", "FAIL could not advance time" },
		{ "clock_step -5", "FAIL could not advance time" },
		{ "clock_step 0x8000000000000000", "FAIL could not advance time" },
		{ "clock_step x", "FAIL clock_step: word 1 is no number" },
		{ "clock_step ", "FAIL clock_step: word 1 is no number" },
		{ "clock_set 116", "OK 116" },
		{ "clock_set 115", "FAIL 116" },
		{ "clock_set -1", "FAIL 116" },
		{ "clock_set 1000000000", "OK 1000000000" },
		{ "clock_step 1", "OK 1000000001" },
	};

	set_up();
	ASSERT_REPLIES(rows);
	sim_qtest_done(&qtest);
}

static void test_a_step_to_the_next_deadline(void)
{
	set_up();
	board.clock.deadlines_ns[SIM_TIMER_POLL] = 2000;
	assert_reply("clock_step", "OK 2000");
	assert_reply("clock_step", "OK 2000");
	profile.step_without_deadline_fails = true;
	assert_reply("clock_step", "FAIL cannot advance clock to the next deadline because there "
				   "is no pending deadline");
	CU_ASSERT_EQUAL(board.clock.virtual_ns, 2000);
	sim_qtest_done(&qtest);
}

static void test_a_clock_of_its_own_is_not_stepped(void)
{
	static const char *const rows[][2] = {
		{ "clock_step 100", "FAIL Unknown command 'clock_step'" },
		{ "clock_step", "FAIL Unknown command 'clock_step'" },
		{ "clock_set 100", "FAIL Unknown command 'clock_set'" },
		{ "readb 0", "OK 0x0000000000000000" },
	};

	set_up();
	board.clock.is_stepped = false;
	ASSERT_REPLIES(rows);
	CU_ASSERT_EQUAL(board.clock.virtual_ns, 0);
	sim_qtest_done(&qtest);
}

static void test_interrupts_are_told_ahead_of_the_reply(void)
{
	set_up();
	assert_reply("writeb 0x8000 1", "OK");
	assert_reply("writeb 0x8000 1", "OK");
	assert_reply("irq_intercept_in ioapic", "OK");
	assert_reply("writeb 0x8000 1", "IRQ raise 12\nOK");
	assert_reply("readb 0", "OK 0x0000000000000000");
	assert_reply("irq_intercept_in ioapic", "OK");
	assert_reply("writeb 0x8000 1", "IRQ lower 12\nOK");
	assert_reply("writew 0x8000 1", "IRQ raise 12\nIRQ lower 12\nOK");
	board.clock.deadlines_ns[SIM_TIMER_POLL] = 2000;
	assert_reply("clock_step", "IRQ raise 12\nOK 2000");
	sim_qtest_done(&qtest);
}

static void test_other_interrupt_controllers_are_unknown(void)
{
	static const char *const rows[][2] = {
		{ "irq_intercept_in nosuch", "FAIL Unknown device" },
		{ "irq_intercept_in ioapi", "FAIL Unknown device" },
		{ "irq_intercept_in ", "FAIL Unknown device" },
		{ "irq_intercept_out ioapic", "FAIL Unknown command 'irq_intercept_out'" },
		{ "writeb 0x8000 1", "OK" },
	};

	set_up();
	ASSERT_REPLIES(rows);
	sim_qtest_done(&qtest);
}

static void test_a_line_that_is_high_already_is_told_when_it_is_raised_again(void)
{
	set_up();
	assert_reply("writeb 0x8000 1", "OK");
	assert_reply("irq_intercept_in ioapic", "OK");
	assert_reply("writeb 0x8000 1", "OK");
	assert_reply("writeb 0x8000 1", "IRQ raise 12\nOK");
	sim_qtest_done(&qtest);
}

static void test_interrupts_that_no_qtest_command_caused(void)
{
	set_up();
	assert_reply("irq_intercept_in ioapic", "OK");
	board.balloon.device.line = true;
	board.balloon.device.n_edges++;
	sim_qtest_deliver(&qtest);
	assert_output("IRQ raise 12\n");
	board.balloon.device.line = false;
	board.balloon.device.n_edges++;
	assert_reply("nosuch", "IRQ lower 12\nFAIL Unknown command 'nosuch'");
	sim_qtest_done(&qtest);
}

static void test_the_board_runs_around_each_command(void)
{
	set_up();
	assert_reply("readb 0", "OK 0x0000000000000000");
	CU_ASSERT_EQUAL(n_runs, 2);
	sim_qtest_done(&qtest);
}

static void test_lines_come_in_any_pieces(void)
{
	static const char text[] = "writeb 1 2\nreadb 1\nreadb 2\n";

	set_up();
	for (size_t i = 0; i < strlen(text); i++)
		CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, text + i, 1), 0);
	assert_output("OK\nOK 0x0000000000000002\nOK 0x0000000000000000\n");
	CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, text, strlen(text)), 0);
	assert_output("OK\nOK 0x0000000000000002\nOK 0x0000000000000000\n");
	sim_qtest_done(&qtest);
}

static void test_a_line_of_a_mebibyte_is_taken_and_no_longer_one(void)
{
	char *line = malloc(SIM_QTEST_LINE_MAX + 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	memset(line, '7', SIM_QTEST_LINE_MAX + 1);
	memcpy(line, "write 0 524280 0x", 17);
	if (SIM_QTEST_LINE_MAX % 2 != 17 % 2)
		line[SIM_QTEST_LINE_MAX - 1] = ' ';
	set_up();
	CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, line, SIM_QTEST_LINE_MAX), 0);
	CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, "\n", 1), 0);
	assert_output("OK\n");
	CU_ASSERT_EQUAL(memory[MEMORY_SIZE - 1], 0x77);
	CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, line, SIM_QTEST_LINE_MAX + 1), -E2BIG);
	sim_qtest_disconnect(&qtest);
	sim_qtest_connect(&qtest);
	assert_reply("readb 0", "OK 0x0000000000000077");
	sim_qtest_done(&qtest);
	free(line);
}

static void test_who_takes_no_replies_is_not_served_on(void)
{
	static const char line[] = "read 0 0x10000\n";
	size_t n_replies = 0;

	set_up();
	for (int i = 0; i < 100; i++)
		CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, line, strlen(line)), 0);
	CU_ASSERT(sim_qtest_is_behind(&qtest));
	CU_ASSERT(qtest.output.len < SIM_QTEST_OUTPUT_MAX + 0x20010);
	while (qtest.output.len > 0) {
		CU_ASSERT_EQUAL_FATAL(qtest.output.len % (0x20000 + 6), 0);
		n_replies += qtest.output.len / (0x20000 + 6);
		buf_consume(&qtest.output, qtest.output.len);
		CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, NULL, 0), 0);
	}
	CU_ASSERT_EQUAL(n_replies, 100);
	CU_ASSERT_FALSE(sim_qtest_is_behind(&qtest));
	sim_qtest_done(&qtest);
}

static void test_large_lines_take_turns(void)
{
	static const char line[] = "memset 0x1000 0x1000000 7\n"; /* 16 MiB */
	const size_t in_a_turn = SIM_QTEST_TURN_MAX / 0x1000000;
	struct buf text = { 0 };

	set_up();
	for (size_t i = 0; i < 3 * in_a_turn; i++)
		buf_append_string(&text, line);
	for (int turn = 0; turn < 3; turn++) {
		CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, text.data, turn == 0 ? text.len : 0), 0);
		CU_ASSERT_EQUAL(qtest.output.len, in_a_turn * strlen("OK\n"));
		CU_ASSERT_EQUAL(sim_qtest_is_behind(&qtest), turn < 2);
		buf_consume(&qtest.output, qtest.output.len);
	}
	buf_done(&text);
	sim_qtest_done(&qtest);
}

static void test_a_turn_serves_the_largest_line(void)
{
	static const char text[] = "memset 0 0x4000000 7\nreadb 0\n";

	set_up();
	CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, text, strlen(text)), 0);
	assert_output("OK\n");
	CU_ASSERT(sim_qtest_is_behind(&qtest));
	CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, NULL, 0), 0);
	assert_output("OK 0x0000000000000007\n");
	sim_qtest_done(&qtest);
}

static void test_a_new_client_begins_with_nothing_of_the_old_ones(void)
{
	set_up();
	assert_reply("irq_intercept_in ioapic", "OK");
	CU_ASSERT_EQUAL(sim_qtest_receive(&qtest, "readb 0\nreadb", 13), 0);
	sim_qtest_disconnect(&qtest);
	board.balloon.device.line = true;
	board.balloon.device.n_edges++;
	sim_qtest_connect(&qtest);
	assert_reply("readb 0", "OK 0x0000000000000000");
	sim_qtest_done(&qtest);
}

static void test_a_new_client_takes_the_line_for_low(void)
{
	set_up();
	assert_reply("irq_intercept_in ioapic", "OK");
	assert_reply("writeb 0x8000 1", "IRQ raise 12\nOK");
	sim_qtest_disconnect(&qtest);
	sim_qtest_connect(&qtest);
	assert_reply("writew 0x8000 1", "IRQ raise 12\nOK");
	sim_qtest_done(&qtest);
}

static CU_TestInfo tests[] = {
	{ "values have sixteen digits", test_values_have_sixteen_digits },
	{ "values are cut to the width", test_values_are_cut_to_the_width },
	{ "numbers", test_numbers },
	{ "the highest address is followed by the lowest",
	  test_the_highest_address_is_followed_by_the_lowest },
	{ "read shows bytes in address order", test_read_shows_bytes_in_address_order },
	{ "write pads with zeros", test_write_pads_with_zeros },
	{ "write pads over several chunks", test_write_pads_over_several_chunks },
	{ "write takes hexadecimal bytes only", test_write_takes_hexadecimal_bytes_only },
	{ "sizes are bounded", test_sizes_are_bounded },
	{ "the largest read is complete", test_the_largest_read_is_complete },
	{ "unknown commands", test_unknown_commands },
	{ "missing words", test_missing_words },
	{ "the clock steps", test_the_clock_steps },
	{ "a step to the next deadline", test_a_step_to_the_next_deadline },
	{ "a clock that follows the host's is not stepped",
	  test_a_clock_of_its_own_is_not_stepped },
	{ "interrupts are told ahead of the reply", test_interrupts_are_told_ahead_of_the_reply },
	{ "other interrupt controllers are unknown", test_other_interrupt_controllers_are_unknown },
	{ "a line that is high already is told when it is raised again",
	  test_a_line_that_is_high_already_is_told_when_it_is_raised_again },
	{ "interrupts that no qtest command caused", test_interrupts_that_no_qtest_command_caused },
	{ "the board runs around each command", test_the_board_runs_around_each_command },
	{ "lines come in any pieces", test_lines_come_in_any_pieces },
	{ "a line of a mebibyte is taken and no longer one",
	  test_a_line_of_a_mebibyte_is_taken_and_no_longer_one },
	{ "who takes no replies is not served on", test_who_takes_no_replies_is_not_served_on },
	{ "large lines take turns", test_large_lines_take_turns },
	{ "a turn serves the largest line", test_a_turn_serves_the_largest_line },
	{ "a new client begins with nothing of the old one's",
	  test_a_new_client_begins_with_nothing_of_the_old_ones },
	{ "a new client takes the line for low", test_a_new_client_takes_the_line_for_low },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("sim qtest", tests, argc, argv);
}
