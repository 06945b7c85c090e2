/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Files and links below a proc(5), which may be that of another host or made up for a test. Processes
 * end while they are looked at: every failure is ordinary.
 */
#ifndef CLIENT_PROC_H
#define CLIENT_PROC_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The first `max` bytes of PROC/PID/FILE, or of PROC/FILE for pid 0, with a NUL behind them. 0 or a
 * negative errno. The text is the caller's. */
int proc_read(const char *proc, pid_t pid, const char *file, size_t max, char **ret,
	      size_t *ret_len);

/* Where PROC/PID/LINK leads. 0 or a negative errno. */
int proc_read_link(const char *proc, pid_t pid, const char *link, char **ret);

/* The inode of the socket that is the process' descriptor `fd`: 0 or a negative errno, -ENOTSOCK if
 * it is something else. */
int proc_get_socket(const char *proc, pid_t pid, int fd, uint64_t *ret);

/* Is that socket one of the process' descriptors? 1 or 0, or a negative errno if its descriptors
 * can't be seen. */
int proc_has_socket(const char *proc, pid_t pid, uint64_t inode);

#endif
