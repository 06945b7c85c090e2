/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * When a balloon has arrived, and when it never will. A guest that moves to and fro gets no nearer,
 * so that no guest can keep us for ever.
 */
#include "follow.h"

enum {
	BAR_MIN = 10,
	MS_PER_SECOND = 1000,
};

static uint64_t get_difference(int64_t a, int64_t b)
{
	return a < b ? (uint64_t)b - (uint64_t)a : (uint64_t)a - (uint64_t)b;
}

uint64_t follow_get_distance(const struct follow *follow)
{
	return get_difference(follow->actual, (int64_t)follow->target);
}

/* Of the way, and not of the target: a balloon that was to move a little and has not is not there. */
static bool is_near(const struct follow *follow)
{
	uint64_t way = get_difference(follow->first, (int64_t)follow->target);
	uint64_t distance = follow_get_distance(follow);

	return distance <= FOLLOW_LARGE_PAGE || distance <= way / 100 * FOLLOW_NEAR_PERCENT;
}

void follow_begin(struct follow *follow, int64_t now_ms, int64_t actual, uint64_t target)
{
	*follow = (struct follow){
		.target = target,
		.first = actual,
		.actual = actual,
		.began = now_ms,
		.now = now_ms,
		.moved = now_ms,
		.came_nearer = now_ms,
	};
	follow->nearest = follow_get_distance(follow);
}

enum follow_verdict follow_look(struct follow *follow, int64_t now_ms, int64_t actual)
{
	uint64_t distance;

	if (actual != follow->actual)
		follow->moved = now_ms;
	follow->actual = actual;
	follow->now = now_ms;
	distance = follow_get_distance(follow);
	if (distance < follow->nearest) {
		follow->nearest = distance;
		follow->came_nearer = now_ms;
	}
	if (distance <= FOLLOW_PAGE)
		return FOLLOW_REACHED;
	if (is_near(follow) && now_ms - follow->moved >= FOLLOW_STILL_MS)
		return FOLLOW_REACHED;
	return now_ms - follow->came_nearer >= FOLLOW_STALL_MS ? FOLLOW_STALLED : FOLLOW_MOVING;
}

bool follow_has_begun(const struct follow *follow)
{
	return follow->moved != follow->began;
}

uint64_t follow_get_rate(const struct follow *follow)
{
	uint64_t before = get_difference(follow->first, (int64_t)follow->target);
	uint64_t distance = follow_get_distance(follow);
	uint64_t ms = (uint64_t)(follow->now - follow->began);

	if (distance >= before || ms == 0)
		return 0;
	return (before - distance) / ms * MS_PER_SECOND +
	       (before - distance) % ms * MS_PER_SECOND / ms;
}

void follow_append_bar(struct buffer *out, const struct follow *follow, size_t width)
{
	uint64_t before = get_difference(follow->first, (int64_t)follow->target);
	uint64_t distance = follow_get_distance(follow);
	size_t columns, filled = 0;

	if (width < BAR_MIN)
		return;
	columns = width - 2;
	if (before == 0)
		filled = columns;
	else if (distance < before)
		filled = (size_t)((double)(before - distance) / (double)before * (double)columns);
	buffer_append_string(out, "[");
	for (size_t i = 0; i < columns; i++)
		buffer_append_string(out, i < filled ? "#" : ".");
	buffer_append_string(out, "]");
}
