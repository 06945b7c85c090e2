/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The snapshot: QEMU's guest-stats (docs/interop/virtio-balloon-stats.rst) as typed values. This
 * is the one place where a number on the wire becomes present or absent. Judging whether a
 * snapshot is fresh is left to others.
 */
#include "client/stats.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/util.h"
#include "client/stat.h"

#define ABSENT UINT64_MAX /* QEMU's "not available" */

/* Bytes, counts and seconds stay far below; what is above is a failure, or -1 in disguise. */
#define PLAUSIBLE_MAX ((uint64_t)INT64_MAX)

enum {
	STAT_COUNT = BALLOONCTL_STAT_DIRECT_RECLAIMS + 1,

	/* A QEMU of the future will have a few more; a hostile one could send 128,000, each of which
	 * costs a reader of the snapshot a row. */
	UNKNOWN_MAX = 256,
};

struct unknown_stat {
	char *key;
	uint64_t raw;
};

struct balloonctl_stats {
	uint64_t raw[STAT_COUNT];
	uint32_t has; /* bit N: QEMU sent the stat N */
	uint32_t polling_interval;
	int64_t last_update;
	int64_t age_ms; /* negative: not known */
	enum balloonctl_freshness freshness;
	bool is_running, has_actual;
	int64_t actual_bytes;
	uint64_t maximum_bytes; /* 0: not known */
	unsigned int anomalies;
	size_t n_unknown;
	struct unknown_stat *unknown;
};

static_assert(STAT_COUNT <= 32, "balloonctl_stats.has has a bit for each stat");

/* QEMU before 2.4 printed the value as signed. */
static int get_raw(const struct json *value, uint64_t *ret)
{
	int64_t negative;

	if (json_get_u64(value, ret) == 0)
		return 0;
	if (json_get_i64(value, &negative) < 0)
		return -EPROTO;
	*ret = (uint64_t)negative;
	return 0;
}

static int add_unknown(struct balloonctl_stats *stats, const char *key, uint64_t raw)
{
	struct unknown_stat *unknown;

	if (stats->n_unknown == UNKNOWN_MAX)
		return -EPROTO;
	unknown = realloc(stats->unknown, (stats->n_unknown + 1) * sizeof(*unknown));
	if (unknown == NULL)
		return -ENOMEM;
	stats->unknown = unknown;
	unknown += stats->n_unknown;
	unknown->key = strdup(key);
	if (unknown->key == NULL)
		return -ENOMEM;
	unknown->raw = raw;
	stats->n_unknown++;
	return 0;
}

static int decode_members(struct balloonctl_stats *stats, const struct json *members)
{
	const struct json *member;
	enum balloonctl_stat stat;
	uint64_t raw;
	int r;

	json_for_each (member, members) {
		bool is_known = stat_find_key(json_key(member), &stat);

		r = get_raw(member, &raw);
		if (is_known && r == 0) {
			stats->raw[stat] = raw;
			stats->has |= 1u << stat;
		} else if (!is_known) {
			/* One that is no integer is none for us, but it is there. */
			r = add_unknown(stats, json_key(member), r == 0 ? raw : ABSENT);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

static bool is_above_total(const struct balloonctl_stats *stats, enum balloonctl_stat stat)
{
	uint64_t value, total;

	return balloonctl_stats_get(stats, stat, &value) == 0 &&
	       balloonctl_stats_get(stats, BALLOONCTL_STAT_TOTAL_MEMORY, &total) == 0 &&
	       value > total;
}

static unsigned int find_anomalies(const struct balloonctl_stats *stats)
{
	unsigned int anomalies = 0;

	if (is_above_total(stats, BALLOONCTL_STAT_AVAILABLE_MEMORY))
		anomalies |= BALLOONCTL_ANOMALY_AVAILABLE_ABOVE_TOTAL;
	if (is_above_total(stats, BALLOONCTL_STAT_FREE_MEMORY))
		anomalies |= BALLOONCTL_ANOMALY_FREE_ABOVE_TOTAL;
	if (is_above_total(stats, BALLOONCTL_STAT_DISK_CACHES))
		anomalies |= BALLOONCTL_ANOMALY_CACHES_ABOVE_TOTAL;
	for (size_t i = 0; i < STAT_COUNT; i++)
		if ((stats->has & 1u << i) && stats->raw[i] > PLAUSIBLE_MAX &&
		    stats->raw[i] != ABSENT)
			anomalies |= BALLOONCTL_ANOMALY_FAILED_VALUE;
	return anomalies;
}

int stats_decode(const struct json *guest_stats, struct balloonctl_stats **ret)
{
	const struct json *members = json_member(guest_stats, "stats");
	struct balloonctl_stats *stats;
	int r;

	if (members == NULL || json_get_type(members) != JSON_OBJECT)
		return -EPROTO;
	stats = malloc(sizeof(*stats));
	if (stats == NULL)
		return -ENOMEM;
	*stats = (struct balloonctl_stats){ .age_ms = -1, .is_running = true };
	r = json_get_i64(json_member(guest_stats, "last-update"), &stats->last_update);
	if (r < 0 || stats->last_update < 0)
		r = -EPROTO;
	else
		r = decode_members(stats, members);
	if (r < 0) {
		balloonctl_stats_free(stats);
		return r;
	}
	stats->anomalies = find_anomalies(stats);
	*ret = stats;
	return 0;
}

void stats_set_polling_interval(struct balloonctl_stats *stats, uint32_t seconds)
{
	stats->polling_interval = seconds;
}

void stats_set_freshness(struct balloonctl_stats *stats, enum balloonctl_freshness freshness,
			 int64_t age_ms)
{
	stats->freshness = freshness;
	stats->age_ms = age_ms;
}

void stats_set_balloon(struct balloonctl_stats *stats, bool is_running, const int64_t *actual_bytes,
		       uint64_t maximum_bytes)
{
	stats->is_running = is_running;
	stats->has_actual = actual_bytes != NULL;
	stats->actual_bytes = actual_bytes != NULL ? *actual_bytes : 0;
	stats->maximum_bytes = maximum_bytes;
}

/* FNV-1a, by words. */
static uint64_t mix(uint64_t digest, uint64_t word)
{
	digest = (digest ^ word) * UINT64_C(0x100000001b3);
	return digest ^ digest >> 32;
}

uint64_t stats_get_digest(const struct balloonctl_stats *stats)
{
	uint64_t digest = mix(UINT64_C(0xcbf29ce484222325), stats->has);

	for (size_t i = 0; i < STAT_COUNT; i++)
		digest = mix(digest, stats->raw[i]);
	for (size_t i = 0; i < stats->n_unknown; i++)
		digest = mix(digest, stats->unknown[i].raw);
	return digest;
}

void balloonctl_stats_free(struct balloonctl_stats *stats)
{
	if (stats == NULL)
		return;
	for (size_t i = 0; i < stats->n_unknown; i++)
		free(stats->unknown[i].key);
	free(stats->unknown);
	free(stats);
}

static bool has(const struct balloonctl_stats *stats, enum balloonctl_stat stat)
{
	return (size_t)stat < STAT_COUNT && (stats->has & 1u << stat);
}

bool balloonctl_stats_has(const struct balloonctl_stats *stats, enum balloonctl_stat stat)
{
	return has(stats, stat);
}

int balloonctl_stats_get_raw(const struct balloonctl_stats *stats, enum balloonctl_stat stat,
			     uint64_t *ret)
{
	if (!balloonctl_stats_has(stats, stat))
		return -ENODATA;
	*ret = stats->raw[stat];
	return 0;
}

static int present(uint64_t raw, uint64_t *ret)
{
	if (raw > PLAUSIBLE_MAX)
		return -ENODATA;
	*ret = raw;
	return 0;
}

int balloonctl_stats_get(const struct balloonctl_stats *stats, enum balloonctl_stat stat,
			 uint64_t *ret)
{
	return has(stats, stat) ? present(stats->raw[stat], ret) : -ENODATA;
}

size_t balloonctl_stats_get_unknown_count(const struct balloonctl_stats *stats)
{
	return stats->n_unknown;
}

const char *balloonctl_stats_get_unknown_key(const struct balloonctl_stats *stats, size_t index)
{
	return index < stats->n_unknown ? stats->unknown[index].key : NULL;
}

int balloonctl_stats_get_unknown(const struct balloonctl_stats *stats, size_t index, uint64_t *ret)
{
	return index < stats->n_unknown ? present(stats->unknown[index].raw, ret) : -ENODATA;
}

int64_t balloonctl_stats_get_last_update(const struct balloonctl_stats *stats)
{
	return stats->last_update;
}

int balloonctl_stats_get_age_seconds(const struct balloonctl_stats *stats, uint64_t *ret)
{
	if (stats->last_update == 0 || stats->age_ms < 0)
		return -ENODATA;
	*ret = (uint64_t)stats->age_ms / 1000;
	return 0;
}

uint32_t balloonctl_stats_get_polling_interval(const struct balloonctl_stats *stats)
{
	return stats->polling_interval;
}

enum balloonctl_freshness balloonctl_stats_get_freshness(const struct balloonctl_stats *stats)
{
	return stats->freshness;
}

bool balloonctl_stats_is_running(const struct balloonctl_stats *stats)
{
	return stats->is_running;
}

int balloonctl_stats_get_actual_bytes(const struct balloonctl_stats *stats, int64_t *ret)
{
	if (!stats->has_actual)
		return -ENODATA;
	*ret = stats->actual_bytes;
	return 0;
}

int balloonctl_stats_get_maximum_bytes(const struct balloonctl_stats *stats, uint64_t *ret)
{
	if (stats->maximum_bytes == 0)
		return -ENODATA;
	*ret = stats->maximum_bytes;
	return 0;
}

unsigned int balloonctl_stats_get_anomalies(const struct balloonctl_stats *stats)
{
	return stats->anomalies;
}

const char *balloonctl_anomaly_get_meaning(enum balloonctl_anomaly anomaly)
{
	switch (anomaly) {
	case BALLOONCTL_ANOMALY_AVAILABLE_ABOVE_TOTAL:
		return "available memory exceeds total memory";
	case BALLOONCTL_ANOMALY_FREE_ABOVE_TOTAL:
		return "free memory exceeds total memory";
	case BALLOONCTL_ANOMALY_CACHES_ABOVE_TOTAL:
		return "disk caches exceed total memory";
	case BALLOONCTL_ANOMALY_FAILED_VALUE:
		return "the guest failed to read a value";
	}
	return NULL;
}
