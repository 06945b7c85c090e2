/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics for people: one VM as a list with meanings, several as one row each. */
#include "output.h"
#include "show.h"
#include "size.h"
#include "stats-view.h"
#include "table.h"

static void add_value(struct table *table, const struct balloonctl_stats *stats,
		      enum balloonctl_stat stat, bool exact)
{
	struct buffer cell = { 0 };
	uint64_t value;
	bool absent = stats == NULL || balloonctl_stats_get(stats, stat, &value) < 0;

	if (absent)
		buffer_append_string(&cell, "-");
	else if (balloonctl_stat_get_unit(stat) == BALLOONCTL_UNIT_BYTES)
		size_append(&cell, (int64_t)value, exact);
	else
		buffer_append_u64(&cell, value);
	table_add(table, &cell);
	if (absent)
		table_set_look(table, LOOK_ABSENT);
}

static void add_unknown(struct table *table, const struct balloonctl_stats *stats, size_t i)
{
	struct buffer cell = { 0 };
	uint64_t value;

	buffer_append_escaped(&cell, balloonctl_stats_get_unknown_key(stats, i));
	table_add(table, &cell);
	if (balloonctl_stats_get_unknown(stats, i, &value) < 0)
		buffer_append_string(&cell, "-");
	else
		buffer_append_u64(&cell, value);
	table_add(table, &cell);
	table_add_text(table, "(this balloonctl does not know it)");
}

static void append_notes(struct buffer *out, const struct balloonctl_stats *stats)
{
	unsigned int found = balloonctl_stats_get_anomalies(stats);
	uint64_t raw;

	for (const struct anomaly_name *row = anomaly_names; row->name != NULL; row++)
		if (found & row->anomaly)
			buffer_printf(out, "note: %s\n",
				      balloonctl_anomaly_get_meaning(row->anomaly));
	for (int i = 0; i < balloonctl_stat_get_count(); i++)
		if (stats_view_failed(stats, i, &raw))
			buffer_printf(out, "note: %s was sent as %llu\n",
				      balloonctl_stat_get_name(i), (unsigned long long)raw);
}

static void append_list(struct buffer *out, const struct vm *vm, bool exact)
{
	static const struct table_column columns[] = { { "STATISTIC", false },
						       { "VALUE", true },
						       { "MEANING", false, true } };
	struct table table = { .columns = columns, .n_columns = 3 };
	const struct balloonctl_stats *stats = vm_get_stats(vm);

	terminal_init(&table.terminal, COLOR_AUTO);
	show_vm(out, vm);
	show_polling(out, stats);
	buffer_append_string(out, "\n");
	for (int i = 0; i < balloonctl_stat_get_count(); i++) {
		if (!balloonctl_stats_has(stats, i))
			continue;
		table_add_text(&table, balloonctl_stat_get_name(i));
		add_value(&table, stats, i, exact);
		table_add_text(&table, balloonctl_stat_get_meaning(i));
	}
	for (size_t i = 0; i < balloonctl_stats_get_unknown_count(stats); i++)
		add_unknown(&table, stats, i);
	table_append(&table, out);
	append_notes(out, stats);
	table_free(&table);
}

/* What fits into 80 columns beside a name. */
static const struct table_column row_columns[] = {
	{ "VM", false, true }, { "POLLING", true },   { "AGE", true },
	{ "TOTAL", true },     { "AVAILABLE", true }, { "FREE", true },
	{ "CACHES", true },    { "SWAP-IN", true },   { "SWAP-OUT", true },
};

/* What the columns behind the third show. */
static const enum balloonctl_stat row_stats[] = {
	BALLOONCTL_STAT_TOTAL_MEMORY, BALLOONCTL_STAT_AVAILABLE_MEMORY, BALLOONCTL_STAT_FREE_MEMORY,
	BALLOONCTL_STAT_DISK_CACHES,  BALLOONCTL_STAT_SWAP_IN,          BALLOONCTL_STAT_SWAP_OUT,
};

static void add_row(struct table *table, const struct vm *vm, bool exact)
{
	const char *name = balloonctl_monitor_get_name(vm->monitor);
	const struct balloonctl_stats *stats = vm_get_stats(vm);
	struct buffer cell = { 0 };
	uint64_t age;

	buffer_append_escaped(&cell, name != NULL ? name : vm->address);
	table_add(table, &cell);
	if (stats == NULL)
		buffer_append_string(&cell, "-");
	else if (balloonctl_stats_get_polling_interval(stats) == 0)
		buffer_append_string(&cell, "off");
	else
		buffer_printf(&cell, "%u s", balloonctl_stats_get_polling_interval(stats));
	table_add(table, &cell);
	if (stats != NULL && balloonctl_stats_get_age_seconds(stats, &age) == 0)
		show_age(&cell, age);
	else
		buffer_append_string(&cell, "-");
	table_add(table, &cell);
	for (size_t i = 0; i < sizeof(row_stats) / sizeof(row_stats[0]); i++)
		add_value(table, stats, row_stats[i], exact);
}

static void append_rows(struct buffer *out, const struct vms *vms, bool exact)
{
	struct table table = {
		.columns = row_columns,
		.n_columns = sizeof(row_columns) / sizeof(row_columns[0]),
	};

	terminal_init(&table.terminal, COLOR_AUTO);
	for (size_t i = 0; i < vms->count; i++)
		add_row(&table, &vms->items[i], exact);
	table_append(&table, out);
	table_free(&table);
}

int stats_write_table(const struct vms *vms, bool exact)
{
	struct buffer out = { 0 };
	int status;

	if (vms->count > 1)
		append_rows(&out, vms, exact);
	else if (vms->items[0].error == NULL)
		append_list(&out, &vms->items[0], exact);
	status = output_write(&out);
	buffer_free(&out);
	return status;
}
