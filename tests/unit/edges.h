/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The edges of the library in the hands of a test: the linker sends its clock_gettime, poll, send
 * and recv here (--wrap). Time stands still until a poll() would have waited, and then jumps, so
 * that deadlines pass at once and in the order of a real clock.
 */
#ifndef TESTS_EDGES_H
#define TESTS_EDGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct edges {
	/* What poll() does first when nothing is ready, such as playing the peer: true if that
	 * may have made something ready. NULL for nothing. */
	bool (*turn)(void);
	bool is_real;    /* poll() and the clock are the system's */
	size_t send_max; /* a send() takes no more; 0 for no bound */
	size_t recv_max; /* a recv() gives no more; 0 for no bound */
	/* So many of the next calls fail with EINTR. */
	unsigned int poll_interrupts, send_interrupts, recv_interrupts;
	int poll_error;    /* all calls of poll() fail with it; 0 for none */
	unsigned int full; /* so many of the next calls of send() fail with EAGAIN */
	int64_t waited_ms; /* in poll(), since edges_reset() */
	unsigned int polls, sends, recvs;
};

extern struct edges edges;

void edges_reset(void);

/* Let time pass. */
void edges_advance(int64_t ms);

#endif
