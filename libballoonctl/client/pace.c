/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The timetable of a fleet. QEMU takes about 3 µs for each byte that it is asked, so what seldom
 * changes is not asked each time, but when there is reason to.
 */
#include "client/pace.h"

#include "base/util.h"

enum {
	STEPS = 100,            /* of an interval */
	NEIGHBOURS = 8,         /* who share a step in a fleet that has more members than steps */
	STALE_MARGIN_MS = 2000, /* last-update has whole seconds, and a guest may be slow */
};

/* 2^32 divided by the golden ratio: the multiples of that lie as far from each other as can be. */
#define GOLDEN UINT32_C(2654435769)

unsigned int pace_get_phase(uint32_t number, unsigned int interval_ms)
{
	uint32_t steps = MIN(interval_ms, STEPS);
	/* The first hundred stand alone. What is side by side in memory, ours and the kernel's, costs
	 * less if it is used together. */
	uint32_t place = number < STEPS ? number : number / NEIGHBOURS;
	uint32_t step = (uint32_t)((uint64_t)(place * GOLDEN) * steps >> 32);

	return (unsigned int)((uint64_t)interval_ms * step / steps);
}

int64_t pace_next(unsigned int phase_ms, unsigned int interval_ms, int64_t now)
{
	int64_t next = now - now % interval_ms + phase_ms;

	return next < now ? next + interval_ms : next;
}

/* splitmix64 */
static uint64_t draw(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

unsigned int pace_get_pause(unsigned int failures, unsigned int first_ms, unsigned int max_ms,
			    uint64_t *seed)
{
	uint64_t pause = first_ms;

	for (; failures > 1 && pause < max_ms; failures--)
		pause *= 2;
	pause = MIN(pause, max_ms);
	return (unsigned int)(pause - draw(seed) % (pause / 4 + 1));
}

void pace_add_sample(struct pace_polling *polling, int64_t last_update, int64_t now)
{
	if (polling->moved_at == 0 || last_update != polling->last_update) {
		polling->last_update = last_update;
		polling->moved_at = now;
	}
	polling->samples++;
}

void pace_add_interval(struct pace_polling *polling, uint32_t seconds, int64_t now)
{
	polling->is_known = true;
	polling->interval = seconds;
	polling->samples = 0;
	polling->checked_at = now;
}

bool pace_wants_interval(const struct pace_polling *polling, int64_t now)
{
	int64_t patience = (int64_t)polling->interval * 2000 + STALE_MARGIN_MS;

	if (!polling->is_known || polling->samples + 1 >= PACE_CHECK_EVERY)
		return true;
	return polling->interval > 0 && now - polling->moved_at >= patience &&
	       now - polling->checked_at >= patience;
}
