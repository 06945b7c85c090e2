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

static bool accept(struct json_scan *scan, char c)
{
	if (*scan->at != c)
		return false;
	scan->at++;
	return true;
}

static void skip_space(struct json_scan *scan)
{
	while (*scan->at <= ' ' &&
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
	if (!is_digit(*scan->at))
		return false;
	while (is_digit(*scan->at))
		scan->at++;
	return true;
}

static int scan_number(struct json_scan *scan, struct json_token *token)
{
	token->text = scan->at;
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

	if (scan->at[0] != '\\' || scan->at[1] != 'u')
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

/* These write what was escaped to *out, which is never ahead of what is read. */
static int scan_unicode_escape(struct json_scan *scan, char **out)
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
	*out += text_encode(*out, (uint32_t)point);
	return 0;
}

static int scan_escape(struct json_scan *scan, char **out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (scan->at[1] == 'u')
		return scan_unicode_escape(scan, out);
	found = memchr(from, scan->at[1], sizeof(from) - 1);
	if (found == NULL)
		return -EBADMSG;
	*(*out)++ = to[found - from];
	scan->at += 2;
	return 0;
}

/* To the next byte that does not stand for itself in a string: a control, a quote, a backslash or
 * one that isn't ASCII. The padding has the first. */
static char *skip_plain(char *at)
{
	for (;; at += 8) {
		uint64_t word = word_load(at);
		uint64_t special = word_below(word, 0x20) | word_equal(word, '"') |
				   word_equal(word, '\\') | (word & WORD_HIGH);

		if (special != 0)
			return at + word_first(special);
	}
}

/* Anything but a closing quote: an escape, or a character that isn't ASCII. */
static int scan_special(struct json_scan *scan, char **out)
{
	size_t size;

	if (*scan->at == '\\')
		return scan_escape(scan, out);
	if ((unsigned char)*scan->at < 0x20)
		return -EBADMSG;
	size = text_decode(scan->at, (size_t)(scan->end - scan->at), NULL);
	if (size == 0)
		return -EBADMSG;
	memmove(*out, scan->at, size);
	scan->at += size;
	*out += size;
	return 0;
}

/* Once something has been unescaped, all that follows moves down. */
static int scan_rest_of_string(struct json_scan *scan, char **out)
{
	while (*scan->at != '"') {
		char *plain;

		if (scan_special(scan, out) < 0)
			return -EBADMSG;
		plain = scan->at;
		scan->at = skip_plain(plain);
		memmove(*out, plain, (size_t)(scan->at - plain));
		*out += scan->at - plain;
	}
	return 0;
}

static int scan_string(struct json_scan *scan, const char **ret, size_t *ret_len)
{
	char *start = scan->at + 1;
	char *out;

	if (*scan->at != '"')
		return -EBADMSG;
	scan->at = out = skip_plain(start);
	if (*scan->at != '"' && scan_rest_of_string(scan, &out) < 0)
		return -EBADMSG;
	scan->at++;
	*out = '\0';
	*ret = start;
	*ret_len = (size_t)(out - start);
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
	size_t len;

	if (++scan->values > JSON_VALUES_MAX)
		return -E2BIG;
	skip_space(scan);
	switch (*scan->at) {
	case '{':
		token->type = JSON_OBJECT;
		return open_container(scan, token);
	case '[':
		token->type = JSON_ARRAY;
		return open_container(scan, token);
	case '"':
		token->type = JSON_STRING;
		return scan_string(scan, &token->text, &len);
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
		if (scan_string(scan, &ret->key, &ret->key_len) < 0)
			return -EBADMSG;
		skip_space(scan);
		if (!accept(scan, ':'))
			return -EBADMSG;
	}
	return scan_value(scan, ret);
}
