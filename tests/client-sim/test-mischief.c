/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Faults more closely than the table of test-faults.c has columns for: by chance, in numbers, in
 * the size of the balloon, and how to get rid of them.
 */
#include <stdio.h>
#include <string.h>

#include "pair.h"

enum {
	ALL = 0xffff, /* statistics */
};

#define HALVED "BALLOON_CHANGE=1023 BALLOON_CHANGE=512"

/* Of 40 polls, how many told all, and how many something else? */
static void count_outcomes(const char *fault, unsigned int seed, unsigned int *ret_good,
			   unsigned int *ret_bad, char *pattern)
{
	char options[200];
	struct pair pair;

	snprintf(options, sizeof(options), "fault=%s,seed=%u", fault, seed);
	pair_start(&pair, options);
	pair_advance_ms(&pair, 2000);
	pair_set_interval(&pair, 1);
	*ret_good = *ret_bad = 0;
	for (int i = 0; i < 40; i++) {
		struct balloonctl_stats *stats = pair_get_stats(&pair);
		bool is_good = pair_tell_present(stats) == ALL;

		CU_ASSERT_EQUAL(pair_tell_update(stats), 2 + i);
		*(is_good ? ret_good : ret_bad) += 1;
		pattern[i] = is_good ? '+' : '-';
		balloonctl_stats_free(stats);
		pair_advance_ms(&pair, 1000);
	}
	pattern[40] = '\0';
	pair_end(&pair);
}

static void test_by_chance(void)
{
	char first[41], again[41], other[41], rare[41];
	unsigned int good, bad;

	count_outcomes("short-buffer%50", 1, &good, &bad, first);
	CU_ASSERT(good >= 10 && bad >= 10);
	count_outcomes("short-buffer%50", 1, &good, &bad, again);
	CU_ASSERT(expect_equal(again, first));
	count_outcomes("short-buffer%50", 2, &good, &bad, other);
	CU_ASSERT_STRING_NOT_EQUAL(other, first);
	count_outcomes("short-buffer%0", 1, &good, &bad, rare);
	CU_ASSERT_EQUAL(bad, 0);
	count_outcomes("short-buffer%100", 1, &good, &bad, rare);
	CU_ASSERT_EQUAL(good, 0);
	count_outcomes("short-buffer@12s%50", 1, &good, &bad, rare);
	CU_ASSERT_EQUAL(memcmp(rare, "++++++++++", 10), 0);
	CU_ASSERT(bad >= 5 && good >= 15);
}

/* A guest that fails to answer once is never asked again: half a chance is as bad as a whole. */
static void test_chance_of_silence(void)
{
	struct pair pair;
	int64_t last;

	pair_start(&pair, "fault=never-answers%50,seed=3");
	pair_advance_ms(&pair, 2000);
	pair_set_interval(&pair, 1);
	pair_advance_ms(&pair, 60000);
	last = pair_get_update(&pair);
	CU_ASSERT(last < 30);
	pair_advance_ms(&pair, 600000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), last);
	/* Off and on does not help, for there is no buffer to ask with. */
	pair_set_interval(&pair, 0);
	pair_set_interval(&pair, 1);
	pair_advance_ms(&pair, 10000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), last);
	CU_ASSERT_FALSE(balloonsim_machine_holds_buffer(pair.machine));
	pair_end(&pair);
}

static void test_uninitialised(void)
{
	struct balloonctl_stats *stats;
	unsigned int differ = 0, failed = 0;
	char options[100];
	struct pair pair;

	for (unsigned int seed = 1; seed <= 20; seed++) {
		snprintf(options, sizeof(options), "guest=linux-4.19,seed=%u", seed);
		pair_start(&pair, options);
		pair_advance_ms(&pair, 1000);
		stats = pair_get_stats(&pair);
		CU_ASSERT_EQUAL(pair_tell_update(stats), 1);
		differ += pair_tell_present(stats) != 0x7f;
		failed += (balloonctl_stats_get_anomalies(stats) &
			   BALLOONCTL_ANOMALY_FAILED_VALUE) != 0;
		balloonctl_stats_free(stats);
		pair_set_interval(&pair, 1);
		stats = pair_get_stats(&pair);
		CU_ASSERT_EQUAL(pair_tell_present(stats), 0x7f);
		CU_ASSERT_EQUAL(balloonctl_stats_get_anomalies(stats), 0);
		CU_ASSERT(pair_is_honest(&pair, stats));
		balloonctl_stats_free(stats);
		pair_end(&pair);
	}
	/* Without tags that happen to be right there is no telling what it says, but it is wrong. */
	CU_ASSERT_EQUAL(differ, 20);
	CU_ASSERT(failed > 0 && failed < 20);
}

static void test_values(void)
{
	uint64_t total, value, before, raw;
	struct balloonctl_stats *stats;
	struct pair pair;

	pair_start(&pair, "fault=zero-values,guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_get_stat(&pair, BALLOONCTL_STAT_TOTAL_MEMORY), 0);
	CU_ASSERT_EQUAL(pair_get_stat(&pair, BALLOONCTL_STAT_FREE_MEMORY), 0);
	pair_end(&pair);

	pair_start(&pair, "fault=available-above-total,guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 5000);
	total = pair_get_stat(&pair, BALLOONCTL_STAT_TOTAL_MEMORY);
	CU_ASSERT_EQUAL(pair_get_stat(&pair, BALLOONCTL_STAT_AVAILABLE_MEMORY), total + total / 2);
	pair_end(&pair);

	pair_start(&pair, "fault=failed-counters,guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 5000);
	stats = pair_get_stats(&pair);
	CU_ASSERT_EQUAL(balloonctl_stats_get_raw(stats, BALLOONCTL_STAT_SWAP_IN, &raw), 0);
	CU_ASSERT_EQUAL(raw, UINT64_C(18446744073709547520));
	balloonctl_stats_free(stats);
	pair_end(&pair);

	pair_start(&pair, "fault=huge-values,guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 5000);
	stats = pair_get_stats(&pair);
	for (unsigned int tag = 0; tag < 16; tag++) {
		CU_ASSERT_EQUAL(balloonctl_stats_get_raw(stats, (enum balloonctl_stat)tag, &raw),
				0);
		CU_ASSERT_EQUAL(raw, UINT64_MAX - 1 - tag);
	}
	balloonctl_stats_free(stats);
	pair_end(&pair);

	pair_start(&pair, "fault=backward-counters,guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 5000);
	before = pair_get_stat(&pair, BALLOONCTL_STAT_MINOR_FAULTS);
	pair_advance_ms(&pair, 1000);
	value = pair_get_stat(&pair, BALLOONCTL_STAT_MINOR_FAULTS);
	CU_ASSERT(value < before);
	pair_end(&pair);

	pair_start(&pair, "fault=stale-values@5s,guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 4900);
	before = pair_get_stat(&pair, BALLOONCTL_STAT_MINOR_FAULTS);
	pair_advance_ms(&pair, 60000);
	CU_ASSERT_EQUAL(pair_get_stat(&pair, BALLOONCTL_STAT_MINOR_FAULTS), before);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 64);
	pair_end(&pair);
}

/* The size of the balloon: what the guest claims, what it has, and what comes unasked. */
static void test_sizes(void)
{
	struct balloonctl_completion *done;
	struct pair pair;
	uint64_t total;

	pair_start(&pair, "fault=wild-actual");
	pair_advance_ms(&pair, 2000);
	pair_set_target_mib(&pair, 512);
	pair_advance_ms(&pair, 2000);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_actual_bytes(pair.monitor, NULL), 0);
	done = pair_complete(&pair);
	CU_ASSERT_EQUAL(balloonctl_completion_get_actual_bytes(done),
			(INT64_C(1) << 30) - (int64_t)UINT32_MAX * 4096);
	balloonctl_completion_free(done);
	pair_end(&pair);

	/* The balloon takes the memory, and only the guest's own total shows it. */
	pair_start(&pair, "fault=silent-actual,guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 5000);
	total = pair_get_stat(&pair, BALLOONCTL_STAT_TOTAL_MEMORY);
	pair_set_target_mib(&pair, 512);
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 1024);
	CU_ASSERT_EQUAL(pair_get_stat(&pair, BALLOONCTL_STAT_TOTAL_MEMORY), total - 512 * MIB);
	pair_end(&pair);

	pair_start(&pair, "fault=deflates-by-itself@5s");
	pair_advance_ms(&pair, 2000);
	pair_set_target_mib(&pair, 512);
	pair_advance_ms(&pair, 2900);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 512);
	CU_ASSERT(expect_equal(pair_take_events(&pair), HALVED));
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 1024);
	CU_ASSERT(expect_equal(pair_take_events(&pair), "BALLOON_CHANGE=513 BALLOON_CHANGE=1024"));
	pair_end(&pair);

	/* A guest that has crashed keeps what it had. */
	pair_start(&pair, "fault=crashes@5s");
	pair_advance_ms(&pair, 2000);
	pair_set_target_mib(&pair, 512);
	pair_advance_ms(&pair, 10000);
	pair_set_target_mib(&pair, 1024);
	pair_advance_ms(&pair, 10000);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 512);
	pair_end(&pair);
}

/* "system_reset" helps a device that is broken, and a guest that hangs. */
static void test_ways_out(void)
{
	static const char *const faults[] = { "loop", "never-answers", "bad-head", "no-driver" };
	char options[100];
	struct pair pair;

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		snprintf(options, sizeof(options), "guest-stats-polling-interval=1,fault=%s",
			 faults[i]);
		pair_start(&pair, options);
		pair_advance_ms(&pair, 10000);
		CU_ASSERT(pair_get_update(&pair) <= 1);
		pair_tell_guest(&pair, "fault=none");
		pair_advance_ms(&pair, 10000);
		CU_ASSERT(pair_get_update(&pair) <= 1);
		pair_execute(&pair, "system_reset");
		CU_ASSERT(expect_equal(pair_take_events(&pair), "RESET"));
		pair_advance_ms(&pair, 10000);
		CU_ASSERT_EQUAL(pair_get_update(&pair), 30);
		CU_ASSERT_FALSE(balloonsim_machine_is_broken(pair.machine));
		pair_end(&pair);
	}
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "a fault by chance strikes and spares, and the seed decides", test_by_chance },
		{ "one answer that fails to come is the last request", test_chance_of_silence },
		{ "what a driver leaves in its first buffer is gone with the next",
		  test_uninitialised },
		{ "values come through as the guest sent them, true or not", test_values },
		{ "the size is what the guest says, true or not", test_sizes },
		{ "a reset of the system mends what a guest has broken", test_ways_out },
		CU_TEST_INFO_NULL,
	};

	return suite_run("client-sim mischief", tests, argc, argv);
}
