/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A sample no older than asked, on plain QEMU. Switching polling off and on again makes QEMU ask
 * the guest at once (B45), and so does switching it on and off again. Both writes travel in one
 * piece: what becomes of us in the middle of a refresh does not matter, unless it is in the
 * millisecond in which QEMU reads that piece, and forgets the rest of it with the connection.
 *
 * Another client's refresh may be seen as polling that is off for a moment: off counts when two looks
 * have seen it.
 *
 * That the guest has answered shows in a last-update or in values other than before; a last-update
 * in whole seconds may hide an answer within the second of the sample before, so the guest is asked
 * again when that second is over. No clock is compared with another.
 *
 * This is the plan alone: looks and times come in, what to do next comes out.
 */
#ifndef CLIENT_REFRESH_H
#define CLIENT_REFRESH_H

#include <stdbool.h>
#include <stdint.h>

/* What is written for a moment where polling is found off: a century in seconds, which nobody else
 * would set. Should no more than this write reach QEMU, polling is as good as off, and is read so. */
#define REFRESH_INTERVAL UINT32_C(3155760000)

struct refresh {
	uint32_t max_age_seconds; /* 0: only a sample newer than the request will do */
	int64_t deadline_ms;
	uint32_t interval; /* as found; what is written last each time */
	uint32_t left;     /* what was written last */
	uint32_t seen;     /* by the look before, ... */
	bool has_seen;     /* ... if there was one */
	unsigned int n_repairs;
	bool has_base; /* the sample that is not new enough: */
	int64_t last_update;
	uint64_t digest;
	unsigned int n_resumes;
	int64_t ask_at_ms;    /* when to ask again ... */
	int64_t ask_pause_ms; /* ... and how long after that the next time */
	int64_t look_pause_ms;
};

/* A look at the statistics; see struct freshness_look. */
struct refresh_look {
	int64_t now_ms, clock_ms;
	int64_t last_update;
	uint64_t digest;
	int64_t age_ms; /* negative: not known */
	uint32_t interval;
	unsigned int n_resumes; /* of the VM so far */
	bool is_paused;
	bool is_bygone;
};

enum refresh_step {
	REFRESH_DONE,   /* this sample will do */
	REFRESH_FAILED, /* the time is over, or the VM is paused */
	REFRESH_ASK,    /* write the interval off and on, or on and off, at `*ret_at_ms` */
	REFRESH_LOOK,   /* look again, at `*ret_at_ms` */
};

void refresh_begin(struct refresh *refresh, uint32_t max_age_seconds, int64_t deadline_ms);

/* After a look. */
enum refresh_step refresh_look(struct refresh *refresh, const struct refresh_look *look,
			       int64_t *ret_at_ms);

/* After having asked, when the interval was found to be `previous`. */
enum refresh_step refresh_asked(struct refresh *refresh, uint32_t previous, int64_t now_ms,
				int64_t *ret_at_ms);

#endif
