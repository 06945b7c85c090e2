/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one connection has learnt about its VM and what all of its calls may use. */
#ifndef CLIENT_VM_H
#define CLIENT_VM_H

#include "base/json.h"
#include "base/util.h"
#include "client/freshness.h"

struct message;

/* What is asked once on a connection; events keep it right from then on. */
enum vm_fact {
	VM_NAME = 1 << 0,
	VM_RUN_STATE = 1 << 1,
	VM_ACTUAL = 1 << 2,
	VM_MAXIMUM = 1 << 3,
};

/* A zeroed struct knows nothing. */
struct vm {
	char *device;           /* the balloon's QOM path */
	bool is_device_by_hand; /* the path was given and is not looked for */
	bool is_paused;         /* no guest runs: stopped, suspended, waiting for a migration */
	bool is_incoming;       /* it waits for a migration */
	bool has_actual;
	unsigned int asked; /* of the facts, on this connection ... */
	unsigned int known; /* ... and answered, or refused for good */
	int64_t actual_bytes;
	uint64_t maximum_bytes; /* 0 for not known */
	unsigned int n_resumes; /* of this connection */
	struct freshness freshness;

	char *device_type; /* its QOM type, NULL if not known */
	char *address;     /* as given; every sentence begins with it */
	char *version;     /* from the greeting, such as "7.2.22" */
	char *package;     /* "" for none */
	char *name;        /* NULL for none or not known */
};

/* Learn from the version of a greeting. -EPROTO, -ENOMEM. */
int vm_set_version(struct vm *vm, const struct json *version);

/* Replace a member by a copy of `value`, which may be NULL. 0 or -ENOMEM. */
int vm_set(char **member, const char *value);

/* The answer to query-status. -EPROTO. */
int vm_set_status(struct vm *vm, const struct json *status);

/* What an event changes. */
void vm_notice_event(struct vm *vm, const struct message *event, int64_t now_ms);

/* Look for the balloon again, unless its path was given. */
void vm_forget_device(struct vm *vm);

/* Forget what belongs to a connection; the address and a path given by hand stay. */
void vm_forget(struct vm *vm);

void vm_done(struct vm *vm);

#endif
