/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes as people write them, made bytes. */
#include <errno.h>

#include "suite.h"
#include "wish.h"

#define MIB UINT64_C(1048576)
#define GIB (1024 * MIB)

/* 0: it is refused, as it is for the number 0. */
static uint64_t get(const char *text, uint64_t actual, uint64_t maximum)
{
	struct wish wish;
	uint64_t bytes = 1;

	CU_ASSERT_EQUAL_FATAL(wish_parse(text, &wish), 0);
	return wish_get_bytes(&wish, actual, maximum, &bytes) < 0 ? UINT64_MAX : bytes;
}

static void test_absolute(void)
{
	CU_ASSERT_EQUAL(get("512M", GIB, 2 * GIB), 512 * MIB);
	CU_ASSERT_EQUAL(get("0", GIB, 2 * GIB), 0);
	CU_ASSERT_EQUAL(get("9223372036854775807", GIB, 2 * GIB), INT64_MAX);
}

static void test_relative(void)
{
	CU_ASSERT_EQUAL(get("+512M", GIB, 4 * GIB), 1536 * MIB);
	CU_ASSERT_EQUAL(get("-512M", GIB, 4 * GIB), 512 * MIB);
	CU_ASSERT_EQUAL(get("+5", GIB, 4 * GIB), GIB + 5);
	CU_ASSERT_EQUAL(get("-1G", GIB, 4 * GIB), 0);
	CU_ASSERT_EQUAL(get("-2G", GIB, 4 * GIB), 0);
	CU_ASSERT_EQUAL(get("+9223372036854775807", 1, GIB), UINT64_MAX);
	CU_ASSERT_EQUAL(get("+9223372036854775806", 1, GIB), INT64_MAX);
}

static void test_percent(void)
{
	CU_ASSERT_EQUAL(get("50%", 1, 4 * GIB), 2 * GIB);
	CU_ASSERT_EQUAL(get("+10%", 1000, 4 * GIB), 1100);
	CU_ASSERT_EQUAL(get("-10%", 1000, 4 * GIB), 900);
	CU_ASSERT_EQUAL(get("-12.5%", 1000, 4 * GIB), 875);
	CU_ASSERT_EQUAL(get("33.33%", 1, 10001), 3333);
	CU_ASSERT_EQUAL(get("99.99%", 1, 20001), 19998);
	CU_ASSERT_EQUAL(get("100%", 1, INT64_MAX), INT64_MAX);
	CU_ASSERT_EQUAL(get("101%", 1, INT64_MAX), UINT64_MAX);
	CU_ASSERT_EQUAL(get("-184467440737095516%", INT64_MAX, 1), 0);
	CU_ASSERT_EQUAL(get("+184467440737095516%", INT64_MAX, 1), UINT64_MAX);
}

static void test_none(void)
{
	static const char *const wrong[] = { "",    "+",  "-",   "%",   "+%", "--5", "+-5",
					     "5%%", "%5", "5M%", "5%M", "x",  "-x" };
	struct wish wish;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CU_ASSERT_EQUAL(wish_parse(wrong[i], &wish), -EINVAL);
	CU_ASSERT_EQUAL(wish_parse("9223372036854775808", &wish), -ERANGE);
	CU_ASSERT_EQUAL(wish_parse("-8E", &wish), -ERANGE);
	CU_ASSERT_EQUAL(wish_parse("184467440737095517%", &wish), -ERANGE);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "a size stands for itself", test_absolute },
		{ "more and less start from what there is now", test_relative },
		{ "percentages are of what there is or of the machine, rounded down",
		  test_percent },
		{ "what is no size is refused", test_none },
		CU_TEST_INFO_NULL,
	};

	return suite_run("wish", tests, argc, argv);
}
