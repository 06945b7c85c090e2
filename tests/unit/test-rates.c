/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What watch and top say of two samples: the same or another, how far apart, and the rates. */
#include "rates.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "client/stats.h"
#include "suite.h"

static struct balloonctl_stats *make_stats(int64_t last_update, uint64_t swap_in, uint64_t unknown)
{
	struct balloonctl_stats *stats = NULL;
	struct json *json = NULL;
	char text[200];

	snprintf(text, sizeof(text),
		 "{\"last-update\":%" PRId64 ",\"stats\":{\"stat-swap-in\":%" PRIu64
		 ",\"stat-free-memory\":5,\"stat-new\":%" PRIu64 "}}",
		 last_update, swap_in, unknown);
	CU_ASSERT_EQUAL_FATAL(json_parse(text, strlen(text), &json), 0);
	CU_ASSERT_EQUAL_FATAL(stats_decode(json, &stats), 0);
	json_free(json);
	return stats;
}

static void test_same_sample(void)
{
	static const struct {
		int64_t last_update;
		uint64_t swap_in, unknown;
		bool is_same;
	} rows[] = {
		{ 7, 1, 2, true },  { 8, 1, 2, false },          { 6, 1, 2, false },
		{ 7, 2, 2, false }, { 7, UINT64_MAX, 2, false }, { 7, 1, 3, false },
	};
	struct balloonctl_stats *first = make_stats(7, 1, 2);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_stats *second =
			make_stats(rows[i].last_update, rows[i].swap_in, rows[i].unknown);

		CU_ASSERT_EQUAL(rates_is_same_sample(first, second), rows[i].is_same);
		CU_ASSERT_EQUAL(rates_is_same_sample(second, first), rows[i].is_same);
		balloonctl_stats_free(second);
	}
	balloonctl_stats_free(first);
}

static void test_elapsed(void)
{
	static const struct {
		uint64_t seen_ms, look_ms;
		uint32_t interval;
		uint64_t elapsed_ms;
	} rows[] = {
		{ 2000, 250, 2, 2000 }, { 1800, 250, 2, 2000 },  { 2250, 250, 2, 2000 },
		{ 2251, 250, 2, 2251 }, { 1749, 250, 2, 1749 },  { 5900, 250, 2, 6000 },
		{ 100, 250, 2, 100 },   { 1500, 1000, 5, 1500 }, { 4100, 1000, 5, 5000 },
		{ 1234, 250, 0, 1234 }, { 0, 0, 1, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		CU_ASSERT_EQUAL(rates_get_elapsed_ms(rows[i].seen_ms, rows[i].look_ms,
						     rows[i].interval),
				rows[i].elapsed_ms);
}

static void test_looks(void)
{
	static const struct {
		uint32_t interval;
		bool was_new;
		int64_t at;
	} rows[] = {
		/* at most a second, at least a tenth; and up to the next 25 ms */
		{ 0, true, 8000 + 1000 },          { 0, false, 8000 + 1000 },
		{ 1, false, 8000 + 250 },          { 1, true, 8000 + 875 },
		{ 2, false, 8000 + 500 },          { 2, true, 8000 + 1000 },
		{ UINT32_MAX, true, 8000 + 1000 }, { UINT32_MAX, false, 8000 + 1000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CU_ASSERT_EQUAL(rates_get_next_look(7975, rows[i].interval, rows[i].was_new),
				rows[i].at);
		CU_ASSERT_EQUAL(rates_get_next_look(7999, rows[i].interval, rows[i].was_new),
				rows[i].at);
		CU_ASSERT_EQUAL(rates_get_next_look(8000, rows[i].interval, rows[i].was_new),
				rows[i].at + 25);
	}
}

static void test_rates(void)
{
	static const struct {
		uint64_t older, newer, elapsed_ms;
		int r;
		uint64_t rate;
	} rows[] = {
		{ 100, 100, 1000, 0, 0 },
		{ 100, 350, 1000, 0, 250 },
		{ 100, 350, 500, 0, 500 },
		/* Rounded up: something is not nothing. */
		{ 100, 101, 60000, 0, 1 },
		{ 0, 10, 3000, 0, 4 },
		{ 100, 99, 1000, -ERANGE, 77 },
		{ 100, 200, 0, -ENODATA, 77 },
		{ UINT64_MAX, 200, 1000, -ENODATA, 77 },
		{ 100, UINT64_MAX, 1000, -ENODATA, 77 },
		{ 0, INT64_MAX, 1000, 0, INT64_MAX },
		{ 0, INT64_MAX, 1, -ENODATA, 77 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_stats *older = make_stats(1, rows[i].older, 0);
		struct balloonctl_stats *newer = make_stats(2, rows[i].newer, 0);
		uint64_t rate = 77;

		CU_ASSERT_EQUAL(rates_get(older, newer, BALLOONCTL_STAT_SWAP_IN, rows[i].elapsed_ms,
					  &rate),
				rows[i].r);
		CU_ASSERT_EQUAL(rate, rows[i].rate);
		/* What is no counter has no rate. */
		CU_ASSERT_EQUAL(rates_get(older, newer, BALLOONCTL_STAT_FREE_MEMORY, 1000, &rate),
				-ENODATA);
		balloonctl_stats_free(older);
		balloonctl_stats_free(newer);
	}
}

static CU_TestInfo tests[] = {
	{ "another time, value or unknown statistic is another sample", test_same_sample },
	{ "looks come around the end of an interval, and together", test_looks },
	{ "the time between two samples is a number of intervals if one fits", test_elapsed },
	{ "a rate is exact, and rounded up", test_rates },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("rates", tests, argc, argv);
}
