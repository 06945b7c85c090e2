/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From an address to a connected socket, step by step and without ever blocking: name look-up,
 * each address it gave, and the full queue of a monitor that others wait for too.
 */
#ifndef CLIENT_DIAL_H
#define CLIENT_DIAL_H

#include <stdint.h>

#include "client/address.h"

struct dial_lookup;

/* A zeroed struct with fd -1 is idle. */
struct dial {
	int fd; /* while a connection is being made; -1 between attempts */
	const struct address *address;
	struct dial_lookup *lookup; /* tcp: names and the addresses they gave */
	int64_t wake_at;            /* when to look again without the fd; INT64_MAX for never */
	int last_error;             /* of the attempts so far */
};

/* Begin; takes a fresh or a done dial. `address` must outlive it. */
void dial_start(struct dial *dial, const struct address *address);

/* Go on: 1 connected, and `*ret_fd` is the caller's, close-on-exec, and to be used with
 * MSG_DONTWAIT; 0 wait for dial->fd to become writable or for wake_at; or a negative errno. */
int dial_step(struct dial *dial, int64_t now, int *ret_fd);

/* Give up or clean up. */
void dial_done(struct dial *dial);

#endif
