/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a balloon has arrived and when it never will, on a clock that is stepped; and its bar. */
#include <stdlib.h>
#include <string.h>

#include "follow.h"
#include "suite.h"

#define MIB INT64_C(1048576)
#define GIB (1024 * MIB)

enum {
	START_MS = 1000000,
};

static void test_reached_within_a_page(void)
{
	struct follow follow;

	follow_begin(&follow, START_MS, GIB, (uint64_t)(512 * MIB));
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 1, 512 * MIB + 4097), FOLLOW_MOVING);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 2, 512 * MIB + 4096), FOLLOW_REACHED);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 3, 512 * MIB - 4096), FOLLOW_REACHED);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 4, 512 * MIB - 4097), FOLLOW_MOVING);
}

static void test_near_is_reached_when_still(void)
{
	struct follow follow;

	follow_begin(&follow, START_MS, GIB, (uint64_t)(524 * MIB));
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 1000, 529 * MIB), FOLLOW_MOVING);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 2999, 529 * MIB), FOLLOW_MOVING);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 3000, 529 * MIB), FOLLOW_REACHED);

	/* It moves, or is not near. */
	follow_begin(&follow, START_MS, GIB, (uint64_t)(524 * MIB));
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 1000, 529 * MIB), FOLLOW_MOVING);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 3000, 529 * MIB - 1), FOLLOW_MOVING);
	follow_begin(&follow, START_MS, GIB, (uint64_t)(524 * MIB));
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 1000, 529 * MIB + 1), FOLLOW_MOVING);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 3000, 529 * MIB + 1), FOLLOW_MOVING);
}

/* What is near is a part of the way: 8 MiB are less than 1 % of what the guest keeps. */
static void test_a_short_way_is_gone_too(void)
{
	struct follow follow;

	follow_begin(&follow, START_MS, GIB, (uint64_t)(GIB - 8 * MIB));
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 9999, GIB), FOLLOW_MOVING);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 10000, GIB), FOLLOW_STALLED);
	follow_begin(&follow, START_MS, GIB, (uint64_t)(GIB - 8 * MIB));
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 1000, GIB - 4 * MIB), FOLLOW_MOVING);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 11000, GIB - 4 * MIB), FOLLOW_STALLED);

	/* A large page away from it, there is no nearer. */
	follow_begin(&follow, START_MS, GIB, (uint64_t)(GIB - 65536));
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 2000, GIB), FOLLOW_REACHED);
	follow_begin(&follow, START_MS, GIB, (uint64_t)(GIB - 65537));
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 2000, GIB), FOLLOW_MOVING);
}

static void test_never_moved_is_stalled(void)
{
	struct follow follow;

	follow_begin(&follow, START_MS, GIB, (uint64_t)(512 * MIB));
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 9999, GIB), FOLLOW_MOVING);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 10000, GIB), FOLLOW_STALLED);
	CU_ASSERT_FALSE(follow_has_begun(&follow));
	CU_ASSERT_EQUAL(follow_get_rate(&follow), 0);
}

static void test_each_step_nearer_counts(void)
{
	struct follow follow;

	follow_begin(&follow, START_MS, GIB, (uint64_t)(512 * MIB));
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 9999, GIB - 4096), FOLLOW_MOVING);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 19998, GIB - 8192), FOLLOW_MOVING);
	CU_ASSERT_TRUE(follow_has_begun(&follow));
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 29998, GIB - 8192), FOLLOW_STALLED);
}

static void test_to_and_fro_is_no_progress(void)
{
	struct follow follow;

	follow_begin(&follow, START_MS, GIB, (uint64_t)(512 * MIB));
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 1000, GIB - 10 * MIB), FOLLOW_MOVING);
	for (int i = 2; i < 11; i++)
		CU_ASSERT_EQUAL(follow_look(&follow, START_MS + i * 1000,
					    GIB - (i % 2 ? 10 : 5) * MIB),
				FOLLOW_MOVING);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 11000, GIB - 5 * MIB), FOLLOW_STALLED);
}

static void test_upwards_and_from_a_lie(void)
{
	struct follow follow;

	follow_begin(&follow, START_MS, 512 * MIB, (uint64_t)GIB);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 2000, 612 * MIB), FOLLOW_MOVING);
	CU_ASSERT_EQUAL(follow_get_rate(&follow), 50 * MIB);
	CU_ASSERT_EQUAL(follow_get_distance(&follow), 412 * MIB);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 4000, GIB), FOLLOW_REACHED);

	follow_begin(&follow, START_MS, INT64_MIN, INT64_MAX);
	CU_ASSERT_EQUAL(follow_get_distance(&follow), UINT64_MAX);
	CU_ASSERT_EQUAL(follow_look(&follow, START_MS + 1, INT64_MAX), FOLLOW_REACHED);
	CU_ASSERT_EQUAL(follow_get_rate(&follow), UINT64_MAX / 1 * 1000);
}

static void check_bar(const struct follow *follow, size_t width, const char *expected)
{
	struct buffer out = { 0 };
	char *text;

	follow_append_bar(&out, follow, width);
	text = buffer_steal(&out);
	CU_ASSERT_STRING_EQUAL(text, expected);
	free(text);
}

static void test_bar(void)
{
	struct follow follow;

	follow_begin(&follow, START_MS, 100, 0);
	check_bar(&follow, 12, "[..........]");
	check_bar(&follow, 9, "");
	follow_look(&follow, START_MS + 1, 45);
	check_bar(&follow, 12, "[#####.....]");
	check_bar(&follow, 22, "[###########.........]");
	follow_look(&follow, START_MS + 2, 0);
	check_bar(&follow, 12, "[##########]");
	follow_look(&follow, START_MS + 3, 200);
	check_bar(&follow, 12, "[..........]");
	follow_begin(&follow, START_MS, 100, 100);
	check_bar(&follow, 12, "[##########]");
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "a target is reached within a page on either side", test_reached_within_a_page },
		{ "within 1 % of the way it is reached when it has been still for 2 s",
		  test_near_is_reached_when_still },
		{ "a balloon that goes none of a short way, or half, has stalled",
		  test_a_short_way_is_gone_too },
		{ "a balloon that never moved has stalled after 10 s",
		  test_never_moved_is_stalled },
		{ "each step nearer gives it 10 s more", test_each_step_nearer_counts },
		{ "moving to and fro is no progress", test_to_and_fro_is_no_progress },
		{ "rates and distances hold upwards and for any number",
		  test_upwards_and_from_a_lie },
		{ "the bar is filled as far as the balloon has come", test_bar },
		CU_TEST_INFO_NULL,
	};

	return suite_run("follow", tests, argc, argv);
}
