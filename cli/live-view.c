/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Columns and words for what is followed. Each counter of the stat table has a column of its rate. */
#include "live-view.h"

#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "seconds.h"
#include "show.h"
#include "size.h"

static const struct value absent = { VALUE_ABSENT, LOOK_ABSENT };
static const struct value none = { VALUE_NONE, LOOK_ABSENT };

static const struct live_vm *get(const void *row)
{
	return ((const struct vm *)row)->data;
}

static struct value get_time(const struct column *column, const void *row)
{
	int64_t ms = get(row)->time_ms;

	return ms <= 0 ? absent : (struct value){ VALUE_SIGNED, .number = (uint64_t)(ms / 1000) };
}

static struct value get_pressure(const struct column *column, const void *row)
{
	enum balloonctl_pressure pressure = live_get_pressure(row);
	struct value value = { VALUE_TEXT, .text = balloonctl_pressure_get_name(pressure) };

	switch (pressure) {
	case BALLOONCTL_PRESSURE_UNKNOWN:
		value.look = LOOK_ABSENT;
		break;
	case BALLOONCTL_PRESSURE_NONE:
	case BALLOONCTL_PRESSURE_UNLIKELY:
		break;
	case BALLOONCTL_PRESSURE_THRASHING:
	case BALLOONCTL_PRESSURE_CRITICAL:
		value.look = LOOK_ALARM;
		break;
	default:
		value.look = LOOK_WARNING;
		break;
	}
	return value;
}

static struct value get_rearmed(const struct column *column, const void *row)
{
	return (struct value){ VALUE_NUMBER, .number = get(row)->n_rearmed };
}

static struct value get_rate(const struct column *column, const void *row)
{
	const struct balloonctl_stats *stats = vm_get_stats(row);
	uint64_t rate;

	if (stats != NULL && !balloonctl_stats_has(stats, column->number))
		return none;
	if (live_get_rate(row, column->number, &rate) < 0)
		return absent;
	return (struct value){ VALUE_NUMBER, .number = rate };
}

bool live_column_is_rate(const struct column *column)
{
	return column->get == get_rate;
}

static const struct column fixed[] = {
	{ .name = "time",
	  .unit = COLUMN_CLOCK,
	  .meaning = "when the sample was seen, by this host's clock",
	  .get = get_time },
	{ .name = "pressure",
	  .key = "pressure",
	  .meaning = "is the guest short of memory: see diagnose",
	  .get = get_pressure },
	{ .name = "rearmed",
	  .key = "rearmed",
	  .unit = COLUMN_COUNT,
	  .meaning = "how often polling had to be set again",
	  .get = get_rearmed },
};

enum {
	N_FIXED = sizeof(fixed) / sizeof(fixed[0]),
};

static struct column make_rate(enum balloonctl_stat stat)
{
	struct buffer name = { 0 };

	buffer_append_string(&name, balloonctl_stat_get_name(stat));
	buffer_append_string(&name, "/s");
	return (struct column){
		.name = buffer_steal(&name),
		.unit = balloonctl_stat_get_unit(stat) == BALLOONCTL_UNIT_BYTES ? COLUMN_BYTES
										: COLUMN_COUNT,
		.meaning = balloonctl_stat_get_meaning(stat),
		.number = (int)stat,
		.get = get_rate,
	};
}

void live_columns_init(struct column_set *ret)
{
	struct column_set stats;
	struct column *columns;
	size_t n = 0;

	stats_columns_init(&stats);
	columns = allocate(stats.count + N_FIXED + (size_t)balloonctl_stat_get_count(),
			   sizeof(*columns));
	memcpy(columns, stats.columns, stats.count * sizeof(*columns));
	n += stats.count;
	memcpy(columns + n, fixed, sizeof(fixed));
	n += N_FIXED;
	for (int i = 0; i < balloonctl_stat_get_count(); i++)
		if (balloonctl_stat_get_kind(i) == BALLOONCTL_KIND_COUNTER)
			columns[n++] = make_rate((enum balloonctl_stat)i);
	free((void *)(uintptr_t)stats.columns);
	ret->columns = columns;
	ret->count = n;
	ret->defaults = "time,vm,fresh,used,available,swap-in/s,swap-out/s";
}

void live_columns_free(struct column_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (live_column_is_rate(&set->columns[i]))
			free((void *)(uintptr_t)set->columns[i].name);
	free((void *)(uintptr_t)set->columns);
	*set = (struct column_set){ 0 };
}

/* ---- Options ---- */

int live_check_interval(const char *text, uint32_t *ret)
{
	if (text == NULL || seconds_parse_interval(text, ret) == 0)
		return EXIT_DONE;
	return usage_error("--interval '%s': give whole seconds from 1 to 4294967295, such as 2",
			   text);
}

int live_check_count(const char *text, uint64_t *ret)
{
	if (text == NULL)
		return EXIT_DONE;
	if (decimal_parse(text, strlen(text), 1, ret) < 0 || *ret == 0)
		return usage_error("--count '%s': give a number from 1 on, such as 10", text);
	return EXIT_DONE;
}

/* ---- Words ---- */

void live_append_report(struct buffer *out, const struct live_report *report, bool exact)
{
	const struct live_vm *followed = get(report->vm);

	switch (report->news) {
	case LIVE_SAMPLE:
		return;
	case LIVE_EVENT:
		show_event(out, report->event, exact);
		return;
	case LIVE_VERDICT:
		buffer_append_string(out, balloonctl_freshness_get_name(followed->told));
		buffer_append_string(out,
				     followed->told == BALLOONCTL_FRESHNESS_FRESH ? " again" : "");
		buffer_append_string(out, ": ");
		buffer_append_string(out, balloonctl_freshness_get_meaning(followed->told));
		return;
	case LIVE_LOST:
		buffer_append_string(out, "the connection is lost; trying again");
		return;
	case LIVE_BACK:
		buffer_append_string(out, "connected again");
		return;
	case LIVE_CLAIMED:
		buffer_printf(out, "polling every %u s until the end of this command (was ",
			      followed->wanted);
		if (report->interval == 0)
			buffer_append_string(out, "off)");
		else
			buffer_printf(out, "every %u s)", report->interval);
		return;
	case LIVE_REARMED:
		if (report->interval == 0)
			buffer_append_string(out, "polling was found off");
		else
			buffer_printf(out, "polling was found at every %u s", report->interval);
		buffer_printf(out, " and is set to every %u s again (%u time%s so far)",
			      followed->wanted, followed->n_rearmed,
			      followed->n_rearmed == 1 ? "" : "s");
		return;
	case LIVE_FAILED:
		buffer_append_string(out, "given up");
		return;
	case LIVE_LEFT:
		buffer_printf(out, "polling may be left on every %u s: QEMU could not be told",
			      followed->wanted);
		return;
	case LIVE_SIZED:
		buffer_append_string(out, "the target is set");
		return;
	}
}

void live_talk(const struct live_report *report, const struct options *options)
{
	struct buffer words = { 0 };
	char *text;

	switch (report->news) {
	case LIVE_SAMPLE:
	case LIVE_EVENT:
	case LIVE_VERDICT:
	case LIVE_SIZED:
		return;
	case LIVE_FAILED:
		complain("%s", balloonctl_error_get_message(report->error));
		return;
	case LIVE_LOST:
		complain("%s; trying again", balloonctl_error_get_message(report->error));
		return;
	case LIVE_BACK:
	case LIVE_CLAIMED:
	case LIVE_REARMED:
	case LIVE_LEFT:
		break;
	}
	live_append_report(&words, report, false);
	text = buffer_steal(&words);
	if (report->news == LIVE_LEFT)
		complain("%s: %s", report->vm->address, text);
	else
		vm_talk(report->vm, options, "%s", text);
	free(text);
}

void live_put_back(struct live *live)
{
	const struct live_report *report;

	live_end(live);
	do
		while ((report = live_next(live)) != NULL)
			if (report->news == LIVE_LEFT)
				live_talk(report, live->vms.options);
	while (live_wait(live, NULL, 0, -1));
}
