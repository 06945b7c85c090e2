/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `size` does to a VM, and what it says of that. */
#ifndef CLI_SIZE_SET_H
#define CLI_SIZE_SET_H

#include "follow.h"
#include "vms.h"
#include "wish.h"

struct size_options {
	struct options *common;
	const char *size; /* as written; NULL: only show */
	char *joined;     /* holds a size that looked like an option */
	struct wish wish;
	const char *wait, *min_available; /* as written; NULL: not given */
	bool waits, is_forced;
	unsigned int wait_ms; /* 0: as long as it comes nearer */
	uint64_t min_available_bytes;
};

/* A VM on its way, in vm->data. */
struct sizing {
	uint64_t wanted; /* in bytes */
	uint64_t target; /* what QEMU makes of it */
	bool is_set;     /* QEMU has been told */
	struct follow follow;
	enum follow_verdict verdict; /* MOVING at the end: there was no more time */
	int64_t said, said_actual;   /* the last step that was told */
};

/* A vm_step; its argument is a struct size_options. */
void size_step(struct vm *vm, const struct balloonctl_completion *done, const void *arg);

/* ---- size-words.c: sentences on standard error ---- */

void size_warn_if_above(const struct vm *vm, const struct size_options *options);

/* This target takes more than the guest has: a refusal or, with --force, a warning. */
void size_object(struct vm *vm, const struct size_options *options,
		 const struct balloonctl_stats *stats, uint64_t taken, uint64_t spare);

/* It has been set; a step on the way, for a terminal or a pipe; how it ended. */
void size_tell_set(const struct vm *vm, const struct size_options *options);
void size_tell_step(struct vm *vm, const struct size_options *options);

/* What QEMU has told meanwhile. That the balloon moves is shown already. */
void size_tell_events(const struct vm *vm, const struct size_options *options);

void size_tell_end(const struct vm *vm, const struct size_options *options, bool is_interrupted);

#endif
