/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is a sample live? The verdict is one pure function of a few facts; the facts come from a look at
 * the statistics and from what the connection has seen before, and times are arguments.
 *
 * A connection needs the host's clock for its first look alone. From then on a sample that has
 * changed since the look before is younger than that look, and one that has not ages by a clock
 * that does not jump; so nobody who sets the host's clock can make a live guest look silent.
 */
#ifndef CLIENT_FRESHNESS_H
#define CLIENT_FRESHNESS_H

#include <stdbool.h>
#include <stdint.h>

#include "balloonctl.h"

#define FRESHNESS_NOT_KNOWN INT64_C(-1)

enum {
	/* last-update is in whole seconds and the guest takes a moment to answer, so that a live
	 * sample may look so much older than the interval. */
	FRESHNESS_LATE_MS = 2000,
	/* Two intervals and this without an answer: the guest is silent. */
	FRESHNESS_SILENT_MS = 5000,
	/* Clocks that differ by more than this, or have been set by more, are not comparable. */
	FRESHNESS_SKEW_MS = 1000,
};

/* What a verdict rests on. Times are milliseconds, or FRESHNESS_NOT_KNOWN. */
struct freshness_facts {
	int64_t last_update; /* 0: never */
	uint32_t interval;   /* in seconds, 0: off */
	bool is_paused;      /* no guest can answer now */
	bool is_demanded;    /* the guest is known to have sent it when asked just now */
	bool is_bygone;      /* it came before a reset, or with a migration */
	int64_t age_ms;
	/* How long polling has been on and the guest running without a new sample, as far as this
	 * connection has seen. */
	int64_t quiet_ms;
};

/*
 * The rules, first that holds:
 *	never	last-update is 0
 *	fresh	the guest sent it when it was asked just now
 *	off	the interval is 0
 *	paused	the VM does not run
 *	silent	age and quiet, those of them that are known, exceed 2 intervals + 5 s
 *	stale	it came before a reset, or its age exceeds 1 interval + 2 s; where the age is not
 *		known, quiet does
 *	unknown	the age is not known
 *	fresh	else
 */
enum balloonctl_freshness freshness_judge(const struct freshness_facts *facts);

/* What a connection remembers. */
struct freshness {
	int64_t clock_lead_ms; /* by how much the host's clock was ahead of the other when last seen */
	bool has_looked;
	bool is_clock_comparable;
	bool is_bygone, will_be_bygone;
	int64_t last_update;
	uint64_t digest;
	uint32_t interval;
	int64_t looked_ms;
	int64_t seen_ms;        /* when the sample was first seen, ... */
	int64_t age_at_seen_ms; /* ... and how old it was then, at most */
	int64_t able_ms;        /* since when the guest could have sent another */
};

/* A look at the statistics. `digest` is any number that differs when their values do. */
struct freshness_look {
	int64_t now_ms;   /* a clock that does not jump */
	int64_t clock_ms; /* the host's, since the epoch */
	int64_t last_update;
	uint64_t digest;
	uint32_t interval;
	bool is_paused;
	bool is_demanded;
};

/* A connection begins; `is_clock_comparable` if the peer is on this host. */
void freshness_begin(struct freshness *freshness, bool is_clock_comparable, int64_t now_ms,
		     int64_t clock_ms);

/* The VM goes on after a pause. A destination of a migration then shows the last sample of the
 * source as if it were new. */
void freshness_resume(struct freshness *freshness, bool after_migration, int64_t now_ms);

/* The machine was reset: what is there is from the guest before. */
void freshness_reset(struct freshness *freshness, int64_t now_ms);

/* Would this look show another sample than the one before? */
bool freshness_has_moved(const struct freshness *freshness, const struct freshness_look *look);

/* Remember a look, and tell what is known of its sample. */
void freshness_look(struct freshness *freshness, const struct freshness_look *look,
		    struct freshness_facts *ret);

#endif
