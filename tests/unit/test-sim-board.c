/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The board without any server: events and their rate limit, how accesses are cut, and long steps
 * of the clock. What the device itself does is compared with QEMU in tests/conformance.
 */
#include "sim/board.h"

#include <stdlib.h>
#include <time.h>

#include "suite.h"

enum {
	RAM = 1 << 20,
	BASE = 0xfeb00e00,
	ACTUAL = SIM_MMIO_CONFIG + SIM_CONFIG_ACTUAL,
};

static void make(struct sim_board *board, bool is_stepped, bool is_paused)
{
	const struct sim_board_options options = {
		.profile = sim_profile_find("11.1"),
		.name = "vm",
		.id = "b0",
		.bus = SIM_BUS_MMIO,
		.ram_bytes = RAM,
		.window_base = BASE,
		.is_stepped = is_stepped,
		.is_paused = is_paused,
		.balloon = { .page_poison = true, .event_idx = true, .indirect_desc = true },
	};

	CU_ASSERT_EQUAL_FATAL(sim_board_init(board, &options), 0);
}

static void set_actual(struct sim_board *board, uint32_t pages)
{
	sim_board_write_register(board, ACTUAL, 4, pages);
}

/* The next event must be a change to so many pages. */
static void assert_change(struct sim_board *board, int64_t pages)
{
	struct sim_event event;

	CU_ASSERT_FATAL(sim_board_next_event(board, &event));
	CU_ASSERT_EQUAL(event.kind, SIM_EVENT_BALLOON_CHANGE);
	CU_ASSERT_EQUAL(event.actual, RAM - pages * SIM_PAGE_SIZE);
}

static void assert_silence(struct sim_board *board)
{
	struct sim_event event;

	CU_ASSERT_FALSE(sim_board_next_event(board, &event));
}

/* B91's own example: changes at 0, 0.3, 1.3 and 1.5 s come at 0, 1 and 2 s. */
static void test_rate_limit(void)
{
	struct sim_event event;
	struct sim_board board;

	make(&board, false, false);
	board.clock.wall_ns = 5 * SIM_NS_PER_S;
	set_actual(&board, 1);
	assert_change(&board, 1);
	sim_board_step(&board, 300 * SIM_NS_PER_MS);
	set_actual(&board, 2);
	sim_board_step(&board, 700 * SIM_NS_PER_MS - 1);
	assert_silence(&board);
	sim_board_step(&board, 1);
	CU_ASSERT_FATAL(sim_board_next_event(&board, &event));
	CU_ASSERT_EQUAL(event.wall_us, 5300000);
	sim_board_step(&board, 300 * SIM_NS_PER_MS);
	set_actual(&board, 3);
	sim_board_step(&board, 200 * SIM_NS_PER_MS);
	set_actual(&board, 4);
	sim_board_step(&board, 500 * SIM_NS_PER_MS);
	assert_change(&board, 4);
	assert_silence(&board);
	sim_board_step(&board, 2 * SIM_NS_PER_S);
	assert_silence(&board);
	set_actual(&board, 5);
	assert_change(&board, 5);
	sim_board_done(&board);
}

static void test_rate_limit_while_stopped(void)
{
	struct sim_board board;

	for (int is_stepped = 0; is_stepped < 2; is_stepped++) {
		make(&board, is_stepped, true);
		set_actual(&board, 1);
		set_actual(&board, 2);
		assert_change(&board, 1);
		sim_board_step(&board, SIM_NS_PER_S);
		/* Under qtest the limit is on virtual time, whose timers stand still. */
		if (is_stepped)
			assert_silence(&board);
		else
			assert_change(&board, 2);
		sim_board_done(&board);
	}
}

static void test_same_value(void)
{
	struct sim_board board;

	make(&board, false, false);
	set_actual(&board, 0);
	sim_board_write_register(&board, SIM_MMIO_CONFIG, 4, 77);
	assert_silence(&board);
	sim_board_done(&board);
}

static void test_commands(void)
{
	static const enum sim_event_kind kinds[] = { SIM_EVENT_STOP, SIM_EVENT_RESUME,
						     SIM_EVENT_RESET, SIM_EVENT_SHUTDOWN };
	struct sim_event event;
	struct sim_board board;

	make(&board, false, false);
	sim_board_cont(&board);
	sim_board_stop(&board);
	sim_board_stop(&board);
	CU_ASSERT_FALSE(board.clock.is_running);
	sim_board_cont(&board);
	CU_ASSERT(board.clock.is_running);
	sim_board_system_reset(&board, true);
	sim_board_quit(&board);
	sim_board_quit(&board);
	CU_ASSERT(board.has_ended);
	for (size_t i = 0; i < 4; i++) {
		CU_ASSERT_FATAL(sim_board_next_event(&board, &event));
		CU_ASSERT_EQUAL(event.kind, kinds[i]);
		CU_ASSERT_EQUAL(event.is_guest, kinds[i] == SIM_EVENT_RESET);
	}
	assert_silence(&board);
	sim_board_done(&board);
}

static void test_too_many_events(void)
{
	struct sim_event event;
	struct sim_board board;
	unsigned int n = 0;

	make(&board, false, false);
	for (int i = 0; i < 1000; i++)
		sim_board_system_reset(&board, i % 2);
	sim_board_stop(&board);
	while (sim_board_next_event(&board, &event))
		n++;
	CU_ASSERT_EQUAL(n, SIM_EVENTS_MAX);
	CU_ASSERT_EQUAL(event.kind, SIM_EVENT_STOP);
	sim_board_done(&board);
}

static void test_accesses_are_cut(void)
{
	struct sim_board board;
	uint8_t bytes[24];
	uint64_t number;

	make(&board, false, false);
	/* Each word of an 8-byte access is a register of its own. */
	sim_board_read(&board, BASE, &number, 8);
	CU_ASSERT_EQUAL(number, 0x0000000274726976);
	/* Less than a word of a register reads 0; configuration space has bytes. */
	sim_board_read(&board, BASE + 1, bytes, 4);
	CU_ASSERT_EQUAL(memcmp(bytes, "\0\0\0\0", 4), 0);
	set_actual(&board, 0x04030201);
	sim_board_read(&board, BASE + ACTUAL + 1, bytes, 4);
	CU_ASSERT_EQUAL(memcmp(bytes, "\2\3\4\0", 4), 0);
	sim_board_write(&board, BASE + ACTUAL + 1, "\7\7", 2);
	sim_board_read(&board, BASE + ACTUAL, bytes, 4);
	CU_ASSERT_EQUAL(memcmp(bytes, "\1\7\7\4", 4), 0);
	/* Over the window's edge, and far outside. */
	memset(bytes, 0xee, sizeof(bytes));
	sim_board_read(&board, BASE - 2, bytes, 6);
	CU_ASSERT_EQUAL(memcmp(bytes, "\0\0virt", 6), 0);
	memset(bytes, 0xee, sizeof(bytes));
	sim_board_read(&board, BASE + SIM_MMIO_SIZE - 4, bytes, 8);
	CU_ASSERT_EQUAL(memcmp(bytes, "\377\377\377\377\0\0\0\0", 8), 0);
	sim_board_write(&board, UINT64_MAX - 3, bytes, 8);
	sim_board_read(&board, UINT64_MAX - 3, bytes, 8);
	/* RAM ends where it ends. */
	sim_board_write(&board, RAM - 2, "abcd", 4);
	sim_board_read(&board, RAM - 2, bytes, 4);
	CU_ASSERT_EQUAL(memcmp(bytes, "ab\0\0", 4), 0);
	sim_board_done(&board);
}

/* An idle device re-arms its timer every second for ever: that must cost nothing. */
static void test_long_steps(void)
{
	struct sim_board board;

	make(&board, true, false);
	sim_board_step(&board, 1500001);
	sim_balloon_set_interval(&board.balloon, 1);
	sim_board_step(&board, 0);
	CU_ASSERT_EQUAL(board.clock.deadlines_ns[SIM_TIMER_POLL], SIM_NS_PER_S + SIM_NS_PER_MS);
	sim_board_step(&board, INT64_C(1000000000) * SIM_NS_PER_S);
	CU_ASSERT_EQUAL(board.clock.virtual_ns, INT64_C(1000000000) * SIM_NS_PER_S + 1500001);
	CU_ASSERT_EQUAL(board.clock.deadlines_ns[SIM_TIMER_POLL],
			INT64_C(1000000001) * SIM_NS_PER_S + SIM_NS_PER_MS);
	sim_board_done(&board);
}

static void test_end_of_time(void)
{
	struct sim_board board;

	make(&board, true, false);
	sim_balloon_set_interval(&board.balloon, UINT32_MAX);
	for (int i = 0; i < 4; i++)
		sim_board_step(&board, UINT32_MAX * SIM_NS_PER_S);
	set_actual(&board, 1);
	sim_board_step(&board, SIM_NEVER);
	CU_ASSERT_EQUAL(board.clock.virtual_ns, SIM_NEVER - 1);
	CU_ASSERT_EQUAL(board.clock.deadlines_ns[SIM_TIMER_POLL], SIM_NEVER);
	sim_board_done(&board);
}

/* A queue of one entry whose chain is a table of 1,024 pieces, each nearly all of the RAM: 63 GiB to be
 * read or cleared with one kick. */
static void kick_with_everything(struct sim_board *board, uint32_t queue, uint16_t flags)
{
	enum {
		DESC = 0x1000,
		AVAIL = 0x2000,
		USED = 0x3000,
		TABLE = 0x4000,
		PIECES = 1024
	};
	const struct {
		uint64_t addr;
		uint32_t len;
		uint16_t flags, next;
	} head = { TABLE, PIECES * 16, SIM_DESC_F_INDIRECT, 0 };
	const uint32_t writes[][2] = {
		{ SIM_MMIO_QUEUE_SEL, queue },       { SIM_MMIO_QUEUE_NUM, 1 },
		{ SIM_MMIO_QUEUE_DESC_LOW, DESC },   { SIM_MMIO_QUEUE_DRIVER_LOW, AVAIL },
		{ SIM_MMIO_QUEUE_DEVICE_LOW, USED }, { SIM_MMIO_QUEUE_READY, 1 },
	};
	const uint16_t avail[3] = { 0, 1, 0 };

	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		sim_board_write_register(board, writes[i][0], 4, writes[i][1]);
	for (uint16_t i = 0; i < PIECES; i++) {
		const struct {
			uint64_t addr;
			uint32_t len;
			uint16_t flags, next;
		} piece = { 1 << 20, 63 << 20, (uint16_t)(flags | (i < PIECES - 1)),
			    (uint16_t)(i + 1) };

		sim_board_write(board, TABLE + 16 * i, &piece, sizeof(piece));
	}
	sim_board_write(board, DESC, &head, sizeof(head));
	sim_board_write(board, AVAIL, avail, sizeof(avail));
	sim_board_write_register(board, SIM_MMIO_QUEUE_NOTIFY, 4, queue);
}

/* Others share our process: half a minute for one kick would be theirs too. */
static void test_heavy_kicks(void)
{
	const struct sim_board_options options = {
		.profile = sim_profile_find("11.1"),
		.bus = SIM_BUS_MMIO,
		.ram_bytes = 64 << 20,
		.window_base = BASE,
		.balloon = { .page_poison = true, .free_page_reporting = true },
	};
	static const uint16_t flags[] = { 0, 0, 0, SIM_DESC_F_WRITE };
	struct timespec begin, end;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	for (uint32_t queue = 0; queue < 4; queue++) {
		struct sim_board board;

		CU_ASSERT_EQUAL_FATAL(sim_board_init(&board, &options), 0);
		/* So much that looking for what is to be cleared takes time. */
		for (uint64_t gpa = 1 << 20; gpa < 64 << 20; gpa += 1024)
			sim_board_write(&board, gpa, "x", 1);
		kick_with_everything(&board, queue, flags[queue]);
		CU_ASSERT_FALSE(board.balloon.device.is_broken);
		CU_ASSERT_EQUAL(board.balloon.n_samples, queue == SIM_QUEUE_STATS);
		sim_board_done(&board);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	CU_ASSERT(end.tv_sec - begin.tv_sec < 20);
}

static void test_without_a_balloon(void)
{
	struct sim_board_options options = {
		.profile = sim_profile_find("11.1"),
		.bus = SIM_BUS_NONE,
		.ram_bytes = RAM,
		.window_base = BASE,
	};
	struct sim_board board;

	CU_ASSERT_EQUAL_FATAL(sim_board_init(&board, &options), 0);
	CU_ASSERT_EQUAL(sim_board_read_register(&board, SIM_MMIO_MAGIC, 4), SIM_MMIO_MAGIC_VALUE);
	for (uint32_t offset = SIM_MMIO_DEVICE_ID; offset < SIM_MMIO_SIZE; offset += 4) {
		sim_board_write_register(&board, offset, 4, 1);
		CU_ASSERT_EQUAL(sim_board_read_register(&board, offset, 4),
				offset == SIM_MMIO_VENDOR_ID ? SIM_MMIO_VENDOR_VALUE : 0);
	}
	sim_board_system_reset(&board, false);
	sim_board_done(&board);
}

static CU_TestInfo tests[] = {
	{ "one BALLOON_CHANGE a second, the latest, stamped when it happened", test_rate_limit },
	{ "the rate limit goes on while stopped, but not under qtest",
	  test_rate_limit_while_stopped },
	{ "writing the same size, or another field, is no event", test_same_value },
	{ "stop, cont, reset and quit are events, once each", test_commands },
	{ "of too many events the latest are kept", test_too_many_events },
	{ "an access is cut into registers and memory", test_accesses_are_cut },
	{ "a long step of an idle device takes no time and keeps the grid", test_long_steps },
	{ "nothing is armed beyond the end of time", test_end_of_time },
	{ "no kick takes long, whatever it names", test_heavy_kicks },
	{ "without a balloon the transport is empty", test_without_a_balloon },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("sim-board", tests, argc, argv);
}
