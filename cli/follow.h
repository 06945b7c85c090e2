/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How far a balloon is on its way: looks at its size, taken a few times a second, and what they mean
 * together. Times are milliseconds of any clock that does not jump.
 */
#ifndef CLI_FOLLOW_H
#define CLI_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

enum {
	FOLLOW_PAGE = 4096, /* balloons move by pages: the target is reached within one, ... */
	FOLLOW_LARGE_PAGE = 65536, /* ... or a larger one of some guests, ... */
	FOLLOW_NEAR_PERCENT = 1,   /* ... or so much of the way, if nothing has moved for ... */
	FOLLOW_STILL_MS = 2000,    /* ... so long */
	FOLLOW_STALL_MS = 10000,   /* no nearer for so long: it won't be */
};

enum follow_verdict {
	FOLLOW_MOVING, /* not there, and not given up */
	FOLLOW_REACHED,
	FOLLOW_STALLED,
};

struct follow {
	uint64_t target;
	int64_t first, actual;                  /* as negative as guests claim */
	uint64_t nearest;                       /* the shortest distance so far */
	int64_t began, now, moved, came_nearer; /* when */
};

/* The first look, when the target was set. */
void follow_begin(struct follow *follow, int64_t now_ms, int64_t actual, uint64_t target);

/* A further look. */
enum follow_verdict follow_look(struct follow *follow, int64_t now_ms, int64_t actual);

/* Has it moved at all? */
bool follow_has_begun(const struct follow *follow);

/* How far it is from the target, in bytes. */
uint64_t follow_get_distance(const struct follow *follow);

/* How fast it comes nearer, in bytes per second since the first look; 0 if it does not. */
uint64_t follow_get_rate(const struct follow *follow);

/* "[######......]", that many columns wide, filled as far as it has come. Nothing below 10. */
void follow_append_bar(struct buffer *out, const struct follow *follow, size_t width);

#endif
