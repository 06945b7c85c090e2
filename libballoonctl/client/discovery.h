/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a look around has found. */
#ifndef CLIENT_DISCOVERY_H
#define CLIENT_DISCOVERY_H

#include "balloonctl.h"
#include "base/error.h"
#include "client/manager.h"

struct found_monitor {
	char *name;    /* NULL: none */
	char *address; /* NULL: none, or it can't be seen */
	char *bound;   /* UNIX sockets: the path as QEMU gave it to the kernel */
	pid_t pid;
	size_t order; /* among the monitors of its VM */
	const struct manager *manager;
	enum balloonctl_monitor_state state;
	pid_t holder_pid;
	char *holder_name;
	bool is_unix; /* the kernel can tell whether it is held */
	struct balloonctl_error error;
};

/* Nobody was found by an address: kept for the caller, newest first. */
struct found_nothing {
	struct found_nothing *next;
	struct balloonctl_error error;
};

struct balloonctl_discovery {
	struct found_monitor *items;
	size_t count, capacity;
	char *summary;
	struct found_nothing *failures;
};

/* A new zeroed item at the end, NULL if there is no memory. Pointers to others end with it. */
struct found_monitor *discovery_add(struct balloonctl_discovery *discovery);

/* Take out the item. */
void discovery_drop(struct balloonctl_discovery *discovery, size_t index);

/* By process, then by address. */
void discovery_sort(struct balloonctl_discovery *discovery);

#endif
