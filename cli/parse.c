/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * argp, made fit for being called twice. ARGP_NO_EXIT keeps it from ending the program, but neither
 * from going on behind --help nor from taking words that it has complained of: what tells is whether
 * it has printed anything, so it prints into memory.
 */
#include "parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "output.h"

struct trap {
	const struct argp *argp;
	void *input;
	FILE *out, *err;
};

/* In place of the command's parser, which it calls if there is one. */
static error_t parse(int key, char *arg, struct argp_state *state)
{
	const struct trap *trap = state->input;

	if (key == ARGP_KEY_INIT) {
		state->out_stream = trap->out;
		state->err_stream = trap->err;
		/* What argp does for those that have no parser. */
		if (trap->argp->parser == NULL && trap->argp->children != NULL)
			state->child_inputs[0] = trap->input;
	}
	if (trap->argp->parser == NULL)
		return ARGP_ERR_UNKNOWN;
	state->input = trap->input;
	return trap->argp->parser(key, arg, state);
}

static void print(int fd, const char *text, size_t len)
{
	struct buffer help = { 0 };

	buffer_append(&help, text, len);
	if (fd == STDOUT_FILENO)
		output_write(&help);
	else
		dprintf(fd, "%.*s", (int)len, text);
	buffer_free(&help);
}

static bool parse_in_session(const struct argp *argp, int argc, char **argv, unsigned int flags,
			     void *input, int *ret)
{
	struct trap trap = { .argp = argp, .input = input };
	struct argp trapped = *argp;
	char *help = NULL, *words = NULL;
	size_t help_len = 0, words_len = 0;
	bool goes_on;
	int r;

	trap.out = open_memstream(&help, &help_len);
	trap.err = open_memstream(&words, &words_len);
	if (trap.out == NULL || trap.err == NULL)
		out_of_memory();
	trapped.parser = parse;
	r = argp_parse(&trapped, argc, argv, flags | ARGP_NO_EXIT, NULL, &trap);
	if (fclose(trap.out) != 0 || fclose(trap.err) != 0)
		out_of_memory();
	print(STDERR_FILENO, words, words_len);
	print(STDOUT_FILENO, help, help_len);
	goes_on = r == 0 && words_len == 0 && help_len == 0;
	*ret = r != 0 || words_len > 0 ? EXIT_USAGE : EXIT_DONE;
	free(help);
	free(words);
	return goes_on;
}

bool parse_words(const struct options *options, const struct argp *argp, int argc, char **argv,
		 unsigned int flags, void *input, int *ret)
{
	if (options->session != NULL)
		return parse_in_session(argp, argc, argv, flags, input, ret);
	*ret = argp_parse(argp, argc, argv, flags, NULL, input) == 0 ? EXIT_DONE : EXIT_USAGE;
	return *ret == EXIT_DONE;
}
