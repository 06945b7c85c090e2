/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The snapshot: present and absent, exact and impossible values, and documents that are none. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "client/stats.h"
#include "scarce.h"
#include "suite.h"

static int decode_json(const char *text, struct balloonctl_stats **ret)
{
	struct json *json = NULL;
	int r;

	CU_ASSERT_EQUAL_FATAL(json_parse(text, strlen(text), &json), 0);
	r = stats_decode(json, ret);
	json_free(json);
	return r;
}

static struct balloonctl_stats *decode(const char *text)
{
	struct balloonctl_stats *stats = NULL;

	CU_ASSERT_EQUAL_FATAL(decode_json(text, &stats), 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(stats);
	return stats;
}

/* One statistic of a document that holds nothing else. */
static struct balloonctl_stats *decode_one(const char *value)
{
	char text[256];

	snprintf(text, sizeof(text), "{\"stats\": {\"stat-free-memory\": %s}, \"last-update\": 1}",
		 value);
	return decode(text);
}

static void assert_value(const struct balloonctl_stats *stats, enum balloonctl_stat stat,
			 uint64_t expected)
{
	uint64_t value = ~expected;

	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, stat, &value), 0);
	CU_ASSERT_EQUAL(value, expected);
}

static void assert_absent(const struct balloonctl_stats *stats, enum balloonctl_stat stat)
{
	uint64_t value = 77;

	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, stat, &value), -ENODATA);
	CU_ASSERT_EQUAL(value, 77);
}

/* In the order of QEMU 7.2, each value telling its tag. */
static const char ten[] =
	"{\"stats\": {\"stat-htlb-pgalloc\": 1008, \"stat-swap-out\": 1001, "
	"\"stat-available-memory\": 1006, \"stat-htlb-pgfail\": 1009, \"stat-free-memory\": 1004, "
	"\"stat-minor-faults\": 1003, \"stat-major-faults\": 1002, \"stat-total-memory\": 2005, "
	"\"stat-swap-in\": 1000, \"stat-disk-caches\": 1007}, \"last-update\": 1790000000}";

/* And of QEMU 10.0. */
static const char sixteen[] =
	"{\"stats\": {\"stat-htlb-pgalloc\": 1008, \"stat-swap-out\": 1001, "
	"\"stat-alloc-stalls\": 1011, \"stat-available-memory\": 1006, "
	"\"stat-direct-reclaims\": 1015, \"stat-direct-scans\": 1013, \"stat-htlb-pgfail\": 1009, "
	"\"stat-free-memory\": 1004, \"stat-minor-faults\": 1003, \"stat-major-faults\": 1002, "
	"\"stat-total-memory\": 2005, \"stat-oom-kills\": 1010, \"stat-async-reclaims\": 1014, "
	"\"stat-swap-in\": 1000, \"stat-async-scans\": 1012, \"stat-disk-caches\": 1007}, "
	"\"last-update\": 1790000000}";

static void assert_tags(const struct balloonctl_stats *stats, int count)
{
	for (int i = 0; i < 16; i++) {
		enum balloonctl_stat stat = (enum balloonctl_stat)i;

		CU_ASSERT_EQUAL(balloonctl_stats_has(stats, stat), i < count);
		if (i < count)
			assert_value(stats, stat,
				     (stat == BALLOONCTL_STAT_TOTAL_MEMORY ? 2000u : 1000u) +
					     (uint64_t)i);
		else
			assert_absent(stats, stat);
	}
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown_count(stats), 0);
	CU_ASSERT_EQUAL(balloonctl_stats_get_anomalies(stats), 0);
	CU_ASSERT_EQUAL(balloonctl_stats_get_last_update(stats), 1790000000);
}

static void test_ten(void)
{
	struct balloonctl_stats *stats = decode(ten);

	assert_tags(stats, 10);
	balloonctl_stats_free(stats);
}

static void test_sixteen(void)
{
	struct balloonctl_stats *stats = decode(sixteen);

	assert_tags(stats, 16);
	balloonctl_stats_free(stats);
}

static void test_absent(void)
{
	static const struct {
		const char *text;
		uint64_t raw;
	} rows[] = {
		{ "18446744073709551615", UINT64_MAX },
		{ "-1", UINT64_MAX },
		{ "18446744073709551614", UINT64_MAX - 1 },
		{ "-2", UINT64_MAX - 1 },
		{ "9223372036854775808", (uint64_t)1 << 63 },
		{ "-9223372036854775808", (uint64_t)1 << 63 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_stats *stats = decode_one(rows[i].text);
		uint64_t raw = 77;

		CU_ASSERT(balloonctl_stats_has(stats, BALLOONCTL_STAT_FREE_MEMORY));
		assert_absent(stats, BALLOONCTL_STAT_FREE_MEMORY);
		CU_ASSERT_EQUAL(balloonctl_stats_get_raw(stats, BALLOONCTL_STAT_FREE_MEMORY, &raw),
				0);
		CU_ASSERT_EQUAL(raw, rows[i].raw);
		CU_ASSERT_EQUAL(balloonctl_stats_get_anomalies(stats),
				raw == UINT64_MAX ? 0u : BALLOONCTL_ANOMALY_FAILED_VALUE);
		balloonctl_stats_free(stats);
	}
}

static void test_exact(void)
{
	static const struct {
		const char *text;
		uint64_t value;
	} rows[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "2147483648", 2147483648 },
		{ "9007199254740993", 9007199254740993 },
		{ "9223372036854775807", INT64_MAX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_stats *stats = decode_one(rows[i].text);
		uint64_t raw = 77;

		assert_value(stats, BALLOONCTL_STAT_FREE_MEMORY, rows[i].value);
		CU_ASSERT_EQUAL(balloonctl_stats_get_raw(stats, BALLOONCTL_STAT_FREE_MEMORY, &raw),
				0);
		CU_ASSERT_EQUAL(raw, rows[i].value);
		CU_ASSERT_EQUAL(balloonctl_stats_get_anomalies(stats), 0);
		balloonctl_stats_free(stats);
	}
}

static void test_stats_that_qemu_does_not_know(void)
{
	struct balloonctl_stats *stats = decode_one("5");
	uint64_t raw = 77;

	CU_ASSERT_FALSE(balloonctl_stats_has(stats, BALLOONCTL_STAT_SWAP_IN));
	CU_ASSERT_FALSE(balloonctl_stats_has(stats, (enum balloonctl_stat)16));
	CU_ASSERT_FALSE(balloonctl_stats_has(stats, (enum balloonctl_stat) - 1));
	CU_ASSERT_FALSE(balloonctl_stats_has(stats, (enum balloonctl_stat)36));
	CU_ASSERT_EQUAL(balloonctl_stats_get_raw(stats, BALLOONCTL_STAT_SWAP_IN, &raw), -ENODATA);
	CU_ASSERT_EQUAL(balloonctl_stats_get_raw(stats, (enum balloonctl_stat)16, &raw), -ENODATA);
	CU_ASSERT_EQUAL(balloonctl_stats_get(stats, (enum balloonctl_stat) - 1, &raw), -ENODATA);
	CU_ASSERT_EQUAL(raw, 77);
	balloonctl_stats_free(stats);
}

static void test_unknown(void)
{
	struct balloonctl_stats *stats =
		decode("{\"last-update\": 1, \"later\": [], \"stats\": {\"stat-zebra\": 5, "
		       "\"stat-free-memory\": 6, \"free-memory\": 7, \"stat-\": -1, \"\": 8, "
		       "\"Stat-free-memory\": 9223372036854775808}}");
	static const char *const keys[] = { "stat-zebra", "free-memory", "stat-", "",
					    "Stat-free-memory" };
	uint64_t value = 77;

	assert_value(stats, BALLOONCTL_STAT_FREE_MEMORY, 6);
	CU_ASSERT_EQUAL_FATAL(balloonctl_stats_get_unknown_count(stats), ARRAY_SIZE(keys));
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		CU_ASSERT_STRING_EQUAL(balloonctl_stats_get_unknown_key(stats, i), keys[i]);
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown(stats, 2, &value), -ENODATA);
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown(stats, 4, &value), -ENODATA);
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown(stats, 5, &value), -ENODATA);
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown(stats, SIZE_MAX, &value), -ENODATA);
	CU_ASSERT_EQUAL(value, 77);
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown(stats, 0, &value), 0);
	CU_ASSERT_EQUAL(value, 5);
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown(stats, 1, &value), 0);
	CU_ASSERT_EQUAL(value, 7);
	CU_ASSERT_PTR_NULL(balloonctl_stats_get_unknown_key(stats, 5));
	balloonctl_stats_free(stats);
}

/* A document with `count` statistics that the table does not know. */
static char *unknown_document(uint64_t count)
{
	struct buf text = { 0 };

	buf_append_string(&text, "{\"last-update\": 1, \"stats\": {\"stat-x\": 0");
	for (uint64_t i = 1; i < count; i++) {
		buf_append_string(&text, ", \"stat-x");
		buf_append_u64(&text, i);
		buf_append_string(&text, "\": ");
		buf_append_u64(&text, i);
	}
	buf_append_string(&text, "}}");
	return buf_steal(&text);
}

static void test_many_unknown(void)
{
	char *text = unknown_document(256);
	struct balloonctl_stats *stats = decode(text);
	uint64_t value;

	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown_count(stats), 256);
	CU_ASSERT_STRING_EQUAL(balloonctl_stats_get_unknown_key(stats, 255), "stat-x255");
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown(stats, 255, &value), 0);
	CU_ASSERT_EQUAL(value, 255);
	balloonctl_stats_free(stats);
	free(text);
}

static void test_too_many_unknown(void)
{
	char *text = unknown_document(256 + 16 + 1);
	struct balloonctl_stats *stats = NULL;

	CU_ASSERT_EQUAL(decode_json(text, &stats), -EPROTO);
	CU_ASSERT_PTR_NULL(stats);
	free(text);
}

static void test_unknown_of_another_shape(void)
{
	struct balloonctl_stats *stats = decode(
		"{\"stats\": {\"stat-later\": 1.5, \"stat-zebra\": []}, \"last-update\": 1}");
	uint64_t value;

	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown_count(stats), 2);
	CU_ASSERT_STRING_EQUAL(balloonctl_stats_get_unknown_key(stats, 0), "stat-later");
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown(stats, 0, &value), -ENODATA);
	CU_ASSERT_STRING_EQUAL(balloonctl_stats_get_unknown_key(stats, 1), "stat-zebra");
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown(stats, 1, &value), -ENODATA);
	balloonctl_stats_free(stats);
}

static void test_none_at_all(void)
{
	struct balloonctl_stats *stats = decode("{\"stats\": {}, \"last-update\": 0}");

	for (int i = 0; i < 16; i++)
		CU_ASSERT_FALSE(balloonctl_stats_has(stats, (enum balloonctl_stat)i));
	CU_ASSERT_EQUAL(balloonctl_stats_get_unknown_count(stats), 0);
	CU_ASSERT_EQUAL(balloonctl_stats_get_anomalies(stats), 0);
	balloonctl_stats_free(stats);
}

static void test_anomalies(void)
{
	static const struct {
		const char *members;
		unsigned int anomalies;
	} rows[] = {
		{ "\"stat-total-memory\": 10, \"stat-available-memory\": 10, "
		  "\"stat-free-memory\": 10, \"stat-disk-caches\": 10",
		  0 },
		{ "\"stat-total-memory\": 10, \"stat-available-memory\": 11",
		  BALLOONCTL_ANOMALY_AVAILABLE_ABOVE_TOTAL },
		{ "\"stat-free-memory\": 11, \"stat-total-memory\": 10",
		  BALLOONCTL_ANOMALY_FREE_ABOVE_TOTAL },
		{ "\"stat-total-memory\": 10, \"stat-disk-caches\": 11",
		  BALLOONCTL_ANOMALY_CACHES_ABOVE_TOTAL },
		{ "\"stat-total-memory\": 0, \"stat-available-memory\": 1, "
		  "\"stat-free-memory\": 1, \"stat-disk-caches\": 1, \"stat-swap-in\": -2",
		  BALLOONCTL_ANOMALY_AVAILABLE_ABOVE_TOTAL | BALLOONCTL_ANOMALY_FREE_ABOVE_TOTAL |
			  BALLOONCTL_ANOMALY_CACHES_ABOVE_TOTAL | BALLOONCTL_ANOMALY_FAILED_VALUE },
		/* Absent values are compared with nothing. */
		{ "\"stat-available-memory\": 11, \"stat-free-memory\": 11", 0 },
		{ "\"stat-total-memory\": -1, \"stat-free-memory\": 11", 0 },
		{ "\"stat-total-memory\": 10, \"stat-free-memory\": -1, \"stat-disk-caches\": "
		  "18446744073709551615",
		  0 },
		{ "\"stat-total-memory\": 9223372036854775808, \"stat-free-memory\": 11",
		  BALLOONCTL_ANOMALY_FAILED_VALUE },
		{ "\"stat-direct-reclaims\": 18446744073709551614",
		  BALLOONCTL_ANOMALY_FAILED_VALUE },
		/* Not every counter is below the total. */
		{ "\"stat-total-memory\": 10, \"stat-swap-in\": 11, \"stat-minor-faults\": 11", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_stats *stats;
		char text[512];

		snprintf(text, sizeof(text), "{\"stats\": {%s}, \"last-update\": 1}",
			 rows[i].members);
		stats = decode(text);
		CU_ASSERT_EQUAL(balloonctl_stats_get_anomalies(stats), rows[i].anomalies);
		balloonctl_stats_free(stats);
	}
}

static void test_anomaly_hides_nothing(void)
{
	struct balloonctl_stats *stats =
		decode("{\"stats\": {\"stat-total-memory\": 10, \"stat-available-memory\": 11}, "
		       "\"last-update\": 1}");

	assert_value(stats, BALLOONCTL_STAT_TOTAL_MEMORY, 10);
	assert_value(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, 11);
	balloonctl_stats_free(stats);
}

static void test_anomaly_meanings(void)
{
	CU_ASSERT_STRING_EQUAL(balloonctl_anomaly_get_meaning(
				       BALLOONCTL_ANOMALY_AVAILABLE_ABOVE_TOTAL),
			       "available memory exceeds total memory");
	for (unsigned int bit = 1; bit <= BALLOONCTL_ANOMALY_FAILED_VALUE; bit <<= 1)
		CU_ASSERT_PTR_NOT_NULL(
			balloonctl_anomaly_get_meaning((enum balloonctl_anomaly)bit));
	CU_ASSERT_PTR_NULL(balloonctl_anomaly_get_meaning((enum balloonctl_anomaly)0));
	CU_ASSERT_PTR_NULL(balloonctl_anomaly_get_meaning((enum balloonctl_anomaly)3));
	CU_ASSERT_PTR_NULL(balloonctl_anomaly_get_meaning(
		(enum balloonctl_anomaly)(BALLOONCTL_ANOMALY_FAILED_VALUE << 1)));
}

static void test_age(void)
{
	static const struct {
		const char *last_update;
		int64_t age_ms;
		int r;
		uint64_t age;
	} rows[] = {
		{ "1790000000", 7999, 0, 7 },
		{ "1790000000", 0, 0, 0 },
		{ "1790000000", -1, -ENODATA, 77 },
		{ "9223372036854775807", INT64_MAX, 0, INT64_MAX / 1000 },
		{ "0", 5000, -ENODATA, 77 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct balloonctl_stats *stats;
		uint64_t age = 77;
		char text[128];

		snprintf(text, sizeof(text), "{\"stats\": {}, \"last-update\": %s}",
			 rows[i].last_update);
		stats = decode(text);
		CU_ASSERT_EQUAL(balloonctl_stats_get_age_seconds(stats, &age), -ENODATA);
		stats_set_freshness(stats, BALLOONCTL_FRESHNESS_STALE, rows[i].age_ms);
		CU_ASSERT_EQUAL(balloonctl_stats_get_freshness(stats), BALLOONCTL_FRESHNESS_STALE);
		CU_ASSERT_EQUAL(balloonctl_stats_get_age_seconds(stats, &age), rows[i].r);
		CU_ASSERT_EQUAL(age, rows[i].age);
		balloonctl_stats_free(stats);
	}
}

static void test_balloon(void)
{
	static const int64_t actual = -4096;
	struct balloonctl_stats *stats = decode(ten);
	uint64_t maximum = 77;
	int64_t bytes = 77;

	CU_ASSERT(balloonctl_stats_is_running(stats));
	CU_ASSERT_EQUAL(balloonctl_stats_get_actual_bytes(stats, &bytes), -ENODATA);
	CU_ASSERT_EQUAL(balloonctl_stats_get_maximum_bytes(stats, &maximum), -ENODATA);
	CU_ASSERT(bytes == 77 && maximum == 77);
	stats_set_balloon(stats, false, &actual, 1 << 30);
	CU_ASSERT_FALSE(balloonctl_stats_is_running(stats));
	CU_ASSERT_EQUAL(balloonctl_stats_get_actual_bytes(stats, &bytes), 0);
	CU_ASSERT_EQUAL(balloonctl_stats_get_maximum_bytes(stats, &maximum), 0);
	CU_ASSERT(bytes == -4096 && maximum == 1 << 30);
	balloonctl_stats_free(stats);
}

/* Two samples that differ in anything but their time. */
static void test_digest(void)
{
	static const char *const texts[] = {
		"{\"stats\": {}, \"last-update\": 1}",
		"{\"stats\": {\"stat-swap-in\": 0}, \"last-update\": 1}",
		"{\"stats\": {\"stat-swap-in\": 1}, \"last-update\": 1}",
		"{\"stats\": {\"stat-swap-out\": 1}, \"last-update\": 1}",
		"{\"stats\": {\"stat-swap-in\": 18446744073709551615}, \"last-update\": 1}",
		"{\"stats\": {\"stat-new\": 1}, \"last-update\": 1}",
		"{\"stats\": {\"stat-new\": 2}, \"last-update\": 1}",
	};
	uint64_t digests[ARRAY_SIZE(texts)];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct balloonctl_stats *stats = decode(texts[i]);

		digests[i] = stats_get_digest(stats);
		balloonctl_stats_free(stats);
		for (size_t j = 0; j < i; j++)
			CU_ASSERT_NOT_EQUAL(digests[i], digests[j]);
	}
}

static void test_polling_interval(void)
{
	struct balloonctl_stats *stats = decode(ten);

	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), 0);
	stats_set_polling_interval(stats, UINT32_MAX);
	CU_ASSERT_EQUAL(balloonctl_stats_get_polling_interval(stats), UINT32_MAX);
	balloonctl_stats_free(stats);
}

static void test_wrong_shapes(void)
{
	static const char *const rows[] = {
		"{}",
		"[]",
		"null",
		"5",
		"{\"last-update\": 1}",
		"{\"stats\": {}}",
		"{\"stats\": null, \"last-update\": 1}",
		"{\"stats\": [], \"last-update\": 1}",
		"{\"stats\": [1], \"last-update\": 1}",
		"{\"stats\": {}, \"last-update\": null}",
		"{\"stats\": {}, \"last-update\": \"1\"}",
		"{\"stats\": {}, \"last-update\": 1.0}",
		"{\"stats\": {}, \"last-update\": -1}",
		"{\"stats\": {}, \"last-update\": 9223372036854775808}",
		"{\"Stats\": {}, \"last-update\": 1}",
		"{\"stats\": {\"stat-swap-in\": null}, \"last-update\": 1}",
		"{\"stats\": {\"stat-swap-in\": \"5\"}, \"last-update\": 1}",
		"{\"stats\": {\"stat-swap-in\": 5.0}, \"last-update\": 1}",
		"{\"stats\": {\"stat-swap-in\": 5e0}, \"last-update\": 1}",
		"{\"stats\": {\"stat-swap-in\": 18446744073709551616}, \"last-update\": 1}",
		"{\"stats\": {\"stat-swap-in\": -9223372036854775809}, \"last-update\": 1}",
		"{\"stats\": {\"stat-swap-in\": {}}, \"last-update\": 1}",
	};

	struct balloonctl_stats *stats = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CU_ASSERT_EQUAL(decode_json(rows[i], &stats), -EPROTO);
		CU_ASSERT_PTR_NULL(stats);
	}
	CU_ASSERT_EQUAL(stats_decode(NULL, &stats), -EPROTO);
	CU_ASSERT_PTR_NULL(stats);
}

static void test_scarce_memory(void)
{
	static const char text[] = "{\"stats\": {\"stat-swap-in\": 1, \"x\": 2, \"y\": 3}, "
				   "\"last-update\": 1}";
	struct balloonctl_stats *stats = NULL;
	struct json *json;

	CU_ASSERT_EQUAL_FATAL(json_parse(text, strlen(text), &json), 0);
	for (long n = 0; n < 5; n++) {
		scarce_allow(n);
		CU_ASSERT_EQUAL(stats_decode(json, &stats), -ENOMEM);
		CU_ASSERT_PTR_NULL(stats);
	}
	scarce_allow(5);
	CU_ASSERT_EQUAL(stats_decode(json, &stats), 0);
	scarce_allow(-1);
	balloonctl_stats_free(stats);
	balloonctl_stats_free(NULL);
	json_free(json);
}

static CU_TestInfo tests[] = {
	{ "the ten statistics of QEMU 7.2", test_ten },
	{ "the sixteen statistics of QEMU 10.0", test_sixteen },
	{ "2^64-1, -1 and everything from 2^63 on are absent, and raw", test_absent },
	{ "values are exact", test_exact },
	{ "a statistic that QEMU does not know has no value", test_stats_that_qemu_does_not_know },
	{ "unknown statistics are kept, in order and by their names", test_unknown },
	{ "256 unknown statistics are kept", test_many_unknown },
	{ "a document with more statistics than that is refused", test_too_many_unknown },
	{ "an unknown statistic of another shape is kept without a value",
	  test_unknown_of_another_shape },
	{ "no statistics are fine", test_none_at_all },
	{ "what can't be true is flagged", test_anomalies },
	{ "what can't be true is not hidden", test_anomaly_hides_nothing },
	{ "an anomaly has words", test_anomaly_meanings },
	{ "the age is never negative", test_age },
	{ "the balloon beside it", test_balloon },
	{ "another sample has another digest", test_digest },
	{ "the interval takes 32 bits", test_polling_interval },
	{ "other shapes are refused", test_wrong_shapes },
	{ "a snapshot survives scarce memory", test_scarce_memory },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("stats", tests, argc, argv);
}
