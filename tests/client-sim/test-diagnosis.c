/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What ails a simulated VM, and whether the diagnosis finds it: each cause that a guest or a machine
 * can give, on each version of QEMU, by one look and, where that leaves something open, a second one
 * after the time that was asked for. Both sides live by one manual clock.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pair.h"

/* The host's two clocks, for the library. */
static int64_t monotonic_ms, wall_ms;

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec *ret)
{
	int64_t ms = clock == CLOCK_REALTIME ? wall_ms : monotonic_ms;

	ret->tv_sec = ms / 1000;
	ret->tv_nsec = ms % 1000 * 1000000;
	return 0;
}

static void pass(struct pair *pair, int64_t ms)
{
	monotonic_ms += ms;
	wall_ms += ms;
	pair_advance_ms(pair, ms);
}

/* A machine that has run for so long. */
static void start(struct pair *pair, const char *options, int64_t ms)
{
	monotonic_ms = 1000;
	wall_ms = PAIR_EPOCH * 1000;
	pair_start(pair, options);
	for (; ms > 1000; ms -= 1000)
		pass(pair, 1000);
	pass(pair, ms);
}

static struct balloonctl_examination *examine(struct pair *pair)
{
	struct balloonctl_examination *examination;
	struct balloonctl_completion *done;

	CU_ASSERT_EQUAL_FATAL(balloonctl_monitor_start_examine(pair->monitor, NULL), 0);
	done = pair_complete(pair);
	CU_ASSERT_PTR_NOT_NULL_FATAL(done);
	CU_ASSERT_EQUAL(balloonctl_completion_get_result(done), 0);
	CU_ASSERT_PTR_NOT_NULL(balloonctl_completion_get_examination(done));
	examination = balloonctl_completion_take_examination(done);
	CU_ASSERT_PTR_NULL(balloonctl_completion_take_examination(done));
	balloonctl_completion_free(done);
	CU_ASSERT_PTR_NOT_NULL_FATAL(examination);
	return examination;
}

/* Each finding is complete, and the worst come first. */
static void check_findings(const struct balloonctl_diagnosis *diagnosis)
{
	enum balloonctl_severity worst = BALLOONCTL_SEVERITY_PROBLEM;

	for (size_t i = 0; i < balloonctl_diagnosis_get_count(diagnosis); i++) {
		enum balloonctl_cause cause = balloonctl_diagnosis_get_cause(diagnosis, i);
		size_t n = balloonctl_diagnosis_get_evidence_count(diagnosis, i);

		CU_ASSERT_PTR_NOT_NULL(balloonctl_diagnosis_get_message(diagnosis, i));
		CU_ASSERT_PTR_NOT_NULL(balloonctl_diagnosis_get_repair(diagnosis, i));
		CU_ASSERT(balloonctl_cause_get_severity(cause) <= worst);
		worst = balloonctl_cause_get_severity(cause);
		CU_ASSERT(n > 0);
		for (size_t j = 0; j < n; j++) {
			CU_ASSERT_PTR_NOT_NULL(
				balloonctl_diagnosis_get_evidence_key(diagnosis, i, j));
			CU_ASSERT_PTR_NOT_NULL(
				balloonctl_diagnosis_get_evidence_words(diagnosis, i, j));
		}
	}
}

static struct balloonctl_diagnosis *judge(const struct balloonctl_examination *older,
					  const struct balloonctl_examination *newer,
					  const struct balloonctl_expectations *expectations)
{
	struct balloonctl_diagnosis *diagnosis = NULL;

	CU_ASSERT_EQUAL_FATAL(balloonctl_diagnosis_new(older, newer, expectations, &diagnosis), 0);
	check_findings(diagnosis);
	return diagnosis;
}

/* As a program does: a second look after the time that the first one asks for. */
static struct balloonctl_diagnosis *diagnose(struct pair *pair,
					     const struct balloonctl_expectations *expectations)
{
	struct balloonctl_examination *first = examine(pair), *second = NULL;
	struct balloonctl_diagnosis *diagnosis = judge(NULL, first, expectations);
	uint64_t wait_ms = balloonctl_diagnosis_get_wait_ms(diagnosis);

	if (wait_ms > 0) {
		balloonctl_diagnosis_free(diagnosis);
		pass(pair, (int64_t)wait_ms);
		second = examine(pair);
		diagnosis = judge(first, second, expectations);
		CU_ASSERT_EQUAL(balloonctl_diagnosis_get_wait_ms(diagnosis), 0);
	}
	balloonctl_examination_free(first);
	balloonctl_examination_free(second);
	return diagnosis;
}

/* The names of the causes, with blanks between. Valid until the next call. */
static const char *tell(const struct balloonctl_diagnosis *diagnosis)
{
	static char text[512];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < balloonctl_diagnosis_get_count(diagnosis); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i > 0 ? " " : "",
					balloonctl_cause_get_name(
						balloonctl_diagnosis_get_cause(diagnosis, i)));
	return text;
}

static void expect_causes(struct pair *pair, const struct balloonctl_expectations *expectations,
			  const char *options, const char *causes)
{
	struct balloonctl_diagnosis *diagnosis = diagnose(pair, expectations);

	bool is_right = expect_equal(tell(diagnosis), causes);

	CU_ASSERT(is_right);
	if (!is_right)
		fprintf(stderr, "with %s\n", options);
	balloonctl_diagnosis_free(diagnosis);
}

#define POLLED "guest-stats-polling-interval=2"

/* Polled for 20 seconds, faults from the beginning unless they say otherwise. */
static const struct row {
	const char *options;
	const char *causes; /* on 11.1 */
	const char *on_10_0,
		*on_7_2; /* if not the same; on 7.2 without old-qemu, which it always is */
} rows[] = {
	{ "guest=linux", "" },
	{ "guest=linux,device=mmio", "" },
	{ "guest=linux,device=pci-transitional", "" },
	{ "guest=linux,packed=on", "" },
	{ "guest=linux-7.1", "" },
	{ "guest=linux-6.12", "" },
	{ "guest=linux-6.1", "old-guest", NULL, "" },
	{ "guest=linux-4.19", "old-guest", NULL, "" },
	{ "guest=linux-no-hugetlb", "" },
	{ "guest=linux-no-counters", "old-guest", NULL, "" },
	{ "guest=windows", "old-guest", NULL, "" },
	{ "guest=windows-no-service", "service-missing" },
	{ "guest=none", "no-driver" },

	{ "fault=no-driver", "no-driver" },
	{ "fault=failed-probe", "no-driver" },
	{ "fault=no-stats-vq", "no-stats-queue" },
	{ "fault=no-stats-vq,device=mmio", "no-stats-queue" },
	{ "fault=no-features-ok", "no-stats-queue" },
	{ "fault=desc-past-end", "never-reported" },
	{ "fault=avail-past-end", "never-reported" },
	{ "fault=used-past-end", "never-reported" },
	{ "fault=never-answers", "guest-silent" },
	{ "fault=hangs-after-one", "guest-silent" },
	{ "fault=no-kick@5s", "guest-silent" },
	{ "fault=crashes@5s", "guest-silent" },
	{ "fault=absent-values", "service-missing" },

	{ "fault=bad-head", "rings-broken" },
	{ "fault=bad-next", "rings-broken" },
	{ "fault=loop", "rings-broken" },
	{ "fault=zero-length", "rings-broken" },
	{ "fault=bad-order", "rings-broken" },
	{ "fault=bad-indirect", "rings-broken" },
	{ "fault=too-many-pieces", "rings-broken" },
	{ "fault=unmappable", "rings-broken" },
	{ "fault=size-exceeded@5s", "rings-broken" },
	/* A packed ring does not show that its device gave it up. */
	{ "fault=zero-length@5s,packed=on", "guest-silent" },

	{ "fault=available-above-total", "impossible-values" },
	{ "fault=free-above-total", "impossible-values" },
	{ "fault=zero-values", "impossible-values" },
	{ "fault=failed-counters", "failed-values" },
	{ "fault=huge-values", "failed-values old-guest", NULL, "failed-values" },

	/* These do no harm that a diagnosis should know of. */
	{ "fault=two-buffers", "" },
	{ "fault=unknown-tags", "" },
	{ "fault=repeated-tags", "" },
	{ "fault=split-buffer", "" },
	{ "fault=stale-values", "" },
	{ "latency=900", "" },
};

static void test_rows(void)
{
	static const char *const profiles[] = { "11.1", "10.0", "7.2" };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t j = 0; j < ARRAY_SIZE(profiles); j++) {
			const char *causes = rows[i].causes;
			char options[256], expected[256];
			struct pair pair;

			if (j == 1 && rows[i].on_10_0 != NULL)
				causes = rows[i].on_10_0;
			if (j == 2 && rows[i].on_7_2 != NULL)
				causes = rows[i].on_7_2;
			snprintf(expected, sizeof(expected), "%s%s%s", causes,
				 j == 2 && causes[0] != '\0' ? " " : "", j == 2 ? "old-qemu" : "");
			snprintf(options, sizeof(options), POLLED ",profile=%s,%s", profiles[j],
				 rows[i].options);
			start(&pair, options, 20000);
			expect_causes(&pair, NULL, options, expected);
			pair_end(&pair);
		}
}

/* A healthy VM is not watched for long, and a silent one that owes its answer neither. */
static void test_waits(void)
{
	static const struct {
		const char *options;
		uint64_t wait_ms;
	} waits[] = {
		{ POLLED, 0 },
		{ POLLED ",fault=no-driver", 0 },
		{ POLLED ",fault=bad-head", 0 },
		{ "guest=linux", 0 },
		{ POLLED ",fault=never-answers", 2000 },
		{ "guest-stats-polling-interval=3600,fault=crashes@5s", 0 },
		{ POLLED ",guest=windows-no-service", 4000 },
		{ POLLED ",fault=no-features-ok", 4000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(waits); i++) {
		struct balloonctl_examination *first;
		struct balloonctl_diagnosis *diagnosis;
		struct pair pair;

		start(&pair, waits[i].options, 20000);
		first = examine(&pair);
		diagnosis = judge(NULL, first, NULL);
		CU_ASSERT_EQUAL(balloonctl_diagnosis_get_wait_ms(diagnosis), waits[i].wait_ms);
		balloonctl_diagnosis_free(diagnosis);
		balloonctl_examination_free(first);
		pair_end(&pair);
	}
}

static void test_watched_too_shortly(void)
{
	struct balloonctl_examination *first, *second;
	struct balloonctl_diagnosis *diagnosis;
	struct pair pair;

	start(&pair, POLLED ",fault=no-features-ok", 20000);
	first = examine(&pair);
	pass(&pair, 1000);
	second = examine(&pair);
	diagnosis = judge(first, second, NULL);
	CU_ASSERT(expect_equal(tell(diagnosis), "guest-late"));
	CU_ASSERT_EQUAL(balloonctl_diagnosis_get_wait_ms(diagnosis), 3000);
	balloonctl_diagnosis_free(diagnosis);
	balloonctl_examination_free(first);
	balloonctl_examination_free(second);
	pair_end(&pair);
}

/* An answer that takes 5 s is late, and comes. At any moment the guest is late at most. */
static void test_slow_guest(void)
{
	struct pair pair;
	int n_late = 0;

	for (int64_t ms = 20000; ms < 30000; ms += 500) {
		struct balloonctl_diagnosis *diagnosis;
		bool is_late;

		start(&pair, "guest-stats-polling-interval=1,fault=answers-late@10s", ms);
		diagnosis = diagnose(&pair, NULL);
		is_late = strcmp(tell(diagnosis), "guest-late") == 0;
		CU_ASSERT(is_late || expect_equal(tell(diagnosis), ""));
		n_late += is_late;
		balloonctl_diagnosis_free(diagnosis);
		pair_end(&pair);
	}
	CU_ASSERT(n_late > 0);
}

static void test_polling(void)
{
	const struct balloonctl_expectations five = { .polling_interval = 5 };
	const struct balloonctl_expectations two = { .polling_interval = 2 };
	struct balloonctl_diagnosis *diagnosis;
	struct pair pair;

	start(&pair, "guest=linux", 5000);
	expect_causes(&pair, NULL, "no polling", "polling-off");
	expect_causes(&pair, &five, "no polling, 5 expected", "interval-lost");
	pair_set_interval(&pair, 2);
	pass(&pair, 1);
	expect_causes(&pair, NULL, "polling", "");
	expect_causes(&pair, &two, "polling, 2 expected", "");
	diagnosis = diagnose(&pair, &five);
	CU_ASSERT(expect_equal(tell(diagnosis), "interval-lost"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(balloonctl_diagnosis_get_repair(diagnosis, 0), " enable --interval 5"));
	balloonctl_diagnosis_free(diagnosis);
	pair_set_interval(&pair, 0);
	pass(&pair, 60000);
	expect_causes(&pair, NULL, "polling off again", "polling-off");
	pair_end(&pair);
}

static void test_states(void)
{
	struct pair pair;

	start(&pair, POLLED ",paused=on", 5000);
	expect_causes(&pair, NULL, "prelaunch", "vm-paused");
	pair_execute(&pair, "cont");
	pass(&pair, 5000);
	expect_causes(&pair, NULL, "running", "");
	pair_execute(&pair, "stop");
	pass(&pair, 600000);
	expect_causes(&pair, NULL, "paused", "vm-paused");
	/* The last report is old, and the guest has had no time for another. */
	pair_execute(&pair, "cont");
	pass(&pair, 1);
	expect_causes(&pair, NULL, "goes on", "");
	pair_end(&pair);
}

static void test_no_balloon(void)
{
	struct balloonctl_diagnosis *diagnosis = NULL;
	struct pair pair;

	start(&pair, "device=none", 1000);
	CU_ASSERT_EQUAL(balloonctl_monitor_start_examine(pair.monitor, NULL), 0);
	balloonctl_completion_free(pair_complete(&pair));
	CU_ASSERT_EQUAL(balloonctl_diagnosis_new_from_error(
				balloonctl_monitor_get_error(pair.monitor), "sim:", &diagnosis),
			0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(diagnosis);
	check_findings(diagnosis);
	CU_ASSERT(expect_equal(tell(diagnosis), "no-balloon"));
	balloonctl_diagnosis_free(diagnosis);
	pair_end(&pair);
}

static void test_counters(void)
{
	const struct balloonctl_expectations pressure = { .wants_pressure = true };
	struct pair pair;

	start(&pair, POLLED ",fault=backward-counters", 20000);
	expect_causes(&pair, &pressure, "backward-counters", "backward-counters");
	pair_end(&pair);
}

/* The host's clock is set back by an hour: what was reported before lies in the future. */
static void test_clock(void)
{
	struct pair pair;

	start(&pair, "guest=linux," POLLED, 5000);
	wall_ms -= 3600000;
	expect_causes(&pair, NULL, "a clock that was set", "clock-ahead");
	pair_end(&pair);
}

static void test_target(void)
{
	static const struct {
		const char *options, *causes;
	} targets[] = {
		{ POLLED, "" },
		{ POLLED ",fault=refuses-inflation", "target-not-reached" },
		{ POLLED ",fault=half-inflation", "target-not-reached" },
		{ POLLED ",fault=silent-actual", "target-not-reached" },
		{ POLLED ",fault=slow-inflation", "target-pending" },
	};
	const struct balloonctl_expectations half = { .target_bytes = 512 * MIB };
	const struct balloonctl_expectations more = { .target_bytes = 4096 * MIB };
	struct pair pair;

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		start(&pair, targets[i].options, 5000);
		pair_set_target_mib(&pair, 512);
		pass(&pair, 20000);
		expect_causes(&pair, &half, targets[i].options, targets[i].causes);
		pair_end(&pair);
	}
	/* QEMU cuts a target to the machine's memory. */
	start(&pair, POLLED, 5000);
	expect_causes(&pair, &more, "a target beyond the memory", "");
	expect_causes(&pair, &half, "a target nobody set", "target-not-reached");
	pair_end(&pair);
}

static void test_pressure(void)
{
	static const struct {
		const char *options;
		enum balloonctl_pressure pressure;
		const char *causes;
	} workloads[] = {
		{ POLLED, BALLOONCTL_PRESSURE_NONE, "" },
		{ POLLED ",workload=cache-filling", BALLOONCTL_PRESSURE_NONE, "" },
		{ POLLED ",workload=reclaim", BALLOONCTL_PRESSURE_GLOBAL, "memory-pressure" },
		{ POLLED ",guest=linux-6.1", BALLOONCTL_PRESSURE_UNLIKELY, "old-guest" },
	};
	const struct balloonctl_expectations wanted = { .wants_pressure = true };

	for (size_t i = 0; i < ARRAY_SIZE(workloads); i++) {
		struct balloonctl_diagnosis *diagnosis;
		struct pair pair;

		start(&pair, workloads[i].options, 20000);
		diagnosis = diagnose(&pair, &wanted);
		CU_ASSERT_EQUAL(balloonctl_diagnosis_get_pressure(diagnosis),
				workloads[i].pressure);
		CU_ASSERT(expect_equal(tell(diagnosis), workloads[i].causes));
		balloonctl_diagnosis_free(diagnosis);
		pair_end(&pair);
	}
}

/* Is the cause among those found within the next ten minutes? */
static bool shows(struct pair *pair, const struct balloonctl_expectations *expectations,
		  const char *cause)
{
	bool is_found = false;

	for (int i = 0; i < 120 && !is_found; i++) {
		struct balloonctl_diagnosis *diagnosis = diagnose(pair, expectations);

		is_found = strstr(tell(diagnosis), cause) != NULL;
		balloonctl_diagnosis_free(diagnosis);
		pass(pair, 1000);
	}
	return is_found;
}

static void test_short_of_memory(void)
{
	const struct balloonctl_expectations wanted = { .wants_pressure = true };
	struct pair pair;

	start(&pair, POLLED ",workload=leaking", 5000);
	CU_ASSERT(shows(&pair, NULL, "memory-low"));
	CU_ASSERT(shows(&pair, &wanted, "out-of-memory"));
	pair_end(&pair);
	start(&pair, POLLED ",workload=swapping,guest=linux-6.1", 5000);
	pair_set_target_mib(&pair, 512);
	CU_ASSERT(shows(&pair, &wanted, "memory-pressure"));
	CU_ASSERT(shows(&pair, &wanted, "no-deflate-on-oom"));
	pair_end(&pair);
	/* The balloon would give it back, or holds nothing. */
	start(&pair, POLLED ",workload=swapping,deflate-on-oom=on", 5000);
	pair_set_target_mib(&pair, 512);
	CU_ASSERT_FALSE(shows(&pair, &wanted, "no-deflate-on-oom"));
	pair_end(&pair);
	start(&pair, POLLED ",workload=swapping", 5000);
	CU_ASSERT_FALSE(shows(&pair, &wanted, "no-deflate-on-oom"));
	pair_end(&pair);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "each fault and guest has its cause, on each QEMU", test_rows },
		{ "one look is enough where it tells all", test_waits },
		{ "a guest that was watched too shortly is late, not silent",
		  test_watched_too_shortly },
		{ "a slow guest is not silent", test_slow_guest },
		{ "polling that is off, and an interval that was lost", test_polling },
		{ "a VM that does not run, and one that goes on", test_states },
		{ "no balloon", test_no_balloon },
		{ "counters that go backwards", test_counters },
		{ "a report from the future", test_clock },
		{ "a target that is not reached, and one that will be", test_target },
		{ "pressure is told where it is wanted", test_pressure },
		{ "guests that are short of memory", test_short_of_memory },
		CU_TEST_INFO_NULL,
	};

	return suite_run("diagnosis", tests, argc, argv);
}
