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

#include "buffer.h"
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

/* A stream that ends in a struct buffer. open_memstream() would take a tenth of the instructions of a
 * whole `stats`: it fills eight kilobytes with zeros, and mostly nothing is printed. */
static ssize_t append(void *arg, const char *bytes, size_t len)
{
	buffer_append(arg, bytes, len);
	return (ssize_t)len;
}

static FILE *open_buffer(struct buffer *buffer)
{
	const cookie_io_functions_t functions = { .write = append };
	FILE *stream = fopencookie(buffer, "w", functions);

	if (stream == NULL)
		out_of_memory();
	return stream;
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

static int tell(struct buffer *words)
{
	char *text;

	if (words->len == 0)
		return EXIT_DONE;
	text = buffer_steal(words);
	complain_of(text);
	free(text);
	return EXIT_USAGE;
}

bool parse_words(const struct argp *argp, int argc, char **argv, unsigned int flags, void *input,
		 int *ret)
{
	struct trap trap = { .argp = argp, .input = input };
	struct argp trapped = *argp;
	struct buffer help = { 0 }, words = { 0 };
	FILE *original = stderr;
	bool goes_on;
	int r;

	trap.out = open_buffer(&help);
	trap.err = open_buffer(&words);
	trapped.parser = parse;
	/* getopt(), which argp uses, knows no other place for its messages. */
	stderr = trap.err;
	r = argp_parse(&trapped, argc, argv, flags | ARGP_NO_EXIT, NULL, &trap);
	stderr = original;
	fclose(trap.out);
	fclose(trap.err);
	goes_on = r == 0 && words.len == 0 && help.len == 0;
	*ret = help.len > 0 ? output_write(&help) : EXIT_DONE;
	if (tell(&words) != EXIT_DONE || r != 0)
		*ret = EXIT_USAGE;
	buffer_free(&help);
	return goes_on;
}
