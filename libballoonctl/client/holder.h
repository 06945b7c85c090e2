/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel knows of a UNIX socket: whom its server serves at the moment, and which process
 * is behind an end of it.
 */
#ifndef CLIENT_HOLDER_H
#define CLIENT_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "client/unix-diag.h"

enum {
	HOLDER_IS_US = 2, /* our own connection has been accepted */
};

/* The socket at the far end of a connection, and the process that has it; 0 if that is not known. */
struct holder_end {
	uint32_t number;
	pid_t pid;
};

struct holder_ends {
	struct holder_end *items;
	size_t n;
};

/* One look at the kernel and one at the processes, which serves all who share it for a second: ten
 * thousand VMs may fail at once. A zeroed struct has not looked. */
struct holder_view {
	bool is_taken;
	int64_t taken_ms;
	int error;
	struct unix_sockets sockets;
	struct holder_ends ends;
};

void holder_view_done(struct holder_view *view);

/* Is a client other than our own `fd` (-1 for none) being served at this socket? 1 with its process
 * in `*ret`, or 0 there if it is another user's and can't be seen; HOLDER_IS_US; 0 nobody; a
 * negative errno if the kernel does not tell. With a view, which may be NULL, the answer may be a
 * second old, and the process is not looked for as long. */
int holder_find(struct holder_view *view, const char *path, int fd, pid_t *ret);

/* The same for many sockets, in one look. */
struct holder_query {
	const char *path;
	int result;      /* as holder_find() returns it */
	pid_t pid;       /* who is served, 0 if that is not known */
	uint32_t server; /* the socket that listens there, 0 if it isn't seen */
	uint32_t peer;   /* the other client's end, 0 if there is none */
};

/* Each query needs its path. `proc` is where proc(5) is. 0, or -ENOMEM. */
int holder_find_all(struct holder_query *queries, size_t count, const char *proc);

/* The process that listens behind a connected UNIX socket; 0 if unknown. */
pid_t holder_get_server(int fd);

/* "process 123 (name)" for a sentence. */
struct holder_name {
	char text[64];
};
struct holder_name holder_describe(pid_t pid);

/* Is the process stopped, as by SIGSTOP or a debugger? */
int holder_is_stopped(pid_t pid);

#endif
