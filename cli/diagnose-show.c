/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was found, in sentences and as documents. */
#include <stdlib.h>

#include "diagnose.h"
#include "document.h"
#include "output.h"
#include "show.h"

size_t diagnose_count(const struct balloonctl_diagnosis *diagnosis,
		      enum balloonctl_severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < balloonctl_diagnosis_get_count(diagnosis); i++)
		n += balloonctl_cause_get_severity(balloonctl_diagnosis_get_cause(diagnosis, i)) ==
		     severity;
	return n;
}

bool diagnose_is_healthy(const struct balloonctl_diagnosis *diagnosis)
{
	return diagnose_count(diagnosis, BALLOONCTL_SEVERITY_PROBLEM) == 0 &&
	       diagnose_count(diagnosis, BALLOONCTL_SEVERITY_WARNING) == 0;
}

bool diagnose_is_shown(const struct balloonctl_diagnosis *diagnosis, size_t index, bool with_notes)
{
	return with_notes ||
	       balloonctl_cause_get_severity(balloonctl_diagnosis_get_cause(diagnosis, index)) !=
		       BALLOONCTL_SEVERITY_NOTE;
}

enum look diagnose_get_look(enum balloonctl_severity severity)
{
	switch (severity) {
	case BALLOONCTL_SEVERITY_PROBLEM:
		return LOOK_ALARM;
	case BALLOONCTL_SEVERITY_WARNING:
		return LOOK_WARNING;
	default:
		return LOOK_PLAIN;
	}
}

/* ---- Documents ---- */

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

	json_put_bool(json, "healthy", diagnose_is_healthy(patient->diagnosis));
	json_put_string(json, "pressure", balloonctl_pressure_get_name(pressure));
	put_findings(json, patient->diagnosis);
}

int diagnose_write_json(const struct vms *vms)
{
	return document_write(vms, put_members, NULL);
}

/* ---- Sentences ---- */

/* "1 problem, 2 warnings" */
static void append_count(struct buffer *out, size_t n, const char *word, bool *is_first)
{
	if (n == 0)
		return;
	buffer_printf(out, "%s%zu %s%s", *is_first ? "" : ", ", n, word, n == 1 ? "" : "s");
	*is_first = false;
}

void diagnose_append_health(struct buffer *out, const struct patient *patient)
{
	const struct balloonctl_info *info = balloonctl_examination_get_info(patient->latest);
	const struct balloonctl_stats *stats = balloonctl_info_get_stats(info);
	enum balloonctl_pressure pressure = balloonctl_diagnosis_get_pressure(patient->diagnosis);
	uint64_t age;

	buffer_printf(out, "asked every %u s", balloonctl_stats_get_polling_interval(stats));
	if (balloonctl_stats_get_age_seconds(stats, &age) == 0) {
		buffer_append_string(out, ", reported ");
		show_age(out, age);
		buffer_append_string(out, " ago");
	}
	if (pressure != BALLOONCTL_PRESSURE_UNKNOWN)
		buffer_printf(out, "; memory pressure: %s", balloonctl_pressure_get_name(pressure));
}

void diagnose_append_evidence(struct buffer *out, const struct balloonctl_diagnosis *diagnosis,
			      size_t index)
{
	for (size_t i = 0; i < balloonctl_diagnosis_get_evidence_count(diagnosis, index); i++) {
		buffer_append_string(out, i == 0 ? "" : ", ");
		buffer_append_string(out,
				     balloonctl_diagnosis_get_evidence_key(diagnosis, index, i));
		buffer_append_string(out, " ");
		buffer_append_string(out,
				     balloonctl_diagnosis_get_evidence_words(diagnosis, index, i));
	}
}

/* How it is shown. */
struct style {
	struct terminal terminal;
	bool with_notes;
};

static void append_finding(struct buffer *out, const struct vm *vm, const struct style *style,
			   size_t i)
{
	const struct balloonctl_diagnosis *diagnosis = ((struct patient *)vm->data)->diagnosis;
	enum balloonctl_cause cause = balloonctl_diagnosis_get_cause(diagnosis, i);
	enum balloonctl_severity severity = balloonctl_cause_get_severity(cause);
	struct buffer evidence = { 0 };
	char *words;

	buffer_append_string(out, "  ");
	table_append_text(out, &style->terminal, balloonctl_severity_get_name(severity),
			  diagnose_get_look(severity));
	buffer_printf(out, " %s: ", balloonctl_cause_get_name(cause));
	buffer_append_escaped(out, show_skip(vm->address,
					     balloonctl_diagnosis_get_message(diagnosis, i)));
	diagnose_append_evidence(&evidence, diagnosis, i);
	words = buffer_steal(&evidence);
	if (*words != '\0')
		buffer_append_string(out, "\n    evidence: ");
	buffer_append_escaped(out, words);
	free(words);
	buffer_append_string(out, "\n    repair:   ");
	buffer_append_escaped(out, balloonctl_diagnosis_get_repair(diagnosis, i));
	buffer_append_string(out, "\n");
}

static void append_vm(struct buffer *out, const struct vm *vm, const struct style *style)
{
	const struct patient *patient = vm->data;
	const struct balloonctl_diagnosis *diagnosis = patient->diagnosis;
	size_t n_notes = diagnose_count(diagnosis, BALLOONCTL_SEVERITY_NOTE);
	const char *name = vm_get_name(vm);
	bool is_first = true;

	buffer_append_escaped(out, vm->address);
	if (name != NULL) {
		buffer_append_string(out, " (");
		buffer_append_escaped(out, name);
		buffer_append_string(out, ")");
	}
	buffer_append_string(out, ": ");
	if (diagnose_is_healthy(diagnosis)) {
		buffer_append_string(out, "healthy: ");
		diagnose_append_health(out, patient);
		if (n_notes > 0 && !style->with_notes)
			buffer_printf(out, " (%zu note%s: --notes)", n_notes,
				      n_notes == 1 ? "" : "s");
	} else {
		append_count(out, diagnose_count(diagnosis, BALLOONCTL_SEVERITY_PROBLEM), "problem",
			     &is_first);
		append_count(out, diagnose_count(diagnosis, BALLOONCTL_SEVERITY_WARNING), "warning",
			     &is_first);
	}
	buffer_append_string(out, "\n");
	for (size_t i = 0; i < balloonctl_diagnosis_get_count(diagnosis); i++)
		if (diagnose_is_shown(diagnosis, i, style->with_notes))
			append_finding(out, vm, style, i);
}

int diagnose_write_text(const struct vms *vms, const struct view *view, bool with_notes)
{
	struct style style = { .with_notes = with_notes };
	struct buffer out = { 0 };
	int status;

	terminal_init(&style.terminal, view->color_wish);

	for (size_t i = 0; i < vms->count; i++)
		if (vms->items[i].error == NULL)
			append_vm(&out, &vms->items[i], &style);
	status = output_write(&out);
	buffer_free(&out);
	return status;
}
