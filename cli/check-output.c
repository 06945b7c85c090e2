/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Output as the Monitoring Plugins' guidelines have it: STATE - text | performance data. A bar in a
 * name would end the text, and a quote or an equals sign a label, so names lose them.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "size.h"

enum {
	HUNDREDTHS = 100,
};

static const char *get_name(const struct vm *vm)
{
	const char *name = balloonctl_monitor_get_name(vm->monitor);

	if (name == NULL)
		name = vm->target->name;
	return name != NULL ? name : vm->address;
}

/* Of two VMs with the same name each is called by its address. */
static const char *get_own_name(const struct vms *vms, size_t i)
{
	const char *name = get_name(&vms->items[i]);

	for (size_t j = 0; j < vms->count; j++)
		if (j != i && strcmp(get_name(&vms->items[j]), name) == 0)
			return vms->items[i].address;
	return name;
}

/* Without what the format gives a meaning. */
static void append_text(struct buffer *out, const char *text)
{
	buffer_append_escaped_also(out, text, "|");
}

/* ---- Words ---- */

static void append_percent(struct buffer *out, uint64_t hundredths)
{
	buffer_append_u64(out, hundredths / HUNDREDTHS);
	if (hundredths % HUNDREDTHS > 0 && hundredths < 10 * HUNDREDTHS)
		buffer_printf(out, ".%u", (unsigned int)(hundredths % HUNDREDTHS / 10));
	buffer_append_string(out, " %");
}

static void append_number(struct buffer *out, enum check_measure measure, uint64_t value)
{
	switch (measure) {
	case CHECK_AVAILABLE:
		append_percent(out, value);
		break;
	case CHECK_SWAP:
		size_append(out, value > INT64_MAX ? INT64_MAX : (int64_t)value, false);
		buffer_append_string(out, "/s");
		break;
	case CHECK_AGE:
		buffer_append_u64(out, value);
		buffer_append_string(out, " s");
		break;
	default:
		buffer_append_string(out, balloonctl_pressure_get_name(value));
		break;
	}
}

static void append_reading(struct buffer *out, const struct verdict *verdict,
			   enum check_measure measure)
{
	static const char *const before[CHECK_MEASURES] = { "", "swap ", "report was ",
							    "pressure " };
	static const char *const after[CHECK_MEASURES] = { " available", "", " old", "" };
	static const char *const nouns[CHECK_MEASURES] = { "available memory", "swap", "age",
							   "pressure" };
	const struct reading *reading = &verdict->readings[measure];

	if (reading->trouble != NULL) {
		buffer_printf(out, "%s unknown: ", nouns[measure]);
		append_text(out, reading->trouble);
		return;
	}
	buffer_append_string(out, before[measure]);
	append_number(out, measure, reading->value);
	buffer_append_string(out, after[measure]);
	if (measure == CHECK_AVAILABLE) {
		buffer_append_string(out, " (");
		size_append(out, (int64_t)verdict->available, false);
		buffer_append_string(out, " of ");
		size_append(out, (int64_t)verdict->total, false);
		buffer_append_string(out, ")");
	}
	if (reading->state == CHECK_OK || measure == CHECK_PRESSURE)
		return;
	buffer_append_string(out, measure == CHECK_AVAILABLE ? ", below " : ", above ");
	append_number(out, measure, reading->limit);
}

/* What is wanted; the worst first. */
static void append_verdict(struct buffer *out, const struct verdict *verdict)
{
	static const enum check_state order[] = { CHECK_CRITICAL, CHECK_WARNING, CHECK_UNKNOWN,
						  CHECK_OK };
	bool is_first = true;

	if (verdict->trouble != NULL) {
		append_text(out, verdict->trouble);
		return;
	}
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		for (int j = 0; j < CHECK_MEASURES; j++) {
			const struct reading *reading = &verdict->readings[j];

			if (!reading->is_wanted || reading->state != order[i])
				continue;
			if (!is_first)
				buffer_append_string(out, "; ");
			append_reading(out, verdict, (enum check_measure)j);
			is_first = false;
		}
	}
}

/* ---- Performance data ---- */

/* 'web1 available'=61.25%;10:;5:;0;100 */
static void append_label(struct buffer *out, const struct vms *vms, size_t i, const char *name)
{
	buffer_append_string(out, " ");
	if (vms->count == 1) {
		buffer_append_string(out, name);
	} else {
		buffer_append_string(out, "'");
		buffer_append_escaped_also(out, get_own_name(vms, i), "|='");
		buffer_printf(out, " %s'", name);
	}
	buffer_append_string(out, "=");
}

static void append_limit(struct buffer *out, enum check_measure measure,
			 const struct check_limit *limit)
{
	buffer_append_string(out, ";");
	if (!limit->is_set)
		return;
	if (measure != CHECK_AVAILABLE) {
		buffer_append_u64(out, limit->value);
		return;
	}
	buffer_append_u64(out, limit->value / HUNDREDTHS);
	if (limit->value % HUNDREDTHS > 0)
		buffer_printf(out, ".%02u", (unsigned int)(limit->value % HUNDREDTHS));
	buffer_append_string(out, ":"); /* below it */
}

static void append_data(struct buffer *out, const struct vms *vms, size_t i,
			const struct verdict *verdict, const struct check_limits *limits)
{
	static const char *const names[] = { "available", "swap", "age" };
	static const char *const units[] = { "%", "B", "s" };
	static const char *const ranges[] = { ";0;100", ";0", ";0" };

	for (int j = 0; j <= CHECK_AGE; j++) {
		const struct reading *reading = &verdict->readings[j];
		enum check_measure measure = (enum check_measure)j;

		if (verdict->trouble != NULL || reading->trouble != NULL ||
		    (!reading->is_wanted && measure != CHECK_AGE))
			continue;
		append_label(out, vms, i, names[j]);
		if (measure == CHECK_AVAILABLE)
			buffer_printf(out, "%u.%02u", (unsigned int)(reading->value / HUNDREDTHS),
				      (unsigned int)(reading->value % HUNDREDTHS));
		else
			buffer_append_u64(out, reading->value);
		buffer_append_string(out, units[j]);
		append_limit(out, measure, &limits->warning[measure]);
		append_limit(out, measure, &limits->critical[measure]);
		buffer_append_string(out, ranges[j]);
	}
}

/* ---- All of it ---- */

static void append_summary(struct buffer *out, const struct vms *vms,
			   const struct verdict *verdicts)
{
	static const enum check_state order[] = { CHECK_CRITICAL, CHECK_WARNING, CHECK_UNKNOWN,
						  CHECK_OK };
	size_t counts[CHECK_STATES] = { 0 };
	bool is_first = true;

	for (size_t i = 0; i < vms->count; i++)
		counts[verdicts[i].state]++;
	buffer_printf(out, "%zu VMs: ", vms->count);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (counts[order[i]] == 0)
			continue;
		buffer_printf(out, "%s%zu %s", is_first ? "" : ", ", counts[order[i]],
			      check_state_get_name(order[i]));
		is_first = false;
	}
}

static void append_lines(struct buffer *out, const struct vms *vms, const struct verdict *verdicts)
{
	static const enum check_state order[] = { CHECK_CRITICAL, CHECK_WARNING, CHECK_UNKNOWN,
						  CHECK_OK };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		for (size_t j = 0; j < vms->count; j++) {
			if (verdicts[j].state != order[i])
				continue;
			buffer_printf(out, "%s - ", check_state_get_name(verdicts[j].state));
			append_text(out, get_own_name(vms, j));
			buffer_append_string(out, ": ");
			append_verdict(out, &verdicts[j]);
			buffer_append_string(out, "\n");
		}
	}
}

void check_append(struct buffer *out, const struct vms *vms, const struct verdict *verdicts,
		  const struct check_limits *limits)
{
	enum check_state state = CHECK_OK;
	struct buffer data = { 0 };

	for (size_t i = 0; i < vms->count; i++) {
		state = check_get_worse(state, verdicts[i].state);
		append_data(&data, vms, i, &verdicts[i], limits);
	}
	buffer_printf(out, "BALLOON %s - ", check_state_get_name(state));
	if (vms->count == 1) {
		append_text(out, get_name(&vms->items[0]));
		buffer_append_string(out, ": ");
		append_verdict(out, &verdicts[0]);
	} else {
		append_summary(out, vms, verdicts);
	}
	if (data.len > 0) {
		buffer_append_string(out, "|");
		buffer_append(out, data.data + 1, data.len - 1);
	}
	buffer_append_string(out, "\n");
	if (vms->count > 1)
		append_lines(out, vms, verdicts);
	buffer_free(&data);
}
