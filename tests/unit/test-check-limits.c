/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits of `check`: both sides of each, and what is none. */
#include <balloonctl.h>
#include <errno.h>
#include <string.h>

#include "check-limits.h"
#include "suite.h"

static struct check_limits parse(const char *warning, const char *critical)
{
	struct check_limits limits;
	const char *word;
	size_t len;

	check_limits_init(&limits);
	CU_ASSERT_EQUAL_FATAL(check_limits_parse(limits.warning, warning, &word, &len), 0);
	CU_ASSERT_EQUAL_FATAL(check_limits_parse(limits.critical, critical, &word, &len), 0);
	return limits;
}

static enum check_state judge(const struct check_limits *limits, enum check_measure measure,
			      uint64_t value)
{
	uint64_t limit;

	return check_limits_judge(limits, measure, value, &limit);
}

static void test_usual(void)
{
	struct check_limits limits;

	check_limits_init(&limits);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_AVAILABLE, 1000), CHECK_OK);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_AVAILABLE, 999), CHECK_WARNING);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_AVAILABLE, 500), CHECK_WARNING);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_AVAILABLE, 499), CHECK_CRITICAL);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_SWAP, 1048576), CHECK_OK);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_SWAP, 1048577), CHECK_WARNING);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_SWAP, 10485761), CHECK_CRITICAL);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_PRESSURE, BALLOONCTL_PRESSURE_NONE), CHECK_OK);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_PRESSURE, BALLOONCTL_PRESSURE_UNLIKELY), CHECK_OK);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_PRESSURE, BALLOONCTL_PRESSURE_LIKELY), CHECK_WARNING);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_PRESSURE, BALLOONCTL_PRESSURE_GLOBAL), CHECK_WARNING);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_PRESSURE, BALLOONCTL_PRESSURE_THRASHING),
			CHECK_CRITICAL);
	CU_ASSERT_FALSE(check_limits_has(&limits, CHECK_AGE));
	CU_ASSERT_EQUAL(judge(&limits, CHECK_AGE, UINT64_MAX), CHECK_OK);
}

static void test_given(void)
{
	struct check_limits limits =
		parse("available:12.5,age:30,swap:off", "available:off,age:60");

	CU_ASSERT_EQUAL(judge(&limits, CHECK_AVAILABLE, 1250), CHECK_OK);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_AVAILABLE, 0), CHECK_WARNING);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_AGE, 30), CHECK_OK);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_AGE, 31), CHECK_WARNING);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_AGE, 61), CHECK_CRITICAL);
	CU_ASSERT_TRUE(check_limits_has(&limits, CHECK_SWAP));
	CU_ASSERT_EQUAL(judge(&limits, CHECK_SWAP, 2097152), CHECK_OK);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_SWAP, 20971520), CHECK_CRITICAL);
	limits = parse("available:100%", "available:0%,pressure:critical");
	CU_ASSERT_EQUAL(judge(&limits, CHECK_AVAILABLE, 10000), CHECK_OK);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_AVAILABLE, 0), CHECK_WARNING);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_PRESSURE, BALLOONCTL_PRESSURE_THRASHING),
			CHECK_WARNING);
	CU_ASSERT_EQUAL(judge(&limits, CHECK_PRESSURE, BALLOONCTL_PRESSURE_CRITICAL),
			CHECK_CRITICAL);
}

static void test_none(void)
{
	static const char *const wrong[] = { "",
					     "available",
					     "available:",
					     "available:%",
					     "available:101%",
					     "available:-1",
					     "swap:x",
					     "age:1.5",
					     "age:-1",
					     "pressure:none",
					     "pressure:5",
					     "pressure:unknown",
					     "memory:5",
					     "availables:5",
					     "available=5",
					     "swap:5%" };
	struct check_limits limits;
	const char *word;
	size_t len;

	check_limits_init(&limits);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CU_ASSERT_EQUAL(check_limits_parse(limits.warning, wrong[i], &word, &len), -EINVAL);
		CU_ASSERT_PTR_EQUAL(word, wrong[i]);
		CU_ASSERT_EQUAL(len, strlen(wrong[i]));
	}
	CU_ASSERT_EQUAL(check_limits_parse(limits.warning, "age:5,x:1,age:6", &word, &len),
			-EINVAL);
	CU_ASSERT_NSTRING_EQUAL(word, "x:1", len);
	CU_ASSERT_EQUAL(len, 3);
	CU_ASSERT_EQUAL(check_limits_parse(limits.warning, "age:5,", &word, &len), -EINVAL);
	CU_ASSERT_EQUAL(len, 0);
}

static void test_worse(void)
{
	CU_ASSERT_EQUAL(check_get_worse(CHECK_OK, CHECK_UNKNOWN), CHECK_UNKNOWN);
	CU_ASSERT_EQUAL(check_get_worse(CHECK_UNKNOWN, CHECK_WARNING), CHECK_WARNING);
	CU_ASSERT_EQUAL(check_get_worse(CHECK_CRITICAL, CHECK_UNKNOWN), CHECK_CRITICAL);
	CU_ASSERT_EQUAL(check_get_worse(CHECK_OK, CHECK_OK), CHECK_OK);
}

static void test_share(void)
{
	CU_ASSERT_EQUAL(check_get_share(0, 1), 0);
	CU_ASSERT_EQUAL(check_get_share(1, 1), 10000);
	CU_ASSERT_EQUAL(check_get_share(1, 3), 3333);
	CU_ASSERT_EQUAL(check_get_share(INT64_MAX, INT64_MAX), 10000);
	CU_ASSERT_EQUAL(check_get_share(INT64_MAX / 2, INT64_MAX), 4999);
	CU_ASSERT_EQUAL(check_get_share(UINT64_MAX, UINT64_MAX), 10000);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "the usual limits hold on both sides", test_usual },
		{ "a limit that is given replaces the usual one", test_given },
		{ "what is no limit is refused and pointed at", test_none },
		{ "unknown is worse than OK and less than a warning", test_worse },
		{ "a share is exact for any size", test_share },
		CU_TEST_INFO_NULL,
	};

	return suite_run("check-limits", tests, argc, argv);
}
