/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diagnose: what is wrong with a VM's statistics or balloon, by which evidence, and what to do. A
 * VM that can't be reached is diagnosed like any other.
 */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "document.h"
#include "output.h"
#include "parse.h"
#include "show.h"
#include "size.h"
#include "vms.h"

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
	const char *target, *interval, *wait; /* as written; NULL: not given */
	uint64_t wait_ms;
	struct balloonctl_expectations expectations;
	bool notes, lists_causes;
};

/* What is known of one VM. */
struct patient {
	struct balloonctl_examination *earlier, *latest;
	struct balloonctl_diagnosis *diagnosis;
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
	       "  balloonctl -c /run/vm.qmp diagnose --pressure --json",
	.children = show_children,
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

/* ---- Telling ---- */

static size_t count(const struct balloonctl_diagnosis *diagnosis, enum balloonctl_severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < balloonctl_diagnosis_get_count(diagnosis); i++)
		n += balloonctl_cause_get_severity(balloonctl_diagnosis_get_cause(diagnosis, i)) ==
		     severity;
	return n;
}

static bool is_healthy(const struct balloonctl_diagnosis *diagnosis)
{
	return count(diagnosis, BALLOONCTL_SEVERITY_PROBLEM) == 0 &&
	       count(diagnosis, BALLOONCTL_SEVERITY_WARNING) == 0;
}

static void put_findings(struct json *json, const struct balloonctl_diagnosis *diagnosis)
{
	int64_t number;

	json_open_array(json, "findings");
	for (size_t i = 0; i < balloonctl_diagnosis_get_count(diagnosis); i++) {
		enum balloonctl_cause cause = balloonctl_diagnosis_get_cause(diagnosis, i);

		json_open_object(json, NULL);
		json_put_string(json, "cause", balloonctl_cause_get_name(cause));
		json_put_string(json, "severity",
				balloonctl_severity_get_name(balloonctl_cause_get_severity(cause)));
		json_put_string(json, "message", balloonctl_diagnosis_get_message(diagnosis, i));
		json_put_string(json, "repair", balloonctl_diagnosis_get_repair(diagnosis, i));
		json_open_object(json, "evidence");
		for (size_t j = 0; j < balloonctl_diagnosis_get_evidence_count(diagnosis, i); j++) {
			const char *key = balloonctl_diagnosis_get_evidence_key(diagnosis, i, j);

			if (balloonctl_diagnosis_get_evidence_number(diagnosis, i, j, &number) == 0)
				json_put_i64(json, key, number);
			else
				json_put_string(json, key,
						balloonctl_diagnosis_get_evidence_words(diagnosis,
											i, j));
		}
		json_close_object(json);
		json_close_object(json);
	}
	json_close_array(json);
}

static void put_members(struct json *json, const struct vm *vm, const void *arg)
{
	const struct patient *patient = vm->data;
	enum balloonctl_pressure pressure = balloonctl_diagnosis_get_pressure(patient->diagnosis);

	json_put_bool(json, "healthy", is_healthy(patient->diagnosis));
	json_put_string(json, "pressure", balloonctl_pressure_get_name(pressure));
	put_findings(json, patient->diagnosis);
}

/* "1 problem, 2 warnings" */
static void append_count(struct buffer *out, size_t n, const char *word, bool *is_first)
{
	if (n == 0)
		return;
	buffer_printf(out, "%s%zu %s%s", *is_first ? "" : ", ", n, word, n == 1 ? "" : "s");
	*is_first = false;
}

static void append_health(struct buffer *out, const struct patient *patient, size_t n_notes)
{
	const struct balloonctl_info *info = balloonctl_examination_get_info(patient->latest);
	const struct balloonctl_stats *stats = balloonctl_info_get_stats(info);
	enum balloonctl_pressure pressure = balloonctl_diagnosis_get_pressure(patient->diagnosis);
	uint64_t age;

	buffer_printf(out, "healthy: asked every %u s",
		      balloonctl_stats_get_polling_interval(stats));
	if (balloonctl_stats_get_age_seconds(stats, &age) == 0) {
		buffer_append_string(out, ", reported ");
		show_age(out, age);
		buffer_append_string(out, " ago");
	}
	if (pressure != BALLOONCTL_PRESSURE_UNKNOWN)
		buffer_printf(out, "; memory pressure: %s", balloonctl_pressure_get_name(pressure));
	if (n_notes > 0)
		buffer_printf(out, " (%zu note%s: --notes)", n_notes, n_notes == 1 ? "" : "s");
}

static void append_finding(struct buffer *out, const struct balloonctl_diagnosis *diagnosis,
			   size_t i)
{
	enum balloonctl_cause cause = balloonctl_diagnosis_get_cause(diagnosis, i);
	size_t n = balloonctl_diagnosis_get_evidence_count(diagnosis, i);

	buffer_printf(out, "  %s %s: ",
		      balloonctl_severity_get_name(balloonctl_cause_get_severity(cause)),
		      balloonctl_cause_get_name(cause));
	buffer_append_escaped(out, balloonctl_diagnosis_get_message(diagnosis, i));
	for (size_t j = 0; j < n; j++) {
		buffer_append_string(out, j == 0 ? "\n    evidence: " : ", ");
		buffer_append_string(out, balloonctl_diagnosis_get_evidence_key(diagnosis, i, j));
		buffer_append_string(out, " ");
		buffer_append_escaped(out,
				      balloonctl_diagnosis_get_evidence_words(diagnosis, i, j));
	}
	buffer_append_string(out, "\n    repair:   ");
	buffer_append_escaped(out, balloonctl_diagnosis_get_repair(diagnosis, i));
	buffer_append_string(out, "\n");
}

static void append_vm(struct buffer *out, const struct vm *vm, bool with_notes)
{
	const struct patient *patient = vm->data;
	const struct balloonctl_diagnosis *diagnosis = patient->diagnosis;
	size_t n_notes = count(diagnosis, BALLOONCTL_SEVERITY_NOTE);
	const char *name = vm_get_name(vm);
	bool is_first = true;

	buffer_append_escaped(out, vm->address);
	if (name != NULL) {
		buffer_append_string(out, " (");
		buffer_append_escaped(out, name);
		buffer_append_string(out, ")");
	}
	buffer_append_string(out, ": ");
	if (is_healthy(diagnosis)) {
		append_health(out, patient, with_notes ? 0 : n_notes);
	} else {
		append_count(out, count(diagnosis, BALLOONCTL_SEVERITY_PROBLEM), "problem",
			     &is_first);
		append_count(out, count(diagnosis, BALLOONCTL_SEVERITY_WARNING), "warning",
			     &is_first);
	}
	buffer_append_string(out, "\n");
	for (size_t i = 0; i < balloonctl_diagnosis_get_count(diagnosis); i++)
		if (with_notes ||
		    balloonctl_cause_get_severity(balloonctl_diagnosis_get_cause(diagnosis, i)) !=
			    BALLOONCTL_SEVERITY_NOTE)
			append_finding(out, diagnosis, i);
}

static int write_text(const struct vms *vms, bool with_notes)
{
	struct buffer out = { 0 };
	int status;

	for (size_t i = 0; i < vms->count; i++)
		if (vms->items[i].error == NULL)
			append_vm(&out, &vms->items[i], with_notes);
	status = output_write(&out);
	buffer_free(&out);
	return status;
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
	uint64_t seconds;

	if (options->target != NULL &&
	    (size_parse(options->target, &options->expectations.target_bytes) < 0 ||
	     options->expectations.target_bytes == 0 ||
	     options->expectations.target_bytes > INT64_MAX))
		return usage_error(
			"--target '%s': give what the guest should keep, in bytes or with "
			"a unit, such as 512M",
			options->target);
	if (options->interval != NULL) {
		if (decimal_parse(options->interval, strlen(options->interval), 1, &seconds) < 0 ||
		    seconds == 0 || seconds > UINT32_MAX)
			return usage_error(
				"--interval '%s': give whole seconds from 1 to 4294967295",
				options->interval);
		options->expectations.polling_interval = (uint32_t)seconds;
	}
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
		    count(patient->diagnosis, BALLOONCTL_SEVERITY_PROBLEM) > 0)
			return EXIT_FOUND;
	}
	return EXIT_DONE;
}

int cmd_diagnose(struct options *common, int argc, char **argv)
{
	struct diagnose_options options = { .common = common };
	struct vms vms = { 0 };
	int status, written;

	if (!parse_words(common, &diagnose_argp, argc, argv, 0, &options, &status))
		return status;
	if (options.lists_causes)
		return list_causes();
	status = check(&options);
	if (status != EXIT_DONE)
		return status;
	status = vms_ask(&vms, common, step, &options);
	if (status == EXIT_DONE) {
		judge_failures(&vms);
		written = common->json ? document_write(&vms, put_members, NULL)
				       : write_text(&vms, options.notes);
		status = vms_report(&vms, written == EXIT_DONE ? get_status(&vms) : written);
	}
	free_patients(&vms);
	vms_free(&vms);
	return status;
}
