/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Each verdict on a sample, brought about by what happens to real VMs: a real Linux guest that is
 * stuck, unloaded, paused, saved, restored and migrated, a real QEMU that is stopped. One guest
 * serves all tests but those that use it up.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "expect.h"
#include "suite.h"

enum {
	/* Of a verdict that has to come; silent takes 2 intervals and 5 s. */
	VERDICT_TIMEOUT_MS = 30000,
};

static struct vm *guest;

/* A monitor more for each VM, whose socket the next VM takes over. */
static char second_qmp[100];

static struct vm *start(const char *incoming)
{
	char option[sizeof(second_qmp) + 40];
	const char *args[] = {
		"-name",  "fresh", "-qmp", option, incoming != NULL ? "-incoming" : NULL,
		incoming, NULL
	};
	const char *directory = getenv("TMPDIR");
	struct vm *vm;

	snprintf(second_qmp, sizeof(second_qmp), "%s/test-fresh-%d.qmp",
		 directory != NULL ? directory : "/tmp", (int)getpid());
	snprintf(option, sizeof(option), "unix:%s,server=on,wait=off", second_qmp);
	vm = vm_start(&(struct vm_options){
		.balloon = "virtio-balloon-pci,id=balloon0", .linux_guest = true, .args = args });

	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
	return vm;
}

static struct vm *use_guest(void)
{
	if (guest == NULL) {
		guest = start(NULL);
		CU_ASSERT_EQUAL_FATAL(vm_wait_boot(guest), 0);
	}
	return guest;
}

static struct balloonctl_monitor *poll_each_second(struct vm *vm)
{
	struct balloonctl_monitor *monitor = client_connect(vm);

	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_set_polling_interval(monitor, 1, NULL), 0);
	return monitor;
}

static const char *get_verdict(struct balloonctl_monitor *monitor)
{
	struct balloonctl_stats *stats = client_get_stats(monitor);
	const char *verdict = balloonctl_freshness_get_name(balloonctl_stats_get_freshness(stats));

	balloonctl_stats_free(stats);
	return verdict;
}

/* Wait until the verdict is this one. */
static bool is_found(struct balloonctl_monitor *monitor, const char *verdict)
{
	int64_t end = client_now() + VERDICT_TIMEOUT_MS;
	const char *now = "";

	while (client_now() < end) {
		now = get_verdict(monitor);
		if (strcmp(now, verdict) == 0)
			return true;
		client_pause(100);
	}
	fprintf(stderr, "\nstill %s, not %s\n", now, verdict);
	return false;
}

static void test_refresh(void)
{
	static const uint32_t intervals[] = { 0, 3000000, 1 };
	struct balloonctl_monitor *monitor = client_connect(use_guest());
	struct balloonctl_stats *stats;
	uint32_t seconds;

	for (size_t i = 0; i < sizeof(intervals) / sizeof(intervals[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_set_polling_interval(monitor, intervals[i],
									      NULL),
				      0);
		for (int n = 0; n < 3; n++) {
			int64_t before = client_get_last_update(monitor);
			int64_t began = client_now();

			CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_refresh_stats(monitor, 0, &stats),
					      0);
			CU_ASSERT(client_now() - began < 4000);
			CU_ASSERT(balloonctl_stats_get_last_update(stats) >= before);
			CU_ASSERT_EQUAL(balloonctl_stats_get_freshness(stats),
					BALLOONCTL_FRESHNESS_FRESH);
			CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), intervals[i]);
			balloonctl_stats_free(stats);
			CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitor, &seconds),
					0);
			CU_ASSERT_EQUAL(seconds, intervals[i]);
		}
	}
	balloonctl_monitor_free(monitor);
}

/* Both at the same time, each on a monitor of its own. */
static void refresh_twice(struct balloonctl_monitor *const monitors[2])
{
	struct balloonctl_completion *done[2] = { NULL, NULL };
	struct pollfd fds[2];

	for (int i = 0; i < 2; i++)
		CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_start_refresh_stats(monitors[i], 0, NULL),
				      0);
	while (done[0] == NULL || done[1] == NULL) {
		int timeout = 100;

		for (int i = 0; i < 2; i++) {
			int own = balloonctl_monitor_get_timeout(monitors[i]);

			fds[i].fd = balloonctl_monitor_get_fd(monitors[i]);
			fds[i].events = balloonctl_monitor_get_events(monitors[i]);
			timeout = own >= 0 && own < timeout ? own : timeout;
		}
		poll(fds, 2, timeout);
		for (int i = 0; i < 2; i++) {
			CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_process(monitors[i]), 0);
			if (done[i] == NULL)
				done[i] = balloonctl_monitor_next_completion(monitors[i]);
		}
	}
	for (int i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL(balloonctl_completion_get_result(done[i]), 0);
		balloonctl_completion_free(done[i]);
	}
}

/* QEMU takes one command of each client in turn. */
static void test_two_refreshes(void)
{
	static const uint32_t intervals[] = { 5, 0 };
	struct balloonctl_monitor *monitors[2] = { client_connect(use_guest()),
						   balloonctl_monitor_new() };
	uint32_t seconds;

	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_connect(monitors[1], second_qmp), 0);
	for (size_t i = 0; i < sizeof(intervals) / sizeof(intervals[0]); i++) {
		balloonctl_monitor_set_polling_interval(monitors[0], intervals[i], NULL);
		for (int n = 0; n < 8; n++) {
			refresh_twice(monitors);
			CU_ASSERT_EQUAL(balloonctl_monitor_get_polling_interval(monitors[0],
										&seconds),
					0);
			CU_ASSERT_EQUAL_FATAL(seconds, intervals[i]);
		}
	}
	balloonctl_monitor_free(monitors[0]);
	balloonctl_monitor_free(monitors[1]);
}

static void test_off(void)
{
	struct balloonctl_monitor *monitor = poll_each_second(use_guest());

	CU_ASSERT(is_found(monitor, "fresh"));
	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 0, NULL), 0);
	CU_ASSERT(expect_equal(get_verdict(monitor), "off"));
	balloonctl_monitor_free(monitor);
}

static void test_module_removed(void)
{
	struct balloonctl_monitor *monitor = poll_each_second(use_guest());
	struct balloonctl_stats *stats;

	CU_ASSERT(is_found(monitor, "fresh"));
	CU_ASSERT_EQUAL_FATAL(vm_run(guest, "rmmod virtio_balloon", NULL, 0), 0);
	CU_ASSERT(is_found(monitor, "stale"));
	CU_ASSERT(is_found(monitor, "silent"));
	balloonctl_monitor_set_guest_timeout_ms(monitor, 500);
	CU_ASSERT_EQUAL(balloonctl_monitor_refresh_stats(monitor, 0, &stats), -ESTALE);
	CU_ASSERT(expect_contains(client_message(monitor), "has not answered within 500 ms"));
	CU_ASSERT_EQUAL_FATAL(vm_run(guest, "insmod /modules/virtio_balloon.ko", NULL, 0), 0);
	CU_ASSERT(is_found(monitor, "fresh"));
	balloonctl_monitor_free(monitor);
}

static void test_paused(void)
{
	struct balloonctl_monitor *monitor = poll_each_second(use_guest());
	struct balloonctl_stats *stats;

	CU_ASSERT(is_found(monitor, "fresh"));
	CU_ASSERT_EQUAL_FATAL(vm_control(guest, "{\"execute\":\"stop\"}", NULL, 0), 0);
	CU_ASSERT(is_found(monitor, "paused"));
	CU_ASSERT_EQUAL(balloonctl_monitor_refresh_stats(monitor, 0, &stats), -ESTALE);
	CU_ASSERT(expect_contains(client_message(monitor), "the VM is paused"));
	/* One who comes later sees the same. */
	balloonctl_monitor_free(monitor);
	monitor = client_connect(guest);
	CU_ASSERT(expect_equal(get_verdict(monitor), "paused"));
	CU_ASSERT_EQUAL_FATAL(vm_control(guest, "{\"execute\":\"cont\"}", NULL, 0), 0);
	CU_ASSERT(is_found(monitor, "fresh"));
	balloonctl_monitor_free(monitor);
}

static void test_stopped_qemu(void)
{
	struct balloonctl_monitor *monitor = poll_each_second(use_guest());
	struct balloonctl_stats *stats;

	CU_ASSERT(is_found(monitor, "fresh"));
	CU_ASSERT_EQUAL_FATAL(vm_signal(guest, SIGSTOP), 0);
	balloonctl_monitor_set_reply_timeout_ms(monitor, 300);
	CU_ASSERT_EQUAL(balloonctl_monitor_get_stats(monitor, &stats), -ETIMEDOUT);
	CU_ASSERT(expect_contains(client_message(monitor), "is stopped; 'kill -CONT"));
	CU_ASSERT_EQUAL(balloonctl_monitor_refresh_stats(monitor, 0, &stats), -ETIMEDOUT);
	CU_ASSERT_EQUAL_FATAL(vm_signal(guest, SIGCONT), 0);
	balloonctl_monitor_set_reply_timeout_ms(monitor, 5000);
	CU_ASSERT(is_found(monitor, "fresh"));
	balloonctl_monitor_free(monitor);
}

static void test_reset(void)
{
	struct balloonctl_monitor *monitor = poll_each_second(use_guest());

	CU_ASSERT(is_found(monitor, "fresh"));
	CU_ASSERT_EQUAL_FATAL(vm_control(guest, "{\"execute\":\"system_reset\"}", NULL, 0), 0);
	CU_ASSERT(client_wait_event(monitor, "RESET", 5000));
	/* Up to 9.x the old guest's sample stays. */
	CU_ASSERT_STRING_NOT_EQUAL(get_verdict(monitor), "fresh");
	CU_ASSERT_EQUAL_FATAL(vm_wait_boot(guest), 0);
	CU_ASSERT(is_found(monitor, "fresh"));
	balloonctl_monitor_free(monitor);
}

/* The state of a VM in a file, and another VM from it. */
static void test_saved_and_restored(void)
{
	struct balloonctl_monitor *monitor = poll_each_second(use_guest());
	char save[200], load[200];
	struct vm *restored;

	CU_ASSERT(is_found(monitor, "fresh"));
	snprintf(save, sizeof(save),
		 "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"exec:cat >%s/state\"}}",
		 vm_get_directory(guest));
	CU_ASSERT_EQUAL_FATAL(vm_control(guest, save, NULL, 0), 0);
	CU_ASSERT(client_wait_event(monitor, "STOP", 30000));
	CU_ASSERT(is_found(monitor, "paused"));
	while (vm_control(guest, "{\"execute\":\"query-migrate\"}", load, sizeof(load)) == 0 &&
	       strstr(load, "completed") == NULL)
		client_pause(100);
	balloonctl_monitor_free(monitor);

	snprintf(load, sizeof(load), "exec:cat %s/state", vm_get_directory(guest));
	restored = start(load);
	monitor = client_connect(restored);
	/* Neither statistics nor the interval were in the file. Without polling the guest's last
	 * buffer is read again when the VM goes on, and is no news. */
	CU_ASSERT(is_found(monitor, "off"));
	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(monitor, 1, NULL), 0);
	CU_ASSERT(is_found(monitor, "fresh"));
	balloonctl_monitor_free(monitor);
	vm_stop(restored);
	vm_stop(guest);
	guest = NULL;
}

static void test_migrated(void)
{
	struct balloonctl_monitor *here, *there;
	char uri[150], command[200];
	struct vm *destination;

	here = poll_each_second(use_guest());
	CU_ASSERT(is_found(here, "fresh"));
	snprintf(uri, sizeof(uri), "unix:%s/migration", vm_get_directory(guest));
	destination = start(uri);
	there = client_connect(destination);
	/* It waits for its guest. */
	CU_ASSERT(expect_equal(get_verdict(there), "never"));
	CU_ASSERT_EQUAL(balloonctl_monitor_set_polling_interval(there, 1, NULL), 0);
	snprintf(command, sizeof(command),
		 "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"%s\"}}", uri);
	CU_ASSERT_EQUAL_FATAL(vm_control(guest, command, NULL, 0), 0);
	CU_ASSERT(client_wait_event(there, "RESUME", 30000));
	/* The first sample is the last one of the source, under a new date. */
	CU_ASSERT_STRING_NOT_EQUAL(get_verdict(there), "fresh");
	CU_ASSERT(is_found(there, "fresh"));
	CU_ASSERT(is_found(here, "paused"));
	balloonctl_monitor_free(here);
	balloonctl_monitor_free(there);
	vm_stop(guest);
	guest = destination;
}

/* Nothing but one task runs in the guest from here on, so that the driver's work never does. */
static void test_stuck_workqueue(void)
{
	static const char stuck[] = "echo -1 >/proc/sys/kernel/sched_rt_runtime_us; stick &";
	struct balloonctl_monitor *monitor = poll_each_second(use_guest());
	struct balloonctl_stats *stats;

	CU_ASSERT(is_found(monitor, "fresh"));
	CU_ASSERT_EQUAL_FATAL(vm_run(guest, stuck, NULL, 0), 0);
	CU_ASSERT(is_found(monitor, "silent"));
	balloonctl_monitor_set_guest_timeout_ms(monitor, 500);
	CU_ASSERT_EQUAL(balloonctl_monitor_refresh_stats(monitor, 0, &stats), -ESTALE);
	balloonctl_monitor_free(monitor);
	vm_stop(guest);
	guest = NULL;
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "a sample can be had anew, and the interval stays", test_refresh },
		{ "two at the same time leave the interval as it was", test_two_refreshes },
		{ "off when polling is off", test_off },
		{ "silent when the module is removed", test_module_removed },
		{ "paused when the VM is", test_paused },
		{ "a QEMU that is stopped is named", test_stopped_qemu },
		{ "not fresh after a reset until the new guest answers", test_reset },
		{ "off in a VM that was restored from a file", test_saved_and_restored },
		{ "not fresh after a migration until the guest answers there", test_migrated },
		{ "silent when the guest's work queue is stuck", test_stuck_workqueue },
		CU_TEST_INFO_NULL,
	};
	int status = suite_run("fresh", tests, argc, argv);

	vm_stop(guest);
	unlink(second_qmp);
	return status;
}
