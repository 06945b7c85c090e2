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

static void put_value(struct json *json, const char *key, int result, uint64_t value)
{
	if (result == 0)
		json_put_u64(json, key, value);
	else
		json_put_null(json, key);
}

static void put_values(struct json *json, const struct balloonctl_stats *stats)
{
	uint64_t value = 0;
	int r;

	json_open_object(json, "stats");
	for (int i = 0; i < balloonctl_stat_get_count(); i++) {
		if (!balloonctl_stats_has(stats, i))
			continue;
		r = balloonctl_stats_get(stats, i, &value);
		put_value(json, balloonctl_stat_get_key(i), r, value);
	}
	for (size_t i = 0; i < balloonctl_stats_get_unknown_count(stats); i++) {
		r = balloonctl_stats_get_unknown(stats, i, &value);
		put_value(json, balloonctl_stats_get_unknown_key(stats, i), r, value);
	}
	json_close_object(json);
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

static void put_members(struct json *json, const struct vm *vm, const void *arg)
{
	const struct balloonctl_stats *stats = vm_get_stats(vm);

	document_put_polling(json, stats);
	put_values(json, stats);
	put_anomalies(json, stats);
}

int stats_write_json(const struct vms *vms)
{
	return document_write(vms, put_members, NULL);
}
