/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Bytes to tokens. The grammar is JSON's plus strings in single quotes; what follows a byte that
 * fits nowhere, and from where on reading goes on, is QEMU's own.
 */
#include "sim/qmp/lexer.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum state {
	START,
	RECOVERY,
	DOUBLE_QUOTES,
	DOUBLE_QUOTES_ESCAPE,
	SINGLE_QUOTES,
	SINGLE_QUOTES_ESCAPE,
	KEYWORD,
	SIGN,
	ZERO,
	DIGITS,
	POINT,
	FRACTION,
	EXPONENT,
	EXPONENT_SIGN,
	EXPONENT_DIGITS,
};

/* What a byte does: it leads to another state, or it ends a token and belongs to it, or it shows
 * that a token has ended before it. */
enum {
	IS_TOKEN = 0x40,
	IS_BEFORE = 0x80,
};

#define TAKE(token)   (IS_TOKEN | (token))
#define BEFORE(token) (IS_TOKEN | IS_BEFORE | (token))

enum {
	/* Text up to this size stays allocated between tokens of one message. */
	TEXT_KEPT = 4096,
};

static bool is_digit(unsigned char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_plain(char byte, char quote_mark)
{
	return byte >= 0x20 && byte < 0x7f && byte != quote_mark && byte != '\\';
}

static unsigned int begin(unsigned char byte)
{
	switch (byte) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return START;
	case '{':
		return TAKE(SIM_TOKEN_OPEN_BRACE);
	case '}':
		return TAKE(SIM_TOKEN_CLOSE_BRACE);
	case '[':
		return TAKE(SIM_TOKEN_OPEN_BRACKET);
	case ']':
		return TAKE(SIM_TOKEN_CLOSE_BRACKET);
	case ':':
		return TAKE(SIM_TOKEN_COLON);
	case ',':
		return TAKE(SIM_TOKEN_COMMA);
	case '"':
		return DOUBLE_QUOTES;
	case '\'':
		return SINGLE_QUOTES;
	case '-':
		return SIGN;
	case '0':
		return ZERO;
	default:
		if (is_digit(byte))
			return DIGITS;
		return byte >= 'a' && byte <= 'z' ? KEYWORD : TAKE(SIM_TOKEN_STRAY);
	}
}

/* After an error: skip to a control character (a tab is none to QEMU), a byte that no text has, or a
 * sign of structure. */
static unsigned int recover(unsigned char byte)
{
	if ((byte < 0x20 && byte != '\t') || byte >= 0xfe || strchr("{}[]:,", byte) != NULL)
		return BEFORE(SIM_TOKEN_NONE);
	return RECOVERY;
}

static unsigned int quote(unsigned char byte, unsigned int state)
{
	if (byte < 0x20 || byte >= 0xfe)
		return TAKE(SIM_TOKEN_STRAY);
	if (state == DOUBLE_QUOTES_ESCAPE || state == SINGLE_QUOTES_ESCAPE)
		return state - 1;
	if (byte == (state == DOUBLE_QUOTES ? '"' : '\''))
		return TAKE(SIM_TOKEN_STRING);
	return byte == '\\' ? state + 1 : state;
}

/* In a number or directly behind it. */
static unsigned int count(unsigned char byte, unsigned int state)
{
	bool is_exponent = byte == 'e' || byte == 'E';

	switch (state) {
	case SIGN:
		if (byte == '0')
			return ZERO;
		return is_digit(byte) ? DIGITS : TAKE(SIM_TOKEN_STRAY);
	case ZERO: /* takes no exponent */
		if (byte == '.')
			return POINT;
		return is_digit(byte) ? TAKE(SIM_TOKEN_STRAY) : BEFORE(SIM_TOKEN_INTEGER);
	case DIGITS:
		if (byte == '.')
			return POINT;
		if (is_exponent)
			return EXPONENT;
		return is_digit(byte) ? DIGITS : BEFORE(SIM_TOKEN_INTEGER);
	case POINT:
		return is_digit(byte) ? FRACTION : TAKE(SIM_TOKEN_STRAY);
	case FRACTION:
		if (is_exponent)
			return EXPONENT;
		return is_digit(byte) ? FRACTION : BEFORE(SIM_TOKEN_FLOAT);
	case EXPONENT:
		if (byte == '+' || byte == '-')
			return EXPONENT_SIGN;
		return is_digit(byte) ? EXPONENT_DIGITS : TAKE(SIM_TOKEN_STRAY);
	case EXPONENT_SIGN:
		return is_digit(byte) ? EXPONENT_DIGITS : TAKE(SIM_TOKEN_STRAY);
	default:
		return is_digit(byte) ? EXPONENT_DIGITS : BEFORE(SIM_TOKEN_FLOAT);
	}
}

static unsigned int follow(unsigned int state, unsigned char byte)
{
	switch (state) {
	case START:
		return begin(byte);
	case RECOVERY:
		return recover(byte);
	case DOUBLE_QUOTES:
	case DOUBLE_QUOTES_ESCAPE:
	case SINGLE_QUOTES:
	case SINGLE_QUOTES_ESCAPE:
		return quote(byte, state);
	case KEYWORD:
		return byte >= 'a' && byte <= 'z' ? KEYWORD : BEFORE(SIM_TOKEN_KEYWORD);
	default:
		return count(byte, state);
	}
}

void sim_lexer_init(struct sim_lexer *lexer)
{
	*lexer = (struct sim_lexer){ .line = 1, .start_line = 1, .start_column = 1 };
}

void sim_lexer_done(struct sim_lexer *lexer)
{
	buf_done(&lexer->text);
}

void sim_lexer_forget(struct sim_lexer *lexer)
{
	if (lexer->is_taken)
		buf_done(&lexer->text);
	lexer->is_taken = false;
}

static void reuse_text(struct sim_lexer *lexer)
{
	lexer->is_taken = false;
	if (lexer->text.capacity > TEXT_KEPT)
		buf_done(&lexer->text);
	lexer->text.len = 0;
}

static void mark_start(struct sim_lexer *lexer)
{
	lexer->start_line = lexer->line;
	lexer->start_column = lexer->column + 1;
}

static void count_byte(struct sim_lexer *lexer, char byte)
{
	if (lexer->is_counted)
		return;
	lexer->is_counted = true;
	lexer->column++;
	if (byte == '\n') {
		lexer->line++;
		lexer->column = 0;
	}
}

static void take_byte(struct sim_lexer *lexer, const char **bytes, size_t *len)
{
	lexer->is_counted = false;
	if (lexer->state != RECOVERY)
		buf_append(&lexer->text, *bytes, 1);
	(*bytes)++;
	(*len)--;
}

/* Most bytes are plain characters inside strings. */
static void take_plain_bytes(struct sim_lexer *lexer, const char **bytes, size_t *len)
{
	char quote_mark = lexer->state == DOUBLE_QUOTES ? '"' : '\'';
	size_t n = 0;

	while (n < *len && n <= TEXT_KEPT && is_plain((*bytes)[n], quote_mark))
		n++;
	buf_append(&lexer->text, *bytes, n);
	lexer->column += (uint32_t)n;
	*bytes += n;
	*len -= n;
}

/* The token is complete: its kind, with NUL behind its text. */
static int hand_out(struct sim_lexer *lexer, enum sim_token token)
{
	char *end = buf_reserve(&lexer->text, 1);

	lexer->state = token == SIM_TOKEN_STRAY ? RECOVERY : START;
	lexer->token_line = lexer->start_line;
	lexer->token_column = lexer->start_column;
	mark_start(lexer);
	lexer->is_taken = true;
	if (end == NULL)
		return -ENOMEM;
	*end = '\0';
	return (int)token;
}

/* The quick way for most of a command: between tokens, a sign of structure or a whole string without
 * escapes. SIM_TOKEN_NONE: that's not what comes. */
static int take_common_token(struct sim_lexer *lexer, const char *bytes, size_t len, size_t *ret_n)
{
	unsigned int next = begin((unsigned char)bytes[0]);
	size_t n = 1;

	if ((next & IS_TOKEN) != 0 && next != TAKE(SIM_TOKEN_STRAY)) {
		next &= ~(unsigned int)IS_TOKEN;
	} else if (next == DOUBLE_QUOTES || next == SINGLE_QUOTES) {
		while (n < len && n <= TEXT_KEPT && is_plain(bytes[n], bytes[0]))
			n++;
		if (n == len || bytes[n++] != bytes[0])
			return SIM_TOKEN_NONE;
		next = SIM_TOKEN_STRING;
	} else {
		return SIM_TOKEN_NONE;
	}
	lexer->column += (uint32_t)n - lexer->is_counted;
	lexer->is_counted = false;
	buf_append(&lexer->text, bytes, n);
	*ret_n = n;
	return hand_out(lexer, (enum sim_token)next);
}

int sim_lexer_next(struct sim_lexer *lexer, const char **bytes, size_t *len)
{
	if (lexer->is_taken)
		reuse_text(lexer);
	while (*len > 0) {
		unsigned int next;

		if (lexer->state == START) {
			size_t n = 0;
			int token = take_common_token(lexer, *bytes, *len, &n);

			*bytes += n;
			*len -= n;
			if (token != SIM_TOKEN_NONE)
				return token;
		}
		next = follow(lexer->state, (unsigned char)**bytes);
		count_byte(lexer, **bytes);
		if ((next & IS_BEFORE) == 0)
			take_byte(lexer, bytes, len);
		if (next == START || next == BEFORE(SIM_TOKEN_NONE)) {
			lexer->state = START;
			lexer->text.len = 0;
			mark_start(lexer);
			continue;
		}
		if ((next & IS_TOKEN) != 0)
			return hand_out(lexer, next & ~(IS_TOKEN | IS_BEFORE));
		lexer->state = (uint8_t)next;
		if (next == DOUBLE_QUOTES || next == SINGLE_QUOTES)
			take_plain_bytes(lexer, bytes, len);
		if (lexer->text.error < 0)
			return -ENOMEM;
		if (lexer->text.len > SIM_TOKEN_BYTES_MAX) {
			buf_done(&lexer->text);
			return hand_out(lexer, SIM_TOKEN_HUGE);
		}
	}
	return SIM_TOKEN_NONE;
}
