/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * check: a plugin for Nagios, Icinga and what else runs such. The guest is made to report, twice if
 * a rate is wanted; what that means is in check-judge.c, how it is put in check-output.c.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "command.h"
#include "output.h"
#include "parse.h"

enum {
	BETWEEN_MS = 1500, /* the two reports: guests count anew about once a second */
	ANSWER_MS = 3000,  /* for the guest to report; plugins are often given ten seconds in all */
};

static const struct argp_option choices[] = {
	{ "warning", 'w', "LIMITS", 0,
	  "Beyond these the state is WARNING (default: available:10%,swap:1M,pressure:likely)" },
	{ "critical", 'C', "LIMITS", 0,
	  "Beyond these the state is CRITICAL (default: available:5%,swap:10M,pressure:thrashing)" },
	{ 0 },
};

static void take_limits(struct check_options *options, struct check_limit *limits, const char *text,
			const char *option)
{
	if (options->wrong == NULL &&
	    check_limits_parse(limits, text, &options->wrong, &options->wrong_len) < 0)
		options->wrong_option = option;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct check_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->common;
		return 0;
	case 'w':
		take_limits(options, options->limits.warning, arg, "--warning");
		return 0;
	case 'C':
		take_limits(options, options->limits.critical, arg, "--critical");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp check_argp = {
	.options = choices,
	.parser = parse,
	.doc = "Check VMs for Nagios, Icinga and their like: make the guest report, twice in two "
	       "seconds if a rate is wanted, and hold that against limits. What can't be known is "
	       "UNKNOWN, never OK.\v"
	       "LIMITS are NAME:LIMIT with commas between: available:PERCENT of the total, which "
	       "is bad below it; swap:SIZE a second, in and out; age:SECONDS of the report that was "
	       "there before; pressure:WORD, one of likely, struggling, cgroup, global, thrashing, "
	       "critical, or worse. NAME:off takes a limit away.\n"
	       "\n"
	       "Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN or wrong usage.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl check -c /run/vm.qmp\n"
	       "  balloonctl check -c /run/vm.qmp -w available:20% -C swap:off",
	.children = options_children,
};

/* ---- Asking ---- */

static struct checkup *get_checkup(struct vm *vm)
{
	if (vm->data == NULL)
		vm->data = allocate(1, sizeof(struct checkup));
	return vm->data;
}

static void refresh(struct vm *vm)
{
	balloonctl_monitor_set_guest_timeout_ms(vm->monitor, vm->target->timeout_ms > 0
								     ? vm->target->timeout_ms
								     : ANSWER_MS);
	vm_started(vm, balloonctl_monitor_start_refresh_stats(vm->monitor, 0, NULL));
}

static bool wants_anything(const struct check_options *options)
{
	for (int i = 0; i < CHECK_MEASURES; i++)
		if (check_limits_has(&options->limits, (enum check_measure)i))
			return true;
	return false;
}

static bool wants_rates(const struct check_options *options)
{
	return check_limits_has(&options->limits, CHECK_SWAP) ||
	       check_limits_has(&options->limits, CHECK_PRESSURE);
}

static void take_report(struct vm *vm, const struct check_options *options)
{
	struct checkup *checkup = get_checkup(vm);

	checkup->older = checkup->newer;
	checkup->older_ms = checkup->newer_ms;
	checkup->newer =
		balloonctl_completion_take_stats(vm->done[BALLOONCTL_OPERATION_REFRESH_STATS]);
	checkup->newer_ms = clock_now_ms();
	if (checkup->phase == CHECKUP_FIRST && wants_rates(options) && vm_get_late(vm) == NULL) {
		checkup->phase = CHECKUP_SECOND;
		vm_wait(vm, BETWEEN_MS);
	}
}

static void step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	struct checkup *checkup = get_checkup(vm);
	const struct balloonctl_stats *found;

	if (done == NULL && checkup->phase == CHECKUP_FOUND) {
		vm_started(vm, balloonctl_monitor_start_get_stats(vm->monitor, NULL));
	} else if (done == NULL) {
		refresh(vm);
	} else if (checkup->phase == CHECKUP_FOUND) {
		found = balloonctl_completion_get_stats(done);
		checkup->has_age =
			balloonctl_stats_get_age_seconds(found, &checkup->age_seconds) == 0;
		checkup->phase = CHECKUP_FIRST;
		refresh(vm);
	} else {
		take_report(vm, arg);
	}
}

static void free_checkups(struct vms *vms)
{
	for (size_t i = 0; i < vms->count; i++) {
		struct checkup *checkup = vms->items[i].data;

		if (checkup == NULL)
			continue;
		balloonctl_stats_free(checkup->older);
		balloonctl_stats_free(checkup->newer);
		free(checkup);
	}
}

/* ---- Telling ---- */

static int tell(const struct vms *vms, const struct check_options *options)
{
	struct verdict *verdicts = allocate(vms->count, sizeof(*verdicts));
	enum check_state state = CHECK_OK;
	struct buffer out = { 0 };

	for (size_t i = 0; i < vms->count; i++) {
		check_judge(&verdicts[i], &vms->items[i], &options->limits);
		state = check_get_worse(state, verdicts[i].state);
	}
	check_append(&out, vms, verdicts, &options->limits);
	if (output_write(&out) != EXIT_DONE)
		state = CHECK_UNKNOWN;
	buffer_free(&out);
	free(verdicts);
	return (int)state;
}

/* A monitoring system shows standard output only. */
static int tell_wrong(void)
{
	struct buffer out = { 0 };

	buffer_append_string(&out,
			     "BALLOON UNKNOWN - wrong usage, or no VM: standard error tells\n");
	output_write(&out);
	buffer_free(&out);
	return CHECK_UNKNOWN;
}

static int run(struct check_options *options)
{
	/* Leaving has to wait for what a refresh has begun. */
	struct vms vms = { .survives_interrupt = true };
	int status = vms_ask(&vms, options->common, step, options);

	if (vms.is_interrupted)
		status = CHECK_UNKNOWN;
	else
		status = status == EXIT_DONE ? tell(&vms, options) : tell_wrong();
	free_checkups(&vms);
	vms_free(&vms);
	return status;
}

int cmd_check(struct options *common, int argc, char **argv)
{
	struct check_options options = { .common = common };
	int status;

	check_limits_init(&options.limits);
	if (!parse_words(&check_argp, argc, argv, 0, &options, &status))
		return status == EXIT_DONE ? EXIT_DONE : tell_wrong();
	if (options.wrong == NULL && wants_anything(&options))
		return run(&options);
	if (options.wrong == NULL)
		usage_error("all limits are off: leave one to be checked, such as available:10%%");
	else
		usage_error("%s '%.*s': give limits such as available:10%%, swap:1M, age:60 or "
			    "pressure:thrashing, with commas between, or NAME:off",
			    options.wrong_option, (int)options.wrong_len, options.wrong);
	return tell_wrong();
}
