/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The timetable of a fleet: phases, pauses, and when the polling interval is read. */
#include "base/util.h"
#include "client/pace.h"
#include "suite.h"

static void test_spread(void)
{
	static const unsigned int intervals[] = { 1000, 10000, 7, 1, 86400000 };

	for (size_t i = 0; i < ARRAY_SIZE(intervals); i++) {
		unsigned int quarters[4] = { 0 };

		for (uint32_t number = 0; number < 1000; number++) {
			unsigned int phase = pace_get_phase(number, intervals[i]);

			CU_ASSERT_FATAL(phase < intervals[i]);
			quarters[(uint64_t)phase * 4 / intervals[i]]++;
		}
		if (intervals[i] < 100)
			continue;
		for (size_t quarter = 0; quarter < 4; quarter++)
			CU_ASSERT(quarters[quarter] >= 240 && quarters[quarter] <= 260);
	}
	/* The second starts far from the first. */
	CU_ASSERT(pace_get_phase(1, 1000) - pace_get_phase(0, 1000) > 300);
}

static void test_steps(void)
{
	bool is_used[1000] = { false };
	unsigned int steps = 0;

	for (uint32_t number = 0; number < 10000; number++)
		is_used[pace_get_phase(number, 1000)] = true;
	for (size_t i = 0; i < ARRAY_SIZE(is_used); i++)
		steps += is_used[i];
	CU_ASSERT_EQUAL(steps, 100);
}

static void test_next(void)
{
	CU_ASSERT_EQUAL(pace_next(0, 1000, 5000), 5000);
	CU_ASSERT_EQUAL(pace_next(0, 1000, 5001), 6000);
	CU_ASSERT_EQUAL(pace_next(300, 1000, 5000), 5300);
	CU_ASSERT_EQUAL(pace_next(300, 1000, 5300), 5300);
	CU_ASSERT_EQUAL(pace_next(300, 1000, 5301), 6300);
	CU_ASSERT_EQUAL(pace_next(0, 1, 77), 77);
}

static void test_pauses(void)
{
	static const struct {
		unsigned int failures, longest;
	} rows[] = {
		{ 1, 1000 },  { 2, 2000 },  { 3, 4000 },
		{ 6, 32000 }, { 7, 60000 }, { 4000000, 60000 },
	};
	uint64_t seed = 1, same = 1;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned int shortest = UINT32_MAX, longest = 0;

		for (int n = 0; n < 1000; n++) {
			unsigned int pause = pace_get_pause(rows[i].failures, 1000, 60000, &seed);

			CU_ASSERT_EQUAL_FATAL(pause,
					      pace_get_pause(rows[i].failures, 1000, 60000, &same));
			shortest = MIN(shortest, pause);
			longest = MAX(longest, pause);
		}
		CU_ASSERT(longest <= rows[i].longest && longest > rows[i].longest * 98 / 100);
		CU_ASSERT(shortest >= rows[i].longest * 3 / 4 &&
			  shortest < rows[i].longest * 77 / 100);
	}
	CU_ASSERT_EQUAL(pace_get_pause(9, 1, 1, &seed), 1);
}

static void test_interval_is_read(void)
{
	struct pace_polling polling = { 0 };
	int64_t now = 1000000;

	/* With the first sample. */
	CU_ASSERT_TRUE(pace_wants_interval(&polling, now));
	pace_add_sample(&polling, 500, now);
	pace_add_interval(&polling, 3, now);
	CU_ASSERT_FALSE(pace_wants_interval(&polling, now));
	/* While last-update moves, with every 60th. */
	for (int n = 1; n < PACE_CHECK_EVERY; n++) {
		CU_ASSERT_FALSE(pace_wants_interval(&polling, now));
		pace_add_sample(&polling, 500 + n, now += 1000);
	}
	CU_ASSERT_TRUE(pace_wants_interval(&polling, now));
	pace_add_sample(&polling, 1000, now += 1000);
	pace_add_interval(&polling, 3, now);
	/* When it has stood still for two intervals and two seconds, and as long after that. */
	CU_ASSERT_FALSE(pace_wants_interval(&polling, now + 7999));
	CU_ASSERT_TRUE(pace_wants_interval(&polling, now += 8000));
	pace_add_sample(&polling, 1000, now);
	pace_add_interval(&polling, 3, now);
	CU_ASSERT_FALSE(pace_wants_interval(&polling, now + 7999));
	CU_ASSERT_TRUE(pace_wants_interval(&polling, now + 8000));
	/* With polling off nothing is to be expected. */
	pace_add_interval(&polling, 0, now);
	CU_ASSERT_FALSE(pace_wants_interval(&polling, now + 1000000));
}

static CU_TestInfo tests[] = {
	{ "starts are spread over the interval", test_spread },
	{ "many starts share a hundred steps", test_steps },
	{ "a sweep comes at its place in each interval", test_next },
	{ "pauses double up to the longest, and differ by chance", test_pauses },
	{ "the polling interval is read when there is reason to", test_interval_is_read },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("pace", tests, argc, argv);
}
