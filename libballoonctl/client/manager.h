/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The programs that run VMs, and where they keep the monitors. */
#ifndef CLIENT_MANAGER_H
#define CLIENT_MANAGER_H

#include <stdbool.h>
#include <stddef.h>

struct manager {
	const char *name; /* "libvirt" */
	bool keeps;       /* it stays connected for as long as the VM lives */
};

/* Part of a path that names a VM; not terminated. */
struct manager_vm {
	const char *text;
	size_t len;
};

/* Whose socket is this? NULL if it is at no known place. `ret_vm`, if not NULL, gets the VM's name
 * as the path has it; Proxmox has its number there. */
const struct manager *manager_of_socket(const char *path, struct manager_vm *ret_vm);

/* Whose VM is this, by any word of its command line? NULL if it can't be told. */
const struct manager *manager_of_word(const char *word);

/* The known places for a sentence: one pattern each; NULL behind the last. */
const char *manager_get_place(size_t index);

#endif
