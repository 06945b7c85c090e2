/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory model: whatever happens, the numbers must be able to stand in one kernel's books. */
#include "sim/guest/workload.h"

#include <stddef.h>
#include <string.h>

#include "base/util.h"
#include "sim/guest/random.h"
#include "suite.h"

#define SECOND INT64_C(1000000000)
#define RAM    (UINT64_C(256) << 20)

static unsigned int find(const char *name)
{
	unsigned int n = 0;

	while (sim_workload_get_name(n) != NULL && !string_equal(sim_workload_get_name(n), name))
		n++;
	CU_ASSERT_PTR_NOT_NULL_FATAL(sim_workload_get_name(n));
	return n;
}

static void make(struct sim_workload *workload, const char *name)
{
	sim_workload_init(workload, find(name), 1, RAM);
}

static bool is_gauge(unsigned int tag)
{
	return tag >= SIM_STAT_FREE_MEMORY && tag <= SIM_STAT_DISK_CACHES;
}

static void assert_coherent(const struct sim_workload *workload, const uint64_t *before)
{
	const uint64_t *stats = workload->stats;
	uint64_t total = stats[SIM_STAT_TOTAL_MEMORY];

	CU_ASSERT(stats[SIM_STAT_FREE_MEMORY] + stats[SIM_STAT_DISK_CACHES] <= total);
	CU_ASSERT(stats[SIM_STAT_AVAILABLE_MEMORY] <=
		  stats[SIM_STAT_FREE_MEMORY] + stats[SIM_STAT_DISK_CACHES]);
	CU_ASSERT(stats[SIM_STAT_SWAP_IN] <= stats[SIM_STAT_SWAP_OUT]);
	CU_ASSERT(stats[SIM_STAT_MAJOR_FAULTS] <= stats[SIM_STAT_MINOR_FAULTS]);
	CU_ASSERT(stats[SIM_STAT_ASYNC_RECLAIMS] <= stats[SIM_STAT_ASYNC_SCANS]);
	CU_ASSERT(stats[SIM_STAT_DIRECT_RECLAIMS] <= stats[SIM_STAT_DIRECT_SCANS]);
	for (unsigned int tag = 0; tag < SIM_STATS_MAX; tag++) {
		bool is_count = tag == SIM_STAT_MAJOR_FAULTS || tag == SIM_STAT_MINOR_FAULTS ||
				(tag >= SIM_STAT_HTLB_PGALLOC && tag <= SIM_STAT_ALLOC_STALLS);

		CU_ASSERT(stats[tag] < UINT64_C(1) << 62);
		CU_ASSERT(is_count || stats[tag] % SIM_PAGE_SIZE == 0);
		CU_ASSERT(is_gauge(tag) || stats[tag] >= before[tag]);
	}
}

/* Random jumps of time and balloons, of any size that it says it can give. */
static void torture(struct sim_workload *workload, uint64_t seed)
{
	uint64_t before[SIM_STATS_MAX];
	int64_t now_ns = 0;

	for (int i = 0; i < 2000; i++) {
		uint64_t random = sim_random_next(&seed);

		memcpy(before, workload->stats, sizeof(before));
		if (random % 4 == 0) {
			uint32_t spare = sim_workload_get_spare(workload, 20000);
			uint64_t balloon = workload->balloon;

			CU_ASSERT_FATAL(spare <= 20000);
			if (random % 8 == 0)
				balloon += (random >> 32) % (spare + 1);
			else
				balloon -= (random >> 32) % (balloon + 1);
			sim_workload_set_balloon(workload, balloon);
		} else {
			now_ns += (int64_t)(random >> (random % 24 + 24));
			sim_workload_advance(workload, now_ns);
		}
		assert_coherent(workload, before);
	}
}

static void test_coherent(void)
{
	static const uint64_t sizes[] = { 0, 4096, 1 << 20, RAM, UINT64_C(1) << 40, UINT64_MAX };

	for (unsigned int n = 0; sim_workload_get_name(n) != NULL; n++) {
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
			struct sim_workload workload;

			sim_workload_init(&workload, n, i, sizes[i]);
			torture(&workload, n * 100 + i);
			sim_workload_init(&workload, n, i, sizes[i]);
			workload.keeps_total = true;
			torture(&workload, n * 100 + i);
		}
	}
}

static void test_end_of_time(void)
{
	for (unsigned int n = 0; sim_workload_get_name(n) != NULL; n++) {
		uint64_t before[SIM_STATS_MAX] = { 0 };
		struct sim_workload workload;

		sim_workload_init(&workload, n, UINT64_MAX, UINT64_MAX);
		sim_workload_advance(&workload, INT64_MAX);
		assert_coherent(&workload, before);
		sim_workload_advance(&workload, INT64_MIN);
		assert_coherent(&workload, before);
	}
}

/* One that is asked each second and one that is asked once agree on all but what was dropped and
 * swapped on the way. */
static void test_repeatable(void)
{
	for (unsigned int n = 0; sim_workload_get_name(n) != NULL; n++) {
		struct sim_workload often, same, once;

		sim_workload_init(&often, n, 5, RAM);
		same = once = often;
		for (int64_t second = 1; second <= 650; second++) {
			sim_workload_advance(&often, second * SECOND);
			sim_workload_advance(&same, second * SECOND);
		}
		sim_workload_advance(&once, 650 * SECOND);
		CU_ASSERT_EQUAL(memcmp(often.stats, same.stats, sizeof(same.stats)), 0);
		CU_ASSERT_EQUAL(often.stats[SIM_STAT_FREE_MEMORY],
				once.stats[SIM_STAT_FREE_MEMORY]);
		CU_ASSERT_EQUAL(often.stats[SIM_STAT_DISK_CACHES],
				once.stats[SIM_STAT_DISK_CACHES]);
		CU_ASSERT_EQUAL(often.stats[SIM_STAT_OOM_KILLS], once.stats[SIM_STAT_OOM_KILLS]);
	}
}

static void test_seed(void)
{
	struct sim_workload a, b;
	unsigned int differences = 0;

	sim_workload_init(&a, find("steady"), 1, RAM);
	sim_workload_init(&b, find("steady"), 2, RAM);
	for (int64_t second = 1; second < 100; second++) {
		sim_workload_advance(&a, second * SECOND);
		sim_workload_advance(&b, second * SECOND);
		differences += a.stats[SIM_STAT_FREE_MEMORY] != b.stats[SIM_STAT_FREE_MEMORY];
	}
	CU_ASSERT(differences > 90);
}

static void test_calm_is_a_shortcut(void)
{
	struct sim_workload calm, full;

	make(&calm, "steady");
	CU_ASSERT_TRUE_FATAL(calm.is_calm);
	full = calm;
	for (int64_t second = 1; second < 100; second++) {
		full.is_calm = false;
		sim_workload_advance(&calm, second * SECOND);
		sim_workload_advance(&full, second * SECOND);
		CU_ASSERT_EQUAL(memcmp(calm.stats, full.stats, sizeof(full.stats)), 0);
	}
}

/* B35: a 256 MiB guest has 218 MiB, and 90 with a balloon of 128. */
static void test_total_follows_the_balloon(void)
{
	struct sim_workload workload;
	uint64_t total;

	make(&workload, "steady");
	total = workload.stats[SIM_STAT_TOTAL_MEMORY];
	CU_ASSERT(total > UINT64_C(217) << 20 && total < UINT64_C(220) << 20);
	sim_workload_set_balloon(&workload, 32768);
	CU_ASSERT_EQUAL(workload.stats[SIM_STAT_TOTAL_MEMORY], total - (128 << 20));
	workload.keeps_total = true;
	sim_workload_set_balloon(&workload, 30000);
	CU_ASSERT_EQUAL(workload.stats[SIM_STAT_TOTAL_MEMORY], total);
	CU_ASSERT(workload.stats[SIM_STAT_FREE_MEMORY] < total - 30000 * SIM_PAGE_SIZE);
}

static void test_leak(void)
{
	struct sim_workload workload;
	int64_t end_ns;

	make(&workload, "leaking");
	end_ns = sim_workload_get_end_ns(&workload);
	CU_ASSERT_FATAL(end_ns > 30 * SECOND && end_ns < 300 * SECOND);
	sim_workload_advance(&workload, end_ns - SECOND);
	CU_ASSERT_EQUAL(workload.stats[SIM_STAT_OOM_KILLS], 0);
	CU_ASSERT(workload.stats[SIM_STAT_SWAP_OUT] > 0);
	CU_ASSERT(workload.stats[SIM_STAT_FREE_MEMORY] <
		  workload.stats[SIM_STAT_TOTAL_MEMORY] / 50);
	sim_workload_advance(&workload, end_ns + SECOND);
	CU_ASSERT_EQUAL(workload.stats[SIM_STAT_OOM_KILLS], 1);
	CU_ASSERT(workload.stats[SIM_STAT_FREE_MEMORY] > workload.stats[SIM_STAT_TOTAL_MEMORY] / 2);
	sim_workload_advance(&workload, 10 * end_ns + SECOND);
	CU_ASSERT_EQUAL(workload.stats[SIM_STAT_OOM_KILLS], 10);
	CU_ASSERT(workload.stats[SIM_STAT_SWAP_OUT] >= 10 * workload.swap_size * SIM_PAGE_SIZE);
}

static void test_balloon_before_kill(void)
{
	struct sim_workload workload;

	make(&workload, "leaking");
	workload.keeps_total = true;
	sim_workload_set_balloon(&workload, 10000);
	sim_workload_advance(&workload, sim_workload_get_end_ns(&workload));
	CU_ASSERT_TRUE(workload.begs);
	CU_ASSERT_EQUAL(workload.stats[SIM_STAT_OOM_KILLS], 0);
	sim_workload_set_balloon(&workload, 9000);
	CU_ASSERT_FALSE(workload.begs);
	sim_workload_advance(&workload, 1000 * SECOND);
	CU_ASSERT_TRUE(workload.begs);
	sim_workload_set_balloon(&workload, 0);
	CU_ASSERT_FALSE(workload.begs);
	CU_ASSERT(workload.stats[SIM_STAT_OOM_KILLS] > 0);
}

static void test_characters(void)
{
	static const struct {
		const char *name;
		unsigned int tag; /* grows by at least so much in five minutes */
		uint64_t by;
	} rows[] = {
		{ "steady", SIM_STAT_MINOR_FAULTS, 10000 },
		{ "cache-filling", SIM_STAT_DISK_CACHES, RAM / 2 },
		{ "cache-filling", SIM_STAT_ASYNC_RECLAIMS, RAM },
		{ "swapping", SIM_STAT_SWAP_IN, RAM },
		{ "swapping", SIM_STAT_SWAP_OUT, RAM },
		{ "swapping", SIM_STAT_MAJOR_FAULTS, 1000 },
		{ "reclaim", SIM_STAT_ALLOC_STALLS, 100 },
		{ "reclaim", SIM_STAT_ASYNC_SCANS, RAM },
		{ "reclaim", SIM_STAT_DIRECT_SCANS, RAM },
		{ "reclaim", SIM_STAT_ASYNC_RECLAIMS, RAM / 2 },
		{ "reclaim", SIM_STAT_DIRECT_RECLAIMS, RAM / 2 },
		{ "reclaim", SIM_STAT_HTLB_PGALLOC, 10 },
		{ "reclaim", SIM_STAT_HTLB_PGFAIL, 10 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sim_workload workload;
		uint64_t before;

		make(&workload, rows[i].name);
		before = workload.stats[rows[i].tag];
		sim_workload_advance(&workload, 300 * SECOND);
		CU_ASSERT(workload.stats[rows[i].tag] >= before + rows[i].by);
	}
}

static void test_growing(void)
{
	struct sim_workload workload;
	uint64_t before, later;

	make(&workload, "growing");
	before = workload.stats[SIM_STAT_FREE_MEMORY];
	sim_workload_advance(&workload, 200 * SECOND);
	later = workload.stats[SIM_STAT_FREE_MEMORY];
	CU_ASSERT(later < before - RAM / 8);
	sim_workload_advance(&workload, 100000 * SECOND);
	CU_ASSERT_EQUAL(workload.stats[SIM_STAT_OOM_KILLS], 0);
	CU_ASSERT_EQUAL(sim_workload_get_end_ns(&workload), INT64_MAX);
}

static void test_spare(void)
{
	struct sim_workload workload;
	uint32_t spare;

	make(&workload, "steady");
	spare = sim_workload_get_spare(&workload, UINT32_MAX);
	CU_ASSERT((uint64_t)spare * SIM_PAGE_SIZE > RAM / 2);
	CU_ASSERT_EQUAL(sim_workload_get_spare(&workload, 256), 256);
	sim_workload_set_balloon(&workload, spare);
	CU_ASSERT_EQUAL(sim_workload_get_spare(&workload, 256), 0);
	CU_ASSERT_EQUAL(workload.stats[SIM_STAT_OOM_KILLS], 0);
}

/* A system that has just booted has faulted some 100,000 pages, and the same for the same seed. */
static void test_boot(void)
{
	static const uint64_t sizes[] = { RAM, RAM * 4, RAM * 64, RAM * 4096 };

	for (size_t i = 0; i < ARRAY_SIZE(sizes) * 10; i++) {
		struct sim_workload workload, same, other;
		const uint64_t *stats = workload.stats;

		sim_workload_init(&workload, 0, i, sizes[i / 10]);
		sim_workload_init(&same, 0, i, sizes[i / 10]);
		sim_workload_init(&other, 0, i + 1, sizes[i / 10]);
		CU_ASSERT(stats[SIM_STAT_MINOR_FAULTS] > 60000);
		CU_ASSERT(stats[SIM_STAT_MINOR_FAULTS] < 150000);
		CU_ASSERT(stats[SIM_STAT_MAJOR_FAULTS] >= 200);
		CU_ASSERT(stats[SIM_STAT_MAJOR_FAULTS] < 600);
		CU_ASSERT_EQUAL(stats[SIM_STAT_SWAP_IN], 0);
		CU_ASSERT_EQUAL(stats[SIM_STAT_OOM_KILLS], 0);
		CU_ASSERT_EQUAL(memcmp(stats, same.stats, sizeof(same.stats)), 0);
		CU_ASSERT_NOT_EQUAL(stats[SIM_STAT_MINOR_FAULTS],
				    other.stats[SIM_STAT_MINOR_FAULTS]);
	}
}

static CU_TestInfo tests[] = {
	{ "whatever happens, the numbers belong together", test_coherent },
	{ "nothing overflows at the end of time", test_end_of_time },
	{ "who asks often and who asks once see the same", test_repeatable },
	{ "another seed gives other numbers", test_seed },
	{ "the short way gives what the long one gives", test_calm_is_a_shortcut },
	{ "the total shrinks with the balloon, unless it must not",
	  test_total_follows_the_balloon },
	{ "a leak ends with a kill and begins again", test_leak },
	{ "a balloon that may deflates before anything is killed", test_balloon_before_kill },
	{ "each workload does what its name says", test_characters },
	{ "what grows comes to rest", test_growing },
	{ "a balloon gets all but what is needed", test_spare },
	{ "a guest begins with the page faults of its boot", test_boot },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("sim-workload", tests, argc, argv);
}
