/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One step of a random walk: what can be done to a machine, right or wrong. */
#ifndef TESTS_WALK_H
#define TESTS_WALK_H

#include <stdio.h>

#include "driver-kit.h"

enum walk_kind {
	WALK_START,      /* a: features, b: ring size */
	WALK_BUFFER,     /* a: number of entries, b: kind of values; put and kick */
	WALK_PAGES,      /* a: queue, b: number of pages, c: the first; put and kick */
	WALK_DESC,       /* a: queue and index, b: address, c: length and flags, d: next */
	WALK_AVAIL,      /* a: queue, b: head */
	WALK_AVAIL_JUMP, /* a: queue, b: by how much */
	WALK_KICK,       /* a: queue */
	WALK_RING_FLAGS, /* a: queue, b: flags, c: used_event */
	WALK_QUEUE,      /* a: queue, b: size, c: where; QueueNum, addresses, QueueReady */
	WALK_REGISTER,   /* a: offset, b: value */
	WALK_FEATURES,   /* a: features */
	WALK_ACK,
	WALK_CONFIG, /* a: offset and width, b: value */
	WALK_LOOK_CONFIG,
	WALK_MEMORY,   /* a: where, b: value */
	WALK_BALLOON,  /* a: value */
	WALK_INTERVAL, /* a: seconds */
	WALK_RESET,
	WALK_STOP,
	WALK_CONT,
	WALK_STEP, /* a: milliseconds, b: nanoseconds; stepped clocks only */
	WALK_KINDS,
};

struct walk_action {
	enum walk_kind kind;
	uint64_t a, b, c, d;
};

/* The machine of that seed, and its n-th action. `is_safe` leaves out what makes QEMU abort. */
void walk_choose_options(uint64_t seed, enum rig_version version, struct rig_options *ret);
void walk_choose_action(uint64_t *state, bool is_safe, bool is_stepped, struct walk_action *ret);

/* An action as a line, and back; false at the end of the file or for no action. */
void walk_print(FILE *file, const struct walk_action *action);
bool walk_scan(FILE *file, struct walk_action *ret);

/* Do it. `is_running` follows stop and cont: the clock isn't stepped in between. */
void walk_do(struct rig *rig, const struct walk_action *action, bool *is_running);

/* Put everything that may have changed into the trace. */
void walk_look(struct rig *rig, bool with_changes);

#endif
