/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * See freshness.h. QEMU tells a new sample by a moved last-update alone, in whole seconds of a clock
 * that may be set (B53); that other values are another sample, too, makes up for most of the rest.
 */
#include "client/freshness.h"

#include "base/util.h"

static bool exceeds(int64_t ms, uint32_t intervals, int64_t margin_ms, uint32_t seconds)
{
	return ms != FRESHNESS_NOT_KNOWN && ms > (int64_t)intervals * seconds * 1000 + margin_ms;
}

static bool is_silent(const struct freshness_facts *facts)
{
	bool by_age = exceeds(facts->age_ms, 2, FRESHNESS_SILENT_MS, facts->interval);
	bool by_quiet = exceeds(facts->quiet_ms, 2, FRESHNESS_SILENT_MS, facts->interval);

	return (by_age || facts->age_ms == FRESHNESS_NOT_KNOWN) &&
	       (by_quiet || facts->quiet_ms == FRESHNESS_NOT_KNOWN) && (by_age || by_quiet);
}

enum balloonctl_freshness freshness_judge(const struct freshness_facts *facts)
{
	int64_t age_ms = facts->age_ms != FRESHNESS_NOT_KNOWN ? facts->age_ms : facts->quiet_ms;

	if (facts->last_update == 0)
		return BALLOONCTL_FRESHNESS_NEVER;
	if (facts->is_demanded)
		return BALLOONCTL_FRESHNESS_FRESH;
	if (facts->interval == 0)
		return BALLOONCTL_FRESHNESS_OFF;
	if (facts->is_paused)
		return BALLOONCTL_FRESHNESS_PAUSED;
	if (is_silent(facts))
		return BALLOONCTL_FRESHNESS_SILENT;
	if (facts->is_bygone || exceeds(age_ms, 1, FRESHNESS_LATE_MS, facts->interval))
		return BALLOONCTL_FRESHNESS_STALE;
	if (facts->age_ms == FRESHNESS_NOT_KNOWN)
		return BALLOONCTL_FRESHNESS_UNKNOWN;
	return BALLOONCTL_FRESHNESS_FRESH;
}

void freshness_begin(struct freshness *freshness, bool is_clock_comparable, int64_t now_ms,
		     int64_t clock_ms)
{
	*freshness = (struct freshness){
		.is_clock_comparable = is_clock_comparable,
		.clock_lead_ms = clock_ms - now_ms,
		.age_at_seen_ms = FRESHNESS_NOT_KNOWN,
		.able_ms = FRESHNESS_NOT_KNOWN,
	};
}

void freshness_resume(struct freshness *freshness, bool after_migration, int64_t now_ms)
{
	freshness->able_ms = now_ms;
	freshness->will_be_bygone |= after_migration;
}

void freshness_reset(struct freshness *freshness, int64_t now_ms)
{
	freshness->able_ms = now_ms;
	freshness->is_bygone = true;
	/* The next one we see may have come before it, too. */
	freshness->will_be_bygone = true;
}

bool freshness_has_moved(const struct freshness *freshness, const struct freshness_look *look)
{
	return look->last_update != 0 &&
	       (look->last_update != freshness->last_update || look->digest != freshness->digest);
}

/* By the host's clock, unless that is behind the sample. */
static int64_t get_clock_age_ms(const struct freshness_look *look)
{
	if (look->last_update == 0 ||
	    look->last_update > (look->clock_ms + FRESHNESS_SKEW_MS) / 1000)
		return FRESHNESS_NOT_KNOWN;
	return MAX(look->clock_ms - look->last_update * 1000, INT64_C(0));
}

/* Has nobody set it since the connection began, or since the look before? */
static bool is_clock_steady(const struct freshness *freshness, const struct freshness_look *look)
{
	int64_t by_ms = look->clock_ms - look->now_ms - freshness->clock_lead_ms;

	return freshness->is_clock_comparable && by_ms <= FRESHNESS_SKEW_MS &&
	       by_ms >= -FRESHNESS_SKEW_MS;
}

/* Of the first sample that a connection sees. */
static int64_t get_first_age_ms(const struct freshness *freshness,
				const struct freshness_look *look)
{
	return is_clock_steady(freshness, look) ? get_clock_age_ms(look) : FRESHNESS_NOT_KNOWN;
}

/* Of a sample that came since the look before: no more than that is ago. If the clock was set, that
 * bound is all there is; it is of use if it is short. */
static int64_t get_moved_age_ms(const struct freshness *freshness,
				const struct freshness_look *look)
{
	int64_t at_most_ms = look->now_ms - freshness->looked_ms;
	int64_t clock_ms = get_clock_age_ms(look);

	if (is_clock_steady(freshness, look) && clock_ms != FRESHNESS_NOT_KNOWN &&
	    clock_ms <= at_most_ms + FRESHNESS_SKEW_MS)
		return MIN(clock_ms, at_most_ms);
	if (exceeds(at_most_ms, 1, FRESHNESS_LATE_MS, look->interval))
		return FRESHNESS_NOT_KNOWN;
	return at_most_ms;
}

static void remember_sample(struct freshness *freshness, const struct freshness_look *look,
			    int64_t age_ms)
{
	freshness->last_update = look->last_update;
	freshness->digest = look->digest;
	freshness->seen_ms = look->now_ms;
	freshness->age_at_seen_ms = age_ms;
}

void freshness_look(struct freshness *freshness, const struct freshness_look *look,
		    struct freshness_facts *ret)
{
	if (!freshness->has_looked) {
		remember_sample(freshness, look, get_first_age_ms(freshness, look));
		if (freshness->age_at_seen_ms == FRESHNESS_NOT_KNOWN)
			freshness->able_ms = look->now_ms;
	} else if (freshness_has_moved(freshness, look)) {
		freshness->is_bygone = freshness->will_be_bygone;
		freshness->will_be_bygone = false;
		remember_sample(freshness, look, get_moved_age_ms(freshness, look));
		freshness->able_ms = look->now_ms;
	} else if (look->last_update != freshness->last_update) {
		/* QEMU has forgotten it: what comes is new. */
		freshness->is_bygone = false;
		freshness->will_be_bygone = false;
		remember_sample(freshness, look, FRESHNESS_NOT_KNOWN);
	}
	if (freshness->has_looked && look->interval != freshness->interval)
		freshness->able_ms = look->now_ms;
	freshness->has_looked = true;
	freshness->clock_lead_ms = look->clock_ms - look->now_ms;
	freshness->looked_ms = look->now_ms;
	freshness->interval = look->interval;
	*ret = (struct freshness_facts){
		.last_update = look->last_update,
		.interval = look->interval,
		.is_paused = look->is_paused,
		.is_demanded = look->is_demanded,
		.is_bygone = freshness->is_bygone,
		.age_ms = FRESHNESS_NOT_KNOWN,
		.quiet_ms = FRESHNESS_NOT_KNOWN,
	};
	if (freshness->age_at_seen_ms != FRESHNESS_NOT_KNOWN)
		ret->age_ms = freshness->age_at_seen_ms + look->now_ms - freshness->seen_ms;
	if (freshness->able_ms != FRESHNESS_NOT_KNOWN)
		ret->quiet_ms = look->now_ms - freshness->able_ms;
}

static const struct {
	const char *name, *meaning;
} verdicts[] = {
	[BALLOONCTL_FRESHNESS_UNKNOWN] = { "unknown",
					   "the clock of QEMU's host can't be compared with ours" },
	[BALLOONCTL_FRESHNESS_FRESH] = { "fresh", "the guest answered when it was asked" },
	[BALLOONCTL_FRESHNESS_STALE] = { "stale", "older than it should be" },
	[BALLOONCTL_FRESHNESS_NEVER] = { "never", "the guest has not sent any" },
	[BALLOONCTL_FRESHNESS_OFF] = { "off", "polling is off, this is an old answer" },
	[BALLOONCTL_FRESHNESS_PAUSED] = { "paused", "the VM does not run" },
	[BALLOONCTL_FRESHNESS_SILENT] = { "silent", "the guest does not answer" },
};

const char *balloonctl_freshness_get_name(enum balloonctl_freshness freshness)
{
	return (size_t)freshness < ARRAY_SIZE(verdicts) ? verdicts[freshness].name : NULL;
}

const char *balloonctl_freshness_get_meaning(enum balloonctl_freshness freshness)
{
	return (size_t)freshness < ARRAY_SIZE(verdicts) ? verdicts[freshness].meaning : NULL;
}
