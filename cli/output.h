/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What leaves the program. Data that was asked for goes to standard output; errors, warnings and
 * what balloonctl says of its own work go to standard error.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>

#include "buffer.h"

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1, /* at least one VM, or the output */
	EXIT_USAGE = 2,
	EXIT_FOUND = 3, /* a problem: what a diagnosis found, or data that is old or missing */
};

/* Before anything is written: have what argp prints checked at the end of the program. */
void output_init(void);

/* Write all of it to standard output. EXIT_DONE, or EXIT_FAILED after saying why; a reader that
 * has gone away is no news and gets no message. */
int output_write(const struct buffer *buffer);

/* One line on standard error, whose arguments are escaped as a whole. Returns EXIT_USAGE. */
__attribute__((format(printf, 1, 2))) int usage_error(const char *format, ...);

/* One line on standard error. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);

/* Say nothing from now on, or speak again. */
void output_mute(bool is_muted);

/* A line on a terminal's standard error that lasts until the next one, of whichever kind. NULL takes
 * it away. The text is escaped. */
void output_status(const char *text);

#endif
