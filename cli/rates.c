/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rhythm of looks, and two samples side by side. */
#include "rates.h"

#include <errno.h>
#include <string.h>

enum {
	MS_PER_SECOND = 1000,
	LOOK_MIN_MS = 100,
	LOOK_MAX_MS = 1000,
	LOOKS = 4, /* in an interval, around its end */
	LOOKS_TOGETHER_MS = 25,
};

unsigned int rates_get_look_ms(uint32_t interval)
{
	uint64_t ms = (uint64_t)interval * MS_PER_SECOND / LOOKS;

	if (interval == 0 || ms > LOOK_MAX_MS)
		return LOOK_MAX_MS;
	return ms < LOOK_MIN_MS ? LOOK_MIN_MS : (unsigned int)ms;
}

/* Shortly before the next sample may come, and then again and again. Looks at many VMs fall together:
 * to wake up for each of a thousand alone costs more than the looks. */
int64_t rates_get_next_look(int64_t now, uint32_t interval, bool was_new)
{
	uint64_t ms = rates_get_look_ms(interval);
	int64_t at;

	if (was_new && interval > 0)
		ms = (uint64_t)interval * MS_PER_SECOND - ms / 2;
	at = now + (int64_t)(ms < LOOK_MAX_MS ? ms : LOOK_MAX_MS);
	return at + LOOKS_TOGETHER_MS - at % LOOKS_TOGETHER_MS;
}

static bool is_same_unknown(const struct balloonctl_stats *a, const struct balloonctl_stats *b)
{
	size_t count = balloonctl_stats_get_unknown_count(a);

	if (balloonctl_stats_get_unknown_count(b) != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		uint64_t x = 0, y = 0;

		if (strcmp(balloonctl_stats_get_unknown_key(a, i),
			   balloonctl_stats_get_unknown_key(b, i)) != 0 ||
		    balloonctl_stats_get_unknown(a, i, &x) !=
			    balloonctl_stats_get_unknown(b, i, &y) ||
		    x != y)
			return false;
	}
	return true;
}

bool rates_is_same_sample(const struct balloonctl_stats *a, const struct balloonctl_stats *b)
{
	if (balloonctl_stats_get_last_update(a) != balloonctl_stats_get_last_update(b))
		return false;
	for (int i = 0; i < balloonctl_stat_get_count(); i++) {
		uint64_t x = 0, y = 0;

		if (balloonctl_stats_get_raw(a, i, &x) != balloonctl_stats_get_raw(b, i, &y) ||
		    x != y)
			return false;
	}
	return is_same_unknown(a, b);
}

uint64_t rates_get_elapsed_ms(uint64_t seen_ms, uint64_t look_ms, uint32_t interval)
{
	uint64_t step = (uint64_t)interval * MS_PER_SECOND, steps, nearest;

	if (step == 0)
		return seen_ms;
	steps = (seen_ms + step / 2) / step;
	nearest = (steps == 0 ? 1 : steps) * step;
	if (nearest > seen_ms ? nearest - seen_ms <= look_ms : seen_ms - nearest <= look_ms)
		return nearest;
	return seen_ms;
}

int rates_get(const struct balloonctl_stats *older, const struct balloonctl_stats *newer,
	      enum balloonctl_stat stat, uint64_t elapsed_ms, uint64_t *ret)
{
	uint64_t increase, whole, rest;
	int r;

	r = balloonctl_stats_get_increase(older, newer, stat, &increase);
	if (r < 0)
		return r;
	if (elapsed_ms == 0)
		return -ENODATA;
	/* In two parts: a guest may say any number, and the product must not overflow. */
	whole = increase / elapsed_ms;
	rest = increase % elapsed_ms;
	if (whole > UINT64_MAX / MS_PER_SECOND - MS_PER_SECOND)
		return -ENODATA;
	*ret = whole * MS_PER_SECOND + (rest * MS_PER_SECOND + elapsed_ms - 1) / elapsed_ms;
	return 0;
}
