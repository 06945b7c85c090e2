/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* enable, disable and interval: whether and how often QEMU asks the guest. */
#include <string.h>

#include "command.h"
#include "output.h"
#include "parse.h"
#include "seconds.h"
#include "show.h"
#include "vms.h"

enum {
	DEFAULT_INTERVAL = 2, /* seconds: guests update their numbers about once a second */
};

/* ---- enable ---- */

struct enable_options {
	struct options *common;
	const char *interval; /* as written; NULL: leave what is set, or the default */
	uint32_t seconds;     /* 0: the same */
};

static const struct argp_option enable_choices[] = {
	{ "interval", 'i', "SECONDS", 0,
	  "Ask every so many seconds, 1 to 4294967295 (default: as configured, see balloonctl.conf(5); "
	  "else leave the interval as it is or, if polling is off, 2)" },
	{ 0 },
};

static error_t enable_parse(int key, char *arg, struct argp_state *state)
{
	struct enable_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->common;
		return 0;
	case 'i':
		options->interval = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp enable_argp = {
	.options = enable_choices,
	.parser = enable_parse,
	.doc = "Have QEMU ask the guest for its statistics every few seconds, the first time at once "
	       "if polling was off.\v"
	       "The interval belongs to the VM: it stays until it is changed or QEMU ends, and does "
	       "not travel with a migration.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl -c /run/vm.qmp enable\n"
	       "  balloonctl -c /run/vm.qmp enable --interval 10",
	.children = options_children,
};

static void enable_step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	const struct enable_options *options = arg;
	struct balloonctl_monitor *monitor = vm->monitor;
	uint32_t wanted = options->seconds > 0 ? options->seconds : vm->target->polling_interval;

	if (done == NULL && wanted > 0)
		vm_started(vm,
			   balloonctl_monitor_start_set_polling_interval(monitor, wanted, NULL));
	else if (done == NULL)
		vm_started(vm, balloonctl_monitor_start_get_polling_interval(monitor, NULL));
	else if (wanted == 0 && vm->done[BALLOONCTL_OPERATION_SET_POLLING_INTERVAL] == NULL &&
		 balloonctl_completion_get_polling_interval(done) == 0)
		vm_started(vm,
			   balloonctl_monitor_start_set_polling_interval(monitor, DEFAULT_INTERVAL,
									 NULL));
}

static void enable_talk(const struct vm *vm, const struct options *options)
{
	const struct balloonctl_completion *set, *got;
	uint32_t now, before;

	set = vm->done[BALLOONCTL_OPERATION_SET_POLLING_INTERVAL];
	got = vm->done[BALLOONCTL_OPERATION_GET_POLLING_INTERVAL];
	now = balloonctl_completion_get_polling_interval(set != NULL ? set : got);
	before = set != NULL ? balloonctl_completion_get_previous_polling_interval(set) : now;
	if (before == now)
		vm_talk(vm, options, "polling stays on every %u s", now);
	else if (before == 0)
		vm_talk(vm, options, "polling every %u s (was off)", now);
	else
		vm_talk(vm, options, "polling every %u s (was every %u s)", now, before);
}

static int check_interval(struct enable_options *options)
{
	const char *interval = options->interval;

	if (interval == NULL || seconds_parse_interval(interval, &options->seconds) == 0)
		return EXIT_DONE;
	return usage_error("--interval '%s': %s", interval,
			   strcmp(interval, "0") == 0
				   ? "use 'balloonctl disable' to switch polling off"
				   : INTERVAL_RULE);
}

int cmd_enable(struct options *common, int argc, char **argv)
{
	struct enable_options options = { .common = common };
	int status;

	if (!parse_words(&enable_argp, argc, argv, 0, &options, &status))
		return status;
	status = check_interval(&options);
	if (status != EXIT_DONE)
		return status;
	return vms_change(common, enable_step, &options, enable_talk);
}

/* ---- disable ---- */

const struct argp disable_argp = {
	.doc = "Have QEMU stop asking the guest. What the guest said last stays readable, and stays "
	       "as old as it is.\v"
	       "Example:\n"
	       "  balloonctl -c /run/vm.qmp disable",
	.children = options_children,
};

static void disable_step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	if (done == NULL)
		vm_started(vm, balloonctl_monitor_start_set_polling_interval(vm->monitor, 0, NULL));
}

static void disable_talk(const struct vm *vm, const struct options *options)
{
	const struct balloonctl_completion *set;
	uint32_t before;

	set = vm->done[BALLOONCTL_OPERATION_SET_POLLING_INTERVAL];
	before = balloonctl_completion_get_previous_polling_interval(set);
	if (before == 0)
		vm_talk(vm, options, "polling was off already");
	else
		vm_talk(vm, options,
			"polling off (was every %u s); the last statistics stay readable", before);
}

int cmd_disable(struct options *common, int argc, char **argv)
{
	int status;

	if (!parse_words(&disable_argp, argc, argv, 0, common, &status))
		return status;
	return vms_change(common, disable_step, NULL, disable_talk);
}

/* ---- interval ---- */

const struct argp interval_argp = {
	.doc = "Print how many seconds lie between two questions to the guest; 0 means that polling "
	       "is off. Of several VMs each gets a line: address, tab, seconds.\v"
	       "Example:\n"
	       "  balloonctl -c /run/vm.qmp interval",
	.children = options_children,
};

static void interval_step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	if (done == NULL)
		vm_started(vm, balloonctl_monitor_start_get_polling_interval(vm->monitor, NULL));
}

static void append_interval(struct buffer *out, const struct vm *vm, const void *arg)
{
	const struct balloonctl_completion *got;

	got = vm->done[BALLOONCTL_OPERATION_GET_POLLING_INTERVAL];
	buffer_append_u64(out, balloonctl_completion_get_polling_interval(got));
}

int cmd_interval(struct options *common, int argc, char **argv)
{
	struct vms vms = { 0 };
	int status;

	if (!parse_words(&interval_argp, argc, argv, 0, common, &status))
		return status;
	status = vms_ask(&vms, common, interval_step, NULL);
	if (status == EXIT_DONE)
		status = vms_report(&vms, show_lines(&vms, append_interval, NULL));
	vms_free(&vms);
	return status;
}
