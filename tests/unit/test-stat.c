/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stat table against what QEMU, Linux and the virtio specification say, written out again. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "balloonctl.h"
#include "base/util.h"
#include "suite.h"

#define BYTES   BALLOONCTL_UNIT_BYTES
#define COUNT   BALLOONCTL_UNIT_COUNT
#define GAUGE   BALLOONCTL_KIND_GAUGE
#define COUNTER BALLOONCTL_KIND_COUNTER

/* The index is the tag number. */
static const struct {
	enum balloonctl_stat stat;
	const char *key;
	enum balloonctl_unit unit;
	enum balloonctl_kind kind;
} expected[] = {
	{ BALLOONCTL_STAT_SWAP_IN, "stat-swap-in", BYTES, COUNTER },
	{ BALLOONCTL_STAT_SWAP_OUT, "stat-swap-out", BYTES, COUNTER },
	{ BALLOONCTL_STAT_MAJOR_FAULTS, "stat-major-faults", COUNT, COUNTER },
	{ BALLOONCTL_STAT_MINOR_FAULTS, "stat-minor-faults", COUNT, COUNTER },
	{ BALLOONCTL_STAT_FREE_MEMORY, "stat-free-memory", BYTES, GAUGE },
	{ BALLOONCTL_STAT_TOTAL_MEMORY, "stat-total-memory", BYTES, GAUGE },
	{ BALLOONCTL_STAT_AVAILABLE_MEMORY, "stat-available-memory", BYTES, GAUGE },
	{ BALLOONCTL_STAT_DISK_CACHES, "stat-disk-caches", BYTES, GAUGE },
	{ BALLOONCTL_STAT_HTLB_PGALLOC, "stat-htlb-pgalloc", COUNT, COUNTER },
	{ BALLOONCTL_STAT_HTLB_PGFAIL, "stat-htlb-pgfail", COUNT, COUNTER },
	{ BALLOONCTL_STAT_OOM_KILLS, "stat-oom-kills", COUNT, COUNTER },
	{ BALLOONCTL_STAT_ALLOC_STALLS, "stat-alloc-stalls", COUNT, COUNTER },
	{ BALLOONCTL_STAT_ASYNC_SCANS, "stat-async-scans", BYTES, COUNTER },
	{ BALLOONCTL_STAT_DIRECT_SCANS, "stat-direct-scans", BYTES, COUNTER },
	{ BALLOONCTL_STAT_ASYNC_RECLAIMS, "stat-async-reclaims", BYTES, COUNTER },
	{ BALLOONCTL_STAT_DIRECT_RECLAIMS, "stat-direct-reclaims", BYTES, COUNTER },
};

static void test_table(void)
{
	CU_ASSERT_EQUAL_FATAL(balloonctl_stat_get_count(), 16);
	CU_ASSERT_EQUAL_FATAL(ARRAY_SIZE(expected), 16);
	for (int i = 0; i < 16; i++) {
		enum balloonctl_stat stat = (enum balloonctl_stat)i;

		CU_ASSERT_EQUAL(expected[i].stat, stat);
		CU_ASSERT_STRING_EQUAL(balloonctl_stat_get_key(stat), expected[i].key);
		CU_ASSERT_STRING_EQUAL(balloonctl_stat_get_name(stat), expected[i].key + 5);
		CU_ASSERT_EQUAL(balloonctl_stat_get_unit(stat), expected[i].unit);
		CU_ASSERT_EQUAL(balloonctl_stat_get_kind(stat), expected[i].kind);
	}
}

/* Short enough for a column, and a phrase that can follow anything. */
static void test_meanings(void)
{
	for (int i = 0; i < balloonctl_stat_get_count(); i++) {
		const char *meaning = balloonctl_stat_get_meaning((enum balloonctl_stat)i);

		CU_ASSERT_PTR_NOT_NULL_FATAL(meaning);
		CU_ASSERT(strlen(meaning) >= 10 && strlen(meaning) <= 40);
		CU_ASSERT(islower((unsigned char)meaning[0]));
		CU_ASSERT(meaning[strlen(meaning) - 1] != '.');
		for (int j = 0; j < i; j++)
			CU_ASSERT(!string_equal(meaning, balloonctl_stat_get_meaning(
								 (enum balloonctl_stat)j)));
	}
}

static void test_find(void)
{
	for (int i = 0; i < balloonctl_stat_get_count(); i++) {
		enum balloonctl_stat stat = BALLOONCTL_STAT_SWAP_IN;

		CU_ASSERT_EQUAL(balloonctl_stat_find(expected[i].key, &stat), 0);
		CU_ASSERT_EQUAL(stat, expected[i].stat);
		stat = BALLOONCTL_STAT_SWAP_IN;
		CU_ASSERT_EQUAL(balloonctl_stat_find(expected[i].key + 5, &stat), 0);
		CU_ASSERT_EQUAL(stat, expected[i].stat);
	}
}

static void test_find_nothing(void)
{
	static const char *const rows[] = {
		"",
		"stat-",
		"stat-free",
		"free-memory ",
		"Free-Memory",
		"stat-stat-",
		"free_memory",
		"last-update",
		"stat-stat-free-memory",
		"STAT-free-memory",
	};
	enum balloonctl_stat stat = BALLOONCTL_STAT_HTLB_PGFAIL;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		CU_ASSERT_EQUAL(balloonctl_stat_find(rows[i], &stat), -ENOENT);
	CU_ASSERT_EQUAL(balloonctl_stat_find(NULL, &stat), -ENOENT);
	CU_ASSERT_EQUAL(stat, BALLOONCTL_STAT_HTLB_PGFAIL);
}

static void test_beyond_the_table(void)
{
	static const int rows[] = { -1, 16, 17, 1 << 30 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		enum balloonctl_stat stat = (enum balloonctl_stat)rows[i];

		CU_ASSERT_PTR_NULL(balloonctl_stat_get_key(stat));
		CU_ASSERT_PTR_NULL(balloonctl_stat_get_name(stat));
		CU_ASSERT_PTR_NULL(balloonctl_stat_get_meaning(stat));
		CU_ASSERT_EQUAL(balloonctl_stat_get_unit(stat), BALLOONCTL_UNIT_BYTES);
		CU_ASSERT_EQUAL(balloonctl_stat_get_kind(stat), BALLOONCTL_KIND_GAUGE);
	}
}

static CU_TestInfo tests[] = {
	{ "the table has the 16 tags with their keys, units and kinds", test_table },
	{ "each meaning is a short phrase of its own", test_meanings },
	{ "a stat is found by key and by name", test_find },
	{ "what is no stat is not found", test_find_nothing },
	{ "numbers beyond the table give nothing", test_beyond_the_table },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("stat", tests, argc, argv);
}
