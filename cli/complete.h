/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What may stand in place of a word that is being typed, for the shell's tab key and, through the
 * hidden command __complete, for those of bash, zsh and fish. Commands and options come from the
 * tables that --help shows; what an argument may be follows from its name there, such as ADDRESS.
 */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include <stddef.h>

#include "session.h"

struct candidate {
	char *text;        /* the whole word */
	char *description; /* "" for none */
};

/* A zeroed struct has none. */
struct candidates {
	struct candidate *items;
	size_t count;
};

/* The words behind the program's name; the last one is being typed. `session` is the shell's, NULL
 * outside. A VM that has to be asked gets a fraction of a second for it. Nothing is printed. */
void complete_words(struct candidates *ret, char **words, size_t n_words, struct session *session);

/* The same for the argument at `position` of a command whose arguments are `arguments`, such as
 * "[ADDRESS...]". */
void complete_argument(struct candidates *ret, const char *arguments, size_t position,
		       const char *word, struct session *session);

/* Add a candidate if it begins as the word does. */
void candidates_add(struct candidates *candidates, const char *word, const char *text,
		    const char *description);

void candidates_free(struct candidates *candidates);

#endif
