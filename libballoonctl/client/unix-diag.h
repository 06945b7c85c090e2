/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The UNIX sockets of this network namespace that have a file, as sock_diag(7) shows them: those that
 * listen and those that serve a client. It tells what /proc/net/unix does not: the file by its inode,
 * and who is at the other end.
 */
#ifndef CLIENT_UNIX_DIAG_H
#define CLIENT_UNIX_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct unix_socket {
	uint32_t device, inode; /* of the file */
	uint32_t number;        /* the socket's own inode */
	uint32_t peer;          /* that of the client's end; 0 if the kernel does not say */
	bool is_listening;
};

/* By device and inode. A zeroed struct is empty. */
struct unix_sockets {
	struct unix_socket *items;
	size_t n, capacity;
};

/* 0, or a negative errno if the kernel does not tell. */
int unix_diag_read(struct unix_sockets *ret);
void unix_sockets_done(struct unix_sockets *sockets);

/* The first socket of that file, and how many there are. */
const struct unix_socket *unix_sockets_find(const struct unix_sockets *sockets,
					    const struct stat *file, size_t *ret_n);

#endif
