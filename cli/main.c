/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* balloonctl: the words before the command, and on to the command. */
#include <argp.h>
#include <balloonctl.h>
#include <stdlib.h>

#include "buffer.h"
#include "command.h"
#include "output.h"
#include "program.h"

struct words {
	struct options options;
	char **command; /* and what follows it; NULL if there is none */
	int n_words;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct words *words = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		if (words != NULL)
			state->child_inputs[0] = &words->options;
		return 0;
	case ARGP_KEY_ARG:
		/* The rest is the command's. */
		words->command = &state->argv[state->next - 1];
		words->n_words = state->argc - state->next + 1;
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
	       "environment. QEMU offers a monitor when started with "
	       "-qmp unix:/run/vm.qmp,server=on,wait=off; it serves one client at a time.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl -c /run/vm.qmp enable --interval 2\n"
	       "  balloonctl -c /run/vm.qmp stats\n"
	       "  balloonctl -c /run/vm1.qmp -c /run/vm2.qmp stats --json\n"
	       "\n"
	       "Exit status: 0 done, 1 a VM failed, 2 wrong usage.",
	.children = children,
	.help_filter = list_commands,
};

int main(int argc, char **argv)
{
	const struct program program = {
		.name = "balloonctl",
		.version = balloonctl_get_version(),
		.argp = &balloonctl_argp,
		.flags = ARGP_IN_ORDER,
	};
	struct words words = { 0 };
	int status = program_parse(&program, argc, argv, &words);

	if (status == EXIT_DONE && words.command == NULL)
		status = usage_error("no command: give one, such as 'stats'; 'balloonctl --help' "
				     "lists them");
	else if (status == EXIT_DONE)
		status = command_run(&words.options, words.n_words, words.command);
	options_free(&words.options);
	return status;
}
