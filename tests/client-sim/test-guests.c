/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Guests that do all right, on every QEMU: what they report is told to the last bit, and what they
 * don't report is told to be absent.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pair.h"

static const struct qemu {
	const char *profile, *version, *package;
	unsigned int known; /* statistics */
} qemus[] = {
	{ "7.2", "7.2.22", "Debian 1:7.2+dfsg-7+deb12u18+b3", 0x03ff },
	{ "10.0", "10.0.13", "Debian 1:10.0.13+ds-0+deb13u1", 0xffff },
	{ "11.1", "11.1.3", "Debian 1:11.1.3+ds-1", 0xffff },
};

/* B32, B33, B163, B174, B176 */
static const struct guest {
	const char *name;
	unsigned int sent, sent_first; /* statistics */
	bool is_there, answers, leaves_first_unset;
	bool counts_cache_twice; /* so that more may be available than there is (B174) */
} guests[] = {
	{ "linux", 0xffff, 0xffff, true, true, false },
	{ "linux-7.1", 0xffff, 0xffff, true, true, false },
	{ "linux-6.12", 0xffff, 0xffff, true, true, false },
	{ "linux-6.1", 0x03ff, 0x03ff, true, true, false },
	{ "linux-4.19", 0x007f, 0, true, true, true },
	{ "linux-no-hugetlb", 0xfcff, 0xfcff, true, true, false },
	{ "linux-no-counters", 0x00f0, 0x00f0, true, true, false },
	{ "windows", 0x03ff, 0, true, true, false, true },
	{ "windows-no-service", 0x03ff, 0, true, false, false },
	{ "none", 0, 0, false, false, false },
};

static void test_tables_are_complete(void)
{
	const char *at;
	unsigned int n;
	char word[64];

	n = 0;
	for (at = pair_get_option_values("profile"); pair_next_value(&at, word, sizeof(word)); n++)
		CU_ASSERT(n < ARRAY_SIZE(qemus) && expect_equal(word, qemus[n].profile));
	CU_ASSERT_EQUAL(n, ARRAY_SIZE(qemus));
	n = 0;
	for (at = pair_get_option_values("guest"); pair_next_value(&at, word, sizeof(word)); n++)
		CU_ASSERT(n < ARRAY_SIZE(guests) && expect_equal(word, guests[n].name));
	CU_ASSERT_EQUAL(n, ARRAY_SIZE(guests));
}

/* Every statistic is what the device has, and what the guest had at its last run. */
static void check_values(struct pair *pair, const struct qemu *qemu, unsigned int sent)
{
	struct balloonsim_guest *guest = balloonsim_machine_get_guest(pair->machine);
	struct balloonctl_stats *stats = pair_get_stats(pair);
	uint64_t told, raw, known;

	CU_ASSERT_EQUAL(pair_tell_present(stats), sent & qemu->known);
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown_count(stats), 0);
	for (int i = 0; i < balloonctl_stat_get_count(); i++) {
		enum balloonctl_stat stat = (enum balloonctl_stat)i;
		bool is_known = (qemu->known >> i & 1) != 0;

		CU_ASSERT_EQUAL(balloonctl_stats_has(stats, stat), is_known);
		CU_ASSERT_EQUAL(balloonctl_stats_get_raw(stats, stat, &raw),
				is_known ? 0 : -ENODATA);
		CU_ASSERT(!is_known ||
			  raw == balloonsim_machine_get_stat(pair->machine, (unsigned int)i));
		if ((sent & qemu->known) >> i & 1) {
			CU_ASSERT_EQUAL(balloonctl_stats_get(stats, stat, &told), 0);
			CU_ASSERT_EQUAL(told, raw);
			CU_ASSERT_TRUE(balloonsim_guest_get_stat(guest, (unsigned int)i, &known));
			CU_ASSERT_EQUAL(told, known);
		} else {
			CU_ASSERT_EQUAL(balloonctl_stats_get(stats, stat, &told), -ENODATA);
			CU_ASSERT(!is_known || raw == UINT64_MAX);
		}
	}
	balloonctl_stats_free(stats);
}

/* A good guest says nothing that can't be, with one exception. */
static void check_anomalies(struct pair *pair, const struct guest *guest)
{
	struct balloonctl_stats *stats = pair_get_stats(pair);
	uint64_t available = 0, total = 0;
	unsigned int expected = 0;

	balloonctl_stats_get(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, &available);
	balloonctl_stats_get(stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total);
	if (guest->counts_cache_twice && available > total)
		expected = BALLOONCTL_ANOMALY_AVAILABLE_ABOVE_TOTAL;
	CU_ASSERT_EQUAL(balloonctl_stats_get_anomalies(stats), expected);
	balloonctl_stats_free(stats);
}

static void check_guest(const struct qemu *qemu, const struct guest *guest, const char *workload)
{
	struct balloonctl_stats *stats;
	char options[200];
	struct pair pair;

	snprintf(options, sizeof(options), "profile=%s,guest=%s,workload=%s", qemu->profile,
		 guest->name, workload);
	pair_start(&pair, options);
	/* Before the driver. */
	CU_ASSERT_EQUAL(pair_get_update(&pair), 0);
	check_values(&pair, qemu, 0);
	/* One sample without any polling, and no second one (B52). */
	pair_advance_ms(&pair, 10000);
	CU_ASSERT_EQUAL(pair_get_update(&pair), guest->is_there ? 1 : 0);
	stats = pair_get_stats(&pair);
	CU_ASSERT(guest->leaves_first_unset ||
		  pair_tell_present(stats) == (guest->sent_first & qemu->known));
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 0);
	balloonctl_stats_free(stats);
	CU_ASSERT_EQUAL(pair_set_interval(&pair, 2), 0);
	for (int second = 10; second <= 40; second++) {
		CU_ASSERT(!guest->answers || pair_get_update(&pair) == second / 2 * 2);
		if (guest->answers && second % 2 == 0) {
			check_values(&pair, qemu, guest->sent);
			check_anomalies(&pair, guest);
		}
		pair_advance_ms(&pair, 1000);
	}
	if (!guest->answers) {
		CU_ASSERT_EQUAL(pair_get_update(&pair), guest->is_there ? 1 : 0);
		check_values(&pair, qemu, 0);
	}
	CU_ASSERT_EQUAL(pair_get_interval(&pair), 2);
	CU_ASSERT(expect_equal(pair_take_events(&pair), ""));
	pair_end(&pair);
}

static void test_guests(void)
{
	for (size_t q = 0; q < ARRAY_SIZE(qemus); q++)
		for (size_t g = 0; g < ARRAY_SIZE(guests); g++)
			check_guest(&qemus[q], &guests[g], "steady");
}

static void test_workloads(void)
{
	const char *at = pair_get_option_values("workload");
	char word[64];

	while (pair_next_value(&at, word, sizeof(word))) {
		check_guest(&qemus[2], &guests[0], word);
		check_guest(&qemus[0], &guests[7], word);
	}
}

/* ------------------------------------------------------------------------------------------------
 * Values, information
 */

static void test_exact_values(void)
{
	static const struct {
		uint64_t value;
		bool is_present, has_failed;
	} rows[] = {
		{ 0, true, false },
		{ 1, true, false },
		{ (UINT64_C(1) << 31) + 1, true, false },
		{ (UINT64_C(1) << 53) + 1, true, false },
		{ UINT64_C(1234567890123456789), true, false },
		{ INT64_MAX, true, false },
		{ (uint64_t)INT64_MAX + 1, false, true },
		{ UINT64_MAX - 4095, false, true },
		{ UINT64_MAX - 1, false, true },
		{ UINT64_MAX, false, false },
	};
	struct balloonctl_stats *stats;
	struct pair pair;
	uint64_t value;

	pair_start(&pair, "guest-stats-polling-interval=1");
	pair_advance_ms(&pair, 1000);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (unsigned int tag = 0; tag < 16; tag++)
			CU_ASSERT_EQUAL(balloonsim_guest_set_stat(balloonsim_machine_get_guest(
									  pair.machine),
								  tag, rows[i].value),
					0);
		pair_advance_ms(&pair, 1000);
		stats = pair_get_stats(&pair);
		for (int tag = 0; tag < 16; tag++) {
			enum balloonctl_stat stat = (enum balloonctl_stat)tag;

			CU_ASSERT_EQUAL(balloonctl_stats_get_raw(stats, stat, &value), 0);
			CU_ASSERT_EQUAL(value, rows[i].value);
			CU_ASSERT_EQUAL(balloonctl_stats_get(stats, stat, &value),
					rows[i].is_present ? 0 : -ENODATA);
			CU_ASSERT_EQUAL(value, rows[i].value);
		}
		CU_ASSERT_EQUAL(balloonctl_stats_get_anomalies(stats),
				rows[i].has_failed ? BALLOONCTL_ANOMALY_FAILED_VALUE : 0);
		balloonctl_stats_free(stats);
	}
	pair_end(&pair);
}

static void check_info(const struct qemu *qemu)
{
	const struct balloonctl_stats *stats;
	struct balloonctl_info *info;
	char options[200];
	struct pair pair;
	uint64_t bytes;
	int r;

	snprintf(options, sizeof(options),
		 "profile=%s,ram=2G,name=a \"web\" server,guest-stats-polling-interval=3",
		 qemu->profile);
	pair_start(&pair, options);
	pair_advance_ms(&pair, 5000);
	info = pair_get_info(&pair);
	CU_ASSERT(expect_equal(balloonctl_info_get_version(info), qemu->version));
	CU_ASSERT(expect_equal(balloonctl_info_get_package(info), qemu->package));
	CU_ASSERT(expect_equal(balloonctl_info_get_name(info), "a \"web\" server"));
	CU_ASSERT(expect_equal(balloonctl_info_get_status(info), "running"));
	CU_ASSERT_TRUE(balloonctl_info_is_running(info));
	CU_ASSERT_EQUAL(balloonctl_info_get_actual_bytes(info), 2048 * MIB);
	r = balloonctl_info_get_maximum_bytes(info, &bytes);
	CU_ASSERT(KNOWN_NO_MEMORY_SIZE ? r == -ENODATA : r == 0 && bytes == 2048 * MIB);
	stats = balloonctl_info_get_stats(info);
	CU_ASSERT_EQUAL(pair_tell_update(stats), 4);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 3);
	CU_ASSERT_EQUAL(pair_tell_present(stats), qemu->known);
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, &bytes), 0);
	CU_ASSERT_EQUAL(bytes, balloonsim_machine_get_stat(pair.machine, 4));
	balloonctl_info_free(info);
	CU_ASSERT(expect_equal(balloonctl_monitor_get_name(pair.monitor), "a \"web\" server"));
	pair_end(&pair);
}

static void test_info(void)
{
	struct pair pair;

	for (size_t q = 0; q < ARRAY_SIZE(qemus); q++)
		check_info(&qemus[q]);
	pair_start(&pair, "");
	pair_advance_ms(&pair, 2000);
	pair_get_update(&pair);
	CU_ASSERT_PTR_NULL(balloonctl_monitor_get_name(pair.monitor));
	pair_end(&pair);
}

/* Another connection, which has nothing but the host's clock to go by. */
static struct balloonctl_stats *look_again(struct pair *pair)
{
	pair_leave(pair);
	pair_start_connect(pair);
	return pair_get_stats(pair);
}

/* The age is by this host's clock at first, so here the machine's has to be near it. */
static void test_age(void)
{
	static const int ahead[] = { 3, 1000000 };
	struct balloonctl_stats *stats;
	struct pair pair;
	uint64_t age = 0;

	pair_start(&pair, "");
	stats = pair_get_stats(&pair);
	CU_ASSERT_EQUAL(balloonctl_stats_get_age_seconds(stats, &age), -ENODATA);
	balloonctl_stats_free(stats);
	CU_ASSERT_EQUAL(balloonsim_machine_set_wall_us(pair.machine,
						       ((int64_t)time(NULL) - 100) * 1000000),
			0);
	pair_advance_ms(&pair, 1000);
	stats = look_again(&pair);
	CU_ASSERT_EQUAL(balloonctl_stats_get_age_seconds(stats, &age), 0);
	CU_ASSERT(age >= 99 && age < 1000);
	balloonctl_stats_free(stats);
	/* A clock that is ahead of ours tells no age. */
	for (size_t i = 0; i < ARRAY_SIZE(ahead); i++) {
		int64_t then = (int64_t)time(NULL) + 1000 + ahead[i];

		CU_ASSERT_EQUAL(balloonsim_machine_set_wall_us(pair.machine, then * 1000000), 0);
		pair_set_interval(&pair, 0);
		pair_set_interval(&pair, 1);
		stats = look_again(&pair);
		CU_ASSERT_EQUAL(balloonctl_stats_get_last_update(stats), then);
		CU_ASSERT_EQUAL(balloonctl_stats_get_age_seconds(stats, &age), -ENODATA);
		CU_ASSERT_EQUAL(balloonctl_stats_get_freshness(stats),
				BALLOONCTL_FRESHNESS_UNKNOWN);
		balloonctl_stats_free(stats);
	}
	pair_end(&pair);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "every guest and QEMU of the simulator is described here",
		  test_tables_are_complete },
		{ "each guest on each QEMU tells what its driver sends and QEMU knows",
		  test_guests },
		{ "what the guest does with its memory comes through", test_workloads },
		{ "64 bits arrive as they were sent, and the upper half is absent",
		  test_exact_values },
		{ "information is of this VM and this moment", test_info },
		{ "the age is by the host's clock and never negative", test_age },
		CU_TEST_INFO_NULL,
	};

	return suite_run("client-sim guests", tests, argc, argv);
}
