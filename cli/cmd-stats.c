/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stats: what the guest reported last. Columns, keys, units and meanings come from the library's
 * stat table; whether a sample is worth trusting is left to the reader, who is told its age.
 */
#include "command.h"
#include "output.h"
#include "parse.h"
#include "stats-view.h"
#include "vms.h"

const struct argp stats_argp = {
	.doc = "Show what the guest's balloon driver reported last, and how long ago: one VM as a "
	       "list, several as one row each. '-' is what the guest did not report.\v"
	       "QEMU asks the guest only while polling is on: see 'balloonctl enable'.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl -c /run/vm.qmp stats\n"
	       "  balloonctl -c /run/vm.qmp stats --json | jq '.vms[0].stats'\n"
	       "  balloonctl -c /run/vm1.qmp -c /run/vm2.qmp stats",
	.children = show_children,
};

static void step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	if (done == NULL)
		vm_started(vm, balloonctl_monitor_start_get_stats(vm->monitor, NULL));
}

int cmd_stats(struct options *options, int argc, char **argv)
{
	struct vms vms = { 0 };
	int status, written;

	if (!parse_words(options, &stats_argp, argc, argv, 0, options, &status))
		return status;
	status = vms_ask(&vms, options, step, NULL);
	if (status == EXIT_DONE) {
		written = options->json ? stats_write_json(&vms)
					: stats_write_table(&vms, options->bytes);
		status = vms_report(&vms, written);
	}
	vms_free(&vms);
	return status;
}
