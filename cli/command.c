/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of commands, and how to find one in it. What a command does is its own file's. */
#include "command.h"

#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "output.h"

const struct command commands[] = {
	{ "stats", "what the guest says of its memory", &stats_argp, cmd_stats },
	{ "enable", "have QEMU ask the guest regularly", &enable_argp, cmd_enable },
	{ "disable", "stop asking; the last answer stays readable", &disable_argp, cmd_disable },
	{ "interval", "print the seconds between two questions, 0 when off", &interval_argp,
	  cmd_interval },
	{ "size", "show or set how much memory the balloon leaves to the guest", &size_argp,
	  cmd_size },
	{ "info", "the VM, its QEMU and its balloon device", &info_argp, cmd_info },
	{ "diagnose", "why statistics are missing, old or wrong, and what to do", &diagnose_argp,
	  cmd_diagnose },
	{ "qmp", "any other command of QEMU's monitor", &qmp_argp, cmd_qmp },
	{ "shell", "type commands, or play them from a file", &shell_argp, cmd_shell },
	{ "help", "explain a command", &help_argp, cmd_help },
	{ "__complete", NULL, NULL, cmd_complete },
	{ 0 },
};

enum {
	NAME_MAX_LEN = 16, /* nobody misspells a command in more letters */
};

const struct command *command_find(const char *name)
{
	for (const struct command *command = commands; command->name != NULL; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t min = a < b ? a : b;

	return min < c ? min : c;
}

/* Letters to insert, drop or replace to get from one word to the other (Levenshtein). */
static size_t distance(const char *from, const char *to)
{
	size_t row[NAME_MAX_LEN + 1];
	size_t len = strlen(to);

	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; from[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1,
				      diagonal + (from[i - 1] != to[j - 1]));
			diagonal = above;
		}
	}
	return row[len];
}

const struct command *command_guess(const char *name)
{
	const struct command *best = NULL;
	size_t best_distance = 3;
	size_t len = strlen(name);

	if (len < 2 || len > NAME_MAX_LEN)
		return NULL;
	for (const struct command *command = commands; command->name != NULL; command++) {
		size_t d =
			strncmp(command->name, name, len) == 0 ? 1 : distance(name, command->name);

		if (d < best_distance) {
			best_distance = d;
			best = command;
		}
	}
	return best;
}

static int report_unknown(const struct options *options, const char *name)
{
	const struct command *guess = command_guess(name);

	if (guess != NULL)
		return usage_error("unknown command '%s'; did you mean '%s'?", name, guess->name);
	return usage_error("unknown command '%s'; '%s' lists the commands", name,
			   options->session != NULL ? "help" : "balloonctl --help");
}

int command_run(struct options *options, int argc, char **argv)
{
	const struct command *command = command_find(argv[0]);
	struct buffer name = { 0 };
	char *word = argv[0];
	int status;

	if (command == NULL)
		return report_unknown(options, argv[0]);
	/* argp begins its messages with the first word. */
	if (options->session == NULL)
		buffer_append_string(&name, "balloonctl ");
	buffer_append_string(&name, command->name);
	argv[0] = buffer_steal(&name);
	status = command->run(options, argc, argv);
	free(argv[0]);
	argv[0] = word;
	return status;
}
