/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* See client.h. Only the public API is used here, as any other program would. */
#include "client.h"

#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	STEP_MS = 20, /* between two looks at something that moves by itself */
};

int64_t client_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void client_pause(int ms)
{
	struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	while (nanosleep(&pause, &pause) < 0)
		;
}

const char *client_message(const struct balloonctl_monitor *monitor)
{
	return balloonctl_error_get_message(balloonctl_monitor_get_error(monitor));
}

struct balloonctl_monitor *client_connect(struct vm *vm)
{
	struct balloonctl_monitor *monitor = balloonctl_monitor_new();

	CU_ASSERT_PTR_NOT_NULL_FATAL(monitor);
	if (balloonctl_monitor_connect(monitor, vm_get_qmp(vm)) < 0) {
		fprintf(stderr, "%s\n", client_message(monitor));
		CU_FAIL_FATAL("no connection");
	}
	return monitor;
}

struct balloonctl_stats *client_get_stats(struct balloonctl_monitor *monitor)
{
	struct balloonctl_stats *stats = NULL;

	if (balloonctl_monitor_get_stats(monitor, &stats) < 0) {
		fprintf(stderr, "%s\n", client_message(monitor));
		CU_FAIL_FATAL("no statistics");
	}
	return stats;
}

uint64_t client_get_stat(struct balloonctl_monitor *monitor, enum balloonctl_stat stat)
{
	struct balloonctl_stats *stats = client_get_stats(monitor);
	uint64_t value = UINT64_MAX;

	balloonctl_stats_get(stats, stat, &value);
	balloonctl_stats_free(stats);
	return value;
}

int64_t client_get_last_update(struct balloonctl_monitor *monitor)
{
	struct balloonctl_stats *stats = client_get_stats(monitor);
	int64_t last_update = balloonctl_stats_get_last_update(stats);

	balloonctl_stats_free(stats);
	return last_update;
}

int64_t client_wait_update(struct balloonctl_monitor *monitor, int64_t than, int timeout_ms)
{
	int64_t deadline = client_now() + timeout_ms;
	int64_t last_update;

	while ((last_update = client_get_last_update(monitor)) <= than) {
		if (client_now() >= deadline)
			return 0;
		client_pause(STEP_MS);
	}
	return last_update;
}

/* The first move may show a sample that was under way already; the second can't. */
struct balloonctl_stats *client_get_fresh(struct balloonctl_monitor *monitor)
{
	int64_t last_update = client_get_last_update(monitor);

	last_update = client_wait_update(monitor, last_update, 10000);
	CU_ASSERT_FATAL(last_update > 0);
	CU_ASSERT_FATAL(client_wait_update(monitor, last_update, 10000) > 0);
	return client_get_stats(monitor);
}

bool client_wait_event(struct balloonctl_monitor *monitor, const char *name, int timeout_ms)
{
	int64_t deadline = client_now() + timeout_ms;
	struct balloonctl_event *event;
	bool found = false;

	for (;;) {
		while (!found && (event = balloonctl_monitor_next_event(monitor)) != NULL) {
			found = strcmp(balloonctl_event_get_name(event), name) == 0;
			balloonctl_event_free(event);
		}
		if (found || client_now() >= deadline)
			return found;
		balloonctl_monitor_wait(monitor, (int)(deadline - client_now()));
	}
}

bool client_wait_actual(struct balloonctl_monitor *monitor, int64_t bytes, int timeout_ms)
{
	int64_t deadline = client_now() + timeout_ms;
	int64_t actual;

	for (;;) {
		if (balloonctl_monitor_get_actual_bytes(monitor, &actual) < 0)
			return false;
		if (actual == bytes)
			return true;
		if (client_now() >= deadline) {
			fprintf(stderr, "actual is %" PRId64 ", not %" PRId64 "\n", actual, bytes);
			return false;
		}
		client_pause(STEP_MS);
	}
}
