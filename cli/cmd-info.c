/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* info: the VM, its QEMU and its balloon device. */
#include "command.h"
#include "document.h"
#include "output.h"
#include "parse.h"
#include "show.h"
#include "size.h"
#include "stats-view.h"
#include "vms.h"

const struct argp info_argp = {
	.doc = "Show a VM's name, state and QEMU version, its balloon device and the balloon's size.\v"
	       "Examples:\n"
	       "  balloonctl -c /run/vm.qmp info\n"
	       "  balloonctl -c /run/vm.qmp info --json | jq -r '.vms[0].state'",
	.children = show_children,
};

static void step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	if (done == NULL)
		vm_started(vm, balloonctl_monitor_start_get_info(vm->monitor, NULL));
}

static void put_members(struct json *json, const struct vm *vm, const void *arg)
{
	const struct balloonctl_info *info = vm_get_info(vm);
	json_put_string(json, "device_type", balloonctl_info_get_device_type(info));
	json_put_string(json, "qemu_version", balloonctl_info_get_version(info));
	json_put_string(json, "qemu_package", balloonctl_info_get_package(info));
	json_put_string(json, "state", balloonctl_info_get_status(info));
	json_put_bool(json, "running", balloonctl_info_is_running(info));
	document_put_polling(json, balloonctl_info_get_stats(info));
	document_put_size(json, info);
}

static void append_vm(struct buffer *out, const struct vm *vm, bool exact,
		      const struct terminal *terminal)
{
	const struct balloonctl_info *info = vm_get_info(vm);
	const char *package = balloonctl_info_get_package(info);

	show_vm(out, vm);
	show_label(out, "state");
	buffer_append_escaped(out, balloonctl_info_get_status(info));
	buffer_append_string(out, "\n");
	show_label(out, "qemu");
	buffer_append_escaped(out, balloonctl_info_get_version(info));
	if (package[0] != '\0') {
		buffer_append_string(out, " (");
		buffer_append_escaped(out, package);
		buffer_append_string(out, ")");
	}
	buffer_append_string(out, "\n");
	show_polling(out, balloonctl_info_get_stats(info));
	stats_append_freshness(out, balloonctl_info_get_stats(info), terminal);
	show_label(out, "size");
	show_size(out, info, exact);
	buffer_append_string(out, "\n");
}

static int write_text(const struct vms *vms, bool exact)
{
	struct terminal terminal;
	struct buffer out = { 0 };
	int status;

	terminal_init(&terminal, COLOR_AUTO);
	for (size_t i = 0; i < vms->count; i++) {
		if (vms->items[i].error != NULL)
			continue;
		if (out.len > 0)
			buffer_append_string(&out, "\n");
		append_vm(&out, &vms->items[i], exact, &terminal);
	}
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

int cmd_info(struct options *options, int argc, char **argv)
{
	struct vms vms = { 0 };
	int status, written;

	if (!parse_words(&info_argp, argc, argv, 0, options, &status))
		return status;
	status = vms_ask(&vms, options, step, NULL);
	if (status == EXIT_DONE) {
		written = options->json ? document_write(&vms, put_members, NULL)
					: write_text(&vms, options->bytes);
		status = vms_report(&vms, written);
	}
	vms_free(&vms);
	return status;
}
