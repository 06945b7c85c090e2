/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* argp is told what it wants to know in its own globals, once for each program. */
#include "program.h"

#include <stdint.h>
#include <stdio.h>

#include "output.h"

static const struct program *running;

static void print_version(FILE *stream, struct argp_state *state)
{
	fprintf(stream, "%s %s\n", running->name, running->version);
}

void program_begin(const struct program *program, int argc, char **argv)
{
	running = program;
	output_init();
	if (argc > 0)
		argv[0] = (char *)(uintptr_t)program->name;
	argp_program_version_hook = print_version;
	argp_err_exit_status = EXIT_USAGE;
}

int program_parse(const struct program *program, int argc, char **argv, void *input)
{
	program_begin(program, argc, argv);
	if (argp_parse(program->argp, argc, argv, program->flags, NULL, input) != 0)
		return EXIT_USAGE;
	return EXIT_DONE;
}
