/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every fault that a guest can have, and what the user of the client is told. No fault of a guest
 * is an error anywhere: each call succeeds, and what is wrong can be seen in statistics that are
 * missing, in values that can't be, in a last-update that stands still, and in a balloon that does
 * not go where it should. A fault without a row fails the test.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pair.h"

static const char *const profiles[] = { "7.2", "10.0", "11.1" };

enum {
	POLLED_FROM = 2, /* seconds of the machine */
	POLLED_TO = 9,
	LATE = 5, /* when a fault comes late */

	ALL = 0xffff,
	TEN = 0x03ff, /* those that QEMU 7.2 knows */
	NONE = 0,
	NO_SWAP = 0xfffc,
	FIRST_THREE = 0x0007,
};

/* last-update with the one sample of the driver's loading, and then while it is polled each second,
 * in seconds of the machine. */
#define EVERY "1 | 2 3 4 5 6 7 8 9"
#define FIRST "1 | 1 1 1 1 1 1 1 1"
#define NEVER "0 | 0 0 0 0 0 0 0 0"
/* ... when the fault comes at 5 s. A driver that is loaded then is loaded at 6 s. */
#define STOPS "1 | 2 3 4 4 4 4 4 4"
#define AGAIN "1 | 2 3 4 4 6 7 8 9"

/* BALLOON_CHANGE when 512 MiB of 1024 are wanted: the guest goes in steps of 1 MiB, of which QEMU
 * tells one at once and the latest a second later. */
#define HALVED "BALLOON_CHANGE=1023 BALLOON_CHANGE=512"

#define AVAILABLE "available memory exceeds total memory"
#define FREE      "free memory exceeds total memory"
#define FAILED    "the guest failed to read a value"

static const struct row {
	const char *fault;
	const char *profile;  /* NULL: all that have no row of their own */
	const char *updates;  /* last-update, with the fault from the beginning */
	unsigned int present; /* the statistics that are told in the end; of 16 */
	const char *anomalies;
	int64_t actual_mib; /* 5 s after 512 MiB were asked for */
	const char *events;
	const char *late_updates; /* the same with the fault from 5 s on */
	unsigned int late_present;
	bool is_broken; /* the device, which no client can see */
	bool is_lie;    /* what is told is not what the guest knows */
} rows[] = {
	/* clang-format off */
	/* With a driver that isn't there, or gave up, nobody is: the last sample of an earlier one stays
	 * (B59). */
	{ "no-driver", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL },
	{ "failed-probe", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL },
	/* The balloon works; statistics have no queue, or one that is never asked (B47, B115). */
	{ "no-stats-vq", NULL, NEVER, NONE, "", 512, HALVED, STOPS, ALL },
	{ "no-features-ok", NULL, FIRST, ALL, "", 512, HALVED, "1 | 2 3 4 4 6 6 6 6", ALL },
	/* QEMU 7.2 ignores the size, keeps its own of 128 and finds the driver's event index where it
	 * isn't: one answer, then no interrupt (B107). On 10.0 its own size is the driver's. */
	{ "huge-queue", "7.2", "1 | 2 2 2 2 2 2 2 2", ALL, "", 512, HALVED, "1 | 2 3 4 4 6 7 7 7", ALL },
	{ "huge-queue", "10.0", EVERY, ALL, "", 512, HALVED, AGAIN, ALL },
	{ "huge-queue", "11.1", NEVER, NONE, "", 1024, "", STOPS, ALL, .is_broken = true },
	{ "desc-past-end", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL, .is_broken = true },
	{ "avail-past-end", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL, .is_broken = true },
	{ "used-past-end", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL, .is_broken = true },
	{ "uninitialised-first-buffer", NULL, EVERY, ALL, "", 512, HALVED, AGAIN, ALL },

	{ "never-answers", NULL, FIRST, ALL, "", 512, HALVED, STOPS, ALL },
	{ "answers-late", NULL, "1 | 1 1 1 1 1 7 7 7", ALL, "", 512, HALVED, STOPS, ALL },
	{ "hangs-after-one", NULL, "1 | 2 2 2 2 2 2 2 2", ALL, "", 512, HALVED, STOPS, ALL },
	/* A driver that starts over blows its balloon up again from nothing, each time (B57, B58). */
	{ "reset-while-owing", NULL, "1 | 1 3 3 5 5 7 7 9", ALL, "", 1023,
	  HALVED " " HALVED " BALLOON_CHANGE=1023", "1 | 2 3 4 4 6 6 8 8", ALL },

	/* The rows of B55. */
	{ "short-buffer", NULL, EVERY, FIRST_THREE, "", 512, HALVED, EVERY, FIRST_THREE },
	{ "odd-length", NULL, EVERY, ALL, "", 512, HALVED, EVERY, ALL },
	{ "tiny-buffer", NULL, EVERY, NONE, "", 512, HALVED, EVERY, NONE },
	{ "empty-buffer", NULL, EVERY, NONE, "", 512, HALVED, EVERY, NONE },
	{ "huge-buffer", NULL, EVERY, ALL, "", 512, HALVED, EVERY, ALL },
	{ "split-buffer", NULL, EVERY, ALL, "", 512, HALVED, EVERY, ALL },
	{ "indirect-buffer", NULL, EVERY, ALL, "", 512, HALVED, EVERY, ALL },
	{ "unknown-tags", NULL, EVERY, ALL, "", 512, HALVED, EVERY, ALL },
	{ "repeated-tags", NULL, EVERY, ALL, "", 512, HALVED, EVERY, ALL },
	/* From 10.0 on DRIVER_OK kicks once more (B63): the second buffer drives the first one out, which
	 * the guest takes for a request, and so on without anybody asking; until polling asks as well,
	 * two requests become one interrupt, and there is no third. */
	{ "two-buffers", "7.2", EVERY, ALL, "", 512, HALVED, EVERY, ALL },
	{ "two-buffers", NULL, "2 | 2 2 2 2 2 2 2 2", ALL, "", 512, HALVED, EVERY, ALL },
	{ "wild-index", "7.2", EVERY, ALL, "", 512, HALVED, EVERY, ALL },
	{ "wild-index", NULL, "2 | 2 2 2 2 2 2 2 2", ALL, "", 512, HALVED, EVERY, ALL },
	/* ... and finds the first buffer, which 7.2 has not been told of. */
	{ "no-kick", "7.2", NEVER, NONE, "", 512, HALVED, STOPS, ALL },
	{ "no-kick", NULL, FIRST, ALL, "", 512, HALVED, STOPS, ALL },

	{ "huge-values", NULL, EVERY, NONE, FAILED, 512, HALVED, EVERY, NONE },
	{ "absent-values", NULL, EVERY, NONE, "", 512, HALVED, EVERY, NONE },
	{ "zero-values", NULL, EVERY, ALL, "", 512, HALVED, EVERY, ALL, .is_lie = true },
	{ "stale-values", NULL, EVERY, ALL, "", 512, HALVED, EVERY, ALL, .is_lie = true },
	{ "backward-counters", NULL, EVERY, ALL, "", 512, HALVED, EVERY, ALL, .is_lie = true },
	{ "failed-counters", NULL, EVERY, NO_SWAP, FAILED, 512, HALVED, EVERY, NO_SWAP },
	{ "available-above-total", NULL, EVERY, ALL, AVAILABLE, 512, HALVED, EVERY, ALL, .is_lie = true },
	{ "free-above-total", NULL, EVERY, ALL, FREE, 512, HALVED, EVERY, ALL, .is_lie = true },

	/* A broken device shows its last sample and says nothing; the balloon stands still with it
	 * (B118, B119). */
	{ "bad-head", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL, .is_broken = true },
	{ "bad-next", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL, .is_broken = true },
	{ "loop", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL, .is_broken = true },
	{ "zero-length", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL, .is_broken = true },
	{ "bad-order", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL, .is_broken = true },
	{ "bad-indirect", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL, .is_broken = true },
	{ "too-many-pieces", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL, .is_broken = true },
	{ "unmappable", NULL, NEVER, NONE, "", 1024, "", STOPS, ALL, .is_broken = true },
	/* The driver loads once more, for a ring of one entry; its first buffer is taken. */
	{ "size-exceeded", NULL, FIRST, ALL, "", 1024, "", "1 | 2 3 4 5 5 5 5 5", ALL, .is_broken = true },

	{ "refuses-inflation", NULL, EVERY, ALL, "", 1024, "", EVERY, ALL },
	{ "half-inflation", NULL, EVERY, ALL, "", 768,
	  "BALLOON_CHANGE=1023 BALLOON_CHANGE=768", EVERY, ALL },
	{ "slow-inflation", NULL, EVERY, ALL, "", 1018,
	  "BALLOON_CHANGE=1023 BALLOON_CHANGE=1022 BALLOON_CHANGE=1021 BALLOON_CHANGE=1020 "
	  "BALLOON_CHANGE=1019 BALLOON_CHANGE=1018", EVERY, ALL },
	{ "wild-pages", NULL, EVERY, ALL, "", 512, HALVED, EVERY, ALL },
	{ "silent-actual", NULL, EVERY, ALL, "", 1024, "", EVERY, ALL },
	{ "wild-actual", NULL, EVERY, ALL, "", -16776191, "BALLOON_CHANGE=-16776191", EVERY, ALL },

	/* These have 5 s as their own time. An empty balloon has nothing to give. */
	{ "deflates-by-itself", NULL, EVERY, ALL, "", 512, HALVED, EVERY, ALL },
	{ "reboots", NULL, AGAIN, ALL, "", 512, HALVED, AGAIN, ALL },
	{ "crashes", NULL, STOPS, ALL, "", 1024, "", STOPS, ALL },
	/* Two kicks a second begin the wait of a second again and again (B49). */
	{ "empty-kicks", NULL, "1 | 2 2 2 2 2 2 2 2", ALL, "", 512, HALVED, "1 | 2 3 4 5 5 5 5 5", ALL },
	/* clang-format on */
};

static const struct row *find_row(const char *fault, const char *profile)
{
	const struct row *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].fault, fault) != 0)
			continue;
		if (rows[i].profile != NULL && strcmp(rows[i].profile, profile) == 0)
			return &rows[i];
		if (rows[i].profile == NULL)
			found = &rows[i];
	}
	return found;
}

static int find_fault(const char *name)
{
	const char *other;

	for (int i = 0; (other = balloonsim_fault_get_name(i)) != NULL; i++)
		if (strcmp(other, name) == 0)
			return i;
	return -1;
}

static void test_table_is_complete(void)
{
	const char *name;

	for (int i = 0; (name = balloonsim_fault_get_name(i)) != NULL; i++) {
		for (size_t p = 0; p < ARRAY_SIZE(profiles); p++) {
			if (find_row(name, profiles[p]) != NULL)
				continue;
			fprintf(stderr, "\n%s: no row says what the client sees with QEMU %s\n",
				name, profiles[p]);
			CU_FAIL("a fault without a row");
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		CU_ASSERT(find_fault(rows[i].fault) >= 0);
}

/* The anomalies of a snapshot in words, with "; " between. */
static const char *tell_anomalies(const struct balloonctl_stats *stats, char *words, size_t size)
{
	unsigned int anomalies = balloonctl_stats_get_anomalies(stats);

	words[0] = '\0';
	for (unsigned int bit = 1; bit != 0 && bit <= anomalies; bit <<= 1) {
		const char *meaning =
			(anomalies & bit) == 0
				? NULL
				: balloonctl_anomaly_get_meaning((enum balloonctl_anomaly)bit);

		CU_ASSERT((anomalies & bit) == 0 || meaning != NULL);
		if (meaning == NULL)
			continue;
		if (words[0] != '\0')
			strncat(words, "; ", size - strlen(words) - 1);
		strncat(words, meaning, size - strlen(words) - 1);
	}
	return words;
}

static bool check(bool is_right, const char *what, const struct row *row, const char *options)
{
	if (!is_right)
		fprintf(stderr, "   %s of the row '%s', with %s\n", what, row->fault, options);
	CU_ASSERT_TRUE(is_right);
	return is_right;
}

static void check_present(const struct row *row, const char *options, unsigned int present,
			  unsigned int expected, const char *profile)
{
	if (strcmp(profile, "7.2") == 0)
		expected &= TEN;
	if (present != expected)
		fprintf(stderr, "\n   is: %04x\n not: %04x\n", present, expected);
	check(present == expected, "statistics present", row, options);
}

/* Poll each second; last-update as the rows have it. `ret` is the last snapshot. */
static const char *poll(struct pair *pair, char *updates, size_t size,
			struct balloonctl_stats **ret)
{
	struct balloonctl_stats *stats = NULL;
	size_t len;

	pair_advance_ms(pair, POLLED_FROM * 1000);
	len = (size_t)snprintf(updates, size, "%lld |", (long long)pair_get_update(pair));
	CU_ASSERT_EQUAL(pair_set_interval(pair, 1), 0);
	for (int second = POLLED_FROM; second <= POLLED_TO; second++) {
		if (second > POLLED_FROM)
			pair_advance_ms(pair, 1000);
		balloonctl_stats_free(stats);
		stats = pair_get_stats(pair);
		CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 1);
		len += (size_t)snprintf(updates + len, size - len, " %lld",
					(long long)pair_tell_update(stats));
		CU_ASSERT_FATAL(len < size);
	}
	*ret = stats;
	return updates;
}

static void check_size(struct pair *pair, const struct row *row, const char *options)
{
	int64_t actual;

	pair_advance_ms(pair, 1000);
	CU_ASSERT(expect_equal(pair_take_events(pair), ""));
	pair_set_target_mib(pair, 512);
	pair_advance_ms(pair, 5000);
	actual = pair_get_actual_mib(pair);
	if (actual != row->actual_mib)
		fprintf(stderr, "\n   is: %lld MiB\n", (long long)actual);
	check(actual == row->actual_mib, "actual size", row, options);
	check(expect_equal(pair_take_events(pair), row->events), "events", row, options);
}

static void check_from_the_beginning(const struct row *row, const char *profile)
{
	struct balloonctl_stats *stats;
	char options[200], words[400];
	struct pair pair;

	snprintf(options, sizeof(options), "profile=%s,fault=%s", profile, row->fault);
	pair_start(&pair, options);
	check(expect_equal(poll(&pair, words, sizeof(words), &stats), row->updates), "last-update",
	      row, options);
	check_present(row, options, pair_tell_present(stats), row->present, profile);
	check(expect_equal(tell_anomalies(stats, words, sizeof(words)), row->anomalies),
	      "anomalies", row, options);
	check(pair_is_honest(&pair, stats) != row->is_lie || strcmp(row->updates, EVERY) != 0,
	      "honesty", row, options);
	balloonctl_stats_free(stats);
	check_size(&pair, row, options);
	check(balloonsim_machine_is_broken(pair.machine) == row->is_broken, "broken device", row,
	      options);
	CU_ASSERT(expect_equal(
		balloonctl_error_get_message(balloonctl_monitor_get_error(pair.monitor)), ""));
	pair_end(&pair);
}

static bool strikes_at_load(const char *fault)
{
	return find_fault(fault) <= find_fault("uninitialised-first-buffer");
}

static void check_late(const struct row *row, const char *profile)
{
	struct balloonctl_stats *stats;
	char options[200], words[400];
	struct pair pair;

	snprintf(options, sizeof(options), "profile=%s,fault=%s@%ds%s", profile, row->fault, LATE,
		 strikes_at_load(row->fault) ? "+reboots@5s" : "");
	pair_start(&pair, options);
	check(expect_equal(poll(&pair, words, sizeof(words), &stats), row->late_updates),
	      "last-update", row, options);
	check_present(row, options, pair_tell_present(stats), row->late_present, profile);
	check(expect_equal(tell_anomalies(stats, words, sizeof(words)), row->anomalies),
	      "anomalies", row, options);
	balloonctl_stats_free(stats);
	pair_end(&pair);
	/* Just before, all is well. */
	pair_start(&pair, options);
	pair_advance_ms(&pair, 2000);
	pair_set_interval(&pair, 1);
	pair_advance_ms(&pair, 2999);
	stats = pair_get_stats(&pair);
	CU_ASSERT_EQUAL(pair_tell_update(stats), 4);
	check_present(row, options, pair_tell_present(stats), ALL, profile);
	CU_ASSERT_EQUAL(balloonctl_stats_get_anomalies(stats), 0);
	CU_ASSERT(pair_is_honest(&pair, stats) || strcmp(row->fault, "stale-values") == 0);
	CU_ASSERT_FALSE(balloonsim_machine_is_broken(pair.machine));
	balloonctl_stats_free(stats);
	pair_end(&pair);
}

static void for_all(void (*check_row)(const struct row *row, const char *profile))
{
	const char *name;

	for (int i = 0; (name = balloonsim_fault_get_name(i)) != NULL; i++)
		for (size_t p = 0; p < ARRAY_SIZE(profiles); p++)
			if (find_row(name, profiles[p]) != NULL)
				check_row(find_row(name, profiles[p]), profiles[p]);
}

static void test_from_the_beginning(void)
{
	for_all(check_from_the_beginning);
}

static void test_late(void)
{
	for_all(check_late);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "every fault has a row for every QEMU", test_table_is_complete },
		{ "a fault from the beginning", test_from_the_beginning },
		{ "a fault from a time on, and nothing before", test_late },
		CU_TEST_INFO_NULL,
	};

	return suite_run("client-sim faults", tests, argc, argv);
}
