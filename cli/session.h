/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the shell keeps between two commands: connections, addresses to start from, and the end of
 * what a signal begins. A command knows it by options->session, which is NULL outside the shell.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <balloonctl.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "options.h"
#include "sim.h"

struct connection {
	char *address;
	struct balloonctl_monitor *monitor;
	struct sim sim;
};

/* A zeroed struct has no connection. */
struct session {
	struct connection *connections; /* open, and used by nobody */
	size_t n_connections;
	int signal_fd;           /* readable when the user wants the command to end; -1: never */
	struct options defaults; /* for commands that are given none */
};

void session_close(struct session *session);

/* The connection to this address, the caller's from now on; NULL if none is open. */
struct balloonctl_monitor *session_take(struct session *session, const char *address,
					struct sim *ret_sim);

/* Keep this one for the next command, if it stands; else end it. */
void session_give(struct session *session, const char *address, struct balloonctl_monitor *monitor,
		  struct sim *sim);

/* For a poll() between commands: fill in `fds`, which has room for two of each connection, say how
 * many there are, and make the time-out shorter if need be. */
nfds_t session_prepare(const struct session *session, struct pollfd *fds, int *timeout);

/* Behind the poll(): tell what has happened, a line each. */
typedef void session_tell(const char *line, void *arg);
void session_process(struct session *session, session_tell *tell, void *arg);

#endif
