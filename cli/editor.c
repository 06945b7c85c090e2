/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GNU readline, driven by its callback interface so that a poll() of ours decides when it reads. It
 * is loaded by a shell on a terminal and linked by nothing: a one-shot command must not map it, and
 * like this the program stays one file that does without it when it plays a script.
 */
#include "editor.h"

#include <dlfcn.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "buffer.h"
#include "output.h"

#define LIBRARY "libreadline.so.8"
#define PACKAGE "libreadline8"

/* clang-format off */
#define SYMBOLS(symbol) \
	symbol(add_history) \
	symbol(free_history_entry) \
	symbol(history_list) \
	symbol(remove_history) \
	symbol(rl_attempted_completion_function) \
	symbol(rl_attempted_completion_over) \
	symbol(rl_callback_handler_install) \
	symbol(rl_callback_handler_remove) \
	symbol(rl_callback_read_char) \
	symbol(rl_callback_sigcleanup) \
	symbol(rl_catch_signals) \
	symbol(rl_catch_sigwinch) \
	symbol(rl_change_environment) \
	symbol(rl_clear_visible_line) \
	symbol(rl_completer_quote_characters) \
	symbol(rl_completer_word_break_characters) \
	symbol(rl_completion_append_character) \
	symbol(rl_completion_matches) \
	symbol(rl_deprep_terminal) \
	symbol(rl_end) \
	symbol(rl_forced_update_display) \
	symbol(rl_free_line_state) \
	symbol(rl_line_buffer) \
	symbol(rl_on_new_line) \
	symbol(rl_point) \
	symbol(rl_prep_terminal) \
	symbol(rl_readline_name) \
	symbol(rl_redisplay) \
	symbol(rl_resize_terminal) \
	symbol(rl_variable_value)
/* clang-format on */

#define POINTER(name) __typeof__(&name) name;

struct readline {
	SYMBOLS(POINTER)
};

struct editor {
	struct readline lib;
	void *library;
	editor_complete *complete;
	void *arg;
	char **candidates; /* while readline asks for them, one by one */
	size_t next;
	char *line; /* that has just been finished */
	enum editor_result result;
};

/* readline's functions are given nothing to know it by. */
static struct editor *running;

/* POSIX lets data pointers hold functions, C does not: hence by way of the address. */
static bool load_symbol(void *library, const char *name, void *ret)
{
	*(void **)ret = dlsym(library, name);
	return *(void **)ret != NULL;
}

#define LOAD(name) &&load_symbol(library, #name, &ret->name)

static bool load(void *library, struct readline *ret)
{
	return library != NULL SYMBOLS(LOAD);
}

/* ---- Completion ---- */

/* What is more than a beginning ends a word. */
static bool is_beginning(const char *candidate)
{
	size_t len = strlen(candidate);

	return len > 0 && strchr("/=:", candidate[len - 1]) != NULL;
}

static char *next_candidate(const char *text, int state)
{
	char *candidate = running->candidates[running->next];

	if (candidate != NULL)
		running->next++;
	return candidate;
}

static char **attempt(const char *text, int start, int end)
{
	struct editor *editor = running;
	char **matches;

	*editor->lib.rl_attempted_completion_over = 1; /* file names are ours to offer */
	editor->candidates =
		editor->complete(*editor->lib.rl_line_buffer, (size_t)end, editor->arg);
	editor->next = 0;
	if (editor->candidates == NULL)
		return NULL;
	*editor->lib.rl_completion_append_character = ' ';
	if (editor->candidates[0] != NULL && editor->candidates[1] == NULL &&
	    is_beginning(editor->candidates[0]))
		*editor->lib.rl_completion_append_character = '\0';
	/* It takes the candidates, but not their array. */
	matches = editor->lib.rl_completion_matches(text, next_candidate);
	free(editor->candidates);
	editor->candidates = NULL;
	return matches;
}

/* ---- Lines ---- */

static void finish_line(char *line)
{
	running->lib.rl_callback_handler_remove();
	running->line = line;
	running->result = line == NULL ? EDITOR_END : EDITOR_LINE;
}

void editor_prompt(struct editor *editor, const char *prompt)
{
	editor->lib.rl_callback_handler_install(prompt, finish_line);
}

enum editor_result editor_read(struct editor *editor, char **ret_line)
{
	editor->result = EDITOR_MORE;
	editor->lib.rl_callback_read_char();
	if (editor->result == EDITOR_LINE)
		*ret_line = editor->line;
	return editor->result;
}

void editor_announce(struct editor *editor, const char *line)
{
	editor->lib.rl_clear_visible_line();
	fflush(stdout);
	complain("%s", line);
	editor->lib.rl_on_new_line();
	editor->lib.rl_redisplay();
}

void editor_abandon(struct editor *editor)
{
	*editor->lib.rl_point = *editor->lib.rl_end;
	editor->lib.rl_redisplay();
	/* Now, because the end of bracketed paste puts the cursor to the beginning of the line. */
	fputs("^C", stdout);
	editor->lib.rl_callback_sigcleanup();
	editor->lib.rl_free_line_state();
	editor->lib.rl_callback_handler_remove();
	fputs("\n", stdout);
	fflush(stdout);
}

void editor_leave(struct editor *editor)
{
	const char *pastes = editor->lib.rl_variable_value("enable-bracketed-paste");

	/* Then readline has ended the line. */
	if (pastes == NULL || strcmp(pastes, "on") != 0)
		fputs("\n", stdout);
	fflush(stdout);
}

void editor_resize(struct editor *editor)
{
	editor->lib.rl_resize_terminal();
}

void editor_suspend(struct editor *editor)
{
	editor->lib.rl_deprep_terminal();
}

void editor_resume(struct editor *editor)
{
	editor->lib.rl_prep_terminal(1);
	editor->lib.rl_forced_update_display();
}

void editor_remember(struct editor *editor, const char *line)
{
	HIST_ENTRY **list = editor->lib.history_list();

	for (int i = 0; list != NULL && list[i] != NULL; i++) {
		if (strcmp(list[i]->line, line) != 0)
			continue;
		free(editor->lib.free_history_entry(editor->lib.remove_history(i)));
		break;
	}
	editor->lib.add_history(line);
}

/* ---- Construction ---- */

struct editor *editor_open(editor_complete *complete, void *arg)
{
	struct editor *editor = allocate(1, sizeof(*editor));

	editor->complete = complete;
	editor->arg = arg;
	editor->library = dlopen(LIBRARY, RTLD_NOW);
	if (!load(editor->library, &editor->lib)) {
		complain("editing lines needs %s (package %s); they are taken as they are typed",
			 LIBRARY, PACKAGE);
		editor_close(editor);
		return NULL;
	}
	running = editor;
	setlocale(LC_CTYPE, "");
	*editor->lib.rl_readline_name = "balloonctl";
	/* Signals and the environment stay the program's. */
	*editor->lib.rl_catch_signals = 0;
	*editor->lib.rl_catch_sigwinch = 0;
	*editor->lib.rl_change_environment = 0;
	*editor->lib.rl_attempted_completion_function = attempt;
	*editor->lib.rl_completer_word_break_characters = " \t\n\"'";
	*editor->lib.rl_completer_quote_characters = "\"'";
	return editor;
}

void editor_close(struct editor *editor)
{
	if (editor == NULL)
		return;
	/* readline can't be unloaded: it would leave behind what its globals point to. */
	if (running == editor)
		editor->lib.rl_callback_handler_remove();
	else if (editor->library != NULL)
		dlclose(editor->library);
	running = NULL;
	free(editor);
}
