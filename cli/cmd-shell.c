/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* shell [FILE]: many commands in one process, whose connections stay open between them. */
#include <unistd.h>

#include "command.h"
#include "output.h"
#include "parse.h"
#include "shell.h"

struct shell_options {
	struct options *common;
	const char *file; /* NULL: standard input */
	bool keeps_going;
};

static const struct argp_option choices[] = {
	{ "keep-going", 'k', NULL, 0, "Go on behind a command that failed, when a file is played" },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct shell_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->common;
		return 0;
	case 'k':
		options->keeps_going = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			return ARGP_ERR_UNKNOWN;
		options->file = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp shell_argp = {
	.options = choices,
	.parser = parse,
	.args_doc = "[FILE]",
	.doc = "Type commands, with history and completion, or play them from FILE or from standard "
	       "input that is no terminal, up to the first that fails. Connections stay open "
	       "between commands: other clients of the same monitors have to wait.\v"
	       "The options given here hold for each command that is not given its own. Words are "
	       "those of sh(1), with its quotes and # comments; 'help' lists the commands.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl -c /run/vm.qmp shell\n"
	       "  printf '%s\\n' 'size 512M' stats | balloonctl -c /run/vm.qmp shell",
	.children = options_children,
};

int cmd_shell(struct options *common, int argc, char **argv)
{
	struct shell_options options = { .common = common };
	struct shell shell = { .session.signal_fd = -1 };
	int status;

	if (!parse_words(&shell_argp, argc, argv, 0, &options, &status))
		return status;
	if (common->session != NULL)
		return usage_error("shell: you are in it already");
	/* The rest of the command line is ours as long as the program runs. */
	shell.session.defaults = *common;
	*common = (struct options){ 0 };
	shell.keeps_going = options.keeps_going;
	sigprocmask(SIG_SETMASK, NULL, &shell.signals);
	shell.is_interactive =
		options.file == NULL && isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
	if (shell.is_interactive)
		status = shell_talk(&shell);
	else
		status = shell_play(&shell, options.file,
				    options.file == NULL ? "standard input" : options.file);
	shell_close(&shell);
	return status;
}
