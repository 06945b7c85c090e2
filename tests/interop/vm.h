/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A real QEMU for the tests, with or without the Linux guest of tests/guest, and nothing of our
 * own library. The monitor under test listens at vm_get_qmp(); the harness has a second monitor of
 * its own, so that a test can cause things while the first one is busy, broken or watched.
 *
 *	struct vm *vm = vm_start(&(struct vm_options){ .balloon = "virtio-balloon-pci,id=b0",
 *						       .linux_guest = true });
 *
 *	CU_ASSERT_PTR_NOT_NULL_FATAL(vm);
 *	CU_ASSERT_EQUAL_FATAL(vm_wait_boot(vm), 0);
 *	CU_ASSERT_EQUAL(vm_run(vm, "rmmod virtio_balloon", NULL, 0), 0);
 *	vm_stop(vm);
 *
 * Each wait has a deadline, and one that fails prints what the console and QEMU's stderr said. No
 * QEMU outlives the test program, however that ends.
 *
 * Environment: QEMU names the program (qemu-system-x86_64), BALLOONCTL_GUEST the directory with
 * vmlinuz and initrd.img, TMPDIR the place of the private directory (/tmp).
 */
#ifndef TESTS_VM_H
#define TESTS_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct vm;

/* Zero means the default everywhere. */
struct vm_options {
	const char *machine; /* -machine; "pc". The guest also boots on "q35" and "microvm" */
	const char *balloon; /* -device of the balloon, such as "virtio-balloon-device"; none */
	bool linux_guest;    /* boot Linux; else the machine has no kernel and waits (-S) */
	const char
		*guest_words; /* more words for its command line: "balloon=no" (tests/guest/init) */
	unsigned memory_mib;  /* 256 */
	const char *qmp_options; /* of the monitor under test: "pretty=on" */
	const char *const *args; /* more arguments for QEMU, ended by NULL */
	int timeout_ms;          /* the deadline of each wait; 60000 */
};

/* Start QEMU and wait until its main loop answers. NULL after having said why. */
struct vm *vm_start(const struct vm_options *options);

/* Kill QEMU if it still runs, remove the directory, free. NULL is fine. */
void vm_stop(struct vm *vm);

/* The address of the monitor under test: a path in vm_get_directory(). */
const char *vm_get_qmp(const struct vm *vm);

/* The private directory; what a test leaves there goes with the VM. */
const char *vm_get_directory(const struct vm *vm);

pid_t vm_get_pid(const struct vm *vm);

/* Wait until the guest takes commands: once after the start, again after each reset or reboot.
 * 0 or a negative errno. */
int vm_wait_boot(struct vm *vm);

/* Run one line (at most 4000 bytes) by the guest's shell and wait for its end. Returns its exit
 * status, or a negative errno; `output`, if not NULL, gets stdout and stderr, cut to fit `size`.
 * "hold 40" in the guest takes 40 MiB of anonymous memory, "killall dd" gives them back. */
int vm_run(struct vm *vm, const char *command, char *output, size_t size);

/* Send one QMP command on the harness's own monitor and wait for its reply. 0 for a return,
 * -EREMOTEIO for an error, another negative errno when there is no reply; `reply`, if not NULL,
 * gets the reply's line, cut to fit `size`. */
int vm_control(struct vm *vm, const char *json, char *reply, size_t size);

/* The same in two parts, for a command that QEMU does not answer soon: nothing else may be sent there
 * in between. */
int vm_control_begin(struct vm *vm, const char *json);
int vm_control_end(struct vm *vm, char *reply, size_t size);

/* Wait for the next event of that name on the harness's own monitor, counting from the previous
 * one waited for or, the first time, from the start. 0 or a negative errno. */
int vm_wait_event(struct vm *vm, const char *name);

/* SIGSTOP, SIGCONT, SIGKILL or any other for the QEMU process; after SIGSTOP all of it has stopped.
 * 0 or a negative errno. */
int vm_signal(struct vm *vm, int sig);

/* Wait until QEMU has ended by itself or by a signal. 0 with waitpid's status, or a negative
 * errno. */
int vm_wait_exit(struct vm *vm, int *ret_status);

#endif
