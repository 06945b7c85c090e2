/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The client against a real QEMU with a real Linux in it: what the statistics, the polling and the
 * balloon do when the guest does something. One guest serves most tests; each leaves polling off.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "expect.h"
#include "suite.h"

enum {
	MEMORY_MIB = 256,
	PAGE_BYTES = 4096,
};

#define NAME "guest of the tests"

static struct vm *guest;

/* The first test that needs the guest boots it. */
static struct balloonctl_monitor *use_guest(void)
{
	if (guest == NULL) {
		const char *args[] = { "-name", NAME, NULL };

		guest = vm_start(&(struct vm_options){ .balloon = "virtio-balloon-pci,id=balloon0",
						       .linux_guest = true,
						       .memory_mib = MEMORY_MIB,
						       .args = args });
		CU_ASSERT_PTR_NOT_NULL_FATAL(guest);
		CU_ASSERT_EQUAL_FATAL(vm_wait_boot(guest), 0);
	}
	return client_connect(guest);
}

static void done_with(struct balloonctl_monitor *monitor)
{
	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 0, NULL), 0);
	balloonctl_monitor_free(monitor);
}

static void poll_each_second(struct balloonctl_monitor *monitor)
{
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_set_polling_interval(monitor, 1, NULL), 0);
}

static void run_in_guest(const char *command)
{
	CU_ASSERT_EQUAL_FATAL(vm_run(guest, command, NULL, 0), 0);
}

/* What the guest's kernel says of itself: the number behind a word in a file of /proc. */
static uint64_t ask_guest(const char *file, const char *word)
{
	char command[128], output[64] = "";

	snprintf(command, sizeof(command), "awk '$1 == \"%s\" { print $2 }' /proc/%s", word, file);
	CU_ASSERT_EQUAL_FATAL(vm_run(guest, command, output, sizeof(output)), 0);
	CU_ASSERT_NOT_EQUAL_FATAL(output[0], '\0');
	return strtoull(output, NULL, 10);
}

static bool is_near(uint64_t a, uint64_t b)
{
	bool near = (a > b ? a - b : b - a) < 4 * MIB;

	if (!near)
		fprintf(stderr, "%" PRIu64 " is not near %" PRIu64 "\n", a, b);
	return near;
}

static bool is_same_sample(const struct balloonctl_stats *a, const struct balloonctl_stats *b)
{
	bool same = balloonctl_stats_get_last_update(a) == balloonctl_stats_get_last_update(b);

	for (int i = 0; i < balloonctl_stat_get_count(); i++) {
		enum balloonctl_stat stat = (enum balloonctl_stat)i;
		uint64_t raw_a = 0, raw_b = 0;

		same = balloonctl_stats_get_raw(a, stat, &raw_a) ==
			       balloonctl_stats_get_raw(b, stat, &raw_b) &&
		       raw_a == raw_b && same;
	}
	return same;
}

static void test_first_sample(void)
{
	struct balloonctl_monitor *monitor = use_guest();
	struct balloonctl_stats *stats = client_get_stats(monitor);
	uint64_t total, available, free_memory;

	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 0);
	CU_ASSERT(balloonctl_stats_get_last_update(stats) > 0);
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total), 0);
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, &available),
			0);
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, &free_memory), 0);
	CU_ASSERT_EQUAL(total, ask_guest("meminfo", "MemTotal:") * 1024);
	CU_ASSERT(available > 0 && available < total);
	CU_ASSERT(free_memory > 0 && free_memory < total);
	CU_ASSERT_EQUAL(balloonctl_stats_get_anomalies(stats), 0);
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown_count(stats), 0);
	balloonctl_stats_free(stats);
	balloonctl_monitor_free(monitor);
}

static void test_every_statistic(void)
{
	static const struct {
		enum balloonctl_stat stat;
		const char *word;
		uint64_t unit;
	} counters[] = {
		{ BALLOONCTL_STAT_SWAP_IN, "pswpin", PAGE_BYTES },
		{ BALLOONCTL_STAT_SWAP_OUT, "pswpout", PAGE_BYTES },
		{ BALLOONCTL_STAT_MAJOR_FAULTS, "pgmajfault", 1 },
		{ BALLOONCTL_STAT_MINOR_FAULTS, "pgfault", 1 },
		{ BALLOONCTL_STAT_HTLB_PGALLOC, "htlb_buddy_alloc_success", 1 },
		{ BALLOONCTL_STAT_HTLB_PGFAIL, "htlb_buddy_alloc_fail", 1 },
	};
	static const struct {
		enum balloonctl_stat stat;
		const char *word;
	} gauges[] = {
		{ BALLOONCTL_STAT_FREE_MEMORY, "MemFree:" },
		{ BALLOONCTL_STAT_AVAILABLE_MEMORY, "MemAvailable:" },
		{ BALLOONCTL_STAT_DISK_CACHES, "Cached:" },
	};
	struct balloonctl_monitor *monitor = use_guest();
	uint64_t before[sizeof(counters) / sizeof(counters[0])], value;
	struct balloonctl_stats *stats;

	/* With a large reserve available memory is far from free memory. */
	run_in_guest("cat /proc/sys/vm/min_free_kbytes >/tmp/reserve");
	run_in_guest("echo 32768 >/proc/sys/vm/min_free_kbytes");
	/* Three huge pages there are, and then one that there is not. */
	run_in_guest("echo 3 >/proc/sys/vm/nr_hugepages");
	run_in_guest("echo 200 >/proc/sys/vm/nr_hugepages");
	run_in_guest("echo 0 >/proc/sys/vm/nr_hugepages");
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		before[i] = ask_guest("vmstat", counters[i].word);
	poll_each_second(monitor);
	stats = client_get_fresh(monitor);
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		CU_ASSERT_EQUAL(balloonctl_stats_get(stats, counters[i].stat, &value), 0);
		CU_ASSERT(value >= before[i] * counters[i].unit);
		CU_ASSERT(value <= ask_guest("vmstat", counters[i].word) * counters[i].unit);
	}
	for (size_t i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++) {
		CU_ASSERT_EQUAL(balloonctl_stats_get(stats, gauges[i].stat, &value), 0);
		CU_ASSERT(is_near(value, ask_guest("meminfo", gauges[i].word) * 1024));
	}
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_TOTAL_MEMORY, &value), 0);
	CU_ASSERT_EQUAL(value, ask_guest("meminfo", "MemTotal:") * 1024);
	run_in_guest("cat /tmp/reserve >/proc/sys/vm/min_free_kbytes");
	balloonctl_stats_free(stats);
	done_with(monitor);
}

static void test_each_second(void)
{
	struct balloonctl_monitor *monitor = use_guest();
	int64_t before = client_get_last_update(monitor);
	int64_t updates[4];

	poll_each_second(monitor);
	for (size_t i = 0; i < 4; i++) {
		updates[i] = client_wait_update(monitor, i == 0 ? before : updates[i - 1], 5000);
		CU_ASSERT_FATAL(updates[i] > 0);
	}
	/* The interval and the guest's answer: 0.98 to 1.13 s on an idle host; a busy one may skip
	 * a second, but not each. */
	CU_ASSERT(updates[3] - updates[0] >= 3);
	CU_ASSERT(updates[3] - updates[0] <= 5);
	done_with(monitor);
}

static void test_memory_taken(void)
{
	struct balloonctl_monitor *monitor = use_guest();
	struct balloonctl_stats *stats;
	uint64_t before, after;

	poll_each_second(monitor);
	stats = client_get_fresh(monitor);
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, &before), 0);
	balloonctl_stats_free(stats);
	run_in_guest("hold 40");
	stats = client_get_fresh(monitor);
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, &after), 0);
	balloonctl_stats_free(stats);
	run_in_guest("killall dd");
	CU_ASSERT(before - after > 36 * MIB);
	CU_ASSERT(before - after < 52 * MIB);
	done_with(monitor);
}

static void test_page_cache(void)
{
	struct balloonctl_monitor *monitor = use_guest();
	struct balloonctl_stats *stats;
	uint64_t before, after;

	poll_each_second(monitor);
	stats = client_get_fresh(monitor);
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_DISK_CACHES, &before), 0);
	balloonctl_stats_free(stats);
	run_in_guest("dd if=/dev/zero of=/tmp/cached bs=1M count=30 2>/dev/null");
	stats = client_get_fresh(monitor);
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_DISK_CACHES, &after), 0);
	balloonctl_stats_free(stats);
	run_in_guest("rm /tmp/cached");
	CU_ASSERT(after - before > 29 * MIB);
	CU_ASSERT(after - before < 34 * MIB);
	done_with(monitor);
}

static void test_disable(void)
{
	struct balloonctl_monitor *monitor = use_guest();
	struct balloonctl_stats *last, *stats;
	uint32_t previous = 0;
	uint64_t value;

	poll_each_second(monitor);
	balloonctl_stats_free(client_get_fresh(monitor));
	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 0, &previous), 0);
	CU_ASSERT_EQUAL(previous, 1);
	/* An answer may have been under way. */
	client_pause(500);
	last = client_get_stats(monitor);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(last), 0);
	CU_ASSERT_EQUAL(balloonctl_stats_get(last, BALLOONCTL_STAT_FREE_MEMORY, &value), 0);
	run_in_guest("hold 40");
	CU_ASSERT_EQUAL(client_wait_update(monitor, balloonctl_stats_get_last_update(last), 2500),
			0);
	stats = client_get_stats(monitor);
	run_in_guest("killall dd");
	CU_ASSERT(is_same_sample(stats, last));
	balloonctl_stats_free(stats);
	balloonctl_stats_free(last);
	balloonctl_monitor_free(monitor);
}

static void test_interval_outlives_connection(void)
{
	struct balloonctl_monitor *monitor = use_guest();
	uint32_t seconds = 0;

	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, UINT32_MAX, NULL), 0);
	balloonctl_monitor_free(monitor);
	monitor = use_guest();
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	CU_ASSERT_EQUAL(seconds, UINT32_MAX);
	done_with(monitor);
}

static void test_module_reload(void)
{
	struct balloonctl_monitor *monitor = use_guest();
	struct balloonctl_stats *last, *stats;
	int64_t last_update;

	poll_each_second(monitor);
	balloonctl_stats_free(client_get_fresh(monitor));
	run_in_guest("rmmod virtio_balloon");
	last = client_get_stats(monitor);
	last_update = balloonctl_stats_get_last_update(last);
	CU_ASSERT(last_update > 0);
	CU_ASSERT_EQUAL(client_wait_update(monitor, last_update, 2500), 0);
	stats = client_get_stats(monitor);
	CU_ASSERT(is_same_sample(stats, last));
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 1);
	balloonctl_stats_free(stats);
	balloonctl_stats_free(last);
	run_in_guest("insmod /modules/virtio_balloon.ko");
	/* The first sample comes by itself, the next one because of the polling. */
	balloonctl_stats_free(client_get_fresh(monitor));
	done_with(monitor);
}

/* The next event, which is to have that name; freed by the caller. */
static struct balloonctl_event *expect_event(struct balloonctl_monitor *monitor, const char *name)
{
	int64_t deadline = client_now() + 5000;
	struct balloonctl_event *event;

	while ((event = balloonctl_monitor_next_event(monitor)) == NULL && client_now() < deadline)
		CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_wait(monitor, 1000), 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(event);
	CU_ASSERT(expect_equal(balloonctl_event_get_name(event), name));
	return event;
}

static void test_stop_and_cont(void)
{
	struct balloonctl_monitor *monitor = use_guest();
	struct balloonctl_info *info = NULL;
	int64_t last_update;

	poll_each_second(monitor);
	balloonctl_stats_free(client_get_fresh(monitor));
	CU_ASSERT_EQUAL(vm_control(guest, "{\"execute\":\"stop\"}", NULL, 0), 0);
	last_update = client_get_last_update(monitor);
	CU_ASSERT_EQUAL(client_wait_update(monitor, last_update, 2500), 0);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_info(monitor, &info), 0);
	CU_ASSERT(expect_equal(balloonctl_info_get_status(info), "paused"));
	CU_ASSERT_FALSE(balloonctl_info_is_running(info));
	balloonctl_info_free(info);
	CU_ASSERT_EQUAL(vm_control(guest, "{\"execute\":\"cont\"}", NULL, 0), 0);
	CU_ASSERT(client_wait_update(monitor, last_update, 5000) > 0);
	balloonctl_event_free(expect_event(monitor, "STOP"));
	balloonctl_event_free(expect_event(monitor, "RESUME"));
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_event(monitor));
	done_with(monitor);
}

/* Read the events of a change up to the last, which QEMU may hold back for a second: each says when
 * and how far the guest is, and each is further than the one before. */
static void expect_changes(struct balloonctl_monitor *monitor, int64_t from, int64_t to)
{
	int64_t actual = from, before = from, time = 0;
	struct balloonctl_event *event;

	while (actual != to) {
		event = expect_event(monitor, "BALLOON_CHANGE");
		CU_ASSERT(expect_contains(balloonctl_event_get_json(event), "\"actual\""));
		CU_ASSERT(balloonctl_event_get_timestamp_us(event) > time);
		time = balloonctl_event_get_timestamp_us(event);
		CU_ASSERT_EQUAL_FATAL(balloonctl_event_get_actual_bytes(event, &actual), 0);
		CU_ASSERT(from < to ? actual > before : actual < before);
		before = actual;
		balloonctl_event_free(event);
	}
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_event(monitor));
}

static uint64_t get_fresh_total(struct balloonctl_monitor *monitor)
{
	struct balloonctl_stats *stats = client_get_fresh(monitor);
	uint64_t total = 0;

	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total), 0);
	balloonctl_stats_free(stats);
	return total;
}

static void test_size(void)
{
	const int64_t full = MEMORY_MIB * MIB, small = 192 * MIB;
	struct balloonctl_monitor *monitor = use_guest();
	struct balloonctl_info *info = NULL;
	uint64_t total, maximum = 0;

	poll_each_second(monitor);
	CU_ASSERT(client_wait_actual(monitor, full, 5000));
	total = get_fresh_total(monitor);
	CU_ASSERT_PTR_NULL(balloonctl_monitor_next_event(monitor));

	CU_ASSERT_EQUAL(balloonctl_monitor_set_target_bytes(monitor, (uint64_t)small), 0);
	CU_ASSERT(client_wait_actual(monitor, small, 20000));
	CU_ASSERT_EQUAL(total - get_fresh_total(monitor), (uint64_t)(full - small));
	expect_changes(monitor, full, small);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_info(monitor, &info), 0);
	CU_ASSERT_EQUAL(balloonctl_info_get_actual_bytes(info), small);
	CU_ASSERT_EQUAL(balloonctl_info_get_maximum_bytes(info, &maximum), 0);
	CU_ASSERT_EQUAL(maximum, (uint64_t)full);
	balloonctl_info_free(info);

	CU_ASSERT_EQUAL(balloonctl_monitor_set_target_bytes(monitor, (uint64_t)full), 0);
	CU_ASSERT(client_wait_actual(monitor, full, 20000));
	CU_ASSERT_EQUAL(get_fresh_total(monitor), total);
	expect_changes(monitor, small, full);
	done_with(monitor);
}

static void test_system_reset(void)
{
	struct balloonctl_monitor *monitor = use_guest();
	uint32_t seconds = 0;

	poll_each_second(monitor);
	CU_ASSERT_EQUAL(vm_control(guest, "{\"execute\":\"system_reset\"}", NULL, 0), 0);
	CU_ASSERT(client_wait_event(monitor, "RESET", 5000));
	CU_ASSERT_EQUAL(vm_wait_boot(guest), 0);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds), 0);
	CU_ASSERT_EQUAL(seconds, 1);
	/* The driver's first sample comes by itself, the next one because of the polling. */
	balloonctl_stats_free(client_get_fresh(monitor));
	done_with(monitor);
}

static void test_info(void)
{
	struct balloonctl_monitor *monitor = use_guest();
	unsigned int major = 0, minor = 0, micro = 0;
	struct balloonctl_info *info = NULL;
	char expected[128], reply[512] = "";
	uint64_t maximum = 0;

	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 3600, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_get_info(monitor, &info), 0);
	CU_ASSERT_EQUAL(vm_control(guest, "{\"execute\":\"query-version\"}", reply, sizeof(reply)),
			0);
	CU_ASSERT_EQUAL(sscanf(balloonctl_info_get_version(info), "%u.%u.%u", &major, &minor,
			       &micro),
			3);
	snprintf(expected, sizeof(expected), "\"micro\": %u, \"minor\": %u, \"major\": %u", micro,
		 minor, major);
	CU_ASSERT(expect_contains(reply, expected));
	snprintf(expected, sizeof(expected), "\"package\": \"%s\"",
		 balloonctl_info_get_package(info));
	CU_ASSERT(expect_contains(reply, expected));
	CU_ASSERT(expect_equal(balloonctl_info_get_name(info), NAME));
	CU_ASSERT(expect_equal(balloonctl_info_get_device(info), "/machine/peripheral/balloon0"));
	CU_ASSERT(expect_equal(balloonctl_info_get_device_type(info), "virtio-balloon-pci"));
	CU_ASSERT(expect_equal(balloonctl_info_get_status(info), "running"));
	CU_ASSERT(balloonctl_info_is_running(info));
	CU_ASSERT_EQUAL(balloonctl_info_get_maximum_bytes(info, &maximum), 0);
	CU_ASSERT_EQUAL(maximum, MEMORY_MIB * MIB);
	CU_ASSERT_EQUAL(balloonctl_info_get_actual_bytes(info), (int64_t)maximum);
	CU_ASSERT_PTR_NOT_NULL_FATAL(balloonctl_info_get_stats(info));
	CU_ASSERT(balloonctl_stats_get_last_update(balloonctl_info_get_stats(info)) > 0);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(balloonctl_info_get_stats(info)),
			3600);
	balloonctl_info_free(info);
	done_with(monitor);
}

static void test_no_driver(void)
{
	struct vm *vm = vm_start(&(struct vm_options){ .balloon = "virtio-balloon-pci",
						       .linux_guest = true,
						       .guest_words = "balloon=no" });
	struct balloonctl_monitor *monitor;
	struct balloonctl_stats *stats;
	uint64_t value;

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	CU_ASSERT_EQUAL_FATAL(vm_wait_boot(vm), 0);
	monitor = client_connect(vm);
	poll_each_second(monitor);
	CU_ASSERT_EQUAL(client_wait_update(monitor, 0, 2500), 0);
	stats = client_get_stats(monitor);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 1);
	CU_ASSERT_EQUAL(balloonctl_stats_get_last_update(stats), 0);
	CU_ASSERT(balloonctl_stats_get_age_seconds(stats, &value) < 0);
	for (int stat = 0; stat < balloonctl_stat_get_count(); stat++)
		CU_ASSERT(balloonctl_stats_get(stats, (enum balloonctl_stat)stat, &value) < 0);
	CU_ASSERT(balloonctl_stats_has(stats, BALLOONCTL_STAT_FREE_MEMORY));
	balloonctl_stats_free(stats);
	/* Polling was on before there was a driver, and the driver finds it so. */
	CU_ASSERT_EQUAL(vm_run(vm, "insmod /modules/virtio_balloon.ko", NULL, 0), 0);
	CU_ASSERT(client_wait_update(monitor, client_wait_update(monitor, 0, 5000), 5000) > 0);
	balloonctl_monitor_free(monitor);
	vm_stop(vm);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "the first sample is there before any polling", test_first_sample },
		{ "every statistic is what the guest itself counts", test_every_statistic },
		{ "with interval 1 last-update moves each second", test_each_second },
		{ "memory taken in the guest lowers free-memory by as much", test_memory_taken },
		{ "page cache in the guest raises disk-caches by as much", test_page_cache },
		{ "disabling keeps the sample and stops last-update", test_disable },
		{ "the largest interval is taken and outlives the connection",
		  test_interval_outlives_connection },
		{ "unloading the driver freezes the sample, loading it goes on",
		  test_module_reload },
		{ "a stopped machine is not polled, one that goes on is", test_stop_and_cont },
		{ "the balloon shrinks and grows the guest, with events", test_size },
		{ "info tells the machine, the device and the sizes", test_info },
		{ "the interval survives a reset and the new guest is polled", test_system_reset },
		{ "without a driver polling is on and every statistic absent", test_no_driver },
		CU_TEST_INFO_NULL,
	};
	int status = suite_run("guest", tests, argc, argv);

	vm_stop(guest);
	return status;
}
