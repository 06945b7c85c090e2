/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * QEMU's side of the qtest protocol: a test reads and writes guest memory and registers in the
 * guest's place and steps the clock. Lines in and lines out.
 *
 * Where a line ends QEMU by an assertion (a word is missing, a number is none) there is a FAIL here.
 */
#ifndef SIM_QTEST_H
#define SIM_QTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "sim/board.h"

enum {
	SIM_QTEST_LINE_MAX = 1 << 20, /* bytes; a longer line ends the conversation */
	/* Bytes of one `read`, `write` or `memset`: all RAM of a machine of the usual size, and a
	 * reply twice as long. QEMU takes any size and dies of those that it has no memory for. */
	SIM_QTEST_SIZE_MAX = 64 << 20,
	/* With that many bytes the output is full: no further line is served. */
	SIM_QTEST_OUTPUT_MAX = 1 << 20,
	/* With that many bytes of memory read or written, one sim_qtest_receive() has done enough, and
	 * others have their turn: a line of 25 bytes can be worth 64 MiB. */
	SIM_QTEST_TURN_MAX = SIM_QTEST_SIZE_MAX,
};

struct sim_qtest {
	struct sim_board *board; /* borrowed */
	struct buf input;
	struct buf output;    /* for the client; the owner consumes what it has sent */
	bool intercepts_irqs; /* until the machine ends */
	uint32_t n_edges;     /* of the interrupt line, told so far */
	bool line;            /* as told last; at first it is taken to be low, as QEMU does */
};

void sim_qtest_init(struct sim_qtest *qtest, struct sim_board *board);
void sim_qtest_done(struct sim_qtest *qtest);

/* A client has come: what the interrupt line did before is not told. */
void sim_qtest_connect(struct sim_qtest *qtest);

/* A client has gone: half a line and unsent replies are dropped. */
void sim_qtest_disconnect(struct sim_qtest *qtest);

/* Bytes from the client. Complete lines are served at once, at least one of them unless the output is
 * full, until the output is full or SIM_QTEST_TURN_MAX is reached. 0, or -E2BIG (a line too long) or
 * -ENOMEM: the conversation must end. */
int sim_qtest_receive(struct sim_qtest *qtest, const void *bytes, size_t len);

/* Does a complete line wait, because the output was full or the turn over? Whoever has sent some of
 * the output and let others work calls sim_qtest_receive() again, with a `len` of 0, and reads nothing
 * from the client before. */
bool sim_qtest_is_behind(const struct sim_qtest *qtest);

/* Tell what the interrupt line has done since, for changes that no qtest command has caused. Each
 * command does it by itself before its reply. */
void sim_qtest_deliver(struct sim_qtest *qtest);

#endif
