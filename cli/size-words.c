/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `size` says: why it refuses, what it did, how far the balloon is. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "progress.h"
#include "show.h"
#include "size-set.h"
#include "size.h"

enum {
	STEP_MS = 1000, /* between two lines in a pipe */
	TENTHS_BELOW_MS = 10000,
	MS_PER_SECOND = 1000,
	REST_WIDTH = 24, /* for what vms.c says of further VMs */
};

/* For a sentence. */
static char *size_text(int64_t bytes, bool exact)
{
	struct buffer out = { 0 };

	size_append(&out, bytes, exact);
	if (exact)
		buffer_append_string(&out, " bytes");
	return buffer_steal(&out);
}

void size_warn_if_above(const struct vm *vm, const struct size_options *options)
{
	const struct sizing *sizing = vm->data;
	char *text;

	if (sizing->target == sizing->wanted)
		return;
	text = size_text((int64_t)sizing->target, options->common->bytes);
	complain("%s: warning: the machine has %s; QEMU makes that the target", vm->address, text);
	free(text);
}

/* "this takes 879 MiB from a guest that had 857 MiB available 3 s ago" */
static char *describe_taking(const struct size_options *options,
			     const struct balloonctl_stats *stats, uint64_t taken, uint64_t spare)
{
	bool exact = options->common->bytes;
	char *taken_text = size_text((int64_t)taken, exact);
	char *spare_text = size_text((int64_t)spare, exact);
	struct buffer out = { 0 };
	uint64_t seconds;

	buffer_printf(&out, "this takes %s from a guest that had %s available", taken_text,
		      spare_text);
	if (balloonctl_stats_get_age_seconds(stats, &seconds) == 0) {
		buffer_append_string(&out, " ");
		show_age(&out, seconds);
		buffer_append_string(&out, " ago");
	}
	free(taken_text);
	free(spare_text);
	return buffer_steal(&out);
}

void size_object(struct vm *vm, const struct size_options *options,
		 const struct balloonctl_stats *stats, uint64_t taken, uint64_t spare)
{
	char *text = describe_taking(options, stats, taken, spare);
	char *least;

	if (options->is_forced) {
		complain("%s: warning: %s; it may swap or kill processes", vm->address, text);
	} else if (taken > spare) {
		vm_refuse(vm, -ENOMEM,
			  "not set: %s; it would swap or kill processes (--force sets it all the "
			  "same)",
			  text);
	} else {
		least = size_text((int64_t)options->min_available_bytes, options->common->bytes);
		vm_refuse(vm, -ENOMEM,
			  "not set: %s, and less than %s would remain (--min-available)", text,
			  least);
		free(least);
	}
	free(text);
}

void size_tell_set(const struct vm *vm, const struct size_options *options)
{
	const struct sizing *sizing = vm->data;
	struct buffer before = { 0 };
	char *was, *target;

	show_size(&before, vm_get_info(vm), options->common->bytes);
	was = buffer_steal(&before);
	target = size_text((int64_t)sizing->target, options->common->bytes);
	vm_talk(vm, options->common, "target %s (was %s)%s", target, was,
		options->waits ? "" : "; the guest follows in its own time");
	free(was);
	free(target);
}

/* ---- On the way ---- */

/* "812 MiB of 1 GiB to 512 MiB, 50 MiB/s, 6 s left" */
static void append_position(struct buffer *out, const struct vm *vm, bool exact)
{
	const struct sizing *sizing = vm->data;
	uint64_t rate = follow_get_rate(&sizing->follow);

	size_append(out, sizing->follow.actual, exact);
	buffer_append_string(out, " to ");
	size_append(out, (int64_t)sizing->target, exact);
	if (rate == 0)
		return;
	buffer_append_string(out, ", ");
	size_append(out, rate > INT64_MAX ? INT64_MAX : (int64_t)rate, exact);
	buffer_append_string(out, "/s, ");
	show_age(out, (follow_get_distance(&sizing->follow) + rate - 1) / rate);
	buffer_append_string(out, " left");
}

/* The bar takes what the words leave. */
static void draw(struct vm *vm, const struct size_options *options, size_t width)
{
	const struct sizing *sizing = vm->data;
	struct buffer words = { 0 }, line = { 0 };
	char *text;
	size_t taken;

	append_position(&words, vm, options->common->bytes);
	text = buffer_steal(&words);
	buffer_append_escaped(&line, vm->address);
	buffer_append_string(&line, ": ");
	taken = line.len + strlen(text) + 1;
	if (!vm->is_alone)
		taken += REST_WIDTH;
	if (taken < width) {
		follow_append_bar(&line, &sizing->follow, width - taken);
		buffer_append_string(&line, " ");
	}
	buffer_append_string(&line, text);
	free(text);
	free(vm->status);
	vm->status = buffer_steal(&line);
}

void size_tell_events(const struct vm *vm, const struct size_options *options)
{
	struct balloonctl_event *event;
	int64_t actual;

	while ((event = balloonctl_monitor_next_event(vm->monitor)) != NULL) {
		struct buffer words = { 0 };
		char *text;

		show_event(&words, event, options->common->bytes);
		text = buffer_steal(&words);
		if (balloonctl_event_get_actual_bytes(event, &actual) < 0)
			vm_talk(vm, options->common, "%s", text);
		free(text);
		balloonctl_event_free(event);
	}
}

void size_tell_step(struct vm *vm, const struct size_options *options)
{
	struct sizing *sizing = vm->data;
	size_t width = options->common->quiet ? 0 : progress_get_width();
	struct buffer words = { 0 };
	char *text;

	if (width > 0) {
		draw(vm, options, width);
		return;
	}
	if (sizing->follow.actual == sizing->said_actual ||
	    sizing->follow.now - sizing->said < STEP_MS)
		return;
	append_position(&words, vm, options->common->bytes);
	text = buffer_steal(&words);
	vm_talk(vm, options->common, "%s", text);
	free(text);
	sizing->said = sizing->follow.now;
	sizing->said_actual = sizing->follow.actual;
}

/* ---- The end ---- */

/* Short times with a tenth. */
static char *time_text(uint64_t ms)
{
	struct buffer out = { 0 };

	if (ms < TENTHS_BELOW_MS)
		buffer_printf(&out, "%" PRIu64 ".%" PRIu64 " s", ms / MS_PER_SECOND,
			      ms % MS_PER_SECOND * 10 / MS_PER_SECOND);
	else
		show_age(&out, ms / MS_PER_SECOND);
	return buffer_steal(&out);
}

static void tell_unmoved(const struct vm *vm, const char *actual, const char *after)
{
	const struct balloonctl_info *info = vm_get_info(vm);

	if (!balloonctl_info_is_running(info))
		complain("%s: the balloon has not moved in %s, actual is %s: the VM does not run "
			 "(%s); the target stays set",
			 vm->address, after, actual, balloonctl_info_get_status(info));
	else
		complain("%s: the balloon has not begun to move in %s, actual is %s: is a balloon "
			 "driver in the guest? 'balloonctl diagnose' tells; the target stays set",
			 vm->address, after, actual);
}

void size_tell_end(const struct vm *vm, const struct size_options *options, bool is_interrupted)
{
	const struct sizing *sizing = vm->data;
	const struct follow *follow = &sizing->follow;
	bool exact = options->common->bytes;
	char *actual = size_text(follow->actual, exact);
	char *target = size_text((int64_t)sizing->target, exact);
	char *after = time_text((uint64_t)(follow->now - follow->began));

	if (sizing->verdict == FOLLOW_REACHED)
		vm_talk(vm, options->common, "actual %s: the target is reached after %s", actual,
			after);
	else if (is_interrupted)
		complain("%s: interrupted at %s of target %s; the target stays set", vm->address,
			 actual, target);
	else if (!follow_has_begun(follow))
		tell_unmoved(vm, actual, after);
	else if (sizing->verdict == FOLLOW_STALLED)
		complain("%s: the balloon stopped at %s of target %s and has come no nearer for "
			 "%d s; 'balloonctl diagnose --target' tells more",
			 vm->address, actual, target, FOLLOW_STALL_MS / MS_PER_SECOND);
	else
		complain("%s: the balloon is at %s of target %s after %s; the target stays set",
			 vm->address, actual, target, after);
	free(after);
	free(actual);
	free(target);
}
