/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verdict of two samples: each line of the kernel's table, and both sides of each border. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "client/stats.h"
#include "suite.h"

#define ABSENT UINT64_MAX
#define KIB    UINT64_C(1024)
#define MIB    (KIB * 1024)
#define MAX_63 ((uint64_t)INT64_MAX)

/* What happened in ten seconds. */
enum {
	ELAPSED_MS = 10000,
};

struct happened {
	uint64_t oom_kills, stalls, async_scans, direct_scans, async_reclaims, direct_reclaims;
};

static struct balloonctl_stats *make_stats(const uint64_t values[16])
{
	struct balloonctl_stats *stats = NULL;
	struct json *json = NULL;
	char text[2048] = "{\"stats\": {";
	size_t len = strlen(text);

	for (int i = 0; i < 16; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\"%s\": %" PRIu64,
					i > 0 ? ", " : "", balloonctl_stat_get_key(i), values[i]);
	snprintf(text + len, sizeof(text) - len, "}, \"last-update\": 1}");
	CU_ASSERT_EQUAL_FATAL(json_parse(text, strlen(text), &json), 0);
	CU_ASSERT_EQUAL_FATAL(stats_decode(json, &stats), 0);
	json_free(json);
	return stats;
}

static const char *judge(const uint64_t older[16], const uint64_t newer[16], uint64_t elapsed_ms)
{
	struct balloonctl_stats *a = make_stats(older);
	struct balloonctl_stats *b = make_stats(newer);
	enum balloonctl_pressure pressure = balloonctl_pressure_judge(a, b, elapsed_ms);

	balloonctl_stats_free(a);
	balloonctl_stats_free(b);
	return balloonctl_pressure_get_name(pressure);
}

static void set_counters(uint64_t values[16], const struct happened *happened, uint64_t base)
{
	values[BALLOONCTL_STAT_OOM_KILLS] = base + happened->oom_kills;
	values[BALLOONCTL_STAT_ALLOC_STALLS] = base + happened->stalls;
	values[BALLOONCTL_STAT_ASYNC_SCANS] = base + happened->async_scans;
	values[BALLOONCTL_STAT_DIRECT_SCANS] = base + happened->direct_scans;
	values[BALLOONCTL_STAT_ASYNC_RECLAIMS] = base + happened->async_reclaims;
	values[BALLOONCTL_STAT_DIRECT_RECLAIMS] = base + happened->direct_reclaims;
}

static void test_table(void)
{
	static const struct {
		const char *verdict;
		struct happened happened;
	} rows[] = {
		{ "none", { 0 } },
		/* whatever else */
		{ "critical", { .oom_kills = 1 } },
		{ "critical",
		  { .oom_kills = 1,
		    .stalls = 5000,
		    .direct_scans = 900 * MIB,
		    .direct_reclaims = 800 * MIB } },
		/* stalls: ten a second */
		{ "none", { .stalls = 99 } },
		{ "cgroup", { .stalls = 100 } },
		/* scans: 128 KiB for each */
		{ "cgroup", { .stalls = 100, .direct_scans = 100 * 128 * KIB - 1 } },
		{ "thrashing", { .stalls = 100, .direct_scans = 100 * 128 * KIB } },
		{ "cgroup",
		  { .stalls = 100,
		    .async_scans = 900 * MIB,
		    .direct_scans = 99 * 128 * KIB,
		    .direct_reclaims = 99 * 128 * KIB } },
		/* reclaims: 40 % of them */
		{ "thrashing",
		  { .stalls = 100, .direct_scans = 100 * MIB, .direct_reclaims = 40 * MIB - 1 } },
		{ "global",
		  { .stalls = 100, .direct_scans = 100 * MIB, .direct_reclaims = 40 * MIB } },
		{ "global",
		  { .stalls = 100,
		    .async_scans = 900 * MIB,
		    .direct_scans = 100 * MIB,
		    .direct_reclaims = 100 * MIB } },
		/* in the background: 1 MiB a second, 40 % of it */
		{ "struggling", { .async_scans = 10 * MIB } },
		{ "none", { .async_scans = 10 * MIB - 1 } },
		{ "struggling", { .async_scans = 10 * MIB, .async_reclaims = 4 * MIB - 1 } },
		{ "none", { .async_scans = 10 * MIB, .async_reclaims = 4 * MIB } },
		{ "none", { .async_scans = 10 * MIB, .stalls = 1 } },
		{ "none", { .async_scans = 10 * MIB, .direct_scans = 1 } },
		/* hostile numbers */
		{ "thrashing", { .stalls = 100, .direct_scans = MAX_63 / 2 } },
		{ "global",
		  { .stalls = 100, .direct_scans = MAX_63 / 2, .direct_reclaims = MAX_63 / 2 } },
		{ "cgroup", { .stalls = MAX_63 / 2, .direct_scans = MAX_63 / 2 } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t older[16] = { 0 }, newer[16] = { 0 };
		const char *verdict;

		set_counters(older, &(struct happened){ 0 }, 1000 + i);
		set_counters(newer, &rows[i].happened, 1000 + i);
		verdict = judge(older, newer, ELAPSED_MS);
		CU_ASSERT_STRING_EQUAL(verdict, rows[i].verdict);
		if (strcmp(verdict, rows[i].verdict) != 0)
			fprintf(stderr, "row %zu: %s\n", i, verdict);
	}
}

/* available and total in MiB; ten seconds */
static const char *judge_old(uint64_t available, uint64_t total, uint64_t faults, uint64_t swap)
{
	uint64_t older[16], newer[16];

	for (int i = 0; i < 16; i++)
		older[i] = newer[i] = i < 10 ? 7 : ABSENT;
	newer[BALLOONCTL_STAT_AVAILABLE_MEMORY] = available;
	newer[BALLOONCTL_STAT_TOTAL_MEMORY] = total;
	newer[BALLOONCTL_STAT_MAJOR_FAULTS] += faults;
	newer[BALLOONCTL_STAT_SWAP_IN] += swap / 2;
	newer[BALLOONCTL_STAT_SWAP_OUT] += swap - swap / 2;
	return judge(older, newer, ELAPSED_MS);
}

static void test_weaker(void)
{
	CU_ASSERT_STRING_EQUAL(judge_old(49 * MIB, 1000 * MIB, 50, 0), "likely");
	CU_ASSERT_STRING_EQUAL(judge_old(49 * MIB, 1000 * MIB, 0, 10 * MIB), "likely");
	CU_ASSERT_STRING_EQUAL(judge_old(49 * MIB, 1000 * MIB, 49, 10 * MIB - 1), "unlikely");
	CU_ASSERT_STRING_EQUAL(judge_old(50 * MIB, 1000 * MIB, 50, 10 * MIB), "unlikely");
	/* what can't be judged */
	CU_ASSERT_STRING_EQUAL(judge_old(ABSENT, 1000 * MIB, 50, 0), "unknown");
	CU_ASSERT_STRING_EQUAL(judge_old(49 * MIB, 0, 50, 0), "unknown");
	CU_ASSERT_STRING_EQUAL(judge_old(1001 * MIB, 1000 * MIB, 50, 0), "unknown");
}

static void test_unknown(void)
{
	uint64_t older[16] = { 0 }, newer[16] = { 0 };

	CU_ASSERT_STRING_EQUAL(judge(older, newer, 0), "unknown");
	CU_ASSERT_STRING_EQUAL(judge(older, newer, 1), "none");
	/* A guest that has rebooted began to count anew. */
	older[BALLOONCTL_STAT_OOM_KILLS] = 1;
	CU_ASSERT_STRING_EQUAL(judge(older, newer, 1000), "unknown");
	older[BALLOONCTL_STAT_OOM_KILLS] = 0;
	/* One of the six is not there, and nothing else either. */
	newer[BALLOONCTL_STAT_DIRECT_SCANS] = ABSENT;
	CU_ASSERT_STRING_EQUAL(judge(older, newer, 1000), "unknown");
}

static void test_times(void)
{
	uint64_t older[16] = { 0 }, newer[16] = { 0 };

	newer[BALLOONCTL_STAT_ALLOC_STALLS] = 10;
	CU_ASSERT_STRING_EQUAL(judge(older, newer, 1000), "cgroup");
	CU_ASSERT_STRING_EQUAL(judge(older, newer, 1001), "none");
	/* A few in a moment are no rate. */
	CU_ASSERT_STRING_EQUAL(judge(older, newer, 1), "cgroup");
	newer[BALLOONCTL_STAT_ALLOC_STALLS] = 9;
	CU_ASSERT_STRING_EQUAL(judge(older, newer, 1), "none");
	newer[BALLOONCTL_STAT_ALLOC_STALLS] = MAX_63;
	CU_ASSERT_STRING_EQUAL(judge(older, newer, UINT64_MAX), "cgroup");
}

static void test_increase(void)
{
	uint64_t older[16] = { 0 }, newer[16] = { 0 }, value = 77;
	struct balloonctl_stats *a, *b;

	older[BALLOONCTL_STAT_SWAP_IN] = 4096;
	newer[BALLOONCTL_STAT_SWAP_IN] = MAX_63;
	older[BALLOONCTL_STAT_SWAP_OUT] = 1;
	older[BALLOONCTL_STAT_MAJOR_FAULTS] = ABSENT;
	newer[BALLOONCTL_STAT_OOM_KILLS] = ABSENT;
	a = make_stats(older);
	b = make_stats(newer);
	CU_ASSERT_EQUAL(balloonctl_stats_get_increase(a, b, BALLOONCTL_STAT_SWAP_OUT, &value),
			-ERANGE);
	CU_ASSERT_EQUAL(balloonctl_stats_get_increase(a, b, BALLOONCTL_STAT_MAJOR_FAULTS, &value),
			-ENODATA);
	CU_ASSERT_EQUAL(balloonctl_stats_get_increase(a, b, BALLOONCTL_STAT_OOM_KILLS, &value),
			-ENODATA);
	/* a gauge */
	CU_ASSERT_EQUAL(balloonctl_stats_get_increase(a, b, BALLOONCTL_STAT_FREE_MEMORY, &value),
			-ENODATA);
	CU_ASSERT_EQUAL(value, 77);
	CU_ASSERT_EQUAL(balloonctl_stats_get_increase(a, b, BALLOONCTL_STAT_SWAP_IN, &value), 0);
	CU_ASSERT_EQUAL(value, MAX_63 - 4096);
	balloonctl_stats_free(a);
	balloonctl_stats_free(b);
}

static void test_names(void)
{
	int i = 0;

	for (; balloonctl_pressure_get_name((enum balloonctl_pressure)i) != NULL; i++)
		CU_ASSERT_PTR_NOT_NULL(
			balloonctl_pressure_get_meaning((enum balloonctl_pressure)i));
	CU_ASSERT_EQUAL(i, BALLOONCTL_PRESSURE_CRITICAL + 1);
	CU_ASSERT_PTR_NULL(balloonctl_pressure_get_meaning((enum balloonctl_pressure)i));
	CU_ASSERT_PTR_NULL(balloonctl_pressure_get_name((enum balloonctl_pressure) - 1));
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "the kernel's table, with a value on each side of each border", test_table },
		{ "a guest without the counters gets a weaker verdict", test_weaker },
		{ "what can't be judged is unknown", test_unknown },
		{ "a rate is what happens in a second", test_times },
		{ "a counter's increase, and those that have none", test_increase },
		{ "each verdict has a name and a meaning", test_names },
		CU_TEST_INFO_NULL,
	};

	return suite_run("pressure", tests, argc, argv);
}
