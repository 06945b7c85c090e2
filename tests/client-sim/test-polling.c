/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * When QEMU asks the guest, and what a client sees of it: the polling timer and its buffer,
 * statement by statement. Each test runs on every QEMU unless it says otherwise.
 */
#include <stdio.h>
#include <string.h>

#include "pair.h"

/* The statistics queue is the third; its doorbell in the register window (virtio 1.3, 4.2.2). */
enum {
	QUEUE_NOTIFY = 0x50,
	STATS_QUEUE = 2,
};

static const char *const profiles[] = { "7.2", "10.0", "11.1" };

/* From 10.0 on devices have event notifiers: `cont` and DRIVER_OK kick the queues (B63, B66). */
static bool has_notifiers(const char *profile)
{
	return strcmp(profile, "7.2") != 0;
}

static void start(struct pair *pair, const char *profile, const char *options)
{
	char text[200];

	snprintf(text, sizeof(text), "profile=%s,%s", profile, options);
	pair_start(pair, text);
}

static void for_all(void (*test)(const char *profile))
{
	for (size_t i = 0; i < ARRAY_SIZE(profiles); i++)
		test(profiles[i]);
}

static unsigned int get_requests(const struct pair *pair)
{
	return (unsigned int)balloonsim_machine_get_requests(pair->machine);
}

/* Advance, and say whether the guest has been asked since. */
static bool is_asked_within(struct pair *pair, int64_t ms)
{
	unsigned int before = get_requests(pair);

	pair_advance_ms(pair, ms);
	return get_requests(pair) != before;
}

/* The next request comes after exactly so long: not a millisecond before. */
static void expect_request_after(struct pair *pair, int64_t ms)
{
	CU_ASSERT_FALSE(is_asked_within(pair, ms - 1));
	CU_ASSERT_TRUE(is_asked_within(pair, 1));
}

/* ------------------------------------------------------------------------------------------------
 * On, off, and another interval
 */

static void check_first_poll(const char *profile)
{
	struct balloonctl_completion *done;
	struct pair pair;

	start(&pair, profile, "");
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 1);
	/* A read that travels with the command is answered before the guest is (B38). */
	CU_ASSERT_EQUAL(balloonctl_monitor_start_set_polling_interval(pair.monitor, 100, NULL), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_get_stats(pair.monitor, NULL), 0);
	balloonctl_completion_free(pair_complete(&pair));
	done = pair_complete(&pair);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_EQUAL(pair_tell_update(balloonctl_completion_get_stats(done)), 1);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(
				balloonctl_completion_get_stats(done)),
			100);
	balloonctl_completion_free(done);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 5);
	CU_ASSERT_EQUAL(get_requests(&pair), 1);
	expect_request_after(&pair, 100000);
	pair_end(&pair);
}

static void test_first_poll(void)
{
	for_all(check_first_poll);
}

/* B39 */
static void check_period(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "latency=300");
	pair_advance_ms(&pair, 2000);
	pair_set_interval(&pair, 1);
	for (int i = 0; i < 10; i++) {
		pair_advance_ms(&pair, 299);
		CU_ASSERT_FALSE(balloonsim_machine_holds_buffer(pair.machine));
		pair_advance_ms(&pair, 1);
		CU_ASSERT_TRUE(balloonsim_machine_holds_buffer(pair.machine));
		CU_ASSERT_EQUAL(pair_get_update(&pair), (2300 + 1300 * i) / 1000);
		expect_request_after(&pair, 1000);
	}
	pair_end(&pair);
}

static void test_period(void)
{
	for_all(check_period);
}

/* B40 */
static void check_silence(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "fault=never-answers@10s");
	pair_advance_ms(&pair, 2000);
	pair_set_interval(&pair, 1);
	pair_advance_ms(&pair, 7500);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 9);
	CU_ASSERT_TRUE(is_asked_within(&pair, 1000));
	CU_ASSERT_FALSE(is_asked_within(&pair, 86400000));
	CU_ASSERT_EQUAL(pair_get_update(&pair), 9);
	CU_ASSERT_EQUAL(pair_get_interval(&pair), 1);
	/* Nothing that a client can set makes QEMU ask again. */
	pair_set_interval(&pair, 2);
	pair_set_interval(&pair, 0);
	pair_set_interval(&pair, 1);
	CU_ASSERT_FALSE(is_asked_within(&pair, 60000));
	pair_end(&pair);
}

static void test_silence(void)
{
	for_all(check_silence);
}

/* B41, B42 */
static void check_late_answer(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "fault=answers-late");
	pair_advance_ms(&pair, 2000);
	pair_set_interval(&pair, 1);
	pair_advance_ms(&pair, 1500);
	pair_set_interval(&pair, 3);
	pair_advance_ms(&pair, 3499);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 1);
	CU_ASSERT_EQUAL(get_requests(&pair), 1);
	pair_advance_ms(&pair, 1);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 7);
	expect_request_after(&pair, 3000);
	/* Switched off while it owes: the answer is taken all the same. */
	pair_set_interval(&pair, 0);
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 15);
	CU_ASSERT_FALSE(is_asked_within(&pair, 60000));
	pair_end(&pair);
}

static void test_late_answer(void)
{
	for_all(check_late_answer);
}

/* B43 */
static void check_change(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "");
	pair_advance_ms(&pair, 2000);
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 3), 0);
	pair_advance_ms(&pair, 1500);
	/* The same again changes nothing, least of all the wait. */
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 3), 3);
	expect_request_after(&pair, 1500);
	pair_advance_ms(&pair, 2500);
	/* Another counts from now, shorter or longer. */
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 1), 3);
	expect_request_after(&pair, 1000);
	pair_advance_ms(&pair, 500);
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 10), 1);
	expect_request_after(&pair, 10000);
	pair_end(&pair);
}

static void test_change(void)
{
	for_all(check_change);
}

/* B44, B45 */
static void check_off(const char *profile)
{
	struct balloonctl_stats *stats;
	struct pair pair;
	uint64_t bytes;

	start(&pair, profile, "");
	pair_advance_ms(&pair, 2000);
	pair_set_interval(&pair, 2);
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 6);
	bytes = pair_get_stat(&pair, BALLOONCTL_STAT_FREE_MEMORY);
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 0), 2);
	CU_ASSERT_FALSE(is_asked_within(&pair, 86400000));
	stats = pair_get_stats(&pair);
	CU_ASSERT_EQUAL(pair_tell_update(stats), 6);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 0);
	CU_ASSERT(pair_tell_present(stats) != 0);
	balloonctl_stats_free(stats);
	CU_ASSERT_EQUAL(pair_get_stat(&pair, BALLOONCTL_STAT_FREE_MEMORY), bytes);
	/* Off again is nothing; on asks at once, however long the interval is. */
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 0), 0);
	CU_ASSERT_EQUAL(pair_set_interval(&pair, UINT32_MAX), 0);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 86407);
	/* Off and on asks at any time. */
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 0), UINT32_MAX);
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 100), 0);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 86412);
	pair_end(&pair);
}

static void test_off(void)
{
	for_all(check_off);
}

/* ------------------------------------------------------------------------------------------------
 * Drivers that come and go
 */

/* B46 */
static void check_no_driver_yet(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "boot=10500");
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 3), 0);
	pair_advance_ms(&pair, 10499);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 0);
	CU_ASSERT_EQUAL(get_requests(&pair), 0);
	pair_advance_ms(&pair, 1);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 10);
	CU_ASSERT_EQUAL(get_requests(&pair), 0);
	expect_request_after(&pair, 3000);
	pair_end(&pair);
}

static void test_no_driver_yet(void)
{
	for_all(check_no_driver_yet);
}

/* B57, B59 */
static void check_reload(const char *profile)
{
	struct balloonctl_stats *stats;
	struct pair pair;

	start(&pair, profile, "guest-stats-polling-interval=2");
	pair_advance_ms(&pair, 6000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 5);
	pair_set_target_mib(&pair, 512);
	pair_advance_ms(&pair, 1500);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 512);
	pair_tell_guest(&pair, "unload");
	pair_advance_ms(&pair, 60000);
	stats = pair_get_stats(&pair);
	CU_ASSERT_EQUAL(pair_tell_update(stats), 7);
	CU_ASSERT(pair_tell_present(stats) != 0);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 2);
	balloonctl_stats_free(stats);
	/* A driver that goes gives the balloon back (B168), and one that comes blows it up again. */
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 1024);
	pair_tell_guest(&pair, "load");
	pair_process(&pair);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 67);
	expect_request_after(&pair, 2000);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 512);
	pair_end(&pair);
}

static void test_reload(void)
{
	for_all(check_reload);
}

/* B61, B169 */
static void check_suspend(const char *profile)
{
	struct balloonctl_stats *stats;
	struct pair pair;

	start(&pair, profile, "guest-stats-polling-interval=2");
	pair_advance_ms(&pair, 6000);
	pair_tell_guest(&pair, "suspend");
	pair_advance_ms(&pair, 60000);
	stats = pair_get_stats(&pair);
	CU_ASSERT_EQUAL(pair_tell_update(stats), 5);
	CU_ASSERT(pair_tell_present(stats) != 0);
	balloonctl_stats_free(stats);
	pair_tell_guest(&pair, "resume");
	pair_process(&pair);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 66);
	expect_request_after(&pair, 2000);
	pair_end(&pair);
}

static void test_suspend(void)
{
	for_all(check_suspend);
}

/* B47: the queue isn't there for the driver, so polling has nothing to return, for ever. */
static void check_no_queue(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "fault=no-stats-vq");
	pair_set_interval(&pair, 1);
	CU_ASSERT_FALSE(is_asked_within(&pair, 86400000));
	CU_ASSERT_EQUAL(pair_get_update(&pair), 0);
	pair_set_target_mib(&pair, 512);
	pair_advance_ms(&pair, 2000);
	CU_ASSERT_EQUAL(pair_get_actual_mib(&pair), 512);
	pair_end(&pair);
}

static void test_no_queue(void)
{
	for_all(check_no_queue);
}

/* ------------------------------------------------------------------------------------------------
 * Kicks, stops, clocks
 */

static void kick(struct pair *pair)
{
	const struct balloonsim_window *window = balloonsim_machine_get_window(pair->machine);

	window->write_register(window->context, QUEUE_NOTIFY, 4, STATS_QUEUE);
	pair_process(pair);
}

/* B49 */
static void check_empty_kick(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 2000);
	pair_advance_ms(&pair, 600);
	kick(&pair);
	expect_request_after(&pair, 1000);
	/* Often enough, and there is no request at all. */
	for (int i = 0; i < 100; i++) {
		CU_ASSERT_FALSE(is_asked_within(&pair, 900));
		kick(&pair);
	}
	CU_ASSERT_EQUAL(pair_get_update(&pair), 3);
	pair_end(&pair);
}

static void test_empty_kick(void)
{
	for_all(check_empty_kick);
}

/* B65 */
static void check_on_while_stopped(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "");
	pair_advance_ms(&pair, 2000);
	pair_get_update(&pair);
	pair_execute(&pair, "stop");
	pair_set_interval(&pair, 5);
	pair_advance_ms(&pair, 60000);
	CU_ASSERT_EQUAL(get_requests(&pair), 0);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 1);
	pair_execute(&pair, "cont");
	pair_advance_ms(&pair, 0);
	if (KNOWN_CONT_KICKS_FIRST && has_notifiers(profile))
		expect_request_after(&pair, 5000);
	CU_ASSERT_EQUAL(get_requests(&pair), 1);
	pair_end(&pair);
}

static void test_on_while_stopped(void)
{
	for_all(check_on_while_stopped);
}

/* B66 */
static void check_cont(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "guest-stats-polling-interval=5");
	pair_advance_ms(&pair, 6000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 6);
	pair_advance_ms(&pair, 2000);
	pair_execute(&pair, "stop");
	pair_advance_ms(&pair, 100000);
	pair_execute(&pair, "cont");
	expect_request_after(&pair, has_notifiers(profile) ? 5000 : 3000);
	pair_end(&pair);
}

static void test_cont(void)
{
	for_all(check_cont);
}

/* Stopped for a moment every four seconds: on newer QEMUs nobody is ever asked. */
static void check_starved(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "guest-stats-polling-interval=5");
	pair_advance_ms(&pair, 6000);
	pair_get_update(&pair);
	for (int i = 0; i < 50; i++) {
		pair_advance_ms(&pair, 4000);
		pair_execute(&pair, "stop");
		pair_execute(&pair, "cont");
	}
	CU_ASSERT(has_notifiers(profile) ? pair_get_update(&pair) == 6
					 : pair_get_update(&pair) > 200);
	pair_end(&pair);
}

static void test_starved(void)
{
	for_all(check_starved);
}

/* B67: the answer whose kick the guest forgot. */
static void check_forgotten_kick(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "fault=no-kick@5s,guest-stats-polling-interval=2");
	pair_advance_ms(&pair, 20000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 3);
	pair_execute(&pair, "stop");
	pair_execute(&pair, "cont");
	CU_ASSERT_EQUAL(pair_get_update(&pair), has_notifiers(profile) ? 20 : 3);
	pair_end(&pair);
}

static void test_forgotten_kick(void)
{
	for_all(check_forgotten_kick);
}

/* B53: last-update is the host's clock, which may be set; the timer is not. */
static void check_wall_clock(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "guest-stats-polling-interval=2");
	pair_advance_ms(&pair, 5000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 5);
	balloonsim_machine_set_wall_us(pair.machine, (PAIR_EPOCH - 1000) * 1000000 + 999999);
	expect_request_after(&pair, 2000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), -1000 + 2);
	balloonsim_machine_set_wall_us(pair.machine, (PAIR_EPOCH + 1000) * 1000000);
	expect_request_after(&pair, 2000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), 1002);
	pair_end(&pair);
}

static void test_wall_clock(void)
{
	for_all(check_wall_clock);
}

/* ------------------------------------------------------------------------------------------------
 * Who has set it
 */

static void check_interval_outlives(const char *profile)
{
	struct pair pair;

	start(&pair, profile, "guest-stats-polling-interval=4294967295");
	CU_ASSERT_EQUAL(pair_get_interval(&pair), UINT32_MAX);
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 7), UINT32_MAX);
	pair_leave(&pair);
	pair_advance_ms(&pair, 100000);
	pair_start_connect(&pair);
	CU_ASSERT_EQUAL(pair_get_interval(&pair), 7);
	CU_ASSERT(pair_get_update(&pair) > 90);
	CU_ASSERT_EQUAL(balloonsim_machine_get_interval(pair.machine), 7);
	/* Over a reset too. */
	pair_execute(&pair, "system_reset");
	CU_ASSERT_EQUAL(pair_get_interval(&pair), 7);
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 0), 7);
	CU_ASSERT_EQUAL(pair_get_interval(&pair), 0);
	pair_end(&pair);
}

static void test_interval_outlives(void)
{
	for_all(check_interval_outlives);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "switching on asks at once, and a read on its heels is too early",
		  test_first_poll },
		{ "the next request comes an interval after the answer", test_period },
		{ "without an answer there is no further request", test_silence },
		{ "a late answer counts, with the interval in force by then", test_late_answer },
		{ "another interval begins from now, the same one does nothing", test_change },
		{ "switched off, the statistics stay; on again, the guest is asked at once",
		  test_off },
		{ "polling may be switched on before there is a driver", test_no_driver_yet },
		{ "while the driver is away its last sample stays", test_reload },
		{ "a suspended guest's sample stays, and waking up brings one", test_suspend },
		{ "a driver without the queue is never asked", test_no_queue },
		{ "kicks with nothing new put the request off", test_empty_kick },
		{ "switched on while the VM is stopped, the guest is asked when it goes on",
		  test_on_while_stopped },
		{ "after a stop the rest of the wait follows, or a whole one", test_cont },
		{ "a VM stopped often enough is not polled by newer QEMUs", test_starved },
		{ "newer QEMUs find a forgotten answer after a stop", test_forgotten_kick },
		{ "last-update follows the host's clock, back too", test_wall_clock },
		{ "the interval is the device's and outlives clients and resets",
		  test_interval_outlives },
		CU_TEST_INFO_NULL,
	};

	return suite_run("client-sim polling", tests, argc, argv);
}
