/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The VMs that a command is about: those it was given, with vm:NAME and pid:N looked up, or all that
 * are configured or found on this host.
 */
#ifndef CLI_TARGETS_H
#define CLI_TARGETS_H

#include <balloonctl.h>
#include <stdbool.h>
#include <stddef.h>

#include "options.h"

struct target {
	char *own_address;         /* where `address` is nobody else's */
	const char *address;       /* to connect to; what it was given as if it can't be */
	const char *name;          /* by discovery or configuration; NULL if it isn't known */
	const char *device;        /* NULL: look for it */
	unsigned int timeout_ms;   /* 0: the library's defaults */
	uint32_t polling_interval; /* that is configured, 0 for none */
	const struct balloonctl_error *error; /* why it can't be connected to, or NULL */
};

struct targets {
	struct target *items;
	size_t count;
	bool are_all;                           /* nobody has named them */
	struct balloonctl_discovery *discovery; /* lends its strings; NULL if there was no need */
};

/* Which VMs? `changes` says that the command does something to them, which it does to all VMs only
 * when told so. The options have been checked. EXIT_DONE, or another exit status after saying what
 * is wrong. */
int targets_find(struct targets *targets, const struct options *options, bool changes);
void targets_free(struct targets *targets);

/* Look around, below BALLOONCTL_ROOT if that is set. NULL after saying why it failed. */
struct balloonctl_discovery *targets_discover(void);

#endif
