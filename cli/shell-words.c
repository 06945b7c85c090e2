/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words of a line; what they mean is left to whoever asked. */
#include "shell-words.h"

#include <stdlib.h>
#include <string.h>

#include "buffer.h"

static void add_word(struct shell_words *words, struct buffer *word)
{
	char **grown = reallocarray(words->items, words->count + 2, sizeof(*grown));

	if (grown == NULL)
		out_of_memory();
	words->items = grown;
	words->items[words->count++] = buffer_steal(word);
	words->items[words->count] = NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The character at `at`, with what stands before it taken off. False: the line ends before it. */
static bool unescape(const char *line, size_t len, size_t *at, char quote)
{
	if (line[*at] != '\\' || quote == '\'')
		return true;
	if (*at + 1 == len)
		return false;
	if (quote != '"' || line[*at + 1] == '"' || line[*at + 1] == '\\')
		++*at;
	return true;
}

/* One word from `at` on. Returns where it ends. */
static size_t read_word(struct shell_words *words, const char *line, size_t len, size_t at)
{
	struct buffer word = { 0 };
	char quote = '\0';

	words->is_open = false;
	for (; at < len && (quote != '\0' || !is_blank(line[at])); at++) {
		if (quote == '\0' && (line[at] == '\'' || line[at] == '"')) {
			quote = line[at];
		} else if (quote != '\0' && line[at] == quote) {
			quote = '\0';
		} else if (unescape(line, len, &at, quote)) {
			buffer_append(&word, &line[at], 1);
		} else {
			words->is_open = true;
			at = len - 1;
		}
	}
	words->is_open |= quote != '\0';
	add_word(words, &word);
	return at;
}

void shell_words_split(struct shell_words *words, const char *line, size_t len)
{
	size_t at = 0;

	*words = (struct shell_words){ .items = allocate(1, sizeof(*words->items)) };
	while (at < len) {
		if (is_blank(line[at]))
			at++;
		else if (line[at] == '#')
			return;
		else
			at = read_word(words, line, len, at);
	}
}

void shell_words_free(struct shell_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i]);
	free(words->items);
	*words = (struct shell_words){ 0 };
}
