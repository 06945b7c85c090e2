/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A board and a guest behind its window, on a stepped clock: what a machine is without servers.
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include "sim/board.h"
#include "sim/guest/guest.h"

struct rig {
	struct sim_board board;
	struct balloonsim_window window;
	struct balloonsim_guest *guest; /* NULL: only the board */
	uint32_t n_edges_seen;
	unsigned int n_runs; /* of the guest */
};

#define RIG_RAM (UINT64_C(256) << 20)

/* What QEMU has by default, on that profile. */
struct sim_board_options rig_get_options(const char *profile);

/* Options as above or changed. The guest isn't configured yet. */
void rig_make(struct rig *rig, const struct sim_board_options *options);
void rig_done(struct rig *rig);

/* The default board with a guest of these options, as it is when the guest has loaded its driver. */
void rig_start(struct rig *rig, const char *profile, const char *options);

/* Let both work until neither has anything to do at this time. */
void rig_turn(struct rig *rig);

/* Go on for so long. */
void rig_go_ms(struct rig *rig, int64_t ms);

/* QEMU's words for what has broken the device, in a buffer of the rig's. */
const char *rig_get_reason(const struct rig *rig);

#endif
