/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keeps what is known of a VM between calls. Asking is the business of call. */
#include "client/vm.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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
	vm->is_name_asked = false;
}

void vm_done(struct vm *vm)
{
	vm->is_device_by_hand = false;
	vm_forget(vm);
	vm_set(&vm->address, NULL);
}
