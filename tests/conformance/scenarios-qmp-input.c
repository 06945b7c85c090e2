/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Malformed input and what QEMU says of it: B146 to B150. Every input is followed by a byte 0xff,
 * which brings the parser back to its senses with an error of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "scenario.h"

static void try_bytes(struct rig *rig, const void *bytes, size_t len, const char *name)
{
	char *lines = rig_qmp_raw(rig, bytes, len);

	observe_text(rig, name, lines);
	free(lines);
}

static void try_text(struct rig *rig, const char *text)
{
	try_bytes(rig, text, strlen(text), text);
}

#define try_all(rig, ...)                                                     \
	do {                                                                  \
		static const char *const texts[] = { __VA_ARGS__ };           \
                                                                              \
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) \
			try_text(rig, texts[i]);                              \
	} while (0)

static void b146_a_value_is_missing(struct rig *rig)
{
	try_all(rig, "{\"execute\":}", "}", "]", ",", ":", "{\"a\":,}", "[,]", "[1,]", "{\"a\":]",
		"[:]", "{\"a\"::1}", "[}", "{\"a\":1,\"b\":}");
}

static void b146_a_colon_is_missing(struct rig *rig)
{
	try_all(rig, "{\"a\" \"b\"}", "{\"a\"}", "{\"a\",\"b\"}", "{\"a\" 1}", "{\"a\"]");
}

static void b146_a_key_is_missing(struct rig *rig)
{
	try_all(rig, "{\"a\":1,}", "{,}", "{:1}", "{[]:1}", "{{}:1}");
}

static void b146_a_key_is_no_string(struct rig *rig)
{
	try_all(rig, "{a:1}", "{1:2}", "{true:1}", "{null:1}", "{1.5:1}");
}

static void b146_a_separator_is_missing_in_an_object(struct rig *rig)
{
	try_all(rig, "{\"a\":1 \"b\":2}", "{\"a\":1]", "{\"a\":1:}", "{\"a\":{} {}}");
}

static void b146_a_separator_is_missing_in_a_list(struct rig *rig)
{
	try_all(rig, "[1 2]", "[1}", "[[] []]", "[1:2]");
}

static void b146_keywords_that_are_none(struct rig *rig)
{
	try_all(rig, "{\"a\": nope}", "nope ", "[True]", "[nul]", "[nulll]", "tru", "falsetrue ");
}

static void b146_a_key_comes_twice(struct rig *rig)
{
	try_all(rig, "{\"a\":1,\"a\":2}", "{\"execute\":\"query-name\",\"execute\":\"stop\"}",
		"{\"id\":{\"b\":1,\"b\":1},\"execute\":\"query-name\"}");
}

static void b146_escapes_that_are_none(struct rig *rig)
{
	try_all(rig, "\"\\q\"", "[\"\\x41\"]", "{\"execute\":\"\\a\"}", "\"\\U0041\"", "'\\q'");
}

static void b146_characters_that_are_none(struct rig *rig)
{
	try_all(rig, "\"\\u12\"", "\"\\u\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
		"\"\\u123g\"", "\"\\u0000\"", "\"\\ufffe\"", "{\"execute\":\"a\\u0000b\"}",
		"\"\\ud83d\\ude00\"");
}

static void b146_stray_characters(struct rig *rig)
{
	try_all(rig, "01", "[01]", "+", "+1", ".", ".5", "%", "%s", "[%d]", "/", "(", "@", "#",
		"[&]", "-", "[-]", "1.", "[1.]", "1e", "[1e+]", "--1", "`", "~", "^");
}

static void b147_a_stray_character_inside_an_object(struct rig *rig)
{
	try_all(rig, "{\"a\": +}", "{\"a\": 01}", "{+}", "[[[+]]]", "{\"a\":1 ; \"b\":2}");
}

static void b146_control_characters(struct rig *rig)
{
	try_bytes(rig, "\0", 1, "NUL");
	try_bytes(rig, "\x01", 1, "1");
	try_bytes(rig, "\"a\nb\"", 5, "LF in a string");
	try_bytes(rig, "\"a\tb\"", 5, "tab in a string");
	try_bytes(rig, "\"a\0b\"", 5, "NUL in a string");
	try_bytes(rig, "\x7f", 1, "DEL");
	try_bytes(rig, "\x1b[A", 3, "escape");
}

static void b146_bytes_that_are_no_utf8(struct rig *rig)
{
	try_bytes(rig, "\xc3\xa9", 2, "a letter outside a string");
	try_bytes(rig, "\"\xc3\"", 3, "half a letter");
	try_bytes(rig, "\"\xc0\x80\"", 4, "an overlong NUL");
	try_bytes(rig, "\"\xed\xa0\x80\"", 5, "a surrogate");
	try_bytes(rig, "\"\xf4\x90\x80\x80\"", 6, "beyond Unicode");
	try_bytes(rig, "\"\x80\"", 3, "a continuation alone");
	try_bytes(rig, "{\"execute\":\"\xc3\xa9\"}", 15, "a command");
	try_bytes(rig, "{\"execute\":\"\xe9\"}", 14, "a command in Latin 1");
	try_bytes(rig, "\xfe", 1, "0xfe");
}

static void b149_byte_255_resets(struct rig *rig)
{
	try_bytes(rig, "\xff", 1, "alone");
	try_bytes(rig, "nul\xff", 4, "inside a keyword");
	try_bytes(rig, "{\"a\":\xff", 6, "inside an object");
	try_bytes(rig, "\"abc\xff", 5, "inside a string");
	try_bytes(rig, "12\xff", 3, "inside a number");
	try_bytes(rig, "\xff\xff", 2, "twice");
}

static void b148_open_objects(struct rig *rig)
{
	try_all(rig, "{", "[", "{\"a\":", "{\"a\":[{", "\"abc", "{\"execute\":\"query-name\"",
		"{\"a\" \"b\" {\"execute\":\"query-name\"}");
}

static void b130_white_space_is_ignored(struct rig *rig)
{
	try_all(rig, " \t\r\n \n{ \"execute\" : \"query-name\" }\n\n", "\v", "\f");
}

static void b130_scalars_wait_for_their_end(struct rig *rig)
{
	try_all(rig, "5", "5 ", "true\n", "12 34 ", "-0 ", "1.5e3 ", "\"abc\"", "null,", "5[]",
		"true{}", "[]5 ", "18446744073709551616 ", "1e999 ", "-1e999 ");
}

static void b146_lines_and_columns_count_on(struct rig *rig)
{
	try_all(rig, "\n\n   }", "{\"execute\":\"query-name\"} ]", "\t]", "\r\n]",
		"{\n\"a\"\n\"b\"\n}", "[1,\n2,\n\n   3 4]", "\"\xc3\xa9\xc3\xa9\" ]");
}

static void nested(struct rig *rig, int depth, const char *name)
{
	size_t head = strlen("{\"execute\":\"query-name\",\"id\":");
	char *text = malloc(head + 2 * (size_t)depth + 2);
	char *lines;
	size_t len;

	strcpy(text, "{\"execute\":\"query-name\",\"id\":");
	memset(text + head, '[', depth);
	memset(text + head + depth, ']', depth);
	strcpy(text + head + 2 * (size_t)depth, "}");
	lines = rig_qmp_raw(rig, text, strlen(text));
	len = strlen(lines);
	observe(rig, name, len);
	if (len > 1000)
		lines[1000] = '\0';
	observe_text(rig, name, lines);
	free(lines);
	free(text);
}

static void b150_nesting_of_1023_is_fine(struct rig *rig)
{
	nested(rig, 1023, "1023");
}

static void b150_nesting_of_1024_is_not(struct rig *rig)
{
	nested(rig, 1024, "1024");
}

static void b150_nesting_of_3000(struct rig *rig)
{
	nested(rig, 3000, "3000");
}

static void b146_after_each_error_commands_work(struct rig *rig)
{
	rig_qmp(rig, "{'execute':'query-name'}");
	try_text(rig, "}{\"execute\":\"query-name\",\"id\":1}");
	try_text(rig, "nope {\"execute\":\"query-name\",\"id\":2}");
	try_text(rig, "{\"a\":1,}{\"execute\":\"query-name\",\"id\":3}");
	try_text(rig, "+{\"execute\":\"query-name\",\"id\":4}");
	try_text(rig, "[1 2]{\"execute\":\"query-name\",\"id\":5}");
}

static void b146_percent_and_long_tokens(struct rig *rig)
{
	char text[3000];

	memset(text, 'a', sizeof(text));
	try_bytes(rig, text, sizeof(text), "a long keyword");
	memset(text, '1', sizeof(text));
	try_bytes(rig, text, 400, "a long number");
	memset(text, 'x', sizeof(text));
	memcpy(text, "{\"execute\":\"", 12);
	memcpy(text + sizeof(text) - 2, "\"}", 2);
	try_bytes(rig, text, sizeof(text), "a long name");
}

const struct scenario scenarios_qmp_input[] = {
	{ SCENARIO(b130_scalars_wait_for_their_end) },
	{ SCENARIO(b130_white_space_is_ignored) },
	{ SCENARIO(b146_a_colon_is_missing) },
	{ SCENARIO(b146_a_key_comes_twice) },
	{ SCENARIO(b146_a_key_is_missing) },
	{ SCENARIO(b146_a_key_is_no_string) },
	{ SCENARIO(b146_a_separator_is_missing_in_a_list) },
	{ SCENARIO(b146_a_separator_is_missing_in_an_object) },
	{ SCENARIO(b146_a_value_is_missing) },
	{ SCENARIO(b146_after_each_error_commands_work) },
	{ SCENARIO(b146_bytes_that_are_no_utf8) },
	{ SCENARIO(b146_characters_that_are_none) },
	{ SCENARIO(b146_control_characters) },
	{ SCENARIO(b146_escapes_that_are_none) },
	{ SCENARIO(b146_keywords_that_are_none) },
	{ SCENARIO(b146_lines_and_columns_count_on) },
	{ SCENARIO(b146_percent_and_long_tokens) },
	{ SCENARIO(b146_stray_characters) },
	{ SCENARIO(b147_a_stray_character_inside_an_object) },
	{ SCENARIO(b148_open_objects) },
	{ SCENARIO(b149_byte_255_resets) },
	{ SCENARIO(b150_nesting_of_1023_is_fine) },
	{ SCENARIO(b150_nesting_of_1024_is_not) },
	{ SCENARIO(b150_nesting_of_3000) },
	SCENARIO_END,
};
