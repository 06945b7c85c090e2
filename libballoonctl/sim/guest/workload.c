/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The memory model. Programs want memory at a steady rate and files are read at another; whatever
 * time has passed, the sums are taken once: what doesn't fit beside the balloon and the kernel's
 * reserve is taken from the caches first, goes to swap next, and then the killer comes.
 */
#include "sim/guest/workload.h"

#include <assert.h>
#include <stddef.h>

#include "base/util.h"
#include "sim/guest/random.h"

/* The model's second is 2^30 ns, 4096 ticks of 2^18 ns each, so that nothing needs a division. */
enum {
	TICK_SHIFT = 18,
	SECOND_SHIFT = 12,
	/* Programs that come and go: less than total >> COMING_SHIFT. */
	COMING_SHIFT = 8,
};

/* With these bounds no product below overflows. After 200 days all stays as it is. */
#define RAM_MAX  (UINT64_C(1) << 43)
#define TIME_MAX (UINT64_C(1) << 36)

/* Shares are thousandths of the guest's total; rates are per second. */
struct sim_workload_kind {
	const char *name;
	uint16_t programs_begin, programs_rate_100; /* the rate in hundredths of a thousandth */
	uint16_t programs_end;
	uint16_t cache_begin, cache_rate_100;
	uint16_t swap;
	uint16_t faults;       /* a second, without those that come from swap */
	uint16_t major_faults; /* of them */
	uint16_t swap_churn;   /* pages that go out and come back each second */
	uint8_t direct_share;  /* of reclaim that allocations must do themselves, in 1/256 */
	uint8_t huge_every_s;  /* a huge page is asked for so often; 0: never */
};

static const struct sim_workload_kind kinds[] = {
	{ .name = "steady",
	  .programs_begin = 200,
	  .programs_end = 200,
	  .cache_begin = 150,
	  .swap = 250,
	  .faults = 400,
	  .major_faults = 1 },
	{ .name = "growing",
	  .programs_begin = 150,
	  .programs_rate_100 = 100,
	  .programs_end = 800,
	  .cache_begin = 100,
	  .swap = 250,
	  .faults = 2000,
	  .major_faults = 2 },
	{ .name = "leaking",
	  .programs_begin = 150,
	  .programs_rate_100 = 1000,
	  .programs_end = UINT16_MAX,
	  .cache_begin = 100,
	  .swap = 100,
	  .faults = 3000,
	  .major_faults = 2,
	  .direct_share = 32 },
	{ .name = "cache-filling",
	  .programs_begin = 150,
	  .programs_end = 150,
	  .cache_begin = 50,
	  .cache_rate_100 = 1000,
	  .swap = 250,
	  .faults = 3000,
	  .major_faults = 40 },
	{ .name = "swapping",
	  .programs_begin = 1150,
	  .programs_end = 1150,
	  .cache_begin = 60,
	  .cache_rate_100 = 100,
	  .swap = 500,
	  .faults = 5000,
	  .major_faults = 20,
	  .swap_churn = 800,
	  .direct_share = 16 },
	{ .name = "reclaim",
	  .programs_begin = 850,
	  .programs_end = 850,
	  .cache_begin = 200,
	  .cache_rate_100 = 2500,
	  .swap = 250,
	  .faults = 8000,
	  .major_faults = 80,
	  .swap_churn = 40,
	  .direct_share = 96,
	  .huge_every_s = 2 },
};

const char *sim_workload_get_name(unsigned int number)
{
	return number < ARRAY_SIZE(kinds) ? kinds[number].name : NULL;
}

static uint64_t take_away(uint64_t from, uint64_t n)
{
	return from > n ? from - n : 0;
}

/* Memory that programs can have at most. */
static uint64_t get_room(const struct sim_workload *workload)
{
	uint64_t taken = workload->balloon + workload->reserve + workload->cache_floor;

	return take_away(workload->total, taken);
}

static uint64_t grow(uint64_t rate, uint64_t ticks)
{
	return rate * ticks >> SECOND_SHIFT;
}

/* How long programs can grow before memory and swap are full; UINT64_MAX: for ever. */
static uint64_t get_span(const struct sim_workload *workload)
{
	uint64_t limit = get_room(workload) + workload->swap_size;

	if (workload->programs_rate == 0 || workload->programs_end <= limit)
		return UINT64_MAX;
	return (take_away(limit + 1, workload->programs_begin) << SECOND_SHIFT) /
		       workload->programs_rate +
	       1;
}

/* Memory and swap are full: the biggest program is killed, and if there is one that grows, it is
 * started again and all begins anew. */
static void kill_programs(struct sim_workload *workload)
{
	uint64_t limit = get_room(workload) + workload->swap_size;
	uint64_t n = 1;

	if (workload->programs_begin > limit) {
		workload->programs_begin = limit;
		workload->programs_end = MAX(limit, workload->programs_end);
		workload->grows_from = workload->now;
	} else {
		uint64_t span = get_span(workload);

		n = MAX((workload->now - workload->grows_from) / span, 1);
		workload->grows_from = MIN(workload->grows_from + n * span, workload->now);
	}
	workload->kills += n;
	workload->swapped_out += take_away(n * workload->swap_size, workload->swapped);
	workload->swapped = 0;
}

static uint64_t get_wanted(const struct sim_workload *workload)
{
	uint64_t wanted = workload->programs_begin +
			  grow(workload->programs_rate, workload->now - workload->grows_from);

	return MIN(wanted, workload->programs_end);
}

/* What wants to be in memory, and what has to go. */
static void place_programs(struct sim_workload *workload, uint64_t room)
{
	uint64_t swapped;

	workload->wanted = get_wanted(workload);
	workload->begs = false;
	if (workload->wanted > room + workload->swap_size) {
		if (workload->keeps_total && workload->balloon > 0)
			workload->begs = true;
		else
			kill_programs(workload);
		workload->wanted = MIN(get_wanted(workload), room + workload->swap_size);
	}
	swapped = take_away(workload->wanted, room);
	workload->resident = workload->wanted - swapped;
	if (swapped > workload->swapped)
		workload->swapped_out += swapped - workload->swapped;
	else
		workload->swapped_in += workload->swapped - swapped;
	workload->swapped = swapped;
}

static void place_caches(struct sim_workload *workload)
{
	uint64_t taken = workload->balloon + workload->reserve + workload->resident +
			 (workload->total >> COMING_SHIFT);
	uint64_t read = workload->cache_begin + grow(workload->cache_rate, workload->now);
	uint64_t uncached;

	workload->cached = MIN(read, take_away(workload->total, taken));
	uncached = read - workload->cached;
	if (uncached > workload->uncached) {
		workload->reclaimed += uncached - workload->uncached;
		workload->uncached = uncached;
	}
}

/* Programs come and go a little each second. */
static void count_what_moves(struct sim_workload *workload)
{
	const struct sim_workload_kind *kind = workload->kind;
	uint64_t *stats = workload->stats;
	uint64_t random = sim_random_mix(workload->seed + (workload->now >> SECOND_SHIFT)) & 1023;
	uint64_t coming = workload->total * random >> (10 + COMING_SHIFT);
	uint64_t spare = take_away(workload->spare, coming);
	uint64_t major = workload->boot_major_faults + grow(kind->major_faults, workload->now) +
			 stats[SIM_STAT_SWAP_IN] / (8 * SIM_PAGE_SIZE);

	stats[SIM_STAT_MAJOR_FAULTS] = major;
	stats[SIM_STAT_MINOR_FAULTS] =
		workload->boot_faults + grow(kind->faults, workload->now) + major;
	stats[SIM_STAT_FREE_MEMORY] = spare << SIM_PFN_SHIFT;
	stats[SIM_STAT_AVAILABLE_MEMORY] = (take_away(spare, workload->reserve) + workload->cached -
					    MIN(workload->cached / 2, workload->reserve))
					   << SIM_PFN_SHIFT;
}

static void count(struct sim_workload *workload)
{
	const struct sim_workload_kind *kind = workload->kind;
	uint64_t *stats = workload->stats;
	uint64_t limit = take_away(workload->total, workload->balloon);
	uint64_t direct = workload->reclaimed * kind->direct_share >> 8;
	uint64_t async = workload->reclaimed - direct;
	uint64_t churn = grow(kind->swap_churn, workload->now);
	uint64_t huge = 0;

	if (kind->huge_every_s != 0)
		huge = (workload->now >> SECOND_SHIFT) / kind->huge_every_s;
	stats[SIM_STAT_SWAP_IN] = (workload->swapped_in + churn) << SIM_PFN_SHIFT;
	stats[SIM_STAT_SWAP_OUT] = (workload->swapped_out + churn) << SIM_PFN_SHIFT;
	stats[SIM_STAT_TOTAL_MEMORY] = (workload->keeps_total ? workload->total : limit)
				       << SIM_PFN_SHIFT;
	stats[SIM_STAT_DISK_CACHES] = workload->cached << SIM_PFN_SHIFT;
	stats[SIM_STAT_HTLB_PGALLOC] = huge - huge / 4;
	stats[SIM_STAT_HTLB_PGFAIL] = huge / 4;
	stats[SIM_STAT_OOM_KILLS] = workload->kills;
	stats[SIM_STAT_ALLOC_STALLS] = direct / 32;
	stats[SIM_STAT_ASYNC_SCANS] = (async + async / 2) << SIM_PFN_SHIFT;
	stats[SIM_STAT_DIRECT_SCANS] = (direct * 2) << SIM_PFN_SHIFT;
	stats[SIM_STAT_ASYNC_RECLAIMS] = async << SIM_PFN_SHIFT;
	stats[SIM_STAT_DIRECT_RECLAIMS] = direct << SIM_PFN_SHIFT;
	workload->spare = take_away(limit, workload->resident + workload->cached);
	workload->is_calm = workload->programs_rate == 0 && workload->cache_rate == 0 &&
			    kind->swap_churn == 0 && kind->huge_every_s == 0;
	workload->n_counts++;
	count_what_moves(workload);
}

/* The books as they must be now. */
static void settle(struct sim_workload *workload)
{
	place_programs(workload, get_room(workload));
	place_caches(workload);
	count(workload);
}

/* Of `total` pages. */
static uint64_t get_share(uint64_t total, uint64_t thousandths_100)
{
	return total * thousandths_100 / 100000;
}

void sim_workload_init(struct sim_workload *workload, unsigned int number, uint64_t seed,
		       uint64_t ram_bytes)
{
	const struct sim_workload_kind *kind = &kinds[number];
	uint64_t ram = MIN(ram_bytes, RAM_MAX) >> SIM_PFN_SHIFT;
	/* A Linux kernel of today and its page table for all of RAM. */
	uint64_t kernel = 8576 + ram / 64;
	uint64_t random = sim_random_mix(seed);
	uint64_t total;

	assert(number < ARRAY_SIZE(kinds));
	total = ram - MIN(kernel, ram / 4);
	*workload = (struct sim_workload){
		.kind = kind,
		.seed = seed,
		.total = total,
		.reserve = total / 128,
		.cache_floor = total / 64,
		.swap_size = get_share(total, kind->swap * 100),
		.programs_begin = get_share(total, kind->programs_begin * 100),
		.programs_rate = get_share(total, kind->programs_rate_100),
		.programs_end = get_share(total, kind->programs_end * 100),
		.cache_begin = get_share(total, kind->cache_begin * 100),
		.cache_rate = get_share(total, kind->cache_rate_100),
		/* A small system of today until its login; with more memory it starts more. Nothing
		 * has been swapped or reclaimed, so those counters are 0, as after a real boot. */
		.boot_faults = (uint32_t)(60000 + random % 20000 + MIN(total / 8, 60000)),
		.boot_major_faults = (uint32_t)(250 + (random >> 32) % 250),
	};
	settle(workload);
	/* What didn't fit from the beginning was never there. */
	workload->swapped_out = workload->swapped;
	workload->reclaimed = 0;
	count(workload);
}

void sim_workload_advance(struct sim_workload *workload, int64_t now_ns)
{
	uint64_t now = MIN((uint64_t)MAX(now_ns, 0) >> TICK_SHIFT, TIME_MAX);

	if (now <= workload->now)
		return;
	workload->now = now;
	if (workload->is_calm)
		count_what_moves(workload);
	else
		settle(workload);
}

void sim_workload_set_balloon(struct sim_workload *workload, uint64_t pages)
{
	workload->balloon = pages;
	settle(workload);
}

uint32_t sim_workload_get_spare(const struct sim_workload *workload, uint32_t wanted)
{
	/* Making room for a balloon drops caches and swaps, but not to the last page. */
	uint64_t needed = take_away(workload->wanted, workload->swap_size / 2);
	uint64_t room = get_room(workload);

	return (uint32_t)MIN(wanted, take_away(room, needed));
}

int64_t sim_workload_get_end_ns(const struct sim_workload *workload)
{
	uint64_t span = get_span(workload);

	if (workload->begs)
		return (int64_t)(workload->now << TICK_SHIFT);
	if (span > TIME_MAX || workload->grows_from + span > TIME_MAX)
		return INT64_MAX;
	return (int64_t)((workload->grows_from + span) << TICK_SHIFT);
}
