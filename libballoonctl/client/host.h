/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host that a connected monitor's QEMU runs on. */
#ifndef CLIENT_HOST_H
#define CLIENT_HOST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Is the peer of this socket on our host, so that its clock is ours? */
bool host_is_local(int fd);

/* The memory that a process has in RAM, in bytes. Negative errno if the kernel does not tell. */
int host_get_rss_bytes(pid_t pid, uint64_t *ret);

#endif
