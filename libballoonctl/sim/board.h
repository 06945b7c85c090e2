/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The simulated hardware as one thing: clock, memory, balloon, register window, run state, and the
 * events that QMP tells. Both servers (QMP and qtest) and the guest work on a board; it knows none
 * of them.
 */
#ifndef SIM_BOARD_H
#define SIM_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/balloon.h"
#include "sim/clock.h"
#include "sim/memory.h"
#include "sim/mmio.h"
#include "sim/profile.h"

/* How the balloon is plugged: what a client finds in the QOM tree. */
enum sim_bus {
	SIM_BUS_NONE, /* no balloon */
	SIM_BUS_MMIO, /* virtio-balloon-device */
	SIM_BUS_PCI,  /* virtio-balloon-pci, with a child virtio-backend */
	SIM_BUS_PCI_TRANSITIONAL,
	SIM_BUS_PCI_NON_TRANSITIONAL,
};

struct sim_board_options {
	const struct sim_profile *profile;
	const char *name; /* -name; NULL if there is none */
	const char *id;   /* of the balloon; NULL: anonymous */
	enum sim_bus bus;
	uint64_t ram_bytes;
	uint64_t window_base; /* guest-physical address of the register window */
	bool is_legacy;
	bool has_ioeventfd;
	bool is_paused;  /* -S */
	bool is_stepped; /* the clock is */
	struct sim_balloon_options balloon;
};

enum sim_event_kind {
	SIM_EVENT_BALLOON_CHANGE, /* actual */
	SIM_EVENT_STOP,
	SIM_EVENT_RESUME,
	SIM_EVENT_RESET,    /* is_guest */
	SIM_EVENT_SHUTDOWN, /* is_guest */
};

struct sim_event {
	enum sim_event_kind kind;
	bool is_guest;  /* it was the guest's doing, not a command's */
	int64_t actual; /* bytes */
	int64_t wall_us;
};

enum {
	/* Events wait only until the next server turn; a guest makes at most one a register access. */
	SIM_EVENTS_MAX = 32,
};

struct sim_board {
	struct sim_board_options options; /* strings are the board's own */
	struct sim_clock clock;
	struct sim_memory memory;
	struct sim_balloon balloon;
	struct sim_mmio mmio;
	bool has_run;        /* before: "prelaunch", later "paused" when not running */
	bool has_ended;      /* `quit` */
	uint32_t n_resets;   /* so that the guest's owner sees each */
	bool window_is_open; /* of the BALLOON_CHANGE rate limit */
	bool change_is_kept;
	struct sim_event kept; /* the latest change inside the window */
	uint16_t first_event, n_events;
	struct sim_event events[SIM_EVENTS_MAX];
};

/* -ENOMEM. Strings are copied. */
int sim_board_init(struct sim_board *board, const struct sim_board_options *options);
void sim_board_done(struct sim_board *board);

static inline bool sim_board_has_balloon(const struct sim_board *board)
{
	return board->options.bus != SIM_BUS_NONE;
}

/* The commands of that name. Each queues the events that QEMU sends. */
void sim_board_stop(struct sim_board *board);
void sim_board_cont(struct sim_board *board);
void sim_board_system_reset(struct sim_board *board, bool is_guest);
void sim_board_quit(struct sim_board *board);

/* Guest-physical accesses of any address and length, as the qtest protocol makes them: RAM, the
 * register window cut into aligned pieces of at most 4 bytes, zeros elsewhere. */
void sim_board_read(struct sim_board *board, uint64_t gpa, void *to, size_t len);
void sim_board_write(struct sim_board *board, uint64_t gpa, const void *from, size_t len);

/* One register access, `offset` from the window's base; 1, 2 or 4 bytes. */
uint32_t sim_board_read_register(struct sim_board *board, uint32_t offset, unsigned int width);
void sim_board_write_register(struct sim_board *board, uint32_t offset, unsigned int width,
			      uint32_t value);

/* Is there anything to do at this time? */
static inline bool sim_board_has_work(const struct sim_board *board)
{
	return board->mmio.kicked != 0 || sim_clock_is_due(&board->clock);
}

/* Run the timers that are due and serve kicked queues, until nothing is left to do at this time. */
void sim_board_run(struct sim_board *board);

/* Polling that can ask nobody only re-arms its timer: leave that out for the next `ns`, so that a
 * long step of the clock takes no time. */
void sim_board_skip_idle(struct sim_board *board, int64_t ns);

/* Move the clock by `ns`, stopping at each deadline on the way to run it. */
void sim_board_step(struct sim_board *board, int64_t ns);

/* The oldest event that waits, removed; false if there is none. */
bool sim_board_next_event(struct sim_board *board, struct sim_event *ret);

#endif
