/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tab key of the shell: its own words, and those of command lines. */
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "complete.h"
#include "shell-words.h"
#include "shell.h"

static void complete(struct candidates *candidates, const struct shell_words *words,
		     struct session *session)
{
	const struct shell_word *own = shell_find_word(words->items[0]);
	char **items = words->items;
	size_t n = words->count;

	if (n > 1 && strcmp(items[0], "balloonctl") == 0)
		items++, n--;
	if (n == 1)
		for (const struct shell_word *word = shell_own_words; word->name != NULL; word++)
			candidates_add(candidates, items[0], word->name, "");
	if (n > 1 && own != NULL)
		complete_argument(candidates, own->arguments, n - 2, items[n - 1], session);
	else
		complete_words(candidates, items, n, session);
}

/* readline ends words at blanks and quotes, so it could not put in what has one. */
static bool is_plain(const char *text)
{
	return strpbrk(text, " \t\"'\\") == NULL;
}

static char **take_texts(struct candidates *candidates)
{
	char **texts = allocate(candidates->count + 1, sizeof(*texts));
	size_t n = 0;

	for (size_t i = 0; i < candidates->count; i++) {
		if (!is_plain(candidates->items[i].text))
			continue;
		texts[n++] = candidates->items[i].text;
		candidates->items[i].text = NULL;
	}
	if (n > 0)
		return texts;
	free(texts);
	return NULL;
}

char **shell_complete(const char *line, size_t end, void *arg)
{
	struct candidates candidates = { 0 };
	struct shell *shell = arg;
	struct shell_words words;
	struct buffer text = { 0 };
	char **texts, *word_end;

	/* A letter at the end makes a word of what may be none yet. */
	buffer_append(&text, line, end);
	buffer_append(&text, "x", 1);
	shell_words_split(&words, text.data, text.len);
	buffer_free(&text);
	if (words.count == 0) {
		shell_words_free(&words); /* a comment */
		return NULL;
	}
	word_end = words.items[words.count - 1];
	word_end[strlen(word_end) - 1] = '\0';
	complete(&candidates, &words, &shell->session);
	texts = take_texts(&candidates);
	candidates_free(&candidates);
	shell_words_free(&words);
	return texts;
}
