/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of commands, and how to find one in it. What a command does is its own file's. */
#include "command.h"

#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "diagnose.h"
#include "live-view.h"
#include "near.h"
#include "output.h"

const struct command commands[] = {
	{ "stats", "what the guest says of its memory", &stats_argp, cmd_stats, stats_columns_init,
	  stats_columns_free },
	{ "watch", "the same live: a line for each sample, with rates and events", &watch_argp,
	  cmd_watch, live_columns_init, live_columns_free },
	{ "top", "all VMs live on one screen", &top_argp, cmd_top },
	{ "enable", "have QEMU ask the guest regularly", &enable_argp, cmd_enable },
	{ "disable", "stop asking; the last answer stays readable", &disable_argp, cmd_disable },
	{ "interval", "print the seconds between two questions, 0 when off", &interval_argp,
	  cmd_interval },
	{ "size", "show or set how much memory the balloon leaves to the guest", &size_argp,
	  cmd_size },
	{ "info", "the VM, its QEMU and its balloon device", &info_argp, cmd_info },
	{ "check", "are VMs short of memory? also a plugin for Nagios and Icinga", &check_argp,
	  cmd_check },
	{ "diagnose", "why statistics are missing, old or wrong, and what to do", &diagnose_argp,
	  cmd_diagnose, diagnose_columns_init, NULL },
	{ "qmp", "any other command of QEMU's monitor", &qmp_argp, cmd_qmp },
	{ "shell", "type commands, or play them from a file", &shell_argp, cmd_shell },
	{ "list", "the QEMU monitors of this host, and whether they are free", &list_argp, cmd_list,
	  list_columns_init, NULL },
	{ "config", "the configuration in effect, and where it comes from", &config_argp,
	  cmd_config },
	{ "help", "explain a command", &help_argp, cmd_help },
	{ "__complete", NULL, NULL, cmd_complete },
	{ 0 },
};

const struct command *command_find(const char *name)
{
	for (const struct command *command = commands; command->name != NULL; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

const struct command *command_guess(const char *name)
{
	const struct command *best = NULL;
	size_t best_distance = 3;

	for (const struct command *command = commands; command->name != NULL; command++) {
		size_t d = near_measure(name, command->name);

		if (d < best_distance && command->summary != NULL) {
			best_distance = d;
			best = command;
		}
	}
	return best;
}

static int report_unknown(const struct options *options, const char *name)
{
	const struct command *guess = command_guess(name);

	if (guess != NULL)
		return usage_error("unknown command '%s'; did you mean '%s'?", name, guess->name);
	/* As when the shell has made many words of -c with a pattern. */
	if (strchr(name, '/') != NULL)
		return usage_error("unknown command '%s'; each address needs a -c of its own",
				   name);
	return usage_error("unknown command '%s'; '%s' lists the commands", name,
			   options->session != NULL ? "help" : "balloonctl --help");
}

int command_run(struct options *options, int argc, char **argv)
{
	const struct command *command = command_find(argv[0]);
	struct buffer name = { 0 };
	char *word = argv[0];
	int status;

	if (command == NULL)
		return report_unknown(options, argv[0]);
	/* argp begins its messages with the first word. */
	if (options->session == NULL)
		buffer_append_string(&name, "balloonctl ");
	buffer_append_string(&name, command->name);
	argv[0] = buffer_steal(&name);
	status = command->run(options, argc, argv);
	free(argv[0]);
	argv[0] = word;
	return status;
}
