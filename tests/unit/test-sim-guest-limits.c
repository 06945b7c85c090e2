/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a guest may never do, however much is wrong with it: be busy for ever, give the device more
 * than its buffers hold, or lose its way at the end of time.
 */
#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "rig.h"
#include "suite.h"

enum {
	RUNS_A_MINUTE = 3000,
	REFILL_RUNS_A_MINUTE = 6000,
	STORM_RUNS_A_MINUTE = 200000,
};

static void make(struct rig *rig, const struct sim_board_options *board, const char *options)
{
	rig_make(rig, board);
	CU_ASSERT_EQUAL_FATAL(balloonsim_guest_configure(rig->guest, options), 0);
}

static void set_target_mib(struct rig *rig, uint64_t mib)
{
	sim_balloon_set_target(&rig->board.balloon, mib << 20);
}

/* ------------------------------------------------------------------------------------------------
 * Leaving
 */

/* `latency` and the balloon are both slow, so the answer falls due while the driver is leaving. */
static void test_leaving_owes_nothing(void)
{
	static const char *const orders[] = { "unload", "suspend" };

	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		uint64_t n_samples;
		unsigned int n_runs;
		struct rig rig;

		rig_start(&rig, "11.1", "latency=300,fault=slow-inflation");
		set_target_mib(&rig, 240);
		rig_go_ms(&rig, 10000);
		sim_balloon_set_interval(&rig.board.balloon, 1);
		rig_turn(&rig);
		CU_ASSERT_NOT_EQUAL(rig.guest->answer_ns, INT64_MAX);
		n_samples = rig.board.balloon.n_samples;
		n_runs = rig.n_runs;
		balloonsim_guest_do(rig.guest, orders[i]);
		rig_go_ms(&rig, 1000);
		CU_ASSERT_EQUAL(rig.guest->state, SIM_GUEST_LEAVING);
		CU_ASSERT(rig.n_runs - n_runs < 20);
		rig_go_ms(&rig, 19000);
		CU_ASSERT_NOT_EQUAL(rig.guest->state, SIM_GUEST_LEAVING);
		CU_ASSERT_EQUAL(rig.board.balloon.actual, 0);
		CU_ASSERT_EQUAL(rig.board.balloon.n_samples, n_samples);
		CU_ASSERT(rig.n_runs - n_runs < 200);
		rig_done(&rig);
	}
}

static void test_leaving_tells_nothing(void)
{
	struct sim_board_options options = rig_get_options("11.1");
	const unsigned char bytes[] = "something";
	unsigned char read[sizeof(bytes)];
	struct rig rig;

	options.balloon.free_page_reporting = true;
	options.balloon.free_page_hint = true;
	make(&rig, &options, "speed=1");
	sim_memory_write(&rig.board.memory, RIG_RAM / 2, bytes, sizeof(bytes));
	set_target_mib(&rig, 240);
	rig_go_ms(&rig, 1900);
	balloonsim_guest_do(rig.guest, "unload");
	rig_go_ms(&rig, 10);
	sim_balloon_start_hints(&rig.board.balloon);
	rig_go_ms(&rig, 500);
	CU_ASSERT_EQUAL(rig.guest->state, SIM_GUEST_LEAVING);
	CU_ASSERT_EQUAL(rig.guest->driver.queues[SIM_QUEUE_HINT].avail_idx, 0);
	sim_memory_read(&rig.board.memory, RIG_RAM / 2, read, sizeof(read));
	CU_ASSERT_EQUAL(memcmp(read, bytes, sizeof(bytes)), 0);
	rig_done(&rig);
}

/* ------------------------------------------------------------------------------------------------
 * Time
 */

static unsigned int get_max_runs(int fault, const struct sim_board_options *board)
{
	switch (fault) {
	/* With event notifiers these two make the device ask for ever, which is what they are
	 * there for: see the test of storms. */
	case SIM_FAULT_TWO_BUFFERS:
	case SIM_FAULT_WILD_INDEX:
		return board->has_ioeventfd ? STORM_RUNS_A_MINUTE : RUNS_A_MINUTE;
	/* A driver that starts over each second or two fills its balloon again each time. */
	case SIM_FAULT_RESET_WHILE_OWING:
	case SIM_FAULT_REBOOTS:
		return REFILL_RUNS_A_MINUTE;
	default:
		return RUNS_A_MINUTE;
	}
}

/* The runs of a minute in which all happens that can. */
static unsigned int count_runs(const struct sim_board_options *board, const char *options)
{
	unsigned int n_runs;
	struct rig rig;

	make(&rig, board, options);
	sim_balloon_set_interval(&rig.board.balloon, 1);
	rig_go_ms(&rig, 10000);
	set_target_mib(&rig, 160);
	rig_go_ms(&rig, 15300);
	set_target_mib(&rig, 1);
	rig_go_ms(&rig, 10300);
	set_target_mib(&rig, 256);
	rig_go_ms(&rig, 5300);
	set_target_mib(&rig, 200);
	rig_go_ms(&rig, 3100);
	balloonsim_guest_do(rig.guest, "suspend");
	rig_go_ms(&rig, 6000);
	balloonsim_guest_do(rig.guest, "resume");
	rig_go_ms(&rig, 4200);
	balloonsim_guest_do(rig.guest, "unload");
	rig_go_ms(&rig, 5800);
	n_runs = rig.n_runs;
	rig_done(&rig);
	return n_runs;
}

static void test_runs_in_a_minute(void)
{
	static const char *const others[] = {
		"",
		"latency=2500",
		"workload=leaking,speed=100",
		"workload=leaking,speed=0,page-size=65536,latency=20",
		"guest=windows,workload=swapping",
	};
	struct sim_board_options boards[2] = { rig_get_options("11.1"), rig_get_options("11.1") };

	boards[1].has_ioeventfd = true;
	boards[1].balloon.deflate_on_oom = true;
	boards[1].balloon.free_page_hint = true;
	boards[1].balloon.free_page_reporting = true;
	for (int fault = 0; fault < SIM_FAULTS; fault++) {
		for (size_t i = 0; i < ARRAY_SIZE(others) * 2 * 2; i++) {
			const struct sim_board_options *board = &boards[i % 2];
			unsigned int max = get_max_runs(fault, board);
			unsigned int n_runs;
			char options[200];

			snprintf(options, sizeof(options), "%s%sfault=%s%s", others[i / 4],
				 i / 4 == 0 ? "" : ",", balloonsim_fault_get_name(fault),
				 i / 2 % 2 == 0 ? "" : "%50");
			n_runs = count_runs(board, options);
			if (n_runs > max)
				printf("\n%s, board %u: %u runs ", options, (unsigned int)i % 2,
				       n_runs);
			CU_ASSERT(n_runs <= max);
		}
	}
}

/* 80 years, 290 years, and the last minute that the clocks can show. */
static void test_end_of_time(void)
{
	static const char *const options[] = {
		"latency=300",
		"workload=leaking,boot=2000,fault=empty-kicks+reboots%20+answers-late",
		"fault=slow-inflation+deflates-by-itself%20",
	};
	static const int64_t beginnings_ns[] = {
		INT64_MAX / 4 - 30 * SIM_NS_PER_S,
		INT64_MAX / 4 + 30 * SIM_NS_PER_S,
		INT64_MAX - 60 * SIM_NS_PER_S,
	};
	struct sim_board_options board = rig_get_options("11.1");

	board.balloon.free_page_reporting = true;
	board.balloon.deflate_on_oom = true;
	for (size_t i = 0; i < ARRAY_SIZE(options) * ARRAY_SIZE(beginnings_ns); i++) {
		struct rig rig;

		make(&rig, &board, options[i % 3]);
		rig.board.clock.virtual_ns = beginnings_ns[i / 3];
		sim_balloon_set_interval(&rig.board.balloon, 1);
		rig_go_ms(&rig, 3000);
		set_target_mib(&rig, 100);
		rig_go_ms(&rig, 46000);
		CU_ASSERT(rig.n_runs > 10);
		CU_ASSERT(rig.n_runs < RUNS_A_MINUTE);
		CU_ASSERT(rig.guest->n_boots > 1 || rig.board.balloon.n_samples > 8);
		/* The last seconds without the board, whose timers stop at the last moment. */
		for (int64_t left_ns = 2 * SIM_NS_PER_S; left_ns > 0; left_ns /= 2) {
			int64_t now_ns = INT64_MAX - left_ns;
			int64_t next_ns = balloonsim_guest_run(rig.guest, now_ns);

			CU_ASSERT(next_ns > now_ns || next_ns == rig.guest->balloon.next_ns);
			sim_board_run(&rig.board);
		}
		for (unsigned int n = 0; n < 200; n++)
			balloonsim_guest_run(rig.guest, INT64_MAX);
		CU_ASSERT_EQUAL(balloonsim_guest_run(rig.guest, INT64_MAX), INT64_MAX);
		rig_done(&rig);
	}
}

/* ------------------------------------------------------------------------------------------------
 * Faults in company
 */

static uint64_t read_le(struct rig *rig, uint64_t gpa, unsigned int width)
{
	unsigned char bytes[8] = { 0 };
	uint64_t n = 0;

	sim_memory_read(&rig->board.memory, gpa, bytes, width);
	for (unsigned int i = width; i-- > 0;)
		n = n << 8 | bytes[i];
	return n;
}

/* Is what the descriptor names inside one of the two places for statistics, or nowhere at all, as
 * the fault has it? */
static bool is_good_desc(struct rig *rig, uint64_t desc, bool is_unmappable)
{
	const struct balloonsim_guest *guest = rig->guest;
	uint64_t gpa = read_le(rig, desc, 8);
	uint64_t len = read_le(rig, desc + 8, 4);

	if (gpa >= guest->stats_gpa && gpa < guest->stats_gpa + SIM_GUEST_STATS_BYTES)
		return len <= guest->stats_gpa + SIM_GUEST_STATS_BYTES - gpa;
	if (gpa >= guest->scratch_gpa && gpa < guest->scratch_gpa + SIM_GUEST_SCRATCH_BYTES)
		return len <= guest->scratch_gpa + SIM_GUEST_SCRATCH_BYTES - gpa;
	return (gpa == 0 && len == 0) || (is_unmappable && gpa >= UINT64_C(1) << 52);
}

static bool are_good_descs(struct rig *rig, uint64_t faults)
{
	const struct sim_driver *driver = &rig->guest->driver;
	const struct sim_driver_queue *queue = &driver->queues[SIM_QUEUE_STATS];
	bool is_unmappable = (faults & SIM_FAULT_BIT(SIM_FAULT_UNMAPPABLE)) != 0;

	if (queue->size == 0 || (faults & SIM_FAULT_BIT(SIM_FAULT_DESC_PAST_END)) != 0)
		return true;
	/* Nobody writes more than three in a row; what follows is as it was. */
	for (unsigned int i = 0; i < MIN(queue->size, 16); i++) {
		uint64_t desc = queue->desc + SIM_DESC_SIZE * (uint64_t)i;
		uint64_t table = read_le(rig, desc, 8);
		uint64_t len = read_le(rig, desc + 8, 4);
		uint64_t flags = read_le(rig, desc + (driver->is_packed ? 14 : 12), 2);

		if (!is_good_desc(rig, desc, is_unmappable))
			return false;
		if ((flags & SIM_DESC_F_INDIRECT) == 0)
			continue;
		for (uint64_t at = 0; at + SIM_DESC_SIZE <= len; at += SIM_DESC_SIZE)
			if (!is_good_desc(rig, table + at, is_unmappable))
				return false;
	}
	return true;
}

/* ... and the rig sees that memory beyond the guest's is never touched, and that nothing hangs. */
static void try_pair(int a, int b, int board)
{
	struct sim_board_options options = rig_get_options(board == 0 ? "7.2" : "11.1");
	char text[200];
	struct rig rig;

	options.balloon.packed = board == 2;
	options.has_ioeventfd = board == 1;
	options.balloon.free_page_hint = board == 1;
	snprintf(text, sizeof(text), "guest=%s,workload=reclaim,fault=%s+%s",
		 (a + b) % 5 == 0 ? "windows" : "linux", balloonsim_fault_get_name(a),
		 balloonsim_fault_get_name(b));
	make(&rig, &options, text);
	sim_balloon_set_interval(&rig.board.balloon, 1);
	set_target_mib(&rig, 200);
	for (unsigned int i = 0; i < 4; i++) {
		bool is_good;

		rig_go_ms(&rig, i * i * 500);
		is_good = are_good_descs(&rig, SIM_FAULT_BIT(a) | SIM_FAULT_BIT(b));
		if (!is_good)
			printf("\n%s ", text);
		CU_ASSERT_TRUE(is_good);
	}
	balloonsim_guest_do(rig.guest, "unload");
	rig_go_ms(&rig, 1000);
	rig_done(&rig);
}

static void test_pairs(void)
{
	for (int a = 0; a < SIM_FAULTS; a++)
		for (int b = a + 1; b < SIM_FAULTS; b++)
			for (int board = 0; board < 3; board++)
				try_pair(a, b, board);
}

/* A tiny buffer in pieces still is 9 bytes, and still says nothing. */
static void test_tiny_pieces(void)
{
	struct rig rig;

	rig_start(&rig, "11.1", "fault=tiny-buffer+split-buffer");
	CU_ASSERT_EQUAL(rig.board.balloon.n_samples, 1);
	CU_ASSERT_FALSE(rig.board.balloon.device.is_broken);
	for (unsigned int tag = 0; tag < SIM_STATS_MAX; tag++)
		CU_ASSERT_EQUAL(rig.board.balloon.stats[tag], SIM_STAT_ABSENT);
	rig_done(&rig);
}

/* ------------------------------------------------------------------------------------------------
 * Options
 */

static void test_sentences(void)
{
	static const struct {
		const char *options, *sentence;
	} rows[] = {
		{ "guest=beos",
		  "guest='beos': the value must be linux|linux-7.1|linux-6.12|linux-6.1|"
		  "linux-4.19|linux-no-hugetlb|linux-no-counters|windows|windows-no-service" },
		{ "workload=fun", "workload='fun': the value must be "
				  "steady|growing|leaking|cache-filling|swapping|reclaim" },
		{ "page-size=8192", "page-size='8192': the value must be 4096|16384|65536" },
		{ "poison=yes", "poison='yes': the value must be off|on|init-on-free" },
		{ "seed=-1",
		  "seed='-1': the value must be a number from 0 to 18446744073709551615" },
		{ "boot=1s",
		  "boot='1s': the value must be a number of milliseconds from 0 to 86400000" },
		{ "latency=86400001", "latency='86400001': the value must be a number of "
				      "milliseconds from 0 to 86400000" },
		{ "speed=1048577", "speed='1048577': the value must be a number of MiB a second, "
				   "1 to 1048576, or 0 for no limit" },
		{ "fault=gremlins", "fault='gremlins': 'gremlins' is no fault; there are 52, such "
				    "as never-answers, tiny-buffer and crashes" },
		{ "fault=loop+none",
		  "fault='loop+none': 'none' takes all faults away and stands alone" },
		{ "fault=no-kick+loop@abc", "fault='no-kick+loop@abc': 'loop@abc': TIME is a "
					    "number with ms, s or m, a year at most" },
		{ "fault=loop%101", "fault='loop%101': 'loop%101': PERCENT is a whole number from "
				    "0 to 100, and comes last" },
		{ "fault=loop+loop+loop+loop+loop+loop+loop+loop+loop",
		  "fault='loop+loop+loop+loop+loop+loop+loop+loop+loop': a guest has at most "
		  "8 faults" },
		{ "fault=a,,b", "fault='a,b': 'a,b' is no fault; there are 52, such as "
				"never-answers, tiny-buffer and crashes" },
		{ "guest", "'guest': an option is written NAME=VALUE" },
		{ "profile=7.2", "'profile': a guest has no such option" },
	};
	struct rig rig;

	rig_start(&rig, "11.1", "");
	rig_done(&rig);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct sim_board_options board = rig_get_options("11.1");

		rig_make(&rig, &board);
		CU_ASSERT_EQUAL(balloonsim_guest_configure(rig.guest, rows[i].options), -EINVAL);
		CU_ASSERT_STRING_EQUAL(balloonsim_guest_get_error(rig.guest), rows[i].sentence);
		CU_ASSERT_PTR_NULL(strstr(balloonsim_guest_get_error(rig.guest), "balloonsim"));
		rig_done(&rig);
	}
}

/* Eight faults at their longest fit, and one character too many says so. */
static void test_long_options(void)
{
	const struct sim_board_options board = rig_get_options("11.1");
	char text[600] = "fault=";
	struct rig rig;

	for (int i = 0; i < SIM_PLAN_MAX; i++) {
		strcat(text, i == 0 ? "" : "+");
		strcat(text, "uninitialised-first-buffer@31536000000ms%100");
	}
	make(&rig, &board, text);
	CU_ASSERT_EQUAL(rig.guest->plan.n, SIM_PLAN_MAX);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CU_ASSERT_EQUAL(balloonsim_guest_configure(rig.guest, text), -EINVAL);
	CU_ASSERT_STRING_EQUAL(balloonsim_guest_get_error(rig.guest),
			       "an option is longer than 399 characters");
	memcpy(text, "fault=", 6);
	CU_ASSERT_EQUAL(balloonsim_guest_do(rig.guest, text), -EINVAL);
	CU_ASSERT(strlen(balloonsim_guest_get_error(rig.guest)) < SIM_GUEST_ERROR_MAX - 1);
	rig_done(&rig);
}

static void test_refused_text_changes_nothing(void)
{
	const struct sim_board_options board = rig_get_options("11.1");
	struct rig rig;

	make(&rig, &board, "latency=7");
	CU_ASSERT_EQUAL(balloonsim_guest_configure(rig.guest,
						   "guest=windows,latency=8,fault=loop,x=1"),
			-EINVAL);
	CU_ASSERT_FALSE(rig.guest->os->is_windows);
	CU_ASSERT_EQUAL(rig.guest->latency_ms, 7);
	CU_ASSERT_EQUAL(rig.guest->plan.n, 0);
	rig_done(&rig);
}

/* ... nor does one that comes too late; faults come at any time. */
static void test_late_options(void)
{
	struct rig rig;

	rig_start(&rig, "11.1", "");
	for (int i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL(balloonsim_guest_configure(rig.guest, "latency=8"), -EBUSY);
		CU_ASSERT_STRING_EQUAL(
			balloonsim_guest_get_error(rig.guest),
			"the guest runs already; its options come before its first run");
		CU_ASSERT_EQUAL(rig.guest->latency_ms, 0);
		CU_ASSERT_EQUAL(balloonsim_guest_do(rig.guest, "fault=loop@5s"), 0);
		CU_ASSERT_EQUAL(rig.guest->plan.n, i + 1);
		balloonsim_guest_reset(rig.guest);
	}
	CU_ASSERT_EQUAL(balloonsim_guest_do(rig.guest, "fault=dance"), -EINVAL);
	CU_ASSERT_STRING_EQUAL(balloonsim_guest_get_error(rig.guest),
			       "fault='dance': 'dance' is no fault; there are 52, such as "
			       "never-answers, tiny-buffer and crashes");
	rig_done(&rig);
}

static CU_TestInfo tests[] = {
	{ "a driver that leaves owes no answer", test_leaving_owes_nothing },
	{ "a driver that leaves neither hints nor reports", test_leaving_tells_nothing },
	{ "no fault makes a guest busy", test_runs_in_a_minute },
	{ "at the end of time a guest rests", test_end_of_time },
	{ "no two faults together hang or reach past their buffers", test_pairs },
	{ "a tiny buffer in pieces is a tiny buffer", test_tiny_pieces },
	{ "what is refused is told with what would be taken", test_sentences },
	{ "the longest sensible option fits", test_long_options },
	{ "a text that is refused changes nothing", test_refused_text_changes_nothing },
	{ "options of a guest that runs are refused, faults are not", test_late_options },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("sim-guest-limits", tests, argc, argv);
}
