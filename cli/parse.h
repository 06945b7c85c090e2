/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How words are parsed: with argp, which would end the program for --help and for a mistake, and print
 * what was typed as it is. The shell and `check` have something to do behind that.
 */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

#include <argp.h>
#include <stdbool.h>

/* argp_parse() with these words and this input. True: go on. False: end with the exit status in
 * `ret`; all has been said. */
bool parse_words(const struct argp *argp, int argc, char **argv, unsigned int flags, void *input,
		 int *ret);

#endif
