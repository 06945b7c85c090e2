/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One line of the shell: a word of its own, or a command with fresh options. Words are those of
 * sh(1), see shell-words.h; there are no variables, pipes and the like, for which there is sh.
 */
#include "shell.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "output.h"
#include "parse.h"
#include "shell-words.h"

extern char **environ;

enum {
	DEPTH_MAX = 16, /* a file that plays itself must come to an end */
};

/* ---- Words of the shell's own ---- */

static int run_exit(struct shell *shell, char **words)
{
	shell->is_over = true;
	return EXIT_DONE;
}

static int run_source(struct shell *shell, char **words)
{
	if (words[1] == NULL || words[2] != NULL)
		return usage_error("source: give one file");
	return shell_play(shell, words[1], words[1]);
}

static void forget_used(struct shell *shell)
{
	for (size_t i = 0; i < shell->n_used; i++)
		free(shell->used[i]);
	free(shell->used);
	shell->used = NULL;
	shell->n_used = 0;
}

static int show_used(const struct options *defaults)
{
	struct buffer out = { 0 };
	int status;

	for (size_t i = 0; i < defaults->n_addresses; i++) {
		buffer_append_escaped(&out, defaults->addresses[i]);
		buffer_append(&out, "\n", 1);
	}
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

static int run_use(struct shell *shell, char **words)
{
	struct options *defaults = &shell->session.defaults;
	size_t n = 0;

	if (words[1] == NULL)
		return show_used(defaults);
	for (n = 0; words[n + 1] != NULL; n++)
		if (words[n + 1][0] == '\0' || words[n + 1][0] == '-')
			return usage_error("use: '%s' is no address; give one such as "
					   "unix:/run/vm.qmp",
					   words[n + 1]);
	forget_used(shell);
	free(defaults->addresses);
	shell->used = allocate(n, sizeof(*shell->used));
	defaults->addresses = allocate(n, sizeof(*defaults->addresses));
	for (size_t i = 0; i < n; i++) {
		shell->used[i] = strdup(words[i + 1]);
		if (shell->used[i] == NULL)
			out_of_memory();
		defaults->addresses[i] = shell->used[i];
	}
	shell->n_used = defaults->n_addresses = n;
	return EXIT_DONE;
}

static int run_help(struct shell *shell, char **words);

const struct shell_word shell_own_words[] = {
	{ "use", " [ADDRESS...]", "the VMs of commands without -c, or say which they are",
	  run_use },
	{ "source", " FILE", "play the commands of a file", run_source },
	{ "!", "COMMAND", "run a command of the system", NULL },
	{ "exit", "", "leave, as quit and Ctrl-D do", run_exit },
	{ "quit", "", NULL, run_exit },
	{ "help", " [COMMAND]", NULL, run_help },
	{ 0 },
};

const struct shell_word *shell_find_word(const char *name)
{
	for (const struct shell_word *word = shell_own_words; word->name != NULL; word++)
		if (word->run != NULL && strcmp(word->name, name) == 0)
			return word;
	return NULL;
}

static void append_own(struct buffer *out, const struct shell_word *word)
{
	int width = 21 - (int)(strlen(word->name) + strlen(word->arguments));

	if (word->summary != NULL)
		buffer_printf(out, "  %s%s%*s%s\n", word->name, word->arguments, width, "",
			      word->summary);
}

static int list_commands(void)
{
	struct buffer out = { 0 };
	int status;

	for (const struct command *command = commands; command->name != NULL; command++)
		if (command->summary != NULL)
			buffer_printf(&out, "  %-20s %s\n", command->name, command->summary);
	buffer_append(&out, "\n", 1);
	for (const struct shell_word *word = shell_own_words; word->name != NULL; word++)
		append_own(&out, word);
	buffer_append_string(&out, "\n'help COMMAND' explains a command.\n");
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

static int run_command(struct shell *shell, char **words, size_t n);

static int run_help(struct shell *shell, char **words)
{
	const struct shell_word *own = words[1] == NULL ? NULL : shell_find_word(words[1]);
	struct buffer out = { 0 };
	int status;

	if (words[1] == NULL)
		return list_commands();
	if (own == NULL || own->summary == NULL)
		return run_command(shell, words, words[2] == NULL ? 2 : 3);
	append_own(&out, own);
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

/* ---- Commands ---- */

/* The same words as behind the program's name, which may stand there too. */
static int run_command(struct shell *shell, char **words, size_t n)
{
	struct command_line line = { .options.session = &shell->session };
	char name[] = "balloonctl";
	char **argv = allocate(n + 2, sizeof(*argv));
	int status, argc = 1;

	argv[0] = name;
	for (size_t i = strcmp(words[0], name) == 0; i < n; i++)
		argv[argc++] = words[i];
	if (parse_words(&balloonctl_argp, argc, argv, ARGP_IN_ORDER, &line, &status) &&
	    line.words != NULL)
		status = command_run(&line.options, line.n_words, line.words);
	options_free(&line.options);
	free(argv);
	return status;
}

static int run_system(struct shell *shell, const char *command)
{
	char name[] = "sh", option[] = "-c", *copy = strdup(command);
	char *argv[] = { name, option, copy, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int r, state = 0;
	pid_t pid;

	if (copy == NULL || posix_spawn_file_actions_init(&actions) != 0 ||
	    posix_spawnattr_init(&attributes) != 0)
		out_of_memory();
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &shell->signals);
	/* Of a file we may have read more than this line. */
	if (!shell->is_interactive)
		posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	r = posix_spawn(&pid, "/bin/sh", &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	free(copy);
	if (r != 0) {
		complain("/bin/sh: %s", strerror(r));
		return EXIT_FAILED;
	}
	while (waitpid(pid, &state, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(state) && WEXITSTATUS(state) == 0 ? EXIT_DONE : EXIT_FAILED;
}

int shell_run(struct shell *shell, const char *line)
{
	struct shell_words words;
	const struct shell_word *own;
	int status = EXIT_DONE;

	line += strspn(line, " \t");
	if (*line == '!')
		return run_system(shell, line + 1);
	shell_words_split(&words, line, strlen(line));
	own = words.count == 0 ? NULL : shell_find_word(words.items[0]);
	if (words.is_open)
		status = usage_error("'%s': a quote or backslash at its end waits for more", line);
	else if (own != NULL)
		status = own->run(shell, words.items);
	else if (words.count > 0)
		status = run_command(shell, words.items, words.count);
	shell_words_free(&words);
	return status;
}

/* ---- Files ---- */

/* The end of the line is taken off. */
static int run_line_of(struct shell *shell, char *line, size_t len, const char *name,
		       unsigned int number)
{
	int status;

	while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
		line[--len] = '\0';
	if (strlen(line) < len)
		status = usage_error("a NUL byte is no part of a command");
	else
		status = shell_run(shell, line);
	if (status != EXIT_DONE)
		complain("%s:%u: '%s' failed with status %d", name, number, line, status);
	return status;
}

static int play(struct shell *shell, FILE *file, const char *name)
{
	int first = EXIT_DONE;
	size_t capacity = 0;
	char *line = NULL;
	ssize_t len;

	for (unsigned int number = 1; !shell->is_over; number++) {
		int status;

		errno = 0;
		len = getline(&line, &capacity, file);
		if (len < 0)
			break;
		status = run_line_of(shell, line, (size_t)len, name, number);
		if (first == EXIT_DONE)
			first = status;
		if (status != EXIT_DONE && !shell->keeps_going)
			break;
	}
	if (ferror(file)) {
		complain("%s: %s", name, strerror(errno));
		first = EXIT_FAILED;
	}
	free(line);
	return first;
}

int shell_play(struct shell *shell, const char *path, const char *name)
{
	FILE *file = path == NULL ? stdin : fopen(path, "re");
	int status;

	if (file == NULL) {
		complain("%s: %s", name, strerror(errno));
		return EXIT_FAILED;
	}
	if (shell->depth == DEPTH_MAX) {
		fclose(file);
		return usage_error("%s: %d files play each other already", name, DEPTH_MAX);
	}
	shell->depth++;
	status = play(shell, file, name);
	shell->depth--;
	if (path != NULL)
		fclose(file);
	return status;
}

void shell_close(struct shell *shell)
{
	forget_used(shell);
	session_close(&shell->session);
}
