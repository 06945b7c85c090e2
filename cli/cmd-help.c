/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* help [COMMAND]: another spelling of --help. */
#include "command.h"
#include "output.h"
#include "parse.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	char **topic = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_error(state, "too many arguments");
		*topic = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp help_argp = {
	.parser = parse,
	.args_doc = "[COMMAND]",
	.doc = "Explain a command or, without one, all of balloonctl.\v"
	       "Example:\n"
	       "  balloonctl help stats",
};

int cmd_help(struct options *options, int argc, char **argv)
{
	char help[] = "--help", program[] = "balloonctl";
	char *words[] = { NULL, help, NULL };
	int status;

	if (!parse_words(&help_argp, argc, argv, 0, &words[0], &status))
		return status;
	if (words[0] != NULL)
		return command_run(options, 2, words);
	words[0] = program;
	parse_words(&balloonctl_argp, 2, words, 0, NULL, &status);
	return status;
}
