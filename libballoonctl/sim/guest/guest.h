/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest from inside: what guest.c (its life), guest-stats.c (statistics buffers), guest-garbage.c
 * (rings that break the device), guest-balloon.c (the balloon's size) and guest-pages.c (free pages)
 * share. The outside is in balloonsim.h, but for the two functions at the end.
 */
#ifndef SIM_GUEST_H
#define SIM_GUEST_H

#include <balloonsim.h>

#include "sim/guest/deadline.h"
#include "sim/guest/driver.h"
#include "sim/guest/fault.h"
#include "sim/guest/os.h"
#include "sim/guest/workload.h"

#define SIM_NS_PER_GUEST_MS INT64_C(1000000)
#define SIM_NS_PER_GUEST_S  INT64_C(1000000000)

enum {
	SIM_GUEST_ORDERS_MAX = 8,
	SIM_GUEST_STEP_PAGES = 256, /* in one element of the inflate or deflate queue */
	SIM_GUEST_ASKED_MAX = 64,   /* requests that are answered without any time going by */
	SIM_GUEST_BURST = 64,       /* steps of the balloon in one run */
	/* Of the statistics buffer: its entries twice, and some more. */
	SIM_GUEST_STATS_BYTES = 352,
	SIM_GUEST_SCRATCH_BYTES = (1 << 20) + 4096, /* for faults */
	SIM_GUEST_ERROR_MAX = 120 + SIM_PLAN_WHY_MAX,
};

enum sim_guest_state {
	SIM_GUEST_UNLOADED,
	SIM_GUEST_LOADING, /* at `load_ns` */
	SIM_GUEST_RUNNING,
	SIM_GUEST_LEAVING, /* deflating before the driver goes, and nothing else */
	SIM_GUEST_SUSPENDED,
	SIM_GUEST_CRASHED,
};

/* What the kernel does with free pages: leaves them as they are, or writes over them. */
enum sim_guest_poison {
	SIM_GUEST_POISON_OFF,
	SIM_GUEST_POISON_ON,
	SIM_GUEST_POISON_INIT_ON_FREE,
};

struct sim_guest_balloon {
	uint32_t n_pages;              /* of 4096 bytes, from the end of RAM downwards */
	uint64_t first_page, end_page; /* the balloon may have those between */
	uint64_t pfns_gpa;             /* the array for one step */
	bool has_work;                 /* the target may have changed */
	bool must_tell;                /* `actual` has to be written in any case */
	bool drains;                   /* a fault gives everything back */
	bool has_puffed;               /* a page couldn't be had, the pause for that is over */
	bool is_in_flight;             /* a step is with the device */
	bool is_deflating;             /* ... and it is one that deflates */
	uint16_t step;                 /* its pages */
	int64_t next_ns;               /* when the next step may begin */
};

struct balloonsim_guest {
	struct balloonsim_window window;
	uint64_t ram_bytes;

	/* options */
	const struct sim_os *os;
	unsigned int workload_number;
	enum sim_guest_poison poison;
	uint64_t seed;
	uint32_t latency_ms, boot_ms;
	uint32_t speed_mib; /* that the balloon moves in a second; 0: no limit */
	uint32_t unit;      /* pages of 4096 bytes in one of the guest's */
	struct sim_plan plan;

	/* life */
	int64_t now_ns;
	int64_t born_ns; /* the last boot */
	int64_t load_ns;
	int64_t deadline_ns;
	enum sim_guest_state state, after_leaving;
	bool resumes;   /* the next load ends a suspension */
	bool has_begun; /* since it was new, or since the machine was reset */
	bool has_run;   /* ever */
	uint8_t n_boots;
	uint8_t n_orders;
	uint8_t orders[SIM_GUEST_ORDERS_MAX];

	struct sim_driver driver;
	struct sim_workload workload;
	uint64_t scratch_gpa; /* 0: there is no room for it */

	/* statistics */
	uint64_t stats_gpa;
	/* As they are sent when nothing is wrong: the tags stay, the values are put in each time. */
	unsigned char entries[SIM_STATS_MAX * SIM_STAT_SIZE];
	uint32_t n_counts_seen; /* of the workload, in the entries; 0: none */
	uint8_t n_moving;       /* of the workload's moving statistics: those that are sent ... */
	uint8_t moving[SIM_WORKLOAD_MOVING]; /* ... their tags ... */
	uint8_t moving_at
		[SIM_WORKLOAD_MOVING]; /* ... and where among the entries their values are */
	int64_t answer_ns;             /* INT64_MAX: nothing is owed, or never will be given */
	uint32_t n_answers;            /* since the driver was loaded */
	int64_t asked_ns;              /* the last request ... */
	uint32_t n_asked;              /* ... and how many came in close order before it */
	bool has_tiny_queue;           /* the statistics queue has one entry */
	uint16_t replaced;             /* statistics with a value from outside, a bit each */
	uint64_t replacements[SIM_STATS_MAX];

	struct sim_guest_balloon balloon;

	/* free pages */
	int64_t report_ns; /* when some will be reported */
	uint64_t hint_gpa; /* what hints say of themselves: the id, and the end */
	uint32_t hint_id;

	char error[SIM_GUEST_ERROR_MAX];
};

static inline bool sim_guest_is_loaded(const struct balloonsim_guest *guest)
{
	return guest->state == SIM_GUEST_RUNNING || guest->state == SIM_GUEST_LEAVING;
}

/* The driver starts over after `delay_ns`, having said nothing to the device. */
void sim_guest_restart(struct balloonsim_guest *guest, int64_t delay_ns);

/* guest-options.c: take a fault as in the options; -EINVAL with a sentence. */
int sim_guest_take_fault(struct balloonsim_guest *guest, const char *value);

/* guest-stats.c: the driver is being loaded, and its buffer made up. */
void sim_guest_begin_stats(struct balloonsim_guest *guest);

/* Fill the buffer and give it to the device; the first after loading is special on some systems. */
void sim_guest_send_stats(struct balloonsim_guest *guest, bool is_first);

/* The device has perhaps given the buffer back, which asks for the next: see, and decide when to
 * answer, if at all. */
void sim_guest_take_request(struct balloonsim_guest *guest);

/* The time to answer has come. */
void sim_guest_answer(struct balloonsim_guest *guest);

/* guest-garbage.c: instead of a good buffer of `len` bytes at stats_gpa, make available what the
 * fault says, in a ring or a chain out of order. */
void sim_guest_put_garbage(struct balloonsim_guest *guest, uint64_t strikes, uint32_t len);

/* guest-balloon.c: the driver has been loaded; `resumes` ends a suspension. */
void sim_guest_begin_balloon(struct balloonsim_guest *guest, bool resumes);

/* Go on with the balloon as far as time and the device allow. */
void sim_guest_move_balloon(struct balloonsim_guest *guest);

/* When to go on if no interrupt comes, INT64_MAX for never. */
int64_t sim_guest_get_balloon_deadline_ns(const struct balloonsim_guest *guest);

/* guest-pages.c: the configuration has changed; give hints if the device asks for them. */
void sim_guest_send_hints(struct balloonsim_guest *guest);

/* Report some of what is free, once. */
void sim_guest_report_pages(struct balloonsim_guest *guest);

/* When it wants to run: as balloonsim_guest_run() returned, or 0 when it has been told something
 * since. */
static inline int64_t sim_guest_get_deadline_ns(const struct balloonsim_guest *guest)
{
	return guest->deadline_ns;
}

#endif
