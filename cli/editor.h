/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The line that a user types: editing, history and completion by GNU readline, which keeps its state
 * in globals, so there is one editor in a program.
 */
#ifndef CLI_EDITOR_H
#define CLI_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

struct editor;

enum editor_result {
	EDITOR_MORE, /* the line is not complete */
	EDITOR_LINE,
	EDITOR_END, /* Ctrl-D on an empty line, or the terminal has gone */
};

/* What may stand in place of the word that ends at `end` of the line: candidates ended by NULL, all
 * of it the caller's; NULL for none. */
typedef char **editor_complete(const char *line, size_t end, void *arg);

/* NULL after saying what is missing. */
struct editor *editor_open(editor_complete *complete, void *arg);
void editor_close(struct editor *editor);

/* Show the prompt and listen: from now on the terminal is the editor's. */
void editor_prompt(struct editor *editor, const char *prompt);

/* Standard input is readable. EDITOR_LINE gives the line to be freed; the terminal is the caller's
 * again then, and after EDITOR_END. */
enum editor_result editor_read(struct editor *editor, char **ret_line);

/* Print a line above the one being typed. */
void editor_announce(struct editor *editor, const char *line);

/* Throw away what was typed, and leave the line; the terminal is the caller's again. */
void editor_abandon(struct editor *editor);

/* Behind EDITOR_END: end the line. */
void editor_leave(struct editor *editor);

/* The terminal has another size. */
void editor_resize(struct editor *editor);

/* Give the terminal back before the program stops, and take it again when it goes on. */
void editor_suspend(struct editor *editor);
void editor_resume(struct editor *editor);

/* What the up arrow finds: a new last line; the same line before it goes. */
void editor_remember(struct editor *editor, const char *line);

#endif
