/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes a document of a text: the grammar of RFC 8259, strictly, UTF-8 inside strings, and keys that
 * differ. Nothing is looked at twice. A fleet spends more of its time here than anywhere else.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json-value.h"
#include "base/text.h"
#include "base/util.h"
#include "base/word.h"

enum {
	/* Zeros behind the text. None of them is JSON, so that no end has to be looked for, and they
	 * may be read eight at a time. */
	PADDING = 8,

	/* A guest's statistics have a value every 29 bytes: their document need not grow, and is small
	 * enough for malloc() to have one at hand. */
	BYTES_PER_VALUE = 28,
	CAPACITY_MIN = 4,

	SMALL_OBJECT = 32,

	DIGITS_OF_64_BITS = 20,
};

/* Values are named by their number here: growing moves them. */
struct parser {
	char *at;  /* in a copy of the text, where strings are unescaped in place */
	char *end; /* the first byte of the padding */
	struct document *document;
	uint32_t count, capacity;
	unsigned int depth; /* arrays and objects that are open */
};

static bool accept(struct parser *parser, char c)
{
	if (*parser->at != c)
		return false;
	parser->at++;
	return true;
}

static void skip_space(struct parser *parser)
{
	char *at = parser->at;

	while (*at <= ' ' && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
		at++;
	parser->at = at;
}

/* Numbers ---------------------------------------------------------------------------------------*/

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One or more. */
static bool accept_digits(struct parser *parser)
{
	if (!is_digit(*parser->at))
		return false;
	while (is_digit(*parser->at))
		parser->at++;
	return true;
}

static bool is_above_64_bits(const char *digits)
{
	uint64_t number = 0;

	for (; is_digit(*digits); digits++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, (unsigned int)*digits - '0', &number))
			return true;
	return false;
}

static void parse_magnitude(struct parser *parser, struct json *ret)
{
	char *at = parser->at;
	uint64_t number = 0;

	for (; is_digit(*at); at++)
		number = number * 10 + ((unsigned int)*at - '0');
	ret->number = number;
	ret->is_too_long = at - parser->at >= DIGITS_OF_64_BITS && is_above_64_bits(parser->at);
	parser->at = at;
}

static int parse_number(struct parser *parser, struct json *ret)
{
	ret->text = parser->at;
	ret->type = JSON_INTEGER;
	ret->is_negative = accept(parser, '-');
	if (!is_digit(*parser->at))
		return -EBADMSG;
	if (!accept(parser, '0'))
		parse_magnitude(parser, ret);
	if (accept(parser, '.')) {
		ret->type = JSON_REAL;
		if (!accept_digits(parser))
			return -EBADMSG;
	}
	if (accept(parser, 'e') || accept(parser, 'E')) {
		ret->type = JSON_REAL;
		if (!accept(parser, '+'))
			accept(parser, '-');
		if (!accept_digits(parser))
			return -EBADMSG;
	}
	return 0;
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
static int32_t parse_unit(struct parser *parser)
{
	int32_t unit = 0;

	if (parser->at[0] != '\\' || parser->at[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		int digit = hex_value(parser->at[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	parser->at += 6;
	return unit;
}

/* These write what was escaped to *out, which is never ahead of what is read. */
static int parse_unicode_escape(struct parser *parser, char **out)
{
	int32_t point = parse_unit(parser);

	if (point >= 0xd800 && point <= 0xdbff) {
		int32_t low = parse_unit(parser);

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

static int parse_escape(struct parser *parser, char **out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (parser->at[1] == 'u')
		return parse_unicode_escape(parser, out);
	found = memchr(from, parser->at[1], sizeof(from) - 1);
	if (found == NULL)
		return -EBADMSG;
	*(*out)++ = to[found - from];
	parser->at += 2;
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
static int parse_special(struct parser *parser, char **out)
{
	size_t size;

	if (*parser->at == '\\')
		return parse_escape(parser, out);
	if ((unsigned char)*parser->at < 0x20)
		return -EBADMSG;
	size = text_decode(parser->at, (size_t)(parser->end - parser->at), NULL);
	if (size == 0)
		return -EBADMSG;
	memmove(*out, parser->at, size);
	parser->at += size;
	*out += size;
	return 0;
}

/* Once something has been unescaped, all that follows moves down. */
static int parse_rest_of_string(struct parser *parser, char **out)
{
	while (*parser->at != '"') {
		char *plain;

		if (parse_special(parser, out) < 0)
			return -EBADMSG;
		plain = parser->at;
		parser->at = skip_plain(plain);
		memmove(*out, plain, (size_t)(parser->at - plain));
		*out += parser->at - plain;
	}
	return 0;
}

static inline int parse_string(struct parser *parser, const char **ret, size_t *ret_len)
{
	char *start = parser->at + 1;
	char *out;

	if (*parser->at != '"')
		return -EBADMSG;
	parser->at = out = skip_plain(start);
	if (*parser->at != '"' && parse_rest_of_string(parser, &out) < 0)
		return -EBADMSG;
	parser->at++;
	*out = '\0';
	*ret = start;
	*ret_len = (size_t)(out - start);
	return 0;
}

/* Keys ------------------------------------------------------------------------------------------*/

/* Of one object. */
struct keys {
	uint64_t bits; /* of those that there are; see get_key_bit() */
	size_t count;
	bool are_doubtful; /* two may be the same */
};

/* One of 64, from the ends of the key; the sixteen of a guest's statistics have one each. */
static uint64_t get_key_bit(const char *key, size_t len)
{
	uint64_t sum = word_load(key);

	if (len < sizeof(sum))
		sum &= (UINT64_C(1) << 8 * len) - 1;
	else
		sum += word_load(key + len - sizeof(sum));
	return UINT64_C(1) << (sum * UINT64_C(0x91b7584a2265b1f5) >> 58);
}

/* A key is compared with those before it only if its bit is one of theirs, and not at once if there
 * are many. */
static int check_key(struct keys *keys, const struct json *object, const char *key, size_t len)
{
	uint64_t bit = get_key_bit(key, len);

	if (keys->bits & bit) {
		if (keys->count >= SMALL_OBJECT)
			keys->are_doubtful = true;
		else if (json_member(object, key) != NULL)
			return -EBADMSG;
	}
	keys->bits |= bit;
	keys->count++;
	return 0;
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, so that a hostile object of 100,000 members costs no 5,000,000,000 comparisons. */
static int check_keys(const struct keys *keys, const struct json *object)
{
	const char **sorted;
	const struct json *child;
	size_t n = 0;
	int r = 0;

	if (!keys->are_doubtful)
		return 0;
	sorted = calloc(keys->count, sizeof(*sorted));
	if (sorted == NULL)
		return -ENOMEM;
	json_for_each (child, object)
		sorted[n++] = child->key;
	qsort(sorted, n, sizeof(*sorted), compare_keys);
	for (size_t i = 1; i < n && r == 0; i++)
		if (string_equal(sorted[i - 1], sorted[i]))
			r = -EBADMSG;
	free(sorted);
	return r;
}

/* Values ----------------------------------------------------------------------------------------*/

static int grow(struct parser *parser, uint32_t capacity)
{
	struct document *document = parser->document;

	if (parser->count == JSON_VALUES_MAX)
		return -E2BIG;
	capacity = MIN(capacity, (uint32_t)JSON_VALUES_MAX);
	document = realloc(document, sizeof(*document) + capacity * sizeof(document->values[0]));
	if (document == NULL)
		return -ENOMEM;
	parser->document = document;
	parser->capacity = capacity;
	return 0;
}

static int parse_value(struct parser *parser, const char *key);

/* What comes before a member's value. */
static int parse_key(struct parser *parser, uint32_t object, struct keys *keys, const char **ret)
{
	size_t len;
	int r;

	skip_space(parser);
	r = parse_string(parser, ret, &len);
	if (r < 0)
		return r;
	skip_space(parser);
	if (!accept(parser, ':'))
		return -EBADMSG;
	return check_key(keys, &parser->document->values[object], *ret, len);
}

/* From behind the opening bracket of the array or object to behind its closing one. */
static int parse_children(struct parser *parser, uint32_t parent, bool is_object)
{
	char bracket = is_object ? '}' : ']';
	struct keys keys = { 0 };
	const char *key = NULL;
	uint32_t child, last = parent;
	int r = 0;

	skip_space(parser);
	if (accept(parser, bracket))
		return 0;
	do {
		if (is_object)
			r = parse_key(parser, parent, &keys, &key);
		child = parser->count;
		if (r == 0)
			r = parse_value(parser, key);
		if (r < 0)
			return r;
		if (last == parent)
			parser->document->values[parent].has_children = true;
		else
			parser->document->values[last].next = child - last;
		last = child;
	} while (accept(parser, ','));
	if (!accept(parser, bracket))
		return -EBADMSG;
	return check_keys(&keys, &parser->document->values[parent]);
}

static int parse_container(struct parser *parser, struct json *ret, enum json_type type)
{
	int r;

	if (parser->depth == JSON_DEPTH_MAX)
		return -E2BIG;
	ret->type = (uint8_t)type;
	parser->at++;
	parser->depth++;
	r = parse_children(parser, (uint32_t)(ret - parser->document->values), type == JSON_OBJECT);
	parser->depth--;
	return r;
}

static int parse_word(struct parser *parser, const char *word)
{
	for (; *word != '\0'; word++)
		if (!accept(parser, *word))
			return -EBADMSG;
	return 0;
}

static int parse_bool(struct parser *parser, struct json *ret)
{
	ret->type = JSON_BOOL;
	ret->number = *parser->at == 't';
	return parse_word(parser, ret->number ? "true" : "false");
}

static int parse_text(struct parser *parser, struct json *ret)
{
	size_t len;

	ret->type = JSON_STRING;
	return parse_string(parser, &ret->text, &len);
}

static int parse_any(struct parser *parser, struct json *ret)
{
	switch (*parser->at) {
	case '{':
		return parse_container(parser, ret, JSON_OBJECT);
	case '[':
		return parse_container(parser, ret, JSON_ARRAY);
	case '"':
		return parse_text(parser, ret);
	case 't':
	case 'f':
		return parse_bool(parser, ret);
	case 'n':
		return parse_word(parser, "null");
	default:
		return parse_number(parser, ret);
	}
}

/* With the white space around it. Recursion ends at JSON_DEPTH_MAX. */
static int parse_value(struct parser *parser, const char *key)
{
	struct json *value;
	int r;

	if (parser->count == parser->capacity) {
		r = grow(parser, parser->capacity * 2);
		if (r < 0)
			return r;
	}
	value = &parser->document->values[parser->count++];
	*value = (struct json){ .key = key };
	skip_space(parser);
	r = parse_any(parser, value);
	skip_space(parser);
	return r;
}

static int parse(struct parser *parser, const char *text, size_t len)
{
	int r = grow(parser, CAPACITY_MIN + (uint32_t)len / BYTES_PER_VALUE);
	char *texts;

	if (r < 0)
		return r;
	texts = parser->document->texts = malloc(len + PADDING);
	if (texts == NULL)
		return -ENOMEM;
	memcpy(texts, text, len);
	memset(texts + len, 0, PADDING);
	parser->at = texts;
	parser->end = texts + len;
	r = parse_value(parser, NULL);
	if (r < 0)
		return r;
	return parser->at == parser->end ? 0 : -EBADMSG;
}

int json_parse(const char *text, size_t len, struct json **ret)
{
	struct parser parser = { 0 };
	int r;

	if (len > JSON_BYTES_MAX)
		return -E2BIG;
	r = parse(&parser, text, len);
	if (r == 0)
		*ret = parser.document->values;
	else if (parser.document != NULL)
		json_free(parser.document->values);
	return r;
}
