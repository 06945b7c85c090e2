/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A line of the shell as words, by the quoting rules of sh(1): white space separates, '...' keeps
 * everything, "..." all but \" and \\, a backslash keeps the next character, # begins a comment
 * where a word could begin. Nothing is expanded.
 */
#ifndef CLI_SHELL_WORDS_H
#define CLI_SHELL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct shell_words {
	char **items; /* ended by NULL */
	size_t count;
	bool is_open; /* the last one has no end yet: a quote or a backslash waits for the rest */
};

/* The first `len` bytes of the line. */
void shell_words_split(struct shell_words *words, const char *line, size_t len);
void shell_words_free(struct shell_words *words);

#endif
