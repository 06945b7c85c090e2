/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * size [SIZE]: what the balloon leaves to the guest, shown or set. What is asked, refused and told
 * on the way is in size-set.c and size-words.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "document.h"
#include "output.h"
#include "parse.h"
#include "seconds.h"
#include "show.h"
#include "size-set.h"
#include "size.h"
#include "vms.h"

enum {
	OPTION_WAIT = 0x200,
	OPTION_FORCE,
	OPTION_MIN_AVAILABLE,
};

/* A size such as -512M begins like an option: it is one, with the rest as its value. */
#define NEGATIVE(key)                                                        \
	{                                                                    \
		NULL, key, "SIZE", OPTION_HIDDEN | OPTION_ARG_OPTIONAL, NULL \
	}

static const struct argp_option choices[] = {
	{ "wait", OPTION_WAIT, "SECONDS", OPTION_ARG_OPTIONAL,
	  "Follow the balloon until it has reached SIZE, for so many seconds at most (default: as "
	  "long as it comes nearer)" },
	{ "force", OPTION_FORCE, NULL, 0, "Take from the guest even what it can't spare" },
	{ "min-available", OPTION_MIN_AVAILABLE, "SIZE", 0,
	  "Don't set a SIZE that would leave the guest less available memory than this, by a new "
	  "report" },
	NEGATIVE('0'),
	NEGATIVE('1'),
	NEGATIVE('2'),
	NEGATIVE('3'),
	NEGATIVE('4'),
	NEGATIVE('5'),
	NEGATIVE('6'),
	NEGATIVE('7'),
	NEGATIVE('8'),
	NEGATIVE('9'),
	NEGATIVE('.'),
	{ 0 },
};

static void take_negative(struct size_options *options, int key, const char *rest,
			  struct argp_state *state)
{
	struct buffer text = { 0 };

	if (options->size != NULL)
		argp_error(state, "Too many arguments");
	buffer_printf(&text, "-%c%s", key, rest == NULL ? "" : rest);
	free(options->joined);
	options->joined = buffer_steal(&text);
	options->size = options->joined;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct size_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->common;
		return 0;
	case ARGP_KEY_ARG:
		if (options->size != NULL && options->waits && options->wait == NULL)
			argp_error(state,
				   "'%s': one SIZE is enough; seconds are written --wait=SECONDS",
				   arg);
		else if (options->size != NULL)
			return ARGP_ERR_UNKNOWN;
		options->size = arg;
		return 0;
	case OPTION_WAIT:
		options->waits = true;
		options->wait = arg;
		return 0;
	case OPTION_FORCE:
		options->is_forced = true;
		return 0;
	case OPTION_MIN_AVAILABLE:
		options->min_available = arg;
		return 0;
	default:
		if ((key < '0' || key > '9') && key != '.')
			return ARGP_ERR_UNKNOWN;
		take_negative(options, key, arg, state);
		return 0;
	}
}

const struct argp size_argp = {
	.options = choices,
	.parser = parse,
	.args_doc = "[SIZE]",
	.doc = "Show how much memory the balloon leaves to the guest or, with SIZE, set it. The "
	       "guest follows in its own time; --wait waits for it. What the guest can't spare is "
	       "not taken from it without --force.\v"
	       "SIZE is in bytes, or has a unit: K, M, G, T (the same as KiB, MiB ...) are powers "
	       "of 1024, as for QEMU; KB, MB, GB, TB are powers of 1000. 50% is half of the "
	       "machine's memory. +512M and -512M, +10% and -10% start from what the guest has "
	       "now.\n"
	       "\n"
	       "Exit status: 0 done, 1 a VM failed, was refused or has not reached SIZE, 2 wrong "
	       "usage.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl -c /run/vm.qmp size\n"
	       "  balloonctl -c /run/vm.qmp size 512M --wait\n"
	       "  balloonctl -c /run/vm.qmp size -10% --min-available 256M",
	.children = show_children,
};

/* ---- What it shows ---- */

static void put_members(struct json *json, const struct vm *vm, const void *arg)
{
	const struct size_options *options = arg;
	const struct sizing *sizing = vm->data;
	uint64_t maximum;

	if (!options->waits) {
		document_put_size(json, vm_get_info(vm));
	} else {
		json_put_i64(json, "actual_bytes", sizing->follow.actual);
		if (balloonctl_info_get_maximum_bytes(vm_get_info(vm), &maximum) == 0)
			json_put_u64(json, "maximum_bytes", maximum);
		else
			json_put_null(json, "maximum_bytes");
	}
	if (options->size != NULL)
		json_put_u64(json, "target_bytes", sizing->target);
	if (options->waits)
		json_put_bool(json, "reached", sizing->verdict == FOLLOW_REACHED);
}

static void append_size(struct buffer *out, const struct vm *vm, const void *arg)
{
	const struct size_options *options = arg;

	buffer_append_string(out, "actual ");
	show_size(out, vm_get_info(vm), options->common->bytes);
}

static int write_out(const struct vms *vms, const struct size_options *options)
{
	if (options->common->json)
		return document_write(vms, put_members, options);
	if (options->size == NULL)
		return show_lines(vms, append_size, options);
	return EXIT_DONE;
}

/* ---- The command ---- */

static int check_target(struct size_options *options)
{
	int r;

	if (options->size == NULL &&
	    (options->waits || options->is_forced || options->min_available != NULL))
		return usage_error("%s: give the SIZE to be set as well, such as 512M",
				   options->waits       ? "--wait"
				   : options->is_forced ? "--force"
							: "--min-available");
	if (options->size == NULL)
		return EXIT_DONE;
	r = wish_parse(options->size, &options->wish);
	if (r == -ERANGE)
		return usage_error("'%s': too large; QEMU takes up to 9223372036854775807 bytes",
				   options->size);
	if (r < 0)
		return usage_error("'%s': not a size; give bytes, a number with a unit or a "
				   "percentage, such as 512M, 1.5GiB, 50%% or -10%%",
				   options->size);
	if (options->wish.amount == 0 && options->wish.sign == '\0')
		return usage_error("'%s': QEMU refuses to leave nothing to the guest; give what it "
				   "shall keep, such as 512M",
				   options->size);
	return EXIT_DONE;
}

static int check_limits(struct size_options *options)
{
	if (options->wait != NULL && seconds_parse_ms(options->wait, &options->wait_ms) < 0)
		return usage_error("--wait='%s': " SECONDS_RULE, options->wait);
	if (options->min_available == NULL)
		return EXIT_DONE;
	if (size_parse(options->min_available, &options->min_available_bytes) < 0 ||
	    options->min_available_bytes > INT64_MAX)
		return usage_error("--min-available '%s': give bytes or a number with a unit, such "
				   "as 256M",
				   options->min_available);
	if (options->is_forced)
		return usage_error("--force: --min-available is there to refuse; give one of them");
	return EXIT_DONE;
}

/* A VM that was being followed has not failed by that. */
static void forgive_interrupt(struct vms *vms)
{
	for (size_t i = 0; vms->is_interrupted && i < vms->count; i++) {
		const struct sizing *sizing = vms->items[i].data;

		if (sizing != NULL && sizing->is_set)
			vms->items[i].error = NULL;
	}
}

static int tell(const struct vms *vms, const struct size_options *options)
{
	int status = EXIT_DONE;

	for (size_t i = 0; i < vms->count && options->size != NULL; i++) {
		const struct vm *vm = &vms->items[i];
		const struct sizing *sizing = vm->data;

		if (options->waits)
			size_tell_events(vm, options);
		if (vm_has_failed(vm))
			continue;
		if (!options->waits) {
			size_tell_set(vm, options);
			continue;
		}
		size_tell_end(vm, options, vms->is_interrupted);
		if (sizing->verdict != FOLLOW_REACHED)
			status = EXIT_FAILED;
	}
	return status;
}

static int run(struct size_options *options)
{
	/* Also without waiting the guest is asked first, and leaving has to wait for that. */
	struct vms vms = { .changes = options->size != NULL,
			   .survives_interrupt = options->size != NULL };
	int status, written;

	status = vms_ask(&vms, options->common, size_step, options);
	if (status == EXIT_DONE) {
		forgive_interrupt(&vms);
		status = tell(&vms, options);
		written = write_out(&vms, options);
		status = vms_report(&vms, written == EXIT_DONE ? status : written);
	}
	for (size_t i = 0; i < vms.count; i++)
		free(vms.items[i].data);
	vms_free(&vms);
	return status;
}

int cmd_size(struct options *common, int argc, char **argv)
{
	struct size_options options = { .common = common };
	int status;

	if (parse_words(&size_argp, argc, argv, 0, &options, &status)) {
		status = check_target(&options);
		if (status == EXIT_DONE)
			status = check_limits(&options);
		if (status == EXIT_DONE)
			status = run(&options);
	}
	free(options.joined);
	return status;
}
