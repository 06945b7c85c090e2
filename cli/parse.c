/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * argp, made fit for being called twice. ARGP_NO_EXIT keeps it from ending the program, but neither
 * from going on behind --help nor from taking words that it has complained of: what tells is whether
 * it has printed anything, so it prints into memory. That also is where what it prints is escaped.
 */
#include "parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Whatever was typed may be in it. Escaped line by line, because it has several. */
static void complain_of(const char *text)
{
	for (size_t len; *text != '\0'; text += len + (text[len] == '\n')) {
		char *line;

		len = strcspn(text, "\n");
		line = strndup(text, len);
		if (line == NULL)
			out_of_memory();
		complain("%s", line);
		free(line);
	}
}

static int write_help(const char *text, size_t len)
{
	struct buffer help = { 0 };
	int status;

	buffer_append(&help, text, len);
	status = output_write(&help);
	buffer_free(&help);
	return status;
}

bool parse_words(const struct argp *argp, int argc, char **argv, unsigned int flags, void *input,
		 int *ret)
{
	struct trap trap = { .argp = argp, .input = input };
	struct argp trapped = *argp;
	char *help = NULL, *words = NULL;
	FILE *original = stderr;
	size_t help_len = 0, words_len = 0;
	bool goes_on;
	int r;

	trap.out = open_memstream(&help, &help_len);
	trap.err = open_memstream(&words, &words_len);
	if (trap.out == NULL || trap.err == NULL)
		out_of_memory();
	trapped.parser = parse;
	/* getopt(), which argp uses, knows no other place for its messages. */
	stderr = trap.err;
	r = argp_parse(&trapped, argc, argv, flags | ARGP_NO_EXIT, NULL, &trap);
	stderr = original;
	if (fclose(trap.out) != 0 || fclose(trap.err) != 0)
		out_of_memory();
	goes_on = r == 0 && words_len == 0 && help_len == 0;
	complain_of(words);
	*ret = help_len > 0 ? write_help(help, help_len) : EXIT_DONE;
	if (r != 0 || words_len > 0)
		*ret = EXIT_USAGE;
	free(help);
	free(words);
	return goes_on;
}
