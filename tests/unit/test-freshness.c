/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verdict as a table, and what a connection remembers for it. */
#include "client/freshness.h"

#include <string.h>

#include "base/util.h"
#include "suite.h"

#define NO FRESHNESS_NOT_KNOWN

/* The host's clock when the other is 0, and a sample from then. */
#define EPOCH_S  INT64_C(1790000000)
#define EPOCH_MS (EPOCH_S * 1000)

static void test_verdicts(void)
{
	static const struct {
		const char *verdict;
		struct freshness_facts facts;
	} rows[] = {
		/* last-update, interval, paused, demanded, bygone, age, quiet */
		{ "never", { 0, 5, false, false, false, NO, NO } },
		{ "never", { 0, 0, true, true, true, NO, NO } },
		{ "fresh", { 1, 0, false, true, false, NO, NO } },
		{ "fresh", { 1, 5, true, true, true, 99999, 99999 } },
		{ "off", { 1, 0, false, false, false, 0, NO } },
		{ "off", { 1, 0, true, false, true, 99999, 99999 } },
		{ "paused", { 1, 5, true, false, false, 0, NO } },
		{ "paused", { 1, 5, true, false, false, 99999, 99999 } },
		{ "fresh", { 1, 5, false, false, false, 0, NO } },
		{ "fresh", { 1, 5, false, false, false, 7000, NO } },
		{ "fresh", { 1, 5, false, false, false, 0, 99999 } },
		{ "stale", { 1, 5, false, false, false, 7001, NO } },
		{ "stale", { 1, 5, false, false, true, 0, NO } },
		{ "stale", { 1, 5, false, false, false, 15000, NO } },
		{ "silent", { 1, 5, false, false, false, 15001, NO } },
		{ "silent", { 1, 5, false, false, false, 15001, 15001 } },
		{ "silent", { 1, 5, false, false, true, 15001, 15001 } },
		/* It has only just been asked, or has only just gone on. */
		{ "stale", { 1, 5, false, false, false, 15001, 15000 } },
		{ "stale", { 1, 5, false, false, false, INT64_MAX, 0 } },
		/* The clock of its host tells nothing. */
		{ "unknown", { 1, 5, false, false, false, NO, NO } },
		{ "unknown", { 1, 5, false, false, false, NO, 7000 } },
		{ "stale", { 1, 5, false, false, false, NO, 7001 } },
		{ "silent", { 1, 5, false, false, false, NO, 15001 } },
		{ "stale", { 1, 5, false, false, true, NO, 0 } },
		/* 4,294,967,295 s are 136 years. */
		{ "fresh", { 1, UINT32_MAX, false, false, false, 99999999999, NO } },
		{ "fresh", { INT64_MAX, UINT32_MAX, false, false, false, 4294967297000, NO } },
		{ "stale", { 1, UINT32_MAX, false, false, false, 4294967297001, NO } },
		{ "silent", { 1, UINT32_MAX, false, false, false, 8589934595001, NO } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *verdict =
			balloonctl_freshness_get_name(freshness_judge(&rows[i].facts));

		CU_ASSERT_STRING_EQUAL(verdict, rows[i].verdict);
	}
}

static void test_words(void)
{
	for (int i = BALLOONCTL_FRESHNESS_UNKNOWN; i <= BALLOONCTL_FRESHNESS_SILENT; i++) {
		enum balloonctl_freshness verdict = (enum balloonctl_freshness)i;

		CU_ASSERT_PTR_NOT_NULL(balloonctl_freshness_get_name(verdict));
		CU_ASSERT_PTR_NOT_NULL(balloonctl_freshness_get_meaning(verdict));
	}
	CU_ASSERT_PTR_NULL(balloonctl_freshness_get_name((enum balloonctl_freshness)7));
	CU_ASSERT_PTR_NULL(balloonctl_freshness_get_meaning((enum balloonctl_freshness)(-1)));
}

/* A connection in a table: what happens, and the verdict and age of the look after it. */
struct event {
	int64_t now_s, clock_s; /* of both clocks, since EPOCH */
	int64_t update_s;       /* since EPOCH; INT64_MIN: last-update is 0 */
	int value;
	uint32_t interval;
	const char *what; /* "resume", "migrate", "reset", "pause", "demand" or "" */
	const char *verdict;
	int64_t age_ms;
};

static void play(bool is_comparable, const struct event *events, size_t n)
{
	struct freshness freshness;
	struct freshness_facts facts;

	freshness_begin(&freshness, is_comparable, 0, EPOCH_MS);
	for (size_t i = 0; i < n; i++) {
		const struct event *event = &events[i];
		const struct freshness_look look = {
			.now_ms = event->now_s * 1000,
			.clock_ms = EPOCH_MS + event->clock_s * 1000,
			.last_update = event->update_s == INT64_MIN ? 0 : EPOCH_S + event->update_s,
			.digest = (uint64_t)event->value,
			.interval = event->interval,
			.is_paused = string_equal(event->what, "pause"),
			.is_demanded = string_equal(event->what, "demand"),
		};

		if (string_equal(event->what, "resume") || string_equal(event->what, "migrate"))
			freshness_resume(&freshness, string_equal(event->what, "migrate"),
					 look.now_ms);
		if (string_equal(event->what, "reset"))
			freshness_reset(&freshness, look.now_ms);
		freshness_look(&freshness, &look, &facts);
		CU_ASSERT_STRING_EQUAL(balloonctl_freshness_get_name(freshness_judge(&facts)),
				       event->verdict);
		CU_ASSERT_EQUAL(facts.age_ms, event->age_ms);
	}
}

static void test_first_look(void)
{
	static const struct event rows[] = {
		{ 0, 0, 0, 1, 5, "", "fresh", 0 },
		{ 0, 0, -7, 1, 5, "", "fresh", 7000 },
		{ 0, 0, -8, 1, 5, "", "stale", 8000 },
		{ 0, 0, -16, 1, 5, "", "silent", 16000 },
		{ 0, 0, INT64_MIN, 1, 5, "", "never", NO },
		{ 3, 3, -2, 1, 5, "", "fresh", 5000 },
		/* A sample from the future, by a second at most. */
		{ 0, 0, 1, 1, 5, "", "fresh", 0 },
		{ 0, 0, 2, 1, 5, "", "unknown", NO },
		/* The clock was set between the connection and the look. */
		{ 3, 5, 4, 1, 5, "", "unknown", NO },
		{ 3, 1, 1, 1, 5, "", "unknown", NO },
		{ 3, 4, 3, 1, 5, "", "fresh", 1000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		play(true, &rows[i], 1);
}

static void test_another_host(void)
{
	static const struct event rows[] = {
		{ 0, 0, 0, 1, 5, "", "unknown", NO },
		{ 7, 7, 0, 1, 5, "", "unknown", NO },
		{ 8, 8, 0, 1, 5, "", "stale", NO },
		{ 16, 16, 0, 1, 5, "", "silent", NO },
		/* It has come since we looked, whatever its clock says. */
		{ 20, 20, 99999, 1, 5, "", "fresh", 4000 },
		{ 22, 22, 99999, 1, 5, "", "fresh", 6000 },
		/* ... but when? */
		{ 40, 40, -99999, 1, 5, "", "unknown", NO },
		{ 45, 45, 0, 1, 5, "", "fresh", 5000 },
	};

	play(false, rows, ARRAY_SIZE(rows));
}

static void test_clock_steps(void)
{
	static const struct event live[] = {
		{ 0, 0, 0, 1, 5, "", "fresh", 0 },
		{ 5, 100000, 100000, 1, 5, "", "fresh", 5000 },
		{ 7, 100002, 100000, 1, 5, "", "fresh", 7000 },
		/* Back to the very second of the sample before: other values are another sample. */
		{ 12, 100000, 100000, 2, 5, "", "fresh", 5000 },
		{ 17, -100000, -100001, 2, 5, "", "fresh", 5000 },
		{ 22, -99995, -99996, 2, 5, "", "fresh", 1000 },
		/* Looked at seldom, its age is not known in the look after the clock was set. */
		{ 40, 0, -1, 2, 5, "", "unknown", NO },
		{ 60, 20, 19, 2, 5, "", "fresh", 1000 },
	};
	/* By as little as is not noticed: no sample is older than the look before it. */
	static const struct event nudged[] = {
		{ 0, 0, 0, 1, 5, "", "fresh", 0 },
		{ 1, 2, 0, 2, 5, "", "fresh", 1000 },
	};
	static const struct event silent[] = {
		{ 0, 0, 0, 1, 5, "", "fresh", 0 },
		{ 7, 0, 0, 1, 5, "", "fresh", 7000 },
		{ 8, -1000, 0, 1, 5, "", "stale", 8000 },
		{ 16, 0, 0, 1, 5, "", "silent", 16000 },
	};
	static const struct event unmoved[] = {
		{ 0, 0, 0, 1, 5, "", "fresh", 0 },
		{ 1, 100000, 0, 1, 5, "", "fresh", 1000 },
		{ 5, -100000, 0, 1, 5, "", "fresh", 5000 },
	};

	play(true, live, ARRAY_SIZE(live));
	play(true, nudged, ARRAY_SIZE(nudged));
	play(true, silent, ARRAY_SIZE(silent));
	play(true, unmoved, ARRAY_SIZE(unmoved));
}

static void test_why_it_is_late(void)
{
	static const struct event resumed[] = {
		{ 0, 0, 0, 1, 5, "", "fresh", 0 },
		{ 100, 100, 0, 1, 5, "pause", "paused", 100000 },
		{ 101, 101, 0, 1, 5, "resume", "stale", 101000 },
		{ 116, 116, 0, 1, 5, "", "stale", 116000 },
		{ 117, 117, 0, 1, 5, "", "silent", 117000 },
	};
	static const struct event enabled[] = {
		{ 0, 0, -500, 1, 0, "", "off", 500000 },
		{ 1, 1, -500, 1, 5, "", "stale", 501000 },
		{ 16, 16, -500, 1, 5, "", "stale", 516000 },
		{ 17, 17, -500, 1, 5, "", "silent", 517000 },
		{ 18, 18, -500, 1, 30, "", "stale", 518000 },
	};
	static const struct event demanded[] = {
		{ 0, 0, -500, 1, 0, "", "off", 500000 },
		{ 1, 1, 1, 1, 0, "demand", "fresh", 0 },
		{ 2, 2, 1, 1, 0, "", "off", 1000 },
	};

	play(true, resumed, ARRAY_SIZE(resumed));
	play(true, enabled, ARRAY_SIZE(enabled));
	play(true, demanded, ARRAY_SIZE(demanded));
}

static void test_other_guests(void)
{
	/* Up to 9.x a reset leaves the old guest's sample, later it is taken away. */
	static const struct event left[] = {
		{ 0, 0, 0, 1, 5, "", "fresh", 0 },
		{ 1, 1, 0, 1, 5, "reset", "stale", 1000 },
		/* This one may be from the moment before. */
		{ 4, 4, 3, 2, 5, "", "stale", 1000 },
		{ 9, 9, 8, 2, 5, "", "fresh", 1000 },
	};
	static const struct event taken[] = {
		{ 0, 0, 0, 1, 5, "", "fresh", 0 },
		{ 1, 1, INT64_MIN, 0, 5, "reset", "never", NO },
		{ 4, 4, 3, 2, 5, "", "fresh", 1000 },
	};
	/* The destination reads the source's last buffer when it goes on. */
	static const struct event migrated[] = {
		{ 0, 0, INT64_MIN, 0, 5, "pause", "never", NO },
		{ 1, 1, 1, 1, 5, "migrate", "stale", 0 },
		{ 3, 3, 1, 1, 5, "", "stale", 2000 },
		{ 6, 6, 6, 2, 5, "", "fresh", 0 },
	};

	play(true, left, ARRAY_SIZE(left));
	play(true, taken, ARRAY_SIZE(taken));
	play(true, migrated, ARRAY_SIZE(migrated));
}

static CU_TestInfo tests[] = {
	{ "a verdict is a function of the facts", test_verdicts },
	{ "every verdict has its words", test_words },
	{ "a first look relies on the host's clock", test_first_look },
	{ "another host's clock does not count", test_another_host },
	{ "setting the clock makes no live guest silent", test_clock_steps },
	{ "a guest has its time after a pause and a change of the interval", test_why_it_is_late },
	{ "a sample of another guest is not fresh", test_other_guests },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("freshness", tests, argc, argv);
}
