/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A simulated machine on a manual clock and a monitor of it, in one thread: nothing sleeps, nothing
 * is tried twice, and what one side has sent is there when the other one looks. Only the two public
 * headers are used.
 *
 * The machine's clock begins at 0 and its wall clock at PAIR_EPOCH. Times are told in seconds of
 * the machine; the guest's driver loads at 1 s unless the options say otherwise.
 */
#ifndef TESTS_CLIENT_SIM_PAIR_H
#define TESTS_CLIENT_SIM_PAIR_H

#include <balloonctl.h>
#include <balloonsim.h>

#include "suite.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define MIB        (INT64_C(1) << 20)
#define PAIR_EPOCH INT64_C(1000000000) /* a round time in 2001 */

/* What the simulator does otherwise than QEMU as yet; when it no longer does, the tests fail and
 * the line goes. */
enum {
	/* query-memory-size-summary, and with it the maximum of the size. */
	KNOWN_NO_MEMORY_SIZE = 0,
	/* A request that is due when a VM goes on is sent at once (B65; seen on 7.2, 10.0 and 11.1 with
	 * a Linux guest). Here the kicks of `cont` (B66) come first and begin the wait anew. */
	KNOWN_CONT_KICKS_FIRST = 0,
};

struct pair {
	struct balloonsim_machine *machine;
	struct balloonctl_monitor *monitor; /* NULL: there is none yet */
	int fd;                             /* our descriptor of its connection, -1: none */
	/* Instead of a direct connection: what the client sends and what comes back pass here. */
	bool is_recorded;
	int relay_fd;   /* the client's end is at `fd`, this is the other; -1: none */
	int machine_fd; /* ... and this is the machine's */
	size_t chunk;   /* so many bytes at a time reach the client; 0: as they come */
	char *bytes;    /* what the machine has sent since the recording began, with a NUL */
	size_t n_bytes;
};

/* The machine, from options as in balloonsim(1), not yet advanced. */
void pair_make_machine(struct pair *pair, const char *options);

/* ... and a monitor that is greeted. */
void pair_start(struct pair *pair, const char *options);

/* Everything ends. */
void pair_end(struct pair *pair);

/* A monitor for the machine. The connection is under way; nothing has been exchanged. */
void pair_start_connect(struct pair *pair);

/* The monitor leaves; another may come. */
void pair_leave(struct pair *pair);

/* Let both sides do what they can. The monitor's result. */
int pair_process(struct pair *pair);

/* The machine's clock goes on, then both do what they can. */
void pair_advance_ms(struct pair *pair, int64_t ms);

/* The next call that is completed; NULL if none will be without time passing. */
struct balloonctl_completion *pair_complete(struct pair *pair);

/* One operation from start to end. Each fails the test if the operation fails; what is returned is
 * the caller's. */
struct balloonctl_stats *pair_get_stats(struct pair *pair);
struct balloonctl_info *pair_get_info(struct pair *pair);
int64_t pair_get_actual_mib(struct pair *pair);
uint32_t pair_get_interval(struct pair *pair);
/* ... the interval before */
uint32_t pair_set_interval(struct pair *pair, uint32_t seconds);
void pair_set_target_mib(struct pair *pair, uint64_t mib);

/* One value of the statistics now; UINT64_MAX: absent. */
uint64_t pair_get_stat(struct pair *pair, enum balloonctl_stat stat);

/* last-update now, in seconds of the machine; 0: never. */
int64_t pair_get_update(struct pair *pair);

/* The same of a snapshot, and which statistics are present in it, as bits. */
int64_t pair_tell_update(const struct balloonctl_stats *stats);
unsigned int pair_tell_present(const struct balloonctl_stats *stats);

/* Is every value that is told the one that the guest has just sent? That it is the one that QEMU
 * has is asserted. */
bool pair_is_honest(struct pair *pair, const struct balloonctl_stats *stats);

/* Somebody types a command that can't fail, such as "stop", on the monitor's connection, on which a
 * call has been made before. The client does not mind replies that are not its own. */
void pair_execute(struct pair *pair, const char *command);

/* The names of the events that have come since, with blanks between; BALLOON_CHANGE with the size
 * in MiB, as "BALLOON_CHANGE=512". Valid until the next call. */
const char *pair_take_events(struct pair *pair);

/* Tell the guest to do something at its next run. */
void pair_tell_guest(struct pair *pair, const char *what);

/* The values of an option of the simulator, as it shows them itself, and the next of them from
 * `*at` on; false behind the last. */
const char *pair_get_option_values(const char *name);
bool pair_next_value(const char **at, char *word, size_t size);

/* Texts in assertions: one that differs is printed; NULL is no crash. */
bool expect_equal(const char *text, const char *expected);

#endif
