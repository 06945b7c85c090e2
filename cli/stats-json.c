/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics as JSON, with QEMU's own keys in the order of the stat table. */
#include "document.h"
#include "stats-view.h"

const struct anomaly_name anomaly_names[] = {
	{ BALLOONCTL_ANOMALY_AVAILABLE_ABOVE_TOTAL, "available-above-total" },
	{ BALLOONCTL_ANOMALY_FREE_ABOVE_TOTAL, "free-above-total" },
	{ BALLOONCTL_ANOMALY_CACHES_ABOVE_TOTAL, "caches-above-total" },
	{ BALLOONCTL_ANOMALY_FAILED_VALUE, "failed-value" },
	{ 0 },
};

static void put_columns(struct json *json, const struct vm *vm, const struct stats_view *view,
			bool are_stats)
{
	for (size_t i = 0; i < view->set.count; i++) {
		const struct column *column = &view->set.columns[i];
		struct value value;

		if (stats_column_is_stat(column) != are_stats || column->key == NULL ||
		    (view->is_chosen && !view_has_column(&view->view, column)))
			continue;
		value = column->get(column, vm);
		column_put(json, column, &value);
	}
}

static void put_unknown(struct json *json, const struct balloonctl_stats *stats)
{
	for (size_t i = 0; i < balloonctl_stats_get_unknown_count(stats); i++) {
		const char *key = balloonctl_stats_get_unknown_key(stats, i);
		uint64_t value;

		if (balloonctl_stats_get_unknown(stats, i, &value) == 0)
			json_put_u64(json, key, value);
		else
			json_put_null(json, key);
	}
}

bool stats_view_failed(const struct balloonctl_stats *stats, enum balloonctl_stat stat,
		       uint64_t *ret_raw)
{
	uint64_t value;

	return balloonctl_stats_get(stats, stat, &value) < 0 &&
	       balloonctl_stats_get_raw(stats, stat, ret_raw) == 0 && *ret_raw != UINT64_MAX;
}

static void put_anomalies(struct json *json, const struct balloonctl_stats *stats)
{
	unsigned int found = balloonctl_stats_get_anomalies(stats);
	uint64_t raw;

	if (found == 0)
		return;
	json_open_array(json, "anomalies");
	for (const struct anomaly_name *row = anomaly_names; row->name != NULL; row++)
		if (found & row->anomaly)
			json_put_string(json, NULL, row->name);
	json_close_array(json);
	if (!(found & BALLOONCTL_ANOMALY_FAILED_VALUE))
		return;
	json_open_object(json, "raw");
	for (int i = 0; i < balloonctl_stat_get_count(); i++)
		if (stats_view_failed(stats, i, &raw))
			json_put_u64(json, balloonctl_stat_get_key(i), raw);
	json_close_object(json);
}

static bool has_stats(const struct stats_view *view)
{
	for (size_t i = 0; i < view->view.n_columns; i++)
		if (stats_column_is_stat(view->view.columns[i]))
			return true;
	return false;
}

void stats_put_members(struct json *json, const struct vm *vm, const void *arg)
{
	const struct balloonctl_stats *stats = vm_get_stats(vm);
	const struct stats_view *view = arg;

	put_columns(json, vm, view, false);
	if (view->is_chosen && !has_stats(view))
		return;
	json_open_object(json, "stats");
	put_columns(json, vm, view, true);
	if (!view->is_chosen)
		put_unknown(json, stats);
	json_close_object(json);
	if (!view->is_chosen)
		put_anomalies(json, stats);
}

int stats_write_json(const struct vms *vms, const struct stats_view *view)
{
	return document_write(vms, stats_put_members, view);
}
