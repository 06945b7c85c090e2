/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diagnose: what is wrong with a VM's statistics or balloon, by which evidence, and what to do. A
 * VM that can't be reached is diagnosed like any other.
 */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "diagnose.h"
#include "output.h"
#include "parse.h"
#include "seconds.h"
#include "size.h"

enum {
	OPTION_TARGET = 0x200,
	OPTION_INTERVAL,
	OPTION_WAIT,
	OPTION_PRESSURE,
	OPTION_NOTES,
	OPTION_LIST_CAUSES,

	WAIT_DEFAULT_MS = 10000,
	MS_PER_SECOND = 1000,
};

#define WAIT_MAX_MS UINT64_C(86400000)

struct diagnose_options {
	struct options *common;
	struct view view;
	const char *target, *interval, *wait; /* as written; NULL: not given */
	uint64_t wait_ms;
	struct balloonctl_expectations expectations;
	bool notes, lists_causes;
};

static const struct argp_option choices[] = {
	{ "target", OPTION_TARGET, "SIZE", 0, "What the balloon should leave to the guest" },
	{ "interval", OPTION_INTERVAL, "SECONDS", 0,
	  "How often the guest should be asked (default: what a local QEMU's command line says)" },
	{ "wait", OPTION_WAIT, "SECONDS", 0,
	  "How long to watch a guest that may be silent, at most (default: 10; 0: look once)" },
	{ "pressure", OPTION_PRESSURE, NULL, 0,
	  "Wait for a second report and tell whether the guest is short of memory" },
	{ "notes", OPTION_NOTES, NULL, 0, "Show what is only good to know, too" },
	{ "list-causes", OPTION_LIST_CAUSES, NULL, 0,
	  "List the causes that can be found, and leave" },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct diagnose_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = options->common;
		state->child_inputs[1] = &options->view;
		state->child_inputs[2] = options->common;
		return 0;
	case OPTION_TARGET:
		options->target = arg;
		return 0;
	case OPTION_INTERVAL:
		options->interval = arg;
		return 0;
	case OPTION_WAIT:
		options->wait = arg;
		return 0;
	case OPTION_PRESSURE:
		options->expectations.wants_pressure = true;
		return 0;
	case OPTION_NOTES:
		options->notes = true;
		return 0;
	case OPTION_LIST_CAUSES:
		options->lists_causes = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &json_argp },
	{ &view_argp, 0, "Rows, one for each finding:", 0 },
	{ &options_argp, 0, "Options of every command:", 1 },
	{ 0 },
};

const struct argp diagnose_argp = {
	.options = choices,
	.parser = parse,
	.doc = "Tell why a VM's statistics are missing, old or wrong, or why its balloon does not do "
	       "what it should: the cause, the evidence and the repair. Where one look does not tell, "
	       "the guest is watched for a while.\v"
	       "Exit status: 0 no problem, 1 a VM could not be judged, 2 wrong usage, 3 a problem was "
	       "found.\n"
	       "\n"
	       "Examples:\n"
	       "  balloonctl -c /run/vm.qmp diagnose\n"
	       "  balloonctl -c /run/vm.qmp diagnose --pressure --json\n"
	       "  balloonctl diagnose --all -o vm,severity,cause",
	.children = children,
};

/* ---- Asking ---- */

static struct patient *get_patient(struct vm *vm)
{
	if (vm->data == NULL)
		vm->data = allocate(1, sizeof(struct patient));
	return vm->data;
}

static void judge(struct vm *vm, const struct diagnose_options *options)
{
	struct patient *patient = get_patient(vm);

	balloonctl_diagnosis_free(patient->diagnosis);
	patient->diagnosis = NULL;
	if (balloonctl_diagnosis_new(patient->earlier, patient->latest, &options->expectations,
				     &patient->diagnosis) < 0)
		out_of_memory();
}

/* A second look, where it tells more than the first and comes soon enough. */
static void step(struct vm *vm, const struct balloonctl_completion *done, const void *arg)
{
	const struct diagnose_options *options = arg;
	struct patient *patient = get_patient(vm);
	uint64_t wait_ms;

	if (done == NULL) {
		vm_started(vm, balloonctl_monitor_start_examine(vm->monitor, NULL));
		return;
	}
	patient->earlier = patient->latest;
	patient->latest =
		balloonctl_completion_take_examination(vm->done[BALLOONCTL_OPERATION_EXAMINE]);
	judge(vm, options);
	wait_ms = balloonctl_diagnosis_get_wait_ms(patient->diagnosis);
	if (patient->earlier == NULL && wait_ms > 0 && options->wait_ms > 0)
		vm_wait(vm, wait_ms < options->wait_ms ? wait_ms : options->wait_ms);
}

/* What failed is diagnosed by how it failed, whatever a first look may have told. */
static void judge_failures(struct vms *vms)
{
	for (size_t i = 0; i < vms->count; i++) {
		struct vm *vm = &vms->items[i];
		struct patient *patient = get_patient(vm);
		struct balloonctl_diagnosis *diagnosis = NULL;

		if (vm->error == NULL ||
		    balloonctl_diagnosis_new_from_error(vm->error, vm->address, &diagnosis) < 0)
			continue;
		balloonctl_diagnosis_free(patient->diagnosis);
		patient->diagnosis = diagnosis;
		vm->error = NULL;
	}
}

static void free_patients(struct vms *vms)
{
	for (size_t i = 0; i < vms->count; i++) {
		struct patient *patient = vms->items[i].data;

		if (patient == NULL)
			continue;
		balloonctl_examination_free(patient->earlier);
		balloonctl_examination_free(patient->latest);
		balloonctl_diagnosis_free(patient->diagnosis);
		free(patient);
	}
}

/* A line each: name, severity, meaning. */
static int list_causes(void)
{
	struct buffer out = { 0 };
	int status;

	for (int i = 0; i < balloonctl_cause_get_count(); i++) {
		enum balloonctl_cause cause = (enum balloonctl_cause)i;

		buffer_printf(&out, "%-19s %-8s %s\n", balloonctl_cause_get_name(cause),
			      balloonctl_severity_get_name(balloonctl_cause_get_severity(cause)),
			      balloonctl_cause_get_meaning(cause));
	}
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

/* ---- The command ---- */

static int check(struct diagnose_options *options)
{
	options->view.is_json = options->common->json != JSON_NONE;
	if (options->view.is_json && (options->view.output != NULL || options->view.all))
		return usage_error("--json and -o: give one of them; a document has all there is");
	if (options->target != NULL &&
	    (size_parse(options->target, &options->expectations.target_bytes) < 0 ||
	     options->expectations.target_bytes == 0 ||
	     options->expectations.target_bytes > INT64_MAX))
		return usage_error(
			"--target '%s': give what the guest should keep, in bytes or with "
			"a unit, such as 512M",
			options->target);
	if (options->interval != NULL &&
	    seconds_parse_interval(options->interval, &options->expectations.polling_interval) < 0)
		return usage_error("--interval '%s': " INTERVAL_RULE, options->interval);
	options->wait_ms = WAIT_DEFAULT_MS;
	if (options->wait != NULL && (decimal_parse(options->wait, strlen(options->wait),
						    MS_PER_SECOND, &options->wait_ms) < 0 ||
				      options->wait_ms > WAIT_MAX_MS))
		return usage_error("--wait '%s': give seconds from 0 to 86400, such as 30",
				   options->wait);
	return EXIT_DONE;
}

static int get_status(const struct vms *vms)
{
	for (size_t i = 0; i < vms->count; i++) {
		const struct patient *patient = vms->items[i].data;

		if (vms->items[i].error == NULL &&
		    diagnose_count(patient->diagnosis, BALLOONCTL_SEVERITY_PROBLEM) > 0)
			return EXIT_FOUND;
	}
	return EXIT_DONE;
}

static int write_out(const struct vms *vms, const struct diagnose_options *options)
{
	if (options->view.is_json)
		return diagnose_write_json(vms);
	if (view_wants_rows(&options->view))
		return diagnose_write_rows(vms, &options->view, options->notes);
	return diagnose_write_text(vms, &options->view, options->notes);
}

static int run(struct diagnose_options *options)
{
	struct vms vms = { 0 };
	int status, written;

	status = check(options);
	if (status == EXIT_DONE)
		status = view_check(&options->view, &diagnose_columns);
	if (status != EXIT_DONE)
		return status;
	status = vms_ask(&vms, options->common, step, options);
	if (status == EXIT_DONE) {
		judge_failures(&vms);
		written = write_out(&vms, options);
		status = vms_report(&vms, written == EXIT_DONE ? get_status(&vms) : written);
	}
	free_patients(&vms);
	vms_free(&vms);
	return status;
}

int cmd_diagnose(struct options *common, int argc, char **argv)
{
	struct diagnose_options options = { .common = common };
	int status;

	if (!parse_words(&diagnose_argp, argc, argv, 0, &options, &status))
		return status;
	if (options.lists_causes)
		return list_causes();
	if (options.view.lists_columns)
		return view_list_columns(&options.view, &diagnose_columns);
	status = run(&options);
	view_free(&options.view);
	return status;
}
