/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `stats` can show of a VM. The statistics come from the library's stat table, so that a new one
 * is a column without a line here; what people would call it in a word of their own stands here.
 */
#include <stdlib.h>
#include <string.h>

#include "stats-view.h"

/* Percent of the total: where MOM, oVirt's memory manager, and KubeVirt's alerts see pressure. */
enum {
	AVAILABLE_WARNING = 10,
	AVAILABLE_ALARM = 5,
};

static const struct value absent = { VALUE_ABSENT, LOOK_ABSENT };
static const struct value none = { VALUE_NONE, LOOK_ABSENT };

static struct value make_number(uint64_t number)
{
	return (struct value){ VALUE_NUMBER, .number = number };
}

static struct value make_text(const char *text)
{
	return text == NULL ? absent : (struct value){ VALUE_TEXT, .text = text };
}

static struct value get_vm(const struct column *column, const void *row)
{
	const struct vm *vm = row;
	const char *name = vm_get_name(vm);

	return make_text(name != NULL ? name : vm->address);
}

static struct value get_address(const struct column *column, const void *row)
{
	const struct vm *vm = row;

	return make_text(vm->address);
}

static struct value get_name(const struct column *column, const void *row)
{
	const struct vm *vm = row;

	return make_text(vm_get_name(vm));
}

static struct value get_device(const struct column *column, const void *row)
{
	const struct vm *vm = row;

	return make_text(balloonctl_monitor_get_device(vm->monitor));
}

static struct value get_polling(const struct column *column, const void *row)
{
	const struct balloonctl_stats *stats = vm_get_stats(row);

	return stats == NULL ? absent : make_number(balloonctl_stats_get_polling_interval(stats));
}

static struct value get_updated(const struct column *column, const void *row)
{
	const struct balloonctl_stats *stats = vm_get_stats(row);
	struct value value = { VALUE_SIGNED };

	if (stats == NULL)
		return absent;
	value.number = (uint64_t)balloonctl_stats_get_last_update(stats);
	return value;
}

static struct value get_age(const struct column *column, const void *row)
{
	const struct balloonctl_stats *stats = vm_get_stats(row);
	uint64_t age;

	if (stats == NULL || balloonctl_stats_get_age_seconds(stats, &age) < 0)
		return absent;
	return make_number(age);
}

enum look stats_get_look(enum balloonctl_freshness freshness)
{
	switch (freshness) {
	case BALLOONCTL_FRESHNESS_FRESH:
		return LOOK_PLAIN;
	case BALLOONCTL_FRESHNESS_NEVER:
	case BALLOONCTL_FRESHNESS_SILENT:
		return LOOK_ALARM;
	default:
		return LOOK_WARNING;
	}
}

static struct value get_freshness(const struct column *column, const void *row)
{
	const struct balloonctl_stats *stats = vm_get_stats(row);
	enum balloonctl_freshness freshness;
	struct value value;

	if (stats == NULL)
		return absent;
	freshness = balloonctl_stats_get_freshness(stats);
	value = make_text(balloonctl_freshness_get_name(freshness));
	value.look = stats_get_look(freshness);
	return value;
}

static struct value get_used(const struct column *column, const void *row)
{
	const struct balloonctl_stats *stats = vm_get_stats(row);
	uint64_t used;

	if (stats == NULL || balloonctl_stats_get_used_bytes(stats, &used, NULL) < 0)
		return absent;
	return make_number(used);
}

static struct value get_formula(const struct column *column, const void *row)
{
	const struct balloonctl_stats *stats = vm_get_stats(row);
	enum balloonctl_formula formula;
	uint64_t used;

	if (stats == NULL || balloonctl_stats_get_used_bytes(stats, &used, &formula) < 0)
		return absent;
	return make_text(balloonctl_formula_get_text(formula));
}

static struct value get_actual(const struct column *column, const void *row)
{
	const struct balloonctl_stats *stats = vm_get_stats(row);
	struct value value = { VALUE_SIGNED };
	int64_t actual;

	if (stats == NULL || balloonctl_stats_get_actual_bytes(stats, &actual) < 0)
		return absent;
	value.number = (uint64_t)actual;
	return value;
}

static struct value get_maximum(const struct column *column, const void *row)
{
	const struct balloonctl_stats *stats = vm_get_stats(row);
	uint64_t maximum;

	if (stats == NULL || balloonctl_stats_get_maximum_bytes(stats, &maximum) < 0)
		return absent;
	return make_number(maximum);
}

static struct value get_host_rss(const struct column *column, const void *row)
{
	const struct vm *vm = row;

	return vm->has_host_rss ? make_number(vm->host_rss_bytes) : absent;
}

/* Little available memory is what people look for. */
static enum look get_available_look(const struct balloonctl_stats *stats, uint64_t available)
{
	uint64_t total;

	if (balloonctl_stats_get(stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total) < 0)
		return LOOK_PLAIN;
	if (available < total / 100 * AVAILABLE_ALARM)
		return LOOK_ALARM;
	return available < total / 100 * AVAILABLE_WARNING ? LOOK_WARNING : LOOK_PLAIN;
}

static struct value get_stat(const struct column *column, const void *row)
{
	const struct balloonctl_stats *stats = vm_get_stats(row);
	struct value value;
	uint64_t number;

	if (stats == NULL)
		return absent;
	if (balloonctl_stats_get(stats, column->number, &number) < 0)
		return balloonctl_stats_has(stats, column->number) ? absent : none;
	value = make_number(number);
	if (column->number == BALLOONCTL_STAT_AVAILABLE_MEMORY)
		value.look = get_available_look(stats, number);
	return value;
}

bool stats_column_is_host_rss(const struct column *column)
{
	return column->get == get_host_rss;
}

bool stats_column_is_freshness(const struct column *column)
{
	return column->get == get_freshness;
}

bool stats_column_is_stat(const struct column *column)
{
	return column->get == get_stat;
}

/* Address, name and device are in every document. */
static const struct column fixed[] = {
	{ .name = "vm",
	  .meaning = "the VM's name or, without one, its address",
	  .trim = true,
	  .get = get_vm },
	{ .name = "address", .meaning = "as it was given", .trim = true, .get = get_address },
	{ .name = "name", .meaning = "of QEMU's -name", .trim = true, .get = get_name },
	{ .name = "device",
	  .meaning = "the balloon's path in QEMU's object tree",
	  .trim = true,
	  .get = get_device },
	{ .name = "polling",
	  .key = "polling_interval",
	  .unit = COLUMN_INTERVAL,
	  .meaning = "how often QEMU asks the guest; 0: polling is off",
	  .get = get_polling },
	{ .name = "updated",
	  .key = "last_update",
	  .libvirt = "last_update",
	  .unit = COLUMN_TIME,
	  .meaning = "when the guest reported last; 0: never",
	  .get = get_updated },
	{ .name = "age",
	  .key = "age_seconds",
	  .unit = COLUMN_AGE,
	  .meaning = "how long ago that was",
	  .get = get_age },
	{ .name = "fresh",
	  .key = "freshness",
	  .meaning = "is it live: fresh, stale, never, off, paused, silent or unknown",
	  .get = get_freshness },
	{ .name = "used",
	  .key = "used_bytes",
	  .unit = COLUMN_BYTES,
	  .meaning = "what the guest uses for itself, without caches",
	  .get = get_used },
	{ .name = "formula",
	  .key = "used_formula",
	  .meaning = "how that was found",
	  .trim = true,
	  .get = get_formula },
	{ .name = "actual",
	  .key = "actual_bytes",
	  .libvirt = "actual",
	  .unit = COLUMN_BYTES,
	  .meaning = "what the balloon leaves to the guest",
	  .get = get_actual },
	{ .name = "maximum",
	  .key = "maximum_bytes",
	  .libvirt = "maximum",
	  .unit = COLUMN_BYTES,
	  .meaning = "the machine's memory",
	  .get = get_maximum },
	{ .name = "rss",
	  .key = "host_rss_bytes",
	  .libvirt = "rss",
	  .unit = COLUMN_BYTES,
	  .meaning = "the host's memory that QEMU has now",
	  .get = get_host_rss },
};

enum {
	N_FIXED = sizeof(fixed) / sizeof(fixed[0]),
};

/* A word for a heading, and libvirt's. Where libvirt has none, it does not report the statistic. */
static const struct {
	const char *name, *libvirt;
} words[] = {
	[BALLOONCTL_STAT_SWAP_IN] = { NULL, "swap_in" },
	[BALLOONCTL_STAT_SWAP_OUT] = { NULL, "swap_out" },
	[BALLOONCTL_STAT_MAJOR_FAULTS] = { NULL, "major_fault" },
	[BALLOONCTL_STAT_MINOR_FAULTS] = { NULL, "minor_fault" },
	[BALLOONCTL_STAT_FREE_MEMORY] = { "free", "unused" },
	[BALLOONCTL_STAT_TOTAL_MEMORY] = { "total", "available" },
	[BALLOONCTL_STAT_AVAILABLE_MEMORY] = { "available", "usable" },
	[BALLOONCTL_STAT_DISK_CACHES] = { "caches", "disk_caches" },
	[BALLOONCTL_STAT_HTLB_PGALLOC] = { NULL, "hugetlb_pgalloc" },
	[BALLOONCTL_STAT_HTLB_PGFAIL] = { NULL, "hugetlb_pgfail" },
};

static struct column make_stat(enum balloonctl_stat stat)
{
	struct column column = {
		.name = balloonctl_stat_get_name(stat),
		.key = balloonctl_stat_get_key(stat),
		.alias = balloonctl_stat_get_name(stat),
		.unit = balloonctl_stat_get_unit(stat) == BALLOONCTL_UNIT_BYTES ? COLUMN_BYTES
										: COLUMN_COUNT,
		.meaning = balloonctl_stat_get_meaning(stat),
		.number = (int)stat,
		.get = get_stat,
	};

	if ((size_t)stat < sizeof(words) / sizeof(words[0])) {
		column.libvirt = words[stat].libvirt;
		if (words[stat].name != NULL)
			column.name = words[stat].name;
	}
	return column;
}

void stats_columns_init(struct column_set *ret)
{
	int n_stats = balloonctl_stat_get_count();
	struct column *columns = allocate(N_FIXED + (size_t)n_stats, sizeof(*columns));

	memcpy(columns, fixed, sizeof(fixed));
	for (int i = 0; i < n_stats; i++)
		columns[N_FIXED + i] = make_stat((enum balloonctl_stat)i);
	ret->columns = columns;
	ret->count = N_FIXED + (size_t)n_stats;
	ret->defaults = "vm,fresh,age,used,available,total,actual,rss"; /* fit into 80 columns */
}

void stats_columns_free(struct column_set *set)
{
	free((void *)(uintptr_t)set->columns);
	*set = (struct column_set){ 0 };
}
