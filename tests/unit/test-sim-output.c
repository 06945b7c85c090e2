/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON as QEMU writes it: escapes, numbers, the order of members. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "sim/qmp/input.h"
#include "sim/qmp/output.h"
#include "suite.h"

static void assert_text(struct buf *buf, const char *expected)
{
	char *text = buf_steal(buf);

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT_STRING_EQUAL(text, expected);
	free(text);
}

static void test_strings(void)
{
	static const struct {
		const char *text, *json;
	} rows[] = {
		{ "", "\"\"" },
		{ "plain ~", "\"plain ~\"" },
		{ "\" \\ / '", "\"\\\" \\\\ / '\"" },
		{ "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
		{ "\x01\x1f\x7f", "\"\\u0001\\u001F\\u007F\"" },
		{ "\xc3\xa9", "\"\\u00E9\"" },
		{ "\xe2\x82\xac", "\"\\u20AC\"" },
		{ "\xf0\x9f\x98\x80", "\"\\uD83D\\uDE00\"" },
		{ "\xc0\x80", "\"\\u0000\"" }, /* how QEMU keeps U+0000 */
		{ "\xff", "\"\\uFFFD\"" },
		{ "\xe2\x82", "\"\\uFFFD\"" },
		{ "\xe2\x82x", "\"\\uFFFDx\"" },
		{ "\xc1\xbf", "\"\\uFFFD\"" },         /* overlong */
		{ "\xed\xa0\x80", "\"\\uFFFD\"" },     /* a surrogate */
		{ "\xef\xbf\xbe", "\"\\uFFFD\"" },     /* a noncharacter */
		{ "\xf4\x90\x80\x80", "\"\\uFFFD\"" }, /* beyond Unicode */
		{ "\x80\x80", "\"\\uFFFD\\uFFFD\"" },
		{ "\xf8\x88\x80\x80\x80", "\"\\uFFFD\"" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf buf = { 0 };

		sim_output_string(&buf, rows[i].text, strlen(rows[i].text));
		assert_text(&buf, rows[i].json);
	}
}

static void assert_echo(const char *json, const char *expected)
{
	size_t len = strlen(json);
	struct sim_input input;
	struct buf buf = { 0 };

	sim_input_init(&input, false);
	CU_ASSERT_EQUAL_FATAL(sim_input_next(&input, &json, &len), SIM_MESSAGE_VALUE);
	sim_output_value(&buf, &input.tree, 0);
	assert_text(&buf, expected);
	sim_input_done(&input);
}

static void test_values(void)
{
	assert_echo("[]", "[]");
	assert_echo("{}", "{}");
	assert_echo("[1,[],{},[[2]]]", "[1, [], {}, [[2]]]");
	assert_echo("{'a':null}", "{\"a\": null}");
	assert_echo("[true,false,null,'x']", "[true, false, null, \"x\"]");
	assert_echo("[-0,1e3,18446744073709551615,-9223372036854775808]",
		    "[0, 1000, 18446744073709551615, -9223372036854775808]");
	assert_echo("[0.1,1e17,-0.0,1e400,18446744073709551616]",
		    "[0.10000000000000001, 1e+17, -0, inf, 1.8446744073709552e+19]");
}

/* The members of guest-stats, put in by number, come out in the order that QEMU shows (B6). */
static void test_order(void)
{
	assert_echo("{'stat-swap-in':0,'stat-swap-out':1,'stat-major-faults':2,"
		    "'stat-minor-faults':3,'stat-free-memory':4,'stat-total-memory':5,"
		    "'stat-available-memory':6,'stat-disk-caches':7,'stat-htlb-pgalloc':8,"
		    "'stat-htlb-pgfail':9,'stat-oom-kills':10,'stat-alloc-stalls':11,"
		    "'stat-async-scans':12,'stat-direct-scans':13,'stat-async-reclaims':14,"
		    "'stat-direct-reclaims':15}",
		    "{\"stat-htlb-pgalloc\": 8, \"stat-swap-out\": 1, \"stat-alloc-stalls\": 11, "
		    "\"stat-available-memory\": 6, \"stat-direct-reclaims\": 15, "
		    "\"stat-direct-scans\": 13, \"stat-htlb-pgfail\": 9, \"stat-free-memory\": 4, "
		    "\"stat-minor-faults\": 3, \"stat-major-faults\": 2, "
		    "\"stat-total-memory\": 5, \"stat-oom-kills\": 10, "
		    "\"stat-async-reclaims\": 14, \"stat-swap-in\": 0, \"stat-async-scans\": 12, "
		    "\"stat-disk-caches\": 7}");
	assert_echo("{'last-update':0,'stats':1}", "{\"stats\": 1, \"last-update\": 0}");
}

/* A locale with another decimal point, where the system has one. */
static void test_locale(void)
{
	if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL)
		return;
	assert_echo("[1.5]", "[1.5]");
	setlocale(LC_NUMERIC, "C");
}

static void test_depth(void)
{
	char json[2 * SIM_INPUT_DEPTH_MAX + 1] = "";

	memset(json, '[', SIM_INPUT_DEPTH_MAX);
	memset(json + SIM_INPUT_DEPTH_MAX, ']', SIM_INPUT_DEPTH_MAX);
	assert_echo(json, json);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "strings are ASCII", test_strings },
		{ "values come back normalised", test_values },
		{ "members come in the order of QEMU's hash table", test_order },
		{ "the locale has no say", test_locale },
		{ "the deepest value can be written", test_depth },
		CU_TEST_INFO_NULL,
	};

	return suite_run("sim-output", tests, argc, argv);
}
