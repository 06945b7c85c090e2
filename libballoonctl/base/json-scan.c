/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The grammar of RFC 8259, strictly, and UTF-8 inside strings. Nothing is looked at twice, and
 * there is no recursion to bound. Values and the rule about keys are json.c's.
 */
#include "base/json-scan.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "base/word.h"

/* The next byte; at the end a NUL, which the grammar has nowhere outside strings. */
static char peek(const struct json_scan *scan)
{
	return scan->at < scan->end ? *scan->at : '\0';
}

static bool accept(struct json_scan *scan, char c)
{
	if (peek(scan) != c)
		return false;
	scan->at++;
	return true;
}

static void skip_space(struct json_scan *scan)
{
	while (scan->at < scan->end && *scan->at <= ' ' &&
	       (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t'))
		scan->at++;
}

/* Numbers ---------------------------------------------------------------------------------------*/

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One or more. */
static bool accept_digits(struct json_scan *scan)
{
	if (!is_digit(peek(scan)))
		return false;
	while (is_digit(peek(scan)))
		scan->at++;
	return true;
}

static int scan_number(struct json_scan *scan, struct json_token *token)
{
	const char *start = scan->at;
	size_t len;

	token->type = JSON_INTEGER;
	accept(scan, '-');
	if (!accept(scan, '0') && !accept_digits(scan))
		return -EBADMSG;
	if (accept(scan, '.')) {
		token->type = JSON_REAL;
		if (!accept_digits(scan))
			return -EBADMSG;
	}
	if (accept(scan, 'e') || accept(scan, 'E')) {
		token->type = JSON_REAL;
		if (!accept(scan, '+'))
			accept(scan, '-');
		if (!accept_digits(scan))
			return -EBADMSG;
	}
	len = (size_t)(scan->at - start);
	memcpy(scan->out, start, len);
	scan->out[len] = '\0';
	token->text = scan->out;
	scan->out += len + 1;
	return 1;
}

/* Strings ---------------------------------------------------------------------------------------*/

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The 16 bits of \uXXXX, or -1. */
static int32_t scan_unit(struct json_scan *scan)
{
	int32_t unit = 0;

	if (scan->end - scan->at < 6 || scan->at[0] != '\\' || scan->at[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		int digit = hex_value(scan->at[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	scan->at += 6;
	return unit;
}

static int scan_unicode_escape(struct json_scan *scan)
{
	int32_t point = scan_unit(scan);

	if (point >= 0xd800 && point <= 0xdbff) {
		int32_t low = scan_unit(scan);

		if (low < 0xdc00 || low > 0xdfff)
			return -EBADMSG;
		point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
	} else if (point < 0 || (point >= 0xdc00 && point <= 0xdfff)) {
		return -EBADMSG;
	}
	if (point == 0)
		point = 0xfffd;
	scan->out += text_encode(scan->out, (uint32_t)point);
	return 0;
}

static int scan_escape(struct json_scan *scan)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (scan->end - scan->at < 2)
		return -EBADMSG;
	if (scan->at[1] == 'u')
		return scan_unicode_escape(scan);
	found = memchr(from, scan->at[1], sizeof(from) - 1);
	if (found == NULL)
		return -EBADMSG;
	*scan->out++ = to[found - from];
	scan->at += 2;
	return 0;
}

/* Stands for itself in a string: ASCII but for controls, quote and backslash. */
static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

static void copy_plain(struct json_scan *scan)
{
	while (scan->end - scan->at >= 8) {
		uint64_t word = word_load(scan->at);
		uint64_t special = word_below(word, 0x20) | word_equal(word, '"') |
				   word_equal(word, '\\') | (word & WORD_HIGH);
		size_t n = special != 0 ? word_first(special) : 8;

		/* All eight: what is too much will be overwritten, and `out` never overtakes
		 * `at`, so there is room. */
		memcpy(scan->out, scan->at, 8);
		scan->at += n;
		scan->out += n;
		if (special != 0)
			return;
	}
	while (is_plain(peek(scan)))
		*scan->out++ = *scan->at++;
}

/* Anything but a closing quote: an escape, or a character that isn't ASCII. */
static int scan_special(struct json_scan *scan)
{
	size_t size;

	if (peek(scan) == '\\')
		return scan_escape(scan);
	if ((unsigned char)peek(scan) < 0x20)
		return -EBADMSG;
	size = text_decode(scan->at, (size_t)(scan->end - scan->at), NULL);
	if (size == 0)
		return -EBADMSG;
	memcpy(scan->out, scan->at, size);
	scan->at += size;
	scan->out += size;
	return 0;
}

static int scan_string(struct json_scan *scan, const char **ret)
{
	char *start = scan->out;

	if (!accept(scan, '"'))
		return -EBADMSG;
	for (copy_plain(scan); !accept(scan, '"'); copy_plain(scan))
		if (scan_special(scan) < 0)
			return -EBADMSG;
	*scan->out++ = '\0';
	*ret = start;
	return 1;
}

/* Values ----------------------------------------------------------------------------------------*/

static int scan_word(struct json_scan *scan, const char *word)
{
	for (; *word != '\0'; word++)
		if (!accept(scan, *word))
			return -EBADMSG;
	return 1;
}

static int open_container(struct json_scan *scan, struct json_token *token)
{
	if (scan->depth == JSON_DEPTH_MAX)
		return -E2BIG;
	scan->at++;
	scan->in_object[scan->depth++] = token->type == JSON_OBJECT;
	scan->opened = true;
	return 1;
}

static int scan_value(struct json_scan *scan, struct json_token *token)
{
	if (++scan->values > JSON_VALUES_MAX)
		return -E2BIG;
	skip_space(scan);
	switch (peek(scan)) {
	case '{':
		token->type = JSON_OBJECT;
		return open_container(scan, token);
	case '[':
		token->type = JSON_ARRAY;
		return open_container(scan, token);
	case '"':
		token->type = JSON_STRING;
		return scan_string(scan, &token->text);
	case 't':
		token->type = JSON_BOOL;
		token->truth = true;
		return scan_word(scan, "true");
	case 'f':
		token->type = JSON_BOOL;
		return scan_word(scan, "false");
	case 'n':
		return scan_word(scan, "null");
	default:
		return scan_number(scan, token);
	}
}

int json_scan_next(struct json_scan *scan, struct json_token *ret)
{
	bool first = scan->opened;
	bool in_object;

	*ret = (struct json_token){ 0 };
	scan->opened = false;
	if (scan->depth == 0 && scan->values == 0)
		return scan_value(scan, ret);
	skip_space(scan);
	if (scan->depth == 0)
		return scan->at == scan->end ? 0 : -EBADMSG;
	in_object = scan->in_object[scan->depth - 1];
	if (accept(scan, in_object ? '}' : ']')) {
		scan->depth--;
		ret->type = in_object ? JSON_OBJECT : JSON_ARRAY;
		ret->closes = true;
		return 1;
	}
	if (!first && !accept(scan, ','))
		return -EBADMSG;
	if (in_object) {
		skip_space(scan);
		if (scan_string(scan, &ret->key) < 0)
			return -EBADMSG;
		skip_space(scan);
		if (!accept(scan, ':'))
			return -EBADMSG;
	}
	return scan_value(scan, ret);
}
