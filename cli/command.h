/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The commands, in one table that dispatch, help, the shell and the completions read. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <argp.h>

#include "columns.h"
#include "options.h"

struct command {
	const char *name;
	const char *summary;     /* half a sentence; NULL for what is for programs only */
	const struct argp *argp; /* its options, arguments and help; parses into its own struct */
	/* argv[0] is the name for messages, "balloonctl stats". Returns the exit status. */
	int (*run)(struct options *options, int argc, char **argv);
	/* What its rows may show; NULL: it has none. And its end; NULL: it needs none. */
	void (*init_columns)(struct column_set *ret);
	void (*free_columns)(struct column_set *set);
};

/* Ended by a row without a name. */
extern const struct command commands[];

/* NULL if there is none. */
const struct command *command_find(const char *name);

/* The command that somebody who wrote this may have meant; NULL if none comes close. */
const struct command *command_guess(const char *name);

/* Run argv[0], with the rest as its options and arguments. Returns the exit status. */
int command_run(struct options *options, int argc, char **argv);

/* A command line of the program: options, and the command with what follows it. */
struct command_line {
	struct options options;
	char **words; /* NULL if there is none */
	int n_words;
};

/* The program itself: the options before the command, and the list of commands. Parses into a
 * struct command_line, with ARGP_IN_ORDER; no input will do to print its help. */
extern const struct argp balloonctl_argp;

int cmd_check(struct options *options, int argc, char **argv);
int cmd_complete(struct options *options, int argc, char **argv);
int cmd_config(struct options *options, int argc, char **argv);
int cmd_diagnose(struct options *options, int argc, char **argv);
int cmd_disable(struct options *options, int argc, char **argv);
int cmd_enable(struct options *options, int argc, char **argv);
int cmd_help(struct options *options, int argc, char **argv);
int cmd_info(struct options *options, int argc, char **argv);
int cmd_interval(struct options *options, int argc, char **argv);
int cmd_list(struct options *options, int argc, char **argv);
int cmd_qmp(struct options *options, int argc, char **argv);
int cmd_shell(struct options *options, int argc, char **argv);
int cmd_size(struct options *options, int argc, char **argv);
int cmd_stats(struct options *options, int argc, char **argv);
int cmd_top(struct options *options, int argc, char **argv);
int cmd_watch(struct options *options, int argc, char **argv);

void list_columns_init(struct column_set *ret);

extern const struct argp check_argp, config_argp, diagnose_argp, disable_argp, enable_argp,
	help_argp, info_argp, interval_argp, list_argp, qmp_argp, shell_argp, size_argp, stats_argp,
	top_argp, watch_argp;

#endif
