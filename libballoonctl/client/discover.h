/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking around on a host for QEMU's monitors, in two steps: what there is, and how it is. */
#ifndef CLIENT_DISCOVER_H
#define CLIENT_DISCOVER_H

#include "client/discovery.h"
#include "client/unix-table.h"

struct surroundings {
	char *root; /* "", or a directory without a slash at its end */
	char *proc;
	struct unix_table sockets; /* of the host's network namespace */
};

/* Fill in which of the monitors are free, held, forbidden or gone, and the sentences of those that
 * can't be used. 0 or -ENOMEM. */
int discover_states(const struct surroundings *host, struct balloonctl_discovery *discovery);

#endif
