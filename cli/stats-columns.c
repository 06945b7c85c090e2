/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What `stats` can show of a VM. The statistics come from the library's stat table, so that a new one
 * is a column without a line here; what people would call it in a word of their own stands here.
 */
#include <string.h>

#include "stats-view.h"

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
	const char *name = balloonctl_monitor_get_name(vm->monitor);

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

	return make_text(balloonctl_monitor_get_name(vm->monitor));
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

static struct value get_stat(const struct column *column, const void *row)
{
	const struct balloonctl_stats *stats = vm_get_stats(row);
	uint64_t number;

	if (stats == NULL)
		return absent;
	if (balloonctl_stats_get(stats, column->number, &number) == 0)
		return make_number(number);
	return balloonctl_stats_has(stats, column->number) ? absent : none;
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
	ret->defaults = "vm,polling,age,total,available,free,caches,swap-in,swap-out";
}
