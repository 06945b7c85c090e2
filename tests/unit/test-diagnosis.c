/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The rules of a diagnosis, each with an examination that is made up: what no simulated guest can
 * show, both sides of each border, words for a shell, and scarce memory.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/util.h"
#include "client/examination.h"
#include "client/info.h"
#include "client/stats.h"
#include "scarce.h"
#include "suite.h"

#define MIB (INT64_C(1) << 20)
#define NOW INT64_C(1790000000)

/* A healthy VM of 1 GiB. Change what matters. */
struct scene {
	const char *status;
	const char *stats; /* members */
	int64_t last_update;
	uint32_t interval;
	enum balloonctl_freshness freshness;
	int64_t actual, maximum;
	struct examined_queue inflate, statistics;
	enum answer deflate, reporting;
	uint64_t swapped;
	uint32_t configured;
	int64_t when_ms;
	const char *address;
};

#define SIXTEEN                                                                 \
	"\"stat-free-memory\": 500000000, \"stat-total-memory\": 1000000000, "  \
	"\"stat-available-memory\": 600000000, \"stat-disk-caches\": 1000000, " \
	"\"stat-oom-kills\": 0, \"stat-swap-in\": 5"

static const struct scene healthy = {
	.status = "running",
	.stats = SIXTEEN,
	.last_update = NOW - 1,
	.interval = 2,
	.freshness = BALLOONCTL_FRESHNESS_FRESH,
	.actual = 1024 * MIB,
	.maximum = 1024 * MIB,
	.inflate = { .is_known = true, .is_set_up = true, .size = 128 },
	.statistics = { .is_known = true,
			.is_set_up = true,
			.size = 128,
			.taken = 8,
			.returned = 7,
			.held = 1 },
	.deflate = ANSWER_NO,
	.reporting = ANSWER_NO,
	.when_ms = 5000,
	.address = "/run/vm.qmp",
};

static struct balloonctl_examination *make(const struct scene *scene)
{
	struct balloonctl_examination *made = calloc(1, sizeof(*made));
	struct json *json = NULL;
	char text[2048];

	CU_ASSERT_PTR_NOT_NULL_FATAL(made);
	made->info = calloc(1, sizeof(*made->info));
	CU_ASSERT_PTR_NOT_NULL_FATAL(made->info);
	snprintf(text, sizeof(text), "{\"stats\": {%s}, \"last-update\": %" PRId64 "}",
		 scene->stats, scene->last_update);
	CU_ASSERT_EQUAL_FATAL(json_parse(text, strlen(text), &json), 0);
	CU_ASSERT_EQUAL_FATAL(stats_decode(json, &made->info->stats), 0);
	json_free(json);
	stats_set_polling_interval(made->info->stats, scene->interval);
	stats_set_freshness(made->info->stats, scene->freshness,
			    scene->last_update == 0 || scene->last_update > NOW
				    ? -1
				    : (NOW - scene->last_update) * 1000);
	made->info->status = strdup(scene->status);
	made->info->version = strdup("11.1.3");
	made->info->running = string_equal(scene->status, "running");
	made->info->actual_bytes = scene->actual;
	made->info->maximum_bytes = (uint64_t)scene->maximum;
	made->address = strdup(scene->address);
	made->inflate = scene->inflate;
	made->statistics = scene->statistics;
	made->deflate_on_oom = scene->deflate;
	made->free_page_reporting = scene->reporting;
	made->swapped_bytes = scene->swapped;
	made->configured_interval = scene->configured;
	made->clock_seconds = NOW;
	made->when_ms = scene->when_ms;
	return made;
}

static struct balloonctl_diagnosis *judge(const struct scene *older, const struct scene *newer,
					  const struct balloonctl_expectations *expectations)
{
	struct balloonctl_examination *first = older == NULL ? NULL : make(older);
	struct balloonctl_examination *second = make(newer);
	struct balloonctl_diagnosis *diagnosis = NULL;

	CU_ASSERT_EQUAL_FATAL(balloonctl_diagnosis_new(first, second, expectations, &diagnosis), 0);
	balloonctl_examination_free(first);
	balloonctl_examination_free(second);
	return diagnosis;
}

static bool has_causes(const struct balloonctl_diagnosis *diagnosis, const char *causes)
{
	char text[512] = "";
	size_t len = 0;

	for (size_t i = 0; i < balloonctl_diagnosis_get_count(diagnosis); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i > 0 ? " " : "",
					balloonctl_cause_get_name(
						balloonctl_diagnosis_get_cause(diagnosis, i)));
	if (!string_equal(text, causes))
		fprintf(stderr, "  is: %s\n not: %s\n", text, causes);
	return string_equal(text, causes);
}

static void expect(const struct scene *older, const struct scene *newer,
		   const struct balloonctl_expectations *expectations, const char *causes)
{
	struct balloonctl_diagnosis *diagnosis = judge(older, newer, expectations);

	CU_ASSERT(has_causes(diagnosis, causes));
	balloonctl_diagnosis_free(diagnosis);
}

/* ... and this is what to do about the first of them. */
static void expect_repair(const struct scene *older, const struct scene *newer,
			  const struct balloonctl_expectations *expectations, const char *causes,
			  const char *repair)
{
	struct balloonctl_diagnosis *diagnosis = judge(older, newer, expectations);

	CU_ASSERT(has_causes(diagnosis, causes));
	CU_ASSERT_STRING_EQUAL(balloonctl_diagnosis_get_repair(diagnosis, 0), repair);
	balloonctl_diagnosis_free(diagnosis);
}

static void expect_wait(const struct scene *scene, uint64_t wait_ms)
{
	struct balloonctl_diagnosis *diagnosis = judge(NULL, scene, NULL);

	CU_ASSERT_EQUAL(balloonctl_diagnosis_get_wait_ms(diagnosis), wait_ms);
	balloonctl_diagnosis_free(diagnosis);
}

static void test_healthy(void)
{
	expect(NULL, &healthy, NULL, "");
	expect(&healthy, &healthy, NULL, "");
}

/* A VM that is not there to be asked has one cause, and the state is its evidence. */
static void test_states(void)
{
	static const struct {
		const char *status, *causes;
	} states[] = {
		{ "paused", "vm-paused" },
		{ "prelaunch", "vm-paused" },
		{ "debug", "vm-paused" },
		{ "watchdog", "vm-paused" },
		{ "a state of the future", "vm-paused" },
		{ "suspended", "vm-suspended" },
		{ "shutdown", "vm-shut-down" },
		{ "inmigrate", "vm-migrating" },
		{ "finish-migrate", "vm-migrating" },
		{ "postmigrate", "vm-migrating" },
		{ "save-vm", "vm-migrating" },
		{ "restore-vm", "vm-migrating" },
		{ "guest-panicked", "guest-panicked" },
		{ "internal-error", "vm-failed" },
		{ "io-error", "vm-failed" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		struct balloonctl_diagnosis *diagnosis;
		struct scene scene = healthy;

		scene.status = states[i].status;
		scene.freshness = BALLOONCTL_FRESHNESS_PAUSED;
		diagnosis = judge(NULL, &scene, NULL);
		CU_ASSERT(has_causes(diagnosis, states[i].causes));
		CU_ASSERT_STRING_EQUAL(balloonctl_diagnosis_get_evidence_words(diagnosis, 0, 0),
				       states[i].status);
		CU_ASSERT_EQUAL(balloonctl_diagnosis_get_wait_ms(diagnosis), 0);
		balloonctl_diagnosis_free(diagnosis);
	}
}

/* Before the guest has run nobody could have loaded a driver. */
static void test_driver(void)
{
	struct scene scene = healthy;

	scene.inflate.is_set_up = false;
	expect(NULL, &scene, NULL, "");
	scene.freshness = BALLOONCTL_FRESHNESS_NEVER;
	scene.inflate.is_set_up = true;
	scene.statistics.is_set_up = false;
	expect(NULL, &scene, NULL, "no-stats-queue");
	scene.inflate.is_set_up = false;
	expect(NULL, &scene, NULL, "no-driver");
	scene.status = "prelaunch";
	expect(NULL, &scene, NULL, "vm-paused");
	scene.status = "paused";
	expect(NULL, &scene, NULL, "no-driver vm-paused");
	scene.status = "inmigrate";
	expect(NULL, &scene, NULL, "vm-migrating");
	scene.status = "suspended";
	expect(NULL, &scene, NULL, "vm-suspended");
	/* Where QEMU does not tell of queues, waiting does. */
	scene = healthy;
	scene.inflate.is_known = scene.statistics.is_known = false;
	scene.last_update = 0;
	scene.freshness = BALLOONCTL_FRESHNESS_NEVER;
	expect(NULL, &scene, NULL, "guest-late");
	expect(&scene, &scene, NULL, "guest-late");
}

static void test_silence(void)
{
	struct scene older = healthy, newer;

	older.inflate.is_known = older.statistics.is_known = false;
	older.last_update = 0;
	older.freshness = BALLOONCTL_FRESHNESS_NEVER;
	newer = older;
	newer.when_ms += 3999;
	expect(&older, &newer, NULL, "guest-late");
	newer.when_ms++;
	expect(&older, &newer, NULL, "never-reported");
	older.last_update = newer.last_update = NOW - 60;
	older.freshness = newer.freshness = BALLOONCTL_FRESHNESS_SILENT;
	expect(&older, &newer, NULL, "guest-silent");
	newer.freshness = BALLOONCTL_FRESHNESS_STALE;
	expect(&older, &newer, NULL, "guest-late");
	newer.freshness = BALLOONCTL_FRESHNESS_UNKNOWN;
	expect(&older, &newer, NULL, "guest-late");
	/* It has been asked, and is not watched until it would be asked again; or never was. */
	newer = healthy;
	newer.freshness = BALLOONCTL_FRESHNESS_STALE;
	newer.statistics.returned = newer.statistics.taken;
	newer.statistics.held = 0;
	expect_wait(&newer, 2000);
	newer.statistics.returned = newer.statistics.taken = 0;
	expect_wait(&newer, 4000);
	/* A second report in the same second. */
	newer = healthy;
	newer.freshness = BALLOONCTL_FRESHNESS_STALE;
	newer.when_ms += 60000;
	newer.statistics.taken++;
	newer.statistics.returned++;
	expect(&healthy, &newer, NULL, "");
	newer = older;
	newer.when_ms += 60000;
	newer.freshness = BALLOONCTL_FRESHNESS_UNKNOWN;
	/* It came after all. */
	newer.last_update = NOW - 1;
	expect(&older, &newer, NULL, "");
	/* The longest interval. */
	older.interval = newer.interval = UINT32_MAX;
	newer.last_update = older.last_update;
	newer.freshness = BALLOONCTL_FRESHNESS_STALE;
	expect_repair(&older, &newer, NULL, "guest-late",
		      "balloonctl -c /run/vm.qmp stats --refresh");
	older.interval = newer.interval = 86396;
	expect_repair(&older, &newer, NULL, "guest-late",
		      "balloonctl -c /run/vm.qmp diagnose --wait 86399");
}

/* QEMU holds what it took and did not return; whatever else, it has given the queue up. */
static void test_rings(void)
{
	static const struct {
		uint16_t size, taken, returned, held;
		bool is_broken;
	} rings[] = {
		{ 128, 0, 0, 0, false },
		{ 128, 8, 7, 1, false },
		{ 128, 8, 8, 0, false },
		{ 128, 8, 7, 0, true },
		{ 128, 8, 8, 1, true },
		{ 128, 9, 7, 1, true },
		{ 128, 0, 65535, 1, false },
		{ 128, 0, 65535, 0, true },
		{ 128, 1, 65534, 3, false },
		/* packed: at its end the index goes back to 0 */
		{ 128, 0, 127, 1, false },
		{ 128, 0, 127, 0, true },
		{ 128, 3, 120, 11, false },
		{ 0, 5, 4, 0, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rings); i++) {
		struct scene scene = healthy;

		scene.statistics.size = rings[i].size;
		scene.statistics.taken = rings[i].taken;
		scene.statistics.returned = rings[i].returned;
		scene.statistics.held = rings[i].held;
		expect(NULL, &scene, NULL, rings[i].is_broken ? "rings-broken" : "");
		scene = healthy;
		scene.inflate.size = rings[i].size;
		scene.inflate.taken = rings[i].taken;
		scene.inflate.returned = rings[i].returned;
		scene.inflate.held = rings[i].held;
		expect(NULL, &scene, NULL, rings[i].is_broken ? "rings-broken" : "");
	}
}

static void test_queue_replies(void)
{
	static const char whole[] =
		"{\"vring-desc\": 1, \"vring-num\": 128, \"last-avail-idx\": 8, "
		"\"used-idx\": 7, \"inuse\": 1}";
	static const char *const others[] = {
		"{}",
		"[]",
		"5",
		"{\"vring-desc\": -1, \"vring-num\": 128, \"last-avail-idx\": 8, \"used-idx\": 7, "
		"\"inuse\": 1}",
		"{\"vring-desc\": 1, \"vring-num\": 65536, \"last-avail-idx\": 8, \"used-idx\": 7, "
		"\"inuse\": 1}",
		"{\"vring-desc\": 1, \"vring-num\": 128, \"last-avail-idx\": \"8\", \"used-idx\": 7, "
		"\"inuse\": 1}",
		"{\"vring-desc\": 1, \"vring-num\": 128, \"last-avail-idx\": 8, \"inuse\": 1}",
	};
	struct examined_queue queue = { 0 };
	struct json *json = NULL;

	CU_ASSERT_EQUAL_FATAL(json_parse(whole, strlen(whole), &json), 0);
	examination_decode_queue(&queue, json);
	CU_ASSERT(queue.is_known && queue.is_set_up);
	CU_ASSERT(queue.size == 128 && queue.taken == 8 && queue.returned == 7 && queue.held == 1);
	json_free(json);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		CU_ASSERT_EQUAL_FATAL(json_parse(others[i], strlen(others[i]), &json), 0);
		examination_decode_queue(&queue, json);
		CU_ASSERT_FALSE(queue.is_known);
		json_free(json);
	}
}

static void test_interval(void)
{
	const struct balloonctl_expectations five = { .polling_interval = 5 };
	struct scene scene = healthy;

	/* QEMU's command line says so. */
	scene.configured = 10;
	expect(NULL, &scene, NULL, "interval-lost");
	scene.configured = 1;
	expect(NULL, &scene, NULL, "interval-lost");
	scene.configured = 2;
	expect(NULL, &scene, NULL, "");
	expect(NULL, &scene, &five, "interval-lost");
	scene.interval = 0;
	scene.freshness = BALLOONCTL_FRESHNESS_OFF;
	expect(NULL, &scene, NULL, "interval-lost");
	scene.configured = 0;
	expect(NULL, &scene, NULL, "polling-off");
}

static void test_swap(void)
{
	struct scene scene = healthy;

	scene.swapped = (uint64_t)scene.maximum / 100 + 1;
	expect(NULL, &scene, NULL, "host-swaps");
	scene.swapped--;
	expect(NULL, &scene, NULL, "");
	scene.swapped = (uint64_t)scene.maximum;
	scene.reporting = ANSWER_YES;
	expect(NULL, &scene, NULL, "");
	scene.reporting = ANSWER_UNKNOWN;
	expect(NULL, &scene, NULL, "");
}

static void test_deflation(void)
{
	struct scene scene = healthy;

	scene.actual = 512 * MIB;
	scene.stats = "\"stat-total-memory\": 1000, \"stat-available-memory\": 49, "
		      "\"stat-oom-kills\": 0";
	expect(NULL, &scene, NULL, "memory-low no-deflate-on-oom");
	expect_repair(NULL, &scene, NULL, "memory-low no-deflate-on-oom",
		      "balloonctl -c /run/vm.qmp size 1073741824");
	scene.deflate = ANSWER_YES;
	expect(NULL, &scene, NULL, "memory-low");
	scene.deflate = ANSWER_NO;
	scene.actual = (int64_t)scene.maximum;
	expect(NULL, &scene, NULL, "memory-low");
	scene.actual = -4096;
	expect(NULL, &scene, NULL, "memory-low no-deflate-on-oom");
	/* What was so an hour ago need not be so now. */
	scene.interval = 0;
	scene.freshness = BALLOONCTL_FRESHNESS_OFF;
	expect(NULL, &scene, NULL, "polling-off no-deflate-on-oom");
	scene.interval = healthy.interval;
	scene.freshness = healthy.freshness;
	scene.stats = "\"stat-total-memory\": 1000, \"stat-available-memory\": 50, "
		      "\"stat-oom-kills\": 0";
	expect(NULL, &scene, NULL, "");
}

static void test_target(void)
{
	struct balloonctl_expectations target = { .target_bytes = 512 * MIB };
	struct scene older = healthy, newer = healthy;

	newer.actual = 513 * MIB;
	expect(NULL, &newer, &target, "");
	newer.actual++;
	expect(NULL, &newer, &target, "target-not-reached");
	expect(&older, &newer, &target, "target-pending");
	expect(&newer, &newer, &target, "target-not-reached");
	newer.actual = INT64_MIN;
	expect(&older, &newer, &target, "target-not-reached");
	target.target_bytes = INT64_MAX;
	newer.actual = newer.maximum;
	expect(NULL, &newer, &target, "");
}

static void test_values(void)
{
	struct scene scene = healthy;
	struct balloonctl_diagnosis *diagnosis;

	scene.stats = "\"stat-oom-kills\": 0, \"stat-swap-in\": 18446744073709547520, "
		      "\"stat-swap-out\": 18446744073709551615";
	diagnosis = judge(NULL, &scene, NULL);
	CU_ASSERT(has_causes(diagnosis, "failed-values"));
	CU_ASSERT_STRING_EQUAL(balloonctl_diagnosis_get_evidence_key(diagnosis, 0, 0),
			       "stat-swap-in");
	CU_ASSERT_STRING_EQUAL(balloonctl_diagnosis_get_evidence_words(diagnosis, 0, 0),
			       "18446744073709547520");
	CU_ASSERT_EQUAL(balloonctl_diagnosis_get_evidence_count(diagnosis, 0), 1);
	balloonctl_diagnosis_free(diagnosis);
	scene.stats = "\"stat-oom-kills\": 0, \"stat-total-memory\": 0";
	expect(NULL, &scene, NULL, "impossible-values");
	scene.stats = "\"stat-oom-kills\": 0, \"stat-total-memory\": 5, \"stat-disk-caches\": 6";
	expect(NULL, &scene, NULL, "impossible-values");
	scene = healthy;
	scene.last_update = NOW + 2;
	expect(NULL, &scene, NULL, "");
	scene.last_update = INT64_MAX;
	expect(NULL, &scene, NULL, "clock-ahead");
}

static void test_pressure(void)
{
	static const struct {
		const char *reclaims, *causes;
		enum balloonctl_pressure pressure;
	} rows[] = {
		{ "\"stat-oom-kills\": 1, \"stat-direct-reclaims\": 0", "out-of-memory",
		  BALLOONCTL_PRESSURE_CRITICAL },
		{ "\"stat-oom-kills\": 0, \"stat-direct-reclaims\": 0", "out-of-memory",
		  BALLOONCTL_PRESSURE_THRASHING },
		{ "\"stat-oom-kills\": 0, \"stat-direct-reclaims\": 1000000000", "memory-pressure",
		  BALLOONCTL_PRESSURE_GLOBAL },
	};
	const struct balloonctl_expectations wanted = { .wants_pressure = true };
	struct scene older = healthy, newer = healthy;
	char text[512];

	expect_wait(&healthy, 0);
	older.stats = "\"stat-oom-kills\": 0, \"stat-alloc-stalls\": 0, \"stat-async-scans\": 0, "
		      "\"stat-direct-scans\": 0, \"stat-async-reclaims\": 0, "
		      "\"stat-direct-reclaims\": 0";
	newer.stats = text;
	newer.when_ms += 4000;
	newer.last_update += 2;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_diagnosis *diagnosis;

		snprintf(text, sizeof(text),
			 "\"stat-alloc-stalls\": 1000, \"stat-async-scans\": 0, "
			 "\"stat-direct-scans\": 1000000000, \"stat-async-reclaims\": 0, %s",
			 rows[i].reclaims);
		diagnosis = judge(&older, &newer, &wanted);
		CU_ASSERT(has_causes(diagnosis, rows[i].causes));
		CU_ASSERT_EQUAL(balloonctl_diagnosis_get_pressure(diagnosis), rows[i].pressure);
		balloonctl_diagnosis_free(diagnosis);
	}
	/* First what the balloon has taken. */
	expect_repair(&older, &newer, NULL, "memory-pressure",
		      "give the VM more memory: the balloon has taken none");
	newer.actual = 512 * MIB;
	expect_repair(&older, &newer, NULL, "memory-pressure",
		      "balloonctl -c /run/vm.qmp size 1073741824");
}

/* Getters beyond the end, and numbers apart from words. */
static void test_getters(void)
{
	struct balloonctl_diagnosis *diagnosis;
	struct scene scene = healthy;
	int64_t number = 77;

	scene.status = "paused\033[2J";
	scene.interval = 0;
	diagnosis = judge(NULL, &scene, NULL);
	CU_ASSERT(has_causes(diagnosis, "polling-off vm-paused"));
	CU_ASSERT_EQUAL(balloonctl_diagnosis_get_evidence_number(diagnosis, 0, 0, &number), 0);
	CU_ASSERT_EQUAL(number, 0);
	CU_ASSERT_STRING_EQUAL(balloonctl_diagnosis_get_evidence_words(diagnosis, 0, 0), "0");
	CU_ASSERT_EQUAL(balloonctl_diagnosis_get_evidence_number(diagnosis, 1, 0, &number),
			-ENODATA);
	CU_ASSERT_PTR_NULL(strchr(balloonctl_diagnosis_get_evidence_words(diagnosis, 1, 0), 033));
	CU_ASSERT_EQUAL(balloonctl_diagnosis_get_evidence_number(diagnosis, 0, 99, &number),
			-ENODATA);
	CU_ASSERT_PTR_NULL(balloonctl_diagnosis_get_evidence_key(diagnosis, 99, 0));
	CU_ASSERT_PTR_NULL(balloonctl_diagnosis_get_message(diagnosis, 2));
	CU_ASSERT_PTR_NULL(balloonctl_diagnosis_get_repair(diagnosis, 2));
	CU_ASSERT_EQUAL(balloonctl_diagnosis_get_evidence_count(diagnosis, 2), 0);
	balloonctl_diagnosis_free(diagnosis);
	balloonctl_diagnosis_free(NULL);
	balloonctl_examination_free(NULL);
}

/* A command to copy must mean what it says. */
static void test_quoting(void)
{
	static const struct {
		const char *address, *repair;
	} addresses[] = {
		{ "/run/vm.qmp", "balloonctl -c /run/vm.qmp enable" },
		{ "unix:/a b", "balloonctl -c 'unix:/a b' enable" },
		{ "/it's", "balloonctl -c '/it'\\''s' enable" },
		{ "$(reboot)", "balloonctl -c '$(reboot)' enable" },
		{ "", "balloonctl -c '' enable" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		struct balloonctl_diagnosis *diagnosis;
		struct scene scene = healthy;

		scene.address = addresses[i].address;
		scene.interval = 0;
		diagnosis = judge(NULL, &scene, NULL);
		CU_ASSERT_STRING_EQUAL(balloonctl_diagnosis_get_repair(diagnosis, 0),
				       addresses[i].repair);
		balloonctl_diagnosis_free(diagnosis);
	}
}

/* Memory runs out at any point: all or nothing. */
static void test_scarce_memory(void)
{
	struct balloonctl_diagnosis *diagnosis = NULL;
	struct balloonctl_examination *made;
	struct scene scene = healthy;
	int r = -ENOMEM;

	scene.interval = 0;
	scene.status = "paused";
	scene.stats = "\"stat-total-memory\": 5, \"stat-disk-caches\": 6";
	made = make(&scene);
	for (long n = 0; r == -ENOMEM && n < 100; n++) {
		scarce_allow(n);
		r = balloonctl_diagnosis_new(NULL, made, NULL, &diagnosis);
		scarce_allow(-1);
	}
	CU_ASSERT_EQUAL(r, 0);
	balloonctl_diagnosis_free(diagnosis);
	balloonctl_examination_free(made);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "a healthy VM has no finding", test_healthy },
		{ "each run state that is not running has its cause", test_states },
		{ "no driver, where there could be one", test_driver },
		{ "silence takes time to prove", test_silence },
		{ "rings that no longer add up are broken", test_rings },
		{ "a reply about a queue of another shape tells nothing", test_queue_replies },
		{ "an interval that is not the expected one is lost", test_interval },
		{ "a host that swaps a VM that can't report free pages", test_swap },
		{ "a squeezed guest whose balloon would not deflate", test_deflation },
		{ "a target is reached within 1 MiB", test_target },
		{ "values that can't be, and times that can't", test_values },
		{ "pressure that hurts is a problem, other pressure a warning", test_pressure },
		{ "findings are read by index, numbers apart from words", test_getters },
		{ "repairs are safe in a shell", test_quoting },
		{ "without memory there is no diagnosis", test_scarce_memory },
		CU_TEST_INFO_NULL,
	};

	return suite_run("diagnosis", tests, argc, argv);
}
