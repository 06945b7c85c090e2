/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * size [SIZE]: what the balloon leaves to the guest, shown or set. A target that looks unhealthy is
 * set all the same, with a warning: QEMU and the guest decide what becomes of it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "document.h"
#include "output.h"
#include "parse.h"
#include "show.h"
#include "size.h"
#include "vms.h"

struct size_options {
	struct options *common;
	const char *size; /* as written; NULL: only show */
	uint64_t target;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct size_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->common;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			return ARGP_ERR_UNKNOWN;
		options->size = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp size_argp = {
	.parser = parse,
	.args_doc = "[SIZE]",
	.doc = "Show how much memory the balloon leaves to the guest or, with SIZE, set it. The "
	       "guest follows in its own time: ask again to see how far it is.\v"
	       "SIZE is in bytes, or has a unit: K, M, G, T (the same as KiB, MiB ...) are powers "
	       "of 1024, as for QEMU; KB, MB, GB, TB are powers of 1000.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl -c /run/vm.qmp size\n"
	       "  balloonctl -c /run/vm.qmp size 512M\n"
	       "  balloonctl -c /run/vm.qmp size 1.5GiB",
	.children = show_children,
};

/* QEMU cuts a target to the machine's memory. */
static uint64_t get_target(const struct vm *vm, const struct size_options *options)
{
	uint64_t maximum;

	if (balloonctl_info_get_maximum_bytes(vm_get_info(vm), &maximum) == 0 &&
	    options->target > maximum)
		return maximum;
	return options->target;
}

/* ---- What it shows ---- */

static void put_members(struct json *json, const struct vm *vm, const void *arg)
{
	const struct size_options *options = arg;

	document_put_size(json, vm_get_info(vm));
	if (options->size != NULL)
		json_put_u64(json, "target_bytes", get_target(vm, options));
}

static void append_size(struct buffer *out, const struct vm *vm, const void *arg)
{
	const struct size_options *options = arg;

	buffer_append_string(out, "actual ");
	show_size(out, vm_get_info(vm), options->common->bytes);
}

/* ---- What it says of a target ---- */

/* What the guest could give without swapping: its own word or, from older drivers, the nearest
 * thing to it. */
static int get_spare(const struct balloonctl_stats *stats, uint64_t *ret)
{
	uint64_t free_memory, caches;

	if (balloonctl_stats_get(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY, ret) == 0)
		return 0;
	if (balloonctl_stats_get(stats, BALLOONCTL_STAT_FREE_MEMORY, &free_memory) < 0 ||
	    balloonctl_stats_get(stats, BALLOONCTL_STAT_DISK_CACHES, &caches) < 0)
		return -1;
	*ret = free_memory + caches; /* each below 2^63 */
	return 0;
}

/* For a sentence. */
static char *size_text(uint64_t bytes, bool exact)
{
	struct buffer out = { 0 };

	size_append(&out, (int64_t)bytes, exact);
	if (exact)
		buffer_append_string(&out, " bytes");
	return buffer_steal(&out);
}

static void warn_if_below(const struct vm *vm, const struct size_options *options)
{
	int64_t actual = balloonctl_info_get_actual_bytes(vm_get_info(vm));
	const struct balloonctl_stats *stats = balloonctl_info_get_stats(vm_get_info(vm));
	struct buffer age = { 0 };
	uint64_t spare, seconds;
	char *taken, *had, *when;

	if (actual < 0 || options->target >= (uint64_t)actual || get_spare(stats, &spare) < 0 ||
	    balloonctl_stats_get_age_seconds(stats, &seconds) < 0 ||
	    (uint64_t)actual - options->target <= spare)
		return;
	taken = size_text((uint64_t)actual - options->target, options->common->bytes);
	had = size_text(spare, options->common->bytes);
	show_age(&age, seconds);
	when = buffer_steal(&age);
	complain(
		"%s: warning: this takes %s from a guest that had %s available %s ago; it may swap "
		"or kill processes",
		vm->address, taken, had, when);
	free(taken);
	free(had);
	free(when);
}

static void warn_if_above(const struct vm *vm, const struct size_options *options)
{
	uint64_t target = get_target(vm, options);
	char *text;

	if (target == options->target)
		return;
	text = size_text(target, options->common->bytes);
	complain("%s: warning: the machine has %s; QEMU makes that the target", vm->address, text);
	free(text);
}

static void talk(const struct vm *vm, const struct size_options *options)
{
	struct buffer before = { 0 };
	char *was, *target;

	show_size(&before, vm_get_info(vm), options->common->bytes);
	was = buffer_steal(&before);
	target = size_text(get_target(vm, options), options->common->bytes);
	vm_talk(vm, options->common, "target %s (was %s); the guest follows in its own time",
		target, was);
	free(was);
	free(target);
}

/* ---- The command ---- */

/* To set a size, learn first what the guest has and could spare. */
static void step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	const struct size_options *options = arg;

	if (done == NULL) {
		vm_started(vm, balloonctl_monitor_start_get_info(vm->monitor, NULL));
	} else if (options->size != NULL &&
		   vm->done[BALLOONCTL_OPERATION_SET_TARGET_BYTES] == NULL) {
		warn_if_below(vm, options);
		warn_if_above(vm, options);
		vm_started(vm, balloonctl_monitor_start_set_target_bytes(vm->monitor,
									 options->target, NULL));
	}
}

/* argp would take "-5" for an option. */
static int check_negative(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-' && strspn(argv[i] + 1, "0123456789.") > 0)
			return usage_error("'%s': a size can't be negative; give what the guest "
					   "shall keep, such as 512M",
					   argv[i]);
	return EXIT_DONE;
}

static int check_target(struct size_options *options)
{
	int r;

	if (options->size == NULL)
		return EXIT_DONE;
	r = size_parse(options->size, &options->target);
	if (r == -ERANGE || (r == 0 && options->target > INT64_MAX))
		return usage_error("'%s': too large; QEMU takes up to 9223372036854775807 bytes",
				   options->size);
	if (r < 0)
		return usage_error("'%s': not a size; give bytes or a number with a unit, such as "
				   "512M or 1.5GiB",
				   options->size);
	if (options->target == 0)
		return usage_error("'%s': QEMU refuses to leave nothing to the guest; give what it "
				   "shall keep, such as 512M",
				   options->size);
	return EXIT_DONE;
}

static int write_out(const struct vms *vms, const struct size_options *options)
{
	if (options->common->json)
		return document_write(vms, put_members, options);
	if (options->size == NULL)
		return show_lines(vms, append_size, options);
	return EXIT_DONE;
}

int cmd_size(struct options *common, int argc, char **argv)
{
	struct size_options options = { .common = common };
	struct vms vms = { 0 };
	int status;

	status = check_negative(argc, argv);
	if (status != EXIT_DONE)
		return status;
	if (!parse_words(common, &size_argp, argc, argv, 0, &options, &status))
		return status;
	status = check_target(&options);
	if (status != EXIT_DONE)
		return status;
	vms.changes = options.size != NULL;
	status = vms_ask(&vms, common, step, &options);
	if (status == EXIT_DONE) {
		for (size_t i = 0; i < vms.count && options.size != NULL; i++)
			if (vms.items[i].error == NULL)
				talk(&vms.items[i], &options);
		status = vms_report(&vms, write_out(&vms, &options));
	}
	vms_free(&vms);
	return status;
}
