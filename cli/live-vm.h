/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What follows VMs, as its files see it: live.c (all of them, and the loop), live-vm.c (the life of
 * one) and live-sample.c (what is known of its statistics).
 */
#ifndef CLI_LIVE_VM_H
#define CLI_LIVE_VM_H

#include "live.h"

static inline struct live_vm *live_vm_get(const struct vm *vm)
{
	return vm->data;
}

/* live.c: note what the command shall hear; the caller fills in the rest. */
struct live_report *live_add_report(struct live *live, enum live_news news, struct vm *vm);

/* live-vm.c: connect; do what can be done without waiting; put polling back and leave; leave at once. */
void live_vm_begin(struct live *live, struct vm *vm);
void live_vm_process(struct live *live, struct vm *vm);
void live_vm_end(struct live *live, struct vm *vm);
void live_vm_abandon(struct live *live, struct vm *vm);
void live_vm_free(struct vm *vm);

/* How long it can do without live_vm_process() while its descriptors are not ready, in milliseconds as
 * poll() takes them. */
int live_vm_get_timeout(const struct vm *vm);

/* live-sample.c: keep the statistics of a look, and report what they tell. True if they are a new
 * sample; `is_first`: of this connection. */
bool live_vm_take_stats(struct live *live, struct vm *vm, struct balloonctl_completion *done,
			bool is_first);

/* Report a freshness that has changed. */
void live_vm_judge(struct live *live, struct vm *vm);

/* What comes next is not to be compared with what is known. */
void live_vm_forget_sample(struct vm *vm);

#endif
