/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The inside of struct balloonsim_machine. */
#ifndef SIM_MACHINE_H
#define SIM_MACHINE_H

#include <balloonsim.h>
#include <time.h>

#include "base/error.h"
#include "sim/board.h"
#include "sim/front.h"
#include "sim/option.h"
#include "sim/qmp/server.h"
#include "sim/qtest.h"

struct balloonsim_machine {
	struct sim_options *options; /* until the start */
	struct sim_board board;      /* from the start on */
	struct sim_server *server;
	struct sim_qtest *qtest; /* NULL: nobody listens */
	struct sim_front qmp_front;
	struct sim_front qtest_front;
	int poll_fd; /* stands for all descriptors */

	struct balloonsim_window window;
	struct balloonsim_guest *guest; /* NULL: none of ours */
	int64_t guest_rests_until_ns;   /* of virtual time */
	uint32_t n_edges_seen;          /* of the interrupt line, by the guest */
	uint32_t n_resets_seen;

	bool is_started;
	bool is_manual;
	bool has_more;        /* clients were left for the next call */
	int64_t monotonic_ns; /* CLOCK_MONOTONIC when board.clock.host_ns was 0 */
	struct balloonctl_error error;
	char *reason; /* why the device broke */
};

/* machine.c: note a failure, with the errno's words behind `what` unless that is NULL, and return it;
 * the answer to calls behind `quit`, -ESHUTDOWN, with the sockets closed. */
int machine_fail(struct balloonsim_machine *machine, int r, const char *what);
int machine_has_ended(struct balloonsim_machine *machine);

/* loop.c: let device, timers and guest work in turn until none has anything to do now, and put out
 * what they have to tell. */
void machine_turn(struct balloonsim_machine *machine);

/* A clock of the host's. */
int64_t machine_read_clock_ns(clockid_t id);

#endif
