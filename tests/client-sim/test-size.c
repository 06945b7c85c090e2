/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The size of the balloon, and what resets and stops of the machine do to it and to the statistics.
 */
#include <stdio.h>
#include <string.h>

#include "pair.h"

static const struct qemu {
	const char *profile;
	unsigned int known; /* statistics */
	bool keeps_stats;   /* over a reset of the system (B60) */
} qemus[] = {
	{ "7.2", 0x03ff, true },
	{ "10.0", 0xffff, false },
	{ "11.1", 0xffff, false },
};

static int64_t get_timestamp(struct pair *pair, int64_t *ret_mib)
{
	struct balloonctl_event *event = balloonctl_monitor_next_event(pair->monitor);
	int64_t us, bytes = -1;

	CU_ASSERT_PTR_NOT_NULL_FATAL(event);
	CU_ASSERT(expect_equal(balloonctl_event_get_name(event), "BALLOON_CHANGE"));
	CU_ASSERT_EQUAL(balloonctl_event_get_actual_bytes(event, &bytes), 0);
	us = balloonctl_event_get_timestamp_us(event) - PAIR_EPOCH * 1000000;
	balloonctl_event_free(event);
	*ret_mib = bytes / MIB;
	return us;
}

/* 256 MiB at 256 MiB a second. */
static void test_size(void)
{
	struct pair pair;
	int64_t mib, at;

	pair_start(&pair, "speed=256,guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 10000);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 1024);
	pair_set_target_mib(&pair, 768);
	pair_advance_ms(&pair, 500);
	/* Half of the way, of which the event speaks later. */
	mib = pair_get_actual_mib(&pair);
	CU_ASSERT(mib > 800 && mib < 1000);
	at = get_timestamp(&pair, &mib);
	CU_ASSERT(mib == 1023 && at >= 10000000 && at <= 10010000);
	CU_ASSERT(expect_equal(pair_take_events(&pair), ""));
	pair_advance_ms(&pair, 2500);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 768);
	at = get_timestamp(&pair, &mib);
	/* The stamp is when it happened, not when it was told (B91). */
	CU_ASSERT(mib >= 768 && mib <= 770 && at >= 10800000 && at < 11000000);
	pair_take_events(&pair);
	CU_ASSERT_EQUAL(pair_get_stat(&pair, BALLOONCTL_STAT_TOTAL_MEMORY),
			balloonsim_machine_get_stat(pair.machine, 5));
	pair_set_target_mib(&pair, 1024);
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 1024);
	CU_ASSERT_EQUAL(balloonsim_machine_get_actual(pair.machine), 0);
	pair_end(&pair);
}

static void test_size_limits(void)
{
	static const struct {
		uint64_t bytes;
		uint32_t num_pages;
	} rows[] = {
		{ 1, 65535 },     { 4096, 65535 },      { 4097, 65534 },  { 256 * MIB - 1, 0 },
		{ 256 * MIB, 0 }, { 256 * MIB + 1, 0 }, { INT64_MAX, 0 },
	};
	struct balloonctl_completion *done;
	struct pair pair;

	for (size_t q = 0; q < ARRAY_SIZE(qemus); q++) {
		char options[100];

		snprintf(options, sizeof(options), "ram=256M,guest=none,profile=%s",
			 qemus[q].profile);
		pair_start(&pair, options);
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			CU_ASSERT_EQUAL(balloonctl_monitor_start_set_target_bytes(pair.monitor,
										  rows[i].bytes,
										  NULL),
					0);
			done = pair_complete(&pair);
			CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), 0);
			balloonctl_completion_free(done);
			CU_ASSERT_EQUAL(balloonsim_machine_get_num_pages(pair.machine),
					rows[i].num_pages);
			CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 256);
		}
		pair_end(&pair);
	}
	/* Without DEFLATE_ON_OOM the guest's total shrinks with the balloon, with it it stays (B35). */
	for (int stays = 0; stays <= 1; stays++) {
		uint64_t total;

		pair_start(&pair, stays ? "deflate-on-oom=on" : "deflate-on-oom=off");
		pair_advance_ms(&pair, 1000);
		pair_set_interval(&pair, 1);
		total = pair_get_stat(&pair, BALLOONCTL_STAT_TOTAL_MEMORY);
		pair_set_target_mib(&pair, 512);
		pair_advance_ms(&pair, 5000);
		CU_ASSERT_EQUAL(pair_get_stat(&pair, BALLOONCTL_STAT_TOTAL_MEMORY),
				stays ? total : total - 512 * MIB);
		pair_end(&pair);
	}
}

/* ------------------------------------------------------------------------------------------------
 * Resets and stops
 */

static void check_status(struct pair *pair, const char *status, bool is_running)
{
	struct balloonctl_info *info = pair_get_info(pair);

	CU_ASSERT(expect_equal(balloonctl_info_get_status(info), status));
	CU_ASSERT_EQUAL(balloonctl_info_is_running(info), is_running);
	balloonctl_info_free(info);
}

static void test_stop(void)
{
	struct pair pair;

	pair_start(&pair, "guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 5000);
	check_status(&pair, "running", true);
	pair_execute(&pair, "stop");
	pair_execute(&pair, "stop");
	CU_ASSERT(expect_equal(pair_take_events(&pair), "STOP"));
	check_status(&pair, "paused", false);
	pair_advance_ms(&pair, 60000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 5);
	pair_execute(&pair, "cont");
	CU_ASSERT(expect_equal(pair_take_events(&pair), "RESUME"));
	check_status(&pair, "running", true);
	pair_advance_ms(&pair, 2000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 67);
	pair_end(&pair);

	pair_start(&pair, "paused=on");
	check_status(&pair, "prelaunch", false);
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 0);
	pair_execute(&pair, "cont");
	pair_advance_ms(&pair, 2000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 6);
	pair_end(&pair);
}

/* B60: by QMP or by the guest, the interval stays; 7.2 goes on to show a guest that is no more. */
static void check_reset(const struct qemu *qemu, bool by_guest)
{
	struct balloonctl_stats *stats;
	char options[100];
	struct pair pair;

	snprintf(options, sizeof(options), "guest-stats-polling-interval=2,boot=4000,profile=%s",
		 qemu->profile);
	pair_start(&pair, options);
	pair_advance_ms(&pair, 10000);
	pair_set_target_mib(&pair, 512);
	pair_advance_ms(&pair, 1000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 10);
	pair_take_events(&pair);
	if (by_guest)
		balloonsim_machine_reset(pair.machine);
	else
		pair_execute(&pair, "system_reset");
	pair_process(&pair);
	pair_advance_ms(&pair, 1000);
	CU_ASSERT(expect_equal(pair_take_events(&pair), "RESET"));
	stats = pair_get_stats(&pair);
	CU_ASSERT_EQUAL(pair_tell_update(stats), qemu->keeps_stats ? 10 : 0);
	CU_ASSERT_EQUAL(pair_tell_present(stats), qemu->keeps_stats ? qemu->known : 0);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 2);
	balloonctl_stats_free(stats);
	/* The size is the old guest's until a driver tells (B84). */
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 512);
	pair_advance_ms(&pair, 9000);
	/* Loaded 4 s after the reset at 11 s, then each 2 s. */
	CU_ASSERT_EQUAL(pair_get_update(&pair), 21);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 512);
	pair_end(&pair);
}

static void test_reset(void)
{
	for (size_t q = 0; q < ARRAY_SIZE(qemus); q++) {
		check_reset(&qemus[q], false);
		check_reset(&qemus[q], true);
	}
}

static void test_wrong_size_after_reset(void)
{
	struct pair pair;

	pair_start(&pair, "");
	pair_advance_ms(&pair, 2000);
	pair_set_target_mib(&pair, 512);
	pair_advance_ms(&pair, 2000);
	/* Wanted full again just before the guest starts over: nobody has to say anything. */
	pair_execute(&pair, "stop");
	pair_set_target_mib(&pair, 1024);
	pair_execute(&pair, "system_reset");
	pair_execute(&pair, "cont");
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 512);
	pair_set_target_mib(&pair, 1024);
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 512);
	pair_set_target_mib(&pair, 1000);
	pair_advance_ms(&pair, 2000);
	pair_set_target_mib(&pair, 1024);
	pair_advance_ms(&pair, 2000);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 1024);
	pair_end(&pair);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "the size moves as the guest says, and events tell it at most once a second",
		  test_size },
		{ "a target has no lower limit and is cut to the machine's memory",
		  test_size_limits },
		{ "a stopped VM shows its last sample and is polled again when it goes on",
		  test_stop },
		{ "a reset keeps the interval, and on QEMU 7.2 the statistics", test_reset },
		{ "after a reset the size may be wrong until it changes",
		  test_wrong_size_after_reset },
		CU_TEST_INFO_NULL,
	};

	return suite_run("client-sim size", tests, argc, argv);
}
