/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* argp is told what it wants to know in its own globals, once for each program. */
#include "program.h"

#include <argp.h>
#include <stdint.h>
#include <stdio.h>

#include "output.h"

static const char *running, *running_version;

static void print_version(FILE *stream, struct argp_state *state)
{
	fprintf(stream, "%s %s\n", running, running_version);
}

void program_begin(const char *name, const char *version, int argc, char **argv)
{
	running = name;
	running_version = version;
	output_init();
	if (argc > 0)
		argv[0] = (char *)(uintptr_t)name;
	argp_program_version_hook = print_version;
}
