/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was found as rows: one for each finding, and one for a VM without any. */
#include <stdlib.h>

#include "diagnose.h"
#include "output.h"
#include "show.h"

struct row {
	const struct vm *vm;
	const struct balloonctl_diagnosis *diagnosis;
	size_t index;  /* of the finding */
	bool is_empty; /* there is none, and all is well */
	char *words;   /* the evidence or, without a finding, how well */
};

static const struct value none = { VALUE_NONE, LOOK_ABSENT };

static struct value make_text(const char *text)
{
	return text == NULL || *text == '\0' ? none : (struct value){ VALUE_TEXT, .text = text };
}

static struct value get_vm(const struct column *column, const void *row)
{
	const struct vm *vm = ((const struct row *)row)->vm;
	const char *name = vm_get_name(vm);

	return make_text(name != NULL ? name : vm->address);
}

static struct value get_address(const struct column *column, const void *row)
{
	return make_text(((const struct row *)row)->vm->address);
}

static enum balloonctl_cause get_cause_of(const struct row *row)
{
	return balloonctl_diagnosis_get_cause(row->diagnosis, row->index);
}

static struct value get_severity(const struct column *column, const void *arg)
{
	const struct row *row = arg;
	enum balloonctl_severity severity;
	struct value value;

	if (row->is_empty)
		return make_text("healthy");
	severity = balloonctl_cause_get_severity(get_cause_of(row));
	value = make_text(balloonctl_severity_get_name(severity));
	value.look = diagnose_get_look(severity);
	return value;
}

static struct value get_cause(const struct column *column, const void *row)
{
	return ((const struct row *)row)->is_empty
		       ? none
		       : make_text(balloonctl_cause_get_name(get_cause_of(row)));
}

static struct value get_message(const struct column *column, const void *arg)
{
	const struct row *row = arg;

	return make_text(row->is_empty ? row->words
				       : show_skip(row->vm->address,
						   balloonctl_diagnosis_get_message(row->diagnosis,
										    row->index)));
}

static struct value get_repair(const struct column *column, const void *arg)
{
	const struct row *row = arg;

	return row->is_empty
		       ? none
		       : make_text(balloonctl_diagnosis_get_repair(row->diagnosis, row->index));
}

static struct value get_evidence(const struct column *column, const void *row)
{
	return ((const struct row *)row)->is_empty ? none
						   : make_text(((const struct row *)row)->words);
}

static struct value get_pressure(const struct column *column, const void *row)
{
	enum balloonctl_pressure pressure =
		balloonctl_diagnosis_get_pressure(((const struct row *)row)->diagnosis);

	return pressure == BALLOONCTL_PRESSURE_UNKNOWN
		       ? none
		       : make_text(balloonctl_pressure_get_name(pressure));
}

static const struct column columns[] = {
	{ .name = "vm",
	  .meaning = "the VM's name or, without one, its address",
	  .trim = true,
	  .get = get_vm },
	{ .name = "address", .meaning = "as it was given", .trim = true, .get = get_address },
	{ .name = "severity",
	  .key = "severity",
	  .meaning = "problem, warning or note; healthy if nothing was found",
	  .get = get_severity },
	{ .name = "cause",
	  .key = "cause",
	  .meaning = "its name: --list-causes lists them",
	  .get = get_cause },
	{ .name = "message",
	  .key = "message",
	  .meaning = "what that means, in a sentence",
	  .trim = true,
	  .get = get_message },
	{ .name = "repair",
	  .key = "repair",
	  .meaning = "what to do about it",
	  .trim = true,
	  .get = get_repair },
	{ .name = "evidence",
	  .key = "evidence",
	  .meaning = "what it was concluded from",
	  .trim = true,
	  .get = get_evidence },
	{ .name = "pressure",
	  .key = "pressure",
	  .meaning = "is the guest short of memory: see --pressure",
	  .get = get_pressure },
};

const struct column_set diagnose_columns = {
	columns,
	sizeof(columns) / sizeof(columns[0]),
	"vm,severity,cause,message,repair",
};

void diagnose_columns_init(struct column_set *ret)
{
	*ret = diagnose_columns;
}

static size_t count_shown(const struct balloonctl_diagnosis *diagnosis, bool with_notes)
{
	size_t count = 0;

	for (size_t i = 0; i < balloonctl_diagnosis_get_count(diagnosis); i++)
		count += diagnose_is_shown(diagnosis, i, with_notes);
	return count;
}

static char *make_words(const struct row *row)
{
	struct buffer words = { 0 };

	if (row->is_empty)
		diagnose_append_health(&words, row->vm->data);
	else
		diagnose_append_evidence(&words, row->diagnosis, row->index);
	return buffer_steal(&words);
}

/* The rows of a VM; how many they are. */
static size_t add(struct row *rows, const struct vm *vm, bool with_notes)
{
	const struct balloonctl_diagnosis *diagnosis =
		((const struct patient *)vm->data)->diagnosis;
	size_t count = 0;

	for (size_t i = 0; i < balloonctl_diagnosis_get_count(diagnosis); i++)
		if (diagnose_is_shown(diagnosis, i, with_notes))
			rows[count++] = (struct row){ vm, diagnosis, .index = i };
	if (count == 0)
		rows[count++] = (struct row){ vm, diagnosis, .is_empty = true };
	for (size_t i = 0; i < count; i++)
		rows[i].words = make_words(&rows[i]);
	return count;
}

int diagnose_write_rows(const struct vms *vms, const struct view *view, bool with_notes)
{
	struct view_rows rows = { .size = sizeof(struct row) };
	size_t room = vms->count;
	struct row *items;
	int status;

	for (size_t i = 0; i < vms->count; i++)
		if (vms->items[i].error == NULL)
			room += count_shown(((const struct patient *)vms->items[i].data)->diagnosis,
					    with_notes);
	rows.items = items = allocate(room, sizeof(*items));
	for (size_t i = 0; i < vms->count; i++)
		if (vms->items[i].error == NULL)
			rows.count += add(items + rows.count, &vms->items[i], with_notes);
	status = view_write(view, &rows);
	for (size_t i = 0; i < rows.count; i++)
		free(items[i].words);
	free(items);
	return status;
}
