/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Output as the Monitoring Plugins' guidelines have it: STATE - text | performance data. A bar in a
 * name would end the text, and a quote or an equals sign a label, so names lose them. Nagios reads
 * 8 KiB and throws the rest away: of many VMs the worst come first, and the others are counted.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "size.h"

enum {
	HUNDREDTHS = 100,

	OUTPUT_MAX = 8000,     /* of 8192 that Nagios reads, with the line that counts the others */
	DATA_MAX = 5000,       /* of these, at most */
	LINE_BYTES_MAX = 1000, /* of one VM */
	DATA_VMS_MAX = 20,     /* of more there are totals */
	NAMES_MAX = 5,         /* of each state, in the first line */
	NAME_BYTES_MAX = 64,   /* bytes of one of them */
};

/* The worst first. */
static const enum check_state order[] = { CHECK_CRITICAL, CHECK_WARNING, CHECK_UNKNOWN, CHECK_OK };

enum {
	STATES = sizeof(order) / sizeof(order[0]),
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
	bool is_first = true;

	if (verdict->trouble != NULL) {
		append_text(out, verdict->trouble);
		return;
	}
	for (size_t i = 0; i < STATES; i++) {
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

static void append_data_of_each(struct buffer *out, const struct vms *vms,
				const struct verdict *verdicts, const struct check_limits *limits)
{
	for (size_t i = 0; i < vms->count; i++)
		append_data(out, vms, i, &verdicts[i], limits);
}

/* How many VMs have each state: the same labels each time, however the VMs are. */
static void append_totals(struct buffer *out, const size_t counts[CHECK_STATES])
{
	static const char *const names[CHECK_STATES] = {
		[CHECK_OK] = "ok",
		[CHECK_WARNING] = "warning",
		[CHECK_CRITICAL] = "critical",
		[CHECK_UNKNOWN] = "unknown",
	};

	for (size_t i = 0; i < STATES; i++)
		buffer_printf(out, " %s=%zu;;;0", names[order[i]], counts[order[i]]);
}

/* ---- All of it ---- */

/* Takes the text out of the buffer. */
static void append_cut(struct buffer *out, struct buffer *whole, size_t max)
{
	bool fits = whole->len <= max;
	char *text = buffer_steal(whole);

	buffer_append_start(out, text, fits ? max : max - strlen("..."));
	buffer_append_string(out, fits ? "" : "...");
	free(text);
}

/* " (web1, web2 and 7 more)" */
static void append_names(struct buffer *out, const struct vms *vms, const struct verdict *verdicts,
			 enum check_state state, size_t count)
{
	size_t shown = 0;

	buffer_append_string(out, " (");
	for (size_t i = 0; i < vms->count && shown < NAMES_MAX; i++) {
		struct buffer name = { 0 };

		if (verdicts[i].state != state)
			continue;
		append_text(&name, get_own_name(vms, i));
		buffer_append_string(out, shown++ == 0 ? "" : ", ");
		append_cut(out, &name, NAME_BYTES_MAX);
	}
	if (count > shown)
		buffer_printf(out, " and %zu more", count - shown);
	buffer_append_string(out, ")");
}

/* "1 CRITICAL, 299 OK" */
static void append_counts(struct buffer *out, const size_t counts[CHECK_STATES],
			  const struct vms *vms, const struct verdict *verdicts)
{
	bool is_first = true;

	for (size_t i = 0; i < STATES; i++) {
		if (counts[order[i]] == 0)
			continue;
		buffer_printf(out, "%s%zu %s", is_first ? "" : ", ", counts[order[i]],
			      check_state_get_name(order[i]));
		if (verdicts != NULL && order[i] != CHECK_OK)
			append_names(out, vms, verdicts, order[i], counts[order[i]]);
		is_first = false;
	}
}

static void append_line(struct buffer *out, const struct vms *vms, size_t i,
			const struct verdict *verdict)
{
	struct buffer line = { 0 };

	buffer_printf(&line, "%s - ", check_state_get_name(verdict->state));
	append_text(&line, vms->count == 1 ? get_name(&vms->items[i]) : get_own_name(vms, i));
	buffer_append_string(&line, ": ");
	append_verdict(&line, verdict);
	append_cut(out, &line, LINE_BYTES_MAX);
}

/* A line for each VM, the worst first, as long as there is room. */
static void append_lines(struct buffer *out, const struct vms *vms, const struct verdict *verdicts,
			 const size_t counts[CHECK_STATES])
{
	size_t left[CHECK_STATES], n_left = vms->count;

	memcpy(left, counts, sizeof(left));
	for (size_t i = 0; i < STATES; i++) {
		for (size_t j = 0; j < vms->count; j++) {
			size_t before = out->len;

			if (verdicts[j].state != order[i])
				continue;
			append_line(out, vms, j, &verdicts[j]);
			buffer_append_string(out, "\n");
			if (out->len > OUTPUT_MAX) {
				out->len = before;
				buffer_printf(out, "and %zu more: ", n_left);
				append_counts(out, left, vms, NULL);
				buffer_append_string(out, "\n");
				return;
			}
			left[order[i]]--;
			n_left--;
		}
	}
}

void check_append(struct buffer *out, const struct vms *vms, const struct verdict *verdicts,
		  const struct check_limits *limits)
{
	enum check_state state = CHECK_OK;
	size_t counts[CHECK_STATES] = { 0 };
	struct buffer data = { 0 };

	for (size_t i = 0; i < vms->count; i++) {
		state = check_get_worse(state, verdicts[i].state);
		counts[verdicts[i].state]++;
	}
	if (vms->count <= DATA_VMS_MAX)
		append_data_of_each(&data, vms, verdicts, limits);
	if (vms->count > DATA_VMS_MAX || data.len > DATA_MAX) {
		data.len = 0;
		append_totals(&data, counts);
	}
	buffer_append_string(out, "BALLOON ");
	if (vms->count == 1) {
		append_line(out, vms, 0, &verdicts[0]);
	} else {
		buffer_printf(out, "%s - %zu VMs: ", check_state_get_name(state), vms->count);
		append_counts(out, counts, vms, verdicts);
	}
	if (data.len > 0) {
		buffer_append_string(out, "|");
		buffer_append(out, data.data + 1, data.len - 1);
	}
	buffer_append_string(out, "\n");
	if (vms->count > 1)
		append_lines(out, vms, verdicts, counts);
	buffer_free(&data);
}
