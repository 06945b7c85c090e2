/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Used memory, and the formula that it comes from. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "client/stats.h"
#include "suite.h"

#define ABSENT UINT64_MAX

static struct balloonctl_stats *make_stats(uint64_t total, uint64_t available, uint64_t free_memory,
					   uint64_t caches)
{
	struct balloonctl_stats *stats = NULL;
	struct json *json = NULL;
	char text[400];

	snprintf(text, sizeof(text),
		 "{\"last-update\":1,\"stats\":{\"stat-total-memory\":%" PRIu64
		 ",\"stat-available-memory\":%" PRIu64 ",\"stat-free-memory\":%" PRIu64
		 ",\"stat-disk-caches\":%" PRIu64 "}}",
		 total, available, free_memory, caches);
	CU_ASSERT_EQUAL_FATAL(json_parse(text, strlen(text), &json), 0);
	CU_ASSERT_EQUAL_FATAL(stats_decode(json, &stats), 0);
	json_free(json);
	return stats;
}

static void test_used(void)
{
	static const struct {
		uint64_t total, available, free_memory, caches;
		int64_t actual;   /* INT64_MAX: not known */
		uint64_t maximum; /* 0: not known */
		int r;
		uint64_t used;
		const char *formula;
	} rows[] = {
		{ 100, 60, 10, 30, INT64_MAX, 0, 0, 40, "total - available" },
		{ 100, ABSENT, 10, 30, INT64_MAX, 0, 0, 60, "total - free - caches" },
		{ 100, 100, 1, 1, INT64_MAX, 0, 0, 0, "total - available" },
		{ ABSENT, 60, 10, 30, INT64_MAX, 0, -ENODATA, 0, NULL },
		{ 100, ABSENT, ABSENT, 30, INT64_MAX, 0, -ENODATA, 0, NULL },
		{ 100, ABSENT, 10, ABSENT, INT64_MAX, 0, -ENODATA, 0, NULL },
		{ 100, 101, 10, 30, INT64_MAX, 0, -ERANGE, 0, NULL },
		{ 100, ABSENT, 90, 30, INT64_MAX, 0, -ERANGE, 0, NULL },
		{ 100, ABSENT, 101, 30, INT64_MAX, 0, -ERANGE, 0, NULL },
		/* Linux takes the balloon off its total. */
		{ 50, 30, 1, 1, 60, 110, 0, 20, "total - available" },
		/* Windows does not, and counts it as used. */
		{ 100, 30, 1, 1, 60, 110, 0, 20, "total - available - balloon" },
		{ 100, ABSENT, 10, 20, 60, 110, 0, 20, "total - free - caches - balloon" },
		/* No balloon, or one that can't be. */
		{ 100, 30, 1, 1, 110, 110, 0, 70, "total - available" },
		{ 100, 30, 1, 1, -60, 110, 0, 70, "total - available" },
		{ 100, 30, 1, 1, 60, 0, 0, 70, "total - available" },
		{ 100, 30, 1, 1, 10, 110, 0, 70, "total - available" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_stats *stats = make_stats(rows[i].total, rows[i].available,
							    rows[i].free_memory, rows[i].caches);
		enum balloonctl_formula formula = (enum balloonctl_formula)(-1);
		uint64_t used = 0;

		stats_set_balloon(stats, true, rows[i].actual == INT64_MAX ? NULL : &rows[i].actual,
				  rows[i].maximum);
		CU_ASSERT_EQUAL(balloonctl_stats_get_used_bytes(stats, &used, &formula), rows[i].r);
		CU_ASSERT_EQUAL(used, rows[i].used);
		if (rows[i].r == 0) {
			CU_ASSERT_STRING_EQUAL(balloonctl_formula_get_text(formula),
					       rows[i].formula);
			CU_ASSERT_EQUAL(balloonctl_stats_get_used_bytes(stats, &used, NULL), 0);
		}
		balloonctl_stats_free(stats);
	}
	CU_ASSERT_PTR_NULL(balloonctl_formula_get_text((enum balloonctl_formula)(-1)));
	CU_ASSERT_PTR_NULL(balloonctl_formula_get_text((enum balloonctl_formula)4));
}

static CU_TestInfo tests[] = {
	{ "what is used follows from what the guest tells", test_used },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("usage", tests, argc, argv);
}
