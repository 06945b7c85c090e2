/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest of libballoonsim that lives in a rig's machine: a simulator's or a QEMU's, it can't tell.
 * Its window is the rig's register and memory accesses, and its time is the machine's: stepped, or
 * the time since the visit began.
 */
#ifndef TESTS_GUESTS_H
#define TESTS_GUESTS_H

#include <balloonsim.h>

#include "scenario.h"

enum {
	VISIT_TAGS = 16,
	VISIT_QUEUES = 5,
	VISIT_SOON_MS = 250,   /* what happens at once has happened */
	VISIT_LONG_MS = 10000, /* a deadline for what must come */
};

struct visit {
	struct rig *rig;
	struct balloonsim_guest *guest;
	int64_t begun_ns; /* on CLOCK_MONOTONIC */
	int64_t now_ns, deadline_ns;

	/* What the guest did at its window. */
	unsigned int n_writes;
	unsigned int n_astray; /* accesses to what is no memory of its own */
	unsigned int n_kicks[VISIT_QUEUES];
	uint32_t queue;              /* selected */
	uint64_t used[VISIT_QUEUES]; /* rings, of split queues of modern devices */

	/* What it said at its last kick of the statistics queue. */
	uint16_t sent; /* a bit for each tag */
	uint64_t values[VISIT_TAGS];

	/* For conditions. */
	uint64_t wanted;
	int64_t event_actual; /* of the last BALLOON_CHANGE */
};

/* Is a comparison with a stepped clock ahead? Then values that move with time go into the trace. */
void visit_set_exact(bool is_exact);
bool visit_is_exact(void);

/* The simulator in this process, NULL while a QEMU is behind the rig; for what QEMU does in a
 * migration, and the simulator when it is told. */
void visit_set_simulator(struct balloonsim_machine *machine);
struct balloonsim_machine *visit_get_simulator(void);

/* A guest with these options, which has not run yet; and its end, which the machine isn't told. */
struct visit *visit_begin(struct rig *rig, const char *options);
void visit_end(struct visit *visit);

/* Let it live until the condition (NULL: none) holds, at most so many milliseconds. Did it? */
bool visit_wait(struct visit *visit, int ms, bool (*condition)(struct visit *visit));

/* It has to do this at its next run. */
void visit_tell(struct visit *visit, const char *what);

/* Conditions: the statistics queue has been kicked `wanted` times; the guest says that its balloon
 * has `wanted` pages; the last event says that the guest has `wanted` bytes; the driver is ready. */
bool visit_has_sent(struct visit *visit);
bool visit_has_moved(struct visit *visit);
bool visit_has_event(struct visit *visit);
bool visit_is_ready(struct visit *visit);

/* Put into the trace what the device says of the statistics, which must be what the guest sent ... */
void visit_look_at_stats(struct visit *visit, const char *when);
/* ... and its state: status, interrupt status, what was done at the window. */
void visit_look_at_device(struct visit *visit, const char *when);

/* Elements that the device has given back; 0 where it can't be told. */
unsigned int visit_get_used(struct visit *visit, unsigned int queue);

extern const struct scenario scenarios_guest_polling[];
extern const struct scenario scenarios_guest_life[];
extern const struct scenario scenarios_guest_faults[];

#endif
