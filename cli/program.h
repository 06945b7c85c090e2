/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a program of ours begins. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include <argp.h>

struct program {
	const char *name; /* what messages of argp begin with, however we were called */
	const char *version;
	const struct argp *argp;
	unsigned int flags; /* of argp_parse() */
};

/* The name, the version and what else argp wants to know. */
void program_begin(const struct program *program, int argc, char **argv);

/* The same, and parse the command line; what argp prints is checked at the end of the program. EXIT_DONE, or
 * EXIT_USAGE after saying what is wrong. */
int program_parse(const struct program *program, int argc, char **argv, void *input);

#endif
