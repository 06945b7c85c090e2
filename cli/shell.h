/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shell as the files that make it up see it: lines come from a terminal (shell-terminal.c) or
 * from a file, and each is run here. */
#ifndef CLI_SHELL_H
#define CLI_SHELL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "session.h"

struct shell {
	struct session session;
	char **used; /* addresses of `use`, which the session's defaults point to */
	size_t n_used;
	sigset_t signals;    /* that children shall have blocked */
	bool is_interactive; /* a user types; else a file is played */
	bool keeps_going;    /* after a failure in a file */
	bool is_over;        /* somebody said exit */
	unsigned int depth;  /* of files that play others */
};

/* The words of the shell's own, ended by a row without a name. */
struct shell_word {
	const char *name;
	const char *arguments;                         /* as in a help text */
	const char *summary;                           /* NULL: told elsewhere */
	int (*run)(struct shell *shell, char **words); /* NULL: is no word of its own */
};

extern const struct shell_word shell_own_words[];

/* NULL if there is none. */
const struct shell_word *shell_find_word(const char *name);

/* Run one line. Returns its exit status. */
int shell_run(struct shell *shell, const char *line);

/* The lines of a file, up to the first failure unless the shell keeps going. Returns the exit status
 * of the first failure; messages call the file by `name`. */
int shell_play(struct shell *shell, const char *path, const char *name);

/* End it: connections, and what was remembered. */
void shell_close(struct shell *shell);

/* The lines that a user types. Returns the exit status. */
int shell_talk(struct shell *shell);

/* What may stand in place of the word that ends at `end` of the line; an editor_complete. */
char **shell_complete(const char *line, size_t end, void *shell);

#endif
