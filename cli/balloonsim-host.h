/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Machines that run in real time in one process, one or a hundred thousand, until a signal ends it
 * or the last of them has ended. */
#ifndef CLI_BALLOONSIM_HOST_H
#define CLI_BALLOONSIM_HOST_H

#include <balloonsim.h>
#include <stddef.h>

struct host;

/* With room for so many machines. From now on the signals that ask a program to end wait for
 * host_run(). NULL after saying why. */
struct host *host_new(size_t n_machines);

/* Ends the machines, which removes their sockets. */
void host_free(struct host *host);

/* A machine that has been started, the host's from now on, and what messages about it begin with
 * ("" for nothing), which is copied. EXIT_DONE, or EXIT_FAILED after saying why. */
int host_add(struct host *host, struct balloonsim_machine *machine, const char *name);

/* The exit status. */
int host_run(struct host *host);

/* Have the process open as many files as it may, and tell whether `n_machines` will do with that:
 * EXIT_DONE, or EXIT_FAILED after saying that they won't. */
int host_raise_limit(size_t n_machines);

#endif
