/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What goes on in a guest's memory: a model of its kernel's books, in pages of 4096 bytes. The
 * numbers belong together (free, caches and what is in use add up to the total, nothing is in swap
 * that was not swapped out), follow the balloon, and depend on the seed, the guest's time and the
 * balloon only. They are worked out when someone looks, so a guest that nobody asks costs nothing.
 */
#ifndef SIM_WORKLOAD_H
#define SIM_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/spec.h"

/* The statistics that move in a calm workload; the others then stay as they are. */
#define SIM_WORKLOAD_MOVES(tag)                                              \
	((tag) == SIM_STAT_MAJOR_FAULTS || (tag) == SIM_STAT_MINOR_FAULTS || \
	 (tag) == SIM_STAT_FREE_MEMORY || (tag) == SIM_STAT_AVAILABLE_MEMORY)
enum {
	SIM_WORKLOAD_MOVING = 4,
};

struct sim_workload_kind;

struct sim_workload {
	const struct sim_workload_kind *kind;
	uint64_t seed;
	uint64_t now;        /* since it began, as last advanced; in ticks of 2^18 ns */
	uint64_t grows_from; /* when the growth of its programs began, or began again */
	bool keeps_total;    /* the balloon is not taken off the total, and shrinks before a kill */
	bool begs;           /* out of memory, and the balloon might give some back */
	bool is_calm;        /* as time goes on, nothing moves but programs coming and going */

	/* What it is made of; pages, and pages a second. */
	uint64_t total;   /* that the kernel manages, without the balloon's share */
	uint64_t reserve; /* kept free */
	uint64_t cache_floor;
	uint64_t swap_size;
	uint64_t programs_begin;
	uint64_t programs_rate, programs_end;
	uint64_t cache_begin, cache_rate;
	uint32_t boot_faults, boot_major_faults; /* what booting took */

	/* How it stands. */
	uint64_t balloon;
	uint64_t wanted;   /* by programs, in memory or swapped out */
	uint64_t resident; /* of them, without those that come and go */
	uint64_t swapped;  /* of them */
	uint64_t cached;
	uint64_t spare;    /* if no more came */
	uint64_t uncached; /* read, but no longer in the caches */

	/* Counters that time alone doesn't tell. */
	uint64_t swapped_in, swapped_out, reclaimed, kills;

	/* By tag, as Linux counts them. */
	uint64_t stats[SIM_STATS_MAX];
	uint32_t n_counts; /* how often others than the moving ones may have changed */
};

/* By number from 0; NULL behind the last. */
const char *sim_workload_get_name(unsigned int number);

/* Begin at time 0 as after a boot. `number` is one that has a name. */
void sim_workload_init(struct sim_workload *workload, unsigned int number, uint64_t seed,
		       uint64_t ram_bytes);

/* Let it go on until `now_ns` since it began; earlier times than the last are ignored. */
void sim_workload_advance(struct sim_workload *workload, int64_t now_ns);

/* The balloon has that many pages now. */
void sim_workload_set_balloon(struct sim_workload *workload, uint64_t pages);

/* How many more pages the balloon can get, up to `wanted`. */
uint32_t sim_workload_get_spare(const struct sim_workload *workload, uint32_t wanted);

/* When it will run out of memory if nobody gives it some, INT64_MAX for never; nanoseconds since it
 * began. */
int64_t sim_workload_get_end_ns(const struct sim_workload *workload);

#endif
