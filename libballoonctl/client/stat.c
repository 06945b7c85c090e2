/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The stat table: one row per tag (virtio specification 5.5.6.3; from tag 10 on Linux 6.12 and
 * QEMU 9.2). Everything that knows a statistic by name reads it here. A new one is one new row,
 * and its number in balloonctl.h.
 */
#include <errno.h>

#include "balloonctl.h"
#include "base/util.h"
#include "client/stat.h"

struct stat_row {
	const char *key;
	enum balloonctl_unit unit;
	enum balloonctl_kind kind;
	const char *meaning;
};

#define BYTES   BALLOONCTL_UNIT_BYTES
#define COUNT   BALLOONCTL_UNIT_COUNT
#define GAUGE   BALLOONCTL_KIND_GAUGE
#define COUNTER BALLOONCTL_KIND_COUNTER

/* clang-format off */
static const struct stat_row rows[] = {
	[BALLOONCTL_STAT_SWAP_IN]          = { "stat-swap-in", BYTES, COUNTER,
		"read back from swap" },
	[BALLOONCTL_STAT_SWAP_OUT]         = { "stat-swap-out", BYTES, COUNTER,
		"written to swap" },
	[BALLOONCTL_STAT_MAJOR_FAULTS]     = { "stat-major-faults", COUNT, COUNTER,
		"page faults that had to read a disk" },
	[BALLOONCTL_STAT_MINOR_FAULTS]     = { "stat-minor-faults", COUNT, COUNTER,
		"page faults (Linux: all of them)" },
	[BALLOONCTL_STAT_FREE_MEMORY]      = { "stat-free-memory", BYTES, GAUGE,
		"not used for anything" },
	[BALLOONCTL_STAT_TOTAL_MEMORY]     = { "stat-total-memory", BYTES, GAUGE,
		"all the memory the guest has" },
	[BALLOONCTL_STAT_AVAILABLE_MEMORY] = { "stat-available-memory", BYTES, GAUGE,
		"can be had without swapping" },
	[BALLOONCTL_STAT_DISK_CACHES]      = { "stat-disk-caches", BYTES, GAUGE,
		"caches of files and disks" },
	[BALLOONCTL_STAT_HTLB_PGALLOC]     = { "stat-htlb-pgalloc", COUNT, COUNTER,
		"huge pages allocated" },
	[BALLOONCTL_STAT_HTLB_PGFAIL]      = { "stat-htlb-pgfail", COUNT, COUNTER,
		"huge pages that could not be had" },
	[BALLOONCTL_STAT_OOM_KILLS]        = { "stat-oom-kills", COUNT, COUNTER,
		"processes killed for lack of memory" },
	[BALLOONCTL_STAT_ALLOC_STALLS]     = { "stat-alloc-stalls", COUNT, COUNTER,
		"allocations that waited for reclaim" },
	[BALLOONCTL_STAT_ASYNC_SCANS]      = { "stat-async-scans", BYTES, COUNTER,
		"looked at by background reclaim" },
	[BALLOONCTL_STAT_DIRECT_SCANS]     = { "stat-direct-scans", BYTES, COUNTER,
		"looked at by allocations themselves" },
	[BALLOONCTL_STAT_ASYNC_RECLAIMS]   = { "stat-async-reclaims", BYTES, COUNTER,
		"freed by background reclaim" },
	[BALLOONCTL_STAT_DIRECT_RECLAIMS]  = { "stat-direct-reclaims", BYTES, COUNTER,
		"freed by allocations themselves" },
};
/* clang-format on */

static const char prefix[] = "stat-";

static const struct stat_row *get_row(enum balloonctl_stat stat)
{
	static const struct stat_row none = { 0 };

	return (size_t)stat < ARRAY_SIZE(rows) ? &rows[stat] : &none;
}

int balloonctl_stat_get_count(void)
{
	return ARRAY_SIZE(rows);
}

const char *balloonctl_stat_get_key(enum balloonctl_stat stat)
{
	return get_row(stat)->key;
}

const char *balloonctl_stat_get_name(enum balloonctl_stat stat)
{
	const char *key = get_row(stat)->key;

	return key == NULL ? NULL : key + strlen(prefix);
}

enum balloonctl_unit balloonctl_stat_get_unit(enum balloonctl_stat stat)
{
	return get_row(stat)->unit;
}

enum balloonctl_kind balloonctl_stat_get_kind(enum balloonctl_stat stat)
{
	return get_row(stat)->kind;
}

const char *balloonctl_stat_get_meaning(enum balloonctl_stat stat)
{
	return get_row(stat)->meaning;
}

static bool find_name(const char *name, enum balloonctl_stat *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *row = rows[i].key + strlen(prefix);

		/* Every value of every reply comes here: most rows need no call. */
		if (row[0] == name[0] && row[1] == name[1] && string_equal(row, name)) {
			*ret = (enum balloonctl_stat)i;
			return true;
		}
	}
	return false;
}

bool stat_find_key(const char *key, enum balloonctl_stat *ret)
{
	return string_starts_with(key, prefix) && find_name(key + strlen(prefix), ret);
}

int balloonctl_stat_find(const char *key_or_name, enum balloonctl_stat *ret)
{
	if (key_or_name != NULL && (stat_find_key(key_or_name, ret) || find_name(key_or_name, ret)))
		return 0;
	return -ENOENT;
}
