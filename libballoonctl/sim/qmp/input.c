/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tokens to messages. The tree is built as tokens come, so no token is kept; the first mistake of a
 * message is remembered, the rest of the message only counted until its brackets balance.
 */
#include "sim/qmp/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/util.h"
#include "sim/qmp/output.h"

#define NOTHING_OPEN UINT32_MAX

enum {
	SENTENCE_MAX = 1023, /* bytes of a mistake, as QEMU cuts it */
};

enum expected {
	EXPECT_VALUE,
	EXPECT_VALUE_OR_END, /* behind "[" */
	EXPECT_KEY,
	EXPECT_KEY_OR_END, /* behind "{" */
	EXPECT_COLON,
	EXPECT_COMMA_OR_END,
	EXPECT_NOTHING, /* the message is complete */
};

/* The words of a mistake: QEMU 7.2's and 10.0's, and 11.1's. */
struct words {
	const char *old, *prompt;
};

static const struct words no_value = { "expecting value", "expecting value" };
static const struct words no_key = { "expecting value", "expecting key" };
static const struct words bad_key = { "key is not a string in object", "expecting key" };
static const struct words no_colon = { "missing : in object pair", "expecting ':'" };
static const struct words no_comma = { "expected separator in dict", "expected ',' or '}'" };
static const struct words no_list_comma = { "expected separator in list", "expected ',' or ']'" };
static const struct words bad_keyword = { "invalid keyword '", "invalid keyword '" };
static const struct words twice = { "duplicate key", "duplicate key" };

static void reset(struct sim_input *input)
{
	input->expected = EXPECT_VALUE;
	input->has_failed = input->was_told = false;
	input->n_braces = input->n_brackets = 0;
	input->n_tokens = 0;
	input->n_bytes = 0;
	input->open = NOTHING_OPEN;
}

void sim_input_init(struct sim_input *input, bool is_prompt)
{
	*input = (struct sim_input){ .is_prompt = is_prompt };
	sim_lexer_init(&input->lexer);
	reset(input);
}

void sim_input_done(struct sim_input *input)
{
	sim_lexer_done(&input->lexer);
	sim_input_clear(input);
}

void sim_input_clear(struct sim_input *input)
{
	sim_tree_done(&input->tree);
	buf_done(&input->error);
	sim_lexer_forget(&input->lexer);
}

/* Take down a mistake, the first of its message, and forget what was read. A word that is part of
 * it stands in quotes behind the text, as far as there is room. */
static void fail(struct sim_input *input, const char *text, const char *word)
{
	size_t begin;

	buf_done(&input->error);
	sim_tree_done(&input->tree);
	input->has_failed = true;
	if (input->is_prompt) {
		buf_append_u64(&input->error, input->lexer.token_line);
		buf_append_string(&input->error, ":");
		buf_append_u64(&input->error, input->lexer.token_column);
		buf_append_string(&input->error, ": ");
	}
	buf_append_string(&input->error, "JSON parse error, ");
	begin = input->error.len;
	buf_append_string(&input->error, text);
	if (word != NULL) {
		buf_append_string(&input->error, word);
		buf_append_string(&input->error, "'");
	}
	input->error.len = MIN(input->error.len, begin + SENTENCE_MAX);
}

static int mistake(struct sim_input *input, const struct words *words)
{
	fail(input, input->is_prompt ? words->prompt : words->old,
	     words == &bad_keyword ? input->lexer.text.data : NULL);
	return 0;
}

/* Errors that have no place in the text. */
static void exceed(struct sim_input *input, const char *what)
{
	buf_done(&input->error);
	sim_tree_done(&input->tree);
	input->has_failed = true;
	buf_append_string(&input->error, what);
	buf_append_string(&input->error, " limit exceeded");
}

static bool is_in_object(const struct sim_input *input)
{
	return input->open != NOTHING_OPEN && input->tree.nodes[input->open].kind == SIM_OBJECT;
}

/* A value that begins at `node` is complete. */
static int complete(struct sim_input *input, uint32_t node)
{
	int r;

	if (input->open == NOTHING_OPEN) {
		input->expected = EXPECT_NOTHING;
		return 0;
	}
	input->expected = EXPECT_COMMA_OR_END;
	if (!is_in_object(input))
		return 0;
	r = sim_tree_has_key(&input->tree, input->open, node - 1);
	return r <= 0 ? r : mistake(input, &twice);
}

static int open_container(struct sim_input *input, enum sim_kind kind)
{
	int64_t node = sim_tree_add(&input->tree, kind);

	if (node < 0)
		return (int)node;
	input->tree.nodes[node].is_key =
		input->expected == EXPECT_KEY || input->expected == EXPECT_KEY_OR_END;
	input->tree.nodes[node].parent = input->open;
	input->open = (uint32_t)node;
	input->expected = kind == SIM_OBJECT ? EXPECT_KEY_OR_END : EXPECT_VALUE_OR_END;
	return 0;
}

static int close_container(struct sim_input *input)
{
	uint32_t node = input->open;
	struct sim_node *container = &input->tree.nodes[node];

	container->end = input->tree.n;
	input->open = container->parent;
	if (container->is_key)
		return mistake(input, &bad_key);
	return complete(input, node);
}

/* Four hexadecimal digits, or -1. */
static int32_t read_unit(const char *text)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	int32_t unit = 0;

	for (unsigned int i = 0; i < 4; i++) {
		const char *found = text[i] != '\0' ? strchr(digits, text[i]) : NULL;

		if (found == NULL)
			return -1;
		unit = unit << 4 | ((found - digits) & 15);
	}
	return unit;
}

/* "\uXXXX" at `text`, or two of them that are one character: true, and *text stands behind, or false.
 * *size is the length of what was looked at. */
static bool decode_unit(struct buf *to, const char **text, size_t *size)
{
	int32_t point = read_unit(*text + 2), low = -1;
	char bytes[4] = { (char)0xc0, (char)0x80 };

	*size = 6;
	if (point >= 0xd800 && point < 0xdc00 && (*text)[6] == '\\' && (*text)[7] == 'u')
		low = read_unit(*text + 8);
	if (low >= 0xdc00 && low < 0xe000) {
		point = 0x10000 + ((point & 0x3ff) << 10 | (low & 0x3ff));
		*size = 12;
	}
	if (point < 0 || !sim_output_is_character((uint32_t)point))
		return false;
	buf_append(to, bytes, point == 0 ? 2 : text_encode(bytes, (uint32_t)point));
	*text += *size;
	return true;
}

/* The string token's characters, appended to the tree's text: true, or false after a mistake. */
static bool decode_string(struct sim_input *input, struct buf *to)
{
	static const char escapes[] = "\"'\\/bfnrt", meanings[] = "\"'\\/\b\f\n\r\t";
	const char *text = input->lexer.text.data + 1;
	const char *end = input->lexer.text.data + input->lexer.text.len - 1;
	int32_t point;

	while (text < end) {
		size_t size = 0;
		const char *found;

		while (text + size < end && text[size] > 0 && text[size] != '\\')
			size++;
		if (size == 0 && *text != '\\') {
			size = sim_output_decode(text, (size_t)(end - text), &point);
			if (point < 0) {
				fail(input, "invalid UTF-8 sequence in string", NULL);
				return false;
			}
		}
		buf_append(to, text, size);
		text += size;
		if (size > 0)
			continue;
		found = strchr(escapes, text[1]);
		if (found != NULL) {
			buf_append(to, &meanings[found - escapes], 1);
			text += 2;
		} else if (text[1] != 'u') {
			fail(input, "invalid escape sequence in string", NULL);
			return false;
		} else if (!decode_unit(to, &text, &size)) {
			char shown[64];

			snprintf(shown, sizeof(shown), "%.*s is not a valid Unicode character",
				 (int)size, text);
			fail(input, shown, NULL);
			return false;
		}
	}
	return true;
}

static int64_t add_string(struct sim_input *input)
{
	size_t offset = input->tree.text.len;

	if (!decode_string(input, &input->tree.text))
		return 0;
	buf_append(&input->tree.text, "", 1);
	return sim_tree_add_text(&input->tree, offset);
}

static int64_t add_scalar(struct sim_input *input, enum sim_token token)
{
	static const char *const keywords[] = {
		[SIM_NULL] = "null",
		[SIM_FALSE] = "false",
		[SIM_TRUE] = "true",
	};
	const char *text = input->lexer.text.data;

	if (token == SIM_TOKEN_STRING)
		return add_string(input);
	if (token != SIM_TOKEN_KEYWORD)
		return sim_tree_add_number(&input->tree, text, token == SIM_TOKEN_INTEGER);
	for (unsigned int i = 0; i < ARRAY_SIZE(keywords); i++)
		if (string_equal(text, keywords[i]))
			return sim_tree_add(&input->tree, (enum sim_kind)i);
	return mistake(input, &bad_keyword);
}

static int read_value(struct sim_input *input, enum sim_token token)
{
	int64_t node;

	switch (token) {
	case SIM_TOKEN_OPEN_BRACE:
		return open_container(input, SIM_OBJECT);
	case SIM_TOKEN_OPEN_BRACKET:
		return open_container(input, SIM_ARRAY);
	case SIM_TOKEN_CLOSE_BRACE:
	case SIM_TOKEN_CLOSE_BRACKET:
	case SIM_TOKEN_COLON:
	case SIM_TOKEN_COMMA:
		return mistake(input, &no_value);
	default:
		node = add_scalar(input, token);
		if (node < 0 || input->has_failed)
			return (int)MIN(node, 0);
		return complete(input, (uint32_t)node);
	}
}

static int read_key(struct sim_input *input, enum sim_token token)
{
	int64_t node;

	if (token == SIM_TOKEN_STRING) {
		node = add_string(input);
		if (node < 0 || input->has_failed)
			return (int)MIN(node, 0);
		input->expected = EXPECT_COLON;
		return 0;
	}
	if (input->is_prompt || (token >= SIM_TOKEN_CLOSE_BRACE && token <= SIM_TOKEN_COMMA &&
				 token != SIM_TOKEN_OPEN_BRACKET))
		return mistake(input, &no_key);
	/* Older QEMUs read any value there first. */
	if (token == SIM_TOKEN_OPEN_BRACE || token == SIM_TOKEN_OPEN_BRACKET)
		return read_value(input, token);
	node = add_scalar(input, token);
	if (node < 0 || input->has_failed)
		return (int)MIN(node, 0);
	return mistake(input, &bad_key);
}

static int read_next(struct sim_input *input, enum sim_token token)
{
	bool in_object = is_in_object(input);

	if (token == SIM_TOKEN_COMMA) {
		input->expected = in_object ? EXPECT_KEY : EXPECT_VALUE;
		return 0;
	}
	if (token == (in_object ? SIM_TOKEN_CLOSE_BRACE : SIM_TOKEN_CLOSE_BRACKET))
		return close_container(input);
	return mistake(input, in_object ? &no_comma : &no_list_comma);
}

static int read_token(struct sim_input *input, enum sim_token token)
{
	switch (input->expected) {
	case EXPECT_VALUE_OR_END:
		if (token == SIM_TOKEN_CLOSE_BRACKET)
			return close_container(input);
		return read_value(input, token);
	case EXPECT_VALUE:
		return read_value(input, token);
	case EXPECT_KEY_OR_END:
		if (token == SIM_TOKEN_CLOSE_BRACE)
			return close_container(input);
		return read_key(input, token);
	case EXPECT_KEY:
		return read_key(input, token);
	case EXPECT_COLON:
		input->expected = EXPECT_VALUE;
		return token == SIM_TOKEN_COLON ? 0 : mistake(input, &no_colon);
	default:
		return read_next(input, token);
	}
}

static void count_token(struct sim_input *input, enum sim_token token)
{
	input->n_braces += (token == SIM_TOKEN_OPEN_BRACE) - (token == SIM_TOKEN_CLOSE_BRACE);
	input->n_brackets += (token == SIM_TOKEN_OPEN_BRACKET) - (token == SIM_TOKEN_CLOSE_BRACKET);
	input->n_bytes += input->lexer.text.len;
	input->n_tokens++;
}

static bool is_balanced(const struct sim_input *input)
{
	return input->n_braces < 0 || input->n_brackets < 0 ||
	       (input->n_braces == 0 && input->n_brackets == 0);
}

/* Is the message beyond a bound? */
static bool is_excessive(struct sim_input *input, enum sim_token token)
{
	if (token == SIM_TOKEN_HUGE || input->n_bytes >= SIM_TOKEN_BYTES_MAX)
		exceed(input, "JSON token size");
	else if (input->n_tokens > SIM_INPUT_TOKENS_MAX)
		exceed(input, "JSON token count");
	else if (input->n_braces + input->n_brackets > SIM_INPUT_DEPTH_MAX)
		exceed(input, "JSON nesting depth");
	else
		return false;
	return true;
}

static int tell(struct sim_input *input)
{
	char *end = buf_reserve(&input->error, 1);

	input->was_told = true;
	if (end == NULL)
		return -ENOMEM;
	*end = '\0';
	return SIM_MESSAGE_ERROR;
}

/* Bytes that are no token end the message on the spot. */
static int receive_stray(struct sim_input *input)
{
	int r = SIM_MESSAGE_NONE;

	if (!input->was_told) {
		fail(input, "stray '", input->lexer.text.data);
		r = tell(input);
	}
	reset(input);
	return r;
}

static int receive(struct sim_input *input, enum sim_token token)
{
	bool had_failed = input->has_failed;
	int r = 0;

	if (token == SIM_TOKEN_STRAY)
		return receive_stray(input);
	count_token(input, token);
	if (!input->was_told && is_excessive(input, token)) {
		r = tell(input);
		if (!input->is_prompt)
			reset(input);
		return r;
	}
	if (!had_failed)
		r = read_token(input, token);
	if (r < 0)
		return r;
	if (input->is_prompt && input->has_failed && !input->was_told)
		r = tell(input);
	if (!is_balanced(input))
		return r;
	if (input->has_failed)
		r = input->was_told ? r : tell(input);
	else
		r = SIM_MESSAGE_VALUE;
	reset(input);
	return r;
}

int sim_input_next(struct sim_input *input, const char **bytes, size_t *len)
{
	int token, r;

	do {
		token = sim_lexer_next(&input->lexer, bytes, len);
		if (token <= 0)
			return token;
		r = receive(input, (enum sim_token)token);
	} while (r == SIM_MESSAGE_NONE);
	return r;
}
