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

enum {
	HOLDER_IS_US = 2, /* our own connection has been accepted */
};

/* Is a client other than our own `fd` (-1 for none) being served at this socket? 1 with its process
 * in `*ret`, or 0 there if it is another user's and can't be seen; HOLDER_IS_US; 0 nobody; a
 * negative errno if the kernel does not tell. */
int holder_find(const char *path, int fd, pid_t *ret);

/* The same for many sockets, in one look at the kernel and one at the processes. */
struct holder_query {
	const char *path;
	int result; /* as holder_find() returns it */
	pid_t pid;  /* who is served, 0 if that is not known */

	/* For the search alone. */
	uint32_t inode, device; /* of the socket's file */
	uint32_t server_inode;  /* the socket that listens there */
	uint32_t peer_inode;    /* the other client's end, 0 if the kernel did not say */
	bool is_held;
	bool is_served;   /* our own connection has been accepted */
	bool sees_server; /* the listening socket is in our network namespace */
};

/* Each query needs its path. `proc` is where proc(5) is. 0, or -ENOMEM. */
int holder_find_all(struct holder_query *queries, size_t count, int fd, const char *proc);

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
