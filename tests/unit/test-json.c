/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The door for JSON: exact integers, look-ups, bounds, and what it does when memory is short.
 * What is JSON and what is not: tests/json.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/util.h"
#include "scarce.h"
#include "suite.h"

static struct json *parse(const char *text)
{
	struct json *json = NULL;

	CU_ASSERT_EQUAL_FATAL(json_parse(text, strlen(text), &json), 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	return json;
}

static int result_of(const char *text, size_t len)
{
	struct json *json = NULL;
	int result = json_parse(text, len, &json);

	if (result == 0)
		json_free(json);
	else
		CU_ASSERT_PTR_NULL(json);
	return result;
}

static void test_types(void)
{
	static const struct {
		const char *text;
		enum json_type type;
	} rows[] = {
		{ "null", JSON_NULL },   { "true", JSON_BOOL },
		{ "false", JSON_BOOL },  { "0", JSON_INTEGER },
		{ "-0", JSON_INTEGER },  { "18446744073709551616", JSON_INTEGER },
		{ "1.0", JSON_REAL },    { "1e3", JSON_REAL },
		{ "1E3", JSON_REAL },    { "-0.0e-0", JSON_REAL },
		{ "\"\"", JSON_STRING }, { "\"12\"", JSON_STRING },
		{ "[]", JSON_ARRAY },    { "{}", JSON_OBJECT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct json *json = parse(rows[i].text);

		CU_ASSERT_EQUAL(json_get_type(json), rows[i].type);
		json_free(json);
	}
}

static void test_integers(void)
{
	static const struct {
		const char *text;
		int i64_result;
		int64_t i64;
		int u64_result;
		uint64_t u64;
	} rows[] = {
		{ "0", 0, 0, 0, 0 },
		{ "-0", 0, 0, 0, 0 },
		{ "1", 0, 1, 0, 1 },
		{ "-1", 0, -1, -ERANGE, 0 },
		{ "2147483648", 0, 2147483648, 0, 2147483648 },
		{ "844943360", 0, 844943360, 0, 844943360 },
		{ "9007199254740993", 0, 9007199254740993, 0, 9007199254740993 },
		{ "-9007199254740993", 0, -9007199254740993, -ERANGE, 0 },
		{ "9223372036854775807", 0, INT64_MAX, 0, INT64_MAX },
		{ "9223372036854775808", -ERANGE, 0, 0, UINT64_C(9223372036854775808) },
		{ "-9223372036854775808", 0, INT64_MIN, -ERANGE, 0 },
		{ "-9223372036854775809", -ERANGE, 0, -ERANGE, 0 },
		{ "18446744073709551614", -ERANGE, 0, 0, UINT64_MAX - 1 },
		{ "18446744073709551615", -ERANGE, 0, 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0, -ERANGE, 0 },
		{ "18446744073709551625", -ERANGE, 0, -ERANGE, 0 },
		{ "-18446744073709551616", -ERANGE, 0, -ERANGE, 0 },
		{ "99999999999999999999", -ERANGE, 0, -ERANGE, 0 },
		{ "340282366920938463463374607431768211457", -ERANGE, 0, -ERANGE, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct json *json = parse(rows[i].text);
		int64_t i64 = 77;
		uint64_t u64 = 77;

		CU_ASSERT_EQUAL(json_get_i64(json, &i64), rows[i].i64_result);
		CU_ASSERT_EQUAL(i64, rows[i].i64_result == 0 ? rows[i].i64 : 77);
		CU_ASSERT_EQUAL(json_get_u64(json, &u64), rows[i].u64_result);
		CU_ASSERT_EQUAL(u64, rows[i].u64_result == 0 ? rows[i].u64 : 77);
		json_free(json);
	}
}

static void test_getters_refuse_other_types(void)
{
	static const char *const rows[] = { "null", "true",  "1",   "1.0",
					    "1e0",  "\"1\"", "[1]", "{\"1\":1}" };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct json *json = parse(rows[i]);
		enum json_type type = json_get_type(json);
		const char *text = "kept";
		bool truth = false;
		int64_t i64 = 77;
		uint64_t u64 = 77;

		CU_ASSERT_EQUAL(json_get_bool(json, &truth), type == JSON_BOOL ? 0 : -EINVAL);
		CU_ASSERT_EQUAL(truth, type == JSON_BOOL);
		CU_ASSERT_EQUAL(json_get_i64(json, &i64), type == JSON_INTEGER ? 0 : -EINVAL);
		CU_ASSERT_EQUAL(i64, type == JSON_INTEGER ? 1 : 77);
		CU_ASSERT_EQUAL(json_get_u64(json, &u64), type == JSON_INTEGER ? 0 : -EINVAL);
		CU_ASSERT_EQUAL(u64, type == JSON_INTEGER ? 1 : 77);
		CU_ASSERT_EQUAL(json_get_string(json, &text), type == JSON_STRING ? 0 : -EINVAL);
		CU_ASSERT_STRING_EQUAL(text, type == JSON_STRING ? "1" : "kept");
		json_free(json);
	}
}

static void test_booleans(void)
{
	struct json *json = parse("[true,false]");
	bool truth = false;

	CU_ASSERT_EQUAL(json_get_bool(json_first(json), &truth), 0);
	CU_ASSERT_TRUE(truth);
	CU_ASSERT_EQUAL(json_get_bool(json_next(json_first(json)), &truth), 0);
	CU_ASSERT_FALSE(truth);
	json_free(json);
}

static void test_missing_values_are_handed_on(void)
{
	const char *text;
	bool truth;
	int64_t i64;
	uint64_t u64;

	CU_ASSERT_PTR_NULL(json_member(NULL, "a"));
	CU_ASSERT_PTR_NULL(json_first(NULL));
	CU_ASSERT_PTR_NULL(json_next(NULL));
	CU_ASSERT_PTR_NULL(json_key(NULL));
	CU_ASSERT_EQUAL(json_get_string(NULL, &text), -ENOENT);
	CU_ASSERT_EQUAL(json_get_bool(NULL, &truth), -ENOENT);
	CU_ASSERT_EQUAL(json_get_i64(NULL, &i64), -ENOENT);
	CU_ASSERT_EQUAL(json_get_u64(NULL, &u64), -ENOENT);
	json_free(NULL);
}

static void test_members(void)
{
	struct json *json = parse("{\"Id\":1,\"id\":2,\"\":3,\"a\\u0062\":{\"id\":4}}");
	uint64_t number;

	CU_ASSERT_EQUAL(json_get_u64(json_member(json, "id"), &number), 0);
	CU_ASSERT_EQUAL(number, 2);
	CU_ASSERT_EQUAL(json_get_u64(json_member(json, "Id"), &number), 0);
	CU_ASSERT_EQUAL(number, 1);
	CU_ASSERT_PTR_NULL(json_member(json, "ID"));
	CU_ASSERT_EQUAL(json_get_u64(json_member(json, ""), &number), 0);
	CU_ASSERT_EQUAL(number, 3);
	CU_ASSERT_EQUAL(json_get_u64(json_member(json_member(json, "ab"), "id"), &number), 0);
	CU_ASSERT_EQUAL(number, 4);
	CU_ASSERT_PTR_NULL(json_member(json_member(json, "id"), "id"));
	json_free(json);
}

static void test_members_of_no_object(void)
{
	static const char *const rows[] = {
		"null", "1", "\"id\"", "[\"id\"]", "[{\"id\":1}]", "{}"
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct json *json = parse(rows[i]);

		CU_ASSERT_PTR_NULL(json_member(json, "id"));
		json_free(json);
	}
}

static void test_children(void)
{
	static const char *const keys[] = { "b", "a", "c" };
	struct json *json = parse("{\"b\":1,\"a\":[10,20,30],\"c\":{}}");
	const struct json *child;
	size_t n = 0;
	uint64_t number, sum = 0;

	json_for_each (child, json) {
		CU_ASSERT_FATAL(n < ARRAY_SIZE(keys));
		CU_ASSERT_STRING_EQUAL(json_key(child), keys[n]);
		n++;
	}
	CU_ASSERT_EQUAL(n, 3);
	json_for_each (child, json_member(json, "a")) {
		CU_ASSERT_PTR_NULL(json_key(child));
		CU_ASSERT_EQUAL(json_get_u64(child, &number), 0);
		sum = sum * 100 + number;
	}
	CU_ASSERT_EQUAL(sum, 102030);
	CU_ASSERT_PTR_NULL(json_first(json_member(json, "b")));
	CU_ASSERT_PTR_NULL(json_first(json_member(json, "c")));
	CU_ASSERT_PTR_NULL(json_key(json));
	CU_ASSERT_PTR_NULL(json_next(json));
	json_free(json);
}

static void test_strings(void)
{
	static const struct {
		const char *text, *value;
	} rows[] = {
		{ "\"\"", "" },
		{ "\"plain text that is longer than a word\"",
		  "plain text that is longer than a word" },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
		{ "\"1234567\\n1234567\"", "1234567\n1234567" },
		{ "\"\\u0041\\u00e9\\u20AC\\uffff\"", "A\xc3\xa9\xe2\x82\xac\xef\xbf\xbf" },
		{ "\"\\ud83d\\ude00\\ud800\\udc00\\udbff\\udfff\"",
		  "\xf0\x9f\x98\x80\xf0\x90\x80\x80\xf4\x8f\xbf\xbf" },
		{ "\"a\\u0000b\"", "a\xef\xbf\xbd"
				   "b" },
		{ "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 and more\"",
		  "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 and more" },
		{ "\"\\\\u0041\"", "\\u0041" },
		{ "\"\x7f\"", "\x7f" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct json *json = parse(rows[i].text);
		const char *value = NULL;

		CU_ASSERT_EQUAL(json_get_string(json, &value), 0);
		CU_ASSERT_STRING_EQUAL(value, rows[i].value);
		json_free(json);
	}
}

static void test_strings_of_every_length(void)
{
	/* Escapes and ends at every place of the eight bytes that are looked at together. */
	for (size_t before = 0; before < 20; before++)
		for (size_t after = 0; after < 20; after++) {
			struct buf buf = { 0 };
			char expected[64];
			const char *value = "";
			struct json *json;

			memset(expected, 'x', sizeof(expected));
			expected[before] = '\t';
			expected[before + 1 + after] = '\0';
			buf_append(&buf, "\"", 1);
			buf_append(&buf, expected, before);
			buf_append(&buf, "\\t", 2);
			buf_append(&buf, expected + before + 1, after);
			buf_append(&buf, "\"", 1);
			CU_ASSERT_EQUAL_FATAL(json_parse(buf.data, buf.len, &json), 0);
			CU_ASSERT_EQUAL(json_get_string(json, &value), 0);
			CU_ASSERT_STRING_EQUAL(value, expected);
			json_free(json);
			buf_done(&buf);
		}
}

static void test_every_control_character_is_refused(void)
{
	for (size_t before = 0; before < 10; before++)
		for (int c = 0; c < 0x20; c++) {
			char text[] = "\"xxxxxxxxxxxxxxxxxxxxxxxx\"";

			text[1 + before] = (char)c;
			CU_ASSERT_EQUAL(result_of(text, strlen(text + 12) + 12), -EBADMSG);
		}
}

static const char document[] =
	"{\"QMP\": [1, -2.5e3, true, null, \"a\\n\\ud83d\\ude00\xc3\xa9\", {}, []], \"b\": {\"c\": 1}}";

static void test_every_cut_is_refused(void)
{
	/* Memory of just that size, for the sanitizers. */
	for (size_t len = 0; len < sizeof(document) - 1; len++) {
		char *cut = malloc(len + 1);

		CU_ASSERT_PTR_NOT_NULL_FATAL(cut);
		memcpy(cut + 1, document, len);
		CU_ASSERT_EQUAL(result_of(cut + 1, len), -EBADMSG);
		free(cut);
	}
	CU_ASSERT_EQUAL(result_of(document, sizeof(document) - 1), 0);
}

static void test_nul_is_no_end(void)
{
	CU_ASSERT_EQUAL(result_of("{}\0", 3), -EBADMSG);
	CU_ASSERT_EQUAL(result_of("[1,\0]", 5), -EBADMSG);
	CU_ASSERT_EQUAL(result_of("{}garbage", 2), 0);
	CU_ASSERT_EQUAL(result_of("12", 1), 0);
}

static void test_depth(void)
{
	char text[2 * JSON_DEPTH_MAX + 2];

	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	CU_ASSERT_EQUAL(result_of(text, 2 * JSON_DEPTH_MAX), 0);
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	CU_ASSERT_EQUAL(result_of(text, sizeof(text)), -E2BIG);
}

static void test_values(void)
{
	struct buf buf = { 0 };

	buf_append_string(&buf, "[0");
	for (int i = 2; i < JSON_VALUES_MAX; i++)
		buf_append_string(&buf, ",0");
	buf_append_string(&buf, "]");
	CU_ASSERT_EQUAL(result_of(buf.data, buf.len), 0);
	buf.len--;
	buf_append_string(&buf, ",0]");
	CU_ASSERT_EQUAL(result_of(buf.data, buf.len), -E2BIG);
	buf_done(&buf);
}

static void test_bytes(void)
{
	size_t len = JSON_BYTES_MAX;
	char *text = malloc(len + 1);

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	memset(text, ' ', len + 1);
	memcpy(text, "{}", 2);
	CU_ASSERT_EQUAL(result_of(text, len), 0);
	CU_ASSERT_EQUAL(result_of(text, len + 1), -E2BIG);
	memset(text, '1', len);
	CU_ASSERT_EQUAL(result_of(text, len), 0);
	free(text);
}

/* {"k00000":0,...} of `members`; the last key is that of number `last`. */
static void append_object(struct buf *buf, int members, int last)
{
	buf_append(buf, "{", 1);
	for (int i = 0; i < members; i++) {
		char key[24];

		snprintf(key, sizeof(key), "%s\"k%05d\":0", i > 0 ? "," : "",
			 i < members - 1 ? i : last);
		buf_append_string(buf, key);
	}
	buf_append(buf, "}", 1);
}

static void test_duplicate_keys(void)
{
	/* On either side of the size where the way of finding them changes, whatever it is, each
	 * key of the object in turn is met again at its end. */
	for (int members = 2; members < 70; members++)
		for (int again = 0; again < members; again++) {
			struct buf buf = { 0 };

			append_object(&buf, members, again);
			CU_ASSERT_EQUAL(result_of(buf.data, buf.len),
					again < members - 1 ? -EBADMSG : 0);
			buf_done(&buf);
		}
}

static void test_unlike_keys_of_one_shape(void)
{
	/* Same length, same last byte: what a cheap hash would take for equal. */
	CU_ASSERT_EQUAL(result_of("{\"abcd\":1,\"bbcd\":2,\"cbcd\":3}", 28), 0);
	CU_ASSERT_EQUAL(result_of("{\"abcd\":1,\"bbcd\":2,\"abcd\":3}", 28), -EBADMSG);
}

static double seconds_for(const struct buf *text)
{
	struct json *json;
	clock_t start = clock();

	CU_ASSERT_EQUAL_FATAL(json_parse(text->data, text->len, &json), 0);
	json_free(json);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void test_cost_of_large_objects(void)
{
	struct buf many = { 0 }, large = { 0 };
	double small_seconds, large_seconds;

	/* The same members in small objects and in one: five times the cost is what sorting
	 * needs, comparing all pairs would be hundreds. */
	buf_append_string(&many, "[{}");
	for (int i = 0; i < 5000; i++) {
		buf_append_string(&many, ",");
		append_object(&many, 20, 19);
	}
	buf_append_string(&many, "]");
	append_object(&large, 100000, 99999);
	small_seconds = seconds_for(&many);
	large_seconds = seconds_for(&large);
	CU_ASSERT(large_seconds < 40 * small_seconds);
	buf_done(&many);
	buf_done(&large);
}

static void test_short_memory(void)
{
	struct buf buf = { 0 };
	int result = -ENOMEM;
	long n;

	scarce_allow(-1);
	buf_append_string(&buf, "[");
	append_object(&buf, 100, 99);
	buf_append_string(&buf, ",");
	buf_append_string(&buf, document);
	buf_append_string(&buf, "]");
	for (n = 0; result == -ENOMEM; n++) {
		scarce_allow(n);
		result = result_of(buf.data, buf.len);
	}
	scarce_allow(-1);
	CU_ASSERT_EQUAL(result, 0);
	CU_ASSERT(n > 3); /* the document, its growth, its texts, the keys to be sorted */
	buf_done(&buf);
}

static void assert_appended(const char *text, const char *expected)
{
	struct buf buf = { 0 };
	char *appended;

	json_append_string(&buf, text);
	appended = buf_steal(&buf);
	CU_ASSERT_PTR_NOT_NULL_FATAL(appended);
	CU_ASSERT_STRING_EQUAL(appended, expected);
	CU_ASSERT_EQUAL(result_of(appended, strlen(appended)), 0);
	free(appended);
}

static void test_append_string(void)
{
	assert_appended("", "\"\"");
	assert_appended("/machine/peripheral", "\"/machine/peripheral\"");
	assert_appended("a\"b\\c/", "\"a\\\"b\\\\c/\"");
	assert_appended("\x01\x1f\t\n\x7f", "\"\\u0001\\u001f\\u0009\\u000a\x7f\"");
	assert_appended("\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\"");
	assert_appended("a\xff\xe2\x82z", "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"");
	assert_appended("\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void test_what_is_written_is_read(void)
{
	char text[256];
	struct buf buf = { 0 };
	struct json *json;
	const char *value = "";

	for (int i = 0; i < 127; i++)
		text[i] = (char)(i + 1);
	memcpy(text + 127, "\xe2\x82\xac", 4);
	json_append_string(&buf, text);
	CU_ASSERT_EQUAL_FATAL(json_parse(buf.data, buf.len, &json), 0);
	CU_ASSERT_EQUAL(json_get_string(json, &value), 0);
	CU_ASSERT_STRING_EQUAL(value, text);
	json_free(json);
	buf_done(&buf);
}

static void test_append_values(void)
{
	static const char *const rows[] = {
		"null",
		"true",
		"false",
		"0",
		"-0",
		"1.50",
		"1E+400",
		"18446744073709551615",
		"123456789012345678901234567890",
		"\"\\\"\\\\\\u0001\xe2\x82\xac\"",
		"[]",
		"{}",
		"[[],{},[1,{\"\":[null,\"\"]}]]",
		"{\"b\":1,\"a\":{\"B\":[true,false]},\"\\\"\":\"\"}",
	};
	struct buf buf = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct json *json = parse(rows[i]);

		json_append(&buf, json);
		CU_ASSERT_EQUAL_FATAL(buf.error, 0);
		CU_ASSERT_EQUAL(buf.len, strlen(rows[i]));
		CU_ASSERT_NSTRING_EQUAL(buf.data, rows[i], buf.len);
		buf_done(&buf);
		json_free(json);
	}
	json_append(&buf, NULL);
	CU_ASSERT_NSTRING_EQUAL(buf.data, "null", 4);
	buf_done(&buf);
}

static CU_TestInfo tests[] = {
	{ "every value has its type", test_types },
	{ "integers keep every digit and know their range", test_integers },
	{ "getters refuse values of another type", test_getters_refuse_other_types },
	{ "true is true and false is false", test_booleans },
	{ "a missing value is handed on", test_missing_values_are_handed_on },
	{ "members are found by exact key", test_members },
	{ "what is no object has no members", test_members_of_no_object },
	{ "children come in order with their keys", test_children },
	{ "strings are unescaped", test_strings },
	{ "an escape may stand anywhere", test_strings_of_every_length },
	{ "no control character passes", test_every_control_character_is_refused },
	{ "a document cut anywhere is refused", test_every_cut_is_refused },
	{ "the length counts, not a NUL", test_nul_is_no_end },
	{ "depth is bounded", test_depth },
	{ "the number of values is bounded", test_values },
	{ "the size is bounded", test_bytes },
	{ "a duplicate key is refused wherever it stands", test_duplicate_keys },
	{ "keys that look alike are no duplicates", test_unlike_keys_of_one_shape },
	{ "a large object costs little more than small ones", test_cost_of_large_objects },
	{ "short memory is an error and no leak", test_short_memory },
	{ "strings are written with what must be escaped", test_append_string },
	{ "a value is written as it was read, digit for digit", test_append_values },
	{ "what is written is read again", test_what_is_written_is_read },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("json", tests, argc, argv);
}
