/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The memory balloon (virtio 1.3, 5.5) as QEMU has it: size, statistics with their polling, free
 * page hinting and reporting. The specification that counts is what QEMU does.
 */
#ifndef SIM_BALLOON_H
#define SIM_BALLOON_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/clock.h"
#include "sim/device.h"

/* QEMU's device properties. */
struct sim_balloon_options {
	bool deflate_on_oom;
	bool page_poison; /* on by default in QEMU */
	bool free_page_reporting;
	bool free_page_hint;
	bool event_idx;     /* on */
	bool indirect_desc; /* on */
	bool packed;
	bool in_order;
	bool old_config_size; /* qemu-4-0-config-size */
	uint32_t polling_interval_s;
};

struct sim_balloon {
	struct sim_device device;
	struct sim_clock *clock; /* borrowed */

	/* size */
	uint32_t num_pages; /* the target */
	uint32_t actual;
	uint32_t poison_val;
	uint8_t config_size;
	uint8_t config[SIM_CONFIG_SIZE_MAX]; /* as last read or written by the guest */
	bool actual_has_changed;             /* an event is due; the owner clears it */

	/* statistics */
	uint32_t interval_s; /* 0: polling is off */
	bool is_held;        /* a statistics buffer waits here, to be returned as a request */
	struct sim_ticket held;
	uint64_t stats[SIM_STATS_MAX];
	int64_t last_update_s;

	/* free page hinting */
	enum {
		SIM_HINTS_STOPPED,
		SIM_HINTS_REQUESTED,
		SIM_HINTS_STARTED,
		SIM_HINTS_DONE
	} hints;
	uint32_t hint_id;

	uint8_t queues
		[SIM_QUEUES_MAX];      /* number of each role's queue, UINT8_MAX if there is none */
	uint8_t roles[SIM_QUEUES_MAX]; /* the other way */

	/* for read-outs */
	uint64_t n_samples;  /* statistics buffers taken */
	uint64_t n_requests; /* and returned by the timer */
};

void sim_balloon_init(struct sim_balloon *balloon, const struct sim_balloon_options *options,
		      const struct sim_profile *profile, struct sim_memory *memory,
		      struct sim_clock *clock);

/* The driver has made something available in that queue. Numbers that are no queue are ignored. */
void sim_balloon_kick(struct sim_balloon *balloon, unsigned int queue);

/* SIM_TIMER_POLL was due. */
void sim_balloon_poll(struct sim_balloon *balloon);

/* Would the timer ask the guest? */
static inline bool sim_balloon_can_ask(const struct sim_balloon *balloon)
{
	return balloon->is_held && sim_device_has(&balloon->device, SIM_F_STATS_VQ);
}

/* The timer of a device that can ask nobody only re-arms itself: leave out all of that before
 * `until_ns` but the last, so that long steps of the clock take no time. */
void sim_balloon_skip_idle(struct sim_balloon *balloon, int64_t until_ns);

/* guest-stats-polling-interval */
void sim_balloon_set_interval(struct sim_balloon *balloon, uint32_t seconds);

/* The guest's reset, and the whole machine's. */
void sim_balloon_reset(struct sim_balloon *balloon);
void sim_balloon_system_reset(struct sim_balloon *balloon);

/* Read and write 1, 2 or 4 bytes of the configuration space. */
uint32_t sim_balloon_read_config(struct sim_balloon *balloon, uint32_t offset, unsigned int width);
void sim_balloon_write_config(struct sim_balloon *balloon, uint32_t offset, unsigned int width,
			      uint32_t value);

/* QMP `balloon` (bytes > 0) and `query-balloon`. */
void sim_balloon_set_target(struct sim_balloon *balloon, uint64_t bytes);
int64_t sim_balloon_get_actual_bytes(const struct sim_balloon *balloon);

/* What a migration would do: ask for hints, pause them, end them. */
void sim_balloon_start_hints(struct sim_balloon *balloon);
void sim_balloon_stop_hints(struct sim_balloon *balloon);
void sim_balloon_end_hints(struct sim_balloon *balloon);

#endif
