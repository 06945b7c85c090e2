/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UTF-8 by its table, exhaustively where that is cheap, and the escaping of foreign text. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/util.h"
#include "suite.h"

static void test_every_code_point_returns(void)
{
	for (uint32_t point = 0; point <= 0x10ffff; point++) {
		char bytes[4];
		uint32_t decoded = 0;
		size_t size;

		if (point >= 0xd800 && point <= 0xdfff)
			continue;
		size = text_encode(bytes, point);
		if (text_decode(bytes, size, &decoded) != size || decoded != point ||
		    text_decode(bytes, size - 1, NULL) != 0)
			CU_FAIL_FATAL("a code point was lost");
	}
}

static void test_known_encodings(void)
{
	static const struct {
		const char *bytes;
		uint32_t point;
	} rows[] = {
		{ "\x7f", 0x7f },           { "\xc2\x80", 0x80 },
		{ "\xdf\xbf", 0x7ff },      { "\xe0\xa0\x80", 0x800 },
		{ "\xed\x9f\xbf", 0xd7ff }, { "\xee\x80\x80", 0xe000 },
		{ "\xef\xbf\xbf", 0xffff }, { "\xf0\x90\x80\x80", 0x10000 },
		{ "\xe2\x82\xac", 0x20ac }, { "\xf4\x8f\xbf\xbf", 0x10ffff },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint32_t point = 0;
		char bytes[4];

		CU_ASSERT_EQUAL(text_decode(rows[i].bytes, strlen(rows[i].bytes), &point),
				strlen(rows[i].bytes));
		CU_ASSERT_EQUAL(point, rows[i].point);
		CU_ASSERT_EQUAL(text_encode(bytes, rows[i].point), strlen(rows[i].bytes));
		CU_ASSERT_EQUAL(memcmp(bytes, rows[i].bytes, strlen(rows[i].bytes)), 0);
	}
}

static void test_invalid(void)
{
	static const char *const rows[] = {
		"\x80", /* a continuation first */
		"\xbf",
		"\xc0\x80", /* overlong */
		"\xc1\xbf",
		"\xe0\x9f\xbf",
		"\xf0\x8f\xbf\xbf",
		"\xed\xa0\x80", /* surrogates */
		"\xed\xbf\xbf",
		"\xf4\x90\x80\x80", /* above U+10FFFF */
		"\xf7\xbf\xbf\xbf",
		"\xf8\x88\x80\x80\x80",
		"\xfe",
		"\xff",
		"\xe2\x82", /* cut */
		"\xe2(\xac",
		"\xe2\x82(",
		"\xc2\xc2",
	};
	uint32_t point = 17;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		CU_ASSERT_EQUAL(text_decode(rows[i], strlen(rows[i]), &point), 0);
	CU_ASSERT_EQUAL(text_decode("a", 0, &point), 0);
	CU_ASSERT_EQUAL(point, 17);
}

static void test_only_the_first_character(void)
{
	uint32_t point;

	CU_ASSERT_EQUAL(text_decode("a\xff", 2, &point), 1);
	CU_ASSERT_EQUAL(point, 'a');
	CU_ASSERT_EQUAL(text_decode("\0", 1, &point), 1);
	CU_ASSERT_EQUAL(point, 0);
}

static void assert_escaped_len(const char *text, size_t len, const char *expected)
{
	struct buf buf = { 0 };
	char *escaped;

	text_append_escaped(&buf, text, len);
	escaped = buf_steal(&buf);
	CU_ASSERT_PTR_NOT_NULL_FATAL(escaped);
	CU_ASSERT_STRING_EQUAL(escaped, expected);
	free(escaped);
}

static void assert_escaped(const char *text, const char *expected)
{
	assert_escaped_len(text, strlen(text), expected);
}

static void test_harmless_text_stays(void)
{
	assert_escaped("", "");
	assert_escaped("unix:/run/vm 1.qmp ~\"'", "unix:/run/vm 1.qmp ~\"'");
	assert_escaped("d\xc3\xa9j\xc3\xa0 \xe2\x82\xac \xf0\x9f\x98\x80",
		       "d\xc3\xa9j\xc3\xa0 \xe2\x82\xac \xf0\x9f\x98\x80");
	assert_escaped("\xc2\xa0", "\xc2\xa0");
}

static void test_controls_are_escaped(void)
{
	assert_escaped("\x1b[31mred\x07", "\\x1b[31mred\\x07");
	assert_escaped("a\tb\r\n", "a\\x09b\\x0d\\x0a");
	assert_escaped("\x1f\x20\x7e\x7f", "\\x1f ~\\x7f");
	assert_escaped("\xc2\x80\xc2\x9b\xc2\x9f", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f");
	assert_escaped_len("a\0b", 3, "a\\x00b");
}

static void test_marks_that_mislead_are_escaped(void)
{
	assert_escaped("a\xe2\x80\xae"
		       "b",
		       "a\\xe2\\x80\\xaeb");
	assert_escaped("\xe2\x81\xa6\xe2\x81\xa9", "\\xe2\\x81\\xa6\\xe2\\x81\\xa9");
	assert_escaped("\xe2\x80\xa8\xd8\x9c", "\\xe2\\x80\\xa8\\xd8\\x9c");
	assert_escaped("\xe2\x80\xa7\xe2\x81\xaa", "\xe2\x80\xa7\xe2\x81\xaa");
}

static void test_invalid_bytes_are_escaped(void)
{
	assert_escaped("\xff", "\\xff");
	assert_escaped("\xe2\x82", "\\xe2\\x82");
	assert_escaped("\xe2\x82z", "\\xe2\\x82z");
	assert_escaped("\xed\xa0\x80", "\\xed\\xa0\\x80");
	assert_escaped("\x9b\x31m", "\\x9b1m");
	assert_escaped_len("\xe2\x82\xac", 2, "\\xe2\\x82");
}

static void test_backslash_only_where_it_misleads(void)
{
	assert_escaped("C:\\dir\\", "C:\\dir\\");
	assert_escaped("\\x41", "\\\\x41");
	assert_escaped("\\\\x", "\\\\\\x");
	assert_escaped("\\X41", "\\X41");
	assert_escaped_len("\\x", 1, "\\");
}

static CU_TestInfo tests[] = {
	{ "every code point survives encoding and decoding", test_every_code_point_returns },
	{ "known encodings are met", test_known_encodings },
	{ "invalid sequences are refused", test_invalid },
	{ "only the first character is looked at", test_only_the_first_character },
	{ "harmless text stays as it is", test_harmless_text_stays },
	{ "control characters are escaped", test_controls_are_escaped },
	{ "marks that make a line read differently are escaped",
	  test_marks_that_mislead_are_escaped },
	{ "bytes that are not UTF-8 are escaped", test_invalid_bytes_are_escaped },
	{ "a backslash is doubled only before an x", test_backslash_only_where_it_misleads },
	CU_TEST_INFO_NULL,
};

int main(int argc, char **argv)
{
	return suite_run("text", tests, argc, argv);
}
