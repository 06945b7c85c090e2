/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel knows of a UNIX socket: whom its server serves at the moment, and which process
 * is behind an end of it.
 */
#ifndef CLIENT_HOLDER_H
#define CLIENT_HOLDER_H

#include <sys/types.h>

enum {
	HOLDER_IS_US = 2, /* our own connection has been accepted */
};

/* Is a client other than our own `fd` (-1 for none) being served at this socket? 1 with its process
 * in `*ret`, or 0 there if it is another user's and can't be seen; HOLDER_IS_US; 0 nobody; a
 * negative errno if the kernel does not tell. */
int holder_find(const char *path, int fd, pid_t *ret);

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
