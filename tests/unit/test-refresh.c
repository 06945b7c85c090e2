/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The plan of a refresh, look by look. */
#include "client/refresh.h"

#include "base/util.h"
#include "suite.h"

/* The second in which the tests begin, and what is left of it. */
#define SECOND  INT64_C(1790000000)
#define CLOCK   (SECOND * 1000 + 300)
#define LEFT_MS 700

static struct refresh_look make_look(int64_t now_ms, int64_t last_update, uint64_t digest)
{
	return (struct refresh_look){ .now_ms = now_ms,
				      .clock_ms = CLOCK + now_ms,
				      .last_update = last_update,
				      .digest = digest,
				      .age_ms = -1,
				      .interval = 5 };
}

static enum refresh_step look(struct refresh *refresh, int64_t now_ms, int64_t last_update,
			      uint64_t digest, int64_t *ret_at_ms)
{
	struct refresh_look look = make_look(now_ms, last_update, digest);

	return refresh_look(refresh, &look, ret_at_ms);
}

/* A refresh that has looked at a sample and asked, at 0. */
static void ask(struct refresh *refresh, int64_t last_update)
{
	int64_t at_ms = -1;

	refresh_begin(refresh, 0, 5000);
	CU_ASSERT_EQUAL(look(refresh, 0, last_update, 1, &at_ms), REFRESH_ASK);
	CU_ASSERT_EQUAL(at_ms, 0);
	CU_ASSERT_EQUAL(refresh_asked(refresh, 5, 0, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(at_ms, 4);
}

static void test_moved(void)
{
	struct refresh refresh;
	int64_t at_ms;

	ask(&refresh, SECOND - 10);
	CU_ASSERT_EQUAL(look(&refresh, 4, SECOND - 10, 1, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(at_ms, 12);
	CU_ASSERT_EQUAL(look(&refresh, 12, SECOND, 1, &at_ms), REFRESH_DONE);
	ask(&refresh, SECOND);
	/* In the same second, but another one. */
	CU_ASSERT_EQUAL(look(&refresh, 4, SECOND, 2, &at_ms), REFRESH_DONE);
	ask(&refresh, SECOND);
	/* The clock was set. */
	CU_ASSERT_EQUAL(look(&refresh, 4, SECOND - 1000, 1, &at_ms), REFRESH_DONE);
	ask(&refresh, 0);
	CU_ASSERT_EQUAL(look(&refresh, 4, 0, 1, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(look(&refresh, 12, SECOND, 1, &at_ms), REFRESH_DONE);
}

/* An answer that looks like the sample before does not show before the second is over. */
static void test_same_second(void)
{
	struct refresh refresh;
	int64_t now_ms = 4, at_ms;

	ask(&refresh, SECOND);
	while (look(&refresh, now_ms, SECOND, 1, &at_ms) == REFRESH_LOOK) {
		CU_ASSERT_FATAL(at_ms > now_ms && at_ms <= LEFT_MS + 10);
		now_ms = at_ms;
	}
	CU_ASSERT_EQUAL(now_ms, LEFT_MS + 10);
	CU_ASSERT_EQUAL(refresh_asked(&refresh, 5, now_ms, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(look(&refresh, at_ms, SECOND + 1, 1, &at_ms), REFRESH_DONE);
}

static void test_silent(void)
{
	struct refresh refresh;
	unsigned int looks = 1, asked = 1;
	int64_t now_ms = 4, at_ms;
	enum refresh_step step;

	ask(&refresh, SECOND - 10);
	while ((step = look(&refresh, now_ms, SECOND - 10, 1, &at_ms)) != REFRESH_FAILED) {
		looks++;
		if (step == REFRESH_ASK) {
			CU_ASSERT_EQUAL(at_ms, now_ms);
			CU_ASSERT_EQUAL(refresh_asked(&refresh, 5, now_ms, &at_ms), REFRESH_LOOK);
			asked++;
		}
		CU_ASSERT_FATAL(at_ms > now_ms && at_ms <= now_ms + 250 && at_ms <= 5000);
		now_ms = at_ms;
	}
	CU_ASSERT_EQUAL(now_ms, 5000);
	/* 0, 1, 2, 4 s; and few looks. */
	CU_ASSERT_EQUAL(asked, 4);
	CU_ASSERT(looks < 50);
	/* An answer in the last moment is one. */
	ask(&refresh, SECOND - 10);
	CU_ASSERT_EQUAL(look(&refresh, 5000, SECOND + 5, 1, &at_ms), REFRESH_DONE);
}

static void test_max_age(void)
{
	static const struct {
		uint32_t max_age;
		int64_t age_ms;
		bool is_bygone;
		enum refresh_step step;
	} rows[] = {
		{ 0, 0, false, REFRESH_ASK },
		{ 1, 1000, false, REFRESH_DONE },
		{ 1, 1001, false, REFRESH_ASK },
		{ 1, -1, false, REFRESH_ASK },
		{ 1, 0, true, REFRESH_ASK },
		{ UINT32_MAX, 4294967295000, false, REFRESH_DONE },
		{ UINT32_MAX, -1, false, REFRESH_ASK },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct refresh_look at = make_look(0, SECOND, 1);
		struct refresh refresh;
		int64_t at_ms;

		at.age_ms = rows[i].age_ms;
		at.is_bygone = rows[i].is_bygone;
		refresh_begin(&refresh, rows[i].max_age, 5000);
		CU_ASSERT_EQUAL(refresh_look(&refresh, &at, &at_ms), rows[i].step);
		/* A sample that was never taken has no age. */
		at.last_update = 0;
		refresh_begin(&refresh, rows[i].max_age, 5000);
		CU_ASSERT_EQUAL(refresh_look(&refresh, &at, &at_ms), REFRESH_ASK);
	}
}

static void test_paused(void)
{
	struct refresh_look at = make_look(0, SECOND, 1);
	struct refresh refresh;
	int64_t at_ms;

	at.is_paused = true;
	refresh_begin(&refresh, 0, 5000);
	CU_ASSERT_EQUAL(refresh_look(&refresh, &at, &at_ms), REFRESH_FAILED);
	/* Paused while it is waited for, it may go on. */
	ask(&refresh, SECOND - 10);
	at = make_look(1200, SECOND - 10, 1);
	at.is_paused = true;
	CU_ASSERT_EQUAL(refresh_look(&refresh, &at, &at_ms), REFRESH_LOOK);
	CU_ASSERT(at_ms > 1200 && at_ms <= 1450);
	/* What shows then may be from before the pause: ask again. */
	at = make_look(1300, SECOND + 1, 2);
	at.n_resumes = 1;
	CU_ASSERT_EQUAL(refresh_look(&refresh, &at, &at_ms), REFRESH_ASK);
	CU_ASSERT_EQUAL(refresh_asked(&refresh, 5, 1300, &at_ms), REFRESH_LOOK);
	at = make_look(1304, SECOND + 1, 2);
	at.n_resumes = 1;
	CU_ASSERT_EQUAL(refresh_look(&refresh, &at, &at_ms), REFRESH_LOOK);
	at.digest = 3;
	CU_ASSERT_EQUAL(refresh_look(&refresh, &at, &at_ms), REFRESH_DONE);
	/* Not even in the last moment. */
	ask(&refresh, SECOND - 10);
	at = make_look(5000, SECOND + 1, 2);
	at.n_resumes = 1;
	CU_ASSERT_EQUAL(refresh_look(&refresh, &at, &at_ms), REFRESH_FAILED);
}

/* A reset takes the sample away; the new guest's first one is an answer. */
static void test_reset(void)
{
	struct refresh refresh;
	int64_t at_ms;

	ask(&refresh, SECOND);
	CU_ASSERT_EQUAL(look(&refresh, 4, 0, 0, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(look(&refresh, 12, SECOND, 1, &at_ms), REFRESH_DONE);
}

static enum refresh_step look_at_interval(struct refresh *refresh, int64_t now_ms,
					  uint32_t interval, int64_t *ret_at_ms)
{
	struct refresh_look at = make_look(now_ms, SECOND, 1);

	at.interval = interval;
	return refresh_look(refresh, &at, ret_at_ms);
}

static void test_somebody_else(void)
{
	struct refresh refresh;
	int64_t at_ms = -1;

	refresh_begin(&refresh, 0, 5000);
	CU_ASSERT_EQUAL(look(&refresh, 0, SECOND, 1, &at_ms), REFRESH_ASK);
	CU_ASSERT_EQUAL(refresh.interval, 5);
	/* 7 came between; 5 was written over it, and is what we find next. */
	CU_ASSERT_EQUAL(refresh_asked(&refresh, 7, 2, &at_ms), REFRESH_ASK);
	CU_ASSERT_EQUAL(at_ms, 2);
	CU_ASSERT_EQUAL(refresh.interval, 7);
	CU_ASSERT_EQUAL(refresh_asked(&refresh, 5, 3, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(refresh.interval, 7);
	/* Changed between two questions, it is found so and stays so. */
	CU_ASSERT_EQUAL(look_at_interval(&refresh, 20, 9, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(refresh.interval, 9);
	CU_ASSERT_EQUAL(refresh_asked(&refresh, 9, 21, &at_ms), REFRESH_LOOK);
	/* Two that write all the time do not go on for ever. */
	CU_ASSERT_EQUAL(refresh_asked(&refresh, 1, 22, &at_ms), REFRESH_ASK);
	CU_ASSERT_EQUAL(refresh_asked(&refresh, 2, 23, &at_ms), REFRESH_ASK);
	CU_ASSERT_EQUAL(refresh_asked(&refresh, 3, 24, &at_ms), REFRESH_LOOK);
}

static void test_switched_off(void)
{
	struct refresh refresh;
	int64_t at_ms;

	ask(&refresh, SECOND);
	CU_ASSERT_EQUAL(look_at_interval(&refresh, 20, 0, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(refresh.interval, 5);
	CU_ASSERT_EQUAL(look_at_interval(&refresh, 30, 0, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(refresh.interval, 0);
	/* Nor is it switched on by a question that is due. */
	ask(&refresh, SECOND);
	CU_ASSERT_EQUAL(look_at_interval(&refresh, 1200, 0, &at_ms), REFRESH_LOOK);
	CU_ASSERT(at_ms > 1200 && at_ms < 1300);
	CU_ASSERT_EQUAL(look_at_interval(&refresh, at_ms, 0, &at_ms), REFRESH_ASK);
	CU_ASSERT_EQUAL(refresh.interval, 0);
}

/* Both write the same in the end, whoever is the last. */
static void test_another_refresh(void)
{
	struct refresh refresh;
	int64_t at_ms;

	/* Found by the first look, ... */
	refresh_begin(&refresh, 0, 5000);
	CU_ASSERT_EQUAL(look_at_interval(&refresh, 0, 0, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(at_ms, 4);
	CU_ASSERT_EQUAL(look_at_interval(&refresh, 4, 5, &at_ms), REFRESH_ASK);
	CU_ASSERT_EQUAL(refresh.interval, 5);
	/* ... by the question, ... */
	CU_ASSERT_EQUAL(refresh_asked(&refresh, 0, 5, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(refresh.interval, 5);
	/* ... by a later look. */
	CU_ASSERT_EQUAL(look_at_interval(&refresh, 9, 0, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(look_at_interval(&refresh, 20, 5, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(look_at_interval(&refresh, 1200, 5, &at_ms), REFRESH_ASK);
	CU_ASSERT_EQUAL(refresh.interval, 5);
	/* There may be no time to look twice. */
	refresh_begin(&refresh, 0, 5000);
	CU_ASSERT_EQUAL(look_at_interval(&refresh, 4999, 0, &at_ms), REFRESH_LOOK);
	CU_ASSERT_EQUAL(at_ms, 5000);
	refresh_begin(&refresh, 0, 5000);
	CU_ASSERT_EQUAL(look_at_interval(&refresh, 5000, 0, &at_ms), REFRESH_FAILED);
}

static CU_TestInfo tests[] = {
	{ "a sample that differs from the one before the question is new", test_moved },
	{ "an answer hidden in the same second is asked for again", test_same_second },
	{ "a silent guest is waited for until the deadline", test_silent },
	{ "a sample that is young enough will do", test_max_age },
	{ "a VM that is paused can't answer", test_paused },
	{ "a reset takes the sample away", test_reset },
	{ "an interval that somebody else has set stays", test_somebody_else },
	{ "polling that somebody else has switched off stays off", test_switched_off },
	{ "another refresh at the same time changes nothing", test_another_refresh },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("refresh", tests, argc, argv);
}
