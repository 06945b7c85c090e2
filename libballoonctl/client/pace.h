/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * When a fleet does what: the start of each sweep, the pause after a failure, and when to look
 * whether polling is still set as it was. Numbers in, numbers out; times are milliseconds on any
 * clock that does not jump.
 */
#ifndef CLIENT_PACE_H
#define CLIENT_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	/* The polling interval is read with every so many samples at least. */
	PACE_CHECK_EVERY = 60,
};

/* How far behind the beginning of each interval the member with this number starts: 0 to less than
 * the interval. Members that were added one after the other lie far apart, and any number of them
 * evenly. Several share one of 100 steps, so that a loop wakes 100 times an interval and not once
 * for each. */
unsigned int pace_get_phase(uint32_t number, unsigned int interval_ms);

/* The first time from `now` on that is `phase` behind the beginning of an interval. */
int64_t pace_next(unsigned int phase_ms, unsigned int interval_ms, int64_t now);

/* How long to wait after so many failures in a row (1 and up): the first pause, doubled with each,
 * `max_ms` at most, and less up to a quarter by chance. `seed` goes on. */
unsigned int pace_get_pause(unsigned int failures, unsigned int first_ms, unsigned int max_ms,
			    uint64_t *seed);

/* What is known of the polling of one VM. A zeroed struct is a connection on which nothing has been
 * asked. */
struct pace_polling {
	bool is_known;        /* `interval` has been read on this connection */
	uint32_t interval;    /* seconds */
	unsigned int samples; /* since it was read */
	int64_t last_update;  /* as the VM says */
	int64_t moved_at;     /* when we saw that it had moved */
	int64_t checked_at;   /* when the interval was read last */
};

/* A sample has come. */
void pace_add_sample(struct pace_polling *polling, int64_t last_update, int64_t now);

/* ... and with it the interval. */
void pace_add_interval(struct pace_polling *polling, uint32_t seconds, int64_t now);

/* Shall the next question include the interval? Yes if it isn't known, if polling is on and
 * last-update has stood still for two intervals and two seconds, and once in PACE_CHECK_EVERY. */
bool pace_wants_interval(const struct pace_polling *polling, int64_t now);

#endif
