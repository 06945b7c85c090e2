/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What can be wrong with a guest, by name, and the plan that says when: "NAME" always, "NAME@5s"
 * from that time on, "NAME%10" with that probability at each occasion; several with "+" between.
 * Those that come by themselves come after 5 s if nothing else is said.
 */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum sim_fault {
	/* when the driver is loaded */
	SIM_FAULT_NO_DRIVER,
	SIM_FAULT_NO_STATS_VQ,
	SIM_FAULT_NO_FEATURES_OK,
	SIM_FAULT_FAILED_PROBE,
	SIM_FAULT_HUGE_QUEUE,
	SIM_FAULT_DESC_PAST_END,
	SIM_FAULT_AVAIL_PAST_END,
	SIM_FAULT_USED_PAST_END,
	SIM_FAULT_UNINITIALISED,
	/* when it is asked for statistics */
	SIM_FAULT_NEVER_ANSWERS,
	SIM_FAULT_ANSWERS_LATE,
	SIM_FAULT_HANGS_AFTER_ONE,
	SIM_FAULT_RESET_WHILE_OWING,
	/* when it gives them: how the buffer looks ... */
	SIM_FAULT_SHORT_BUFFER,
	SIM_FAULT_ODD_LENGTH,
	SIM_FAULT_TINY_BUFFER,
	SIM_FAULT_EMPTY_BUFFER,
	SIM_FAULT_HUGE_BUFFER,
	SIM_FAULT_SPLIT_BUFFER,
	SIM_FAULT_INDIRECT_BUFFER,
	SIM_FAULT_UNKNOWN_TAGS,
	SIM_FAULT_REPEATED_TAGS,
	SIM_FAULT_TWO_BUFFERS,
	SIM_FAULT_NO_KICK,
	/* ... what it says ... */
	SIM_FAULT_HUGE_VALUES,
	SIM_FAULT_ABSENT_VALUES,
	SIM_FAULT_ZERO_VALUES,
	SIM_FAULT_STALE_VALUES,
	SIM_FAULT_BACKWARD_COUNTERS,
	SIM_FAULT_FAILED_COUNTERS,
	SIM_FAULT_AVAILABLE_ABOVE_TOTAL,
	SIM_FAULT_FREE_ABOVE_TOTAL,
	/* ... and rings that break the device */
	SIM_FAULT_BAD_HEAD,
	SIM_FAULT_BAD_NEXT,
	SIM_FAULT_LOOP,
	SIM_FAULT_ZERO_LENGTH,
	SIM_FAULT_BAD_ORDER,
	SIM_FAULT_BAD_INDIRECT,
	SIM_FAULT_TOO_MANY_PIECES,
	SIM_FAULT_SIZE_EXCEEDED,
	SIM_FAULT_UNMAPPABLE,
	SIM_FAULT_WILD_INDEX,
	/* when the balloon moves */
	SIM_FAULT_REFUSES_INFLATION,
	SIM_FAULT_HALF_INFLATION,
	SIM_FAULT_SLOW_INFLATION,
	SIM_FAULT_WILD_PAGES,
	SIM_FAULT_SILENT_ACTUAL,
	SIM_FAULT_WILD_ACTUAL,
	/* by itself, at its time or, with a probability, each second */
	SIM_FAULT_DEFLATES_BY_ITSELF,
	SIM_FAULT_EMPTY_KICKS,
	SIM_FAULT_REBOOTS,
	SIM_FAULT_CRASHES,
	SIM_FAULTS,
};

#define SIM_FAULT_BIT(fault) (UINT64_C(1) << (fault))
/* All from one to another, the two with them. */
#define SIM_FAULT_BITS(first, last) \
	((SIM_FAULT_BIT(last) - SIM_FAULT_BIT(first)) | SIM_FAULT_BIT(last))

/* The occasions. */
#define SIM_FAULTS_OF_LOAD       SIM_FAULT_BITS(SIM_FAULT_NO_DRIVER, SIM_FAULT_USED_PAST_END)
#define SIM_FAULTS_OF_ASKING     SIM_FAULT_BITS(SIM_FAULT_NEVER_ANSWERS, SIM_FAULT_RESET_WHILE_OWING)
#define SIM_FAULTS_OF_STATS      SIM_FAULT_BITS(SIM_FAULT_SHORT_BUFFER, SIM_FAULT_WILD_INDEX)
#define SIM_FAULTS_OF_VALUES     SIM_FAULT_BITS(SIM_FAULT_HUGE_VALUES, SIM_FAULT_FREE_ABOVE_TOTAL)
#define SIM_FAULTS_OF_RINGS      SIM_FAULT_BITS(SIM_FAULT_BAD_HEAD, SIM_FAULT_WILD_INDEX)
#define SIM_FAULTS_OF_SIZE       SIM_FAULT_BITS(SIM_FAULT_REFUSES_INFLATION, SIM_FAULT_WILD_ACTUAL)
#define SIM_FAULTS_BY_THEMSELVES SIM_FAULT_BITS(SIM_FAULT_DEFLATES_BY_ITSELF, SIM_FAULT_CRASHES)

enum {
	SIM_PLAN_MAX = 8, /* faults of one guest */
	SIM_PLAN_WHY_MAX = 200,
};

struct sim_plan {
	uint64_t random;
	uint8_t n;
	struct sim_plan_entry {
		uint8_t fault;
		uint8_t percent;
		int64_t due_ns; /* from when on; of those that come by themselves: the next time */
	} entries[SIM_PLAN_MAX];
};

/* Forget all faults; `seed` is for probabilities. */
void sim_plan_init(struct sim_plan *plan, uint64_t seed);

/* Add what `text` says; "none" forgets all. -EINVAL with the plan as it was and `why`. */
int sim_plan_add(struct sim_plan *plan, const char *text, char why[SIM_PLAN_WHY_MAX]);

/* Which faults of an occasion strike now, as SIM_FAULT_BIT()s: for each that has a probability the
 * dice are thrown. */
uint64_t sim_plan_throw(struct sim_plan *plan, uint64_t occasion, int64_t now_ns);

static inline uint64_t sim_plan_strike(struct sim_plan *plan, uint64_t occasion, int64_t now_ns)
{
	return plan->n == 0 ? 0 : sim_plan_throw(plan, occasion, now_ns);
}

/* Which of those that come by themselves strike now; each then waits for its next time. */
uint64_t sim_plan_take_due(struct sim_plan *plan, int64_t now_ns);

/* When the next of those is due, INT64_MAX for never. */
int64_t sim_plan_get_deadline_ns(const struct sim_plan *plan);

#endif
