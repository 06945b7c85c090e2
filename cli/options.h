/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The options every command has: which VMs, how long to wait, how much to say. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "config.h"

struct session;

struct options {
	struct session *session; /* of the shell (session.h), else NULL */
	const char **addresses;  /* of -c or, without, of the environment */
	size_t n_addresses;
	char *from_environment;  /* holds the address made from QMP_SOCKET, if any */
	const char *device;      /* NULL: look for it */
	const char *timeout;     /* as written; NULL: the library's defaults */
	unsigned int timeout_ms; /* by options_check() */
	bool all;                /* every VM, whatever is done to it */
	bool quiet;
	bool bytes; /* of commands that show something, as is the next */
	enum {
		JSON_NONE,
		JSON_DOCUMENT,
		JSON_LINES,
	} json;

	struct config config; /* by options_check() */
	bool has_config;
};

/* Parses into a struct options. */
extern const struct argp options_argp;

/* The same as the only child of a command's argp, so that the options may stand before and behind
 * the command's name. A command that has no parser of its own gives it its input. */
extern const struct argp_child options_children[];

/* The same with --json and --bytes, for commands that show something. */
extern const struct argp show_argp;
extern const struct argp_child show_children[];

/* --json alone, for commands that ask no VM; into a struct options, too. */
extern const struct argp json_argp;
extern const struct argp_child json_children[];

/* When all is parsed: fill in from the configuration and the environment, and check. 0, or the exit
 * status after saying what is wrong. */
int options_check(struct options *options);

/* Only the configuration; the same. */
int options_load_config(struct options *options);

void options_free(struct options *options);

#endif
