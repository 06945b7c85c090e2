/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The statistics of one VM for people: a list with meanings. */
#include "output.h"
#include "show.h"
#include "size.h"
#include "stats-view.h"
#include "table.h"

static void add_stat(struct table *table, const struct vm *vm, const struct column *column,
		     const struct stats_view *view)
{
	struct value value = column->get(column, vm);
	struct buffer cell = { 0 };

	if (value.type == VALUE_NONE)
		return;
	table_add_text(table, view->view.libvirt && column->libvirt != NULL ? column->libvirt
									    : column->alias);
	column_append(&cell, column, &value, view->exact);
	table_add(table, &cell);
	table_set_look(table, value.look);
	table_add_text(table, column->meaning);
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

void stats_append_freshness(struct buffer *out, const struct balloonctl_stats *stats,
			    const struct terminal *terminal)
{
	enum balloonctl_freshness freshness = balloonctl_stats_get_freshness(stats);

	show_label(out, "freshness");
	table_append_text(out, terminal, balloonctl_freshness_get_name(freshness),
			  stats_get_look(freshness));
	buffer_printf(out, ": %s\n", balloonctl_freshness_get_meaning(freshness));
}

/* What the guest says, what the balloon leaves to it, and what the VM costs the host. */
static void append_memory(struct buffer *out, const struct vm *vm, bool exact)
{
	const struct balloonctl_stats *stats = vm_get_stats(vm);
	enum balloonctl_formula formula;
	uint64_t used, maximum;
	int64_t actual;

	if (balloonctl_stats_get_used_bytes(stats, &used, &formula) == 0) {
		show_label(out, "used");
		size_append(out, (int64_t)used, exact);
		buffer_printf(out, " (%s)\n", balloonctl_formula_get_text(formula));
	}
	if (balloonctl_stats_get_actual_bytes(stats, &actual) == 0) {
		show_label(out, "actual");
		size_append(out, actual, exact);
		if (balloonctl_stats_get_maximum_bytes(stats, &maximum) == 0) {
			buffer_append_string(out, " of ");
			size_append(out, (int64_t)maximum, exact);
		}
		buffer_append_string(out, "\n");
	}
	if (vm->has_host_rss) {
		show_label(out, "host rss");
		size_append(out, (int64_t)vm->host_rss_bytes, exact);
		buffer_append_string(out, "\n");
	}
}

static void append_list(struct buffer *out, const struct vm *vm, const struct stats_view *view)
{
	static const struct table_column columns[] = { { "STATISTIC", false, true },
						       { "VALUE", true },
						       { "MEANING", false, true } };
	struct table table = { .columns = columns, .n_columns = 3 };
	const struct balloonctl_stats *stats = vm_get_stats(vm);

	terminal_init(&table.terminal, view->view.color_wish);
	show_vm(out, vm);
	show_polling(out, stats);
	stats_append_freshness(out, stats, &table.terminal);
	append_memory(out, vm, view->exact);
	buffer_append_string(out, "\n");
	for (size_t i = 0; i < view->set.count; i++)
		if (stats_column_is_stat(&view->set.columns[i]))
			add_stat(&table, vm, &view->set.columns[i], view);
	for (size_t i = 0; i < balloonctl_stats_get_unknown_count(stats); i++)
		add_unknown(&table, stats, i);
	table_append(&table, out);
	append_notes(out, stats);
	table_free(&table);
}

int stats_write_list(const struct vm *vm, const struct stats_view *view)
{
	struct buffer out = { 0 };
	int status;

	if (vm->error != NULL)
		return EXIT_DONE;
	append_list(&out, vm, view);
	status = output_write(&out);
	buffer_free(&out);
	return status;
}

int stats_write_rows(const struct vms *vms, const struct stats_view *view)
{
	const struct view_rows rows = {
		.items = vms->items,
		.count = vms->count,
		.size = sizeof(*vms->items),
		.exact = view->exact,
	};

	return view_write(&view->view, &rows);
}
