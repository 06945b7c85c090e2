/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one connection has learnt about its VM and what all of its calls may use. */
#ifndef CLIENT_VM_H
#define CLIENT_VM_H

#include "base/json.h"
#include "base/util.h"

/* A zeroed struct knows nothing. */
struct vm {
	char *address;          /* as given; every sentence begins with it */
	char *version;          /* from the greeting, such as "7.2.22" */
	char *package;          /* "" for none */
	char *name;             /* NULL for none or not known */
	char *device;           /* the balloon's QOM path */
	char *device_type;      /* its QOM type, NULL if not known */
	bool is_device_by_hand; /* the path was given and is not looked for */
	bool is_name_asked;     /* on this connection */
};

/* Learn from the version of a greeting. -EPROTO, -ENOMEM. */
int vm_set_version(struct vm *vm, const struct json *version);

/* Replace a member by a copy of `value`, which may be NULL. 0 or -ENOMEM. */
int vm_set(char **member, const char *value);

/* Look for the balloon again, unless its path was given. */
void vm_forget_device(struct vm *vm);

/* Forget what belongs to a connection; the address and a path given by hand stay. */
void vm_forget(struct vm *vm);

void vm_done(struct vm *vm);

#endif
