/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keeps what is known of a VM between calls. Asking is the business of call. */
#include "client/vm.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "qmp/message.h"

int vm_set(char **member, const char *value)
{
	char *copy = NULL;

	if (value != NULL) {
		copy = strdup(value);
		if (copy == NULL)
			return -ENOMEM;
	}
	free(*member);
	*member = copy;
	return 0;
}

int vm_set_version(struct vm *vm, const struct json *version)
{
	const struct json *numbers = json_member(version, "qemu");
	const char *package = "";
	uint64_t major, minor, micro;
	char text[64];
	int r;

	if (json_get_u64(json_member(numbers, "major"), &major) < 0 ||
	    json_get_u64(json_member(numbers, "minor"), &minor) < 0 ||
	    json_get_u64(json_member(numbers, "micro"), &micro) < 0)
		return -EPROTO;
	snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64 ".%" PRIu64, major, minor, micro);
	json_get_string(json_member(version, "package"), &package);
	r = vm_set(&vm->version, text);
	return r < 0 ? r : vm_set(&vm->package, package);
}

int vm_set_status(struct vm *vm, const struct json *answer)
{
	const char *status;
	bool is_running;

	if (json_get_string(json_member(answer, "status"), &status) < 0 ||
	    json_get_bool(json_member(answer, "running"), &is_running) < 0)
		return -EPROTO;
	vm->is_paused = !is_running || string_equal(status, "suspended");
	vm->is_incoming = string_equal(status, "inmigrate");
	vm->known |= VM_RUN_STATE;
	return 0;
}

static void notice_resume(struct vm *vm, int64_t now_ms)
{
	freshness_resume(&vm->freshness, vm->is_incoming, now_ms);
	vm->is_paused = false;
	vm->is_incoming = false;
	vm->n_resumes++;
}

void vm_notice_event(struct vm *vm, const struct message *event, int64_t now_ms)
{
	if (string_equal(event->name, "BALLOON_CHANGE"))
		json_get_i64(json_member(event->body, "actual"), &vm->actual_bytes);
	else if (string_equal(event->name, "STOP") || string_equal(event->name, "SUSPEND"))
		vm->is_paused = true;
	else if (string_equal(event->name, "RESUME") || string_equal(event->name, "WAKEUP"))
		notice_resume(vm, now_ms);
	else if (string_equal(event->name, "RESET"))
		freshness_reset(&vm->freshness, now_ms);
}

void vm_forget_device(struct vm *vm)
{
	if (vm->is_device_by_hand)
		return;
	vm_set(&vm->device, NULL);
	vm_set(&vm->device_type, NULL);
}

void vm_forget(struct vm *vm)
{
	vm_forget_device(vm);
	vm_set(&vm->version, NULL);
	vm_set(&vm->package, NULL);
	vm_set(&vm->name, NULL);
	vm->asked = 0;
	vm->known = 0;
	vm->is_paused = false;
	vm->is_incoming = false;
	vm->has_actual = false;
	vm->maximum_bytes = 0;
	vm->n_resumes = 0;
}

void vm_done(struct vm *vm)
{
	vm->is_device_by_hand = false;
	vm_forget(vm);
	vm_set(&vm->address, NULL);
}
