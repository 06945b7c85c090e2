/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The first half of reading QMP: bytes to tokens, as QEMU does it. It never stops at an error, but
 * picks up the thread at the next sign that can't be in the middle of a word.
 */
#ifndef SIM_LEXER_H
#define SIM_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	/* QEMU's bound for the text of a token, and for all of a message. */
	SIM_TOKEN_BYTES_MAX = 64 << 20,
};

enum sim_token {
	SIM_TOKEN_NONE, /* the bytes are used up */
	SIM_TOKEN_OPEN_BRACE,
	SIM_TOKEN_CLOSE_BRACE,
	SIM_TOKEN_OPEN_BRACKET,
	SIM_TOKEN_CLOSE_BRACKET,
	SIM_TOKEN_COLON,
	SIM_TOKEN_COMMA,
	SIM_TOKEN_INTEGER,
	SIM_TOKEN_FLOAT,
	SIM_TOKEN_KEYWORD, /* any word of lower-case letters */
	SIM_TOKEN_STRING,  /* with its quotes and escapes */
	SIM_TOKEN_STRAY,   /* bytes that are no token */
	SIM_TOKEN_HUGE,    /* longer than SIM_TOKEN_BYTES_MAX; not kept */
};

struct sim_lexer {
	uint8_t state;
	bool is_taken;         /* the token in `text` has been handed out */
	bool is_counted;       /* the next byte, which has been looked at and left */
	uint32_t line, column; /* of the byte looked at last: from 1, over the whole conversation */
	/* Where tokens begin, as QEMU counts: one to the right directly behind a number or a word, for
	 * whose end the byte had to be looked at. */
	uint32_t start_line, start_column;
	uint32_t token_line, token_column; /* of the token handed out */
	struct buf text;                   /* of the token, NUL behind it */
};

/* A zeroed struct would count from 0. */
void sim_lexer_init(struct sim_lexer *lexer);
void sim_lexer_done(struct sim_lexer *lexer);

/* Give the text of the token handed out back. */
void sim_lexer_forget(struct sim_lexer *lexer);

/* Read bytes, moving *bytes and *len on, to the end of the next token: its kind, or -ENOMEM. Its
 * text stays until the next call. */
int sim_lexer_next(struct sim_lexer *lexer, const char **bytes, size_t *len);

#endif
