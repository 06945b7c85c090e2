/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The VMs of one command, each with a connection of its own. They are asked all at once, and one
 * that hangs delays only itself; what they answered is kept in the order they were given.
 */
#ifndef CLI_VMS_H
#define CLI_VMS_H

#include <balloonctl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"
#include "sim.h"
#include "targets.h"

enum {
	VM_OPERATIONS = BALLOONCTL_OPERATION_EXECUTE + 1,
};

struct vm {
	const char *address;
	const struct target *target;
	struct sim sim; /* behind an address sim:... */
	struct balloonctl_monitor *monitor;
	struct balloonctl_completion *done[VM_OPERATIONS]; /* the latest of each operation */
	const struct balloonctl_error *error;              /* NULL unless it has failed */
	char *refusal;    /* the sentence of a command that won't go on with it; NULL for none */
	int refusal_code; /* and its errno */
	unsigned int pending;
	int64_t wake_at; /* when its step is called again, in milliseconds; 0: not */
	void *data;      /* the command's own */
	char *status; /* for a terminal, while it lasts; NULL: that we wait for it; freed with it */
	bool is_alone;           /* the command has no other */
	bool is_device_given;    /* by --device */
	struct session *session; /* keeps the connection for the next command; NULL: nobody does */
	bool has_host_rss;       /* for commands that ask while they are connected */
	uint64_t host_rss_bytes;
	/* What it is being waited for: its descriptors among those of poll(). */
	struct pollfd *fds;
	unsigned int n_fds;
};

struct vms {
	struct vm *items;
	size_t count;
	const struct options *options;
	bool changes; /* set by the command: it does something to them */
	struct targets targets;
	bool survives_interrupt; /* set before: Ctrl-C ends the waiting, and the command has a last
				    word before it ends the program (vms_free()) */
	bool is_interrupted;
	int interrupt_fd;
};

/*
 * What to ask next. Called with `done` NULL when the VM is opened and then with each call that has
 * completed without an error. It starts further calls, noted by vm_started(), or waits by vm_wait(),
 * or does nothing; the VM is finished when no call is pending and no time, or when one has failed.
 */
typedef void vm_step(struct vm *vm, const struct balloonctl_completion *done, const void *arg);

/* Note the result of a balloonctl_monitor_start_...() function: a call is pending, or the VM has
 * failed. */
void vm_started(struct vm *vm, int result);

/* Call the step again, with `done` NULL, in so many milliseconds. The connection stays. */
void vm_wait(struct vm *vm, uint64_t ms);

/* The command won't do to this VM what it was told, and says why: a whole sentence that begins with
 * the address follows from the format. The VM has failed, and vms_report() and documents tell. */
__attribute__((format(printf, 3, 4))) void vm_refuse(struct vm *vm, int code, const char *format,
						     ...);

/* Has it failed, or been refused? */
bool vm_has_failed(const struct vm *vm);

/* Check the options, open all their VMs and ask them. 0, or the exit status of a usage error after
 * saying what is wrong; VMs that fail are no error here. */
int vms_ask(struct vms *vms, struct options *options, vm_step *step, const void *arg);

/* For a command with a loop of its own: check the options and make ready to connect to all their VMs.
 * As vms_ask(). And begin to connect to one, unless it is connected: as balloonctl_monitor_start_connect().
 */
int vms_open(struct vms *vms, struct options *options);
int vm_start_connect(struct vm *vm);

/* Print the sentence of each VM that has failed. The exit status of a command that has written its
 * output with `status`: that, or EXIT_FAILED if a VM has failed. */
int vms_report(const struct vms *vms, int status);

void vms_free(struct vms *vms);

/* A whole command that prints no data: ask, talk of each VM that has not failed, report. Returns
 * the exit status. */
int vms_change(struct options *options, vm_step *step, const void *arg,
	       void (*talk)(const struct vm *vm, const struct options *options));

/* What has been asked; NULL if the VM failed before it answered. Statistics that were to be
 * refreshed may be older than demanded: vm_get_late() has the sentence then, else NULL. */
const struct balloonctl_stats *vm_get_stats(const struct vm *vm);
const struct balloonctl_error *vm_get_late(const struct vm *vm);
const struct balloonctl_info *vm_get_info(const struct vm *vm);

/* The VM's name as QEMU says it or, if it did not answer, as it was found or configured; NULL if it
 * has none. */
const char *vm_get_name(const struct vm *vm);

/* Talk of what was done to a VM, unless --quiet: one line on standard error that begins with its
 * address. */
__attribute__((format(printf, 3, 4))) void
vm_talk(const struct vm *vm, const struct options *options, const char *format, ...);

#endif
