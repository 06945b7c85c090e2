/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a command parses its words: with argp, which ends the program for --help and for a mistake.
 * In the shell it must not, and then argp would print the help and let the command run.
 */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

#include <argp.h>
#include <stdbool.h>

#include "options.h"

/* argp_parse() with these words and this input. True: go on. False: end with the exit status in
 * `ret`; all has been said. */
bool parse_words(const struct options *options, const struct argp *argp, int argc, char **argv,
		 unsigned int flags, void *input, int *ret);

#endif
