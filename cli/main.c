/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* balloonctl: the words before the command, and on to the command. */
#include <argp.h>
#include <balloonctl.h>
#include <stdlib.h>
#include <unistd.h>

#include "buffer.h"
#include "command.h"
#include "output.h"
#include "parse.h"
#include "program.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct command_line *line = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		if (line != NULL)
			state->child_inputs[0] = &line->options;
		return 0;
	case ARGP_KEY_ARG:
		/* The rest is the command's. */
		line->words = &state->argv[state->next - 1];
		line->n_words = state->argc - state->next + 1;
		state->next = state->argc;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static char *list_commands(int key, const char *text, void *input)
{
	struct buffer list = { 0 };

	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)(uintptr_t)text;
	buffer_append_string(&list, "Commands:\n");
	for (const struct command *command = commands; command->name != NULL; command++)
		if (command->summary != NULL)
			buffer_printf(&list, "  %-10s %s\n", command->name, command->summary);
	buffer_append_string(&list, "\n");
	buffer_append_string(&list, text);
	return buffer_steal(&list);
}

static const struct argp_child children[] = { { &options_argp }, { 0 } };

const struct argp balloonctl_argp = {
	.parser = parse,
	.args_doc = "COMMAND [ARGUMENT...]",
	.doc = "Show what a QEMU guest says of its memory, and set how much of it the guest may use, "
	       "through the virtio balloon.\v"
	       "'balloonctl COMMAND --help' explains a command.\n"
	       "\n"
	       "Without -c the address is taken from BALLOONCTL_CONNECT or QMP_SOCKET in the "
	       "environment; without these too, what only shows something shows all VMs of this "
	       "host. QEMU offers a monitor when started with "
	       "-qmp unix:/run/vm.qmp,server=on,wait=off; it serves one client at a time.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl stats\n"
	       "  balloonctl -c vm:web1 enable --interval 2\n"
	       "  balloonctl -c /run/vm.qmp stats\n"
	       "  balloonctl -c /run/vm1.qmp -c /run/vm2.qmp stats --json\n"
	       "\n"
	       "Exit status: 0 done, 1 a VM failed, 2 wrong usage, 3 a value is absent "
	       "or not fresh, or diagnose found a problem; of check what plugins have.",
	.children = children,
	.help_filter = list_commands,
};

static int run(struct command_line *line)
{
	char name[] = "shell", *shell[] = { name, NULL };

	if (line->words != NULL)
		return command_run(&line->options, line->n_words, line->words);
	if (isatty(STDIN_FILENO) != 0)
		return command_run(&line->options, 1, shell);
	return usage_error("no command: give one, such as 'stats'; 'balloonctl --help' lists them");
}

int main(int argc, char **argv)
{
	struct command_line line = { 0 };
	int status;

	program_begin("balloonctl", balloonctl_get_version(), argc, argv);
	if (parse_words(&balloonctl_argp, argc, argv, ARGP_IN_ORDER, &line, &status))
		status = run(&line);
	options_free(&line.options);
	return status;
}
